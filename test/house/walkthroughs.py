#!/usr/bin/env python3
"""What the pages lead to is there: every path they name exists (of the tree, or as one includes
it), and in a table of walks each quotation stands in the file that its row begins with."""
import re

import rule

CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?$")
# Written by a build, or a place outside the tree.
ELSEWHERE = ("build/", "build-", "models/", "../")


def squeezed(text):
    return " ".join(text.split())


def check(tree):
    folders = {path.rsplit("/", depth)[0] for path in tree.paths for depth in range(1, path.count("/") + 1)}
    names = {path.rsplit("/", 1)[-1] for path in tree.paths}
    known = set(tree.paths) | folders | {f"lib/{folder}" for folder in folders}
    known |= {path.removeprefix("include/") for path in tree.paths}
    for page in tree.files(suffixes=[".md"]):
        for number, line in enumerate(tree.lines(page), 1):
            spans = CODE.findall(line)
            for span in spans:
                path = span.rstrip("/")
                if PATH.match(span) and not span.startswith(ELSEWHERE) and path not in known and f"test/{path}" not in known:
                    yield f"{page}:{number}: requires a path of the tree, but found '{span}'"
            row = [cell for cell in re.split(r"(?<!\\)\|", line) if cell.strip()]
            if line.startswith("| `") and spans and spans[0] in tree.paths and CODE.fullmatch(row[0].strip()):
                content = squeezed(tree.text(spans[0]))
                for span in spans[1:]:
                    if not PATH.match(span) and span not in names and squeezed(span) not in content \
                            and not re.fullmatch(r"[a-z-]+-errors\.mlir", span):
                        yield f"{page}:{number}: requires a quotation of {spans[0]}, but found '{span}'"


CLEAN = {"CONTRIBUTING.md": "`lib/A/a.cpp` and `A/`, `build/bin/x`\n| `lib/A/a.cpp` | gets `int  a;` |\n", "lib/A/a.cpp": "int a;\n"}
PLANTED = [
    ("gone file", {"CONTRIBUTING.md": "\nsee `lib/A/b.cpp`\n"}, "CONTRIBUTING.md:2"),
    ("gone folder", {"README.md": "`lib/B/`\n"}, "'lib/B/'"),
    ("other words", {"lib/A/a.cpp": "int b;\n"}, "'int  a;'"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
