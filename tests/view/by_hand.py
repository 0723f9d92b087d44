#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What no run of ours shows, or only by luck: logs written by hand, and what a page makes of them, as literals.

  by_hand.py PRISIM ROOT
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import page

PRISIM = str(pathlib.Path(sys.argv[1]).resolve())
PLAIN = {"number": 0, "hex": "0x0", "pasid": 1, "bool": False, "cause": "none", "space": "A", "access": "RWL",
         "place": "driver", "event": "driver.take"}


def known_events():
    """Of each event its point and its fields with their types, by prisim describe."""
    rows = subprocess.run([PRISIM, "describe", "--markdown"], capture_output=True, text=True, check=True).stdout
    known = {}
    for name, point, fields in re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (\w*) \| ([^|]*) \|", rows, re.M):
        kind, of = "", {}
        for part in reversed(re.findall(r"(\w+)(?: \((\w+)\))?(?:, |$)", fields)):
            kind = part[1] or (part[0] if part[0] in ("pasid", "cause", "space", "access") else "") or kind
            of[part[0]] = part[1] or (part[0] if part[0] in PLAIN else "pasid")
        known[name] = (point, dict(reversed(of.items())))
    return known


KNOWN = known_events()


class Log:
    """Lines of a log; what a line does not say is plain."""

    def __init__(self):
        self.lines, self.cycle = [], 0

    def add(self, name, at=None, **values):
        point, fields = KNOWN[name]
        self.cycle += 10
        at = at or {"premise": "checkers", "endpoint": "endpoint[nic]"}.get(name.partition(".")[0],
                                                                          name.partition(".")[0])
        line = {"cycle": self.cycle, "at": at, "event": name, **({"point": point} if point else {})}
        line.update({field: values.pop(field, "0x100" if field == "stream_id" else PLAIN[kind])
                     for field, kind in fields.items()})
        assert not values, values
        self.lines.append(json.dumps(line, separators=(",", ":")))
        return len(self.lines) - 1

    def data(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "log.jsonl")
            path.write_text("".join(line + "\n" for line in self.lines))
            return page.data_of(PRISIM, path)


def bind(log, number, space="A", pasid=1):
    at = log.add("driver.bind", call=number, binding=number, space=space, pasid=pasid)
    log.add("driver.bound", call=number, binding=number, pasid=pasid)
    return at


class ByHand(unittest.TestCase):
    def test_late_marker_is_of_the_use_that_was_stopped(self):
        log = Log()
        bind(log, 1)
        log.add("endpoint.stop")
        bind(log, 2, "B")
        log.add("endpoint.stop_marker", tlp="0x6000000")
        log.add("endpoint.stop_marker", tlp="0x6000001")
        self.assertEqual([request["binding"] for request in log.data()["requests"]], [0, 1])

    def test_raw_request_is_of_what_the_function_knows(self):
        log = Log()
        bind(log, 1)
        log.add("driver.bind", call=2, binding=2, space="B")
        log.add("endpoint.page_request", request=1, job=7)
        log.add("endpoint.job", job=8)
        log.add("endpoint.page_request", request=2, job=8)
        log.add("driver.bound", call=2, binding=2)
        log.add("endpoint.page_request", request=3, job=7)
        self.assertEqual([request["binding"] for request in log.data()["requests"]], [0, 1, 1])

    def test_refused_unbind_changes_nothing(self):
        log = Log()
        bind(log, 1)
        log.add("driver.stop", call=2)
        log.add("driver.unbind", call=2)
        log.add("driver.refused", call=2)
        self.assertEqual(log.data()["bindings"][0]["unbind"], [])
        points = [log.add(name, call=3) for name in ("driver.stop", "driver.unbind", "driver.free")]
        binding = log.data()["bindings"][0]
        self.assertEqual((binding["unbind"], binding["to"]), (points, points[-1]))

    def test_kept_pasid(self):
        log = Log()
        bind(log, 1)
        points = [log.add("driver.unbind", call=2), log.add("driver.not_invalidated", call=2)]
        end = log.add("driver.unbind_returned", call=2, cause="kept")
        binding = log.data()["bindings"][0]
        self.assertEqual((binding["unbind"], binding["to"]), (points, end))

    def test_unbind_of_the_former_owner_goes_on(self):
        """U6 is of the binding whose unbind it is, though the PASID was bound again before."""
        log = Log()
        bind(log, 1)
        points = [log.add("driver.unbind", call=2)]
        bind(log, 3, "B")
        points.append(log.add("driver.free", call=2))
        self.assertEqual([(binding["unbind"], binding["to"]) for binding in log.data()["bindings"]],
                         [(points, points[-1]), ([], -1)])

    def test_group_ends_with_its_response(self):
        log = Log()
        for number, access in ((1, "R"), (2, "R")):
            log.add("endpoint.page_request", request=number, access=access)
        log.add("endpoint.job", job=1)
        log.add("endpoint.page_request", request=3, job=1, access="R")
        log.add("endpoint.page_request", request=4, job=1, access="R")
        log.add("endpoint.response", cause="group_freed")
        log.add("endpoint.page_request", request=5, job=1, access="RL")
        log.add("endpoint.page_request", request=6, job=1, access="R")
        self.assertEqual([request["group"] for request in log.data()["requests"]], [0, 0, 1, 1, 2, 3])

    def test_groups_die_when_page_requests_are_switched_off(self):
        log = Log()
        log.add("endpoint.job", job=1)
        log.add("endpoint.page_request", request=1, job=1, access="R")
        log.add("endpoint.page_request", request=2, job=9, access="R", prgi=3)
        off = log.add("endpoint.pri_off", groups=1)
        log.add("endpoint.page_request", request=3, job=1, access="R")
        sent = log.add("endpoint.page_request_sent", request=2, tlp="0x6000000")
        log.add("endpoint.page_request_sent", request=1, tlp="0x6000001")
        data = log.data()
        self.assertEqual([request["group"] for request in data["requests"]], [0, 1, 2])
        self.assertEqual([request["end"] for request in data["requests"]], ["dropped", "open", "open"])
        self.assertEqual([[event for event, _ in request["path"]] for request in data["requests"]],
                         [[1, off], [2, sent], [off + 1]])

    def test_lost_in_the_fabric(self):
        log = Log()
        log.add("endpoint.page_request", request=1)
        log.add("endpoint.page_request_sent", request=1, tlp="0x6000000")
        lost = log.add("fabric.unroutable", tlp="0x6000000")
        request = log.data()["requests"][0]
        self.assertEqual((request["end"], request["path"][-1][0]), ("dropped", lost))

    def test_automatic_response_that_is_lost(self):
        """It is the newest of its group that waits; those before it leave in their order."""
        log = Log()
        for number in (1, 2):
            tlp = hex(6 << 24 | number)
            log.add("endpoint.page_request", request=number, prgi=number)
            log.add("endpoint.page_request_sent", request=number, tlp=tlp, prgi=number)
            log.add("smmu.page_request", tlp=tlp, prgi=number)
            log.add("pri_queue.drop", prgi=number, cause="queue_full")
        made = [log.add("pri_queue.response", prgi=number, cause="auto_pps") for number in (1, 2)]
        lost = log.add("smmu.response_lost", prgi=1)
        left = log.add("smmu.prg_response", tlp="0x2000000", prgi=2, cause="automatic")
        arrived = log.add("endpoint.response", tlp="0x2000000", prgi=2, cause="group_freed")
        first, second = log.data()["requests"]
        self.assertEqual((first["end"], [event for event, _ in first["path"][4:]]), ("dropped", [made[0], lost]))
        self.assertEqual((second["end"], [event for event, _ in second["path"][4:]]),
                         ("auto_answered", [made[1], left, arrived]))

    def test_what_the_function_did(self):
        for cause, end in (("group_freed", "answered"), ("response_failure", "answered"), ("group_stale", "ignored"),
                           ("failed_before", "ignored"), ("pasid_mismatch", "ignored"),
                           ("unexpected_index", "ignored")):
            log = Log()
            log.add("endpoint.page_request", request=1)
            log.add("endpoint.page_request_sent", request=1, tlp="0x6000000")
            log.add("smmu.page_request", tlp="0x6000000")
            log.add("pri_queue.accept", slot=3)
            log.add("pri_queue.write", slot=3)
            log.add("driver.take", slot=3, item=5)
            log.add("driver.enqueue", item=5)
            log.add("driver.respond", item=5, index=9)
            log.add("smmu.prg_response", tlp="0x2000000", index=9, cause="command")
            log.add("endpoint.response", tlp="0x2000000", cause=cause)
            request = log.data()["requests"][0]
            self.assertEqual((request["end"], [event for event, _ in request["path"]]), (end, list(range(10))))

    def test_copy_that_is_no_copy(self):
        """Software that reads a slot before its record is there, or reads something else, has no request in hand."""
        for early, fields in ((True, {}), (False, {"prgi": 1}), (False, {"pasid": 2}), (False, {"access": "RL"}),
                              (False, {"address": "0x1000"}), (False, {"lap": 1})):
            log = Log()
            log.add("endpoint.page_request", request=1)
            log.add("endpoint.page_request_sent", request=1, tlp="0x6000000")
            log.add("smmu.page_request", tlp="0x6000000")
            log.add("pri_queue.accept", slot=3)
            if not early:
                log.add("pri_queue.write", slot=3)
            log.add("driver.take", slot=3, item=5, **fields)
            log.add("driver.discard", item=5)
            data = log.data()
            self.assertEqual((data["requests"][0]["end"], len(data["requests"][0]["path"])), ("open", 4 + (not early)))

    def test_lanes_of_calls(self):
        """A call has the first lane that is free from its first event to its last."""
        log = Log()
        order = [1, 2, 1, 3, 2, 3, 4]
        for call in order:
            log.add("driver.stop_seen", call=call)
        data = log.data()
        names = [data["lanes"][lane]["name"] for lane in data["lane"]]
        self.assertEqual(names, [f"caller {place}" for place in (0, 1, 0, 0, 1, 0, 0)])

    def test_lanes_of_workers(self):
        """A group has the first worker that is free from its first lookup to its response, whoever is asked last."""
        log = Log()
        for item in range(4):
            log.add("driver.take", item=item)
            log.add("driver.enqueue", item=item)
        lanes = [log.add("driver.resolve", item=item) for item in (0, 1)]
        lanes += [log.add("driver.respond", item=0), log.add("driver.resolve", item=2), log.add("driver.page", item=1),
                  log.add("driver.respond", item=1), log.add("driver.respond", item=2),
                  log.add("driver.resolve", item=3)]
        data = log.data()
        self.assertEqual([data["lanes"][data["lane"][event]]["name"] for event in lanes],
                         [f"worker {place}" for place in (0, 1, 0, 0, 1, 1, 0, 0)])

    def test_lanes_of_tasks(self):
        log = Log()
        for task in range(6):
            log.add("driver.hold", task=task, index=2)
        data = log.data()
        self.assertEqual([data["lanes"][lane]["name"] for lane in data["lane"]],
                         ["driver", "interrupt", "pri_thread", "worker 2", "caller 2", "driver"])

    def test_values_of_the_queue(self):
        """PROD and CONS have a bit more than the slots; what stood before software said how long it is counts."""
        log = Log()
        log.add("pri_queue.prod", prod="0x6")
        log.add("smmu.register", offset="0xc0", value="0x2", write=True)
        for name, value in (("prod", "0x7"), ("cons", "0x5"), ("prod", "0x1"), ("cons", "0x1")):
            log.add(f"pri_queue.{name}", **{name: value})
        self.assertEqual(log.data()["series"], [{"name": "PRI queue", "unit": "entries", "limit": 4, "steps": [
            [20, 6], [30, 7], [40, 2], [50, 4], [60, 0]]}])
        log = Log()
        log.add("pri_queue.prod", prod="0x6")
        self.assertEqual(log.data()["series"], [])


unittest.main(argv=sys.argv[:1])
