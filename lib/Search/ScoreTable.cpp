// Reads tables of scores. The lines are read twice: first for the options of each
// decision, then for the scores.
#include "penjing/Search/ScoreTable.h"

#include "penjing/Support/InputFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace penjing;
using llvm::StringRef;

namespace {
/// Points of a table; a larger one is refused before it is allocated.
constexpr uint64_t kMostPoints = 1 << 24;

using Fields = llvm::SmallVector<StringRef>;

/// Which columns hold what.
struct Columns {
  size_t key, reward;
  llvm::SmallVector<size_t> reported;
  bool isCell;
};
} // namespace

static llvm::Error lineError(StringRef name, size_t line, const llvm::Twine &what) {
  return llvm::createStringError(name.str() + ":" + std::to_string(line) + ": " + what.str());
}

static llvm::Expected<Columns> findColumns(const Fields &header, StringRef name) {
  auto place = [&](StringRef column) { return size_t(llvm::find(header, column) - header.begin()); };
  auto has = [&](StringRef column) { return place(column) < header.size(); };
  if (has("cell") && has("cifar10_val") && has("cifar10_test"))
    return Columns{place("cell"), place("cifar10_val"), {place("cifar10_test")}, true};
  if (has("arch") && has("test_acc_0") && has("test_acc_1") && has("test_acc_2"))
    return Columns{place("arch"), place("test_acc_0"), {place("test_acc_0"), place("test_acc_1"), place("test_acc_2")}, false};
  return lineError(name, 1, "requires the columns cell, cifar10_val and cifar10_test, or arch and test_acc_0 to test_acc_2, but got '" +
                                llvm::join(header, ",") + "'");
}

/// The options a key names: `|conv~0|+|skip~0|none~1|` or `0120`.
static llvm::SmallVector<StringRef> optionsOf(StringRef key, bool isCell) {
  llvm::SmallVector<StringRef> options;
  if (!isCell) {
    for (size_t i = 0; i < key.size(); ++i)
      options.push_back(key.substr(i, 1));
    return options;
  }
  while (!key.empty()) {
    auto [edge, rest] = key.split('|');
    key = rest;
    if (!edge.empty() && edge != "+")
      options.push_back(edge.split('~').first);
  }
  return options;
}

llvm::Expected<ScoreTable> ScoreTable::parse(StringRef text, StringRef name) {
  llvm::SmallVector<StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  if (lines.empty())
    return lineError(name, 1, "requires a header, but the file is empty");
  Fields header;
  lines[0].trim().split(header, ',');
  auto columns = findColumns(header, name);
  if (!columns)
    return columns.takeError();

  ScoreTable table;
  struct Line {
    llvm::SmallVector<StringRef> options;
    Score score;
  };
  std::vector<Line> read;
  for (size_t number = 1; number < lines.size(); ++number) {
    Fields fields;
    lines[number].trim().split(fields, ',');
    if (fields.size() != header.size())
      return lineError(name, number + 1, llvm::formatv("requires {0} fields, but got {1}", header.size(), fields.size()).str());
    double reward, reported = 0;
    bool bad = fields[columns->reward].getAsDouble(reward);
    for (size_t column : columns->reported) {
      double value = 0;
      bad |= fields[column].getAsDouble(value);
      reported += value / columns->reported.size();
    }
    Line line{optionsOf(fields[columns->key], columns->isCell), {reward, reported}};
    if (bad || line.options.empty())
      return lineError(name, number + 1, "requires a point and its accuracies, but got '" + lines[number].trim() + "'");
    if (table.space.empty())
      for (size_t i = 0; i < line.options.size(); ++i)
        table.space.push_back({(columns->isCell ? "edge" : "layer") + std::to_string(i), {}});
    if (line.options.size() != table.space.size())
      return lineError(name, number + 1, llvm::formatv("requires {0} decisions as in the lines before, but got {1}",
                                                       table.space.size(), line.options.size()).str());
    for (auto [decision, option] : llvm::zip_equal(table.space, line.options))
      if (!llvm::is_contained(decision.options, option))
        decision.options.push_back(option.str());
    read.push_back(std::move(line));
  }
  uint64_t volume = table.space.empty() ? 0 : 1;
  for (Decision &decision : table.space) {
    // By name, so that the space does not depend on the order of the lines.
    llvm::sort(decision.options);
    volume *= decision.options.size();
    if (volume > kMostPoints)
      return lineError(name, 1, "requires a space of at most " + std::to_string(kMostPoints) + " points");
  }
  if (read.empty())
    return lineError(name, 2, "requires at least one point, but got none");
  table.scores.resize(volume);
  for (const Line &line : read) {
    size_t index = 0;
    for (auto [decision, option] : llvm::zip_equal(table.space, line.options))
      index = index * decision.options.size() + (llvm::find(decision.options, option) - decision.options.begin());
    table.scores[index] = line.score;
  }
  table.points = read.size();
  return table;
}

llvm::Expected<ScoreTable> ScoreTable::read(StringRef path) {
  auto file = readInputFile(path);
  if (!file)
    return file.takeError();
  return parse((*file)->getBuffer(), path);
}

std::vector<uint32_t> ScoreTable::optionCounts() const {
  std::vector<uint32_t> counts;
  for (const Decision &decision : space)
    counts.push_back(decision.options.size());
  return counts;
}

std::optional<ScoreTable::Score> ScoreTable::find(const Proposal &proposal) const {
  size_t index = 0;
  for (auto [decision, option] : llvm::zip_equal(space, proposal))
    index = index * decision.options.size() + option;
  return scores[index];
}
