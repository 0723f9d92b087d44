# SPDX-License-Identifier: Apache-2.0
"""Reads a Value Change Dump, or what fst2vcd makes of an FST: the changes of each signal, by path.

Numbers are numbers, texts and words of enumerations are text. A signal's changes are [(time, value)] with a value at
time 0; what happens has the times at which it does.
"""
import re
import subprocess


class WaveError(Exception):
    pass


class Signal:
    def __init__(self, kind, bits, words):
        self.kind, self.bits, self.words = kind, bits, words  # "number", "text", "moment"
        self.changes = []

    def at(self, time):
        """The value at a time, or whether it happens then."""
        if self.kind == "moment":
            return any(t == time for t, _ in self.changes)
        value = None
        for t, v in self.changes:
            if t > time:
                break
            value = v
        return value


def unescape(text):
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), text)


class Wave:
    def __init__(self, text):
        self.signals, self.comments, self.end, self.timescale = {}, [], 0, None
        self.of, self.tables, self.words, self.scopes = {}, {}, None, []
        head, found, body = text.partition("$enddefinitions $end\n")
        if not found:
            raise WaveError("declarations do not end")
        self._declare(head)
        self._read(body)

    def _declare(self, head):
        for word, rest in re.findall(r"\$(\w+)\s(.*?)\s*\$end", head, re.S):
            rest = rest.strip()
            if word == "scope":
                self.scopes.append(rest.split()[1])
            elif word == "upscope":
                self.scopes.pop()
            elif word == "timescale":
                self.timescale = rest
            elif word == "comment":
                self.comments.append(rest)
            elif word == "attrbegin":
                self._attribute(rest.split(" "))
            elif word == "var":
                self._variable(rest.split())
        if self.scopes:
            raise WaveError("scopes do not end")

    def _attribute(self, a):
        if a[:2] != ["misc", "07"]:
            return
        if a[2] == '""':
            self.words = self.tables[a[-1]]
            return
        count = int(a[3])
        names, values = a[4:4 + count], a[4 + count:4 + 2 * count]
        # fst2vcd may cut a long line: the number of the table stands last, whatever is missing before it
        self.tables[str(len(self.tables) + 1)] = {int(v, 2): unescape(n) for n, v in zip(names, values)}

    def _variable(self, v):
        kind = {"wire": "number", "string": "text", "event": "moment"}[v[0]]
        path = ".".join(self.scopes + [v[3]])
        if path in self.signals or v[2] in self.of:
            raise WaveError(f"{path}: twice")
        self.signals[path] = self.of[v[2]] = Signal("text" if self.words else kind, int(v[1]), self.words)
        self.words = None

    def _read(self, body):
        time = None
        for line in body.splitlines():
            if not line or line in ("$dumpvars", "$end"):
                continue
            if line[0] == "#":
                if time is not None and int(line[1:]) <= time:
                    raise WaveError(f"time {line} behind {time}")
                time = self.end = int(line[1:])
            elif line[0] == "$":
                self.comments.append(line)
            elif line[0] in "bs":
                value, _, name = line[1:].rpartition(" ")
                self._change(time, name, int(value, 2) if line[0] == "b" else unescape(value))
            elif line[0] != "x":
                self._change(time, line[1:], int(line[0]))

    def _change(self, time, name, value):
        signal = self.of[name]
        if signal.words:
            value = signal.words[value]
        if signal.kind == "number" and value >> signal.bits:
            raise WaveError(f"{name}: {value} in {signal.bits} bits")
        if signal.changes and signal.changes[-1][0] == time:
            raise WaveError(f"{name}: two values at {time}")
        if signal.kind != "moment" and signal.changes and signal.changes[-1][1] == value:
            raise WaveError(f"{name}: no change at {time}")
        signal.changes.append((time, value))


def read(path):
    if path.endswith(".fst"):
        done = subprocess.run(["fst2vcd", "-e", path], capture_output=True, check=True)
        return Wave(done.stdout.decode("latin-1"))
    with open(path, encoding="latin-1") as file:
        return Wave(file.read())
