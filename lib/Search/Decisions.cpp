// Decisions as text: `edge0=none edge1=conv3x3`, and back.
#include "penjing/Search/Space.h"

#include "llvm/ADT/StringExtras.h"

using namespace penjing;

double SearchSpace::cardinality() const {
  double product = 1;
  for (const Decision &decision : list)
    product *= double(decision.options.size());
  return product;
}

std::string SearchSpace::str(llvm::ArrayRef<int> decisions) const {
  assert(decisions.size() == list.size() && "an option per decision");
  std::string text;
  for (auto [decision, option] : llvm::zip(list, decisions))
    text += (text.empty() ? "" : " ") + decision.name + "=" + decision.options[option];
  return text;
}

static llvm::Error refuse(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Expected<DecisionVector> SearchSpace::parse(llvm::StringRef text) const {
  DecisionVector vector(list.size(), -1);
  llvm::SmallVector<llvm::StringRef> entries;
  llvm::SplitString(text, entries, " ,\t\n");
  for (llvm::StringRef entry : entries) {
    auto [name, value] = entry.split('=');
    auto decision = llvm::find_if(list, [&, name = name](const Decision &d) { return d.name == name; });
    if (decision == list.end()) {
      auto names = llvm::map_range(list, [](const Decision &d) { return d.name; });
      return refuse("requires a decision of the space (" + llvm::join(names, ", ") + "), but got '" + name + "'");
    }
    auto option = llvm::find(decision->options, value);
    if (option == decision->options.end())
      return refuse("requires decision '" + name + "' to be one of " + llvm::join(decision->options, ", ") +
                    ", but got '" + value + "'");
    int &chosen = vector[decision - list.begin()];
    if (chosen >= 0)
      return refuse("requires one option for decision '" + name + "', but got a second one, '" + value + "'");
    chosen = int(option - decision->options.begin());
  }
  std::string missing;
  for (auto [decision, chosen] : llvm::zip(list, vector))
    if (chosen < 0)
      missing += (missing.empty() ? "" : ", ") + decision.name + " (" + llvm::join(decision.options, " | ") + ")";
  if (!missing.empty())
    return refuse("requires an option for every decision, but got none for " + missing);
  return vector;
}
