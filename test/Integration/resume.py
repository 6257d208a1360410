#!/usr/bin/env python3
"""A compression that is killed at any moment and resumed ends with the same bytes: 20 runs
that SIGKILL really ended, ten of them inside a write; Ctrl-C says how to go on."""
import os
import random
import re
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
# Files a whole run writes: 60 epochs' checkpoints, a module and a position after each
# of four stages, the output.
KILLS, INSIDE, WRITES, TRIES = 20, 10, 60 + 2 * 4 + 1, 20


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


def temporaries(output):
    """The temporary files of the run: each is a write under way, or one a kill left."""
    found = set()
    for folder, beginning in ((output + ".state", "."), (".", f".{output}.penjing-")):
        try:
            found |= {os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(beginning)}
        except OSError:
            pass
    return found


def stopped(process):
    """Stops the process: whether it stands still, and did not end before."""
    process.send_signal(signal.SIGSTOP)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        process.returncode = os.waitstatus_to_exitcode(status)
        return False
    return True


def kill(process):
    """Kills a stopped process; whether SIGKILL is what it died of."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def kill_inside_a_write(process, output, number):
    """Kills in the write of this number, or a later one. The process stands still while
    the temporary file is looked for: what is found then was not yet renamed."""
    seen = old = temporaries(output)
    writes = 0
    while process.poll() is None:
        now = temporaries(output)
        writes += len(now - seen)
        seen = now
        if writes < number or not now - old:
            continue
        if not stopped(process):
            break
        left = temporaries(output) - old
        if left:
            return kill(process) and left <= temporaries(output)
        process.send_signal(signal.SIGCONT)
    process.communicate()
    return False


def kill_after(process, seconds):
    """Kills after so long; whether it still ran."""
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() >= deadline:
            if stopped(process):
                return kill(process)
            break
        time.sleep(0.001)
    process.communicate()
    return False


def position(output):
    """How far the state is: stages done, and whether one is half trained."""
    try:
        done = int(re.search(rb'"stages_done": (\d+)', content(f"{output}.state/position.json")).group(1))
    except OSError:
        done = 0
    names = os.listdir(f"{output}.state") if os.path.isdir(f"{output}.state") else []
    half = any(name.startswith(f"stage-{done + 1}-") and name.endswith(".safetensors") for name in names)
    return f"stage {done + 1}{' half trained' if half else ''}"


def killed(output, source, seconds, inside):
    """Starts runs until one is really killed; how often that took, 0 if it never was."""
    for attempt in range(1, TRIES + 1):
        # Too late means: earlier next time.
        share = source.random() / attempt
        process = start(output, False)
        if kill_inside_a_write(process, output, 1 + int(share * WRITES)) if inside else kill_after(process, share * seconds):
            return attempt
    return 0


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
    source, failures, counts, places, again = random.Random(11), 0, [0, 0], {}, 0
    for number in range(KILLS):
        output = f"killed-{number}.mlirbc"
        inside = number % 2 == 0
        attempts = killed(output, source, seconds, inside)
        where = position(output)
        counts[inside] += attempts > 0
        places[where] = places.get(where, 0) + 1
        if number % 3 == 0:
            # The resumed run is killed as well.
            again += kill_after(start(output, True), source.uniform(0, seconds / 2))
        code, text = finish(output)
        leftover = [name for name in os.listdir(".") if name.startswith(output + ".state") or name.startswith("." + output)]
        good = attempts and code == 0 and content(output) == expected and not leftover
        failures += not good
        print(f"{'ok' if good else 'not ok'} killed {number + 1} {'inside a write' if inside else 'at a moment'}")
        if not good:
            print(f"really killed: {attempts > 0}, exit code {code}, left {leftover}\n{text}")
    print(f"figure: killed {sum(counts)} of {KILLS} by SIGKILL, {counts[True]} inside a write, {again} twice; "
          + ", ".join(f"{count} in {where}" for where, count in sorted(places.items())))
    enough = sum(counts) == KILLS and counts[True] == INSIDE
    print(f"{'ok' if enough else 'not ok'} every run was really killed")

    # Ctrl-C: the state is saved, the exit code and the message say so, and nothing is lost.
    process = start("stopped.mlirbc", False)
    while process.poll() is None and not os.path.exists("stopped.mlirbc.state/position.json"):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    text = process.communicate(timeout=300)[0]
    told = process.returncode == 130 and "the same command with --resume continues" in text
    print(f"{'ok' if told else 'not ok'} Ctrl-C saves and says how to resume")
    if not told:
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
    return 0 if not failures and enough and told and named and same else 1


if __name__ == "__main__":
    sys.exit(main())
