"""Turns ONNX's text format into a file: to_onnx.py IN.onnxtxt OUT.onnx. Lines that begin
with `#` are for lit; `[name]` before a node names it."""
import re
import sys

import onnx
import onnx.parser

lines = [line for line in open(sys.argv[1]) if not line.startswith("#")]
names = re.findall(r"^\s*\[(\w+)\] ", "".join(lines), re.M)
text = re.sub(r"^(\s*)\[\w+\] ", r"\1", "".join(lines), flags=re.M)
model = onnx.parser.parse_model(text)
for node, name in zip(model.graph.node, names):
    node.name = name
onnx.save(model, sys.argv[2])
