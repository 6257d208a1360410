#!/usr/bin/env python3
"""Every source begins with a banner that says what the file is for: a comment of one to
a few lines in C, C++ and tablegen, a docstring or comment in Python, CMake and shell."""
import re

import rule

BRACES = [".cpp", ".h", ".td", ".c"]
OTHERS = [".py", ".cmake", ".sh", ".cfg.py.in"]
# A name and a verb say little; what a file is for takes a few words.
WORDS = 4


def banner_fault(path, lines):
    """What is wrong with a file's first lines; None when nothing."""
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    first = lines[0] if lines else ""
    if not path.endswith(tuple(BRACES)):
        return None if re.match(r'(#\s*\w|r?"""\w)', first) else "a first line that says what the file is for"
    comment = []
    for line in lines:
        if not re.match(r"(//|/\*| \*)", line):
            break
        comment.append(line)
    words = re.findall(r"\w[\w.`']*", " ".join(comment))
    return None if len(words) >= WORDS else f"a banner of at least {WORDS} words on what the file is for"


def check(tree):
    for path in tree.files("lib", "include", "tools", "test", "examples", "cmake", "python",
                           suffixes=BRACES + OTHERS):
        fault = None if "/Inputs/" in path else banner_fault(path, tree.lines(path))
        if fault:
            first = (tree.lines(path) or [""])[0]
            yield f"{path}:1: requires {fault}, but found '{first[:60]}'"


CLEAN = {"lib/A.cpp": "// Reads NPZ files, the archives of arrays\n// that NumPy writes.\n#include <a>\n",
         "test/a.py": '#!/usr/bin/env python3\n"""Counts."""\n'}
PLANTED = [
    ("no banner", {"lib/B.cpp": "#include <b>\n#include <c>\n"}, "lib/B.cpp:1"),
    ("only a name", {"lib/B.h": "// Conv.h\n//\n#ifndef B\n"}, "lib/B.h:1"),
    ("script", {"test/b.py": "import os\n"}, "test/b.py:1"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
