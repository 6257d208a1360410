#!/usr/bin/env python3
"""What export writes for compressed modules: zeros under masks, integers of weights,
names, and the answers that the module's own numbers give."""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from onnx_files import F, Report, model, node, penjing, tensor, write

MODULE = """
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x3xf32> {role = #pj.role<weight>, trainable,
      value = dense<[[0.5, -1.0, 0.26], [0.9, 0.1, -0.63]]> : tensor<2x3xf32>}
  pj.param @m : tensor<2x3xi1> {role = #pj.role<mask>, value = dense<[[1, 0, 1], [1, 0, 1]]> : tensor<2x3xi1>}
  pj.param @b : tensor<2xf32> {role = #pj.role<bias>, value = dense<[0.1, -0.2]> : tensor<2xf32>}
  pj.param @ws : tensor<2xf32> {role = #pj.role<quant_scale>, value = dense<[0.125, 0.0625]> : tensor<2xf32>}
  pj.param @wz : tensor<2xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<2xi32>}
  pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.05> : tensor<f32>}
  pj.param @xz : tensor<i32> {role = #pj.role<zero_point>, value = dense<10> : tensor<i32>}
  func.func @main(%x: tensor<?x3xf32, #pj.dims<[N] -> [N]>> {pj.name = "picture"})
      -> (tensor<?x2xf32, #pj.dims<[N] -> [N]>> {pj.name = "score"}) attributes {pj.dims = ["N"]} {
    %xs = pj.use @xs : tensor<f32>
    %xz = pj.use @xz : tensor<i32>
    %q = pj.fake_quantize %x, %xs, %xz
        : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>, tensor<f32>, tensor<i32>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    %w = pj.use @w : tensor<2x3xf32>
    %m = pj.use @m : tensor<2x3xi1>
    %p = pj.masked %w, %m : (tensor<2x3xf32>, tensor<2x3xi1>) -> tensor<2x3xf32>
    %ws = pj.use @ws : tensor<2xf32>
    %wz = pj.use @wz : tensor<2xi32>
    %k = pj.fake_quantize %p, %ws, %wz {bits = BITS : i32, is_signed, narrow, axis = 0 : i32}
        : (tensor<2x3xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x3xf32>
    %b = pj.use @b : tensor<2xf32>
    %y = pj.matmul %q, %k, %b {transpose_b} : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>, tensor<2x3xf32>, tensor<2xf32>)
        -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> loc("fc"("Gemm"("net.onnx":7:0)))
    return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
  }
}
"""
W = np.array([[0.5, 0, 0.26], [0.9, 0, -0.63]], np.float32)


def run(path, **feeds):
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, feeds)


def quantized(bits):
    """A masked, quantized layer against its formula in numpy."""
    pathlib.Path("q.mlir").write_text(MODULE.replace("BITS", str(bits)))
    outcome = penjing("export", "q.mlir", "-o", "q.onnx")
    if outcome.code:
        return outcome.text
    graph = onnx.load("q.onnx").graph
    weights = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    top = 2 ** (bits - 1) - 1
    want = np.clip(np.rint(W / np.array([[0.125], [0.0625]], np.float32)), -top, top)
    if not (weights["w"].astype(np.float32) == want).all():
        return f"weights {weights['w']}, expected {want}"
    if weights["b"].dtype != np.int32:
        return f"bias of type {weights['b'].dtype}, expected int32"
    ops = [(n.op_type, n.name) for n in graph.node]
    if ("QuantizeLinear", "xs_quantize") not in ops or ("Gemm", "fc") not in ops or graph.input[0].name != "picture" or graph.output[0].name != "score":
        return f"names are not kept: {ops}"
    x = np.random.default_rng(1).uniform(-1, 13, (5, 3)).astype(np.float32)
    grid = (np.clip(np.rint(x / np.float32(0.05)) + 10, 0, 255) - 10) * np.float32(0.05)
    expected = grid @ (want * np.array([[0.125], [0.0625]])).T + [0.1, -0.2]
    error = np.abs(run("q.onnx", picture=x)[0] - expected).max()
    # Half a step of the bias' grid beside the roundings of the sum.
    return None if error <= 0.05 * 0.125 / 2 + 1e-5 else f"differs by {error}"


def kept_ops():
    """Nodes that come back as they were, Constant, Flatten and Gemm with all its attributes among them."""
    nodes = [node("Constant", [], ["k"], name="my constant", value=numpy_helper.from_array(np.ones((1, 4, 2, 2), np.float32))),
             node("Add", ["x", "k"], ["a"]), node("Flatten", ["a"], ["f1"], axis=1), node("Flatten", ["a"], ["f2"], axis=2),
             node("Flatten", ["a"], ["f0"], axis=0), node("Gemm", ["f1", "w"], ["g"], transB=1),
             node("MatMul", ["f1", "v"], ["h"]), node("Clip", ["h", "", "six"], ["c"]), node("Sum", ["g", "c"], ["y"])]
    zeros = np.zeros((3, 16), np.float32)
    original = write("kept.onnx", model(nodes, [("x", ["N", 4, 2, 2])], [("y", ["N", 3]), ("f2", None), ("f0", None)],
                                        [tensor("w", zeros), tensor("v", zeros.T), tensor("six", np.float32(6))]))
    outcome = penjing("export", original, "-o", "again.onnx")
    if outcome.code:
        return outcome.text
    want = {(n.name, n.op_type) for n in onnx.load(original).graph.node}
    have = {(n.name, n.op_type) for n in onnx.load("again.onnx").graph.node}
    return None if want == have else f"{have ^ want} differ"


def ports():
    """An output that is an input, one that is a constant, one value twice."""
    original = write("ports.onnx", model([node("Relu", ["x"], ["y"]), node("Identity", ["y"], ["z"]), node("Identity", ["x"], ["u"])],
                                         [("x", [3])], [("y", [3]), ("z", [3]), ("u", [3]), ("k", [2])],
                                         [tensor("k", np.array([4, 5], np.float32))]))
    outcome = penjing("export", original, "-o", "again.onnx")
    if outcome.code:
        return outcome.text
    x = np.array([-1, 0, 2], np.float32)
    results = run("again.onnx", x=x)
    wanted = [np.maximum(x, 0), np.maximum(x, 0), x, [4, 5]]
    return None if all((a == b).all() for a, b in zip(results, wanted)) else results


def integers_as_outputs():
    """Quantized integers that leave the graph, and integers that enter it."""
    nodes = [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["d"]),
             node("DequantizeLinear", ["i", "s", "z"], ["e"], axis=1), node("QuantizeLinear", ["x", "t", "u"], ["r"])]
    inits = [tensor("s", np.array([0.1, 0.3, 1.7], np.float32)), tensor("z", np.array([3, -100, 5], np.int8)),
             tensor("t", np.float32(0.7)), tensor("u", np.uint8(200))]
    original = write("integers.onnx", model(nodes, [("x", [64, 3]), ("i", [4, 3], 3)],
                                            [("q", [64, 3], 3), ("d", [64, 3]), ("e", [4, 3]), ("r", [64, 3], 2)], inits))
    outcome = penjing("export", original, "-o", "again.onnx")
    if outcome.code:
        return outcome.text
    random = np.random.default_rng(3)
    feeds = {"x": random.normal(size=(64, 3)).astype(np.float32) * 60, "i": random.integers(-128, 128, (4, 3), dtype=np.int8)}
    for want, have in zip(run(original, **feeds), run("again.onnx", **feeds)):
        if want.dtype != have.dtype or not (want == have).all():
            return f"{want.dtype} and {have.dtype}, {np.abs(want.astype(float) - have).max()} apart"
    return None


def main():
    report = Report()
    report.add("quantized_8_bits", quantized(8))
    report.add("quantized_4_bits", quantized(4))
    report.add("quantized_6_bits", quantized(6))
    report.add("kept_ops", kept_ops())
    report.add("ports", ports())
    report.add("integers_as_outputs", integers_as_outputs())
    report.finish()


if __name__ == "__main__":
    main()
