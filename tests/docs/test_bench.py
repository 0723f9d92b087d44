#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That bench/run sees a figure over its limit and an aim that is missed, and a row that only the page or only the bench
has; and that no row is without a limit unless it says why."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
LOADER = importlib.machinery.SourceFileLoader("run", str(BENCH / "run"))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", LOADER))
LOADER.exec_module(run)
Row = run.rows.Row


def never(_):
    raise AssertionError("measured")


class Table(unittest.TestCase):
    def setUp(self):
        self.all = run.rows.ROWS
        run.rows.ROWS = [Row("one", "u", never, 10, aim=8), Row("two", "u", never, 10, least=True),
                         Row("three", "u", never, lambda of: 3 * of["one"]), Row("four", "u", never, why="no reason")]

    def tearDown(self):
        run.rows.ROWS = self.all

    def lines(self, *figures):
        return list(run.table(dict(zip(("one", "two", "three", "four"), figures))))

    def test_limits(self):
        self.assertEqual([line["holds"] for line in self.lines(10, 10, 30, 999)], [True] * 4)
        self.assertEqual([line["holds"] for line in self.lines(11, 9, 34, 999)], [False, False, False, True])

    def test_aim_is_shown_where_it_is_missed(self):
        self.assertEqual(self.lines(9, 10, 1, 1)[0]["aim"], 8)
        self.assertIsNone(self.lines(8, 10, 1, 1)[0]["aim"])

    def test_figures_are_measured_by_all_rows(self):
        for row, figure in zip(run.rows.ROWS, (1, 2, 3, 4)):
            row.measure = lambda programs, figure=figure: programs + figure
        run.rows.ROWS[3].why = run.rows.TIME
        self.assertEqual(run.measured(100, 2), {"one": 101, "two": 102, "three": 103, "four": 104})

    def page(self, names):
        file = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "page.md"
        rows = "".join(f"| {name} | 1 | u | 10 | |\n" for name in names)
        file.write_text(f"before\n{run.BEGIN}| figure |\n|---|\n{rows}{run.END}behind\n")
        return file

    def test_page_has_the_rows(self):
        self.assertEqual(run.check(self.page(["one", "two", "three", "four"])), [])
        self.assertEqual(len(run.check(self.page(["one", "two", "four"]))), 1)
        self.assertEqual(len(run.check(self.page(["one", "two", "three", "four", "five"]))), 1)
        self.assertEqual(len(run.check(self.page(["two", "one", "three", "four"]))), 1)

    def test_markdown_is_a_page_that_has_them(self):
        file = self.page([])
        before, _, behind = run.parts(file)
        file.write_text(before + "".join(run.markdown(self.lines(9, 10, 1, 1234))) + behind)
        self.assertEqual(run.check(file), [])
        self.assertIn("| four | 1,234 | u | none: no reason |  |\n", file.read_text())
        self.assertIn("| one | 9 | u | 10 | 8 |\n", file.read_text())
        self.assertIn("| two | 10 | u | at least 10 |  |\n", file.read_text())


class Rows(unittest.TestCase):
    def test_each_name_is_there_once(self):
        names = [row.name for row in run.rows.ROWS]
        self.assertEqual(len(names), len(set(names)))

    def test_no_limit_has_a_reason(self):
        with self.assertRaises(AssertionError):
            Row("one", "u", never)
        for row in run.rows.ROWS:
            self.assertEqual(row.limit is None, row.why is not None, row.name)


if __name__ == "__main__":
    unittest.main()
