// Passes that can judge their options before they run: a recipe's last stage may
// be hours away when its text is read.
#ifndef PENJING_SUPPORT_CHECKEDOPTIONS_H
#define PENJING_SUPPORT_CHECKEDOPTIONS_H

#include "llvm/Support/Error.h"

namespace penjing {

/// Base of such passes, beside the generated one. Whoever reads a pipeline finds
/// it by `dynamic_cast`.
class CheckedOptions {
public:
  virtual ~CheckedOptions() = default;

  /// Reads the options into what the pass works with; an error names the one
  /// that is not legal. Asks neither for a module nor for a context.
  virtual llvm::Error checkOptions() = 0;
};

} // namespace penjing

#endif // PENJING_SUPPORT_CHECKEDOPTIONS_H
