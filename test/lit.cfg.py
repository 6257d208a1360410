# The lit suite: tests in IR, run by penjing-opt and penjing, judged by FileCheck.
#
# Substitutions: %penjing-opt and penjing-opt, penjing, FileCheck, not, count, split-file,
# mlir-opt, llvm-nm and the like by name; %python (build/venv), %inputs (test/Inputs),
# %source, %build, %shared (../shared/data), %clang.
# Features (REQUIRES:): assertions, asan, x86-64-v3, x86-64-v4, avx512vnni, amx-int8,
# qemu-aarch64, shared-data, fashion-mnist, onnx-testdata, onnxruntime, long.
import os
import platform
import shutil

import lit.formats

source = config.penjing_source_dir
build = config.penjing_build_dir

config.name = "Penjing"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".onnxtxt"]
config.excludes = ["Inputs", "lib", "unit", "house", "CMakeLists.txt", "lit.cfg.py"]
config.test_source_root = os.path.join(source, "test")
config.test_exec_root = os.path.join(build, "test")

tools = os.path.join(build, "bin")
config.environment["PATH"] = os.pathsep.join([tools, config.llvm_tools_dir, os.environ.get("PATH", "")])
config.environment["PENJING_SOURCE"] = source
config.environment["PENJING_BUILD"] = build
for name in ("HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "PENJING_SHARED_DATA"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

python = os.path.join(build, "venv", "bin", "python")
if not os.path.exists(python):
    python = os.path.join(source, "build", "venv", "bin", "python")
shared = os.environ.get("PENJING_SHARED_DATA") or os.path.normpath(os.path.join(source, "..", "shared", "data"))
config.substitutions += [
    ("%python", python),
    ("%inputs", os.path.join(source, "test", "Inputs")),
    ("%source", source),
    ("%build", build),
    ("%shared", shared),
    ("%clang", os.path.join(config.llvm_tools_dir, "clang")),
]


def cpu_flags():
    """The flags Linux reports for this CPU; empty elsewhere."""
    try:
        with open("/proc/cpuinfo") as info:
            return next((set(line.split(":")[1].split()) for line in info if line.startswith("flags")), set())
    except OSError:
        return set()


flags = cpu_flags()
v3 = {"avx2", "fma", "bmi2", "f16c"}
v4 = v3 | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}


def has_module(name):
    """Whether the tests' Python environment holds a package of that name."""
    packages = os.path.join(os.path.dirname(os.path.dirname(python)), "lib")
    return any(os.path.isdir(os.path.join(packages, version, "site-packages", name))
               for version in (os.listdir(packages) if os.path.isdir(packages) else []))


features = {
    "assertions": config.penjing_assertions == "ON",
    "asan": config.penjing_sanitize == "ON",
    "x86_64": platform.machine() == "x86_64",
    "x86-64-v3": v3 <= flags,
    "x86-64-v4": v4 <= flags,
    "avx512vnni": v4 | {"avx512_vnni"} <= flags,
    "avx512bf16": v4 | {"avx512_bf16"} <= flags,
    "amx-int8": "amx_int8" in flags,
    "qemu-aarch64": bool(shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc")),
    "shared-data": os.path.isdir(os.path.join(shared, "models")),
    "fashion-mnist": os.path.isdir("/usr/share/datasets/fashion-mnist"),
    "onnx-testdata": os.path.isdir("/usr/share/libonnx-testdata/data"),
    "onnx": has_module("onnx"),
    "onnxruntime": has_module("onnxruntime"),
    "torch": has_module("torch"),
    "long": bool(os.environ.get("PENJING_LONG")),
}
config.available_features.update(name for name, there in features.items() if there)
