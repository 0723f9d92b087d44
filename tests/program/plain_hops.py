# SPDX-License-Identifier: Apache-2.0
"""Times of page requests and unbinds, from a log alone: each request's life is found by searching
(tests/view/plain_lives.py), a hop is the difference of two of its events, and a rank is looked up in the sorted list of
all. It shares nothing with tb/hops/ but the words of docs/output.md."""

import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "view"))

from plain_lives import Log, Plain  # pylint: disable=wrong-import-position

HOPS = ("E0-E1 E1-H0 H0-H1 H1-H2 H2-I1 I1-S0 H2-S0 S0-S1 S1-S2 S2-S3 S3-R0 R0-R1 R1-R2 E0-R2").split()
POINT = {"endpoint.page_request": "E0", "endpoint.page_request_sent": "E1", "smmu.page_request": "H0",
         "pri_queue.write": "H1", "pri_queue.prod": "H2", "driver.take": "S0", "driver.enqueue": "S1",
         "driver.resolve": "S2", "driver.page": "S3", "driver.respond": "R0", "smmu.prg_response": "R1",
         "endpoint.response": "R2"}
TIMES = {"stop": ("driver.stop", "endpoint.stopped"), "call": ("driver.unbind", "driver.unbind_returned"),
         "unbind": ("driver.unbind", "driver.free"), "reuse": ("driver.stop", "driver.free"),
         "rebind": ("driver.stop", "driver.bind")}


def told(times, never):
    """Nearest rank: of N times the p-th percentile is the one of rank ceil(p N / 100)."""
    times = sorted(times)
    found = {"count": len(times), "never": never, "sum": sum(times), "min": None, "median": None, "p99": None,
             "max": None}
    if times:
        rank = lambda percent: times[math.ceil(percent * len(times) / 100) - 1]
        found.update(min=times[0], median=rank(50), p99=rank(99), max=times[-1])
    return found


STALLS = 1 << 31  # items from here on are of the event queue


class PlainHops:
    def __init__(self, path, end):
        self.end = end  # the run's last cycle
        self.log = Log(path)
        self.plain = Plain(self.log)
        self.requests = [self.points(request) for request in self.plain.requests if not request["marker"]]

    def points(self, request):
        """The first event at each point. A request that the queue dropped, and may have answered itself, had none of
        software's points."""
        at = {"E0": request["made"]}
        for i, _ in sorted(request["path"]):
            event = self.log.events[i]
            point = POINT.get(event["event"])
            if point in ("R1", "R2") and "R0" not in at:
                continue
            if point and not (point == "H2" and "H1" not in at):
                at.setdefault(point, event)
        if "H2" in at:
            interrupt = self.log.first("driver.interrupt", at["H2"]["i"])
            over = self.log.first("driver.kexec", at["H2"]["i"])  # an interrupt behind it is the next life's
            if interrupt and not (over and over["i"] < interrupt["i"]) and (
                    "S0" not in at or interrupt["i"] < at["S0"]["i"]) and not self.gone(request, interrupt):
                at["I1"] = interrupt
        return at

    def gone(self, request, interrupt):
        """Whether another record stands in the slot by then."""
        slot = request["decision"]
        again = next((event for event in self.log.named("pri_queue.accept") if event["i"] > slot["i"] and
                      event["slot"] == slot["slot"] and event["lap"] % 2 == slot["lap"] % 2), None)
        return again is not None and again["i"] < interrupt["i"]

    def hops(self):
        found = {}
        for hop in HOPS:
            start, end = hop.split("-")
            begun = [at for at in self.requests if start in at]
            done = [at[end]["cycle"] - at[start]["cycle"] for at in begun
                    if end in at and at[end]["cycle"] >= at[start]["cycle"]]
            found[hop] = told(done, len(begun) - len(done))
        return found

    # ---- unbinds

    def unbinds(self):
        found = []
        for event in self.log.named("driver.stop", "driver.unbind"):
            key = (event["stream_id"], event["pasid"], event["call"])
            if key not in [one["key"] for one in found]:
                found.append({"key": key, "first": event})
        for one in found:
            stream, pasid, call = one["key"]
            later = [other for other in found if other["key"][:2] == (stream, pasid) and
                     other["first"]["i"] > one["first"]["i"]]
            until = later[0]["first"]["i"] if later else len(self.log.events)
            points = {}
            for name in ("driver.stop", "driver.unbind", "driver.unbind_returned", "driver.free"):
                points[name] = self.log.first(name, -1, stream_id=stream, pasid=pasid, call=call)
            points["endpoint.stopped"] = self.within("endpoint.stopped", one["first"]["i"], until,
                                                     at=self.endpoint(stream), pasid=pasid)
            points["driver.bind"] = self.within("driver.bind", one["first"]["i"], until, stream_id=stream, pasid=pasid)
            for name, (start, end) in TIMES.items():
                begin = points[start] or (points["driver.unbind"] if name in ("reuse", "rebind") else None)
                one[name] = points[end]["cycle"] - begin["cycle"] if begin and points[end] else None
                one[name + " begun"] = begin is not None
            one["queue"] = self.queue(points)
        return found

    def unbind_times(self):
        found = {}
        for name in TIMES:
            begun = [one for one in self.unbinds() if one[name + " begun"]]
            done = [one[name] for one in begun if one[name] is not None]
            found[name] = told(done, len(begun) - len(done))
        return found

    def within(self, name, after, before, **fields):
        event = self.log.first(name, after, **fields)
        return event if event and event["i"] < before else None

    def endpoint(self, stream):
        return next((at for at, number in self.plain.stream_ids().items() if number == stream), None)

    def queue(self, points):
        """Cycles from U2 to the last point of the call in which PROD showed an entry that was not taken."""
        if points["driver.unbind"] is None:
            return 0
        ends = [points[name]["i"] for name in ("driver.unbind_returned", "driver.free") if points[name]]
        last = max(ends) if ends else len(self.log.events) - 1
        total, shown, old, since = 0, 0, 0, points["driver.unbind"]["cycle"]
        for event in self.log.events:
            if event["i"] > last:
                break
            if event["i"] > points["driver.unbind"]["i"] and shown:
                total += max(0, event["cycle"] - since)
            since = max(since, event["cycle"])
            if event["event"] == "pri_queue.prod":
                size = self.plain.queue_size(event["i"])
                new = int(event["prod"], 16) % (2 * size)
                shown, old = shown + (new - old) % (2 * size), new
            elif event["event"] == "driver.take" and event["item"] < STALLS:
                shown -= 1
        return total + (0 if ends else shown and self.end - since)
