#!/usr/bin/env python3
"""Every pass has a summary, a description with an example in IR, documented options, and a
source and a test named like it. That its example holds, examples.py tells."""
import re

import rule

EXAMPLE = re.compile(r"^[ \t]*```mlir[^\n]*\n(.*?)^[ \t]*```", re.M | re.S)


def records_of_passes(tree):
    """The records of all passes: (path of the .td file, record, all records of that file)."""
    for path in tree.files("include", "lib", suffixes=["Passes.td"]):
        records, errors = rule.tablegen(tree, path)
        if errors is not None:
            yield path, None, errors
            continue
        for name in records["!instanceof"].get("PassBase", []):
            yield path, records[name], records


def words_of(argument):
    """The pass's kebab name without the dialect's prefix: pj-prune-magnitude is prune-magnitude."""
    return re.sub(r"^pjk?-", "", argument)


def document_faults(record, records):
    summary, description = record["summary"], record["description"]
    if not summary:
        yield "requires a summary, but found none"
    elif summary.rstrip().endswith(".") or "\n" in summary:
        yield f"requires a summary of one phrase without a period, but found '{summary}'"
    if len(description.split()) < 20:
        yield f"requires a description of at least 20 words, but found {len(description.split())}"
    if not EXAMPLE.search(description):
        yield "requires an example in a ```mlir block of the description, but found none"
    for kind in ("options", "statistics"):
        for reference in record[kind]:
            part = records[reference["def"]]
            if len(part["description"].split()) < 2:
                name = part.get("argument", part.get("name"))
                yield f"requires a description of '{name}' in its {kind}, but found '{part['description']}'"


def place_faults(tree, record):
    """A pass has one name: in its .td record, its source, its DEBUG_TYPE and its test."""
    argument = record["argument"]
    kebab = words_of(argument)
    name = re.sub(r"Pass$", "", record["!name"])
    if not re.match(r"pjk?-[a-z0-9]+(-[a-z0-9]+)*$", argument):
        yield f"requires an argument in kebab case that begins with pj- or pjk-, but found '{argument}'"
    if name.lower() != kebab.replace("-", "").lower():
        yield f"requires a record named like '{argument}', but found '{record['!name']}'"
    sources = [path for path in tree.files("lib", suffixes=[f"/{name}.cpp"])]
    if not sources:
        yield f"requires a source {name}.cpp in lib, but found none"
    for path in sources:
        declared = re.search(r'#define DEBUG_TYPE "([^"]*)"', tree.text(path))
        if declared and declared.group(1) != argument:
            yield f"requires DEBUG_TYPE '{argument}' in {path}, but found '{declared.group(1)}'"
    if not any(tree.files("test", suffixes=[f"/{kebab}.mlir"])):
        yield f"requires a test {kebab}.mlir, but found none"


def check(tree):
    for path, record, records in records_of_passes(tree):
        if record is None:
            yield f"{path}:1: requires a file that tablegen reads, but found {records}"
            continue
        for fault in [*document_faults(record, records), *place_faults(tree, record)]:
            yield f"{path}:1: {record['argument']}: {fault}"


def planted_pass(summary="remove what is zero", argument="pj-prune-a", name="PruneA", example="```mlir\nmodule {}\n```",
                 option="the share that goes, from 0 to 1"):
    return {"include/Passes.td": f'''include "mlir/Pass/PassBase.td"
def {name} : Pass<"{argument}"> {{
  let summary = "{summary}";
  let description = [{{
    Removes what is zero, because it costs time and gives nothing in return. It assumes the float form of a
    module, and leaves everything else as it was found.
    {example}
  }}];
  let options = [Option<"ratio", "ratio", "double", "0.5", "{option}">];
}}
'''}


CLEAN = {**planted_pass(), "lib/PruneA.cpp": '#define DEBUG_TYPE "pj-prune-a"\n', "test/prune-a.mlir": "\n"}
PLANTED = [
    ("no summary", planted_pass(summary=""), "a summary"),
    ("no example", planted_pass(example=""), "```mlir"),
    ("option without description", planted_pass(option=""), "'ratio'"),
    ("name unlike the argument", planted_pass(name="PruneB"), "a record named like"),
    ("no source", planted_pass(argument="pj-prune-b", name="PruneB"), "PruneB.cpp"),
    ("no test", planted_pass(argument="pj-prune-b", name="PruneB"), "prune-b.mlir"),
    ("another DEBUG_TYPE", {"lib/PruneA.cpp": '#define DEBUG_TYPE "prune"\n'}, "DEBUG_TYPE"),
    ("unreadable tablegen", {"include/Passes.td": "def {\n"}, "tablegen"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
