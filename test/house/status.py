#!/usr/bin/env python3
"""docs/status.md says which of the seven readers know each op: a row per op, a column
per reader. This rule compares the page with the sources; --write writes it anew.

A reader knows an op when the sources of its room name the op's class (ConvOp); the
verifier's column counts the constraints numbered in the op's description."""
import os
import re
import sys

import rule

OPS = "include/penjing/Dialect/Penjing/PenjingOps.td"
PAGE = "docs/status.md"
# The reader, and the files whose naming an op counts: folder and what the path must contain.
READERS = [
    ("interpreter", ["lib/Reference"], ""),
    ("gradient", ["lib/Transforms/Gradient"], ""),
    ("channels", ["lib/Analysis"], "Channel"),
    ("cost", ["lib/Analysis"], "Cost"),
    ("lowering", ["lib/Conversion/PenjingToKernels"], ""),
    ("generator", ["lib", "test/lib", "include/penjing"], "Generat"),
]
HEAD = """# Status of the ops

A row per op, a column per reader of an op: what checks it, runs it, differentiates it, lets channels flow through it,
prices it, lowers it, makes random instances of it. Written by `test/house/status.py --write`; `make check` compares.
The verifier's column counts numbered constraints, each with a negative test; – means that this reader does not name
the op (some never will: a loss has no channels to remove). An op of a search space is resolved away: no reader ever
meets it, because pj-resolve-choices replaces it before anything runs.

"""


def ops(tree):
    """(mnemonic, class, description, resolved away) of every op of the dialect, sorted by mnemonic."""
    if not os.path.exists(tree.absolute(OPS)):
        return []
    records, errors = rule.tablegen(tree, OPS)
    if errors is not None:
        sys.exit(errors)
    found = []
    for name in records["!instanceof"]["Op"]:
        record = records[name]
        if records[record["opDialect"]["def"]]["name"] == "pj":
            traits = [trait["def"] for trait in record.get("traits", [])]
            found.append((record["opName"], name.split("_", 1)[-1], record["description"], "OnlySpace" in traits))
    return sorted(found)


def known_classes(tree, folders, fragment):
    words = set()
    for path in tree.files(*folders, suffixes=[".cpp", ".h", ".td", ".inc"]):
        if fragment in path:
            words.update(re.findall(r"\b\w+Op\b", tree.text(path)))
    return words


def page(tree):
    known = [known_classes(tree, folders, fragment) for _, folders, fragment in READERS]
    rows = ["| op | verifier | " + " | ".join(name for name, _, _ in READERS) + " |",
            "|---|" + "---|" * (len(READERS) + 1)]
    table = ops(tree)
    for mnemonic, name, description, resolved in table:
        constraints = len(set(re.findall(rf"\b{mnemonic}_c\d+\b", description)))
        cells = [str(constraints) if constraints else "–"] + [
            "resolved away" if resolved else "yes" if name in words else "–" for words in known]
        rows.append(f"| `pj.{mnemonic}` | " + " | ".join(cells) + " |")
    counts = [f"{name} {sum(row[1] in words and not row[3] for row in table)}" for (name, _, _), words in zip(READERS, known)]
    return HEAD + "\n".join(rows) + f"\n\n{len(table)} ops: " + ", ".join(counts) + ".\n"


def check(tree):
    wanted = page(tree)
    found = tree.text(PAGE) if os.path.exists(tree.absolute(PAGE)) else ""
    for number, (is_line, be_line) in enumerate(zip(found.splitlines() + [""], wanted.splitlines() + [""]), 1):
        if is_line != be_line:
            yield f"{PAGE}:{number}: requires '{be_line}' (test/house/status.py --write), but found '{is_line}'"
            return
    if found != wanted:
        yield f"{PAGE}: requires {len(wanted)} bytes (test/house/status.py --write), but found {len(found)}"


DIALECT = """include "mlir/IR/OpBase.td"
def D : Dialect { let name = "pj"; let cppNamespace = "penjing"; }
def Penjing_ConvOp : Op<D, "conv"> { let description = "conv_c1 and conv_c2"; }
"""
CLEAN = {OPS: DIALECT, "lib/Reference/Conv.cpp": "ConvOp\n",
         PAGE: HEAD + "| op | verifier | " + " | ".join(name for name, _, _ in READERS) + " |\n"
         "|---|---|---|---|---|---|---|---|\n| `pj.conv` | 2 | yes | – | – | – | – | – |\n\n"
         "1 ops: interpreter 1, gradient 0, channels 0, cost 0, lowering 0, generator 0.\n"}
PLANTED = [
    ("no page", {PAGE: ""}, "docs/status.md:1"),
    ("a reader more", {"lib/Analysis/Costs.cpp": "ConvOp\n"}, "| `pj.conv` | 2 | yes | – | – | yes |"),
    ("a reader less", {"lib/Reference/Conv.cpp": "\n"}, "| `pj.conv` | 2 | – |"),
    ("an op of a search space", {OPS: DIALECT + 'def OnlySpace : Trait;\ndef Penjing_ChoiceOp : Op<D, "choice", [OnlySpace]>;\n'},
     "resolved away"),
    ("an op more", {OPS: DIALECT + 'def Penjing_AddOp : Op<D, "add">;\n'}, "`pj.add`"),
]

if __name__ == "__main__":
    if "--write" in sys.argv:
        root = os.environ.get("PENJING_SOURCE", os.path.dirname(os.path.dirname(os.path.dirname(__file__))) or ".")
        with open(os.path.join(root, PAGE), "w") as file:
            file.write(page(rule.Tree(root)))
    else:
        rule.main(check, CLEAN, PLANTED)
