#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""no_kernel_lines.py KERNEL FOLDER: no line of the kernel tree KERNEL stands in the C sources of FOLDER.

A line counts without its white space and from 24 characters on. What a stand-in cannot write otherwise is no copy: the
head of a function that the kernel declares, the declaration of a thing of the kernel's type, an #include.
"""
import pathlib
import re
import sys

PARTS = ["drivers/iommu", "drivers/pci", "drivers/base", "kernel", "lib", "mm", "include", "arch/um", "arch/arm64"]
LEAST = 24
TYPE = r"(static |extern |const |unsigned |struct |enum )*\w+ \**"
HEAD = re.compile(rf"^(#include|{TYPE}[\w* ]*\w+\(.*[,)]( \{{)?$|{TYPE}\w+;$|int \(\*match\))")


def lines(path):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), path.read_text(errors="replace"), flags=re.S)
    for number, line in enumerate(text.split("\n"), 1):
        plain = " ".join(line.split())
        if len(plain) >= LEAST and not HEAD.match(plain):
            yield number, plain.replace(" ", "")


def main():
    kernel, folder = map(pathlib.Path, sys.argv[1:])
    ours = {}
    for path in sorted(folder.rglob("*.[ch]")):
        for number, line in lines(path):
            ours.setdefault(line, f"{path}:{number}")
    if len(ours) < 300:
        sys.exit(f"no_kernel_lines: only {len(ours)} lines to look at in {folder}")
    looked, found = 0, {}
    for part in PARTS:
        for path in (kernel / part).rglob("*.[ch]"):
            for number, line in lines(path):
                looked += 1
                if line in ours:
                    found.setdefault(line, f"{ours[line]}: as {path}:{number}")
    print(*sorted(found.values()), sep="\n", end="\n" if found else "")
    print(f"no_kernel_lines: {len(ours)} lines of {folder}, {looked} of the kernel, {len(found)} in both")
    sys.exit(bool(found) or looked < 100000)


main()
