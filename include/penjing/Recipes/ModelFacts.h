// Facts about a model that can be read off its IR: parameters, zeros, bytes,
// multiply-adds, layer by layer. What reports and comparisons are made of.
#ifndef PENJING_RECIPES_MODELFACTS_H
#define PENJING_RECIPES_MODELFACTS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// A convolution or matrix product whose weight is a parameter.
struct LayerFacts {
  std::string name;   ///< of the ONNX node, else the weight's symbol
  std::string op;     ///< `conv`, `matmul`
  std::string weight; ///< the weight's symbol
  std::vector<int64_t> shape;
  std::string element;      ///< `f32`, `i8`: how the weight is stored
  uint64_t parameters = 0;  ///< elements of the weight
  uint64_t zeros = 0;       ///< elements that count as zero (masked or stored so)
  uint64_t weightBytes = 0; ///< of the weight as stored; mask included
  /// Multiply-adds of one sample, zeros counted.
  uint64_t macs = 0;
  /// Signal-to-noise ratio of the weight that is computed with against the float
  /// value of the parameter, in dB: what the mask and the grid cost. Nothing
  /// where they are the same, or where the float value is gone.
  std::optional<double> sqnr;

  llvm::json::Object toJson() const;
};

struct ModelFacts {
  std::string form;
  /// Elements of trainable roles (weights, biases, norms); zeros among weights.
  uint64_t parameters = 0, weights = 0, zeros = 0;
  uint64_t weightBytes = 0; ///< of all parameters as stored
  uint64_t macs = 0;
  std::vector<LayerFacts> layers; ///< in the order of the entry function

  llvm::json::Object toJson() const;
};

ModelFacts collectFacts(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_RECIPES_MODELFACTS_H
