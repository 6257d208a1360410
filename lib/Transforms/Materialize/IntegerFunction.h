// Rewrites one function from simulated grids to quantized types.
#ifndef PENJING_LIB_TRANSFORMS_MATERIALIZE_INTEGERFUNCTION_H
#define PENJING_LIB_TRANSFORMS_MATERIALIZE_INTEGERFUNCTION_H

#include "PackedParameters.h"

namespace penjing {

class IntegerFunction {
public:
  IntegerFunction(mlir::func::FuncOp function, PackedParameters &parameters)
      : function(function), parameters(parameters), builder(function.getContext()) {}

  /// Replaces every masked and fake_quantize. Fails, with a message, on a grid
  /// that nobody filled; nothing has changed then.
  mlir::LogicalResult rewrite();

  /// Called for each layer that stays float although its weight or input has a
  /// grid, with the reason.
  std::function<void(mlir::Operation *, llvm::StringRef)> onFloatLayer;
  std::function<void(mlir::Operation *)> onIntegerLayer;

private:
  mlir::LogicalResult readGrids();
  void planResults();
  void planBackwards(mlir::Value value, mlir::quant::QuantizedType type);
  void rewriteOp(mlir::Operation *op);
  void rewriteActivationGrid(FakeQuantizeOp op);
  void freezeOperands(mlir::Operation *op);
  bool rewriteLayer(const Layer &layer);
  const char *whyFloat(const Layer &layer);

  /// The quantized type that packing gives to a value, null for float ones.
  mlir::Type typeOf(mlir::Value value);
  /// Replaces `op` by the same op on `operands` with the result element type
  /// given; a float result takes the place of the old one at once.
  void replace(mlir::Operation *op, mlir::ValueRange operands, mlir::Type element);
  mlir::Value asFloat(mlir::Value value);
  mlir::Value useOf(ParamOp param, mlir::Location location);

  mlir::func::FuncOp function;
  PackedParameters &parameters;
  mlir::OpBuilder builder;
  llvm::DenseMap<mlir::Operation *, Grid> grids; ///< of each fake_quantize
  /// Element type that a computed value gets because a fake_quantize follows.
  llvm::DenseMap<mlir::Value, mlir::quant::QuantizedType> planned;
  /// The integers that stand for a float value of the decided form.
  llvm::DenseMap<mlir::Value, mlir::Value> integers;
  llvm::DenseMap<mlir::Value, mlir::Value> dequantized;
  llvm::SmallVector<mlir::Operation *> replaced;
};

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_MATERIALIZE_INTEGERFUNCTION_H
