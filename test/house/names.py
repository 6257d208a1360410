#!/usr/bin/env python3
"""Names say what a thing is for: no Utils, Misc, Common, Helper and the like in the
names of files, folders, namespaces, classes, CMake targets."""
import re

import rule

EMPTY_WORDS = {"util", "utils", "utility", "utilities", "misc", "miscellaneous", "common", "helper", "helpers",
               "uncategorized", "stuff"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
DECLARED = re.compile(r"^\s*(?:template\s*<[^>]*>\s*)?(?:namespace|class|struct|enum(?:\s+class)?)\s+(\w+)", re.M)
TARGET = re.compile(r"\badd_(?:penjing_\w+|library|executable)\s*\(\s*(\w+)")


def empty_word(name):
    return next((word for word in WORD.findall(name) if word.lower() in EMPTY_WORDS), None)


def check(tree):
    for path in tree.files():
        word = empty_word(path)
        if word:
            yield f"{path}:1: requires a path that says what it is for, but found '{word}'"
    for path in tree.files("lib", "include", "tools", "test", "examples",
                           suffixes=[".cpp", ".h", ".c", "CMakeLists.txt"]):
        text = tree.text(path)
        pattern = TARGET if path.endswith("CMakeLists.txt") else DECLARED
        for match in pattern.finditer(text):
            word = empty_word(match.group(1))
            if word:
                yield (f"{path}:{rule.line_of(text, match.start(1))}: requires a name that says what it is for, "
                       f"but found '{match.group(1)}'")


CLEAN = {"lib/Support/Npz.cpp": "namespace penjing { class Communal {}; int greatestCommonDivisor(); }\n"}
PLANTED = [
    ("file", {"lib/Support/NpzUtils.cpp": "\n"}, "'Utils'"),
    ("folder", {"lib/misc/A.cpp": "\n"}, "'misc'"),
    ("class", {"lib/A.cpp": "\nclass ConvHelper {};\n"}, "lib/A.cpp:2"),
    ("namespace", {"lib/A.cpp": "namespace common {\n}\n"}, "'common'"),
    ("CMake target", {"lib/CMakeLists.txt": "add_penjing_library(PenjingCommon A.cpp)\n"}, "'PenjingCommon'"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
