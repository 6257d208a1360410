// Writes the C header beside an object.
#include "penjing/Emit/Header.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace penjing;
using llvm::StringRef;

static bool isKeyword(StringRef word) {
  static constexpr const char *kWords =
      " alignas alignof and asm auto bitand bitor bool break case catch char class compl const "
      "constexpr continue default delete do double else enum explicit export extern false float for "
      "friend goto if inline int long mutable namespace new noexcept not nullptr operator or private "
      "protected public register restrict return short signed sizeof static struct switch template "
      "this throw true try typedef typeid typename union unsigned using virtual void volatile while "
      "xor arena samples ";
  return StringRef(kWords).contains((" " + word + " ").str());
}

std::string penjing::cIdentifier(StringRef text) {
  std::string result;
  for (char c : text)
    result += llvm::isAlnum(c) ? c : '_';
  // Leading underscores belong to the implementation.
  result.erase(0, std::min(result.find_first_not_of('_'), result.size()));
  if (result.empty() || llvm::isDigit(result[0]))
    result = "t" + result;
  if (isKeyword(result))
    result += "_";
  return result;
}

static std::optional<StringRef> cType(ElementKind kind) {
  switch (kind) {
  case ElementKind::F32: return "float";
  case ElementKind::F64: return "double";
  case ElementKind::I8: return "int8_t";
  case ElementKind::U8: return "uint8_t";
  case ElementKind::Bool: return "uint8_t";
  case ElementKind::U16: return "uint16_t";
  case ElementKind::U32: return "uint32_t";
  case ElementKind::U64: return "uint64_t";
  case ElementKind::I16: return "int16_t";
  case ElementKind::I32: return "int32_t";
  case ElementKind::I64: return "int64_t";
  default: return std::nullopt;
  }
}

/// Text inside a comment: one line, and nothing that ends the comment.
static std::string inComment(StringRef text) {
  std::string result;
  for (char c : text)
    result += llvm::isPrint(c) && c != '*' && c != '/' && c != '\\' ? c : '?';
  return result;
}

static std::string describeShape(const HeaderTensor &tensor) {
  if (tensor.shape.empty())
    return "a scalar";
  std::vector<std::string> sizes;
  for (int64_t size : tensor.shape)
    sizes.push_back(size < 0 ? "samples" : std::to_string(size));
  return llvm::join(sizes, " x ");
}

llvm::Expected<std::string> penjing::writeHeader(const HeaderFacts &facts) {
  if (facts.model.empty() || cIdentifier(facts.model) != facts.model)
    return llvm::createStringError("requires a model name that is a C identifier, but got '" + facts.model + "'");
  std::string upper = StringRef(facts.model).upper();
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "/* " << facts.model << ": a compiled neural network. Link " << facts.model << ".o; it needs nothing else. */\n"
     << "#ifndef PENJING_" << upper << "_H\n#define PENJING_" << upper << "_H\n\n#include <stdint.h>\n\n";
  auto define = [&](StringRef name, const llvm::Twine &value, StringRef comment) {
    os << "/* " << comment << " */\n#define " << upper << "_" << name << " " << value << "\n";
  };
  define("TARGET", "\"" + facts.target + "\"", "what the code was compiled for");
  if (!facts.recipeHash.empty())
    define("RECIPE_SHA256", "\"" + facts.recipeHash + "\"", "the recipe that made the model");
  define("ARENA_BYTES", llvm::Twine(facts.arenaBytes) + "u", "memory that the caller passes, aligned to 64 bytes");
  define("CODE_BYTES", llvm::Twine(facts.codeBytes) + "u", "code in the object");
  define("CONSTANT_BYTES", llvm::Twine(facts.constantBytes) + "u", "weights and tables in the object");
  if (facts.stackBytes)
    define("STACK_BYTES", llvm::Twine(*facts.stackBytes) + "u", "deepest stack of a call");
  define("CPU_UNSUPPORTED", "1", "returned, and nothing done, where the processor lacks what the target needs");
  os << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n/*\n * Runs the network"
     << (facts.hasSamples ? " on `samples` samples" : "") << ". Returns 0, or " << upper
     << "_CPU_UNSUPPORTED.\n * Calls on different arenas may run at the same time. Arrays are dense and row-major:\n";
  std::vector<std::string> parameters;
  llvm::StringSet<> used;
  auto add = [&](const HeaderTensor &tensor, bool input) -> llvm::Error {
    auto type = cType(tensor.element);
    if (!type)
      return llvm::createStringError("requires an element type that C has, but '" + tensor.name + "' has another");
    std::string name = cIdentifier(tensor.name), base = name;
    for (unsigned suffix = 2; !used.insert(name).second; ++suffix)
      name = base + "_" + std::to_string(suffix);
    os << " *   " << name << ": " << (input ? "input" : "output") << " '" << inComment(tensor.name) << "', "
       << describeShape(tensor) << "\n";
    parameters.push_back(((input ? "const " : "") + *type + " *" + name).str());
    return llvm::Error::success();
  };
  for (const HeaderTensor &tensor : facts.inputs)
    if (llvm::Error error = add(tensor, true))
      return std::move(error);
  for (const HeaderTensor &tensor : facts.outputs)
    if (llvm::Error error = add(tensor, false))
      return std::move(error);
  if (facts.hasSamples)
    parameters.push_back("int64_t samples");
  parameters.push_back("void *arena");
  os << " */\nint " << facts.model << "(" << llvm::join(parameters, ", ")
     << ");\n\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return text;
}
