#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of `prisim run` and what it is asked to be about. Which rows it must have is worked out from the JSON log
of the same run, line by line, by what docs/output.md says of each option.

  report.py PRISIM ROOT ENGINE...
"""

import json
import os
import pathlib
import pty
import random
import re
import select
import subprocess
import sys
import tempfile
import unittest

PRISIM, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
ENGINES = sys.argv[3:]
RACE = ROOT / "scenarios/unbind_while_queued.yaml"
TWO = ROOT / "scenarios/basics/two_endpoints.yaml"
LARGE = ROOT / "scenarios/overflow/overflow.yaml"
ENDLESS = ROOT / "tests/program/endless.yaml"
FIRST, LAST, AROUND = 120, 80, 500
WIDTH = 100

# What the report tells by itself; smmu.translate and endpoint.pri_off not always.
TOLD = set("""
    endpoint.page_request endpoint.page_request_sent endpoint.stop_marker endpoint.response endpoint.start endpoint.stop
    endpoint.stopped endpoint.pri_off fabric.unroutable smmu.page_request smmu.translate smmu.prg_response
    smmu.atc_timeout smmu.event smmu.event_overflow smmu.gerror pri_queue.drop pri_queue.write pri_queue.lost
    pri_queue.prod pri_queue.overflow pri_queue.response pri_queue.abort interconnect.interrupt interconnect.abort
    interconnect.full driver.interrupt driver.interrupt_lost driver.take
    driver.marker driver.park driver.enqueue driver.resolve driver.page
    driver.respond driver.discard driver.stop driver.stop_seen driver.unbind driver.clear driver.invalidated
    driver.unbind_returned driver.asid_given driver.asid_freed driver.frame_given driver.object_made
    driver.object_freed driver.access driver.not_invalidated
    driver.sync_timeout driver.atc_inv_lost driver.left_lookup driver.drained driver.free driver.bind driver.refused
    driver.hold driver.release driver.fault_event driver.gerror premise.broken""".split())
OWN = ("cycle", "at", "event", "point")


def run(*arguments, **more):
    return subprocess.run([PRISIM, "run", *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          check=False, **more)


def told(line):
    if line["event"] == "smmu.translate":
        return line["cause"] not in ("translated", "bypass")
    if line["event"] == "endpoint.pri_off":
        return line["groups"] != 0 or line["cause"] == "response_failure"
    return line["event"] in TOLD


class Log:
    """A run's log, and of each line what it has under each key."""

    def __init__(self, path, endpoints):
        self.lines = [json.loads(text) for text in path.read_text().splitlines()]
        self.endpoints = endpoints
        taken = {}
        for line in self.lines:
            if line["event"] == "driver.take":
                taken[line["item"]] = line
            line["has"] = {key: value for key, value in line.items() if key not in OWN}
            if line["event"] == "driver.page":
                line["has"].update({key: taken[line["item"]][key] for key in ("pasid", "prgi", "stream_id")})
            if "prgi" in line["has"]:
                line["has"]["group"] = line["has"]["prgi"]
            if self.endpoint(line) is not None:
                line["has"]["endpoint"] = self.endpoint(line)
            line["has"]["at"] = line["at"]
            line["has"]["event"] = line["event"]
            if "point" in line:
                line["has"]["point"] = line["point"]

    def endpoint(self, line):
        if line["at"].startswith("endpoint["):
            return line["at"][9:-1]
        if "stream_id" in line["has"]:
            index = (int(line["has"]["stream_id"], 16) - 0x100) // 8
        elif "link" in line:
            index = line["link"]
        elif "tlp" in line:
            index = (int(line["tlp"], 16) >> 24) - 6
        else:
            return None
        return self.endpoints[index] if 0 <= index < len(self.endpoints) else None

    def expected(self, terms, points=False, around=None, everything=False):
        """The lines that the table must have; `terms`: key and the texts of its values."""
        for line in self.lines:
            if not all(any(holds(line["has"], key, text) for text in texts) for key, texts in terms.items()):
                continue
            if points and "point" not in line:
                continue
            if around and abs(line["cycle"] - around[0]) > around[1]:
                continue
            if everything or "event" in terms or told(line):
                yield line


def text_of(value):
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def number(text):
    return int(text, 16) if str(text).startswith("0x") else int(text)


def holds(has, key, text):
    if key not in has:
        return False
    value = has[key]
    if key == "event":
        names = {line for line in ALL_EVENTS if line.startswith(text)}
        return value in ({text} if text in names else names)
    if key == "point":
        return value.startswith(text)
    if key == "at":
        return text in (value, value.split("[")[0])
    if ".." in text:
        low, high = map(number, text.split(".."))
        return value is not None and low <= number(value) <= high
    if isinstance(value, int) and not isinstance(value, bool) or str(value).startswith("0x"):
        return text != "none" and number(text) == number(value)
    return text == text_of(value)


ALL_EVENTS = [line.split("`")[1] for line in (ROOT / "docs/scenarios.md").read_text().split("## Events")[1]
              .split("## Causes")[0].splitlines() if line.startswith("| `")]


class Rows:
    """The table of a report: (cycle, point, where, cause) of each row, and what else is said."""

    def __init__(self, text):
        self.text = text
        lines = text.splitlines()
        head = next(i for i, line in enumerate(lines) if line.startswith("    cycle  pt   where"))
        what, why = lines[head].index("what"), lines[head].index("why")
        self.rows, self.words, self.gap = [], [], None
        for line in lines[head + 1:]:
            left_out = re.fullmatch(r" +\.\.\. (\d+) events left out; --log keeps them all \.\.\.", line)
            if left_out:
                self.gap = (len(self.rows), int(left_out[1]))
            elif re.match(r" *\d+  ", line[:11]):
                self.rows.append((int(line[:9]), line[11:14].strip(), line[16:what].strip(), line[why:].strip()))
                self.words.append(line[what:why].strip())
                assert line[14:16] == line[what - 2:what] == "  ", f"the columns are not aligned: {line}"
            elif line and not line.startswith(" " * (what + 2)):
                break
            elif not line:
                break
        self.nothing = " ".join(" ".join(lines[head + 1:]).split()) if not self.rows else ""


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.logs = {}
        for name, scenario, endpoints in (("race", RACE, ["nic"]), ("two", TWO, ["nic", "disk"]),
                                          ("large", LARGE, ["nic"])):
            path = cls.folder / name
            run(scenario, "-q", "--engine", "native", "--log", path)
            cls.logs[scenario] = Log(path, endpoints)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def check(self, scenario, options, terms, engine="native", **asked):
        """The table has what the log says that it must."""
        log = self.logs[scenario]
        wanted = list(log.expected(terms, **asked))
        done = run(scenario, "--engine", engine, *options)
        self.assertEqual(done.stderr, "")
        said = Rows(done.stdout)
        rows = [(line["cycle"], line.get("point", ""), line["at"],
                 line["cause"] if line.get("cause", "none") != "none" else "") for line in wanted]
        gap = None
        if len(rows) > FIRST + LAST and not asked.get("everything"):
            gap = (FIRST, len(rows) - FIRST - LAST)
            rows = rows[:FIRST] + rows[-LAST:]
            wanted = wanted[:FIRST] + wanted[-LAST:]
        self.assertEqual(said.rows, rows, options)
        self.assertEqual(said.gap, gap, options)
        for line, words in zip(wanted, said.words):
            self.assertEqual(words.startswith(f"{line['event']}"), not told(line), (options, words))
        total = re.search(r"^filtered: (\d+) of (\d+) events; what is under way, hazards and verdict are of the whole "
                          r"run$", done.stdout, re.M)
        filtered = terms or asked.get("points") or asked.get("around")
        self.assertEqual([int(n) for n in total.groups()] if total else None,
                         [len(list(log.expected(terms, **asked))), len(log.lines)] if filtered else None, options)
        # All that stands behind the table is as it is without options.
        self.assertEqual(after(done.stdout), after(run(scenario, "--engine", engine).stdout))
        return said

    # ---- rows

    def test_without_options(self):
        for scenario in self.logs:
            self.check(scenario, [], {})

    def test_all(self):
        for engine in ENGINES:
            for scenario in (RACE, TWO):
                self.check(scenario, ["--all"], {}, engine, everything=True)
        self.check(LARGE, ["--all"], {}, everything=True)

    def test_each_key(self):
        """Every key that a line of the log has, with its value."""
        for scenario in (RACE, TWO):
            pairs = sorted({(key, text_of(value)) for line in self.logs[scenario].lines
                            for key, value in line["has"].items()})
            chance = random.Random(14)
            by_key = {}
            for key, text in pairs:
                by_key.setdefault(key, []).append(text)
            self.assertGreater(len(by_key), 30)
            for key, texts in sorted(by_key.items()):
                text = chance.choice(texts)
                self.check(scenario, ["--all", "--only", f"{key}={text}"], {key: [text]}, everything=True)

    def test_combined(self):
        chance = random.Random(15)
        for trial in range(60):
            scenario = chance.choice(list(self.logs))
            log = self.logs[scenario]
            line = chance.choice(log.lines)
            keys = chance.sample(sorted(line["has"]), min(len(line["has"]), chance.choice((1, 1, 2, 3))))
            terms = {key: [text_of(line["has"][key])] for key in keys}
            other = chance.choice(log.lines)
            terms.update({key: texts + [text_of(other["has"][key])] for key, texts in terms.items()
                          if key in other["has"] and chance.random() < 0.5})
            options, asked = [], {}
            if chance.random() < 0.3:
                options.append("--points")
                asked["points"] = True
            if chance.random() < 0.3:
                within = chance.choice((0, 50, 500, 3000))
                options += ["--around", f"{line['cycle']}" + (f"+-{within}" if within != AROUND else "")]
                asked["around"] = (line["cycle"], within)
            if chance.random() < 0.5:
                options.append("--all")
                asked["everything"] = True
            words = [f"{key}={text}" for key, texts in terms.items() for text in texts]
            chance.shuffle(words)
            cut = chance.randint(0, len(words))
            for part in (words[:cut], words[cut:]):
                options += ["--only", ",".join(part)] if part else []
            wanted = list(log.expected(terms, **asked))
            if wanted:
                self.check(scenario, options, terms, chance.choice(ENGINES), **asked)

    def test_how_values_match(self):
        self.check(RACE, ["--only", "event=driver."], {"event": ["driver."]})
        self.check(RACE, ["--only", "point=S"], {"point": ["S"]})
        self.check(TWO, ["--only", "at=endpoint"], {"at": ["endpoint"]})
        self.check(TWO, ["--only", "at=endpoint[disk]"], {"at": ["endpoint[disk]"]})
        self.check(RACE, ["--only", "address=0x4000"], {"address": ["16384"]})
        self.check(RACE, ["--only", "address=16384..0x5000", "--all"], {"address": ["16384..0x5000"]}, everything=True)
        self.check(RACE, ["--only", "pasid=none", "--all"], {"pasid": ["none"]}, everything=True)
        self.check(RACE, ["--only", "pasid=0..5", "--all"], {"pasid": ["0..5"]}, everything=True)
        self.check(RACE, ["--only", "space=B"], {"space": ["B"]})

    def test_whole_names(self):
        """Of an event that is named wholly, nothing that only begins so."""
        whole = [name for name in ALL_EVENTS if any(other != name and other.startswith(name) for other in ALL_EVENTS)]
        self.assertIn("endpoint.invalidate", whole)
        for name in ("endpoint.invalidate", "driver.stop", "endpoint.page_request"):
            self.check(RACE, ["--only", f"event={name}"], {"event": [name]})

    def test_around_is_inclusive(self):
        cycle = next(line["cycle"] for line in self.logs[RACE].lines if line["event"] == "driver.interrupt")
        for within, there in ((99, False), (100, True), (101, True)):
            for about in (cycle - 100, cycle + 100):
                done = run(RACE, "--engine", "native", "--around", f"{about}+-{within}", "--only", "point=I1")
                self.assertEqual(bool(Rows(done.stdout).rows), there)
        self.check(RACE, ["--around", cycle - AROUND], {}, around=(cycle - AROUND, AROUND))
        self.check(RACE, ["--around", "0"], {}, around=(0, AROUND))
        self.check(RACE, ["--around", "5+-18446744073709551615"], {}, around=(5, 2**64 - 1))

    # ---- what is said when nothing is left

    def nothing(self, scenario, said, *options):
        done = run(scenario, "--engine", "native", *options)
        rows = Rows(done.stdout)
        self.assertEqual(rows.rows, [])
        self.assertTrue(rows.nothing.startswith(said + " filtered: 0 of "), rows.nothing)
        self.assertEqual(after(done.stdout), after(run(scenario, "--engine", "native").stdout))
        self.assertFalse([line for line in done.stdout.splitlines() if len(line) > WIDTH])

    def test_nothing(self):
        self.nothing(RACE, "no event has pasid=7; values of pasid in this run: none, 1", "--only", "pasid=7")
        self.nothing(RACE, "no event has pasid=7 or pasid=8; values of pasid in this run: none, 1", "--only",
                     "pasid=7,point=S2", "--only", "pasid=8")
        self.nothing(RACE, "no event has item=9..12; values of item in this run: 0, 1", "--only", "item=9..12")
        self.nothing(RACE, "no event has stag=1; values of stag in this run: none", "--only", "stag=1")
        self.nothing(RACE, "no event has at=checkers; values of at in this run: timeline, smmu, pri_queue, fabric, "
                     "endpoint[nic], driver, interconnect", "--only", "at=checkers")
        self.nothing(RACE, "no event has event=driver.park; values of event in this run: "
                     + ", ".join(first_values(self.logs[RACE], "event", 8)) + " and others", "--only",
                     "event=driver.park")
        lines = self.logs[RACE].lines
        values = sorted({number(line["value"]) for line in lines if "value" in line})
        self.assertGreater(len(values), 8)
        self.nothing(RACE, f"no event has value=0x123; values of value in this run: {values[0]:#x}..{values[-1]:#x}",
                     "--only", "value=0x123")
        spaces = [line for line in lines if line["has"].get("space") == "B"]
        points = [line for line in lines if line.get("point") == "E0"]
        self.nothing(RACE, f"no event has all of it; each alone: space=B {len(spaces)}, point=E0 {len(points)}",
                     "--only", "space=B,point=E0")
        commands = [line for line in lines if line["event"] == "smmu.command"]
        self.nothing(RACE, f"no such event marks a point; without --points: {len(commands)}", "--points", "--only",
                     "event=smmu.command")
        last = max(line["cycle"] for line in lines)
        self.nothing(RACE, f"no such event from cycle 99499 to 100499; the nearest: {last}", "--around", "99999")
        points = [line["cycle"] for line in lines if line.get("point") in ("S0", "S3")]
        self.nothing(RACE, f"no such event from cycle 28990 to 29010; the nearest: {points[-2]} and {points[-1]}",
                     "--around", "29000+-10", "--only", "point=S0,point=S3")
        first = next(line["cycle"] for line in lines if line.get("point") == "S0")
        self.nothing(RACE, f"no such event from cycle 0 to 505; the nearest: {first}", "--around", "5", "--only",
                     "point=S0")
        untold = [line for line in lines if line["has"].get("tlp") == "0x6000001" and not told(line)]
        self.nothing(RACE, f"the report leaves out what matches by itself; with --all: {len(untold)} events", "--only",
                     "tlp=0x6000001")

    # ---- what is refused before the run

    def refused(self, said, *options):
        log = self.folder / "not_written"
        done = run(RACE, "--log", log, *options)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", f"prisim: run: {said}\n"))
        self.assertFalse(log.exists())

    def test_refused(self):
        keys = ("no such key: expected endpoint, at, event, point, group, or a field of an event (prisim describe "
                "lists them)")
        points = "expected a letter or one of E0 E1 R2 U1 H0 R1 H1 H2 I0 I1 S0 S1 S2 S3 R0 U0 U2 U3 U4 U5 U6 U7"
        for term, said in (("pasdi=1", f"{keys}; did you mean pasid?"), ("pont=S2", f"{keys}; did you mean point?"),
                           ("colour=red", keys), ("pasid", "expected KEY=VALUE"), ("=1", "expected KEY=VALUE"),
                           ("", "expected KEY=VALUE"), ("pasid=", "expected a value"),
                           ("pasid=x", "expected a number, A..B or none"),
                           ("pasid=5..1", "expected a number, A..B or none"),
                           ("item=none", "expected a number or A..B"), ("slot=-1", "expected a number or A..B"),
                           ("write=1", "expected true or false"), ("access=RZ", "expected letters of RWLXP"),
                           ("cause=bund", "no such cause (prisim describe lists them); did you mean bound?"),
                           ("before=driver.pge", "no such event (prisim describe lists them); did you mean "
                            "driver.page?"),
                           ("event=drivr.resolve", "no event is called so, or begins so (prisim describe lists them); "
                            "did you mean driver.resolve?"), ("point=S9", points),
                           ("endpoint=nci", "expected one of nic; did you mean nic?"),
                           ("endpoint=gpu", "expected one of nic"), ("space=C", "expected one of none, A, B"),
                           ("at=smmuu", "expected one of timeline, driver, smmu, pri_queue, interconnect, fabric, "
                            "endpoint[nic], checkers; did you mean smmu?"),
                           ("party=endpoint", "expected one of timeline, driver, smmu, pri_queue, interconnect, "
                            "fabric, endpoint[nic], checkers")):
            self.refused(f"--only: {term}: {said}", "--only", term)
        self.refused("--only: : expected KEY=VALUE", "--only", "pasid=1,")
        self.refused("--only: pasid=33: too many: expected at most 32", *["--only", "pasid=1"] * 32, "--only",
                     "pasid=33")
        self.refused(f"--only: pasid={'1' * 64}: too long: expected at most 63 bytes of a key and of a value", "--only",
                     f"pasid={'1' * 64}")
        for around in ("", "x", "5+-", "5+-x", "5-3", "-5", "+-5", "5" * 80):
            self.refused(f"--around: {around}: expected a cycle, or CYCLE+-N", "--around", around)
        for option in (["--all"], ["--points"], ["--around", "5"], ["--only", "pasid=1"], ["--hops"]):
            self.refused("--quiet prints no table: expected no --only, --points, --around, --all or --hops with it",
                         "-q", *option)

    # ---- how it looks

    def test_legend(self):
        request = "points of a page request: "
        names = {"E": "E endpoint", "H": "H hardware queue", "I": "I interrupt", "S": "S software", "R": "R response"}
        for letters in ("EHISRU", "S", "U", "RE", ""):
            options = ["--only", ",".join(f"point={letter}" for letter in letters)] if letters else [
                "--only", "event=smmu.command"]
            done = run(RACE, "--engine", "native", *options).stdout.splitlines()
            said = [line for line in done if line.startswith("points of ")]
            wanted = ", ".join(words for letter, words in names.items() if letter in letters)
            self.assertEqual(said, ([request + wanted] if wanted else [])
                             + (["points of an unbind: U0 to U7"] if "U" in letters else []))

    def test_colours_on_a_terminal_only(self):
        for options in ([], ["--all"], ["--points"]):
            plain = run(RACE, "--engine", "native", *options).stdout
            self.assertNotIn("\033", plain)
            master, slave = pty.openpty()
            with subprocess.Popen([PRISIM, "run", RACE, "--engine", "native", *options], stdout=slave,
                                  stderr=subprocess.PIPE, env={**os.environ, "NO_COLOR": ""}) as child:
                os.close(slave)
                shown = b""
                while True:
                    try:
                        part = os.read(master, 65536)
                    except OSError:
                        break
                    if not part:
                        break
                    shown += part
                self.assertEqual(child.stderr.read(), b"")
            os.close(master)
            shown = shown.decode().replace("\r\n", "\n")
            self.assertIn("\033[36mE0 \033[0m", shown)
            self.assertEqual(re.sub(r"\033\[[0-9;]*m", "", shown), plain)

    def test_rows_are_not_mixed_with_the_progress(self):
        for options, shown in (([], True), (["--all"], False)):
            master, slave = pty.openpty()
            child = subprocess.Popen([PRISIM, "run", ENDLESS, "--engine", "native", *options], stderr=slave,
                                     stdout=subprocess.DEVNULL)
            os.close(slave)
            try:
                self.assertEqual(bool(select.select([master], [], [], 30 if shown else 3)[0]), shown)
            finally:
                child.kill()
                child.wait()
                os.close(master)

    def test_beside_a_log_on_standard_output(self):
        done = run(RACE, "--engine", "native", "--log", "-", "--all")
        self.assertEqual(len(done.stdout.splitlines()), len(self.logs[RACE].lines))
        self.assertEqual(done.stderr, run(RACE, "--engine", "native", "--all").stdout)

    def test_all_takes_no_memory(self):
        """Rows go out as they come: a run that is ten times as long takes no more."""
        peaks = []
        for until in (400000, 4000000):
            with open(os.devnull, "w") as nowhere:
                child = subprocess.Popen([PRISIM, "run", ENDLESS, "--engine", "native", "--all", "--until", str(until)],
                                         stdout=nowhere)
                _, _, usage = os.wait4(child.pid, 0)
                child.returncode = 0
            peaks.append(usage.ru_maxrss)
        self.assertLess(peaks[1], peaks[0] + 8192)  # KiB
        self.assertLess(peaks[1], 100 * 1024)


def first_values(log, key, most):
    seen = []
    for line in log.lines:
        if key in line["has"] and line["has"][key] not in seen:
            seen.append(line["has"][key])
    return seen[:most]


def after(text):
    """What stands behind the table and its legend."""
    at = text.find("\nunder way of binding")
    return text[at if at >= 0 else text.index("\nhazards  "):]


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
