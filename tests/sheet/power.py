#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bends the shared headers one constant at a time and wants the header's test of literals to name that constant.

  power.py ROOT BUILD CC [--every N] [HEADER ...]   every N-th fault; that each constant has a row is always seen

Of each constant: its value plus one (of a pair "low bit, width" each half), and its value exchanged with its
neighbour's. The rows of the test are asserted by the compiler here (LITERALS_STATIC, sheet.h), which costs no link; of
each header one bent copy is linked and run as well, so that the program is seen to fail by the same rows. Functions of
headers (smmu_granule.h, smmu_permission.h) have no rows: their numbers and names are bent, and the program is run.
A constant without a row stands in not_of_a_sheet.txt with the reason, and nothing stands there that has one.
It fails by listing what nobody saw.
"""

import concurrent.futures
import fnmatch
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADERS = {
    "model/smmu/smmu_registers.h": "tests/smmu/test_smmu_literals_registers.c",
    "model/smmu/smmu_records.h": "tests/smmu/test_smmu_literals_records.c",
    "model/smmu/smmu_structures.h": "tests/smmu/test_smmu_literals_structures.c",
    "model/smmu/smmu_command.h": "tests/smmu/test_smmu_literals_structures.c",
    "model/smmu/smmu.h": "tests/smmu/test_smmu_literals_structures.c",
    "model/pri_queue/pri_queue.h": "tests/pri_queue/test_pri_queue_literals.c",
    "model/pri_queue/pri_queue_pins.h": "tests/pri_queue/test_pri_queue_literals.c",
    "model/core/causes.def": "tests/pri_queue/test_pri_queue_literals.c",
    "model/pcie_fabric/pcie_fabric.h": "tests/pcie_fabric/test_pcie_fabric_literals.c",
    "model/pcie/tlp.h": "tests/pcie/test_pcie_literals.c",
    "model/pcie_endpoint/pcie_endpoint.h": "tests/pcie_endpoint/test_pcie_endpoint_literals.c",
    "model/core/memory_port.h": "tests/core/test_core_literals.c",
    "model/interconnect/interconnect.h": "tests/interconnect/test_interconnect_literals.c",
    "driver/driver.h": "tests/driver/test_driver_literals.c",
    "tb/system/system.h": "tests/tb/test_tb_literals.c",
}
FUNCTIONS = {
    "model/smmu/translation/smmu_granule.h": ("tests/smmu/test_smmu_literals_granule.c", None),
    # What follows is of completions and of writable-clean pages: test_smmu_ats.c, test_smmu_httu.c.
    "model/smmu/translation/smmu_permission.h": ("tests/smmu/test_smmu_literals_permission.c", "smmu_ats_granted"),
}
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-w"]
LIMIT = 60  # seconds


class Constant:
    """Of a header: where its value stands in the text, or (implicit) behind which name it is counted."""

    def __init__(self, name, group, span, value, after=None):
        self.name, self.group, self.span, self.value, self.after = name, group, span, value, after
        self.pair = value is not None and bool(re.fullmatch(r"\d+, \d+", value))


def blank(text):
    """The text with comments as blanks, so that places stay."""
    return re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)


def constants(text):
    text = blank(text)
    # Pins carry the causes of the PRI queue, which stand first; of the others only the names are seen.
    pinned = text[:text.index("PRISIM_CAUSE(COMMAND,")] if "PRISIM_CAUSE(COMMAND," in text else ""
    found = [Constant(f"PRISIM_CAUSE_{row[1]}", "causes", row.span(1), None)
             for row in re.finditer(r"^PRISIM_CAUSE\((\w+)", pinned, re.M)]
    for number, body in enumerate(re.finditer(r"\benum(?:\s+\w+)?\s*\{(.*?)\}", text, re.S)):
        after = None
        rows = re.sub(r"^#[^\n]*", lambda m: " " * len(m[0]), body[1], flags=re.M)  # of another file
        for item in re.finditer(r"(\w+)\s*(?:=\s*([^,]+?))?\s*(?:,|$)", rows):
            at = body.start(1)
            span = (at + item.start(2), at + item.end(2)) if item[2] else (at + item.start(1), at + item.end(1))
            found.append(Constant(item[1], f"enum {number}", span, item[2], after))
            after = item[1]
    for item in re.finditer(r"^#define[ \t]+([A-Z]\w+)[ \t]+(\S.*?)[ \t]*$", text, re.M):
        pair = bool(re.fullmatch(r"\d+, \d+", item[2]))
        found.append(Constant(item[1], f"#define {pair}", item.span(2), item[2]))
    return found


def put(text, *changes):
    for (begin, end), new in sorted(changes, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def faults(text):
    """(what, names that must be seen, bent text) of every constant."""
    every = constants(text)
    for at, c in enumerate(every):
        if c.group == "causes":
            begin = text.rindex("\n", 0, c.span[0]) + 1
            yield f"{c.name} + 1", [c.name], put(text, ((begin, begin), f'PRISIM_CAUSE(SHIFTED_{at}, "", "")\n'))
        elif c.value is None:  # counted: it and those behind it move up
            yield f"{c.name} + 1", [c.name], put(text, (c.span, f"{c.name} = {c.after + ' + 2' if c.after else '1'}"))
        elif c.pair:
            low, width = c.value.split(", ")
            yield f"{c.name}, low + 1", [c.name], put(text, (c.span, f"{int(low) + 1}, {width}"))
            yield f"{c.name}, width + 1", [c.name + " (width)"], put(text, (c.span, f"{low}, {int(width) + 1}"))
        else:
            yield f"{c.name} + 1", [c.name], put(text, (c.span, f"(({c.value}) + 1)"))
        for other in every[at + 1:]:
            if other.group != c.group or (other.value is None) != (c.value is None):
                break
            if c.value is None:
                yield (f"{c.name} for {other.name}", [c.name, other.name],
                       put(text, (c.span, text[slice(*other.span)]), (other.span, text[slice(*c.span)])))
                break
            plain = not re.search(r"\b(?!UINT)[A-Z]\w+", c.value + other.value)
            if plain and other.value != c.value:
                whole = lambda name, a, b: name if a.split(",")[0] != b.split(",")[0] else name + " (width)"
                yield (f"{c.name} for {other.name}", [whole(x.name, c.value, other.value) for x in (c, other)],
                       put(text, (c.span, other.value), (other.span, c.value)))
                break


def bent_functions(text, until):
    """(what, bent text): numbers plus one, a name for its neighbour of the same family, a "!" left out."""
    plain = blank(text)
    end = plain.index(until) if until else len(plain)
    begin = re.search(r"^static inline", plain, re.M).start()
    families = {}
    for name in re.findall(r"\b(?:LEAF|ACCESS|SMMU_CD|TLP|SMMU_WORLD|SMMU_TRANS)_\w+", plain[begin:end]):
        family = re.match(r"LEAF_S2|SMMU_WORLD|SMMU_TRANS|SMMU_CD|[A-Z]+", name)[0]
        if name not in families.setdefault(family, []):
            families[family].append(name)
    for m in re.finditer(r"\b\d+\b|\b[A-Z][A-Z0-9_]+\b|!(?!=)", plain[begin:end]):
        span = (begin + m.start(), begin + m.end())
        line = text[text.rindex("\n", 0, span[0]) + 1:text.index("\n", span[0])].strip()
        if m[0].isdigit():
            yield f"{line}: {m[0]} + 1", put(text, (span, str(int(m[0]) + 1)))
        elif m[0] == "!":
            yield f"{line}: ! left out", put(text, (span, ""))
        else:
            family = next((f for f in families.values() if m[0] in f and len(f) > 1), None)
            if family:
                other = family[(family.index(m[0]) + 1) % len(family)]
                yield f"{line}: {other} for {m[0]}", put(text, (span, other))


class Shop:
    def __init__(self, root, build, cc, folder):
        self.root, self.cc, self.folder = root, cc, folder
        # Not what other tests, which may run now, build below that folder for themselves.
        self.archives = [str(p) for part in ("model", "driver", "tb", "tests")
                         for p in sorted((Path(build) / part).rglob("libprisim_*.a"))]
        flags = lambda kind: subprocess.check_output(["pkg-config", kind, "check"], text=True).split()
        self.cflags, self.libs = FLAGS + flags("--cflags"), flags("--libs")
        self.numbers = itertools.count(1)  # several threads take from it
        # What no fault touches is parsed once.
        self.parsed = Path(folder) / "parsed.h"
        self.parsed.write_text('#include "tests/sheet/sheet.h"\n')
        self._call(folder, "-DLITERALS_STATIC", "-x", "c-header", str(self.parsed), "-o", f"{self.parsed}.gch")

    def _bend(self, header, text):
        place = Path(self.folder) / str(next(self.numbers))
        (place / header).parent.mkdir(parents=True)
        (place / header).write_text(text)
        return place

    def _call(self, place, *arguments):
        done = subprocess.run([self.cc, *self.cflags, f"-I{place}", f"-I{self.root}", *arguments], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict(os.environ, LC_ALL="C"))
        return done.returncode, done.stdout

    def must_pass(self, header, test, text):
        _, status, said = self.run(header, test, text)
        if status != 0:
            raise SystemExit(f"{test}: is not built or fails with the header as it is\n{said}")

    def judge(self, header, test, text):
        """Names of the rows that the compiler refuses."""
        status, said = self._call(self._bend(header, text), "-DLITERALS_STATIC", "-fsyntax-only",
                                  "-include", str(self.parsed), str(self.root / test))
        seen = set(re.findall(r'literal ([^".]+)\.', said)) if status else set()
        if not seen and status:
            print(f"{header}: {said.splitlines()[0] if said else status}", file=sys.stderr)
        return seen

    def run(self, header, test, text):
        """Names that the program itself says; whether it failed; its exit status, or None if it is not to be built."""
        place = self._bend(header, text)
        sources = [str(self.root / test), str(self.root / "tests/harness/main.c")]
        if "/endpoint_harness.h" in (self.root / test).read_text():
            sources += [str((self.root / test).parent / "endpoint_harness.c")]
        program = place / "test"
        status, said = self._call(place, "-O0", *sources, "-o", str(program), "-Wl,--start-group",
                                  *self.archives, "-Wl,--end-group", *self.libs, "-lm")
        if status:
            return set(), None, said
        try:
            done = subprocess.run([str(program)], text=True, cwd=place, stdin=subprocess.DEVNULL, timeout=20,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return set(), 1, "hangs"
        return set(re.findall(r"literal ([^.]+)\.", done.stdout)), done.returncode, done.stdout


def reasons(root):
    """header -> [pattern]; every line is "header pattern: reason"."""
    found = {}
    for line in (root / "tests/sheet/not_of_a_sheet.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            m = re.fullmatch(r"(\S+) (\S+): (\S.*)", line)
            if not m:
                raise SystemExit(f"not_of_a_sheet.txt: {line!r}: not \"header pattern: reason\"")
            found.setdefault(m[1], []).append(m[2])
    return found


def bend_constants(shop, pool, headers, exempt, nth):
    """Of each header: how many faults, and what nobody saw."""
    jobs, unseen, count, free_count, met = [], [], 0, 0, 0
    for header, test in headers:
        text, rows = (shop.root / header).read_text(), (shop.root / test).read_text()
        shop.must_pass(header, test, text)
        every, patterns = [c.name for c in constants(text)], exempt.get(header, [])
        free = {n for n in every if any(fnmatch.fnmatchcase(n, p) for p in patterns)}
        free_count += len(free)
        unseen += [f"{header}: not_of_a_sheet.txt: {n}: has a row" for n in free if re.search(rf"_IS\({n}\b", rows)]
        unseen += [f"{header}: not_of_a_sheet.txt: {p}: no such constant" for p in patterns
                   if not fnmatch.filter(every, p)]
        last = None
        for what, names, bent in faults(text):
            due = {n for n in names if n.split(" ")[0] not in free}
            unseen += [f"{header}: {n}: has no row" for n in due if not re.search(rf"\b{n.split()[0]}\b", rows)]
            met += bool(due)
            if due and met % nth == 0:
                last = what, due, bent
                jobs.append((header, what, due, pool.submit(shop.judge, header, test, bent)))
        if last:
            what, due, bent = last
            seen, status, _ = shop.run(header, test, bent)
            count += 1
            if not status or not due <= seen:
                unseen.append(f"{header}: {what}: the program does not say it")
    for header, what, due, job in jobs:
        unseen += [f"{header}: {what}: no row of {n} fails" for n in due - job.result()]
    return count + len(jobs), free_count, unseen


def bend_functions(shop, pool, headers, exempt, nth):
    jobs, unseen = [], []
    for header, (test, until) in headers:
        text = (shop.root / header).read_text()
        shop.must_pass(header, test, text)
        jobs += [(header, what, pool.submit(shop.run, header, test, bent))
                 for i, (what, bent) in enumerate(bent_functions(text, until)) if i % nth == 0]
    met = set()
    for header, what, job in jobs:
        status, name = job.result()[1], what.replace(" ", "_")
        met.add(name)
        if status is None:
            unseen.append(f"{header}: {what}: is no C")
        elif (status == 0) != (name in exempt.get(header, [])):
            unseen.append(f"{header}: {what}: " + ("the program passes" if status == 0 else "is seen"))
    unseen += [f"{header}: not_of_a_sheet.txt: {p}: no such fault" for header, _ in headers
               for p in exempt.get(header, []) if nth == 1 and p not in met]
    return len(jobs), unseen


def main(root, build, cc, only):
    root = Path(root).resolve()
    nth = 1
    if only[:1] == ["--every"]:
        nth, only = int(only[1]), only[2:]
    begin, exempt = time.monotonic(), reasons(root)
    chosen = lambda table: [(h, t) for h, t in table.items() if not only or h in only]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        shop = Shop(root, build, cc, folder)
        count, free, unseen = bend_constants(shop, pool, chosen(HEADERS), exempt, nth)
        more, passed = bend_functions(shop, pool, chosen(FUNCTIONS), exempt, nth)
    unseen = sorted(set(unseen + passed))
    print("\n".join(unseen + [""]) if unseen else "", end="")
    took = time.monotonic() - begin
    print(f"{count + more} faults in {len(chosen(HEADERS)) + len(chosen(FUNCTIONS))} headers, {len(unseen)} unseen, "
          f"{free} constants that no sheet has and nobody outside sees; {took:.0f} s")
    if took > LIMIT:
        print(f"it took more than the {LIMIT} s that it may on a machine that is not loaded", file=sys.stderr)
    return bool(unseen)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], sys.argv[4:]))
