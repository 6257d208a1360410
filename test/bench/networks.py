"""The networks that are timed, each as an ONNX file for ONNX Runtime and a model for
penjing, made by the project's own tools in build/bench."""
import dataclasses
import gzip
import os
import subprocess

import numpy

from timing import OUTPUT, PENJING, SOURCE

SHARED = os.environ.get("PENJING_SHARED_DATA", os.path.join(SOURCE, "..", "shared", "data"))
MODELS = os.path.join(OUTPUT, "models")
FASHION = "/usr/share/datasets/fashion-mnist"


@dataclasses.dataclass
class Network:
    """`least_sqnr`: decibels of our outputs against ONNX Runtime's from which a figure counts;
    `images`: what both are run on for that, samples first; None is random pixels."""
    name: str
    precision: str
    onnx: str
    model: str
    origin: str
    least_sqnr: float
    images: numpy.ndarray | None = None


def penjing(*arguments):
    subprocess.run([PENJING, *arguments, "--quiet"], check=True)


def recipe(name):
    return os.path.join(SOURCE, "test", "bench", name)


def noise(*shape):
    """An .npz of random pixels and labels in build/bench: for times, which do not depend on values."""
    random = numpy.random.default_rng(0)
    path = os.path.join(MODELS, "x".join(map(str, shape)) + ".npz")
    numpy.savez(path, x=random.integers(0, 256, (1024, *shape), dtype=numpy.uint8), y=random.integers(0, 10, 1024))
    return path


def fashion_images():
    """The test images as they come, 0 to 255."""
    with gzip.open(f"{FASHION}/t10k-images-idx3-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=16).reshape(-1, 1, 28, 28)


def quantize(base, model, data):
    """int8 of `model` as BASE-int8.mlirbc, packed, and .onnx, with pairs of QuantizeLinear and DequantizeLinear."""
    for kind in ("mlirbc", "onnx"):
        penjing("compress", model, "--recipe", recipe("quantize.pj"), "--data", data, "--max-drop", "100",
                "-o", f"{base}-int8.{kind}")
    return f"{base}-int8.onnx", f"{base}-int8.mlirbc"


def article():
    """The article's network in float, and quantized: both forms from one training."""
    base, data, epochs, origin, images = f"{MODELS}/article", FASHION, 1, "one epoch of Fashion-MNIST", None
    if os.path.isdir(FASHION):
        images = fashion_images()
    else:
        data, epochs, origin = noise(1, 28, 28), 0, "initial values, no Fashion-MNIST here"
    penjing("train", f"{SOURCE}/examples/article-cnn/article.mlir", "--data", data, "--epochs", str(epochs),
            "--momentum", "0.9", "-o", f"{base}.mlirbc")
    penjing("export", f"{base}.mlirbc", "-o", f"{base}.onnx")
    yield Network("article", "float32", f"{base}.onnx", f"{base}.onnx", origin, 60, images)
    yield Network("article", "int8 u8", *quantize(base, f"{base}.mlirbc", data), f"{origin}, test/bench/quantize.pj", 25,
                  images)


def resnet8():
    """MLPerf Tiny's ResNet-8, or a reason as text where a file is absent. Its int8 file has signed
    activations, which ONNX Runtime does not multiply fast on x86: so also our own, unsigned, which it does."""
    path = os.path.join(SHARED, "models", "ic_resnet8_fp32.onnx")
    if os.path.exists(path):
        yield Network("ResNet-8", "float32", path, path, "MLPerf Tiny", 60)
        yield Network("ResNet-8", "int8 u8", *quantize(f"{MODELS}/resnet8", path, noise(32, 32, 3)),
                      "MLPerf Tiny, test/bench/quantize.pj on noise", 25)
    else:
        yield missing(path)
    path = os.path.join(SHARED, "models", "ic_resnet8_int8_qdq.onnx")
    if os.path.exists(path):
        packed = f"{MODELS}/resnet8-packed.mlirbc"
        penjing("compress", path, "--recipe", recipe("pack.pj"), "-o", packed)
        yield Network("ResNet-8", "int8 s8", path, packed, "MLPerf Tiny, test/bench/pack.pj", 25)
    else:
        yield missing(path)


def missing(path):
    return f"{os.path.basename(path)}: not in {os.path.dirname(path)}; PENJING_SHARED_DATA names another folder"


def all_networks():
    os.makedirs(MODELS, exist_ok=True)
    yield from article()
    yield from resnet8()
