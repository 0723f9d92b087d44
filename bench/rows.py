# SPDX-License-Identifier: Apache-2.0
"""The rows of the bench: what is measured, how, and what it may be.

Figures are instructions as callgrind counts them, the same on a busy machine and on an idle one. Nothing that depends
on a machine's speed has a limit. A limit is what was decided, where that is met; else it is what was measured and a few
per cent, and what was decided is the row's aim. A row without a limit says why.
"""

import subprocess
import time

START, END = 40000, 60000  # cycles of bench/busy.yaml that are measured
TRIPS, FEW = 192, 64
METHODS = 7  # the blocks of one endpoint's system
KERNEL = "sc_core::sc_start(sc_core::sc_time const&, sc_core::sc_starvation_policy)"
MEASURED = "measured*"  # a compiler may give the function a suffix
REQUESTS, TRANSLATIONS = 16384, 1024
JOBS = 200
SHORT = "scenarios/unbind_while_queued.yaml"
SHORT_END = 100000  # nothing happens there any more
EDGES = 20000


class Row:
    """A figure. `measure` takes the programs (bench/run); `limit` is a number, or takes all rows' figures by name;
    `least`: the figure must not be below its limit; `why` there is no limit."""

    def __init__(self, name, unit, measure, limit=None, aim=None, least=False, why=None):
        assert (limit is None) == (why is not None), name
        self.name, self.unit, self.measure = name, unit, measure
        self.limit, self.aim, self.least, self.why = limit, aim, least, why

    def keeps(self, value, bound):
        return bound is None or (value >= bound if self.least else value <= bound)


# ---- how ------------------------------------------------------------------------------------------------------------


def busy(key):
    return lambda p: p.did(key, "prisim_bench", "busy", "native", 1, 16, END, "bench") * 100 // (END - START)


def busy_native(every_edge):
    run = ("prisim_bench", "busy", "native", every_edge, 16, END, "bench")
    return lambda p: p.inside(MEASURED, *run) // (END - START)


def busy_systemc(clocked):
    def measure(p):
        longer, shorter = (p.inside(KERNEL, "prisim_bench", "busy", "systemc", clocked, 16, end, "bench")
                           for end in (END, START))
        return (longer - shorter) // (END - START)
    return measure


def empty_kernel(p):
    longer, shorter = (p.inside(KERNEL, "prisim_bench", "empty", METHODS, cycles) for cycles in (30000, 10000))
    return (longer - shorter) // 20000


def trips(kind, in_flight):
    def measure(p):
        run = ("prisim_bench", kind, "native", 0, TRIPS, in_flight, "bench")
        assert p.did("jobs_done", *run) == TRIPS, "not every job was done"
        return p.inside(MEASURED, *run) // TRIPS
    return measure


def trip_steps(kind, in_flight):
    return lambda p: p.did("steps", "prisim_bench", kind, "native", 0, TRIPS, in_flight, "bench") // TRIPS


def job_systemc(in_flight):
    def measure(p):
        longer, shorter = (p.inside(KERNEL, "prisim_bench", "job", "systemc", 0, jobs, in_flight, "bench")
                           for jobs in (TRIPS, FEW))
        return (longer - shorter) // (TRIPS - FEW)
    return measure


def three_times(native, kernels):
    """Three times the native engine's figure, and an empty kernel for so many edges."""
    return lambda of: 3 * of[native] + of[EMPTY] * (of[kernels] if kernels else 1)


def queue(kind):
    return lambda p: p.inside(MEASURED, "prisim_queue_bench", kind, REQUESTS) // REQUESTS


def queue_steps(kind):
    return lambda p: p.did("steps", "prisim_queue_bench", kind, REQUESTS) * 100 // REQUESTS


def translation(kind):
    """The longer run less the shorter one leaves out the bring-up."""
    def measure(p):
        longer, shorter = (p.inside("*smmu_step", "prisim_translation_bench", kind, count)
                           for count in (2 * TRANSLATIONS, TRANSLATIONS))
        return (longer - shorter) // TRANSLATIONS
    return measure


def translation_and_bench(kind):
    return lambda p: p.inside(MEASURED, "prisim_translation_bench", kind, TRANSLATIONS) // TRANSLATIONS


def translation_edges(kind):
    return lambda p: p.did("cycles", "prisim_translation_bench", kind, TRANSLATIONS) // TRANSLATIONS


def module(kind, clock):
    def measure(p):
        longer, shorter = (p.whole("prisim_modules_bench", kind, clock, count) for count in (3000, 1000))
        return (longer - shorter) // 2000
    return measure


def user_job(p):
    return p.inside("engine_native", "prisim", "run", "-q", "--engine", "native", p.many_jobs(JOBS)) // JOBS


def of_jobs(p, jobs, *output):
    """Instructions of a run as users run it, with an output or without."""
    return p.whole("prisim", "run", "-q", "--engine", "native", p.many_jobs(jobs), *output)


def of_more_jobs(p, *output):
    """What is done once, as reading the file, is not in it."""
    return of_jobs(p, 2 * JOBS, *output) - of_jobs(p, JOBS, *output)


def events_of_more_jobs(p):
    longer, shorter = (p.said([p.path("prisim"), "run", "-q", "--engine", "native", p.many_jobs(jobs), "--log", "-"])[0]
                       .count("\n") for jobs in (2 * JOBS, JOBS))
    return longer - shorter


def output_an_event(option):
    return lambda p: (of_more_jobs(p, option, "/dev/null") - of_more_jobs(p)) // events_of_more_jobs(p)


def output_of_run(option):
    return lambda p: 100 * of_more_jobs(p, option, "/dev/null") // of_more_jobs(p)


def wave_of_run(ending):
    def measure(p):
        longer, shorter = (of_jobs(p, jobs, "--wave", p.scratch / f"{jobs}.{ending}") for jobs in (2 * JOBS, JOBS))
        return 100 * (longer - shorter) // of_more_jobs(p)
    return measure


def timeline_line(p):
    longer, shorter = (p.inside("scenario_load", "prisim", "run", "-q", "--engine", "native", p.many_jobs(jobs))
                       for jobs in (2 * JOBS, JOBS))
    return (longer - shorter) // JOBS


def short_run(p):
    return p.whole("prisim", "run", "-q", "--engine", "native", SHORT)


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def short_run_against_true(p):
    """Shortest of many of each, taken in turn."""
    command = [p.path("prisim"), "run", "-q", "--engine", "native", SHORT]
    pairs = [(seconds(command), seconds(["/bin/true"])) for _ in range(100)]
    return round(100 * min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs))


def trial(p):
    longer, shorter = (p.whole("prisim_trial_bench", SHORT, count) for count in (21, 1))
    return (longer - shorter) // 20


def snapshot(kind):
    def measure(p):
        longer, shorter = (p.inside(MEASURED, "prisim_snapshot_bench", SHORT, SHORT_END, kind, count)
                           for count in (3, 1))
        return (longer - shorter) // 2
    return measure


def snapshot_bytes(p):
    return p.did("bytes", "prisim_snapshot_bench", SHORT, SHORT_END, "save", 1)


def undo(p):
    run = ("prisim_undo_bench", SHORT, EDGES)
    return p.inside(MEASURED, *run) // p.did("edges", *run)


def undo_per_second(p):
    return p.did("edges_per_second", "prisim_undo_bench", SHORT, EDGES)


# ---- what -----------------------------------------------------------------------------------------------------------

BUSY = "busy, native, every edge stepped"
EMPTY = f"empty SystemC kernel, {METHODS} clocked methods"
CLOCKED = "busy, SystemC, every module on one clock"
JOB = "DMA job with its round trip, native, leaping, {} in flight"
CYCLE, TRIP, STEPS = "instructions per cycle", "instructions per trip", "block steps per trip"
TIME = "a time"
A_PART = "explains the row above"

ROWS = [
    Row("busy: memory requests", "in 100 cycles", busy("memory_requests"), 10, least=True),
    Row("busy: TLPs", "in 100 cycles", busy("tlps"), 2, least=True),
    Row(BUSY, CYCLE, busy_native(1), 660, aim=600),
    Row("busy, native, leaping", CYCLE, busy_native(0), 468),
]
for flying, trip, job, request in ((1, 29900, 38700, 23100), (32, 32300, 36700, 31800)):
    ROWS += [
        Row(f"round trip, native, leaping, {flying} in flight", TRIP, trips("trip", flying), trip, aim=20000),
        Row(f"round trip, native, leaping, {flying} in flight: steps", STEPS, trip_steps("trip", flying), why=A_PART),
        Row(f"page request to its response, native, leaping, {flying} in flight", TRIP, trips("request", flying),
            request),
        Row(f"page request to its response, native, leaping, {flying} in flight: steps", STEPS,
            trip_steps("request", flying), why=A_PART),
        Row(JOB.format(flying), TRIP, trips("job", flying), job),
        Row(JOB.format(flying) + ": steps", STEPS, trip_steps("job", flying), why=A_PART),
    ]
ROWS += [
    Row("DMA job, `prisim run -q`, native, reading the file not counted", TRIP, user_job, 63400, aim=45000),
    Row("`--log`, beside the run", "instructions per event", output_an_event("--log"), 700),
    Row("DMA job with `--log`", "per cent of one without", output_of_run("--log"), 200),
    Row("`--record`, beside the run", "instructions per event", output_an_event("--record"), 200),
    Row("DMA job with `--record`", "per cent of one without", output_of_run("--record"), 120),
    Row("DMA job with `--wave FILE.vcd`", "per cent of one without", wave_of_run("vcd"), 300),
    Row("DMA job with `--wave FILE.fst`", "per cent of one without", wave_of_run("fst"), 500),
    Row("one more timeline line, a DMA job", "instructions", timeline_line, 20000),
    Row("short run, native, whole process", "instructions", short_run, 2020000),
    Row("short run, native, whole process, against /bin/true", "per cent of its time", short_run_against_true,
        aim=200, why=TIME),
    Row("short run, native, inside one process", "instructions", trial, 1710000),
    Row("whole state, one endpoint", "bytes", snapshot_bytes, 64 * 1024),
    Row("snapshot", "instructions", snapshot("save"), 167000),
    Row("restore", "instructions", snapshot("restore"), 155000),
    Row("step, journal, hash and undo", "instructions per edge", undo, 12300),
    Row("step, journal, hash and undo, per second", "edges", undo_per_second, aim=3000000, least=True,
        why=TIME),
    Row(EMPTY, CYCLE, empty_kernel, why="not our code"),
    Row("busy, SystemC as `prisim run` uses it", CYCLE, busy_systemc(0), three_times(BUSY, None)),
    Row(CLOCKED, CYCLE, busy_systemc(1), three_times(BUSY, None)),
    Row(f"{CLOCKED}: the empty kernel's share", "per cent", lambda p: 100 * empty_kernel(p) // busy_systemc(1)(p), 58,
        aim=65, least=True),
    Row("DMA job, SystemC, 1 in flight", TRIP, job_systemc(1),
        three_times(JOB.format(1), JOB.format(1) + ": steps")),
    Row("DMA job, SystemC, 32 in flight", TRIP, job_systemc(32),
        three_times(JOB.format(32), JOB.format(32) + ": steps")),
]
for kind, name, limit, aim in (("written", "records written, read and checked", 660, 450),
                               ("pps", "dropped by a full queue, answered by PPS", 416, 330),
                               ("ppar", "dropped by a full queue, PPAR looked up", 870, 650)):
    ROWS += [
        Row(f"PRI queue, {name}", "instructions per request", queue(kind), limit, aim=aim),
        Row(f"PRI queue, {name}: steps", "steps per 100 requests", queue_steps(kind), why=A_PART),
    ]
for kind, name, limit, aim in (("hit", "TLB hit", 1020, 900), ("walk3", "walk of 3 levels", 4170, 3500),
                               ("walk4", "walk of 4 levels", 4935, None)):
    ROWS += [
        Row(f"SMMU, {name}", "instructions per translation", translation(kind), limit, aim=aim),
        Row(f"SMMU, {name}, with its bench", "instructions per translation", translation_and_bench(kind),
            why="the bench is in it"),
        Row(f"SMMU, {name}: edges", "edges per translation", translation_edges(kind), why=A_PART),
    ]
for kind, clock, name, limit in (("register", "open", "register read by `b_transport`, `clk` open", 18107),
                                 ("register", "clocked", "register read by `b_transport`, `clk` bound", 21423),
                                 ("ats", "open", "ATS translation that hits the TLB, `clk` open", 11393),
                                 ("ats", "clocked", "ATS translation that hits the TLB, `clk` bound", 12479)):
    ROWS.append(Row(f"SystemC module of the SMMU, {name}", "instructions each", module(kind, clock), limit))
