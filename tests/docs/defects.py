#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/findings.md: each published defect of a policy does harm in a run, and its repair, one setting of the same run,
does none.

  defects.py PRISIM PAGE            compares
  defects.py PRISIM PAGE --write    puts the numbers of today into the table

A row's sign is a hazard or a counter of the summary, or U6, the cycle at which the run's first unbind frees its PASID.
Behind each setting stands what the sign is with it.
"""
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from findings import value

MARK, END = "<!-- defects.py -->\n", "<!-- end -->"
HEAD = "| policy | what was published | in the run of | sign | as it was published | repaired |"


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def sign(program, root, scenario, settings, name):
    """What the sign is in the scenario with those settings."""
    more = [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run([program, "run", scenario, "--engine", "native", "--quiet", "--summary", "-", *more],
                          cwd=root, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 4):
        raise SystemExit(f"defects: {scenario} {settings}: exit {done.returncode}\n{done.stderr}")
    return str(value(json.loads(done.stdout), name))


def row(program, root, line):
    """The row anew."""
    policy, defect, scenario, name, *ways = cells(line)
    settings = [re.findall(r"`([^`]+)`", way) for way in ways]
    found = [sign(program, root, scenario.strip("`"), with_, name.strip("`")) for with_ in settings]
    none = "never" if name == "`U6`" else "0"
    harm = [(one == none) == (name == "`U6`") for one in found]
    if harm != [True, False]:
        raise SystemExit(f"defects: {policy}: {defect}: {name} is {found[0]} as it was published, {found[1]} repaired")
    ways = [", ".join(f"`{one}`" for one in with_) + f": {one}" for with_, one in zip(settings, found)]
    return f"| {' | '.join([policy, defect, scenario, name, *ways])} |"


def main():
    program, page = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    root, text = Path(__file__).resolve().parents[2], page.read_text(encoding="utf-8")
    before, rest = text.split(MARK)
    table, after = rest.split(END, 1)
    head, rule, *lines = table.strip().splitlines()
    if head != HEAD or not lines:
        raise SystemExit(f"defects: {page}: expected a table of {HEAD}")
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda line: row(program, root, line), lines))
    if "--write" in sys.argv:
        page.write_text(before + MARK + "\n".join([head, rule, *rows]) + "\n" + END + after, encoding="utf-8")
        return
    for old, new in zip(lines, rows):
        if old != new:
            raise SystemExit(f"defects: {page} has\n{old}\nthe runs give\n{new}")
    print(f"{len(rows)} published defects do harm, and their repairs none")


main()
