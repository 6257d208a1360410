// Removes channels for real: the groups of least norm, by a share of each width,
// by a share of the network's multiply-adds and parameters, or by name.
#include "penjing/Transforms/Prune/Passes.h"

#include "ChannelScores.h"
#include "WidthTimes.h"

#include "penjing/Analysis/Channels.h"
#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/NumericOption.h"
#include "penjing/Support/Remark.h"

#include "llvm/Support/FormatVariadic.h"

#include <functional>

#define DEBUG_TYPE "pj-shrink-channels"

namespace penjing {
#define GEN_PASS_DEF_SHRINKCHANNELS
#include "penjing/Transforms/Prune/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

/// A width while it is decided which of its channels go.
struct Candidate {
  const ChannelWidth *width;
  std::vector<unsigned> order; ///< groups that may go, least norm first
  int64_t granularity = 1;     ///< widths are kept at multiples of it
  size_t gone = 0;             ///< how many of `order` go

  int64_t channels() const { return width->groups.size(); }
  int64_t kept() const { return channels() - int64_t(gone); }
};

/// What the network costs of one kind, and how much of it may stay.
struct Budget {
  std::string kind; ///< `multiply-adds`, `parameters`
  std::function<int64_t(const std::vector<char> &gone)> count;
  double share; ///< that goes
  int64_t whole = count({});
  int64_t limit = whole - int64_t(std::ceil(whole * share - 1e-9));
};

struct ShrinkChannels : public penjing::impl::ShrinkChannelsBase<ShrinkChannels>, CheckedOptions {
  using ShrinkChannelsBase::ShrinkChannelsBase;

  void runOnOperation() override {
    auto entry = getEntryFunction(getOperation());
    if (failed(requireForm(getOperation(), {Form::Float, Form::Decided})) || failed(entry) ||
        failed(readOptions()))
      return signalPassFailure();
    ChannelAnalysis analysis(*entry);
    MultiplyAdds multiplyAdds(*entry, analysis);
    ParameterCount parameterCount(getOperation(), analysis);
    std::vector<Budget> budgets{
        {"multiply-adds", [&](const std::vector<char> &gone) { return multiplyAdds.count(gone); }, macsShare},
        {"parameters", [&](const std::vector<char> &gone) { return parameterCount.count(gone); }, parametersShare}};
    std::vector<Candidate> candidates;
    if (failed(collect(analysis, candidates)))
      return signalPassFailure();
    gone.assign(analysis.groups().size(), 0);
    if (!channels.empty()) {
      if (failed(markNamed(*entry, analysis)))
        return signalPassFailure();
    } else if (!ratio.empty()) {
      markByRatio(candidates);
    } else {
      markByBudgets(candidates, budgets);
    }
    report(analysis, candidates, budgets);
    analysis.remove(gone);
  }

  llvm::Error checkOptions() override {
    int ways = int(!ratio.empty()) + int(!macs.empty() || !parameters.empty()) + int(!channels.empty());
    if (ways != 1)
      return llvm::createStringError(
          "requires one of the options 'ratio', 'channels', and 'macs' or 'parameters' or both, but got " + Twine(ways));
    for (auto [option, text, share] :
         {std::tuple("ratio", StringRef(ratio), &ratioShare), std::tuple("macs", StringRef(macs), &macsShare),
          std::tuple("parameters", StringRef(parameters), &parametersShare)})
      if (llvm::Error error = readShare(option, text, *share))
        return error;
    auto found = findTarget(target);
    if (!found)
      return found.takeError();
    description = std::move(*found);
    if (round == "auto" || round == "none")
      return llvm::Error::success();
    auto number = parseIntegerOption("round", round, 1, 4096);
    if (!number)
      return number.takeError();
    granularity = *number;
    return llvm::Error::success();
  }

private:
  LogicalResult readOptions() {
    if (llvm::Error error = checkOptions())
      return getOperation().emitError() << llvm::toString(std::move(error));
    return success();
  }

  /// A share from 0 to below 1; stays as it is where the option is not given.
  static llvm::Error readShare(StringRef option, StringRef text, double &share) {
    return text.empty() ? llvm::Error::success()
                        : parseNumericOption(option, text, {0, 1, false, true}).moveInto(share);
  }

  /// Vectors of the kernels hold 8 or 16 channels: a width in between costs as
  /// much as the next one.
  int64_t granularityOf(int64_t channelCount) const {
    if (granularity)
      return granularity;
    return round == "none" ? 1 : kernelGranularity(channelCount);
  }
  static int64_t kernelGranularity(int64_t channelCount) {
    return channelCount < 8 ? 1 : channelCount < 16 ? 4 : 8;
  }

  /// Where a width was not rounded: what it costs, and the rounded one.
  std::string bothTimes(const Candidate &candidate, int64_t removed) const {
    int64_t kept = candidate.channels() - removed;
    int64_t rounded = llvm::alignTo(kept, kernelGranularity(candidate.channels()));
    if (round != "none" || rounded == kept)
      return "";
    ArrayRef<Operation *> producers = candidate.width->producers;
    return llvm::formatv("; {0:f2} us with {1} channels, {2:f2} us with {3} on {4}",
                         estimateWidth(producers, kept, description), kept,
                         estimateWidth(producers, rounded, description), rounded, description.name);
  }

  LogicalResult collect(ChannelAnalysis &analysis, std::vector<Candidate> &candidates) {
    scores = channelScores(getOperation(), analysis);
    NodeNames named(only);
    for (const ChannelWidth &width : analysis.widths()) {
      // Every producer is asked, so that each name is met.
      bool isNamed = only.empty();
      for (Operation *producer : width.producers)
        isNamed |= named.contains(producer);
      if (!isNamed)
        continue;
      Candidate candidate{&width, {}, granularityOf(width.groups.size())};
      for (unsigned group : width.groups)
        if (analysis.groups()[group].pinned.empty())
          candidate.order.push_back(group);
      llvm::sort(candidate.order, [&](unsigned a, unsigned b) {
        return std::pair(scores[a], a) < std::pair(scores[b], b);
      });
      candidates.push_back(std::move(candidate));
    }
    return named.requireAllMet(getOperation(), "layers");
  }

  /// Channels that can go beside those already gone, in one step to a multiple
  /// of the granularity; 0 where nothing more can.
  static size_t nextStep(const Candidate &candidate) {
    int64_t kept = candidate.kept(), g = candidate.granularity;
    int64_t target = kept % g ? kept - kept % g : kept - g;
    target = std::max<int64_t>(target, candidate.channels() >= g ? g : 1);
    int64_t step = kept - target;
    if (step <= 0 || candidate.gone + step > candidate.order.size())
      return 0;
    return step;
  }

  void take(Candidate &candidate, size_t count) {
    for (size_t i = 0; i < count; ++i)
      gone[candidate.order[candidate.gone++]] = 1;
  }

  void markByRatio(std::vector<Candidate> &candidates) {
    for (Candidate &candidate : candidates) {
      int64_t target = std::ceil(candidate.channels() * (1 - ratioShare) - 1e-9);
      while (size_t step = nextStep(candidate)) {
        if (candidate.kept() - int64_t(step) < target)
          break;
        take(candidate, step);
      }
    }
  }

  /// Again and again the step that loses the least norm, relative to its width,
  /// for what it saves: the shares of the budgets not yet met, added up.
  void markByBudgets(std::vector<Candidate> &candidates, ArrayRef<Budget> budgets) {
    while (true) {
      Candidate *best = nullptr;
      double bestPrice = 0;
      for (Candidate &candidate : candidates) {
        double saved = savedBy(candidate, budgets);
        if (saved <= 0)
          continue;
        double price = normShare(candidate, nextStep(candidate)) / saved;
        if (!best || price < bestPrice)
          best = &candidate, bestPrice = price;
      }
      if (!best)
        break;
      take(*best, nextStep(*best));
    }
  }

  /// What the candidate's next step saves; 0 where it has none, or where every
  /// budget is met.
  double savedBy(const Candidate &candidate, ArrayRef<Budget> budgets) const {
    std::vector<char> tried = gone;
    for (size_t i = 0, step = nextStep(candidate); i < step; ++i)
      tried[candidate.order[candidate.gone + i]] = 1;
    double saved = 0;
    for (const Budget &budget : budgets)
      if (int64_t now = budget.count(gone); now > budget.limit)
        saved += double(now - budget.count(tried)) / budget.whole;
    return saved;
  }

  /// The share of its width's norm that the next `step` channels hold.
  double normShare(const Candidate &candidate, size_t step) const {
    double lost = 0, whole = 0;
    for (unsigned group : ArrayRef(candidate.order).slice(candidate.gone, step))
      lost += scores[group];
    for (unsigned group : candidate.width->groups)
      whole += scores[group];
    return lost / std::max(whole, 1e-30);
  }

  /// Channels by name, as in `conv1:1+4,conv2:0`.
  LogicalResult markNamed(func::FuncOp entry, ChannelAnalysis &analysis) {
    SmallVector<StringRef> entries;
    StringRef(channels).split(entries, ',', -1, /*KeepEmpty=*/false);
    for (StringRef item : entries) {
      auto [name, list] = item.rsplit(':');
      Operation *producer = nullptr;
      entry.walk([&, name = name](Operation *op) {
        if (isa<ConvOp, MatmulOp>(op) && layerName(op) == name)
          producer = op;
      });
      if (!producer)
        return entry.emitError() << "requires the name of a convolution or matrix product in option 'channels', but got '"
                                 << name << "'";
      std::vector<unsigned> outputs = analysis.outputGroups(producer);
      SmallVector<StringRef> indices;
      list.split(indices, '+');
      for (StringRef text : indices) {
        size_t index;
        if (text.getAsInteger(10, index) || index >= outputs.size())
          return producer->emitError() << "requires channels from 0 to " << int64_t(outputs.size()) - 1
                                       << " in option 'channels', but got '" << text << "'";
        const ChannelGroup &group = analysis.groups()[outputs[index]];
        if (!group.pinned.empty())
          return producer->emitError() << "requires a channel that may go, but channel " << index
                                       << " must stay: " << group.pinned;
        gone[outputs[index]] = 1;
      }
      if (llvm::all_of(outputs, [&](unsigned group) { return gone[group]; }))
        return producer->emitError() << "requires a channel that stays, but all " << outputs.size() << " were named";
    }
    return success();
  }

  void report(ChannelAnalysis &analysis, ArrayRef<Candidate> candidates, ArrayRef<Budget> budgets) {
    for (const Candidate &candidate : candidates) {
      Operation *first = candidate.width->producers.front();
      int64_t removed = llvm::count_if(candidate.width->groups, [&](unsigned g) { return gone[g]; });
      double lost = 0, whole = 0;
      for (unsigned group : candidate.width->groups) {
        whole += scores[group];
        lost += gone[group] ? scores[group] : 0;
      }
      std::string names = llvm::join(llvm::map_range(candidate.width->producers, layerName), ", ");
      channelsRemoved += removed;
      if (removed) {
        emitRemark(first, "pj-shrink-channels", RemarkKind::Passed,
                   llvm::formatv("removed {0} of {1} channels of {2}, {3:F1} % of their norm{4}", removed, candidate.channels(), names,
                                 whole ? 100 * std::sqrt(lost / whole) : 0, bothTimes(candidate, removed)),
                   {{"removed", removed}, {"channels", candidate.channels()}});
        continue;
      }
      std::string why = !channels.empty() ? "none of them is named"
                        : !ratio.empty()  ? "a share of " + ratio + " takes none of them"
                                          : "the others lose less";
      if (candidate.order.empty() && !candidate.width->groups.empty())
        why = analysis.groups()[candidate.width->groups.front()].pinned;
      else if (candidate.channels() <= candidate.granularity)
        why = llvm::formatv("a kernel computes {0} at a time", candidate.granularity);
      emitRemark(first, "pj-shrink-channels", RemarkKind::Missed,
                 llvm::formatv("kept the {0} channels of {1}: {2}", candidate.channels(), names, why),
                 {{"channels", candidate.channels()}});
    }
    std::string stay;
    for (const Budget &budget : budgets) {
      int64_t after = budget.count(gone);
      stay += llvm::formatv("{0}{1} of {2} {3} ({4:F1} %)", stay.empty() ? "" : " and ", after, budget.whole,
                            budget.kind, budget.whole ? 100.0 * after / budget.whole : 0);
      if (budget.share > 0 && after > budget.limit)
        emitRemark(getOperation(), "pj-shrink-channels", RemarkKind::Missed,
                   llvm::formatv("kept more {0} than the {1} asked for: no width can fall further", budget.kind,
                                 budget.limit),
                   {{"limit", budget.limit}, {"after", after}});
    }
    emitRemark(getOperation(), "pj-shrink-channels", RemarkKind::Analysis, stay + " stay");
  }

  double ratioShare = 0, macsShare = 0, parametersShare = 0;
  int64_t granularity = 0; ///< given by the user; 0: chosen by width
  Target description;
  std::vector<double> scores;
  std::vector<char> gone;
};

} // namespace
