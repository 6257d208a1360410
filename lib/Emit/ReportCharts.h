// The report's charts, as inline SVG that takes its colours from the page.
#ifndef PENJING_LIB_EMIT_REPORTCHARTS_H
#define PENJING_LIB_EMIT_REPORTCHARTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// A bar with its label at the left and its value, as text, at the right; a
/// second value is a thinner bar beneath.
struct Bar {
  std::string label;
  double value = 0;
  std::string text;
  std::optional<double> second;
  std::string secondText;
};

/// Bars from zero to the greatest value, one below the other.
std::string barChart(llvm::ArrayRef<Bar> bars, llvm::StringRef description);

struct Point {
  std::string label;
  double x, y;
};

/// Points joined in their order: x logarithmic in bytes, y a share in percent,
/// whose axis does not begin at zero.
std::string scatterChart(llvm::ArrayRef<Point> points, llvm::StringRef description);

/// Shares in percent over numbered positions; a missing value breaks nothing,
/// its neighbours are joined.
std::string lineChart(llvm::ArrayRef<std::optional<double>> values, llvm::StringRef description);

/// One bar of parts: `kept`, `zero` and `gone` add up to the whole.
std::string partsBar(double kept, double zero, double gone, llvm::StringRef description);

} // namespace penjing

#endif // PENJING_LIB_EMIT_REPORTCHARTS_H
