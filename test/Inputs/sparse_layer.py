#!/usr/bin/env python3
"""Prints a module of one layer whose weight has zeros, for tests of the choice of kernels.

    sparse_layer.py FORM (ROWS INNER COLUMNS | conv CHANNELS SIZE OUTPUTS KERNEL) PATTERN

FORM is that of the module (scheduled, float …). PATTERN says which weights stay: `blocks-N`
keeps one input of N for all outputs, `single-N` one input of N, another for each output of
sixteen neighbours, `all` every one.
"""
import struct
import sys


def kept(pattern, output, place):
    name, _, period = pattern.partition("-")
    if name == "all":
        return True
    return place % int(period) == (output % int(period) if name == "single" else 0)


def weight(outputs, inner, pattern, outputs_last):
    order = ([(o, i) for i in range(inner) for o in range(outputs)] if outputs_last
             else [(o, i) for o in range(outputs) for i in range(inner)])
    return b"".join(struct.pack("<f", 1 + (o + i) % 3 if kept(pattern, o, i) else 0) for o, i in order).hex().upper()


def main(form, *words):
    *words, pattern = words
    if words[0] == "conv":
        channels, size, outputs, kernel = map(int, words[1:])
        shapes = [f"1x{channels}x{size}x{size}", f"{outputs}x{channels}x{kernel}x{kernel}", f"1x{outputs}x{size}x{size}"]
        data = weight(outputs, channels * kernel * kernel, pattern, False)
        op, attributes = "conv", f"{{pads = array<i64: {', '.join([str(kernel // 2)] * 4)}>}} "
    else:
        rows, inner, columns = map(int, words)
        shapes = [f"{rows}x{inner}", f"{inner}x{columns}", f"{rows}x{columns}"]
        data = weight(columns, inner, pattern, True)
        op, attributes = "matmul", ""
    x, w, y = (f"tensor<{shape}xf32>" for shape in shapes)
    print(f"""module attributes {{pj.form = #pj.form<{form}>, pj.version = 1 : i32}} {{
  pj.param @fc : {w} {{role = #pj.role<weight>, value = dense<"0x{data}"> : {w}}}
  func.func @main(%x: {x}) -> {y} {{
    %w = pj.use @fc : {w}
    %0 = pj.{op} %x, %w {attributes}: ({x}, {w}) -> {y}
    return %0 : {y}
  }}
}}""")


main(*sys.argv[1:])
