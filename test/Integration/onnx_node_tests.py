#!/usr/bin/env python3
"""The ONNX project's own node tests (Debian's libonnx-testdata): each is refused by name,
or its answers after import and export are the expected ones."""
import collections
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from onnx_files import Report, penjing

FOLDERS = [pathlib.Path("/usr/share/libonnx-testdata/data") / kind
           for kind in ("node", "simple", "pytorch-operator", "pytorch-converted")]


# Ops of which an operand has to be known; the tests give it at run time, and here as a constant.
FROZEN = {"Clip": 1, "ConstantOfShape": 0, "DequantizeLinear": 1, "Dropout": 1, "Pad": 1, "QuantizeLinear": 1, "Reshape": 1}


def read(path):
    proto = onnx.TensorProto()
    proto.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(proto)


def freeze(folder, files):
    """The model with those operands as initializers, written to model.onnx."""
    model = onnx.load(str(folder / "model.onnx"))
    data = {value.name: file for value, file in zip(model.graph.input, files)}
    frozen = {name for node in model.graph.node if node.op_type in FROZEN
              for name in node.input[FROZEN[node.op_type]:] if name in data}
    for name in sorted(frozen):
        model.graph.initializer.append(numpy_helper.from_array(read(data[name]), name))
    onnx.save(model, "model.onnx")


def inputs(folder):
    return sorted((folder / "test_data_set_0").glob("input_*.pb"), key=lambda f: int(f.stem.split("_")[1]))


def differs(folder, exported):
    """How the exported file's answers differ from the expected ones."""
    try:
        session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common base
        # Some element types have no kernel there.
        return None if "NOT_IMPLEMENTED" in str(error) else f"onnxruntime: {error}"
    data, files = folder / "test_data_set_0", inputs(folder)
    # Constants of the model are among its inputs in old files.
    named = [value.name for value in onnx.load(str(folder / "model.onnx")).graph.input]
    wanted = {value.name for value in session.get_inputs()}
    feeds = {name: read(file) for name, file in zip(named, files) if name in wanted}
    for output, array in zip(sorted(data.glob("output_*.pb"), key=lambda f: int(f.stem.split("_")[1])),
                             session.run(None, feeds)):
        want = read(output)
        if want.shape != array.shape or want.dtype != array.dtype:
            return f"{array.dtype}{array.shape}, expected {want.dtype}{want.shape}"
        if not np.allclose(want.astype(np.float64), array.astype(np.float64), 1e-3, 1e-5, equal_nan=True):
            return f"differs by {np.abs(want.astype(np.float64) - array).max()}"
    return None


def main():
    if not FOLDERS[0].exists():
        print(f"needs {FOLDERS[0]} (Debian's libonnx-testdata)")
        sys.exit(77)
    report, counts = Report(), collections.Counter()
    faults = {}
    for folder in sorted(f for kind in FOLDERS if kind.exists() for f in kind.iterdir()):
        # NumPy, and so the data, has no bfloat16.
        if not (folder / "model.onnx").exists() or "BFLOAT16" in folder.name:
            continue
        freeze(folder, inputs(folder))
        run = penjing("import", "model.onnx", "-o", "model.mlir")
        if run.code == 1 and "error: " in run.text:
            counts["refused"] += 1
            if "requires a supported op" not in run.text:
                counts["refused, though the op is supported"] += 1
                if "-v" in sys.argv:
                    print(folder.name, run.text.splitlines()[0][:220])
            continue
        exported = penjing("export", "model.mlir", "-o", "exported.onnx") if run.code == 0 else run
        fault = f"exit code {exported.code}: {exported.text[-400:]}" if exported.code else differs(folder, "exported.onnx")
        counts["right"] += not fault
        if fault:
            faults[folder.name] = fault
    for name, fault in faults.items():
        report.add(name, fault)
    report.add("node_tests", None if counts["right"] >= 100 else f"requires at least 100 right ones, but got {dict(counts)}")
    print(f"figure: ONNX node tests: {dict(counts)}, wrong {len(faults)}")
    report.finish()


if __name__ == "__main__":
    main()
