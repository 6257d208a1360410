// Puts the report's page together: key figures, charts, table, way, layers.
#include "penjing/Emit/Report.h"

#include "ReportCharts.h"
#include "ReportLayers.h"
#include "ReportStyle.h"
#include "ReportText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>

using namespace penjing;
using llvm::StringRef;
namespace json = llvm::json;

using Variants = std::vector<const json::Object *>;

static Variants variantsOf(const json::Object &facts) {
  Variants variants;
  if (const json::Array *list = facts.getArray("variants"))
    for (const json::Value &value : *list)
      if (const json::Object *page = value.getAsObject())
        variants.push_back(page);
  return variants;
}

static void writeKey(llvm::raw_ostream &os, const std::string &figure, const std::string &what) {
  os << "<div class=\"card key\"><b>" << escaped(figure) << "</b><span>" << escaped(what) << "</span></div>";
}

/// What the first and the last variant have to do with each other.
static void writeKeyFigures(llvm::raw_ostream &os, const Variants &variants) {
  if (variants.size() < 2)
    return;
  const json::Object *first = variants.front(), *last = variants.back();
  auto both = [&](StringRef name) -> std::optional<std::pair<double, double>> {
    auto a = number(first, name), b = number(last, name);
    return a && b && *a > 0 && *b > 0 ? std::optional(std::pair(*a, *b)) : std::nullopt;
  };
  os << "<div class=\"keys\">";
  if (auto bytes = both("object_bytes"))
    writeKey(os, llvm::formatv("{0:f1} × smaller", bytes->first / bytes->second).str(),
             "object: " + bytesText(bytes->first) + " → " + bytesText(bytes->second));
  if (auto time = both("microseconds"))
    writeKey(os, llvm::formatv("{0:f1} × faster", time->first / time->second).str(),
             "an image: " + microsecondsText(time->first) + " → " + microsecondsText(time->second));
  if (auto accuracy = both("accuracy"))
    writeKey(os, percentText(accuracy->second),
             llvm::formatv("accuracy, {0}{1:f2} points from {2}", accuracy->second < accuracy->first ? "−" : "+",
                           std::abs(accuracy->second - accuracy->first) * 100, percentText(accuracy->first))
                 .str());
  if (auto rival = number(last, "onnxruntime_microseconds"); rival && number(last, "microseconds"))
    writeKey(os, llvm::formatv("{0:f1} ×", *rival / *number(last, "microseconds")).str(),
             "as fast as ONNX Runtime on the same network (" + microsecondsText(*rival) + ")");
  os << "</div>";
}

static std::vector<Bar> bars(const Variants &variants, StringRef member,
                             llvm::function_ref<std::string(double)> write) {
  std::vector<Bar> result;
  for (const json::Object *variant : variants)
    if (auto value = number(variant, member))
      result.push_back({text(variant, "name").str(), *value, write(*value), std::nullopt, ""});
  return result;
}

static void writeChart(llvm::raw_ostream &os, StringRef title, const std::string &svg) {
  os << "<section class=\"card\"><h3>" << title << "</h3>" << svg << "</section>";
}

static void writeCharts(llvm::raw_ostream &os, const Variants &variants) {
  os << "<h2>Accuracy, size and time</h2><div class=\"grid2\">";
  std::vector<Point> points;
  for (const json::Object *variant : variants)
    if (auto bytes = number(variant, "object_bytes"), accuracy = number(variant, "accuracy"); bytes && accuracy)
      points.push_back({text(variant, "name").str(), *bytes, *accuracy * 100});
  if (points.size() > 1)
    writeChart(os, "Accuracy (%) over the bytes of the object",
               scatterChart(points, "accuracy of each variant over the bytes of its object"));
  auto times = bars(variants, "microseconds", microsecondsText);
  for (Bar &bar : times)
    for (const json::Object *variant : variants)
      if (auto rival = number(variant, "onnxruntime_microseconds"); rival && text(variant, "name") == bar.label)
        bar.second = rival, bar.secondText = "ONNX Runtime " + microsecondsText(*rival);
  if (!times.empty())
    writeChart(os, "Time of an image, one core", barChart(times, "microseconds an image of each variant"));
  if (auto sizes = bars(variants, "object_bytes", bytesText); !sizes.empty())
    writeChart(os, "Object file", barChart(sizes, "bytes of the object of each variant"));
  if (auto weights = bars(variants, "macs", countText); !weights.empty())
    writeChart(os, "Multiply-adds of an image", barChart(weights, "multiply-adds of each variant"));
  os << "</div>";
}

namespace {
struct Column {
  StringRef title, member;
  std::string (*write)(double);
};
} // namespace

static const Column kColumns[] = {
    {"accuracy", "accuracy", [](double value) { return percentText(value); }},
    {"parameters", "parameters", countText},
    {"zero weights", "zeros", countText},
    {"multiply-adds", "macs", countText},
    {"weights", "weight_bytes", bytesText},
    {"object", "object_bytes", bytesText},
    {"an image", "microseconds", microsecondsText},
    {"ONNX Runtime", "onnxruntime_microseconds", microsecondsText},
};

static void writeTable(llvm::raw_ostream &os, const Variants &variants) {
  os << "<h2>The table</h2><div class=\"card scroll\"><table><thead><tr><th></th>";
  for (const Column &column : kColumns)
    os << "<th>" << column.title << "</th>";
  os << "</tr></thead><tbody>";
  for (const json::Object *variant : variants) {
    os << "<tr><th>" << escaped(text(variant, "name")) << "</th>";
    for (const Column &column : kColumns) {
      auto value = number(variant, column.member);
      os << "<td>" << (value ? column.write(*value) : std::string("–")) << "</td>";
    }
    os << "</tr>";
  }
  os << "</tbody></table></div>";
}

/// The stages: a line of accuracies, and what each did.
static void writeWay(llvm::raw_ostream &os, const json::Object &facts) {
  const json::Array *stages = facts.getArray("stages");
  if (!stages || stages->empty())
    return;
  const json::Object *input = facts.getObject("input");
  std::vector<std::optional<double>> line;
  std::string list;
  llvm::raw_string_ostream items(list);
  auto add = [&](size_t index, const std::string &what, const json::Object *page) {
    auto accuracy = number(page, "accuracy");
    line.push_back(accuracy ? std::optional<double>(*accuracy * 100) : std::nullopt);
    const json::Object *about = page ? page->getObject("facts") : nullptr;
    items << "<li><b>" << index << "</b> <code>" << escaped(what) << "</code><br><span class=\"soft\">";
    if (accuracy)
      items << percentText(*accuracy) << " · ";
    if (auto weights = number(about, "weights"), zeros = number(about, "zeros"); weights && zeros && *weights > 0)
      items << countText(*weights) << " weights, " << percentText(*zeros / *weights, 1) << " zero · ";
    items << countText(number(about, "macs").value_or(0)) << " multiply-adds</span></li>";
  };
  add(0, "the input", input);
  for (auto [index, value] : llvm::enumerate(*stages))
    add(index + 1, text(value.getAsObject(), "text").str(), value.getAsObject());
  os << "<h2>The way</h2><div class=\"grid2\"><section class=\"card\"><h3>Accuracy after each stage (%)</h3>"
     << lineChart(line, "accuracy after each stage");
  if (auto samples = number(facts.getObject("held_out"), "samples"))
    os << "<p class=\"soft\">On " << countText(*samples) << " samples that no stage trained on. The input model may have been: then its own "
                                     "accuracy looks too high, and what was lost too much.</p>";
  os << renderRemarks(facts, "") << "</section><section class=\"card\"><ol class=\"way\">" << list
     << "</ol></section></div>";
}

static void writeFiles(llvm::raw_ostream &os, const Variants &variants) {
  std::string list;
  for (const json::Object *variant : variants)
    if (const json::Array *files = variant->getArray("files"))
      for (const json::Value &file : *files)
        if (auto name = file.getAsString())
          list += "<code>" + escaped(*name) + "</code> ";
  if (!list.empty())
    os << "<h2>Files beside this page</h2><p class=\"card files\">" << list << "</p>";
}

std::string penjing::renderReport(const json::Object &facts) {
  StringRef title = text(&facts, "title");
  std::string heading = escaped(title.empty() ? "Compression report" : title);
  std::string html;
  llvm::raw_string_ostream os(html);
  os << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>"
     << heading << "</title><style>" << kReportStyle << "</style></head><body><main><h1>" << heading << "</h1>";
  if (StringRef subtitle = text(&facts, "subtitle"); !subtitle.empty())
    os << "<p class=\"soft\">" << escaped(subtitle) << "</p>";
  if (const json::Object *machine = facts.getObject("machine")) {
    std::string line;
    for (const auto &[name, value] : *machine)
      if (auto said = value.getAsString())
        line += (line.empty() ? "" : " · ") + escaped(name.str()) + ": " + escaped(*said);
    os << "<p class=\"soft\">" << line << "</p>";
  }
  Variants variants = variantsOf(facts);
  if (!variants.empty()) {
    writeKeyFigures(os, variants);
    writeCharts(os, variants);
    writeTable(os, variants);
  }
  writeWay(os, facts);
  if (std::string layers = renderLayers(facts); !layers.empty())
    os << "<h2>Layer by layer</h2><p class=\"soft\"><i class=\"dot kept\"></i>kept <i class=\"dot zero\"></i>zero "
          "<i class=\"dot gone\"></i>removed with its channel</p><p class=\"soft\">Cost: accuracy that comes back on "
          "the held-out samples when the layer's mask and grids are lifted. Where its weights have learned to live "
          "with them, lifting loses accuracy instead: gained.</p><div class=\"layers\">"
       << layers << "</div>";
  writeFiles(os, variants);
  os << "</main></body></html>\n";
  return html;
}

static void mergeVariants(json::Array &variants, const json::Array &more) {
  for (const json::Value &value : more) {
    const json::Object *page = value.getAsObject();
    if (!page)
      continue;
    json::Object *found = nullptr;
    for (json::Value &earlier : variants)
      if (json::Object *variant = earlier.getAsObject(); variant && text(variant, "name") == text(page, "name"))
        found = variant;
    if (!found)
      variants.push_back(json::Object(*page));
    else
      for (const auto &[name, fact] : *page)
        (*found)[name] = fact;
  }
}

void penjing::mergeFacts(json::Object &facts, const json::Object &more) {
  for (const auto &[name, value] : more) {
    const json::Array *list = value.getAsArray();
    json::Array *earlier = facts.getArray(name);
    if (!list || !earlier)
      facts[name] = value;
    else if (StringRef(name) == "variants")
      mergeVariants(*earlier, *list);
    else
      earlier->insert(earlier->end(), list->begin(), list->end());
  }
}
