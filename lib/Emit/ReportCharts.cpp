// Draws bars, points and lines as SVG of at most 360 units width: on a phone a
// unit is about a pixel, so text keeps its size.
#include "ReportCharts.h"

#include "ReportText.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace penjing;
using llvm::ArrayRef;
using llvm::StringRef;

static constexpr double kWidth = 360;

static std::string open(double height, StringRef description) {
  return llvm::formatv("<svg viewBox=\"0 0 {0} {1:f0}\" role=\"img\" aria-label=\"{2}\">", kWidth, height,
                       escaped(description))
      .str();
}

std::string penjing::barChart(ArrayRef<Bar> bars, StringRef description) {
  double greatest = 1e-12, height = 0;
  for (const Bar &bar : bars) {
    greatest = std::max({greatest, bar.value, bar.second.value_or(0)});
    height += bar.second ? 62 : 44;
  }
  std::string svg = open(height, description);
  llvm::raw_string_ostream os(svg);
  double y = 0;
  for (auto [index, bar] : llvm::enumerate(bars)) {
    auto width = [&](double value) { return std::max(2.0, value / greatest * kWidth); };
    os << llvm::formatv("<text x=\"0\" y=\"{0}\" class=\"label\">{1}</text>"
                        "<text x=\"{2}\" y=\"{0}\" class=\"value\">{3}</text>"
                        "<rect x=\"0\" y=\"{4}\" width=\"{2}\" height=\"12\" rx=\"4\" class=\"track\"/>"
                        "<rect x=\"0\" y=\"{4}\" width=\"{5:f1}\" height=\"12\" rx=\"4\" class=\"v{6}\"/>",
                        y + 14, escaped(bar.label), kWidth, escaped(bar.text), y + 21, width(bar.value),
                        std::min<size_t>(index, 4));
    if (bar.second)
      os << llvm::formatv("<rect x=\"0\" y=\"{0}\" width=\"{1:f1}\" height=\"6\" rx=\"3\" class=\"rival\"/>"
                          "<text x=\"{2}\" y=\"{3}\" class=\"note value\">{4}</text>",
                          y + 36, width(*bar.second), kWidth, y + 53, escaped(bar.secondText));
    y += bar.second ? 62 : 44;
  }
  os << "</svg>";
  return svg;
}

namespace {
/// An axis of round numbers around the values.
struct Axis {
  double low, high, step;

  Axis(double least, double greatest) {
    double span = std::max(greatest - least, 0.2);
    step = std::pow(10, std::floor(std::log10(span / 3)));
    for (double factor : {2.0, 5.0, 10.0})
      if (span / step > 5)
        step *= factor / (factor == 2 ? 1 : factor == 5 ? 2 : 5);
    low = std::floor((least - span * 0.08) / step) * step;
    high = std::ceil((greatest + span * 0.08) / step) * step;
  }
  double share(double value) const { return (value - low) / (high - low); }
};
} // namespace

static void drawPercentAxis(llvm::raw_ostream &os, const Axis &axis, double left, double top, double height) {
  for (double tick = axis.low; tick <= axis.high + axis.step / 2; tick += axis.step) {
    double y = top + height * (1 - axis.share(tick));
    os << llvm::formatv("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:f1}\" y2=\"{2:f1}\" class=\"grid\"/>"
                        "<text x=\"{3}\" y=\"{4:f1}\" class=\"tick\" text-anchor=\"end\">{5}</text>",
                        left, kWidth, y, left - 6, y + 4,
                        axis.step < 1 ? llvm::formatv("{0:f1}", tick).str() : llvm::formatv("{0:f0}", tick).str());
  }
}

std::string penjing::scatterChart(ArrayRef<Point> points, StringRef description) {
  constexpr double left = 38, top = 14, height = 190, bottom = 34;
  std::string svg = open(top + height + bottom, description);
  llvm::raw_string_ostream os(svg);
  if (points.empty())
    return os << "</svg>", svg;
  double leastX = 1e300, greatestX = 0, leastY = 1e300, greatestY = -1e300;
  for (const Point &point : points) {
    leastX = std::min(leastX, std::max(point.x, 1.0)), greatestX = std::max(greatestX, std::max(point.x, 1.0));
    leastY = std::min(leastY, point.y), greatestY = std::max(greatestY, point.y);
  }
  Axis axis(leastY, greatestY);
  drawPercentAxis(os, axis, left, top, height);
  double low = std::log10(leastX) - 0.15, high = std::log10(greatestX) + 0.15;
  auto placeX = [&](double x) {
    return left + 8 + (std::log10(std::max(x, 1.0)) - low) / (high - low) * (kWidth - left - 16);
  };
  auto placeY = [&](double y) { return top + height * (1 - axis.share(y)); };
  for (int power = int(std::floor(low)); power <= int(std::ceil(high)); ++power)
    for (double factor : {1.0, 3.0})
      if (double x = factor * std::pow(10, power); std::log10(x) >= low && std::log10(x) <= high)
        os << llvm::formatv("<line x1=\"{0:f1}\" x2=\"{0:f1}\" y1=\"{1}\" y2=\"{2}\" class=\"grid\"/>"
                            "<text x=\"{0:f1}\" y=\"{3}\" class=\"tick\" text-anchor=\"middle\">{4}</text>",
                            placeX(x), top, top + height, top + height + 18, bytesText(x));
  os << "<polyline class=\"path\" points=\"";
  for (const Point &point : points)
    os << llvm::formatv("{0:f1},{1:f1} ", placeX(point.x), placeY(point.y));
  os << "\"/>";
  for (auto [index, point] : llvm::enumerate(points)) {
    double x = placeX(point.x), y = placeY(point.y);
    bool toTheLeft = x > kWidth - 70;
    os << llvm::formatv("<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"6\" class=\"v{2}\"/>"
                        "<text x=\"{3:f1}\" y=\"{4:f1}\" class=\"label\" text-anchor=\"{5}\">{6}</text>",
                        x, y, std::min<size_t>(index, 4), x + (toTheLeft ? -10 : 10), y - 8,
                        toTheLeft ? "end" : "start", escaped(point.label));
  }
  os << "</svg>";
  return svg;
}

std::string penjing::lineChart(ArrayRef<std::optional<double>> values, StringRef description) {
  constexpr double left = 38, top = 10, height = 150, bottom = 24;
  std::string svg = open(top + height + bottom, description);
  llvm::raw_string_ostream os(svg);
  double least = 1e300, greatest = -1e300;
  for (const auto &value : values)
    if (value)
      least = std::min(least, *value), greatest = std::max(greatest, *value);
  if (least > greatest)
    return os << "</svg>", svg;
  Axis axis(least, greatest);
  drawPercentAxis(os, axis, left, top, height);
  auto place = [&](size_t index) {
    return left + 12 + (values.size() < 2 ? 0 : double(index) / double(values.size() - 1)) * (kWidth - left - 24);
  };
  std::string line, dots;
  for (auto [index, value] : llvm::enumerate(values)) {
    double x = place(index);
    os << llvm::formatv("<text x=\"{0:f1}\" y=\"{1}\" class=\"tick\" text-anchor=\"middle\">{2}</text>", x,
                        top + height + 18, index);
    if (!value)
      continue;
    double y = top + height * (1 - axis.share(*value));
    line += llvm::formatv("{0:f1},{1:f1} ", x, y).str();
    dots += llvm::formatv("<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"4\" class=\"v0\"/>", x, y).str();
  }
  os << "<polyline class=\"line\" points=\"" << line << "\"/>" << dots << "</svg>";
  return svg;
}

std::string penjing::partsBar(double kept, double zero, double gone, StringRef description) {
  std::string svg = llvm::formatv("<svg viewBox=\"0 0 {0} 14\" class=\"parts\" preserveAspectRatio=\"none\" "
                                  "role=\"img\" aria-label=\"{1}\">",
                                  kWidth, escaped(description))
                        .str();
  llvm::raw_string_ostream os(svg);
  double all = std::max(kept + zero + gone, 1e-12), x = 0;
  const std::pair<double, const char *> parts[] = {{kept, "kept"}, {zero, "zero"}, {gone, "gone"}};
  for (auto [value, name] : parts) {
    double width = value / all * kWidth;
    if (width > 0)
      os << llvm::formatv("<rect x=\"{0:f2}\" y=\"0\" width=\"{1:f2}\" height=\"14\" class=\"{2}\"/>", x, width, name);
    x += width;
  }
  os << "</svg>";
  return svg;
}
