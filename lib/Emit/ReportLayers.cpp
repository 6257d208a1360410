// Gathers what is known of each layer from the facts and writes its card.
#include "ReportLayers.h"

#include "ReportCharts.h"
#include "ReportText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace penjing;
using llvm::StringRef;
namespace json = llvm::json;

static const json::Object *member(const json::Array *list, StringRef key, StringRef name) {
  if (list)
    for (const json::Value &value : *list)
      if (const json::Object *page = value.getAsObject(); page && text(page, key) == name)
        return page;
  return nullptr;
}

namespace {
/// One layer as it was and as it became.
struct LayerStory {
  const json::Object *before = nullptr;  ///< facts in the input
  const json::Object *decided = nullptr; ///< facts in the last stage with float values
  const json::Object *after = nullptr;   ///< facts in the last stage
  const json::Object *kernel = nullptr;  ///< of the last variant that says
  std::optional<double> gain;            ///< accuracy, were mask and grids lifted
};
} // namespace

static LayerStory tell(const json::Object &facts, const json::Object &before) {
  StringRef name = text(&before, "name");
  LayerStory story;
  story.before = &before;
  if (const json::Array *stages = facts.getArray("stages"))
    for (const json::Value &value : *stages) {
      const json::Object *stage = value.getAsObject();
      const json::Object *page = stage ? stage->getObject("facts") : nullptr;
      if (!page)
        continue;
      if (const json::Object *layer = member(page->getArray("layers"), "name", name)) {
        story.after = layer;
        if (text(page, "form") == "decided")
          story.decided = layer;
      }
      if (const json::Object *cost = member(stage->getArray("layer_costs"), "layer", name))
        story.gain = number(cost, "gain");
    }
  if (const json::Array *variants = facts.getArray("variants"))
    for (const json::Value &value : *variants)
      if (const json::Object *variant = value.getAsObject())
        if (const json::Object *kernel = member(variant->getArray("kernels"), "layer", name))
          story.kernel = kernel;
  return story;
}

static std::string shapeOf(const json::Object *layer) {
  std::string result;
  if (const json::Array *shape = layer ? layer->getArray("shape") : nullptr)
    for (const json::Value &size : *shape)
      result += (result.empty() ? "" : "×") + std::to_string(size.getAsInteger().value_or(0));
  return result;
}

/// `before → after`, or one of them where they are equal.
static std::string change(std::string before, std::string after) {
  return before == after ? before : before + " → " + after;
}

std::string penjing::renderRemarks(const json::Object &facts, StringRef node) {
  std::string html;
  llvm::raw_string_ostream os(html);
  if (const json::Array *remarks = facts.getArray("remarks"))
    for (const json::Value &value : *remarks) {
      const json::Object *remark = value.getAsObject();
      if (!remark || text(remark, "node") != node)
        continue;
      os << "<li class=\"" << escaped(text(remark, "kind")) << "\"><code>" << escaped(text(remark, "pass"))
         << "</code> " << escaped(text(remark, "message")) << "</li>";
    }
  return html.empty() ? "" : "<ul class=\"remarks\">" + html + "</ul>";
}

static void writeFact(llvm::raw_ostream &os, StringRef name, const std::string &value) {
  if (!value.empty())
    os << "<div><dt>" << name << "</dt><dd>" << escaped(value) << "</dd></div>";
}

/// What a layer's mask and grids cost. After recovery the weights lean on them,
/// and lifting them may lose accuracy: then they have cost nothing.
static std::string costText(double gain) {
  double points = gain * 100;
  if (points > -0.005)
    return llvm::formatv("{0:f2} points", std::max(points, 0.0)).str();
  return llvm::formatv("none: gained {0:f2} points", -points).str();
}

static std::string renderLayer(const json::Object &facts, const json::Object &before) {
  LayerStory story = tell(facts, before);
  const json::Object *after = story.after ? story.after : story.before;
  const json::Object *decided = story.decided ? story.decided : after;
  double all = number(story.before, "parameters").value_or(0);
  double left = number(after, "parameters").value_or(all);
  double zeros = std::min(number(decided, "zeros").value_or(0), left);
  std::string html;
  llvm::raw_string_ostream os(html);
  os << "<article class=\"card\"><h3>" << escaped(text(story.before, "name")) << " <span class=\"soft\">"
     << escaped(text(story.before, "op")) << " " << change(shapeOf(story.before), shapeOf(after)) << "</span></h3>"
     << partsBar(left - zeros, zeros, std::max(all - left, 0.0),
                 "weights kept, zero, and removed with their channels")
     << "<dl>";
  writeFact(os, "weights", change(countText(all), countText(left)));
  writeFact(os, "zero among them", all ? percentText(left ? zeros / left : 0, 1) : "");
  writeFact(os, "multiply-adds", change(countText(number(story.before, "macs").value_or(0)),
                                        countText(number(after, "macs").value_or(0))));
  writeFact(os, "bytes", change(bytesText(number(story.before, "weight_bytes").value_or(0)),
                                bytesText(number(after, "weight_bytes").value_or(0))));
  if (auto ratio = number(decided, "sqnr_db"))
    writeFact(os, "weight's SQNR", llvm::formatv("{0:f1} dB", *ratio).str());
  if (story.gain)
    writeFact(os, "cost", costText(*story.gain));
  if (story.kernel)
    writeFact(os, "kernel", (text(story.kernel, "leaf") + " " + text(story.kernel, "shape")).str());
  os << "</dl>";
  if (story.kernel && !text(story.kernel, "reason").empty())
    os << "<p class=\"soft\">Why this kernel: " << escaped(text(story.kernel, "reason")) << "</p>";
  os << renderRemarks(facts, text(story.before, "name")) << "</article>";
  return html;
}

std::string penjing::renderLayers(const json::Object &facts) {
  const json::Object *input = facts.getObject("input");
  const json::Object *page = input ? input->getObject("facts") : nullptr;
  const json::Array *layers = page ? page->getArray("layers") : nullptr;
  std::string html;
  if (layers)
    for (const json::Value &layer : *layers)
      if (const json::Object *before = layer.getAsObject())
        html += renderLayer(facts, *before);
  return html;
}
