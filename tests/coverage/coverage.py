#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins the rules of rules.def, their clauses in docs/rules/smmuv3.md and the `covers:` tags of the tests into
docs/coverage.md.

A tag is a comment `covers: smmuv3 4.4 row 5, smmuv3 10 row 1` above a test; the test's name is what stands below it.
It is no judge of the tests: that a test fails without its rule is for its author to show.

Each row and item stands in rules.def, or in figures.def beside it, with its first words beside its number. An item that
is put into the middle of a list of the sheet shifts those behind it: then number and words do not go together any more,
and the comparison says so.

  coverage.py ROOT                print docs/coverage.md
  coverage.py ROOT --check        fail if a tag names no rule, if a rule in scope is without a test or a clause, if two
                                  rules of a section begin with the same words, or if the document is not what is
                                  printed; and as --sheet does, with ROOT/docs/rules/smmuv3.md
  coverage.py ROOT --sheet FILE   fail if a number and its first words are not those of the sheet, or if one is missing
  coverage.py ROOT --words FILE   write the sheet's first words into rules.def where there are none yet
"""

import pathlib
import re
import sys

WORDS = 6  # of each rule

SECTIONS = {
    "1.1": "Register map", "1.2": "Register offsets", "1.3": "IDR0", "1.4": "IDR1", "1.5": "IDR2 to 6, IIDR, AIDR",
    "1.6": "CR0", "1.7": "CR1, CR2, STATUSR, GBPA, AGBPA", "1.8": "IRQ_CTRL", "1.9": "GERROR",
    "1.10": "Interrupt configuration", "1.11": "Tables, queues, guards", "1.12": "Reset",
    "1.13": "Example identification", "2.1": "Opcodes", "2.2": "Common fields of commands",
    "2.3": "Fields of each command", "2.4": "Configuration invalidation", "2.5": "TLB invalidation", "2.6": "ATC_INV",
    "2.7": "PRI_RESP", "2.8": "RESUME, STALL_TERM", "2.9": "SYNC", "2.10": "Command errors", "3.1": "Event records",
    "3.2": "Event codes", "3.3": "Event rules", "3.4": "Event queue: full, overflow, abort",
    "4.1": "PRI queue entry", "4.2": "Message kinds", "4.3": "Accepting a page request", "4.4": "Outcomes",
    "4.5": "Automatic response in overflow", "4.6": "Leaving overflow", "4.7": "PRI queue interrupts", "4.8": "Credits",
    "4.9": "PRIQEN changes", "4.10": "PCIe side", "5.1": "Stream and CD tables", "5.2": "STE", "5.3": "CD",
    "5.3a": "Reading and updating structures",
    "5.4": "Flow by Config and SubstreamID", "6.1": "Translation requests", "6.2": "Completions",
    "6.3": "Translated accesses", "7.1": "Levels and blocks", "7.2": "Descriptors", "7.3": "Access flag, dirty state",
    "7.4": "Walk cost", "8.1": "gem5's figures", "8.2": "Published figures", "8.3": "Recommended latencies",
    "10": "Test seeds",
}
DERIVED = {"10": "of the rules above"}  # sections that cite none
KINDS = ("implemented", "stored", "absent", "out", "note")
DUE = ("implemented", "stored", "absent")
FOLDERS = ("tests", "rtl", "driver", "tb", "bench")
SUFFIXES = (".c", ".h", ".cpp", ".def", ".sv", ".sh", ".cmake", ".yaml", ".txt", ".py")

TAG = re.compile(r"^[ \t]*(?:/\*|//|#|\*)[ \t]*covers:(.*?)(?:\*/|$)", re.S)
NAME = re.compile(
    r"START_TEST\((\w+)\)|^\s*BIN\((\w+)|^\s*GROUP\(\"([^\"]+)\"|^\s*(\w+)\s*:\s*(?:assert|cover) property"
    r"|add_test\(NAME (\w+)|prisim_test\((\w+)|^name: *(\S+)|^(?!\s*(?:return|else))[\w \*]+?\b(\w+)\([^;]*$", re.M)


ID = re.compile(r'(\S+(?: (?:row|item) \d+)?)(?: "([^"]*)")?')


def read_rules(paths):
    """Kind, title and note by id; and the first words by id."""
    rules, words = {}, {}
    for path, number, line in [(path, *line) for path in paths for line in enumerate(path.read_text().splitlines(), 1)]:
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        name = ID.fullmatch(fields[0])
        if len(fields) != 4 or not name or fields[1] not in KINDS or name[1] in rules:
            raise SystemExit(f'{path}:{number}: not `id "first words" | kind | title | note`, or an id twice')
        if section(name[1]) not in SECTIONS or (fields[1] == "out" and not fields[3]):
            raise SystemExit(f"{path}:{number}: unknown section, or out of scope for no reason")
        rules[name[1]] = fields[1:]
        if " " in name[1]:
            words[name[1]] = name[2] or ""
    return rules, words


def section(rule):
    return rule.split(" ")[0]


def marks(line):
    """Where a line of the sheet is from: the clauses of its marks, each once."""
    found = re.findall(r"\[((?:C:|[A-Z]+ |mem\b|rec\b|not found\b)[^\]]*)\]", line)
    found = dict.fromkeys(mark.replace("C:", "").strip() for mark in found)
    return "; ".join(sorted(found, key=lambda mark: mark[0].islower()))  # the architecture's before our own


def first_words(line):
    """Of a row or an item of the sheet, without marks, emphasis and the borders of cells."""
    text = re.sub(r"^(?:- |\d+\. )", "", line)
    text = re.sub(r"\[(?:C:|[A-Z]+ |mem|rec|not found)[^\]]*\]|[*`\"]", "", text)
    return " ".join(text.replace("|", " ").split()[:WORDS])


def read_sheet(text):
    """The first words by id, counted as rules.def says."""
    return {rule: first_words(line) for rule, line in read_lines(text).items() if " " in rule}


def read_clauses(text):
    """The clauses by id: those of the line or of the plain text, else those of the section's heading."""
    lines, clauses = read_lines(text), {}
    for rule, line in lines.items():
        heading, _, plain = lines[section(rule)].partition("\n")
        own = plain if rule == section(rule) else line
        clauses[rule] = marks(own) or marks(heading) or DERIVED.get(section(rule), "")
    return clauses


def read_lines(text):
    """The sheet's lines by id; a section's own are its heading and its plain text."""
    found, name, rows, items, head = {}, "", 0, 0, 0
    for line in text.splitlines():
        heading = re.match(r"#{2,3} (\d+(?:\.\d+[a-z]?)?)[. ]", line)
        if heading:
            name, rows, items = heading[1], 0, 0
            found[name] = line
        head = head + 1 if line.startswith("|") else 0
        if head > 2:  # the first two lines of a table are its head
            rows += 1
            found[f"{name} row {rows}"] = line
        elif re.match(r"- |\d+\. ", line):
            items += 1
            found[f"{name} item {items}"] = line
        elif name and not heading and head == 0:
            found[name] += "\n" + line
    return {rule: line for rule, line in found.items() if section(rule) in SECTIONS}


def same_words(words):
    """Rules of one section that begin alike: a shift from one to the other would not be seen."""
    first, wrong = {}, []
    for rule, text in words.items():
        if not text:
            wrong.append(f"rules.def: smmuv3 {rule}: no first words")
            continue
        other = first.setdefault((section(rule), rule.split(" ")[1], text), rule)
        if other != rule:
            wrong.append(f"rules.def: smmuv3 {rule} and {other} begin with the same words")
    return wrong


def compare(words, sheet, tests):
    """What differs between rules.def and the sheet."""
    wrong = []
    for rule, text in words.items():
        if sheet.get(rule) == text:
            continue
        now = [other for other, theirs in sheet.items() if theirs == text and section(other) == section(rule)]
        place = f"it is {now[0]} there, and {len(tests.get(rule, []))} tests name it" if now else "it is not there"
        wrong.append(f"smmuv3 {rule}: {text!r} here, {sheet.get(rule, '')!r} in the sheet: {place}")
    wrong += [f"smmuv3 {rule}: {text!r} is not in rules.def" for rule, text in sheet.items() if rule not in words]
    return wrong


def fill(path, words, sheet):
    """First words, where there are none."""
    lines = []
    for line in path.read_text().splitlines():
        rule = line.split("|")[0].strip()
        if "|" in line and words.get(rule) == "" and rule in sheet:
            line = f'{rule} "{sheet[rule]}" |{line.split("|", 1)[1]}'
        lines.append(line)
    path.write_text("\n".join(lines) + "\n")


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
                    known = re.fullmatch(r"smmuv3 (.+)", word)
                    if known and known.group(1) in rules:
                        tests.setdefault(known.group(1), []).append((str(place), name))
                    elif not word.startswith("pcie "):
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
    place = " ".join(rule.split(" ")[1:]) or "text"
    return f"| {place} | {cell(title)} | {cell(clause)} | {status} | {held} | {cell(note)} |"


def missing_of(rules, tests):
    return [rule for rule, fields in rules.items() if fields[0] in DUE and rule not in tests]


def document(rules, clauses, tests):
    count = {kind: sum(fields[0] == kind for fields in rules.values()) for kind in KINDS}
    due = sum(count[kind] for kind in DUE)
    missing = len(missing_of(rules, tests))
    lines = [
        "# Coverage of the SMMUv3's rules", "",
        "Every rule of [the sheet](rules/smmuv3.md) that the SMMU and its PRI queue are built from, with its clause",
        "and the tests that hold it. Made by `tests/coverage/coverage.py` from the sheet, from",
        "`tests/coverage/*.def` and the `covers:` tags above the tests; a test fails if a rule in scope has no",
        "test or no clause. `row N` is the N-th row of a section's tables, `item N` the N-th of its list, `text` the",
        "rest of it. The clause is what the sheet cites: `S` is IHI 0070, `A` the Arm ARM, `L` Linux, `U` its PCI",
        "header, `mem` memory, `rec` our choice; the sheet names the others. A rule is *implemented*, *stored* (kept",
        "and read back, without effect), *absent* (not built: it behaves as the architecture says of what is not",
        "there) or *out of scope*, for the reason in the last column.", "",
        "| rules | |", "|---|---|",
        f"| in scope | {due} |", f"| ... implemented | {count['implemented']} |", f"| ... stored | {count['stored']} |",
        f"| ... absent | {count['absent']} |", f"| in scope, with a test | {due - missing} |",
        f"| in scope, without | {missing} |", f"| out of scope | {count['out']} |",
        f"| no rule: pointers, examples, advice to software | {count['note']} |"]
    for name, title in SECTIONS.items():
        lines += ["", f"## {name} {title}", "", "| rule | | clause | status | test | note |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [row(rule, fields, clauses.get(rule, ""), tests.get(rule, []))
                  for rule, fields in rules.items() if section(rule) == name]
    return "\n".join(lines) + "\n"


def main(arguments):
    root = pathlib.Path(arguments[0])
    paths = sorted((root / "tests/coverage").glob("*.def"))
    rules, words = read_rules(paths)
    tests, wrong = read_tags(root, rules)
    stored = (root / "docs/rules/smmuv3.md").read_text()
    clauses = read_clauses(stored)
    if len(arguments) == 1:
        sys.stdout.write(document(rules, clauses, tests))
        return 0
    if arguments[1] == "--words":
        for path in paths:
            fill(path, words, read_sheet(pathlib.Path(arguments[2]).read_text()))
        return 0
    if arguments[1] == "--sheet":
        wrong = compare(words, read_sheet(pathlib.Path(arguments[2]).read_text()), tests)
    else:
        wrong += [f"smmuv3 {rule}: no test" for rule in missing_of(rules, tests)] + same_words(words)
        wrong += [f"smmuv3 {rule}: no clause" for rule in rules if rules[rule][0] in DUE and not clauses.get(rule)]
        if (root / "docs/coverage.md").read_text() != document(rules, clauses, tests):
            wrong.append("docs/coverage.md is not what this program prints")
        wrong += compare(words, read_sheet(stored), tests)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
