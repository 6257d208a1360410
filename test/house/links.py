#!/usr/bin/env python3
"""Pages lead somewhere: every relative link of a Markdown page names a file, and
README's map names every room."""
import os
import re

import rule

LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def link_faults(tree):
    for path in tree.files(suffixes=[".md"]):
        # What stands in code is no link: a lambda's capture, say.
        text = re.sub(r"`[^`\n]+`", lambda code: " " * len(code.group(0)), tree.text(path))
        for match in LINK.finditer(text):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            if not os.path.exists(tree.absolute(os.path.join(os.path.dirname(path), target))):
                yield f"{path}:{rule.line_of(text, match.start())}: requires a link to a file, but found '{target}'"


def rooms(tree):
    """The folders of lib with sources of their own, and the folders of the root."""
    for path in tree.files("lib", suffixes=[".cpp"]):
        folders = path.split("/")[:-1]
        yield "/".join(folders[:3] if folders[1:2] == ["Dialect"] else folders[:2])
    for path in tree.paths:
        folder = path.split("/")[0]
        if "/" in path and not folder.startswith(".") and folder not in ("lib", "cmake"):
            yield folder


def map_faults(tree):
    readme = tree.text("README.md")
    for room in sorted(set(rooms(tree))):
        if f"`{room}/" not in readme:
            yield f"README.md:1: requires the room '{room}/' in the map of rooms, but found none"


def check(tree):
    yield from link_faults(tree)
    yield from map_faults(tree)


CLEAN = {"README.md": "[a](docs/a.md) `lib/Emit/` `docs/`\n", "docs/a.md": "[up](../README.md#a) [out](https://a.org)\n",
         "lib/Emit/Header.cpp": "\n"}
PLANTED = [
    ("dead link", {"docs/b.md": "\n[gone](c.md)\n"}, "docs/b.md:2"),
    ("dead link behind code", {"docs/b.md": "`[&](x)` [gone](c.md)\n"}, "'c.md'"),
    ("dead picture", {"docs/b.md": "![gone](c.svg)\n"}, "'c.svg'"),
    ("unmapped room", {"lib/Train/Loop.cpp": "\n"}, "'lib/Train/'"),
    ("unmapped folder", {"extras/a": "\n"}, "'extras/'"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
