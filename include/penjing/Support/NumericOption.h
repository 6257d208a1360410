// Pass options whose digits matter arrive as text (the pipeline's dump would
// lose digits of a double); this turns them into checked numbers.
#ifndef PENJING_SUPPORT_NUMERICOPTION_H
#define PENJING_SUPPORT_NUMERICOPTION_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace penjing {

/// A closed interval; ends may be excluded.
struct NumericRange {
  double low, high;
  bool openLow = false, openHigh = false;
};

/// The decimal number `text`, inside `range`; else an error such as
/// `requires option "lr" in (0, 1000], but got "-1"`.
llvm::Expected<double> parseNumericOption(llvm::StringRef option,
                                          llvm::StringRef text,
                                          NumericRange range);
llvm::Expected<int64_t> parseIntegerOption(llvm::StringRef option,
                                           llvm::StringRef text, int64_t low,
                                           int64_t high);

} // namespace penjing

#endif // PENJING_SUPPORT_NUMERICOPTION_H
