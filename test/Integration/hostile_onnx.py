#!/usr/bin/env python3
"""Hostile ONNX files: each is refused with a message; none crashes, hangs or takes 256 MiB."""
import os
import pathlib

import numpy as np
from onnx import TensorProto, helper

from onnx_files import F, Report, model, node, penjing, tensor, write

X, Y = ("x", [2, 3]), ("y", [2, 3])
RELU = node("Relu", ["x"], ["y"])


def varint(number):
    number &= (1 << 64) - 1
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    result.append(number)
    return bytes(result)


def field(number, payload):
    """A length-delimited field of the wire format."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def good():
    return model([RELU], [X], [Y])


def claims(dims, raw=b"", kind=F, **fields):
    """A model that adds an initializer with these dimensions, whatever its data."""
    result = model([node("Add", ["x", "k"], ["y"])], [X], [Y])
    proto = result.graph.initializer.add(name="k", data_type=kind, dims=dims)
    if raw is not None:
        proto.raw_data = raw
    for name, content in fields.items():
        getattr(proto, name).extend(content)
    return result


def external(**entries):
    result = claims([2, 3], None)
    proto = result.graph.initializer[0]
    proto.data_location = TensorProto.EXTERNAL
    for key, text in entries.items():
        proto.external_data.add(key=key, value=str(text))
    return result


def edit(change, base=None):
    result = base or good()
    change(result)
    return result


def of_shape(shape, **attributes):
    return model([node("ConstantOfShape", ["s"], ["c"], **attributes), node("Add", ["x", "c"], ["y"])],
                 [X], [Y], [tensor("s", np.array(shape, np.int64))])


def deep(levels):
    graph = b""
    for _ in range(levels):
        attribute = field(1, b"then_branch") + field(6, graph) + b"\xa0\x01\x05"
        graph = field(1, field(4, b"If") + field(5, attribute))
    return b"\x08\x08" + field(7, graph)


def conv(weight, **attributes):
    return model([node("Conv", ["x", "w"], ["y"], **attributes)], [("x", [1, 2, 4, 4])], [("y", None)],
                 [tensor("w", np.zeros(weight, np.float32))])


DAMAGED = "requires a complete ONNX file, but got one that is cut off or damaged"
SMALL = "requires messages in proportion to the file's size, but got too many small ones"
TOGETHER = "requires tensors of at most 2147483647 bytes together, but got dimensions ["
BYTES = good().SerializeToString()

CASES = {
    "empty": (b"", "requires a complete ONNX file, but got an empty one"),
    "text": (b"this is no model\n" * 100, DAMAGED),
    "zeros": (bytes(4096), DAMAGED),
    "ones": (b"\xff" * 4096, DAMAGED),
    "half": (BYTES[:len(BYTES) // 2], DAMAGED),
    "one_byte_short": (BYTES[:-1], DAMAGED),
    "trailing_garbage": (BYTES + b"\xff\xff\xff", DAMAGED),
    "field_claims_2_gib": (b"\x08\x08" + varint(7 << 3 | 2) + varint(1 << 31) + b"abc", DAMAGED),
    "field_claims_everything": (b"\x08\x08" + varint(7 << 3 | 2) + b"\xff" * 9 + b"\x01", DAMAGED),
    "wrong_wire_type": (b"\x08\x08" + varint(7 << 3 | 2) + b"\x02\x0f\x0f", DAMAGED),
    "graph_is_a_number": (b"\x08\x08\x38\x05", "requires a graph, but got none"),
    "no_graph": (edit(lambda m: m.ClearField("graph")), "requires a graph, but got none"),
    "old_ir": (edit(lambda m: setattr(m, "ir_version", 2)), "requires an IR version of at least 3, but got 2"),
    "no_operator_set": (edit(lambda m: m.ClearField("opset_import")), "requires an operator set from 7 to 22, but got 0"),
    "old_operator_set": (model([RELU], [X], [Y], opset=6), "requires an operator set from 7 to 22, but got 6"),
    "new_operator_set": (model([RELU], [X], [Y], opset=99), "requires an operator set from 7 to 22, but got 99"),
    "millions_of_empty_nodes": (b"\x08\x08" + field(7, b"\x0a\x00" * 4_000_000), SMALL),
    "millions_of_empty_tensors": (b"\x08\x08" + field(7, b"\x2a\x00" * 4_000_000), SMALL),
    "millions_of_empty_names": (b"\x08\x08" + field(7, field(1, b"\x0a\x00" * 8_000_000)), SMALL),
    "deeply_nested": (deep(40), "requires messages nested at most 48 deep"),
    "very_deeply_nested": (deep(3000), "requires messages nested at most 48 deep"),
    "group_in_node": (b"\x08\x08" + field(7, field(1, field(4, b"Relu") + b"\x0b\x0b\x0c")), DAMAGED),
    "damaged_type": (b"\x08\x08" + field(7, field(11, field(1, b"x") + field(2, field(1, b"\xff\xff")))),
                     "requires messages of the ONNX schema, but got others"),
    "raw_data_too_short": (claims([2, 3], b"1234"), "requires 24 bytes of data for its dimensions, but got 4"),
    "raw_data_too_long": (claims([2, 3], bytes(25)), "requires 24 bytes of data for its dimensions, but got 25"),
    "no_data": (claims([2, 3], None), "requires 24 bytes of data for its dimensions, but got 0"),
    "float_data_too_short": (claims([2, 3], None, float_data=[1, 2]), "requires 24 bytes of data for its dimensions, but got 8"),
    "tensor_of_2_gib": (claims([1 << 29]), TOGETHER + "536870912]"),
    "tensor_overflows": (claims([1 << 32, 1 << 32]), TOGETHER),
    "tensor_overflows_to_zero": (claims([1 << 62, 4, 2]), TOGETHER),
    "negative_dimension": (claims([-2, -3], bytes(24)), TOGETHER + "-2, -3]"),
    "seventeen_dimensions": (claims([1] * 17, bytes(4)), TOGETHER),
    "unknown_data_type": (claims([2, 3], bytes(24), kind=77), "requires a float, integer or boolean tensor, but got data type 77"),
    "strings": (claims([1], None, kind=TensorProto.STRING, string_data=[b"a"]),
                "requires a float, integer or boolean tensor, but got string"),
    "number_out_of_range": (claims([1], None, kind=TensorProto.INT8, int32_data=[300]),
                            "requires elements in the range of int8, but got one outside"),
    "segment": (edit(lambda m: m.graph.initializer[0].segment.MergeFrom(TensorProto.Segment(begin=0, end=1)),
                     claims([2, 3], bytes(24))), "requires a tensor in one piece, but got a segment"),
    "sparse": (edit(lambda m: m.graph.sparse_initializer.add().values.MergeFrom(tensor("k", np.zeros(1, np.float32)))),
               "requires a dense initializer, but got a sparse one"),
    "external_outside": (external(location="../../../../../../../../etc/passwd"),
                         "cannot read external data: requires a path inside"),
    "external_absolute": (external(location="/etc/passwd"),
                          "requires external data in a file beside the model, but got '/etc/passwd'"),
    "external_by_link": (external(location="link"), "cannot read external data: requires a path inside"),
    "external_device": (external(location="pipe"), "requires a regular file"),
    "external_missing": (external(location="nowhere.bin"), "cannot read external data: cannot read"),
    "external_without_place": (external(offset=0), "requires external data in a file beside the model, but got ''"),
    "external_offset": (external(location="weights.bin", offset=1 << 60),
                        "requires external data of 24 bytes from byte 1152921504606846976 on"),
    "external_negative": (external(location="weights.bin", offset=-8),
                          "requires a number as 'offset' of the external data, but got '-8'"),
    "external_length": (external(location="weights.bin", length=1 << 31),
                        "requires 24 bytes of external data, but got 2147483648"),
    "cycle": (model([node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), node("Relu", ["b"], ["y"])], [X], [Y]),
              "requires a graph without cycles, but"),
    "reads_itself": (model([node("Relu", ["y"], ["y"])], [X], [Y]),
                     "requires a graph without cycles, but 'y' depends on this node's own result"),
    "long_cycle": (model([node("Relu", [f"v{(i - 1) % 30000}"], [f"v{i}"]) for i in range(30000)], [X], [("v9", None)]),
                   "requires a graph without cycles"),
    "written_twice": (model([RELU, node("Neg", ["x"], ["y"], name="again")], [X], [Y]),
                      "requires every value to be written once, but 'y' is written twice"),
    "initializer_twice": (model([node("Add", ["x", "k"], ["y"])], [X], [Y],
                                [tensor("k", np.zeros((2, 3), np.float32))] * 2), "'k' is written twice"),
    "node_writes_initializer": (model([node("Relu", ["x"], ["k"]), node("Add", ["x", "k"], ["y"])], [X], [Y],
                                      [tensor("k", np.zeros((2, 3), np.float32))]), "'k' is written twice"),
    "node_writes_input": (model([node("Relu", ["x"], ["x"]), RELU], [X], [Y]), "'x' is written twice"),
    "input_twice": (model([RELU], [X, X], [Y]), "'x' is written twice"),
    "input_missing": (model([node("Relu", ["nowhere"], ["y"])], [X], [Y]),
                      "requires an input that a node writes, but nothing writes 'nowhere'"),
    "output_missing": (model([RELU], [X], [("z", [2, 3])]),
                       "requires an output that a node writes, but nothing writes 'z'"),
    "output_twice": (model([RELU], [X], [Y, Y]), "requires distinct outputs, but got 'y' twice"),
    "no_outputs": (model([RELU], [X], []), "requires at least one output, but got none"),
    "no_result": (model([node("Relu", ["x"], [""], name="quiet")], [X], [X]), "requires a named result, but got none"),
    "output_type": (model([RELU], [X], [("y", [2, 3], TensorProto.INT64)]),
                    "requires elements of type 'f32' as the graph computes them, but got int64"),
    "output_rank": (model([RELU], [X], [("y", [2, 3, 1])]), "requires rank 2 as the graph computes it, but got 3"),
    "absurd_input": (model([RELU], [("x", [1 << 40, 1 << 40])], [("y", None)]), "requires a tensor of at most 2^40 elements"),
    "negative_input": (model([RELU], [("x", [-7])], [("y", None)]), "requires sizes that are not negative, but got -7"),
    "input_without_type": (edit(lambda m: m.graph.input[0].ClearField("type")),
                           "requires an input that is a float, integer or boolean tensor with a shape, but got no tensor"),
    "input_without_shape": (model([RELU], [("x", None)], [("y", None)]), "tensor with a shape, but got no shape"),
    "absurd_constant": (of_shape([1 << 20, 1 << 20]), "requires a constant below 2 GiB, but got shape [1048576, 1048576]"),
    "overflowing_constant": (of_shape([1 << 62, 1 << 62]), "requires a constant below 2 GiB"),
    "negative_constant": (of_shape([-1, 3]), "requires a constant below 2 GiB, but got shape [-1, 3]"),
    "absurd_pads": (model([node("Pad", ["x", "p"], ["y"])], [X], [Y], [tensor("p", np.array([1 << 62, 0, 1 << 62, 0]))]),
                    "requires a result without negative dimensions"),
    "absurd_product": (model([node("Add", ["x", "r"], ["y"])], [("x", [1 << 30, 1]), ("r", [1, 1 << 30])], [("y", None)]),
                       "requires a result of at most 2^40 elements, but got"),
    "strides_of_zero": (conv([1, 2, 3, 3], strides=[0, 0]), "requires two positive strides"),
    "dilation_overflows": (conv([1, 2, 3, 3], dilations=[1 << 62, 1 << 62]), "requires window attributes up to"),
    "pads_overflow": (conv([1, 2, 3, 3], pads=[1 << 62] * 4), "requires window attributes up to"),
    "groups_of_zero": (conv([1, 2, 3, 3], group=0), "requires groups to divide the channels"),
    "kernel_unlike_weight": (conv([1, 2, 3, 3], kernel_shape=[5, 5]),
                             "requires the weight's kernel [3, 3] as kernel_shape, but got [5, 5]"),
    "same_by_stride_of_zero": (conv([1, 2, 3, 3], strides=[0, 1], auto_pad="SAME_UPPER"),
                               "requires window sizes from 1 to 2^31 for auto_pad, but got 0"),
    "unknown_attribute": (model([node("Relu", ["x"], ["y"], alpha=0.1)], [X], [Y]),
                          "does not know attribute 'alpha' in operator set 17"),
    "attribute_type": (model([node("Softmax", ["x"], ["y"], axis="one")], [X], [Y]),
                       "requires attribute 'axis' to be an integer, but got another type"),
    "axis_outside": (model([node("Softmax", ["x"], ["y"], axis=7)], [X], [Y]), "requires an axis in [-2, 1], but got 7"),
    "too_many_operands": (model([node("Relu", ["x", "x", "x"], ["y"])], [X], [Y]), "requires 1 operands, but got 3"),
    "thousands_of_errors": (model([node("Mystery", ["x"], [f"v{i}"]) for i in range(5000)], [X], [("v0", None)]),
                            "stopped listing errors: 4900 more"),
}


def main():
    report = Report()
    pathlib.Path("weights.bin").write_bytes(bytes(24))
    os.symlink("/etc/passwd", "link")
    os.mkfifo("pipe")
    peak = 0
    for name, (content, message) in CASES.items():
        run = penjing("import", write(f"{name}.onnx", content), "-o", "out.mlir")
        peak = max(peak, run.mebibytes)
        fault = ("hangs" if run.timed_out else f"exit code {run.code}: {run.text[-300:]}" if run.code != 1
                 else f"{run.mebibytes:.0f} MiB" if run.mebibytes >= 256
                 else f"requires the message '{message}', but got:\n{run.text[:600]}" if message not in run.text
                 else "wrote an output" if os.path.exists("out.mlir") else None)
        report.add(name, fault)
    # A sparse file of 3 GiB has a size but no content worth reading.
    with open("huge.onnx", "wb") as huge:
        huge.truncate(3 << 30)
    run = penjing("import", "huge.onnx", "-o", "out.mlir")
    report.add("file_of_3_gib", None if run.code == 1 and "requires a file of at most" in run.text and run.mebibytes < 256
               else f"exit code {run.code}, {run.mebibytes:.0f} MiB: {run.text[:300]}")
    # A constant just below the limit is one number with a shape: it costs nothing.
    run = penjing("import", write("splat.onnx", of_shape([1 << 14, 1 << 14, 1])), "-o", "splat.mlir")
    report.add("constant_of_1_gib", None if run.code == 1 and "requires shapes that broadcast" in run.text and run.mebibytes < 256
               else f"exit code {run.code}, {run.mebibytes:.0f} MiB: {run.text[:300]}")
    large = model([node("ConstantOfShape", ["s"], ["y"])], [X], [("y", None)], [tensor("s", np.array([1 << 28], np.int64))])
    run = penjing("import", write("large.onnx", large), "-o", "large.mlirbc")
    report.add("constant_of_1_gib_as_output", None if run.code == 0 and run.mebibytes < 256
               else f"exit code {run.code}, {run.mebibytes:.0f} MiB: {run.text[:300]}")
    print(f"figure: hostile ONNX files refused: {len(CASES) + 1}; most memory {peak:.0f} MiB")
    report.finish()


if __name__ == "__main__":
    main()
