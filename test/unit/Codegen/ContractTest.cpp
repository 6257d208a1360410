// Contractions of every kind, compiled for every target and leaf that runs
// here, against plain loops, bit for bit on small integers.
#include "KernelHarness.h"

#include "penjing/Codegen/Packing.h"
#include "penjing/Codegen/Tiling.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;
using penjing::test::integers;

namespace {

/// A dimension before it becomes an attribute; strides of A, B, C.
struct Dim {
  const char *name;
  DimKind kind;
  int64_t size;
  std::array<int64_t, 3> strides;
  int64_t tile = 1;
};

/// A contraction to test, and sizes of its buffers in elements.
struct Case {
  std::string name;
  std::vector<Dim> dims;
  int64_t sizeA, sizeB, sizeC;
  Storage storage = Storage::Packed;
  Sparsity sparsity = Sparsity::Dense;
  bool exactTail = false;
  /// Share of blocks or elements set to zero.
  double zeros = 0;
  /// Vector tile of a block, in units of 16 outputs.
  int64_t blockOutputs = 0;
  /// The epilogue is the accumulator itself: no bias, residual or activation.
  bool plain = false;
  /// Whether the tiles are the dimensions' own, not the chosen ones.
  bool ownTiles = false;
};

struct Conv {
  int64_t n = 1, h, w, c, o, kernel = 3, stride = 1, dilation = 1, groups = 1;
};

int64_t roundUp(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// NHWC activations with a halo, OIHW weights, channels padded to 16.
Case convolution(const std::string &name, Conv s) {
  int64_t group = roundUp(s.c / s.groups, 4);
  int64_t channels = roundUp(group * s.groups, 16);
  int64_t outputs = s.o / s.groups;
  int64_t outChannels =
      s.groups == 1 ? roundUp(s.o, 16) : roundUp(outputs, 16) * s.groups;
  int64_t reach = s.dilation * (s.kernel - 1);
  int64_t rows = (s.h - 1) * s.stride + reach + 1;
  int64_t columns = (s.w - 1) * s.stride + reach + 1;
  int64_t k = s.kernel, cg = s.c / s.groups;
  int64_t row = columns * channels, outRow = s.w * outChannels;
  Case test;
  test.name = name;
  using K = DimKind;
  if (s.n > 1)
    test.dims.push_back({"n", K::Parallel, s.n, {rows * row, 0, s.h * outRow}});
  if (s.groups > 1)
    test.dims.push_back({"g",
                         K::Parallel,
                         s.groups,
                         {group, outputs * cg * k * k, outChannels / s.groups}});
  test.dims.push_back({"oh", K::Parallel, s.h, {s.stride * row, 0, outRow}});
  test.dims.push_back({"o", K::Vector, outputs, {0, cg * k * k, 1}});
  test.dims.push_back(
      {"ow", K::Parallel, s.w, {s.stride * channels, 0, outChannels}});
  test.dims.push_back({"kh", K::Reduction, k, {s.dilation * row, k, 0}});
  test.dims.push_back({"kw", K::Reduction, k, {s.dilation * channels, 1, 0}});
  test.dims.push_back({"c", K::Reduction, cg, {1, k * k, 0}});
  test.sizeA = s.n * rows * row + 64;
  test.sizeB = s.o * cg * k * k;
  test.sizeC = s.n * s.h * outRow;
  return test;
}

/// NHWC, weights [c][kh][kw]; the vector runs along channels.
Case depthwise(const std::string &name, Conv s) {
  int64_t channels = roundUp(s.c, 16);
  int64_t rows = (s.h - 1) * s.stride + s.kernel;
  int64_t columns = (s.w - 1) * s.stride + s.kernel;
  int64_t row = columns * channels, k = s.kernel;
  Case test;
  test.name = name;
  using K = DimKind;
  test.dims = {
      {"oh", K::Parallel, s.h, {s.stride * row, 0, s.w * channels}},
      {"ow", K::Parallel, s.w, {s.stride * channels, 0, channels}},
      {"c", K::Vector, s.c, {1, k * k, 1}},
      {"kh", K::Reduction, k, {row, k, 0}},
      {"kw", K::Reduction, k, {channels, 1, 0}}};
  test.sizeA = rows * row + 64;
  test.sizeB = s.c * k * k;
  test.sizeC = s.h * s.w * channels;
  return test;
}

/// C[m, n] = A[m, k] B[k, n], B strided as computed at run time.
Case matmul(const std::string &name, int64_t m, int64_t n, int64_t k,
            Storage storage, bool exact = false) {
  int64_t width = exact ? n : roundUp(n, 16);
  Case test;
  test.name = name;
  using K = DimKind;
  test.dims = {{"m", K::Parallel, m, {roundUp(k, 4), 0, width}},
               {"n", K::Vector, n, {0, 1, 1}},
               {"k", K::Reduction, k, {1, width, 0}}};
  test.sizeA = m * roundUp(k, 4) + 64;
  test.sizeB = k * width;
  test.sizeC = m * width;
  test.storage = storage;
  test.exactTail = exact;
  return test;
}

/// dW[kh, kw, c, o] = sum over pixels of dY[pixel, o] X[pixel + tap, c].
Case weightGradient(const std::string &name, int64_t h, int64_t w, int64_t c,
                    int64_t o) {
  int64_t row = (w + 2) * c;
  Case test;
  test.name = name;
  using K = DimKind;
  test.dims = {{"kh", K::Parallel, 3, {row, 0, 3 * c * o}},
               {"kw", K::Parallel, 3, {c, 0, c * o}},
               {"c", K::Parallel, c, {1, 0, o}},
               {"o", K::Vector, o, {0, 1, 1}},
               {"oh", K::Reduction, h, {row, w * o, 0}},
               {"ow", K::Reduction, w, {c, o, 0}}};
  test.sizeA = (h + 2) * row;
  test.sizeB = h * w * o;
  test.sizeC = 9 * c * o;
  test.storage = Storage::Strided;
  return test;
}

/// The weight gradient of a batch too large for the caches: its images are
/// reduced outside the tiles, with the sums in C.
Case batchGradient(const std::string &name, int64_t n, int64_t h, int64_t w,
                   int64_t c, int64_t o, bool exact) {
  Case test = weightGradient(name, h, w, c, o);
  int64_t image = test.sizeA, gradient = test.sizeB;
  auto firstReduction = llvm::find_if(test.dims, [](const Dim &dim) {
    return dim.kind == DimKind::Reduction;
  });
  test.dims.insert(firstReduction,
                   {"n", DimKind::Reduction, n, {image, gradient, 0}});
  test.sizeA *= n;
  test.sizeB *= n;
  test.exactTail = exact;
  test.plain = true;
  return test;
}

/// Any sizes, any tiles, any dependence of A and B on the dimensions, in any
/// order of the nest.
Case randomCase(unsigned seed) {
  std::mt19937 random(seed);
  auto upTo = [&](int64_t most) {
    return static_cast<int64_t>(random() % most) + 1;
  };
  Case test;
  test.name = "random " + std::to_string(seed);
  test.ownTiles = true;
  test.exactTail = random() % 2;
  test.storage = random() % 3 ? Storage::Packed : Storage::Strided;
  static const char *const parallel[] = {"p", "q", "r"};
  static const char *const reduction[] = {"k", "l", "m"};
  int64_t vector = upTo(70), a = 1, b = 1, c = test.exactTail ? vector : roundUp(vector, 16);
  int64_t vectorStrideB = 1;
  if (test.storage == Storage::Strided)
    b = roundUp(vector, 16);
  std::vector<Dim> reductions, dims;
  // The last reduction is contiguous in A, as groups of four need it.
  for (int64_t i = upTo(3); i-- > 0;) {
    int64_t size = upTo(9);
    reductions.insert(reductions.begin(),
                      {reduction[i], DimKind::Reduction, size, {a, b, 0},
                       upTo(size)});
    a = roundUp(a * size, 4);
    b *= size;
  }
  for (int64_t i = upTo(3); i-- > 0;) {
    int64_t size = upTo(6);
    bool inA = random() % 4, inB = random() % 4 == 0;
    dims.push_back({parallel[i], DimKind::Parallel, size,
                    {inA ? a : 0, inB ? b : 0, c}, upTo(size)});
    a *= inA ? size : 1;
    b *= inB ? size : 1;
    c *= size;
  }
  if (test.storage == Storage::Packed) {
    vectorStrideB = b;
    b *= vector;
  }
  dims.insert(dims.begin() + random() % (dims.size() + 1),
              {"v", DimKind::Vector, vector, {0, vectorStrideB, 1}, upTo(3)});
  dims.insert(dims.end(), reductions.begin(), reductions.end());
  test.dims = dims;
  test.sizeA = a + 64;
  test.sizeB = b + 64;
  test.sizeC = c;
  return test;
}

Case sparse(Case test, Sparsity sparsity, double zeros, int64_t blockOutputs) {
  test.sparsity = sparsity;
  test.zeros = zeros;
  test.blockOutputs = blockOutputs;
  return test;
}

/// CHW activations, the vector along pixels, A the [o][c] weight.
Case unstructured(const std::string &name, int64_t o, int64_t c,
                  int64_t pixels) {
  Case test;
  test.name = name;
  using K = DimKind;
  test.dims = {{"o", K::Parallel, o, {c, 0, pixels}},
               {"p", K::Vector, pixels, {0, 1, 1}},
               {"c", K::Reduction, c, {1, pixels, 0}}};
  test.sizeA = o * c;
  test.sizeB = c * pixels;
  test.sizeC = o * pixels;
  test.storage = Storage::Strided;
  test.sparsity = Sparsity::Unstructured;
  test.zeros = 0.8;
  test.exactTail = true;
  return test;
}

std::vector<Case> allCases() {
  std::vector<Case> cases = {
      convolution("conv 3x3 16to32", {1, 16, 16, 16, 32}),
      convolution("conv 3x3 3to16", {1, 8, 8, 3, 16}),
      convolution("odd channels", {2, 5, 7, 5, 19}),
      convolution("wide outputs", {1, 3, 9, 8, 80}),
      convolution("stride 2", {1, 4, 6, 8, 16, 3, 2}),
      convolution("dilation 2", {1, 5, 5, 4, 24, 3, 1, 2}),
      convolution("pointwise", {1, 4, 4, 20, 40, 1}),
      convolution("kernel 5 stride 3", {1, 3, 3, 2, 16, 5, 3}),
      convolution("groups", {2, 4, 4, 12, 30, 3, 1, 1, 3}),
      depthwise("depthwise", {1, 6, 10, 32, 32}),
      depthwise("depthwise odd stride 2", {1, 3, 5, 21, 21, 3, 2}),
      matmul("vector by matrix", 1, 128, 200, Storage::Packed),
      matmul("ten classes exact", 3, 10, 33, Storage::Packed, true),
      matmul("strided B", 13, 48, 24, Storage::Strided),
      matmul("strided B exact", 7, 37, 11, Storage::Strided, true),
      weightGradient("dW", 6, 5, 7, 32),
      sparse(convolution("block 16x1", {1, 6, 6, 16, 48}), Sparsity::Block,
             0.7, 16),
      sparse(convolution("block 32x1 odd", {1, 4, 5, 7, 80}), Sparsity::Block,
             0.5, 32),
      sparse(matmul("block fully connected", 1, 64, 100, Storage::Packed),
             Sparsity::Block, 0.8, 16),
      sparse(matmul("block all zero", 2, 32, 12, Storage::Packed),
             Sparsity::Block, 1.0, 16),
      unstructured("unstructured", 12, 20, 49),
  };
  return cases;
}

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

/// Visits every point of the dimensions of the wanted roles with its offsets.
void visit(ArrayRef<Dim> dims, bool reductions, std::array<int64_t, 3> at,
           llvm::function_ref<void(std::array<int64_t, 3>, int64_t)> body,
           int64_t channel = 0) {
  if (dims.empty())
    return body(at, channel);
  const Dim &dim = dims.front();
  if ((dim.kind == DimKind::Reduction) != reductions)
    return visit(dims.drop_front(), reductions, at, body, channel);
  for (int64_t index = 0; index < dim.size; ++index) {
    std::array<int64_t, 3> moved = at;
    for (int operand = 0; operand < 3; ++operand)
      moved[operand] += index * dim.strides[operand];
    visit(dims.drop_front(), reductions, moved, body,
          dim.kind == DimKind::Vector ? index : channel);
  }
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

/// Runs one case on one target and leaf. A, B: element types; Out: C's.
template <typename A, typename B, typename Acc, typename Out>
void check(const Case &test, const Target &target, const std::string &leaf) {
  SCOPED_TRACE(test.name + " on " + target.name + " with " + leaf);
  constexpr bool integer = std::is_same_v<Acc, int32_t>;
  auto context = penjing::test::makeContext();
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

  std::string attribute;
  llvm::raw_string_ostream(attribute) << contraction;
  bool indexed = test.sparsity != Sparsity::Dense;
  std::string index = indexed ? "index(%index)" : "";
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
  text += "\n return\n}";

  std::vector<char> constant;
  std::vector<int32_t> table;
  if (test.storage == Storage::Packed || weightsInA) {
    auto packed = packWeight(contraction, weightsInA ? bytesOf(a) : bytesOf(b));
    ASSERT_TRUE(bool(packed)) << llvm::toString(packed.takeError());
    constant = packed->values;
    table = packed->index;
    if (indexed) {
      EXPECT_LT(packed->stored, packed->total);
    }
    constant.resize(constant.size() + 64);
  }
  auto object = penjing::test::load(*context, text, target);
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

/// Whether the case has no groups for a leaf that multiplies four at once.
bool lacksGroups(const Case &test) {
  return test.storage == Storage::Strided ||
         llvm::any_of(test.dims, [](const Dim &dim) {
           return dim.kind == DimKind::Vector && dim.strides[0] != 0;
         });
}

} // namespace

TEST(Contract, FloatsMatchPlainLoops) {
  for (const Target &target : test::usableTargets())
    for (const LeafRate &rate : target.leaves)
      if (rate.leaf != "vpdpbusd" && rate.leaf != "vpmaddwd")
        for (const Case &test : allCases())
          check<float, float, float, float>(test, target, rate.leaf);
}

TEST(Contract, BatchesReduceOutsideTheTiles) {
  for (const Target &target : test::usableTargets())
    for (bool exact : {false, true}) {
      StringRef leaf = target.fma ? "fma" : "portable";
      check<float, float, float, float>(
          batchGradient("dW of a batch", 12, 24, 24, 2, exact ? 30 : 32, exact),
          target, leaf.str());
    }
}

TEST(Contract, RandomTilesMatchPlainLoops) {
  std::vector<Target> targets = test::usableTargets();
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
  for (const Target &target : test::usableTargets())
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
