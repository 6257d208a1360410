// Searchers' states as JSON. A state read back may come from a damaged file: every
// member is checked against the space.
#include "SearchState.h"

#include "llvm/Support/Base64.h"

#include <cstring>

using namespace penjing;

llvm::json::Value penjing::toJson(const Proposal &proposal) {
  llvm::json::Array array;
  for (uint32_t option : proposal)
    array.push_back(option);
  return array;
}

llvm::json::Value penjing::toJson(std::optional<double> reward) {
  return reward ? llvm::json::Value(*reward) : llvm::json::Value(nullptr);
}

llvm::json::Value penjing::toJson(const Outcome &outcome) {
  return llvm::json::Array{toJson(outcome.proposal), toJson(outcome.reward)};
}

llvm::json::Value penjing::toJson(const KnownRewards &known) {
  llvm::json::Array array;
  for (const auto &[proposal, reward] : known)
    array.push_back(toJson(Outcome{proposal, reward}));
  return array;
}

llvm::json::Value penjing::toJson(llvm::ArrayRef<float> values) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
  return llvm::encodeBase64(bytes);
}

StateReader::StateReader(const llvm::json::Value &state, llvm::ArrayRef<uint32_t> options)
    : object(state.getAsObject()), options(options) {
  if (!object)
    refused = "object";
}

void StateReader::refuse(llvm::StringRef name) {
  if (refused.empty())
    refused = name.str();
}

const llvm::json::Value *StateReader::member(llvm::StringRef name) {
  if (!refused.empty())
    return nullptr;
  const llvm::json::Value *value = object->get(name);
  if (!value)
    refuse(name);
  return value;
}

std::optional<Proposal> StateReader::proposalOf(const llvm::json::Value &value) const {
  const llvm::json::Array *array = value.getAsArray();
  if (!array || array->size() != options.size())
    return std::nullopt;
  Proposal proposal;
  for (auto [entry, count] : llvm::zip_equal(*array, options)) {
    std::optional<uint64_t> option = entry.getAsUINT64();
    if (!option || *option >= count)
      return std::nullopt;
    proposal.push_back(static_cast<uint32_t>(*option));
  }
  return proposal;
}

std::optional<Outcome> StateReader::outcomeOf(const llvm::json::Value &value) const {
  const llvm::json::Array *pair = value.getAsArray();
  if (!pair || pair->size() != 2)
    return std::nullopt;
  std::optional<Proposal> proposal = proposalOf((*pair)[0]);
  std::optional<double> reward = (*pair)[1].getAsNumber();
  if (!proposal || (!reward && !(*pair)[1].getAsNull()))
    return std::nullopt;
  return Outcome{std::move(*proposal), reward};
}

void StateReader::read(llvm::StringRef name, uint64_t &value) {
  const llvm::json::Value *found = member(name);
  take(name, found ? found->getAsUINT64() : std::nullopt, value);
}

void StateReader::read(llvm::StringRef name, double &value) {
  const llvm::json::Value *found = member(name);
  take(name, found ? found->getAsNumber() : std::nullopt, value);
}

void StateReader::read(llvm::StringRef name, Proposal &value) {
  const llvm::json::Value *found = member(name);
  take(name, found ? proposalOf(*found) : std::nullopt, value);
}

void StateReader::read(llvm::StringRef name, std::vector<Proposal> &value) {
  const llvm::json::Value *found = member(name);
  const llvm::json::Array *array = found ? found->getAsArray() : nullptr;
  if (!array)
    return refuse(name);
  value.clear();
  for (const llvm::json::Value &entry : *array) {
    std::optional<Proposal> proposal = proposalOf(entry);
    if (!proposal)
      return refuse(name);
    value.push_back(std::move(*proposal));
  }
}

void StateReader::read(llvm::StringRef name, std::vector<Outcome> &value) {
  const llvm::json::Value *found = member(name);
  const llvm::json::Array *array = found ? found->getAsArray() : nullptr;
  if (!array)
    return refuse(name);
  value.clear();
  for (const llvm::json::Value &entry : *array) {
    std::optional<Outcome> outcome = outcomeOf(entry);
    if (!outcome)
      return refuse(name);
    value.push_back(std::move(*outcome));
  }
}

void StateReader::read(llvm::StringRef name, KnownRewards &value) {
  std::vector<Outcome> outcomes;
  read(name, outcomes);
  value.clear();
  for (Outcome &outcome : outcomes)
    value[std::move(outcome.proposal)] = outcome.reward;
}

void StateReader::read(llvm::StringRef name, llvm::MutableArrayRef<float> values) {
  const llvm::json::Value *found = member(name);
  std::optional<llvm::StringRef> text = found ? found->getAsString() : std::nullopt;
  std::vector<char> bytes;
  if (!text)
    return refuse(name);
  if (llvm::Error error = llvm::decodeBase64(*text, bytes)) {
    llvm::consumeError(std::move(error));
    return refuse(name);
  }
  if (bytes.size() != values.size() * sizeof(float))
    return refuse(name);
  std::memcpy(values.data(), bytes.data(), bytes.size());
}

llvm::Error StateReader::finish() {
  if (refused.empty())
    return llvm::Error::success();
  return llvm::createStringError("requires a searcher's state of this kind and space, but '" + refused +
                                 "' is missing or does not fit");
}
