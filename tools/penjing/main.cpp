// The user's driver: the table of its subcommands.
#include "Command.h"
#include "Options.h"

#include "penjing/InitAll.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>

using namespace penjing;

static constexpr Command kCommands[] = {
    {"import", "read an ONNX file into a module", importCommand},
    {"train", "train a model on labelled samples", trainCommand},
    {"eval", "accuracy of a model on labelled samples", evalCommand},
    {"compress", "run a recipe: prune, remove channels, quantize, recover, pack", compressCommand},
    {"search", "find the best network of a search space", searchCommand},
    {"info", "tell form, inputs, outputs, layers and parameters", infoCommand},
    {"compile", "turn a model into an object and a C header", compileCommand},
    {"run", "compute outputs for inputs from a file of arrays", runCommand},
    {"verify", "compare compiled code with the interpreter, layer by layer", verifyCommand},
    {"bench", "time a compiled model on this machine", benchCommand},
    {"export", "write a model as an ONNX file", exportCommand},
    {"report", "make an HTML page of what a compression did", reportCommand},
    {"recipe", "check a recipe and list its stages", recipeCommand},
};

static void printOverview(llvm::raw_ostream &os) {
  os << "penjing: makes trained neural networks small and fast.\n\n"
        "Usage: penjing COMMAND MODEL [options]      MODEL is a file .onnx, .mlir or .mlirbc\n\n"
        "Commands:\n";
  for (const Command &command : kCommands) {
    os << "  " << command.name;
    os.indent(12 - command.name.size()) << command.summary << "\n";
  }
  os << "\n'penjing COMMAND --help' explains a command, with examples. The way from a trained\n"
        "network to an object file:\n\n"
        "  penjing info model.onnx\n"
        "  penjing compress model.onnx --recipe share/recipes/tiny.pj --data DIR -o small.mlirbc\n"
        "  penjing compile small.mlirbc -o small.o      # and small.h\n"
        "  penjing verify small.mlirbc\n";
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // Writing beyond a limit on file sizes is an error of the write, not a crash.
  std::signal(SIGXFSZ, SIG_IGN);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    printOverview(arguments.empty() ? llvm::errs() : llvm::outs());
    return arguments.empty() ? kFailure : kSuccess;
  }
  registerAllPasses();
  for (const Command &command : kCommands)
    if (command.name == arguments[0])
      return command.run(llvm::ArrayRef(arguments).drop_front());
  std::vector<std::string> names;
  for (const Command &command : kCommands)
    names.push_back(command.name.str());
  llvm::errs() << "error: requires a command, but got '" << arguments[0] << "'" << suggestion(arguments[0], names)
               << "; 'penjing --help' lists them\n";
  return kFailure;
}
