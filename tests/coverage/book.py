# SPDX-License-Identifier: Apache-2.0
"""A rule book: its rules by name, the titles of its sections, and where each rule is from."""

import re
import typing


class Book(typing.NamedTuple):
    prefix: str  # of its rules' names
    path: str  # below docs/
    name: str
    derived: tuple  # sections that cite none: their rules follow from others
    unruled: tuple  # sections that state no rule
    mark: str  # what a mark of its source begins with


SMMU = Book("SMMU", "rules/smmuv3.md", "SMMUv3", ("SMMU-SEED",), ("SMMU-OPEN", "SMMU-PITFALL"),
            r"C:|[A-Z]+ |mem\b|rec\b|not found\b")
PCIE = Book("PCIE", "rules/pcie.md", "PCIe", (), ("PCIE-OPENMODELS", "PCIE-PITFALL"),
            r"C:|M\b|all M\b|derived\b|ours\b|not found\b")
BOOKS = (SMMU, PCIE)

ANCHOR = re.compile(r'<a id="((?:SMMU|PCIE)-[A-Z0-9]+(?:-\d+)?)">')


def section(rule):
    return "-".join(rule.split("-")[:2])


def marks(book, line):
    """Where a line of the book is from: the clauses of its marks, each once."""
    found = re.findall(rf"\[((?:{book.mark})[^\]]*)\]", line)
    found = dict.fromkeys(mark.replace("C:", "").replace("`", "").strip() for mark in found)
    return "; ".join(sorted(found, key=lambda mark: mark[0].islower()))  # the architecture's before our own


def read(book, text):
    """The book's lines by name: a rule's own line; a section's heading and plain text. The titles of sections. And the
    paragraph that announces the table in which a rule stands: it begins in bold, or ends with a colon."""
    found, titles, announced, name, paragraph, last = {}, {}, {}, "", "", ""
    for line in text.splitlines():
        anchor = ANCHOR.search(line)
        if anchor:
            found[anchor[1]] = line
            if line.startswith("#"):
                name, paragraph = anchor[1], ""
                titles[name] = re.sub(r" *\[.*", "", line.partition("</a>: ")[2])
            elif line.startswith("|") and (paragraph.startswith("**") or paragraph.rstrip().endswith(":")):
                announced[anchor[1]] = paragraph
        elif line.startswith("#"):
            name = ""
        elif name and not line.startswith("|"):
            found[name] += "\n" + line
            paragraph = "\n".join(filter(None, (paragraph if last else "", line))) if line else paragraph
        last = line
    stated = {rule: line for rule, line in found.items() if section(rule) not in book.unruled}
    return stated, titles, announced


def read_clauses(book, text):
    """The clauses by name: those of the line or of the plain text, else those of the table's announcement, of the
    section's heading, of its plain text."""
    (lines, _, announced), clauses = read(book, text), {}
    for rule, line in lines.items():
        heading, _, plain = lines[section(rule)].partition("\n")
        places = [plain if rule == section(rule) else line, announced.get(rule, ""), heading, plain]
        derived = "of the rules above" if section(rule) in book.derived else ""
        clauses[rule] = next(filter(None, (marks(book, place) for place in places)), derived)
    return clauses
