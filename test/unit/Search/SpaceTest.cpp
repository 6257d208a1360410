// Search spaces: the decisions found in them, and the networks that come out.
#include "penjing/Search/Space.h"

#include "penjing/Analysis/Channels.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Spaces.h"
#include "penjing/Lower/CompiledModule.h"
#include "penjing/Reference/Interpreter.h"
#include "penjing/Search/NaswotScore.h"
#include "penjing/Support/Philox.h"
#include "penjing/Train/ParameterBuffers.h"
#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

class SpaceTest : public testing::Test {
protected:
  SpaceTest() {
    DialectRegistry registry;
    registerChannelRules(registry);
    registerGradientRules(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<PenjingDialect, func::FuncDialect>();
    handler.emplace(&context, [this](Diagnostic &diagnostic) { messages += diagnostic.str() + "\n"; });
  }

  OwningOpRef<ModuleOp> parse(StringRef content) {
    std::string text = ("module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {\n" + content + "\n}").str();
    auto module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(bool(module)) << messages;
    return module;
  }

  /// A space of share/spaces.
  OwningOpRef<ModuleOp> load(StringRef name) {
    auto module = parseSourceFile<ModuleOp>((PENJING_SOURCE_DIR "/share/spaces/" + name + ".mlir").str(), &context);
    EXPECT_TRUE(bool(module)) << messages;
    return module;
  }

  OwningOpRef<ModuleOp> resolveText(ModuleOp module, StringRef decisions) {
    auto space = SearchSpace::of(module);
    EXPECT_TRUE(succeeded(space)) << messages;
    auto vector = space->parse(decisions);
    if (!vector) {
      ADD_FAILURE() << llvm::toString(vector.takeError());
      return nullptr;
    }
    return resolve(module, *vector);
  }

  MLIRContext context;
  std::string messages;
  std::optional<ScopedDiagnosticHandler> handler;
};

/// Random options for every decision.
DecisionVector draw(const SearchSpace &space, uint64_t seed) {
  Philox random(seed, RandomPurpose::Test);
  DecisionVector vector;
  for (const Decision &decision : space.decisions())
    vector.push_back(int(random.below(vector.size(), decision.options.size())));
  return vector;
}

int64_t countTrainable(ModuleOp module) {
  int64_t count = 0;
  for (auto param : module.getOps<ParamOp>())
    if (param.getTrainable())
      count += param.getTensorType().getNumElements();
  return count;
}

constexpr StringLiteral kSmallSpace = R"(
  pj.size @count [2, 3]
  func.func @main(%x: tensor<1x1x4x4xf32>) -> tensor<1x?x4x4xf32, #pj.dims<[count] -> [count]>> {
    %0 = pj.choice @op : tensor<1x1x4x4xf32>
      case skip {
        pj.yield %x : tensor<1x1x4x4xf32>
      }
      case deep {
        %1 = pj.stack @depth [1, 4] %x : tensor<1x1x4x4xf32> {
        ^bb0(%a: tensor<1x1x4x4xf32>):
          %2 = pj.conv_layer %a {kernel = [3, 3]} : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
          pj.yield %2 : tensor<1x1x4x4xf32>
        }
        pj.yield %1 : tensor<1x1x4x4xf32>
      }
    %3 = pj.stack @fixed [2] %0 : tensor<1x1x4x4xf32> {
    ^bb0(%a: tensor<1x1x4x4xf32>):
      %4 = pj.relu %a : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
      pj.yield %4 : tensor<1x1x4x4xf32>
    }
    %5 = pj.conv_layer %3 {kernel = [1, 1]} : (tensor<1x1x4x4xf32>) -> tensor<1x?x4x4xf32, #pj.dims<[count] -> [count]>>
    return %5 : tensor<1x?x4x4xf32, #pj.dims<[count] -> [count]>>
  })";

TEST_F(SpaceTest, ListsItsDecisionsInTheOrderOfTheNetwork) {
  auto module = parse(kSmallSpace);
  auto space = SearchSpace::of(*module);
  ASSERT_TRUE(succeeded(space));
  ASSERT_EQ(space->size(), 3u);
  EXPECT_EQ(space->decisions()[0].name, "op");
  EXPECT_EQ(space->decisions()[0].options, (std::vector<std::string>{"skip", "deep"}));
  EXPECT_EQ(space->decisions()[1].name, "depth");
  EXPECT_EQ(space->decisions()[1].options, (std::vector<std::string>{"1", "4"}));
  // A stack with one count is no question.
  EXPECT_EQ(space->decisions()[2].name, "count");
  EXPECT_EQ(space->cardinality(), 8);
}

TEST_F(SpaceTest, GivesNetworksAndStaysAsItIs) {
  auto module = parse(kSmallSpace);
  std::string before, after;
  llvm::raw_string_ostream(before) << *module;
  auto deep = resolve(*module, {1, 1, 1});
  ASSERT_TRUE(deep) << messages;
  // Four 3 x 3 filters and three of 1 x 1.
  EXPECT_EQ(countTrainable(*deep), 4 * 9 + 3);
  auto flat = resolve(*module, {0, 1, 0});
  ASSERT_TRUE(flat) << messages;
  EXPECT_EQ(countTrainable(*flat), 2);
  llvm::raw_string_ostream(after) << *module;
  EXPECT_EQ(before, after);
}

TEST_F(SpaceTest, RefusesVectorsOfOtherSpaces) {
  auto module = parse(kSmallSpace);
  EXPECT_FALSE(resolve(*module, {1, 1}));
  EXPECT_NE(messages.find("requires an option for each of 3 decisions, but got 2"), std::string::npos) << messages;
  EXPECT_FALSE(resolve(*module, {0, 2, 0}));
  EXPECT_NE(messages.find("requires an option from 0 to 1 for decision 'depth', but got 2"), std::string::npos)
      << messages;
}

TEST_F(SpaceTest, RefusesAnEntryWithoutABody) {
  auto module = parse(R"(
    pj.decision @bits {decides = #pj.decides<bits>, layers = ["a"], options = ["float", "8"]}
    func.func private @main(%x: tensor<4xf32>) -> tensor<4xf32>
    func.func @other(%x: tensor<4xf32>) -> tensor<4xf32> {
      %y = pj.zeros_like %x : tensor<4xf32>
      return %y : tensor<4xf32>
    })");
  EXPECT_FALSE(resolve(*module, {0}));
  EXPECT_NE(messages.find("requires a body of one block to be a search space"), std::string::npos) << messages;
}

TEST_F(SpaceTest, DoesNotRun) {
  auto module = parse(kSmallSpace);
  auto function = getEntryFunction(*module);
  EXPECT_TRUE(failed(evaluate(*function, {Tensor(Float32Type::get(&context), {1, 1, 4, 4})})));
  EXPECT_NE(messages.find("'pj.choice' op requires an answer before the network can be used; run pj-resolve-choices first"),
            std::string::npos)
      << messages;
  messages.clear();
  CompileOptions options;
  options.target = trainingTarget();
  EXPECT_TRUE(failed(compile(*module, options)));
  EXPECT_NE(messages.find("run pj-resolve-choices first"), std::string::npos) << messages;
}

TEST_F(SpaceTest, EverySpaceGivesLegalNetworks) {
  for (StringRef name : {"nas-bench-201", "nas-bench-macro", "zoph-le", "keyword-spotting"}) {
    auto module = load(name);
    ASSERT_TRUE(module);
    auto space = SearchSpace::of(*module);
    ASSERT_TRUE(succeeded(space));
    for (uint64_t seed = 0; seed < 10; ++seed) {
      DecisionVector vector = draw(*space, seed);
      auto network = resolve(*module, vector);
      ASSERT_TRUE(network) << name.str() << ": " << space->str(vector) << "\n" << messages;
      EXPECT_TRUE(succeeded(verify(*network))) << messages;
      EXPECT_EQ(getForm(*network), Form::Float);
      network->walk([&](Operation *op) {
        EXPECT_FALSE(op->hasTrait<penjing::OpTrait::OnlySpace>()) << op->getName().getStringRef().str();
      });
      // The types that a network returns have no searched size in them.
      for (Type type : getEntryFunction(*network)->getResultTypes())
        EXPECT_EQ(cast<RankedTensorType>(type).getDimSize(1), 10);
    }
  }
}

TEST_F(SpaceTest, NasBench201HasTheBenchmarksParameters) {
  auto module = load("nas-bench-201");
  auto space = SearchSpace::of(*module);
  ASSERT_TRUE(succeeded(space));
  EXPECT_EQ(space->cardinality(), 15625);
  ASSERT_EQ(space->size(), 6u);
  EXPECT_EQ(space->decisions()[5].name, "edge5");
  // The smallest and the largest of the benchmark: 0.073306 and 1.531546 million.
  auto none = resolveText(*module, "edge0=none edge1=none edge2=none edge3=none edge4=none edge5=none");
  ASSERT_TRUE(none);
  EXPECT_EQ(countTrainable(*none), 73306);
  auto all = resolveText(*module, "edge0=conv3x3 edge1=conv3x3 edge2=conv3x3 edge3=conv3x3 edge4=conv3x3 edge5=conv3x3");
  ASSERT_TRUE(all);
  EXPECT_EQ(countTrainable(*all), 1531546);
}

/// The decisions that NAS-Bench-Macro writes as digits.
std::string macroDecisions(StringRef digits) {
  std::string text;
  for (auto [index, digit] : llvm::enumerate(digits))
    text += " layer" + std::to_string(index + 1) + "=" + (digit == '0' ? "identity" : digit == '1' ? "mb3" : "mb6");
  return text;
}

TEST_F(SpaceTest, NasBenchMacroHasTheBenchmarksParameters) {
  auto module = load("nas-bench-macro");
  // From the benchmark's table.
  for (auto [digits, parameters] : {std::pair<StringRef, int64_t>{"00000000", 387882}, {"00000001", 791594},
                                    {"22111101", 1231914}, {"20111220", 1764010}}) {
    auto network = resolveText(*module, macroDecisions(digits));
    ASSERT_TRUE(network) << messages;
    EXPECT_EQ(countTrainable(*network), parameters) << digits.str();
  }
}

/// A network of a space, on two samples, compiled and interpreted.
void expectCompiledEqualsInterpreted(ModuleOp network) {
  ASSERT_TRUE(succeeded(initializeParameters(network, 3)));
  auto function = getEntryFunction(network);
  SmallVector<int64_t> shape(cast<RankedTensorType>(function->getArgumentTypes()[0]).getShape());
  shape[0] = 2;
  Tensor input(Float32Type::get(network.getContext()), shape);
  Philox random(11, RandomPurpose::Test);
  for (int64_t i = 0; i < input.size(); ++i)
    input.setValue(i, random.uniform(i, -1, 1));
  auto expected = evaluate(*function, {input});
  ASSERT_TRUE(succeeded(expected));
  CompileOptions options;
  options.target = trainingTarget();
  auto code = compile(network, options);
  ASSERT_TRUE(succeeded(code));
  std::vector<float> output(2 * 10);
  void *outputs[] = {output.data()};
  (*code)->run({input.bytes()}, outputs, {}, 2);
  for (int64_t i = 0; i < 20; ++i)
    EXPECT_NEAR(output[i], expected->front().valueAt(i), 1e-3 * (1 + std::abs(output[i])));
}

TEST_F(SpaceTest, NetworksOfTheSmallSpacesRun) {
  auto images = load("zoph-le");
  auto space = SearchSpace::of(*images);
  ASSERT_TRUE(succeeded(space));
  // Narrow filters, all connections, four layers.
  DecisionVector vector(space->size(), 0);
  for (auto [index, decision] : llvm::enumerate(space->decisions()))
    if (StringRef(decision.name).contains("from"))
      vector[index] = 1;
    else if (decision.name == "layers")
      vector[index] = 2;
  auto network = resolve(*images, vector);
  ASSERT_TRUE(network) << messages;
  expectCompiledEqualsInterpreted(*network);

  auto sounds = load("keyword-spotting");
  auto soundSpace = SearchSpace::of(*sounds);
  ASSERT_TRUE(succeeded(soundSpace));
  auto small = resolve(*sounds, DecisionVector(soundSpace->size(), 0));
  ASSERT_TRUE(small) << messages;
  expectCompiledEqualsInterpreted(*small);
}

//===----------------------------------------------------------------------===//
// The training-free score
//===----------------------------------------------------------------------===//

TEST(LogDeterminant, AgreesWithSmallMatrices) {
  EXPECT_DOUBLE_EQ(logDeterminant({4, 1, 1, 2}, 2), std::log(7));
  // Rows change places.
  EXPECT_DOUBLE_EQ(logDeterminant({0, 2, 3, 0}, 2), std::log(6));
  EXPECT_EQ(logDeterminant({1, 2, 2, 4}, 2), -INFINITY);
}

TEST_F(SpaceTest, NaswotCountsTheRelusThatAgree) {
  // Inputs of three samples: signs (+ + -), (+ - -), (- - -).
  auto module = parse(R"(
    func.func @main(%x: tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
        attributes {pj.dims = ["N"]} {
      %0 = pj.neg %x : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
      %1 = pj.relu %0 : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
      return %1 : tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    })");
  std::vector<float> samples{1, 2, -1, 3, -1, -2, -1, -5, -1};
  auto score = naswotScore(*module, {samples.data()}, 3);
  ASSERT_TRUE(succeeded(score)) << messages;
  // Of three units, 2 agree between neighbours and 1 between the first and the last.
  EXPECT_NEAR(*score, logDeterminant({3, 2, 1, 2, 3, 2, 1, 2, 3}, 3), 1e-12);
  EXPECT_NEAR(*score, std::log(8), 1e-12);
}

TEST_F(SpaceTest, NaswotWantsRelusAndAllInputs) {
  auto module = parse(R"(
    func.func @main(%x: tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
        attributes {pj.dims = ["N"]} {
      %0 = pj.neg %x : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
      return %0 : tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    })");
  EXPECT_TRUE(failed(naswotScore(*module, {}, 3)));
  EXPECT_NE(messages.find("requires a network with relus to score, but found none"), std::string::npos) << messages;
  auto network = resolve(*parse(kSmallSpace), {0, 0, 0});
  EXPECT_TRUE(failed(naswotScore(*network, {}, 2)));
  EXPECT_NE(messages.find("requires 1 inputs to score, but got 0"), std::string::npos) << messages;
}

TEST_F(SpaceTest, NaswotTellsNetworksApart) {
  auto module = load("zoph-le");
  auto space = SearchSpace::of(*module);
  ASSERT_TRUE(succeeded(space));
  std::vector<float> images(16 * 784);
  Philox random(5, RandomPurpose::Test);
  for (size_t i = 0; i < images.size(); ++i)
    images[i] = random.uniform(i);
  DecisionVector narrow(space->size(), 0), wide(space->size(), 0);
  for (auto [index, decision] : llvm::enumerate(space->decisions()))
    if (StringRef(decision.name).ends_with("height") || StringRef(decision.name).ends_with("width"))
      wide[index] = 1;
  auto first = naswotScore(*resolve(*module, narrow), {images.data()}, 16, 1);
  auto again = naswotScore(*resolve(*module, narrow), {images.data()}, 16, 1);
  auto second = naswotScore(*resolve(*module, wide), {images.data()}, 16, 1);
  ASSERT_TRUE(succeeded(first) && succeeded(again) && succeeded(second)) << messages;
  EXPECT_EQ(*first, *again);
  EXPECT_TRUE(std::isfinite(*second));
  EXPECT_NE(*first, *second);
}

} // namespace
