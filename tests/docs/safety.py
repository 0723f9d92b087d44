#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The first safety table: each policy of unbind against each way of a device to stop a PASID, over the schedules of
scenarios/safety, as Markdown. A cell says how many of its schedules met no hazard, or which hazard was met where.

  safety.py PROGRAM SCENARIOS                 prints the table
  safety.py PROGRAM SCENARIOS --check README  compares it with the one in there
"""
import json
import subprocess
import sys
from pathlib import Path

POLICIES = ("none", "drain", "stop_marker")
WAYS = {"wait": "waits for all responses: `wait`", "marker": "sends a Stop Marker: `marker`",
        "none": "does neither: `none`"}
# Where the request, or the translation, stands when the device is told to stop.
PLACES = {"queue": "queue", "in_hand": "in hand", "work": "work queue", "serving": "being served", "atc": "ATC"}
TIMEOUT = 100000
MARKS = ("<!-- ./dev safety -->\n", "\n<!-- end -->")


class Wrong(Exception):
    """The program or a schedule is not what the table is about."""


def run(program, scenarios, place, policy, way, timeout=TIMEOUT):
    settings = {"unbind": policy, "marker_timeout": timeout}
    options = [f"--set=system.driver.{key}={value}" for key, value in settings.items()]
    file = scenarios / f"{place}.yaml"
    done = subprocess.run([program, "run", "--quiet", "--engine=native", "--summary=-", *options,
                           f"--set=system.endpoints.nic.stop={way}", file],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise Wrong(f"{file}: {policy}, {way}: exit {done.returncode}\n{done.stderr}")
    summary = json.loads(done.stdout)
    # A device that waits has none of its requests left at U2: that is its way.
    points = summary["exposure"][0]["points"]
    for point in ("U0", "U2") if way != "wait" else ("U0",):
        if point in points and points[point].get(place) != 1:
            raise Wrong(f"{file}: {policy}, {way}: at {point} nothing is at `{place}`")
    return summary


def cell(summaries):
    """What a cell says of its schedules, and whether a time-out ended any of them."""
    total = len(summaries)
    hangs = sum(summary["outcome"] == "hang" for summary in summaries.values())
    clean = sum(summary["outcome"] == "clean" for summary in summaries.values())
    late = [summary["counters"]["unbind_cycles_max"] >= TIMEOUT for summary in summaries.values()]
    if clean == total:
        return f"clean ({total} schedules)" + ("¹" if all(late) else "")
    if hangs == total:
        return f"hang ({total} schedules)"
    where = {}
    for place, summary in summaries.items():
        for hazard, count in summary["hazards"].items():
            if count and "." not in hazard:
                where.setdefault(hazard, []).append(PLACES[place])
    found = "; ".join(f"{hazard}: {', '.join(places)}" for hazard, places in where.items())
    return f"fails in {total - clean} of {total} ({found})"


def table(program, scenarios):
    if missing := {file.stem for file in scenarios.glob("*.yaml")} ^ set(PLACES):
        raise Wrong(f"{scenarios}: expected a file for each of {', '.join(PLACES)}, and no other: {', '.join(missing)}")

    def row(way, policies, timeout=TIMEOUT):
        return [cell({place: run(program, scenarios, place, policy, way, timeout) for place in PLACES})
                for policy in policies]
    lines = [["a device that", *(f"`{policy}`" for policy in POLICIES)], ["---"] * (1 + len(POLICIES))]
    lines += [[words, *row(way, POLICIES)] for way, words in WAYS.items()]
    forever = {way: row(way, ["stop_marker"], 0)[0] for way in WAYS}
    late = [way for way, line in zip(WAYS, lines[2:]) if "¹" in line[-1]]
    if {forever[way] for way in late} != {f"hang ({len(PLACES)} schedules)"}:
        raise Wrong(f"without a time-out a marker that never comes is not a hang: {forever}")
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + (
        f"\n¹ No marker comes: the wait ends by `system.driver.marker_timeout`, {TIMEOUT:,} cycles, and a drain.\n"
        f"With 0 it has no end: {forever[late[0]]}.\n")


def main(program, scenarios, readme=None):
    try:
        made = table(program, Path(scenarios))
    except Wrong as error:
        return f"safety: {error}"
    if readme is None:
        print(made, end="")
        return 0
    text = Path(readme).read_text()
    begin, end = (text.find(mark) for mark in MARKS)
    said = text[begin + len(MARKS[0]):end] if 0 <= begin < end else ""
    if said.strip() == made.strip():
        return 0
    return f"{readme}: its table is not what ./dev safety prints:\n{made}"


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    sys.exit(main(*arguments))
