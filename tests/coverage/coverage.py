#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins the rules of rules.def and the `covers:` tags of the tests into docs/coverage.md.

A tag is a comment `covers: smmuv3 4.4 row 5, smmuv3 10 row 1` above a test; the test's name is what stands below it.
It is no judge of the tests: that a test fails without its rule is for its author to show.

  coverage.py ROOT          print docs/coverage.md
  coverage.py ROOT --check  fail if a tag names no rule, if a rule in scope is without a test, or if the document is
                            not what is printed
"""

import pathlib
import re
import sys

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
    "5.4": "Flow by Config and SubstreamID", "6.1": "Translation requests", "6.2": "Completions",
    "6.3": "Translated accesses", "7.1": "Levels and blocks", "7.2": "Descriptors", "7.3": "Access flag, dirty state",
    "7.4": "Walk cost", "8.1": "gem5's figures", "8.2": "Published figures", "8.3": "Recommended latencies",
    "10": "Test seeds",
}
KINDS = ("implemented", "stored", "absent", "out", "note")
DUE = ("implemented", "stored", "absent")
FOLDERS = ("tests", "rtl", "driver", "tb", "bench")
SUFFIXES = (".c", ".h", ".cpp", ".def", ".sv", ".sh", ".cmake", ".yaml", ".txt", ".py")

TAG = re.compile(r"^[ \t]*(?:/\*|//|#|\*)[ \t]*covers:(.*?)(?:\*/|$)", re.S)
NAME = re.compile(
    r"START_TEST\((\w+)\)|^\s*BIN\((\w+)|^\s*GROUP\(\"([^\"]+)\"|^\s*(\w+)\s*:\s*(?:assert|cover) property"
    r"|add_test\(NAME (\w+)|prisim_test\((\w+)|^name: *(\S+)|^(?!\s*(?:return|else))[\w \*]+?\b(\w+)\([^;]*$", re.M)


def read_rules(path):
    rules = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 4 or fields[1] not in KINDS or fields[0] in rules:
            raise SystemExit(f"{path}:{number}: not `id | kind | title | note`, or an id twice")
        if section(fields[0]) not in SECTIONS or (fields[1] == "out" and not fields[3]):
            raise SystemExit(f"{path}:{number}: unknown section, or out of scope for no reason")
        rules[fields[0]] = fields[1:]
    return rules


def section(rule):
    return rule.split(" ")[0]


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


def row(rule, fields, tests):
    kind, title, note = fields
    status = {"out": "out of scope", "note": "no rule"}.get(kind, kind)
    names = {}
    for path, name in tests:
        names.setdefault(path, []).append(f"`{name}`")
    held = "; ".join(f"[{path.removeprefix('tests/')}](../{path}) {', '.join(dict.fromkeys(of_path))}"
                     for path, of_path in names.items())
    if not held and kind in DUE:
        held = "**none**"
    return f"| {' '.join(rule.split(' ')[1:]) or 'text'} | {cell(title)} | {status} | {held} | {cell(note)} |"


def missing_of(rules, tests):
    return [rule for rule, fields in rules.items() if fields[0] in DUE and rule not in tests]


def document(rules, tests):
    count = {kind: sum(fields[0] == kind for fields in rules.values()) for kind in KINDS}
    due = sum(count[kind] for kind in DUE)
    missing = len(missing_of(rules, tests))
    lines = [
        "# Coverage of the SMMUv3's rules", "",
        "Every rule of the facts sheet that the SMMU and its PRI queue are built from, with the tests that hold it.",
        "Made by `tests/coverage/coverage.py` from `tests/coverage/rules.def` and the `covers:` tags above the",
        "tests; a test fails if a rule in scope has none. `row N` is the N-th row of a section's tables, `item N`",
        "the N-th of its list, `text` the rest of it. A rule is *implemented*, *stored* (kept and read back, without",
        "effect), *absent* (not built: it behaves as the architecture says of what is not there) or *out of scope*,",
        "for the reason in the last column.", "",
        "| rules | |", "|---|---|",
        f"| in scope | {due} |", f"| ... implemented | {count['implemented']} |", f"| ... stored | {count['stored']} |",
        f"| ... absent | {count['absent']} |", f"| in scope, with a test | {due - missing} |",
        f"| in scope, without | {missing} |", f"| out of scope | {count['out']} |",
        f"| no rule: pointers, examples, advice to software | {count['note']} |"]
    for name, title in SECTIONS.items():
        lines += ["", f"## {name} {title}", "", "| rule | | status | test | note |", "|---|---|---|---|---|"]
        lines += [row(rule, fields, tests.get(rule, [])) for rule, fields in rules.items() if section(rule) == name]
    return "\n".join(lines) + "\n"


def main(arguments):
    root = pathlib.Path(arguments[0])
    rules = read_rules(root / "tests/coverage/rules.def")
    tests, wrong = read_tags(root, rules)
    text = document(rules, tests)
    if len(arguments) == 1:
        sys.stdout.write(text)
        return 0
    wrong += [f"smmuv3 {rule}: no test" for rule in missing_of(rules, tests)]
    if (root / "docs/coverage.md").read_text() != text:
        wrong.append("docs/coverage.md is not what this program prints")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
