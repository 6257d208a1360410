#!/usr/bin/env python3
"""Gradients of compiled training steps against PyTorch's autograd in float64: the
article's networks, ResNet-8 from its ONNX file, and a network with batch norm
whose moved statistics are compared too."""
import ctypes
import os
import re
import subprocess
import sys

try:
    import numpy
    import torch
    from torch.nn import functional as F
except ImportError as error:
    print(f"requires PyTorch, but got: {error}")
    sys.exit(77)

SOURCE, BUILD = os.environ["PENJING_SOURCE"], os.environ["PENJING_BUILD"]
SHARED = os.environ.get("PENJING_SHARED_DATA") or os.path.join(SOURCE, "..", "shared", "data")
TOLERANCE = 5e-5  # of a gradient's norm: float32 against float64
SMOOTHING, BETA, TEMPERATURE = 0.1, 0.5, 4.0


def run(tool, *arguments):
    subprocess.run([os.path.join(BUILD, "bin", tool), *arguments], check=True)


class Step:
    """A compiled training step: called with arrays by the names of its inputs."""

    TYPES = {"float": (ctypes.c_float, numpy.float32), "int32_t": (ctypes.c_int32, numpy.int32)}

    def __init__(self, model, name, batch):
        options = f"batch={batch} label-smoothing={SMOOTHING} beta={BETA} temperature={TEMPERATURE:g}"
        run("penjing-opt", model, f"--pj-training-step={options}", "--emit-bytecode", "-o", f"{name}.mlirbc")
        run("penjing", "compile", f"{name}.mlirbc", "--emit=so", "--name", name, "-o", f"{name}.so", "--quiet")
        with open(f"{name}.h") as file:
            header = file.read()
        self.arena = int(re.search(r"_ARENA_BYTES (\d+)", header).group(1))
        # `name: input 'its name', 8 x 10`; the types stand in the declaration, in the same order.
        rows = re.findall(r"^ \*   \w+: (input|output) '([^']*)', (.*)$", header, re.M)
        kinds = re.findall(r"(float|int32_t) \*", header[header.index(f"int {name}("):])
        shapes = [[] if size == "a scalar" else [int(n) for n in size.split(" x ")] for _, _, size in rows]
        self.arguments = [(way, label, shape, *self.TYPES[kind]) for (way, label, _), shape, kind
                          in zip(rows, shapes, kinds)]
        self.function = getattr(ctypes.CDLL(os.path.abspath(f"{name}.so")), name)

    def __call__(self, **inputs):
        arrays, results = [], {}
        for way, label, shape, _, dtype in self.arguments:
            array = numpy.ascontiguousarray(inputs[label], dtype) if way == "input" else numpy.zeros(shape, dtype)
            assert list(array.shape) == shape, (label, array.shape, shape)
            arrays.append(array)
            if way == "output":
                results[label] = array
        memory = numpy.zeros(self.arena + 64, numpy.uint8)
        aligned = memory[-memory.ctypes.data % 64:]
        pointers = [array.ctypes.data_as(ctypes.POINTER(kind)) for array, (_, _, _, kind, _)
                    in zip(arrays, self.arguments)]
        status = self.function(*pointers, ctypes.c_void_p(aligned.ctypes.data))
        assert status == 0, status
        return results


def total_loss(logits, labels, teacher):
    """The loss that pj-attach-loss documents."""
    soft = F.kl_div(F.log_softmax(logits / TEMPERATURE, 1), F.softmax(teacher / TEMPERATURE, 1),
                    reduction="batchmean")
    return F.cross_entropy(logits, labels, label_smoothing=SMOOTHING) + BETA * TEMPERATURE ** 2 * soft


def report(name, ours, theirs):
    """TAP: one line a network; the worst relative error of all its results is a figure."""
    worst, where = 0.0, ""
    for label, reference in theirs.items():
        reference = reference.detach().numpy()
        error = numpy.linalg.norm(ours[label] - reference) / max(numpy.linalg.norm(reference), 1e-30)
        if not error <= worst:
            worst, where = error, label
    missing = {label for label in ours if label.startswith(("gradient:", "update:"))} - set(theirs)
    good = worst <= TOLERANCE and not missing
    print(f"figure: {name}: {len(theirs)} results, worst relative error {worst:.1e} ({where})")
    print(("ok " if good else "not ok ") + f"gradients of {name}" + (f", not compared: {missing}" if missing else ""))
    return good


def compare(name, step, forward, values, inputs, labels, teacher, updates=lambda: {}):
    parameters = {key: torch.tensor(value, dtype=torch.float64, requires_grad=True) for key, value in values.items()}
    loss = total_loss(forward(torch.tensor(inputs, dtype=torch.float64), parameters), torch.tensor(labels),
                      torch.tensor(teacher, dtype=torch.float64))
    loss.backward()
    theirs = {"loss": loss}
    theirs.update({f"gradient:{key}": value.grad for key, value in parameters.items()})
    theirs.update(updates())
    return report(name, step(inputs, labels, teacher), theirs)


def with_values(text, random):
    """The module's text with every initializer replaced by random values, and these values."""
    values = {}

    def fill(match):
        symbol, type_, bound = match.group(1), match.group(2), int(match.group(4)) ** -0.5
        shape = [int(n) for n in type_.split("x")[:-1]]
        values[symbol] = random.uniform(-bound, bound, shape).astype(numpy.float32)
        return f'{match.group(0)[:match.start(3) - match.start(0)]}value = dense<"0x{values[symbol].tobytes().hex()}"> ' \
               f": tensor<{type_}>"

    pattern = r"pj\.param @(\S+) : tensor<([^>]*)> \{.*?(init = #pj\.init<kaiming_uniform, fan_in = (\d+)>)"
    return re.sub(pattern, fill, text), values


def batch_of(random, size, shape, high=255.0):
    return (random.uniform(0, high, [size, *shape]).astype(numpy.float32), random.integers(0, 10, size),
            random.normal(0, 2, [size, 10]).astype(numpy.float32))


def article(name, file, shape, batch=16):
    random = numpy.random.default_rng(1)
    with open(os.path.join(SOURCE, "examples", "article-cnn", file)) as source:
        text, values = with_values(source.read(), random)
    with open(f"{name}-values.mlir", "w") as out:
        out.write(text)
    step = Step(f"{name}-values.mlir", name, batch)

    def forward(x, p):
        x = x / 127.5 - 1
        for layer in ("conv1", "conv2"):
            x = F.max_pool2d(F.relu(F.conv2d(x, p[layer + ".weight"], p[layer + ".bias"], padding=1)), 2)
        x = F.relu(F.linear(x.flatten(1), p["fc1.weight"], p["fc1.bias"]))
        return F.linear(x, p["fc2.weight"], p["fc2.bias"])

    return compare(name, lambda x, t, s: step(input=x, labels=t, teacher_logits=s), forward, values,
                   *batch_of(random, batch, shape))


NORMALIZED = """
#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<8x3x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 27>}
  pj.param @scale : tensor<8xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<kaiming_uniform, fan_in = 1>}
  pj.param @shift : tensor<8xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<kaiming_uniform, fan_in = 1>}
  pj.param @mean : tensor<8xf32> {role = #pj.role<running_mean>, value = dense<0.25> : tensor<8xf32>}
  pj.param @variance : tensor<8xf32> {role = #pj.role<running_variance>, value = dense<2.0> : tensor<8xf32>}
  pj.param @fc : tensor<10x8xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 8>}
  func.func @main(%x: tensor<?x3x9x9xf32, #batch> {pj.name = "input"}) -> (tensor<?x10xf32, #batch> {pj.name = "logits"})
      attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<8x3x3x3xf32>
    %c = pj.conv %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
        : (tensor<?x3x9x9xf32, #batch>, tensor<8x3x3x3xf32>) -> tensor<?x8x5x5xf32, #batch>
    %s = pj.use @scale : tensor<8xf32>
    %b = pj.use @shift : tensor<8xf32>
    %m = pj.use @mean : tensor<8xf32>
    %v = pj.use @variance : tensor<8xf32>
    %n = pj.batch_norm %c, %s, %b, %m, %v {momentum = 0.9 : f64}
        : (tensor<?x8x5x5xf32, #batch>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x5x5xf32, #batch>
    %r = pj.clip %n {min = 0.0 : f64, max = 1.5 : f64} : (tensor<?x8x5x5xf32, #batch>) -> tensor<?x8x5x5xf32, #batch>
    %g = pj.global_average_pool %r : (tensor<?x8x5x5xf32, #batch>) -> tensor<?x8x1x1xf32, #batch>
    %f = pj.reshape %g {shape = array<i64: 0, -1>} : (tensor<?x8x1x1xf32, #batch>) -> tensor<?x8xf32, #batch>
    %fc = pj.use @fc : tensor<10x8xf32>
    %y = pj.matmul %f, %fc {transpose_b} : (tensor<?x8xf32, #batch>, tensor<10x8xf32>) -> tensor<?x10xf32, #batch>
    return %y : tensor<?x10xf32, #batch>
  }
}
"""


def normalized(name="batch norm", batch=16):
    random = numpy.random.default_rng(2)
    text, values = with_values(NORMALIZED, random)
    with open("normalized-values.mlir", "w") as out:
        out.write(text)
    step = Step("normalized-values.mlir", "normalized", batch)
    mean = torch.full([8], 0.25, dtype=torch.float64)
    variance = torch.full([8], 2.0, dtype=torch.float64)

    def forward(x, p):
        x = F.conv2d(x, p["w"], stride=2, padding=1)
        # PyTorch's momentum is 1 minus ONNX's.
        x = F.batch_norm(x, mean, variance, p["scale"], p["shift"], training=True, momentum=0.1, eps=1e-5)
        return F.linear(x.clamp(0, 1.5).mean((2, 3)), p["fc"])

    return compare(name, lambda x, t, s: step(input=x, labels=t, teacher_logits=s), forward, values,
                   *batch_of(random, batch, [3, 9, 9], 1.0), updates=lambda: {"update:mean": mean, "update:variance": variance})


def pads_of(attributes, x, value=0.0):
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    return F.pad(x, [left, right, top, bottom], value=value)


def logits_of(graph, onnx, x, p):
    """The ONNX graph in PyTorch, node by node, up to the final softmax."""
    values = {graph.input[0].name: x, **p}
    for tensor in graph.initializer:
        values.setdefault(tensor.name, torch.tensor(onnx.numpy_helper.to_array(tensor).copy()))
    for node in graph.node:
        a = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
        v = [values[name] for name in node.input if name]
        if node.op_type == "Softmax":
            return v[0]
        result = {
            "Conv": lambda: F.conv2d(pads_of(a, v[0]), v[1], v[2] if len(v) > 2 else None, a.get("strides", 1),
                                     0, a.get("dilations", 1), a.get("group", 1)),
            "Relu": lambda: F.relu(v[0]),
            "Add": lambda: v[0] + v[1],
            "MatMul": lambda: v[0] @ v[1],
            "Gemm": lambda: (v[0].T if a.get("transA") else v[0]) @ (v[1].T if a.get("transB") else v[1]) + v[2],
            "AveragePool": lambda: F.avg_pool2d(v[0], a["kernel_shape"], a.get("strides", 1)),
            "Transpose": lambda: v[0].permute(a["perm"]),
            "Reshape": lambda: v[0].reshape([int(n) for n in v[1]]),
            "Flatten": lambda: v[0].flatten(1),
            "Identity": lambda: v[0],
            "Constant": lambda: torch.tensor(onnx.numpy_helper.to_array(a["value"]).copy()),
        }[node.op_type]()
        values[node.output[0]] = result
    return values[graph.output[0].name]


def resnet8(name="ResNet-8", batch=8):
    import onnx
    import onnx.numpy_helper
    path = os.path.join(SHARED, "models", "ic_resnet8_fp32.onnx")
    if not os.path.exists(path):
        print(f"ok gradients of {name} # SKIP requires {path}")
        return True
    graph = onnx.load(path).graph
    run("penjing", "import", path, "-o", "resnet8.mlirbc", "--quiet")
    step = Step("resnet8.mlirbc", "resnet8step", batch)
    floats = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer if tensor.data_type == 1}
    trained = {label.removeprefix("gradient:") for _, label, *_ in step.arguments if label.startswith("gradient:")}
    values = {key: value for key, value in floats.items() if key in trained}
    random = numpy.random.default_rng(3)
    return compare(name, lambda x, t, s: step(input=x, labels=t, teacher_logits=s),
                   lambda x, p: logits_of(graph, onnx, x, p), values, *batch_of(random, batch, [32, 32, 3]))


if __name__ == "__main__":
    good = [article("article", "article.mlir", [1, 28, 28]),
            article("article_cifar10", "article-cifar10.mlir", [3, 32, 32]), normalized(), resnet8()]
    sys.exit(0 if all(good) else 1)
