// The private compile session: a module compiled for this process and called
// through pointers. Training, calibration, verification and `run` use it.
#ifndef PENJING_LOWER_COMPILEDMODULE_H
#define PENJING_LOWER_COMPILEDMODULE_H

#include "penjing/Support/Array.h"
#include "penjing/Target/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>
#include <string>
#include <vector>

namespace penjing {

/// Where compiled code finds the values of parameters.
enum class ParameterSource {
  /// In the code's own constant section, packed as the kernels want them: the
  /// form of a model that is deployed.
  Constants,
  /// In the caller's buffers, read at each call: training steps, calibration.
  Arguments,
};

struct CompileOptions {
  Target target;
  ParameterSource parameters = ParameterSource::Constants;
  /// Also gives the result of every op of the entry function as an output, after the
  /// function's own results, in the order of the ops. Nothing is fused then.
  bool everyResult = false;
  /// Records the text of the module in scheduled form and of its kernels.
  bool keepText = false;
};

/// A tensor at the boundary of a compiled function. Elements are dense and
/// row-major in the shape of the model's own type; booleans are a byte each,
/// quantized elements their storage integers.
struct TensorDescription {
  /// `pj.name` of inputs and outputs, the symbol of parameters. For an output
  /// of `everyResult`: the name in the op's location, else `OP.NUMBER`.
  std::string name;
  ElementKind element = ElementKind::F32;
  /// A leading dimension with a name is -1: `run` takes its size.
  std::vector<int64_t> shape;
  /// For an output of `everyResult`, the op it comes from: its name (`pj.conv`).
  std::string op;

  /// Bytes of the tensor with a leading dimension of `samples` where it is named.
  uint64_t byteSize(int64_t samples) const;
};

/// A kernel call of the compiled function, for reports.
struct KernelChoice {
  std::string layer;  ///< name in the op's location
  std::string op;     ///< the contraction's op, `pj.conv`
  std::string leaf;   ///< multiply-add leaf
  std::string shape;  ///< tile and sparsity, `14x2 dense`
  std::string reason; ///< why this and no other form
};

/// Compiled code with its constants and its arena. Not copyable.
class CompiledModule {
public:
  ~CompiledModule();

  llvm::ArrayRef<TensorDescription> inputs() const;
  llvm::ArrayRef<TensorDescription> outputs() const;
  /// In `Arguments` mode: the parameters that the code reads, in the order of
  /// the pointers `run` wants. Booleans are a byte each. Empty otherwise.
  llvm::ArrayRef<TensorDescription> parameters() const;
  /// Whether some input has a named leading dimension.
  bool hasSamples() const;
  /// Bytes of the arena; does not depend on the number of samples.
  uint64_t arenaBytes() const;
  llvm::ArrayRef<KernelChoice> kernels() const;
  /// The scheduled module as text, where `keepText` was set.
  llvm::StringRef scheduledText() const;

  /// Runs the code on the module's own arena: one call at a time. Pointers are
  /// in the order of the descriptions, aligned to their elements, and outputs do not
  /// overlap anything else. Results depend on target and data alone.
  void run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs,
           llvm::ArrayRef<const void *> parameters = {}, int64_t samples = 1) const;

  /// The same on the caller's arena (`arenaBytes`, 64-byte aligned): calls on
  /// different arenas may run at the same time.
  void run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs,
           llvm::ArrayRef<const void *> parameters, int64_t samples, void *arena) const;

private:
  friend class CompileSession;
  struct Code;
  explicit CompiledModule(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code;
};

/// Compiles the entry function of `module` for this machine. The module may be
/// in form float, decided, packed or scheduled and is not changed; its IR
/// crosses into a context of its own without the values of parameters, which
/// are read in place (`Constants`). Fails with a diagnostic on an op of `module`
/// that cannot be compiled, a parameter without a value (`Constants`), a target
/// that this machine does not run.
///
/// A dimension with a name must lead every tensor it occurs in and no op may
/// mix its samples; a training step binds it first.
mlir::FailureOr<std::unique_ptr<CompiledModule>> compile(mlir::ModuleOp module,
                                                         const CompileOptions &options);

/// The level float training compiles for on this machine: `x86-64-v4`, else
/// `x86-64-v3`, else the baseline of the architecture; never `native`.
Target trainingTarget();

} // namespace penjing

#endif // PENJING_LOWER_COMPILEDMODULE_H
