// Random graphs of the dialect, grown op by op from the generators of the ops:
// the seventh reader of each.
#ifndef PENJING_TEST_LIB_GENERATORS_GRAPH_H
#define PENJING_TEST_LIB_GENERATORS_GRAPH_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Support/Philox.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <string>

namespace penjing::test {

/// A stream of random draws, the same for the same seed everywhere.
class Draws {
public:
  explicit Draws(uint64_t seed) : random(seed, RandomPurpose::Test) {}
  /// Uniform in [low, high].
  int64_t in(int64_t low, int64_t high) { return low + int64_t(random.below(next++, high - low + 1)); }
  bool chance(double share) { return random.uniform(next++) < share; }

private:
  Philox random;
  uint64_t next = 0;
};

/// A value of a growing graph.
struct Grown {
  mlir::Value value;
  /// Bound of its magnitude; float sums stay exact below 2^24.
  double bound = 0;
  /// Whether compiled and interpreted must agree bit for bit.
  bool exact = true;
};

/// A module of one function that grows.
class Graph {
public:
  Graph(mlir::MLIRContext *context, Form form, uint64_t seed);

  Draws &draws() { return random; }
  mlir::OpBuilder &builder() { return ops; }
  mlir::Location loc() { return ops.getUnknownLoc(); }
  mlir::MLIRContext *context() { return ops.getContext(); }
  Form form() const { return moduleForm; }

  /// A float tensor type.
  mlir::RankedTensorType type(llvm::ArrayRef<int64_t> shape) {
    return mlir::RankedTensorType::get(shape, ops.getF32Type());
  }
  /// A new input of small integers.
  Grown input(mlir::RankedTensorType type, double bound = 4);
  /// A new parameter with small integers (or of its role's kind), used at once.
  mlir::Value parameter(mlir::RankedTensorType type, Role role, int64_t low, int64_t high);
  /// A parameter with these values.
  mlir::Value parameter(mlir::RankedTensorType type, Role role, llvm::ArrayRef<float> values);

  /// A value that the predicate takes, from those grown or a new image or matrix.
  Grown pick(unsigned rank, double maxBound = 1 << 12, bool needsExact = false);
  /// A quantized value, grown before or made from a new input.
  mlir::Value quantized(unsigned rank);
  /// A float value of this shape.
  Grown like(mlir::RankedTensorType type);

  void add(Grown grown) { values.push_back(grown); }
  size_t size() const { return values.size(); }

  /// Ends the function: values without readers are its results.
  mlir::OwningOpRef<mlir::ModuleOp> finish(std::vector<bool> &exact);

private:
  Form moduleForm;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  mlir::OpBuilder ops;
  Draws random;
  std::vector<Grown> values;
  unsigned parameters = 0;
};

/// Adds one random legal instance of an op; false where the graph has no place
/// for it now.
using Generator = bool (*)(Graph &);

/// A per-tensor activation type with a scale and zero point drawn.
mlir::Type drawActivationType(Graph &graph);

/// Generators by op name, one per op; those of an integer graph apart.
const std::map<std::string, Generator> &floatGenerators();
const std::map<std::string, Generator> &packedGenerators();

} // namespace penjing::test

#endif // PENJING_TEST_LIB_GENERATORS_GRAPH_H
