#!/usr/bin/env python3
"""Compiled networks under Valgrind touch no byte outside the caller's arrays and arena, each a
block of the heap of its own; and no result depends on what the arena held before the call."""
import os
import re
import shutil
import subprocess
import sys

SOURCE = os.environ["PENJING_SOURCE"]
SHARED = os.environ.get("PENJING_SHARED_DATA") or os.path.normpath(os.path.join(SOURCE, "..", "shared", "data"))
ARTICLE = f"{SOURCE}/examples/article-cnn/article.mlir"
# What Valgrind can run: AVX2 and FMA, and the least common denominator.
TARGETS = ["x86-64-v3", "x86-64"]
RECIPE = """// Blocks of sixteen channels and single weights.
pj-prune-magnitude{sparsity=0.8 block=16x1},
// Integers.
pj-quantize,
pj-calibrate{samples=64},
pj-pack
"""
MODELS = ["ic_resnet8_fp32", "ic_resnet8_int8_qdq", "kws_dscnn_fp32", "ad_autoencoder_fp32"]
PROGRAM = """#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {{
  int64_t samples = {samples};
  void *arena = aligned_alloc(64, (MODEL_ARENA_BYTES + 63) / 64 * 64);
  memset(arena, argc > 1 ? atoi(argv[1]) : 0, MODEL_ARENA_BYTES);
  {arrays}
  int code = model({arguments}arena);
  unsigned long sum = 5381;
  {sums}
  printf("%d %lu\\n", code, sum);
  {frees}
  free(arena);
  (void)samples;
  return code;
}}
"""


def program(header, samples):
    """The C program that calls what the header declares on blocks of exactly the sizes it states."""
    prototype = re.search(r"\nint model\(([^;]*)\);", header).group(1)
    lengths = dict(re.findall(r"^ \* +(\w+): .*, ([\w ]+?)\.?$", header, re.M))
    arrays, sums, frees, arguments = [], [], [], []
    for kind, name in re.findall(r"((?:const )?\w+) \*(\w+)", prototype):
        if name == "arena":
            continue
        count = re.sub(r"\bx\b", "*", lengths[name])
        element = kind.replace("const ", "")
        arrays.append(f"{element} *{name} = malloc(sizeof({element}) * ({count}));")
        if "const" in kind:
            arrays.append(f"for (int64_t i = 0; i < ({count}); ++i) {name}[i] = ({element})(i * 31 % 251);")
        else:
            sums.append(f"for (size_t i = 0; i < sizeof({element}) * ({count}); ++i) sum = sum * 33 + ((unsigned char *){name})[i];")
        frees.append(f"free({name});")
        arguments.append(f"{name}, ")
    if "int64_t samples" in prototype:
        arguments.append("samples, ")
    return PROGRAM.format(samples=samples, arrays="\n  ".join(arrays), sums="\n  ".join(sums), frees="\n  ".join(frees),
                          arguments="".join(arguments))


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def checked(name, model, target, samples):
    done = run("penjing", "compile", model, f"--target={target}", "--name", "model", "-o", "model.o", "--quiet")
    if done.returncode == 0:
        with open("model.h") as header:
            source = program(header.read(), samples)
        with open("main.c", "w") as file:
            file.write(source)
        done = run("cc", "-O1", "-g", "main.c", "model.o", "-o", "app")
    good = done.returncode == 0
    if good:
        # 255 makes every float a NaN and every integer -1. Valgrind itself would call products
        # of padding with weights of zero undefined.
        wanted = run("./app", "0")
        done = run("./app", "255")
        good = wanted.returncode == done.returncode == 0 and done.stdout == wanted.stdout
    if good:
        done = run("valgrind", "-q", "--error-exitcode=9", "--leak-check=full", "--undef-value-errors=no", "./app", "0")
        good = done.returncode == 0 and done.stdout.startswith("0 ")
    print(f"{'ok' if good else 'not ok'} {name} on {target}, {samples} sample(s)", flush=True)
    if not good:
        print(f"  exit code {done.returncode}\n  " + done.stdout[-3000:].replace("\n", "\n  "))
    return good


def data():
    """Random images in the kind of Fashion-MNIST, for calibration."""
    import random
    import struct
    source = random.Random(5)
    os.makedirs("data")
    with open("data/train-images-idx3-ubyte", "wb") as file:
        file.write(struct.pack(">IIII", 0x803, 100, 28, 28) + source.randbytes(100 * 784))
    with open("data/train-labels-idx1-ubyte", "wb") as file:
        file.write(struct.pack(">II", 0x801, 100) + bytes(source.randrange(10) for _ in range(100)))


def main():
    if not shutil.which("valgrind"):
        print("requires valgrind")
        return 77
    data()
    with open("recipe.pj", "w") as file:
        file.write(RECIPE)
    for command in (["train", ARTICLE, "--data", "data", "--epochs", "0", "-o", "float.mlirbc"],
                    ["compress", "float.mlirbc", "--recipe", "recipe.pj", "--data", "data", "--max-drop", "100", "-o", "int8.mlirbc"]):
        done = run("penjing", *command)
        if done.returncode:
            print(done.stdout)
            return 1
    good = True
    for target in TARGETS:
        for samples in (1, 3):
            good &= checked("the article's network", "float.mlirbc", target, samples)
            good &= checked("the article's network, sparse integers", "int8.mlirbc", target, samples)
    for name in MODELS:
        if os.path.exists(f"{SHARED}/models/{name}.onnx"):
            good &= checked(name, f"{SHARED}/models/{name}.onnx", TARGETS[0], 1)
        else:
            print(f"ok {name} # SKIP requires the shared models")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
