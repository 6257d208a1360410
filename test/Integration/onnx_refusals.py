#!/usr/bin/env python3
"""What the importer does not support is refused by the node's name, with what was found
and what is supported."""
import numpy as np
import onnx
from onnx import TensorProto, helper

from onnx_files import F, Report, model, node, penjing, tensor, write

I8, I32, I64, U8, F16 = TensorProto.INT8, TensorProto.INT32, TensorProto.INT64, TensorProto.UINT8, TensorProto.FLOAT16
X, Y = ("x", [2, 3]), ("y", None)
IMAGE = ("x", [1, 2, 5, 5])


def one(op, inputs=("x",), initializers=(), x=X, opset=17, **attributes):
    """A model of one node called `it`."""
    return model([node(op, list(inputs), ["y"], name="it", **attributes)], [x], [Y],
                 [tensor(name, array) for name, array in initializers], opset=opset)


def conv(weight=(1, 2, 3, 3), **attributes):
    return one("Conv", ["x", "w"], [("w", np.zeros(weight, np.float32))], IMAGE, **attributes)


def pool(**attributes):
    return one("MaxPool", x=IMAGE, **{"kernel_shape": [2, 2], **attributes})


def quantize(scale=np.float32(1), zero=np.int8(0), x=X, opset=17, **attributes):
    return one("QuantizeLinear", ["x", "s", "z"], [("s", scale), ("z", zero)], x, opset, **attributes)


def ints(*numbers):
    return np.array(numbers, np.int64)


def pad(pads, mode="constant", opset=18, axes=None, **initializers):
    more = [("a", ints(*axes))] if axes else []
    return one("Pad", ["x", "p", ""] + ["a"] * bool(axes), [("p", ints(*pads)), *more], opset=opset, mode=mode)


def four_bits():
    """4-bit integers that are read as such."""
    return model([node("QuantizeLinear", ["x", "s"], ["q"], name="it", output_dtype=22), node("Reshape", ["q", "h"], ["y"])],
                 [X], [("y", None, TensorProto.INT4)], [tensor("s", np.float32(1)), tensor("h", ints(3, 2))], opset=21)


def four_bit_constant():
    four = helper.make_tensor("k", TensorProto.INT4, [2, 3], [1] * 6)
    return model([node("Add", ["x", "k"], ["y"], name="it")], [X], [Y], [four])


def second_result():
    return model([node("MaxPool", ["x"], ["y", "i"], name="it", kernel_shape=[2, 2])], [IMAGE],
                 [("y", None), ("i", None, I64)])


def quantized_only():
    """A float op on the integers of a quantizer."""
    return model([node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("Relu", ["q"], ["y"], name="it")],
                 [X], [("y", None, I8)], [tensor("s", np.float32(1)), tensor("z", np.int8(0))])


def sub_tensor(array):
    return onnx.numpy_helper.from_array(np.asarray(array))


DYNAMIC = ("x", [1, 2, "H", "W"])
CASES = {
    "unknown_op": (one("Mystery"), "requires a supported op, but got 'Mystery'; supported are Add, AveragePool"),
    "other_domain": (model([node("Relu", ["x"], ["y"], name="it", domain="com.acme")], [X], [Y]),
                     "requires a supported op, but got 'com.acme.Relu'"),
    "second_result": (second_result(), "requires that only the first result is read, but result 'i' is"),
    "empty_operand": (one("Sum", ["x", "", "x"]), "requires operand 1, but got an empty name"),
    "empty_first_operand": (one("Add", ["", "x"]), "requires operand 0, but got an empty name"),
    "conv_1d": (one("Conv", ["x", "w"], [("w", np.zeros((1, 2, 3), np.float32))], ("x", [1, 2, 5])),
                "requires a convolution over two dimensions, but got a weight of rank 3"),
    "pool_3d": (one("MaxPool", x=("x", [1, 2, 5, 5, 5]), kernel_shape=[2, 2, 2]),
                "requires an image of rank 4 (two spatial dimensions), but got rank 5"),
    "matmul_scalar": (one("MatMul", ["x", "k"], [("k", np.float32(1))]), "requires operands of rank 1 or more, but got"),
    "gemm_two_operands": (one("Gemm", ["x", "k"], [("k", np.zeros((3, 2), np.float32))], opset=9),
                          "requires three operands before operator set 11, but got two"),
    "gemm_rank": (one("Gemm", ["x", "k"], [("k", np.zeros((1, 3, 2), np.float32))]), "requires matrices of rank 2, but got"),
    "gemm_wide_addend": (one("Gemm", ["x", "k", "c"], [("k", np.zeros((3, 1), np.float32)), ("c", np.zeros((2, 2), np.float32))]),
                         "requires a third operand that broadcasts to 'tensor<2x1xf32>', but got 'tensor<2x2xf32>'"),
    "gemm_inner": (one("Gemm", ["x", "k"], [("k", np.zeros((2, 3), np.float32))]), "requires"),
    "spatial": (one("BatchNormalization", ["x", "s", "s", "s", "s"], [("s", np.ones(2, np.float32))], IMAGE, 7, spatial=0),
                "requires statistics per channel (spatial = 1), but got spatial = 0"),
    "training": (one("BatchNormalization", ["x", "s", "s", "s", "s"], [("s", np.ones(2, np.float32))], IMAGE, 15, training_mode=1),
                 "requires inference (training_mode = 0), but got training_mode = 1"),
    "training_dropout": (one("Dropout", ["x", "", "t"], [("t", np.bool_(True))]),
                         "requires inference (training_mode = false), but got true"),
    "old_softmax_dynamic": (one("Softmax", x=DYNAMIC, opset=11, axis=1),
                            "requires static dimensions from axis 1 on before operator set 13, but got"),
    "blocks": (quantize(opset=21, block_size=2), "requires scales per tensor or per axis, but got blocks of 2"),
    "integer_scale": (quantize(scale=np.int32(1)), "requires a float scale, but got int32"),
    "zero_point_type": (model([node("DequantizeLinear", ["x", "s", "z"], ["y"], name="it")], [("x", [2], I8)], [Y],
                              [tensor("s", np.float32(1)), tensor("z", np.uint8(0))]),
                        "requires a zero point of type int8, but got uint8"),
    "zero_points": (quantize(zero=np.zeros(2, np.int8)), "requires as many zero points as scales, but got 2 and 1"),
    "negative_scale": (quantize(scale=np.float32(-1)), "requires scales that are positive and finite, but got"),
    "infinite_scale": (quantize(scale=np.float32(np.inf)), "requires scales that are positive and finite, but got"),
    "scale_rank": (quantize(np.ones((2, 3), np.float32), np.zeros((2, 3), np.int8)), "requires a scale of rank 0 or 1, but got rank 2"),
    "scale_length": (quantize(np.ones(4, np.float32), np.zeros(4, np.int8)), "requires a scale for each of 3 elements of axis 1, but got 4"),
    "half_constant": (one("DequantizeLinear", ["k", "s"], [("k", np.ones(3, np.int8)), ("s", np.float16(1))], opset=19),
                      "requires a scale of type float for a constant, but got float16"),
    "quantize_to_32_bits": (quantize(zero=np.int32(0)), "requires integers of 4, 8 or 16 bits, but got int32"),
    "scale_of_other_type": (quantize(x=("x", [2, 3], F16)), "requires a scale of the operand's type 'f16', but got float"),
    "four_bits_read": (four_bits(), "requires readers that dequantize by the same scale and zero point, but got others of int4"),
    "four_bit_operand": (four_bit_constant(), "requires an operand of a float, integer or boolean type, but 'k' is of type int4"),
    "dequantize_floats": (one("DequantizeLinear", ["x", "s"], [("s", np.float32(1))]),
                          "requires integers of 4, 8, 16 or 32 bits to dequantize, but got another type"),
    "float_op_on_integers": (quantized_only(), "requires a floating-point or quantized operand, but got"),
    "other_axis": (model([node("QuantizeLinear", ["x", "s", "z"], ["q"], axis=1), node("DequantizeLinear", ["q", "s", "z"], ["y"], name="it", axis=0)],
                         [X], [Y], [tensor("s", np.ones(3, np.float32)), tensor("z", np.zeros(3, np.int8))]),
                   "requires a scale for each of 2 elements of axis 0, but got 3"),
    "flatten_dynamic": (one("Flatten", x=DYNAMIC, axis=3), "requires dynamic dimensions on one side of axis 3 only, but got"),
    "pads_missing": (one("Pad", opset=9), "requires attribute 'pads', but got none"),
    "pad_mode": (pad([0, 1, 0, 1], mode="reflect"), "requires mode 'constant', but got 'reflect'"),
    "pad_count": (pad([0, 1]), "requires two pads for each of 2 dimensions, but got 2"),
    "pad_axes": (pad([0, 1, 0, 1], axes=[1, 1]), "requires distinct axes, but got 1 twice"),
    "pad_computed": (model([node("Pad", ["x", "p"], ["y"], name="it")], [X, ("p", [4], I64)], [Y]),
                     "requires pads that is a constant, but 'p' is computed at run time"),
    "concat_axis": (one("Concat", ["x", "x"]), "requires attribute 'axis', but got none"),
    "constant_kind": (model([node("Constant", [], ["k"], name="it", value_string="a"), node("Add", ["x", "k"], ["y"])], [X], [Y]),
                      "requires a constant given as value, value_float, value_floats, value_int or value_ints, but got value_string"),
    "constant_of_two": (one("ConstantOfShape", ["s"], [("s", ints(2))], value=sub_tensor(np.zeros(2, np.float32))),
                        "requires a value of one element, but got 2"),
    "same_dynamic": (one("MaxPool", x=DYNAMIC, kernel_shape=[2, 2], auto_pad="SAME_UPPER"),
                     "requires a static height and width for auto_pad, but got"),
    "kernel_missing": (one("MaxPool", x=IMAGE), "requires attribute 'kernel_shape', but got none"),
    "strides_count": (pool(strides=[1]), "requires 2 numbers in 'strides', but got 1"),
    "kernel_rank": (pool(kernel_shape=[2]), "requires a kernel of two dimensions, but got 1"),
    "pads_twice": (pool(pads=[1, 1, 1, 1], auto_pad="SAME_LOWER"), "requires either pads or auto_pad, but got both"),
    "auto_pad": (pool(auto_pad="SOMEHOW"), "requires auto_pad to be NOTSET, VALID, SAME_UPPER or SAME_LOWER, but got 'SOMEHOW'"),
    "empty_constant": (one("Add", ["x", "k"], [("k", np.zeros((0, 3), np.float32))]),
                       "requires operands with elements, but 'k' is an empty constant"),
    "shape_rank": (one("Reshape", ["x", "s"], [("s", np.ones((2, 2), np.int64))]), "requires a shape of at most 64 integers, but got 4"),
    "two_bounds": (one("Clip", ["x", "b"], [("b", np.zeros(2, np.float32))]), "requires a lower bound that is one number, but got 2"),
    "computed_bound": (model([node("Clip", ["x", "b"], ["y"], name="it")], [X, ("b", [])], [Y]),
                       "requires a lower bound that is a constant, but 'b' is computed at run time"),
    "cast": (one("Cast", to=TensorProto.STRING), "requires a cast to a float, integer or boolean type, but got string"),
    "channels": (conv((1, 3, 3, 3)), "requires a weight with 2 input channels per group, but got 3"),
    "element_types": (model([node("Add", ["x", "k"], ["y"], name="it")], [X], [Y], [tensor("k", np.zeros(3, np.float64))]),
                      "requires operands of one element type, but got"),
    "integer_batch_norm": (model([node("BatchNormalization", ["x"] + ["s"] * 4, ["y"], name="it")], [("x", [1, 2, 5, 5], I32)],
                                 [("y", None, I32)], [tensor("s", np.ones(2, np.int32))]),
                           "operand #0 must be"),
}
# Wrong words of the command line, and faults that belong to no node.
BINDINGS = {
    "unknown_name": ("Q=3", "requires the name of an input or of a dynamic dimension, but got 'Q'"),
    "not_a_size": ("N=three", 'requires NAME=SIZE or INPUT=SIZExSIZEx…, but got "N=three"'),
    "no_size": ("N", 'requires NAME=SIZE or INPUT=SIZExSIZEx…, but got "N"'),
    "too_few": ("x=3", "requires sizes for 2 dimensions of input 'x', but got 1"),
    "contradiction": ("x=3x5", "requires the file's size 3 of dimension 1, but got 5"),
    "several": ("N=3x5", "requires one size for dimension 'N', but got 2"),
}


def main():
    report = Report()
    for name, (content, message) in CASES.items():
        run = penjing("import", write(f"{name}.onnx", content), "-o", "out.mlir")
        fault = (f"exit code {run.code}" if run.code != 1 else
                 "the message names neither node nor file" if f'"it" (' not in run.text or f"{name}.onnx" not in run.text else
                 None if message in run.text else f"requires '{message}', but got")
        report.add(name, fault and f"{fault}: {run.text[:500]}")
    named = write("named.onnx", model([node("Relu", ["x"], ["y"])], [("x", ["N", 3])], [Y]))
    for name, (shape, message) in BINDINGS.items():
        run = penjing("import", named, "--shape", shape, "-o", "out.mlir")
        report.add("shape_" + name, None if run.code == 1 and message in run.text else f"{run.code}: {run.text}")
    high = write("high.onnx", model([node("Relu", ["x"], ["y"])], [("x", [1] * 17)], [Y]))
    run = penjing("import", high, "-o", "out.mlir")
    report.add("input_rank", None if "requires a tensor of at most 2^40 elements, but got rank 17" in run.text else run.text)
    four = model([node("Relu", ["x"], ["y"])], [X], [Y, ("k", None)], [helper.make_tensor("k", TensorProto.INT4, [2], [1, 1])])
    run = penjing("import", write("four.onnx", four), "-o", "out.mlir")
    report.add("output_of_four_bits", None if "requires an output of a float, integer or boolean type with elements, but got another"
               in run.text else run.text)
    # All errors of a file are listed, unsupported ops even where an input is broken.
    many = model([node("Mystery", ["x"], ["a"]), node("Softmax", ["x"], ["b"], axis=9), node("Riddle", ["a"], ["c"]),
                  node("Add", ["a", "b"], ["y"])], [X], [Y])
    run = penjing("import", write("many.onnx", many), "-o", "out.mlir")
    report.add("all_errors_listed", None if run.text.count("error: ") == 3 and all(f'"{n}" (' in run.text for n in "abc")
               else run.text)
    broken = model([node("Mystery", ["x"], ["y"])], [("x", [-5, 3])], [Y])
    run = penjing("import", write("broken.onnx", broken), "-o", "out.mlir")
    report.add("unsupported_beside_broken_input", None if "Mystery" in run.text and "but got -5" in run.text else run.text)
    report.finish()


if __name__ == "__main__":
    main()
