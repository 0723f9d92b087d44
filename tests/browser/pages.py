# SPDX-License-Identifier: Apache-2.0
"""Runs, their logs and their pages, made by the program itself. What a test expects of a page it takes from the log."""

import json
import pathlib
import re
import subprocess

RACE = "scenarios/unbind_while_queued.yaml"


class Run:
    """A scenario's run: its log as dictionaries, and files beside it."""

    def __init__(self, prisim, root, folder, name, scenario=RACE, changes=()):
        self.prisim, self.scenario, self.changes = prisim, pathlib.Path(root) / scenario, list(changes)
        self.path = pathlib.Path(folder) / f"{name}.jsonl"
        ended = subprocess.run([prisim, "run", self.scenario, *self.sets(), "--engine", "native", "-q", "--log",
                                self.path],
                               capture_output=True, text=True, timeout=300)
        if ended.returncode not in (0, 1, 4):
            raise RuntimeError(ended.stderr)
        self.lines = [json.loads(line) for line in self.path.read_text().splitlines()]

    def sets(self):
        return [word for change in self.changes for word in ("--set", change)]

    def judged(self):
        return ["--scenario", self.scenario, *self.sets()]

    def event(self, name, **fields):
        """The numbers of the events of this name and with these fields."""
        return [i for i, line in enumerate(self.lines) if line["event"] == name and
                all(line.get(key) == value for key, value in fields.items())]

    def cycle(self, name, **fields):
        """The cycle of the only such event."""
        found = self.event(name, **fields)
        assert len(found) == 1, (name, fields, found)
        return self.lines[found[0]]["cycle"]


def page(prisim, out, *runs, judged=True):
    """A page of one or two runs; judged: their scenarios are given."""
    scenarios = [word for run in runs for word in run.judged()] if judged else []
    subprocess.run([prisim, "view", *[run.path for run in runs], *scenarios, "-o", out], check=True, timeout=300,
                   capture_output=True)
    return pathlib.Path(out)


def causes(root):
    text = (pathlib.Path(root) / "model/core/causes.def").read_text()
    return dict(re.findall(r'PRISIM_CAUSE\(\w+, "([^"]+)", "([^"]*)"\)', text))


def large(jobs):
    """A scenario with so many DMA jobs, each of which takes a page request; 30 events a job and more."""
    text = ["# SPDX-License-Identifier: Apache-2.0", "name: many", "about: many page requests of two functions.",
            "system:", "  memory: {size: 0x10000000}",
            "  endpoints: [{id: nic, pri: {allocation: 8}}, {id: gpu, pri: {allocation: 8}}]",
            "  driver: {unbind: drain, irq_latency: 2000}",
            "spaces:", *[f"  {name}: {{regions: [{{at: 0x1000000, size: 0x40000000, perm: rw}}]}}" for name in "AB"],
            "timeline:", "  - {at: 0, bind: {endpoint: nic, pasid: 1, space: A}}",
            "  - {at: 0, bind: {endpoint: gpu, pasid: 2, space: B}}"]
    for job in range(jobs):
        function, pasid = (("nic", 1), ("gpu", 2))[job % 2]
        text.append(f"  - {{at: {40000 + 1400 * job}, dma: {{endpoint: {function}, pasid: {pasid}, "
                    f"address: {0x1000000 + 0x1000 * job:#x}, write: true}}}}")
        if job % 400 == 350:
            text.append(f"  - {{at: {40000 + 1400 * job + 900}, unbind: {{endpoint: nic, pasid: 1, "
                        f"then_bind: {'AB'[job // 400 % 2 == 0]}}}}}")
    return "\n".join(text) + "\n"
