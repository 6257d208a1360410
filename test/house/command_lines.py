#!/usr/bin/env python3
"""Only tools know command lines: no llvm::cl option outside tools/ (a pass declares
its options in its .td file)."""
import re

import rule

OPTION = re.compile(r"\bcl::(opt|list|bits|alias|OptionCategory|ParseCommandLineOptions)\b")


def check(tree):
    for path in tree.files("lib", "include", suffixes=[".cpp", ".h", ".td"]):
        for number, line in enumerate(tree.lines(path), 1):
            match = OPTION.search(line.split("//")[0])
            if match:
                yield f"{path}:{number}: requires options in tools/ or in Passes.td, but found '{match.group(0)}'"


CLEAN = {
    "lib/A/A.cpp": "// cl::opt is for tools\nint a;\n",
    "tools/penjing/A.cpp": "llvm::cl::opt<int> size;\n",
}
PLANTED = [("option", {"lib/A/B.cpp": "\nstatic llvm::cl::opt<int> size;\n"}, "lib/A/B.cpp:2"),
           ("list", {"include/penjing/A/B.h": "cl::list<int> sizes;\n"}, "'cl::list'")]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
