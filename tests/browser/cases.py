# SPDX-License-Identifier: Apache-2.0
"""What the tests of the page stand on: a browser for each class, pages of real runs, and what is asked often."""

import pathlib
import re
import shutil
import sys
import tempfile
import unittest

from pages import Run, page
from webdriver import Browser

PRISIM = str(pathlib.Path(sys.argv[1]).resolve())
ROOT = pathlib.Path(sys.argv[2]).resolve()

# The colours that tb/view/page/palette.js has from Okabe and Ito, as they published them.
BLUE, ORANGE, VERMILLION = "#0072b2", "#e69f00", "#c2410c"
WHITE = "#ffffff"
DRAIN = ["system.driver.unbind=drain"]
MARKER = ["system.driver.unbind=stop_marker"]


def near(color, wanted, slack=6):
    """Is it that colour, but for the rounding of an edge?"""
    return all(abs(int(color[i:i + 2], 16) - int(wanted[i:i + 2], 16)) <= slack for i in (1, 3, 5))


class Page(unittest.TestCase):
    """A page in a window. After each test: the console is empty, and no network was asked for anything."""

    size = (1280, 900)

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.browser = cls.enterClassContext(Browser(*cls.size))
        cls.path = cls.make()

    def setUp(self):
        self.browser.resize(*self.size)
        self.browser.media()
        self.browser.open(self.path)
        self.seen = self.browser.inspect()

    def tearDown(self):
        console, asked = self.browser.complaints()
        self.assertEqual((console, asked), ([], []))
        self.assertEqual(self.browser.run("return performance.getEntriesByType('resource').length"), 0)

    @classmethod
    def run_of(cls, name, *changes, scenario=None):
        arguments = {} if scenario is None else {"scenario": scenario}
        return Run(PRISIM, ROOT, cls.folder, name, changes=changes, **arguments)

    @classmethod
    def page_of(cls, *runs, judged=True):
        return page(PRISIM, cls.folder / "page.html", *runs, judged=judged)

    def again(self):
        self.seen = self.browser.inspect()
        return self.seen

    # What the picture says of itself

    def row(self, name, run=0):
        return next(row for row in self.seen["runs"][run]["rows"] if row["name"] == name)

    def request(self, name, run=0):
        return next(request for request in self.seen["runs"][run]["requests"] if request["name"] == name)

    def bar(self, name, lane, run=0):
        return next(bar for bar in self.request(name, run)["bars"] if bar["lane"] == lane)

    def texts(self, kind):
        return [text["text"] for text in self.seen["texts"] if text["kind"] == kind]

    def axis(self):
        """Cycles written on the time axis, and the pixels of their lines."""
        return {int(text["text"]): text["x"] - 3 for text in self.seen["texts"] if text["kind"] == "axis"}

    # What the panel says

    def panel(self):
        """Title and fields of what is selected, as they are read."""
        rows = self.browser.run("return [...document.querySelectorAll('#selected .fields tr:not(.why)')].map("
                                "row => [...row.children].map(cell => cell.innerText))")
        return self.browser.text("#selected h2"), dict(rows)

    def assert_shows(self, line):
        """The panel shows this line of the log, each field as the log has it."""
        title, fields = self.panel()
        self.assertIn(line["event"], title)
        self.assertIn(line.get("point", ""), title)
        self.assertEqual(fields.pop("cycle"), str(line["cycle"]))
        fields.pop("where")
        wanted = {key: value for key, value in line.items() if key not in ("cycle", "at", "event", "point")}
        said = {True: "true", False: "false", None: "\u2013", "": "(none)"}
        self.assertEqual(fields, {key: said[value] if value in (None, "") or isinstance(value, bool) else str(value)
                                  for key, value in wanted.items()})

    def assert_written(self, image, text):
        """There is ink where the text is said to be."""
        box = image.box(text["x"], text["y"] - 9, max(text["w"], 4), 10)
        self.assertGreater(len(set(box)), 3, text)


def stretch(lines, from_cycle, to_cycle):
    """Cycles of the log in this stretch, without repeats."""
    return sorted({line["cycle"] for line in lines if from_cycle <= line["cycle"] <= to_cycle})


def words(text):
    return re.sub(r"\s+", " ", text or "").strip()


def main():
    unittest.main(argv=sys.argv[:1] + [word for word in sys.argv[3:] if not word.startswith("--")])
