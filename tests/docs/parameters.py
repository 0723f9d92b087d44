#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every latency, rate and size of a block that a scenario can set stands in a table of the block's page in docs/timing,
with the default that the program has; beside it stands the source that the value's row has (*_config.def), or the word
assumption. Sizes that software reads from an identification register, in bits or as a log2, are the architecture's and
not looked for.

  parameters.py ROOT
"""

import pathlib
import re
import sys

UNITS = ("cycles", "entries", "ways", "ps", "accesses", "commands", "jobs", "lines", "records", "requests", "tasks",
         "TLPs", "translations", "walks")
TABLES = {"smmu": ["model/smmu/smmu_config"], "pri_queue": ["model/pri_queue/pri_queue_config"],
          "fabric": ["model/pcie_fabric/pcie_fabric_config"], "memory": ["model/interconnect/interconnect_config"],
          "driver": ["driver/driver_config", "driver/driver_price_config"],
          "endpoints": ["model/pcie_endpoint/endpoint_config", "model/pcie_fabric/fabric_link_config"]}
PAGES = {"smmu": ["smmu.md"], "pri_queue": ["pri_queue.md"], "fabric": ["fabric.md"], "memory": ["interconnect.md"],
         "driver": ["driver.md"], "endpoints": ["endpoint.md", "fabric.md"]}


def keys_of(root):
    """Key, field and default of each parameter. What a planned fault says is none: it has no default."""
    keys = (root / "tb/scenario/keys.def").read_text()
    fields = dict(re.findall(r'^(?:VALUE|PART)\("(system\.[^"]*)", (?!FAULT)[A-Z_]+, ([\w.]+),', keys, re.M))
    row = re.compile(r"^\| `(system[^`]*)` \| number \| ([^|]*) \| ([^|]*) \|", re.M)
    for key, value, unit in row.findall((root / "docs/scenarios.md").read_text()):
        if unit in UNITS and key in fields:
            yield key, fields[key], value.strip()


def sources_of(root, block):
    """What the rows of a block's configuration say: name and source."""
    row = re.compile(r'^PRISIM_NUMBER\(\w+, (\w+), .*, "([^"]*)", "[^"]*"\)$', re.M)
    texts = [(root / f"{table}.def").read_text() for table in TABLES[block]]
    return {name: source for text in texts for name, source in row.findall(text)}


def rows_of(root, pages):
    """What the tables of these pages say: name, and value and source."""
    said = {}
    for page in pages:
        for line in (root / "docs/timing" / page).read_text().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) < 4 or not re.match(r"`[\w.\[\]]+`", cells[1]):
                continue
            names = [name.split("[].")[-1] for name in re.findall(r"`([\w.\[\]]+)`", cells[1])]
            values = [value.strip() for value in cells[2].split(",")]
            values = values if len(values) == len(names) else values * len(names)
            said.update(zip(names, ((value, cells[-2]) for value in values)))
    return said


def main(root):
    wrong, count = [], 0
    for key, field, default in keys_of(root):
        count += 1
        block = key.split(".")[1]
        said = rows_of(root, PAGES.get(block, ["smmu.md", "fabric.md"]))
        names = field, field.split(".")[-1], key.split(".")[-1]
        value, source = next((said[name] for name in names if name in said), (None, None))
        its_own = sources_of(root, block)[names[1]]
        if value is None:
            wrong.append(f"{key}: no row of docs/timing names `{field}`")
        elif value.split(" ")[0] != default:
            wrong.append(f"{key}: docs/timing says {value}, the default is {default}")
        elif its_own not in source:
            wrong.append(f"{key}: docs/timing has it from {source}, its row from {its_own}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{count} parameters")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
