// A search space: the decisions that a module leaves open, in a fixed order,
// and the module that a choice of them gives.
#ifndef PENJING_SEARCH_SPACE_H
#define PENJING_SEARCH_SPACE_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace penjing {

/// One open question of a space and its answers by name: `edge0` with `none`,
/// `skip`, `conv3x3`; `layer1.count` with `24`, `36`, `48`.
struct Decision {
  std::string name;
  std::vector<std::string> options;
};

/// An option, by its index, for every decision of a space, in the space's order.
/// Decisions inside an alternative that was not taken have an entry as well; it
/// changes nothing.
using DecisionVector = llvm::SmallVector<int>;

/// The decisions of a module, in the order in which the network meets them. A
/// value: it does not refer to the module.
class SearchSpace {
public:
  SearchSpace() = default;
  explicit SearchSpace(std::vector<Decision> decisions) : list(std::move(decisions)) {}

  /// The space that `module` describes. Fails with a diagnostic where it leaves
  /// nothing open, or where two decisions of one name have different options.
  static mlir::FailureOr<SearchSpace> of(mlir::ModuleOp module);

  llvm::ArrayRef<Decision> decisions() const { return list; }
  size_t size() const { return list.size(); }

  /// Number of vectors, as a double: it may exceed every integer.
  double cardinality() const;

  /// `edge0=none edge1=conv3x3 …`: the text that `parse` and the option of
  /// `pj-resolve-choices` take.
  std::string str(llvm::ArrayRef<int> decisions) const;

  /// The vector of a text of `name=option` separated by blanks or commas, in any
  /// order. An error names the decision, what was found and what is allowed; or
  /// all decisions that are missing.
  llvm::Expected<DecisionVector> parse(llvm::StringRef text) const;

private:
  std::vector<Decision> list;
};

/// The network of `space` under these decisions: a new module with parameters of
/// its own. Form float, parameters with initializers (fill them with
/// `initializeParameters`) where the space was written as choices; where it was
/// opened from a trained network, that network with the decisions applied, form
/// decided if any masks or quantizes. `space` is not changed. Blobs belong to the
/// context: `releaseParameters` frees them before a network is dropped. Null, with
/// a diagnostic, where the network is not legal. May be called from several
/// threads only on modules of different contexts.
mlir::OwningOpRef<mlir::ModuleOp> resolve(mlir::ModuleOp space, llvm::ArrayRef<int> decisions);

} // namespace penjing

#endif // PENJING_SEARCH_SPACE_H
