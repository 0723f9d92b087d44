# SPDX-License-Identifier: Apache-2.0
"""What a log tells of page requests, Stop Markers and bindings, found by searching: for each of them the whole log is
looked through again, forwards from where it was made. A second computation of what tb/view/ does in one pass; it shares
nothing with it but docs/output.md and the words of docs/view.md."""

import json

OVERFLOW = ("overflow_active", "queue_full")
FREES = ("group_freed", "group_stale")
POINTS = ("driver.stop", "endpoint.stopped", "driver.unbind", "driver.clear", "driver.invalidated",
          "driver.not_invalidated", "driver.drained", "driver.free")


class Log:
    def __init__(self, path):
        lines = [json.loads(line) for line in open(path, encoding="utf-8")]
        self.events = [line for line in lines if "event" in line]
        for i, event in enumerate(self.events):
            event["i"] = i
        self.by_name = {}
        for event in self.events:
            self.by_name.setdefault(event["event"], []).append(event)

    def named(self, *names):
        """Events of these names, in the order of the log."""
        found = [event for name in names for event in self.by_name.get(name, [])]
        return sorted(found, key=lambda event: event["i"]) if len(names) > 1 else found

    def first(self, name, after, **fields):
        """The first event of that name behind number `after` whose fields are these."""
        for event in self.by_name.get(name, []):
            if event["i"] > after and all(event[key] == value for key, value in fields.items()):
                return event
        return None

    def last(self, name, before, **fields):
        for event in reversed(self.by_name.get(name, [])):
            if event["i"] < before and all(event[key] == value for key, value in fields.items()):
                return event
        return None


class Plain:
    def __init__(self, log):
        self.log = log
        self.streams = self.stream_ids()
        self.requests = []
        for event in log.named("endpoint.page_request", "endpoint.stop_marker"):
            self.requests.append(self.request(event))
        self.find_drops()
        for request in self.requests:
            self.answer(request)
        self.number_groups()
        self.bindings = [self.binding(event) for event in log.named("driver.bind")]
        for request in self.requests:
            request["path"].sort()

    # ---- who is who

    def stream_ids(self):
        """The StreamID of each endpoint: from a TLP that both it and the SMMU speak of."""
        sent = {}
        for event in self.log.events:
            if event["at"].startswith("endpoint[") and "tlp" in event:
                sent.setdefault(event["tlp"], event["at"])
        found = {}
        for event in self.log.events:
            if event["at"] == "smmu" and event.get("tlp") in sent and "stream_id" in event:
                found.setdefault(sent[event["tlp"]], event["stream_id"])
        # An endpoint of which nobody speaks: the StreamIDs of a scenario are 8 apart.
        for event in self.log.events:
            if event["at"].startswith("endpoint[") and event["at"] not in found:
                number = 0x100
                while hex(number) in found.values():
                    number += 8
                found[event["at"]] = hex(number)
        return found

    def job_of(self, event):
        """The job of a page request, if it is one that is under way."""
        job = self.log.last("endpoint.job", event["i"], at=event["at"], job=event["job"])
        done = self.log.last("endpoint.job_done", event["i"], at=event["at"], job=event["job"])
        return None if job is None or (done and done["i"] > job["i"]) else job

    def bound(self, stream, pasid, before):
        return self.log.last("driver.bind", before, stream_id=stream, pasid=pasid)

    def device(self, stream, pasid, before):
        """The binding that the function knows: the last whose call has returned."""
        if pasid is None:
            return self.bound(stream, pasid, before)
        told = self.log.last("driver.bound", before, stream_id=stream, pasid=pasid)
        if told is None:
            return self.bound(stream, pasid, before)
        return self.log.last("driver.bind", told["i"], binding=told["binding"])

    def binding_of(self, event, own):
        stream = self.streams[event["at"]]
        if event["event"] == "endpoint.stop_marker":
            stop = self.log.last("endpoint.stop", event["i"], at=event["at"], pasid=event["pasid"])
            before = self.log.last("endpoint.stop_marker", event["i"], at=event["at"], pasid=event["pasid"])
            if stop and not (before and before["i"] > stop["i"]):
                return self.device(stream, event["pasid"], stop["i"])
            return self.device(stream, event["pasid"], event["i"])
        if own:
            return self.bound(stream, event["pasid"], own["i"])
        return self.device(stream, event["pasid"], event["i"])

    # ---- from E0 to software

    def request(self, event):
        marker = event["event"] == "endpoint.stop_marker"
        own = None if marker else self.job_of(event)
        binding = self.binding_of(event, own)
        request = {"made": event, "at": event["at"], "pasid": event["pasid"], "prgi": event.get("prgi", 0),
                   "address": event.get("address", "0x0"), "access": event.get("access", "L"),
                   "number": event.get("request"), "own": own is not None, "end": "open", "served": None,
                   "binding": binding and binding["i"], "path": [], "decision": None, "answers": []}
        request["marker"] = marker or (event["pasid"] is not None and
                                       "".join(c for c in request["access"] if c in "RWL") == "L")
        sent = event if marker else self.sent(request)
        if sent is not event:
            self.see(request, event, "endpoint")
        if sent:
            self.travel(request, sent)
        return request

    def see(self, request, event, kind):
        request["path"].append((event["i"], kind))

    def sent(self, request):
        """E1, if it comes before the page requests of the function are switched off."""
        made = request["made"]
        sent = self.log.first("endpoint.page_request_sent", made["i"], at=made["at"], request=request["number"])
        if request["own"]:
            for off in self.log.named("endpoint.pri_off"):
                if off["i"] > made["i"] and off["at"] == made["at"] and off["groups"] and \
                        (sent is None or off["i"] < sent["i"]):
                    self.see(request, off, "endpoint")
                    request["end"] = "dropped"
                    return None
        return sent

    def travel(self, request, sent):
        self.see(request, sent, "link")
        tlp = sent["tlp"]
        for event in self.log.named("fabric.enter", "fabric.leave", "fabric.lost", "fabric.unroutable"):
            if event["tlp"] == tlp and event["i"] > sent["i"]:
                self.see(request, event, "smmu" if event["event"] == "fabric.leave" else "link")
                if event["event"] in ("fabric.unroutable", "fabric.lost"):
                    request["end"] = "dropped"
        port = self.log.first("smmu.page_request", sent["i"], tlp=tlp)
        if port is None:
            swallowed = self.log.first("smmu.marker_swallowed", sent["i"], tlp=tlp)
            if swallowed:
                self.see(request, swallowed, "smmu")
                request["end"] = "dropped"
            return
        self.see(request, port, "smmu")
        place = [event["i"] for event in self.log.named("smmu.page_request")].index(port["i"])
        decisions = self.log.named("pri_queue.accept", "pri_queue.drop")
        if place >= len(decisions):
            return
        decision = decisions[place]
        self.see(request, decision, "pri_queue")
        request["decision"] = decision
        if decision["event"] == "pri_queue.drop":
            request["end"] = "dropped"
        else:
            self.queued(request, decision)

    def queued(self, request, accept):
        slot, lap = accept["slot"], accept["lap"]

        def mine(name, after):
            return next((event for event in self.log.named(name) if event["i"] > after and event["slot"] == slot and
                         event["lap"] % 2 == lap % 2), None)
        again = mine("pri_queue.accept", accept["i"])
        end = again["i"] if again else len(self.log.events)
        lost = mine("pri_queue.lost", accept["i"])
        written = mine("pri_queue.write", accept["i"])
        if lost and lost["i"] < end:
            self.see(request, lost, "pri_queue")
            request["end"], request["decision"] = "dropped", lost
        if written is None or written["i"] > end:
            return
        self.see(request, written, "pri_queue")
        taken = next((event for event in self.log.named("driver.take")
                      if written["i"] < event["i"] < end and self.is_copy(request, event, slot, lap)), None)
        self.visible(request, written["i"], taken["i"] if taken else end, slot, lap)
        if taken:
            self.see(request, taken, "pri_thread")
            self.serve(request, taken)

    def is_copy(self, request, take, slot, lap):
        bits = lambda access: {letter for letter in access if letter in "RWL"}
        return (take["slot"] == slot and take["lap"] % 2 == lap % 2 and take["pasid"] == request["pasid"] and
                take["prgi"] == request["prgi"] and bits(take["access"]) == bits(request["access"]) and
                int(take["address"], 16) >> 12 == int(request["address"], 16) >> 12)

    def visible(self, request, after, before, slot, lap):
        """H2: each time PROD passes the record."""
        old = 0
        for event in self.log.named("pri_queue.prod"):
            size = self.queue_size(event["i"])
            if size is None:
                continue
            new = int(event["prod"], 16) % (2 * size)
            passed = [(old + k) % (2 * size) for k in range((new - old) % (2 * size))]
            if after < event["i"] < before and slot % size + lap % 2 * size in passed:
                self.see(request, event, "pri_queue")
            old = new

    def queue_size(self, before):
        base = self.log.last("smmu.register", before, offset="0xc0", write=True)
        return 1 << min(int(base["value"], 16) & 31, 19) if base else None

    # ---- software

    def serve(self, request, taken):
        again = self.log.first("driver.take", taken["i"], item=taken["item"])
        over = self.log.first("driver.kexec", taken["i"])  # its numbers begin anew
        end = min([event["i"] for event in (again, over) if event] + [len(self.log.events)])
        lanes = {"driver.marker": "pri_thread", "driver.park": "pri_thread", "driver.discard": "pri_thread",
                 "driver.enqueue": "worker", "driver.resolve": "worker", "driver.page": "worker"}
        request["item"] = taken["item"]
        last = None
        for event in self.log.events[taken["i"] + 1:end]:
            if (event["event"] == "driver.respond" and event["item"] == taken["item"] and
                    last in (None, "driver.park")):
                self.see(request, event, "smmu")  # by the PRI thread (pri_handler linux_6_1), or an unbind
                request["answers"].append((event, False))
                return
            if event["event"] not in lanes or event.get("item") != taken["item"]:
                continue
            last = event["event"]
            self.see(request, event, lanes[event["event"]])
            if event["event"] == "driver.marker":
                request["end"] = "seen"
                return
            if event["event"] == "driver.discard":
                request["end"] = "discarded"
                return
            if event["event"] == "driver.resolve" and event["cause"] == "bound":
                request["served"] = self.log.last("driver.bind", event["i"], binding=event["binding"])["i"]
            if event["event"] == "driver.enqueue":
                for respond in self.alone(event, end) + [self.respond(event, over)]:
                    if respond:
                        self.see(request, respond, "smmu")
                        request["answers"].append((respond, False))

    def alone(self, enqueue, end):
        """The answer to one that is not the Last of its group, if it has one of its own (no_owner_per request)."""
        if "L" in self.log.last("driver.take", enqueue["i"], item=enqueue["item"])["access"]:
            return []
        return [event for event in self.log.named("driver.respond")
                if enqueue["i"] < event["i"] < end and event["item"] == enqueue["item"]]

    def respond(self, enqueue, over):
        """A group's items are put on the work queue in one go, its Last at the end; the response is to that."""
        for event in self.log.named("driver.enqueue"):
            if event["i"] < enqueue["i"]:
                continue
            take = self.log.last("driver.take", event["i"], item=event["item"])
            if "L" in take["access"]:
                found = self.log.first("driver.respond", event["i"], item=event["item"])
                return None if found and over and over["i"] < found["i"] else found
        return None

    # ---- what the queue answers by itself

    def find_drops(self):
        left = self.log.named("smmu.prg_response")
        automatic = [event for event in left if event["cause"] == "automatic"]
        made = [[event, None] for event in self.log.named("pri_queue.response")]
        answered = set()
        for entry in made:
            entry[1] = self.dropped_for(entry[0], answered)
        for lost in self.log.named("smmu.response_lost"):
            gone = sum(event["i"] < lost["i"] for event in automatic)
            waiting = [entry for entry in made if entry[0]["i"] < lost["i"]][gone:]
            for entry in reversed(waiting):
                if entry[1] and entry[0]["stream_id"] == lost["stream_id"] and entry[0]["prgi"] == lost["prgi"]:
                    self.see(entry[1], entry[0], "smmu")
                    self.see(entry[1], lost, "smmu")
                    made.remove(entry)
                    break
        for k, (event, request) in enumerate(made):
            if request:
                self.see(request, event, "smmu")
                if k < len(automatic):
                    request["answers"].append((automatic[k], True))

    def dropped_for(self, response, answered):
        """SMMU-PRIOUTCOME: the oldest that has an answer; failing that, the oldest."""
        candidates = []
        for request in self.requests:
            drop = request["decision"]
            if request["end"] != "dropped" or drop is None or drop["i"] > response["i"] or id(request) in answered or \
                    drop["stream_id"] != response["stream_id"] or drop["prgi"] != response["prgi"]:
                continue
            everybody = drop["event"] == "pri_queue.drop" and drop["cause"] not in OVERFLOW or \
                drop["event"] == "pri_queue.lost" and drop["cause"] == "write_abort"
            answerable = not request["marker"] and (everybody or "L" in request["access"])
            candidates.append((not answerable, drop["i"], request))
        if not candidates:
            return None
        best = min(candidates, key=lambda candidate: candidate[:2])[2]
        answered.add(id(best))
        return best

    # ---- responses

    def answer(self, request):
        for start, automatic in request["answers"]:
            left = start
            if not automatic:
                left = self.log.first("smmu.prg_response", start["i"], cause="command", index=start["index"])
                again = self.log.first("driver.respond", start["i"], index=start["index"])
                if left is None or (again and again["i"] < left["i"]):
                    continue
            self.see(request, left, "link")
            for event in self.log.named("fabric.enter", "fabric.leave", "fabric.lost", "fabric.unroutable"):
                if event["tlp"] == left["tlp"] and event["i"] > left["i"]:
                    self.see(request, event, "endpoint" if event["event"] == "fabric.leave" else "link")
            arrived = self.log.first("endpoint.response", left["i"], tlp=left["tlp"])
            if arrived is None:
                continue
            self.see(request, arrived, "endpoint")
            if request["end"] in ("answered", "auto_answered"):
                continue
            taken = arrived["cause"] in ("group_freed", "response_failure")
            request["end"] = ("auto_answered" if automatic else "answered") if taken else "ignored"

    def arrivals(self, request):
        for start, automatic in request["answers"]:
            left = start if automatic else \
                self.log.first("smmu.prg_response", start["i"], cause="command", index=start["index"])
            arrived = left and self.log.first("endpoint.response", left["i"], tlp=left["tlp"])
            if arrived and arrived["cause"] not in ("pasid_mismatch", "unexpected_pasid"):
                yield arrived["i"]

    # ---- groups

    def number_groups(self):
        count = 0
        latest = {}
        for request in self.requests:
            if request["marker"]:
                request["group"] = None
                continue
            key = (request["at"], request["prgi"])
            group = latest.get(key)
            if group is None or not self.goes_on(group, request):
                group = latest[key] = {"number": count, "members": []}
                count += 1
            group["members"].append(request)
            request["group"] = group["number"]

    def goes_on(self, group, request):
        """Whether a group that is there still takes the request."""
        first, last = group["members"][0], group["members"][-1]
        now, begun = request["made"]["i"], first["made"]["i"]
        if "L" in last["access"] or first["own"] != request["own"] or first["binding"] != request["binding"]:
            return False
        if any(arrived < now for member in group["members"] for arrived in self.arrivals(member)):
            return False
        for event in self.log.events[begun:now]:
            if event["at"] != request["at"]:
                continue
            if event["event"] == "endpoint.pri_off" and event["groups"]:
                return False
            if first["own"] and event["event"] == "endpoint.response" and event["prgi"] == request["prgi"] and \
                    event["cause"] in FREES:
                return False
        return True

    # ---- bindings

    def binding(self, bind):
        stream, pasid = bind["stream_id"], bind["pasid"]
        found = {"bind": bind, "to": None, "unbind": []}
        if pasid is None:
            return found
        again = self.log.first("driver.bind", bind["i"], stream_id=stream, pasid=pasid)
        until = again["i"] if again else len(self.log.events)
        at = {stream_id: place for place, stream_id in self.streams.items()}.get(stream)
        calls = []
        for event in self.log.named("driver.stop", "driver.unbind"):
            if bind["i"] < event["i"] < until and event["stream_id"] == stream and event["pasid"] == pasid and \
                    event["call"] not in calls:
                calls.append(event["call"])
        for call in calls:
            self.unbind(found, call, at)
        return found

    def unbind(self, found, call, at):
        bind, points, open_since = found["bind"], [], None
        for event in self.log.events[bind["i"]:]:
            ours = event.get("call") == call and event.get("stream_id") == bind["stream_id"] and \
                event.get("pasid") == bind["pasid"]
            if event["event"] == "endpoint.stopped" and event["at"] == at and event["pasid"] == bind["pasid"] and \
                    open_since is not None:
                points.append(event["i"])
            if not ours:
                continue
            if event["event"] in ("driver.stop", "driver.unbind") and open_since is None:
                open_since = event["i"]
            if open_since is None:
                continue
            if event["event"] == "driver.refused":
                found["unbind"] += points if event["cause"] == "not_bound" else []  # who came first goes on
                return
            if event["event"] == "driver.unbind_returned":
                if event["cause"] == "kept":
                    found["to"] = event["i"]
                    break
                if event["cause"] == "still_bound":
                    break
                continue
            if event["event"] in POINTS:
                points.append(event["i"])
            if event["event"] == "driver.free":
                found["to"] = event["i"]
                break
        found["unbind"] += points

    # ---- values over time

    def occupancy(self):
        """(cycle, entries) at each change, by the counts of records put in and taken out."""
        steps = []
        for event in self.log.events:
            if event["event"] not in ("pri_queue.prod", "pri_queue.cons") and \
                    not (event["event"] == "smmu.register" and event["write"] and event["offset"] == "0xc0"):
                continue
            size = self.queue_size(event["i"] + 1)
            if size is None:
                continue
            prod = self.log.last("pri_queue.prod", event["i"] + 1)
            cons = self.log.last("pri_queue.cons", event["i"] + 1)
            entries = ((int(prod["prod"], 16) if prod else 0) - (int(cons["cons"], 16) if cons else 0)) % (2 * size)
            add(steps, event["cycle"], entries)
        return steps

    def credits(self, at):
        """(cycle, free credits) at each change."""
        steps = []
        for event in self.log.events:
            if event["at"] != at or event["event"] not in ("endpoint.config", "endpoint.page_request",
                                                           "endpoint.response", "endpoint.pri_off",
                                                           "endpoint.pri_shared"):
                continue
            shared = self.log.last("endpoint.pri_shared", event["i"] + 1, at=at)
            written = self.log.last("endpoint.config", event["i"] + 1, at=at, offset="0x11c", write=True)
            if written is None and shared is None:
                continue
            limit = shared["credits"] if shared else int(written["value"], 16)
            out = 0
            for earlier in self.log.events[:event["i"] + 1]:
                if earlier["at"] != at:
                    continue
                if earlier["event"] == "endpoint.pri_off" and earlier["groups"] or \
                        earlier["event"] == "endpoint.response" and earlier["cause"] == "response_failure":
                    out = 0
                elif earlier["event"] == "endpoint.page_request" and self.job_of(earlier):
                    out += 1
                elif earlier["event"] == "endpoint.response" and earlier["cause"] in FREES:
                    out -= 1
            add(steps, event["cycle"], max(0, limit - out))
        return steps


def add(steps, cycle, value):
    if steps and steps[-1][1] == value:
        return
    if steps and steps[-1][0] == cycle:
        steps[-1] = [cycle, value]
    else:
        steps.append([cycle, value])
