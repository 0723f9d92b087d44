#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That coverage.py sees an item which is put into the middle of a list, taken out, or begins as its neighbour does."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import coverage  # noqa: E402

SHEET = """\
### 4.8 Credits [C:S 8]

- Sum of **allocations** must be <= queue entries [S 8].
- A response gives `a` credit back [S 8].

| Bit | Flag |
|---|---|
| 0 | [S 1] CMDQ_ERR | command consumption stopped, and more |
| 1 | RES0 |

1. First of all [rec] as here [A D8.1] [7:0].

Plain text [S 2, 3; S 4].

## 10. Seeds

| # | Stimulus |
|---|---|
| 1 | any |
"""
IDS = ["4.8 item 1", "4.8 item 2", "4.8 row 1", "4.8 row 2", "4.8 item 3", "10 row 1"]


class Shift(unittest.TestCase):
    def setUp(self):
        self.words = coverage.read_sheet(SHEET)

    def wrong(self, sheet):
        return coverage.compare(self.words, coverage.read_sheet(sheet), {"4.8 item 2": [("a", "b"), ("c", "d")]})

    def test_counted_as_rules_def_says(self):
        self.assertEqual(list(self.words), IDS)
        self.assertEqual(self.words["4.8 item 1"], "Sum of allocations must be <=")
        self.assertEqual(self.words["4.8 row 1"], "0 CMDQ_ERR command consumption stopped, and")

    def test_clauses(self):
        clauses = coverage.read_clauses(SHEET)
        self.assertEqual(clauses["4.8 row 1"], "S 1")
        self.assertEqual(clauses["4.8 row 2"], "S 8")  # the heading's
        self.assertEqual(clauses["4.8 item 3"], "A D8.1; rec")
        self.assertEqual(clauses["4.8"], "S 2, 3; S 4")
        self.assertEqual(clauses["10 row 1"], "of the rules above")

    def test_same_sheet(self):
        self.assertEqual(self.wrong(SHEET), [])

    def test_item_put_in(self):
        wrong = self.wrong(SHEET.replace("- A response", "- Something new.\n- A response"))
        self.assertEqual(len(wrong), 3)  # two that moved, and one that rules.def has not
        self.assertIn("smmuv3 4.8 item 2", wrong[0])
        self.assertIn("it is 4.8 item 3 there, and 2 tests name it", wrong[0])
        self.assertIn("smmuv3 4.8 item 3", wrong[1])
        self.assertIn("smmuv3 4.8 item 4", wrong[2])

    def test_row_put_in(self):
        wrong = self.wrong(SHEET.replace("| 1 | RES0 |", "| 0 | NEW |\n| 1 | RES0 |"))
        self.assertEqual(len(wrong), 2)
        self.assertIn("it is 4.8 row 3 there", wrong[0])

    def test_item_taken_out(self):
        wrong = self.wrong(SHEET.replace("- A response gives `a` credit back [S 8].\n", ""))
        self.assertEqual(len(wrong), 2)

    def test_items_exchanged(self):
        lines = SHEET.splitlines()
        lines[2], lines[3] = lines[3], lines[2]
        self.assertEqual(len(self.wrong("\n".join(lines))), 2)

    def test_item_reworded_behind_its_first_words(self):
        self.assertEqual(self.wrong(SHEET.replace("queue entries", "the queue's entries")), [])

    def test_alike(self):
        self.assertEqual(coverage.same_words(self.words), [])
        self.words["4.8 item 2"] = self.words["4.8 item 1"]
        self.words["4.8 row 1"] = ""
        self.assertEqual(len(coverage.same_words(self.words)), 2)

    def test_filled_in(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rules.def"
            path.write_text("# head\n" + "".join(f"{rule} | note | t | n\n" for rule in IDS) + "4.8 | note | t |\n")
            coverage.fill(path, coverage.read_rules([path])[1], self.words)
            rules, words = coverage.read_rules([path])
            self.assertEqual(words, self.words)
            self.assertEqual(list(rules), IDS + ["4.8"])


if __name__ == "__main__":
    unittest.main()
