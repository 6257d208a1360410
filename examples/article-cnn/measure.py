#!/usr/bin/env python3
"""Measures what run.sh built, in its output folder: the C program of every variant and
ONNX Runtime on its ONNX file, in turns, on all test images, on one core; writes
table.json for the report.

  measure.py fashion-mnist|cifar10 RECIPE     measure and write table.json
  measure.py --show                           print table.json as a table
"""
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

VARIANTS = ["float", "pruned", "shrunk", "int8"]
ROUNDS = 5
TITLES = {"fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}


def test_files(data_set):
    """The arguments of the C program."""
    if data_set == "cifar10":
        return ["data/test.bin"]
    return ["data/t10k-images-idx3-ubyte", "data/t10k-labels-idx1-ubyte"]


def run_program(variant, files):
    """Accuracy and microseconds an image of one pass of the C program."""
    output = subprocess.run([f"{variant}/app", *files], check=True, capture_output=True, text=True).stdout
    accuracy = re.search(r"accuracy ([\d.]+) %", output)
    microseconds = re.search(r"([\d.]+) us per image", output)
    return float(accuracy.group(1)) / 100, float(microseconds.group(1))


def read_images(data_set):
    """All test images as float32 samples x channels x rows x columns, and labels."""
    import numpy
    if data_set == "cifar10":
        records = numpy.fromfile("data/test.bin", numpy.uint8).reshape(-1, 3073)
        return records[:, 1:].reshape(-1, 3, 32, 32).astype(numpy.float32), records[:, 0]
    images, labels = (numpy.fromfile(file, numpy.uint8) for file in test_files(data_set))
    return images[16:].reshape(-1, 1, 28, 28).astype(numpy.float32), labels[8:]


class Rival:
    """ONNX Runtime on one thread, on bound and reused buffers, one image a call."""

    def __init__(self, variant, sample):
        import numpy
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(f"{variant}.onnx", options, providers=["CPUExecutionProvider"])
        self.input = onnxruntime.OrtValue.ortvalue_from_numpy(numpy.ascontiguousarray(sample[:1]))
        self.output = onnxruntime.OrtValue.ortvalue_from_numpy(numpy.zeros((1, 10), numpy.float32))
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input(self.session.get_inputs()[0].name, self.input)
        self.binding.bind_ortvalue_output(self.session.get_outputs()[0].name, self.output)

    def one_pass(self, images, labels):
        """Accuracy and microseconds an image; only the calls are timed."""
        right, spent = 0, 0
        for image, label in zip(images, labels):
            self.input.update_inplace(image[None])
            begin = time.perf_counter_ns()
            self.session.run_with_iobinding(self.binding)
            spent += time.perf_counter_ns() - begin
            right += int(self.output.numpy().argmax()) == int(label)
        return right / len(labels), spent / len(labels) / 1000


def cpu_name():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def facts_of(variant, compression):
    """Parameters, zeros, bytes and multiply-adds, from what `compress` reported."""
    stages = compression["stages"]
    names = [stage["name"] for stage in stages]
    if variant == "float":
        facts = compression["input"]["facts"]
    elif variant == "int8":
        facts = dict(stages[-1]["facts"])
        # Sparse storage has no zeros to count: they are those of the mask.
        decided = [stage["facts"] for stage in stages if stage["facts"]["form"] == "decided"]
        facts["zeros"] = decided[-1]["zeros"]
    else:
        following = "pj-shrink-channels" if variant == "pruned" else "pj-quantize"
        facts = stages[names.index(following) - 1]["facts"]
    return {key: facts[key] for key in ("parameters", "weights", "zeros", "macs", "weight_bytes")}


def measure(data_set, recipe):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    files = test_files(data_set)
    images, labels = read_images(data_set)
    with open("compress.json") as file:
        compression = json.load(file)
    try:
        rivals = {variant: Rival(variant, images) for variant in VARIANTS}
    except ImportError:
        print("onnxruntime is not installed: its column stays empty")
        rivals = {}
    ours, theirs, accuracy, rival_accuracy = {}, {}, {}, {}
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS}", flush=True)
        for variant in VARIANTS:
            accuracy[variant], spent = run_program(variant, files)
            ours.setdefault(variant, []).append(spent)
            if rivals:
                rival_accuracy[variant], spent = rivals[variant].one_pass(images, labels)
                theirs.setdefault(variant, []).append(spent)
    table, target = [], ""
    for variant in VARIANTS:
        with open(f"{variant}/kernels.json") as file:
            compiled = json.load(file)
        target = compiled.get("target", "")
        row = {"name": variant, "accuracy": accuracy[variant], **facts_of(variant, compression),
               "object_bytes": os.path.getsize(f"{variant}/tiny.o"),
               "microseconds": statistics.median(ours[variant]),
               "kernels": compiled.get("kernels", []),
               "files": [f"{variant}.onnx", f"{variant}/tiny.o", f"{variant}/tiny.h"]}
        if rivals:
            row["onnxruntime_microseconds"] = statistics.median(theirs[variant])
            row["onnxruntime_accuracy"] = rival_accuracy[variant]
        table.append(row)
    with open("table.json.new", "w") as file:
        json.dump({"title": f"The article's network on {TITLES[data_set]}",
                   "subtitle": f"Compressed by {os.path.basename(recipe)}; every figure measured on the "
                               f"{len(labels):,} test images, one image a call, one core.",
                   "machine": {"cpu": cpu_name(), "target": target}, "variants": table}, file, indent=1)
    os.replace("table.json.new", "table.json")


def show():
    with open("table.json") as file:
        page = json.load(file)
    print(f"\n{page['title']}, {page['machine']['cpu']}, {page['machine']['target']}")
    print(f"{'':8} {'accuracy':>9} {'parameters':>11} {'zeros':>8} {'MACs':>10} {'weights B':>10} {'object B':>9} "
          f"{'us/image':>9} {'ORT us':>8} {'ORT acc.':>9}")
    for row in page["variants"]:
        rival = (f"{row['onnxruntime_microseconds']:8.2f} {row['onnxruntime_accuracy']:9.2%}"
                 if "onnxruntime_microseconds" in row else f"{'-':>8} {'-':>9}")
        print(f"{row['name']:8} {row['accuracy']:9.2%} {row['parameters']:11,} {row['zeros'] / row['weights']:8.1%} "
              f"{row['macs']:10,} {row['weight_bytes']:10,} {row['object_bytes']:9,} {row['microseconds']:9.2f} {rival}")
    first, last = page["variants"][0], page["variants"][-1]
    print(f"object {first['object_bytes'] / last['object_bytes']:.1f} times smaller, "
          f"{first['microseconds'] / last['microseconds']:.1f} times faster, "
          f"{(first['accuracy'] - last['accuracy']) * 100:.2f} points lost")


if __name__ == "__main__":
    if sys.argv[1:] == ["--show"]:
        show()
    elif len(sys.argv) == 3 and sys.argv[1] in TITLES:
        measure(sys.argv[1], sys.argv[2])
    else:
        sys.exit(__doc__)
