#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The properties of rtl/pri_queue_properties.sv on rtl/pri_queue.sv, bounded, by yosys' SAT: for queues of 1, 2 and 4
records and all that software, the memory and the SMMU may do within prove_properties.sv, none fails in the first STEPS
clock edges, of which the reset and the set-up take eight. It is no induction: nothing is said of later edges.
  prove.py ROOT STEPS [QS ...]"""
import pathlib
import re
import subprocess
import sys
import tempfile

MODULES = "rtl/pri_queue_properties.sv rtl/pri_queue.sv tests/properties/prove_properties.sv"
SET_UP = 8
# (REQUESTS, SUBSTREAMS, PPS, LO) of a proof
VARIANTS = [(2, 1, 0, 1), (2, 0, 0, 0)]


def script(steps, qs, variant):
    requests, substreams, pps, lo = variant
    return f"""
read_verilog -sv -Irtl rtl/pri_queue_pkg.sv
read_verilog -sv -Irtl -defer {MODULES}
chparam -set QS {qs} -set REQUESTS {requests} -set SUBSTREAMS {substreams} -set PPS {pps} -set LO {lo} prove_properties
hierarchy -top prove_properties
proc
flatten
async2sync
opt -full
memory_map
opt -full
select -list t:$assert
sat -verify -seq {steps} -prove-asserts prove_properties
"""


def prove(root, steps, qs, variant):
    """Names of the properties that were proved together; None: one fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "prove.ys")
        file.write_text(script(steps, qs, variant))
        done = subprocess.run(["yosys", "-Q", "-T", file], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
    names = sorted(re.findall(r"^prove_properties/properties\.(\w+)$", done.stdout, re.M))
    if done.returncode or not names or "SUCCESS!" not in done.stdout:
        print(done.stdout[-4000:])
        return None
    return names


def main():
    root, steps = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    sizes = [int(qs) for qs in sys.argv[3:]] or [0, 1, 2]
    bad = 0
    for qs in sizes:
        for variant in VARIANTS:
            names = prove(root, steps, qs, variant)
            about = "QS={}: requests {}, substreams {}, PPS {}, LO {}".format(qs, *variant)
            if names is None:
                print(f"FAILED: {about}")
                bad += 1
                continue
            for name in names:
                print(f"{name}: {about}: held for {steps} steps from reset, {steps - SET_UP} of them free", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
