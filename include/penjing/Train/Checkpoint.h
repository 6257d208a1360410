// A training that can be continued to bit-identical weights: one safetensors
// file with values, optimizer state, position and what the run depended on.
#ifndef PENJING_TRAIN_CHECKPOINT_H
#define PENJING_TRAIN_CHECKPOINT_H

#include "penjing/Support/Array.h"
#include "penjing/Support/Limits.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace penjing {

/// What the result depends on; a checkpoint of another run is refused.
struct RunIdentity {
  std::string model;  ///< hash of the model before the training
  std::string recipe; ///< hash of the recipe's bytes and the stage in it
  std::string data;   ///< hash of the data set
  std::string level;  ///< named training level, such as x86-64-v4
  uint64_t seed = 0;
  unsigned threads = 1;
};

/// How far a training is. Random numbers are addressed by these and the seed,
/// so they are the generator's position too.
struct TrainingPosition {
  uint64_t epoch = 0; ///< the epoch to continue in, from 0
  uint64_t step = 0;  ///< steps done in that epoch
};

struct Checkpoint {
  RunIdentity identity;
  TrainingPosition position;
  std::vector<NamedArray> values;    ///< parameters by symbol name
  std::vector<NamedArray> optimizer; ///< `Optimizer::state`
  /// Running sums of the epoch and what else the loop wants back, as text.
  std::map<std::string, std::string> notes;
};

/// Writes the file whole or not at all.
llvm::Error saveCheckpoint(llvm::StringRef path, const Checkpoint &checkpoint);

/// Reads the file (untrusted). Refuses one whose identity differs from
/// `expected`, naming what differs and both values.
llvm::Expected<Checkpoint> loadCheckpoint(llvm::StringRef path,
                                          const RunIdentity &expected,
                                          const Limits &limits = {});

} // namespace penjing

#endif // PENJING_TRAIN_CHECKPOINT_H
