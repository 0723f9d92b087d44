#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every hazard fires from a file and is silent with the cure, or is printed as not judged (hazards.txt).

  hazards.py PROGRAM ROOT TABLE ENGINE...
"""

import concurrent.futures
import json
import os
import re
import subprocess
import sys

PROGRAM, ROOT, TABLE, *ENGINES = sys.argv[1:]
NOT_JUDGED = "(not judged in this version"
FAILED = []


def fail(text):
    FAILED.append(text)


def described():
    """The hazards that `prisim describe` names: those that a scenario can raise, and those not judged."""
    lines = subprocess.run([PROGRAM, "describe"], check=True, capture_output=True, text=True).stdout.splitlines()
    raised, rest = [], []
    for name, kind, about in zip(lines, lines[1:], lines[2:]):
        if kind == "    hazard" and not name.startswith(" "):
            (rest if NOT_JUDGED in about else raised).append(name)
    return raised, rest


def rows():
    """(line, hazard, count, file, cure) of each row; of one that is not judged, count is 0 and the rest nothing."""
    with open(TABLE, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            words = line.split("#")[0].split()
            if not words or line.startswith(" "):
                continue
            if len(words) > 2 and words[1] == "-":
                yield number, words[0], 0, None, ()
                continue
            if len(words) < 4 or not words[1].isdigit() or words[1] == "0":
                sys.exit(f"{TABLE}:{number}: expected HAZARD COUNT FILE CURE..., or HAZARD - REASON")
            yield number, words[0], int(words[1]), words[2], tuple(words[3:])


def run(job):
    """Summary of (file, settings, engine), with the exit status as "status"; None if there is none."""
    file, settings, engine = job
    command = [PROGRAM, "run", "--quiet", "--engine", engine, "--summary", "-"]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command + [file], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        summary = json.loads(done.stdout)
    except json.JSONDecodeError:
        fail(f"{' '.join(command + [file])}: exit {done.returncode}: {done.stderr.strip()}")
        return None
    summary["status"] = done.returncode
    return summary


def under_way(exposure):
    """What stood anywhere at U0 and U2."""
    points = exposure["points"]
    return sum(count for name in ("U0", "U2") for key, count in points.get(name, {}).items() if key != "cycle")


def same_situation(say, there, cured):
    """A run in which nothing happened is no cure."""
    before, after = there["counters"], cured["counters"]
    if before["jobs"] != after["jobs"]:
        say(f"{before['jobs']} jobs, and {after['jobs']} with the cure")
    for counter in ("steps_not_given", "refused", "jobs_failed", "jobs_unfinished", "tasks_held"):
        if after[counter] > before[counter]:
            say(f"{counter} is {before[counter]}, and {after[counter]} with the cure")
    if before["page_requests"] and not after["page_requests"]:
        say("no page request is sent with the cure")
    if after["unbinds"] < before["unbinds"]:
        say(f"{before['unbinds']} unbinds came to U6, and {after['unbinds']} with the cure")
    calls = [(e["step"], e["stream_id"], e["pasid"]) for e in there["exposure"]]
    if calls != [(e["step"], e["stream_id"], e["pasid"]) for e in cured["exposure"]]:
        say("other calls of unbind are made with the cure")
        return
    for old, new in zip(there["exposure"], cured["exposure"]):
        if under_way(old) and not under_way(new):
            say(f"nothing is under way at {new['step']} with the cure")


def judge(row, engine, there, cured):
    number, hazard, count, file, cure = row

    def say(text):
        fail(f"{os.path.basename(TABLE)}:{number}: {hazard}, {engine}: {text}")

    if there["status"] != 0:
        say(f"{file} is not as it expects: exit {there['status']}: {'; '.join(there['reasons'])}")
    if there["hazards"][hazard] != count:
        say(f"{file}: expected {count}, found {there['hazards'][hazard]}")
    if cured["hazards"][hazard] != 0:
        say(f"{' '.join(cure)}: expected 0, found {cured['hazards'][hazard]}")
    for other, found in cured["hazards"].items():
        if (found or 0) > (there["hazards"][other] or 0):
            say(f"{' '.join(cure)}: {other} is {found}, and {there['hazards'][other]} without the cure")
    same_situation(say, there, cured)


def not_judged(rest, file):
    """The list that each run prints, and null in its summary."""
    report = subprocess.run([PROGRAM, "run", file], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    printed = re.search(r"not judged in this version: ((?:[a-z_.]+\s+)+)", report)
    if rest and (printed is None or sorted(printed.group(1).split()) != sorted(rest)):
        fail(f"{file}: the report does not say \"not judged in this version: {' '.join(rest)}\"")
    summary = run((file, (), ENGINES[0]))
    for hazard, found in (summary or {"hazards": {}})["hazards"].items():
        if (found is None) != (hazard in rest):
            fail(f"{file}: {hazard} is {found} in the summary")


def main():
    raised, rest = described()
    table = list(rows())
    for hazard in raised + rest:
        if hazard not in {row[1] for row in table}:
            fail(f"{hazard} has no row in {TABLE}")
    for number, hazard, count, *_ in table:
        if hazard not in raised + rest:
            fail(f"{TABLE}:{number}: {hazard} is no hazard")
        elif (hazard in rest) != (count == 0):
            fail(f"{TABLE}:{number}: {hazard} is {'not judged' if hazard in rest else 'judged'}")
    table = [row for row in table if row[1] in raised and row[2]]

    def twin(row):
        return (row[4][0], ()) if row[4][0].endswith(".yaml") else (row[3], row[4])

    jobs = {(*what, engine) for row in table for what in ((row[3], ()), twin(row)) for engine in ENGINES}
    jobs = sorted(jobs)
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        done = dict(zip(jobs, pool.map(run, jobs)))
    for row in table:
        for engine in ENGINES:
            there, cured = done[row[3], (), engine], done[(*twin(row), engine)]
            if there is not None and cured is not None:
                judge(row, engine, there, cured)
    if table:
        not_judged(rest, table[0][3])
    print(f"{len(raised)} hazards, {len(table)} rows, {len(jobs)} runs; not judged: {' '.join(rest)}")
    print("\n".join(FAILED))
    return 1 if FAILED or not table else 0


sys.exit(main())
