#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The properties of rtl/pri_queue_properties.sv against what the queue answers to random stimulus.
  properties.py ROOT PRISIM play       C over the pins and the RTL, in Icarus; with resets in mid-flight C and a queue
                                       that is foreign
  properties.py ROOT PRISIM bound N    the RTL under Verilator, the monitor bound to it, N cycles a set
  properties.py ROOT PRISIM faults     each property, and no other, finds a fault of its own"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "rtl"))
from faults import FAULTS
from foreign import foreign
from vectors import Vectors

QUEUE = "rtl/pri_queue.sv"
MONITOR = ["rtl/pri_queue_pkg.sv", "rtl/pri_queue_properties.sv"]
RTL = MONITOR + [QUEUE]
BENCH = "tests/properties/play_properties.sv"
TRIES = 40  # places for a fault until one is found by its property alone

FAST = ["accept_interval=1", "write_latency=1", "records_in_flight=16"]
SETS = {
    "plain": (1, []),
    "no_substreams": (2, ["pasid_supported=0"]),
    "marker_by_the_wire": (7, ["pasid_supported=0", "stop_marker_needs_ssv=0"]),
    "fast": (3, ["pps=1"] + FAST),
    "no_msi": (4, ["auto_fail_last_only=1", "msi_supported=0"] + FAST),
    "one_at_a_time": (5, ["records_in_flight=1", "size_log2_max=2"]),
    "tiny_and_fast": (6, ["size_log2_max=1"] + FAST),
}


def run(command, root):
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def write_vectors(root, prisim, folder, name, cycles, resets=()):
    seed, settings = SETS[name]
    extra = list(resets) + [word for setting in settings for word in ("--set", setting)]
    run([prisim, "vectors", "--out", folder / name, "--cycles", str(cycles), "--seed", str(seed)] + extra, root)
    return folder / name


def build_icarus(root, folder, rtl, queue=QUEUE, name=None):
    player = folder / (name or ("rtl.vvp" if rtl else "c.vvp"))
    run(["iverilog", "-g2012", "-Irtl", "-s", "play_properties", f"-Pplay_properties.RTL={int(rtl)}", "-o", player] +
        MONITOR + [queue, BENCH], root)
    return ["vvp", "-n", player]


def build_verilator(root, folder):
    run(["verilator", "--binary", "--timing", "--assert", "-DBOUND", "-GRTL=1", "--top-module", "play_properties",
         "--Mdir", folder / "verilator", "-Irtl", "-Wno-fatal", "-O3", "-CFLAGS", "-O1"] + RTL +
        ["rtl/pri_queue_properties_bind.sv", BENCH], root)
    return [folder / "verilator" / "Vplay_properties", "+verilator+error+limit+1000000000"]


def play(root, player, vectors):
    """[(edge, property)] of what failed, and how many lines were played."""
    said = run(player + [f"+dir={vectors}"], root)
    lines = re.search(r"^(\d+) lines played", said, re.M)
    if not lines:
        sys.exit(f"{vectors}: not played to the end\n{said}")
    return [(int(edge), name) for name, edge in re.findall(r"property (\w+): edge (\d+)", said)], int(lines[1])


def properties(root):
    return re.findall(r"^ *`PROPERTY\((\w+),", (root / "rtl/pri_queue_properties.sv").read_text(), re.M)


def judge(failed):
    """`failed`: {property: where it was first seen to}"""
    for name in sorted(failed):
        print(f"FAILED: {name}, first: {failed[name]}")
    return len(failed)


def build_foreign(root, folder):
    source = folder / "foreign.sv"
    source.write_text(foreign((root / QUEUE).read_text()))
    return build_icarus(root, folder, True, source, "foreign.vvp")


def play_all(root, prisim, folder, players, cycles, resets=()):
    failed = {}
    for name in SETS:
        vectors = write_vectors(root, prisim, folder, name, cycles, resets)
        for side, player in players.items():
            seen, lines = play(root, player, vectors)
            if lines != cycles:
                sys.exit(f"{name}: {lines} of {cycles} lines played")
            for edge, what in seen:
                failed.setdefault(what, f"{side}, vectors {name}, edge {edge}")
    print(f"{len(properties(root))} properties, {len(SETS)} sets of {cycles} cycles, {', '.join(players)}")
    return judge(failed)


def find(root, folder, player, vectors, clean, plan, name):
    """The first change that `name` alone finds; (changes, edge) or None, and what was found instead."""
    instead = "no place for the fault"
    for tries, edits in enumerate(plan(vectors)):
        if tries == TRIES:
            break
        first, last = vectors.episode(min(edits))
        last = min(last, max(edits) + 200)
        vectors.write(folder, first, last, edits)
        new = [(edge + first, what) for edge, what in play(root, player, folder)[0]]
        new = [one for one in new if one not in clean and one[0] >= min(edits)]
        at_first = {what for edge, what in new if edge == new[0][0]}
        if at_first == {name}:
            return (edits, new[0][0]), None
        instead = ", ".join(sorted(at_first)) or "nothing"
    return None, instead


def plant_all(root, prisim, folder):
    player = build_icarus(root, folder, rtl=False)
    sets, cleans, bad = {}, {}, 0
    planted = folder / "planted"
    planted.mkdir()
    for name, which, plan in FAULTS:
        if which not in sets:
            sets[which] = Vectors(write_vectors(root, prisim, folder, which, 10000))
            cleans[which] = set(play(root, player, folder / which)[0])
        found, instead = find(root, planted, player, sets[which], cleans[which], plan, name)
        if found:
            pins = "; ".join(f"line {n}: " + ", ".join(f"{pin}={value:x}" for pin, value in change.items())
                             for n, change in sorted(found[0].items())[:2])
            print(f"{name}: found at edge {found[1]} of {which}: {pins}")
        else:
            print(f"NOT FOUND: {name} in {which}: {instead}")
            bad += 1
    for name in set(properties(root)) - {name for name, _, _ in FAULTS}:
        print(f"NO FAULT: {name}")
        bad += 1
    return bad


def main():
    root, prisim, mode = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if mode == "faults":
            bad = plant_all(root, prisim, folder)
        elif mode == "bound":
            bad = play_all(root, prisim, folder, {"RTL": build_verilator(root, folder)}, int(sys.argv[4]))
        else:
            recorded = build_icarus(root, folder, False)
            bad = play_all(root, prisim, folder, {"C": recorded, "RTL": build_icarus(root, folder, True)}, 4000)
            bad += play_all(root, prisim, folder, {"C": recorded, "foreign": build_foreign(root, folder)}, 4000,
                            ["--reset-within", "150"])
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
