// Appends to a journal and reads one back. Only the last line can be half a line: all
// before it were synced.
#include "penjing/Search/Journal.h"

#include "penjing/Support/InputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

#include <fcntl.h>
#include <unistd.h>

using namespace penjing;
using llvm::StringRef;

static llvm::json::Object factsObject(const SearchFacts &facts) {
  llvm::json::Object object;
  for (const auto &[name, value] : facts)
    object[name] = value;
  return llvm::json::Object{{"search", std::move(object)}};
}

Journal::~Journal() {
  if (file >= 0)
    close(file);
}

llvm::Error Journal::damaged(size_t number, StringRef what) const {
  return llvm::createStringError(llvm::formatv("requires a journal of a search, but line {0} of '{1}' {2}", number, path, what));
}

llvm::Error Journal::append(llvm::json::Object object) {
  std::string line = llvm::formatv("{0}\n", llvm::json::Value(std::move(object)));
  for (size_t done = 0; done < line.size();) {
    ssize_t written = write(file, line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return llvm::createFileError(path, std::error_code(errno, std::generic_category()));
    done += written;
  }
  if (fsync(file) && errno != EINVAL && errno != EROFS)
    return llvm::createFileError(path, std::error_code(errno, std::generic_category()));
  return llvm::Error::success();
}

llvm::Error Journal::take(const llvm::json::Object &line, size_t number) {
  auto trialOf = [&](StringRef key) { return line.getInteger(key); };
  if (auto trial = trialOf("begin")) {
    Entry &entry = entries[*trial];
    const llvm::json::Array *point = line.getArray("point");
    Proposal proposal;
    if (point)
      for (const llvm::json::Value &option : *point)
        proposal.push_back(option.getAsUINT64().value_or(UINT32_MAX));
    if (!point || llvm::is_contained(proposal, UINT32_MAX))
      return damaged(number, "has no point");
    entry.proposal = std::move(proposal);
    ++entry.begun;
    return llvm::Error::success();
  }
  if (auto trial = trialOf("stop")) {
    Entry &entry = entries[*trial];
    entry.begun -= entry.begun > 0;
    return llvm::Error::success();
  }
  auto trial = trialOf("end");
  auto seconds = line.getNumber("seconds");
  if (!trial || !seconds || !entries.count(*trial))
    return damaged(number, "is neither the beginning nor the end of a trial");
  TrialResult result;
  result.seconds = *seconds;
  result.measured = Measurement::fromJson(line);
  result.failure = line.getString("failure").value_or("").str();
  if (!result.measured && result.failure.empty())
    return damaged(number, "has neither figures nor a failure");
  entries[*trial].result = std::move(result);
  return llvm::Error::success();
}

/// What differs between the journal's facts and the search's.
static std::string difference(const llvm::json::Object &found, const SearchFacts &facts) {
  for (const auto &[name, value] : facts) {
    StringRef there = found.getString(name).value_or("nothing");
    if (there != value)
      return llvm::formatv("requires a journal of this search, but {0} is '{1}' there and '{2}' here", name, there, value);
  }
  return "";
}

llvm::Error Journal::load(StringRef text, const SearchFacts &facts) {
  size_t number = 0;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    auto value = llvm::json::parse(line);
    if (!value) {
      llvm::consumeError(value.takeError());
      return damaged(number + 1, "is no JSON");
    }
    const llvm::json::Object *object = value->getAsObject();
    if (!object)
      return damaged(number + 1, "is no object");
    if (++number > 1) {
      if (llvm::Error error = take(*object, number))
        return error;
      continue;
    }
    const llvm::json::Object *search = object->getObject("search");
    if (!search)
      return damaged(number, "does not say what the search is");
    if (std::string text = difference(*search, facts); !text.empty())
      return llvm::createStringError(text);
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<Journal>> Journal::open(StringRef path, const SearchFacts &facts) {
  std::unique_ptr<Journal> journal(new Journal);
  journal->path = path.str();
  uint64_t kept = 0;
  if (llvm::sys::fs::exists(path)) {
    auto bytes = readInputFile(path);
    if (!bytes)
      return bytes.takeError();
    StringRef text = (*bytes)->getBuffer();
    kept = text.rfind('\n') + 1; // npos + 1 is 0: not even the first line is whole
    if (llvm::Error error = journal->load(text.take_front(kept), facts))
      return std::move(error);
  }
  journal->file = ::open(journal->path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (journal->file < 0 || (kept == 0 ? 0 : ftruncate(journal->file, kept)))
    return llvm::createFileError(path, std::error_code(errno, std::generic_category()));
  if (kept == 0) {
    if (ftruncate(journal->file, 0) && errno != EINVAL)
      return llvm::createFileError(path, std::error_code(errno, std::generic_category()));
    if (llvm::Error error = journal->append(factsObject(facts)))
      return std::move(error);
  }
  return std::move(journal);
}

const Journal::Entry *Journal::find(uint64_t trial) const {
  auto found = entries.find(trial);
  return found == entries.end() ? nullptr : &found->second;
}

llvm::Error Journal::begin(uint64_t trial, const Proposal &proposal, StringRef decisions) {
  llvm::json::Array point;
  for (uint32_t option : proposal)
    point.push_back(option);
  Entry &entry = entries[trial];
  entry.proposal = proposal;
  ++entry.begun;
  return append(llvm::json::Object{{"begin", trial}, {"point", std::move(point)}, {"decisions", decisions}});
}

llvm::Error Journal::end(uint64_t trial, const TrialResult &result) {
  llvm::json::Object line = result.measured ? result.measured->toJson() : llvm::json::Object{{"failure", result.failure}};
  line["end"] = trial;
  line["seconds"] = result.seconds;
  entries[trial].result = result;
  return append(std::move(line));
}

llvm::Error Journal::stop(uint64_t trial) {
  entries[trial].begun -= entries[trial].begun > 0;
  return append(llvm::json::Object{{"stop", trial}});
}
