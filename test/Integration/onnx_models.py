#!/usr/bin/env python3
"""Models through import and export: ONNX Runtime gives the same answers, a second import
gives the same module, and every node is in a location or in the list of folded nodes."""
import pathlib
import re

import numpy as np
import onnx
import onnxruntime

from onnx_files import SHARED, Report, penjing


def module_text(path):
    """A module's text without what a second file may change: ordinals and folded nodes."""
    text = pathlib.Path(path).read_text()
    text = re.sub(r'("[^"]*\.onnx"):\d+:\d+', r"\1", text)
    text = re.sub(r"pj\.folded_nodes = \[[^\]]*\], ", "", text)
    # Locations are numbered in the order of their first use; without ordinals they are their own names.
    places = dict(re.findall(r"^(#loc\d*) = (loc\(.*\))$", text, re.M))
    body = re.sub(r"^#loc.*\n", "", text, flags=re.M)
    def expand(match):
        place = places[match.group(0)]
        return re.sub(r"#loc\d*\b", expand, place)
    return re.sub(r"#loc\d*\b", expand, body)


def node_names(path):
    """Names as the importer makes them unique."""
    names, seen = [], set()
    for index, node in enumerate(onnx.load(str(path)).graph.node):
        name = node.name if node.name and node.name not in seen else f"{node.name or node.op_type}#{index}"
        seen.add(name)
        names.append(name)
    return names


def answers(path, feeds):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return {output.name: array for output, array in zip(session.get_outputs(), session.run(None, feeds))}


def feeds_of(path, seed=0):
    """Random inputs; a batch of 8 where it is free."""
    random = np.random.default_rng(seed)
    graph = onnx.load(str(path)).graph
    constants = {tensor.name for tensor in graph.initializer}
    feeds = {}
    for value in graph.input:
        if value.name in constants:
            continue
        shape = [d.dim_value if d.HasField("dim_value") else 8 for d in value.type.tensor_type.shape.dim]
        array = random.uniform(0, 255, shape) if "resnet8" in str(path) else random.normal(size=shape) * 3
        feeds[value.name] = array.astype(onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type))
    return feeds


def check(path, tolerance, identity=True):
    """What is wrong with a model's way through import and export; None when nothing."""
    name = pathlib.Path(path).name
    pathlib.Path("out").mkdir(exist_ok=True)
    for words in (["import", path, "-o", "first.mlir"], ["export", "first.mlir", "-o", f"out/{name}"],
                  ["import", f"out/{name}", "-o", "second.mlir"]):
        run = penjing(*words)
        if run.code:
            return f"penjing {words[0]}: {run.code}: {run.text[:600]}"
    onnx.checker.check_model(f"out/{name}", full_check=True)
    text = pathlib.Path("first.mlir").read_text()
    folded = re.search(r"pj\.folded_nodes = \[([^\]]*)\]", text)
    known = set(re.findall(r'loc\("([^"]*)"\(', text)) | set(re.findall(r'"([^"]*)"', folded.group(1) if folded else ""))
    missing = [node for node in node_names(path) if node not in known]
    if missing:
        return f"nodes neither in a location nor folded: {missing}"
    feeds = feeds_of(path)
    want, have = answers(path, feeds), answers(f"out/{name}", feeds)
    if list(want) != list(have):
        return f"outputs {list(have)}, expected {list(want)}"
    for output, array in want.items():
        error = np.abs(array.astype(np.float64) - have[output]).max()
        if array.dtype != have[output].dtype or array.shape != have[output].shape or not error <= tolerance:
            return f"{output}: {have[output].dtype}{have[output].shape} differs by {error}"
    if not identity:
        return None
    first, second = module_text("first.mlir"), module_text("second.mlir")
    if first != second:
        differing = [(a, b) for a, b in zip(first.splitlines(), second.splitlines()) if a != b]
        return f"export, then import is not the identity: {differing[:2]}"
    return None


def main():
    report = Report()
    models = SHARED / "models"
    for name in ("ic_resnet8_fp32", "ic_resnet8_int8_qdq", "kws_dscnn_fp32", "kws_dscnn_int8_qdq",
                 "ad_autoencoder_fp32", "ad_autoencoder_int8_qdq", "mnist_cntk", "light_squeezenet"):
        path = models / f"{name}.onnx"
        if path.exists():
            # A Softmax of operator set 8 is three ops here, and three nodes there.
            report.add(name, check(path, 0, identity=name != "light_squeezenet"))
        else:
            report.skip(name, f"needs {path}")
    report.finish()


if __name__ == "__main__":
    main()
