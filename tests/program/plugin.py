#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The SystemC engine is a plug-in: where it is looked for, and what is said of one that is missing, damaged or of
another prisim. Such a run ends with 2, one line, and nothing written; the native engine needs none.

  plugin.py PROGRAM PLUGIN ROOT CC [FLAG...]
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

FILE = "prisim-engine-systemc.so"
SOURCE = """
#include "tb/engine/plugin.h"
const struct engine_plugin prisim_engine_plugin = {%s, %s, %s, %s, 0, 0};
"""
SAME = ('"0.1.0"', "sizeof(struct scenario)", "sizeof(struct stream)", "PRISIM_EVENT_TYPES")


def main():
    program, plugin, root = (pathlib.Path(at).resolve() for at in sys.argv[1:4])
    cc = sys.argv[4:]
    scenario = root / "scenarios/unbind_while_queued.yaml"
    failed = []

    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "bin").mkdir()
        alone = work / "bin/prisim"
        shutil.copy(program, alone)

        def run(expected, *words, engines=None, args=()):
            environment = {k: v for k, v in os.environ.items() if k != "PRISIM_ENGINES"}
            if engines is not None:
                environment["PRISIM_ENGINES"] = str(engines)
            log = work / "log.jsonl"
            log.unlink(missing_ok=True)
            done = subprocess.run([alone, "run", "-q", "--log", log, scenario, *args], env=environment, text=True,
                                  capture_output=True, check=False)
            lines = done.stderr.splitlines()
            good = done.returncode == expected and all(word in done.stderr for word in words)
            if expected == 2:
                good = good and len(lines) == 1 and not log.exists()
            if not good:
                failed.append(f"expected {expected} and {words}, got {done.returncode}: {done.stderr}{done.stdout}")

        def build(folder, values):
            (work / folder).mkdir(exist_ok=True)
            source = work / "plugin.c"
            source.write_text(SOURCE % values)
            subprocess.run([*cc, "-shared", "-fPIC", "-I", root, source, "-o", work / folder / FILE], check=True)
            return work / folder

        run(2, "the SystemC engine is not there", str(work / "bin" / FILE), "--engine native needs none")
        run(0, args=["--engine", "native"])
        run(2, "the SystemC engine is not there", "/nowhere", engines="/nowhere")
        run(0, engines=plugin.parent)

        (work / "bin" / FILE).write_bytes(b"x")
        run(2, "file too short")
        run(0, engines=plugin.parent)
        (work / "bin" / FILE).unlink()
        shutil.copy(plugin, work / "bin")
        run(0)
        run(0, engines="")
        run(2, "/nowhere", engines="/nowhere")

        other = "expected the plug-in of this prisim 0.1.0"
        run(2, other, "(0.2.0)", engines=build("version", ('"0.2.0"', *SAME[1:])))
        for at in range(1, len(SAME)):
            run(2, other, engines=build(f"layout{at}", (*SAME[:at], SAME[at] + " - 8", *SAME[at + 1:])))
        (work / "empty").mkdir()
        (work / "plugin.c").write_text("int other;\n")
        subprocess.run([*cc, "-shared", "-fPIC", work / "plugin.c", "-o", work / "empty" / FILE], check=True)
        run(2, "prisim_engine_plugin", engines=work / "empty")

    print(*failed, sep="\n")
    sys.exit(bool(failed))


main()
