#!/usr/bin/env python3
"""Assertions of LLVM's headers fire in a build that keeps them (the packaged LLVM turns them off)."""
import os
import subprocess
import sys

build = os.environ["PENJING_BUILD"]


def assertions_wanted():
    with open(os.path.join(build, "CMakeCache.txt")) as cache:
        return any(line.startswith("PENJING_ASSERTIONS:") and line.rstrip().endswith("=ON") for line in cache)


def fires(command):
    """Whether a program dies of a failed assertion."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return done.returncode != 0 and b"Assertion" in done.stderr


if "--self-test" in sys.argv:
    assert not fires(["true"]) and not fires(["false"])
    sys.exit(0)
if not assertions_wanted():
    print("this build is configured without assertions")
    sys.exit(77)
if not fires([os.path.join(build, "test", "penjing-assertion-probe")]):
    sys.exit("requires a failed assertion to end penjing-assertion-probe, but it did not")
