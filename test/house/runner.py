#!/usr/bin/env python3
"""The runner counts truthfully: what test/check.py makes of a script's exit code and
lines, and that it ends with a non-zero code when anything failed."""
import importlib.util
import os
import subprocess
import sys
import tempfile

SOURCE = os.environ["PENJING_SOURCE"]

# (exit code, output, passed, failed, skipped)
SCRIPTS = [
    (0, "", 1, 0, 0),
    (0, "some words\nokay then\n", 1, 0, 0),
    (1, "some words\n", 0, 1, 0),
    (77, "no such data\n", 0, 0, 1),
    (-11, "", 0, 1, 0),
    (0, "ok one\nok two\n", 2, 0, 0),
    (0, "ok 1 - one\nnot ok 2 - two\n", 1, 1, 0),
    (1, "ok one\nnot ok two\n", 1, 1, 0),
    (1, "ok one\n", 1, 1, 0),
    (-11, "ok one\nok two\n", 2, 1, 0),
    (0, "ok one\nok two # SKIP no data\n", 1, 0, 1),
]


def load(path):
    specification = importlib.util.spec_from_file_location("check", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def faults(check):
    for code, output, *wanted in SCRIPTS:
        counts = check.count(check.script_results("a", code, output))
        found = [counts[kind] for kind in ("passed", "failed", "skipped")]
        if found != wanted:
            yield f"requires {wanted} for exit code {code} and {output!r}, but found {found}"


def run_on(scripts):
    """Last line and exit code of the runner on a source tree with these integration scripts alone."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/test/Integration")
        with open(f"{SOURCE}/test/check.py") as source, open(f"{folder}/test/check.py", "w") as target:
            target.write(source.read())
        for name, text in scripts.items():
            with open(f"{folder}/test/Integration/{name}", "w") as file:
                file.write("#!/bin/sh\n" + text)
            os.chmod(f"{folder}/test/Integration/{name}", 0o755)
        done = subprocess.run([sys.executable, f"{folder}/test/check.py", "--suite", "integration"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        return done.stdout.decode().splitlines()[-1], done.returncode


if "--self-test" in sys.argv:
    broken = load(f"{SOURCE}/test/check.py")
    broken.SKIPPED = 0
    sys.exit(0 if any(faults(broken)) else "requires a broken runner to be noticed")

found = list(faults(load(f"{SOURCE}/test/check.py")))
for scripts, wanted in [
    ({"a.sh": "exit 0\n"}, ("1 passed, 0 failed, 0 skipped", 0)),
    ({"a.sh": "exit 0\n", "b.sh": "kill -SEGV $$\n", "c.sh": "exit 77\n"}, ("1 passed, 1 failed, 1 skipped", 1)),
    ({}, ("0 passed, 1 failed, 0 skipped", 1)),
]:
    got = run_on(scripts)
    if got != wanted:
        found.append(f"requires {wanted} of the runner, but found {got}")
print("\n".join(found))
sys.exit(1 if found else 0)
