// The contractions to test, one function a kind, in the layouts that the
// lowering of networks uses.
#include "ContractCases.h"

#include <random>

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {
struct Conv {
  int64_t n = 1, h, w, c, o, kernel = 3, stride = 1, dilation = 1, groups = 1;
};
} // namespace

int64_t penjing::test::roundUp(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// NHWC activations with a halo, OIHW weights, channels padded to 16.
static Case convolution(const std::string &name, Conv s) {
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
static Case depthwise(const std::string &name, Conv s) {
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
static Case matmul(const std::string &name, int64_t m, int64_t n, int64_t k,
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
static Case weightGradient(const std::string &name, int64_t h, int64_t w, int64_t c,
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

Case penjing::test::batchGradient(const std::string &name, int64_t n, int64_t h, int64_t w,
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

Case penjing::test::randomCase(unsigned seed) {
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

static Case sparse(Case test, Sparsity sparsity, double zeros, int64_t blockOutputs) {
  test.sparsity = sparsity;
  test.zeros = zeros;
  test.blockOutputs = blockOutputs;
  return test;
}

/// CHW activations, the vector along pixels, A the [o][c] weight.
static Case unstructured(const std::string &name, int64_t o, int64_t c,
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

std::vector<Case> penjing::test::allCases() {
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

void penjing::test::visit(ArrayRef<Dim> dims, bool reductions, std::array<int64_t, 3> at,
           llvm::function_ref<void(std::array<int64_t, 3>, int64_t)> body,
           int64_t channel) {
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

bool penjing::test::lacksGroups(const Case &test) {
  return test.storage == Storage::Strided ||
         llvm::any_of(test.dims, [](const Dim &dim) {
           return dim.kind == DimKind::Vector && dim.strides[0] != 0;
         });
}
