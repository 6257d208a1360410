// Compiled code against the reference interpreter, layer by layer, on one call.
// Each layer is judged by the operands that the compiled code gave it.
#ifndef PENJING_RECIPES_VERIFICATION_H
#define PENJING_RECIPES_VERIFICATION_H

#include "penjing/Recipes/ModelCall.h"
#include "penjing/Reference/Comparison.h"

#include "llvm/ADT/DenseMap.h"

namespace penjing {

/// The judgement of one layer.
struct VerifiedLayer {
  std::string name; ///< of the ONNX node
  std::string op;   ///< such as `pj.conv`
  /// How far the compiled run as a whole is from the interpreter's at this layer.
  Comparison whole;
  /// `exact` or `3 differ` where integers take part; else the error in units of its
  /// bound (`0.125`), or `no bound`.
  std::string verdict;
  bool out = false; ///< integers differ, or the error is beyond its bound
};

/// Judges the results in `compiled`, by the values of the call's function. Integers, and all that
/// touches them, must agree exactly with what the interpreter makes of the same operands; a float
/// may be as far from its f64 value as rounding in any order of summation can bring it. Results
/// that are not in the map are taken from the interpreter.
mlir::FailureOr<std::vector<VerifiedLayer>> judgeLayers(const ModelCall &call,
                                                        llvm::DenseMap<mlir::Value, Tensor> compiled);

/// Compiles the model for `target`, runs it with every result kept, and judges its layers. Named
/// dimensions of the module take the sizes that the inputs have.
mlir::FailureOr<std::vector<VerifiedLayer>> verifyLayers(ModelCall &call, const Target &target);

} // namespace penjing

#endif // PENJING_RECIPES_VERIFICATION_H
