#!/usr/bin/env python3
"""Times a training step of the article's network (batch 64, SGD with momentum, float32)
beside PyTorch's, on as many threads as are given: whole epochs of `penjing train` on
Debian's Fashion-MNIST against PyTorch's steps in the same minute. Skips without PyTorch.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PENJING_BUILD", os.path.join(SOURCE, "build"))
DATA = "/usr/share/datasets/fashion-mnist"
BATCH, STEPS, ROUNDS = 64, 937, 5


def ours(threads):
    """Milliseconds a step: what a second epoch takes beyond the first, so that start and compilation cancel."""
    spent = []
    with tempfile.TemporaryDirectory() as folder:
        for epochs in ("1", "2"):
            begin = time.perf_counter()
            subprocess.run([f"{BUILD}/bin/penjing", "train", f"{SOURCE}/examples/article-cnn/article.mlir", "--data", DATA,
                            "--epochs", epochs, "--momentum", "0.9", "--threads", str(threads), "--quiet", "-o",
                            f"{folder}/out.mlirbc"], check=True)
            spent.append(time.perf_counter() - begin)
    return (spent[1] - spent[0]) / STEPS * 1e3


def pytorch(torch, threads):
    torch.set_num_threads(threads)
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

    for _ in range(20):
        step()
    begin = time.perf_counter()
    for _ in range(300):
        step()
    return (time.perf_counter() - begin) / 300 * 1e3


def main():
    try:
        import torch
    except ImportError:
        print("training step: skipped: PyTorch is not installed (tools/dev/deps --long)")
        return
    if not os.path.isdir(DATA):
        print(f"training step: skipped: no {DATA}")
        return
    with open("/proc/cpuinfo") as info:
        cpu = re.search(r"model name\s*: (.*)", info.read())
    print(f"{cpu.group(1) if cpu else 'unknown CPU'}; training step, batch {BATCH}; ratio = time of PyTorch "
          f"{torch.__version__} (channels last) / ours; {ROUNDS} pairs")
    for threads in (1, 2):
        pairs = sorted((pytorch(torch, threads), ours(threads)) for _ in range(ROUNDS))
        ratios = sorted(theirs / mine for theirs, mine in pairs)
        middle = ROUNDS // 2
        print(f"{threads} thread(s): ratio {ratios[middle]:.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}]   ours "
              f"{sorted(mine for _, mine in pairs)[middle]:.2f} ms, PyTorch {pairs[middle][0]:.2f} ms", flush=True)


if __name__ == "__main__":
    sys.exit(main())
