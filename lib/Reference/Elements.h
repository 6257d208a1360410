// Choosing a C++ type for the elements of a tensor, and walking tensors row by row.
#ifndef PENJING_LIB_REFERENCE_ELEMENTS_H
#define PENJING_LIB_REFERENCE_ELEMENTS_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Reference/Tensor.h"

#include <array>
#include <type_traits>

namespace penjing::reference {

/// Calls `f` with a value of the float type of the elements: float or double
/// (narrower floats were widened before).
template <typename F> void withFloat(mlir::Type type, F &&f) {
  assert((type.isF32() || type.isF64()) && "a float of another width");
  type.isF32() ? f(float()) : f(double());
}

/// Calls `f` with an unsigned value as wide as an element.
template <typename F> void withBits(unsigned bytes, F &&f) {
  switch (bytes) {
  case 1: return f(uint8_t());
  case 2: return f(uint16_t());
  case 4: return f(uint32_t());
  default: return f(uint64_t());
  }
}

/// Calls `f` with a value of the elements' type where only +, -, · matter:
/// integers of either sign wrap alike and are taken as unsigned.
template <typename F> void withRing(const Tensor &tensor, F &&f) {
  if (mlir::isa<mlir::FloatType>(tensor.elementType()))
    return withFloat(tensor.elementType(), f);
  withBits(tensor.elementBytes(), f);
}

/// True for elements whose integers have no sign.
bool isUnsigned(mlir::Type elementType);

/// Calls `f` with a value of exactly the elements' type (quantized: the storage's).
template <typename F> void withElement(const Tensor &tensor, F &&f) {
  if (mlir::isa<mlir::FloatType>(tensor.elementType()))
    return withFloat(tensor.elementType(), f);
  withBits(tensor.elementBytes(), [&](auto bits) {
    if (isUnsigned(tensor.elementType()))
      f(bits);
    else
      f(std::make_signed_t<decltype(bits)>());
  });
}

/// acc + a · b; integers wrap.
template <typename T> T multiplyAdd(T acc, T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return T(uint64_t(acc) + uint64_t(a) * uint64_t(b));
  else
    return acc + a * b;
}

using Strides = llvm::SmallVector<int64_t, 4>;

/// Elements between neighbours along each dimension, row-major.
Strides rowMajor(llvm::ArrayRef<int64_t> shape);

/// Strides that repeat a tensor of shape `from` over the shape `to` by NumPy's rule.
Strides broadcastStrides(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

/// Calls f(offsets, length, steps) for each row along the last dimension of a
/// shape: where it begins in each of K tensors and how far apart its elements are.
template <size_t K, typename F>
void forEachRow(llvm::ArrayRef<int64_t> shape, const std::array<Strides, K> &strides, F &&f) {
  std::array<int64_t, K> offsets{}, steps{};
  if (llvm::is_contained(shape, 0))
    return;
  if (shape.empty())
    return f(offsets, int64_t(1), steps);
  size_t last = shape.size() - 1;
  for (size_t k = 0; k < K; ++k)
    steps[k] = strides[k][last];
  Strides index(shape.size(), 0);
  while (true) {
    f(offsets, shape[last], steps);
    size_t d = last;
    for (; d > 0; --d) {
      for (size_t k = 0; k < K; ++k)
        offsets[k] += strides[k][d - 1];
      if (++index[d - 1] < shape[d - 1])
        break;
      for (size_t k = 0; k < K; ++k)
        offsets[k] -= strides[k][d - 1] * shape[d - 1];
      index[d - 1] = 0;
    }
    if (d == 0)
      return;
  }
}

/// result = f(a), elementwise; the shapes are equal.
template <typename R, typename A, typename F> void map(Tensor &result, const Tensor &a, F &&f) {
  R *out = result.data<R>();
  const A *in = a.data<A>();
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    out[i] = R(f(in[i]));
}

/// result = f(a, b), elementwise, both broadcast to the result's shape.
template <typename R, typename A, typename F>
void map(Tensor &result, const Tensor &a, const Tensor &b, F &&f) {
  R *out = result.data<R>();
  const A *lhs = a.data<A>(), *rhs = b.data<A>();
  std::array<Strides, 3> strides{rowMajor(result.shape()), broadcastStrides(a.shape(), result.shape()),
                                 broadcastStrides(b.shape(), result.shape())};
  forEachRow(result.shape(), strides, [&](const auto &at, int64_t length, const auto &step) {
    for (int64_t i = 0; i < length; ++i)
      out[at[0] + i] = R(f(lhs[at[1] + i * step[1]], rhs[at[2] + i * step[2]]));
  });
}

} // namespace penjing::reference

#endif // PENJING_LIB_REFERENCE_ELEMENTS_H
