#!/usr/bin/env python3
"""The shared cases (after public bug reports of other tools): imported and exported they
give the right answers, or are refused by name."""
import json
import sys

import numpy as np
import onnxruntime

from onnx_files import SHARED, Report, penjing

# What this version does not import; everything else must be right.
REFUSED = {"importer_gru_both_reset_forms": "GRU", "importer_reduce_empty_axes_is_identity": "ReduceMean",
           "importer_scalar_tensors": "ReduceMax", "importer_split_empty_optional": "Split",
           "importer_upsample_opset9_linear": "Upsample", "numeric_sinh_cosh_near_the_limit": "Sinh",
           "quantized_dequantized_value_many_readers": "convolution over two dimensions", "search_output_feeds_output": "Gather"}


def check(folder, case):
    run = penjing("export", folder / "model.onnx", "-o", "exported.onnx")
    if run.code:
        refusal = case["expect"] == "refuse-with-error" or case["id"] in REFUSED
        named = REFUSED.get(case["id"], case.get("mention", ""))
        return None if refusal and run.code == 1 and "error: " in run.text and named in run.text else f"{run.code}: {run.text[:400]}"
    if case["expect"] == "refuse-with-error":
        return "accepted a broken file"
    session = onnxruntime.InferenceSession("exported.onnx", providers=["CPUExecutionProvider"])
    for sample in case["runs"]:
        arrays = {name: np.load(folder / file) for name, file in sample["inputs"].items()}
        results = dict(zip([o.name for o in session.get_outputs()], session.run(None, arrays)))
        for name, file in sample["expected"].items():
            want, have = np.load(folder / file), results[name]
            tolerance = case["tolerance"]
            if want.dtype != have.dtype or want.shape != have.shape or not np.allclose(
                    have.astype(np.float64), want.astype(np.float64), tolerance["rtol"], tolerance["atol"], equal_nan=True):
                return f"{name} differs"
    return None


def main():
    cases = sorted((SHARED / "cases").glob("*/case.json"))
    if not cases:
        print(f"needs {SHARED / 'cases'}")
        sys.exit(77)
    report = Report()
    for file in cases:
        case = json.loads(file.read_text())
        report.add(case["id"], check(file.parent, case))
    report.finish()


if __name__ == "__main__":
    main()
