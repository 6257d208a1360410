"""Makes ONNX files for tests, legal and broken ones, and runs `penjing` on them."""
import os
import pathlib
import subprocess
import sys
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PENJING = pathlib.Path(os.environ["PENJING_BUILD"]) / "bin" / "penjing"
SHARED = pathlib.Path(os.environ.get("PENJING_SHARED_DATA")
                      or pathlib.Path(os.environ["PENJING_SOURCE"]).parent / "shared" / "data")
F = TensorProto.FLOAT


def value(name, shape, kind=F):
    return helper.make_tensor_value_info(name, kind, shape)


def tensor(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def node(op, inputs, outputs, name=None, **attributes):
    return helper.make_node(op, inputs, outputs, name=outputs[0] if name is None else name, **attributes)


def model(nodes, inputs, outputs, initializers=(), opset=17, ir=8):
    """A model without any check; inputs and outputs are (name, shape[, type])."""
    graph = helper.make_graph(list(nodes), "g", [value(*item) for item in inputs],
                              [value(*item) for item in outputs], list(initializers))
    result = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    result.ir_version = ir
    return result


def write(path, content):
    path = pathlib.Path(path)
    path.write_bytes(content if isinstance(content, bytes) else content.SerializeToString())
    return path


class Outcome:
    """What a run gave: exit code (negative: a signal), output, peak memory in MiB."""

    def __init__(self, words, timeout):
        deadline = time.monotonic() + timeout
        with open("run.log", "w+b") as log:
            child = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            pid = 0
            while not pid and time.monotonic() < deadline:
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                time.sleep(0 if pid else 0.002)
            self.timed_out = not pid
            if not pid:
                child.kill()
                _, status, usage = os.wait4(child.pid, 0)
            child.returncode = self.code = os.waitstatus_to_exitcode(status)
            log.seek(0)
            self.text = log.read().decode(errors="replace")
        self.mebibytes = usage.ru_maxrss / 1024


def penjing(*words, timeout=30):
    return Outcome([PENJING, *words], timeout)


class Report:
    """Prints the lines that test/check.py counts."""

    def __init__(self):
        self.failed = 0

    def add(self, name, fault):
        self.failed += bool(fault)
        print(f"not ok {name}" if fault else f"ok {name}", flush=True)
        if fault:
            print("  " + str(fault).replace("\n", "\n  "), flush=True)

    def skip(self, name, why):
        print(f"ok {name} # SKIP {why}", flush=True)

    def finish(self):
        sys.exit(1 if self.failed else 0)
