"""Experiments of several commands that can be interrupted: a command runs only where its
text or the bytes it reads changed since its output was made."""
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import time

SOURCE = os.environ.get("PENJING_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PENJING_BUILD") or os.path.join(SOURCE, "build")
PENJING = os.path.join(BUILD, "bin", "penjing")
SHARED = os.environ.get("PENJING_SHARED_DATA") or os.path.join(SOURCE, "..", "shared", "data")
FASHION = "/usr/share/datasets/fashion-mnist"
EXAMPLES = os.path.join(SOURCE, "examples", "article-cnn")
UNDER_CHECK = "PENJING_LONG" in os.environ
SKIPPED = 77


def fashion_folder():
    """The folder of Fashion-MNIST, or None where Debian's dataset-fashion-mnist is not installed."""
    return FASHION if os.path.isdir(FASHION) else None


def cifar_folder(given=None):
    """The folder of CIFAR-10's binary records that was named, or None."""
    folder = given or os.environ.get("PENJING_CIFAR10")
    if not folder:
        return None
    if not os.path.isdir(folder) or not any(name.endswith(".bin") for name in os.listdir(folder)):
        sys.exit(f"requires a folder of CIFAR-10's binary records (.bin), but got '{folder}'")
    return os.path.abspath(folder)


NO_FASHION = f"requires {FASHION} (Debian's dataset-fashion-mnist)"
NO_CIFAR = "requires CIFAR-10's binary records: make check-long DATA=FOLDER"


def cpu_name():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown CPU")


class Input(str):
    """A path among a command's arguments whose bytes the result depends on."""


def fingerprint(arguments):
    """Of a command: its words, and for each input the bytes of a file or the names and sizes of a folder's files.
    Says nothing of the program: after a change of the project, begin in an empty folder."""
    digest = hashlib.sha256()
    for word in arguments:
        if not isinstance(word, Input):
            digest.update(f"word {word}\n".encode())
        elif os.path.isdir(word):
            sizes = sorted((name, os.path.getsize(os.path.join(word, name))) for name in os.listdir(word))
            digest.update(f"folder {sizes}\n".encode())
        else:
            with open(word, "rb") as file:
                digest.update(b"file " + hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


class Experiments:
    """Commands of `penjing` with outputs in one folder; `commands` lists all that made them, run or found."""

    def __init__(self, folder, threads=1):
        self.folder, self.threads, self.commands = folder, threads, {}
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name, content):
        """A small file of the experiment's own, such as a recipe."""
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as file:
            file.write(content)
        return Input(self.path(name))

    def step(self, name, *arguments, output="-o", resumable=False):
        """Runs `penjing ARGUMENTS OUTPUT NAME` unless it made that file of the same inputs before; the file's path.
        A resumable command continues what an interrupted one left in NAME.state."""
        path, words = self.path(name), [*arguments, "--threads", str(self.threads)]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.commands[name] = " ".join(["penjing", *(self.short(word) for word in words), output, name])
        key = fingerprint(words)
        if not (os.path.exists(path) and read(path + ".key") == key):
            begin = time.monotonic()
            remove(path + ".key")
            tail = ["--resume"] if resumable and os.path.isdir(path + ".state") and read(path + ".begun") == key else []
            self.write(path + ".begun", key)
            print(f"  {name} ...", flush=True)
            quiet = ["--quiet"] if UNDER_CHECK or not sys.stderr.isatty() else []
            command = [PENJING, *words, output, path, *tail, *quiet]
            done = subprocess.run(command, stdout=subprocess.DEVNULL)
            if done.returncode:
                sys.exit(f"requires exit code 0, but got {done.returncode} from: {' '.join(command)}")
            self.write(path + ".key", key)
            remove(path + ".begun")
            print(f"  {name}: {time.monotonic() - begin:.0f} s", flush=True)
        return Input(path)

    def train(self, name, model, data, *options):
        return self.step(name, "train", Input(model), "--data", Input(data), *options, resumable=True)

    def compress(self, name, model, recipe, data, *options):
        """Also keeps the module after each stage in NAME.stages."""
        path = self.path(name)
        return self.step(name, "compress", Input(model), "--recipe", Input(recipe), "--data", Input(data), "--max-drop",
                         "100", "--stages", path + ".stages", *options, resumable=True)

    def accuracy(self, model, data, limit=0):
        """In percent, on the first `limit` test samples (0: all)."""
        name = os.path.relpath(model, self.folder) + ".accuracy"
        bound = ["--limit", str(limit)] if limit else []
        with open(self.step(name, "eval", Input(model), "--data", Input(data), *bound, output="--json")) as file:
            return 100 * json.load(file)["accuracy"]

    @staticmethod
    def ask(*arguments):
        """Whether `penjing ARGUMENTS` ended with 0, and what it said."""
        done = subprocess.run([PENJING, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode == 0, done.stdout

    def zeros(self, model):
        """Percent of the weights of convolutions and matrix products that are zero."""
        _, info = self.ask("info", model)
        # NODE OP f32 16x3x3x3 MULT-ADDS 85.0 %
        layers = [(math.prod(map(int, shape.split("x"))), float(share))
                  for shape, share in re.findall(r"f32 ([\dx]+) +\d+ +([\d.]+) %", info)]
        return sum(size * share for size, share in layers) / sum(size for size, _ in layers)

    def short(self, word):
        for folder, instead in ((self.folder + os.sep, ""), (SOURCE + os.sep, "")):
            if word.startswith(folder):
                return instead + word[len(folder):]
        return word

    @staticmethod
    def write(path, text):
        with open(path, "w") as file:
            file.write(text)


def read(path):
    """A small file's text, or None."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def remove(path):
    if os.path.exists(path):
        os.remove(path)
