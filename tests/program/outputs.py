#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where `prisim run` writes: onto nothing that it reads, two outputs never into one file; what is there of a log when a
signal or a full disk ends it; exit statuses.

  outputs.py PRISIM ROOT
"""

import itertools
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from digest import digest_of

PRISIM, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
PASS = ROOT / "scenarios/unbind_while_queued.yaml"
LARGE = ROOT / "scenarios/overflow/overflow.yaml"
ENDLESS = ROOT / "tests/program/endless.yaml"
BLOCK = 4096  # bytes; a limit of a file's size that LARGE's log is beyond


def run(*arguments, **more):
    return subprocess.run([PRISIM, "run", *map(str, arguments)], capture_output=True, text=True, timeout=60, **more)


class Outputs(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.scenario = self.folder / "a.yaml"
        shutil.copy(PASS, self.scenario)
        self.text = self.scenario.read_bytes()
        self.log, self.summary = self.folder / "a.jsonl", self.folder / "a.json"

    def lines(self, path=None):
        return [json.loads(line) for line in (path or self.log).read_text().splitlines()]

    def whole(self, scenario=PASS, *more):
        """The log of a run that nothing disturbs."""
        path = self.folder / "whole.jsonl"
        self.assertIn(run(scenario, "-q", "--log", path, *more).returncode, (0, 1, 4))
        return self.lines(path)

    def ends_with(self, kept, last):
        """`kept` begins as an undisturbed run of ENDLESS does, leaves nothing out and ends with `last`."""
        self.assertEqual(kept[-1], last)
        cycle = kept[-2]["cycle"]
        whole = self.whole(ENDLESS, "--engine", "native", "--until", cycle)
        self.assertGreaterEqual(len(whole), len(kept) - 1)
        self.assertTrue(all(line["cycle"] == cycle for line in whole[len(kept) - 1:]))
        self.assertTrue(kept[:-1] == whole[:len(kept) - 1])

    def refused(self, what, *arguments):
        before = {path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        done = run(*arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertRegex(done.stderr, rf"^prisim: run: [^\n]*{what}[^\n]*\n$")
        self.assertEqual({path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}, before)

    # ---- refused before anything is written

    def test_onto_the_scenario(self):
        link, hard = self.folder / "link", self.folder / "hard"
        link.symlink_to(self.scenario)
        hard.hardlink_to(self.scenario)
        (self.folder / "deep").mkdir()
        (self.folder / "deep/up").symlink_to("..")
        other = f"{self.folder}/deep/up/./a.yaml"
        for name in (self.scenario, link, hard, other):
            for option in ("--log", "--summary"):
                self.refused(f"{option}: expected another file than the scenario", self.scenario, option, name)
        self.refused("another file than the scenario", link, "--log", hard)
        done = run("a.yaml", "--log", self.scenario, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.scenario.read_bytes(), self.text)

    def test_a_page_names_itself(self):
        """--view alone takes the scenario's name, where the program runs; what ends in .html is its value."""
        work = self.folder / "work"
        work.mkdir()
        quiet = ("-q", "--engine", "native")
        for given, name, told in ((("--view",), "a.html", True), (("--view", "b.html"), "b.html", False),
                                  (("--view=c d",), "c d", False)):
            done = run(self.scenario, *quiet, *given, cwd=work)
            self.assertEqual((done.returncode, done.stderr), (0, f"prisim: wrote {name}\n" if told else ""))
            self.assertTrue((work / name).read_text().startswith("<!"))
            self.assertEqual([p.name for p in work.iterdir()], [name])
            (work / name).unlink()
        self.refused("--view is for one scenario file", self.scenario, PASS, *quiet, "--view")

    def test_both_on_one_file(self):
        said = "--summary: expected another file than --log's"
        (self.folder / "deep").mkdir()
        dangling = self.folder / "dangling"
        dangling.symlink_to("new")
        self.refused(said, self.scenario, "--log", "-", "--summary", "-")
        self.refused(said, self.scenario, "--log", "-", "--summary", "/dev/stdout")
        self.refused(said, self.scenario, "--log", self.log, "--summary", self.log)
        self.refused(said, self.scenario, "--log", self.log, "--summary", f"{self.folder}/deep/../a.jsonl")
        self.refused(said, self.scenario, "--log", self.folder / "new", "--summary", dangling)
        self.log.write_text("old\n")
        self.summary.hardlink_to(self.log)
        self.refused(said, self.scenario, "--log", self.log, "--summary", self.summary)
        self.summary.unlink()
        self.summary.symlink_to(self.log)
        self.refused(said, self.scenario, "--log", self.summary, "--summary", self.log)
        self.refused("--log: expected the name of a file", self.scenario, "--log", "")
        self.assertEqual(self.log.read_text(), "old\n")
        self.assertEqual(run(PASS, "--log", "/dev/null", "--summary", "/dev/null").returncode, 0)

    def test_onto_standard_error(self):
        with open(self.log, "w") as errors:
            done = subprocess.run([PRISIM, "run", PASS, "--log", self.log], stdout=subprocess.PIPE, stderr=errors)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn("standard error", self.log.read_text())

    # ---- standard output

    def test_standard_output(self):
        log = self.whole()
        report = run(PASS).stdout
        done = run(PASS, "--log", "-")
        self.assertEqual((done.returncode, done.stderr), (0, report))
        self.assertEqual([json.loads(line) for line in done.stdout.splitlines()], log)
        done = run(PASS, "--summary", "-", "-q", "--log", self.log)
        self.assertEqual((done.returncode, done.stderr), (0, "unbind-while-queued: PASS, hazard\n"))
        self.assertEqual(json.loads(done.stdout)["verdict"], "pass")
        self.assertEqual(self.lines(), log)
        with open(self.summary, "w") as out:  # standard output by its file's name, and by its device
            subprocess.run([PRISIM, "run", PASS, "-q", "--log", self.summary], stdout=out, stderr=subprocess.DEVNULL)
        self.assertEqual(self.lines(self.summary), log)
        done = run(PASS, "-q", "--log", "/dev/stdout")
        self.assertEqual([json.loads(line) for line in done.stdout.splitlines()], log)

    def test_links_are_followed(self):
        (self.folder / "there").mkdir()
        link = self.folder / "link.jsonl"
        link.symlink_to("there/real.jsonl")
        self.assertEqual(run(PASS, "-q", "--log", link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(self.lines(self.folder / "there/real.jsonl"), self.whole())

    def test_output_that_cannot_be_written(self):
        for path, why in (("/nowhere/x", "No such file or directory"), ("/", "Is a directory"),
                          ("/dev/full", "No space left on device")):
            for option in ("--log", "--summary"):
                done = run(PASS, option, path)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", f"prisim: {path}: {why}\n"))
        with open("/dev/full", "w") as full:
            for files in ([PASS], [PASS, PASS]):
                done = subprocess.run([PRISIM, "run", *files], stdout=full, stderr=subprocess.PIPE, text=True)
                self.assertEqual(done.returncode, 2)
                self.assertIn("standard output: No space left on device\n", done.stderr)

    # ---- ends before the end

    def start(self, *arguments, **more):
        return subprocess.Popen([PRISIM, "run", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, **more)

    def wait_for_parts(self, count=1):
        """Until each is longer than the program's buffer."""
        end = time.monotonic() + 30
        while len(parts := list(self.folder.glob("*.part"))) < count or min(p.stat().st_size for p in parts) < 1 << 17:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def test_signals(self):
        sanitized = b"__asan_init" in pathlib.Path(PRISIM).read_bytes()  # then a crash is the sanitizer's to tell
        crashes = () if sanitized else ("SIGSEGV", "SIGBUS")
        for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGABRT", *crashes):
            with self.subTest(name):
                self.log.write_text("of an older run\n")
                run_ = self.start(ENDLESS, "--log", self.log, "--summary", self.summary,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
                self.wait_for_parts()
                self.assertEqual(self.log.read_text(), "of an older run\n")
                run_.send_signal(getattr(signal, name))
                out, _ = run_.communicate(timeout=30)
                self.assertEqual((run_.returncode, out), (-getattr(signal, name), ""))
                self.ends_with(self.lines(), {"end": "signal", "signal": name})
                self.assertFalse(self.summary.exists())
                self.assertEqual(list(self.folder.glob("*.part")), [])
        done = subprocess.run(["bash", "-c", '"$0" run "$1" --log "$2" & sleep 0.5; kill -TERM $!; wait $!; echo $?',
                               PRISIM, ENDLESS, self.log], capture_output=True, text=True)
        self.assertEqual(done.stdout, "143\n")

    def test_ignored_signals_stay_ignored(self):
        run_ = self.start(ENDLESS, "--log", self.log, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_for_parts()
        run_.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        self.assertIsNone(run_.poll())
        run_.terminate()
        run_.communicate()
        self.assertEqual(self.lines()[-1], {"end": "signal", "signal": "SIGTERM"})

    def test_signal_while_it_writes(self):
        """Into a pipe whose reader sleeps: the rest follows when the reader wakes, nothing twice."""
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        run_ = self.start(ENDLESS, "-q", "--engine", "native", "--log", pipe)
        with open(pipe, "rb") as reader:
            time.sleep(0.5)  # the pipe is full by then
            run_.send_signal(signal.SIGINT)
            time.sleep(0.2)
            self.assertIsNone(run_.poll())
            read = reader.read().decode().splitlines()
        run_.communicate(timeout=30)
        self.assertEqual(run_.returncode, -signal.SIGINT)
        self.assertGreater(len(read), 500)
        self.ends_with([json.loads(line) for line in read], {"end": "signal", "signal": "SIGINT"})

    def test_second_signal_ends_at_once(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        run_ = self.start(ENDLESS, "-q", "--log", pipe)
        reader = os.open(pipe, os.O_RDONLY)
        time.sleep(0.5)
        for _ in range(2):
            run_.send_signal(signal.SIGINT)
            time.sleep(0.2)
        run_.communicate(timeout=10)
        self.assertEqual(run_.returncode, -signal.SIGINT)
        os.close(reader)

    def full(self, limit):
        return run(LARGE, "--log", self.log, "--summary", self.summary,
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    def test_full_disk(self):
        whole = self.whole(LARGE)
        for limit in (200, 1000, BLOCK, 10 * BLOCK):
            done = self.full(limit)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"prisim: {self.log}: File too large\n")
            kept = self.lines()
            self.assertEqual(kept[-1], {"end": "error", "error": "File too large"})
            self.assertEqual(kept[:-1], whole[:len(kept) - 1])
            self.assertLessEqual(self.log.stat().st_size, limit)
            self.assertGreater(self.log.stat().st_size, limit - 2 * 250)
            self.assertFalse(self.summary.exists())
        self.log.unlink()
        done = self.full(100)  # no room even for a line
        self.assertEqual(done.returncode, 2)
        self.assertEqual(list(self.folder.glob("a.jsonl*")), [])

    def test_two_at_once(self):
        runs = [self.start(ENDLESS, "--log", self.log) for _ in range(2)]
        self.wait_for_parts(2)
        for run_, name in zip(runs, ("SIGINT", "SIGTERM")):
            run_.send_signal(getattr(signal, name))
            run_.communicate(timeout=30)
            self.ends_with(self.lines(), {"end": "signal", "signal": name})

    # ---- what the documents say of it

    def test_documented(self):
        summary = json.loads(run(PASS, "--summary", "-").stdout)
        page = (ROOT / "docs/output.md").read_text()
        places = re.findall(r'^PLACE\(\w+, "(\w+)"', (ROOT / "tb/places.def").read_text(), re.M)
        missing = [key for key in [*summary, *summary["counters"], *places] if f"`{key}`" not in page]
        self.assertEqual(missing, [])
        self.assertGreater(len(places), 10)
        log = self.whole()
        self.assertEqual(summary["counters"]["events"], len(log))
        self.assertIn(json.dumps(log[-1]["at"]), page.replace("[ID]", "[nic]"))
        self.assertEqual(summary["log_digest"], digest_of((self.folder / "whole.jsonl").read_text().splitlines()))

    def test_cycles(self):
        """Of the last event; or the limit, if that ended the run."""
        cut = ROOT / "scenarios/basics/nobody_answers.yaml"
        for scenario, ended_by in ((PASS, "idle"), (cut, "limit")):
            summary = json.loads(run(scenario, "--summary", "-", "-q", "--log", self.log).stdout)
            last = self.lines()[-1]["cycle"]
            self.assertEqual((summary["ended_by"], summary["cycles"]), (ended_by, 300000 if scenario == cut else last))
            self.assertTrue(scenario == PASS or last < 300000)

    def test_vectors_have_as_many_lines_as_asked_for(self):
        for cycles in (1, 2, 3, 4, 5, 100):
            out = self.folder / f"vectors{cycles}"
            done = subprocess.run([PRISIM, "vectors", f"--cycles={cycles}", "--out", out], capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            for name in ("inputs.hex", "expected.hex", "mask.hex"):
                self.assertEqual(len((out / name).read_text().splitlines()), cycles, name)

    def test_vectors_reset_within(self):
        """1..N edges between two resets, each number of them; and what wrote them says so."""
        out = self.folder / "resets"
        done = subprocess.run([PRISIM, "vectors", "--cycles=2000", "--out", out, "--reset-within=5"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        running = "".join("r" if int(line[0], 16) >> 3 else "0" for line in
                          (out / "inputs.hex").read_text().splitlines())
        self.assertEqual({len(edges) for edges in running.split("0")[:-1] if edges}, {1, 2, 3, 4, 5})
        self.assertIn(" --reset-within 5", (out / "command.txt").read_text())

    def test_vectors_hold_the_configuration_at_every_edge(self):
        """Where README.txt says that it stands; the pins that no valid guards are never left out."""
        out = self.folder / "vectors"
        asked = {"size_log2_max": 11, "pps": 1, "pasid_supported": 1, "msi_supported": 1, "auto_fail_last_only": 1,
                 "stop_marker_needs_ssv": 1, "accept_interval": 37, "write_latency": 53, "records_in_flight": 13}
        settings = [f"--set={name}={value}" for name, value in asked.items()]
        done = subprocess.run([PRISIM, "vectors", "--cycles=500", "--out", out, *settings], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        inputs = (out / "README.txt").read_text().split("inputs.hex\n")[-1].split("expected.hex and")[0]
        place = {name: (int(high), int(low)) for high, low, name in re.findall(r"\[(\d+):(\d+)\] (\w+)", inputs)}
        rows = [int(line, 16) for line in (out / "inputs.hex").read_text().split()]

        def pin(name):
            high, low = place[name]
            return {row >> low & ((1 << high - low + 1) - 1) for row in rows}
        for name, value in asked.items():
            self.assertEqual(pin(f"cfg_{name}"), {value}, name)
        for name in place:
            if name == "rst_n" or name.endswith(("_valid", "_ready")):
                self.assertEqual(pin(name), {0, 1}, name)

    def test_progress_on_a_terminal_only(self):
        terminal, end = os.openpty()
        for errors in (end, subprocess.PIPE):
            run_ = subprocess.Popen([PRISIM, "run", ENDLESS, "-q"], stdout=subprocess.DEVNULL, stderr=errors)
            time.sleep(2.5)
            run_.terminate()
            _, said = run_.communicate(timeout=30)
            if errors == end:
                self.assertRegex(os.read(terminal, 10000).decode(), r"^(\rcycle \d+ of at most 1000000000000)+$")
            else:
                self.assertEqual(said, b"")
        os.close(end)
        os.close(terminal)

    # ---- exit statuses

    def test_several_files(self):
        failing = self.folder / "failing.yaml"
        failing.write_text(PASS.read_text().replace("wrong_address_space: 1", "wrong_address_space: 2"))
        incomplete = ROOT / "tests/tb/due/nothing_at_all.yaml"
        worst = {(PASS,): 0, (incomplete,): 4, (failing,): 1, ("/nowhere",): 2, (PASS, PASS): 0, (PASS, incomplete): 4,
                 (PASS, failing): 1, (PASS, "/nowhere"): 2, (incomplete, failing): 1, (incomplete, "/nowhere"): 2,
                 (failing, "/nowhere"): 2, (PASS, incomplete, failing, "/nowhere"): 2}
        for files, status in worst.items():
            for order in itertools.permutations(files):
                done = run("-q", *order)
                self.assertEqual(done.returncode, status, order)
                self.assertEqual(done.stdout.count("PASS, hazard\n"), files.count(PASS))  # all were run

    def test_a_run_of_several_dies(self):
        run_ = self.start("/nowhere", ENDLESS, PASS, "-q")
        end = time.monotonic() + 30
        children = pathlib.Path(f"/proc/{run_.pid}/task/{run_.pid}/children")
        while not (child := children.read_text().split()) or b"prisim" not in pathlib.Path(
                f"/proc/{child[0]}/cmdline").read_bytes():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        out, errors = run_.communicate(timeout=30)
        self.assertEqual((run_.returncode, out), (3, "unbind-while-queued: PASS, hazard\n"))
        self.assertIn("endless.yaml: the run ended by a signal\n", errors)

    def test_the_end_of_the_program_ends_its_runs(self):
        run_ = self.start(ENDLESS, PASS, "-q", start_new_session=True)
        time.sleep(0.5)
        run_.terminate()
        started = time.monotonic()
        run_.communicate(timeout=30)  # until nobody holds its standard output any more
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(run_.returncode, -signal.SIGTERM)


if __name__ == "__main__":
    # Whoever starts this in the background of a shell has it ignore SIGINT and SIGQUIT, and by nohup SIGHUP, and every
    # run with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    unittest.main(argv=sys.argv[:1])
