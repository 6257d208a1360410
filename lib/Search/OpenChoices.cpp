// Opens a trained network: its widths, the zeros of its layers and their bits
// become decisions.
#include "penjing/Search/Passes.h"

#include "penjing/Analysis/Channels.h"
#include "penjing/Analysis/Layers.h"
#include "penjing/Analysis/WeightBlocks.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/Spaces.h"
#include "penjing/Support/NumericOption.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#define DEBUG_TYPE "pj-open-choices"

namespace penjing {
#define GEN_PASS_DEF_OPENCHOICES
#include "penjing/Search/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

struct OpenChoices : public penjing::impl::OpenChoicesBase<OpenChoices> {
  using OpenChoicesBase::OpenChoicesBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto entry = getEntryFunction(module);
    if (failed(requireForm(module, {Form::Float}, "open a network before it is pruned or quantized")) || failed(entry) ||
        failed(parseOptions()))
      return signalPassFailure();
    NodeNames skipped(skip);
    std::vector<Layer> layers = getLayers(module);
    if (shares.size() > 1)
      openWidths(*entry, skipped);
    for (const Layer &layer : layers) {
      if (skipped.contains(layer.op))
        continue;
      // A depthwise filter reads one channel: there is no block to leave out.
      if (zeros.size() > 1 && !layer.isDepthwise())
        add(DecisionKind::Sparsity, layerName(layer.op) + ".sparsity", {layerName(layer.op)}, zeros);
      if (precisions.size() > 1)
        add(DecisionKind::Bits, layerName(layer.op) + ".bits", {layerName(layer.op)}, precisions);
    }
    if (failed(skipped.requireAllMet(module, "skip")))
      signalPassFailure();
  }

private:
  /// The distinct entries of a list; `check` gives what is wrong with one.
  LogicalResult parseList(StringRef option, StringRef text, std::vector<std::string> &entries,
                          llvm::function_ref<llvm::Error(StringRef)> check) {
    SmallVector<StringRef> parts;
    llvm::SplitString(text, parts, ", ");
    for (StringRef part : parts) {
      if (llvm::Error error = check(part))
        return getOperation().emitError() << llvm::toString(std::move(error));
      if (llvm::is_contained(entries, part))
        return getOperation().emitError() << "requires option \"" << option << "\" to list a value once, but got \""
                                          << part << "\" twice";
      entries.push_back(part.str());
    }
    return success();
  }

  LogicalResult parseOptions() {
    auto inRange = [](StringRef option, NumericRange range) {
      return [=](StringRef text) { return parseNumericOption(option, text, range).takeError(); };
    };
    auto shape = parseBlockShape("block", block);
    if (!shape)
      return getOperation().emitError() << llvm::toString(shape.takeError());
    if (failed(parseList("widths", widths, shares, inRange("widths", {0, 1, true, false}))) ||
        failed(parseList("sparsity", sparsity, zeros, inRange("sparsity", {0, 1, false, true}))))
      return failure();
    return parseList("bits", bits, precisions, [](StringRef text) {
      return text == "float" ? llvm::Error::success() : parseIntegerOption("bits", text, 2, 8).takeError();
    });
  }

  /// A decision for each width of the network whose channels may go.
  void openWidths(func::FuncOp entry, NodeNames &skipped) {
    ChannelAnalysis analysis(entry);
    for (const ChannelWidth &width : analysis.widths()) {
      bool isPinned = llvm::all_of(width.groups, [&](unsigned group) { return !analysis.groups()[group].pinned.empty(); });
      bool isSkipped = false;
      SmallVector<std::string> names;
      for (Operation *producer : width.producers) {
        isSkipped |= skipped.contains(producer);
        // A depthwise convolution keeps the width of what it reads.
        if (!llvm::is_contained(names, layerName(producer)))
          names.push_back(layerName(producer));
      }
      if (!isPinned && !isSkipped && !names.empty())
        add(DecisionKind::Width, names.front() + ".width", names, shares);
    }
  }

  /// Appends a decision under a name of its own.
  void add(DecisionKind kind, std::string name, ArrayRef<std::string> layers, ArrayRef<std::string> options) {
    // A layer without a node is called after its weight, "@fc".
    name.erase(0, name.front() == '@');
    for (char &c : name)
      if (!isDecisionWord(StringRef(&c, 1)))
        c = '_';
    std::string unique = name;
    for (unsigned suffix = 1; !names.insert(unique).second || getOperation().lookupSymbol(unique); ++suffix)
      unique = name + "_" + std::to_string(suffix);
    auto texts = [&](ArrayRef<std::string> list) {
      SmallVector<Attribute> attributes;
      for (const std::string &text : list)
        attributes.push_back(StringAttr::get(&getContext(), text));
      return ArrayAttr::get(&getContext(), attributes);
    };
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    DecisionOp::create(builder, getOperation().getLoc(), unique, kind, texts(layers), texts(options),
                       kind == DecisionKind::Sparsity ? StringRef(block) : StringRef("1x1"), StringAttr());
    ++decisions;
  }

  std::vector<std::string> shares, zeros, precisions;
  llvm::StringSet<> names;
};

} // namespace
