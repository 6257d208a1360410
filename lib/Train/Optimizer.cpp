// The optimizers' loops. Nothing is contracted or reassociated: each element
// takes the operations as they are written.
#include "penjing/Train/Optimizer.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

#include <cassert>
#include <cmath>
#include <cstring>

using namespace penjing;

llvm::Expected<OptimizerKind>
penjing::parseOptimizerKind(llvm::StringRef name) {
  if (name == "sgd")
    return OptimizerKind::SGD;
  if (name == "adamw")
    return OptimizerKind::AdamW;
  return llvm::createStringError(llvm::formatv(
      "requires option \"optimizer\" to be sgd or adamw, but got \"{0}\"",
      name));
}

/// Names of a parameter's state arrays.
static llvm::ArrayRef<llvm::StringLiteral>
slotNames(const OptimizerOptions &options) {
  static constexpr llvm::StringLiteral sgd[] = {"momentum"};
  static constexpr llvm::StringLiteral adam[] = {"first", "second"};
  if (options.kind == OptimizerKind::AdamW)
    return adam;
  return llvm::ArrayRef(sgd).take_front(options.momentum != 0);
}

Optimizer::Optimizer(OptimizerOptions given, llvm::ArrayRef<uint64_t> sizes)
    : options(given) {
  for (uint64_t size : sizes)
    for (size_t i = 0; i < slotNames(options).size(); ++i)
      slots.emplace_back(ElementKind::F32,
                         llvm::ArrayRef<int64_t>{int64_t(size)});
}

void Optimizer::stepSGD(float rate, const TrainedParameter &parameter,
                        float *velocity) const {
  float *w = parameter.values.data();
  const float *gradient = parameter.gradient.data();
  const uint8_t *mask =
      parameter.mask.empty() ? nullptr : parameter.mask.data();
  const float momentum = options.momentum, decay = options.weightDecay;
  const bool nesterov = options.nesterov;
  for (size_t i = 0, n = parameter.values.size(); i < n; ++i) {
    float g = gradient[i] + decay * w[i];
    if (velocity) {
      velocity[i] = momentum * velocity[i] + g;
      g = nesterov ? g + momentum * velocity[i] : velocity[i];
    }
    float updated = w[i] - rate * g;
    w[i] = mask && !mask[i] ? w[i] : updated;
  }
}

void Optimizer::stepAdamW(double rate, const TrainedParameter &parameter,
                          float *first, float *second) const {
  float *w = parameter.values.data();
  const float *gradient = parameter.gradient.data();
  const uint8_t *mask =
      parameter.mask.empty() ? nullptr : parameter.mask.data();
  const float beta1 = options.beta1, beta2 = options.beta2,
              epsilon = options.epsilon;
  const float rest1 = 1 - beta1, rest2 = 1 - beta2;
  const float keep = float(1 - rate * options.weightDecay);
  const float size = float(rate / (1 - power1));
  const float correction = float(std::sqrt(1 - power2));
  for (size_t i = 0, n = parameter.values.size(); i < n; ++i) {
    float g = gradient[i];
    first[i] = beta1 * first[i] + rest1 * g;
    second[i] = beta2 * second[i] + rest2 * (g * g);
    float updated =
        keep * w[i] -
        size * first[i] / (std::sqrt(second[i]) / correction + epsilon);
    w[i] = mask && !mask[i] ? w[i] : updated;
  }
}

void Optimizer::step(double rate, llvm::ArrayRef<TrainedParameter> parameters) {
  ++steps;
  power1 *= options.beta1;
  power2 *= options.beta2;
  size_t perParameter = slotNames(options).size();
  assert(parameters.size() * perParameter == slots.size() &&
         "parameters came or went");
  for (size_t p = 0; p < parameters.size(); ++p) {
    const TrainedParameter &parameter = parameters[p];
    assert(parameter.values.size() == parameter.gradient.size() &&
           "gradient of another size");
    Array *own = perParameter ? &slots[p * perParameter] : nullptr;
    if (options.kind == OptimizerKind::AdamW)
      stepAdamW(rate, parameter, own[0].data<float>(), own[1].data<float>());
    else
      stepSGD(float(rate), parameter, own ? own->data<float>() : nullptr);
  }
}

std::vector<NamedArray>
Optimizer::state(llvm::ArrayRef<std::string> names) const {
  std::vector<NamedArray> result;
  result.push_back({"optimizer.steps",
                    Array::from<uint64_t>(ElementKind::U64, {}, {steps})});
  llvm::ArrayRef<llvm::StringLiteral> kinds = slotNames(options);
  for (size_t i = 0; i < slots.size(); ++i)
    result.push_back(
        {(names[i / kinds.size()] + "." + kinds[i % kinds.size()]).str(),
         slots[i]});
  return result;
}

llvm::Error Optimizer::restore(llvm::ArrayRef<std::string> names,
                               llvm::ArrayRef<NamedArray> state) {
  const Array *count = findArray(state, "optimizer.steps");
  if (!count || count->kind() != ElementKind::U64 || count->size() != 1)
    return llvm::createStringError(
        "requires the optimizer's state to count its steps");
  llvm::ArrayRef<llvm::StringLiteral> kinds = slotNames(options);
  for (size_t i = 0; i < slots.size(); ++i) {
    std::string name =
        (names[i / kinds.size()] + "." + kinds[i % kinds.size()]).str();
    const Array *found = findArray(state, name);
    if (!found || found->kind() != ElementKind::F32 ||
        found->size() != slots[i].size())
      return llvm::createStringError(llvm::formatv(
          "requires {0} values of the optimizer's state \"{1}\", but got {2}",
          slots[i].size(), name, found ? found->size() : 0));
    if (found->size())
      std::memcpy(slots[i].bytes(), found->bytes(), found->byteSize());
  }
  steps = *count->data<uint64_t>();
  power1 = power2 = 1;
  for (uint64_t i = 0; i < steps; ++i) {
    power1 *= options.beta1;
    power2 *= options.beta2;
  }
  return llvm::Error::success();
}
