#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lives of page requests and bindings on a page are what plain_lives.py finds by searching the log: of every golden
log, and of runs of random scenarios.

  lives.py PRISIM ROOT [RUNS [SEED]]
"""

import pathlib
import random
import subprocess
import sys
import tempfile

import page
import random_scenario
from plain_lives import Log, Plain

failed = 0


def differ(name, what, found, expected):
    global failed
    failed += 1
    print(f"{name}: {what}: the page has {found}, the log says {expected}")


def compare(name, what, found, expected):
    if found != expected:
        differ(name, what, found, expected)


def compare_requests(name, data, plain):
    starts = {binding["bind"]["i"]: k for k, binding in enumerate(plain.bindings)}
    compare(name, "requests", len(data["requests"]), len(plain.requests))
    for found, expected in zip(data["requests"], plain.requests):
        what = f"{found['name']} made by event {expected['made']['i']}"
        compare(name, what + ": kind", found["kind"], "marker" if expected["marker"] else "request")
        compare(name, what + ": endpoint", f"endpoint[{found['endpoint']}]", expected["at"])
        for key in ("pasid", "prgi", "address", "access", "end"):
            compare(name, f"{what}: {key}", found[key], expected[key])
        compare(name, what + ": group", found["group"], -1 if expected["group"] is None else expected["group"])
        compare(name, what + ": binding", found["binding"], starts.get(expected["binding"], -1))
        compare(name, what + ": served", found["served"], starts.get(expected["served"], -1))
        path = [(event, data["lanes"][lane]["kind"]) for event, lane in found["path"]]
        compare(name, what + ": path", path, expected["path"])


def compare_bindings(name, data, plain):
    compare(name, "bindings", len(data["bindings"]), len(plain.bindings))
    for found, expected in zip(data["bindings"], plain.bindings):
        bind = expected["bind"]
        what = f"binding {bind['binding']}"
        for key, field in (("number", "binding"), ("stream_id", "stream_id"), ("pasid", "pasid"), ("space", "space"),
                           ("from", "i")):
            compare(name, f"{what}: {key}", found[key], bind[field])
        compare(name, what + ": to", found["to"], -1 if expected["to"] is None else expected["to"])
        compare(name, what + ": unbind", found["unbind"], expected["unbind"])


def compare_series(name, data, plain):
    found = {series["name"]: series["steps"] for series in data["series"]}
    expected = {}
    if plain.occupancy():
        expected["PRI queue"] = plain.occupancy()
    for at in plain.streams:
        if plain.credits(at):
            expected[f"credits of {at[9:-1]}"] = plain.credits(at)
    compare(name, "series", found, expected)


def check_workers(name, data, log):
    """Groups that are served at one time have workers of their own, and of the free ones it is the first."""
    workers = [lane for lane, row in enumerate(data["lanes"]) if row["kind"] == "worker"]
    busy = {}
    lane_of = data["lane"]
    for event in log.named("driver.resolve", "driver.respond", "driver.kexec"):
        if event["event"] == "driver.kexec":
            busy = {}
            continue
        lane = lane_of[event["i"]]
        group = (event["stream_id"], event["prgi"])  # with match_by index its members may have several PASIDs
        if event["event"] == "driver.respond":
            busy.pop(lane, None)
        elif lane not in busy:
            free = [worker for worker in workers if worker not in busy]
            compare(name, f"worker of event {event['i']}", lane, free[0])
            busy[lane] = group
        else:
            compare(name, f"group of the worker at event {event['i']}", busy[lane], group)


def check(prisim, log_file, name, scenario=None):
    data = page.data_of(prisim, log_file, scenario)
    log = Log(log_file)
    plain = Plain(log)
    if not (scenario and "of:" in pathlib.Path(scenario).read_text()):
        compare_requests(name, data, plain)
    compare_bindings(name, data, plain)
    compare_series(name, data, plain)
    check_workers(name, data, log)
    return {request["end"] for request in data["requests"]} | \
        {"parts" for request in data["requests"] if "L" not in request["access"]} | \
        {"wrong" for request in data["requests"] if request["served"] not in (-1, request["binding"])}


def main():
    prisim, root = sys.argv[1], pathlib.Path(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    seen = set()
    for log in sorted(root.glob("scenarios/**/*.jsonl")):
        seen |= check(prisim, log, log.relative_to(root))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + runs):
            scenario = pathlib.Path(folder, f"{seed}.yaml")
            log = scenario.with_suffix(".jsonl")
            scenario.write_text(random_scenario.text(random.Random(seed)))
            run = subprocess.run([prisim, "run", "--engine", "native", scenario, "--log", log, "-q"],
                                 capture_output=True, text=True)
            if run.returncode not in (0, 1, 4):
                sys.exit(f"seed {seed}: {run.stderr}")
            seen |= check(prisim, log, f"seed {seed}")
    missing = {"open", "answered", "auto_answered", "dropped", "discarded", "ignored", "seen", "parts", "wrong"} - seen
    if missing:
        sys.exit(f"no log shows: {', '.join(sorted(missing))}")
    if failed:
        sys.exit(f"{failed} differences")


main()
