// Parses the command line of a subcommand and prints its help.
#include "Options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace penjing;
using llvm::StringRef;
using llvm::Twine;

static constexpr unsigned kColumns = 92, kHelpColumn = 26;

static std::string dashed(StringRef name) { return (name.size() == 1 ? "-" : "--") + name.str(); }

void penjing::printWrapped(llvm::raw_ostream &os, StringRef text, unsigned indent) {
  llvm::SmallVector<StringRef> words;
  llvm::SplitString(text, words);
  unsigned column = 0;
  for (StringRef word : words) {
    if (column && column + 1 + word.size() > kColumns) {
      os << "\n";
      column = 0;
    }
    if (!column)
      os.indent(indent), column = indent;
    else
      os << " ", ++column;
    os << word;
    column += word.size();
  }
  os << "\n";
}

std::string penjing::suggestion(StringRef written, llvm::ArrayRef<std::string> names) {
  std::string nearest;
  unsigned best = std::min<size_t>(4, written.size() / 2);
  for (const std::string &name : names)
    if (unsigned distance = written.edit_distance(name); distance < best)
      best = distance, nearest = name;
  return nearest.empty() ? "" : " (did you mean '" + nearest + "'?)";
}

Options::Option &Options::declare(StringRef name, StringRef what, StringRef help) {
  Option option;
  option.name = name.str(), option.what = what.str(), option.help = help.str();
  option.section = currentSection;
  declared.push_back(std::move(option));
  return declared.back();
}

void Options::positional(StringRef name, std::string &target, StringRef help) {
  positionals.push_back({name.str(), help.str(), &target});
}

void Options::flag(StringRef name, bool &target, StringRef help) {
  Option &option = declare(name, "", help);
  option.isFlag = true;
  option.set = [&target](StringRef) {
    target = true;
    return llvm::Error::success();
  };
}

void Options::value(StringRef name, StringRef what, std::string &target, StringRef help) {
  declare(name, what, help).set = [&target](StringRef text) -> llvm::Error {
    target = text.str();
    return llvm::Error::success();
  };
}

void Options::count(StringRef name, StringRef what, unsigned &target, unsigned most, StringRef help) {
  declare(name, what, help).set = [this, name = name.str(), most, &target](StringRef text) -> llvm::Error {
    if (text.getAsInteger(10, target) || target == 0 || target > most)
      return fail("requires a whole number from 1 to " + Twine(most) + " for '" + dashed(name) + "', but got '" +
                  text + "'");
    return llvm::Error::success();
  };
}

void Options::value(StringRef name, StringRef what, uint64_t &target, StringRef help) {
  declare(name, what, help).set = [this, name = name.str(), &target](StringRef text) -> llvm::Error {
    if (text.getAsInteger(10, target))
      return fail("requires a whole number for '" + dashed(name) + "', but got '" + text + "'");
    return llvm::Error::success();
  };
}

void Options::value(StringRef name, StringRef what, double &target, StringRef help) {
  declare(name, what, help).set = [this, name = name.str(), &target](StringRef text) -> llvm::Error {
    if (text.getAsDouble(target) || !std::isfinite(target))
      return fail("requires a finite number for '" + dashed(name) + "', but got '" + text + "'");
    return llvm::Error::success();
  };
}

void Options::list(StringRef name, StringRef what, std::vector<std::string> &target, StringRef help) {
  declare(name, what, help).set = [&target](StringRef text) -> llvm::Error {
    target.push_back(text.str());
    return llvm::Error::success();
  };
}

void Options::choice(StringRef name, llvm::ArrayRef<StringRef> choices, std::string &target,
                     StringRef help) {
  std::string all = llvm::join(choices, "|");
  std::vector<std::string> legal;
  for (StringRef choice : choices)
    legal.push_back(choice.str());
  declare(name, all, help).set = [this, name = name.str(), all, legal, &target](StringRef text) -> llvm::Error {
    if (!llvm::is_contained(legal, text.str()))
      return fail("requires one of " + all + " for '" + dashed(name) + "', but got '" + text + "'");
    target = text.str();
    return llvm::Error::success();
  };
}

llvm::Error Options::fail(const Twine &message) const {
  return llvm::createStringError(message + "; see 'penjing " + command + " --help'");
}

llvm::Expected<Options::Option *> Options::find(StringRef written) {
  StringRef name = written.ltrim('-');
  for (Option &option : declared)
    if (option.name == name)
      return &option;
  std::vector<std::string> names;
  for (Option &option : declared)
    names.push_back(dashed(option.name));
  return fail("requires a known option, but got '" + written + "'" + suggestion(dashed(name), names));
}

llvm::Error Options::parse(llvm::ArrayRef<std::string> arguments) {
  size_t position = 0;
  bool onlyPositional = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    StringRef argument = arguments[i];
    if (!onlyPositional && (argument == "--help" || argument == "-h")) {
      help = true;
      return llvm::Error::success();
    }
    if (!onlyPositional && argument == "--") {
      onlyPositional = true;
      continue;
    }
    if (onlyPositional || !argument.starts_with("-") || argument == "-") {
      if (position == positionals.size())
        return fail("requires " + Twine(positionals.size()) + " argument(s), but got '" + argument +
                    "' beyond them");
      *positionals[position++].target = argument.str();
      continue;
    }
    auto [name, text] = argument.split('=');
    auto option = find(name);
    if (!option)
      return option.takeError();
    bool hasText = name.size() != argument.size();
    if ((*option)->isFlag && hasText)
      return fail("requires '" + name + "' without a value, but got '" + text + "'");
    if (!(*option)->isFlag && !hasText) {
      if (++i == arguments.size())
        return fail("requires a value (" + (*option)->what + ") behind '" + name + "', but got none");
      text = arguments[i];
    }
    (*option)->isGiven = true;
    if (llvm::Error error = (*option)->set(text))
      return error;
  }
  if (position < positionals.size())
    return fail("requires " + positionals[position].name + ", " + positionals[position].help +
                ", but got none");
  for (const Option &option : declared)
    if (option.isRequired && !option.isGiven)
      return fail("requires '" + dashed(option.name) + " " + option.what + "', " + option.help +
                  ", but got none");
  return llvm::Error::success();
}

bool Options::given(StringRef name) const {
  return llvm::any_of(declared, [&](const Option &option) { return option.name == name && option.isGiven; });
}

void Options::printHelp(llvm::raw_ostream &os) const {
  os << "penjing " << command << ": ";
  printWrapped(os, summary, 0);
  os << "\nUsage: penjing " << command;
  for (const Positional &positional : positionals)
    os << " " << positional.name;
  for (const Option &option : declared)
    if (option.isRequired)
      os << " " << dashed(option.name) << " " << option.what;
  os << " [options]\n";
  auto row = [&](const std::string &head, StringRef text) {
    os << "  " << head;
    if (head.size() + 4 > kHelpColumn)
      os << "\n", os.indent(kHelpColumn);
    else
      os.indent(kHelpColumn - 2 - head.size());
    std::string body;
    llvm::raw_string_ostream stream(body);
    printWrapped(stream, text, kHelpColumn);
    os << StringRef(body).ltrim(' ');
  };
  if (!positionals.empty())
    os << "\n";
  for (const Positional &positional : positionals)
    row(positional.name, positional.help);
  std::vector<std::string> sections;
  for (const Option &option : declared)
    if (!llvm::is_contained(sections, option.section))
      sections.push_back(option.section);
  for (const std::string &section : sections) {
    os << "\n" << section << ":\n";
    for (const Option &option : declared)
      if (option.section == section)
        row(dashed(option.name) + (option.isFlag ? "" : " " + option.what), option.help);
  }
  row("--help", "this page");
  if (!examples.empty())
    os << "\nExamples:\n";
  for (const Example &example : examples) {
    os << "  " << example.line << "\n";
    printWrapped(os, example.what, 6);
  }
  for (const std::string &note : notes) {
    os << "\n";
    printWrapped(os, note, 0);
  }
}
