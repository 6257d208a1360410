// Checkpoints as safetensors: values under `value/`, optimizer state under
// `state/`, the rest as metadata.
#include "penjing/Train/Checkpoint.h"

#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Safetensors.h"

#include "llvm/Support/FormatVariadic.h"

using namespace penjing;
using llvm::createStringError;
using llvm::formatv;
using llvm::StringRef;

static constexpr llvm::StringLiteral formatName = "penjing-checkpoint-1";

/// The identity as it stands in the metadata.
static std::map<std::string, std::string>
identityFacts(const RunIdentity &identity) {
  return {{"model", identity.model},
          {"recipe", identity.recipe},
          {"data", identity.data},
          {"level", identity.level},
          {"seed", std::to_string(identity.seed)},
          {"threads", std::to_string(identity.threads)}};
}

llvm::Error penjing::saveCheckpoint(StringRef path,
                                    const Checkpoint &checkpoint) {
  Safetensors file;
  file.metadata = identityFacts(checkpoint.identity);
  file.metadata["format"] = formatName.str();
  file.metadata["epoch"] = std::to_string(checkpoint.position.epoch);
  file.metadata["step"] = std::to_string(checkpoint.position.step);
  for (const auto &note : checkpoint.notes)
    file.metadata["note." + note.first] = note.second;
  for (const NamedArray &value : checkpoint.values)
    file.tensors.push_back({"value/" + value.name, value.array});
  for (const NamedArray &state : checkpoint.optimizer)
    file.tensors.push_back({"state/" + state.name, state.array});
  llvm::Expected<std::unique_ptr<OutputFile>> out = OutputFile::create(path);
  if (!out)
    return out.takeError();
  if (llvm::Error error = writeSafetensors(file, (*out)->os()))
    return error;
  return (*out)->commit();
}

llvm::Expected<Checkpoint> penjing::loadCheckpoint(StringRef path,
                                                   const RunIdentity &expected,
                                                   const Limits &limits) {
  llvm::Expected<Safetensors> file = readSafetensors(path, limits);
  if (!file)
    return file.takeError();
  auto fact = [&](StringRef name) -> StringRef {
    auto found = file->metadata.find(name.str());
    return found == file->metadata.end() ? StringRef()
                                         : StringRef(found->second);
  };
  if (fact("format") != formatName)
    return createStringError(
        formatv("requires a checkpoint of format \"{0}\", but \"{1}\" has "
                "\"{2}\"",
                formatName, path, fact("format")));
  for (const auto &wanted : identityFacts(expected))
    if (fact(wanted.first) != wanted.second)
      return createStringError(
          formatv("requires the {0} of the run that \"{1}\" continues, but "
                  "it had \"{2}\" and this run has \"{3}\"; start without "
                  "--resume to train anew",
                  wanted.first, path, fact(wanted.first), wanted.second));
  Checkpoint checkpoint;
  checkpoint.identity = expected;
  if (fact("epoch").getAsInteger(10, checkpoint.position.epoch) ||
      fact("step").getAsInteger(10, checkpoint.position.step))
    return createStringError(
        formatv("requires a checkpoint with its epoch and step, but \"{0}\" "
                "has \"{1}\" and \"{2}\"",
                path, fact("epoch"), fact("step")));
  for (const auto &item : file->metadata) {
    StringRef name = item.first;
    if (name.consume_front("note."))
      checkpoint.notes[name.str()] = item.second;
  }
  for (NamedArray &tensor : file->tensors) {
    StringRef name = tensor.name;
    if (name.consume_front("value/"))
      checkpoint.values.push_back({name.str(), tensor.array});
    else if (name.consume_front("state/"))
      checkpoint.optimizer.push_back({name.str(), tensor.array});
  }
  return checkpoint;
}
