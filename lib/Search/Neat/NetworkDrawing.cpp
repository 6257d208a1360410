// A described network as an SVG drawing in layers.
#include "penjing/Search/Neat/NetworkGraph.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace penjing::neat;

namespace {

constexpr double kColumn = 90, kRow = 110, kMargin = 60, kRadius = 18;

struct Point {
  double x, y;
};

/// Rows from below: inputs, hidden levels, outputs. Nodes no output needs stand with
/// the first hidden level; of a recurrent network all hidden nodes do.
std::vector<std::vector<int64_t>> rowsOf(const NetworkGraph &graph) {
  std::vector<std::vector<int64_t>> rows{graph.inputs};
  llvm::DenseMap<int64_t, size_t> level;
  if (auto levels = levelsOf(graph)) {
    for (size_t index = 0; index < levels->size(); ++index)
      for (const NetworkGraph::Node *node : (*levels)[index])
        level[node->id] = graph.recurrent ? 0 : index;
  } else {
    llvm::consumeError(levels.takeError());
  }
  for (const NetworkGraph::Node &node : graph.nodes) {
    if (llvm::is_contained(graph.outputs, node.id))
      continue;
    size_t row = 1 + level.lookup(node.id);
    rows.resize(std::max(rows.size(), row + 1));
    rows[row].push_back(node.id);
  }
  llvm::erase_if(rows, [](auto &row) { return row.empty(); });
  rows.push_back(graph.outputs);
  return rows;
}

const char *titleOf(Activation activation) {
  static constexpr const char *kTitles[] = {"sigmoid", "tanh", "relu", "identity"};
  return kTitles[size_t(activation)];
}

std::string edgeLine(const NetworkGraph::Edge &edge, Point a, Point b) {
  const char *color = edge.weight < 0 ? "#c0392b" : "#1f6fb2";
  double width = std::clamp(std::fabs(edge.weight), 0.5, 6.0);
  std::string title = llvm::formatv("<title>{0} to {1}: {2:f3}</title>", edge.from, edge.to, edge.weight).str();
  if (edge.from == edge.to)
    return llvm::formatv("<circle cx='{0:f1}' cy='{1:f1}' r='{2:f1}' fill='none' stroke='{3}' stroke-width='{4:f1}'>{5}"
                         "</circle>\n",
                         a.x + kRadius, a.y - kRadius, kRadius * 0.7, color, width, title)
        .str();
  // Edges that do not rise bend aside, so that both directions can be seen.
  double bend = b.y < a.y ? 0 : 40;
  return llvm::formatv("<path d='M {0:f1} {1:f1} Q {2:f1} {3:f1} {4:f1} {5:f1}' fill='none' stroke='{6}' "
                       "stroke-width='{7:f1}' stroke-opacity='0.75'>{8}</path>\n",
                       a.x, a.y, (a.x + b.x) / 2 + bend, (a.y + b.y) / 2 - bend / 2, b.x, b.y, color, width, title)
      .str();
}

std::string nodeCircle(const NetworkGraph &graph, int64_t id, Point place) {
  const NetworkGraph::Node *node = graph.find(id);
  std::string title = node ? llvm::formatv("{0}, bias {1:f3}", titleOf(node->activation), node->bias).str() : "input";
  const char *fill = !node ? "#e8eef3" : llvm::is_contained(graph.outputs, id) ? "#dff0d8" : "#fff6d6";
  return llvm::formatv("<circle cx='{0:f1}' cy='{1:f1}' r='{2}' fill='{3}' stroke='#333'><title>{4}</title></circle>"
                       "<text x='{0:f1}' y='{5:f1}' text-anchor='middle'>{6}</text>\n",
                       place.x, place.y, kRadius, fill, title, place.y + 4, id)
      .str();
}

} // namespace

std::string penjing::neat::drawNetwork(const NetworkGraph &graph) {
  std::vector<std::vector<int64_t>> rows = rowsOf(graph);
  size_t widest = 0;
  for (auto &row : rows)
    widest = std::max(widest, row.size());
  double width = 2 * kMargin + double(widest - 1) * kColumn, height = 2 * kMargin + double(rows.size() - 1) * kRow;
  llvm::DenseMap<int64_t, Point> places;
  for (size_t row = 0; row < rows.size(); ++row)
    for (size_t index = 0; index < rows[row].size(); ++index)
      places[rows[row][index]] = {width / 2 + (double(index) - double(rows[row].size() - 1) / 2) * kColumn,
                                  height - kMargin - double(row) * kRow};
  std::string svg =
      llvm::formatv("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:f0} {1:f0}' width='{0:f0}' "
                    "height='{1:f0}' font-family='sans-serif' font-size='12'>\n<rect width='100%' height='100%' "
                    "fill='white'/>\n",
                    width, height)
          .str();
  for (const NetworkGraph::Edge &edge : graph.edges)
    svg += edgeLine(edge, places.lookup(edge.from), places.lookup(edge.to));
  for (auto &row : rows)
    for (int64_t id : row)
      svg += nodeCircle(graph, id, places.lookup(id));
  return svg + "</svg>\n";
}
