#!/usr/bin/env python3
"""No file has more than 800 lines; prints the median, the 95th percentile and the largest."""
import rule

LIMIT = 800
SUFFIXES = [".cpp", ".h", ".td", ".c", ".py", ".cmake", ".mlir", ".test", ".sh", "CMakeLists.txt"]
# The sources proper, without tests: what the aims (median 150, 95th percentile 500) speak of.
ROOMS = ["lib", "include", "tools"]


def check(tree):
    sizes = []
    for path in tree.files(suffixes=SUFFIXES):
        count = len(tree.lines(path))
        if any(path.startswith(room + "/") for room in ROOMS):
            sizes.append((count, path))
        if count > LIMIT:
            yield f"{path}:{LIMIT + 1}: requires at most {LIMIT} lines, but found {count}"
    if sizes:
        sizes.sort()
        at = lambda share: sizes[min(len(sizes) - 1, int(share * len(sizes)))][0]
        print(f"figure: lines per source file: median {at(0.5)}, 95th percentile {at(0.95)}, "
              f"largest {sizes[-1][0]} ({sizes[-1][1]}), {len(sizes)} files, {sum(size for size, _ in sizes)} lines")


CLEAN = {"lib/Support/A.cpp": "\n" * 800}
PLANTED = [
    ("a long source", {"lib/Support/B.cpp": "\n" * 801}, "lib/Support/B.cpp:801"),
    ("a long test", {"test/A/b.mlir": "\n" * 900}, "but found 900"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
