#!/usr/bin/env python3
"""A compression that is killed at any moment and resumed ends with the same bytes: 20
random moments, five of them while a file is being written; Ctrl-C says how to go on."""
import os
import random
import signal
import subprocess
import sys
import time

SOURCE = os.environ["PENJING_SOURCE"]
RECIPE = """// Mask a few.
pj-prune-magnitude{sparsity=0.2},
// Recover.
pj-train{epochs=30 batch=16 lr=0.05 momentum=0.9 validation=0.1 beta=0.5},
// Mask more.
pj-prune-magnitude{sparsity=0.3},
// Recover.
pj-train{epochs=30 batch=16 lr=0.01 momentum=0.9 validation=0.1 beta=0.5}
"""
KILLS, IN_A_WRITE = 20, 5


def command(output, resume):
    return ["penjing", "compress", "linear.mlir", "--recipe", "recipe.pj", "--data", "data.npz", "--max-drop", "50",
            "--seed", "3", "-o", output] + (["--resume"] if resume else [])


def start(output, resume):
    return subprocess.Popen(command(output, resume), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(output):
    """Resumes until the end: exit code and what was printed."""
    process = start(output, True)
    text = process.communicate(timeout=300)[0]
    return process.returncode, text


def content(path):
    with open(path, "rb") as file:
        return file.read()


def writing(folder):
    """Whether a temporary file lies in the state folder: a write is under way."""
    try:
        return any(name.startswith(".") for name in os.listdir(folder))
    except OSError:
        return False


def kill(process, output, moment, in_a_write):
    """Kills at the moment, or in the first write after it; how it went."""
    deadline = time.monotonic() + moment
    while process.poll() is None:
        if time.monotonic() >= deadline and (not in_a_write or writing(output + ".state")):
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return "in a write" if in_a_write else "at a moment"
        if not in_a_write:
            time.sleep(0.001)
    process.communicate()
    return "too late"


def main():
    subprocess.run([sys.executable, f"{SOURCE}/test/Inputs/linear.py", "."], check=True)
    with open("recipe.pj", "w") as file:
        file.write(RECIPE)
    begin = time.monotonic()
    reference = start("reference.mlirbc", False)
    text = reference.communicate(timeout=300)[0]
    if reference.returncode:
        print(text)
        return 1
    seconds = time.monotonic() - begin
    expected = content("reference.mlirbc")
    source, failures, ways = random.Random(11), 0, {}
    for number in range(KILLS):
        output = f"killed-{number}.mlirbc"
        in_a_write = number % (KILLS // IN_A_WRITE) == 0
        way, moment = "too late", source.uniform(0, seconds * (0.6 if in_a_write else 1))
        while way == "too late" and moment > 1e-4:
            way = kill(start(output, False), output, moment, in_a_write)
            moment /= 2
        if number % 3 == 0:
            # The resumed run is killed as well.
            kill(start(output, True), output, source.uniform(0, seconds / 2), False)
        ways[way] = ways.get(way, 0) + 1
        code, text = finish(output)
        leftover = [name for name in os.listdir(".") if name.startswith(output + ".state") or name.startswith("." + output)]
        good = code == 0 and content(output) == expected and not leftover
        failures += not good
        print(f"{'ok' if good else 'not ok'} killed {number + 1} {way}")
        if not good:
            print(f"exit code {code}, left {leftover}\n{text}")
    print("figure: resumed after kill -9: " + ", ".join(f"{count} {way}" for way, count in sorted(ways.items())))

    # Ctrl-C: the state is saved, the exit code and the message say so, and nothing is lost.
    process = start("stopped.mlirbc", False)
    while process.poll() is None and not os.path.exists("stopped.mlirbc.state/position.json"):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    text = process.communicate(timeout=300)[0]
    stopped = process.returncode == 130 and "the same command with --resume continues" in text
    print(f"{'ok' if stopped else 'not ok'} Ctrl-C saves and says how to resume")
    if not stopped:
        print(f"exit code {process.returncode}\n{text}")
    # Another seed is refused by name.
    other = command("stopped.mlirbc", True)
    other[other.index("--seed") + 1] = "4"
    refused = subprocess.run(other, capture_output=True, text=True)
    named = refused.returncode == 1 and "requires the seed of the interrupted run ('3') to resume, but got '4'" in refused.stderr
    print(f"{'ok' if named else 'not ok'} another seed is refused")
    code, text = finish("stopped.mlirbc")
    same = code == 0 and content("stopped.mlirbc") == expected
    print(f"{'ok' if same else 'not ok'} resumed after Ctrl-C to the same bytes")
    return 0 if not failures and stopped and named and same else 1


if __name__ == "__main__":
    sys.exit(main())
