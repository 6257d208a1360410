#!/usr/bin/env python3
"""The shared cases of channel removal: without the named channels a network answers as
the one in which they are zero, and the parameters behind them are gone."""
import json
import sys

import numpy as np
import onnx
import onnxruntime

from onnx_files import PENJING, SHARED, Outcome, Report, penjing


def check(folder, case):
    channels = ",".join(f"{node}:{'+'.join(map(str, layer['remove_channels']))}"
                        for node, layer in case["spec"]["layers"].items())
    for run in (penjing("import", folder / "model.onnx", "-o", "whole.mlirbc"),
                Outcome([PENJING.with_name("penjing-opt"), "whole.mlirbc", f"--pj-shrink-channels=channels={channels}",
                         "--emit-bytecode", "-o", "shrunk.mlirbc"], 30),
                penjing("export", "shrunk.mlirbc", "-o", "shrunk.onnx")):
        if run.code:
            return f"{run.code}: {run.text[:400]}"
    tensors = onnx.load("shrunk.onnx").graph.initializer
    parameters = sum(int(np.prod(tensor.dims)) for tensor in tensors)
    if parameters > case["spec"]["max_params"]:
        return f"{parameters} parameters, at most {case['spec']['max_params']}"
    session = onnxruntime.InferenceSession("shrunk.onnx", providers=["CPUExecutionProvider"])
    for sample in case["runs"]:
        arrays = {name: np.load(folder / file) for name, file in sample["inputs"].items()}
        results = dict(zip([o.name for o in session.get_outputs()], session.run(None, arrays)))
        for name, file in sample["after"].items():
            want, tolerance = np.load(folder / file), case["tolerance"]
            if not np.allclose(results[name], want, tolerance["rtol"], tolerance["atol"]):
                return f"{name} differs by {np.abs(results[name] - want).max():.4g}"
    return None


def main():
    cases = [json.loads(file.read_text()) for file in sorted((SHARED / "cases").glob("pruning_*/case.json"))]
    if not cases:
        print(f"needs {SHARED / 'cases'}")
        sys.exit(77)
    report = Report()
    for case in cases:
        if "layers" in case["spec"]:
            report.add(case["id"], check(SHARED / "cases" / case["id"], case))
    report.finish()


if __name__ == "__main__":
    main()
