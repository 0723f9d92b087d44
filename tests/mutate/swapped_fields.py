#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two names of fields swapped in a row of model/core/events.def still build, and no verdict shows it: PRISIM_PROBE and
the readers name each field. The golden logs must show it, at the first line that has such an event.

  swapped_fields.py ROOT FOLDER
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scenario_shop import compile_program, configure, copy_tree
from workshop import BuildError

ROW, FIRST, SECOND = "driver.take", "slot", "lap"

_FIRST_LINE = re.compile(r"^# the log differs from \S+ at line \d+:\n"
                         r"(?:#     .*\n)*#   - (.*)\n(?:#   - .*\n)*#   \+ (.*)$", re.M)


def swapped(text):
    """events.def with the two names exchanged in that row, the formats left where they are."""
    row, = re.findall(rf'^PRISIM_EVENT\(\w+, \w+, "{re.escape(ROW)}",.*$', text, re.M)
    other = re.sub(rf"\b({FIRST}|{SECOND})\)", lambda m: f"{SECOND if m[1] == FIRST else FIRST})", row)
    return text.replace(row, other)


def judge(program, tree):
    """What is wrong with what regress says, or None."""
    def regress(*options):
        return subprocess.run([program, "regress", "--engine", "native", *options, "scenarios"], cwd=tree, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if (done := regress("--verdicts")).returncode:
        return f"a verdict shows it, before any golden log is looked at:\n{done.stdout}"
    done = regress()
    if done.returncode != 1 or "\nnot ok " not in done.stdout:
        return f"regress ends with {done.returncode}, and 1 is due:\n{done.stdout}"
    shown = _FIRST_LINE.search(done.stdout)
    if not shown:
        return f"no first line that differs is shown:\n{done.stdout}"
    golden, now = json.loads(shown[1]), json.loads(shown[2])
    order = [name for name in golden if name in (FIRST, SECOND)]
    if golden["event"] != ROW or golden != now or [name for name in now if name in order] != order[::-1]:
        return f"another line than the first with {ROW} is shown:\n{shown[0]}"
    print(shown[0])
    return None


def main(root, folder):
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="swapped.", dir=folder))
    try:
        copy_tree(root, work / "tree")
        table = work / "tree/model/core/events.def"
        table.write_text(swapped(text := table.read_text()))
        if table.read_text() == text:
            return "nothing was swapped"
        configure(work / "tree", work / "build")
        compile_program(work / "build", "prisim")
        return judge(work / "build/prisim", work / "tree")
    except BuildError as error:
        return f"it does not build: {error}"
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
