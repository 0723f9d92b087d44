# SPDX-License-Identifier: Apache-2.0
"""Plants a fault in a copy of the tree, builds what a test needs and runs it as ctest would.

For targets with `ctest`: whatever is bent (a source, a header that model and tests share, a part of the program), what
depends on it is built by the project's own rules, and what sees it is the project's own tests, scripts and golden logs
among them. There are as many trees as jobs. A fault costs what ninja has to build for the tests up to the first that
fails.
"""
import json
import os
import queue
import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from scenario_shop import configure, copy_tree
from workshop import BuildError, run

_QUICK = 1  # seconds; a test that takes longer is not asked first


class _Tree:
    """A copy of the sources with its build folder; at most one fault is in it."""

    def __init__(self, root, folder, systemc):
        self.source, self.build = folder / "tree", folder / "build"
        copy_tree(root, self.source)
        configure(self.source, self.build, "-DCMAKE_C_FLAGS_DEBUG=-O1 -w", "-DPRISIM_TESTS=ON",
                  *(("-DPRISIM_SYSTEMC=ON", "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -w") if systemc else ()))
        self.bent = None

    def ninja(self, targets):
        return run(["ninja", "-C", str(self.build), *targets])

    def plant(self, file, text):
        if self.bent not in (None, file):
            self.mend()
        (self.source / file).write_text(text)
        self.bent = file

    def mend(self):
        (self.source / self.bent).write_text(self.original[self.bent])
        self.bent = None


class _Test:
    """One test of ctest: its command, where it runs and what has to be built for it."""

    def __init__(self, entry, tree, outputs):
        properties = {p["name"]: p["value"] for p in entry.get("properties", [])}
        self.name = entry["name"]
        self.command = [self._without(word, tree) for word in entry["command"]]
        self.folder = self._without(properties.get("WORKING_DIRECTORY", str(tree.build)), tree)
        self.environment = properties.get("ENVIRONMENT", [])
        build = f"{tree.build}/"
        named = {word.removeprefix(build) for word in entry["command"] if word.startswith(build)}
        self.targets = sorted((named | {f"test_{self.name}"}) & outputs) or ["prisim"]
        self.seconds = 0

    @staticmethod
    def _without(text, tree):
        return text.replace(str(tree.build), "@BUILD@").replace(str(tree.source), "@SOURCE@")

    @staticmethod
    def _within(text, tree):
        return text.replace("@BUILD@", str(tree.build)).replace("@SOURCE@", str(tree.source))

    def run(self, tree, limit):
        """None if it passes, else what it printed."""
        environment = {**os.environ, "CK_VERBOSITY": "normal", "CK_FORK": "yes",
                       **dict(e.split("=", 1) for e in self.environment)}
        process = subprocess.Popen([self._within(word, tree) for word in self.command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                   cwd=self._within(self.folder, tree), env=environment, start_new_session=True)
        try:
            said = process.communicate(timeout=limit)[0]
        except subprocess.TimeoutExpired:
            # Check gives each check a process group of its own: what is to end is the session.
            run(["pkill", "-KILL", "-s", str(process.pid)])
            process.communicate()
            return "time is over"
        return None if process.returncode == 0 else said


class TreeShop:
    last_link = None
    told = 3  # of the words of a test that fails

    def __init__(self, target, root, folder, _build, jobs):
        self.target, self.root, self.jobs = target, root, jobs
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=folder))
        self.tree = self.folder / "clean"  # of what can be bent; the other trees have faults in them
        self.free, self.lock = queue.Queue(), threading.Lock()

    def grow(self, each):
        """A tree a job, with nothing built, and what each file says that can be bent."""
        trees = each(lambda n: _Tree(self.root, self.folder / str(n), self.target.systemc), range(self.jobs))
        original = {file: (trees[0].source / file).read_text() for file in self.target.bent + self.target.named}
        for file, text in original.items():
            (self.tree / file).parent.mkdir(parents=True, exist_ok=True)
            (self.tree / file).write_text(text)
        for tree in trees:
            tree.original = original
        return trees

    @staticmethod
    def build(each, trees, wanted):
        for done in each(lambda t: t.ninja(wanted), trees):
            if done.returncode:
                raise BuildError(done.stdout[-3000:])

    def prepare(self, each):
        """Builds the tests in each tree as they stand; they must pass. `each` runs a function over a list."""
        trees = self.grow(each)
        outputs = {line.split(":")[0] for line in
                   run(["ninja", "-C", str(trees[0].build), "-t", "targets", "all"]).stdout.splitlines()}
        names = {entry["name"] for entry in self._entries(trees[0])}
        wanted = ["prisim", *sorted(outputs & (names | {f"test_{name}" for name in names}))]
        self.build(each, trees, wanted)
        for tree in trees:
            self.free.put(tree)
        self.tests = [_Test(entry, trees[0], outputs) for entry in self._entries(trees[0])]
        for test in self.tests:
            start = time.monotonic()
            said = test.run(trees[0], 900)
            if said is not None:
                raise BuildError(f"{test.name} fails without any fault: {said[-2000:]}")
            test.seconds = time.monotonic() - start
        self.tests.sort(key=lambda test: test.seconds)

    def _entries(self, tree):
        """What ctest knows of the target's tests; of a program that is not built yet it does not know the command."""
        said = run(["ctest", "--test-dir", str(tree.build), "--show-only=json-v1"]).stdout
        pattern = re.compile(self.target.ctest)

        def is_nightly(entry):
            return any(p["name"] == "LABELS" and "nightly" in p["value"] for p in entry["properties"])
        chosen = [entry for entry in json.loads(said[said.index("{"):])["tests"]
                  if pattern.fullmatch(entry["name"]) and not is_nightly(entry)]
        if not chosen:
            raise BuildError(f"{self.target.name}.target: ctest: no such tests")
        return chosen

    def fault(self, _number, file, text):
        """A tree with the fault in it, or None if it does not compile."""
        tree = self.free.get()
        tree.plant(file, text)
        if tree.ninja(self._objects(tree, file)).returncode:
            self.discard(tree)
            return None
        return tree

    def _objects(self, tree, file):
        """What shows whether it compiles: its own object; of a header, those of one source that has it."""
        if not file.endswith(".c"):
            return self.target.compiled or ["prisim"]
        found = run(["ninja", "-C", str(tree.build), "-t", "query", str(tree.source / file)]).stdout
        return [line.strip() for line in found.splitlines() if line.strip().endswith(".o")][:1] or ["prisim"]

    def discard(self, tree):
        self.free.put(tree)

    @staticmethod
    def _judge(tree, test, limit):
        """What a test says that fails; None if it passes, or cannot be built: then it has seen nothing."""
        return None if tree.ninja(test.targets).returncode else test.run(tree, limit)

    def _limit(self, test):
        return 10 + 10 * test.seconds

    def seen_by(self, tree):
        """A test that fails, or None. Quick ones that saw a fault before are asked first."""
        for test in list(self.tests):
            if self._judge(tree, test, self._limit(test)) is not None:
                if test.seconds < _QUICK:
                    with self.lock:
                        self.tests.remove(test)
                        self.tests.insert(0, test)
                return test.name
        return None

    def sees(self, tree, seen_by):
        """True if that test fails, and says the words behind its name."""
        name, *words = seen_by.split()
        test = next((t for t in self.tests if t.name == name), None)
        said = self._judge(tree, test, self._limit(test)) if test else None
        return said is not None and all(re.search(rf"\b{re.escape(word)}\b", said) for word in words)

    def fails(self, tree, name):
        """Does that test see the fault? None if the target has no such test."""
        test = next((t for t in self.tests if t.name == name), None)
        return None if test is None else self._judge(tree, test, self._limit(test)) is not None

    def failing(self, _tree, _name):
        return []

    def seen_by_last(self, _tree):
        return False
