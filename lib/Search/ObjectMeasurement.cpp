// Calls compiled objects as applications do, and times them alone.
#include "ObjectMeasurement.h"

#include <chrono>
#include <sched.h>

using namespace mlir;
using namespace penjing;

llvm::Expected<MeasuredObject> MeasuredObject::create(ModuleOp module) {
  ObjectOptions options;
  auto target = findTarget("native");
  if (!target)
    return target.takeError();
  options.target = *target;
  auto compiled = compileObject(module, options);
  if (failed(compiled))
    return llvm::createStringError("requires a candidate that compiles, but got the errors above");
  MeasuredObject result;
  result.object = std::move(*compiled);
  if (result.object.inputs.size() != 1 || result.object.outputs.size() != 1)
    return llvm::createStringError("requires a candidate of one input and one output, but got " +
                                   std::to_string(result.object.inputs.size()) + " and " +
                                   std::to_string(result.object.outputs.size()));
  auto loaded = LoadedObject::load(result.object.code);
  if (!loaded)
    return loaded.takeError();
  result.loaded = std::move(*loaded);
  auto entry = result.loaded->lookup(options.name);
  if (!entry)
    return entry.takeError();
  result.entry = *entry;
  result.arena = Array(ElementKind::U8, {static_cast<int64_t>(result.object.arenaBytes)});
  return std::move(result);
}

int64_t MeasuredObject::fixedSamples() const {
  return object.hasSamples || input().shape.empty() ? 0 : input().shape[0];
}

void MeasuredObject::run(const void *x, void *y, int64_t samples) {
  // As the header declares it.
  [[maybe_unused]] int code =
      object.hasSamples
          ? reinterpret_cast<int (*)(const void *, void *, int64_t, void *)>(entry)(x, y, samples, arena.bytes())
          : reinterpret_cast<int (*)(const void *, void *, void *)>(entry)(x, y, arena.bytes());
  assert(code == 0 && "it was compiled for this machine");
}

namespace {
/// Zeros of one call.
struct CallBuffers {
  explicit CallBuffers(const MeasuredObject &object)
      : x(ElementKind::U8, {static_cast<int64_t>(object.input().byteSize(1))}),
        y(ElementKind::U8, {static_cast<int64_t>(object.output().byteSize(1))}) {}
  Array x, y;
};

/// Keeps the thread on its core while it lives.
class Pinned {
public:
  Pinned() {
    known = sched_getaffinity(0, sizeof(before), &before) == 0;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    known = known && sched_setaffinity(0, sizeof(one), &one) == 0;
  }
  ~Pinned() {
    if (known)
      sched_setaffinity(0, sizeof(before), &before);
  }

private:
  cpu_set_t before;
  bool known;
};
} // namespace

double MeasuredObject::latency() {
  using Clock = std::chrono::steady_clock;
  constexpr size_t fewest = 31, most = 2000;
  constexpr auto span = std::chrono::milliseconds(30);
  CallBuffers buffers(*this);
  Pinned pinned;
  for (unsigned warmup = 0; warmup < 3; ++warmup)
    run(buffers.x.bytes(), buffers.y.bytes(), 1);
  std::vector<double> times;
  for (auto begin = Clock::now(); times.size() < fewest || (times.size() < most && Clock::now() - begin < span);) {
    auto start = Clock::now();
    run(buffers.x.bytes(), buffers.y.bytes(), 1);
    times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}
