#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That rules and clauses are read from the books, that a rule is seen that only a book or only a *.def has, and a tag
that names none; and what the document says of each book."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import book  # noqa: E402
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
PCIE_BOOK = """\
### <a id="PCIE-ATSCPL">PCIE-ATSCPL</a>: Translation Completion (completion class)

At least one [C:NOTES]. No PASID [M+].

| rule | Status |
|---|---|
| <a id="PCIE-ATSCPL-1">PCIE-ATSCPL-1</a> | SC addr[31:12] |
| <a id="PCIE-ATSCPL-2">PCIE-ATSCPL-2</a> | R=W=0 [C:ARM,RV], kept [M-] |

**Completion data entry** - names [C:RV,ARM],
positions [M].

| rule | Bit |
|---|---|
| <a id="PCIE-ATSCPL-3">PCIE-ATSCPL-3</a> | 31:12 |
| <a id="PCIE-ATSCPL-4">PCIE-ATSCPL-4</a> | 11 [derived] |

Not an announcement [M].

| rule | Bit |
|---|---|
| <a id="PCIE-ATSCPL-5">PCIE-ATSCPL-5</a> | 0 |

### <a id="PCIE-ENUMERATION">PCIE-ENUMERATION</a>: What it needs [C:LX `probe.c`; PCIe 7.5 M+]

Plain text. Of the table:

| <a id="PCIE-ENUMERATION-1">PCIE-ENUMERATION-1</a> | one DW |

## <a id="PCIE-PITFALL">PCIE-PITFALL</a>: Mistakes

1. <a id="PCIE-PITFALL-1">PCIE-PITFALL-1</a> Said above.
"""
IDS = [f"SMMU-PRICREDIT-{n}" for n in range(1, 6)] + ["SMMU-SEED-1"]


class Book(unittest.TestCase):
    def setUp(self):
        self.rules = {rule: ["note", "title", ""] for rule in IDS}

    def wrong(self, text):
        return coverage.compare(self.rules, book.read(book.SMMU, text)[0])

    def test_read(self):
        lines, titles, _ = book.read(book.SMMU, BOOK)
        self.assertEqual([rule for rule in lines if rule != book.section(rule)], IDS)
        self.assertEqual(titles["SMMU-PRICREDIT"], "Credits")

    def test_clauses(self):
        clauses = book.read_clauses(book.SMMU, BOOK)
        self.assertEqual(clauses["SMMU-PRICREDIT-3"], "S 1")
        self.assertEqual(clauses["SMMU-PRICREDIT-4"], "S 8")  # the heading's
        self.assertEqual(clauses["SMMU-PRICREDIT-5"], "A D8.1; rec")
        self.assertEqual(clauses["SMMU-PRICREDIT"], "S 2, 3; S 4")
        self.assertEqual(clauses["SMMU-SEED-1"], "of the rules above")

    def test_same(self):
        self.assertEqual(self.wrong(BOOK), [])

    def test_rule_put_in(self):
        new = '- <a id="SMMU-PRICREDIT-6">SMMU-PRICREDIT-6</a> New.\n'
        text = BOOK.replace("\nPlain", new + "\nPlain")
        self.assertEqual(self.wrong(text), ["*.def: SMMU-PRICREDIT-6 is missing"])

    def test_rule_taken_out(self):
        text = "\n".join(line for line in BOOK.splitlines() if "SMMU-PRICREDIT-2" not in line)
        self.assertEqual(self.wrong(text), ["*.def: SMMU-PRICREDIT-2 is not in the book"])

    def test_pcie(self):
        lines, titles, _ = book.read(book.PCIE, PCIE_BOOK)
        self.assertEqual([rule for rule in lines if rule != book.section(rule)],
                         [f"PCIE-ATSCPL-{n}" for n in range(1, 6)] + ["PCIE-ENUMERATION-1"])
        self.assertEqual(titles["PCIE-ATSCPL"], "Translation Completion (completion class)")
        clauses = book.read_clauses(book.PCIE, PCIE_BOOK)
        self.assertEqual(clauses["PCIE-ATSCPL"], "NOTES; M+; RV,ARM; M")
        self.assertEqual(clauses["PCIE-ATSCPL-1"], "NOTES; M+; RV,ARM; M")  # the section's plain text
        self.assertEqual(clauses["PCIE-ATSCPL-2"], "ARM,RV; M-")
        self.assertEqual(clauses["PCIE-ATSCPL-3"], "RV,ARM; M")  # the announcement's, of two lines
        self.assertEqual(clauses["PCIE-ATSCPL-4"], "derived")
        self.assertEqual(clauses["PCIE-ATSCPL-5"], "NOTES; M+; RV,ARM; M")
        self.assertEqual(clauses["PCIE-ENUMERATION-1"], "LX probe.c; PCIe 7.5 M+")  # the announcement has none


class Tree(unittest.TestCase):
    """A tree with both books and one test."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for folder in ("docs/rules", "tests/coverage", "tests/pcie"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "docs/rules/smmuv3.md").write_text(BOOK)
        (self.root / "docs/rules/pcie.md").write_text(PCIE_BOOK)
        for name, text in (("smmuv3.md", BOOK), ("pcie.md", PCIE_BOOK)):
            prefix = book.SMMU if name == "smmuv3.md" else book.PCIE
            rules = [rule for rule in book.read(prefix, text)[0] if rule != book.section(rule)]
            kinds = {"PCIE-ATSCPL-2": "implemented", "PCIE-ATSCPL-4": "out"}
            rows = [f"{rule} | {kinds.get(rule, 'note')} | title | why" for rule in rules]
            (self.root / "tests/coverage" / name.replace(".md", ".def")).write_text("\n".join(rows))
        self.tag("PCIE-ATSCPL-2")

    def tearDown(self):
        self.folder.cleanup()

    def tag(self, rules):
        (self.root / "tests/pcie/test_it.c").write_text(f"/* covers: {rules} */\nSTART_TEST(it)\n")

    def test_both_books(self):
        document, wrong = coverage.join(self.root)
        self.assertEqual(wrong, [])
        self.assertEqual([line for line in document.splitlines() if line.startswith("## ")], ["## SMMUv3", "## PCIe"])
        row = "| [PCIE-ATSCPL-2](rules/pcie.md#PCIE-ATSCPL-2) | title | ARM,RV; M- | implemented " \
              "| [pcie/test_it.c](../tests/pcie/test_it.c) `it` | why |"
        self.assertIn(row, document.splitlines())
        smmuv3, pcie = document.split("## PCIe")
        self.assertIn("| in scope | 0 |", smmuv3)
        self.assertIn("| in scope | 1 |\n| ... implemented | 1 |", pcie)
        self.assertIn("| out of scope | 1 |", pcie)

    def test_tag_of_no_rule(self):
        self.tag("PCIE-ATSCPL-2, PCIE-ATSCPL-77")
        self.assertEqual(coverage.join(self.root)[1], ["tests/pcie/test_it.c:1: no such rule: 'PCIE-ATSCPL-77'"])

    def test_no_test(self):
        self.tag("PCIE-ATSCPL-1")
        self.assertEqual(coverage.join(self.root)[1], ["PCIE-ATSCPL-2: no test"])


if __name__ == "__main__":
    unittest.main()
