#!/usr/bin/env python3
"""No script is overlooked by the runner: in the folders of scripts, what begins with
#! is executable, and what is executable begins with #!."""
import os

import rule

FOLDERS = ["test/house", "test/Integration", "test/Long", "tools/dev", ".ci"]


def check(tree):
    for path in tree.files(*FOLDERS):
        marked = tree.text(path).startswith("#!")
        runnable = os.access(tree.absolute(path), os.X_OK)
        if marked and not runnable:
            yield f"{path}:1: requires the executable bit on a script, but found none"
        if runnable and not marked:
            yield f"{path}:1: requires a first line with #! in an executable file, but found none"


CLEAN = {"test/house/shared.py": '"""A module."""\n'}
PLANTED = [("forgotten bit", {"test/Integration/a.sh": "#!/bin/sh\n"}, "Integration/a.sh:1")]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
