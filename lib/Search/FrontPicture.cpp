// The Pareto front as a picture.
#include "penjing/Search/Front.h"

#include "penjing/Search/Quantities.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace penjing;

namespace {
constexpr double kWidth = 760, kHeight = 440, kLeft = 70, kRight = 20, kTop = 20, kBottom = 50;

/// Places of figures: accuracy upwards, the logarithm of latency or size to the right.
struct Axes {
  bool isLatency;
  double lowX, highX, lowY, highY;

  double figure(const Measurement &m) const { return isLatency ? m.latency : double(m.sizeBytes); }
  double x(double figure) const {
    return kLeft + (std::log(figure) - lowX) / (highX - lowX) * (kWidth - kLeft - kRight);
  }
  double y(double accuracy) const { return kHeight - kBottom - (accuracy - lowY) / (highY - lowY) * (kHeight - kTop - kBottom); }
  std::string text(double figure) const { return isLatency ? durationText(figure) : bytesText(uint64_t(figure)); }
};
} // namespace

static Axes axesOf(const SearchResult &result) {
  Axes axes{true, INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (const Trial &trial : result.trials)
    if (trial.result.measured && !(trial.result.measured->latency > 0))
      axes.isLatency = false;
  for (const Trial &trial : result.trials) {
    if (!trial.result.measured)
      continue;
    double figure = std::log(std::max(axes.figure(*trial.result.measured), 1e-12)), accuracy = trial.result.measured->accuracy;
    axes.lowX = std::min(axes.lowX, figure), axes.highX = std::max(axes.highX, figure);
    axes.lowY = std::min(axes.lowY, accuracy), axes.highY = std::max(axes.highY, accuracy);
  }
  if (!(axes.lowX <= axes.highX))
    axes = {axes.isLatency, 0, 0, 0, 0};
  double marginX = 0.05 * (axes.highX - axes.lowX) + 0.02, marginY = 0.05 * (axes.highY - axes.lowY) + 0.005;
  axes.lowX -= marginX, axes.highX += marginX, axes.lowY -= marginY, axes.highY += marginY;
  return axes;
}

static std::string escaped(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::printHTMLEscaped(text, os);
  return result;
}

static void drawFrame(llvm::raw_ostream &os, const Axes &axes) {
  os << llvm::formatv("<rect x='{0}' y='{1}' width='{2}' height='{3}' fill='none' stroke='#999'/>\n", kLeft, kTop,
                      kWidth - kLeft - kRight, kHeight - kTop - kBottom);
  for (unsigned i = 0; i <= 4; ++i) {
    double figure = std::exp(axes.lowX + (axes.highX - axes.lowX) * i / 4), accuracy = axes.lowY + (axes.highY - axes.lowY) * i / 4;
    os << llvm::formatv("<text x='{0:f1}' y='{1}' text-anchor='middle'>{2}</text>\n", axes.x(figure), kHeight - kBottom + 18, axes.text(figure));
    os << llvm::formatv("<text x='{0}' y='{1:f1}' text-anchor='end'>{2:f1} %</text>\n", kLeft - 6, axes.y(accuracy) + 4, accuracy * 100);
  }
  os << llvm::formatv("<text x='{0}' y='{1}' text-anchor='middle'>{2}</text>\n", (kLeft + kWidth - kRight) / 2, kHeight - 10,
                      axes.isLatency ? "latency of a call" : "size of the object");
}

static void drawLimits(llvm::raw_ostream &os, const Axes &axes, const Budget &budget) {
  auto line = [&](double x1, double y1, double x2, double y2) {
    os << llvm::formatv("<line x1='{0:f1}' y1='{1:f1}' x2='{2:f1}' y2='{3:f1}' stroke='#c33' stroke-dasharray='5 4'/>\n", x1, y1, x2, y2);
  };
  double limit = axes.isLatency ? budget.latency.value_or(0) : double(budget.sizeBytes.value_or(0));
  if (limit > 0 && std::log(limit) > axes.lowX && std::log(limit) < axes.highX)
    line(axes.x(limit), kTop, axes.x(limit), kHeight - kBottom);
  if (budget.accuracy && *budget.accuracy > axes.lowY && *budget.accuracy < axes.highY)
    line(kLeft, axes.y(*budget.accuracy), kWidth - kRight, axes.y(*budget.accuracy));
}

std::string penjing::frontSvg(const SearchSpace &space, const SearchRunOptions &options, const SearchResult &result) {
  std::vector<size_t> front = paretoFront(result.trials);
  Axes axes = axesOf(result);
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::formatv("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0} {1}' font-family='sans-serif' font-size='12'>\n",
                      kWidth, kHeight)
     << "<rect width='100%' height='100%' fill='white'/>\n";
  drawFrame(os, axes);
  drawLimits(os, axes, options.objective.budget);
  std::vector<size_t> byFigure = front;
  llvm::sort(byFigure, [&](size_t a, size_t b) {
    return axes.figure(*result.trials[a].result.measured) < axes.figure(*result.trials[b].result.measured);
  });
  os << "<polyline fill='none' stroke='#2a7' stroke-width='1.5' points='";
  for (size_t place : byFigure) {
    const Measurement &m = *result.trials[place].result.measured;
    os << llvm::formatv("{0:f1},{1:f1} ", axes.x(axes.figure(m)), axes.y(m.accuracy));
  }
  os << "'/>\n";
  for (auto [place, trial] : llvm::enumerate(result.trials)) {
    if (!trial.result.measured)
      continue;
    const Measurement &m = *trial.result.measured;
    std::string against = rejection(result, front, place);
    const char *colour = against.empty() ? "#2a7" : trial.broken.empty() ? "#99a" : "#d88";
    os << llvm::formatv("<circle cx='{0:f1}' cy='{1:f1}' r='{2}' fill='{3}'><title>trial {4}: {5:f2} %, {6}{7}\n{8}</title></circle>\n",
                        axes.x(axes.figure(m)), axes.y(m.accuracy), against.empty() ? 4 : 3, colour, place, m.accuracy * 100,
                        axes.text(axes.figure(m)), against.empty() ? "" : "; " + escaped(against),
                        escaped(space.str(llvm::to_vector_of<int>(trial.proposal))));
  }
  os << "</svg>\n";
  return text;
}
