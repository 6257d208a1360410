// Rewards of measured candidates, and the limits they must keep.
#include "penjing/Search/Objective.h"

#include "penjing/Search/Quantities.h"
#include "penjing/Support/NumericOption.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace penjing;

llvm::json::Object Measurement::toJson() const {
  return llvm::json::Object{
      {"accuracy", accuracy}, {"latency", latency}, {"size_bytes", sizeBytes}, {"ram_bytes", ramBytes}};
}

std::optional<Measurement> Measurement::fromJson(const llvm::json::Object &object) {
  auto accuracy = object.getNumber("accuracy"), latency = object.getNumber("latency");
  auto size = object.getInteger("size_bytes"), ram = object.getInteger("ram_bytes");
  if (!accuracy || !latency || !size || !ram)
    return std::nullopt;
  Measurement result;
  result.accuracy = *accuracy;
  result.latency = *latency;
  result.sizeBytes = *size;
  result.ramBytes = *ram;
  return result;
}

std::vector<std::string> Budget::broken(const Measurement &m) const {
  std::vector<std::string> result;
  if (latency && m.latency > *latency)
    result.push_back("latency " + durationText(m.latency) + " is above " + durationText(*latency));
  if (sizeBytes && m.sizeBytes > *sizeBytes)
    result.push_back("size " + bytesText(m.sizeBytes) + " is above " + bytesText(*sizeBytes));
  if (ramBytes && m.ramBytes > *ramBytes)
    result.push_back("RAM " + bytesText(m.ramBytes) + " is above " + bytesText(*ramBytes));
  if (accuracy && m.accuracy < *accuracy)
    result.push_back(llvm::formatv("accuracy {0:f2} % is below {1:f2} %", m.accuracy * 100, *accuracy * 100));
  return result;
}

double Budget::excess(const Measurement &m) const {
  auto over = [](double measured, double allowed) { return measured > allowed ? std::log(measured / allowed) : 0; };
  double sum = 0;
  if (latency)
    sum += over(m.latency, *latency);
  if (sizeBytes)
    sum += over(m.sizeBytes, *sizeBytes);
  if (ramBytes)
    sum += over(m.ramBytes, *ramBytes);
  // An accuracy of zero is as bad as one in a thousand: the logarithm must exist.
  if (accuracy)
    sum += over(*accuracy, std::max(m.accuracy, 1e-3));
  return sum;
}

double Objective::reward(const Measurement &m) const {
  if (double excess = budget.excess(m))
    return -excess;
  return targetLatency ? m.accuracy * std::pow(m.latency / *targetLatency, exponent) : m.accuracy;
}

std::string Objective::text() const {
  std::string result = "accuracy";
  llvm::raw_string_ostream os(result);
  if (targetLatency)
    os << llvm::format(" x (latency / %.9g s)^%.9g", *targetLatency, exponent);
  if (budget.latency)
    os << llvm::format(", latency <= %.9g s", *budget.latency);
  if (budget.sizeBytes)
    os << ", size <= " << *budget.sizeBytes;
  if (budget.ramBytes)
    os << ", RAM <= " << *budget.ramBytes;
  if (budget.accuracy)
    os << llvm::format(", accuracy >= %.9g", *budget.accuracy);
  return result;
}

namespace {
/// Reads texts until the first error, which it keeps.
class ObjectiveReader {
public:
  template <typename Value, typename Parse>
  void read(llvm::StringRef option, const std::string &text, Value &value, Parse parse) {
    if (!message.empty() || text.empty())
      return;
    auto parsed = parse(option, text);
    if (parsed)
      value = *parsed;
    else
      message = llvm::toString(parsed.takeError());
  }
  std::string message;
};
} // namespace

llvm::Expected<Objective> penjing::parseObjective(const ObjectiveTexts &texts) {
  Objective result;
  ObjectiveReader reader;
  auto exponent = [](llvm::StringRef option, llvm::StringRef text) {
    return parseNumericOption(option, text, {-10, 0});
  };
  auto percent = [](llvm::StringRef option, llvm::StringRef text) -> llvm::Expected<double> {
    auto value = parseNumericOption(option, text, {0, 100, true});
    if (!value)
      return value.takeError();
    return *value / 100;
  };
  reader.read("target-latency", texts.targetLatency, result.targetLatency, parseDuration);
  reader.read("latency-exponent", texts.exponent, result.exponent, exponent);
  reader.read("max-latency", texts.maxLatency, result.budget.latency, parseDuration);
  reader.read("max-size", texts.maxSize, result.budget.sizeBytes, parseBytes);
  reader.read("max-ram", texts.maxRam, result.budget.ramBytes, parseBytes);
  reader.read("min-accuracy", texts.minAccuracy, result.budget.accuracy, percent);
  if (!reader.message.empty())
    return llvm::createStringError(reader.message);
  return result;
}
