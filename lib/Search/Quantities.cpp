// Reads and writes numbers that have units.
#include "penjing/Search/Quantities.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace penjing;
using llvm::StringRef;

/// A decimal number above 0, without sign, or nothing.
static std::optional<double> positiveNumber(StringRef text) {
  double value;
  if (text.empty() || text.find_first_not_of("0123456789.") != StringRef::npos ||
      text.getAsDouble(value, /*AllowInexact=*/true) || !std::isfinite(value) || value <= 0)
    return std::nullopt;
  return value;
}

llvm::Expected<double> penjing::parseDuration(StringRef option, StringRef text) {
  static constexpr struct {
    StringRef unit;
    double perSecond; ///< whole, so that 200us is the double nearest to 0.0002
  } kUnits[] = {{"ns", 1e9}, {"us", 1e6}, {"ms", 1e3}, {"s", 1}};
  for (auto [unit, perSecond] : kUnits) {
    StringRef number = text;
    if (!number.consume_back(unit))
      continue;
    if (auto value = positiveNumber(number))
      return *value / perSecond;
    break;
  }
  return llvm::createStringError(llvm::formatv(
      "requires option \"{0}\" to be a duration such as 200us, 1.5ms or 2s, but got \"{1}\"", option, text));
}

llvm::Expected<uint64_t> penjing::parseBytes(StringRef option, StringRef text) {
  StringRef number = text;
  double factor = number.consume_back("K") ? 1024 : number.consume_back("M") ? 1024 * 1024 : 1;
  auto value = positiveNumber(number);
  if (value && *value * factor >= 1 && *value * factor < 0x1p62)
    return static_cast<uint64_t>(*value * factor);
  return llvm::createStringError(llvm::formatv(
      "requires option \"{0}\" to be a size such as 64K, 2M or 65536, but got \"{1}\"", option, text));
}

std::string penjing::durationText(double seconds) {
  if (seconds < 1e-6)
    return llvm::formatv("{0:f0}ns", seconds * 1e9);
  if (seconds < 1e-3)
    return llvm::formatv("{0:f1}us", seconds * 1e6);
  if (seconds < 1)
    return llvm::formatv("{0:f2}ms", seconds * 1e3);
  return llvm::formatv("{0:f2}s", seconds);
}

std::string penjing::bytesText(uint64_t bytes) {
  if (bytes < 1024)
    return std::to_string(bytes);
  if (bytes < 1024 * 1024)
    return llvm::formatv("{0:f1}K", bytes / 1024.0);
  return llvm::formatv("{0:f2}M", bytes / (1024.0 * 1024.0));
}
