// penjing compile: turns a model into an object and a C header.
#include "Workspace.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Emit/Header.h"
#include "penjing/Lower/CompiledObject.h"
#include "penjing/Support/OutputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace mlir;
using namespace penjing;

/// Links the object into a shared one with LLVM's linker.
static llvm::Expected<std::string> linkShared(const std::string &object) {
  llvm::ErrorOr<std::string> linker = llvm::sys::findProgramByName("ld.lld-22");
  if (!linker)
    linker = llvm::sys::findProgramByName("ld.lld");
  if (!linker)
    return llvm::createStringError("requires the linker ld.lld-22 for --emit=so, but found none");
  llvm::SmallString<128> input, output;
  if (std::error_code error = llvm::sys::fs::createTemporaryFile("penjing", "o", input))
    return llvm::errorCodeToError(error);
  llvm::FileRemover removeInput(input);
  if (std::error_code error = llvm::sys::fs::createTemporaryFile("penjing", "so", output))
    return llvm::errorCodeToError(error);
  llvm::FileRemover removeOutput(output);
  if (llvm::Error error = writeOutputFile(input, object))
    return std::move(error);
  std::string message;
  int code = llvm::sys::ExecuteAndWait(
      *linker, {*linker, "-shared", "-nostdlib", "--build-id=none", input, "-o", output}, std::nullopt, {}, 0, 0, &message);
  if (code != 0)
    return llvm::createStringError("requires an object that links, but '" + *linker + "' failed " + message);
  auto bytes = llvm::MemoryBuffer::getFile(output);
  if (!bytes)
    return llvm::errorCodeToError(bytes.getError());
  return (*bytes)->getBuffer().str();
}

/// Names the function after the output: `build/tiny.o` declares `tiny`.
static std::string functionName(StringRef output) {
  return cIdentifier(output == "-" ? "model" : llvm::sys::path::stem(output));
}

int penjing::compileCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, output, emit = "obj", targetName = "native", stopAt, name, report, prefer = "speed";
  SchedulePreferences preferences;
  SharedOptions shared;
  Options options("compile", "turns a model into an object file that needs nothing, and a C header.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in any form");
  options.value("o", "FILE.o", output, "where to write; the header is FILE.h beside it");
  options.required();
  options.value("target", "NAME", targetName, "the processor: native (default), x86-64-v3, x86-64-v4, aarch64 …");
  options.choice("emit", {"mlir", "llvm", "asm", "obj", "so"}, emit, "object (default), shared object, assembly, LLVM's IR, or the kernels as IR");
  options.choice("stop-at", {"float", "decided", "packed", "scheduled"}, stopAt, "stop there and write the module as text");
  options.choice("prefer", {"speed", "size"}, prefer, "the fastest form of each weight (default), or the smallest");
  options.flag("require-sparse", preferences.requireSparse, "fail where a pruned layer would run dense");
  options.flag("require-int8", preferences.requireInt8, "fail where a layer would be computed in float");
  options.value("name", "NAME", name, "name of the C function (default: that of the output file)");
  options.value("report", "FILE.json", report, "also write each layer's kernel, and why it was chosen, as JSON");
  options.example("penjing compile tiny.mlirbc -o tiny.o", "tiny.o and tiny.h for this machine");
  options.example("penjing compile tiny.onnx --target=x86-64-v3 -o tiny.o", "for every processor of that level");
  options.example("penjing compile pruned.mlirbc --prefer=size --remarks -o tiny.o",
                  "the fewest bytes, and what they cost in time");
  options.example("penjing compile tiny.mlirbc --require-int8 -o tiny.o", "an error names a layer that stayed float");
  options.example("penjing compile tiny.onnx --stop-at=scheduled -o -", "layouts, kernels and memory as text");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  llvm::SmallString<128> header(output);
  llvm::sys::path::replace_extension(header, "h");
  if (header == output)
    return workspace.fail("requires an output beside the header, but got '" + output + "' for both");
  for (StringRef file : {StringRef(output), StringRef(header), StringRef(report)})
    if (llvm::Error error = workspace.refuseOverwriting(file, {model}))
      return workspace.fail(std::move(error));
  auto target = findTarget(targetName);
  if (!target)
    return workspace.fail(target.takeError());
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  ObjectOptions objectOptions{*target, name.empty() ? functionName(output) : name};
  if (!stopAt.empty() && stopAt != "scheduled") {
    auto form = getForm(*module);
    if (!form || stringifyForm(*form) != stopAt)
      return workspace.fail("requires a model of form '" + stopAt + "', but got '" +
                            (form ? stringifyForm(*form).str() : "none") + "'; a recipe leads there");
    std::string text;
    llvm::raw_string_ostream os(text);
    OpPrintingFlags flags;
    (*module)->print(os, flags.elideLargeElementsAttrs(16).elideLargeResourceString(16));
    if (llvm::Error error = writeOutputFile(output, text + "\n"))
      return workspace.fail(std::move(error));
    return kSuccess;
  }
  preferences.preferSize = prefer == "size";
  objectOptions.preferences = preferences;
  objectOptions.emission = stopAt == "scheduled" ? Emission::Scheduled
                           : emit == "mlir"      ? Emission::Kernels
                           : emit == "llvm"      ? Emission::LLVM
                           : emit == "asm"       ? Emission::Assembly
                                                 : Emission::Object;
  auto compiled = compileObject(*module, objectOptions);
  if (failed(compiled))
    return kFailure;
  if (emit == "so" && stopAt.empty()) {
    auto linked = linkShared(compiled->code);
    if (!linked)
      return workspace.fail(linked.takeError());
    compiled->code = *linked;
  }
  OutputSet files;
  auto add = [&](StringRef path, const std::string &bytes) -> llvm::Error {
    auto os = files.add(path);
    if (!os)
      return os.takeError();
    **os << bytes;
    return llvm::Error::success();
  };
  if (llvm::Error error = add(output, compiled->code))
    return workspace.fail(std::move(error));
  if (!compiled->header.empty() && output != "-")
    if (llvm::Error error = add(header, compiled->header))
      return workspace.fail(std::move(error));
  if (llvm::Error error = files.commit())
    return workspace.fail(std::move(error));
  if (!report.empty()) {
    llvm::json::Array kernels;
    for (const KernelChoice &kernel : compiled->kernels)
      kernels.push_back(llvm::json::Object{{"layer", kernel.layer}, {"op", kernel.op}, {"leaf", kernel.leaf},
                                           {"shape", kernel.shape}, {"reason", kernel.reason}});
    llvm::json::Value page = llvm::json::Object{{"target", objectOptions.target.name}, {"kernels", std::move(kernels)}};
    if (llvm::Error error = writeOutputFile(report, llvm::formatv("{0:2}\n", page).str()))
      return workspace.fail(std::move(error));
  }
  for (const KernelChoice &kernel : compiled->kernels)
    if (shared.remarks)
      workspace.say((kernel.layer.empty() ? kernel.op : kernel.layer) + ": " + kernel.leaf + " " + kernel.shape + ", " +
                    kernel.reason);
  return kSuccess;
}
