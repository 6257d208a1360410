// The report's page: whole without facts, safe with hostile ones, offline always.
#include "penjing/Emit/Report.h"

#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"

using namespace penjing;
using llvm::StringRef;
namespace json = llvm::json;

static json::Object parsed(StringRef text) {
  auto value = json::parse(text);
  EXPECT_TRUE(bool(value));
  return std::move(*value->getAsObject());
}

static const char *kFacts = R"({"title": "a <b> & c", "machine": {"cpu": "x"},
  "variants": [
    {"name": "float", "accuracy": 0.9231, "parameters": 206922, "object_bytes": 831000, "microseconds": 31.26,
     "onnxruntime_microseconds": 60},
    {"name": "int8", "accuracy": 0.9195, "object_bytes": 41000, "microseconds": 7.8, "files": ["int8/tiny.o"],
     "kernels": [{"layer": "conv1", "leaf": "vpdpbusd", "shape": "14x2", "reason": "fits <registers>"}]}],
  "input": {"accuracy": 0.92, "facts": {"weights": 100, "zeros": 0, "macs": 1000, "layers": [
     {"name": "conv1", "op": "conv", "shape": [16, 1, 3, 3], "parameters": 144, "zeros": 0, "macs": 1000}]}},
  "stages": [{"text": "pj-prune-magnitude{alpha=0.2}", "accuracy": null, "facts": {"form": "decided", "weights": 100,
     "zeros": 90, "macs": 1000, "layers": [{"name": "conv1", "op": "conv", "shape": [12, 1, 3, 3],
     "parameters": 108, "zeros": 81, "sqnr_db": 12.25}]}, "layer_costs": [{"layer": "conv1", "gain": 0.0125}]}],
  "remarks": [{"node": "conv1", "kind": "missed", "pass": "pj-pack", "message": "kept dense: break-even 74 %"}]})";

TEST(Report, IsWholeWithoutFacts) {
  std::string page = renderReport({});
  EXPECT_TRUE(StringRef(page).starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(StringRef(page).ends_with("</html>\n"));
}

TEST(Report, SaysWhatTheFactsSay) {
  StringRef needles[] = {"a &lt;b&gt; &amp; c",        "92.31 %",          "206,922",       "831 kB",
                         "31.3 µs",                    "ONNX Runtime 60.0 µs", "20.3 × smaller", "4.0 × faster",
                         "16×1×3×3 → 12×1×3×3",        "144 → 108",        "75.0 %",        "12.2 dB",
                         "1.25 points",                "vpdpbusd 14x2",    "fits &lt;registers&gt;",
                         "kept dense: break-even 74 %", "int8/tiny.o",     "−0.36 points from"};
  std::string page = renderReport(parsed(kFacts));
  for (StringRef needle : needles)
    EXPECT_NE(page.find(needle.str()), std::string::npos) << needle.str();
}

TEST(Report, SaysWhatALayerGainedWhereItCostNothing) {
  std::string facts = kFacts;
  facts.replace(facts.find("0.0125"), 6, "-0.005");
  EXPECT_NE(renderReport(parsed(facts)).find("none: gained 0.50 points"), std::string::npos);
  facts.replace(facts.find("-0.005"), 6, "-0.00004");
  EXPECT_NE(renderReport(parsed(facts)).find("0.00 points</dd>"), std::string::npos);
}

TEST(Report, OpensOffline) {
  std::string page = renderReport(parsed(kFacts));
  for (const char *resource : {"http:", "https:", "src=", "url(", "@import", "<link", "<script"})
    EXPECT_EQ(page.find(resource), std::string::npos) << resource;
}

TEST(Report, TakesFactsOfTheWrongKind) {
  for (const char *facts : {R"({"variants": 3, "stages": {}, "remarks": "x", "input": []})",
                            R"({"variants": [1, {"name": 2, "files": [3], "kernels": 4}], "stages": [null, {"facts": 1}]})",
                            R"({"input": {"facts": {"layers": [0, {"shape": ["a"], "parameters": "b"}]}}})"})
    EXPECT_TRUE(StringRef(renderReport(parsed(facts))).ends_with("</html>\n"));
}

TEST(Report, MergesVariantsByName) {
  json::Object facts = parsed(R"({"variants": [{"name": "float", "accuracy": 0.9}], "remarks": [1]})");
  mergeFacts(facts, parsed(R"({"variants": [{"name": "float", "macs": 5}, {"name": "int8"}], "remarks": [2], "title": "t"})"));
  EXPECT_EQ(json::Value(std::move(facts)),
            json::Value(parsed(R"({"variants": [{"name": "float", "accuracy": 0.9, "macs": 5}, {"name": "int8"}],
                                   "remarks": [1, 2], "title": "t"})")));
}
