#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/findings.md: its numbers are what its commands print, and each item that it owes has a section.

  findings.py PRISIM PAGE            compares
  findings.py PRISIM PAGE --write    puts the numbers of today into its tables, and what is printed into its texts

Behind a block of commands stands what they print: a block of text, word for word; or a table, a row for each set of
settings in its first column, each `KEY=VALUE` behind a --set of its own. The other columns are of the run's summary: a
hazard or a counter by its name; `verdict`, `outcome` or `cycles`; and of the run's first unbind `U6`, its cycle,
`U6-U0`, or `U2 queue`, what of the binding stands there.
"""
import json
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OWED = [3, 4, 6, 7, 9, 11, 12, 14, 15, 20, 21, 30, 31, 32, 33, 35, 36, 37, 38, 40, 41]
BLOCK = re.compile(r"^```sh\n(?P<command>[^`]*)```\n\n(?:```text\n(?P<text>[^`]*)```|(?P<table>(?:^\|.*\n)+))", re.M)
HEAD = re.compile(r"^### D(\d+):", re.M)
LATER = "not answered yet: needs "


def value(summary, name):
    """What a column's name means in a summary."""
    points = summary["exposure"][0]["points"] if summary["exposure"] else {}
    if difference := re.fullmatch(r"(U\d)-(U\d)", name):
        ends = [points.get(point, {}).get("cycle") for point in difference.groups()]
        return "never" if None in ends else ends[0] - ends[1]
    if place := re.fullmatch(r"(U\d)(?: (\w+))?", name):
        if place[1] not in points:
            return "never"
        return points[place[1]].get(place[2] or "cycle", 0)
    for where in (summary["hazards"], summary["counters"], summary):
        if name in where:
            return where[name]
    raise SystemExit(f"findings: no such number: {name}")


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def run(command, settings):
    words = shlex.split(command, comments=True)
    more = [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run([PROGRAM, *words[1:], *more, "--engine", "native"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    if done.returncode not in (0, 1, 4):
        raise SystemExit(f"findings: {command} {settings}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def table(command, lines):
    """The table anew."""
    heads = [re.sub("`", "", head) for head in cells(lines[0])][1:]
    settings = [re.findall(r"`([^`]+)`", cells(line)[0]) for line in lines[2:]]
    with ThreadPoolExecutor() as pool:
        summaries = list(pool.map(lambda more: run(command, more), settings))
    rows = [f"| {' | '.join([cells(line)[0], *(str(value(summary, head)) for head in heads)])} |"
            for line, summary in zip(lines[2:], summaries)]
    return [*lines[:2], *rows]


def text(command):
    done = subprocess.run(["bash", "-c", command.replace("build/prisim", shlex.quote(PROGRAM)) + "\n"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def made(block):
    """What stands in the page, and what would."""
    command = block["command"].replace("\\\n", "").strip()
    if block["text"] is not None:
        return block["text"], text(command)
    if "--summary -" not in command or "\n" in command:
        raise SystemExit(f"findings: expected one command with --summary -: {command}")
    return block["table"], "\n".join(table(command, block["table"].splitlines())) + "\n"


def sections(page):
    """Number of an item -> its section."""
    parts = HEAD.split(re.split(r"^## Steps", page, flags=re.M)[0])
    return {int(number): words for number, words in zip(parts[1::2], parts[2::2])}


def main():
    page = PAGE.read_text(encoding="utf-8")
    wrong, new = [], page
    for block in BLOCK.finditer(page):
        stands, would = made(block)
        if stands != would:
            wrong.append(f"{block['command'].strip()}\nprints\n{would}and the page has\n{stands}")
            new = new.replace(block[0], block[0].replace(stands, would))
    if "--write" in sys.argv:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    found = sections(page)
    wrong += [f"item D{number}: expected a section\n" for number in OWED if number not in found]
    wrong += [f"item D{number}: expected a run, or '{LATER}...'\n" for number, words in found.items()
              if not BLOCK.search(words) and LATER not in words]
    print("".join(f"{PAGE}: {words}" for words in wrong), end="")
    print(f"{len(found)} items, {len(BLOCK.findall(page))} commands: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    PROGRAM, PAGE = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
    ROOT = PAGE.parents[1]
    sys.exit(main())
