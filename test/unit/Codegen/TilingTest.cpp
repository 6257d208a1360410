// The analytic tiles: they fill the registers of the target, and the loops that
// come of them keep every accumulator in a register.
#include "KernelHarness.h"

#include "penjing/Codegen/Emission.h"
#include "penjing/Codegen/Tiling.h"

#include "mlir/AsmParser/AsmParser.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

using namespace mlir;
using namespace penjing;

static kernel::ContractionAttr convolution(MLIRContext &context, int64_t size,
                                           int64_t in, int64_t out,
                                           bool integer, const Target &target) {
  int64_t row = (size + 2) * in;
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "#pjk.contraction<dims = [<\"oh\" parallel " << size << " [" << row
         << ", 0, " << size * out << "]>, <\"o\" vector " << out << " [0, "
         << 9 * in << ", 1]>, <\"ow\" parallel " << size << " [" << in << ", 0, "
         << out << "]>, <\"kh\" reduction 3 [" << row
         << ", 3, 0]>, <\"kw\" reduction 3 [" << in
         << ", 1, 0]>, <\"c\" reduction " << in << " [1, 9, 0]>], "
         << (integer ? "a = ui8, b = si8, acc = i32, leaf = \"vpdpbusd\""
                     : "a = f32, b = f32, acc = f32, leaf = \"fma\"")
         << ", lanes = 16 storage = packed>";
  return chooseTiles(
      cast<kernel::ContractionAttr>(parseAttribute(text, &context)), target);
}

static int64_t tileOf(kernel::ContractionAttr contraction, StringRef name) {
  for (kernel::DimAttr dim : contraction.getDims())
    if (dim.getName() == name)
      return dim.getTile();
  return -1;
}

/// Instructions of the innermost loop with the most multiply-adds that move
/// vectors to or from the stack; -1 when there is no such loop.
static int stackTraffic(const std::string &assembly) {
  std::vector<std::string> lines;
  std::map<std::string, size_t> labels;
  std::istringstream stream(assembly);
  std::regex label("^(\\.L\\w+):.*"), jump("^\\s+j\\w+\\s+(\\.L\\w+).*");
  size_t most = 0;
  int traffic = -1;
  for (std::string line; std::getline(stream, line);) {
    std::smatch match;
    if (std::regex_match(line, match, label))
      labels[match[1]] = lines.size();
    if (std::regex_match(line, match, jump) && labels.count(match[1])) {
      size_t from = labels[match[1]];
      size_t products = 0;
      int onStack = 0;
      bool inner = true;
      for (size_t i = from; i < lines.size(); ++i) {
        products += lines[i].find("vfmadd") != std::string::npos ||
                    lines[i].find("vpdpbusd") != std::string::npos;
        onStack += lines[i].find("mm") != std::string::npos &&
                   lines[i].find("(%rsp)") != std::string::npos;
        inner &= i == from || !std::regex_match(lines[i], label) ||
                 i == lines.size();
      }
      if (inner && products > most) {
        most = products;
        traffic = onStack;
      }
    }
    lines.push_back(line);
  }
  return traffic;
}

TEST(Tiling, FillsTheRegisters) {
  auto context = test::makeContext();
  Target v4 = llvm::cantFail(findTarget("x86-64-v4"));
  auto wide = convolution(*context, 56, 64, 64, false, v4);
  EXPECT_EQ(tileOf(wide, "ow"), 14);
  EXPECT_EQ(tileOf(wide, "o"), 2);
  auto small = convolution(*context, 16, 16, 32, false, v4);
  EXPECT_EQ(tileOf(small, "ow"), 8);
  EXPECT_EQ(tileOf(small, "o"), 2);
  Target v3 = llvm::cantFail(findTarget("x86-64-v3"));
  auto narrow = convolution(*context, 56, 64, 64, false, v3);
  EXPECT_EQ(narrow.getLanes(), 8);
  EXPECT_LE(tileOf(narrow, "ow") * tileOf(narrow, "o") + tileOf(narrow, "o"),
            14);
}

TEST(Tiling, ReadsLargeInputsFewTimes) {
  // 3 MB of input, which each tile of vectors reads from memory.
  auto context = test::makeContext();
  Target target = llvm::cantFail(findTarget("x86-64-v4"));
  auto pointwise = [&](int64_t pixels) {
    std::string text =
        ("#pjk.contraction<dims = [<\"o\" vector 64 [0, 256, 1]>, <\"p\" "
         "parallel " +
         llvm::Twine(pixels) +
         " [256, 0, 64]>, <\"c\" reduction 256 [1, 1, 0]>], a = f32, b = f32, "
         "acc = f32, leaf = \"fma\", lanes = 16 storage = packed>")
            .str();
    return chooseTiles(cast<kernel::ContractionAttr>(
                           parseAttribute(text, context.get())),
                       target);
  };
  EXPECT_EQ(tileOf(pointwise(3136), "o"), 4);
  EXPECT_EQ(tileOf(pointwise(196), "o"), 2);
}

TEST(Tiling, HotLoopsDoNotSpill) {
  struct Shape {
    int64_t size, in, out;
  };
  for (const char *name : {"x86-64-v3", "x86-64-v4", "x86-64-v4-vnni"})
    for (bool integer : {false, true})
      for (Shape shape : {Shape{56, 64, 64}, Shape{14, 256, 256},
                          Shape{16, 16, 32}, Shape{32, 4, 16}, Shape{8, 32, 64}}) {
        Target target = llvm::cantFail(findTarget(name));
        if (integer && !target.findLeaf("vpdpbusd"))
          continue;
        auto context = test::makeContext();
        std::string attribute, type = integer ? "i32" : "f32";
        llvm::raw_string_ostream(attribute) << convolution(
            *context, shape.size, shape.in, shape.out, integer, target);
        std::string text =
            "func.func @kernel(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr) {\n"
            "pjk.contract %a, %b -> %c " +
            attribute.substr(attribute.find('<')) + " {\n^bb0(%acc: " + type +
            "):\n  pjk.yield %acc : " + type + "\n}\nreturn\n}";
        OwningOpRef<ModuleOp> module = test::lower(*context, text, target);
        ASSERT_TRUE(module);
        auto assembly = emitAssembly(*module, target);
        ASSERT_TRUE(bool(assembly));
        EXPECT_EQ(stackTraffic(*assembly), 0)
            << name << " " << shape.size << " " << shape.in << " " << shape.out;
      }
}

TEST(Tiling, ChoosesTheFastestLeaf) {
  auto context = test::makeContext();
  Builder builder(context.get());
  Type f32 = builder.getF32Type(), i32 = builder.getI32Type();
  Type u8 = IntegerType::get(context.get(), 8, IntegerType::Unsigned);
  Type s8 = IntegerType::get(context.get(), 8, IntegerType::Signed);
  auto leaf = [&](StringRef target, Type a, Type b, Type acc) {
    return chooseLeaf(llvm::cantFail(findTarget(target)), a, b, acc);
  };
  EXPECT_EQ(leaf("x86-64", f32, f32, f32), "portable");
  EXPECT_EQ(leaf("x86-64-v3", f32, f32, f32), "fma");
  EXPECT_EQ(leaf("x86-64-v4", u8, s8, i32), "vpmaddwd");
  EXPECT_EQ(leaf("x86-64-v4-vnni", u8, s8, i32), "vpdpbusd");
  EXPECT_EQ(leaf("x86-64-v4-vnni", s8, u8, i32), "vpmaddwd");
  EXPECT_EQ(leaf("aarch64", u8, s8, i32), "portable");
  EXPECT_EQ(leaf("x86-64-v4-vnni", f32, f32, i32), "");
}

TEST(Tiling, ChoosesALeafThatCanAddressTheOperands) {
  auto context = test::makeContext();
  Target target = llvm::cantFail(findTarget("x86-64-v4-vnni"));
  auto leaf = [&](StringRef dims, StringRef storage) {
    std::string text = ("#pjk.contraction<dims = [" + dims +
                        "], a = ui8, b = si8, acc = i32, leaf = \"\", lanes = 16" +
                        storage + ">")
                           .str();
    return chooseLeaf(target, cast<kernel::ContractionAttr>(
                                  parseAttribute(text, context.get())));
  };
  StringRef product =
      "<\"n\" vector 32 [0, 1, 1]>, <\"k\" reduction 8 [1, 32, 0]>";
  EXPECT_EQ(leaf(product, " storage = packed"), "vpdpbusd");
  EXPECT_EQ(leaf(product, ""), "portable");
  StringRef depthwise =
      "<\"c\" vector 32 [1, 9, 1]>, <\"k\" reduction 9 [32, 1, 0]>";
  EXPECT_EQ(leaf(depthwise, " storage = packed"), "portable");
}
