#!/usr/bin/env python3
"""Accuracy of the article's network, trained and compressed by the project's own tools,
for three seeds, beside anchors measured with PyTorch and other compression tools.

  make anchors [DATA=FOLDER]     FOLDER: CIFAR-10's binary records; without it only Fashion-MNIST

A row is met where the mean of the seeds is at least the anchor less the tolerance; a row
of a compressed network, where its drop from our own dense network is at most the anchor's
drop from the anchor's dense network plus the tolerance. Interrupted, the same command continues; what is done is
not run again. Writes anchors.json and anchors.md. Exit code: 0 all met, 1 not, 77 no data.
"""
import argparse
import dataclasses
import json
import os
import statistics
import sys

from experiments import (BUILD, EXAMPLES, NO_CIFAR, NO_FASHION, SKIPPED, UNDER_CHECK, Experiments, cifar_folder, cpu_name,
                         fashion_folder)

ONE_CYCLE = "--batch 64 --schedule one-cycle --lr 0.03 --momentum 0.9 --weight-decay 5e-4 --validation 0".split()
PLAIN = "--batch 64 --schedule constant --lr 0.01 --momentum 0 --weight-decay 0 --validation 0".split()
RECOVERY = "pj-train{{epochs=3 batch=64 lr=0.01 schedule=linear momentum=0.9 weight-decay=5e-4 validation=0{}}}"
INTEGERS = """// Decide on 8-bit integers: weights per channel, activations per tensor.
pj-quantize{bits=8 clip=minmax},

// Choose the ranges of the activations from 512 training samples.
pj-calibrate{samples=512},

// Freeze them.
pj-pack
"""


@dataclasses.dataclass
class Row:
    """`dense` is the row that a compressed network is compared with; accuracies and zeros in percent. A row that is not
    `judged` is shown beside its anchor only."""
    data: str
    what: str
    anchor: float
    tolerance: float
    dense: "Row | None" = None
    judged: bool = True
    seeds: dict = dataclasses.field(default_factory=dict)
    zeros: dict = dataclasses.field(default_factory=dict)

    def mean(self):
        return statistics.mean(self.seeds.values())

    def anchor_drop(self):
        return self.dense.anchor - self.anchor

    def drop(self):
        return statistics.mean(self.dense.seeds[seed] - accuracy for seed, accuracy in self.seeds.items())

    def met(self):
        if self.dense:
            return self.drop() <= self.anchor_drop() + self.tolerance + 1e-9
        return self.mean() >= self.anchor - self.tolerance - 1e-9


class Table:
    """The rows of one data set, filled seed by seed."""

    def __init__(self, data, folder, experiments, tolerance, limit):
        self.data, self.folder, self.experiments = data, folder, experiments
        self.tolerance, self.limit, self.rows = tolerance, limit, {}

    def note(self, what, anchor, seed, model, dense=None, zeros=None, judged=True):
        """Measures a model on the test samples and puts it into the row `what`."""
        row = self.rows.setdefault(what, Row(self.data, what, anchor, self.tolerance, self.rows.get(dense), judged))
        row.seeds[seed] = self.experiments.accuracy(model, self.folder, self.limit)
        if zeros is not None:
            row.zeros[seed] = zeros
        print(f"{self.data}, seed {seed}, {what}: {row.seeds[seed]:.2f} (anchor {anchor})", flush=True)

    def name(self, seed, what):
        return f"{self.data.lower()}-{seed}/{what}.mlirbc"

    def train(self, seed, name, model, *options):
        return self.experiments.train(self.name(seed, name), os.path.join(EXAMPLES, model), self.folder, "--seed", str(seed),
                                      *options)

    def compress(self, seed, name, model, recipe):
        path = self.experiments.text(f"recipes/{self.data.lower()}-{name}.pj", recipe)
        return self.experiments.compress(self.name(seed, name), model, path, self.folder, "--seed", str(seed))

    def prune(self, seed, name, model, options, augmentation):
        """The pruned network without recovery, the recovered one, and the share of weights that are zero."""
        recovered = self.compress(seed, name, model, f"// Mask the least weights.\npj-prune-magnitude{{{options}}},\n\n"
                                  f"// Recover.\n{RECOVERY.format(augmentation)}\n")
        return os.path.join(recovered + ".stages", "01-pj-prune-magnitude.mlirbc"), recovered, self.experiments.zeros(recovered)

    def pruned(self, seed, model, dense, augmentation, alpha, shares):
        """The rows of pruning; `shares`: percent to (anchor without recovery, anchor with it)."""
        _, recovered, zeros = self.prune(seed, "alpha", model, "alpha=0.2", augmentation)
        self.note("alpha 0.2, 3 epochs of recovery", alpha, seed, recovered, dense, zeros)
        for share, (before, after) in shares.items():
            cut, recovered, zeros = self.prune(seed, f"global-{share}", model, f"sparsity=0.{share} scope=global", augmentation)
            # The anchor ranks raw magnitudes, pj-prune-magnitude those divided by the layer's scale.
            self.note(f"globally {share} %, no recovery", before, seed, cut, dense, zeros, judged=False)
            self.note(f"globally {share} %, 3 epochs of recovery", after, seed, recovered, dense, zeros)


class Fashion(Table):
    def run(self, seed):
        dense = "one-cycle, 10 epochs"
        self.note("one-cycle, 5 epochs", 91.3, seed, self.train(seed, "one-cycle-5", "article.mlir", "--epochs", "5", *ONE_CYCLE))
        model = self.train(seed, "one-cycle-10", "article.mlir", "--epochs", "10", *ONE_CYCLE)
        self.note(dense, 92.3, seed, model)
        self.pruned(seed, model, dense, "", 91.5, {80: (91.9, 92.3), 90: (90.7, 92.1)})
        self.note("int8 per channel, minmax", 92.3, seed, self.compress(seed, "int8", model, INTEGERS), dense)


class Cifar(Table):
    AUGMENTED = ["--flip", "--shift", "4"]

    def run(self, seed):
        dense = "one-cycle, flip and shift, 20 epochs"
        network = "article-cifar10.mlir"
        self.note("plain SGD, 10 epochs", 61.2, seed, self.train(seed, "plain", network, "--epochs", "10", *PLAIN))
        model = self.train(seed, "one-cycle", network, "--epochs", "20", *ONE_CYCLE, *self.AUGMENTED)
        self.note(dense, 79.4, seed, model)
        self.pruned(seed, model, dense, " flip=true shift=4", 76.8, {80: (75.9, 78.8), 90: (67.5, 77.9)})
        self.note("int8 per channel, minmax", 79.5, seed, self.compress(seed, "int8", model, INTEGERS), dense)
        student = ["student-cifar10.mlir", "--epochs", "6", *ONE_CYCLE]  # as the anchor: without augmentation
        self.note("half-width student, 6 epochs", 67.8, seed, self.train(seed, "student", *student))
        for beta, temperature, anchor in (("0.5", "4", 69.8), ("1", "1", 69.8)):
            taught = self.train(seed, f"student-{beta}-{temperature}", *student, "--teacher", model, "--beta", beta,
                                "--temperature", temperature)
            self.note(f"the same with teacher, beta {beta}, T {temperature}", anchor, seed, taught)


def as_table(rows, seeds):
    head = ["data", "what", "anchor", *(f"seed {seed}" for seed in seeds), "mean", "zeros %", "drop (anchor's)", ""]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        zeros = f"{statistics.mean(row.zeros.values()):.1f}" if row.zeros else ""
        drop = f"{row.drop():.2f} ({row.anchor_drop():.1f})" if row.dense else ""
        lines.append([row.data, row.what, f"{row.anchor:.1f}", *(f"{row.seeds[seed]:.2f}" for seed in seeds),
                      f"{row.mean():.2f}", zeros, drop,
                      "" if not row.judged else "met" if row.met() else "**missed**"])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_json(rows, experiments):
    return {"cpu": cpu_name(), "commands": experiments.commands,
            "rows": [{"data": row.data, "what": row.what, "anchor": row.anchor, "tolerance": row.tolerance,
                      "seeds": row.seeds, "zeros": row.zeros, "mean": row.mean(), "judged": row.judged, "met": row.met(),
                      **({"drop": row.drop(), "anchor_drop": row.anchor_drop(), "dense": row.dense.what} if row.dense else {})}
                     for row in rows]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="the folder of CIFAR-10's binary records (or PENJING_CIFAR10)")
    parser.add_argument("--out", default="." if UNDER_CHECK else os.path.join(BUILD, "anchors"), help="where everything goes")
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0")
    parser.add_argument("--threads", type=int, default=1, help="threads of a training")
    arguments = parser.parse_args()
    seeds = range(arguments.seeds)
    experiments = Experiments(os.path.abspath(arguments.out), arguments.threads)
    tables = []
    if folder := fashion_folder():
        tables.append(Fashion("Fashion-MNIST", folder, experiments, 0.3, 0))
    else:
        print(f"ok Fashion-MNIST # SKIP {NO_FASHION}")
    if folder := cifar_folder(arguments.data):
        tables.append(Cifar("CIFAR-10", folder, experiments, 0.8, 5000))
    else:
        print(f"ok CIFAR-10 # SKIP {NO_CIFAR}")
    for seed in seeds:
        for table in tables:
            table.run(seed)
    rows = [row for table in tables for row in table.rows.values()]
    if not rows:
        print("requires Fashion-MNIST or CIFAR-10, but found neither")
        return SKIPPED
    page = as_table(rows, seeds)
    with open(experiments.path("anchors.md"), "w") as file:
        file.write(f"Accuracy in percent on {cpu_name()}\n\n{page}")
    with open(experiments.path("anchors.json"), "w") as file:
        json.dump(as_json(rows, experiments), file, indent=1)
    print(f"\nAccuracy in percent, on the first 5,000 test images of CIFAR-10 and all of Fashion-MNIST:\n\n{page}")
    judged = [row for row in rows if row.judged]
    for row in judged:
        print(("ok " if row.met() else "not ok ") + f"{row.data}, {row.what}: {row.mean():.2f}, anchor {row.anchor}")
    missed = sum(not row.met() for row in judged)
    print(f"figure: anchors met: {len(judged) - missed} of {len(judged)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
