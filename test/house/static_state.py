#!/usr/bin/env python3
"""The library has no mutable state of its own: no static or thread_local variable that
is not const. What passes share lives in the Session or in the IR."""
import re

import rule

VARIABLE = re.compile(r"^[ \t]*(?:inline[ \t]+)?(?:static|thread_local)[ \t]+"
                      r"(?!const\b|constexpr\b|inline[ \t]+const|inline[ \t]+constexpr)"
                      r"(?P<declaration>[^()\n;={]*?\w)[ \t]*(?:=(?!=)|;|\{)", re.M)


def check(tree):
    for path in tree.files("lib", "include", suffixes=[".cpp", ".h", ".td"]):
        text = tree.text(path)
        for match in VARIABLE.finditer(text):
            declaration = match.group("declaration")
            if re.match(r"(class|struct|enum|union|operator)\b", declaration) or len(declaration.split()) < 2:
                continue
            yield (f"{path}:{rule.line_of(text, match.start('declaration'))}: requires no mutable static variable, "
                   f"but found '{declaration.strip()}'")


CLEAN = {"lib/A.cpp": "static const int a = 1;\nstatic constexpr char b[] = {1};\nstatic Value get(int i = 1) {\n"
                      "static FailureOr<int>\nparse(int x) {\nstatic bool operator==(A a, B b) {\n"}
PLANTED = [
    ("counter", {"lib/B.cpp": "\nstatic int counter = 0;\n"}, "lib/B.cpp:2"),
    ("cache", {"lib/B.cpp": "int f() {\n  static llvm::DenseMap<int, int> cache;\n}\n"}, "'llvm::DenseMap<int, int> cache'"),
    ("thread", {"lib/B.cpp": "thread_local int depth{0};\n"}, "'int depth'"),
]

if __name__ == "__main__":
    rule.main(check, CLEAN, PLANTED)
