// Contractions of every kind, compiled for every target and leaf that runs
// here, against plain loops, bit for bit on small integers.
#include "ContractCases.h"
#include "KernelHarness.h"

#include "penjing/Codegen/Packing.h"
#include "penjing/Codegen/Tiling.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;
using namespace penjing::test;

namespace {

ContractionAttr makeContraction(MLIRContext &context, const Case &test,
                                const Target &target, const std::string &leaf,
                                bool integer, bool signedA, int64_t extras) {
  SmallVector<DimAttr> dims;
  int64_t lanes = target.lanes();
  for (const Dim &dim : test.dims) {
    SmallVector<int64_t> strides(dim.strides.begin(), dim.strides.end());
    // Bias and multiplier follow the channel, the residual lies like C.
    bool vector = dim.kind == DimKind::Vector;
    for (int64_t extra = 0; extra < extras; ++extra)
      strides.push_back(extra == extras - 1 ? dim.strides[2] : vector);
    int64_t tile = dim.tile;
    if (vector)
      tile = std::min<int64_t>(tile, llvm::divideCeil(dim.size, lanes));
    if (vector && test.blockOutputs)
      tile = test.blockOutputs / lanes;
    dims.push_back(DimAttr::get(&context, dim.name, dim.kind, dim.size, tile,
                                strides));
  }
  Builder builder(&context);
  Type f32 = builder.getF32Type();
  Type u8 = IntegerType::get(&context, 8, IntegerType::Unsigned);
  Type s8 = IntegerType::get(&context, 8, IntegerType::Signed);
  auto contraction = ContractionAttr::get(
      &context, dims, integer ? (signedA ? s8 : u8) : f32,
      integer ? (signedA ? u8 : s8) : f32,
      integer ? builder.getI32Type() : f32, leaf, lanes, test.storage,
      test.sparsity, test.exactTail);
  return test.ownTiles ? contraction : chooseTiles(contraction, target);
}

template <typename T> ArrayRef<char> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()),
          values.size() * sizeof(T)};
}

/// Zeroes blocks of outputs in B, or elements of A, so that packing has
/// something to leave out.
template <typename T>
void sparsify(const Case &test, std::vector<T> &weight) {
  std::mt19937 random(11);
  unsigned operand = test.sparsity == Sparsity::Unstructured ? 0 : 1;
  if (operand == 0) {
    for (T &value : weight)
      if (random() % 1000 < test.zeros * 1000)
        value = 0;
    return;
  }
  const Dim &vector = *llvm::find_if(test.dims, [](const Dim &dim) {
    return dim.kind == DimKind::Vector;
  });
  visit(test.dims, true, {}, [&](std::array<int64_t, 3> at, int64_t) {
    for (int64_t o = 0; o < vector.size; o += test.blockOutputs)
      if (random() % 1000 < test.zeros * 1000)
        for (int64_t i = o; i < std::min(vector.size, o + test.blockOutputs);
             ++i)
          weight[at[1] + i * vector.strides[1]] = 0;
  });
}

/// A function around the contraction with the epilogue that `check` expects: bias, residual
/// and relu in float; bias, multiplier, zero point and residual on integers.
std::string kernelText(const Case &test, ContractionAttr contraction, bool integer) {
  std::string attribute;
  llvm::raw_string_ostream(attribute) << contraction;
  std::string index = test.sparsity == Sparsity::Dense ? "" : "index(%index)";
  std::string text =
      "func.func @kernel(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr, "
      "%index: !llvm.ptr, %bias: !llvm.ptr, %multiplier: !llvm.ptr, "
      "%residual: !llvm.ptr) {\n";
  // The op prints its attribute without the mnemonic's dialect.
  std::string stripped = attribute.substr(attribute.find('<'));
  if (test.plain)
    text += "pjk.contract %a, %b -> %c " + stripped +
            " {\n^bb0(%acc: f32):\n  pjk.yield %acc : f32\n}";
  else if (integer)
    text += "pjk.contract %a, %b -> %c " + index +
            " with(%bias, %multiplier, %residual) " + stripped + R"( {
      ^bb0(%acc: i32, %bias_o: i32, %multiplier_o: f32, %residual_o: i8):
        %0 = arith.addi %acc, %bias_o : i32
        %1 = arith.sitofp %0 : i32 to f32
        %2 = arith.mulf %1, %multiplier_o : f32
        %3 = math.roundeven %2 : f32
        %zero_point = arith.constant 5.0 : f32
        %4 = arith.addf %3, %zero_point : f32
        %5 = arith.extui %residual_o : i8 to i32
        %6 = arith.sitofp %5 : i32 to f32
        %7 = arith.addf %4, %6 : f32
        %low = arith.constant 0.0 : f32
        %high = arith.constant 255.0 : f32
        %8 = arith.maximumf %7, %low : f32
        %9 = arith.minimumf %8, %high : f32
        %10 = arith.fptosi %9 : f32 to i32
        %11 = arith.trunci %10 : i32 to i8
        pjk.yield %11 : i8
      })";
  else
    text += "pjk.contract %a, %b -> %c " + index + " with(%bias, %residual) " +
            stripped + R"( {
      ^bb0(%acc: f32, %bias_o: f32, %residual_o: f32):
        %0 = arith.addf %acc, %bias_o : f32
        %1 = arith.addf %0, %residual_o : f32
        %zero = arith.constant 0.0 : f32
        %2 = arith.cmpf ogt, %1, %zero : f32
        %3 = arith.select %2, %1, %zero : f32
        pjk.yield %3 : f32
      })";
  return text + "\n return\n}";
}

/// Runs one case on one target and leaf. A, B: element types; Out: C's.
template <typename A, typename B, typename Acc, typename Out>
void check(const Case &test, const Target &target, const std::string &leaf) {
  SCOPED_TRACE(test.name + " on " + target.name + " with " + leaf);
  constexpr bool integer = std::is_same_v<Acc, int32_t>;
  auto context = makeContext();
  int64_t channels = 0;
  for (const Dim &dim : test.dims)
    if (dim.kind == DimKind::Vector)
      channels = roundUp(dim.size, 64);
  ContractionAttr contraction =
      makeContraction(*context, test, target, leaf, integer,
                      std::is_same_v<A, int8_t>,
                      test.plain ? 0 : integer ? 3 : 2);

  bool weightsInA = test.sparsity == Sparsity::Unstructured;
  auto a = integers<A>(test.sizeA, std::is_signed_v<A> ? -8 : 0, 9, 1);
  auto b = integers<B>(test.sizeB, std::is_signed_v<B> ? -8 : 0, 9, 2);
  if (test.sparsity != Sparsity::Dense) {
    if (weightsInA)
      sparsify(test, a);
    else
      sparsify(test, b);
  }
  auto bias = integers<Acc>(channels, -50, 50, 3);
  std::vector<float> multiplier(channels);
  for (int64_t i = 0; i < channels; ++i)
    multiplier[i] = 1.0f / (8 + i % 5);
  auto residual = integers<Out>(test.sizeC + 64, 0, 9, 4);
  std::vector<Out> expected(test.sizeC + 64, Out(77)), got = expected;

  visit(test.dims, false, {}, [&](std::array<int64_t, 3> at, int64_t channel) {
    Acc sum = 0;
    visit(test.dims, true, at, [&](std::array<int64_t, 3> point, int64_t) {
      sum += Acc(a[point[0]]) * Acc(b[point[1]]);
    });
    if (test.plain) {
      expected[at[2]] = Out(sum);
      return;
    }
    Acc biased = sum + bias[channel];
    if constexpr (integer) {
      float scaled = std::nearbyintf(float(biased) * multiplier[channel]) + 5.0f;
      scaled += float(residual[at[2]]);
      expected[at[2]] = Out(std::min(std::max(scaled, 0.0f), 255.0f));
    } else {
      Acc value = biased + residual[at[2]];
      expected[at[2]] = value > 0 ? value : 0;
    }
  });

  std::vector<char> constant;
  std::vector<int32_t> table;
  if (test.storage == Storage::Packed || weightsInA) {
    auto packed = packWeight(contraction, weightsInA ? bytesOf(a) : bytesOf(b));
    ASSERT_TRUE(bool(packed)) << llvm::toString(packed.takeError());
    constant = packed->values;
    table = packed->index;
    if (test.sparsity != Sparsity::Dense) {
      EXPECT_LT(packed->stored, packed->total);
    }
    constant.resize(constant.size() + 64);
  }
  auto object = load(*context, kernelText(test, contraction, integer), target);
  ASSERT_TRUE(object);
  auto kernel = object->lookupAs<void(const void *, const void *, Out *,
                                      const int32_t *, const Acc *,
                                      const float *, const Out *)>("kernel");
  ASSERT_TRUE(bool(kernel)) << llvm::toString(kernel.takeError());
  const void *pointerA = a.data(), *pointerB = b.data();
  if (weightsInA)
    pointerA = constant.data();
  else if (!constant.empty())
    pointerB = constant.data();
  (*kernel)(pointerA, pointerB, got.data(), table.data(), bias.data(),
            multiplier.data(), residual.data());
  // Where the tail is padded, lanes beyond the size are free.
  int64_t wrong = 0;
  std::vector<bool> compared(expected.size(), test.exactTail);
  visit(test.dims, false, {}, [&](std::array<int64_t, 3> at, int64_t) {
    compared[at[2]] = true;
  });
  for (size_t i = 0; i < expected.size(); ++i)
    if (compared[i] && expected[i] != got[i] && ++wrong < 4)
      ADD_FAILURE() << "element " << i << ": expected " << double(expected[i])
                    << ", but got " << double(got[i]);
  EXPECT_EQ(wrong, 0);
}

} // namespace

TEST(Contract, FloatsMatchPlainLoops) {
  for (const Target &target : usableTargets())
    for (const LeafRate &rate : target.leaves)
      if (rate.leaf != "vpdpbusd" && rate.leaf != "vpmaddwd")
        for (const Case &test : allCases())
          check<float, float, float, float>(test, target, rate.leaf);
}

TEST(Contract, BatchesReduceOutsideTheTiles) {
  for (const Target &target : usableTargets())
    for (bool exact : {false, true}) {
      StringRef leaf = target.fma ? "fma" : "portable";
      check<float, float, float, float>(
          batchGradient("dW of a batch", 12, 24, 24, 2, exact ? 30 : 32, exact),
          target, leaf.str());
    }
}

TEST(Contract, RandomTilesMatchPlainLoops) {
  std::vector<Target> targets = usableTargets();
  for (unsigned seed = 0; seed < 60; ++seed) {
    const Target &target = targets[seed % targets.size()];
    Case test = randomCase(seed);
    for (const LeafRate &rate : target.leaves) {
      if (rate.leaf == "fma" || (rate.leaf == "portable" && !target.fma))
        check<float, float, float, float>(test, target, rate.leaf);
      if (rate.leaf == "portable" ||
          (rate.leaf != "fma" && test.storage == Storage::Packed))
        check<uint8_t, int8_t, int32_t, uint8_t>(test, target, rate.leaf);
    }
  }
}

TEST(Contract, IntegersMatchPlainLoops) {
  for (const Target &target : usableTargets())
    for (const LeafRate &rate : target.leaves) {
      if (rate.leaf == "fma")
        continue;
      for (const Case &test : allCases()) {
        if (rate.leaf != "portable" && lacksGroups(test))
          continue;
        if (test.sparsity == Sparsity::Unstructured)
          check<int8_t, uint8_t, int32_t, uint8_t>(test, target, rate.leaf);
        else
          check<uint8_t, int8_t, int32_t, uint8_t>(test, target, rate.leaf);
        if (rate.leaf != "vpdpbusd" && test.sparsity == Sparsity::Dense)
          check<int8_t, uint8_t, int32_t, uint8_t>(test, target, rate.leaf);
      }
    }
}
