#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""prisim matrix: the thin table finds what the rules say it must find, its commands show what it says, and the table in
docs/matrix.md is the one that it makes.

  matrix.py PRISIM ROOT [--nightly]     by day one of the cells is swept at every cycle, at night three
"""

import csv
import json
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
NIGHT = "--nightly" in sys.argv[3:]
THIN = "scenarios/table/thin.yaml"
MARKS = ("<!-- prisim matrix --thin -->\n", "<!-- end -->")
BY_CHANCE = {"queue_overflow", "lost_stop_marker", "lost_stop_marker.awaited"}
HOW = {"wait", "marker", "none"}
# What a policy comes to against a device that is less kind: why stands in docs/matrix.md.
UNKIND = {
    "marker after stopped": ("fails", "clean", "clean"),
    "ppr_flush none": ("fails", "clean", "clean"),
    "wait, nothing pushes": ("clean", "clean", "clean"),
    "marker, nothing pushes": ("fails", "fails", "clean"),
    "none, nothing pushes": ("fails", "fails", "clean"),
    "late invalidation": ("fails", "clean", "clean"),
    "lost invalidation": ("fails", "fails", "fails"),
    "keeps requesting": ("fails", "fails", "fails"),
    "forgets groups": ("fails", "fails", "fails"),
    "marker never": ("fails", "clean", "clean"),
}
POLICIES = ("none", "drain", "stop_marker")


def prisim(*arguments):
    return subprocess.run([PRISIM, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=900,
                          check=False)


class Thin(unittest.TestCase):
    """UNBIND-TABLE names schedules that decide a list; what they must show stands here in literals."""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder, name) for name in ("table.json", "table.md")]
            done = prisim("matrix", "--thin", "--json", files[0], "--markdown", files[1])
            assert done.returncode == 0, done.stderr
            cls.text = done.stdout
            cls.table = json.loads(files[0].read_text(encoding="utf-8"))
            cls.markdown = files[1].read_text(encoding="utf-8")
        cls.all = {(cell["policy"], cell["device"]): cell for cell in cls.table["cells"]}
        cls.cell = {key: cell for key, cell in cls.all.items() if key[1] in HOW}

    def of(self, policy, stop, words):
        found = [row for row in self.cell[policy, stop]["lists"] if words in row["list"]]
        self.assertEqual(len(found), 1, words)
        return found[0]

    def fails(self, policy, stop, words, *hazards):
        row = self.of(policy, stop, words)
        self.assertEqual(row["verdict"], "fails", (policy, stop, row))
        self.assertLessEqual(set(hazards), set(row["hazards"]), (policy, stop, row))

    def test_cells(self):
        self.assertEqual(set(self.all), {(p, s) for p in POLICIES for s in HOW | UNKIND.keys()})
        # A function that waits needs no policy; one that does not needs one (UNBIND-EXPECTED).
        for (policy, stop), cell in self.cell.items():
            bad = policy == "none" and stop != "wait"
            self.assertEqual(cell["verdict"], "fails" if bad else "clean", (policy, stop))
            self.assertEqual("wrong_address_space" in cell["lists"][0]["hazards"], bad)
            self.assertEqual(cell["reached"] + cell["excluded"], cell["places"])
            own = cell["lists"][0]
            self.assertEqual(own["runs"], cell["schedules"])
            # Half of the delays of the first kind wait for what waits for them, where the function waits.
            self.assertGreater(own["runs"] - own["unjudged"], 200 if stop == "wait" else 700)
            self.assertGreater(cell["orders"], 50)

    def test_unkind(self):
        for device, verdicts in UNKIND.items():
            for policy, verdict in zip(POLICIES, verdicts):
                cell = self.all[policy, device]
                self.assertEqual(cell["verdict"], verdict, (policy, device))
                self.assertEqual([row["list"] for row in cell["lists"]], ["as it is"])
                self.assertEqual(cell["reached"] + cell["excluded"], cell["places"], (policy, device))
                own = cell["lists"][0]
                self.assertGreater(own["runs"] - own["unjudged"], 200 if device.startswith("wait") else 600)

    def test_marker_is_needed(self):
        """Where no completion pushes page requests, a drain looks too early, and a Stop Marker comes behind them."""
        drain, marker = (self.all[policy, "marker, nothing pushes"] for policy in ("drain", "stop_marker"))
        self.assertIn("wrong_address_space", drain["lists"][0]["hazards"])
        self.assertEqual(marker["lists"][0]["hazards"], [])
        # Of a function that sends none, stop_marker's time-out is what helps, and no marker: drain has none.
        self.assertIn("wrong_address_space", self.all["drain", "none, nothing pushes"]["lists"][0]["hazards"])

    def test_lies(self):
        for policy in POLICIES:
            self.assertLessEqual({"dma_after_unbind", "wrong_space_dma"},
                                 set(self.all[policy, "keeps requesting"]["lists"][0]["hazards"]))
            self.assertIn("freed_before_invalidated",
                          self.all[policy, "lost invalidation"]["lists"][0]["hazards"])

    def test_no_flush(self):
        self.fails("drain", "none", "without 18 flush_workers", "served_after_free")
        self.fails("drain", "marker", "without 18 flush_workers", "promise_broken.work")
        self.fails("stop_marker", "none", "without 19 flush_workers", "wrong_address_space")

    def test_software_before_hardware(self):
        self.fails("drain", "none", "18 flush_workers before 16 await_handed", "wrong_address_space")
        self.fails("drain", "marker", "18 flush_workers before 16 await_handed", "promise_broken")
        self.fails("stop_marker", "none", "19 flush_workers before 17 await_handed", "wrong_address_space")
        # Its marker comes in time: what stands behind the time-out is not run.
        late = self.of("stop_marker", "marker", "19 flush_workers before 17 await_handed")
        self.assertEqual(late["verdict"], "clean")

    def test_taken_for_handed(self):
        # A marker behind the request covers it up: the thread takes it only when it has handed the request over.
        self.fails("drain", "none", "taken for handed", "wrong_address_space", "promise_broken.in_hand")
        self.assertEqual(self.of("drain", "marker", "taken for handed")["verdict"], "clean")

    def test_invalidation(self):
        for policy in ("none", "drain", "stop_marker"):
            for stop in HOW:
                self.fails(policy, stop, "without 7 atc_inv", "wrong_space_dma", "freed_before_invalidated")
                self.fails(policy, stop, "without 5 tlbi", "wrong_space_dma", "freed_before_invalidated.smmu")
                self.fails(policy, stop, "without 4 cfgi", "wrong_space_dma", "freed_before_invalidated.smmu")

    def test_waits(self):
        self.fails("drain", "none", "without 16 await_handed", "wrong_address_space")
        self.fails("drain", "none", "without 17 discard_parts", "promise_broken.parked")
        self.fails("stop_marker", "marker", "without 14 await_marker", "wrong_address_space")
        self.fails("drain", "none", "without 1 stop_device", "dma_after_unbind", "wrong_space_dma")

    def test_as_its_policy(self):
        """A change that takes nothing from a policy that fails does not look clean."""
        self.assertEqual(self.of("none", "none", "without 14 drained")["verdict"], "as its policy")
        self.assertEqual(self.of("none", "wait", "without 14 drained")["verdict"], "clean")
        for cell in self.table["cells"]:
            if cell["verdict"] == "fails":
                self.assertNotIn("clean", {row["verdict"] for row in cell["lists"]})

    def test_decided(self):
        """No list looks clean because nothing was judged of it."""
        for cell in self.table["cells"]:
            for row in cell["lists"]:
                if row["verdict"] not in ("refused", "fails", "hang"):
                    self.assertGreater(row["runs"] - row["unjudged"], 100, (cell["policy"], cell["device"], row))

    def test_nothing_is_unbound(self):
        """A scenario whose unbind never begins says nothing: it is refused, or its lists are undecided."""
        text = (ROOT / THIN).read_text(encoding="utf-8").replace("address: 0x4000", "address: 0x8000")
        with tempfile.TemporaryDirectory() as folder:
            file, table = pathlib.Path(folder, 'a "thin" one.yaml'), pathlib.Path(folder, "table.json")
            file.write_text(text, encoding="utf-8")
            done = prisim("matrix", "--thin", file, "--json", table)
            if done.returncode == 0:
                cells = json.loads(table.read_text(encoding="utf-8"))["cells"]
                self.assertFalse({cell["verdict"] for cell in cells} & {"clean"}, cells)
            else:
                self.assertEqual(done.returncode, 2, done.stderr)

    def test_refused(self):
        for policy, words in (("drain", "without 21 free"), ("drain", "without 14 snapshot"),
                              ("none", "without 16 free"), ("drain", "15 kick_thread before 14 snapshot")):
            row = self.of(policy, "wait", words)
            self.assertEqual((row["verdict"], row["runs"], row["command"]), ("refused", 0, None))

    def test_commands(self):
        """What stands in the table is what a run of its command finds: of each cell, and of the twins of two."""
        rows = [cell["lists"][0] for cell in self.all.values()]
        rows += self.cell["drain", "none"]["lists"][1:] + self.cell["stop_marker", "marker"]["lists"][1:]
        rows = [row for row in rows if row["command"]]
        self.assertGreater(len(rows), 20)
        for row in rows:
            words = shlex.split(row["command"])
            self.assertEqual(words[0], "prisim")
            done = prisim(*words[1:], "--engine", "native", "-q", "--summary", "-")
            self.assertIn(done.returncode, (1, 4), done.stderr)
            found = {name for name, count in json.loads(done.stdout)["hazards"].items() if count}
            if row["list"] == "as it is":  # all that its schedules found; of one run that is a part
                self.assertLessEqual(found - BY_CHANCE, set(row["hazards"]))
                self.assertTrue(found - BY_CHANCE, row)
            else:
                self.assertLessEqual(set(row["hazards"]), found, row)

    def test_docs(self):
        """Any change of the table shows: a fault of the sweep, of a hash or of a checker is one."""
        text = (ROOT / "docs/matrix.md").read_text(encoding="utf-8")
        self.assertEqual(self.markdown, text.split(MARKS[0])[1].split(MARKS[1])[0])

    def test_text(self):
        """It has what the JSON has."""
        for cell in self.table["cells"]:
            self.assertIn(f"\n{cell['policy']}, device: {cell['device']}: {cell['verdict']}\n", self.text)
            for row in cell["lists"]:
                self.assertIn(row["list"], self.text)
                if row["command"]:
                    self.assertIn(f"    {row['command']}\n", self.text)
        self.assertIn(f"\n{self.table['runs']} runs\n", self.text)


class Refused(unittest.TestCase):
    def refuses(self, words, *arguments):
        done = prisim("matrix", *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_arguments(self):
        self.refuses("expected --thin")
        self.refuses("expected a file other than the scenario", "--thin", "--json", THIN)
        self.refuses("expected two files", "--thin", "--json", "build/same", "--markdown", "build/same")
        self.refuses("No such file or directory", "--thin", "--json", "no/such/folder")
        self.refuses("--jobs: expected 1..256: 0", "--thin", "--jobs", "0")
        self.refuses("expected one scenario file: b", "--thin", "a", "b")
        self.refuses("nowhere.yaml", "--thin", "nowhere.yaml")
        # a scenario that has not the steps that the table moves
        self.refuses("expected the event that it waits for", "--thin", "scenarios/unbind_while_queued.yaml")

    def test_lists(self):
        for setting, words in (("unbind_without=22", "at most the number of steps of its list"),
                               ("unbind_without=21", "a list that frees the PASID"),
                               ("unbind_move=3", "with unbind_move at least 1 and less than that"),
                               ("unbind_before=3", "with unbind_move at least 1 and less than that")):
            done = prisim("run", THIN, "--set", "system.driver." + setting)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)

    def test_interrupted(self):
        with subprocess.Popen([PRISIM, "matrix", "--thin", "--jobs", "2"], cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            time.sleep(4)
            children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True,
                                      check=False).stdout.split()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.communicate()[0], b"")
            self.assertEqual(process.returncode, -signal.SIGTERM)
        for child in children:
            self.assertFalse(pathlib.Path("/proc", child, "exe").exists(), child)


class EveryCycle(unittest.TestCase):
    """Halving takes for granted that between two positions with one order there is no other."""

    def orders(self, *arguments):
        done = prisim("sweep", THIN, *arguments)
        self.assertIn(done.returncode, (0, 1, 4), done.stderr)
        return list(csv.DictReader(line for line in done.stdout.splitlines() if not line.startswith("#")))

    def test_cells(self):
        cells = (("drain", "marker"), ("none", "none"), ("stop_marker", "none"))
        for policy, stop in cells if NIGHT else cells[:1]:
            settings = ("--set", f"system.driver.unbind={policy}", "--set", f"system.endpoints.nic.stop={stop}")
            halved = self.orders(*settings, "--orders", "race")
            last = max(int(row["timeline.race.after"]) + int(row["positions"]) - 1 for row in halved)
            every = self.orders(*settings, "--vary", f"timeline.race.after=1..{last}", "--orders-of",
                                "driver,pri_queue,endpoint")
            self.assertEqual(len(every), last)
            self.assertGreater(len(halved), 20)
            self.assertEqual({row["order"] for row in every}, {row["order"] for row in halved}, (policy, stop))
            for order in {row["order"] for row in every}:
                judged = {re.sub(r":\d+", "", row["hazards"]) for row in every if row["order"] == order}
                self.assertEqual(len(judged), 1, (policy, stop, order))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
