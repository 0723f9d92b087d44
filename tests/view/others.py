#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What prisim view makes for other programs: trace events for Perfetto, a sequence diagram in Mermaid, a pipeline log
for Konata.

  others.py PRISIM ROOT
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import unittest

import page

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
LOGS = sorted(ROOT.glob("scenarios/**/*.jsonl"))
RACE = ROOT / "scenarios/unbind_while_queued.jsonl"
POINTS = ["E0", "E1", "H0", "H1", "H2", "S0", "S1", "S2", "S3", "R0", "R1", "R2"]
# The keys of each phase beside ph, ts, pid, tid and name, and those that may come.
PHASES = {"M": (set(), {"args"}), "i": ({"s", "cat", "args"}, {"cname"}), "b": ({"cat", "id"}, {"args", "cname"}),
          "e": ({"cat", "id"}, {"args", "cname"}), "C": ({"args"}, set())}


def view(log, *more):
    done = subprocess.run([PRISIM, "view", log, "-o", "-", *map(str, more)], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def with_scenario(log):
    return "--scenario", log.with_suffix(".yaml")


class Perfetto(unittest.TestCase):
    def trace(self, log):
        trace = json.loads(view(log, "--as", "perfetto", *with_scenario(log)))
        self.assertEqual(set(trace), {"otherData", "traceEvents"})
        return trace["traceEvents"]

    def test_every_log(self):
        for log in LOGS:
            with self.subTest(log=log):
                events = self.trace(log)
                self.keys(events)
                self.order(events)
                self.content(events, page.data_of(PRISIM, log, log.with_suffix(".yaml")))

    def keys(self, events):
        for event in events:
            must, may = PHASES[event["ph"]]
            own = set(event) - {"ph", "pid", "tid", "name"}
            if event["ph"] != "M":
                self.assertIs(type(event["ts"]), int)
                own -= {"ts"}
            self.assertLessEqual(must, own)
            self.assertLessEqual(own, must | may)
            self.assertEqual({type(event[key]) for key in ("pid", "tid")} | {type(event["name"])}, {int, str})

    def order(self, events):
        """Time does not run back on a track, and what begins ends: of each id the last that began first."""
        last, open_slices = {}, collections.defaultdict(list)
        for event in events:
            if event["ph"] == "M" or event.get("cat") == "hazard":
                continue
            track = (event["pid"], event["tid"], event["ph"] in "be" and (event["cat"], event["id"]),
                     event["ph"] == "C" and event["name"])
            self.assertGreaterEqual(event["ts"], last.get(track, 0))
            last[track] = event["ts"]
            if event["ph"] == "b":
                open_slices[track].append(event["name"])
            if event["ph"] == "e":
                self.assertEqual(open_slices[track].pop(), event["name"])
        self.assertEqual([track for track, names in open_slices.items() if names], [])

    def content(self, events, data):
        named = {(event["pid"], event["tid"]): event["args"]["name"] for event in events
                 if event["name"] in ("process_name", "thread_name")}
        instants = [event for event in events if event["ph"] == "i" and event["cat"] == "event"]
        self.assertEqual([(event["ts"], event["name"], named[event["pid"], event["tid"]], named[event["pid"], 0])
                          for event in instants],
                         [(cycle, data["types"][kind]["name"], data["lanes"][lane]["name"], data["lanes"][lane]["kind"])
                          for cycle, kind, lane in zip(data["cycle"], data["type"], data["lane"])])
        for event, values, kind in zip(instants, data["values"], data["type"]):
            shown = [event["args"][field] for field in data["types"][kind]["fields"]]
            self.assertEqual(shown, values)
        self.slices(events, data, named)
        hazards = [(event["ts"], event["name"], event["args"]["what"]) for event in events
                   if event.get("cat") == "hazard"]
        self.assertEqual(hazards, [(finding["cycle"], finding["hazard"], finding["text"])
                                   for finding in data["findings"]])
        for series in data["series"]:
            shown = [[event["ts"], *event["args"].values()] for event in events
                     if event["ph"] == "C" and event["name"] == series["name"]]
            self.assertEqual(shown, series["steps"])

    def slices(self, events, data, named):
        """A request has one slice for its life and one for each stay in a lane."""
        stays = collections.defaultdict(list)
        for event in events:
            if event["ph"] in "be" and event["cat"] == "request":
                stays[event["id"]].append((event["ph"], event["ts"], named[event["pid"], 0]))
        self.assertEqual(len(stays), len(data["requests"]))
        for number, request in enumerate(data["requests"]):
            path = [(data["cycle"][event], data["lanes"][lane]) for event, lane in request["path"]]
            expected = [("b", path[0][0], "page requests")]
            for i, (cycle, lane) in enumerate(path):
                if i and lane is path[i - 1][1]:
                    continue
                moved = [later for later, other in path[i:] if other is not lane]
                until = moved[0] if moved else path[-1][0]
                expected += [("b", cycle, lane["kind"]), ("e", until, lane["kind"])]
            self.assertEqual(stays[number], expected + [("e", path[-1][0], "page requests")])
        bands = [event for event in events if event.get("cat") == "binding"]
        self.assertEqual([event["ts"] for event in bands],
                         [data["cycle"][event] for binding in data["bindings"]
                          for event in (binding["from"], binding["to"])])

    def test_names_say_the_binding(self):
        names = {event["name"] for event in self.trace(RACE) if event.get("cat") == "request"}
        self.assertEqual(names, {"page request 1 of nic, binding 1 (space A)",
                                 "Stop Marker of nic, binding 1 (space A)"})


class Mermaid(unittest.TestCase):
    def test_the_race(self):
        lines = view(RACE, "--as", "mermaid", *with_scenario(RACE)).splitlines()
        self.assertEqual(lines[:2], ["%% unbind_while_queued.jsonl: page request 1 of nic, PASID 1, address 0x4000, "
                                     "PRGI 0: ignored", "sequenceDiagram"])
        participants = dict(re.fullmatch(r"    participant (\w+) as (.+)", line).groups() for line in lines[2:9])
        self.assertEqual(list(participants.values()), ["endpoint[nic]", "link[nic]", "smmu", "pri_queue", "pri_thread",
                                                       "worker 0", "caller 0"])
        told = []
        for line in lines[9:]:
            arrow = re.fullmatch(r"    (\w+)->>(\w+): (\d+) (\w\d)?.*", line)
            note = re.fullmatch(r"    Note over (\w+): (?:(\d+) )?(\w\d )?.*", line)
            self.assertTrue(arrow or note, line)
            if arrow:
                told.append((arrow[4], participants[arrow[1]], participants[arrow[2]]))
            elif note[3]:
                told.append((note[3].strip(), participants[note[1]]))
        request = [step for step in told if step[0] in POINTS]
        self.assertEqual(request, [
            ("E0", "endpoint[nic]"), ("E1", "endpoint[nic]", "link[nic]"), ("H0", "link[nic]", "smmu"),
            ("H1", "smmu", "pri_queue"), ("H2", "pri_queue"), ("S0", "pri_queue", "pri_thread"),
            ("S1", "pri_thread", "worker 0"), ("S2", "worker 0"), ("S3", "worker 0"), ("R0", "worker 0", "smmu"),
            ("R1", "smmu", "link[nic]"), ("R2", "link[nic]", "endpoint[nic]")])
        owner = [step[0] for step in told if step[0][0] == "U"]
        self.assertEqual(owner, ["U7", "U0", "U1", "U2", "U3", "U4", "U5", "U6", "U7"])
        self.assertIn("    Note over L69: wrong_address_space: page request 1 of endpoint[nic] (PASID 1, address "
                      "0x4000, PRGI 0) made under binding 1 (space A) was served in space B (binding 2) "
                      "at cycle 27346", lines)
        self.assertIn("    Note over L69: 27346 S2 item 0, PASID 1 of nic: space B (bound)", lines)
        for line in lines:
            self.assertNotRegex(line, r"[;<\t]")

    def test_which_request(self):
        """Without a number it is the first that a hazard hit."""
        chosen = 0
        for log in LOGS:
            data = page.data_of(PRISIM, log, log.with_suffix(".yaml"))
            if not data["requests"]:
                continue
            hit = [finding["request"] for finding in data["findings"] if finding["request"] != -1]
            which = hit[0] if hit else 0
            chosen += which > 0
            drawn = view(log, "--as", "mermaid", *with_scenario(log))
            self.assertEqual(drawn, view(log, "--as", "mermaid", "--request", which + 1, *with_scenario(log)))
            self.assertIn(f": {data['requests'][which]['name']}", drawn.splitlines()[0])
            self.owners(data["requests"][which], drawn)
        self.assertGreater(chosen, 0)

    def owners(self, request, drawn):
        """Of unbinds and bindings only those of the request's own PASID are drawn."""
        for line in re.findall(r"Note over \w+: \d+ U\d .*", drawn):
            pasid = re.search(r"PASID (\d+)", line)
            self.assertTrue(not pasid or int(pasid[1]) == request["pasid"], line)

    def test_no_such_request(self):
        done = subprocess.run([PRISIM, "view", RACE, "--as", "mermaid", "--request", "3", "-o", "-"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, "", f"{RACE}: --request: expected 1..2: 3\n"))


class Kanata(unittest.TestCase):
    def test_every_log(self):
        for log in LOGS:
            with self.subTest(log=log):
                self.check(view(log, "--as", "kanata"), page.data_of(PRISIM, log))

    def check(self, text, data):
        lines = [line.split("\t") for line in text.splitlines()]
        self.assertEqual(lines[0], ["Kanata", "0004"])
        self.assertEqual(lines[1][0], "C=")
        cycle, begun, retired, stages = int(lines[1][1]), {}, {}, collections.defaultdict(list)
        for line in lines[2:]:
            if line[0] == "C":
                self.assertGreater(int(line[1]), 0)
                cycle += int(line[1])
                continue
            number = int(line[1])
            self.assertEqual(number in begun, line[0] != "I")
            self.assertNotIn(number, retired)
            if line[0] == "I":
                begun[number] = cycle
            elif line[0] == "S":
                stages[number].append((cycle, line[3]))
            elif line[0] == "R":
                retired[number] = (cycle, line[3])
            else:
                self.assertEqual(line[0], "L")
        flushed = {"open", "dropped", "discarded"}
        for number, request in enumerate(data["requests"]):
            path = [(data["cycle"][event], data["types"][data["type"][event]]["point"])
                    for event, _ in request["path"]]
            self.assertEqual(begun[number], path[0][0])
            self.assertEqual(retired[number], (path[-1][0], str(int(request["end"] in flushed))))
            self.assertEqual([stage for stage in stages[number] if stage[1]],
                             [(cycle, point or "E1") for i, (cycle, point) in enumerate(path) if point or i == 0])
        self.assertEqual(len(begun), len(data["requests"]))


unittest.main(argv=sys.argv[:1])
