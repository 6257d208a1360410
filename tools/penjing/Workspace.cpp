// Sets up context and session, prints diagnostics, reads and writes model files.
#include "Workspace.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Emit/OnnxExport.h"
#include "penjing/Import/OnnxImport.h"
#include "penjing/InitAll.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace penjing;

void SharedOptions::declare(Options &options) {
  options.section("Options of every command");
  options.list("shape", "NAME=SIZE", shapes,
               "bind a named dimension (N=1) or an input (x=1x3x32x32) of an .onnx file; repeatable");
  options.count("threads", "N", threads, 1024, "threads to compute with (default 1)");
  options.flag("remarks", remarks, "print what each pass did, kept, and why");
  options.flag("quiet", quiet, "print errors only");
}

std::optional<int> penjing::parseOptions(Options &options, ArrayRef<std::string> arguments) {
  if (llvm::Error error = options.parse(arguments)) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
    return kFailure;
  }
  if (!options.wantsHelp())
    return std::nullopt;
  options.printHelp(llvm::outs());
  return kSuccess;
}

/// `file:line:column` of source text, `"conv1" (Conv, model.onnx)` of a node.
static std::string describePlace(Location location) {
  if (auto file = dyn_cast<FileLineColLoc>(location); file && file.getLine() == 0)
    return file.getFilename().str();
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn()))
        .str();
  if (nodeOrigins(location).empty())
    return "";
  return describeNodes(location);
}

static StringRef severityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Remark:
    return "remark";
  case DiagnosticSeverity::Note:
    return "note";
  }
  llvm_unreachable("unknown severity");
}

static void print(const Diagnostic &diagnostic) {
  std::string place = describePlace(diagnostic.getLocation());
  llvm::errs() << severityName(diagnostic.getSeverity()) << ": ";
  if (!place.empty())
    llvm::errs() << place << ": ";
  llvm::errs() << diagnostic.str() << "\n";
}

Workspace::Workspace(const SharedOptions &shared) : shared(shared) {
  DialectRegistry registry;
  registerAllDialects(registry);
  mlirContext = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  mlirContext->loadAllAvailableDialects();
  // Whoever reads a model in one of our messages wants the node, not the IR.
  mlirContext->printOpOnDiagnostic(false);
  theSession = getSession(mlirContext.get());
  theSession->threads = shared.threads;
  theSession->remarksAsDiagnostics = shared.remarks;
  if (!shared.quiet)
    theSession->setProgress(createProgress(llvm::errs()));
  mlirContext->getDiagEngine().registerHandler([quiet = shared.quiet](Diagnostic &diagnostic) {
    if (quiet && diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    print(diagnostic);
    for (const Diagnostic &note : diagnostic.getNotes())
      print(note);
    return success();
  });
}

Workspace::~Workspace() = default;

bool penjing::isModelFile(StringRef path) {
  StringRef extension = llvm::sys::path::extension(path);
  return extension == ".onnx" || extension == ".mlir" || extension == ".mlirbc";
}

OwningOpRef<ModuleOp> Workspace::readModel(StringRef path) {
  // What `compress --max-drop` kept has its kind before the last ending.
  StringRef kept = path;
  kept.consume_back(".rejected");
  StringRef extension = llvm::sys::path::extension(kept);
  if (extension == ".onnx") {
    ImportOptions options;
    for (const std::string &text : shared.shapes) {
      auto binding = parseShapeBinding(text);
      if (!binding)
        return fail(binding.takeError()), nullptr;
      options.shapes.push_back(std::move(*binding));
    }
    return importOnnx(path, mlirContext.get(), options);
  }
  if (!shared.shapes.empty() && isModelFile(path))
    return fail("requires an .onnx file to bind shapes of, but got '" + path + "'"), nullptr;
  if (extension == ".mlir" || extension == ".mlirbc")
    return readModule(path, mlirContext.get());
  fail("requires a model in a file .onnx, .mlir or .mlirbc, but got '" + path + "'");
  return nullptr;
}

LogicalResult Workspace::writeModel(ModuleOp module, StringRef path, StringRef suffix) {
  StringRef extension = llvm::sys::path::extension(path);
  if (extension == ".onnx")
    return exportOnnx(module, (path + suffix).str());
  if (extension != ".mlir" && extension != ".mlirbc")
    return fail("requires an output .onnx, .mlir or .mlirbc, but got '" + path + "'"), failure();
  if (llvm::Error error =
          writeOutputFile((path + suffix).str(), extension == ".mlir" ? writeText(module) : writeBytecode(module)))
    return fail(std::move(error)), failure();
  if (unsigned rounded = extension == ".mlir" ? countScalesThatTextRounds(module) : 0)
    warn("'" + path + suffix + "' keeps only seven digits of the scales of " + Twine(rounded) +
         " quantized types, and may compute other values; a .mlirbc keeps them all");
  return success();
}

llvm::Expected<Dataset> Workspace::loadSamples(StringRef path, DataSplit split) {
  DataSource source;
  source.path = path.str();
  return loadDataset(source, split, theSession->limits);
}

llvm::Error Workspace::refuseOverwriting(StringRef output, ArrayRef<StringRef> inputs) {
  for (StringRef input : inputs)
    if (!output.empty() && !input.empty() && llvm::sys::fs::equivalent(output, input))
      return llvm::createStringError("requires an output that is none of the inputs, but got '" + output +
                                     "', which would destroy '" + input + "'");
  return llvm::Error::success();
}

int Workspace::fail(const Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return kFailure;
}

int Workspace::fail(llvm::Error error) { return fail(llvm::toString(std::move(error))); }

void Workspace::warn(const Twine &message) {
  if (!shared.quiet)
    llvm::errs() << "warning: " << message << "\n";
}

int Workspace::sayInterrupted(StringRef stateFolder) {
  llvm::errs() << "interrupted; the state is saved in '" << stateFolder
               << "': the same command with --resume continues\n";
  return kCancelled;
}

int Workspace::sayUnwritten(StringRef stateFolder) {
  llvm::errs() << "note: the finished run is kept in '" << stateFolder
               << "': the same command with --resume writes its output\n";
  return kFailure;
}

void Workspace::say(const Twine &message) {
  if (!shared.quiet)
    llvm::outs() << message << "\n";
}
