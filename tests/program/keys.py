#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every key of a scenario changes something. tests/program/keys.txt has a row for each: a value, a scenario, and what
else both runs are given. The run with the value must differ from the one without in its log, its summary, its story or
its exit status; that an identification register reads otherwise is no difference.

  keys.py PRISIM ROOT
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

NAMED = ("endpoints", "spaces", "regions", "timeline", "faults")  # what stands below has a name or an index
ID_REGISTERS = {f"0x{offset:x}" for offset in range(0, 0x20, 4)}  # SMMU-OFFSET: IDR0 to IDR5, IIDR, AIDR


def keys_of(root):
    """What keys.def and actions.def have: scalars; and what is one value of the scenario's own."""
    table = "".join((root / file).read_text() for file in ("tb/scenario/keys.def", "tb/scenario/actions.def"))
    scalars = re.findall(r'^(?:KEY|VALUE|PART)\("([^"]+)"', table, re.M)
    return scalars + re.findall(r'^GROUP\("([^"]+)", (?:FIELD|COUNT),', table, re.M)


def key_of(dotted, keys):
    """system.endpoints.nic.jobs is system.endpoints.*.jobs, timeline.race.when.pasid is timeline.*.when.*."""
    parts = dotted.split(".")
    key = ".".join("*" if i and parts[i - 1] in NAMED else part for i, part in enumerate(parts))
    return key if key in keys else key.rpartition(".")[0] + ".*"


def rows_of(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.partition("#")[0].split()
        if line:
            yield f"{path.name}:{number}", *line[:3], line[3:]


class Runs:
    def __init__(self, prisim, root):
        self.prisim, self.root, self.known = prisim, root, {}

    def outcome(self, base, settings):
        key = base, *settings
        if key not in self.known:
            self.known[key] = self.run(base, settings)
        return self.known[key]

    def run(self, base, settings):
        with tempfile.TemporaryDirectory() as folder:
            log, summary, file = (pathlib.Path(folder, name) for name in ("log", "summary", "scenario"))
            edits = [setting.partition("=")[2].split("->") for setting in settings if "->" in setting]
            text = (self.root / base).read_text()
            for old, new in edits:
                assert old in text, f"{base}: no {old}"
                text = text.replace(old, new)
            file.write_text(text)
            settings = [setting for setting in settings if "->" not in setting]
            command = [self.prisim, "run", file, "--engine", "native", "--log", log, "--summary", summary]
            command += (word for setting in settings for word in ("--set", setting))
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            if done.returncode not in (0, 1, 4):
                return done.returncode, done.stderr.replace(str(file), base)
            events = [line for line in log.read_text().splitlines() if not self.is_identification(line)]
            summary = json.loads(summary.read_text())
            del summary["log_digest"]
            return done.returncode, events, summary, re.sub(r", log [0-9a-f]+", "", done.stdout)

    @staticmethod
    def is_identification(line):
        if '"smmu.register"' not in line:
            return False
        event = json.loads(line)
        return not event["write"] and event["offset"] in ID_REGISTERS


def main(prisim, root):
    runs, wrong, rows, keys = Runs(prisim, root), [], {}, keys_of(root)
    for place, key, value, base, also in rows_of(root / "tests/program/keys.txt"):
        rows[key_of(key, keys)] = place
        refused = "refused" in also
        settings = [setting for setting in also if setting != "refused"]
        before, after = runs.outcome(base, settings), runs.outcome(base, [*settings, f"{key}={value}"])
        if before[0] not in (0, 1, 4):
            wrong.append(f"{place}: {base} does not run: {before[1]}")
        elif (after[0] == 2) != refused:
            wrong.append(f"{place}: {key}={value} is {'not refused' if refused else 'refused: ' + after[1]}")
        elif after == before:
            wrong.append(f"{place}: {key}={value} changes nothing in {base}")
    wrong += [f"{key}: no row of keys.txt shows what it changes" for key in keys if key not in rows]
    wrong += [f"{place}: no such key: {key}" for key, place in rows.items() if key not in keys]
    print("\n".join(wrong), file=sys.stderr)
    print(f"{len(keys)} keys, {len(runs.known)} runs")
    return 1 if wrong or not keys else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
