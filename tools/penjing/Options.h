// The command line of one subcommand: declared in a few lines, parsed into the
// caller's variables, and explained by --help with examples.
#ifndef PENJING_TOOLS_PENJING_OPTIONS_H
#define PENJING_TOOLS_PENJING_OPTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace penjing {

/// Options are written `--name VALUE`, `--name=VALUE`, or `-o VALUE` where the
/// name has one letter. Numbers are checked whole: `12x` is refused.
class Options {
public:
  /// `summary` is one sentence that says what the subcommand gives.
  Options(llvm::StringRef command, llvm::StringRef summary)
      : command(command), summary(summary) {}

  /// A required argument by position, such as MODEL.
  void positional(llvm::StringRef name, std::string &target, llvm::StringRef help);
  void flag(llvm::StringRef name, bool &target, llvm::StringRef help);
  void value(llvm::StringRef name, llvm::StringRef what, std::string &target, llvm::StringRef help);
  /// A whole number from 1 to `most`.
  void count(llvm::StringRef name, llvm::StringRef what, unsigned &target, unsigned most, llvm::StringRef help);
  void value(llvm::StringRef name, llvm::StringRef what, uint64_t &target, llvm::StringRef help);
  void value(llvm::StringRef name, llvm::StringRef what, double &target, llvm::StringRef help);
  /// Repeatable: every occurrence adds one.
  void list(llvm::StringRef name, llvm::StringRef what, std::vector<std::string> &target,
            llvm::StringRef help);
  /// The value is one of `choices`.
  void choice(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> choices, std::string &target,
              llvm::StringRef help);
  /// The command fails without the option declared last.
  void required() { declared.back().isRequired = true; }
  /// The options declared from here on stand under this heading.
  void section(llvm::StringRef title) { currentSection = title.str(); }
  /// A command line that works, and what it does.
  void example(llvm::StringRef line, llvm::StringRef what) { examples.push_back({line.str(), what.str()}); }
  /// A paragraph behind the options.
  void note(llvm::StringRef text) { notes.push_back(text.str()); }

  /// Fills the targets. Nothing to do but to print help: `wantsHelp()`.
  llvm::Error parse(llvm::ArrayRef<std::string> arguments);
  bool wantsHelp() const { return help; }
  void printHelp(llvm::raw_ostream &os) const;
  /// Whether the user gave the option.
  bool given(llvm::StringRef name) const;

private:
  struct Option {
    std::string name, what, help, section;
    bool isFlag = false, isRequired = false, isGiven = false;
    std::function<llvm::Error(llvm::StringRef)> set;
  };
  struct Positional {
    std::string name, help;
    std::string *target;
  };
  struct Example {
    std::string line, what;
  };

  Option &declare(llvm::StringRef name, llvm::StringRef what, llvm::StringRef help);
  llvm::Expected<Option *> find(llvm::StringRef written);
  llvm::Error fail(const llvm::Twine &message) const;

  std::string command, summary, currentSection = "Options";
  std::vector<Option> declared;
  std::vector<Positional> positionals;
  std::vector<Example> examples;
  std::vector<std::string> notes;
  bool help = false;
};

/// ` (did you mean 'compile'?)` where one of the names is much like what was written, else nothing.
std::string suggestion(llvm::StringRef written, llvm::ArrayRef<std::string> names);

/// Prints `text` in lines of at most 92 columns, each behind `indent` blanks.
void printWrapped(llvm::raw_ostream &os, llvm::StringRef text, unsigned indent);

} // namespace penjing

#endif // PENJING_TOOLS_PENJING_OPTIONS_H
