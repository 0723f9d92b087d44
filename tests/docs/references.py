#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That every reference to a rule leads to its anchor in docs/rules, and that each anchor is there once.

A reference is a word: SMMU-PRIOUTCOME-5, PCIE-STOP, UNBIND-S-03. Nothing else of three or more capitals behind SMMU-,
PCIE- or UNBIND- may stand in a source, a test or a page; nor may a rule be named by a number of a chapter.

  references.py ROOT     print what is wrong; exit 1 if anything is
"""

import pathlib
import re
import subprocess
import sys

WORD = re.compile(r"(?<![\w/#-])(?:SMMU|PCIE|UNBIND)-[A-Z][A-Z0-9]*(?:-\d+)?(?![\w-])")
ANCHOR = re.compile(r'<a id="([^"]+)">([^<]+)</a>')
NUMBER = re.compile(r"\b(?:smmuv3|pcie|unbind) (?:\d+\.\d+|\d+ (?:row|item)|P\d)")
LINK = re.compile(r"rules/(smmuv3|pcie|unbind)\.md#([\w-]+)")
BOOKS = {"smmuv3": "SMMU", "pcie": "PCIE", "unbind": "UNBIND"}
PASSED = ("tests/fuzz/corpus/", "tests/docs/references.py", "tests/coverage/test_coverage.py")


def anchors(root):
    """The anchors of all books, and what is wrong with them."""
    known, wrong = {}, []
    for book, prefix in BOOKS.items():
        for number, line in enumerate((root / f"docs/rules/{book}.md").read_text().splitlines(), 1):
            for anchor, shown in ANCHOR.findall(line):
                place = f"docs/rules/{book}.md:{number}"
                if anchor != shown or not anchor.startswith(prefix + "-"):
                    wrong.append(f"{place}: anchor {anchor} is shown as {shown}")
                if anchor in known:
                    wrong.append(f"{place}: anchor {anchor} is also in {known[anchor]}")
                known[anchor] = place
    return known, wrong


def references(text):
    """Line and reference."""
    for number, line in enumerate(text.splitlines(), 1):
        for word in WORD.findall(line):
            yield number, word
        for _, word in LINK.findall(line):
            yield number, word


def main(root):
    known, wrong = anchors(root)
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True).stdout.splitlines()
    files = [root / name for name in listed] or sorted(path for path in root.rglob("*") if path.is_file())
    count = 0
    for path in files:
        name = str(path.relative_to(root))
        if name.startswith(PASSED) or not path.is_file() or path.suffix in (".jsonl", ".bin", ".hex"):
            continue
        text = path.read_text(errors="replace")
        for number, word in references(text):
            count += 1
            if word not in known:
                wrong.append(f"{name}:{number}: no such rule: {word}")
        wrong += [f"{name}:{number}: a rule by number: {found[0]}"
                  for number, line in enumerate(text.splitlines(), 1) if (found := NUMBER.search(line))]
    if count < len(known):
        wrong.append(f"only {count} references to {len(known)} anchors were found: the test looks in the wrong place")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
