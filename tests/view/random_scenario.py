# SPDX-License-Identifier: Apache-2.0
"""Scenarios in which much happens to page requests: small queues, several functions, parts of groups, raw requests,
unbinds in the middle, tasks that are held."""


def text(rng):
    endpoints = [f"f{i}" for i in range(rng.randint(1, 3))]
    lines = ["name: random", "about: '<b>\"random\"</b>'", "system:", "  endpoints:"]
    for name in endpoints:
        stop = rng.choice(["wait", "marker", "none"])
        lines.append(f"    - {{id: {name}, pri: {{allocation: {rng.choice([1, 2, 4, 16])}}}, stop: {stop}, "
                     f"retry_backoff: {rng.choice([0, 100, 1000])}}}")
    unbind = rng.choice(["none", "drain", "stop_marker"])
    lines.append(f"  driver: {{unbind: {unbind}, priq_log2: {rng.choice([1, 1, 2, 3, 6])}, "
                 f"workers: {rng.randint(1, 4)}, cpus: {rng.randint(1, 4)}, "
                 f"irq_latency: {rng.choice([100, 2000, 5000])}, marker_timeout: 20000, "
                 f"cons_update: {rng.choice(['entry', 'pass'])}}}")
    lines += ["spaces:"]
    for space in "AB":
        lines.append(f"  {space}: {{regions: [{{at: 0x10000, size: 0x8000, perm: {rng.choice(['rw', 'r'])}}}]}}")
    lines += ["timeline:"]
    for name in endpoints:
        for pasid in (1, 2):
            lines.append(f"  - {{at: 0, bind: {{endpoint: {name}, pasid: {pasid}, space: {rng.choice('AB')}}}}}")
    for _ in range(rng.randint(5, 40)):
        lines.append("  - " + step(rng, endpoints))
    lines.append(f"limits: {{cycles: {rng.choice([60000, 120000, 400000])}}}")
    return "\n".join(lines) + "\n"


def step(rng, endpoints):
    at = rng.randint(25000, 70000)
    who = f"endpoint: {rng.choice(endpoints)}, pasid: {rng.randint(1, 2)}"
    address = hex(0x10000 + 0x1000 * rng.randint(0, 8))
    what = rng.random()
    if what < 0.5:
        return f"{{at: {at}, dma: {{{who}, address: {address}, write: {rng.choice(['true', 'false'])}}}}}"
    if what < 0.75:
        return (f"{{at: {at}, page_request: {{{who}, prgi: {rng.randint(0, 3)}, address: {address}, "
                f"write: {rng.choice(['true', 'false'])}, last: {rng.choice(['true', 'false'])}}}}}")
    if what < 0.9:
        then = rng.choice(["", ", then_bind: A", ", then_bind: B"])
        return f"{{at: {at}, unbind: {{{who}{then}}}}}"
    task = rng.choice(["pri_thread, at: driver.take", "worker, at: driver.resolve", "worker, at: driver.respond"])
    return f"{{at: {at}, hold: {{task: {task}, for: {rng.randint(100, 20000)}}}}}"
