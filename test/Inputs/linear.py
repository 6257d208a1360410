#!/usr/bin/env python3
"""Writes a tiny labelled data set and a linear model that is right on all of it:
linear.py FOLDER makes data.npz (x: samples x 8, y) and linear.mlir there."""
import random
import struct
import sys
import zipfile

SAMPLES, FEATURES, CLASSES = 400, 8, 3


def npy(values, shape, kind):
    """The bytes of a .npy file: little-endian float32 (f) or int32 (i)."""
    header = f"{{'descr': '<{kind}4', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (63 - (len(header) + 10) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}{kind}", *values)


def rounded(value):
    """As float32 holds it."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def main(folder):
    source = random.Random(7)
    weights = [[rounded(source.gauss(0, 1)) for _ in range(CLASSES)] for _ in range(FEATURES)]
    x, y = [], []
    for _ in range(SAMPLES):
        sample = [rounded(source.gauss(0, 1)) for _ in range(FEATURES)]
        logits = [sum(s * row[c] for s, row in zip(sample, weights)) for c in range(CLASSES)]
        x += sample
        y.append(logits.index(max(logits)))
    with zipfile.ZipFile(f"{folder}/data.npz", "w") as archive:
        archive.writestr("x.npy", npy(x, (SAMPLES, FEATURES), "f"))
        archive.writestr("y.npy", npy(y, (SAMPLES,), "i"))
    with open(f"{folder}/linear.mlir", "w") as file:
        file.write(f"""#batch = #pj.dims<[N] -> [N]>
module attributes {{pj.form = #pj.form<float>, pj.version = 1 : i32}} {{
  pj.param @w : tensor<{FEATURES}x{CLASSES}xf32> {{role = #pj.role<weight>, trainable, value = dense<{weights}> : tensor<{FEATURES}x{CLASSES}xf32>}}
  func.func @main(%x: tensor<?x{FEATURES}xf32, #batch> {{pj.name = "x"}})
      -> (tensor<?x{CLASSES}xf32, #batch> {{pj.name = "y"}}) attributes {{pj.dims = ["N"]}} {{
    %w = pj.use @w : tensor<{FEATURES}x{CLASSES}xf32>
    %y = pj.matmul %x, %w : (tensor<?x{FEATURES}xf32, #batch>, tensor<{FEATURES}x{CLASSES}xf32>) -> tensor<?x{CLASSES}xf32, #batch> loc("fc")
    return %y : tensor<?x{CLASSES}xf32, #batch>
  }}
}}
""")


if __name__ == "__main__":
    main(sys.argv[1])
