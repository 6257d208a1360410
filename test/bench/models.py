#!/usr/bin/env python3
"""Times compiled networks beside ONNX Runtime on the same ONNX files: one thread, pinned,
batch 1, bound and reused buffers, the call inside on both sides. A figure is the median
of 31 interleaved pairs, as the ratio ONNX Runtime's time / ours, with its 95 % interval.

Networks: those of `make demo` in build/demo, and MLPerf Tiny's ResNet-8 where
../shared/data or PENJING_SHARED_DATA has it.
"""
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PENJING_BUILD", os.path.join(SOURCE, "build"))
SHARED = os.environ.get("PENJING_SHARED_DATA", os.path.join(SOURCE, "..", "shared", "data"))
PENJING = os.path.join(BUILD, "bin", "penjing")
PAIRS = 31
SLICE = 0.02  # seconds of one side of a pair


def networks():
    """(title, ONNX file, model to compile): the int8 network is compiled from its packed form."""
    demo = os.path.join(BUILD, "demo")
    yield "article, float", f"{demo}/float.onnx", f"{demo}/float.onnx"
    yield "article, int8", f"{demo}/int8.onnx", f"{demo}/int8.mlirbc"
    for kind in ("fp32", "int8_qdq"):
        path = f"{SHARED}/models/ic_resnet8_{kind}.onnx"
        yield f"ResNet-8, {kind}", path, path


def cpu_name():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return "unknown CPU"


def aligned(count, kind):
    memory = numpy.zeros(count * numpy.dtype(kind).itemsize + 64, numpy.uint8)
    start = -memory.ctypes.data % 64
    return memory[start:start + count * numpy.dtype(kind).itemsize].view(kind)


class Ours:
    def __init__(self, model, folder, sample, outputs):
        library = os.path.join(folder, "model.so")
        subprocess.run([PENJING, "compile", model, "--emit=so", "--name=model", "-o", library, "--report",
                        os.path.join(folder, "kernels.json"), "--quiet"], check=True)
        with open(os.path.join(folder, "model.h")) as file:
            header = file.read()
        self.input = aligned(sample.size, numpy.float32)
        self.input[:] = sample.ravel()
        self.output = aligned(outputs, numpy.float32)
        self.arena = aligned(int(header.split("MODEL_ARENA_BYTES ")[1].split("u")[0]), numpy.uint8)
        self.function = ctypes.CDLL(library).model
        self.arguments = [ctypes.c_void_p(self.input.ctypes.data), ctypes.c_void_p(self.output.ctypes.data)]
        if "int64_t samples" in header:
            self.arguments.append(ctypes.c_int64(1))
        self.arguments.append(ctypes.c_void_p(self.arena.ctypes.data))
        with open(os.path.join(folder, "kernels.json")) as file:
            self.leaves = sorted({kernel["leaf"] for kernel in json.load(file)["kernels"]})

    def call(self):
        self.function(*self.arguments)


class Rival:
    def __init__(self, path):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        entry, result = self.session.get_inputs()[0], self.session.get_outputs()[0]
        shape = [size if isinstance(size, int) and size > 0 else 1 for size in entry.shape]
        self.sample = numpy.random.default_rng(1).integers(0, 256, shape).astype(numpy.float32)
        self.binding = self.session.io_binding()
        self.binding.bind_cpu_input(entry.name, self.sample)
        first = self.session.run([result.name], {entry.name: self.sample})[0]
        self.output = onnxruntime.OrtValue.ortvalue_from_numpy(numpy.zeros_like(first))
        self.binding.bind_ortvalue_output(result.name, self.output)
        self.first = first

    def call(self):
        self.session.run_with_iobinding(self.binding)


def seconds(call, count):
    begin = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - begin) / count


def calls_in_a_slice(call):
    seconds(call, 3)
    return max(1, int(SLICE / max(seconds(call, 10), 1e-7)))


def main():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{cpu_name()}; ratio = time of ONNX Runtime / ours; one thread, batch 1, {PAIRS} pairs")
    measured = 0
    for title, path, model in networks():
        if not os.path.exists(path) or not os.path.exists(model):
            print(f"{title:18} skipped: no {path}")
            continue
        rival = Rival(path)
        with tempfile.TemporaryDirectory() as folder:
            ours = Ours(model, folder, rival.sample, rival.first.size)
            ours.call()
            distance = float(numpy.abs(ours.output - rival.first.ravel()).max())
            counts = calls_in_a_slice(ours.call), calls_in_a_slice(rival.call)
            pairs = [(seconds(ours.call, counts[0]), seconds(rival.call, counts[1])) for _ in range(PAIRS)]
        ratios = sorted(theirs / mine for mine, theirs in pairs)
        low, high = ratios[PAIRS // 2 - 6], ratios[PAIRS // 2 + 6]
        mine, theirs = (sorted(side)[PAIRS // 2] * 1e6 for side in zip(*pairs))
        print(f"{title:18} ratio {ratios[PAIRS // 2]:5.2f} [{low:.2f}, {high:.2f}]   ours {mine:8.2f} us, "
              f"ONNX Runtime {theirs:8.2f} us   leaf {', '.join(ours.leaves)}   largest difference {distance:.3g}",
              flush=True)
        measured += 1
    if not measured:
        sys.exit("requires at least one network; run 'make demo' first")


if __name__ == "__main__":
    main()
