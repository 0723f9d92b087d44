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
    """Key, field and default of each parameter."""
    fields = dict(re.findall(r'^(?:VALUE|PART)\("(system\.[^"]*)", [A-Z_]+, ([\w.]+),', (root / "tb/keys.def").read_text(),
                             re.M))
    row = re.compile(r"^\| `(system[^`]*)` \| number \| ([^|]*) \| ([^|]*) \|", re.M)
    for key, value, unit in row.findall((root / "docs/scenarios.md").read_text()):
        if unit in UNITS and key in fields:
            yield key, fields[key], value.strip()


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
    wrong, count = [], 0
    for key, field, default in keys_of(root):
        count += 1
        block = key.split(".")[1]
        said = rows_of(root, PAGES.get(block, ["smmu.md", "fabric.md"]))
        value = next((said[name] for name in (field, field.split(".")[-1], key.split(".")[-1]) if name in said), None)
        if value is None:
            wrong.append(f"{key}: no row of docs/timing names `{field}`")
        elif value.split(" ")[0] != default:
            wrong.append(f"{key}: docs/timing says {value}, the default is {default}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{count} parameters")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
