#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the program's commands take as arguments, how they refuse others, and what `vectors` says that it wrote.

  arguments.py PRISIM ROOT
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
PASS = ROOT / "scenarios/basics/served_in_peace.yaml"
OTHER = ROOT / "scenarios/overflow/ack_late.yaml"


def prisim(*arguments):
    return subprocess.run([PRISIM, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


class Arguments(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def refused(self, said, *arguments):
        done = prisim(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", f"prisim: {said}\n"))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_commands(self):
        done = prisim()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("prisim run FILE...", done.stderr)
        for word in ("--help", "-h", "help"):
            self.assertEqual((prisim(word).returncode, prisim(word).stdout), (0, done.stderr))
        self.assertRegex(prisim("--version").stdout, r"^prisim [0-9]+\.[0-9]+\.[0-9]+\n$")
        for name in ("run", "regress", "sweep", "matrix", "describe", "log", "vectors"):
            self.assertIn(f"\n  prisim {name} ", done.stderr)
        self.refused("expected a command, one of prisim --help: ran", "ran", PASS)

    def test_run(self):
        one_file = "run: --{} is for one scenario file"
        self.refused("run: expected at least one scenario file", "run")
        self.refused(one_file.format("log"), "run", PASS, OTHER, "--log", self.folder / "log")
        self.refused(one_file.format("summary"), "run", PASS, OTHER, "--summary", self.folder / "summary")
        self.refused(one_file.format("summary"), "run", PASS, OTHER, "--summary", "-")
        self.refused("--pri-queue: expected c or rtl: verilog", "run", PASS, "--pri-queue", "verilog")
        done = prisim("run", PASS, "--engine", "nativ")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "^prisim: --engine: expected systemc, systemc-clocked or native: nativ\n$")
        self.assertEqual(prisim("run", PASS, "--loud").returncode, 2)
        self.assertEqual(prisim("run", PASS, "-q", "--engine", "native", "--pri-queue", "c").returncode, 0)
        self.refused("too many files: expected at most 256", "run", *[PASS] * 257)

    def test_settings(self):
        settings = ["--set", "limits.group=0"] * 63
        self.assertEqual(prisim("run", PASS, "-q", *settings, "--until", 9999999).returncode, 0)
        self.refused("too many settings: expected at most 64 of --set, --seed and --until", "run", PASS, *settings,
                     "--set", "limits.group=0", "--until", 9999999)
        self.refused(f"value too long: {'9' * 500}", "run", PASS, "--until", "9" * 500)
        done = prisim("run", PASS, "--seed", 1)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, "", "--set:1:1: seed: not in this version: nothing in a run is drawn at random\n"))
        for last in (3000, 4000):  # they hold in the order in which they stand
            done = prisim("run", PASS, "-q", "--summary", "-", "--set", "limits.cycles=2000", "--until", last)
            self.assertEqual(json.loads(done.stdout)["cycles"], last)
        done = prisim("run", PASS, "-q", "--summary", "-", "--until", 3000, "--set", "limits.cycles=2000")
        self.assertEqual(json.loads(done.stdout)["cycles"], 2000)

    def test_describe(self):
        self.refused("describe: expected at most one key", "describe", "limits", "expect")
        self.refused("describe: nothing: expected a key, an event or a hazard, or the beginning of one", "describe",
                     "nothing")
        text = prisim("describe", "limits.").stdout
        self.assertEqual([line for line in text.splitlines() if line.startswith("limits.")],
                         ["limits.cycles", "limits.unbind", "limits.group", "limits.livelock"])
        self.assertTrue(prisim("describe", "--markdown", "limits.cycles").stdout.count("|"))
        # What nothing can raise says so, what can be raised does not.
        self.assertIn("(not judged in this version", prisim("describe", "stale_tlb").stdout)
        self.assertNotIn("not judged", prisim("describe", "ordering.software").stdout)
        self.assertNotIn("not judged", prisim("describe", "wrong_address_space").stdout)

    def test_vectors(self):
        out = self.folder / "v"
        self.refused("vectors: expected --out DIR", "vectors")
        self.refused("vectors: arguments: expected options only: more", "vectors", "--out", out, "more")
        for cycles in ("0", "1000001", "-1", "+5", "5x", "", "99999999999999999999"):
            self.refused(f"vectors: --cycles: expected 1..1000000: {cycles}", "vectors", "--out", out, "--cycles",
                         cycles)
        self.refused("vectors: --seed: expected a number: one", "vectors", "--out", out, "--seed", "one")
        for setting in ("pps", "ppss=1", "pp=1", "=1"):
            self.refused(f"vectors: --set: expected PARAMETER=NUMBER (prisim vectors --help): {setting}", "vectors",
                         "--out", out, "--set", setting)
        self.refused("vectors: --set: expected a number: 4294967296", "vectors", "--out", out, "--set",
                     "pps=4294967296")
        self.assertEqual(prisim("vectors", "--out", out, "--set", "size_log2_max=99").returncode, 2)

    def test_vectors_say_how_to_make_them_again(self):
        out = self.folder / "a b"
        done = prisim("vectors", "--out", out, "--cycles", 50, "--seed", 7, "--set", "pps=1", "--set",
                      "write_latency=3")
        self.assertEqual((done.returncode, done.stdout), (0, f"{out}: 50 cycles, seed 7\n"))
        files = {name: (out / name).read_bytes() for name in ("inputs.hex", "expected.hex", "mask.hex", "README.txt")}
        command = (out / "command.txt").read_text()
        self.assertIn(" --cycles 50 --seed 7", command)
        self.assertIn(" --set pps=1", command)
        self.assertIn(" --set write_latency=3", command)
        self.assertNotIn("records_in_flight", command)
        for path in out.iterdir():
            path.unlink()
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
        self.assertEqual({name: (out / name).read_bytes() for name in files}, files)
        prisim("vectors", "--out", out, "--cycles", 50, "--seed", 8)
        self.assertNotEqual((out / "inputs.hex").read_bytes(), files["inputs.hex"])

    def test_regress(self):
        self.refused("regress: expected a folder of scenarios", "regress")
        self.refused("regress: expected either --bless or --verdicts", "regress", PASS, "--bless", "--verdicts")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
