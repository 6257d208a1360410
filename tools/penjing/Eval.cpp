// penjing eval: how often a model is right on labelled samples, and what it confuses.
#include "Workspace.h"

#include "penjing/Recipes/Accuracy.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace penjing;

namespace {
struct Confusion {
  uint64_t count;
  int64_t label, predicted;
};
} // namespace

/// Pairs of classes that are taken for each other, most often first.
static std::vector<Confusion> confusions(const Metrics &metrics, int64_t classes) {
  std::vector<Confusion> pairs;
  for (int64_t label = 0; label < classes; ++label)
    for (int64_t predicted = 0; predicted < classes; ++predicted)
      if (label != predicted && metrics.confusion(label, predicted))
        pairs.push_back({metrics.confusion(label, predicted), label, predicted});
  llvm::sort(pairs, [](const Confusion &a, const Confusion &b) {
    return std::tuple(b.count, a.label, a.predicted) < std::tuple(a.count, b.label, b.predicted);
  });
  return pairs;
}

static llvm::json::Value toJson(const Metrics &metrics, int64_t classes) {
  llvm::json::Array rows;
  for (int64_t label = 0; label < classes; ++label) {
    llvm::json::Array row;
    for (int64_t predicted = 0; predicted < classes; ++predicted)
      row.push_back(int64_t(metrics.confusion(label, predicted)));
    rows.push_back(std::move(row));
  }
  return llvm::json::Object{{"accuracy", metrics.accuracy()},
                            {"samples", int64_t(metrics.samples())},
                            {"correct", int64_t(metrics.correct())},
                            {"confusion", std::move(rows)}};
}

static void printMetrics(Workspace &workspace, const Metrics &metrics, int64_t classes) {
  workspace.say(llvm::formatv("top-1 accuracy {0:f2} % ({1} of {2})", metrics.accuracy() * 100,
                              metrics.correct(), metrics.samples())
                    .str());
  for (int64_t label = 0; label < classes; ++label) {
    uint64_t all = 0;
    for (int64_t predicted = 0; predicted < classes; ++predicted)
      all += metrics.confusion(label, predicted);
    if (all)
      workspace.say(llvm::formatv("  class {0,3}  {1,6:f2} % of {2}", label,
                                  double(metrics.confusion(label, label)) / double(all) * 100, all)
                        .str());
  }
  auto pairs = confusions(metrics, classes);
  if (!pairs.empty())
    workspace.say("taken for another most often:");
  for (const Confusion &pair : llvm::ArrayRef(pairs).take_front(5))
    workspace.say(
        llvm::formatv("  class {0,3} for {1,3}  {2} times", pair.label, pair.predicted, pair.count).str());
}

int penjing::evalCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, data, json, split = "test";
  uint64_t limit = 0;
  AccuracyOptions accuracy;
  SharedOptions shared;
  Options options("eval", "runs a model on labelled samples: top-1 accuracy, per class, and what is confused.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in any form");
  options.value("data", "D", data, "a folder (IDX files or CIFAR-10 binaries) or an .npz of x and y");
  options.required();
  options.choice("split", {"test", "training"}, split, "which samples of a folder (default test)");
  options.value("limit", "N", limit, "only the first N samples");
  options.flag("interpret", accuracy.interpret, "run the reference interpreter in place of compiled code (slow)");
  options.value("json", "FILE", json, "also write accuracy and the confusion of classes as JSON");
  options.example("penjing eval article.mlirbc --data /usr/share/datasets/fashion-mnist",
                  "the accuracy on the 10,000 test images");
  options.example("penjing eval small.onnx --data test.npz --json accuracy.json", "the same for a file of arrays");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  if (llvm::Error error = workspace.refuseOverwriting(json, {model, data}))
    return workspace.fail(std::move(error));
  if (options.given("limit") && limit == 0)
    return workspace.fail("requires '--limit' of at least 1 sample, but got 0");
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  auto samples = workspace.loadSamples(data, split == "test" ? DataSplit::Test : DataSplit::Training);
  if (!samples)
    return workspace.fail(samples.takeError());
  std::vector<uint32_t> chosen = allSamples(*samples);
  if (options.given("limit") && limit < chosen.size())
    chosen.resize(limit);
  auto metrics = measureAccuracy(*module, *samples, chosen, workspace.session(), accuracy);
  if (!metrics)
    return workspace.fail(metrics.takeError());
  int64_t classes = metrics->classCount();
  printMetrics(workspace, *metrics, classes);
  if (!json.empty())
    if (llvm::Error error = writeOutputFile(json, llvm::formatv("{0:2}\n", toJson(*metrics, classes)).str()))
      return workspace.fail(std::move(error));
  return kSuccess;
}
