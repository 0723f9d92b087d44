#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every latency, rate and size of a block that a scenario can set stands in a table of the block's page in docs/timing,
with the default that the program has; its source, or the word assumption, stands beside it. Sizes that software reads
from an identification register, in bits or as a log2, are the architecture's and not looked for.

  parameters.py ROOT
"""

import pathlib
import re
import sys

UNITS = ("cycles", "entries", "ways", "ps", "accesses", "commands", "jobs", "lines", "records", "requests", "tasks",
         "TLPs", "translations", "walks")
PAGES = {"smmu": ["smmu.md"], "pri_queue": ["pri_queue.md"], "fabric": ["fabric.md"], "memory": ["interconnect.md"],
         "driver": ["driver.md"], "endpoints": ["endpoint.md", "fabric.md"]}


def keys_of(root):
    """Key and field of each parameter."""
    row = re.compile(r'KEY\("(system\.[^"]*)", NUMBER, [A-Z_]+, ([\w.]+), "([^"]*)"')
    for line in (root / "tb/keys.def").read_text().splitlines():
        if (found := row.match(line)) and found[3] in UNITS:
            yield found[1], found[2]


def defaults_of(root):
    rows = re.findall(r"^\| `(system[^`]*)` \| number \| ([^|]*) \|", (root / "docs/scenarios.md").read_text(), re.M)
    return {key: value.strip() for key, value in rows}


def rows_of(root, pages):
    """What the tables of these pages say: name and value."""
    said = {}
    for page in pages:
        for line in (root / "docs/timing" / page).read_text().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) < 4 or not re.match(r"`[\w.\[\]]+`", cells[1]):
                continue
            names = [name.split("[].")[-1] for name in re.findall(r"`([\w.\[\]]+)`", cells[1])]
            values = [value.strip() for value in cells[2].split(",")]
            said.update(zip(names, values if len(values) == len(names) else values * len(names)))
    return said


def main(root):
    defaults = defaults_of(root)
    wrong, count = [], 0
    for key, field in keys_of(root):
        count += 1
        block = key.split(".")[1]
        said = rows_of(root, PAGES.get(block, ["smmu.md", "fabric.md"]))
        value = next((said[name] for name in (field, field.split(".")[-1], key.split(".")[-1]) if name in said), None)
        if value is None:
            wrong.append(f"{key}: no row of docs/timing names `{field}`")
        elif value.split(" ")[0] != defaults[key]:
            wrong.append(f"{key}: docs/timing says {value}, the default is {defaults[key]}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{count} parameters")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
