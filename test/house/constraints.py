#!/usr/bin/env python3
"""A constraint of an op has one label in four places: `conv_c3` stands in the op's
.td description, in the verifier, and names a negative test; labels count from 1."""
import re

import rule

LABEL = re.compile(r"\b([a-z][a-z0-9_]*)_c([1-9]\d*)\b")


def labels(tree, *prefixes, suffixes):
    """Each label below the prefixes with the first place it stands at."""
    found = {}
    for path in tree.files(*prefixes, suffixes=suffixes):
        text = tree.text(path)
        for match in LABEL.finditer(text):
            found.setdefault(match.group(0), f"{path}:{rule.line_of(text, match.start())}")
    return found


def described(tree):
    """Labels in the descriptions of ops, by tablegen: a family may put its labels together from parts."""
    found = {}
    for path in tree.files("include/penjing/Dialect", suffixes=["Ops.td"]):
        records, errors = rule.tablegen(tree, path)
        for name in records["!instanceof"].get("Op", []) if errors is None else []:
            for match in LABEL.finditer(records[name]["description"]):
                found.setdefault(match.group(0), f"{path}:1")
    return found


def check(tree):
    places = {
        "an op's description": described(tree),
        "a verifier in lib/Dialect": labels(tree, "lib/Dialect", suffixes=[".cpp"]),
        "a negative test in test/Dialect": labels(tree, "test/Dialect", suffixes=[".mlir"]),
    }
    for label in sorted(set().union(*places.values())):
        seen = next(found[label] for found in places.values() if label in found)
        for wanted, found in places.items():
            if label not in found:
                yield f"{seen}: requires the label '{label}' in {wanted}, but found none"
        op, number = label.rsplit("_c", 1)
        if number != "1" and f"{op}_c{int(number) - 1}" not in places["an op's description"]:
            yield f"{seen}: requires constraints that count from 1, but found '{label}' without the one before"


OPS = """include "mlir/IR/OpBase.td"
def D : Dialect { let name = "pj"; let cppNamespace = "penjing"; }
class Family<string name> : Op<D, name> { let description = "(" # name # "_c1) rank 4"; }
def Penjing_ConvOp : Family<"conv">;
"""
CLEAN = {"include/penjing/Dialect/A/Ops.td": OPS, "lib/Dialect/A/Conv.cpp": "// conv_c1\n",
         "test/Dialect/A/conv.mlir": "func.func @conv_c1()\n"}
PLANTED = [
    ("no verifier", {"lib/Dialect/A/Conv.cpp": "\n"}, "a verifier"),
    ("no test", {"test/Dialect/A/conv.mlir": "\n"}, "a negative test"),
    ("one more of a family", {"include/penjing/Dialect/A/Ops.td": OPS + 'def Penjing_PoolOp : Family<"pool">;'}, "'pool_c1'"),
    ("undescribed", {"include/penjing/Dialect/A/Ops.td": OPS.replace("_c1", "")}, "description"),
    ("gap", {"include/penjing/Dialect/A/Ops.td": OPS.replace("rank 4", 'rank 4 (" # name # "_c3) rank 5'),
             "lib/Dialect/A/Conv.cpp": "// conv_c1, conv_c3\n",
             "test/Dialect/A/conv.mlir": "func.func @conv_c1()\nfunc.func @conv_c3()\n"}, "count from 1"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
