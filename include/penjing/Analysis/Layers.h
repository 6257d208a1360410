// Layers: the convolutions and matrix products whose weight is a parameter,
// and the ops that stand between the two.
#ifndef PENJING_ANALYSIS_LAYERS_H
#define PENJING_ANALYSIS_LAYERS_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include <string>
#include <vector>

namespace penjing {

/// How a value comes from a parameter: use, then perhaps masked, then perhaps
/// fake_quantize. Ops that are not there are null.
struct ParameterPath {
  ParamOp param;
  UseOp use;
  MaskedOp masked;
  FakeQuantizeOp fakeQuantize;
  /// The mask's parameter, null without a mask.
  ParamOp mask;
};

/// The parameter that `op` uses.
ParamOp getParam(UseOp op);

/// The path from a parameter to `value`, or nothing where it is computed otherwise.
std::optional<ParameterPath> traceParameter(mlir::Value value);

/// A convolution or matrix product with a parameter as its weight. A weight is
/// seen as outputs x inputs x taps whatever its layout; `inputs` are those of
/// one group.
struct Layer {
  mlir::Operation *op = nullptr; ///< ConvOp or MatmulOp
  ParameterPath weight;
  std::optional<ParameterPath> bias; ///< where the bias is a parameter
  int64_t outputs = 0, inputs = 0, taps = 1, groups = 1;
  int64_t outputStride = 0, inputStride = 0;

  ParamOp param() const { return weight.param; }
  mlir::Value input() const { return op->getOperand(0); }
  mlir::Value result() const { return op->getResult(0); }
  mlir::OpOperand &weightOperand() const { return op->getOpOperand(1); }
  /// The dimension of the weight's tensor that holds the output channels.
  unsigned outputDimension() const;
  /// The dimension of the result that holds the output channels.
  unsigned resultDimension() const;
  /// A convolution with one input channel a group and more than one group.
  bool isDepthwise() const { return groups > 1 && inputs == 1; }
  /// Products in the sum of one element of the result.
  int64_t products() const { return inputs * taps; }
  int64_t size() const { return outputs * inputs * taps; }
  /// Position of a weight in the parameter's bytes.
  int64_t element(int64_t output, int64_t input, int64_t tap) const {
    return output * outputStride + input * inputStride + tap;
  }
};

/// The layer that `op` is, or nothing.
std::optional<Layer> getLayer(mlir::Operation *op);

/// All layers of the module's functions, in order.
std::vector<Layer> getLayers(mlir::ModuleOp module);

/// What remarks call an op: the ONNX node's name, or the weight's symbol.
std::string layerName(mlir::Operation *op);

/// The layer's float32 weights with masked ones as zero; nothing where the
/// parameter has no value or another element type.
std::optional<std::vector<float>> maskedWeights(const Layer &layer);

/// The parameter's float32 values; nothing as above.
std::optional<std::vector<float>> floatValues(ParamOp param);

/// Adds a parameter beside `after` with a name made unique, and its value
/// where `bytes` are given.
ParamOp addParameter(ParamOp after, llvm::StringRef name, mlir::RankedTensorType type, Role role,
                     std::optional<llvm::ArrayRef<char>> bytes);

/// Erases uses that nobody reads, then private parameters without uses, and
/// frees their blobs. Gives how many parameters went.
int64_t removeUnusedParameters(mlir::ModuleOp module);

/// The bytes of an array.
template <typename T> llvm::ArrayRef<char> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

/// Names of ONNX nodes from an option such as `conv1,fc`.
class NodeNames {
public:
  explicit NodeNames(llvm::StringRef list);
  bool contains(mlir::Operation *op);
  /// Fails, naming what no op was asked about under, with `option` in the message.
  mlir::LogicalResult requireAllMet(mlir::Operation *where, llvm::StringRef option) const;

private:
  std::vector<std::pair<std::string, bool>> names;
};

} // namespace penjing

#endif // PENJING_ANALYSIS_LAYERS_H
