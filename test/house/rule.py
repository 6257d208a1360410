"""What the house rules share: a view of the source tree, and a main that runs a rule
on the project or, with --self-test, on small trees with violations planted in them."""
import json
import os
import subprocess
import sys
import tempfile

LLVM = "/usr/lib/llvm-22"


class Tree:
    """The files of a source tree, by path relative to its root."""

    def __init__(self, root):
        self.root = root
        self.paths = sorted(self._tracked() if os.path.exists(os.path.join(root, ".git")) else self._walked())

    def _tracked(self):
        """What git tracks, or would track after `git add`: build folders and the like are not ours."""
        output = subprocess.run(["git", "-C", self.root, "ls-files", "-z", "-co", "--exclude-standard"],
                                check=True, stdout=subprocess.PIPE).stdout
        names = set(output.decode().split("\0")) - {""}
        return [name for name in names if os.path.isfile(os.path.join(self.root, name))]

    def _walked(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def files(self, *prefixes, suffixes=None):
        """Paths below any of the prefixes (all when none is given) that end in one of the suffixes."""
        for path in self.paths:
            below = not prefixes or any(path == prefix or path.startswith(prefix.rstrip("/") + "/")
                                        for prefix in prefixes)
            if below and (suffixes is None or path.endswith(tuple(suffixes))):
                yield path

    def text(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def lines(self, path):
        return self.text(path).splitlines()

    def absolute(self, path):
        return os.path.join(self.root, path)


def line_of(text, position):
    """The line number, counted from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1


def tablegen(tree, path):
    """The records of a .td file by name, and the errors of reading it (one of the two is None)."""
    command = [f"{LLVM}/bin/llvm-tblgen", "-dump-json", f"-I{LLVM}/include", f"-I{tree.absolute('include')}",
               tree.absolute(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return (json.loads(done.stdout), None) if done.returncode == 0 else (None, done.stderr.decode())


def plant(folder, files):
    for path, content in files.items():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w") as file:
            file.write(content)
    return Tree(folder)


def self_test(check, clean, planted):
    """The clean tree must pass and every planted violation be found, with the text expected of its message."""
    failed = False
    for name, files, expected in [("nothing planted", {}, None)] + planted:
        with tempfile.TemporaryDirectory() as folder:
            found = [str(violation) for violation in check(plant(folder, {**clean, **files}))]
        caught = not found if expected is None else any(expected in violation for violation in found)
        print(f"{'ok' if caught else 'not ok'} planted: {name}")
        if not caught:
            failed = True
            print(f"  requires {expected!r}, but found {found}")
    return 1 if failed else 0


def main(check, clean, planted):
    """Runs a rule. `check(tree)` yields violations, each a line `path:line: requires …, but found …`;
    `clean` is a tree (path to content) without any, and each of `planted` is
    (name, files to add or replace, text expected in a violation)."""
    if "--self-test" in sys.argv:
        sys.exit(self_test(check, clean, planted))
    violations = list(check(Tree(os.environ["PENJING_SOURCE"])))
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)
