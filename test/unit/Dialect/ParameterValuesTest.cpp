// The law of blobs: values are replaced, never written; a module cloned for
// another life is re-keyed; nothing is left behind.
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Process.h"
#include "gtest/gtest.h"

#include <fstream>

using namespace mlir;
using namespace penjing;

namespace {

class ParameterValuesTest : public testing::Test {
protected:
  ParameterValuesTest() { context.loadDialect<PenjingDialect>(); }

  OwningOpRef<ModuleOp> parse(StringRef text) {
    return parseSourceString<ModuleOp>(text, ParserConfig(&context));
  }
  static ParamOp param(ModuleOp module) { return *module.getOps<ParamOp>().begin(); }
  static void set(ParamOp op, ArrayRef<float> values) {
    setParameterBytes(op, ArrayRef(reinterpret_cast<const char *>(values.data()), values.size() * 4));
  }

  MLIRContext context;
};

TEST_F(ParameterValuesTest, ReadsInlineSplatAndBooleanValues) {
  auto splat = parse("pj.param @w : tensor<3xf32> {role = #pj.role<weight>, value = dense<2.0> : tensor<3xf32>}");
  EXPECT_EQ(ParameterBytes::of(param(*splat))->as<float>(), ArrayRef<float>({2, 2, 2}));
  auto mask = parse("pj.param @m : tensor<3xi1> {role = #pj.role<mask>, value = dense<[true, false, true]> : tensor<3xi1>}");
  EXPECT_EQ(ParameterBytes::of(param(*mask))->bytes(), ArrayRef<char>({1, 0, 1}));
}

TEST_F(ParameterValuesTest, ReplacingDropsTheInitializer) {
  auto module = parse("pj.param @w : tensor<2xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}");
  set(param(*module), {1, 2});
  EXPECT_FALSE(param(*module).getInitAttr());
  EXPECT_EQ(ParameterBytes::of(param(*module))->as<float>(), ArrayRef<float>({1, 2}));
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(ParameterValuesTest, CloneThatWasRekeyedKeepsItsValues) {
  auto module = parse("pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<[1.0, 2.0]> : tensor<2xf32>}");
  set(param(*module), {1, 2});
  OwningOpRef<ModuleOp> clone = module->clone();
  rekeyParameters(*clone);
  set(param(*module), {3, 4});
  EXPECT_EQ(ParameterBytes::of(param(*clone))->as<float>(), ArrayRef<float>({1, 2}));
  EXPECT_EQ(ParameterBytes::of(param(*module))->as<float>(), ArrayRef<float>({3, 4}));
}

TEST_F(ParameterValuesTest, QuantizedValuesAreStoredAsTheirIntegers) {
  auto type = cast<RankedTensorType>(parseType("tensor<2x3x!quant.uniform<u8:f32, 0.5:128>>", &context));
  EXPECT_EQ(getStorageBytes(type), 6u);
  EXPECT_TRUE(getStorageType(type).getElementType().isInteger(8));
  EXPECT_EQ(getStorageBytes(RankedTensorType::get({int64_t(1) << 40, int64_t(1) << 40}, Float32Type::get(&context))),
            std::nullopt);
}

TEST_F(ParameterValuesTest, ThousandReplacementsLeaveMemoryFlat) {
  auto residentKiB = [] {
    std::ifstream file("/proc/self/statm");
    size_t size = 0, resident = 0;
    file >> size >> resident;
    return resident * llvm::sys::Process::getPageSizeEstimate() / 1024;
  };
  auto module = parse("pj.param @w : tensor<65536xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}");
  std::vector<float> values(65536);
  auto lives = [&](int count) {
    for (int i = 0; i < count; ++i) {
      values[0] = i;
      set(param(*module), values);
      OwningOpRef<ModuleOp> teacher = module->clone();
      rekeyParameters(*teacher);
      releaseParameters(*teacher);
    }
  };
  lives(20);
  size_t before = residentKiB();
  lives(1000);
  // Kept blobs would add 512 MiB.
  EXPECT_LT(residentKiB(), before + 8 * 1024);
}

TEST_F(ParameterValuesTest, FreedKeysAreUsedAgain) {
  auto module = parse("pj.param @conv1 : tensor<2xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}");
  set(param(*module), {1, 2});
  releaseParameters(*module);
  auto later = parse("pj.param @conv1 : tensor<2xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}");
  set(param(*later), {3, 4});
  EXPECT_EQ(cast<DenseResourceElementsAttr>(param(*later).getValueAttr()).getRawHandle().getKey(), "conv1");
  EXPECT_EQ(ParameterBytes::of(param(*later))->as<float>(), ArrayRef<float>({3, 4}));
}

TEST_F(ParameterValuesTest, BlobsAreNamedAfterTheirParameters) {
  auto module = parse("pj.param @conv1 : tensor<2xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}");
  set(param(*module), {1, 2});
  param(*module).setSymName("conv2");
  nameBlobsAfterParameters(*module);
  EXPECT_EQ(cast<DenseResourceElementsAttr>(param(*module).getValueAttr()).getRawHandle().getKey(), "conv2");
  EXPECT_EQ(ParameterBytes::of(param(*module))->as<float>(), ArrayRef<float>({1, 2}));
}

} // namespace
