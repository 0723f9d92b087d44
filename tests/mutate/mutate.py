#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants faults in copies of a block and says which of them its tests see. ./dev mutate runs it.

Two kinds: named faults (TARGET.named, each a rule broken in one place, with the test that must fail, the scenario
and the hazards that must be found there, or the reason why nobody can see it), and mechanical ones over the
block. A mechanical fault that no test sees must stand in TARGET.equivalent with the reason. Golden logs judge only
where the target's tests are the project's own tests. What a run found stays in the folder until the tree changes: one
that was interrupted, or whose budget was spent, goes on. Exit: 0 all seen or argued, 1 not, 2 unusable arguments or
lists.
"""
import argparse
import hashlib
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lists
import mechanical
from linux_shop import LinuxShop
from results import Results
from scenario_shop import ScenarioShop
from tree_shop import TreeShop
from workshop import BuildError, Target, Workshop

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests/house"))
import mirror  # noqa: E402 pylint: disable=wrong-import-position


class Progress:
    """A bar on a terminal, nothing in a pipe."""

    def __init__(self, what, total):
        self.what, self.total, self.done, self.on = what, total, 0, sys.stderr.isatty()

    def step(self):
        self.done += 1
        if self.on:
            part = 30 * self.done // self.total
            print(f"\r{self.what} [{'#' * part}{' ' * (30 - part)}] {self.done}/{self.total}", end="", file=sys.stderr)

    def end(self):
        if self.on:
            print("\r\033[K", end="", file=sys.stderr)


class Run:
    def __init__(self, shop, pool, options, results):
        self.shop, self.pool, self.options, self.results = shop, pool, options, results
        minutes = options.minutes if options.minutes is not None else shop.target.minutes
        self.deadline = time.monotonic() + 60 * minutes if minutes else None

    def each(self, what, function, items):
        """What became of each item; None for those whose turn did not come within the budget."""
        progress = Progress(what, len(items))
        results = []
        for result in self.pool.map(lambda item: self.one(function, item), items):
            results.append(result)
            progress.step()
        progress.end()
        return results

    def one(self, function, number_and_fault):
        key = "|".join(map(str, number_and_fault[1].key))
        known = self.results.get(key)
        if known is None:
            if self.deadline and time.monotonic() > self.deadline:
                return None
            known = function(number_and_fault)
            self.results.put(key, known)
        return known

    def text(self, file):
        return (self.shop.tree / file).read_text()

    def named(self, number_and_fault):
        """"seen", "argued", or what is wrong with a named fault."""
        number, fault = number_and_fault
        if fault.because:
            return "argued"
        file = self.shop.target.file(fault.file)
        try:
            text = fault.applied(self.text(file))
        except lists.ListError as error:
            return f"CANNOT BE PLANTED: {error}"
        folder = self.shop.fault(f"_named{number}", file, text)
        if folder is None:
            return "does not compile"
        try:
            if self.shop.sees(folder, fault.seen_by):
                return "seen"
            other = (self.shop.seen_by(folder) or "").removeprefix("test_")
            found = f", but by {' '.join([other, *self.shop.failing(folder, other)[:self.shop.told]])}" if other else \
                " nor by another test"
            return f"NOT SEEN by {fault.seen_by}{found}"
        finally:
            self.shop.discard(folder)

    def mechanical(self, number_and_fault):
        """By whom it was seen; "" if by nobody, "no fault" if it does not compile."""
        number, fault = number_and_fault
        folder = self.shop.fault(number, fault.file, fault.applied(self.text(fault.file)))
        if folder is None:
            return "no fault"
        try:
            seen = self.shop.seen_by(folder)
            if seen:
                return f"unit tests: {seen}"
            return self.shop.target.last[0] if self.shop.seen_by_last(folder) else ""
        finally:
            self.shop.discard(folder)


def sample(faults, count, seed):
    """All, or so many of them, in their order. Each is drawn by its own key: code that changes elsewhere draws no
    others."""
    if count is None or count >= len(faults):
        return faults

    def lot(fault):
        return hashlib.sha256("|".join(map(str, (seed, *fault.key))).encode()).digest()
    drawn = sorted(faults, key=lot)[:count]
    return [fault for fault in faults if fault in drawn]


def judge_named(run, faults):
    chosen = sample(faults, run.options.named, run.options.seed)
    verdicts = run.each("named faults", run.named, list(enumerate(chosen)))
    for fault, verdict in zip(chosen, verdicts):
        if verdict is not None and (verdict not in ("seen", "argued") or run.options.verbose):
            print(f"{verdict}: {fault.name} ({fault.rule}; {fault.place})")
    return verdicts


def judge_mechanical(run, equivalents):
    target = run.shop.target
    faults = [f for file in target.bent for f in mechanical.faults_of(file, run.text(file))
              if f.function or file not in target.inline]
    if run.options.only:
        faults = [f for f in faults if run.options.only in " ".join(map(str, f.key))]
    count = run.options.mechanical
    if count is None and not run.options.only and target.mechanical != "all":
        count = 0 if target.mechanical == "on request" else int(target.mechanical)
    chosen = sample(faults, count, run.options.seed)
    counts = {"unit tests": 0, "last": 0, "equivalent": 0, "not seen": 0, "not tried": 0}
    survivors = set()
    for fault, seen in zip(chosen, run.each("mechanical faults", run.mechanical, list(enumerate(chosen)))):
        if seen == "no fault":
            continue
        if seen == "":
            survivors.add(fault.key)
        kind = "not tried" if seen is None else "unit tests" if seen.startswith("unit tests") else "last" if seen else \
            "equivalent" if fault.key in equivalents else "not seen"
        counts[kind] += 1
        if kind == "not seen":
            file, function, nth, old, new = fault.key
            print(f"NOT SEEN\nequivalent: {file} {function or '-'}{f' #{nth}' if nth > 1 else ''}\n- {old}\n+ {new}\n")
    whole = len(chosen) == len(faults) and not run.options.only and not counts["not tried"]
    stale = [k for k in equivalents if k not in survivors] if whole else []
    for file, function, _, old, new in stale:
        print(f"in {target.name}.equivalent, but seen, or no such fault: {file} {function}\n- {old}\n+ {new}\n")
    return counts, len(stale)


def judge_own(run, faults):
    """Do a source's own tests (tests/house/mirror.txt), and they alone, see at least half of its named faults?"""
    shop, own = run.shop, mirror.House(ROOT).own()

    def sees(number_and_fault):
        number, fault = number_and_fault
        file = shop.target.file(fault.file)
        folder = shop.fault(f"_own{number}", file, fault.applied(run.text(file)))
        if folder is None:
            return False
        try:
            return any(shop.fails(folder, test) for test in own.get(fault.file, []))
        finally:
            shop.discard(folder)
    chosen = [fault for fault in faults if not fault.because and (run.options.only or "") in fault.file]
    seen = {}
    for fault, saw in zip(chosen, run.pool.map(sees, enumerate(chosen))):
        seen.setdefault(fault.file, []).append(saw)
    for file, saw in sorted(seen.items()):
        if 2 * sum(saw) < len(saw) or run.options.verbose:
            tests = " ".join(own.get(file, [])) or "none"
            print(f"{file}: {sum(saw)} of {len(saw)} named faults seen by its own: {tests}")
    low = sum(2 * sum(saw) < len(saw) for saw in seen.values())
    print(f"{shop.target.name}: {len(seen) - low} of {len(seen)} sources have tests of their own that see half")
    return not low


def check(name):
    """Without building anything: can every named fault be planted, and is every equivalent one a fault at all?"""
    target = Target(name, lists.read(HERE / f"{name}.target")[0].values, ROOT)
    wrong = []
    for fault in lists.named(HERE / f"{name}.named"):
        try:
            fault.applied((ROOT / target.file(fault.file)).read_text())
        except (lists.ListError, BuildError) as error:
            wrong.append(str(error))
    made = {f.key for file in target.bent for f in mechanical.faults_of(file, (ROOT / file).read_text())}
    for key in lists.equivalents(HERE / f"{name}.equivalent"):
        if key not in made:
            wrong.append(f"{name}.equivalent: no such fault: {key[0]} {key[1]}\n- {key[3]}\n+ {key[4]}")
    for line in wrong:
        print(line)
    print(f"{name}: {'ok' if not wrong else f'{len(wrong)} entries to bring in line with the code'}")
    return not wrong


def shop_of(target, options):
    if options.own and (target.program or target.kernel):
        raise BuildError(f"{target.name}: its judges are of no source")
    where = (target, ROOT, options.folder.resolve(), options.build.resolve())
    if target.kernel:
        return LinuxShop(*where[:3], options.kernel.resolve(), options.jobs)
    if target.ctest:
        return TreeShop(*where, options.jobs)
    return ScenarioShop(*where) if target.program else Workshop(*where)


def judge(name, options, pool):
    entries = lists.read(HERE / f"{name}.target")
    shop = shop_of(Target(name, entries[0].values, ROOT), options)
    try:
        return judge_in(shop, name, options, pool)
    finally:
        shutil.rmtree(shop.folder, ignore_errors=True)


def judge_in(shop, name, options, pool):
    faults, equivalents = lists.named(HERE / f"{name}.named"), lists.equivalents(HERE / f"{name}.equivalent")
    results = Results(options.folder / f"{name}.results.json", ROOT, options.unseen)
    shop.prepare(lambda function, items: list(pool.map(function, items)))
    if shop.target.last and not shop.last_link:
        print(f"{name}: {options.build} has no {shop.target.last[0]}: fewer faults are seen", file=sys.stderr)
    run = Run(shop, pool, options, results)
    if options.own:
        return judge_own(run, faults)
    verdicts = judge_named(run, faults)
    counts, stale = judge_mechanical(run, equivalents)
    last = f"{counts['last']} by {shop.target.last[0]}, " if shop.target.last else ""
    judges = "scenarios" if shop.target.program else "tests" if shop.target.ctest else \
        "driver" if shop.target.kernel else "unit tests"
    seen, argued, later = verdicts.count("seen"), verdicts.count("argued"), verdicts.count(None)
    print(f"{name}: {seen} of {len(verdicts)} named faults seen{f', {argued} argued' if argued else ''}; of "
          f"{sum(counts.values())} mechanical faults {counts['unit tests']} seen by the {judges}, {last}"
          f"{counts['equivalent']} argued to be equivalent, {counts['not seen']} not seen")
    later += counts["not tried"]
    tried = len(verdicts) + sum(counts.values()) - later
    if later:
        print(f"{name}: the budget is spent: {tried} tried, {later} to come; the next run goes on there")
    return seen + argued + verdicts.count(None) == len(verdicts) and not counts["not seen"] and not stale and tried > 0


def main():
    targets = sorted(path.stem for path in HERE.glob("*.target"))
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("target", nargs="*", metavar="TARGET",
                        help=f"{', '.join(targets)}; default: all but linux, which wants ./dev linux to have run")
    parser.add_argument("--named", type=int, metavar="N", help="only N of the named faults, drawn by seed")
    parser.add_argument("--mechanical", type=int, metavar="N", help="only N of the mechanical faults, drawn by seed")
    parser.add_argument("--only", metavar="TEXT",
                        help="only mechanical faults with it in file, function or lines; of --own, sources")
    parser.add_argument("--minutes", type=float, metavar="N", help="budget of a target; the next run goes on")
    parser.add_argument("--unseen", action="store_true", help="only what the last run left unseen, on whatever tree")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where the last test can be linked")
    parser.add_argument("--folder", type=Path, default=ROOT / "build-mutate", help="for copies and objects")
    parser.add_argument("--kernel", type=Path, default=ROOT / "build-linux/debian",
                        help="of target linux: the folder where ./dev linux built its program")
    parser.add_argument("--check", action="store_true", help="only whether the lists fit the code; builds nothing")
    parser.add_argument("--own", action="store_true",
                        help="only whether the tests of a source's own see half of its named faults")
    parser.add_argument("--verbose", action="store_true", help="a line for each named fault that is seen too")
    options = parser.parse_args()
    for name in options.target:
        if name not in targets:
            parser.error(f"{name}: expected one of {', '.join(targets)}")
    try:
        if options.check:
            return 0 if all([check(name) for name in options.target or targets]) else 1
        with ThreadPoolExecutor(options.jobs) as pool:
            good = [judge(name, options, pool) for name in options.target or [t for t in targets if t != "linux"]]
    except (BuildError, lists.ListError) as error:
        print(f"mutate: {error}", file=sys.stderr)
        return 2
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
