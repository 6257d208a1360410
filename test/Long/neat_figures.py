#!/usr/bin/env python3
"""NEAT over many seeds against the figures of Stanley & Miikkulainen 2002: exclusive or
(4,755 evaluations, 2.35 hidden nodes, no failure) and two poles without velocities
(33,184 evaluations, at least 200 of 625 starts)."""
import json
import os
import pathlib
import subprocess
import sys

PENJING = pathlib.Path(os.environ["PENJING_BUILD"]) / "bin" / "penjing"
THREADS = str(os.cpu_count() or 1)


def experiment(task, seeds, *options):
    """The figures of an experiment."""
    subprocess.run([PENJING, "search", "--task", task, "--searcher", "neat", "--seeds", str(seeds), "--threads", THREADS,
                    "--quiet", "--json", "figures.json", *options], check=True)
    figures = json.loads(pathlib.Path("figures.json").read_text())
    print(f"figure: NEAT, {task} {' '.join(options)}: {figures['solved']} of {figures['seeds']} seeds, "
          f"{figures['mean_evaluations']:.0f} evaluations, {figures['mean_hidden']:.2f} hidden nodes, "
          f"{figures['generalization']:.0f} starts, {figures['seconds']:.1f} s with {THREADS} threads")
    return figures


def main():
    failed = False

    def judge(name, holds):
        nonlocal failed
        failed |= not holds
        print(f"{'ok' if holds else 'not ok'} {name}")

    xor = experiment("xor", 1000)
    judge("every seed solves exclusive or", xor["solved"] == 1000)
    judge("exclusive or needs at most 4,755 evaluations", xor["mean_evaluations"] <= 4755)
    judge("exclusive or needs at most 2.35 hidden nodes", xor["mean_hidden"] <= 2.35)
    exact = experiment("xor", 100, "--least-fitness", "3.9")
    judge("most seeds reach a fitness of 3.9", exact["solved"] >= 90)
    poles = experiment("pole2-no-velocity", 100)
    judge("two poles are balanced without velocities", poles["solved"] >= 95)
    judge("two poles need at most 33,184 evaluations", poles["mean_evaluations"] <= 33184)
    judge("two poles are balanced from 200 starts", poles["generalization"] >= 200)
    sys.exit(failed)


if __name__ == "__main__":
    main()
