#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The data of a page keeps to what docs/view.md says of it: every key is there and no other, of its type, and what is
said twice is the same. Of every golden log, with its scenario and without.

  contract.py PRISIM ROOT
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import page

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
LOGS = sorted(ROOT.glob("scenarios/**/*.jsonl"))
KINDS = ["timeline", "endpoint", "link", "smmu", "pri_queue", "interrupt", "pri_thread", "worker", "caller", "driver"]
ENDS = {"open", "answered", "auto_answered", "dropped", "discarded", "ignored", "seen"}

# What no event shows: what was found at the end, what a limit says, and what is of an earlier cycle.
NO_EVENT = [("nobody_answers", "unanswered_group", 120596), ("nobody_answers", "credit_leak", 300000),
            ("nobody_answers", "unbind_hang", 300000), ("batch_not_kicked", "unbind_hang", 22413),
            ("one_completion", "unbind_hang", 34514), ("reset_at_probe", "unanswered_group", 47854),
            ("reset_at_probe", "credit_leak", 47854), ("flags_clean_by_message", "unbind_hang", 29222),
            ("lost_interrupt", "unanswered_group", 30688), ("lost_interrupt", "unanswered_group", 30688),
            ("lost_interrupt", "credit_leak", 30688), ("lost_interrupt", "credit_leak", 30688),
            ("prod_read_once", "unanswered_group", 38923), ("prod_read_once", "credit_leak", 38923),
            ("stale_for_ever", "pasid_limbo", 42737), ("stale_for_ever", "pasid_limbo", 42737),
            ("lock_cycle", "unanswered_group", 23346), ("lock_cycle", "credit_leak", 23346),
            ("lock_handler", "unanswered_group", 23048), ("lock_handler", "credit_leak", 23048),
            ("lock_over_marker", "lost_stop_marker", 22908), ("lock_over_marker", "unanswered_group", 22908),
            ("lock_over_marker", "credit_leak", 22908), ("lock_over_marker", "lost_stop_marker.awaited", 22908),
            ("request_lost", "unanswered_group", 42979), ("request_lost", "credit_leak", 42979),
            ("mask_left", "unanswered_group", 24978), ("mask_left", "credit_leak", 24978),
            ("forgets_groups", "credit_leak", 47837), ("leaves_group", "credit_leak", 25944),
            ("leaves_group", "credit_leak", 25944), ("marker_never", "unbind_hang", 23737),
            ("pasid_contrary", "unanswered_group", 27077), ("pasid_contrary", "credit_leak", 27077),
            ("stall_nobody_resumes", "unanswered_stall", 24206),
            ("lost_stop_marker_awaited", "lost_stop_marker.awaited", 22378),
            ("markers_swallowed", "lost_stop_marker.awaited", 21231)]

# What a value is: a type, a list of one kind, a tuple of several, a dict of keys, a set of possible values.
NUMBER, TEXT = int, str
MAYBE = object()
CONTRACT = {
    "prisim": TEXT, "name": TEXT, "about": TEXT, "source": TEXT, "judged": bool,
    "ended": (MAYBE, TEXT),
    "outcome": (MAYBE, {"verdict": {"pass", "fail", "incomplete"},
                        "outcome": {"clean", "hazard", "hang", "nothing_happened"},
                        "reasons": [TEXT], "cycles": NUMBER, "digest": TEXT}),
    "types": [{"name": TEXT, "point": TEXT, "about": TEXT, "fields": [TEXT]}],
    "causes": {},
    "lanes": [{"name": TEXT, "kind": set(KINDS)}],
    "cycle": [NUMBER], "type": [NUMBER], "lane": [NUMBER],
    "values": [list], "words": [TEXT],
    "requests": [{"name": TEXT, "kind": {"request", "marker"}, "endpoint": TEXT, "pasid": (MAYBE, NUMBER),
                  "prgi": NUMBER, "address": TEXT, "access": TEXT, "group": NUMBER, "binding": NUMBER,
                  "served": NUMBER, "end": ENDS, "path": [[NUMBER]]}],
    "bindings": [{"number": NUMBER, "endpoint": TEXT, "stream_id": TEXT, "pasid": (MAYBE, NUMBER), "space": TEXT,
                  "from": NUMBER, "to": NUMBER, "unbind": [NUMBER]}],
    "findings": [{"hazard": TEXT, "cycle": NUMBER, "event": NUMBER, "request": NUMBER, "text": TEXT,
                  "premises": TEXT}],
    "premises": [NUMBER],
    "series": [{"name": TEXT, "unit": TEXT, "limit": NUMBER, "steps": [[NUMBER]]}],
}


def run(*arguments):
    return subprocess.run([PRISIM, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False)


class Contract(unittest.TestCase):
    def is_of(self, value, kind, where):
        if isinstance(kind, tuple):
            if value is not None:
                self.is_of(value, kind[1], where)
        elif isinstance(kind, set):
            self.assertIn(value, kind, where)
        elif isinstance(kind, list):
            self.assertIs(type(value), list, where)
            for item in value:
                self.is_of(item, kind[0], where + "[]")
        elif isinstance(kind, dict):
            self.assertIs(type(value), dict, where)
            if kind:
                self.assertEqual(list(value), list(kind), where)
            for key, inner in kind.items():
                self.is_of(value[key], inner, f"{where}.{key}")
        else:
            self.assertIs(type(value), kind, where)

    def holds_together(self, data, log):
        """Numbers name what is there, and columns are the log's."""
        events = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual({len(data[key]) for key in ("cycle", "type", "lane", "values", "words")}, {len(events)})
        self.assertEqual([row["name"] for row in data["types"]],
                         sorted({event["event"] for event in events}, key=[t["name"] for t in data["types"]].index))
        causes = set()
        for i, event in enumerate(events):
            kind = data["types"][data["type"][i]]
            shown = {"cycle": data["cycle"][i], "at": event["at"], "event": kind["name"]}
            if kind["point"]:
                shown["point"] = kind["point"]
            shown.update(zip(kind["fields"], data["values"][i]))
            self.assertEqual(list(shown.items()), list(event.items()))
            lane = data["lanes"][data["lane"][i]]
            if event["at"].startswith("endpoint["):
                self.assertEqual(lane["name"], event["at"])
            causes |= {event[key] for key in ("cause", "cache", "duty") if key in event}
        self.assertEqual(set(data["causes"]), causes)
        self.assertEqual(data["premises"], [i for i, event in enumerate(events) if event["event"] == "premise.broken"])
        self.lanes(data)
        self.lives(data, len(events))
        for series in data["series"]:
            cycles = [cycle for cycle, _ in series["steps"]]
            self.assertEqual(cycles, sorted(set(cycles)))
            self.assertTrue(all(value <= series["limit"] for _, value in series["steps"]))

    def lanes(self, data):
        order = [KINDS.index(lane["kind"]) for lane in data["lanes"]]
        self.assertEqual(order, sorted(order))
        self.assertEqual(len({lane["name"] for lane in data["lanes"]}), len(data["lanes"]))
        used = set(data["lane"]) | {lane for request in data["requests"] for _, lane in request["path"]}
        self.assertEqual(used, set(range(len(data["lanes"]))))

    def lives(self, data, events):
        for request in data["requests"]:
            path = request["path"]
            self.assertTrue(path)
            self.assertEqual([event for event, _ in path], sorted({event for event, _ in path}))
            self.assertLess(path[-1][0], events)
            for key in ("binding", "served"):
                self.assertIn(request[key], range(-1, len(data["bindings"])))
            if request["binding"] != -1:
                self.assertEqual(data["bindings"][request["binding"]]["endpoint"], request["endpoint"])
                self.assertEqual(data["bindings"][request["binding"]]["pasid"], request["pasid"])
            self.assertEqual(request["group"] == -1, request["kind"] == "marker")
        for binding in data["bindings"]:
            self.assertEqual(data["types"][data["type"][binding["from"]]]["name"], "driver.bind")
            points = [data["types"][data["type"][event]] for event in binding["unbind"]]
            names = [point["point"] or point["name"] for point in points]
            if "driver.mm_exited" in {row["name"] for row in data["types"]}:  # it stops the function behind U2
                self.assertLess(names.index("U0") if "U0" in names else -1, names.index("U1") if "U1" in names else 0)
                names = [name for name in names if name not in ("U0", "U1")]
            if names.count("U2") == 2:  # UNBIND-P10: made quiet first, which frees nothing
                self.assertEqual(names[:3], ["U2", "U3", "U4"])
                names = names[3:]
            self.assertEqual(names, sorted(names, key=["U0", "U1", "U2", "U3", "U4", "driver.not_invalidated", "U5",
                                                       "U6"].index))

    def test_without_a_scenario(self):
        for log in LOGS:
            with self.subTest(log=log):
                data = page.data_of(PRISIM, log)
                self.is_of(data, CONTRACT, "data")
                self.holds_together(data, log)
                self.assertEqual((data["judged"], data["outcome"], data["findings"]), (False, None, []))
                self.assertEqual((data["name"], data["about"], data["source"]), (log.name, "", log.name))

    def test_with_its_scenario(self):
        """The page says what prisim run says."""
        no_event, self.said = [], 0
        for log in LOGS:
            with self.subTest(log=log), tempfile.TemporaryDirectory() as folder:
                scenario = log.with_suffix(".yaml")
                summary = pathlib.Path(folder, "summary.json")
                run("run", "--engine", "native", scenario, "-q", "--summary", summary)
                told = json.loads(summary.read_text())
                data = page.data_of(PRISIM, log, scenario)
                self.is_of(data, CONTRACT, "data")
                self.holds_together(data, log)
                self.assertEqual((data["judged"], data["name"]), (True, told["scenario"]))
                for key in ("verdict", "outcome", "reasons", "cycles"):
                    self.assertEqual(data["outcome"][key], told[key])
                self.assertEqual(data["outcome"]["digest"], told["log_digest"])
                found = collections.Counter(finding["hazard"] for finding in data["findings"])
                self.assertEqual(dict(found), {name: count for name, count in told["hazards"].items() if count})
                no_event += [(log.stem, *found) for found in self.findings(data)]
        self.assertEqual(no_event, NO_EVENT)
        self.assertGreater(self.said, 5)

    def findings(self, data):
        """Those that an event shows are of its cycle, and of a request that it is a step of."""
        no_event = []
        for finding in data["findings"]:
            if finding["event"] == -1:
                self.assertEqual(finding["request"], -1)
                no_event.append((finding["hazard"], finding["cycle"]))
                continue
            self.assertEqual(data["cycle"][finding["event"]], finding["cycle"])
            steps = [i for i, request in enumerate(data["requests"])
                     if finding["event"] in [event for event, _ in request["path"]]]
            self.assertEqual(finding["request"], steps[-1] if steps else -1)
            self.said += self.bindings_of(finding, data)
        return no_event

    def bindings_of(self, finding, data):
        """What the checkers say of a request's bindings is what its life says."""
        said = re.match(r"(?:page request|the Stop Marker).* made under (?:binding (\d+)|no binding)"
                        r"(?:.* served (?:in space \S+ \(|under )binding (\d+))?", finding["text"])
        if not said or finding["request"] == -1:
            return 0
        request = data["requests"][finding["request"]]
        if not finding["text"].replace("endpoint[", "").startswith(request["name"]):
            return 0
        for number, key in ((said[1], "binding"), (said[2], "served")):
            if number:
                self.assertEqual(data["bindings"][request[key]]["number"], int(number), finding["text"])
        return 1

    def test_raw_request_that_the_scenario_gives_to_somebody(self):
        """Only the scenario knows that the second marker is of the first owner."""
        log = ROOT / "scenarios/stop_marker/marker_of_other_life.jsonl"
        for more, owners in (((log.with_suffix(".yaml"),), [0, 0, 1]), ((), [0, 1, 1])):
            data = page.data_of(PRISIM, log, *more)
            self.assertEqual([request["binding"] for request in data["requests"]], owners)

    def test_the_race(self):
        """What README tells, as literals."""
        log = ROOT / "scenarios/unbind_while_queued.jsonl"
        data = page.data_of(PRISIM, log, log.with_suffix(".yaml"))
        wrong = data["findings"][0]
        event = wrong["event"]
        self.assertEqual((wrong["hazard"], wrong["cycle"], wrong["request"], wrong["premises"]),
                         ("wrong_address_space", 27346, 0, "kept"))
        self.assertEqual((data["types"][data["type"][event]]["name"], data["values"][event][4]),
                         ("driver.resolve", "B"))
        request = data["requests"][0]
        self.assertEqual([data["bindings"][request[key]]["space"] for key in ("binding", "served")], ["A", "B"])
        self.assertEqual((request["name"], request["address"], request["access"], request["end"]),
                         ("page request 1 of nic", "0x4000", "RWL", "ignored"))
        points = [data["types"][data["type"][event]]["point"] for event, _ in request["path"]]
        self.assertEqual([point for point in points if point],
                         ["E0", "E1", "H0", "H1", "H2", "S0", "S1", "S2", "S3", "R0", "R1", "R2"])
        self.assertEqual([data["lanes"][lane]["kind"] for _, lane in request["path"]],
                         ["endpoint", "link", "link", "smmu", "smmu", "pri_queue", "pri_queue", "pri_queue",
                          "pri_thread", "worker", "worker", "worker", "smmu", "link", "link", "endpoint", "endpoint"])
        marker = data["requests"][1]
        self.assertEqual((marker["name"], marker["kind"], marker["end"]), ("Stop Marker of nic", "marker", "seen"))
        unbind = [data["types"][data["type"][event]]["point"] for event in data["bindings"][0]["unbind"]]
        self.assertEqual(unbind, ["U0", "U1", "U2", "U3", "U4", "U5", "U6"])
        self.assertEqual(data["series"][0],
                         {"name": "PRI queue", "unit": "entries", "limit": 512,
                          "steps": [[1441, 0], [20852, 1], [21319, 2], [26786, 1], [26924, 0]]})
        self.assertEqual(data["series"][1], {"name": "credits of nic", "unit": "free", "limit": 8,
                                             "steps": [[5702, 8], [20596, 7], [31077, 8]]})


unittest.main(argv=sys.argv[:1])
