#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does beside.py see what two logs and their table do not agree on? Those of beside/ agree; each row below changes one
of them in one way, and must be complained of in its words.
"""
import contextlib
import io
import pathlib
import re
import sys
import tempfile

import beside

NAMES = ["linux.log", "ours.jsonl", "table.md"]
CONS = r'"event":"smmu.register","offset":"0x9c","value":"0x0","write":false}\n\g<0>'
# (file, what is searched in it, what stands there instead, the words)
ROWS = [
    # another step, one more, one less
    ("linux.log", "offset=0x14", "offset=0xc", "probe, Linux, cycle 12: only there `read IDR3`, first of all: no row"),
    ("ours.jsonl", r'.*"cycle":31,.*\n', "", "probe, Linux, cycle 12: only there `read IDR5`, first of all: no row"),
    ("ours.jsonl", r'.*"cycle":450,', r'{"cycle":449,' + CONS,
     "bind, ours, cycle 449: only there `read CMDQ_CONS`, after `publish CFGI_CD(sid=0x100 ssid=5) SYNC`: no row"),
    # other commands, other operands
    ("linux.log", "opcode=0x30", "opcode=0x20",
     "probe, Linux, cycle 90: only there `publish TLBI_EL2_ALL SYNC`, after `read CR0ACK`: no row"),
    ("linux.log", "90 (.*) value=0x2", r"89 \1 value=0x1 write=0x1\n90 \1 value=0x2",
     "probe, Linux, cycle 89: only there `publish TLBI_NSNH_ALL`"),
    ("linux.log", "code=0xf", "code=0",
     "request, Linux, cycle 263: only there `publish PRI_RESP(sid=0x100 ssid=5 Success)`"),
    ("linux.log", ".*smmu.prg_response.*\n", "", "only there `publish PRI_RESP(sid=0x100 ssid=5)`"),
    ("linux.log", "300 smmu.command.*\n", "", "unbind, Linux, cycle 293: only there `publish not consumed(all)`"),
    ("ours.jsonl", '(smmu.invalidate.*"size":)"0xf*"', r'\1"0xfff"',
     "unbind, ours, cycle 493: only there `publish ATC_INV(sid=0x100 ssid=5 0xfff bytes)`"),
    ("ours.jsonl", '(:441,.*"opcode":)"0x46"', r'\1"0x5"',
     "bind, ours, cycle 423: only there `publish CFGI_CD(sid=0x100 ssid=5) CFGI_CD(sid=0x0)`"),
    # a row that is not true any more
    ("linux.log", "bytes=2", "bytes=4", "width: attach: 0/0 steps, the table says 1/1"),
    ("linux.log", "0x4000000080000001", "0x80000001", "hint: Linux: no difference is `write CMDQ_BASE = 2^1 hint=1`"),
    ("ours.jsonl", r'.*"offset":"0x9c".*\n', "", "table.md:6: sync-seen: probe: 0/0 steps, the table says 0/1"),
    ("ours.jsonl", r'.*"cycle":319,', r'{"cycle":318,' + CONS,
     "sync-seen: probe: 0/2 steps, the table says 0/1"),
    ("table.md", ".*sync-seen.*\n", "",
     "probe, ours, cycle 223: only there `read CMDQ_CONS`, after `publish TLBI_NSNH_ALL SYNC`"),
    ("table.md", ".*sync-seen.*\n", r"\g<0>| `spare` | bind 0/0 | `read IDR4` | | | |\n",
     "spare: Linux: no difference is `read IDR4`"),
    ("table.md", "`sync-seen`(.*\n)", r"\g<0>| `again`\1", "two rows say so: sync-seen, again"),
    # what cannot be read
    ("table.md", ".*hint.*\n", r"\g<0>\g<0>", "two rows with one name: ['hint']"),
    ("table.md", "probe 0/1", "prob 0/1", "'prob 0/1' is not `phase steps of Linux/our steps`"),
    ("table.md", r"(.*hint.*) \| \|$", r"\1 |", "table.md:5: a row has six cells, not 5"),
    ("table.md", "^## Beside.*", "## Beside", "no table under 'Beside Linux 6.1'"),
    ("ours.jsonl", '.*"cycle":540.*\n', "", "the phase 'unbind after exit' has no end, driver.free"),
    ("linux.log", ".*phase exit\n", "", "no phase 'exit'"),
    ("linux.log", "opcode=0x30", "opcode", "linux.log:9: expected `cycle event field=0x..`"),
    ("linux.log", "index=0x1 opcode=0x40", "index=0 opcode=0x40",
     "unbind, Linux, cycle 293: only there `publish not consumed"),
]
AS_THEY_ARE = ("", "", "", "10 steps alike, 5 of one side, 3 rows: as the table says")


def judge(folder):
    """What beside.py says of the files of the folder, and its exit status."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            status = beside.main([str(folder / name) for name in NAMES])
    except SystemExit as end:
        return f"{end.code}", 1
    return said.getvalue(), int(status)


def main():
    of = {name: (pathlib.Path(__file__).parent / "beside" / name).read_text() for name in NAMES}
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, search, instead, words in [AS_THEY_ARE] + ROWS:
            for each in NAMES:
                text, changes = re.subn(search, instead, of[each], 0, re.M) if each == file else (of[each], 1)
                (folder / each).write_text(text)
                if not changes:
                    wrong.append(f"{file}: there is no '{search}'")
            said, status = judge(folder)
            if words not in said or status != bool(file):
                wrong.append(f"{file}: '{search}' -> '{instead}': exit {status}, expected in it: {words}\n{said}")
    sys.exit("\n".join(wrong) or None)


main()
