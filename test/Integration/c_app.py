#!/usr/bin/env python3
"""The C program of examples/c-app: the object links alone with -nostdlib, the header is
C99 and C++17 without warnings, and the program is as often right as `penjing eval`."""
import json
import os
import random
import re
import struct
import subprocess
import sys

SOURCE = os.environ["PENJING_SOURCE"]
IMAGES = 200
WARN = ["-Wall", "-Wextra", "-Werror", "-pedantic"]


def write_images():
    """IDX files of random images, under the names of a test and of a training split."""
    source = random.Random(5)
    os.makedirs("data")
    for split in ("t10k", "train"):
        with open(f"data/{split}-images-idx3-ubyte", "wb") as file:
            file.write(struct.pack(">IIII", 0x803, IMAGES, 28, 28) + source.randbytes(IMAGES * 784))
        with open(f"data/{split}-labels-idx1-ubyte", "wb") as file:
            file.write(struct.pack(">II", 0x801, IMAGES) + bytes(source.randrange(10) for _ in range(IMAGES)))


def run(*command, fails=False):
    done = subprocess.run(command, capture_output=True, text=True)
    if (done.returncode != 0) != fails:
        print(" ".join(command), "gave", done.returncode, done.stdout, done.stderr)
        sys.exit(1)
    return done.stdout + done.stderr


def expect(good, name):
    print(f"{'ok' if good else 'not ok'} {name}", flush=True)
    return good


def main():
    write_images()
    test = ["data/t10k-images-idx3-ubyte", "data/t10k-labels-idx1-ubyte"]
    run("penjing", "train", f"{SOURCE}/examples/article-cnn/article.mlir", "--data", "data", "--epochs", "0",
        "-o", "model.mlirbc")
    run("penjing", "compile", "model.mlirbc", "-o", "tiny.o", "--report", "kernels.json")
    with open("kernels.json") as file:
        layers = [kernel["layer"] for kernel in json.load(file)["kernels"]]
    good = expect(all(name in layers for name in ("conv1", "conv2", "fc1", "fc2")), "a kernel for every layer")

    run("cc", "-nostdlib", "-shared", "-Wl,--no-undefined", "tiny.o", "-o", "alone.so")
    good &= expect(True, "the object links alone with -nostdlib")
    for compiler, standard, kind in (("cc", "c99", "c"), ("c++", "c++17", "c++")):
        run(compiler, f"-std={standard}", *WARN, "-fsyntax-only", "-x", kind, "tiny.h")
        good &= expect(True, f"the header is {standard}")

    run("make", "-s", "-C", f"{SOURCE}/examples/c-app", f"MODEL={os.getcwd()}", f"APP={os.getcwd()}/app")
    output = run("./app", *test)
    run("penjing", "eval", "model.mlirbc", "--data", "data", "--json", "accuracy.json")
    with open("accuracy.json") as file:
        correct = json.load(file)["correct"]
    good &= expect(f"({correct} of {IMAGES})" in output, "the program is right as often as penjing eval")
    good &= expect(re.search(r"\d us per image", output) is not None, "the program prints the time of an image")

    good &= expect("cannot read 'none'" in run("./app", "none", test[1], fails=True), "a missing file is an error")
    good &= expect("requires an IDX file of images" in run("./app", test[1], test[1], fails=True),
                   "labels in place of images are an error")
    with open(test[0], "rb") as file, open("short", "wb") as short:
        short.write(file.read()[:1000])
    good &= expect("got fewer in 'short'" in run("./app", "short", test[1], fails=True), "a truncated file is an error")
    good &= expect("requires records of 3,073 bytes" in run("./app", "short", fails=True), "other records are an error")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
