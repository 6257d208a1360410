// penjing bench: times a compiled model on this machine.
#include "Workspace.h"

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Lower/CompiledModule.h"

#include "llvm/Support/JSON.h"
#include "llvm/TargetParser/Host.h"

#include <chrono>
#include <sched.h>

using namespace mlir;
using namespace penjing;

/// Keeps this thread on the processor it runs on; false where it may not.
static bool pinThread() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(sched_getcpu(), &set);
  return sched_setaffinity(0, sizeof(set), &set) == 0;
}

/// The processor's name as the kernel tells it.
static std::string processorName() {
  auto file = llvm::MemoryBuffer::getFileAsStream("/proc/cpuinfo");
  if (file)
    for (StringRef line : llvm::split((*file)->getBuffer(), '\n'))
      if (line.starts_with("model name"))
        return line.split(':').second.trim().str();
  return llvm::sys::getHostCPUName().str();
}

int penjing::benchCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, targetName = "native";
  unsigned samples = 1, milliseconds = 500;
  bool json = false;
  SharedOptions shared;
  Options options("bench", "times a compiled model on one core of this machine.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in any form");
  options.value("target", "NAME", targetName, "the processor: native (default), x86-64-v3, x86-64-v4, aarch64 …");
  options.count("samples", "N", samples, 65536, "samples of a call, where the model leaves their number open (default 1)");
  options.count("time", "MS", milliseconds, 600000, "milliseconds to measure (default 500)");
  options.flag("json", json, "print one JSON object");
  options.example("penjing bench tiny.mlirbc", "microseconds a run, and the kernel of every layer");
  options.example("penjing bench resnet8.onnx --samples 32 --time 2000 --json", "batches of 32, two seconds, for a script");
  options.note("Times are of this process: inputs of zeros in bound, reused buffers, one thread, pinned where that is "
               "allowed. A run is a call with all its samples. Where parameters have no values (a training step), all of "
               "them are read from buffers, of zeros.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  auto target = findTarget(targetName);
  if (!target)
    return workspace.fail(target.takeError());
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  CompileOptions compileOptions;
  compileOptions.target = *target;
  for (ParamOp param : module->getOps<ParamOp>())
    if (!param.getValueAttr())
      compileOptions.parameters = ParameterSource::Arguments;
  auto compiled = compile(*module, compileOptions);
  if (failed(compiled))
    return kFailure;
  CompiledModule &code = **compiled;
  std::vector<Array> arrays;
  std::vector<const void *> inputs;
  std::vector<const void *> parameters;
  std::vector<void *> outputs;
  auto allocate = [&](const TensorDescription &tensor) {
    std::vector<int64_t> shape = tensor.shape;
    for (int64_t &size : shape)
      size = size < 0 ? samples : size;
    arrays.emplace_back(tensor.element, shape);
    return arrays.back().bytes();
  };
  for (const TensorDescription &tensor : code.inputs())
    inputs.push_back(allocate(tensor));
  for (const TensorDescription &tensor : code.outputs())
    outputs.push_back(allocate(tensor));
  for (const TensorDescription &tensor : code.parameters())
    parameters.push_back(allocate(tensor));

  bool pinned = pinThread();
  using Clock = std::chrono::steady_clock;
  auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  std::vector<double> times;
  code.run(inputs, outputs, parameters, samples);
  do {
    auto start = Clock::now();
    code.run(inputs, outputs, parameters, samples);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  } while (times.size() < 31 || (Clock::now() < end && times.size() < 1000000));
  llvm::sort(times);
  double median = times[times.size() / 2];
  if (json) {
    llvm::json::Array kernels;
    for (const KernelChoice &kernel : code.kernels())
      kernels.push_back(llvm::json::Object{{"layer", kernel.layer}, {"op", kernel.op}, {"leaf", kernel.leaf},
                                           {"shape", kernel.shape}, {"reason", kernel.reason}});
    llvm::outs() << llvm::json::Value(llvm::json::Object{
                        {"cpu", processorName()}, {"target", target->name}, {"pinned", pinned},
                        {"samples", static_cast<int64_t>(samples)}, {"runs", static_cast<int64_t>(times.size())},
                        {"microseconds", median}, {"minimum", times.front()},
                        {"arena_bytes", static_cast<int64_t>(code.arenaBytes())}, {"kernels", std::move(kernels)}})
                 << "\n";
    return kSuccess;
  }
  llvm::outs() << llvm::formatv("{0:f2} us median, {1:f2} us minimum of {2} runs of {3} sample(s) on {4}{5}, target {6}, arena {7} bytes\n",
                                median, times.front(), times.size(), samples, processorName(),
                                pinned ? " (one core, pinned)" : " (not pinned)", target->name, code.arenaBytes());
  for (const KernelChoice &kernel : code.kernels())
    llvm::outs() << llvm::formatv("  {0,-24} {1,-24} {2,-10} {3}\n", kernel.layer.empty() ? "unnamed" : kernel.layer, kernel.op,
                                  kernel.leaf, kernel.shape);
  return kSuccess;
}
