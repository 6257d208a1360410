// Genome files: described networks as JSON. The reader trusts nothing.
#include "penjing/Search/Neat/NetworkGraph.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace penjing::neat;
using llvm::Twine;

static constexpr size_t kMaxNodes = 4096, kMaxConnections = 65536;
static constexpr int kMaxDepth = 16;
static constexpr llvm::StringLiteral kActivations[] = {"sigmoid", "tanh", "relu", "identity"};

namespace {

/// Reads fields; the first fault is kept and everything after it gives zeros.
class Reader {
public:
  NetworkGraph read(const llvm::json::Object &file);
  std::string fault;

private:
  void fail(const Twine &message) {
    if (fault.empty())
      fault = message.str();
  }
  const llvm::json::Array &array(const llvm::json::Object &object, llvm::StringRef field, size_t most);
  const llvm::json::Object &object(const llvm::json::Value &value, llvm::StringRef what);
  int64_t id(const llvm::json::Value *value, const Twine &what);
  double number(const llvm::json::Object &object, llvm::StringRef field, double absent);
  bool flag(const llvm::json::Object &object, llvm::StringRef field, bool absent);
  void readNode(const llvm::json::Object &node);
  void readConnection(const llvm::json::Object &connection);

  const llvm::json::Array noArray;
  const llvm::json::Object noObject;
  NetworkGraph graph;
  llvm::DenseSet<int64_t> sources, computed;
  llvm::DenseSet<std::pair<int64_t, int64_t>> pairs;
};

const llvm::json::Array &Reader::array(const llvm::json::Object &object, llvm::StringRef field, size_t most) {
  const llvm::json::Array *found = object.getArray(field);
  if (!found)
    fail("requires an array '" + field + "', but got none");
  else if (found->size() > most)
    fail("requires at most " + Twine(most) + " " + field + ", but got " + Twine(found->size()));
  else
    return *found;
  return noArray;
}

const llvm::json::Object &Reader::object(const llvm::json::Value &value, llvm::StringRef what) {
  if (const llvm::json::Object *found = value.getAsObject())
    return *found;
  fail("requires objects as " + what + ", but got something else");
  return noObject;
}

int64_t Reader::id(const llvm::json::Value *value, const Twine &what) {
  std::optional<int64_t> found = value ? value->getAsInteger() : std::nullopt;
  if (found && std::abs(*found) <= INT32_MAX)
    return *found;
  fail("requires a whole number of 32 bits as " + what + ", but got " + (value ? "another value" : "none"));
  return 0;
}

double Reader::number(const llvm::json::Object &object, llvm::StringRef field, double absent) {
  const llvm::json::Value *value = object.get(field);
  if (!value)
    return absent;
  std::optional<double> found = value->getAsNumber();
  if (found && std::fabs(*found) <= 1e30)
    return *found;
  fail("requires a number of at most 1e30 as '" + field + "', but got another value");
  return 0;
}

bool Reader::flag(const llvm::json::Object &object, llvm::StringRef field, bool absent) {
  const llvm::json::Value *value = object.get(field);
  if (value && !value->getAsBoolean())
    fail("requires true or false as '" + field + "', but got another value");
  return value ? value->getAsBoolean().value_or(absent) : absent;
}

void Reader::readNode(const llvm::json::Object &node) {
  NetworkGraph::Node result;
  result.id = id(node.get("id"), "the id of a node");
  result.bias = number(node, "bias", 0);
  result.response = number(node, "response", 1);
  llvm::StringRef name = node.getString("activation").value_or("sigmoid");
  auto known = llvm::find(kActivations, name);
  if (known == std::end(kActivations))
    return fail("requires an activation among sigmoid, tanh, relu, identity, but got '" + name + "'");
  result.activation = Activation(known - std::begin(kActivations));
  if (llvm::StringRef sum = node.getString("aggregation").value_or("sum"); sum != "sum")
    return fail("requires the aggregation 'sum', but got '" + sum + "'");
  if (sources.contains(result.id) || !computed.insert(result.id).second)
    return fail("requires distinct ids of inputs and nodes, but got " + Twine(result.id) + " twice");
  graph.nodes.push_back(result);
}

void Reader::readConnection(const llvm::json::Object &connection) {
  int64_t from = id(connection.get("from"), "'from' of a connection");
  int64_t to = id(connection.get("to"), "'to' of a connection");
  if (!connection.get("weight"))
    fail("requires a weight of the connection " + Twine(from) + " -> " + Twine(to) + ", but got none");
  double weight = number(connection, "weight", 0);
  bool enabled = flag(connection, "enabled", true);
  if (!fault.empty())
    return;
  if ((!sources.contains(from) && !computed.contains(from)) || !computed.contains(to))
    return fail("requires connections between known nodes and into none of the inputs, but got " + Twine(from) +
                " -> " + Twine(to));
  if (!pairs.insert({from, to}).second)
    return fail("requires one connection of two nodes, but got two from " + Twine(from) + " to " + Twine(to));
  if (enabled)
    graph.edges.push_back({from, to, weight});
}

NetworkGraph Reader::read(const llvm::json::Object &file) {
  for (const llvm::json::Value &value : array(file, "inputs", kMaxNodes)) {
    graph.inputs.push_back(id(&value, "an input"));
    if (!sources.insert(graph.inputs.back()).second)
      fail("requires distinct inputs, but got " + Twine(graph.inputs.back()) + " twice");
  }
  for (const llvm::json::Value &value : array(file, "nodes", kMaxNodes))
    readNode(object(value, "nodes"));
  llvm::DenseSet<int64_t> seen;
  for (const llvm::json::Value &value : array(file, "outputs", kMaxNodes)) {
    int64_t output = id(&value, "an output");
    graph.outputs.push_back(output);
    if (!computed.contains(output) || !seen.insert(output).second)
      fail("requires outputs that are distinct and among the nodes, but got " + Twine(output));
  }
  if (graph.inputs.empty() || graph.outputs.empty())
    fail("requires at least one input and one output, but got " + Twine(graph.inputs.size()) + " and " +
         Twine(graph.outputs.size()));
  for (const llvm::json::Value &value : array(file, "connections", kMaxConnections))
    readConnection(object(value, "connections"));
  graph.recurrent = flag(file, "recurrent", false);
  return graph;
}

/// Whether brackets nest deeper than any genome file's: the parser recurses.
bool isTooDeep(llvm::StringRef text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '[' || text[i] == '{') && ++depth > kMaxDepth)
      return true;
    else if (!quoted && (text[i] == ']' || text[i] == '}'))
      --depth;
  }
  return false;
}

} // namespace

llvm::Expected<NetworkGraph> penjing::neat::readNetwork(llvm::StringRef text) {
  if (isTooDeep(text))
    return llvm::createStringError("requires JSON nested at most " + Twine(kMaxDepth) + " deep, but got deeper");
  auto parsed = llvm::json::parse(text);
  if (!parsed)
    return llvm::createStringError("requires a genome as JSON, but got: " + llvm::toString(parsed.takeError()));
  const llvm::json::Object *file = parsed->getAsObject();
  if (!file)
    return llvm::createStringError("requires a JSON object of inputs, outputs, nodes and connections, but got another value");
  Reader reader;
  NetworkGraph graph = reader.read(*file);
  if (!reader.fault.empty())
    return llvm::createStringError(reader.fault);
  if (auto levels = levelsOf(graph); !levels)
    return levels.takeError();
  return graph;
}

std::string penjing::neat::writeNetwork(const NetworkGraph &graph) {
  llvm::json::Array nodes, connections;
  for (const NetworkGraph::Node &node : graph.nodes)
    nodes.push_back(llvm::json::Object{{"id", node.id},
                                       {"bias", node.bias},
                                       {"response", node.response},
                                       {"activation", kActivations[size_t(node.activation)]}});
  for (const NetworkGraph::Edge &edge : graph.edges)
    connections.push_back(
        llvm::json::Object{{"from", edge.from}, {"to", edge.to}, {"weight", edge.weight}, {"enabled", true}});
  llvm::json::Object file{{"inputs", llvm::json::Array(graph.inputs)},
                          {"outputs", llvm::json::Array(graph.outputs)},
                          {"nodes", std::move(nodes)},
                          {"connections", std::move(connections)},
                          {"recurrent", graph.recurrent}};
  return llvm::formatv("{0:1}\n", llvm::json::Value(std::move(file))).str();
}
