#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes tests/conserve/full.yaml: every function that a system may have, every credit that the queue has room for.

  make.py [TIMES] > full.yaml

TIMES is how many times the work is done; 1 is two million cycles.

A space is bound to one PASID at a time, and there are 16: fifteen functions have one of their own, the others work
without a PASID in the last. `ask` jobs write pages that are not there, `load` jobs read pages that are.
"""

import sys

FUNCTIONS, BOUND, PAGES = 32, 15, 0x10000000


def main(times):
    print("""# SPDX-License-Identifier: Apache-2.0
name: full
about: Thirty-two functions with thirty-two credits each into a queue of 1,024 entries, and DMA in the background.
# Made by tests/conserve/make.py.
system:
  endpoints:""")
    for i in range(FUNCTIONS):
        stop, order = ("wait", "marker", "none")[i % 3], ("kept", "random")[i % 2]
        print(f"    - {{id: ep{i:02}, pri: {{allocation: 32, capacity: 32}}, jobs: 48, stop: {stop}, "
              f"group_pages: {1 + i % 4}, group_order: {order}, seed: {i}}}")
    print("""  driver:
    {priq_log2: 10, workers: 4, cpus: 8, fault_service: 20, irq_latency: 200, no_pasid: cd0, no_pasid_space: 16}
  memory: {size: 0x20000000, pages: 65536}
limits: {cycles: 100000000}
spaces:""")
    for i in range(BOUND + 1):
        print(f"  S{i:02}: {{regions: [{{at: {PAGES:#x}, size: 0x8000000, perm: rw}}, "
              "{at: 0x8000, size: 0x4000, perm: rw, populated: true}]}")
    print("timeline:")
    for i in range(BOUND):
        print(f"  - {{at: 0, bind: {{endpoint: ep{i:02}, pasid: 1, space: S{i:02}}}}}")
    for i in range(FUNCTIONS):
        pasid = "pasid: 1, " if i < BOUND else ""
        page = PAGES + (i - BOUND) * 0x400000 if i >= BOUND else PAGES
        print(f"  - {{id: ask{i:02}, at: ready+60000, dma: {{endpoint: ep{i:02}, {pasid}address: {page:#x}, "
              "size: 8192, "
              f"count: {45 * times}, pattern: strided, stride: 0x2000, outstanding: 32, write: true}}}}")
        print(f"  - {{id: load{i:02}, at: ready+60000, dma: {{endpoint: ep{i:02}, {pasid}address: 0x8000, size: 256, "
              f"span: 0x4000, count: {400 * times}, pattern: random, outstanding: 8}}}}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
