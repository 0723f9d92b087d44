#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual pages and the completion of bash: each says what the help says, and the completion is asked in a bash.

  manual.py PRISIM ROOT MANUAL     MANUAL: the folder that the build wrote
"""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PRISIM, ROOT, MANUAL = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
SCRIPT = MANUAL / "completions/prisim"
BREAKS = " \t\n\"'><=;|&(:"


def prisim(*arguments, **more):
    return subprocess.run([PRISIM, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False,
                          **more)


def commands():
    return re.findall(r"^  prisim ([a-z]+) ", prisim("--help").stdout, re.M)[:-1]


def options(command):
    """Of --help: each option as it is written, what it takes, and its text."""
    wide = {**os.environ, "ARGP_HELP_FMT": "opt-doc-col=70,rmargin=4000"}
    found, text = {}, prisim(command, "--help", env=wide).stdout
    for line in text.split("\n\n", 1)[1].splitlines():
        if not line.strip():
            break
        begins = re.match(r"^ +(?:(-.), )?--([a-z-]+)(?:=(\S+)|(\[=\S+\]))?(?: +(.*))?$", line)
        if begins:
            name = begins[2]
            found[name] = [begins[1], begins[3] or begins[4], begins[5] or ""]
        else:
            found[name][2] = f"{found[name][2]} {line.strip()}".strip()
    return found


def plain(roff):
    """Text of a page: escapes undone, fonts left out."""
    return re.sub(r"\\f[BIR]|\\&", "", roff).replace("\\-", "-").replace("\\e", "\\")


def entries(page):
    """Tags of a page and the lines below each."""
    found = []
    for part in plain(page).split("\n.TP\n")[1:]:
        tag, *lines = part.split("\n.SH")[0].split("\n.PP")[0].splitlines()
        found.append((tag, [line for line in lines if line != ".br"]))
    return found


class Manual(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def page(self, name, section=1):
        return (MANUAL / f"man{section}/{name}.{section}").read_text()

    def test_the_same_bytes(self):
        for name, more in (("a", {}), ("b", {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "COLUMNS": "40"})):
            done = prisim("write-manual", self.folder / name, env={**os.environ, **more})
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        for path in sorted((self.folder / "a").rglob("*.*")):
            there = path.relative_to(self.folder / "a")
            self.assertEqual(path.read_bytes(), (self.folder / "b" / there).read_bytes())
            self.assertEqual(path.read_bytes(), (MANUAL / there).read_bytes())
        for path in MANUAL.glob("man?/*"):  # no date, which would be that of the build
            title = path.read_text().splitlines()[1]
            self.assertRegex(title, r'^\.TH PRISIM[A-Z-]* [15] "" "prisim [0-9.]+" "prisim"$')
        self.assertEqual(SCRIPT.read_text(), (MANUAL / "completions/prisim.data").read_text()
                         + (ROOT / "tb/program/completion.bash").read_text())

    def test_refused(self):
        self.assertEqual(prisim("write-manual").stderr, "prisim: write-manual: expected one folder\n")
        done = prisim("write-manual", "/dev/null/x")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "prisim: write-manual: /dev/null/x: Not a directory\n"))
        self.assertEqual(prisim("write-manual", "a", "b").returncode, 2)

    def test_commands(self):
        self.assertGreaterEqual(len(commands()), 6)
        self.assertEqual(sorted(path.name for path in MANUAL.glob("man?/*")),
                         sorted(["prisim.1", "prisim-scenario.5", *(f"prisim-{name}.1" for name in commands())]))
        about = dict(re.findall(r"^  prisim ([a-z]+) .*?  +(.*)$", prisim("--help").stdout.split("\n\n")[1], re.M))
        first = {tag.split()[1]: lines for tag, lines in entries(self.page("prisim"))[:len(about)]}
        self.assertEqual(first, {name: [f"{text}: prisim-{name}(1)"] for name, text in about.items()})
        for name, text in about.items():
            self.assertIn(f".SH NAME\nprisim-{name} - {text}\n", plain(self.page(f"prisim-{name}")))
            for other in (*about, "scenario"):
                self.assertEqual(f"prisim-{other}(" in plain(self.page(f"prisim-{name}").split("SEE ALSO")[1]),
                                 other != name)
        self.assertIn("prisim run [OPTION...] FILE...\n", plain(self.page("prisim-run")))

    def test_options(self):
        """Those of --help, with the same words, and no others."""
        for command in commands():
            known = options(command)
            self.assertIn("help", known)
            page = self.page(f"prisim-{command}")
            shown = {}
            for tag, lines in entries(page.split(".SH OPTIONS")[1].split(".SH ")[0].join(["\n", ""])):
                form = re.fullmatch(r"(?:(-.), )?--([a-z-]+)(?:=(.*)|(\[=.*\]))?", tag)
                shown[form[2]] = [form[1], form[3] or form[4], " ".join(lines)]
            for standard in ("help", "usage"):
                self.assertEqual(shown.pop(standard)[0], known.pop(standard)[0])
            self.assertEqual(shown, known)

    def test_exits(self):
        said = prisim("--help").stdout.split("Exit:\n")[1]
        for page in ("prisim", "prisim-run"):
            for tag, lines in entries(self.page(page).split(".SH EXIT STATUS")[1].split(".SH")[0].join(["\n", ""])):
                self.assertIn(f"  {tag:8} {lines[0]}\n", said)
        for command in commands():
            self.assertIn(".SH EXIT STATUS\n", self.page(f"prisim-{command}"))

    def test_scenario(self):
        """All that prisim describe says, in its order."""
        said = []
        for line in prisim("describe").stdout.splitlines():
            if line.startswith(" "):
                said[-1][1].append(line.strip())
            else:
                said.append((line, []))
        self.assertEqual(entries(self.page("prisim-scenario", 5)), said)
        headings = re.findall(r"^\.SH (.*)$", self.page("prisim-scenario", 5), re.M)
        self.assertEqual(headings, "NAME|DESCRIPTION|KEYS|EVENTS|CAUSES|HAZARDS|EXAMPLE|SEE ALSO".split("|"))

    def test_examples(self):
        shutil.copytree(ROOT / "scenarios", self.folder / "scenarios")
        (self.folder / "prisim").symlink_to(PRISIM)
        for command in commands():
            line = plain(self.page(f"prisim-{command}").split(".SH EXAMPLE\n.nf\n")[1].split("\n.fi")[0])
            self.assertIn(f"prisim {command} ", line)
            if command in ("matrix", "regress"):  # these take long; what they name is there
                self.assertTrue((self.folder / "scenarios" / line.split()[-1]).exists())
                continue
            done = subprocess.run(line, shell=True, cwd=self.folder / "scenarios", capture_output=True, text=True,
                                  env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}, check=False)
            self.assertIn(done.returncode, (0, 1), (line, done.stderr))
        scenario = plain(self.page("prisim-scenario", 5).split(".SH EXAMPLE\n.nf\n")[1].split("\n.fi")[0])
        (self.folder / "served.yaml").write_text(scenario)
        done = prisim("run", self.folder / "served.yaml", "--engine", "native")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("gets a response for PRGI 0: Success", done.stdout)

    def test_as_groff_reads_them(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not there")
        for path in sorted(MANUAL.glob("man?/*")):
            done = subprocess.run(["groff", "-man", "-ww", "-rCHECKSTYLE=3", "-Tascii", "-P-c", path],
                                  capture_output=True, text=True, check=True)
            self.assertEqual(done.stderr, "", path)
            shown = re.sub(r".\x08|\x1b\[[0-9;]*m", "", done.stdout)
            self.assertEqual(re.findall(r"^.*(?:\\|^ *\.[A-Za-z]{2}\b).*$", shown, re.M), [])
        if shutil.which("mandoc"):
            for path in sorted(MANUAL.glob("man?/*")):
                done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], capture_output=True, text=True,
                                      check=False)
                self.assertEqual([line for line in done.stdout.splitlines() if "missing date" not in line], [])


class Completion(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("race.yaml", "notes.txt", "two words.yaml"):
            (self.folder / name).touch()
        (self.folder / "scenarios").mkdir()

    def asked(self, line, breaks=BREAKS):
        """What is offered for a command line that ends here, as readline would ask."""
        words, word = [], ""
        for character in line:
            if character == " ":
                words += [word] if word else []
                word = ""
            elif character in breaks:
                words += [word] if word else []
                words.append(character)
                word = ""
            else:
                word += character
        # Behind an equals sign the word that is completed is that sign.
        words += [word] if word or line[-1] == " " else []
        script = (f"source {SCRIPT}\nCOMP_WORDS=(\"$@\")\nCOMP_CWORD=$(($# - 1))\n_prisim\n"
                  "printf '%s\\n' \"${COMPREPLY[@]}\"\n")
        done = subprocess.run(["bash", "-c", f"COMP_WORDBREAKS=$BREAKS\n{script}", "bash", *words],
                              capture_output=True, text=True, cwd=self.folder, env={**os.environ, "BREAKS": breaks},
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return sorted(filter(None, done.stdout.split("\n")))

    def test_commands(self):
        self.assertEqual(self.asked("prisim "), sorted([*commands(), "--help", "--version"]))
        self.assertEqual(self.asked("prisim re"), ["regress"])
        self.assertEqual(self.asked("prisim x"), [])

    def test_options(self):
        for command in commands():
            known = options(command)
            names = sorted([f"--{name}" for name in known] + [short for short, _, _ in known.values()
                                                              if short and short != "-?"])
            self.assertEqual(self.asked(f"prisim {command} -"), names)
            self.assertEqual(self.asked(f"prisim {command} --he"), ["--help"])

    def test_what_options_take(self):
        """Of those of the help, and no others."""
        taken = re.findall(r"^    \['(\w+) --([a-z-]+)(=?)'\]='.+'$", SCRIPT.read_text(), re.M)
        self.assertEqual(set(taken),
                         {(command, name, "=" if takes.startswith("[=") else "") for command in commands()
                          for name, (_, takes, _) in options(command).items() if takes})

    def test_words(self):
        """Of every option whose help lists what it takes."""
        lists = 0
        for command in commands():
            for name, (_, takes, _) in options(command).items():
                if takes and re.fullmatch(r"[a-z-]+(\|[a-z-]+)+", takes):
                    lists += 1
                    words = sorted(takes.split("|"))
                    self.assertEqual(self.asked(f"prisim {command} --{name} "), words)
                    self.assertEqual(self.asked(f"prisim {command} --{name}="), words)
                    self.assertEqual(self.asked(f"prisim {command} --{name}={words[0][:1]}"),
                                     [word for word in words if word.startswith(words[0][:1])])
                    self.assertEqual(self.asked(f"prisim {command} --{name}=", " "),
                                     [f"--{name}={word}" for word in words])
        self.assertGreaterEqual(lists, 4)

    def test_files(self):
        there = ["notes.txt", "race.yaml", "scenarios/", "two words.yaml"]
        scenarios = [name for name in there if not name.endswith(".txt")]
        self.assertEqual(self.asked("prisim run "), scenarios)
        self.assertEqual(self.asked("prisim run race.yaml "), scenarios)
        self.assertEqual(self.asked("prisim run -q ra"), ["race.yaml"])
        self.assertEqual(self.asked("prisim regress sc"), ["scenarios/"])
        self.assertEqual(self.asked("prisim matrix --thin ra"), ["race.yaml"])
        self.assertEqual(self.asked("prisim run race.yaml --log "), there)
        self.assertEqual(self.asked("prisim run race.yaml --log=no"), ["notes.txt"])
        # What an option need not take stands only behind its equals sign.
        self.assertEqual(self.asked("prisim run --view="), there)
        self.assertEqual(self.asked("prisim run --view "), scenarios)
        self.assertEqual(self.asked("prisim vectors --out "), there)
        self.assertEqual(self.asked("prisim vectors "), [])
        self.assertEqual(self.asked("prisim vectors --seed "), [])
        self.assertEqual(self.asked("prisim run --around "), [])

    def test_settings(self):
        keys = [line for line in prisim("describe").stdout.split("\n") if re.fullmatch(r"[a-z_0-9.*]+", line)]
        for command, option in (("run", "--set"), ("sweep", "--set"), ("sweep", "--vary")):
            ask = f"prisim {command} {option} "
            self.assertEqual(self.asked(ask + "limits."), [f"limits.{name}=" for name in ("cycles", "group", "livelock",
                                                                                         "unbind")])
            self.assertEqual(self.asked(ask + "system.driver.unbind="),
                             ["amd_v2", "defer_recycle", "detach_only", "drain", "drain_batch", "fence",
                              "fence_emulated", "flags", "flr", "inspect_queue", "intel_prq", "lazy_sweep", "leak_ok",
                              "linux_2024", "marker_unbinds", "none", "own", "pri_reset", "prod_snapshot", "quiet_cd",
                              "reject", "stop_marker"])
            self.assertEqual(self.asked(ask + "system.driver.unbind=dr"), ["drain", "drain_batch"])
            self.assertEqual(self.asked(ask + "limits.cycles="), [])
            self.assertEqual(self.asked(ask + "system.endp"), ["system.endpoints."])
            self.assertEqual(self.asked(ask + "system.endpoints.nic.pri.a"), ["system.endpoints.nic.pri.allocation="])
            self.assertEqual(self.asked(ask + "system.endpoints.nic.stop="), ["marker", "none", "wait"])
            self.assertEqual(self.asked(ask + "timeline.race.dma.w"), ["timeline.race.dma.write="])
            self.assertEqual(self.asked(ask + "timeline.race.dma.write="), ["false", "true"])
            self.assertEqual(self.asked(ask + "nothing"), [])
            self.assertEqual(self.asked(f"prisim {command} {option}=system.driver.unbind=s"), ["stop_marker"])
            self.assertEqual(self.asked(f"prisim {command} {option}=system.driver.mark"),
                             ["system.driver.marker=", "system.driver.marker_allowance=",
                              "system.driver.marker_timeout="])
            self.assertEqual(self.asked(f"prisim {command} {option}=system.driver.unbind=s", " "),
                             [f"{option}=system.driver.unbind=stop_marker"])
        # Every key that has one value is found whole, whatever its ids are called.
        kinds = dict(re.findall(r"^([a-z_0-9.*]+)\n    (\w+)", prisim("describe").stdout, re.M))
        leaves = [key for key in keys if kinds[key] not in ("map", "list", "event", "cause", "hazard")]
        self.assertGreater(len(leaves), 100)
        for key in leaves[::9]:
            word = key.replace("*", "x1")
            self.assertIn(f"{word}=", self.asked(f"prisim run --set {word}"), key)

    def test_terms(self):
        self.assertEqual(self.asked("prisim run --only pa"), ["party=", "pasid="])
        self.assertEqual(self.asked("prisim run --only po"), ["point=", "policy=", "port="])
        self.assertEqual(self.asked("prisim run --only point=S"), ["S0", "S1", "S2", "S3"])
        self.assertEqual(self.asked("prisim run --only pasid=1,poi"), ["1,point="])
        self.assertEqual(self.asked("prisim run --only pasid=1,point=U6"), ["U6"])
        self.assertEqual(self.asked("prisim run --only=pasid=1,point=U6"), ["U6"])
        self.assertEqual(self.asked("prisim run --only event=driver.res"), ["driver.resolve", "driver.respond"])
        self.assertEqual(self.asked("prisim run --only at="), sorted(["checkers", "driver", "endpoint", "fabric",
                                                                      "interconnect", "pri_queue", "smmu", "timeline"]))
        self.assertEqual(self.asked("prisim run --only cause=group_"),
                         sorted(re.findall(r"^(group_\w+)\n    cause", prisim("describe").stdout, re.M)))
        self.assertEqual(self.asked("prisim run --only write="), ["false", "true"])
        # All that may stand there: what --only itself knows, and every field.
        offered = self.asked("prisim run --only ")
        events = re.findall(r"^    event(?: [A-Z]\d)?: (.*)$", prisim("describe").stdout, re.M)
        fields = {word.split(" ")[0] for line in events for word in line.split(", ")}
        self.assertEqual(offered, sorted(f"{name}=" for name in fields | {"endpoint", "at", "event", "point", "group"}))
        for word in offered:
            done = prisim("run", "/nowhere", "--only", f"{word}\x01")
            self.assertNotIn("no such key", done.stderr)

    def test_names(self):
        self.assertEqual(self.asked("prisim describe limits.c"), ["limits.cycles"])
        self.assertEqual(self.asked("prisim describe driver.res"), ["driver.resolve", "driver.respond"])
        self.assertEqual(self.asked("prisim describe wrong_address_space.m"), ["wrong_address_space.mapped"])

    def test_read_inside_a_function(self):
        """As bash-completion reads it."""
        script = (f"load() {{ source {SCRIPT}; }}; load; COMP_WORDS=(prisim run --engine n); COMP_CWORD=3; _prisim; "
                  "echo ${COMPREPLY[@]}")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        self.assertEqual((done.stdout, done.stderr), ("native\n", ""))

    def test_by_hand(self):
        """Typed into a bash, with the key that completes."""
        master, slave = pty.openpty()
        child = subprocess.Popen(["bash", "--norc", "--noprofile", "-i"], stdin=slave, stdout=slave, stderr=slave,
                                 cwd=self.folder, env={**os.environ, "TERM": "dumb", "PS1": "$ "},
                                 start_new_session=True)
        os.close(slave)
        said = ""

        def type_in(text, wanted):
            nonlocal said
            os.write(master, text.encode())
            end = time.monotonic() + 30
            while wanted not in said and time.monotonic() < end:
                if select.select([master], [], [], 0.2)[0]:
                    said += os.read(master, 65536).decode(errors="replace")
            self.assertIn(wanted, said)
            said = ""

        try:
            type_in(f"bind 'set enable-bracketed-paste off'; source {SCRIPT}; echo rea'dy'\n", "ready")
            type_in("echo '<'; prisim() { printf '[%s]' \"$@\"; echo; }; echo rea'dy'\n", "ready")
            type_in("prisim reg\tsc\t\n", "[regress][scenarios/]")
            type_in("prisim run ra\t--set system.driver.unbind=dr\t\n",
                    "[run][race.yaml][--set][system.driver.unbind=drain]")
            type_in("prisim run --set=system.endpoints.nic.on_pas\tac\t--only pas\t1,poin\tS2\t\n",
                    "[run][--set=system.endpoints.nic.on_pasid_mismatch=accept][--only][pasid=1,point=S2]")
        finally:
            child.kill()
            child.wait()
            os.close(master)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
