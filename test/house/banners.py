#!/usr/bin/env python3
"""Every source begins with a banner that says what the file is for: two lines of
comment in C, C++ and tablegen, a docstring or comment in Python, CMake and shell."""
import re

import rule

TWO_LINES = [".cpp", ".h", ".td", ".c"]
ONE_LINE = [".py", ".cmake", ".sh", ".cfg.py.in"]


def banner_fault(path, lines):
    """What is wrong with a file's first lines; None when nothing."""
    if path.endswith(tuple(TWO_LINES)):
        opening = lines[:2]
        if not (len(opening) == 2 and all(re.match(r"(//|/\*| \*|\*)", line) for line in opening)):
            return "two lines of comment"
        words = re.findall(r"[A-Za-z]{2,}", " ".join(opening))
        return None if len(words) >= 6 else "a banner of at least six words"
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    first = lines[0] if lines else ""
    return None if re.match(r'(#\s*\w|"""\w|r"""\w)', first) else "a first line that says what the file is for"


def check(tree):
    for path in tree.files("lib", "include", "tools", "test", "examples", "cmake", "python",
                           suffixes=TWO_LINES + ONE_LINE):
        fault = None if "/Inputs/" in path else banner_fault(path, tree.lines(path))
        if fault:
            first = (tree.lines(path) or [""])[0]
            yield f"{path}:1: requires {fault}, but found '{first[:60]}'"


CLEAN = {"lib/A.cpp": "// Reads NPZ files, the archives of arrays\n// that NumPy writes.\n#include <a>\n",
         "test/a.py": '#!/usr/bin/env python3\n"""Counts."""\n'}
PLANTED = [
    ("no banner", {"lib/B.cpp": "#include <b>\n#include <c>\n"}, "lib/B.cpp:1"),
    ("one line", {"lib/B.h": "// Reads NPZ files, the archives of arrays.\n#ifndef B\n"}, "two lines"),
    ("empty words", {"lib/B.h": "// B.h\n// ------\n"}, "six words"),
    ("script", {"test/b.py": "import os\n"}, "test/b.py:1"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
