#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What unbinds cost, as the table of docs/costs.md: from how many unbinds per 1,000 page requests on these lose a share
of their throughput (UNBIND-D21), how long the calls take (UNBIND-D20), with the prices of the driver as they are,
halved and doubled.

  costs.py PROGRAM ROOT           prints the table
  costs.py PROGRAM ROOT --check   compares it with the one in docs/costs.md
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
SCENARIO = ROOT / "tests/docs/costs.yaml"
PAGE = ROOT / "docs/costs.md"
MARKS = ("<!-- tests/docs/costs.py -->\n", "<!-- end -->\n")
POLICIES = {"none": {"unbind": "none"}, "stop_marker": {"unbind": "stop_marker"}, "drain": {"unbind": "drain"}}
PRICES = {"halved": 0.5, "as they are": 1, "doubled": 2}
CPUS = (4, 2, 1)
REQUESTS, UNBINDS, BEGIN, EVERY, BOUND = 320, 10, 100000, 40000, 5  # as costs.yaml has them
SHARES = (1, 5)  # percent


class Wrong(Exception):
    """A run is not what the tables are about."""


def defaults():
    """Of what the driver takes for each thing that it does."""
    said = subprocess.run([PROGRAM, "describe", "--markdown"], capture_output=True, text=True, check=True).stdout
    keys = re.findall(r"^\| `(system\.driver\.(?:price\.\w+|irq_latency|fault_service))` \| number \| (\d+) \|", said,
                      re.M)
    return {key: int(value) for key, value in keys}


def run(cpus, price, policy, prices):
    settings = {key: max(1, int(value * PRICES[price])) for key, value in prices.items()}
    settings.update({"system.driver.cpus": cpus, "timeline.unbinds.repeat.every": int(EVERY * PRICES[price])})
    if policy:
        settings["system.driver.unbind"] = policy
    else:
        settings["timeline.unbinds.at"] = 9000000  # behind the load
    options = [f"--set={key}={value}" for key, value in settings.items()]
    with tempfile.TemporaryDirectory() as folder:
        log, summary = pathlib.Path(folder, "log.jsonl"), pathlib.Path(folder, "summary.json")
        done = subprocess.run([PROGRAM, "run", SCENARIO, "-q", "--engine=native", "--summary", summary, "--log", log,
                               *options], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise Wrong(f"{cpus}, {price}, {policy}: exit {done.returncode}: {done.stderr}")
        found = json.loads(summary.read_text(encoding="utf-8"))
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()
                 if '"endpoint.job_done"' in line or '"driver.bind"' in line]
    done = [line for line in lines if line["event"] == "endpoint.job_done"]
    if found["hops"]["E0-R2"]["count"] != REQUESTS or found["hops"]["E0-R2"]["never"] or \
            len(done) != REQUESTS or len(found["unbinds"]) != UNBINDS or any(found["hazards"].values()):
        raise Wrong(f"{cpus}, {price}, {policy}: not what the tables are about")
    end = max(line["cycle"] for line in done)
    ended = sum(line["cycle"] <= end for line in lines if line["event"] == "driver.bind") - BOUND
    if policy and ended < UNBINDS // 5:
        raise Wrong(f"{cpus}, {price}, {policy}: the unbinds came when the load was over")
    times = sorted(one["unbind"] for one in found["unbinds"][:ended])
    return {"time": end - BEGIN, "unbinds": times}


def number(value):
    return f"{value:,}"


def rates(loss, whole):
    """From how many unbinds per 1,000 page requests on the share is lost."""
    return [number(-(-share * whole // (100 * loss))) if loss > 0 else "never" for share in SHARES]


def rows(cpus, price, found):
    alone = found[cpus, price, None]["time"]
    whole = alone * 1000 // REQUESTS
    for policy in POLICIES:
        one = found[cpus, price, policy]
        times = one["unbinds"]
        loss = round((one["time"] - alone) / len(times))
        mean = sum(times) // len(times)
        yield [cpus, price, number(whole), f"`{policy}`", number(loss), *rates(loss, whole),
               number(times[(len(times) + 1) // 2 - 1]), number(times[-1]), number(mean * 10000),
               f"{whole / mean:.0f}"]


HEAD = ["CPUs", "prices", "1,000 page requests", "policy", "loss", *[f"{share} % from" for share in SHARES],
        "T_UNBIND, median", "max", "of 10,000", "one caller from"]


def table():
    prices = defaults()
    keys = [(cpus, price, policy) for cpus in CPUS for price in PRICES for policy in (None, *POLICIES)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = dict(zip(keys, pool.map(lambda key: run(*key, prices), keys)))
    lines = [HEAD, ["---" if word in ("prices", "policy") else "---:" for word in HEAD]]
    lines += [row for cpus in CPUS for price in PRICES for row in rows(cpus, price, found)]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def main():
    try:
        found = table()
    except Wrong as wrong:
        sys.exit(str(wrong))
    if "--check" not in sys.argv:
        print(found, end="")
        return
    text = PAGE.read_text(encoding="utf-8")
    if MARKS[0] + found + MARKS[1] not in text:
        sys.exit(f"{PAGE}: its table is not what tests/docs/costs.py prints:\n{found}")


main()


