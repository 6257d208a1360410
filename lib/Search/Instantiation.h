// Writes the one network that a space becomes under given answers.
#ifndef PENJING_LIB_SEARCH_INSTANTIATION_H
#define PENJING_LIB_SEARCH_INSTANTIATION_H

#include "penjing/Dialect/Penjing/SizeBindings.h"
#include "penjing/Search/Space.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

namespace penjing {

/// Ops an instance may have, and ops that collecting decisions may meet: blocks
/// that apply blocks grow exponentially.
constexpr int64_t kMaxInstanceOps = 100000;
/// How deep blocks may apply blocks.
constexpr unsigned kMaxInstanceDepth = 64;

/// One pass over the blocks of a space that copies what was chosen. Shapes are
/// inferred anew; parameters are made where layers ask for them.
class Instantiation {
public:
  /// `answers`: the option of each decision by name; one that is not there has
  /// a single option.
  Instantiation(mlir::ModuleOp module, const llvm::StringMap<int> &answers)
      : module(module), answers(answers), scope(module.getContext()), builder(module.getContext()) {}

  /// Replaces the entry function by the network and erases what no function of
  /// the network needs. On failure the module holds leftovers.
  mlir::LogicalResult run();

private:
  /// One instance of a block: what its names and values stand for.
  struct Frame {
    Frame(DimensionScope &scope, mlir::StringAttr instance) : sizes(scope), instance(instance) {}
    SizeBindings sizes;
    mlir::StringAttr instance; ///< its qualified name; null outside all named ones
    llvm::DenseMap<mlir::Value, mlir::Value> values;
  };

  int answer(const Frame &frame, llvm::StringRef decision);
  void bindSearchedSizes(Frame &frame);

  using Values = llvm::SmallVector<mlir::Value>;
  /// Copies the block's ops; gives what its terminator hands on.
  mlir::FailureOr<Values> copy(mlir::Block &block, Frame &frame);
  mlir::LogicalResult copy(mlir::Operation *op, Frame &frame);
  mlir::LogicalResult take(ChoiceOp choice, Frame &frame);
  mlir::LogicalResult repeat(StackOp stack, Frame &frame);
  mlir::LogicalResult enter(ApplyOp apply, Frame &frame);
  mlir::LogicalResult write(ConvLayerOp layer, Frame &frame);
  mlir::LogicalResult write(LinearLayerOp layer, Frame &frame);
  mlir::LogicalResult write(BatchNormLayerOp layer, Frame &frame);
  mlir::LogicalResult write(ZerosLikeOp zeros, Frame &frame);
  mlir::LogicalResult clone(mlir::Operation *op, Frame &frame);

  /// Gives the results of a new op the types that follow from its operands.
  mlir::LogicalResult inferTypes(mlir::Operation *op);
  /// The number that a dimension of a declared or of an actual type is now.
  mlir::FailureOr<int64_t> number(mlir::Operation *layer, mlir::RankedTensorType type, unsigned dim,
                                  const SizeBindings &sizes);
  std::string layerName(llvm::StringRef name, const Frame &frame);
  mlir::Location location(mlir::Operation *layer, llvm::StringRef name);
  /// A parameter and its use; null with a diagnostic where it would be too large.
  mlir::Value parameter(mlir::Operation *layer, const llvm::Twine &name, llvm::ArrayRef<int64_t> shape,
                        mlir::Type element, Role role, InitializerKind init, int64_t fanIn = 1);

  void removeUnused(mlir::func::FuncOp network);

  mlir::ModuleOp module;
  const llvm::StringMap<int> &answers;
  DimensionScope scope;      ///< sizes of the network: the entry's own names
  mlir::OpBuilder builder;   ///< at the end of the network
  mlir::Operation *parameters = nullptr; ///< new parameters go in front of it
  llvm::StringMap<unsigned> layerNames;
  llvm::DenseSet<mlir::Value> zeros; ///< values known to be zero
  int64_t ops = 0;
};

} // namespace penjing

#endif // PENJING_LIB_SEARCH_INSTANTIATION_H
