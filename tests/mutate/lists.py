# SPDX-License-Identifier: Apache-2.0
"""The committed lists: targets, named faults, and equivalent faults with their arguments.

A list is entries with an empty line between them. An entry is `key: value` lines, and edits: lines of old text behind
`- `, then lines of new text behind `+ `. A line that starts with a space goes on with the value before it.
"""
import re


class Entry:
    def __init__(self, line):
        self.line, self.values, self.edits = line, {}, []

    def __getitem__(self, key):
        return self.values[key]


class ListError(Exception):
    pass


def read(path):
    entries, entry, key = [], None, None
    for number, line in enumerate(path.read_text().splitlines() + [""], 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            entry = None
            continue
        if entry is None:
            entry = Entry(number)
            entries.append(entry)
        if line.startswith(("- ", "+ ")) or line in ("-", "+"):
            old = line[0] == "-"
            if old and (not entry.edits or entry.edits[-1][1]):
                entry.edits.append(([], []))
            entry.edits[-1][0 if old else 1].append(line[2:])
        elif line.startswith(" ") and key:
            entry.values[key] += " " + line.strip()
        else:
            key, colon, value = line.partition(":")
            if not colon:
                raise ListError(f"{path}:{number}: expected `key: value`, `- old` or `+ new`")
            entry.values[key] = value.strip()
    return entries


class Named:
    """A named fault, seen by a test, or by nobody because nobody can.

    `applied` finds the old text of each of its edits, which must be there once.
    """

    def __init__(self, path, entry):
        try:
            self.name, self.rule, self.file = (entry[k] for k in ("fault", "rule", "in"))
            self.seen_by, self.because = entry.values.get("seen by", ""), entry.values.get("because", "")
        except KeyError:
            self.name = ""
        if not self.name or bool(self.seen_by) == bool(self.because):
            raise ListError(f"{path}:{entry.line}: a fault needs fault, rule, in, and seen by or because")
        self.edits = entry.edits
        self.key = (self.name, self.file, self.seen_by, self.edits)
        self.place = f"{path.name}:{entry.line}"
        if not self.edits:
            raise ListError(f"{path}:{entry.line}: a fault needs an edit")

    def applied(self, text):
        for old, new in self.edits:
            pattern = r"\s+".join(re.escape(word) for word in " ".join(old).split())
            found = list(re.finditer(pattern, text))
            if len(found) != 1:
                raise ListError(f"{self.place}: {self.name}: its old text is {len(found)} times in {self.file}")
            text = text[:found[0].start()] + "\n".join(new) + text[found[0].end():]
        return text


def named(path):
    faults = [Named(path, entry) for entry in read(path)] if path.exists() else []
    names = [fault.name for fault in faults]
    for name in names:
        if names.count(name) > 1:
            raise ListError(f"{path}: two faults are called {name}")
    return faults


def equivalents(path):
    """Key of a mechanical fault (mechanical.Fault.key) -> why it changes nothing that anybody can see."""
    table = {}
    if not path.exists():
        return table
    for entry in read(path):
        try:
            where, why = entry["equivalent"].split(), entry["because"]
        except KeyError:
            raise ListError(f"{path}:{entry.line}: expected equivalent: FILE FUNCTION, edits and because:") from None
        nth = int(where[2].lstrip("#")) if len(where) > 2 else 1
        for old, new in entry.edits:
            squeezed = (" ".join(" ".join(lines).split()) for lines in (old, new))
            table[(where[0], where[1] if where[1] != "-" else "", nth, *squeezed)] = why
    return table
