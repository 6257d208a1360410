#!/usr/bin/env python3
"""Times a training step of the article's network (batch 64, SGD with momentum, float32,
one thread) beside PyTorch's: 31 interleaved pairs. Ours is what a second epoch of
`penjing train` takes beyond a first one, so feeding data and a checkpoint an epoch are
inside and start and compilation are not. Skips without PyTorch.
Writes build/bench/training.md.
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy

import tables
from timing import OUTPUT, PAIRS, PENJING, SOURCE, alone, cpu_name, interleave, seconds, summarize

BATCH, STEPS, RIVAL_STEPS = 64, 60, 30


def write_data(path):
    """Random pixels and labels: the time of a step does not depend on them."""
    random = numpy.random.default_rng(0)
    numpy.savez(path, x=random.integers(0, 256, (BATCH * STEPS, 1, 28, 28), dtype=numpy.uint8),
                y=random.integers(0, 10, BATCH * STEPS))


def epochs_of(count, data, output):
    """Seconds of a whole run of `penjing train`."""
    begin = time.perf_counter()
    subprocess.run([PENJING, "train", f"{SOURCE}/examples/article-cnn/article.mlir", "--data", data, "--batch", str(BATCH),
                    "--epochs", str(count), "--momentum", "0.9", "--threads", "1", "--quiet", "-o", output], check=True)
    return time.perf_counter() - begin


def pytorch_step(torch):
    """A step on tensors that are already there, channels last."""
    torch.set_num_threads(1)
    nn = torch.nn
    model = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1),
                          nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10))
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x = torch.randn(BATCH, 1, 28, 28).to(memory_format=torch.channels_last)
    y = torch.randint(0, 10, (BATCH,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def main():
    try:
        import torch
    except ImportError:
        page = "training step: skipped: PyTorch is not installed; 'tools/dev/deps --long' installs it\n"
        tables.write(f"{OUTPUT}/training.md", page)
        print(page)
        return 0
    step = pytorch_step(torch)
    with tempfile.TemporaryDirectory() as folder, alone():
        data, output = os.path.join(folder, "data.npz"), os.path.join(folder, "out.mlirbc")
        write_data(data)
        seconds(step, 10)
        pairs = interleave(lambda: (epochs_of(2, data, output) - epochs_of(1, data, output)) / STEPS,
                           lambda: seconds(step, RIVAL_STEPS))
    figure = summarize(pairs)
    page = (f"PyTorch {torch.__version__} / Penjing, a training step, one thread, {cpu_name()}: median ratio of {PAIRS} "
            "interleaved pairs [95 % interval]; above 1 Penjing is faster\n\n" +
            tables.markdown(["network", "batch", "precision", "ratio", "ours ms", "PyTorch ms"],
                            [["article", BATCH, "float32", tables.ratio_text(figure), f"{figure['ours'] * 1e3:.2f}",
                              f"{figure['rival'] * 1e3:.2f}"]]))
    tables.write(f"{OUTPUT}/training.md", page)
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
