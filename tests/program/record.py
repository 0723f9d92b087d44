#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`prisim run --record` and `prisim log`: the lines of a record are those of --log, byte by byte; a second reader, made
from what tb/report/record.h says, finds in it what the log has; what ends early, was cut or is something else is told.

  record.py PRISIM ROOT
"""

import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PRISIM, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
PASS = ROOT / "scenarios/unbind_while_queued.yaml"
SMALL = ROOT / "scenarios/basics/never_given.yaml"
ENDLESS = ROOT / "tests/program/endless.yaml"
MAGIC = b"prisim record 1\n"
DECIMAL, HEX, PASID, BOOL, CAUSE, SPACE, INSTANCE, ACCESS, EVENT = range(9)


def prisim(*arguments, **more):
    return subprocess.run([PRISIM, *map(str, arguments)], capture_output=True, timeout=60, **more)


class Reader:
    """A plain one."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, size):
        self.at += size
        return int.from_bytes(self.data[self.at - size:self.at], "little")

    def text(self):
        size = self.number(2)
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def texts(self):
        return [self.text() for _ in range(self.number(2))]

    def types(self):
        for _ in range(self.number(2)):
            head, name = self.text(), self.text()
            yield head, name, [(self.number(1), self.text()) for _ in range(self.number(1))]

    def value(self, number, kind):
        if kind in (CAUSE, SPACE, INSTANCE, EVENT):
            return json.loads({CAUSE: self.cause, SPACE: self.space, INSTANCE: self.place,
                               EVENT: [name for _, name, _ in self.type]}[kind][number])
        if kind == HEX:
            return hex(number)
        if kind == BOOL:
            return bool(number)
        if kind == ACCESS:
            return "".join(letter for i, letter in enumerate("RWLXP") if number >> i & 1)
        return None if kind == PASID and number == 2**64 - 1 else number

    def lines(self):
        assert self.data[:16] == MAGIC
        self.at, cycle, count = 16, 0, 0
        self.type = list(self.types())
        self.cause, self.place, self.space = self.texts(), self.texts(), self.texts()
        while (kind := self.number(1)) != 0xff:
            head, _, fields = self.type[kind]
            at = json.loads(self.place[self.number(1)])
            cycle += self.number(self.number(1))
            line = {"cycle": cycle, "at": at, **json.loads("{" + head[1:] + "}")}
            for form, name in fields:
                line[name[2:-2]] = self.value(self.number(self.number(1)), form)
            count += 1
            yield line
        assert self.number(8) == count and self.at == len(self.data)


class Record(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.record, self.log = self.folder / "a.rec", self.folder / "a.jsonl"

    def made(self, scenario=SMALL, *more):
        done = prisim("run", "-q", "--engine", "native", scenario, "--record", self.record, *more)
        self.assertIn(done.returncode, (0, 1, 4), done.stderr)
        return self.record.read_bytes()

    def of(self, data):
        """What prisim log makes of these bytes: exit code, lines, standard error."""
        done = prisim("log", "-", input=data)
        return done.returncode, done.stdout, done.stderr.decode()

    def test_the_lines_are_those_of_the_log(self):
        for scenario in sorted(ROOT.glob("scenarios/*/*.yaml"))[::7] + [PASS]:
            with self.subTest(scenario=scenario.name):
                data = self.made(scenario, "--log", self.log)
                self.assertEqual(self.of(data), (0, self.log.read_bytes(), ""))
                logged = [json.loads(line) for line in self.log.read_text().splitlines()]
                self.assertEqual(list(Reader(data).lines()), logged)

    def test_engines(self):
        data = self.made(PASS)
        for engine in ("systemc", "systemc-clocked"):
            done = prisim("run", "-q", "--engine", engine, PASS, "--record", "-")
            if b"no SystemC" not in done.stderr:
                self.assertEqual(done.stdout, data)

    def test_names_need_escapes_or_not(self):
        text = PASS.read_text().replace("nic", '"a b"')
        scenario = self.folder / "names.yaml"
        scenario.write_text(text)
        done = prisim("run", "-q", scenario, "--record", self.record, "--log", self.log)
        if done.returncode != 2:  # a name that scenarios may not have is refused there
            self.assertEqual(self.of(self.record.read_bytes())[1], self.log.read_bytes())

    def test_output(self):
        data = self.made()
        out = self.folder / "out.jsonl"
        done = prisim("log", self.record, "-o", out)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(out.read_bytes(), self.of(data)[1])
        for said, arguments in (
                (b"expected a record", ()), (b"expected one record", (self.record, self.record)),
                (b"--out: expected another file than the record", (self.record, "-o", self.record)),
                (b"--out: expected the name of a file", (self.record, "-o", "")),
                (b"No such file", (self.folder / "none",)), (b"No such file", (self.record, "-o", "/nowhere/a"))):
            done = prisim("log", *arguments)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (2, b"", 1))
            self.assertIn(said, done.stderr)
        self.assertEqual(self.record.read_bytes(), data)
        self.assertEqual(prisim("log", self.folder).returncode, 2)

    def test_cut_anywhere(self):
        data = self.made()
        code, whole, _ = self.of(data)
        self.assertEqual(code, 0)
        tables = len(data) - 9
        reader = Reader(data)
        first = None
        for _ in reader.lines():
            first = first or reader.at
        for length in sorted({*range(0, len(data), 1999), first - 1, first, *range(tables - 40, tables + 9)}):
            code, lines, said = self.of(data[:length])
            if code == 2:
                self.assertLess(length, first)
                self.assertEqual(lines, b"")
                self.assertRegex(said, r"^standard input: byte \d+: expected [^\n]+\n$")
                continue
            self.assertEqual((code, said), (4, "prisim: log: standard input: ends before its run did\n"))
            kept, last = lines.splitlines(True)[:-1], lines.splitlines()[-1]
            self.assertEqual(last, b'{"end":"cut","record":"ends before its run"}')
            self.assertEqual(b"".join(kept), whole[:len(b"".join(kept))])
        self.assertEqual(len(kept), len(whole.splitlines()))  # only the end was cut off

    def test_something_else(self):
        data = self.made()
        self.assertEqual(self.of(PASS.read_bytes()),
                         (2, b"", 'standard input: byte 0: expected "prisim record 1"\n'))
        out = self.folder / "out.jsonl"
        self.record.write_bytes(data + b"\n")
        done = prisim("log", self.record, "-o", out)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (2, f"{self.record}: byte {len(data)}: expected the end of the file\n"))
        self.assertFalse(out.exists())
        one_more = data[:-8] + (int.from_bytes(data[-8:], "little") + 1).to_bytes(8, "little")
        self.assertEqual(self.of(one_more)[0], 2)
        self.assertEqual(self.of(MAGIC + b"\0\0\0\0\0\0\0\0\xff" + bytes(8)), (0, b"", ""))
        self.assertIn("one of 0 types", self.of(MAGIC + b"\0\0\0\0\0\0\0\0\x05")[2])
        self.assertIn("how many types there are", self.of(MAGIC + b"\xff\xff")[2])

    def test_wrong_bytes(self):
        """No byte of a record makes the reader do anything but write lines or refuse."""
        data = bytearray(self.made())
        choice = random.Random(1)
        for at in choice.sample(range(len(data)), 60):
            kept = data[at]
            data[at] = choice.randrange(256)
            self.assertIn(self.of(bytes(data))[0], (0, 2, 4), (at, data[at]))
            data[at] = kept

    def test_a_signal_keeps_it(self):
        run = subprocess.Popen([PRISIM, "run", "-q", "--engine", "native", ENDLESS, "--record", self.record],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not any(p.stat().st_size > 100000 for p in self.folder.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.wait(30), -signal.SIGTERM)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["a.rec"])
        code, lines, _ = self.of(self.record.read_bytes())
        self.assertEqual(code, 4)
        lines = lines.splitlines(True)[:-1]
        cycle = json.loads(lines[-1])["cycle"]
        prisim("run", "-q", "--engine", "native", ENDLESS, "--until", cycle, "--log", self.log)
        self.assertEqual(b"".join(lines), b"".join(self.log.read_bytes().splitlines(True)[:len(lines)]))

    def test_no_room(self):
        room = 150000

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        # A run that nobody stops has no end within an hour.
        text = ENDLESS.read_text()
        self.assertIn("for: 4294967295", text)
        endless = self.folder / "endless.yaml"
        endless.write_text(text.replace("for: 4294967295", "until: {event: driver.gerror}"))
        done = prisim("run", "-q", "--engine", "native", endless, "--record", self.record, preexec_fn=small)
        endless.unlink()
        self.assertEqual((done.returncode, done.stderr), (2, f"prisim: {self.record}: File too large\n".encode()))
        self.assertEqual([p.name for p in self.folder.iterdir()], ["a.rec"])
        code, lines, _ = self.of(self.record.read_bytes())
        self.assertEqual(code, 4)
        self.assertGreater(len(lines.splitlines()), 1000)
        self.assertEqual(prisim("run", "-q", PASS, "--record", "/dev/full").returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
