#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""halves.py FOLDER: the two halves of interop/linux stay apart, and the machine's stays small.

kernel/ is compiled with the kernel's headers and carries the licence of both; the rest sees none of them. The machine
has at most 400 lines of code; what is due of the kernel and the load stand beside it.
"""
import pathlib
import re
import sys

MOST = 400
BOTH = "SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0"
OWN = "SPDX-License-Identifier: Apache-2.0"
KERNEL_HEADER = re.compile(r'#include ["<](linux/|asm|uapi/|shared/|drivers/|kernel[./])')


def code(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return [line for line in text.split("\n") if line.strip()]


def main():
    folder = pathlib.Path(sys.argv[1])
    ours = sorted(folder.glob("*.[ch]"))
    kernel = sorted((folder / "kernel").glob("*.[ch]"))
    wrong = []
    for path in ours + kernel:
        head = path.read_text().split("\n", 1)[0]
        due = BOTH if path in kernel or path.name == "seam.h" else OWN
        if not head.endswith(due):
            wrong.append(f"{path}:1: the licence is not {due}")
        if path in ours and any(KERNEL_HEADER.match(line) for line in code(path)):
            wrong.append(f"{path}: includes a header of the kernel")
    machine = {path.name: len(code(path)) for path in ours if path.name.startswith("machine")}
    if not machine or not kernel or sum(machine.values()) > MOST:
        wrong.append(f"{folder}: the machine has {sum(machine.values())} lines of code, at most {MOST}: {machine}")
    sys.exit("\n".join(wrong) or 0)


main()
