# SPDX-License-Identifier: Apache-2.0
"""The data in a page that prisim view writes."""

import json
import re
import subprocess


def runs_of(text):
    """The objects in a page, in their order."""
    found = re.findall(r'<script type="application/json" id="run-(\d)">\n(.*?)</script>', text, re.S)
    assert [number for number, _ in found] == [str(i) for i in range(len(found))]
    return [json.loads(data) for _, data in found]


def data_of(prisim, log, scenario=None):
    command = [prisim, "view", log, "-o", "-"] + (["--scenario", scenario] if scenario else [])
    view = subprocess.run(command, capture_output=True, text=True)
    assert view.returncode == 0, view.stderr
    return runs_of(view.stdout)[0]
