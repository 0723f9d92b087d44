#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins the rules of rules.def, their clauses in docs/rules/smmuv3.md and the `covers:` tags of the tests into
docs/coverage.md.

A tag is a comment `covers: SMMU-PRIOUTCOME-5, SMMU-SEED-1` above a test; the test's name is what stands below it. It is
no judge of the tests: that a test fails without its rule is for its author to show.

  coverage.py ROOT           print docs/coverage.md
  coverage.py ROOT --check   fail if a tag names no rule, if a rule in scope is without a test or a clause, if a rule of
                             the book is not in rules.def or the other way round, or if the document is not what is
                             printed
"""

import pathlib
import re
import sys

DERIVED = ("SMMU-SEED",)  # sections that cite none: their rules follow from others
OPEN = ("SMMU-OPEN", "SMMU-PITFALL")  # sections that state no rule
KINDS = ("implemented", "stored", "absent", "out", "note")
DUE = ("implemented", "stored", "absent")
FOLDERS = ("tests", "rtl", "driver", "tb", "bench")
SUFFIXES = (".c", ".h", ".cpp", ".def", ".sv", ".sh", ".cmake", ".yaml", ".txt", ".py")

TAG = re.compile(r"^[ \t]*(?:/\*|//|#|\*)[ \t]*covers:(.*?)(?:\*/|$)", re.S)
NAME = re.compile(
    r"START_TEST\((\w+)\)|^\s*BIN\((\w+)|^\s*GROUP\(\"([^\"]+)\"|^\s*(\w+)\s*:\s*(?:assert|cover) property"
    r"|add_test\(NAME (\w+)|prisim_test\((\w+)|^name: *(\S+)|^(?!\s*(?:return|else))[\w \*]+?\b(\w+)\([^;]*$", re.M)


ANCHOR = re.compile(r'<a id="(SMMU-[A-Z0-9]+(?:-\d+)?)">')


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


def section(rule):
    return "-".join(rule.split("-")[:2])


def marks(line):
    """Where a line of the rule book is from: the clauses of its marks, each once."""
    found = re.findall(r"\[((?:C:|[A-Z]+ |mem\b|rec\b|not found\b)[^\]]*)\]", line)
    found = dict.fromkeys(mark.replace("C:", "").strip() for mark in found)
    return "; ".join(sorted(found, key=lambda mark: mark[0].islower()))  # the architecture's before our own


def read_book(text):
    """The book's lines by id: a rule's own line; a section's heading and plain text. And the titles of sections."""
    found, titles, name = {}, {}, ""
    for line in text.splitlines():
        anchor = ANCHOR.search(line)
        if anchor:
            found[anchor[1]] = line
            if line.startswith("#"):
                name = anchor[1]
                titles[name] = re.sub(r" *\[.*", "", line.partition("</a>: ")[2])
        elif line.startswith("#"):
            name = ""
        elif name and not line.startswith("|"):
            found[name] += "\n" + line
    stated = {rule: line for rule, line in found.items() if section(rule) not in OPEN}
    return stated, titles


def read_clauses(text):
    """The clauses by id: those of the line or of the plain text, else those of the section's heading."""
    lines, clauses = read_book(text)[0], {}
    for rule, line in lines.items():
        heading, _, plain = lines[section(rule)].partition("\n")
        own = plain if rule == section(rule) else line
        derived = "of the rules above" if section(rule) in DERIVED else ""
        clauses[rule] = marks(own) or marks(heading) or derived
    return clauses


def compare(rules, lines):
    """What the book and rules.def do not both have. A section without plain text of its own needs no row."""
    wrong = [f"rules.def: {rule} is not in the book" for rule in rules if rule not in lines]
    return wrong + [f"rules.def: {rule} is missing" for rule in lines if rule not in rules and rule != section(rule)]


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
                    elif not word.startswith("PCIE-"):
                        wrong.append(f"{place}:{line}: no such rule: {word!r}")
    return tests, wrong


def cell(text):
    return text.replace("|", "\\|")


def row(rule, fields, clause, tests):
    kind, title, note = fields
    status = {"out": "out of scope", "note": "no rule"}.get(kind, kind)
    names = {}
    for path, name in tests:
        names.setdefault(path, []).append(f"`{name}`")
    held = "; ".join(f"[{path.removeprefix('tests/')}](../{path}) {', '.join(dict.fromkeys(of_path))}"
                     for path, of_path in names.items())
    if not held and kind in DUE:
        held = "**none**"
    return f"| [{rule}](rules/smmuv3.md#{rule}) | {cell(title)} | {cell(clause)} | {status} | {held} | {cell(note)} |"


def missing_of(rules, tests):
    return [rule for rule, fields in rules.items() if fields[0] in DUE and rule not in tests]


def document(rules, titles, clauses, tests):
    count = {kind: sum(fields[0] == kind for fields in rules.values()) for kind in KINDS}
    due = sum(count[kind] for kind in DUE)
    missing = len(missing_of(rules, tests))
    lines = [
        "# Coverage of the SMMUv3's rules", "",
        "Every rule of [the book](rules/smmuv3.md) that the SMMU and its PRI queue are built from, with its clause",
        "and the tests that hold it. Made by `tests/coverage/coverage.py` from the book, from",
        "`tests/coverage/*.def` and the `covers:` tags above the tests; a test fails if a rule in scope has no",
        "test or no clause. The name of a section stands for its plain text. The clause is what the book cites: `S`",
        "is IHI 0070, `A` the Arm ARM, `L` Linux, `U` its PCI",
        "header, `mem` memory, `rec` our choice; the book names the others. A rule is *implemented*, *stored* (kept",
        "and read back, without effect), *absent* (not built: it behaves as the architecture says of what is not",
        "there) or *out of scope*, for the reason in the last column.", "",
        "| rules | |", "|---|---|",
        f"| in scope | {due} |", f"| ... implemented | {count['implemented']} |", f"| ... stored | {count['stored']} |",
        f"| ... absent | {count['absent']} |", f"| in scope, with a test | {due - missing} |",
        f"| in scope, without | {missing} |", f"| out of scope | {count['out']} |",
        f"| no rule: pointers, examples, advice to software | {count['note']} |"]
    for name in dict.fromkeys(map(section, rules)):
        lines += ["", f"## {name}: {titles.get(name, '')}", "", "| rule | | clause | status | test | note |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [row(rule, fields, clauses.get(rule, ""), tests.get(rule, []))
                  for rule, fields in rules.items() if section(rule) == name]
    return "\n".join(lines) + "\n"


def main(arguments):
    root = pathlib.Path(arguments[0])
    rules = read_rules(sorted((root / "tests/coverage").glob("*.def"), reverse=True))
    tests, wrong = read_tags(root, rules)
    book = (root / "docs/rules/smmuv3.md").read_text()
    (lines, titles), clauses = read_book(book), read_clauses(book)
    if len(arguments) == 1:
        sys.stdout.write(document(rules, titles, clauses, tests))
        return 0
    wrong += [f"{rule}: no test" for rule in missing_of(rules, tests)] + compare(rules, lines)
    wrong += [f"{rule}: no clause" for rule in rules if rules[rule][0] in DUE and not clauses.get(rule)]
    if (root / "docs/coverage.md").read_text() != document(rules, titles, clauses, tests):
        wrong.append("docs/coverage.md is not what this program prints")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
