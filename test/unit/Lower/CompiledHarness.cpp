// Runs a module compiled and interpreted on the same drawn values.
#include "CompiledHarness.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/InitAll.h"
#include "penjing/Reference/Interpreter.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace penjing;

std::string penjing::test::moduleText(const std::string &signature, const std::string &body,
                                      const std::string &parameters, const std::string &form) {
  return "module attributes {pj.form = #pj.form<" + form + ">, pj.version = 1 : i32} {\n" + parameters +
         "\nfunc.func @main" + signature + " {\n" + body + "\n}\n}";
}

/// Draws values: small integers, or reals around zero.
static void draw(Tensor &tensor, std::mt19937 &random, bool exact, bool positive) {
  bool real = isa<FloatType>(tensor.elementType());
  bool isUnsigned = tensor.elementType().isUnsignedInteger() || tensor.elementType().isInteger(1);
  for (int64_t index = 0; index < tensor.size(); ++index) {
    double value = real && !exact ? std::uniform_real_distribution<double>(-2, 2)(random)
                                  : std::uniform_int_distribution<int>(-4, 4)(random);
    if (tensor.elementType().isInteger(1))
      value = std::uniform_int_distribution<int>(0, 1)(random);
    else if (auto quantized = dyn_cast<quant::QuantizedType>(tensor.elementType()))
      value = std::uniform_int_distribution<int>(quantized.getStorageTypeMin(), quantized.getStorageTypeMax())(random);
    else if (positive || isUnsigned)
      value = std::fabs(value) + (positive && real ? 0.5 : 0);
    tensor.setValue(index, value);
  }
}

double penjing::test::worstDifference(const std::string &text, const Comparison &comparison) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module);
  if (!module)
    return INFINITY;
  if (!comparison.pipeline.empty()) {
    static const bool registered = (registerAllPasses(), true);
    (void)registered;
    PassManager passes(&context);
    EXPECT_TRUE(succeeded(parsePassPipeline(comparison.pipeline, passes)));
    EXPECT_TRUE(succeeded(passes.run(*module)));
  }
  std::mt19937 random(7);
  llvm::StringMap<Tensor> parameters;
  for (ParamOp param : module->getOps<ParamOp>()) {
    Tensor value(param.getTensorType().getElementType(), param.getTensorType().getShape());
    bool positive = param.getRole() == Role::RunningVariance || param.getRole() == Role::QuantScale;
    if (auto given = ParameterBytes::of(param))
      std::copy(given->bytes().begin(), given->bytes().end(), value.bytes());
    else
      draw(value, random, comparison.exact, positive);
    parameters[param.getSymName()] = value;
    if (comparison.parameters == ParameterSource::Constants)
      setParameterBytes(param, ArrayRef<char>(value.bytes(), value.byteSize()));
  }
  auto function = getEntryFunction(*module);
  SmallVector<Tensor> inputs;
  for (auto [index, type] : llvm::enumerate((*function).getArgumentTypes())) {
    auto tensorType = cast<RankedTensorType>(type);
    SmallVector<int64_t> shape(tensorType.getShape());
    for (int64_t &size : shape)
      if (ShapedType::isDynamic(size))
        size = comparison.samples;
    Tensor input(tensorType.getElementType(), shape);
    auto name = (*function).getArgAttrOfType<StringAttr>(index, PenjingDialect::kNameAttr);
    bool labels = name && name.getValue() == "labels";
    draw(input, random, comparison.exact, labels || (name && name.getValue() == "positive"));
    inputs.push_back(input);
  }
  SmallVector<Tensor> every;
  InterpreterOptions interpreterOptions;
  interpreterOptions.parameters = &parameters;
  interpreterOptions.observer = [&](Operation *op, ArrayRef<Tensor>, ArrayRef<Tensor> results) {
    if (!isa<UseOp, ConstantOp>(op) && isa<PenjingDialect>(op->getDialect()))
      every.append(results.begin(), results.end());
  };
  auto expected = evaluate(*function, inputs, interpreterOptions);
  EXPECT_TRUE(succeeded(expected));

  CompileOptions options;
  options.target = comparison.target == "training" ? trainingTarget() : llvm::cantFail(findTarget(comparison.target));
  options.parameters = comparison.parameters;
  options.everyResult = comparison.everyResult;
  options.keepText = true;
  auto compiled = compile(*module, options);
  EXPECT_TRUE(succeeded(compiled)) << text;
  if (failed(compiled) || failed(expected))
    return INFINITY;
  std::vector<const void *> in, table;
  for (Tensor &input : inputs)
    in.push_back(input.bytes());
  for (const TensorDescription &parameter : (*compiled)->parameters())
    table.push_back(parameters[parameter.name].bytes());
  SmallVector<Tensor> wanted(*expected);
  if (comparison.everyResult)
    wanted.append(every);
  EXPECT_EQ(wanted.size(), (*compiled)->outputs().size());
  std::vector<std::vector<char>> buffers;
  std::vector<void *> out;
  for (auto [output, tensor] : llvm::zip((*compiled)->outputs(), wanted)) {
    EXPECT_EQ(output.byteSize(comparison.samples), tensor.byteSize());
    buffers.emplace_back(tensor.byteSize(), char(0x55));
  }
  for (auto &buffer : buffers)
    out.push_back(buffer.data());
  // Twice: the second run meets an arena that is not fresh.
  for (int run = 0; run < 2; ++run)
    (*compiled)->run(in, out, table, comparison.samples);
  double worst = 0;
  for (auto [number, pair] : llvm::enumerate(llvm::zip(wanted, buffers))) {
    auto &[tensor, buffer] = pair;
    Tensor got = Tensor::viewing(tensor.elementType(), tensor.shape(), buffer);
    double scale = 1;
    for (int64_t index = 0; index < tensor.size(); ++index)
      if (double value = std::fabs(tensor.valueAt(index)); std::isfinite(value))
        scale = std::max(scale, value);
    double difference = 0;
    for (int64_t index = 0; index < tensor.size(); ++index) {
      double wantedValue = tensor.valueAt(index), gotValue = got.valueAt(index);
      double gap = wantedValue == gotValue ? 0 : std::fabs(wantedValue - gotValue) / scale; // equal infinities
      if (!(gap <= comparison.tolerance) && difference <= comparison.tolerance) {
        ADD_FAILURE() << "output " << number << " (" << (*compiled)->outputs()[number].name << ") of shape "
                      << shapeText(tensor.shape()) << ": first difference at " << index << ", expected "
                      << tensor.valueAt(index) << ", got " << got.valueAt(index) << "\n"
                      << (*compiled)->scheduledText().take_front(6000).str();
      }
      difference = std::isnan(gap) ? INFINITY : std::max(difference, gap);
    }
    worst = std::max(worst, difference);
  }
  return worst;
}

void penjing::test::expectAgreement(const std::string &text, const Comparison &comparison) {
  EXPECT_LE(worstDifference(text, comparison), comparison.tolerance);
}
