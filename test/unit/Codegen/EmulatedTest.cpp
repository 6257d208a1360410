// Objects linked with a small C program and run under qemu: for AArch64 the
// bytes are those of the x86 code; an old x86 processor is refused politely.
#include "KernelHarness.h"

#include "penjing/Codegen/Tiling.h"

#include "mlir/AsmParser/AsmParser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace penjing;

namespace {

constexpr int outputBytes = 13 * 37 * 4 + 13 * 37 * 4 + 500 * 4 + 5 * 4;

/// A product of floats, one of bytes, a map with math functions and a
/// reduction whose order does not depend on the vector width.
std::string moduleText(MLIRContext &context, const Target &target) {
  auto contraction = [&](StringRef types) {
    std::string text = ("#pjk.contraction<dims = [<\"m\" parallel 13 [24, 0, "
                        "37]>, <\"n\" vector 37 [0, 1, 1]>, <\"k\" reduction "
                        "24 [1, 37, 0]>], " +
                        types + ", lanes = 4 exact_tail = true>")
                           .str();
    Attribute chosen = chooseTiles(
        cast<kernel::ContractionAttr>(parseAttribute(text, &context)), target);
    std::string printed;
    llvm::raw_string_ostream(printed) << chosen;
    return printed.substr(printed.find('<'));
  };
  return R"(func.func @model(%x: !llvm.ptr, %bytes: !llvm.ptr, %y: !llvm.ptr) {
    %w = llvm.getelementptr %x[312] : (!llvm.ptr) -> !llvm.ptr, f32
    %byte_w = llvm.getelementptr %bytes[312] : (!llvm.ptr) -> !llvm.ptr, i8
    %y1 = llvm.getelementptr %y[481] : (!llvm.ptr) -> !llvm.ptr, f32
    %y2 = llvm.getelementptr %y[962] : (!llvm.ptr) -> !llvm.ptr, f32
    %y3 = llvm.getelementptr %y[1462] : (!llvm.ptr) -> !llvm.ptr, f32
    pjk.contract %x, %w -> %y )" +
         contraction("a = f32, b = f32, acc = f32, leaf = \"fma\"") + R"( {
    ^bb0(%acc: f32):
      pjk.yield %acc : f32
    }
    pjk.contract %bytes, %byte_w -> %y1 )" +
         contraction("a = ui8, b = si8, acc = i32, leaf = \"portable\"") + R"( {
    ^bb0(%acc: i32):
      pjk.yield %acc : i32
    }
    pjk.map ins(%x) -> %y2 dims [<"i" parallel 500 [1, 1]>] {
    ^bb0(%0: f32):
      %1 = math.exp %0 : f32
      %2 = math.tanh %0 : f32
      %3 = math.erf %2 : f32
      %4 = math.log %1 : f32
      %5 = math.roundeven %1 : f32
      %6 = arith.addf %3, %4 : f32
      %7 = arith.addf %6, %5 : f32
      pjk.yield %7 : f32
    }
    pjk.reduce ins(%x) -> %y3 maximumf dims [<"c" parallel 5 [1, 1]>, <"n" reduction 40 [5, 0]>] element {
    ^bb0(%0: f32):
      pjk.yield %0 : f32
    } final {
    ^bb0(%0: f32):
      pjk.yield %0 : f32
    }
    return
  })";
}

/// The C program; the test fills the same inputs.
const char *const program = R"(
  int model_entry(const float *, const unsigned char *, void *);
  int write(int, const void *, unsigned long);
  static float x[1300];
  static unsigned char bytes[1300], y[%d] __attribute__((aligned(64)));
  int main(void) {
    for (int i = 0; i < 1300; ++i) {
      x[i] = (float)(i * 37 %% 101 - 50) / 16;
      bytes[i] = (unsigned char)(i * 73 %% 256);
    }
    int status = model_entry(x, bytes, y);
    write(1, y, sizeof y);
    return status;
  })";

/// A program on the PATH, or an empty string.
std::string find(StringRef name) {
  auto path = llvm::sys::findProgramByName(name);
  return path ? *path : std::string();
}

struct Outcome {
  int status = -1;
  std::string output;
};

/// Links `object` with the C program by `compiler` and runs the result by
/// `emulator`, a program and its options.
Outcome runLinked(const SmallVector<char, 0> &object, StringRef compiler,
                  std::vector<std::string> emulator) {
  Outcome outcome;
  SmallString<64> folder;
  if (llvm::sys::fs::createUniqueDirectory("penjing-emulated", folder))
    return outcome;
  auto path = [&](StringRef name) { return (folder + "/" + name).str(); };
  auto write = [&](StringRef name, StringRef content) {
    std::error_code error;
    llvm::raw_fd_ostream stream(path(name), error);
    stream << content;
  };
  write("model.o", StringRef(object.data(), object.size()));
  char source[2048];
  std::snprintf(source, sizeof source, program, outputBytes);
  write("main.c", source);
  std::string mainC = path("main.c"), modelO = path("model.o"),
              binary = path("main"), output = path("y");
  EXPECT_EQ(llvm::sys::ExecuteAndWait(compiler, {compiler, "-static", "-O1",
                                                 "-o", binary, mainC, modelO}),
            0);
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(output),
                                          std::nullopt};
  emulator.push_back(binary);
  SmallVector<StringRef> arguments(emulator.begin(), emulator.end());
  outcome.status = llvm::sys::ExecuteAndWait(emulator.front(), arguments,
                                             std::nullopt, redirects);
  if (auto got = llvm::MemoryBuffer::getFile(output))
    outcome.output = (*got)->getBuffer().str();
  llvm::sys::fs::remove_directories(folder);
  return outcome;
}

} // namespace

TEST(Emulated, AArch64GivesTheBytesOfX86) {
  std::string gcc = find("aarch64-linux-gnu-gcc"), qemu = find("qemu-aarch64");
  Target here = llvm::cantFail(findTarget("x86-64-v3"));
  if (gcc.empty() || qemu.empty() || !runsHere(here))
    GTEST_SKIP() << "needs aarch64-linux-gnu-gcc, qemu-aarch64 and AVX2";

  auto context = test::makeContext();
  std::vector<float> x(1300);
  std::vector<uint8_t> bytes(1300), expected(outputBytes);
  for (int i = 0; i < 1300; ++i) {
    x[i] = static_cast<float>(i * 37 % 101 - 50) / 16;
    bytes[i] = static_cast<uint8_t>(i * 73 % 256);
  }
  SmallVector<char, 0> object = test::compileEntry(
      *context, moduleText(*context, here), "model", here);
  auto loaded = LoadedObject::load(StringRef(object.data(), object.size()));
  ASSERT_TRUE(bool(loaded)) << llvm::toString(loaded.takeError());
  auto entry = (*loaded)->lookupAs<int(const float *, const uint8_t *, void *)>(
      "model_entry");
  ASSERT_TRUE(bool(entry));
  ASSERT_EQ((*entry)(x.data(), bytes.data(), expected.data()), 0);

  Target there = llvm::cantFail(findTarget("aarch64"));
  Outcome outcome = runLinked(
      test::compileEntry(*context, moduleText(*context, there), "model", there),
      gcc, {qemu});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output,
            std::string(expected.begin(), expected.end()));
}

TEST(Emulated, OldProcessorsGetAStatus) {
  std::string gcc = find("gcc"), qemu = find("qemu-x86_64");
  Target target = llvm::cantFail(findTarget("x86-64-v3"));
  if (gcc.empty() || qemu.empty() || !runsHere(target))
    GTEST_SKIP() << "needs gcc, qemu-x86_64 and AVX2";
  auto context = test::makeContext();
  SmallVector<char, 0> object = test::compileEntry(
      *context, moduleText(*context, target), "model", target, 42);
  EXPECT_EQ(runLinked(object, gcc, {qemu, "-cpu", "Nehalem"}).status, 42);
  EXPECT_EQ(runLinked(object, gcc, {qemu, "-cpu", "max"}).status, 0);
}
