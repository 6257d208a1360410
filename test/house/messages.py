#!/usr/bin/env python3
"""Every error message of lib and tools is covered: the longest literal piece of each
emit…Error and createStringError stands in some test. Messages begin in lower case
and end without a period."""
import re

import rule

EMITTED = re.compile(r"\b(emit\w*Error|createStringError)\s*\(")
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"\((?P<raw>.*?)\)"|"(?P<text>(?:[^"\\\n]|\\.)*)"|\'(?:[^\'\\]|\\.)+\'|[(){};]',
                   re.S)
# What printf, formatv and FileCheck put in place of a value.
PLACEHOLDER = re.compile(r"%[-+ #0-9.]*(?:ll|l|z|h)?[a-zA-Z]|\{\d*[^}]*\}")
TESTS = [".mlir", ".test", ".cpp", ".py", ".sh", ".txt", ".c"]


def unescape(text):
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\'", "'").replace("\\\\", "\\")


def statements(text):
    """(line, literals) of every statement that emits an error; adjacent literals are joined."""
    for match in EMITTED.finditer(text):
        if text[:match.start()].rsplit("\n", 1)[-1].lstrip().startswith(("//", "///", "*")):
            continue
        literals, depth, end = [], 0, None
        for token in TOKEN.finditer(text, match.end() - 1):
            if token.group("text") is not None or token.group("raw") is not None:
                literal = token.group("raw") if token.group("raw") is not None else unescape(token.group("text"))
                adjacent = end is not None and not text[end:token.start()].strip()
                if adjacent:
                    literals[-1] += literal
                else:
                    literals.append(literal)
                end = token.end()
            elif token.group(0) in "({":
                depth += 1
            elif token.group(0) in ")}":
                depth -= 1
                if depth < 0:
                    break
            elif token.group(0) == ";" and depth == 0:
                break
        if literals:
            yield rule.line_of(text, match.start()), literals


def squeezed(text):
    return " ".join(text.split())


def longest_piece(literals):
    pieces = [squeezed(piece) for literal in literals for piece in PLACEHOLDER.split(literal)]
    return max(pieces, key=len)


def corpus(tree):
    """All tests as one text, literals that a line break cuts in two joined."""
    parts = [tree.text(path) for path in tree.files("test", suffixes=TESTS) if not path.startswith("test/house/")]
    joined = "\n".join(re.sub(r'"\s*\n\s*"', "", unescape(part)) for part in parts)
    return squeezed(joined)


def style_fault(literals):
    opening, closing = literals[0].lstrip(), literals[-1].rstrip()
    if re.match(r"[A-Z][a-z]", opening):
        return f"requires a message that begins in lower case, but found '{opening[:40]}'"
    if closing.endswith(".") and not closing.endswith(".."):
        return f"requires a message without a period, but found '{closing[-40:]}'"
    return None


def check(tree):
    tests = corpus(tree)
    for path in tree.files("lib", "include", "tools", suffixes=[".cpp", ".h"]):
        for line, literals in statements(tree.text(path)):
            piece = longest_piece(literals)
            fault = style_fault(literals)
            if fault:
                yield f"{path}:{line}: {fault}"
            if len(piece) >= 4 and piece not in tests:
                yield f"{path}:{line}: requires a test of the message, but found none with '{piece}'"


CLEAN = {
    "lib/A.cpp": 'void f() { emitOpError("requires a weight of rank ") << 4 << ", but got rank " << n; }\n'
                 '// emitError("not code")\n'
                 'Error g() { return createStringError(code, "requires %d bytes of "\n "data", 4); }\n',
    "test/a.mlir": "// expected-error {{requires a weight of rank 4, but got rank 2}}\n// CHECK: requires 4 bytes of data\n",
}
PLANTED = [
    ("uncovered", {"lib/B.cpp": '\nvoid f() { op->emitError() << name << " is unknown here"; }\n'}, "lib/B.cpp:2"),
    ("covered in half", {"lib/B.cpp": 'void f() { emitOpError("requires a weight of " "colour") ; }\n'}, "of colour"),
    ("period", {"lib/B.cpp": 'void f() { emitError("bytes of data."); }\n'}, "without a period"),
    ("upper case", {"lib/B.cpp": 'void f() { emitError("Requires a weight"); }\n'}, "lower case"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
