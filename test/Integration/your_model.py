#!/usr/bin/env python3
"""docs/your-model.md, literally: its commands in order, and its C program, on a small
network in ONNX and samples that can be learned."""
import os
import re
import subprocess
import sys

import numpy

SOURCE = os.environ["PENJING_SOURCE"]
BLOCK = re.compile(r"^```(sh|c)\n(.*?)^```", re.M | re.S)


def write_data(path):
    """Images whose brightest row tells the class."""
    random = numpy.random.default_rng(3)
    labels = random.integers(0, 10, 320)
    images = random.integers(0, 60, (320, 1, 28, 28)).astype(numpy.uint8)
    for image, label in zip(images, labels):
        image[0, 2 * label + 2:2 * label + 4] = 250
    numpy.savez(path, x=images, y=labels.astype(numpy.int64))


def run(command):
    done = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    words = re.sub(r"\s*#.*", "", command)
    print(f"{'not ok' if done.returncode else 'ok'} {words}", flush=True)
    if done.returncode:
        print(done.stdout.decode("utf-8", "replace")[-2000:])
    return done.returncode == 0


def main():
    write_data("data.npz")
    os.symlink(f"{SOURCE}/share", "share")
    prepared = run(f"penjing train {SOURCE}/examples/article-cnn/article.mlir --data data.npz --epochs 3 "
                   "--lr 0.002 --momentum 0.9 -o trained.mlirbc") and run("penjing export trained.mlirbc -o model.onnx")
    if not prepared:
        return 1
    with open(f"{SOURCE}/docs/your-model.md", encoding="utf-8") as file:
        blocks = BLOCK.findall(file.read())
    good = True
    for kind, text in blocks:
        if kind == "c":
            with open("main.c", "w") as program:
                program.write(text)
            continue
        for command in text.splitlines():
            good &= run(command)
    return 0 if good and len(blocks) >= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
