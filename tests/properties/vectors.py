# SPDX-License-Identifier: Apache-2.0
"""Vectors of `prisim vectors` by the names of their pins, and what the fault plans need to know of them: a rough count
of what is on its way. Nothing here says what is right; that is the monitor's."""
import re

RECORD_BYTES = 16


class Vectors:
    """Lines of inputs and outputs; `shown[n]` is what edge n has brought."""

    def __init__(self, folder):
        self.folder = folder
        self.places = {"inputs": {}, "expected": {}}
        part = None
        for line in (folder / "README.txt").read_text().splitlines():
            if re.match(r"(inputs|expected)\.hex", line):
                part = line.split(".")[0]
            pin = re.match(r"\s+\[(\d+):(\d+)\] (\w+)", line)
            if pin:
                self.places[part][pin[3]] = (int(pin[1]), int(pin[2]))
        self.inputs = self.read("inputs")
        self.shown = self.read("expected")
        self.count = len(self.inputs)
        self.follow()

    def read(self, part):
        rows = []
        for line in (self.folder / f"{part}.hex").read_text().split():
            value = int(line, 16)
            rows.append({name: value >> low & (1 << high - low + 1) - 1
                         for name, (high, low) in self.places[part].items()})
        return rows

    def write(self, folder, first, last, edits):
        """Lines first..last-1, with what `edits` ({line: {pin: value}}) puts into the outputs."""
        for part, rows in (("inputs", self.inputs), ("expected", self.shown)):
            with open(folder / f"{part}.hex", "w") as out:
                for n in range(first, last):
                    row = dict(rows[n], **edits.get(n, {})) if part == "expected" else rows[n]
                    out.write("%x\n" % sum(row[name] << low for name, (_, low) in self.places[part].items()))

    def episode(self, n):
        """First line of its reset, and the line behind its end."""
        first = n
        while first > 0 and (self.inputs[first]["rst_n"] or not self.inputs[first - 1]["rst_n"]):
            if not self.inputs[first]["rst_n"] and self.inputs[first - 1]["rst_n"]:
                break
            first -= 1
        while first > 0 and not self.inputs[first - 1]["rst_n"]:
            first -= 1
        last = n + 1
        while last < self.count and (self.inputs[last]["rst_n"] or not self.inputs[last - 1]["rst_n"]):
            last += 1
        return first, last

    def new(self, n, channel):
        """Edge n has brought a payload of the channel, not only kept it."""
        if not self.shown[n][f"{channel}_valid"]:
            return False
        return n == 0 or not self.shown[n - 1][f"{channel}_valid"] or bool(self.inputs[n][f"{channel}_ready"])

    def follow(self):
        """self.state[n]: what stands before edge n."""
        self.state = []
        s = {}
        for n in range(self.count):
            i = self.inputs[n]
            if not i["rst_n"]:
                s = dict(qs=0, prod=0, ovflg=0, cons=0, ovackflg=0, known=0, enable=0, ack=0, lo=0, records=0,
                         writes=frozenset(), error=0, quiet=0)
            self.state.append(dict(s))
            if i["rst_n"]:
                self.step(s, n)

    def step(self, s, n):
        i, o = self.inputs[n], self.shown[n]
        if i["control_valid"]:
            value, what = i["control_value"], i["control_what"]
            if what == 0:
                s["qs"] = min(value & 31, i["cfg_size_log2_max"])
            elif what == 1:
                s.update(prod=value & 0xfffff, ovflg=value >> 31 & 1, known=1)
            elif what == 2:
                s.update(cons=value & 0xfffff, ovackflg=value >> 31 & 1)
            elif what == 5:
                s["lo"] = value >> 31 & 1
            elif what == 6:
                s["enable"] = value & 7
            elif what == 7:
                s["error"] = value & 1
        if i["memory_response_valid"]:
            s["writes"] -= {i["memory_response_id"]}
        before = self.shown[n - 1]
        if before["memory_request_valid"] and before["memory_request_size"] == RECORD_BYTES:
            s["writes"] |= {before["memory_request_id"]}
        if o["decision_valid"]:
            s["records"] += o["decision_cause"] == 1
            s["ovflg"] ^= o["decision_overflow_starts"]
        s["records"] -= o["commit_valid"]
        s["quiet"] = 0 if o["status_valid"] and o["status_changed"] & 3 or o["decision_valid"] else s["quiet"] + 1
        if o["status_valid"]:
            s.update(prod=o["status_prod"] & 0xfffff, ack=o["status_enable_ack"])
