#!/usr/bin/env python3
"""A search of a small space that is killed at any moment and continued finds the same as
one that was left alone, whatever the jobs; every trial is measured once, failed trials are
results, and a trial that kills the search each time is given up."""
import json
import os
import random
import signal
import subprocess
import sys
import time

SOURCE = os.environ["PENJING_SOURCE"]
TRIALS = 18


def command(name, *more):
    return ["penjing", "search", f"{SOURCE}/test/Inputs/hidden-layers.mlir", "--data", "data.npz", "--validation", "100",
            "--trials", str(TRIALS), "--batch", "4", "--seed", "5", "--no-latency", "--train",
            "pj-train{epochs=4 batch=20 lr=0.1}", "--journal", f"{name}.jsonl", "--json", f"{name}.json", "-o",
            f"{name}.mlirbc", *more]


def run(name, *more):
    done = subprocess.run(command(name, *more), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return result(name)


def result(name):
    """The page, without what may differ: seconds."""
    with open(f"{name}.json") as file:
        page = json.load(file)
    for trial in page["trials"]:
        del trial["seconds"]
    return page


def content(path):
    with open(path, "rb") as file:
        return file.read()


def lines(name):
    with open(f"{name}.jsonl") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def main():
    subprocess.run([sys.executable, f"{SOURCE}/test/Inputs/linear.py", "."], check=True)
    begin = time.monotonic()
    expected = run("alone")
    seconds = time.monotonic() - begin
    assert len(expected["trials"]) == TRIALS and expected["best"] is not None
    assert expected["failed"] > 0 and any("finite loss" in t.get("rejected", "") for t in expected["trials"])
    print("ok a search finds something, and what diverges has failed")

    assert run("two", "--jobs", "3") == expected and content("two.mlirbc") == content("alone.mlirbc")
    print("ok three jobs find the same as one")

    source = random.Random(3)
    for attempt in range(6):
        process = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(source.uniform(0, 0.7 * seconds))
        process.send_signal(signal.SIGKILL if attempt % 3 else signal.SIGINT)
        if process.wait() == 0:
            break
    assert run("killed") == expected and content("killed.mlirbc") == content("alone.mlirbc")
    ends = [line["end"] for line in lines("killed") if "end" in line]
    assert len(ends) == len(set(ends)), "a trial was measured twice"
    print("ok a killed search continues to the same end")

    # The journal of a search that died in its first trial three times.
    first = [line for line in lines("alone") if line.get("begin") == 0][0]
    with open("dead.jsonl", "w") as file:
        for line in [lines("alone")[0]] + [first] * 3:
            file.write(json.dumps(line) + "\n")
    assert run("dead")["trials"][0]["rejected"] == "began 3 times and never ended"
    print("ok a trial that never ends is given up")

    with open("dead.jsonl", "w") as file:
        file.write(json.dumps(lines("alone")[0]) + "\n")
        file.write(json.dumps(dict(first, point=[(first["point"][0] + 1) % 4] + first["point"][1:])) + "\n")
    done = subprocess.run(command("dead"), capture_output=True, text=True)
    assert done.returncode == 1 and "', but got another point; the search differs" in done.stderr, done.stderr
    done = subprocess.run(command("alone", "--searcher", "local"), capture_output=True, text=True)
    assert done.returncode == 1 and "but searcher is 'evolution' there and 'local' here" in done.stderr, done.stderr
    print("ok a journal of another search is refused")

    # Limits and the front, with latencies.
    arguments = [a for a in command("timed", "--max-latency", "1ns", "--svg", "timed.svg") if a != "--no-latency"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1 and "requires a network within the limits, but the nearest, trial" in done.stderr, done.stderr
    page = result("timed")
    assert not page["front"] and all("latency" in t["rejected"] or "finite" in t["rejected"] for t in page["trials"])
    assert content("timed.svg").startswith(b"<svg")
    print("ok limits are told for every point")
    return 0


sys.exit(main())
