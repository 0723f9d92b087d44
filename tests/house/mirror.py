#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is each test file named for its subject, and has each source a test that is its own?

A test stands in the mirror of a folder and carries the name of a source there, alone or with a word behind it for one
side of it; or its subject is listed in mirror.txt. A source of some length has a test of its name, or mirror.txt says
which tests are its own. An entry that is no longer needed, or names what is not there, is wrong too.

mirror.py ROOT            says what is wrong; exit 1 if anything is
mirror.py ROOT --own      prints each source with its own tests, and how many of its named faults the lists say they
                          see; they may see more (./dev mutate --own)
"""
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

LINES = 150  # a shorter source may be tested through another
# Folder of tests -> what it mirrors; and beside these, sources that stand in the folder itself.
MIRROR = {"core": "model/core", "pcie": "model/pcie", "pri_queue": "model/pri_queue", "smmu": "model/smmu",
          "pcie_fabric": "model/pcie_fabric", "pcie_endpoint": "model/pcie_endpoint",
          "interconnect": "model/interconnect", "platform": "model/platform",
          "driver": "driver", "tb": "tb", "view": "tb/view", "rtl": "rtl"}
SOURCES = (".c", ".h", ".cpp", ".def")


def files(folder, endings):
    return sorted(p for p in folder.rglob("*") if p.suffix in endings and p.is_file()) if folder.is_dir() else []


def stems(path):
    """The names by which a test may call a source: with and without the word of its block."""
    stem = re.sub(r"_tlm$", "", path.stem)
    words = stem.split("_")
    names = {stem, *("_".join(words[n:]) for n in range(1, len(words)) if "_".join(words[:n]) in BLOCKS)}
    return names


BLOCKS = {"platform", "smmu", "pri_queue", "endpoint", "fabric", "interconnect", "driver", "pcie_fabric",
          "pcie_endpoint", "prisim", "prisim_platform"}


class House:
    def __init__(self, root):
        self.root = root
        self.tests = [p for p in files(root / "tests", (".c", ".cpp")) if p.name.startswith("test_")]
        self.sources = {}  # name of a file -> path; what is drawn from it
        for part in ("model", "driver", "tb"):
            for path in files(root / part, SOURCES):
                self.sources.setdefault(path.name, path)
        self.subjects, self.listed, self.wrong = {}, {}, []
        self._read()

    def _read(self):
        for number, line in enumerate((self.root / "tests/house/mirror.txt").read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            m = re.fullmatch(r"(test|source) (\S+): (\S.*)", line)
            if not m:
                self.wrong.append(f"mirror.txt:{number}: not `test NAME: subject` or `source FILE: TEST ...`")
                continue
            (self.subjects if m[1] == "test" else self.listed)[m[2]] = m[3]

    @staticmethod
    def name(test):
        return test.stem.removeprefix("test_")

    def sources_of(self, test):
        """The sources that the test is named for: those with the longest name that fits."""
        folder = test.relative_to(self.root / "tests").parts[:-1]
        name = self.name(test).removeprefix(folder[0] + "_")
        if folder[0] == "systemc":
            near = [p for part in ("model", "driver", "tb") for p in files(self.root / part, SOURCES)
                    if "_tlm" in p.stem]
        else:
            near = files(self.root / MIRROR.get(folder[0], "none"), SOURCES)
        if len(folder) > 1:  # models of the tests' own
            near += [p for p in test.parent.glob("*") if p.suffix in SOURCES and not p.name.startswith("test_")]
        fits = [(len(stem), p) for p in near for stem in stems(p) if name == stem or name.startswith(stem + "_")]
        longest = max((length for length, _ in fits), default=0)
        return [p for length, p in fits if length == longest]

    def is_test(self, name):
        """A Check program, or a test that a CMake file names; of scenarios each has its own."""
        if name.startswith("scenario_"):
            return any((self.root / "scenarios").rglob(name.removeprefix("scenario_") + ".yaml"))
        lists = [p for ending in ("CMakeLists.txt", "*.cmake") for p in (self.root / "tests").rglob(ending)]
        return any(self.name(t) == name for t in self.tests) or any(
            re.search(rf"\bNAME {re.escape(name)}\b", p.read_text()) for p in lists)

    def own(self):
        """Name of a source -> names of its own tests."""
        own = {}
        for test in self.tests:
            for source in self.sources_of(test):
                own.setdefault(source.name, []).append(self.name(test))
        for source, said in self.listed.items():
            own.setdefault(source, []).extend(said.partition(" (")[0].split())
        return own

    def check(self):
        named = {}
        for test in self.tests:
            found = self.sources_of(test)
            for source in found:
                named.setdefault(source.name, []).append(test)
            listed = [pattern for pattern in self.subjects if fnmatch(self.name(test), pattern)]
            if found and listed:
                self.wrong.append(f"mirror.txt: test {listed[0]}: {self.name(test)} is named for {found[0].name}")
            if not found and not listed:
                self.wrong.append(f"{test.relative_to(self.root)}: named for no source of its mirror, and mirror.txt "
                                  "does not say its subject")
        names = {self.name(t) for t in self.tests}
        for pattern in self.subjects:
            if not any(fnmatch(name, pattern) for name in names):
                self.wrong.append(f"mirror.txt: test {pattern}: there is no such test file")
        for name, path in self.sources.items():
            if path.suffix in (".h", ".def") or name in named or name in self.listed:
                continue
            lines = len(path.read_text().splitlines())
            if lines > LINES:
                self.wrong.append(f"{path.relative_to(self.root)}: {lines} lines, no test of its name, and mirror.txt "
                                  "does not say which are its own")
        for name, said in self.listed.items():
            if name not in self.sources:
                self.wrong.append(f"mirror.txt: source {name}: there is no such file")
            for test in said.partition(" (")[0].split():
                if not self.is_test(test):
                    self.wrong.append(f"mirror.txt: source {name}: there is no test {test}")
        return self.wrong

    def shares(self):
        """(source, own tests, named faults, how many of them own tests are to see) of each source with faults."""
        sys.path.insert(0, str(self.root / "tests/mutate"))
        import lists  # pylint: disable=import-outside-toplevel
        own, faults = self.own(), {}
        for path in sorted((self.root / "tests/mutate").glob("*.named")):
            for fault in lists.named(path):
                if not fault.because:
                    faults.setdefault(fault.file, []).append(fault.seen_by.split()[0])
        return [(source, own.get(source, []), len(seen), sum(by in own.get(source, []) for by in seen))
                for source, seen in sorted(faults.items())]


def main():
    house = House(Path(sys.argv[1]).resolve())
    if "--own" in sys.argv:
        for source, own, count, seen in house.shares():
            print(f"{'    ' if 2 * seen >= count else 'LOW '}{seen:3} of {count:3}  {source}: {' '.join(own) or '-'}")
        return 0
    wrong = house.check()
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
