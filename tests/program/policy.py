#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A policy as a list of one's own (system.driver.own, --policy FILE): what a preset does a list of the same steps does,
cycle for cycle; a list with a step left out or moved does what the matrix's twin of the preset does; what cannot be
executed is refused and writes nothing; what is questionable is told in one line and runs. And `prisim describe` prints
lists that can be run.

  policy.py PRISIM ROOT [ENGINE...]
"""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

# Not reject, for whose promise one of one's own has no words; nor flags, which is refused without one.
PRESETS = {"none": 0, "drain": 1, "stop_marker": 2, "drain_batch": 4, "prod_snapshot": 6, "defer_recycle": 7,
           "leak_ok": 8, "pri_reset": 9, "detach_only": 10, "flr": 11,
           "marker_unbinds": 13, "quiet_cd": 14, "linux_2024": 15}
RACE = "scenarios/unbind_while_queued.yaml"
RACES = (RACE, "scenarios/drain/drain_order.yaml", "scenarios/profiles/marker_never.yaml",
         "scenarios/invalidation/late_link_kept.yaml")


def run(*arguments, code=None):
    done = subprocess.run([PRISIM, "run", "-q", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    if code is not None:
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def described():
    """Preset -> the lines of its list, as a policy's file."""
    text = subprocess.run([PRISIM, "describe", "system.driver.unbind"], capture_output=True, text=True,
                          check=True).stdout
    lists = {}
    for line in text.splitlines():
        preset = re.fullmatch(r"    (\w+): # P\d+.*", line)
        if preset:
            lines = lists[preset[1]] = []
        elif line.startswith("    #"):
            break
        elif lists:
            lines.append(line[6:])
    return {name: "\n".join(lines) + "\n" for name, lines in lists.items()}


class Own(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.at = Path(self.folder.name)

    def policy(self, text, name="policy.yaml"):
        (self.at / name).write_text(text)
        return self.at / name

    def log(self, scenario, *arguments, own=None):
        """The run's log, with the number of its policies as that of `own`."""
        file = self.at / "log.jsonl"
        done = run(scenario, "--log", file, *arguments)
        self.assertIn(done.returncode, (0, 1, 4), done.stderr)
        text = file.read_text()
        if own is not None:
            number = len(PRESETS_OF)
            self.assertIn(f'"policy":{number}}}', text)
            text = text.replace(f'"policy":{number}}}', f'"policy":{own}}}')
        return text, done

    def test_the_lists_of_the_presets(self):
        self.assertLessEqual(set(PRESETS), set(PRESETS_OF))
        for name, number in PRESETS.items():
            policy = self.policy(PRESETS_OF[name])
            for scenario in RACES:
                for engine in ENGINES:
                    with self.subTest(preset=name, scenario=scenario, engine=engine):
                        preset, first = self.log(scenario, "--engine", engine, "--set", f"system.driver.unbind={name}")
                        own, second = self.log(scenario, "--engine", engine, "--policy", policy, own=number)
                        self.assertEqual(preset, own)
                        self.assertEqual((first.returncode, first.stdout), (second.returncode, second.stdout))

    def test_short_words(self):
        short = self.policy("on_unbind: [stop, inv, {if: refusing, do: leave_lookup}, snapshot, kick_thread, "
                            "await_handed, discard_parts, flush_workers, release]\n"
                            "promise: {from: H2, to: R0, timed_out: {from: H2, to: R0}}\n")
        self.assertEqual(self.log(RACE, "--policy", short)[0],
                         self.log(RACE, "--policy", self.policy(PRESETS_OF["drain"], "long.yaml"))[0])

    def test_twins(self):
        """A list with a change is the preset with the setting of that change, and does the same harm."""
        steps = re.split(r",\s*(?![^{]*})", re.search(r"\[(.*)\]", PRESETS_OF["drain"], re.S)[1].strip())
        promise = PRESETS_OF["drain"][PRESETS_OF["drain"].index("promise:"):]
        self.assertEqual((steps[6], steps[15], steps[17]), ("atc_inv", "await_handed", "flush_workers"))
        changes = (
            ("scenarios/drain/drain_atc_inv.yaml", ["unbind_without=7"], steps[:6] + steps[7:]),
            ("scenarios/drain/drain_handed.yaml", ["unbind_without=16"], steps[:15] + steps[16:]),
            ("scenarios/drain/drain_order.yaml", ["unbind_move=18", "unbind_before=14"],
             steps[:13] + [steps[17]] + steps[13:17] + steps[18:]),
        )
        for scenario, settings, changed in changes:
            with self.subTest(settings=settings):
                policy = self.policy(f"on_unbind: [{', '.join(changed)}]\n{promise}")
                twin, first = self.log(scenario, *(f"--set=system.driver.{s}" for s in settings))
                own, second = self.log(scenario, "--policy", policy, own=PRESETS["drain"])
                self.assertEqual(twin, own)
                self.assertEqual((second.returncode, first.stdout), (1, second.stdout))

    def test_twins_of_an_own_list(self):
        policy = self.policy(PRESETS_OF["drain"])
        self.assertEqual(self.log(RACE, "--policy", policy, "--set=system.driver.unbind_without=16",
                                  own=PRESETS["drain"])[0],
                         self.log(RACE, "--set=system.driver.unbind=drain", "--set=system.driver.unbind_without=16")[0])

    def test_a_setting_comes_after_it(self):
        policy = self.policy(PRESETS_OF["drain"])
        self.assertEqual(self.log(RACE, "--policy", policy, "--set=system.driver.unbind=none")[0], self.log(RACE)[0])

    def test_refused(self):
        """Exit 2, one line with the file's own place, and nothing is written."""
        cases = (
            ("on_unbind: [stop, await_handed, free]\n", "1:19: system.driver.own.on_unbind.1: expected a snapshot"),
            ("on_unbind:\n  - enter\n  - pray\n  - free\n", "3:5: system.driver.own.on_unbind.1: unknown step: "),
            ("- enter\n", "1:1: system.driver.own: expected a map, not a list"),
            ("on_unbind: [enter, free]\nunbind: own\n", "2:1: system.driver.own.unbind: unknown key: expected one of "),
            ("on_unbind: [enter\n", "2:1: yaml: "),
            ("", "1:1: yaml: expected a scenario, not an empty file"),
        )
        for text, told in cases:
            with self.subTest(text=text):
                policy, log = self.policy(text), self.at / "none.jsonl"
                done = run(RACE, "--policy", policy, "--log", log, code=2)
                self.assertTrue(done.stderr.startswith(f"{policy}:{told}"), done.stderr)
                self.assertEqual((done.stderr.count("\n"), done.stdout, log.exists()), (1, "", False))
        done = run(RACE, "--policy", self.at / "nowhere.yaml", code=2)
        self.assertEqual(done.stderr, f"{self.at}/nowhere.yaml: No such file or directory\n")

    def test_warned(self):
        """One line each, on standard error; the exit status is the run's. Not of a list that nobody runs."""
        policy = self.policy("on_unbind:\n  - stop\n  - inv\n  - {if: refusing, do: leave_lookup}\n"
                             "  - flush_workers\n  - release\n")
        done = run("scenarios/drain/drain_flush.yaml", "--policy", policy)
        self.assertEqual(done.stderr, f"{policy}:5:5: system.driver.own.on_unbind.3: warning: flush_workers before "
                         "await_handed or await_marker: work may be queued behind it (UNBIND-S-06)\n")
        self.assertEqual(run(RACE, "--policy", policy, "--set=system.driver.unbind=none", code=0).stderr, "")

    def test_other_commands(self):
        policy = self.policy(PRESETS_OF["drain"])
        rows = {}
        for name, arguments in (("own", ["--policy", policy]), ("drain", ["--set=system.driver.unbind=drain"])):
            out = subprocess.run([PRISIM, "sweep", RACE, "--vary", "timeline.race.after=1..400:200", "--jobs", "1",
                                  *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
            self.assertEqual(out.stderr, "")
            rows[name] = [line.rpartition(",")[0] for line in out.stdout.splitlines()[2:]]
            self.assertEqual("policy" in out.stdout.splitlines()[0], name == "own")
        self.assertTrue(rows["own"])
        self.assertEqual(rows["own"], rows["drain"])
        log, page = self.at / "run.jsonl", self.at / "run.html"
        run(RACE, "--policy", policy, "--log", log)
        subprocess.run([PRISIM, "view", log, "--scenario", RACE, "--policy", policy, "-o", page], cwd=ROOT, check=True)

    def test_page(self):
        """docs/policies.md: what it prints is what its commands print, and each step has its row."""
        page = (ROOT / "docs/policies.md").read_text()
        printed = re.findall(r"^```sh\n([^`]*)```\n\n```text\n([^`]*)```", page, re.M)
        self.assertGreaterEqual(len(printed), 4)
        for command, words in printed:
            line = command.strip().splitlines()[-1]
            words = words.replace("\\\n", "")
            with self.subTest(command=line):
                done = subprocess.run(["bash", "-c", line.replace("build/prisim", str(PRISIM)) + "\n"], cwd=ROOT,
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.stderr + done.stdout).splitlines(), words.splitlines())
                expected = re.search(r"# exit (\d)", line)
                self.assertEqual(done.returncode, int(expected[1]) if expected else 0)
        steps = re.findall(r"^POLICY_STEP\((\w+)", (ROOT / "driver/unbind/policy_steps.def").read_text(), re.M)
        for step in steps:
            self.assertRegex(page, rf"(?m)^\| `{step.lower()}`", step)
        example = re.search(r"^```yaml\n([^`]*)```", page, re.M)[1]
        self.assertIn(example, (ROOT / "examples/policies/cure.yaml").read_text())

    def test_it_is_named(self):
        policy = self.policy(PRESETS_OF["drain"])
        done = subprocess.run([PRISIM, "run", RACE, "--policy", policy, "--points"], cwd=ROOT, capture_output=True,
                              text=True, check=False)
        self.assertIn("policy own", done.stdout)


if __name__ == "__main__":
    PRISIM, ROOT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    ENGINES = sys.argv[3:] or ["native"]
    PRESETS_OF = described()
    unittest.main(argv=sys.argv[:1])
