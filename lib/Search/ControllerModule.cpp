// Writes the controller's modules: two LSTM layers (Hochreiter and Schmidhuber 1997,
// with a forget gate), and a head for each decision on the upper one's output.
#include "ControllerModule.h"

#include "penjing/Dialect/Penjing/Forms.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <numeric>

using namespace mlir;
using namespace penjing;

int64_t ControllerShape::optionTokens() const { return std::accumulate(options.begin(), options.end(), int64_t(0)); }

namespace {
/// h and c of both layers.
struct LstmState {
  Value h1, c1, h2, c2;
};

/// Writes one module; its parameters are the same in both.
class ControllerWriter {
public:
  ControllerWriter(MLIRContext *context, const ControllerShape &shape)
      : shape(shape), b(UnknownLoc::get(context), context), module(ModuleOp::create(b.getLoc())) {
    setForm(*module, Form::Float);
    b.setInsertionPointToEnd(module->getBody());
    int64_t gates = 4 * shape.hidden;
    addParameter("layer1", {shape.tokens() + shape.hidden, gates}, Role::Weight);
    addParameter("layer1_bias", {gates}, Role::Bias);
    addParameter("layer2", {2 * shape.hidden, gates}, Role::Weight);
    addParameter("layer2_bias", {gates}, Role::Bias);
    addParameter("heads", {shape.hidden, shape.optionTokens()}, Role::Weight);
    addParameter("heads_bias", {shape.optionTokens()}, Role::Bias);
  }

  OwningOpRef<ModuleOp> writeCell();
  OwningOpRef<ModuleOp> writeLoss();

private:
  RankedTensorType tensor(ArrayRef<int64_t> dims) { return RankedTensorType::get(dims, b.getF32Type()); }
  void addParameter(StringRef name, ArrayRef<int64_t> dims, Role role) {
    ParamOp::create(b, name, tensor(dims), role, /*trainable=*/true, ElementsAttr(), InitializerAttr(), StringAttr());
  }
  Value parameter(StringRef name) {
    auto param = module->lookupSymbol<ParamOp>(name);
    return UseOp::create(b, param.getTensorType(), name);
  }
  Value scalar(float value) { return ConstantOp::create(b, DenseElementsAttr::get(tensor({}), value)); }
  /// `size` columns, or rows, from `from` on.
  Value slice(Value value, unsigned axis, int64_t from, int64_t size) {
    SmallVector<int64_t> offsets{0, 0}, strides{1, 1};
    SmallVector<int64_t> sizes(cast<RankedTensorType>(value.getType()).getShape());
    offsets[axis] = from;
    sizes[axis] = size;
    return SliceOp::create(b, value, offsets, sizes, strides);
  }
  Value sigmoid(Value x) { return SigmoidOp::create(b, x); }
  Value tanh(Value x) { return TanhOp::create(b, x); }
  Value matmul(Value x, StringRef weight, StringRef bias) {
    return MatmulOp::create(b, x, parameter(weight), parameter(bias));
  }
  Value sumOf(Value value) { return ReduceSumOp::create(b, value, ArrayRef<int64_t>{0, 1}); }

  std::pair<Value, Value> lstm(Value x, Value h, Value c, StringRef weight, StringRef bias) {
    Value gates = matmul(ConcatOp::create(b, ValueRange{x, h}, 1), weight, bias);
    auto gate = [&](unsigned index) { return slice(gates, 1, index * shape.hidden, shape.hidden); };
    Value kept = MulOp::create(b, sigmoid(gate(0)), c);
    Value taken = MulOp::create(b, sigmoid(gate(1)), tanh(gate(2)));
    Value newC = AddOp::create(b, kept, taken);
    return {MulOp::create(b, sigmoid(gate(3)), tanh(newC)), newC};
  }
  LstmState advance(Value token, LstmState state) {
    std::tie(state.h1, state.c1) = lstm(token, state.h1, state.c1, "layer1", "layer1_bias");
    std::tie(state.h2, state.c2) = lstm(state.h1, state.h2, state.c2, "layer2", "layer2_bias");
    return state;
  }
  Value bounded(Value z) {
    return MulOp::create(b, tanh(MulOp::create(b, z, scalar(1 / shape.bound))), scalar(shape.bound));
  }
  Value logits(const LstmState &state) { return bounded(matmul(state.h2, "heads", "heads_bias")); }

  /// Opens `@main` with these inputs; their values.
  SmallVector<Value> open(ArrayRef<std::pair<StringRef, RankedTensorType>> inputs) {
    auto types = llvm::map_to_vector(inputs, [](auto &input) -> Type { return input.second; });
    function = func::FuncOp::create(b, "main", b.getFunctionType(types, {}));
    for (auto [index, input] : llvm::enumerate(inputs))
      function.setArgAttr(index, PenjingDialect::kNameAttr, b.getStringAttr(input.first));
    b.setInsertionPointToEnd(function.addEntryBlock());
    return llvm::to_vector_of<Value>(function.getArguments());
  }
  OwningOpRef<ModuleOp> close(ArrayRef<std::pair<StringRef, Value>> results) {
    auto values = llvm::map_to_vector(results, [](auto &result) { return result.second; });
    func::ReturnOp::create(b, values);
    function.setFunctionType(b.getFunctionType(function.getArgumentTypes(), ValueRange(values).getTypes()));
    for (auto [index, result] : llvm::enumerate(results))
      function.setResultAttr(index, PenjingDialect::kNameAttr, b.getStringAttr(result.first));
    return std::move(module);
  }

  const ControllerShape &shape;
  ImplicitLocOpBuilder b;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};
} // namespace

OwningOpRef<ModuleOp> ControllerWriter::writeCell() {
  RankedTensorType stateType = tensor({shape.rollouts, shape.hidden});
  auto in = open({{"token", tensor({shape.rollouts, shape.tokens()})},
                  {"h1", stateType}, {"c1", stateType}, {"h2", stateType}, {"c2", stateType}});
  LstmState state = advance(in[0], {in[1], in[2], in[3], in[4]});
  Value weights = ExpOp::create(b, logits(state));
  return close({{"weights", weights}, {"h1", state.h1}, {"c1", state.c1}, {"h2", state.h2}, {"c2", state.c2}});
}

OwningOpRef<ModuleOp> ControllerWriter::writeLoss() {
  int64_t steps = shape.options.size();
  auto in = open({{"tokens", tensor({(steps + 1) * shape.rollouts, shape.tokens()})},
                  {"advantage", tensor({shape.rollouts, 1})},
                  {"entropy", tensor({shape.rollouts, 1})}});
  Value zero = ConstantOp::create(b, DenseElementsAttr::get(tensor({shape.rollouts, shape.hidden}), 0.0f));
  LstmState state{zero, zero, zero, zero};
  auto tokensAt = [&](int64_t step) { return slice(in[0], 0, step * shape.rollouts, shape.rollouts); };
  Value gain;
  int64_t first = 0;
  for (int64_t step = 0; step < steps; ++step) {
    int64_t count = shape.options[step];
    state = advance(tokensAt(step), state);
    Value probability = SoftmaxOp::create(b, slice(logits(state), 1, first, count), 1);
    // The bound keeps every probability away from zero.
    Value logarithm = LogOp::create(b, probability);
    Value taken = MulOp::create(b, slice(tokensAt(step + 1), 1, first, count), in[1]);
    Value uncertain = MulOp::create(b, probability, in[2]);
    Value part = sumOf(MulOp::create(b, SubOp::create(b, taken, uncertain), logarithm));
    gain = gain ? AddOp::create(b, gain, part).getResult() : part;
    first += count;
  }
  return close({{"loss", NegOp::create(b, gain)}});
}

OwningOpRef<ModuleOp> penjing::buildControllerCell(MLIRContext *context, const ControllerShape &shape) {
  return ControllerWriter(context, shape).writeCell();
}

OwningOpRef<ModuleOp> penjing::buildControllerLoss(MLIRContext *context, const ControllerShape &shape) {
  return ControllerWriter(context, shape).writeLoss();
}
