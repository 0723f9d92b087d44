# SPDX-License-Identifier: Apache-2.0
"""What a wave of a run must show, computed from its log alone, and in another way than the writer does: sets in place
of counts, and a task's state from what it does next in place of what it did last.

expected(events) gives {path: [(cycle, value)]} of the changes; moments have [(cycle, 1)].
"""
import re
from collections import defaultdict

TLPS = ["MRd", "MWr", "CfgRd", "CfgWr", "Cpl", "CplD", "Msg", "MsgD"]
SAID = ["request", "pasid", "prgi", "address", "access", "slot", "item", "space", "code", "call", "policy", "prod",
        "groups", "cause"]
# The event with which a caller's step ends -> the step.
CALLER = {"driver.stop": "called", "driver.stop_seen": "stop", "driver.unbind": "enter", "driver.clear": "clear",
          "driver.invalidated": "invalidate", "driver.not_invalidated": "invalidate", "driver.drained": "wait",
          "driver.free": "free", "driver.unbind_returned": "return", "driver.bind": "bind", "driver.bound": "enable",
          "driver.detached": "detach", "driver.attached": "attach", "driver.flr": "prepare",
          "driver.flr_done": "reset", "driver.removed": "remove", "driver.isolated": "isolate",
          "driver.unmap_cleared": "unmap", "driver.unmapped": "take", "driver.mm_exited": "exit"}
THREAD = {"driver.take": "copy", "driver.enqueue": "hand_over", "driver.park": "hand_over",
          "driver.marker": "hand_over", "driver.prod_read": "read_prod"}


def compress(changes):
    """At most one value a cycle, the last, and changes only."""
    out = []
    for cycle, value in changes:
        if out and out[-1][0] == cycle:
            out.pop()
        if not out or out[-1][1] != value:
            out.append((cycle, value))
    return out


def number(text):
    return int(text, 16) if isinstance(text, str) else text


class Model:
    def __init__(self, events):
        self.events = events
        self.changes = defaultdict(list)
        self.now = {}
        self.moments = set()
        self.endpoints = sorted({m[1] for e in events if (m := re.match(r"endpoint\[(.*)\]$", e["at"]))})

    def set(self, path, cycle, value):
        if not self.changes[path]:
            self.changes[path].append((0, type(value)()))
        self.changes[path].append((cycle, value))
        self.now[path] = value

    def moment(self, path, cycle):
        self.moments.add(path)
        if not self.changes[path] or self.changes[path][-1][0] != cycle:
            self.changes[path].append((cycle, 1))

    def points(self):
        for e in self.events:
            if "point" not in e:
                continue
            words = [e["point"]]
            for key, value in e.items():
                if key in SAID and key != "point":
                    words += [key, "none" if value is None else str(value)]
            self.moment(f"prisim.{e['at']}.{e['point']}", e["cycle"])
            self.set(f"prisim.{e['at']}.point", e["cycle"], " ".join(words))

    def queue(self):
        base = [number(e["value"]) for e in self.events
                if e["event"] == "smmu.register" and e["write"] and number(e["offset"]) == 0xC0]
        size = 1 << (base[-1] & 31) if base else 1
        visible = taken = dropped = 0  # all records so far
        for e in self.events:
            q, cycle = "prisim.pri_queue.", e["cycle"]
            if e["event"] == "pri_queue.prod":
                visible += (number(e["prod"]) - visible) % (2 * size)
                self.set(q + "prod", cycle, number(e["prod"]))
                self.set(q + "ovflg", cycle, int(e["ovflg"]))
            elif e["event"] == "pri_queue.cons":
                taken += (number(e["cons"]) - taken) % (2 * size)
                self.set(q + "cons", cycle, number(e["cons"]))
                self.set(q + "ovackflg", cycle, int(e["ovackflg"]))
            elif e["event"] == "pri_queue.overflow":
                self.set(q + "ovflg", cycle, int(e["ovflg"]))
            elif e["event"] == "pri_queue.drop":
                dropped += 1
                self.moment(q + "drop", cycle)
                self.set(q + "dropped", cycle, dropped)
            elif e["event"] == "pri_queue.interrupt":
                self.moment(q + "interrupt", cycle)
            else:
                continue
            self.set(q + "occupancy", cycle, (visible - taken) % (2 * size))

    def functions(self):
        jobs, groups = defaultdict(set), defaultdict(set)  # a credit a request: its index and number
        for e in self.events:
            at, what = e["at"], e["event"]
            if what == "endpoint.job":
                jobs[at].add(e["job"])
            elif what == "endpoint.job_done":
                jobs[at].discard(e["job"])
            elif what == "endpoint.page_request" and e["job"] in jobs[at]:
                groups[at].add((e["prgi"], e["request"]))
            elif what == "endpoint.response" and e["cause"] in ("group_freed", "group_stale"):
                groups[at] -= {of for of in groups[at] if of[0] == e["prgi"]}
            elif what == "endpoint.pri_off" and e["groups"]:
                groups[at].clear()
            else:
                continue
            self.set(f"prisim.{at}.jobs", e["cycle"], len(jobs[at]))
            self.set(f"prisim.{at}.credits_in_use", e["cycle"], len(groups[at]))

    def links(self, names):
        said, on = {}, defaultdict(dict)
        for e in self.events:
            what, cycle = e["event"], e["cycle"]
            pasid = "none" if e.get("pasid", 0) is None else e.get("pasid")
            if what == "endpoint.page_request_sent":
                said[e["tlp"]] = f"Page Request pasid {pasid} prgi {e['prgi']}"
            elif what == "endpoint.stop_marker":
                said[e["tlp"]] = f"Stop Marker pasid {pasid}"
            elif what == "endpoint.translation_request":
                said[e["tlp"]] = f"Translation Request pasid {pasid} job {e['job']}"
            elif what == "endpoint.dma":
                said[e["tlp"]] = f"{'MWr' if e['write'] else 'MRd'} pasid {pasid} job {e['job']}"
            elif what == "smmu.prg_response":
                said[e["tlp"]] = f"PRG Response pasid {pasid} prgi {e['prgi']}"
            elif what == "smmu.invalidate":
                said[e["tlp"]] = f"Invalidate Request pasid {pasid} itag {e['itag']}"
            elif what in ("fabric.enter", "fabric.leave", "fabric.lost", "fabric.unroutable"):
                way = self.way(e, on, names)
                if way is None:
                    continue
                if what == "fabric.enter":
                    on[way][e["tlp"]] = (said.pop(e["tlp"], TLPS[e["type"]]), TLPS[e["type"]])
                    last = e["tlp"]
                    self.set(f"prisim.fabric.{way}.tlp", cycle, on[way][last][0])
                    self.set(f"prisim.fabric.{way}.type", cycle, on[way][last][1])
                    self.set(f"prisim.fabric.{way}.id", cycle, number(last))
                else:
                    del on[way][e["tlp"]]
                self.set(f"prisim.fabric.{way}.count", cycle, len(on[way]))
                if not on[way]:
                    self.set(f"prisim.fabric.{way}.tlp", cycle, "")
                    self.set(f"prisim.fabric.{way}.type", cycle, "idle")
                    self.set(f"prisim.fabric.{way}.id", cycle, 0)

    @staticmethod
    def way(e, on, names):
        if e["event"] == "fabric.unroutable":
            return next((way for way, tlps in on.items() if e["tlp"] in tlps), None)
        return None if e["link"] >= len(names) else f"link[{names[e['link']]}].{'up' if e['up'] else 'down'}"

    def bindings(self, streams):
        """streams: of each endpoint its StreamID"""
        name = {stream: endpoint for endpoint, stream in streams.items()}
        for e in self.events:
            if "pasid" not in e:
                continue
            who = name.get(e["stream_id"]) if "stream_id" in e else e["at"][9:-1]
            pasid = "no_pasid" if e["pasid"] is None else f"pasid[{e['pasid']}]"
            path, cycle = f"prisim.bindings.{who}.{pasid}.", e["cycle"]
            state = {"driver.bind": "bound", "driver.stop": "stopping", "driver.unbind": "unbinding",
                     "driver.free": "free"}.get(e["event"])
            if e["event"] == "driver.unbind_returned" and e["cause"] == "kept":
                state = "kept"
            if e["event"] == "driver.unbind_returned" and e["cause"] == "still_bound":
                state = "bound"
            if state:
                self.set(path + "state", cycle, state)
            if e["event"] == "driver.bind":
                self.set(path + "space", cycle, e["space"])
                self.set(path + "binding", cycle, e["binding"])
                self.set(path + "in_lookup", cycle, 1)
            elif e["event"] == "driver.free":
                self.set(path + "space", cycle, "none")
                self.set(path + "binding", cycle, 0)
            elif e["event"] == "driver.left_lookup":
                self.set(path + "in_lookup", cycle, 0)
            device = {"endpoint.start": "running", "endpoint.stop": "stopping", "endpoint.stopped": "stopped"}
            if e["event"] in device:
                self.set(path + "device", cycle, device[e["event"]])

    def small(self):
        active, records, held = 0, 0, False
        for e in self.events:
            cycle, what = e["cycle"], e["event"]
            if what == "timeline.step":
                self.set("prisim.timeline.step", cycle, e["step"])
            elif what == "smmu.command":
                self.set("prisim.smmu.command", cycle, number(e["opcode"]))
            elif what == "smmu.gerror":
                active = number(e["active"])
                self.set("prisim.smmu.gerror", cycle, active)
            elif what == "interconnect.interrupt":
                self.moment("prisim.interconnect.msi", cycle)
                self.set("prisim.interconnect.msi_data", cycle, number(e["data"]))
            elif what == "driver.ready":
                self.set("prisim.driver.ready", cycle, 1)
            elif what == "driver.kexec":
                self.set("prisim.driver.ready", cycle, 0)
            elif what == "driver.smmu_off":
                records = 0
            elif what == "premise.broken":
                self.moment("prisim.checkers.premise_broken", cycle)
                self.set("prisim.checkers.premise", cycle, e["duty"])
            elif what == "smmu.event" and e["cause"] == "accepted":
                records += 1
            elif what == "driver.fault_event":
                records -= 1
            holds = what in ("driver.hold", "driver.release") and e["task"] == 5
            if holds:
                held = what == "driver.hold"
            if holds or what in ("smmu.event", "driver.fault_event", "smmu.gerror", "driver.smmu_off"):
                self.set("prisim.driver.event_thread.pending", cycle, records)
                self.set("prisim.driver.event_thread.state", cycle,
                         "held" if held else "gerror" if active else "records" if records else "idle")

    def handler(self, wired):
        state, held = "idle", False
        for e in self.events:
            what = e["event"]
            if what == "pri_queue.interrupt" if wired else what == "interconnect.interrupt" and e["data"] == "0x3":
                state = "pending"
            elif what == "driver.interrupt":
                state = "taken"
            elif what in ("driver.interrupt_lost", "driver.kexec"):
                state = "idle"
            elif what == "driver.prod_read" and state == "taken":
                state = "idle"
            elif what in ("driver.hold", "driver.release") and e["task"] == 1:
                held = what == "driver.hold"
            else:
                continue
            self.set("prisim.driver.irq.state", e["cycle"], "held" if held else state)

    def software_queue(self):
        parked, work = set(), set()
        for e in self.events:
            if e["event"] == "driver.park":
                parked.add(e["item"])
            elif e["event"] == "driver.enqueue":
                parked.discard(e["item"])
                work.add(e["item"])
            elif e["event"] == "driver.discard":
                parked.discard(e["item"])
            elif e["event"] == "driver.resolve":
                work.discard(e["item"])
            elif e["event"] == "driver.kexec":
                parked, work = set(), set()
            else:
                continue
            self.set("prisim.driver.parked", e["cycle"], len(parked))
            self.set("prisim.driver.work_queue", e["cycle"], len(work))

    def thread(self):
        """From one event of the PRI thread to its next one it is in the step that ends with that."""
        workers = any(e["event"] == "driver.enqueue" for e in self.events)  # else it answers itself (linux_6_1)
        parked = {e["item"] for e in self.events if e["event"] == "driver.park"}
        enqueued = {e["item"] for e in self.events if e["event"] == "driver.enqueue"}
        own = [e for e in self.events if e["event"] in THREAD or e["event"] in ("driver.cons", "driver.kexec") or
               (e["event"] == "driver.respond" and not workers and e["item"] not in parked) or
               (e["event"] == "driver.discard" and
                e["cause"] in ("no_memory", "not_handled", "partial_discarded", "scanned")) or
               (e["event"] in ("driver.hold", "driver.release") and e["task"] == 2)]
        own = [e for e in own if not (e["event"] == "driver.marker" and e["item"] in enqueued)]  # of a worker
        own = [e for e in own if not (isinstance(e.get("item"), int) and e["item"] >> 31)]  # of the event thread
        path = "prisim.driver.pri_thread.state"
        for i, e in enumerate(own):
            following = own[i + 1:]
            if e["event"] == "driver.hold":
                self.set(path, e["cycle"], "held")
                self.set("prisim.driver.pri_thread.held_before", e["cycle"], e["before"])
                continue
            if e["event"] == "driver.release":
                self.set("prisim.driver.pri_thread.held_before", e["cycle"], "")
            if e["event"] == "driver.kexec":
                self.set(path, e["cycle"], "idle")
                continue
            if not following:
                # At the end of a run: it rests if PROD showed nothing, else nobody can tell.
                self.set(path, e["cycle"], "idle" if e["event"] == "driver.prod_read" else "?")
                continue
            step = self.ends_with([f for f in following if f["event"] not in ("driver.hold", "driver.release")])
            if e["event"] == "driver.prod_read" and step == "read_prod":
                step = "idle"
            self.set(path, e["cycle"], step)

    @staticmethod
    def ends_with(following):
        if not following:
            return "?"
        first = following[0]
        if first["event"] == "driver.cons":  # with an entry of the same cycle, or with none
            entry = [f for f in following[1:2] if f["event"] == "driver.take" and f["cycle"] == first["cycle"]]
            return "copy" if entry else "write_cons"
        if first["event"] == "driver.kexec":
            return "?"
        if first["event"] == "driver.respond":
            return "hand_over"
        if first["event"] == "driver.discard":
            return "hand_over" if first["cause"] in ("no_memory", "not_handled") else "discard"
        return THREAD[first["event"]]


def expected(events, names, streams, wired):
    model = Model(events)
    model.points()
    model.queue()
    model.functions()
    model.links(names)
    model.bindings(streams)
    model.small()
    model.handler(wired)
    model.software_queue()
    model.thread()
    return {path: c if path in model.moments else compress(c) for path, c in model.changes.items()}
