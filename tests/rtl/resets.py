#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Resets in mid-flight and X on what does not count, in Icarus (examples/vectors_pri_queue, vectors --reset-within).
  resets.py ROOT PRISIM queues    rtl/pri_queue.sv and a foreign queue (foreign.py) pass; what was in flight at resets
  resets.py ROOT PRISIM faults    each register left out of the reset, and each X let through, is found"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "properties"))
from foreign import foreign, ports_of, when_it_counts
from reset_faults import LEAKS, TOGETHER, UNSEEN
from vectors import Vectors

CYCLES = 6000
WITHIN = 150
FAST = ["accept_interval=1", "write_latency=1", "records_in_flight=16"]
SETS = {
    "plain": (1, []),
    "fast": (2, FAST),
    "tiny": (7, ["size_log2_max=0"] + FAST),
    "pps": (3, ["pps=1"]),
    "small": (4, ["size_log2_max=1", "auto_fail_last_only=1", "msi_supported=0"] + FAST),
    "slow": (5, ["write_latency=64", "records_in_flight=16", "pasid_supported=0"]),
}
# What must be on its way at so many resets of each set, if its settings permit it
IN_FLIGHT = {"records": 10, "writes": 5, "response": 3}
TRIES = 3  # the first sets: where a fault is looked for


def run(command, root):
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def must(command, root):
    status, said = run(command, root)
    if status:
        sys.exit(f"{' '.join(map(str, command))}\n{said}")
    return said


def build(root, source, player):
    must(["iverilog", "-g2012", "-s", "vectors_pri_queue", f"-Pvectors_pri_queue.CYCLES={CYCLES}", "-o", player,
          "examples/command_line_pkg.sv", "rtl/pri_queue_pkg.sv", source,
          "examples/vectors_pri_queue/vectors_pri_queue.sv"], root)
    return player


def write_vectors(root, prisim, folder, names):
    for name in names:
        seed, settings = SETS[name]
        extra = [word for setting in settings for word in ("--set", setting)]
        must([prisim, "vectors", "--out", folder / name, "--cycles", str(CYCLES), "--seed", str(seed),
              "--reset-within", str(WITHIN)] + extra, root)


def in_flight(vectors):
    """{what: at how many resets it was on its way}, and how many resets there are behind the first."""
    counts, resets = dict.fromkeys(IN_FLIGHT, 0), 0
    for n in range(1, vectors.count):
        if vectors.inputs[n]["rst_n"] or not vectors.inputs[n - 1]["rst_n"]:
            continue
        resets += 1
        before = vectors.state[n - 1]
        counts["records"] += before["records"] > 0
        counts["writes"] += bool(before["writes"])
        counts["response"] += vectors.shown[n - 1]["response_valid"]
    return counts, resets


def play_queues(root, prisim, folder):
    text = (root / "rtl/pri_queue.sv").read_text()
    (folder / "foreign.sv").write_text(foreign(text))
    players = {"ours": build(root, root / "rtl/pri_queue.sv", folder / "ours"),
               "foreign": build(root, folder / "foreign.sv", folder / "other")}
    write_vectors(root, prisim, folder, SETS)
    bad = 0
    for name in SETS:
        for whose, player in players.items():
            status, said = run(["vvp", "-n", player, f"+dir={folder / name}"], root)
            if status or f"{CYCLES} cycles, no difference" not in said:
                print(f"FAILED: {whose}, {name}\n{said}")
                bad += 1
        counts, resets = in_flight(Vectors(folder / name))
        print(f"{name}: {resets} resets, on its way at how many: {counts}")
        for what, least in IN_FLIGHT.items():
            if counts[what] < least:
                print(f"TOO FEW: {name}: {what}")
                bad += 1
    return bad


def registers(text):
    """Names in the reset branches of the source, without outputs' payloads: nobody looks at them before their valid."""
    names, payloads = [], {name for _, _, name in ports_of(text) if when_it_counts(name)}
    for branch in re.findall(r"if \(!rst_n\) begin\n(.*?)\n *end else", text, re.S):
        names += re.findall(r"^ *([\w\[\]]+) <= \d+'d?b?0;$", branch, re.M)
    return [name for name in names if name not in payloads]


def left_out(text, name):
    """The register is 0 at power-on, as in an FPGA, and no reset touches it."""
    line = re.escape(name) + r" <= \d+'[db]0;\n"
    text = re.sub(r"^( *)" + line, "", text, count=1, flags=re.M)
    start = f"initial {name.split('[')[0]} = 0;\n"
    if name == "due_wait":
        return re.sub(r"(logic \[6:0\] due_wait;.*\n)", rf"\1            {start}", text, count=1)
    return text.replace("\nendmodule", f"\n    {start}endmodule", 1)


def difference(root, player, vectors, *arguments):
    status, said = run(["vvp", "-n", player, f"+dir={vectors}", *arguments], root)
    line = re.search(r"^first difference: line (\d+), (\d+) edges after", said, re.M)
    if bool(status) != bool(line):
        sys.exit(f"{player}: {said}")
    pins = re.findall(r"^  (\w+): shown ([0-9a-fxX]+)", said, re.M)
    return line and (int(line[1]), int(line[1]) - int(line[2]), pins)


def look(root, folder, number, source):
    """(set, line, first line of its episode, pins, player) of the first difference, or None."""
    place = folder / f"fault{number}"
    place.mkdir()
    (place / "pri_queue.sv").write_text(source)
    player = build(root, place / "pri_queue.sv", place / "player")
    for name in list(SETS)[:TRIES]:
        found = difference(root, player, folder / name)
        if found:
            return (name, *found, player)
    return None


def all_left_out(text, names):
    for name in names:
        text = left_out(text, name)
    return text


def judge_unseen(root, folder, number, text, names):
    found = look(root, folder, number, all_left_out(text, names))
    return not found, f"not reset, all at once: {', '.join(names)}: {found or 'not seen, as argued'}"


def judge_left_out(root, folder, number, text, names):
    name = ", ".join(names)
    found = look(root, folder, number, all_left_out(text, names))
    if not found:
        return False, f"not reset: {name}: not seen"
    which, line, first, pins, player = found
    alone = difference(root, player, folder / which, f"+from={first}")
    if not first or (alone and alone[0] == line):
        return False, f"not reset: {name}: not by the reset: line {line} of {which}"
    return True, f"not reset: {name}: line {line} of {which}: {', '.join(pin for pin, _ in pins)}"


def judge_leak(root, folder, number, text, leak):
    name, old, new = leak
    if text.count(old) != 1:
        return False, f"{name}: not once in the source: {old}"
    found = look(root, folder, number, text.replace(old, new))
    if not found:
        return False, f"{name}: not seen"
    return True, f"{name}: line {found[1]} of {found[0]}: {', '.join(f'{pin} {shown}' for pin, shown in found[3])}"


def plant_all(root, prisim, folder):
    text = (root / "rtl/pri_queue.sv").read_text()
    write_vectors(root, prisim, folder, list(SETS)[:TRIES])
    paired = [name for pair in TOGETHER for name in pair]
    names = registers(text)
    jobs = [(judge_left_out, [name]) for name in names if name not in UNSEEN and name not in paired]
    jobs += [(judge_left_out, pair) for pair in TOGETHER] + [(judge_unseen, list(UNSEEN))]
    jobs += [(judge_leak, leak) for leak in LEAKS]
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        judged = list(pool.map(lambda job: job[1][0](root, folder, job[0], text, job[1][1]), enumerate(jobs)))
    for good, said in judged:
        print(f"{'found' if good else 'WRONG'}: {said}")
    for name in (set(UNSEEN) | set(paired)) - set(names):
        print(f"WRONG: no such register: {name}")
    bad = sum(not good for good, _ in judged) + len((set(UNSEEN) | set(paired)) - set(names))
    print(f"{len(names)} registers, {len(UNSEEN)} of them unseen, {len(LEAKS)} leaks of X, {bad} wrong")
    return bad


def main():
    root, prisim, mode = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    with tempfile.TemporaryDirectory() as name:
        bad = (plant_all if mode == "faults" else play_queues)(root, prisim, pathlib.Path(name))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
