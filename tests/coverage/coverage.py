#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins the rules of *.def, their clauses in the rule books (docs/rules) and the `covers:` tags of the tests into
docs/coverage.md.

A tag is a comment `covers: SMMU-PRIOUTCOME-5, SMMU-SEED-1` above a test; the test's name is what stands below it. It is
no judge of the tests: that a test fails without its rule is for its author to show.

  coverage.py ROOT           print docs/coverage.md
  coverage.py ROOT --check   fail if a tag names no rule, if a rule in scope is without a test or a clause, if a rule of
                             a book is in no *.def or the other way round, or if the document is not what is
                             printed
"""

import pathlib
import re
import sys

import book as rule_book

KINDS = ("implemented", "stored", "absent", "out", "note")
DUE = ("implemented", "stored", "absent")
FOLDERS = ("tests", "rtl", "driver", "tb", "bench")
SUFFIXES = (".c", ".h", ".cpp", ".def", ".sv", ".sh", ".cmake", ".yaml", ".txt", ".py")

TAG = re.compile(r"^[ \t]*(?:/\*|//|#|\*)[ \t]*covers:(.*?)(?:\*/|$)", re.S)
NAME = re.compile(
    r"START_TEST\((\w+)\)|^\s*BIN\((\w+)|^\s*GROUP\(\"([^\"]+)\"|^\s*(\w+)\s*:\s*(?:assert|cover) property"
    r"|add_test\(NAME (\w+)|prisim_test\((\w+)|^name: *(\S+)|^(?!\s*(?:return|else))[\w \*]+?\b(\w+)\([^;]*$", re.M)


def read_rules(paths):
    """Kind, title and note by id."""
    rules = {}
    for path, number, line in [(path, *line) for path in paths for line in enumerate(path.read_text().splitlines(), 1)]:
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 4 or fields[1] not in KINDS or fields[0] in rules or (fields[1] == "out" and not fields[3]):
            raise SystemExit(f"{path}:{number}: not `id | kind | title | note`, twice, or out for no reason")
        rules[fields[0]] = fields[1:]
    return rules


def compare(rules, lines):
    """What the books and *.def do not both have. A section without plain text of its own needs no row."""
    wrong = [f"*.def: {rule} is not in the book" for rule in rules if rule not in lines]
    missing = [rule for rule in lines if rule not in rules and rule != rule_book.section(rule)]
    return wrong + [f"*.def: {rule} is missing" for rule in missing]


def tags_of(path):
    """The tags of one file: line, rules named, name of the test below."""
    lines = path.read_text(errors="replace").splitlines()
    at = 0
    while at < len(lines):
        first = at
        if "covers:" not in lines[at] or not (found := TAG.match(lines[at])):
            at += 1
            continue
        text = found.group(1)
        while text.rstrip().endswith(",") and at + 1 < len(lines):  # a list that goes on
            at += 1
            text += " " + re.sub(r"^\s*(?://|#|\*)?\s*|\*/\s*$", "", lines[at])
        at += 1
        name = NAME.search("\n".join(lines[at:at + 40]))
        words = [rule.strip() for rule in text.split(",")]
        yield first + 1, words, next(group for group in name.groups() if group) if name else ""


def read_tags(root, rules):
    """Tests by rule, and what is wrong with the tags."""
    tests, wrong = {}, []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SUFFIXES or path.parent.name == "coverage":
                continue
            for line, words, name in tags_of(path):
                place = path.relative_to(root)
                for word in words:
                    if word in rules:
                        tests.setdefault(word, []).append((str(place), name))
                    else:
                        wrong.append(f"{place}:{line}: no such rule: {word!r}")
    return tests, wrong


def cell(text):
    return text.replace("|", "\\|")


def row(path, rule, fields, clause, tests):
    kind, title, note = fields
    status = {"out": "out of scope", "note": "no rule"}.get(kind, kind)
    names = {}
    for file, name in tests:
        names.setdefault(file, []).append(f"`{name}`")
    held = "; ".join(f"[{file.removeprefix('tests/')}](../{file}) {', '.join(dict.fromkeys(of_file))}"
                     for file, of_file in names.items())
    if not held and kind in DUE:
        held = "**none**"
    return f"| [{rule}]({path}#{rule}) | {cell(title)} | {cell(clause)} | {status} | {held} | {cell(note)} |"


def missing_of(rules, tests):
    return [rule for rule, fields in rules.items() if fields[0] in DUE and rule not in tests]


HEAD = """\
# Coverage of the rules

Every rule of the two books, [SMMUv3](#smmuv3) and [PCIe](#pcie), that the model is built from, with its clause and the
tests that hold it. Made by `tests/coverage/coverage.py` from the books, from `tests/coverage/*.def` and the `covers:`
tags above the tests; a test fails if a rule in scope has no test or no clause. The name of a section stands for its
plain text. The clause is what the book cites. A rule is *implemented*, *stored* (kept and read back, without effect),
*absent* (not built: it behaves as the architecture says of what is not there) or *out of scope*, for the reason in the
last column.
"""

CLAUSES = {
    "SMMU": "Clauses: `S` is IHI 0070, `A` the Arm ARM, `L` Linux, `U` its PCI header, `mem` memory, `rec` our choice; "
            "[the book](rules/smmuv3.md)\nnames the others.",
    "PCIE": "Clauses: `ARM` is IHI 0070, `RV` the RISC-V IOMMU, `LX` Linux; `M+`, `M`, `M-` memory of the PCIe "
            "specification, of high, medium\nand low confidence; `derived` what follows from those; "
            "[the book](rules/pcie.md) names the others."}


def part(book, rules, titles, clauses, tests):
    """A book's rules, counted and one by one."""
    rules = {rule: fields for rule, fields in rules.items() if rule.startswith(book.prefix + "-")}
    count = {kind: sum(fields[0] == kind for fields in rules.values()) for kind in KINDS}
    due = sum(count[kind] for kind in DUE)
    missing = len(missing_of(rules, tests))
    lines = [
        "", f"## {book.name}", "", CLAUSES[book.prefix], "", "| rules | |", "|---|---|",
        f"| in scope | {due} |", f"| ... implemented | {count['implemented']} |", f"| ... stored | {count['stored']} |",
        f"| ... absent | {count['absent']} |", f"| in scope, with a test | {due - missing} |",
        f"| in scope, without | {missing} |", f"| out of scope | {count['out']} |",
        f"| no rule: pointers, examples, advice to software | {count['note']} |"]
    for name in dict.fromkeys(map(rule_book.section, rules)):
        lines += ["", f"### {name}: {titles.get(name, '')}", "", "| rule | | clause | status | test | note |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [row(book.path, rule, fields, clauses.get(rule, ""), tests.get(rule, []))
                  for rule, fields in rules.items() if rule_book.section(rule) == name]
    return "\n".join(lines) + "\n"


def join(root):
    """The document, and what is wrong with rules, books and tags."""
    rules = read_rules(sorted((root / "tests/coverage").glob("*.def"), reverse=True))
    tests, wrong = read_tags(root, rules)
    lines, clauses, document = {}, {}, HEAD
    for book in rule_book.BOOKS:
        text = (root / "docs" / book.path).read_text()
        of_book, titles, _ = rule_book.read(book, text)
        lines |= of_book
        clauses |= rule_book.read_clauses(book, text)
        document += part(book, rules, titles, clauses, tests)
    wrong += [f"{rule}: no test" for rule in missing_of(rules, tests)] + compare(rules, lines)
    wrong += [f"{rule}: no clause" for rule in rules if rules[rule][0] in DUE and not clauses.get(rule)]
    return document, wrong


def main(arguments):
    root = pathlib.Path(arguments[0])
    document, wrong = join(root)
    if len(arguments) == 1:
        sys.stdout.write(document)
        return 0
    if (root / "docs/coverage.md").read_text() != document:
        wrong.append("docs/coverage.md is not what this program prints")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
