#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens waves with their save files in a real GTKWave under Xvfb: is every line of the save file a signal that is
there, does it show names in place of numbers, is the stretch of time the one that is meant, and is anything drawn?

gtkwave.py PRISIM ROOT [--keep FOLDER]   keeps the screenshots there, as XWD
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PRISIM, ROOT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
KEEP = Path(sys.argv[4]) if len(sys.argv) > 4 else None
SCRIPT = """
# GTKWave has no event loop for Tcl: nop is a turn of its own.
for {set i 0} {$i < 150} {incr i} { gtkwave::nop; after 10 }
puts "FROM [gtkwave::getWindowStartTime] TO [gtkwave::getWindowEndTime]"
puts "MARKER [gtkwave::getMarker]"
puts "ZOOM [gtkwave::getZoomFactor]"
set n [gtkwave::getTotalNumTraces]
for {set i 0} {$i < $n} {incr i} {
    puts "ROW|[gtkwave::getTraceNameFromIndex $i]|[gtkwave::getTraceValueAtMarkerFromIndex $i]"
}
foreach s [gtkwave::getDisplayedSignals] { puts "SIGNAL|$s" }
puts "LOOKED"
flush stdout
"""
WRONG = []


def wrong(what):
    WRONG.append(what)
    print(f"gtkwave: {what}")


def look(wave, folder, display):
    """What GTKWave says it shows, and the picture of the screen."""
    script = Path(folder, "look.tcl")
    script.write_text(SCRIPT)
    with subprocess.Popen(["gtkwave", wave.name, f"{wave.name}.gtkw", "--script", script], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "DISPLAY": display}) as process:
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("LOOKED"):
                break
        time.sleep(1)
        screen = Path(folder, "Xvfb_screen0").read_bytes()
        process.terminate()
    return lines, screen


def colours(screen):
    """Of an XWD of 32 bits a pixel: how often each colour is there."""
    header = [int.from_bytes(screen[i:i + 4], "big") for i in range(0, 100, 4)]
    pixels = screen[header[0] + 12 * header[19]:]
    count = {}
    for i in range(0, len(pixels) - 3, 4 * 7):  # every seventh is enough
        count[pixels[i:i + 3]] = count.get(pixels[i:i + 3], 0) + 1
    return count


def judge(wave, lines, screen, rows, window):
    save = Path(str(wave) + ".gtkw").read_text()
    asked = [m[1] for m in re.finditer(r"^(?:\+\{.*?\} )?(prisim\..*)$", save, re.M)]
    shown = [line[7:] for line in lines if line.startswith("SIGNAL|")]
    for path in asked:
        if path not in shown:
            wrong(f"{wave.name}: {path} of the save file is not shown")
    if len(asked) < 40:
        wrong(f"{wave.name}: the save file names {len(asked)} signals")
    values = dict(line.split("|")[1:3] for line in lines if line.startswith("ROW|"))
    for name, value in rows.items():
        if values.get(name) != value:
            wrong(f"{wave.name}: {name} at the marker is {values.get(name)}, expected {value}")
    span = re.search(r"FROM (\d+) TO (\d+)", "\n".join(lines))
    if not span or not (int(span[1]) <= window[0] and int(span[2]) >= window[1]):
        wrong(f"{wave.name}: shows {span and span[0]}, expected {window} in it")
    found = colours(screen)
    drawn = [c for c in found if max(c) > 200 and min(c) < 60 and found[c] > 50]
    if len(drawn) < 3:
        wrong(f"{wave.name}: {len(drawn)} strong colours on the screen")
    if KEEP:
        KEEP.mkdir(parents=True, exist_ok=True)
        (KEEP / f"{wave.name}.xwd").write_bytes(screen)


def main():
    scenario = ROOT / "scenarios/unbind_while_queued.yaml"
    # The marker stands at the hazard, S2, 27346: the request is looked up in B.
    rows = {"nic PASID 1": "bound", "nic PASID 1 space": "B", "occupancy": "0", "PROD": "2", "CONS": "2",
            "worker 0": "page", "worker 1": "idle", "irq": "idle", "caller 0": "idle",
            "worker 0 serves": "item 0 pasid 1 prgi 0 space B"}
    with tempfile.TemporaryDirectory() as folder:
        read, write = os.pipe()
        server = subprocess.Popen(  # pylint: disable=consider-using-with
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1700x1100x24", "-fbdir", folder], pass_fds=[write],
            stderr=subprocess.DEVNULL)
        try:
            display = ":" + os.read(read, 16).decode().strip()
            for ending in ("vcd", "fst"):
                wave = Path(folder, f"race.{ending}")
                done = subprocess.run([PRISIM, "run", scenario, "-q", "--wave", wave], capture_output=True, text=True,
                                      check=False)
                if "PRISIM_FST" in done.stderr:
                    continue
                lines, screen = look(wave, folder, display)
                judge(wave, lines, screen, rows, (20596, 27346))
        finally:
            server.terminate()
            server.wait()
    print(f"gtkwave: {len(WRONG)} wrong")
    sys.exit(1 if WRONG else 0)


if not shutil.which("gtkwave"):
    sys.exit("gtkwave: not installed")
main()
