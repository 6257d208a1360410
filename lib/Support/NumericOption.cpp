// Checked numbers from the text of pass options: decimal, finite, within the
// range, or a message that shows the range.
#include "penjing/Support/NumericOption.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace penjing;

llvm::Expected<double> penjing::parseNumericOption(llvm::StringRef option,
                                                   llvm::StringRef text,
                                                   NumericRange range) {
  double value;
  bool inside =
      !text.empty() &&
      text.find_first_not_of("0123456789+-.eE") == llvm::StringRef::npos &&
      !text.getAsDouble(value, /*AllowInexact=*/true) && std::isfinite(value) &&
      (range.openLow ? value > range.low : value >= range.low) &&
      (range.openHigh ? value < range.high : value <= range.high);
  if (inside)
    return value;
  std::string interval;
  llvm::raw_string_ostream os(interval);
  os << (range.openLow ? '(' : '[') << llvm::format("%.15g", range.low) << ", "
     << llvm::format("%.15g", range.high) << (range.openHigh ? ')' : ']');
  return llvm::createStringError(
      llvm::formatv("requires option \"{0}\" in {1}, but got \"{2}\"", option,
                    interval, text)
          .str());
}

llvm::Expected<int64_t> penjing::parseIntegerOption(llvm::StringRef option,
                                                    llvm::StringRef text,
                                                    int64_t low, int64_t high) {
  int64_t value;
  if (!text.getAsInteger(10, value) && value >= low && value <= high)
    return value;
  return llvm::createStringError(
      llvm::formatv("requires option \"{0}\" to be an integer in [{1}, {2}], "
                    "but got \"{3}\"",
                    option, low, high, text)
          .str());
}
