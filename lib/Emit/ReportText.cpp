// Writes numbers and text for the report.
#include "ReportText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace penjing;

std::string penjing::escaped(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::printHTMLEscaped(text, os);
  return result;
}

std::string penjing::countText(double count) {
  std::string digits = std::to_string(std::llround(count));
  for (int i = int(digits.size()) - 3; i > (digits[0] == '-' ? 1 : 0); i -= 3)
    digits.insert(i, ",");
  return digits;
}

/// Three significant digits, as `8.31`, `83.1`, `831`.
static std::string threeDigits(double value) {
  int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return decimals == 0   ? llvm::formatv("{0:f0}", value).str()
         : decimals == 1 ? llvm::formatv("{0:f1}", value).str()
                         : llvm::formatv("{0:f2}", value).str();
}

std::string penjing::bytesText(double bytes) {
  if (bytes < 1000)
    return countText(bytes) + " B";
  return bytes < 999.5e3 ? threeDigits(bytes / 1e3) + " kB" : threeDigits(bytes / 1e6) + " MB";
}

std::string penjing::percentText(double share, int digits) {
  return (digits == 2   ? llvm::formatv("{0:f2} %", share * 100)
          : digits == 1 ? llvm::formatv("{0:f1} %", share * 100)
                        : llvm::formatv("{0:f0} %", share * 100))
      .str();
}

std::string penjing::microsecondsText(double microseconds) {
  return microseconds < 999.5 ? threeDigits(microseconds) + " µs" : threeDigits(microseconds / 1e3) + " ms";
}

std::optional<double> penjing::number(const llvm::json::Object *page, llvm::StringRef name) {
  return page ? page->getNumber(name) : std::nullopt;
}

llvm::StringRef penjing::text(const llvm::json::Object *page, llvm::StringRef name) {
  auto value = page ? page->getString(name) : std::nullopt;
  return value ? *value : llvm::StringRef();
}
