#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Waves of runs, against their logs.

waves.py PRISIM ROOT values    every scenario: all changes of all signals are what wave_model.py computes from the log,
                               no cycle earlier and none later; FST and VCD say the same; literals of one run
waves.py PRISIM ROOT engines [ENGINE ...]
                               the same bytes from every engine, and with the PRI queue as RTL (rtl)
waves.py PRISIM ROOT files     names that are refused, places that cannot be written, a full disk, signals: what stays
"""
import json
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import wave_model
import wave_reader

PRISIM, ROOT, WHAT = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve(), sys.argv[3]
WRONG = []
RACE = "scenarios/unbind_while_queued.yaml"
# Beside the goldens: what they do not have, as settings on one of them.
MORE = [(RACE, ["system.driver.unbind=drain"]), (RACE, ["system.driver.unbind=stop_marker"]),
        (RACE, ["system.driver.cons_update=pass"]), (RACE, ["system.driver.interrupts=wired"]),
        ("scenarios/overflow/overflow.yaml", ["system.driver.cons_update=pass"]),
        ("scenarios/basics/two_endpoints.yaml", ["system.driver.workers=1"])]
OWN = [("tests/wave/held.yaml", []), ("tests/wave/late_overflow.yaml", [])]


def wrong(what):
    WRONG.append(what)
    print(f"waves: {what}")


def run(*args, **more):
    return subprocess.run([PRISIM, "run", *args, "-q"], capture_output=True, text=True, check=False, **more)


def log_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def fst_is_on():
    with tempfile.TemporaryDirectory() as folder:
        done = run(str(ROOT / RACE), "--wave", f"{folder}/a.fst")
        return "PRISIM_FST" not in done.stderr


def first_differences(path, got, want, run_of):
    for (a, b) in zip(got + [None], want + [None]):
        if a != b:
            wrong(f"{run_of}: {path}: {a} in the wave, {b} by the log")
            return


def names_and_streams(wave, events):
    """The endpoints in the order of links, and the StreamID of each: that of its page requests and bindings."""
    names = [m[1] for path in wave.signals if (m := re.fullmatch(r"prisim\.fabric\.link\[(.*)\]\.up\.count", path))]
    return names, {name: hex(0x100 + 8 * i) for i, name in enumerate(names)}


# ---- callers and workers: their places are the wave's own, so that its rows are looked at instead --

def spans(signal_, idle):
    """[(from, to, value)] of what is not idle; to None: to the end."""
    out = []
    for i, (t, v) in enumerate(signal_.changes):
        if v != idle:
            after = signal_.changes[i + 1][0] if i + 1 < len(signal_.changes) else None
            out.append((t, after, v))
    return out


def look_at_callers(wave, events, run_of):
    steps = {e["cycle"] for e in events if e["event"] == "timeline.step"}
    calls = {}
    for e in events:
        if e.get("call"):
            calls.setdefault(e["call"], []).append(e)
    held = [e for e in events if e["event"] in ("driver.hold", "driver.release") and e["task"] == 4]
    seen = {}
    place = 0
    while (number := wave.signals.get(f"prisim.driver.caller[{place}].call")):
        state = wave.signals[f"prisim.driver.caller[{place}].state"]
        before = wave.signals[f"prisim.driver.caller[{place}].held_before"]
        for since, until, call in spans(number, 0):
            if since not in steps:
                wrong(f"{run_of}: caller[{place}]: call {call} begins at {since}, where no step is given")
            seen[call] = (place, since, until)
            look_at_call(state, before, calls.get(call, []), held, (since, until, call), run_of)
        place += 1
    for call in calls:
        if call not in seen and place < 16:
            wrong(f"{run_of}: call {call} has no place")
    # The lowest place that is free.
    for call, (place, since, _) in seen.items():
        for lower in range(place):
            if not any(p == lower and s <= since and (u is None or u >= since) for p, s, u in seen.values()):
                wrong(f"{run_of}: call {call} at place {place}, and {lower} was free")


def step_of_exit(event, before, step):
    if event in ("driver.unbind", "driver.mm_exited"):
        return "exit"
    behind = before[::-1]
    since = behind[:behind.index("driver.unbind")] if "driver.unbind" in before else []
    stopped = "driver.stop_seen" in since
    if event in ("driver.stop", "driver.stop_seen") and "driver.invalidated" in since:
        return "wait"
    if event in ("driver.stop", "driver.stop_seen", "driver.clear"):
        return "clear" if stopped else "stop"
    return step


def look_at_call(state, before, events, held, span, run_of):
    since, until, call = span
    chain = [e for e in events if (e["event"] in wave_model.CALLER or e["event"] == "driver.refused") and
             (e["event"] != "driver.isolated" or e["cause"] == "none")]  # else it is a part of an unbind
    if any(e["event"] == "driver.unbind" for e in chain):
        chain = [e for e in chain if e["event"] != "driver.flr"]  # it is, too
    if any(e["event"] == "driver.stale" for e in events):  # its end is not that of its PASID
        chain = [e for e in chain if e["event"] not in ("driver.drained", "driver.free")]
    want, cycle, refused, interrupted = [], since, False, False
    after_return = False
    removes = any(e["event"] == "driver.removed" for e in chain)
    exits = any(e["event"] == "driver.mm_exited" for e in chain)
    for i, e in enumerate(chain):
        step = wave_model.CALLER.get(e["event"])
        if e["event"] == "driver.refused" and e["cause"] == "interrupted":
            step, interrupted = "wait", True
        elif interrupted:
            step = "wait"
        elif e["event"] == "driver.refused":
            unbinds = any(f["event"] == "driver.unbind_returned" for f in chain[i:])
            alone = "detach" if e["cause"] == "still_bound" else "bind"
            step, refused = ("called" if unbinds else alone), unbinds
            if e["cause"] == "not_bound" and any(f["event"] == "driver.stop_seen" for f in chain[:i]):
                step = "enter"  # another one has it by then
            if e["cause"] == "kexec":
                step = state.at(e["cycle"] - 1)  # wherever it was
        elif e["event"] == "driver.unbind_returned" and refused:
            step = "called"
        elif e["event"] == "driver.unbind_returned" and chain[i - 1]["event"] != "driver.free":
            step = "wait"
        # The removal of a function unbinds one PASID after the other.
        if removes and step == "called":
            step = "remove"
        elif removes and e["event"] == "driver.unbind_returned":
            step = "return"
        # The end of a process does so, too, and stops the function behind U2.
        if exits:
            step = step_of_exit(e["event"], [f["event"] for f in chain[:i]], step)
        want.append((cycle, step))
        cycle = e["cycle"]
        after_return = e["event"] == "driver.unbind_returned" and not removes and not exits
        # At the end, if the call returned before.
        if e["event"] == "driver.free" and i + 1 == len(chain) and not removes and not exits:
            after_return = any(f["event"] == "driver.unbind_returned" for f in chain[:i])
    last = ("driver.bound", "driver.refused", "driver.detached", "driver.attached", "driver.flr_done", "driver.removed",
            "driver.isolated", "driver.unmapped", "driver.mm_exited")
    ended = chain and (chain[-1]["event"] in last or after_return)
    if ended and until != cycle:
        wrong(f"{run_of}: call {call} leaves its place at {until}, its last event is at {cycle}")
    if not ended and until is not None:
        wrong(f"{run_of}: call {call} has left its place at {until} without its last event")
    for (at, step) in wave_model.compress(want):
        mine = [e for e in held if e["cycle"] == at]
        for t in (at, at - 1):
            got = state.at(t) if t >= since else None
            if t == at and not mine and got not in (step, "idle" if t == until else step):
                wrong(f"{run_of}: call {call}: {got} at {t}, expected {step}")
            if t == at - 1 and got is not None and at > since and got not in ("held",):
                previous = [s for a, s in wave_model.compress(want) if a <= t][-1]
                if got != previous:
                    wrong(f"{run_of}: call {call}: {got} at {t}, expected {previous}")
    for e in held:
        if since <= e["cycle"] and (until is None or e["cycle"] < until):
            if e["event"] == "driver.hold" and before.at(e["cycle"]) == e["before"] and state.at(e["cycle"]) != "held":
                wrong(f"{run_of}: call {call} is held at {e['cycle']}, and {state.at(e['cycle'])} in the wave")


def look_at_held(wave, events, run_of):
    """As many tasks of each kind are held as the log says, and before the events that it says."""
    kinds = {1: r"irq", 2: r"pri_thread", 3: r"worker\[\d+\]", 4: r"caller\[\d+\]", 5: r"event_thread"}
    for task, pattern in kinds.items():
        rows = [path[:-6] for path in wave.signals if re.fullmatch(rf"prisim\.driver\.{pattern}\.state", path)]
        held = []
        cycles = sorted({e["cycle"] for e in events if e["event"] in ("driver.hold", "driver.release")})
        for cycle in cycles:
            for e in events:
                if e["cycle"] == cycle and e.get("task") == task and e["event"] == "driver.hold":
                    held.append(e["before"])
                elif e["cycle"] == cycle and e.get("task") == task and e["event"] == "driver.release":
                    held.remove(e["before"])
            got = sorted(v for row in rows if (v := wave.signals[row + ".held_before"].at(cycle)))
            states = [wave.signals[row + ".state"].at(cycle) for row in rows].count("held")
            if got != sorted(held) or states != len(held):
                wrong(f"{run_of}: {cycle}: {pattern}: held before {got}, by the log {sorted(held)}")


def look_at_held_workers(wave, events, run_of):
    """A worker that is held right behind the event of an item is the one that serves it."""
    own = ("driver.resolve", "driver.page")
    for last, e in zip(events, events[1:]):
        if e["event"] != "driver.hold" or e["task"] != 3 or last["event"] not in own or last["cycle"] != e["cycle"]:
            continue
        serves = f"item {last['item']} "
        rows = [path[:-7] for path in wave.signals if re.fullmatch(r"prisim\.driver\.worker\[\d+\]\.serves", path)
                and wave.signals[path].at(e["cycle"]).startswith(serves)]
        if [wave.signals[row + ".state"].at(e["cycle"]) for row in rows] != ["held"]:
            wrong(f"{run_of}: {e['cycle']}: the worker of {serves}is held, and not in the wave")


def look_at_workers(wave, events, run_of):
    """Each item that is looked up is served in one row from S2 to the R0 of its group, in the step that ends with its
    next event."""
    rows = [path[:-6] for path in wave.signals if re.fullmatch(r"prisim\.driver\.worker\[\d+\]\.state", path)]
    all_lives = [e for e in events if e["event"] in ("driver.resolve", "driver.page", "driver.respond", "driver.kexec")]
    ends = [i for i, e in enumerate(all_lives) if e["event"] == "driver.kexec"] + [len(all_lives)]
    for i, e in enumerate(all_lives):
        own = all_lives[:next(end for end in ends if end >= i)]
        pasid = "none" if e.get("pasid", 0) is None else e.get("pasid")
        if e["event"] != "driver.resolve":
            continue
        space = e["space"] or "none"
        text = f"item {e['item']} pasid {pasid} prgi {e['prgi']} space {space}"
        mine = [row for row in rows if wave.signals[row + ".serves"].at(e["cycle"]) == text]
        if len(mine) != 1:
            wrong(f"{run_of}: {e['cycle']}: \"{text}\" is served by {len(mine)} workers")
            continue
        before = wave.signals[mine[0] + ".serves"].at(e["cycle"] - 1)
        if before == text:
            wrong(f"{run_of}: \"{text}\" is served before {e['cycle']}")
        state = wave.signals[mine[0] + ".state"]
        page = next((f for f in own[i + 1:] if f["event"] == "driver.page" and f["item"] == e["item"]), None)
        answer = next((f for f in own[i + 1:] if f["event"] == "driver.respond" and f["prgi"] == e["prgi"] and
                       f["pasid"] == e["pasid"] and f["stream_id"] == e["stream_id"]), None)
        if state.at(e["cycle"]) not in ("page" if e["space"] else "respond", "held"):
            wrong(f"{run_of}: {e['cycle']}: {mine[0]} is in {state.at(e['cycle'])}")
        if page and state.at(page["cycle"] - 1) not in ("page", "held"):
            wrong(f"{run_of}: {page['cycle'] - 1}: {mine[0]} is in {state.at(page['cycle'] - 1)} before S3")
        if page and not (answer and answer["cycle"] == page["cycle"]) and \
                state.at(page["cycle"]) not in ("respond", "held", "page"):
            wrong(f"{run_of}: {page['cycle']}: {mine[0]} is in {state.at(page['cycle'])} at S3")
        if answer and answer["item"] == e["item"]:
            at = answer["cycle"]
            if state.at(at - 1) not in ("respond", "held") or state.at(at) == "respond" and \
                    wave.signals[mine[0] + ".serves"].at(at) == text:
                wrong(f"{run_of}: {at}: {mine[0]}: {state.at(at - 1)}, then {state.at(at)} at R0")
            if wave.signals[mine[0] + ".serves"].at(at - 1) != text:
                wrong(f"{run_of}: {at - 1}: {mine[0]} does not serve \"{text}\" before R0")


# ---- one run ---------------------------------------------------------------------------------------------------------

SEEN_ELSEWHERE = re.compile(r"prisim\.(timeline\.id|driver\.(worker|caller)\[\d+\]\..*|driver\..*held_before)$")
# Values that signals begin with, other than 0 and no text.
FIRST = {"state": "idle", "type": "idle", "space": "none", "device": "off"}


def begins_with(path, wave_signal):
    if wave_signal.kind == "number":
        return 0
    if re.match(r"prisim\.bindings\..*\.state$", path):
        return "free"
    return FIRST.get(path.rpartition(".")[2], "")


def look_at(wave, events, wired, run_of):
    names, streams = names_and_streams(wave, events)
    want = wave_model.expected(events, names, streams, wired)
    for path, changes in want.items():
        if path not in wave.signals:
            if not path.startswith("prisim.bindings."):
                wrong(f"{run_of}: {path} is not in the wave")
            elif ".state" in path:
                wrong(f"{run_of}: {path}: a binding that is not in the wave")
    for path, wave_signal in wave.signals.items():
        if SEEN_ELSEWHERE.match(path):
            continue
        changes = want.get(path, [])
        if wave_signal.kind != "moment":
            first = (0, begins_with(path, wave_signal))
            changes = [first] + [c for c in changes if c[0] > 0] if not changes or changes[0][1] in ("", 0) or \
                changes[0][0] > 0 else changes
            changes = wave_model.compress(changes)
        if path == "prisim.driver.pri_thread.state":
            known = [t for t, v in changes if v == "?"]
            if known:
                changes = [c for c in changes if c[0] < known[0]]
                wave_signal.changes = [c for c in wave_signal.changes if c[0] < known[0]]
        first_differences(path, wave_signal.changes, changes, run_of)
    last = max(e["cycle"] for e in events)
    if wave.end < last:
        wrong(f"{run_of}: the wave ends at {wave.end}, its run at {last}")
    look_at_callers(wave, events, run_of)
    look_at_held(wave, events, run_of)
    look_at_workers(wave, events, run_of)
    look_at_held_workers(wave, events, run_of)


def same_waves(fst, vcd, run_of):
    if list(fst.signals) != list(vcd.signals) and sorted(fst.signals) != sorted(vcd.signals):
        wrong(f"{run_of}: FST and VCD have other signals")
        return
    for path, one in fst.signals.items():
        two = vcd.signals[path]
        if (one.kind, one.changes) != (two.kind, two.changes):
            first_differences(path, one.changes, two.changes, f"{run_of}, FST against VCD")
    if fst.end != vcd.end or fst.timescale != vcd.timescale:
        wrong(f"{run_of}: FST ends at {fst.end} {fst.timescale}, VCD at {vcd.end} {vcd.timescale}")


def waves_of(scenario, settings, folder, fst, *more):
    """The log, the VCD and the FST of a run."""
    sets = [a for s in settings for a in ("--set", s)]
    for ending in ("vcd", "fst") if fst else ("vcd",):
        done = run(str(scenario), *sets, "--wave", f"{folder}/a.{ending}", "--log", f"{folder}/a.jsonl", *more)
        if done.returncode not in (0, 1, 4):
            wrong(f"{scenario} {settings}: exit {done.returncode}: {done.stderr}")
    return (log_of(Path(folder, "a.jsonl")), wave_reader.read(f"{folder}/a.vcd"),
            wave_reader.read(f"{folder}/a.fst") if fst else None)


def literals(wave):
    """By hand, from scenarios/unbind_while_queued.jsonl and docs/timing: the request becomes visible at H2, 20852, the
    Stop Marker at 21319, CONS passes them at 26786 and 26924; PASID 1 is A's from 8110 to U6 at 23017 and B's from
    24495; the worker has it from S2 at 27346 to R0 at 30812."""
    for path, values in {
            "pri_queue.occupancy": [(20851, 0), (20852, 1), (21318, 1), (21319, 2), (26785, 2), (26786, 1), (26923, 1),
                                    (26924, 0)],
            "pri_queue.prod": [(20851, 0), (20852, 1), (21319, 2)],
            "pri_queue.cons": [(26785, 0), (26786, 1), (26924, 2)],
            "pri_queue.ovflg": [(31077, 0)],
            "endpoint[nic].credits_in_use": [(20595, 0), (20596, 1), (31076, 1), (31077, 0)],
            "endpoint[nic].E0": [(20595, False), (20596, True), (20597, False)],
            "endpoint[nic].jobs": [(20000, 0), (20001, 1), (21062, 1), (21063, 0)],
            "fabric.link[nic].up.tlp": [(20596, ""), (20597, "Page Request pasid 1 prgi 0"),
                                        (20762, "Page Request pasid 1 prgi 0"), (20763, "")],
            "fabric.link[nic].up.id": [(20597, 0x600000a)],
            "fabric.link[nic].up.type": [(20597, "Msg"), (20763, "idle")],
            "fabric.link[nic].down.count": [(20895, 0), (20896, 1), (20915, 1), (20916, 2), (21061, 2), (21062, 1),
                                            (21082, 0)],
            "bindings.nic.pasid[1].state": [(8109, "free"), (8110, "bound"), (20894, "bound"), (20895, "stopping"),
                                            (21300, "stopping"), (21301, "unbinding"), (23016, "unbinding"),
                                            (23017, "free"), (24494, "free"), (24495, "bound")],
            "bindings.nic.pasid[1].space": [(8109, "none"), (8110, "A"), (23017, "none"), (24494, "none"),
                                            (24495, "B")],
            "bindings.nic.pasid[1].in_lookup": [(22976, 1), (22977, 0), (24494, 0), (24495, 1)],
            "bindings.nic.pasid[1].device": [(8298, "running"), (21062, "running"), (21063, "stopped"),
                                             (24683, "running")],
            "driver.irq.state": [(20934, "idle"), (20935, "pending"), (25935, "pending"), (25936, "taken"),
                                 (26667, "taken"), (26668, "idle")],
            "driver.pri_thread.state": [(26667, "idle"), (26668, "copy"), (26773, "copy"), (26774, "hand_over"),
                                        (26806, "copy"), (26912, "hand_over"), (26944, "read_prod"), (26976, "idle")],
            "driver.worker[0].state": [(27345, "idle"), (27346, "page"), (30603, "page"), (30604, "respond"),
                                       (30811, "respond"), (30812, "idle")],
            "driver.worker[1].state": [(31077, "idle")],
            "driver.work_queue": [(26805, 0), (26806, 1), (27345, 1), (27346, 0)],
            "driver.caller[0].state": [(0, "bind"), (8109, "bind"), (8110, "enable"), (8130, "idle"), (20853, "idle"),
                                       (20854, "called"), (20895, "stop"), (21281, "enter"), (21301, "clear"),
                                       (21305, "invalidate"), (22957, "wait"), (22997, "free"), (23017, "bind"),
                                       (24495, "enable"), (24515, "idle")],
            "driver.U6": [(23016, False), (23017, True)],
            "timeline.id": [(20853, ""), (20854, "race")]}.items():
        for cycle, value in values:
            got = wave.signals["prisim." + path].at(cycle)
            if got != value:
                wrong(f"{RACE}: {path} at {cycle} is {got!r}, expected {value!r}")


def values():
    fst = fst_is_on()
    goldens = sorted(p.relative_to(ROOT) for p in (ROOT / "scenarios").rglob("*.yaml"))
    for scenario, settings in [(g, []) for g in goldens] + MORE + OWN:
        with tempfile.TemporaryDirectory() as folder:
            events, vcd, two = waves_of(ROOT / scenario, settings, folder, fst)
            if two:
                same_waves(two, vcd, f"{scenario} {settings}")
            if str(scenario) == RACE and not settings:
                literals(vcd)
            text = (ROOT / scenario).read_text(encoding="utf-8")
            wired = "system.driver.interrupts=wired" in settings or "interrupts: wired" in text or \
                "interrupts: combined" in text
            look_at(vcd, events, wired, f"{scenario} {settings}")


# ---- engines ---------------------------------------------------------------------------------------------------------

ENGINES_SEE = [(RACE, []), MORE[0], MORE[1], ("scenarios/overflow/overflow.yaml", []),
               ("scenarios/basics/two_endpoints.yaml", []), ("scenarios/basics/event_storm.yaml", []),
               ("scenarios/duties/duty_one_marker.yaml", [])] + OWN


def engines(names):
    fst = fst_is_on()
    for scenario, settings in ENGINES_SEE:
        sets = [a for s in settings for a in ("--set", s)]
        with tempfile.TemporaryDirectory() as folder:
            files = {}
            for engine in names:
                more = ["--engine", "systemc", "--pri-queue", "rtl"] if engine == "rtl" else ["--engine", engine]
                for ending in ("vcd", "fst") if fst else ("vcd",):
                    path = Path(folder, f"{engine}.{ending}")
                    run(str(ROOT / scenario), *sets, *more, "--wave", str(path))
                    save = Path(str(path) + ".gtkw").read_text().replace(path.name, "WAVE")
                    files.setdefault(ending, []).append((engine, path.read_bytes(), save))
            for ending, of_engines in files.items():
                for engine, wave, save in of_engines[1:]:
                    if wave != of_engines[0][1] or save != of_engines[0][2]:
                        wrong(f"{scenario} {settings}: {ending} of {engine} is not that of {of_engines[0][0]}")


# ---- files -----------------------------------------------------------------------------------------------------------

def limited():
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))


def late():
    """More than what the writer of an FST keeps until it closes the file, and less than the file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (2600000, 2600000))


def little():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def left(folder, names, what):
    there = sorted(p.name for p in Path(folder).iterdir())
    if there != sorted(names):
        wrong(f"{what}: there are {there}, expected {names}")


def refused(args, code, words, what, **more):
    done = run(*args, **more)
    if done.returncode != code or not re.search(words, done.stderr):
        wrong(f"{what}: exit {done.returncode}, expected {code} and \"{words}\": {done.stderr.strip()[:200]}")


def endings(fst):
    return ("vcd", "fst") if fst else ("vcd",)


def files():
    wide()
    fst = fst_is_on()
    race, million, endless = ROOT / RACE, ROOT / "bench/million_events.yaml", ROOT / "tests/program/endless.yaml"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.txt", "a", "a.vcd.gz", ".vcd", "-", "a.VCD", "vcd"):
            refused([str(race), "--wave", name], 2, r"--wave: expected a name that ends in \.fst or \.vcd", name,
                    cwd=folder)
        if not fst:
            refused([str(race), "--wave", "a.fst"], 2, "PRISIM_FST.*a name that ends in .vcd works", "a.fst",
                    cwd=folder)
        refused([str(race), "--wave", "none/a.vcd"], 2, "none/a.vcd: No such file", "no folder", cwd=folder)
        if fst:
            refused([str(race), "--wave", "none/a.fst"], 2, "none/a.fst: No such file", "no folder", cwd=folder)
        left(folder, [], "refused names")
        for ending in endings(fst):
            Path(folder, f"a.{ending}").write_text("as before")
            refused([str(million), "--wave", f"a.{ending}"], 2, f"a.{ending}: File too large", "full disk", cwd=folder,
                    preexec_fn=limited)
            refused([str(million), "--wave", f"a.{ending}"], 2, f"a.{ending}: File too large", "full late", cwd=folder,
                    preexec_fn=late)
            refused([str(race), "--wave", f"a.{ending}"], 2, f"a.{ending}: File too large", "a very full disk",
                    cwd=folder, preexec_fn=little)
            if Path(folder, f"a.{ending}").read_text() != "as before":
                wrong(f"full disk: a.{ending} was touched")
            left(folder, [f"a.{ending}"], f"full disk, {ending}")
            Path(folder, f"a.{ending}").unlink()
            run(str(race), "--wave", f"a.{ending}", cwd=folder)
            left(folder, [f"a.{ending}", f"a.{ending}.gtkw"], "a run that ends")
            for p in Path(folder).iterdir():
                p.unlink()
            ended_by_signal(folder, endless, ending)
        if fst:
            subprocess.run(["mkfifo", f"{folder}/p.fst"], check=True)
            with open(f"{folder}/p.fst", "rb+", buffering=0):
                refused([str(race), "--wave", "p.fst"], 2, "p.fst: Illegal seek", "an FST into a pipe", cwd=folder)


def wide():
    """More names than any buffer holds: 32 functions with 63 PASIDs each."""
    functions = [f"f{i}" for i in range(32)]
    steps = "".join(f"  - {{at: 0, bind: {{endpoint: {f}, pasid: 1, space: A}},"
                    " repeat: {times: 63, every: 10, pasid_step: 1}}\n" for f in functions)
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder, "wide.yaml")
        scenario.write_text("name: wide\nabout: Many PASIDs.\nsystem:\n  endpoints: ["
                            + ", ".join(f"{{id: {f}}}" for f in functions)
                            + "]\nspaces:\n  A: {regions: [{at: 0x4000, size: 0x1000, perm: rw}]}\ntimeline:\n" + steps)
        done = run(str(scenario), "--wave", f"{folder}/a.vcd")
        if done.returncode not in (0, 1, 4):
            wrong(f"wide: exit {done.returncode}: {done.stderr.strip()[:200]}")
            return
        if Path(folder, "a.vcd").read_bytes().index(b"$enddefinitions") < 2 * 65536:
            wrong("wide: the names fit into a buffer: this looks at nothing")
        wave = wave_reader.read(f"{folder}/a.vcd")
        for f in functions:
            for pasid in range(1, 64):
                if f"prisim.bindings.{f}.pasid[{pasid}].state" not in wave.signals:
                    wrong(f"wide: PASID {pasid} of {f} is not there")


def ended_by_signal(folder, endless, ending):
    for which in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen([PRISIM, "run", str(endless), "-q", "--wave", f"a.{ending}"], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(0.5)
            process.send_signal(which)
            process.wait()
            if process.returncode != -which:
                wrong(f"{ending}: {which.name}: ended with {process.returncode}")
        if ending == "fst":
            left(folder, [], f"fst, {which.name}")
            continue
        left(folder, ["a.vcd"], f"vcd, {which.name}")
        wave = wave_reader.read(f"{folder}/a.vcd")
        if f"$comment ended early: signal {which.name} $end" not in wave.comments:
            wrong(f"vcd: {which.name}: no last word")
        if wave.signals["prisim.endpoint[nic].credits_in_use"].at(wave.end) != 1:
            wrong(f"vcd: {which.name}: the wave does not go to the end")
        Path(folder, "a.vcd").unlink()


def main():
    if WHAT == "values":
        values()
    elif WHAT == "engines":
        engines(sys.argv[4:])
    else:
        files()
    print(f"waves {WHAT}: {len(WRONG)} wrong")
    sys.exit(1 if WRONG else 0)


main()
