#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""prisim view on the command line: names of files, two logs, scenarios, what is refused and with which words.

  command.py PRISIM ROOT
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import page

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
LOG, SCENARIO = ROOT / "scenarios/unbind_while_queued.jsonl", ROOT / "scenarios/unbind_while_queued.yaml"
CURE = ("--set", "system.driver.unbind=drain")
OTHER = "the log is of another scenario, other settings or another version"


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def prisim(self, *arguments):
        return subprocess.run([PRISIM, *map(str, arguments)], capture_output=True, text=True, cwd=self.folder,
                              timeout=60, check=False)

    def viewed(self, *arguments):
        done = self.prisim("view", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def refused(self, said, *arguments):
        before = sorted(self.folder.iterdir())
        done = self.prisim("view", *arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", said + "\n"))
        self.assertEqual(sorted(self.folder.iterdir()), before)

    def test_names(self):
        for name, made in (("my run.jsonl", "my run"), ("log", "log"), (".jsonl", ".jsonl"), ("a.jsonl.x",) * 2):
            shutil.copy(LOG, self.folder / name)
            for kind, suffix in (("page", ".html"), ("perfetto", ".perfetto.json"), ("mermaid", ".mmd"),
                                 ("kanata", ".kanata")):
                more = () if kind == "page" else ("--as", kind)
                self.assertEqual(self.viewed(name, *more), "")
                there = self.folder / (made + suffix)
                self.assertEqual(there.read_text(), self.viewed(self.folder / name, *more, "-o", "-"))
                there.unlink()
        self.viewed(LOG, "-o", "other name")
        self.assertEqual((self.folder / "other name").read_text(), self.viewed(LOG, "--out", "-"))

    def test_page(self):
        text = self.viewed(LOG, "--scenario", SCENARIO, "-o", "-")
        self.assertEqual(text.lower().count("<!doctype html>"), 1)
        self.assertNotIn("<!-- prisim:", text)
        self.assertNotRegex(text, r"(src|href|url)\s*[=(]\s*[\"']?\s*(https?:|//)")
        self.assertLess(text.index('id="run-0"'), text.rindex("<script"))

    def test_text_does_not_end_its_element(self):
        scenario = self.folder / "s.yaml"
        about = "</script><b> & <!-- \"x\" \\\\ </SCRIPT>"
        lines = [f"about: '{about}'" if line.startswith("about:") else line
                 for line in SCENARIO.read_text().splitlines()]
        scenario.write_text("\n".join(lines) + "\n")
        log = self.folder / "s.jsonl"
        log.write_text(LOG.read_text())
        self.assertEqual(page.runs_of(self.shown(log, "--scenario", scenario))[0]["about"], about)
        # Names of a scenario are plain; those in a log may be anything.
        log.write_text(LOG.read_text().replace('"A"', '"</scr"').replace("endpoint[nic]", "endpoint[</script>]"))
        data = page.runs_of(self.shown(log))[0]
        self.assertEqual((data["bindings"][0]["space"], data["requests"][0]["endpoint"]), ("</scr", "</script>"))

    def shown(self, *arguments):
        """A page in whose data no tag begins."""
        text = self.viewed(*arguments, "-o", "-")
        inside = text[text.index('id="run-0">') + 11:]
        self.assertNotIn("<", inside[:inside.index("</script>")])
        return text

    def test_two_logs(self):
        cured = self.folder / "cured.jsonl"
        self.prisim("run", SCENARIO, *CURE, "-q", "--engine", "native", "--log", cured)
        runs = page.runs_of(self.viewed(LOG, cured, "-o", "-"))
        self.assertEqual([run["source"] for run in runs], ["unbind_while_queued.jsonl", "cured.jsonl"])
        self.assertEqual(runs[0], page.data_of(PRISIM, LOG))
        self.assertEqual(runs[1], page.data_of(PRISIM, cured))
        runs = page.runs_of(self.viewed(LOG, cured, "--scenario", SCENARIO, "--scenario", SCENARIO, *CURE, "-o", "-"))
        self.assertEqual([run["outcome"]["outcome"] for run in runs], ["hazard", "clean"])
        self.viewed(LOG, cured, "-o", "both.html")
        self.refused("prisim: view: --scenario: expected one for each log, or none", LOG, cured, "--scenario", SCENARIO)

    def test_inputs_are_no_outputs(self):
        log, scenario = self.folder / "log.jsonl", self.folder / "s.yaml"
        shutil.copy(LOG, log)
        shutil.copy(SCENARIO, scenario)
        os.symlink(log, self.folder / "link")
        os.link(log, self.folder / "hard")
        for name in ("log.jsonl", "./log.jsonl", "link", "hard"):
            self.refused(f"prisim: view: --out: expected another file than the log: {name}", log, "-o", name)
            self.refused(f"prisim: view: --out: expected another file than the log: {name}", LOG, log, "-o", name)
        self.refused("prisim: view: --out: expected another file than the scenario: s.yaml", log, "--scenario",
                     scenario, "-o", "s.yaml")
        self.refused("prisim: view: --out: expected the name of a file", log, "-o", "")
        self.refused("prisim: no/page.html: No such file or directory", log, "-o", "no/page.html")
        self.refused("prisim: /dev/full: No space left on device", log, "-o", "/dev/full")

    def test_arguments(self):
        said = "prisim: view: "
        self.refused(said + "expected a log")
        self.refused(said + "expected at most two logs: c", "a", "b", "c")
        self.refused(said + "--as: expected page, perfetto, mermaid or kanata: pdf", LOG, "--as", "pdf")
        self.refused(said + "--as: expected one log, for only a page shows two: mermaid", LOG, LOG, "--as", "mermaid")
        self.refused(said + "--set: expected a --scenario before it: a=1", LOG, "--set", "a=1", "--scenario", SCENARIO)
        self.refused(said + "--scenario: expected at most one for each log: c", "--scenario", "a", "--scenario", "b",
                     "--scenario", "c", LOG)
        self.refused(said + "--set: expected at most 64: a=1", LOG, "--scenario", SCENARIO, *["--set", "a=1"] * 65)
        self.refused(said + "--request: expected --as mermaid", LOG, "--request", "1")
        for number in ("0", "-1", "x", "1x", "", "1000000001", "99999999999999999999"):
            self.refused(f"{said}--request: expected 1..1000000000: {number}", LOG, "--as", "mermaid",
                         f"--request={number}")
        self.assertIn("--as=page|perfetto|mermaid|kanata", self.prisim("view", "--help").stdout)
        self.assertIn("prisim view LOG", self.prisim("--help").stdout)

    def test_no_page_request(self):
        quiet = self.folder / "quiet.jsonl"
        quiet.write_text('{"cycle":0,"at":"timeline","event":"timeline.step","step":0}\n')
        self.refused(f"{quiet}: expected a log with a page request", quiet, "--as", "mermaid", "-o", "-")
        self.assertEqual(self.viewed(quiet, "--as", "kanata", "-o", "-"), "Kanata\t0004\nC=\t0\n")

    def test_log_of_another_run(self):
        given = ("--scenario", SCENARIO)
        done = self.prisim("view", LOG, *given, "--set", "system.driver.irq_latency=6000")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, f"^{LOG}:[0-9]+: expected what the scenario gives here, .*: {OTHER}\n$")
        lines = LOG.read_text().splitlines(keepends=True)
        log = self.folder / "log.jsonl"
        log.write_text("".join(lines[:-1]))
        self.refused(f"{log}:254: expected what the scenario gives here, endpoint.response at cycle 31077: {OTHER}",
                     log, *given)
        log.write_text("".join(lines + lines[-1:]))
        self.refused(f"{log}:255: expected the end of the log, for the run of the scenario is over here", log, *given)
        place = next(i for i, line in enumerate(lines) if '"driver.resolve"' in line)
        log.write_text("".join(lines[:place] + [lines[place].replace('"prgi":0', '"prgi":1')] + lines[place + 1:]))
        self.refused(f"{log}:{place + 1}: expected what the scenario gives here, driver.resolve at cycle 27346: "
                     f"{OTHER}", log, *given)

    def test_run_writes_the_page_of_its_log(self):
        """With its own name for it, and in one go."""
        self.assertEqual(self.prisim("run", SCENARIO, "-q", "--engine", "native", "--view=run.html").returncode, 0)
        page_of_log = self.viewed(LOG, "--scenario", SCENARIO, "-o", "-")
        self.assertEqual((self.folder / "run.html").read_text(),
                         page_of_log.replace('"source":"unbind_while_queued.jsonl"',
                                             '"source":"unbind_while_queued.yaml"'))

    def test_log_that_ends_before_its_run(self):
        lines = LOG.read_text().splitlines(keepends=True)
        place = next(i for i, line in enumerate(lines) if '"driver.page"' in line)
        log = self.folder / "log.jsonl"
        for until, found in ((place, ["wrong_address_space"]),
                             (place + 1, ["wrong_address_space", "wrong_address_space.mapped",
                                          "wrong_address_space.wrote"])):
            log.write_text("".join(lines[:until]) + '{"end":"signal","signal":"SIGINT"}\n')
            data = page.runs_of(self.viewed(log, "--scenario", SCENARIO, "-o", "-"))[0]
            self.assertEqual((data["judged"], data["outcome"], data["ended"]), (True, None, "signal: SIGINT"))
            self.assertEqual([finding["hazard"] for finding in data["findings"]], found)
            self.assertEqual((len(data["cycle"]), data["requests"][0]["end"]), (until, "open"))

    def found(self, limit=0):
        """Of a scenario whose PRI thread never runs: what is found, and the last cycle."""
        scenario, log = self.folder / "held.yaml", self.folder / "held.jsonl"
        text = SCENARIO.read_text()
        held = "  - at: 0\n    hold: {task: pri_thread, at: driver.take, until: driver.free}\n"
        scenario.write_text(f"{text[:text.index('  - id: race')]}{held}limits: {{group: {limit}}}\n")
        self.assertIn(self.prisim("run", scenario, "-q", "--engine", "native", "--log", log).returncode, (1, 4))
        data = page.runs_of(self.viewed(log, "--scenario", scenario, "-o", "-"))[0]
        return [(finding["hazard"], finding["cycle"], finding["event"]) for finding in data["findings"]], data["cycle"]

    def test_findings_that_no_event_shows(self):
        found, cycles = self.found()
        self.assertEqual(found, [("unanswered_group", cycles[-1], -1), ("credit_leak", cycles[-1], -1)])
        # E1 is at 20596; the limit is over between two events.
        found, cycles = self.found(limit=1234)
        self.assertEqual(found[0], ("unanswered_group", 20596 + 1234, -1))
        self.assertNotIn(20596 + 1234, cycles)

    def test_broken_premises(self):
        """They are the checkers' own lines, and must be the log's."""
        log = ROOT / "scenarios/duties/duty_one_marker.jsonl"
        data = page.runs_of(self.viewed(log, "--scenario", log.with_suffix(".yaml"), "-o", "-"))[0]
        self.assertEqual(len(data["premises"]), 1)
        lines = log.read_text().splitlines(keepends=True)
        place = next(i for i, line in enumerate(lines) if "premise.broken" in line)
        self.assertEqual(data["premises"], [place])
        without = self.folder / "log.jsonl"
        without.write_text("".join(lines[:place] + lines[place + 1:]))
        cycle = data["cycle"][place]
        self.refused(f"{without}:{place + 1}: expected what the scenario gives here, premise.broken at cycle {cycle}: "
                     f"{OTHER}", without, "--scenario", log.with_suffix(".yaml"))


unittest.main(argv=sys.argv[:1])
