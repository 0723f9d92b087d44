# SPDX-License-Identifier: Apache-2.0
"""Builds a target's tests once and its library per fault, in a folder of its own, and runs the tests against it.

The tree is read once: what is built are copies, so that it may change meanwhile. The library is shared, the tests are
linked with it by name: a fault costs the compilation of the file it is in, one link and the tests up to the first that
fails. Sanitizer reports end a test like a failed check.
"""
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

_CFLAGS = ["-std=c11", "-O1", "-w", "-fPIC", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
_FAILED = re.compile(r":[FE]:[^:]*:(\w+):")
_LIBRARY = "libmutant.so"


class BuildError(Exception):
    pass


class Target:
    """What is bent, what it needs beside, and who judges it: read from NAME.target."""

    def __init__(self, name, values, root):
        def files(key):
            found = [str(p.relative_to(root)) for pattern in values.get(key, "").split()
                     for p in sorted(root.glob(pattern))]
            if not found and key not in optional:
                raise BuildError(f"{name}.target: {key}: no such files")
            return found
        self.name = name
        # A target with a program is judged by scenarios (scenario_shop.py).
        self.program, self.archive = values.get("program"), values.get("archive")
        # One with ctest by the tests whose names match (tree_shop.py); `compiled`: what shows that a header compiles.
        self.ctest, self.compiled = values.get("ctest"), values.get("compiled", "").split()
        self.systemc = values.get("systemc") == "on"  # the copies are built with SystemC
        optional = ("with", "inline", "named", "scenarios")
        # One with kernel by Linux's driver (linux_shop.py), and only `by hand`: it wants a kernel tree.
        self.kernel = values.get("kernel")
        if self.program or self.ctest or self.kernel:
            optional += ("library", "tests", "harness")
        self.scenarios = files("scenarios")
        # Of a header that the tests share, only the functions: its structures are theirs too.
        self.inline = files("inline")
        self.bent = files("bend") + self.inline
        self.named = files("named")  # named faults may stand here too
        sources = files("library")
        self.library = sources + [f for f in files("with") if f not in sources]
        self.tests, self.harness = files("tests"), files("harness")
        # `on request`: none but with --mechanical or --only; a number: so many, drawn by seed.
        self.mechanical = values.get("mechanical", "all")
        self.minutes = float(values.get("minutes", 0))  # its budget; 0: none
        self.last = values.get("last", "").split()  # a program of the build folder, its library, arguments

    def file(self, name):
        """The one file of that name in which a fault may stand."""
        found = sorted({f for f in self.bent + self.named if f.endswith("/" + name)})
        if len(found) != 1:
            raise BuildError(f"{self.name}: {name}: expected one of {' '.join(self.bent + self.named)}")
        return found[0]


def run(command, **kwargs):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False, **kwargs)


class Workshop:
    told = 1  # of the checks that fail
    def __init__(self, target, root, folder, build):
        self.target, self.root, self.build = target, root, build
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=folder))
        self.tree = self.folder / "tree"
        self.flags = _CFLAGS + self._pkg("--cflags")
        self.seconds = {}
        self.lock = threading.Lock()

    def _pkg(self, what):
        return run(["pkg-config", what, "check"]).stdout.split()

    def _compile(self, source, to, include=()):
        to.parent.mkdir(parents=True, exist_ok=True)
        includes = [f"-I{path}" for path in (*include, self.tree)]
        done = run(["gcc", *self.flags, *includes, "-c", str(source), "-o", str(to)])
        return done.stdout if done.returncode else None

    def _object(self, file, folder):
        return folder / "objects" / (file.replace("/", "__") + ".o")

    def _link(self, folder):
        objects = [self._object(f, folder) for f in self.target.library]
        objects = [o if o.exists() else self._object(f, self.folder) for o, f in zip(objects, self.target.library)]
        return run(["gcc", "-shared", "-fsanitize=undefined", "-o", str(folder / _LIBRARY), *map(str, objects)])

    def prepare(self, each):
        """Builds everything as it stands in the tree; the tests must pass. `each` runs a function over a list."""
        for part in {file.split("/")[0] for file in self.target.library + self.target.tests}:
            shutil.copytree(self.root / part, self.tree / part)
        files = self.target.library + self.target.harness + self.target.tests
        errors = each(lambda f: self._compile(self.tree / f, self._object(f, self.folder)), files)
        for file, error in zip(files, errors):
            if error:
                raise BuildError(f"{file}: {error}")
        done = self._link(self.folder)
        if done.returncode:
            raise BuildError(done.stdout)
        harness = [str(self._object(f, self.folder)) for f in self.target.harness]
        for done in each(lambda t: run(["gcc", "-fsanitize=undefined", "-o", str(self._program(t)),
                                         str(self._object(t, self.folder)), *harness, f"-L{self.folder}", "-lmutant",
                                         *self._pkg("--libs")]), self.target.tests):
            if done.returncode:
                raise BuildError(done.stdout)
        self._find_last()
        for test in self.target.tests:
            self._time(test)
        self.target.tests.sort(key=self.seconds.get)

    def _program(self, test):
        return self.folder / Path(test).stem

    def _time(self, test):
        start = time.monotonic()
        done = self._judge(test, self.folder, 120)
        if done is not None:
            raise BuildError(f"{test} fails without any fault: {done}")
        self.seconds[test] = time.monotonic() - start

    def _find_last(self):
        """The command that links the last test, from the build folder's own rules; and the library to exchange."""
        self.last_link = None
        if not self.target.last:
            return
        done = run(["ninja", "-C", str(self.build), "-t", "commands", self.target.last[0]])
        line = done.stdout.strip().splitlines()[-1] if done.returncode == 0 else ""
        if f"lib{self.target.last[1]}.a" in line:
            self.last_link = line

    def fault(self, number, file, text):
        """Builds the library with one file exchanged. Returns its folder, or None if it does not compile."""
        folder = self.folder / f"fault{number}"
        copy = folder / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
        sources = [file] if file.endswith(".c") else self.target.library
        for source in sources:
            path = copy if source == file else self.tree / source
            if self._compile(path, self._object(source, folder), [folder]) is not None:
                shutil.rmtree(folder)
                return None
        if self._link(folder).returncode:
            shutil.rmtree(folder)
            return None
        return folder

    def discard(self, folder):
        shutil.rmtree(folder, ignore_errors=True)

    def _judge(self, test, folder, limit, fork=False):
        """None if the test passes, else what it says. `fork`: every check of it runs, each in a process."""
        environment = dict(os.environ, LD_LIBRARY_PATH=str(folder), CK_FORK="yes" if fork else "no",
                           CK_VERBOSITY="normal")
        try:
            done = run([str(self._program(test))], env=environment, timeout=limit, cwd=folder)
        except subprocess.TimeoutExpired:
            return "time is over"
        return None if done.returncode == 0 else done.stdout

    def _limit(self, test):
        return 5 + 20 * self.seconds[test]

    def seen_by(self, folder):
        """A test that fails, or None. The one that saw the fault before this one is asked first."""
        for test in list(self.target.tests):
            if self._judge(test, folder, self._limit(test)) is not None:
                with self.lock:
                    self.target.tests.remove(test)
                    self.target.tests.insert(0, test)
                return Path(test).stem
        return None

    def sees(self, folder, seen_by):
        program, *tests = seen_by.split()
        return bool(tests) and set(tests) <= set(self.failing(folder, program))

    def fails(self, folder, program):
        """Does that program of the target see the fault? None if the target has no such program."""
        test = next((t for t in self.target.tests if Path(t).stem == "test_" + program), None)
        return None if test is None else self._judge(test, folder, self._limit(test)) is not None

    def failing(self, folder, program):
        """The checks of that program that fail, each in a process of its own."""
        test = next((t for t in self.target.tests if Path(t).stem == "test_" + program), None)
        said = self._judge(test, folder, 4 * self._limit(test), fork=True) if test else None
        return _FAILED.findall(said) if said is not None else []

    def seen_by_last(self, folder):
        """True if the last test, relinked with the fault, objects."""
        if not self.last_link:
            return False
        program = folder / self.target.last[0]
        command = self.last_link.replace(f"-o tests/lockstep/{self.target.last[0]}", f"-o {program}", 1)
        command = re.sub(rf"\S*lib{self.target.last[1]}\.a", str(folder / _LIBRARY), command, count=1)
        if run(["sh", "-c", command], cwd=self.build).returncode:
            raise BuildError(f"cannot link {self.target.last[0]}")
        try:
            done = run([str(program), *self.target.last[2:]], timeout=120, cwd=folder,
                        env=dict(os.environ, LD_LIBRARY_PATH=str(folder)))
        except subprocess.TimeoutExpired:
            return True
        return done.returncode != 0
