#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That coverage.py reads rules and clauses from the book, and sees a rule that only the book or only rules.def has."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import coverage  # noqa: E402

BOOK = """\
### <a id="SMMU-PRICREDIT">SMMU-PRICREDIT</a>: Credits [C:S 8]

- <a id="SMMU-PRICREDIT-1">SMMU-PRICREDIT-1</a> Sum of **allocations** must be <= queue entries [S 8].
- <a id="SMMU-PRICREDIT-2">SMMU-PRICREDIT-2</a> A response gives `a` credit back [S 8].

| rule | Bit | Flag |
|---|---|---|
| <a id="SMMU-PRICREDIT-3">SMMU-PRICREDIT-3</a> | 0 | [S 1] CMDQ_ERR | command consumption stopped, and more |
| <a id="SMMU-PRICREDIT-4">SMMU-PRICREDIT-4</a> | 1 | RES0 |

1. <a id="SMMU-PRICREDIT-5">SMMU-PRICREDIT-5</a> First of all [rec] as here [A D8.1] [7:0].

Plain text [S 2, 3; S 4].

## <a id="SMMU-SEED">SMMU-SEED</a>: Seeds (each one derived)

| rule | # | Stimulus |
|---|---|---|
| <a id="SMMU-SEED-1">SMMU-SEED-1</a> | 1 | any |

## <a id="SMMU-OPEN">SMMU-OPEN</a>: Open

- <a id="SMMU-OPEN-1">SMMU-OPEN-1</a> What nobody knows.
"""
IDS = [f"SMMU-PRICREDIT-{n}" for n in range(1, 6)] + ["SMMU-SEED-1"]


class Book(unittest.TestCase):
    def setUp(self):
        self.rules = {rule: ["note", "title", ""] for rule in IDS}

    def wrong(self, book):
        return coverage.compare(self.rules, coverage.read_book(book)[0])

    def test_read(self):
        lines, titles = coverage.read_book(BOOK)
        self.assertEqual([rule for rule in lines if rule != coverage.section(rule)], IDS)
        self.assertEqual(titles["SMMU-PRICREDIT"], "Credits")

    def test_clauses(self):
        clauses = coverage.read_clauses(BOOK)
        self.assertEqual(clauses["SMMU-PRICREDIT-3"], "S 1")
        self.assertEqual(clauses["SMMU-PRICREDIT-4"], "S 8")  # the heading's
        self.assertEqual(clauses["SMMU-PRICREDIT-5"], "A D8.1; rec")
        self.assertEqual(clauses["SMMU-PRICREDIT"], "S 2, 3; S 4")
        self.assertEqual(clauses["SMMU-SEED-1"], "of the rules above")

    def test_same(self):
        self.assertEqual(self.wrong(BOOK), [])

    def test_rule_put_in(self):
        new = '- <a id="SMMU-PRICREDIT-6">SMMU-PRICREDIT-6</a> New.\n'
        book = BOOK.replace("\nPlain", new + "\nPlain")
        self.assertEqual(self.wrong(book), ["rules.def: SMMU-PRICREDIT-6 is missing"])

    def test_rule_taken_out(self):
        book = "\n".join(line for line in BOOK.splitlines() if "SMMU-PRICREDIT-2" not in line)
        self.assertEqual(self.wrong(book), ["rules.def: SMMU-PRICREDIT-2 is not in the book"])


if __name__ == "__main__":
    unittest.main()
