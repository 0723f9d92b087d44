#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What prisim view takes as a log and what it refuses, with which words.

  reader.py PRISIM ROOT
"""

import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

import page

PRISIM, ROOT = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
GOLDEN = (ROOT / "scenarios/unbind_while_queued.jsonl").read_text().splitlines()
EVENTS_MANY, SECONDS_MANY = 100000, 1.0

START = '{"cycle":0,"at":"endpoint[nic]","event":"endpoint.start","pasid":1}'
RESOLVE = ('{"cycle":7,"at":"driver","event":"driver.resolve","point":"S2","item":0,"stream_id":"0x100","pasid":1,'
           '"prgi":0,"space":"B","binding":2,"cause":"bound"}')
PAGE_REQUEST = ('{"cycle":7,"at":"endpoint[nic]","event":"endpoint.page_request","point":"E0","request":1,"job":1,'
                '"pasid":1,"prgi":0,"address":"0x4000","access":"RWL"}')
BROKEN = ('{"cycle":7,"at":"checkers","event":"premise.broken","party":"endpoint[nic]","duty":"one_marker",'
          '"stream_id":"0x100","pasid":1}')
HOLD = ('{"cycle":7,"at":"driver","event":"driver.hold","task":3,"index":0,"before":"driver.resolve","step":1}')
CUT = "the end of the line: the log is cut off here"


class Reader(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.log = self.folder / "log.jsonl"

    def view(self, text, *more):
        self.log.write_bytes(text if isinstance(text, bytes) else text.encode())
        return subprocess.run([PRISIM, "view", self.log, "-o", "-", *map(str, more)], capture_output=True, timeout=60,
                              check=False)

    def data(self, *lines):
        done = self.view("".join(line + "\n" for line in lines))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return page.runs_of(done.stdout.decode())[0]

    def refused(self, text, line, column, expected, *more):
        done = self.view(text, *more)
        self.assertEqual(done.stderr.decode(), f"{self.log}:{line}:{column}: expected {expected}\n")
        self.assertEqual((done.returncode, done.stdout), (2, b""))

    def bad(self, good, old, new, expected):
        """A line in which `old` was replaced is refused where `new` stands."""
        self.assertEqual(good.count(old), 1, old)
        self.data(START, good)
        column = good.index(old) + 1
        self.refused(f"{START}\n{good.replace(old, new)}\n", 2, column, expected)

    def test_events_are_those_of_the_log(self):
        data = self.data(*GOLDEN)
        self.assertEqual(len(data["cycle"]), len(GOLDEN))
        for i, line in enumerate(map(json.loads, GOLDEN)):
            kind = data["types"][data["type"][i]]
            self.assertEqual((data["cycle"][i], kind["name"]), (line["cycle"], line["event"]))
            self.assertEqual(dict(zip(kind["fields"], data["values"][i])),
                             {key: line[key] for key in line if key not in ("cycle", "at", "event", "point")})

    def test_numbers_of_64_bits(self):
        most = 2**64 - 1
        line = RESOLVE.replace('"item":0', f'"item":{most}').replace('"0x100"', '"0xffffffffffffffff"')
        text = self.view(START + "\n" + line + "\n").stdout.decode()
        self.assertIn(f'[{most},"0xffffffffffffffff",1,0,"B",2,"bound"]', text)

    def test_no_file(self):
        done = subprocess.run([PRISIM, "view", self.log], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (2, f"{self.log}: No such file or directory\n"))
        done = subprocess.run([PRISIM, "view", self.folder, "-o", "-"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (2, f"{self.folder}: Is a directory\n"))

    def test_no_line(self):
        self.refused("", 1, 1, "an event: the log is empty")
        self.refused("\n", 1, 1, '{"cycle":')
        self.refused(START + "\n\n", 2, 1, '{"cycle":')

    def test_cut_off(self):
        self.refused(START, 1, len(START) + 1, CUT)
        self.refused(START[:-1], 1, len(START), "}")
        self.refused(f"{START}\n{START[:20]}", 2, 17, "a block")
        self.refused(START.encode() + b"\0\n", 1, len(START) + 1, "the end of the line")
        self.refused(START + "\r\n", 1, len(START) + 1, "the end of the line")
        self.refused(START + " \n", 1, len(START) + 1, "the end of the line")

    def test_not_ours(self):
        self.refused("[1, 2]\n", 1, 1, '{"cycle":')
        self.refused('{ "cycle": 0}\n', 1, 1, '{"cycle":')
        self.refused('{"cycle": 0}\n', 1, 10, "a number")
        self.refused('{"cycle":0,"event":"endpoint.start"}\n', 1, 11, ',"at":')

    def test_head(self):
        self.bad(RESOLVE, "7,", "-7,", "a number")
        self.bad(RESOLVE, "7,", "07,", "a number")
        self.bad(RESOLVE, '"driver",', '"drivers",', "a block")
        self.bad(RESOLVE, '"driver",', "3,", "a block")
        self.bad(RESOLVE, '"driver.resolve"', '"driver.resolv"', "the name of an event")
        self.bad(RESOLVE, '"driver.resolve"', '"smmu.sync"', "an event of this block")
        self.bad(RESOLVE, ',"point":"', ',"paint":"', ',"point":"')
        self.bad(RESOLVE, 'S2"', 'S3"', "S2")
        self.refused(f"{RESOLVE}\n{START}\n", 2, 10, "a number not below the cycle of the line before, 7")

    def test_fields(self):
        self.bad(RESOLVE, '0,"stream', '"0","stream', "a number")
        self.bad(RESOLVE, '0,"stream', '00,"stream', "a number")
        self.bad(RESOLVE, '0,"stream', f'{2**64},"stream', "a number")
        digits = 'a string "0x.." of lower-case digits without leading zeros'
        for text in ('"256"', '"0x0100"', '"0x1F"', '"0x"', '"0x10000000000000000"', "256"):
            self.bad(RESOLVE, '"0x100"', text, digits)
        self.bad(RESOLVE, '1,"prgi"', '"1","prgi"', "a number or null")
        self.bad(RESOLVE, '"B"', "2", "the name of one of at most 16 spaces, or null")
        self.bad(RESOLVE, '"bound"', '"bond"', "the name of a cause")
        self.bad(RESOLVE, '"bound"', "null", "the name of a cause")
        self.bad(PAGE_REQUEST, '"RWL"', '"RLW"', "a string of the letters RWLXP in this order")
        self.bad(PAGE_REQUEST, '"RWL"', '"RWLQ"', "a string of the letters RWLXP in this order")
        self.bad(BROKEN, '"endpoint[nic]"', '"endpoint"', "a block")
        self.bad(HOLD, '"driver.resolve"', '"driver.nothing"', "the name of an event")
        stop = '{"cycle":7,"at":"smmu","event":"smmu.register","offset":"0x0","value":"0x0","write":true}'
        self.bad(stop, "true", "1", "true or false")

    def test_order_of_fields(self):
        swapped = RESOLVE.replace('"item":0,"stream_id":"0x100"', '"stream_id":"0x100","item":0')
        self.refused(swapped + "\n", 1, RESOLVE.index("item") + 1, "item")
        without = RESOLVE.replace(',"cause":"bound"', "")
        self.refused(without + "\n", 1, RESOLVE.index(',"cause"') + 1, ',"')
        more = RESOLVE.replace("}", ',"more":1}')
        self.refused(more + "\n", 1, len(RESOLVE), "}")

    def test_names(self):
        names = 'a"\\<b>\x01é'
        written = names.replace("\\", "\\\\").replace('"', '\\"').replace("\x01", "\\u0001")
        data = self.data(PAGE_REQUEST.replace("nic", written), RESOLVE.replace('"B"', '"' + written + '"'))
        self.assertEqual(data["requests"][0]["endpoint"], names)
        self.assertEqual(data["values"][1][4], names)
        self.bad(RESOLVE, '"B"', '"\\u0041"', "the name of one of at most 16 spaces, or null")
        self.bad(RESOLVE, '"B"', '"' + "B" * 32 + '"', "the name of one of at most 16 spaces, or null")
        self.data(*[START.replace("nic", f"f{i}") for i in range(32)])
        many = "".join(START.replace("nic", f"f{i}") + "\n" for i in range(33))
        self.refused(many, 33, 17, "a block")
        spaces = [RESOLVE.replace('"B"', f'"{i}"') for i in range(17)]
        self.data(*spaces[:16])
        self.refused("\n".join(spaces) + "\n", 17, RESOLVE.index('"B"') + 1,
                     "the name of one of at most 16 spaces, or null")

    def test_places_of_endpoints(self):
        """The rank in the id of a TLP says which endpoint it is, whatever is met first."""
        sent = ('{"cycle":7,"at":"endpoint[%s]","event":"endpoint.stop_marker","tlp":"%s","pasid":1}')
        data = self.data(START, START.replace("nic", "disk"), START.replace("nic", "gpu"),
                         sent % ("gpu", hex(6 << 24)), sent % ("nic", hex(7 << 24 | 5)),
                         RESOLVE.replace("0x100", "0x110"))
        self.assertEqual([lane["name"] for lane in data["lanes"] if lane["kind"] == "endpoint"],
                         ["endpoint[gpu]", "endpoint[nic]", "endpoint[disk]"])
        self.assertEqual(data["words"][5], "item 0, PASID 1 of disk: space B")

    def test_end_line(self):
        for why, key, detail in (("signal", "signal", "SIGINT"), ("error", "error", "No space left on device"),
                                 ("fault", "engine", "systemc")):
            data = self.data(START, json.dumps({"end": why, key: detail}, separators=(",", ":")))
            self.assertEqual((data["ended"], len(data["cycle"])), (f"{why}: {detail}", 1))
        self.assertIsNone(self.data(START)["ended"])
        end = '{"end":"signal","signal":"SIGINT"}'
        self.assertEqual(self.data(end)["cycle"], [])
        self.refused(f"{end}\n{START}\n", 2, 1, "nothing behind the line that ends the log")
        self.refused('{"end":"signal"}\n', 1, 8,
                     'why the log ends, as in {"end":"signal","signal":"SIGINT"}')
        self.refused('{"end":"idle","idle":"yes"}\n', 1, 8, '"signal", "error" or "fault", and what goes with it')

    def test_names_of_a_scenario(self):
        scenario = ROOT / "scenarios/unbind_while_queued.yaml"
        more = ("--scenario", scenario)
        self.refused(START.replace("nic", "gpu") + "\n", 1, 17, "a block of the scenario", *more)
        self.refused(RESOLVE.replace('"B"', '"C"') + "\n", 1, RESOLVE.index('"B"') + 1,
                     "the name of a space of the scenario, or null", *more)

    def test_many(self):
        line = ('{"cycle":%d,"at":"smmu","event":"smmu.translate","tlp":"0x6000009","stream_id":"0x100","pasid":1,'
                '"address":"0x4000","output":"0x0","access":"RW","cause":"translated","ats":true,"asid":1,'
                '"cd_since":20256}\n')
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        self.refused("".join(line % i for i in range(EVENTS_MANY)) + "x", EVENTS_MANY + 1, 1, '{"cycle":')
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, SECONDS_MANY)


unittest.main(argv=sys.argv[:1])
