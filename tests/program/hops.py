#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long page requests take from point to point, and unbinds: what the summary and the report say is what
plain_hops.py finds in the log, of every golden scenario and of random ones; the same from every engine.

  hops.py PRISIM ROOT [--runs N] ENGINE...
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from plain_hops import HOPS, TIMES, PlainHops

PRISIM, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
RUNS = int(sys.argv[sys.argv.index("--runs") + 1]) if "--runs" in sys.argv else 20
ENGINES = [word for word in sys.argv[3:] if word.startswith(("native", "systemc"))]
RACE = ROOT / "scenarios/unbind_while_queued.yaml"

sys.path.insert(0, str(ROOT / "tests/view"))
import random_scenario  # pylint: disable=wrong-import-position

# One request, one at a time; then one whose answer never comes, for the run ends.
ONE = """\
name: one
about: one page request
system:
  endpoints: [{id: nic}]
spaces:
  A: {regions: [{at: 0x10000, size: 0x8000, perm: rw}]}
timeline:
  - {at: 0, bind: {endpoint: nic, pasid: 1, space: A}}
  - {at: 30000, dma: {endpoint: nic, pasid: 1, address: 0x10000, write: true}}
"""


def run(scenario, *arguments):
    done = subprocess.run([PRISIM, "run", scenario, *map(str, arguments)], capture_output=True, text=True,
                          timeout=300, check=False)
    if done.returncode not in (0, 1, 4):
        raise AssertionError(f"{scenario}: {done.stderr}")
    return done.stdout


class Hops(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name, text=None):
        path = pathlib.Path(self.folder.name, name)
        if text is not None:
            path.write_text(text, encoding="utf-8")
        return path

    def summary(self, scenario, *arguments, engine="native"):
        run(scenario, "-q", "--engine", engine, "--summary", self.path("s.json"), "--log", self.path("log.jsonl"),
            *arguments)
        return json.loads(self.path("s.json").read_text(encoding="utf-8"))

    def compare(self, scenario, name):
        found = self.summary(scenario)
        plain = PlainHops(self.path("log.jsonl"), found["cycles"])
        self.assertEqual(found["hops"], plain.hops(), name)
        self.assertEqual(found["unbind_times"], plain.unbind_times(), name)
        expected = plain.unbinds()
        self.assertEqual(len(found["unbinds"]), len(expected), name)
        of = {(one["key"][0], one["key"][1]) + tuple(one[time] for time in TIMES) + (one["queue"],)
              for one in expected}
        for one in found["unbinds"]:
            key = (hex(one["stream_id"]), one["pasid"]) + tuple(one[time] for time in TIMES) + (one["queue"],)
            self.assertIn(key, of, name)
        return found

    def test_every_golden_scenario(self):
        seen = 0
        for log in sorted(ROOT.glob("scenarios/**/*.jsonl")):
            found = self.compare(log.with_suffix(".yaml"), log.relative_to(ROOT))
            seen += found["hops"]["E0-R2"]["count"] > 0
        self.assertGreater(seen, 20)

    def test_random_scenarios(self):
        """With dropped, discarded, refused and unanswered ones among them."""
        never = {hop: 0 for hop in HOPS}
        for seed in range(1, RUNS + 1):
            text = random_scenario.text(random.Random(seed))
            found = self.compare(self.path("random.yaml", text), f"seed {seed}")
            for hop in HOPS:
                never[hop] += found["hops"][hop]["never"]
        for hop in ("H0-H1", "H2-I1", "S0-S1", "S2-S3", "E0-R2"):
            self.assertGreater(never[hop], 0, hop)

    def test_one_request_by_hand(self):
        """Of one request each time is all of them: what stands in the log, line by line."""
        found = self.summary(self.path("one.yaml", ONE))
        cycle = {}
        for line in self.path("log.jsonl").read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event.get("point") and event["cycle"] >= 30000:
                cycle.setdefault(event["point"], event["cycle"])
        for hop in HOPS:
            start, end = hop.split("-")
            time = cycle[end] - cycle[start]
            self.assertEqual(found["hops"][hop], {"count": 1, "never": 0, "sum": time, "min": time, "median": time,
                                                  "p99": time, "max": time}, hop)

    def test_request_that_is_never_answered(self):
        whole = self.summary(self.path("one.yaml", ONE))
        for line in self.path("log.jsonl").read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event.get("point") == "R0":
                end = event["cycle"] - 1
        found = self.summary(self.path("one.yaml"), "--until", end)
        nothing = {"count": 0, "never": 1, "sum": 0, "min": None, "median": None, "p99": None, "max": None}
        for hop in HOPS:
            if hop in ("S3-R0", "E0-R2"):
                self.assertEqual(found["hops"][hop], nothing, hop)
            elif hop in ("R0-R1", "R1-R2"):
                self.assertEqual(found["hops"][hop], {**nothing, "never": 0}, hop)
            else:
                self.assertEqual(found["hops"][hop], whole["hops"][hop], hop)

    def test_engines_agree(self):
        expected = self.summary(RACE)
        for engine in ENGINES:
            found = self.summary(RACE, engine=engine)
            for key in ("hops", "unbind_times", "unbinds"):
                self.assertEqual(found[key], expected[key], engine)

    def test_report_has_what_the_summary_has(self):
        found = self.summary(RACE)
        lines = [line.split() for line in run(RACE, "--engine", "native", "--hops").splitlines()]
        for hop in HOPS:
            one = found["hops"][hop]
            self.assertIn([hop] + [str(one[key]) for key in ("count", "never", "min", "median", "p99", "max")
                                   if one[key] is not None], lines)
        for time, one in found["unbind_times"].items():
            line = next(line for line in lines if line[:1] == [f"{time},"])
            shown = [str(one[key]) for key in ("count", "never", "min", "median", "p99", "max")
                     if one[key] is not None]
            self.assertEqual(line[-len(shown):], shown)
        self.assertFalse([line for line in run(RACE, "--engine", "native").splitlines() if line.startswith("hops of")])

    def test_caller_that_waits(self):
        """A bind that is given 100 cycles behind the unbind of its PASID waits for the end of that."""
        text = ONE + "  - {at: 60000, unbind: {endpoint: nic, pasid: 1}}\n" \
            "  - {at: 60100, bind: {endpoint: nic, pasid: 1, space: A}}\n" \
            "  - {at: 60200, bind: {endpoint: nic, pasid: 2, space: A}}\n"
        found = self.summary(self.path("wait.yaml", text))
        one = found["unbinds"][0]
        events = [json.loads(line) for line in self.path("log.jsonl").read_text(encoding="utf-8").splitlines()]
        given = [event["cycle"] for event in events if event["event"] == "timeline.step"][-2]
        end = max(event["cycle"] for event in events if event["event"] in ("driver.free", "driver.unbind_returned"))
        self.assertEqual((len(found["unbinds"]), one["callers"], one["callers_cycles"]), (1, 1, end - given))
        self.assertGreater(one["callers_cycles"], 0)


unittest.main(argv=sys.argv[:1], warnings="ignore")
