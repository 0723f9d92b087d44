#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The digest of a run, computed from the text of its log by what docs/output.md says: a second hand. The program makes
it of binary events, without any text.

  digest.py LOG                    prints the digest of a log
  digest.py --check PRISIM ROOT    every golden log has the digest that a run of its scenario has
"""

import functools
import json
import pathlib
import subprocess
import sys
import tempfile

WORD = 2**64 - 1
FIRST, THEN = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
HEAD = ("cycle", "at", "event", "point")


@functools.lru_cache(maxsize=None)
def fnv(text):
    """64-bit FNV-1a."""
    value = 14695981039346656037
    for byte in text.encode():
        value = (value ^ byte) * 1099511628211 & WORD
    return value


def mix(value, word):
    value = (value ^ word) * FIRST & WORD
    return (value << 32 | value >> 32) * THEN & WORD


def word_of(name, value):
    if value is None:
        return WORD
    if isinstance(value, str):
        return int(value, 16) if value.startswith("0x") and name != "space" else fnv(value)
    return int(value)


def digest_of(lines):
    """Of the lines of a whole log."""
    value, events = FIRST, 0
    for line in lines:
        event = json.loads(line)
        fields = [(name, field) for name, field in event.items() if name not in HEAD]
        kind = "\0".join([event["event"], event.get("point", ""), *(name for name, _ in fields)])
        words = [event["cycle"], fnv(event["at"]), fnv(kind), *(word_of(*field) for field in fields)]
        value = functools.reduce(mix, words, value)
        events += 1
    return f"{mix(value, events):016x}"


def told(prisim, scenario, *more):
    done = subprocess.run([prisim, "run", "-q", "--engine", "native", "--summary", "-", *more, scenario],
                          capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)["log_digest"]


def check(prisim, root):
    logs = sorted((root / "scenarios").rglob("*.jsonl"))
    assert len(logs) > 60, "where are the scenarios?"
    wrong = 0
    for log in logs:
        ours, theirs = digest_of(log.read_text().splitlines()), told(prisim, log.with_suffix(".yaml"))
        if ours != theirs:
            print(f"{log}: its digest is {ours}, the run's {theirs}")
            wrong += 1
    # Writing the log changes nothing; a space may be called like a number.
    with tempfile.TemporaryDirectory() as folder:
        scenario, log = pathlib.Path(folder, "named.yaml"), pathlib.Path(folder, "log")
        text = (root / "scenarios/basics/served_in_peace.yaml").read_text()
        scenario.write_text(text.replace("space: A", "space: 0xa").replace("  A:", "  0xa:"))
        theirs = told(prisim, scenario, "--log", log)
        lines = log.read_text().splitlines()
        assert any('"space":"0xa"' in line for line in lines)
        if digest_of(lines) != theirs or told(prisim, scenario) != theirs:
            print("named.yaml: three digests")
            wrong += 1
    return wrong


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--check":
        sys.exit(check(sys.argv[2], pathlib.Path(sys.argv[3])) != 0)
    with open(sys.argv[1], encoding="utf-8") as log:
        print(digest_of(log))


if __name__ == "__main__":
    main()
