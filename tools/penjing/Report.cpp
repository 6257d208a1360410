// penjing report: makes the HTML page from facts in JSON files.
#include "Workspace.h"

#include "penjing/Emit/Report.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/OutputFile.h"

using namespace penjing;

int penjing::reportCommand(llvm::ArrayRef<std::string> arguments) {
  std::string first, output, title;
  std::vector<std::string> more;
  SharedOptions shared;
  Options options("report", "makes one HTML page, which opens offline, from the facts of a compression.");
  options.positional("FACTS", first, "a .json file that 'penjing compress --report' wrote");
  options.value("o", "OUT", output, "the page, .html");
  options.required();
  options.list("add", "FILE", more, "more facts as JSON, such as measured variants (repeatable)");
  options.value("title", "TEXT", title, "the page's title");
  options.example("penjing report facts.json -o report.html", "stages and layers of one compression");
  options.example("penjing report facts.json --add table.json --title \"ResNet-8\" -o report.html",
                  "with charts of the variants that table.json lists: {\"variants\": [{\"name\": \"float\", "
                  "\"accuracy\": 0.92, \"object_bytes\": 831000, \"microseconds\": 31.5}, …]}");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  llvm::json::Object facts;
  more.insert(more.begin(), first);
  for (const std::string &path : more) {
    if (llvm::Error error = workspace.refuseOverwriting(output, {path}))
      return workspace.fail(std::move(error));
    auto buffer = readInputFile(path);
    if (!buffer)
      return workspace.fail(buffer.takeError());
    auto page = llvm::json::parse((*buffer)->getBuffer());
    if (!page)
      return workspace.fail("'" + path + "': " + llvm::toString(page.takeError()));
    if (!page->getAsObject())
      return workspace.fail("requires a JSON object of facts, but got another value in '" + path + "'");
    mergeFacts(facts, *page->getAsObject());
  }
  if (!title.empty())
    facts["title"] = title;
  if (llvm::Error error = writeOutputFile(output, renderReport(facts)))
    return workspace.fail(std::move(error));
  workspace.say("wrote " + output);
  return kSuccess;
}
