// Evolved networks as files, drawings and modules; modules run as the evaluator does.
#include "Genomes.h"

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/InitAll.h"
#include "penjing/Lower/CompiledModule.h"
#include "penjing/Reference/Interpreter.h"
#include "penjing/Search/Neat/LaneNetworks.h"
#include "penjing/Search/Neat/NetworkGraph.h"

#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

#include <memory>

using namespace mlir;
using namespace penjing;
using namespace penjing::neat;

namespace {

/// A module with the context it lives in.
struct Built {
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
};

Built build(const NetworkGraph &graph) {
  DialectRegistry registry;
  registerAllDialects(registry);
  Built built{std::make_unique<MLIRContext>(registry), {}};
  built.context->loadAllAvailableDialects();
  built.module = llvm::cantFail(networkModule(graph, built.context.get()));
  EXPECT_TRUE(succeeded(verify(*built.module)));
  return built;
}

/// Outputs of the compiled module for `inputs`, one buffer each, N rows.
std::vector<std::vector<float>> runCompiled(ModuleOp module, std::vector<std::vector<float>> inputs, int64_t rows) {
  CompileOptions options;
  options.target = trainingTarget();
  auto compiled = compile(module, options);
  EXPECT_TRUE(succeeded(compiled));
  std::vector<const void *> in;
  std::vector<void *> out;
  for (auto &input : inputs)
    in.push_back(input.data());
  std::vector<std::vector<float>> outputs;
  for (const TensorDescription &output : (*compiled)->outputs())
    outputs.emplace_back(output.byteSize(rows) / sizeof(float));
  for (auto &output : outputs)
    out.push_back(output.data());
  (*compiled)->run(in, out, {}, rows);
  return outputs;
}

std::string fault(const std::string &json) {
  auto graph = readNetwork(json);
  return graph ? "" : llvm::toString(graph.takeError());
}

/// A file of one input (-1) and one output (0) with these nodes and connections.
std::string file(const std::string &nodes, const std::string &connections) {
  return "{\"inputs\": [-1], \"outputs\": [0], \"nodes\": [" + nodes + "], \"connections\": [" + connections + "]}";
}

TEST(NeatModule, FeedForwardGenomesAgreeWithTheEvaluator) {
  Shape shape{3, 2, false};
  for (uint64_t seed = 0; seed < 4; ++seed) {
    Genome genome = test::grown(shape, 8 * uint32_t(seed), seed);
    LaneNetworks networks(shape);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      networks.load(lane, genome);
    std::vector<Lanes> inputs(3), outputs(2);
    std::vector<float> rows;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned k = 0; k < 3; ++k) {
        inputs[k][lane] = float(int(lane * 5 + k * 7) % 13 - 6) / 5;
        rows.push_back(inputs[k][lane]);
      }
    networks.run(inputs, outputs);
    Built built = build(describe(genome, shape));
    auto y = runCompiled(*built.module, {rows}, kLanes);
    ASSERT_EQ(y.size(), 1u);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned k = 0; k < 2; ++k)
        EXPECT_NEAR(y[0][lane * 2 + k], outputs[k][lane], 1e-5) << "seed " << seed;
  }
}

/// The state goes in and comes out; what no output depends on has none.
TEST(NeatModule, RecurrentGenomesExportTheirState) {
  Shape shape{2, 1, true};
  for (uint64_t seed = 0; seed < 3; ++seed) {
    Genome genome = test::grown(shape, 10 * uint32_t(seed) + 2, seed + 7);
    LaneNetworks networks(shape);
    networks.load(0, genome);
    Built built = build(describe(genome, shape));
    auto function = *built.module->getOps<func::FuncOp>().begin();
    ASSERT_EQ(function.getNumArguments(), 2u);
    auto states = cast<RankedTensorType>(function.getArgument(1).getType()).getDimSize(1);
    std::vector<float> state(states, 0);
    for (int step = 0; step < 6; ++step) {
      std::vector<Lanes> inputs{Lanes::splat(float(step) / 4 - 0.5f), Lanes::splat(0.3f)}, outputs(1);
      networks.run(inputs, outputs);
      auto results = runCompiled(*built.module, {{inputs[0][0], inputs[1][0]}, state}, 1);
      ASSERT_EQ(results.size(), 2u);
      EXPECT_NEAR(results[0][0], outputs[0][0], 1e-5) << "seed " << seed << " step " << step;
      state = results[1];
      ASSERT_EQ(int64_t(state.size()), states);
    }
  }
}

/// Several activations in a level, an output that feeds an output, a node that nothing reads.
TEST(NeatModule, TellsActivationsApart) {
  auto graph = readNetwork(R"({"inputs": [-1, -2], "outputs": [0, 1, 2],
    "nodes": [{"id": 0, "bias": 0.5, "response": 2, "activation": "tanh"}, {"id": 1, "activation": "identity"},
              {"id": 2, "activation": "relu"}, {"id": 7, "activation": "sigmoid"}, {"id": 9}],
    "connections": [{"from": -1, "to": 7, "weight": 1}, {"from": 7, "to": 0, "weight": 3},
                    {"from": 0, "to": 1, "weight": -2}, {"from": -2, "to": 1, "weight": 1},
                    {"from": -2, "to": 2, "weight": -1}, {"from": -1, "to": 9, "weight": 1}]})");
  ASSERT_TRUE(bool(graph)) << llvm::toString(graph.takeError());
  Built built = build(*graph);
  auto y = runCompiled(*built.module, {{0.25f, -0.75f, -1, 2}}, 2);
  for (int row = 0; row < 2; ++row) {
    double a = row ? -1 : 0.25, b = row ? 2 : -0.75;
    double first = std::tanh(0.5 + 2 * 3 / (1 + std::exp(-a)));
    EXPECT_NEAR(y[0][row * 3], first, 1e-6);
    EXPECT_NEAR(y[0][row * 3 + 1], b - 2 * first, 1e-6);
    EXPECT_NEAR(y[0][row * 3 + 2], std::max(0.0, -b), 1e-6);
  }
}

TEST(NeatFile, IsReadAsItWasWritten) {
  NetworkGraph graph = describe(test::grown({3, 2, true}, 20, 5), {3, 2, true});
  std::string text = writeNetwork(graph);
  auto read = readNetwork(text);
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(writeNetwork(*read), text);
  EXPECT_TRUE(read->recurrent);
}

TEST(NeatFile, FaultsAreNamed) {
  EXPECT_NE(fault("{").find("requires a genome as JSON, but got: "), std::string::npos);
  EXPECT_EQ(fault("[]"), "requires a JSON object of inputs, outputs, nodes and connections, but got another value");
  EXPECT_EQ(fault(std::string(100'000, '[')), "requires JSON nested at most 16 deep, but got deeper");
  EXPECT_EQ(fault("{}"), "requires an array 'inputs', but got none");
  EXPECT_EQ(fault(R"({"inputs": [1.5]})"), "requires a whole number of 32 bits as an input, but got another value");
  EXPECT_EQ(fault(R"({"inputs": [1, 1]})"), "requires distinct inputs, but got 1 twice");
  EXPECT_EQ(fault(R"({"inputs": [1], "nodes": [3]})"), "requires objects as nodes, but got something else");
  EXPECT_EQ(fault(file("{}", "")), "requires a whole number of 32 bits as the id of a node, but got none");
  EXPECT_EQ(fault(file("{\"id\": 0, \"bias\": 1e99}", "")),
            "requires a number of at most 1e30 as 'bias', but got another value");
  EXPECT_EQ(fault(file("{\"id\": 0, \"activation\": \"step\"}", "")),
            "requires an activation among sigmoid, tanh, relu, identity, but got 'step'");
  EXPECT_EQ(fault(file("{\"id\": 0, \"aggregation\": \"max\"}", "")), "requires the aggregation 'sum', but got 'max'");
  EXPECT_EQ(fault(file("{\"id\": -1}", "")), "requires distinct ids of inputs and nodes, but got -1 twice");
  EXPECT_EQ(fault(file("{\"id\": 5}", "")), "requires outputs that are distinct and among the nodes, but got 0");
  EXPECT_EQ(fault(R"({"inputs": [], "nodes": [], "outputs": []})"),
            "requires at least one input and one output, but got 0 and 0");
  EXPECT_EQ(fault(file("{\"id\": 0}", "{\"from\": -1, \"to\": 0}")),
            "requires a weight of the connection -1 -> 0, but got none");
  EXPECT_EQ(fault(file("{\"id\": 0}", "{\"from\": -1, \"to\": 0, \"weight\": 1, \"enabled\": 1}")),
            "requires true or false as 'enabled', but got another value");
  EXPECT_EQ(fault(file("{\"id\": 0}", "{\"from\": 0, \"to\": -1, \"weight\": 1}")),
            "requires connections between known nodes and into none of the inputs, but got 0 -> -1");
  std::string connection = "{\"from\": -1, \"to\": 0, \"weight\": 1}";
  EXPECT_EQ(fault(file("{\"id\": 0}", connection + "," + connection)),
            "requires one connection of two nodes, but got two from -1 to 0");
  EXPECT_EQ(fault(file("{\"id\": 0}", connection + ", {\"from\": 0, \"to\": 0, \"weight\": 1}")),
            "requires a network without cycles, but got one through or below node 0");
  std::string many = "-1";
  for (int id = 2; id < 5000; ++id)
    many += ", -" + std::to_string(id);
  EXPECT_EQ(fault("{\"inputs\": [" + many + "]}"), "requires at most 4096 inputs, but got 4999");
}

/// A cycle among nodes that no output depends on does no harm, disabled ones neither.
TEST(NeatFile, CyclesOutsideTheNetworkDoNotMatter) {
  EXPECT_EQ(fault(file("{\"id\": 0}, {\"id\": 4}", "{\"from\": -1, \"to\": 0, \"weight\": 1},"
                                                     "{\"from\": 4, \"to\": 4, \"weight\": 1}")),
            "");
  EXPECT_EQ(fault(file("{\"id\": 0}", "{\"from\": 0, \"to\": 0, \"weight\": 1, \"enabled\": false}")), "");
}

TEST(NeatDrawing, ShowsEveryNodeAndConnection) {
  NetworkGraph graph = describe(test::figure3Parent(), test::kFigureShape);
  std::string svg = drawNetwork(graph);
  auto count = [&](const std::string &text) {
    size_t found = 0;
    for (size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1))
      ++found;
    return found;
  };
  EXPECT_EQ(count("<text"), 5u); // three inputs, an output, a hidden node
  EXPECT_EQ(count("<path"), 5u); // one connection is disabled
  EXPECT_EQ(svg, drawNetwork(graph));
  EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
}

} // namespace
