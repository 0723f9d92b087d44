# SPDX-License-Identifier: Apache-2.0
"""Builds the program once, without SystemC, and relinks it per fault; its tests are scenarios.

For targets with `program`. The tree is read once: what is built is a copy, so that it may change meanwhile. A fault
costs the compilation of the file it is in, an archive, a link, and the scenarios up to the first that fails. A scenario
fails if its verdict is not "pass"; no golden log is looked at.
"""
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from workshop import BuildError, run

_LIMIT = 60  # seconds of one scenario; they take some hundredths


def copy_tree(root, to):
    """What is built, without what was built."""
    def left_out(folder, names):
        return [name for name in names if name == ".git" or Path(folder) == root and name.startswith("build")
                or (Path(folder) / name) in to.parents or (Path(folder) / name / "CMakeCache.txt").exists()]
    shutil.copytree(root, to, symlinks=True, ignore=left_out)


def configure(tree, build, *options):
    done = run(["cmake", "-S", str(tree), "-B", str(build), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                "-DPRISIM_SYSTEMC=OFF", *(options or ("-DCMAKE_C_FLAGS_DEBUG=-O0", "-DPRISIM_TESTS=OFF"))])
    if done.returncode:
        raise BuildError(done.stdout)


def compile_program(build, program):
    done = run(["ninja", "-C", str(build), program])
    if done.returncode:
        raise BuildError(done.stdout)


class ScenarioShop:
    last_link = None
    told = 4  # of the hazards that are found

    def __init__(self, target, root, folder, _build):
        self.target, self.root = target, root
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=folder))
        self.tree, self.base = self.folder / "tree", self.folder / "base"

    def prepare(self, each):
        """Builds it as it stands in the tree; the scenarios must pass. `each` runs a function over a list."""
        if not self.target.scenarios:
            raise BuildError(f"{self.target.name}.target: scenarios: no such files")
        copy_tree(self.root, self.tree)
        configure(self.tree, self.base)
        compile_program(self.base, self.target.program)
        entries = json.loads((self.base / "compile_commands.json").read_text())
        self.compiled = {entry["file"]: entry for entry in entries}
        commands = run(["ninja", "-C", str(self.base), "-t", "commands", self.target.program]).stdout
        self.link = commands.strip().splitlines()[-1]
        if f" {self.target.archive} " not in self.link or f"-o {self.target.program} " not in self.link:
            raise BuildError(f"{self.target.name}.target: {self.target.archive} is no part of {self.target.program}")
        self.found = {}  # without a fault: scenario -> hazard -> count
        for scenario, (passed, found) in zip(self.target.scenarios, each(lambda s: self._run_scenario(s, self.base),
                                                                         self.target.scenarios)):
            if not passed:
                raise BuildError(f"{scenario} fails without any fault: {found}")
            self.found[scenario] = found

    def _source_of(self, file):
        """The file itself, or of a table the one source beside it that includes it."""
        if file.endswith(".c"):
            return file
        found = [source for source in self.compiled if Path(source).parent == (self.tree / file).parent
                 and f'#include "{file}"' in Path(source).read_text()]
        if len(found) != 1:
            raise BuildError(f"{file} is included by {len(found)} sources of its folder")
        return str(Path(found[0]).relative_to(self.tree))

    def fault(self, number, file, text):
        """Relinks the program with one file exchanged. Returns its folder, or None if it does not compile."""
        folder = self.folder / f"fault{number}"
        copy = folder / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
        source = self._source_of(file)
        entry = self.compiled[str(self.tree / source)]
        output = re.search(r"-o (\S+)", entry["command"])[1]
        made, archive = folder / Path(output).name, folder / "mutant.a"
        text_of = copy if source == file else entry["file"]
        command = entry["command"].replace(f"-c {entry['file']}", f"-c {text_of}").replace(
            f"-o {output}", f"-o {made} -w").replace(f"-I{self.tree}", f"-I{folder} -I{self.tree}", 1)
        shutil.copy(self.base / self.target.archive, archive)
        link = self.link.replace(f" {self.target.archive} ", f" {archive} ").replace(
            f"-o {self.target.program} ", f"-o {folder / self.target.program} ")
        for part in (command, f"ar r {archive} {made}", link):
            if run(["sh", "-c", part], cwd=self.base).returncode:
                shutil.rmtree(folder)
                return None
        return folder

    def discard(self, folder):
        shutil.rmtree(folder, ignore_errors=True)

    def _run_scenario(self, scenario, folder):
        """Whether its verdict is pass, and how often each hazard was found."""
        summary = folder / f"{Path(scenario).stem}.json"
        try:
            done = run([str(folder / self.target.program), "run", "--quiet", "--engine", "native", "--summary",
                         str(summary), str(self.tree / scenario)], timeout=_LIMIT)
        except subprocess.TimeoutExpired:
            return False, {"time_is_over": 1}
        try:
            found = json.loads(summary.read_text())["hazards"]
        except (OSError, ValueError, KeyError):  # it ended in an assertion
            return False, {f"exit_{done.returncode}": 1}
        return done.returncode == 0, {name: count for name, count in found.items() if count}

    def seen_by(self, folder):
        """A scenario that fails, or None."""
        return next((Path(s).stem for s in self.target.scenarios if not self._run_scenario(s, folder)[0]), None)

    def sees(self, folder, seen_by):
        name, *hazards = seen_by.split()
        return bool(hazards) and set(hazards) <= set(self.failing(folder, name))

    def failing(self, folder, name):
        """The hazards that are found in that scenario more often than without the fault; none if it passes."""
        scenario = next((s for s in self.target.scenarios if Path(s).stem == name), None)
        if scenario is None:
            return []
        passed, found = self._run_scenario(scenario, folder)
        return [] if passed else [h for h, count in found.items() if count > self.found[scenario].get(h, 0)]

    def seen_by_last(self, _folder):
        return False
