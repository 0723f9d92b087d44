#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every list one step away from a preset of unbind (a step left out, or before its neighbour) is shown to be wrong by
`prisim matrix --thin --policy PRESET`, or stands in docs/findings.md with what makes the step unnecessary there.

  mutants.py PRISIM PAGE [--only PRESET]... [--jobs N]    compares; --only takes rows of these presets alone
  mutants.py PRISIM PAGE --print                          prints both tables anew, with the words that the page has
  mutants.py PRISIM PAGE --day                            runs no matrix: the steps that docs/matrix.md says are needed,
                                                          of its policies; and the scenarios of the last column

A list is wrong if it is refused, or if it meets a hazard against some device that its preset does not meet there. A row
that names a scenario in its last column says that this one catches the list: with its settings it passes as the preset
is, and not with those among them that change the list; POLICY in it is each preset of the row. A list of which the
table decides nothing against some device has such a scenario.
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
    """Preset -> the steps of its on_unbind as `prisim describe` prints them: (step, with its condition)."""
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
            if inside := re.match(r"on_unbind: \[([^]]*)\]", words):
                lists[name] = [step.strip() for step in re.split(r",\s*(?![^{]*})", inside[1])]
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


def hardware(steps):
    """What a list needs that no SMMUv3 has."""
    return ["--set=system.smmu.what_if.page_request_drain=true"] if "hardware_drain" in steps else []


def thin(root, steps):
    """The thin table's scenario, with that hardware."""
    text = (root / "scenarios/table/thin.yaml").read_text(encoding="utf-8")
    assert text.count("\nsystem:\n") == 1 and "smmu:" not in text
    smmu = "  smmu: {what_if: {page_request_drain: true}}\n" if hardware(steps) else ""
    return text.replace("\nsystem:\n", f"\nsystem:\n{smmu}")


def matrix(program, root, preset, steps, jobs):
    """The table's cells of a preset."""
    with tempfile.TemporaryDirectory() as folder:
        file, scenario = Path(folder, "table.json"), Path(folder, "thin.yaml")
        scenario.write_text(thin(root, steps), encoding="utf-8")
        subprocess.run([program, "matrix", "--thin", "--policy", preset, "--json", file, "--jobs", str(jobs), scenario],
                       cwd=root, stdout=subprocess.DEVNULL, check=True)
        return json.loads(file.read_text(encoding="utf-8"))["cells"]


UNDECIDED = set()  # (change, preset) of which the table decides nothing against some device: a scenario has to


def judge(cells, preset, steps):
    """The changes of a preset's list that nothing shows to be wrong, and its steps that are not run."""
    found = {}
    for cell in cells:
        for row in cell["lists"][1:]:
            found.setdefault(row["list"], set()).add(row["verdict"])
    left_out = {int(match[1]) for words in found if (match := re.match(r"without (\d+)", words))}
    called = names(steps, left_out)
    survivors = [change(words, called) for words, verdicts in found.items() if not verdicts & WRONG]
    UNDECIDED.update((change(words, called), preset) for words, verdicts in found.items()
                     if "undecided" in verdicts and not verdicts & WRONG)
    return survivors, [f"`{steps[n - 1]}`" for n in range(1, len(steps) + 1) if n not in left_out]


def table_of_day(matrix_page, preset, steps):
    """The steps that the preset can do without, by its table in docs/matrix.md, which program_matrix compares."""
    text = matrix_page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \w+ \| (.*) \|$", text.split(f"| step of `{preset}` |")[1].split("\n\n")[0], re.M)
    called = names(steps, {int(number) for number, _ in rows})
    return [f"without {called[int(number)]}" for number, columns in rows
            if not re.search(r"left out: |refused without it", columns)]


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
    lines = [HEADS[table]]
    for (first, *rest), of in rows.items():
        policies = "all" if set(of) == set(order) else ", ".join(f"`{preset}`" for preset in order if preset in of)
        lines.append((first, policies, *rest))
    head, *rest = (f"| {' | '.join(line)} |\n" for line in lines)
    return MARKS[table] + head + "|---|---|---|---|\n" + "".join(rest) + END + "\n"


def catches(program, root, words, preset, steps):
    """Whether the scenario, with its settings, passes as the preset is, and fails as the list is changed."""
    file, *more = re.findall(r"`([^`]+)`", words)[0].replace("POLICY", preset).split()
    settings = [word for word in more if word != "--set"]
    unchanged = [setting for setting in settings if not setting.startswith("system.driver.unbind_")]
    codes = [subprocess.run([program, "run", "-q", "--engine", "native", file, *hardware(steps),
                             *(f"--set={setting}" for setting in of)], cwd=root, capture_output=True,
                            check=False).returncode for of in (unchanged, settings)]
    return unchanged != settings and codes == [0, 1]


def complaints(table, rows, stand):
    """What stands in the page and should not, and the other way round."""
    more, fewer = {"survivors": ("it stands in the page, and the table shows that it is needed",
                                 "nothing shows that it is needed, and the page does not say why"),
                   "not run": ("it is run", "it is not run, and the page does not say when")}[table]
    return ([f"{first}, {preset}: {more}" for first, preset in stand.keys() - set(rows)] +
            [f"{first}, {preset}: {fewer}" for first, preset in set(rows) - stand.keys()] +
            [f"{first}, {preset}: no reason" for (first, preset), rest in stand.items() if len(rest[0]) < 10])


def uncaught(program, root, said, lists):
    return [f"{first}, {preset}: {rest[1]}: expected a run that passes, and fails as the list is changed"
            for (first, preset), rest in said.items()
            if rest[1] and not catches(program, root, rest[1], preset, lists[preset])]


def by_day(root, lists):
    """Of the policies in docs/matrix.md the steps that can be left out."""
    page = root / "docs/matrix.md"
    of_page = [preset for preset in lists if f"| step of `{preset}` |" in page.read_text(encoding="utf-8")]
    assert of_page, "docs/matrix.md has no table of steps"
    return of_page, [(first, preset) for preset in of_page for first in table_of_day(page, preset, lists[preset])]


def by_matrix(program, root, lists, only, jobs):
    found = {"survivors": [], "not run": []}
    for preset in only:
        cells = matrix(program, root, preset, lists[preset], jobs)
        for table, changes in zip(found, judge(cells, preset, lists[preset])):
            found[table] += [(first, preset) for first in changes]
    return found


def main():
    arguments = sys.argv[1:]
    program, page = str(Path(arguments[0]).resolve()), Path(arguments[1]).resolve()
    root = page.parents[1]
    lists = presets(program)
    day = "--day" in arguments
    only = [arguments[i + 1] for i, word in enumerate(arguments) if word == "--only"] or list(lists)
    jobs = int(arguments[arguments.index("--jobs") + 1]) if "--jobs" in arguments else len(os.sched_getaffinity(0))
    if day:
        only, survivors = by_day(root, lists)
    found = {"survivors": survivors} if day else by_matrix(program, root, lists, only, jobs)
    said = {table: read(page, table, list(lists)) for table in MARKS}
    if "--print" in arguments:
        print("\n".join(made(table, rows, said[table], list(lists)) for table, rows in found.items()))
        return 0
    wrong = []
    for table, rows in found.items():
        stand = {key: rest for key, rest in said[table].items()
                 if key[1] in only and (not day or key[0].startswith("without "))}
        wrong += complaints(table, rows, stand)
    for table in said.values():
        wrong += uncaught(program, root, table, lists)
    wrong += [f"{first}, {preset}: it is undecided: expected a run that fails as the list is changed"
              for first, preset in UNDECIDED if not said["survivors"].get((first, preset), ("", ""))[1]]
    print("".join(f"{page}: {line}\n" for line in sorted(wrong)), end="")
    print(f"{sum(map(len, found.values()))} changes and steps: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
