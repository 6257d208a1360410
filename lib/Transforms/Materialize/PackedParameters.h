// The parameters of a packed module: masks and grids frozen into values.
#ifndef PENJING_LIB_TRANSFORMS_MATERIALIZE_PACKEDPARAMETERS_H
#define PENJING_LIB_TRANSFORMS_MATERIALIZE_PACKEDPARAMETERS_H

#include "Grids.h"

#include <map>
#include <tuple>

namespace penjing {

/// Makes frozen parameters, one for all ops that read a weight the same way, and
/// gives them the name of the parameter they replace.
class PackedParameters {
public:
  explicit PackedParameters(mlir::ModuleOp module) : module(module) {}

  /// The integers of a weight on `grid`, masked ones zero.
  ParamOp asIntegers(const ParameterPath &path, const Grid &grid);

  /// The float32 numbers of a value that comes from a parameter, masked ones
  /// zero and on their grid where there is one.
  ParamOp asFloats(const ParameterPath &path, const Grid *grid);

  /// The bias as i32 at scale input scale x weight scale.
  ParamOp asBias(const ParameterPath &path, double inputScale, const ParameterPath &weightPath,
                 const Grid &weight);

  /// Erases what is not used any more and gives the rest its names.
  void finish();

private:
  using Key = std::tuple<mlir::Operation *, mlir::Operation *, mlir::Operation *, mlir::Operation *,
                         double>;
  ParamOp add(const Key &key, ParamOp origin, mlir::RankedTensorType type,
              llvm::ArrayRef<char> bytes);

  mlir::ModuleOp module;
  std::map<Key, ParamOp> made;
  std::vector<std::pair<ParamOp, std::string>> names;
};

/// Sets subnormal float32 numbers of all parameters to zero; gives how many.
int64_t flushSubnormals(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_MATERIALIZE_PACKEDPARAMETERS_H
