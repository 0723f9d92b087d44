#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""prisim sweep: its rows are what single runs say, in any number of processes, in one go or in several; what it
refuses; and that halving finds every order of events that running every position finds.

  sweep.py PRISIM ROOT             the quick tests
  sweep.py PRISIM ROOT --nightly   every position of the main scenario for three policies
"""

import csv
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
RACE = ROOT / "scenarios/unbind_while_queued.yaml"
AFTER, UNBIND = "timeline.race.after", "system.driver.unbind"
FNV_FIRST, FNV_PRIME = 14695981039346656037, 1099511628211


def prisim(*arguments, **more):
    return subprocess.run([PRISIM, *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False,
                          **more)


def sweep(*arguments, **more):
    return prisim("sweep", *arguments, **more)


def told(*settings):
    """What a run of its own says, as a row has it."""
    words = [word for setting in settings for word in ("--set", setting)]
    done = prisim("run", RACE, "--engine", "native", "-q", "--summary", "-", *words)
    return json.loads(done.stdout)


def fnv(data):
    value = FNV_FIRST
    for byte in data:
        value = (value ^ byte) * FNV_PRIME & 2**64 - 1
    return value


def rows_of(text):
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


class Sweep(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.out = self.folder / "rows"

    # ---- what a row says

    def test_rows_are_what_runs_say(self):
        done = sweep(RACE, "--vary", f"{UNBIND}=none,drain", "--vary", f"{AFTER}=3..7003:3500")
        identity = json.dumps({"prisim": prisim("--version").stdout.split()[1],
                               "scenario": f"{fnv(RACE.read_bytes()):016x}", "set": [],
                               "vary": [f"{UNBIND}=none,drain", f"{AFTER}=3..7003:3500"]})
        expected, verdicts = [f"# sweep: {identity}", f"{UNBIND},{AFTER},verdict,outcome,cycles,hazards,digest"], []
        for unbind in ("none", "drain"):
            for after in (3, 3503, 7003):
                run = told(f"{UNBIND}={unbind}", f"{AFTER}={after}")
                hazards = " ".join(f"{name}:{count}" for name, count in run["hazards"].items() if count)
                expected.append(f"{unbind},{after},{run['verdict']},{run['outcome']},{run['cycles']},{hazards},"
                                f"{run['log_digest']}")
                verdicts.append(run["verdict"])
        self.assertEqual(done.stdout, "\n".join(expected) + "\n")
        self.assertEqual(done.stderr, "")
        self.assertEqual({"pass", "fail"}, set(verdicts))
        self.assertEqual(done.returncode, 1)

    def test_json_lines(self):
        done = sweep(RACE, "--vary", f"{AFTER}=3..6003:3000", "--vary", "limits.group=0x10", "--format", "jsonl",
                     "--set", f"{UNBIND}=drain")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(lines[0]["sweep"]["set"], [f"{UNBIND}=drain"])
        self.assertEqual(len(lines), 4)
        for line, after in zip(lines[1:], (3, 3003, 6003)):
            run = told(f"{UNBIND}=drain", f"{AFTER}={after}", "limits.group=0x10")
            self.assertEqual(line, {"values": {AFTER: after, "limits.group": "0x10"}, "verdict": run["verdict"],
                                    "outcome": run["outcome"], "cycles": run["cycles"], "hazards": run["hazards"],
                                    "digest": run["log_digest"]})

    def test_values(self):
        def values(spec):
            text = sweep(RACE, "--vary", f"{AFTER}={spec}").stdout
            return [row[AFTER] for row in rows_of(text)]

        self.assertEqual(values("3..5"), ["3", "4", "5"])
        self.assertEqual(values("3..8:2"), ["3", "5", "7"])
        self.assertEqual(values("0x3..0x11:0x7"), ["0x3", "0xa", "0x11"])
        self.assertEqual(values("7,3,7"), ["7", "3", "7"])
        self.assertEqual(values("4"), ["4"])

    def test_exit_status(self):
        def status(*more):
            return sweep(RACE, *more).returncode

        self.assertEqual(status("--vary", f"{AFTER}=3,4"), 0)
        self.assertEqual(status("--vary", f"{UNBIND}=none,drain"), 1)
        self.assertEqual(status("--vary", f"{UNBIND}=drain,none"), 1)
        # The run ends before its step: it says nothing.
        early = ["--set", "expect.hazards.wrong_address_space=0", "--vary"]
        self.assertEqual(told("expect.hazards.wrong_address_space=0", "limits.cycles=20000")["verdict"], "incomplete")
        self.assertEqual(status(*early, "limits.cycles=20000,20001"), 4)
        self.assertEqual(status(*early, "limits.cycles=20000,1000000"), 1)

    # ---- however it is run

    def test_processes_make_no_difference(self):
        for more in (["--vary", f"{AFTER}=1..60"], ["--orders", "race=1..400"],
                     ["--orders", "race=5900..6300", "--check", "20", "--vary", f"{UNBIND}=none,drain"]):
            one, four = (sweep(RACE, *more, "--jobs", jobs) for jobs in (1, 4))
            self.assertEqual((one.stdout, one.returncode), (four.stdout, four.returncode))
            self.assertEqual(one.stderr, four.stderr)
            self.assertGreater(len(one.stdout.splitlines()), 2)

    def test_cut_anywhere_and_gone_on_with(self):
        for more in (["--vary", f"{UNBIND}=none,drain", "--vary", f"{AFTER}=3,6500"],
                     ["--vary", f"{UNBIND}=none,drain", "--orders", "race=6480..6520"]):
            for form in ("csv", "jsonl"):
                arguments = [RACE, *more, "--format", form, "--jobs", 1, "--out", self.out]
                code = sweep(*arguments).returncode
                whole = self.out.read_bytes()
                lines = whole.splitlines(keepends=True)
                for cut in (0, 10, len(lines[0]), len(whole) - len(lines[-1]), len(whole) - 1, len(whole)):
                    self.out.write_bytes(whole[:cut])
                    done = sweep(*arguments, "--resume")
                    self.assertEqual((done.returncode, done.stderr, self.out.read_bytes()), (code, "", whole), cut)
                self.out.unlink()
                self.assertEqual(sweep(*arguments, "--resume").returncode, code)
                self.assertEqual(self.out.read_bytes(), whole)

    def test_interrupted(self):
        for jobs, name in ((1, "SIGINT"), (3, "SIGTERM")):
            arguments = [RACE, "--vary", f"{AFTER}=1..1000000", "--jobs", jobs, "--out", self.out]
            running = subprocess.Popen([PRISIM, "sweep", *map(str, arguments)], stderr=subprocess.PIPE)
            end = time.monotonic() + 60
            while not self.out.exists() or self.out.read_bytes().count(b"\n") < 8:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.01)
            running.send_signal(getattr(signal, name))
            _, said = running.communicate(timeout=60)
            self.assertEqual((running.returncode, said), (-getattr(signal, name), b""))
            kept = self.out.read_text()
            self.assertTrue(kept.endswith("\n"))
            rows = rows_of(kept)
            self.assertGreaterEqual(len(rows), 6)
            self.assertEqual([row[AFTER] for row in rows], [str(i + 1) for i in range(len(rows))])
            # The same sweep, only shorter: what is there already is not run again, and it ends where it should.
            short = f"{AFTER}=1..{len(rows) + 3}"
            self.out.write_text(kept.replace(f"{AFTER}=1..1000000", short))
            arguments[2] = short
            self.assertEqual(sweep(*arguments, "--resume").returncode, 0)
            self.assertEqual(self.out.read_text(), sweep(*arguments[:3]).stdout)
            self.out.unlink()

    def test_what_is_there_is_not_run_again(self):
        arguments = [RACE, "--vary", f"{AFTER}=3..6", "--out", self.out]
        sweep(*arguments)
        changed = self.out.read_text().replace("31077", "31078", 1)
        self.out.write_text(changed)
        self.assertEqual(sweep(*arguments, "--resume").returncode, 0)
        self.assertEqual(self.out.read_text(), changed)

    def test_full_disk(self):
        done = sweep(RACE, "--vary", f"{AFTER}=3,4", "--out", "/dev/full")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "/dev/full: No space left on device\n")
        limit = ["bash", "-c", 'ulimit -f 1; "$0" "$@"', PRISIM, "sweep", RACE, "--vary", f"{AFTER}=1..99"]
        done = subprocess.run([*map(str, limit), "--out", self.out], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (2, f"{self.out}: File too large\n"))
        self.assertTrue(self.out.read_text().endswith("\n"))

    # ---- refusals

    def refused(self, said, *arguments):
        before = self.out.read_bytes() if self.out.exists() else None
        done = sweep(*arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertRegex(done.stderr, rf"^{re.escape(said)}[^\n]*\n$")
        self.assertEqual(self.out.read_bytes() if self.out.exists() else None, before)

    def test_refused_axes(self):
        ranges = "expected A..B or A..B:STEP of whole numbers, A not above B and STEP at least 1"
        for spec in ("..", "1..", "..2", "2..1", "1..2:0", "1..2:", "1..2:x", "1..2 ", "a..b", "0x..2", "-1..2",
                     "1..99999999999999999999"):
            self.refused(f"--vary:1:{len(AFTER) + 2}: {AFTER}: {ranges}", RACE, "--vary", f"{AFTER}={spec}")
        many = "expected at most 1000000000 values"
        self.refused(f"--vary:1:{len(AFTER) + 2}: {AFTER}: {many}", RACE, "--vary", f"{AFTER}=1..1000000001")
        self.refused(f"--vary:1:{len(AFTER) + 2}: {AFTER}: {many}", RACE, "--vary", f"{AFTER}=0..{2**64 - 1}")
        self.refused(f"--vary:2:1: {UNBIND}: expected at most 1000000000 points in all", RACE, "--vary",
                     f"{AFTER}=1..1000000000", "--vary", f"{UNBIND}=none,drain")
        shapes = "expected KEY=A..B, KEY=A..B:STEP or KEY=a,b,c"
        self.refused(f"--vary:1:1: {AFTER}: {shapes}", RACE, "--vary", AFTER)
        self.refused(f"--vary:1:1: : {shapes}", RACE, "--vary", "=1")
        for at, spec in ((2, ""), (4, "1,"), (2, ",1"), (4, "1,,2")):
            self.refused(f"--vary:1:{len(AFTER) + at}: {AFTER}: expected a value", RACE, "--vary", f"{AFTER}={spec}")
        self.refused(f"--vary:2:1: {AFTER}: expected once", RACE, "--vary", f"{AFTER}=3", "--vary", f"{AFTER}=4")
        axes = [word for i in range(17) for word in ("--vary", f"k{i}=1")]
        self.refused("--vary:17:1: expected at most 16 of --vary", RACE, *axes)

    def test_refused_values(self):
        self.refused("--vary:2:27: system.driver.unbind: expected ", RACE, "--vary", f"{AFTER}=3", "--vary",
                     f"{UNBIND}=none,never")
        self.refused(f"--vary:1:{len(AFTER) + 2}: {AFTER}: expected 1..", RACE, "--vary", f"{AFTER}=0..5")
        self.refused("--vary:1:1: timeline.rice.after: there is no item rice", RACE, "--vary", "timeline.rice.after=3")
        self.refused("--set:1:15: limits.cycles: expected ", RACE, "--set", "limits.cycles=x", "--vary", f"{AFTER}=3")
        self.refused(f"{self.folder}/none.yaml: No such file", self.folder / "none.yaml", "--vary", f"{AFTER}=3")
        # What only some points have is found when they are run; the rows before them are there.
        pri = "system.endpoints.nic.pri"
        done = sweep(RACE, "--vary", f"{pri}.capacity=8,4", "--vary", f"{pri}.allocation=1,8", "--out", self.out)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, rf"^--vary:2:39: {pri}.allocation: expected [^\n]* \(8\)\n$")
        rows = [(row[f"{pri}.capacity"], row[f"{pri}.allocation"]) for row in rows_of(self.out.read_text())]
        self.assertEqual(rows, [("8", "1"), ("8", "8"), ("4", "1")])

    def test_refused_arguments(self):
        one = ["--vary", f"{AFTER}=3"]
        self.refused("prisim: sweep: expected a scenario file", *one)
        self.refused("prisim: sweep: expected one scenario file", RACE, RACE, *one)
        self.refused("prisim: sweep: expected --vary or --orders", RACE)
        self.refused("prisim: sweep: --format: expected csv or jsonl: xml", RACE, *one, "--format", "xml")
        for jobs in ("0", "257", "-1", "two", "1x"):
            self.refused(f"prisim: sweep: --jobs: expected 1..256: {jobs}", RACE, *one, "--jobs", jobs)
        self.refused("prisim: sweep: --check: expected --orders", RACE, *one, "--check", 3)
        self.refused("prisim: sweep: --check: expected 1..1000000: 0", RACE, "--orders", "race", "--check", 0)
        self.refused("prisim: sweep: --resume: expected --out FILE", RACE, *one, "--resume")
        self.refused("prisim: sweep: --out: expected another file than the scenario", RACE, *one, "--out", RACE)
        self.refused("prisim: sweep: --plot: expected another file", RACE, *one, "--plot", self.out, "--out", self.out)
        self.refused(f"prisim: sweep: expected either --vary or --set of one key: {AFTER}", RACE, *one, "--set",
                     f"{AFTER}=4")
        self.refused(f"{self.folder}/no/rows: No such file or directory", RACE, *one, "--out", self.folder / "no/rows")
        settings = ["--set", "limits.group=0"] * 65
        self.refused("prisim: sweep: too many settings", RACE, *one, *settings)
        self.assertEqual(sweep(RACE, *one, "--loud").returncode, 2)
        self.assertIn("--orders=STEP", sweep("--help").stdout)

    def test_refused_orders(self):
        self.refused("--orders:1:1: rice: expected the id of a step", RACE, "--orders", "rice")
        self.refused("prisim: sweep: --orders: expected the id of a step: =1..2", RACE, "--orders", "=1..2")
        self.refused("prisim: sweep: --orders: expected once", RACE, "--orders", "race", "--orders", "race")
        for spec in ("race=", "race=1", "race=2..1", "race=1..2:2", "race=a..b"):
            self.refused(f"--orders:1:6: {spec}: expected STEP=FROM..TO", RACE, "--orders", spec)
        self.refused(f"--orders:1:1: race: expected no --set or --vary of {AFTER}", RACE, "--orders", "race", "--vary",
                     f"{AFTER}=3")
        self.refused("--orders-of:1:1: drivers: expected an instance", RACE, "--orders", "race=1..9", "--orders-of",
                     "drivers")
        self.refused("prisim: sweep: --orders-of: expected names", RACE, "--orders", "race", "--orders-of", "driver,")

    def test_refused_to_go_on(self):
        arguments = [RACE, "--vary", f"{AFTER}=3..6", "--out", self.out]
        sweep(*arguments)
        text = self.out.read_text()
        other = f"{self.out}:1:1: --resume: expected the rows of this sweep"
        self.refused(other, RACE, "--vary", f"{AFTER}=3..7", "--out", self.out, "--resume")
        self.refused(other, *arguments, "--resume", "--set", "limits.group=0")
        self.refused(other, *arguments, "--resume", "--format", "jsonl")
        self.refused(other, *arguments, "--resume", "--orders-of", "driver")
        changed = self.folder / "changed.yaml"
        changed.write_text(RACE.read_text() + "# another\n")
        self.refused(other, changed, *arguments[1:], "--resume")
        for old, new in ((",hazard,", ",hang,x,"), ("\n4,", "\n5,"), ("pass", "passed"), ("\n5,", "\n05,"),
                         ("mapped:1 ", "mapped:1  ")):
            self.out.write_text(text.replace(old, new, 1))
            self.assertNotEqual(self.out.read_text(), text)
            self.refused(f"{self.out}:", *arguments, "--resume")
        self.out.write_text(text + text.splitlines()[-1] + "\n")
        self.refused(f"{self.out}:7:1: --resume: expected a row of this sweep", *arguments, "--resume")

    # ---- on a terminal

    def on_terminal(self, *arguments):
        """What standard error says to one."""
        ours, theirs = pty.openpty()
        running = subprocess.Popen([PRISIM, "sweep", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        said = b""
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:
                break
            if not more:
                break
            said += more
        running.wait(timeout=60)
        os.close(ours)
        return said.decode().replace("\r\n", "\n")

    def test_summary(self):
        said = self.on_terminal(RACE, "--vary", f"{UNBIND}=none,drain", "--vary", f"{AFTER}=3,4,6500,8000")
        served = "served_after_free (fail)"
        self.assertIn(f"{UNBIND}=none\n  {AFTER} 3..4: wrong_address_space\n", said)
        self.assertIn(f"{UNBIND}=drain\n  {AFTER} 3..8000: clean (fail)\n8 points\n", said)
        self.assertIn("\r[", said)
        self.assertNotIn(served, said.split(f"{UNBIND}=drain")[1])
        self.out.write_bytes(b"")
        arguments = [RACE, "--vary", f"{AFTER}=3..5", "--out", self.out]
        sweep(*arguments)
        self.assertIn(f"  {AFTER} 3..5: wrong_address_space\n3 points\n", self.on_terminal(*arguments, "--resume"))
        said = self.on_terminal(RACE, "--orders", "race=1..200")
        self.assertIn(f"  {AFTER}: 1 orders, 200 positions: wrong_address_space\n1 orders in 2 runs\n", said)

    def test_plot(self):
        """A gnuplot that keeps what it is told."""
        tools, kept, plot = self.folder / "bin", self.folder / "script", self.folder / "a b.svg"
        tools.mkdir()
        tool = tools / "gnuplot"
        tool.write_text(f'#!/bin/sh\n[ "$1" = --version ] || exec cat > "{kept}"\n')
        tool.chmod(0o755)
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        arguments = [RACE, "--vary", f"{AFTER}=3,6500,9000", "--plot", plot]
        self.assertEqual(sweep(*arguments, env=environment).returncode, 1)
        script = kept.read_text()
        cycles = [told(f"{AFTER}={after}")["cycles"] for after in (3, 6500, 9000)]
        for line in (f"set output '{plot}'", f"set xlabel '{AFTER}'", f"3 {cycles[0]}", f"9000 {cycles[2]}"):
            self.assertIn(line, script.splitlines())
        self.assertIn("title 'wrong_address_space'", script)
        sweep(RACE, "--vary", f"{UNBIND}=none,drain", *arguments[1:], env=environment)
        titles = re.findall("title '([^']*)'", kept.read_text())
        self.assertEqual(titles, ["none: wrong_address_space", "none: served_after_free (fail)", "none: clean (fail)",
                                  "drain: clean (fail)"])
        self.refused("--plot: expected the name of a file that ends in .svg or .png", RACE, "--vary", f"{AFTER}=3",
                     "--plot", self.folder / "a.pdf")
        tool.write_text("#!/bin/sh\ncat >/dev/null\n[ \"$1\" = --version ]\n")
        done = sweep(*arguments, env=environment)
        self.assertEqual((done.returncode, done.stderr), (2, f"--plot: gnuplot failed: {plot}\n"))
        for program in ("sh",):
            (tools / program).symlink_to(shutil.which(program))
        tool.unlink()
        done = sweep(*arguments, env={"PATH": str(tools)})
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f"--plot: expected gnuplot in PATH (Debian: gnuplot-nox): {plot}\n")

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_plot_is_drawn(self):
        plot = self.folder / "a.svg"
        self.assertEqual(sweep(RACE, "--vary", f"{AFTER}=3..5", "--plot", plot).returncode, 0)
        self.assertIn("<svg", plot.read_text())

    # ---- what docs/sweeps.md shows

    def test_documented(self):
        page = (ROOT / "docs/sweeps.md").read_text()
        rows = sweep(RACE, "--vary", f"{AFTER}=3..4503:1500").stdout.splitlines()
        shown = re.search(r"^```csv\n(.*?)^```", page, re.M | re.S)[1].splitlines()
        self.assertEqual(len(rows), len(shown))
        for row, line in zip(rows, shown):
            self.assertRegex(row, "^" + re.escape(line).replace(re.escape("[...]"), ".*") + "$")
        told_ = self.on_terminal(RACE, "--vary", f"{UNBIND}=none,drain", "--vary", f"{AFTER}=3..6003:1000")
        self.assertIn(re.search(r"^```text\n(.*?)^```", page, re.M | re.S)[1], told_)
        options = set(re.findall(r"^ +(?:-., )?--([a-z-]+)=?", sweep("--help").stdout, re.M))
        self.assertEqual({name for name in options if f"--{name}" not in page}, {"help", "usage"})

    # ---- orders

    def agree(self, unbind, first, last, *more):
        """Halving finds each order that every position of the range shows, and counts its positions."""
        setting = ["--set", f"{UNBIND}={unbind}"]
        every = rows_of(sweep(RACE, *setting, "--vary", f"{AFTER}={first}..{last}", "--orders-of",
                              "driver,pri_queue,endpoint").stdout)
        halved = rows_of(sweep(RACE, *setting, "--orders", f"race={first}..{last}", *more).stdout)
        self.assertEqual(len(every), last - first + 1)
        found = {}
        for row in every:
            found.setdefault(row["order"], {**row, "positions": 0})["positions"] += 1
        expected = [{**row, "positions": str(row["positions"])} for row in found.values()]
        self.assertEqual(halved, expected)
        for row in every:  # and one order has one verdict
            same = ("verdict", "outcome", "hazards")
            self.assertEqual([row[name] for name in same], [found[row["order"]][name] for name in same])
        return len(halved)

    def test_orders_of_a_range(self):
        for unbind in ("none", "drain", "stop_marker"):
            self.assertGreater(self.agree(unbind, 5800, 6050), 3)
        self.assertEqual(self.agree("none", 100, 100), 1)
        self.assertEqual(self.agree("none", 100, 101), 1)
        self.agree("none", 5800, 6050, "--check", 30)

    def test_order_is_that_of_its_log(self):
        """Two positions have one order if their logs say the same of these three, cycles left out."""
        def seen(after, kinds):
            log = prisim("run", RACE, "--engine", "native", "-q", "--log", "-", "--set", f"{AFTER}={after}").stdout
            events = [json.loads(line) for line in log.splitlines()]
            return [{**event, "cycle": 0} for event in events if event["at"].split("[")[0] in kinds]

        positions = list(range(5935, 5960, 2))
        for kinds in (("driver", "pri_queue", "endpoint"), ("driver",), ("smmu", "endpoint")):
            rows = rows_of(sweep(RACE, "--vary", f"{AFTER}=5935..5960:2", "--orders-of", ",".join(kinds)).stdout)
            logs = [seen(after, kinds) for after in positions]
            for i, row in enumerate(rows):
                for j in range(i):
                    self.assertEqual(row["order"] == rows[j]["order"], logs[i] == logs[j], (positions[i], positions[j]))
        named = sweep(RACE, "--vary", f"{AFTER}=5935..5960:2", "--orders-of", "endpoint[nic],smmu").stdout
        self.assertEqual([row["order"] for row in rows_of(named)], [row["order"] for row in rows])

    def test_default_range(self):
        """From the edge behind the event that it waits for to that behind the last event without it."""
        rows = rows_of(sweep(RACE, "--orders", "race", "--orders-of", "timeline").stdout)
        self.assertEqual(len(rows), 1)
        log = prisim("run", RACE, "--engine", "native", "-q", "--log", "-", "--set", f"{AFTER}=1000000").stdout
        events = [json.loads(line) for line in log.splitlines()]
        step = next(i for i, event in enumerate(events) if event["event"] == "timeline.step" and event["step"] == 2)
        written = next(event["cycle"] for event in events if event["event"] == "pri_queue.write")
        self.assertEqual((rows[0][AFTER], int(rows[0]["positions"])), ("1", events[step - 1]["cycle"] - written + 1))
        # A step that waits for no event, and one that comes behind another step.
        text = RACE.read_text()
        scenario = self.folder / "a.yaml"
        scenario.write_text(text.replace("- at: 20000", "- id: job\n    at: 20000"))
        rows = rows_of(sweep(scenario, "--orders", "job=19000..19010").stdout)
        self.assertEqual([row["timeline.job.at"] for row in rows], ["19000"])
        scenario.write_text(text.replace("- at: 20000", "- id: job\n    at: ready+20000"))
        rows = rows_of(sweep(scenario, "--orders", "job=19000..19010").stdout)
        self.assertEqual([row["timeline.job.at"] for row in rows], ["ready+19000"])
        self.assertEqual(rows[0]["digest"], json.loads(prisim(
            "run", scenario, "--engine", "native", "-q", "--summary", "-", "--set",
            "timeline.job.at=ready+19000").stdout)["log_digest"])


class Nightly(Sweep):
    """All positions of the main scenario."""

    def test_orders_of_everything(self):
        for unbind in ("none", "drain", "stop_marker"):
            print(f"{unbind}: {self.agree(unbind, 1, 6999)} orders in 6999 positions")


def load_tests(loader, _tests, _pattern):
    nightly = sys.argv[3:] == ["--nightly"]
    names = ["test_orders_of_everything"] if nightly else loader.getTestCaseNames(Sweep)
    return unittest.TestSuite((Nightly if nightly else Sweep)(name) for name in names)


if __name__ == "__main__":
    # Whoever starts this in the background of a shell has it ignore SIGINT and SIGQUIT, and every sweep with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    unittest.main(argv=sys.argv[:1], verbosity=2 if sys.argv[3:] else 1)
