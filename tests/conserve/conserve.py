#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost where everything is full: thirty-two functions with thirty-two credits into 1,024 entries, DMA in the
background (full.yaml). A build with PRISIM_CHECKED asks each endpoint after each step; here the whole run is counted.

  conserve.py PRISIM [TIMES]
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
PRISIM, TIMES = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
FUNCTIONS, ASKED, LOADED, PAGES, LINES = 32, 45 * TIMES, 400 * TIMES, 2, 128


def made(times):
    return subprocess.run([sys.executable, HERE / "make.py", str(times)], capture_output=True, text=True,
                          check=True).stdout


class Conserve(unittest.TestCase):
    def test_file(self):
        self.assertEqual(made(1), (HERE / "full.yaml").read_text(encoding="utf-8"))

    def test_run(self):
        with tempfile.TemporaryDirectory() as folder:
            file, log, summary = (pathlib.Path(folder, name) for name in ("full.yaml", "log.jsonl", "summary.json"))
            file.write_text(made(TIMES), encoding="utf-8")
            done = subprocess.run([PRISIM, "run", file, "--engine", "native", "-q", "--log", log, "--summary", summary],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.told(json.loads(summary.read_text(encoding="utf-8")))
            with log.open(encoding="utf-8") as lines:
                self.counted(lines)

    def told(self, summary):
        self.assertGreater(summary["cycles"], 1_000_000 * TIMES)
        self.assertEqual({name for name, count in summary["hazards"].items() if count}, set())
        counters = summary["counters"]
        self.assertEqual(counters["jobs"], FUNCTIONS * (ASKED + LOADED))
        self.assertGreater(counters["queue_peak"], 800)  # it was full of what the credits allow, nearly
        self.assertEqual(counters["dropped"] + counters["auto_responses"], 0)

    def counted(self, lines):
        """Every TLP that entered the fabric left it, every group has one answer, every page was asked for once."""
        fabric, groups, requests, writes = collections.Counter(), collections.Counter(), set(), 0
        for line in lines:
            if '"fabric.enter"' in line or '"fabric.leave"' in line:
                event = json.loads(line)
                fabric[event["tlp"]] += 1 if event["event"] == "fabric.enter" else -1
            elif '"endpoint.page_request"' in line:
                event = json.loads(line)
                requests.add((event["at"], event["address"]))
                groups[event["at"]] += "L" in event["access"]
            elif '"endpoint.response"' in line:
                groups[json.loads(line)["at"]] -= 1
            elif '"endpoint.dma"' in line and '"write":true' in line:
                writes += 1
        self.assertGreater(len(fabric), 100_000 * TIMES)
        self.assertEqual({tlp for tlp, count in fabric.items() if count}, set())
        self.assertEqual({at for at, count in groups.items() if count}, set())
        self.assertEqual(len(requests), FUNCTIONS * ASKED * PAGES)
        self.assertEqual(writes, FUNCTIONS * ASKED * LINES)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
