#!/usr/bin/env python3
"""Predictions counted image by image: ResNet-8 compiled beside ONNX Runtime on the same
file, float and imported int8; our own int8 form of it, and of the article's network, packed
beside decided. ResNet-8 needs CIFAR-10 (PENJING_CIFAR10) and MLPerf Tiny's files."""
import gzip
import os
import sys

import numpy

from experiments import (EXAMPLES, FASHION, NO_CIFAR, NO_FASHION, SHARED, Experiments, Input, cifar_folder, cpu_name,
                         fashion_folder)

IMAGES = 5000  # of CIFAR-10's test set
INTEGERS = "pj-fold-batch-norm,\n\npj-quantize{bits=8 clip=minmax},\n\npj-calibrate{samples=512},\n\npj-pack\n"
LEAST_ACCURACY = 86.7  # percent, ResNet-8's own int8 form; float has 86.98
LEAST_AGREEMENT = 0.995  # packed beside decided, and on imported integers beside ONNX Runtime
LEAST_FLOAT_AGREEMENT = 0.9998  # other orders of summation may part two logits that are almost equal
MOST_BEHIND = 0.3  # points behind the rival's accuracy up to which a figure of int8 counts
VERIFIED = 100  # images on which every layer's integers are compared with the interpreter's, bit for bit

experiments = Experiments(os.path.abspath("predictions"))
results = []


def check(good, name, figure):
    print(f"figure: {name}: {figure}")
    print(("ok " if good else "not ok ") + name)
    results.append(good)


def model(name):
    return os.path.join(SHARED, "models", name)


def ours(path, images, name, *options):
    """The model's first output for all images, computed by `penjing run`."""
    numpy.savez(experiments.path("images.npz"), x=images)
    with numpy.load(experiments.step(name, "run", Input(path), "--inputs", Input(experiments.path("images.npz")),
                                     *options)) as outputs:
        return outputs[outputs.files[0]]


def rival(path, images):
    """The same by ONNX Runtime with its own default options; in batches where the file leaves their size open."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    size = entry.shape[0] if isinstance(entry.shape[0], int) else 250
    return numpy.concatenate([session.run(None, {entry.name: images[i:i + size]})[0] for i in range(0, len(images), size)])


def right(outputs, labels):
    return 100 * float((outputs.argmax(1) == labels).mean())


def different(a, b):
    return int((a.argmax(1) != b.argmax(1)).sum())


def quantized(name, path, data):
    """The packed form and, exported from the decided one, the ONNX file of the same integers."""
    recipe = experiments.text(f"{name}.pj", INTEGERS)
    packed = experiments.compress(f"{name}-int8.mlirbc", path, recipe, data)
    decided = Input(os.path.join(packed + ".stages", "03-pj-calibrate.mlirbc"))
    return decided, packed, experiments.step(f"{name}-int8.onnx", "export", decided)


def own_integers(name, path, data, images, labels, least):
    """Our int8 form: accuracy, packed beside decided, beside the interpreter and beside ONNX Runtime on its export."""
    decided, packed, exported = quantized(name, path, data)
    float_accuracy = right(ours(path, images, f"{name}-float.npz"), labels)
    by_decided, by_packed = (ours(file, images, f"{name}-{form}.npz") for file, form in
                             ((decided, "decided"), (packed, "packed")))
    accuracy, theirs = right(by_packed, labels), rival(exported, images)
    if least is None:
        least = float_accuracy - MOST_BEHIND
    check(accuracy >= least, f"accuracy of {name} in our int8", f"{accuracy:.2f} %, float {float_accuracy:.2f} %")
    apart = different(by_decided, by_packed)
    check(apart <= (1 - LEAST_AGREEMENT) * len(images), f"{name} packed beside decided",
          f"{apart} of {len(images)} predictions differ")
    numpy.savez(experiments.path("verified.npz"), x=images[:VERIFIED])
    good, said = experiments.ask("verify", packed, "--inputs", experiments.path("verified.npz"))
    check(good, f"integers of {name} packed beside the interpreter's", f"{VERIFIED} images, {said.splitlines()[-1].strip()}")
    beside(f"{name} in our int8", by_packed, theirs, labels, LEAST_AGREEMENT)


def beside(name, mine, theirs, labels, least):
    """Two sides' outputs: which share of predictions agrees, and whether ours are as often right."""
    apart, behind = different(mine, theirs), right(theirs, labels) - right(mine, labels)
    check(apart <= (1 - least) * len(labels) and behind <= MOST_BEHIND, f"{name} beside ONNX Runtime",
          f"{apart} of {len(labels)} predictions differ, {right(mine, labels):.2f} and {right(theirs, labels):.2f} % right")


def imported(folder, images, labels):
    """MLPerf Tiny's own files, compiled and in ONNX Runtime."""
    path = model("ic_resnet8_fp32.onnx")
    beside("ResNet-8's float file", ours(path, images, "file-float.npz"), rival(path, images), labels, LEAST_FLOAT_AGREEMENT)
    path = model("ic_resnet8_int8_qdq.onnx")
    theirs = rival(path, images)
    packed = experiments.compress("file-int8.mlirbc", path, experiments.text("pack.pj", "pj-pack\n"), folder)
    for form, file in (("decided", path), ("packed", packed)):
        beside(f"ResNet-8's int8 file, {form},", ours(file, images, f"file-int8-{form}.npz"), theirs, labels, LEAST_AGREEMENT)


def resnet8():
    folder = cifar_folder()
    missing = [name for name in ("ic_resnet8_fp32.onnx", "ic_resnet8_int8_qdq.onnx") if not os.path.exists(model(name))]
    if not folder or missing:
        print(f"ok ResNet-8 # SKIP {NO_CIFAR if not folder else f'requires {model(missing[0])}'}")
        return
    tests = sorted(name for name in os.listdir(folder) if name.endswith(".bin") and "test" in name)
    records = numpy.fromfile(os.path.join(folder, tests[0]), numpy.uint8).reshape(-1, 3073)[:IMAGES]
    images = numpy.ascontiguousarray(records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).astype(numpy.float32))
    imported(folder, images, records[:, 0])
    own_integers("ResNet-8", Input(model("ic_resnet8_fp32.onnx")), folder, images, records[:, 0], LEAST_ACCURACY)


def article():
    if not fashion_folder():
        print(f"ok article # SKIP {NO_FASHION}")
        return
    images, labels = (numpy.frombuffer(gzip.open(os.path.join(FASHION, f"t10k-{name}-ubyte.gz")).read(), numpy.uint8)
                      for name in ("images-idx3", "labels-idx1"))
    trained = experiments.train("article.mlirbc", os.path.join(EXAMPLES, "article.mlir"), FASHION, "--epochs", "3",
                                *"--schedule one-cycle --lr 0.03 --momentum 0.9 --weight-decay 5e-4".split())
    images, labels = images[16:].reshape(-1, 1, 28, 28).astype(numpy.float32), labels[8:]
    exported = experiments.step("article.onnx", "export", trained)
    beside("article in float", ours(trained, images, "article-float.npz"), rival(exported, images), labels,
           LEAST_FLOAT_AGREEMENT)
    own_integers("article", trained, FASHION, images, labels, None)


if __name__ == "__main__":
    print(f"figure: measured on {cpu_name()}")
    resnet8()
    article()
    sys.exit(0 if all(results) else 1)
