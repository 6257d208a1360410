#!/usr/bin/env python3
"""Every ```mlir example of a .td file holds: it runs through penjing-opt, and what a
pass's example becomes is what the text says.

* An op, but a terminator, has an example: statements as they stand in a function. Values that they use and do not
  define become the function's arguments, with the types the statements give; a symbol in
  `pj.use` becomes a parameter. A whole module or a single attribute is an example too.
* A pass has a whole module that the pass accepts; a first line `// penjing-opt ARGUMENTS` gives the
  arguments where its own flag is not enough. A second block, after "becomes", shows parts of
  the outcome in order: statements whose values may have other names, `…` for what is left out."""
import concurrent.futures
import math
import os
import re
import shlex
import subprocess

import rule

EXAMPLE = re.compile(r"^[ \t]*```mlir[^\n]*\n(.*?)^[ \t]*```", re.M | re.S)
ARGUMENTS = re.compile(r"^\s*//\s*penjing-opt\s+(.*)$", re.M)
TOKEN = re.compile(r'"[^"]*"|->|…|-?\d+\.\d*(?:[eE][-+]?\d+)?(?![\w])|[%@^#!]?[\w.]+|\S')
NUMBER = re.compile(r"-?\d+\.\d*(?:[eE][-+]?\d+)?$")
FORMS = {"OnlyDecided": "decided", "OnlyPackedOrScheduled": "packed", "OnlyScheduled": "scheduled"}


def tokens_of(text):
    return TOKEN.findall(re.sub(r"//.*", "", text))


def described(tree):
    """The records with examples to keep, by name: (path, record, all records of the file)."""
    found, faults = {}, []
    for path in tree.files("include", suffixes=["Ops.td", "Passes.td"]):
        records, errors = rule.tablegen(tree, path)
        if errors is not None:
            faults.append(f"{path}:1: requires a file that tablegen reads, but found {errors}")
            continue
        ours = [name for name in records["!instanceof"].get("Op", [])
                if records[records[name]["opDialect"]["def"]]["name"].startswith("pj")]
        attributes = [name for kind in ("AttrDef", "Dialect", "PassBase") for name in records["!instanceof"].get(kind, [])
                      if "```mlir" in str(records[name]["description"])]
        for name in ours + attributes:
            found.setdefault(name, (path, records[name], records))
    return found.values(), faults


class Snippet:
    """Statements of an op's example, and the module that they need around them."""

    def __init__(self, text, form):
        self.text, self.form = text, form
        self.types = {}
        for statement in re.finditer(r"\bpj\.\w+([^\n]*(?:\n\s+(?:[:\w\"]|->|#|\[).*)*)", text):
            self.read_model_op(tokens_of(statement.group(1)))
        for statement in re.finditer(r"\bpjk\.(?:contract|map|reduce)\b(.*?)(?:#pjk|\bdims\b)", text, re.S):
            self.types.update((name, "!llvm.ptr") for name in re.findall(r"%\w+", statement.group(1)))
        for statement in re.finditer(r"\bpjk?\.yield (%\w+) : (\S+)", text):
            self.types[statement.group(1)] = statement.group(2)
        for line in re.finditer(r"^\s*(%[\w, %]+?) = |^\s*\^\w+\((.*)\):", text, re.M):
            for name in re.findall(r"%\w+", line.group(1) or line.group(2)):
                self.types.pop(name, None)

    def read_model_op(self, tokens):
        """%a, %b {attributes} : (types) -> types, or one type for all operands."""
        depth, operands, written = 0, [], None
        for place, token in enumerate(tokens):
            if token == ":" and depth == 0:
                written = tokens[place + 1:]
                break
            depth += (token in "([{<") - (token in ")]}>")
            if token.startswith("%") and depth == 0:
                operands.append(token)
        if written is None or not operands:
            return
        types, depth = [""], 0
        if written[0] == "(":
            written = written[1:]
        else:
            written = written[:written.index("{")] if "{" in written else written
            written += [")"]
        for token in written:
            if token == ")" and depth == 0:
                break
            depth += (token in "([{<") - (token in ")]}>")
            if token == "," and depth == 0:
                types.append("")
            else:
                types[-1] += token
        self.types.update(zip(operands, types if len(types) > 1 else types * len(operands)))

    def module(self):
        head = f"module attributes {{pj.form = #pj.form<{self.form}>, pj.version = 1 : i32}} {{\n"
        if re.match(r"\s*#", self.text):
            return head + f"func.func private @example() attributes {{example = {self.text.strip()}}}\n}}\n"
        if re.match(r"\s*pj\.param", self.text):
            return head + self.text + "}\n"
        for name, written in re.findall(r"pj\.use (@\w+) : (\S+)", self.text):
            head += f"pj.param {name} : {written} {{role = #pj.role<weight>}}\n"
        arguments = ", ".join(f"{name}: {written}" for name, written in self.types.items())
        return f"{head}func.func @example({arguments}) {{\n{self.text}return\n}}\n}}\n"


def run(text, arguments):
    """Exit code, output and errors of penjing-opt on a text."""
    command = [os.environ["PENJING_BUILD"] + "/bin/penjing-opt", "--mlir-print-local-scope", "-", *arguments]
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def statements_of(text):
    """The tokens of each statement: a line and the lines that continue it."""
    found, depth = [], 0
    for line in text.splitlines():
        tokens = tokens_of(line)
        if not tokens:
            continue
        if found and (depth > 0 or tokens[0] in (":", "->", "attributes")):
            found[-1] += tokens
        else:
            found.append(tokens)
        last = found[-1]
        depth = sum(last.count(mark) for mark in "([") - sum(last.count(mark) for mark in ")]")
    return found


def equal(wanted, found):
    if NUMBER.match(wanted) and NUMBER.match(found):
        return math.isclose(float(wanted), float(found), rel_tol=1e-6)
    return wanted == found


def matched(statement, tokens, place, names):
    """The ends of the ways in which a statement stands at this place of the tokens, each with the names of its values."""
    if not statement:
        yield place, names
    elif statement[0] == "…":
        for end in range(place, min(place + 200, len(tokens)) + 1):
            yield from matched(statement[1:], tokens, end, names)
    elif place < len(tokens):
        wanted, found = statement[0], tokens[place]
        if wanted.startswith("%") and found.startswith("%"):
            if names.get(wanted, found) == found:
                yield from matched(statement[1:], tokens, place + 1, {**names, wanted: found})
        elif equal(wanted, found):
            yield from matched(statement[1:], tokens, place + 1, names)


def first_missing(statements, tokens):
    """The statement that the tokens do not have behind the ones before it; None when they have all."""
    reached = 0

    def search(number, place, names):
        nonlocal reached
        reached = max(reached, number)
        if number == len(statements):
            return True
        return any(search(number + 1, end, known) for start in range(place, len(tokens))
                   for end, known in matched(statements[number], tokens, start, names))

    return None if search(0, 0, {}) else " ".join(statements[reached])


def pass_faults(record):
    text, *outcome = EXAMPLE.findall(record["description"])
    given = ARGUMENTS.match(text)
    arguments = shlex.split(given.group(1)) if given else [f"--{record['argument']}"]
    code, output, errors = run(text, arguments)
    if code != 0:
        yield f"requires exit code 0 on its own example, but got {code}: {errors[:1500]}"
    elif outcome:
        missing = first_missing([tokens for tokens in statements_of(outcome[0]) if tokens not in (["…"], ["}"])],
                                tokens_of(output))
        if missing:
            yield f"requires what its example becomes, but '{missing}' is not in its place in\n{output}"


def op_faults(record):
    examples = EXAMPLE.findall(record["description"])
    traits = [trait["def"] for trait in record.get("traits", [])]
    if not examples and "Terminator" not in traits:
        yield "requires an example in a ```mlir block of the description, but found none"
    form = next((FORMS[trait] for trait in traits if trait in FORMS), "float")
    for text in examples:
        module = text if text.lstrip().startswith("module") else Snippet(text, form).module()
        code, _, errors = run(module, [])
        if code != 0:
            yield f"requires exit code 0 on its example, but got {code}: {errors[:1500]}in\n{module}"


def check(tree):
    found, faults = described(tree)
    yield from faults

    def faults_of(entry):
        path, record, records = entry
        is_pass = "PassBase" in record["!superclasses"]
        return [f"{path}:1: {record['!name']}: {fault}" for fault in (pass_faults if is_pass else op_faults)(record)]

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(faults_of, found):
            yield from result


def planted_op(example):
    return {"include/penjing/AOps.td": f'''include "mlir/IR/OpBase.td"
def D : Dialect {{ let name = "pj"; let cppNamespace = "a"; }}
def Penjing_ReluOp : Op<D, "relu"> {{ let description = [{{
    {example}
}}]; }}
'''}


def planted_pass(text, outcome):
    return {"include/penjing/Passes.td": f'''include "mlir/Pass/PassBase.td"
def BindBatch : Pass<"pj-bind-batch"> {{ let description = [{{
    ```mlir
    {text}
    ```
    becomes
    ```mlir
    {outcome}
    ```
}}]; }}
'''}


RELU = "```mlir\n    %y = pj.relu %x {NOTE} : (tensor<2xf32>) -> tensor<2xf32>\n    ```"
MODULE = """// penjing-opt --pj-bind-batch="size=3"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %y = pj.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
        %z = pj.clip %y {min = 0.5 : f64} : (tensor<1x2xf32>) -> tensor<1x2xf32>
        return %z : tensor<1x2xf32>
      }
    }"""
OUTCOME = """func.func @main(%a: tensor<3x2xf32>) …
    %b = pj.relu %a : (tensor<3x2xf32>) -> tensor<3x2xf32>
    %c = pj.clip %b {min = 5.0e-1 : f64} : …
    return %c : tensor<3x2xf32>"""
CLEAN = {**planted_op(RELU), **planted_pass(MODULE, OUTCOME)}
PLANTED = [
    ("no example", planted_op("nothing"), "requires an example"),
    ("wrong type", planted_op(RELU.replace("tensor<2xf32>)", "tensor<3xf32>)")), "exit code 0 on its example"),
    ("unknown op", planted_op(RELU.replace("relu", "rule")), "exit code 0 on its example"),
    ("pass that fails", planted_pass(MODULE.replace("size=3", "size=-3"), OUTCOME), "exit code 0 on its own example"),
    ("another outcome", planted_pass(MODULE, OUTCOME.replace("relu", "neg")), "'%b = pj.neg"),
    ("another value", planted_pass(MODULE, OUTCOME.replace("clip %b", "clip %a")), "'%c = pj.clip %a"),
    ("another number", planted_pass(MODULE, OUTCOME.replace("5.0e-1", "0.4")), "0.4"),
    ("another order", planted_pass(MODULE, "\n    ".join(reversed(OUTCOME.split("\n    ")))), "is not in its place"),
    ("unreadable tablegen", {"include/penjing/Passes.td": "def {\n"}, "tablegen"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
