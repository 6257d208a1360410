#!/usr/bin/env python3
"""Times compiled networks beside ONNX Runtime on the same ONNX files: one thread, one
core, batch 1, bound and reused buffers, the call from Python inside on both sides.

A figure is the median over 31 interleaved pairs of ONNX Runtime's time / ours, with its
95 % interval; below the least SQNR against ONNX Runtime's outputs it does not count.
Writes build/bench/inference.md, kernels.md and inference.svg.
"""
import ctypes
import json
import os
import subprocess
import sys

import numpy

import networks
import tables
from timing import OUTPUT, PAIRS, PENJING, alone, calls_in, cpu_name, interleave, seconds, summarize

SLICE = 0.02  # seconds of one side of a pair
SAMPLES = 256  # compared with ONNX Runtime's outputs


def aligned(count, kind):
    """An array on a boundary of 64 bytes."""
    size = count * numpy.dtype(kind).itemsize
    memory = numpy.zeros(size + 64, numpy.uint8)
    start = -memory.ctypes.data % 64
    return memory[start:start + size].view(kind)


class Ours:
    """A compiled model, called through ctypes on buffers of its own."""

    def __init__(self, network, sample, outputs):
        base = os.path.join(networks.MODELS, f"{network.name}-{network.precision}-code".lower().replace(" ", "-"))
        subprocess.run([PENJING, "compile", network.model, "--emit=so", "--name=model", "-o", f"{base}.so",
                        "--report", f"{base}.json", "--quiet"], check=True)
        with open(f"{base}.h") as file:
            header = file.read()
        with open(f"{base}.json") as file:
            self.kernels = json.load(file)["kernels"]
        self.input = aligned(sample.size, numpy.float32)
        self.output = aligned(outputs, numpy.float32)
        self.arena = aligned(int(header.split("MODEL_ARENA_BYTES ")[1].split("u")[0]), numpy.uint8)
        self.function = ctypes.CDLL(f"{base}.so").model
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (self.input, self.output, self.arena)]
        samples = [ctypes.c_int64(1)] if "int64_t samples" in header else []
        self.arguments = [*pointers[:2], *samples, pointers[2]]

    def call(self):
        return self.function(*self.arguments)

    def outputs_of(self, sample):
        self.input[:] = sample.ravel()
        if code := self.call():
            sys.exit(f"requires a processor that the target 'native' fits, but the model returned {code}")
        return self.output.copy()


INTEGER_OPS = {"QLinearConv", "QLinearMatMul", "QGemm", "ConvInteger", "MatMulInteger", "MatMulIntegerToFloat"}
FLOAT_OPS = {"Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "FusedMatMul"}


def integer_share(path):
    """How many of a graph's convolutions and matrix products ONNX Runtime runs on integers."""
    import onnx
    ops = [node.op_type for node in onnx.load(path).graph.node]
    integer = sum(op in INTEGER_OPS for op in ops)
    return f"{integer} of {integer + sum(op in FLOAT_OPS for op in ops)}"


class Rival:
    """ONNX Runtime on one thread, on bound buffers; `integers` says what its optimizer made of the graph."""

    def __init__(self, path):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.optimized_model_filepath = os.path.join(networks.MODELS, "onnxruntime.onnx")
        self.version = onnxruntime.__version__
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.integers = integer_share(options.optimized_model_filepath)
        entry, result = self.session.get_inputs()[0], self.session.get_outputs()[0]
        self.shape = [size if isinstance(size, int) and size > 0 else 1 for size in entry.shape]
        zeros = numpy.zeros(self.shape, numpy.float32)
        self.input = onnxruntime.OrtValue.ortvalue_from_numpy(zeros)
        first = self.session.run([result.name], {entry.name: zeros})[0]
        self.output = onnxruntime.OrtValue.ortvalue_from_numpy(numpy.zeros_like(first))
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input(entry.name, self.input)
        self.binding.bind_ortvalue_output(result.name, self.output)

    def call(self):
        self.session.run_with_iobinding(self.binding)

    def outputs_of(self, sample):
        self.input.update_inplace(sample)
        self.call()
        return self.output.numpy().ravel().copy()


def agreement(ours, rival, images):
    """SQNR in dB of our outputs against the rival's, and the share of equal predictions."""
    if images is None:
        images = numpy.random.default_rng(1).integers(0, 256, (SAMPLES, *rival.shape[1:]))
    signal = noise = equal = 0
    for image in images[:SAMPLES]:
        sample = image[None].astype(numpy.float32)
        mine, theirs = ours.outputs_of(sample), rival.outputs_of(sample)
        signal += float((theirs.astype(numpy.float64) ** 2).sum())
        noise += float(((mine.astype(numpy.float64) - theirs) ** 2).sum())
        equal += int(mine.argmax() == theirs.argmax())
    return 10 * numpy.log10(signal / noise) if noise else float("inf"), equal / SAMPLES


def measure(network):
    rival = Rival(network.onnx)
    ours = Ours(network, numpy.zeros(rival.shape), rival.output.numpy().size)
    sqnr, equal = agreement(ours, rival, network.images)
    with alone():
        counts = calls_in(ours.call, SLICE), calls_in(rival.call, SLICE)
        pairs = interleave(lambda: seconds(ours.call, counts[0]), lambda: seconds(rival.call, counts[1]))
    return {**summarize(pairs), "sqnr": sqnr, "equal": equal, "counts": bool(sqnr >= network.least_sqnr),
            "kernels": ours.kernels, "version": rival.version, "integers": rival.integers}


def main():
    measured, skipped = [], []
    for network in networks.all_networks():
        if isinstance(network, str):
            skipped.append(network)
        else:
            measured.append((network, measure(network)))
    rows = [[n.name, n.precision, tables.ratio_text(f) + ("" if f["counts"] else ", does not count"),
             f"{f['ours'] * 1e6:.2f}", f"{f['rival'] * 1e6:.2f}", ", ".join(sorted({k["leaf"] for k in f["kernels"]})),
             f["integers"], f"{f['sqnr']:.1f}", f"{f['equal']:.1%}", n.origin] for n, f in measured]
    title = f"ONNX Runtime {measured[0][1]['version']} / Penjing on one thread, {cpu_name()}"
    page = (f"{title}, batch 1: median ratio of {PAIRS} interleaved pairs [95 % interval]; above 1 Penjing is faster\n\n" +
            tables.markdown(["network", "precision", "ratio", "ours µs", "ONNX Runtime µs", "leaves",
                             "ONNX Runtime's integer products", "SQNR dB", "equal predictions", "values"], rows) +
            "".join(f"\nskipped: {reason}\n" for reason in skipped))
    tables.write(f"{OUTPUT}/inference.md", page)
    tables.write(f"{OUTPUT}/kernels.md", f"Kernels on {cpu_name()}\n\n" + tables.markdown(
        ["network", "precision", "layer", "op", "leaf", "tile", "reason"],
        [[n.name, n.precision, k["layer"], k["op"], k["leaf"], k["shape"], k["reason"]]
         for n, f in measured for k in f["kernels"]]))
    tables.write(f"{OUTPUT}/inference.svg", tables.bars(
        title, [(f"{n.name}, {n.precision}" + ("" if f["counts"] else " (no)"), f) for n, f in measured]))
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
