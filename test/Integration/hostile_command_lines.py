#!/usr/bin/env python3
"""What goes wrong at the command line: wrong arguments, missing and damaged files, outputs that
cannot be written or would destroy an input, a full disk. One clear error, exit code 1, nothing lost."""
import os
import resource
import shutil
import signal
import subprocess
import sys

import numpy as np

SOURCE = os.environ["PENJING_SOURCE"]
RECIPES = {
    "mild": "// Few.\npj-prune-magnitude{sparsity=0.1}\n",
    "train": "// Few.\npj-prune-magnitude{sparsity=0.1},\n// Recover.\npj-train{epochs=2 batch=16 validation=0.1}\n",
    "empty": "// Nothing.\n",
    "open": "pj-prune-magnitude{sparsity=0.1\n",
    "late": "// Hours.\npj-train{epochs=2 batch=16},\n// The mistake.\npj-prune-magnitude{sparsity=2}\n",
    "option": "pj-prune-magnitude{sparsty=0.2}\n",
    "comma": "pj-prune-magnitude{sparsity=0.2} pj-pack\n",
    "commas": "pj-prune-magnitude{sparsity=0.2},,pj-pack\n",
    "channels": "pj-shrink-channels{ratio=1}\n",
    "grid": "pj-quantize{bits=99}\n",
    "calibration": "pj-calibrate{samples=0}\n",
}
TRAIN = ["train", "linear.mlir", "--data", "data.npz"]
COMPRESS = ["compress", "linear.mlir", "--data", "data.npz", "-o", "out.mlirbc", "--recipe"]
OUT = ["-o", "out.mlirbc"]


def prepare():
    subprocess.run([sys.executable, f"{SOURCE}/test/Inputs/linear.py", "."], check=True)
    for name, text in RECIPES.items():
        with open(f"{name}.pj", "w") as file:
            file.write(text)
    data = np.load("data.npz")
    x, y = data["x"], data["y"]
    np.savez("wide.npz", x=np.zeros((40, 9), np.float32), y=y[:40])
    np.savez("short.npz", x=x, y=y[:-1])
    np.savez("labels.npz", x=x, y=y + 7)
    np.savez("negative.npz", x=x, y=y - 5)
    np.savez("unnamed.npz", a=x, b=y)
    np.savez("none.npz", x=x[:0], y=y[:0])
    np.savez("text.npz", x=np.array(["a"] * 8), y=y[:8])
    not_finite = x.copy()
    not_finite[3, 3] = np.nan
    np.savez("nan.npz", x=not_finite, y=y)
    content = open("data.npz", "rb").read()
    for name, size in (("cut", 300), ("shorter", len(content) - 5)):
        open(f"{name}.npz", "wb").write(content[:size])
    open("cut.mlir", "w").write(open("linear.mlir").read()[:300])
    open("plain.mlir", "w").write("module {}\n")
    open("empty.mlirbc", "w").close()
    open("bytes.mlirbc", "wb").write(bytes(range(256)))
    os.makedirs("folder.mlirbc")
    os.makedirs("folder.o")
    os.makedirs("folder")


# Arguments and what must be said; {} stands for nothing but itself.
REFUSED = {
    "no_such_model": (["info", "nowhere.mlir"], "requires a readable model, but 'nowhere.mlir' gave: No such file or directory"),
    "no_such_onnx": (["info", "nowhere.onnx"], 'cannot read "nowhere.onnx": No such file or directory'),
    "folder_as_model": (["info", "folder.mlirbc"], "requires a readable model, but 'folder.mlirbc' gave: Is a directory"),
    "device_as_model": (["info", "/dev/null"], "requires a model in a file .onnx, .mlir or .mlirbc, but got '/dev/null'"),
    "cut_text": (["info", "cut.mlir"], "error: cut.mlir:"),
    "empty_bytecode": (["info", "empty.mlirbc"], "requires one public function or one named 'main', but got 0"),
    "random_bytes": (["info", "bytes.mlirbc"], "error: bytes.mlirbc:"),
    "no_form": (["train", "plain.mlir", "--data", "data.npz", *OUT], "requires a module of form 'float' or 'decided', but got none"),
    "no_threads": ([*TRAIN, *OUT, "--threads", "0"], "requires a whole number from 1 to 1024 for '--threads', but got '0'"),
    "many_threads": ([*TRAIN, *OUT, "--threads", "99999"], "requires a whole number from 1 to 1024 for '--threads', but got '99999'"),
    "negative_seed": ([*TRAIN, *OUT, "--seed", "-1"], "requires a whole number for '--seed', but got '-1'"),
    "rate_nan": ([*TRAIN, *OUT, "--lr", "nan"], 'requires option "lr" in (0, 1000], but got "nan"'),
    "rate_infinite": ([*TRAIN, *OUT, "--lr", "1e400"], 'requires option "lr" in (0, 1000], but got "1e400"'),
    "rate_negative": ([*TRAIN, *OUT, "--lr=-1"], 'requires option "lr" in (0, 1000], but got "-1"'),
    "rate_empty": ([*TRAIN, *OUT, "--lr="], 'requires option "lr" in (0, 1000], but got ""'),
    "momentum_one": ([*TRAIN, *OUT, "--momentum", "1"], 'requires option "momentum" in [0, 1), but got "1"'),
    "epochs_negative": ([*TRAIN, *OUT, "--epochs=-3"], 'requires option "epochs" to be an integer in [0, 1000000], but got "-3"'),
    "all_held_out": ([*TRAIN, *OUT, "--validation", "1"], 'requires option "validation" in [0, 1), but got "1"'),
    "an_option_in_a_value": ([*TRAIN, *OUT, "--lr", "0.1 epochs=3"], "requires one word for '--lr', but got '0.1 epochs=3'"),
    "a_pass_in_a_value": ([*TRAIN, *OUT, "--lr", "0.1},pj-pack{"], "requires one word for '--lr', but got '0.1},pj-pack{'"),
    "batch_beyond_data": ([*TRAIN, *OUT, "--batch", "1000"], "requires at least a batch of 1000 samples to train on, but got 400"),
    "nothing_left_to_train": ([*TRAIN, *OUT, "--validation", "0.99"], "requires at least a batch of 64 samples to train on, but got"),
    "no_such_data": (["train", "linear.mlir", "--data", "nowhere", *OUT], 'cannot read "nowhere": No such file or directory'),
    "empty_data_folder": (["train", "linear.mlir", "--data", "folder", *OUT], "requires a folder with IDX files"),
    "cut_data": (["train", "linear.mlir", "--data", "cut.npz", *OUT], "requires a complete zip archive, but \"cut.npz\" has no end record"),
    "data_without_its_end": (["train", "linear.mlir", "--data", "shorter.npz", *OUT], "requires a complete zip archive, but \"shorter.npz\""),
    "data_of_another_shape": (["train", "linear.mlir", "--data", "wide.npz", *OUT], "9"),
    "fewer_labels": (["train", "linear.mlir", "--data", "short.npz", *OUT], "399"),
    "labels_beyond_classes": (["train", "linear.mlir", "--data", "labels.npz", *OUT], "requires labels below the model's 3 classes, but the data has 9"),
    "negative_labels": (["train", "linear.mlir", "--data", "negative.npz", *OUT], "-5"),
    "arrays_of_other_names": (["train", "linear.mlir", "--data", "unnamed.npz", *OUT], "unnamed.npz"),
    "no_samples": (["train", "linear.mlir", "--data", "none.npz", *OUT], "none.npz"),
    "text_as_data": (["train", "linear.mlir", "--data", "text.npz", *OUT], "text.npz"),
    "nan_in_data": (["train", "linear.mlir", "--data", "nan.npz", *OUT], "requires a finite loss, but got"),
    "no_such_teacher": ([*TRAIN, *OUT, "--teacher", "nowhere.onnx"], 'cannot read "nowhere.onnx": No such file or directory'),
    "no_such_recipe": ([*COMPRESS, "nowhere.pj"], 'cannot read "nowhere.pj": No such file or directory'),
    "folder_as_recipe": ([*COMPRESS, "folder"], 'requires a regular file, but "folder" is a folder'),
    "empty_recipe": ([*COMPRESS, "empty.pj"], "empty.pj:1: requires at least one pass, but got none"),
    "open_recipe": ([*COMPRESS, "open.pj"], "open.pj:1: requires '}' to close what opens here, but the file ends"),
    "late_mistake": ([*COMPRESS, "late.pj"], 'late.pj:4: pj-prune-magnitude: requires option "sparsity" in [0, 1], but got "2"'),
    "unknown_option": ([*COMPRESS, "option.pj"], "option.pj:1: requires a legal pass, but got 'pj-prune-magnitude{sparsty=0.2}': no such option sparsty"),
    "no_comma": ([*COMPRESS, "comma.pj"], "comma.pj:1: requires a legal pass, but got 'pj-prune-magnitude{sparsity=0.2} pj-pack': expected ',' after parsing pipeline"),
    "two_commas": ([*COMPRESS, "commas.pj"], "commas.pj:1: requires a pass before ',', but got none"),
    "bad_channels": ([*COMPRESS, "channels.pj"], 'channels.pj:1: pj-shrink-channels: requires option "ratio" in [0, 1), but got "1"'),
    "bad_grid": ([*COMPRESS, "grid.pj"], 'grid.pj:1: pj-quantize: requires option "bits" to be an integer in [2, 8], but got "99"'),
    "bad_calibration": ([*COMPRESS, "calibration.pj"], 'calibration.pj:1: pj-calibrate: requires option "samples" to be an integer in [1, 16777216], but got "0"'),
    "drop_nan": ([*COMPRESS, "mild.pj", "--max-drop", "nan"], "requires a finite number for '--max-drop', but got 'nan'"),
    "no_limit": (["eval", "linear.mlir", "--data", "data.npz", "--limit", "0"], "requires '--limit' of at least 1 sample, but got 0"),
    "model_as_data": (["eval", "linear.mlir", "--data", "linear.mlir"], "requires a complete zip archive, but \"linear.mlir\" has no end record"),
    "run_of_another_shape": (["run", "linear.mlir", "--inputs", "wide.npz", "-o", "y.npz"], "input 'x' requires the shape ?x8, but got 40x9"),
    "run_without_input": (["run", "linear.mlir", "--inputs", "unnamed.npz", "-o", "y.npz"], "requires an array 'x' in 'unnamed.npz', but found none"),
    "no_such_target": (["compile", "linear.mlir", "-o", "x.o", "--target=z80"], "requires a target among native"),
    "name_with_a_space": (["compile", "linear.mlir", "-o", "x.o", "--name", "a b"], "requires a model name that is a C identifier, but got 'a b'"),
    "output_without_name": (["compile", "linear.mlir", "-o", ""], 'cannot write "": No such file or directory'),
    "output_in_no_folder": (["compile", "linear.mlir", "-o", "nowhere/x.o"], 'cannot write "nowhere/x.o": No such file or directory'),
    "output_is_a_folder": (["compile", "linear.mlir", "-o", "folder.o"], 'requires a file to write, but "folder.o" is a folder'),
    "trained_output_is_a_folder": ([*TRAIN, "-o", "folder.mlirbc"], 'requires a file to write, but "folder.mlirbc" is a folder'),
    "report_is_a_folder": ([*COMPRESS, "mild.pj", "--report", "folder"], 'requires a file to write, but "folder" is a folder'),
    "device_is_full": (["run", "linear.mlir", "--inputs", "data.npz", "-o", "/dev/full"], 'cannot write "/dev/full": No space left on device'),
    "object_over_model": (["compile", "linear.mlir", "-o", "linear.mlir"], "requires an output that is none of the inputs, but got 'linear.mlir', which would destroy 'linear.mlir'"),
    "object_over_header": (["compile", "linear.mlir", "-o", "x.h"], "requires an output beside the header, but got 'x.h' for both"),
    "outputs_over_inputs": (["run", "linear.mlir", "--inputs", "data.npz", "-o", "./data.npz"], "requires an output that is none of the inputs, but got './data.npz', which would destroy 'data.npz'"),
    "page_over_facts": (["report", "facts.json", "-o", "facts.json"], "requires an output that is none of the inputs"),
    "facts_over_model": ([*COMPRESS, "mild.pj", "--report", "linear.mlir"], "requires an output that is none of the inputs"),
    "accuracy_over_data": (["eval", "linear.mlir", "--data", "data.npz", "--json", "data.npz"], "requires an output that is none of the inputs"),
}


def penjing(*words, before=None):
    return subprocess.run(["penjing", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=300, preexec_fn=before, text=True, errors="replace")


def snapshot():
    """Every file here with its bytes; folders as such."""
    found = {}
    for folder, folders, names in os.walk("."):
        for name in names:
            path = os.path.join(folder, name)
            found[path] = open(path, "rb").read() if os.path.isfile(path) else None
        for name in folders:
            found[os.path.join(folder, name)] = None
    return found


class Report:
    failed = 0

    def add(self, name, good, run):
        Report.failed += not good
        print(f"{'ok' if good else 'not ok'} {name}", flush=True)
        if not good:
            print(f"  exit code {run.returncode}\n  " + run.stdout[-1500:].replace("\n", "\n  "), flush=True)


def small_files_only(size):
    """Every file beyond so many bytes fails to be written, as on a full disk."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def full_disk(report):
    # The output is written before the disk is full: nothing of it is lost.
    first = penjing(*TRAIN, *OUT, "--epochs", "1")
    kept = open("out.mlirbc", "rb").read()
    for words in ([*TRAIN, *OUT, "--epochs", "2"], [*COMPRESS, "train.pj", "--max-drop", "50"], ["compile", "linear.mlir", "-o", "out.o"]):
        run = penjing(*words, before=small_files_only(64))
        report.add(f"{words[0]} on a full disk", first.returncode == 0 and run.returncode == 1 and "error: " in run.stdout
                   and "cannot write" in run.stdout and open("out.mlirbc", "rb").read() == kept and not os.path.exists("out.o"), run)
    shutil.rmtree("out.mlirbc.state", ignore_errors=True)

    # Only the output cannot be written: the finished run waits for it. A folder that comes
    # to lie at its place stands for a disk that fills up.
    whole = penjing(*COMPRESS, "train.pj", "--max-drop", "50")
    expected = open("out.mlirbc", "rb").read()
    late = [*COMPRESS, "train.pj", "--max-drop", "50", "--report", "facts/late.json"]
    os.makedirs("facts", exist_ok=True)
    run = subprocess.Popen(["penjing", *late], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in run.stdout:
        if "pj-train epoch 1" in line:
            shutil.rmtree("facts")
            break
    run.stdout, text = None, run.stdout.read()
    run = subprocess.CompletedProcess(late, run.wait(), text)
    report.add("a finished run whose output cannot be written is kept", whole.returncode == 0 and run.returncode == 1
               and "the finished run is kept in 'out.mlirbc.state': the same command with --resume writes its output" in text, run)
    os.makedirs("facts")
    again = penjing(*late, "--resume")
    report.add("and written by --resume, without training again", again.returncode == 0 and "pj-train epoch" not in again.stdout
               and open("out.mlirbc", "rb").read() == expected and os.path.exists("facts/late.json")
               and not os.path.exists("out.mlirbc.state"), again)


def interrupted(report):
    words = ["penjing", *TRAIN, "-o", "stopped.mlirbc", "--epochs", "2000", "--batch", "16"]
    run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in run.stdout:
        if "pj-train epoch 2/" in line:
            break
    run.send_signal(signal.SIGINT)
    text = run.communicate(timeout=300)[0]
    run = subprocess.CompletedProcess(words, run.returncode, text)
    report.add("Ctrl-C in a training saves it and says how to go on", run.returncode == 130 and not os.path.exists("stopped.mlirbc")
               and os.path.isdir("stopped.mlirbc.state") and "the same command with --resume continues" in text, run)
    shutil.rmtree("stopped.mlirbc.state")


def main():
    prepare()
    open("facts.json", "w").write("{}")
    report = Report()
    before = snapshot()
    for name, (words, message) in REFUSED.items():
        run = penjing(*words)
        errors = sum(line.startswith("error: ") for line in run.stdout.splitlines())
        after = snapshot()
        report.add(name, run.returncode == 1 and errors == 1 and message in run.stdout and after == before, run)
        if after != before:
            print(f"  changed: {sorted(path for path in after.keys() | before.keys() if after.get(path, 0) != before.get(path, 0))}")
            before = after
    run = penjing(*TRAIN, *OUT, "--epochs", "0")
    report.add("no epochs fill initializers only", run.returncode == 0 and "wrote out.mlirbc" in run.stdout, run)
    run = penjing("train", "out.mlirbc", "--data", "data.npz", *OUT, "--epochs", "1")
    report.add("a model may be trained in place", run.returncode == 0, run)
    full_disk(report)
    interrupted(report)
    print(f"figure: wrong command lines refused with one error: {len(REFUSED)}")
    return 1 if Report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
