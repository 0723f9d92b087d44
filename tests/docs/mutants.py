#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every list one step away from a preset of unbind (a step left out, or run before its neighbour) is shown to be wrong by
`prisim matrix --thin --policy PRESET`, or stands in docs/findings.md with what makes the step unnecessary there.

  mutants.py PRISIM PAGE [--only PRESET]... [--jobs N]    compares; --only takes rows of these presets alone
  mutants.py PRISIM PAGE --print                          prints both tables anew, with the page's words where it has any

A list is wrong if it is refused, or if it meets a hazard against some device that its preset does not meet there. A row
that names a scenario in its last column says that this one catches the list: it passes with the preset, and not with the
settings that stand behind it.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MARKS = {"survivors": "<!-- mutants.py: survivors -->\n", "not run": "<!-- mutants.py: not run -->\n"}
END = "<!-- end -->"
HEADS = {"survivors": ("change", "policies", "not needed under", "where it fails"),
         "not run": ("step", "policies", "runs when", "where it fails")}
ORDINALS = ("first", "second", "third")
WRONG = {"fails", "hang", "refused"}


def presets(program):
    """Preset -> its steps as `prisim describe` prints them: (step, with its condition)."""
    text = subprocess.run([program, "describe", "system.driver.unbind"], capture_output=True, text=True,
                          check=True).stdout
    lists, words = {}, ""
    for line in text.splitlines():
        if head := re.fullmatch(r"    (\w+): # P\d+.*", line):
            name, words = head[1], ""
        elif line.startswith("    #"):
            break
        elif line.startswith("      ") and not line.startswith("      promise"):
            words += line.strip() + " "
            if words.rstrip().endswith("]"):
                inside = re.search(r"\[(.*)\]", words)[1]
                lists[name] = [step.strip() for step in re.split(r",\s*(?![^{]*})", inside)]
    return lists


def step_of(words):
    """{if: kept, do: keep} -> keep"""
    conditional = re.fullmatch(r"\{if: \w+, do: (\w+)\}", words)
    return conditional[1] if conditional else words


def names(steps, run):
    """The number of each step that is run -> what the page calls it."""
    of = {n: step_of(steps[n - 1]) for n in run}
    called = {}
    for n, step in of.items():
        same = [other for other in sorted(of) if of[other] == step]
        called[n] = f"`{step}`" if len(same) == 1 else f"{ORDINALS[same.index(n)]} `{step}`"
    return called


def change(words, called):
    """The matrix's words for a list, with the page's names of its steps."""
    if left_out := re.fullmatch(r"without (\d+) \w+", words):
        return f"without {called[int(left_out[1])]}"
    if moved := re.fullmatch(r"(\d+) \w+ before (\d+) \w+", words):
        return f"{called[int(moved[1])]} before {called[int(moved[2])]}"
    return words


def judge(program, root, preset, steps, jobs):
    """The changes of a preset's list that nothing shows to be wrong, and its steps that are not run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "table.json")
        subprocess.run([program, "matrix", "--thin", "--policy", preset, "--json", file, "--jobs", str(jobs)], cwd=root,
                       stdout=subprocess.DEVNULL, check=True)
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    found = {}
    for cell in cells:
        for row in cell["lists"][1:]:
            if row["verdict"] == "undecided":
                raise SystemExit(f"mutants: {preset}: {row['list']}: against {cell['device']} it is undecided")
            found.setdefault(row["list"], set()).add(row["verdict"])
    left_out = {int(match[1]) for words in found if (match := re.match(r"without (\d+)", words))}
    called = names(steps, left_out)
    survivors = [change(words, called) for words, verdicts in found.items() if not verdicts & WRONG]
    return survivors, [f"`{steps[n - 1]}`" for n in range(1, len(steps) + 1) if n not in left_out]


def read(page, table, order):
    """(change, preset) -> the row's other columns; and its order."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    said = {}
    if MARKS[table] not in text:
        return said
    for line in text.split(MARKS[table])[1].split(END)[0].splitlines()[2:]:
        first, policies, *rest = (column.strip() for column in line.strip().strip("|").split(" | "))
        for preset in order if policies == "all" else re.findall(r"`(\w+)`", policies):
            if (first, preset) in said:
                raise SystemExit(f"mutants: {page}: twice: {first}, {preset}")
            said[first, preset] = (rest + [""])[:2]
    return said


def made(table, found, said, order):
    """The table anew: rows with the same words stand together."""
    rows = {}
    for first, preset in found:
        rest = said.get((first, preset)) or ["?", ""]
        rows.setdefault((first, *rest), []).append(preset)
    lines = [HEADS[table], ("---",) * 4]
    for (first, *rest), of in rows.items():
        policies = "all" if set(of) == set(order) else ", ".join(f"`{preset}`" for preset in order if preset in of)
        lines.append((first, policies, *rest))
    return MARKS[table] + "".join(f"| {' | '.join(line)} |\n" for line in lines) + END + "\n"


def catches(program, root, words):
    """Whether the scenario passes as it is, and fails with the settings behind it."""
    file, *settings = re.findall(r"`([^`]+)`", words)[0].split()
    codes = [subprocess.run([program, "run", "-q", "--engine", "native", file, *more], cwd=root, capture_output=True,
                            check=False).returncode for more in ([], settings)]
    return codes == [0, 1]


def main():
    arguments = sys.argv[1:]
    program, page = str(Path(arguments[0]).resolve()), Path(arguments[1]).resolve()
    root = page.parents[1]
    lists = presets(program)
    only = [arguments[i + 1] for i, word in enumerate(arguments) if word == "--only"] or list(lists)
    jobs = int(arguments[arguments.index("--jobs") + 1]) if "--jobs" in arguments else len(os.sched_getaffinity(0))
    found = {"survivors": [], "not run": []}
    for preset in only:
        for table, changes in zip(found, judge(program, root, preset, lists[preset], jobs)):
            found[table] += [(first, preset) for first in changes]
    wrong = []
    for table, rows in found.items():
        said = read(page, table, list(lists))
        if "--print" in arguments:
            print(made(table, rows, said, list(lists)))
            continue
        stand = {key: rest for key, rest in said.items() if key[1] in only}
        wrong += [f"{first}, {preset}: it stands in the page, and the table shows that it is needed"
                  if table == "survivors" else f"{first}, {preset}: it is run"
                  for first, preset in stand.keys() - set(rows)]
        wrong += [f"{first}, {preset}: nothing shows that it is needed, and the page does not say why"
                  if table == "survivors" else f"{first}, {preset}: it is not run, and the page does not say when"
                  for first, preset in set(rows) - stand.keys()]
        wrong += [f"{first}, {preset}: no reason" for (first, preset), rest in stand.items() if len(rest[0]) < 10]
        wrong += [f"{words}: expected a run that passes, and fails with its settings"
                  for words in sorted({rest[1] for rest in stand.values() if rest[1]})
                  if not catches(program, root, words)]
    print("".join(f"{page}: {line}\n" for line in sorted(wrong)), end="")
    print(f"{sum(map(len, found.values()))} changes and steps of {', '.join(only)}: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
