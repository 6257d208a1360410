#!/usr/bin/env python3
"""Rooms include each other one way only: tools → Recipes → Search → Train → Lower →
Transforms, Conversion, Emit → Codegen → Analysis → Target → Dialect → Support."""
import re

import rule

# Lowest first. Rooms of one line are sisters and never include each other.
LAYERS = [
    ["Support"],
    ["Dialect/Penjing", "Dialect/Kernel"],
    ["Target"],
    ["Analysis"],
    ["Codegen"],
    ["Transforms", "Conversion", "Emit"],
    ["Lower"],
    ["Train"],
    ["Search"],
    ["Recipes"],
    ["tools"],
]
RANKS = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}
# These two stand beside the others, on Dialect: they see what Dialect sees, and
# only the layers that know whole modules see them.
BESIDE = {"Import": RANKS["Lower"], "Reference": RANKS["Lower"]}
# The one file that names every room.
EXEMPT = {"include/penjing/InitAll.h", "lib/InitAll.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def room_of(path):
    """The room of a source file or of an include below penjing/; None outside the rooms."""
    parts = path.split("/")
    if parts[0] == "tools":
        return ("tools",)
    if parts[0] == "lib":
        parts = parts[1:]
    elif parts[:2] == ["include", "penjing"]:
        parts = parts[2:]
    elif parts[0] == "penjing":
        parts = parts[1:]
    else:
        return None
    folders = parts[:-1]
    if not folders:
        return None
    if folders[0] == "Dialect" and len(folders) > 1:
        return (folders[0] + "/" + folders[1],)
    # A Transforms header of all sub-rooms (Passes.h) belongs to the room as a whole.
    return tuple(folders[:2]) if folders[0] in ("Transforms", "Conversion") else (folders[0],)


def may_include(user, used):
    """Whether a file of room `user` may include a header of room `used`."""
    if user == used or user[0] == used[0] and (len(user) == 1 or len(used) == 1):
        return True
    if user[0] in BESIDE:
        return used[0] not in BESIDE and RANKS[used[0]] <= RANKS["Dialect/Penjing"]
    if used[0] in BESIDE:
        return RANKS[user[0]] >= BESIDE[used[0]]
    return RANKS[user[0]] > RANKS[used[0]]


def check(tree):
    for path in tree.files("lib", "include/penjing", "tools", suffixes=[".cpp", ".h", ".inc", ".td"]):
        user = room_of(path)
        if path in EXEMPT or user is None:
            continue
        text = tree.text(path)
        if user[0] not in RANKS and user[0] not in BESIDE:
            yield f"{path}:1: requires a room of the layers, but found '{user[0]}'"
            continue
        includes = list(INCLUDE.finditer(text)) + list(re.finditer(r'^include "([^"]+)"', text, re.M))
        for match in includes:
            target = match.group(1)
            line = rule.line_of(text, match.start(1))
            if target.startswith("../") or "/../" in target:
                yield f"{path}:{line}: requires an include from penjing/ or of the same folder, but found '{target}'"
            if not target.startswith("penjing/"):
                continue
            used = room_of(target)
            if used is None:
                if user[0] != "tools" and target == "penjing/InitAll.h":
                    yield f"{path}:{line}: requires a room that knows its needs, but found InitAll.h"
            elif used[0] not in RANKS and used[0] not in BESIDE:
                yield f"{path}:{line}: requires a header of a room, but found '{target}'"
            elif not may_include(user, used):
                yield (f"{path}:{line}: requires a room below '{'/'.join(user)}', "
                       f"but found '{target}'")


CLEAN = {
    "lib/Train/Loop.cpp": '#include "penjing/Lower/Compile.h"\n#include "penjing/Support/Npz.h"\n#include "Loss.h"\n',
    "lib/Transforms/Prune/Magnitude.cpp": '#include "penjing/Transforms/Passes.h"\n#include "penjing/Analysis/Cost.h"\n',
    "lib/Reference/Conv.cpp": '#include "penjing/Dialect/Penjing/Ops.h"\n',
    "tools/penjing-opt/penjing-opt.cpp": '#include "penjing/InitAll.h"\n',
}
PLANTED = [
    ("upwards", {"lib/Analysis/Cost.cpp": '#include "penjing/Transforms/Passes.h"\n'}, "lib/Analysis/Cost.cpp:1"),
    ("sisters", {"lib/Transforms/Prune/A.cpp": '\n#include "penjing/Transforms/Quantize/B.h"\n'}, "Prune/A.cpp:2"),
    ("sister rooms", {"lib/Emit/A.cpp": '#include "penjing/Conversion/PenjingToKernels/B.h"\n'}, "lib/Emit/A.cpp"),
    ("sister dialects", {"lib/Dialect/Kernel/A.cpp": '#include "penjing/Dialect/Penjing/Ops.h"\n'}, "Kernel/A.cpp"),
    ("in tablegen", {"include/penjing/Dialect/Penjing/Ops.td": 'include "penjing/Analysis/A.td"\n'}, "Ops.td:1"),
    ("reference from a pass", {"lib/Transforms/Prune/A.cpp": '#include "penjing/Reference/I.h"\n'}, "Reference/I.h"),
    ("reference sees analysis", {"lib/Reference/A.cpp": '#include "penjing/Analysis/Cost.h"\n'}, "Reference/A.cpp"),
    ("unknown room", {"lib/Attic/A.cpp": "\n"}, "'Attic'"),
    ("climbing path", {"lib/Train/A.cpp": '#include "../Lower/Private.h"\n'}, "'../Lower/Private.h'"),
    ("everything at once", {"lib/Train/A.cpp": '#include "penjing/InitAll.h"\n'}, "InitAll.h"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
