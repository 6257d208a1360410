#!/usr/bin/env python3
"""docs/onnx.md has a row for each ONNX op that the importer knows, and for no other."""
import re

import rule

RULES = "lib/Import/ImportRules.cpp"
PAGE = "docs/onnx.md"


def check(tree):
    known = set(re.findall(r'\{"(\w+)", import', tree.text(RULES)))
    rows = [line.split("|")[1] for line in tree.lines(PAGE) if line.startswith("| ")]
    named = {word for cell in rows for word in re.findall(r"\b[A-Z][A-Za-z]+\b", cell)} - {"ONNX"}
    for op in sorted(known - named):
        yield f"{PAGE}:1: requires a row for '{op}', which {RULES} imports, but found none"
    for op in sorted(named - known):
        yield f"{PAGE}:1: requires a rule for '{op}' in {RULES}, but found none"


CLEAN = {RULES: '{"Add", importAdd},\n{"Relu", importRelu},\n',
         PAGE: "| ONNX | here |\n|---|---|\n| Add, Relu, initializers | `pj.add` |\nWords like Sum\n"}
PLANTED = [
    ("op without a row", {RULES: CLEAN[RULES] + '{"Neg", importNeg},\n'}, "'Neg', which"),
    ("row without an op", {PAGE: CLEAN[PAGE].replace("Add, ", "Add, Sub, ")}, "rule for 'Sub'"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
