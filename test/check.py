#!/usr/bin/env python3
"""Runs every suite of tests and counts: the last line is `N passed, N failed, N skipped`.

Suites, found by folder:
  lit          test/**/*.mlir, *.test      run by lit with two workers
  unit         build/test/unit/*           GoogleTest programs
  house        test/house/*.py             the house rules, each also with --self-test
  integration  test/Integration/*          executable scripts
  long         test/Long/*                 executable scripts, only with --long

Protocol of a script: it is called without arguments in a fresh folder below
build/check/, finds PENJING_SOURCE, PENJING_BUILD and PYTHON in its environment
(and build/bin first in PATH), and exits with 0 for passed, 77 for skipped (its
last line says why), anything else for failed. One that reports several results
prints TAP lines, each counted: `ok NAME`, `not ok NAME`, `ok NAME # SKIP why`.
Lines that begin with `figure: ` are shown in the report.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LLVM_BIN = "/usr/lib/llvm-22/bin"
SKIPPED = 77


class Result:
    """One test's outcome: kind is passed, failed or skipped; detail is shown for the latter two."""

    def __init__(self, name, kind, detail=""):
        self.name, self.kind, self.detail = name, kind, detail.strip()


class Context:
    """What all suites need: folders, environment, filter, workers and the time limit of one test."""

    def __init__(self, arguments):
        self.build = os.path.abspath(arguments.build)
        self.jobs = arguments.jobs
        self.filter = re.compile(arguments.filter) if arguments.filter else None
        self.long = arguments.long
        self.limit = 7200 if arguments.long else arguments.limit
        self.work = os.path.join(self.build, "check")
        self.python = os.path.join(SOURCE, "build", "venv", "bin", "python")
        if not os.path.exists(self.python):
            self.python = sys.executable
        self.environment = dict(
            os.environ, PENJING_SOURCE=SOURCE, PENJING_BUILD=self.build, PYTHON=self.python,
            PATH=os.pathsep.join([os.path.join(self.build, "bin"), LLVM_BIN, os.environ.get("PATH", "")]))
        if self.long:
            self.environment["PENJING_LONG"] = "1"

    def wanted(self, name):
        return self.filter is None or self.filter.search(name)

    def run(self, command, folder, limit=None):
        """Runs a command in a folder: exit code and its output, errors merged in."""
        try:
            done = subprocess.run(command, cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit or self.limit)
            return done.returncode, done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as expired:
            output = (expired.stdout or b"").decode("utf-8", "replace")
            return -1, output + f"\ntook longer than {limit or self.limit} seconds\n"
        except OSError as error:
            return -1, str(error)

    def fresh_folder(self, name):
        folder = os.path.join(self.work, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        return folder


def lit_suite(context):
    """All tests of lit, by its JSON report."""
    report = os.path.join(context.work, "lit.json")
    if os.path.exists(report):
        os.remove(report)
    command = [context.python, os.path.join(LLVM_BIN, "lit"), "-q", f"-j{context.jobs}", f"--timeout={context.limit}",
               "--allow-empty-runs", "--output", report, os.path.join(context.build, "test")]
    if context.filter:
        command.append(f"--filter={context.filter.pattern}")
    code, output = context.run(command, SOURCE, limit=4 * 3600)
    if not os.path.exists(report):
        return [] if "did not discover any tests" in output else [Result("lit", "failed", output)]
    with open(report) as file:
        tests = json.load(file)["tests"]
    kinds = {"PASS": "passed", "XFAIL": "passed", "FLAKYPASS": "passed",
             "UNSUPPORTED": "skipped", "SKIPPED": "skipped", "EXCLUDED": None}
    results = []
    for test in tests:
        kind = kinds.get(test["code"], "failed")
        if kind:
            detail = test.get("output", "")
            results.append(Result(test["name"].replace("Penjing :: ", ""), kind, detail))
    if code != 0 and not any(result.kind == "failed" for result in results):
        results.append(Result("lit", "failed", output))
    return results


def unit_suite(context):
    """All GoogleTest programs of the build, by their XML reports."""
    folder = os.path.join(context.build, "test", "unit")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    programs = [name for name in names
                if os.path.isfile(os.path.join(folder, name)) and os.access(os.path.join(folder, name), os.X_OK)]
    with concurrent.futures.ThreadPoolExecutor(context.jobs) as pool:
        parts = list(pool.map(lambda name: unit_program(context, os.path.join(folder, name)), programs))
    return [result for part in parts for result in part]


def wanted_tests(context, program, folder):
    """The tests of a GoogleTest program that the filter takes, as a filter of its own; all when it cannot list them."""
    code, output = context.run([program, "--gtest_list_tests"], folder)
    if context.filter is None or code != 0:
        return "*"
    suite, chosen = "", []
    for line in output.splitlines():
        if line.startswith("  "):
            test = suite + line.split("#")[0].strip()
            if context.wanted(f"{os.path.basename(program)}/{test}"):
                chosen.append(test)
        elif re.match(r"\S+\.(\s|$)", line):
            suite = line.split("#")[0].strip()
    return ":".join(chosen)


def unit_program(context, program):
    name = os.path.basename(program)
    folder = context.fresh_folder(os.path.join("unit", name))
    tests = wanted_tests(context, program, folder)
    if not tests:
        return []
    report = os.path.join(folder, "report.xml")
    code, output = context.run([program, f"--gtest_output=xml:{report}", "--gtest_brief=1", f"--gtest_filter={tests}"],
                               folder)
    if not os.path.exists(report):
        return [Result(name, "failed", f"exit code {code} and no report\n{output[-4000:]}")]
    results = []
    for case in ElementTree.parse(report).iter("testcase"):
        title = f"{name}/{case.get('classname')}.{case.get('name')}"
        if not context.wanted(title):
            continue
        failures = [failure.get("message", "") for failure in case.findall("failure")]
        skip = case.find("skipped")
        if failures:
            results.append(Result(title, "failed", "\n".join(failures)))
        elif skip is not None or case.get("status") == "notrun":
            results.append(Result(title, "skipped", skip.get("message", "") if skip is not None else ""))
        else:
            results.append(Result(title, "passed"))
    if code != 0 and not any(result.kind == "failed" for result in results):
        results.append(Result(name, "failed", f"exit code {code}\n{output[-4000:]}"))
    return results


TAP = re.compile(r"^(not ok|ok)\b[ \d]*(?:- )?(.*?)(?:\s+# SKIP\b\s*(.*))?$")


def script_results(name, code, output):
    """A script's output and exit code as results, by the protocol above."""
    results = []
    for line in output.splitlines():
        match = TAP.match(line)
        if not match:
            continue
        title = f"{name}: {match.group(2)}"
        if match.group(1) == "not ok":
            results.append(Result(title, "failed", output[-4000:]))
        elif match.group(3) is not None:
            results.append(Result(title, "skipped", match.group(3)))
        else:
            results.append(Result(title, "passed"))
    lines = [line for line in output.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    if code == SKIPPED:
        results.append(Result(name, "skipped", last))
    elif code != 0 and not any(result.kind == "failed" for result in results):
        results.append(Result(name, "failed", f"exit code {code}\n{output[-4000:]}"))
    elif not results:
        results.append(Result(name, "passed"))
    return results


def script_suite(context, suite, folder, self_tests=False):
    """Every executable file directly in a folder; with self_tests each also with --self-test."""
    folder = os.path.join(SOURCE, folder)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    results = []
    for name in names:
        path = os.path.join(folder, name)
        if not (os.path.isfile(path) and os.access(path, os.X_OK)) or not context.wanted(f"{suite}/{name}"):
            continue
        command = [context.python, path] if name.endswith(".py") else [path]
        for argument in [[], ["--self-test"]] if self_tests else [[]]:
            title = " ".join([name] + argument)
            code, output = context.run(command + argument, context.fresh_folder(os.path.join(suite, title)))
            for line in output.splitlines():
                if line.startswith("figure: ") and not argument:
                    print(f"  {name}: {line[len('figure: '):]}", flush=True)
            results += script_results(title, code, output)
    return results


SUITES = {
    "lit": lit_suite,
    "unit": unit_suite,
    "house": lambda context: script_suite(context, "house", "test/house", self_tests=True),
    "integration": lambda context: script_suite(context, "integration", "test/Integration"),
    "long": lambda context: script_suite(context, "long", "test/Long"),
}


def count(results):
    return {kind: sum(result.kind == kind for result in results) for kind in ("passed", "failed", "skipped")}


def show(name, results, seconds):
    """A suite's line of counts, its failures in full and its skips by reason."""
    counts = count(results)
    print(f"{name}: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"
          f" ({seconds:.0f} s)", flush=True)
    for result in results:
        if result.kind == "failed":
            print(f"  FAILED {result.name}")
            for line in result.detail.splitlines()[:60]:
                print(f"    {line}")
    for result in results:
        if result.kind == "skipped":
            reason = result.detail.splitlines()[-1] if result.detail else "no reason given"
            print(f"  skipped {result.name}: {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(SOURCE, "build"), help="the build folder")
    parser.add_argument("--jobs", type=int, default=2, help="workers of lit and of the unit tests")
    parser.add_argument("--limit", type=int, default=900, help="seconds one test may take")
    parser.add_argument("--suite", action="append", choices=sorted(SUITES), help="only this suite (repeatable)")
    parser.add_argument("--filter", help="only tests whose name matches this regular expression")
    parser.add_argument("--long", action="store_true", help="the suite `long` as well, and lit tests that require it")
    arguments = parser.parse_args()
    context = Context(arguments)
    os.makedirs(context.work, exist_ok=True)
    names = arguments.suite or [name for name in SUITES if name != "long" or arguments.long]

    everything = []
    for name in names:
        start = time.monotonic()
        results = SUITES[name](context)
        show(name, results, time.monotonic() - start)
        everything += results

    counts = count(everything)
    if not everything:
        print("requires at least one test, but found none")
        counts["failed"] = 1
    summary = f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"
    with open(os.path.join(context.work, "summary"), "w") as file:
        file.write(summary + "\n")
    print(summary, flush=True)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
