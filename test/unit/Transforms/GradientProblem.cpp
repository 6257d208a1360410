// Gradients compared with central differences of the f64 interpreter.
#include "GradientProblem.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace penjing;

GradientContext::GradientContext() {
  DialectRegistry registry;
  registry.insert<PenjingDialect, func::FuncDialect>();
  registerGradientRules(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

GradientProblem::GradientProblem(MLIRContext *context, unsigned seed)
    : ImplicitLocOpBuilder(UnknownLoc::get(context), context), generator(seed) {
  module = ModuleOp::create(getLoc());
  setForm(*module, Form::Decided);
  setInsertionPointToEnd(module->getBody());
  function = func::FuncOp::create(*this, "main", getFunctionType({}, {}));
  setInsertionPointToStart(function.addEntryBlock());
}

double GradientProblem::uniform(double low, double high) {
  return low + (high - low) * double(generator() >> 11) * 0x1p-53;
}

int64_t GradientProblem::integer(int64_t low, int64_t high) {
  return low + int64_t(generator() % uint64_t(high - low + 1));
}

Shape GradientProblem::shape(int64_t rank, int64_t largest) {
  Shape result;
  for (int64_t i = 0; i < rank; ++i)
    result.push_back(integer(1, largest));
  return result;
}

Value GradientProblem::parameter(Type element, ArrayRef<int64_t> shape, ArrayRef<double> numbers,
                                 bool isTrainable) {
  std::string name = "p" + std::to_string(values.size());
  auto type = RankedTensorType::get(shape, element);
  Tensor tensor(isa<FloatType>(element) ? getF64Type() : element, shape);
  for (auto [index, number] : llvm::enumerate(numbers))
    tensor.setValue(index, number);
  values[name] = tensor;
  if (isTrainable)
    trainable.push_back(name);
  {
    InsertionGuard guard(*this);
    setInsertionPoint(function);
    OperationState state(getLoc(), ParamOp::getOperationName());
    auto role = RoleAttr::get(getContext(), Role::Constant);
    ParamOp::create(*this, getStringAttr(name), TypeAttr::get(type), role,
                    isTrainable ? getUnitAttr() : UnitAttr(), ElementsAttr(), InitializerAttr(),
                    StringAttr());
  }
  return UseOp::create(*this, type, name);
}

static int64_t sizeOf(ArrayRef<int64_t> shape) { return llvm::product_of(shape, int64_t(1)); }

Value GradientProblem::weights(ArrayRef<int64_t> shape, double low, double high) {
  return away(shape, {}, low, high);
}

Value GradientProblem::fixed(ArrayRef<int64_t> shape, double low, double high) {
  std::vector<double> numbers(sizeOf(shape));
  for (double &number : numbers)
    number = uniform(low, high);
  return parameter(getF32Type(), shape, numbers, false);
}

Value GradientProblem::distinct(ArrayRef<int64_t> shape) {
  std::vector<double> numbers(sizeOf(shape));
  for (auto [index, number] : llvm::enumerate(numbers))
    number = 0.05 * (double(index) - double(numbers.size()) / 2);
  std::shuffle(numbers.begin(), numbers.end(), generator);
  return parameter(getF32Type(), shape, numbers, true);
}

Value GradientProblem::away(ArrayRef<int64_t> shape, ArrayRef<double> kinks, double low,
                            double high) {
  std::vector<double> numbers(sizeOf(shape));
  for (double &number : numbers)
    do
      number = uniform(low, high);
    while (llvm::any_of(kinks, [&](double kink) { return std::abs(number - kink) < 0.05; }));
  return parameter(getF32Type(), shape, numbers, true);
}

void GradientProblem::finish(ValueRange results) {
  Value loss;
  for (Value result : results) {
    auto type = cast<RankedTensorType>(result.getType());
    Value factors = fixed(type.getShape());
    if (type.getElementType() != getF32Type())
      factors = CastOp::create(*this, factors, type.getElementType());
    Value part = ReduceSumOp::create(*this, MulOp::create(*this, result, factors),
                                     llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
    loss = loss ? AddOp::create(*this, loss, part).getResult() : part;
  }
  finishWithLoss(loss);
}

void GradientProblem::finishWithLoss(Value loss) {
  func::ReturnOp::create(*this, loss);
  function.setFunctionType(getFunctionType({}, loss.getType()));
  ASSERT_TRUE(succeeded(verify(*module)));
}

SmallVector<StringRef> GradientProblem::opNames() {
  SmallVector<StringRef> names;
  for (Operation &op : function.getBody().front())
    names.push_back(op.getName().getStringRef());
  return names;
}

double GradientProblem::loss(const llvm::StringMap<Tensor> &at) {
  InterpreterOptions options;
  options.precision = Precision::Float64;
  options.parameters = &at;
  auto results = evaluate(function, {}, options);
  EXPECT_TRUE(succeeded(results));
  return succeeded(results) ? results->front().valueAt(0) : NAN;
}

llvm::StringMap<Tensor> GradientProblem::gradients() {
  llvm::StringMap<Tensor> found;
  OwningOpRef<ModuleOp> step = module->clone();
  PassManager passes(getContext());
  passes.addPass(createDifferentiate());
  bool differentiated = succeeded(passes.run(*step));
  EXPECT_TRUE(differentiated);
  if (!differentiated)
    return found;
  auto entry = step->lookupSymbol<func::FuncOp>("step");
  InterpreterOptions options;
  options.precision = Precision::Float64;
  options.parameters = &values;
  auto results = evaluate(entry, {}, options);
  EXPECT_TRUE(succeeded(results));
  if (failed(results))
    return found;
  for (auto [index, result] : llvm::enumerate(*results)) {
    StringRef name = entry.getResultAttrOfType<StringAttr>(index, PenjingDialect::kNameAttr);
    if (name.consume_front("gradient:"))
      found[name] = result;
  }
  return found;
}

void GradientProblem::check(GradientProblem *forward) {
  constexpr double kStep = 1e-4, kTolerance = 1e-6;
  constexpr int64_t kElements = 40;
  if (!forward)
    forward = this;
  llvm::StringMap<Tensor> found = gradients();
  ASSERT_EQ(found.size(), trainable.size());
  ASSERT_FALSE(trainable.empty());
  for (const std::string &name : trainable) {
    const Tensor gradient = found[name];
    int64_t size = gradient.size(), stride = std::max<int64_t>(1, size / kElements);
    for (int64_t i = stride > 1 ? integer(0, stride - 1) : 0; i < size; i += stride) {
      llvm::StringMap<Tensor> at = values;
      double middle = values[name].valueAt(i);
      auto lossAt = [&](double value) {
        at[name] = values[name].copy();
        at[name].setValue(i, value);
        return forward->loss(at);
      };
      double difference = (lossAt(middle + kStep) - lossAt(middle - kStep)) / (2 * kStep);
      EXPECT_NEAR(gradient.valueAt(i), difference, kTolerance * (1 + std::abs(difference)))
          << "element " << i << " of " << name << " in\n"
          << [&] {
               std::string text;
               llvm::raw_string_ostream os(text);
               function.print(os);
               return text;
             }();
    }
  }
}
