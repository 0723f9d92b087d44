#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""beside.py LINUX OURS TABLE [--show]: the Linux driver's way through the life of a PASID, and ours, side by side.

LINUX is the log of `linux beside --log`, OURS that of scenarios/basics/beside_linux.yaml. Each is cut into the same
phases and reduced to steps: accesses to registers and to configuration space, and what each write of CMDQ_PROD
publishes. Where they differ, a row of "Beside Linux 6.1" in TABLE says so, with how many steps of each side in which
phase; a step without a row, and a row without its steps, is a failure. --show prints both, aligned. Numbers of
registers, bits and opcodes are those of docs/rules, written down here a second time.
"""
import argparse
import collections
import difflib
import json
import re
import sys

ALL_ONES = (1 << 64) - 1
# Our phases end with these events; those of Linux begin with lines of its log.
PHASES = [("probe", "on"), ("attach", "driver.ready"), ("bind", "driver.bound"), ("request", "driver.unbind"),
          ("unbind", "driver.free"), ("bind again", "driver.bound"), ("exit", "driver.unbind"),
          ("unbind after exit", "driver.free")]

# SMMU-OFFSET
REGISTER = {
    0x00: "IDR0", 0x04: "IDR1", 0x08: "IDR2", 0x0c: "IDR3", 0x10: "IDR4", 0x14: "IDR5", 0x18: "IIDR", 0x1c: "AIDR",
    0x20: "CR0", 0x24: "CR0ACK", 0x28: "CR1", 0x2c: "CR2", 0x40: "STATUSR", 0x44: "GBPA", 0x48: "AGBPA",
    0x50: "IRQ_CTRL", 0x54: "IRQ_CTRLACK", 0x60: "GERROR", 0x64: "GERRORN", 0x68: "GERROR_IRQ_CFG0",
    0x70: "GERROR_IRQ_CFG1", 0x74: "GERROR_IRQ_CFG2", 0x80: "STRTAB_BASE", 0x88: "STRTAB_BASE_CFG", 0x90: "CMDQ_BASE",
    0x98: "CMDQ_PROD", 0x9c: "CMDQ_CONS", 0xa0: "EVENTQ_BASE", 0xb0: "EVENTQ_IRQ_CFG0", 0xb8: "EVENTQ_IRQ_CFG1",
    0xbc: "EVENTQ_IRQ_CFG2", 0xc0: "PRIQ_BASE", 0xd0: "PRIQ_IRQ_CFG0", 0xd8: "PRIQ_IRQ_CFG1", 0xdc: "PRIQ_IRQ_CFG2",
    0x100a8: "EVENTQ_PROD", 0x100ac: "EVENTQ_CONS", 0x100c8: "PRIQ_PROD", 0x100cc: "PRIQ_CONS"}
# SMMU-CR0, SMMU-CR, SMMU-IRQCTRL
BITS = {"CR0": {0: "SMMUEN", 1: "PRIQEN", 2: "EVENTQEN", 3: "CMDQEN", 4: "ATSCHK"},
        "CR2": {0: "E2H", 1: "RECINVSID", 2: "PTM", 3: "REC_CFG_ATS"},
        "IRQ_CTRL": {0: "GERROR", 1: "PRIQ", 2: "EVENTQ"}}
# SMMU-OPCODE
OPCODE = {0x01: "PREFETCH_CONFIG", 0x02: "PREFETCH_ADDR", 0x03: "CFGI_STE", 0x04: "CFGI_STE_RANGE", 0x05: "CFGI_CD",
          0x06: "CFGI_CD_ALL", 0x10: "TLBI_NH_ALL", 0x11: "TLBI_NH_ASID", 0x12: "TLBI_NH_VA", 0x13: "TLBI_NH_VAA",
          0x20: "TLBI_EL2_ALL", 0x28: "TLBI_S12_VMALL", 0x2a: "TLBI_S2_IPA", 0x30: "TLBI_NSNH_ALL", 0x40: "ATC_INV",
          0x41: "PRI_RESP", 0x44: "RESUME", 0x45: "STALL_TERM", 0x46: "SYNC"}
# PCIE-MESSAGE: codes of a response on the link
ANSWER = {0x0: "Success", 0x1: "Invalid", 0xf: "Failure"}
# PCIE-CONFIG; the function's PCI Express capability stands at 0x40, ATS, PRI and PASID at 0x100, 0x110 and 0x120.
SPACE = {0x04: "Command", 0x06: "Status", 0x10: "BAR0", 0x14: "BAR1", 0x34: "Capabilities Pointer",
         0x40: "Express header", 0x42: "Express capability", 0x64: "Device Capabilities 2",
         0x100: "ATS header", 0x104: "ATS capability",
         0x106: "ATS control", 0x110: "PRI header", 0x114: "PRI control", 0x116: "PRI status", 0x118: "PRI capacity",
         0x11c: "PRI allocation", 0x120: "PASID header", 0x124: "PASID capability", 0x126: "PASID control"}
# Which half an access of 32 bits is for: the other one is read-only, or cleared by ones (PRI status).
HALF = {(0x104, 1): 0x106, (0x124, 1): 0x126, (0x114, 0): 0x116}
INDEX_MASK = 0xfffff
# Steps that are one step of both even if the values differ.
SAME_STEP = re.compile(r"(write (?:\w+_BASE(?:_CFG)?|CR1|CR2|\w+_CFG2)) = .*|config\d+ (\w+ PRI .*)")


def refuse(message):
    sys.exit(f"beside: {message}")


# ---- the two logs: (cycle, event, fields as numbers or None) ---------------------------------------------------------

def of_linux(path):
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        try:
            cycle, event, *rest = line.split()
            if event == "phase":
                yield int(cycle), "phase", {"name": " ".join(rest)}
                continue
            fields = {name: int(value, 0) for name, value in (word.split("=") for word in rest)}
            if fields.get("pasid") == ALL_ONES:
                fields["pasid"] = None
            yield int(cycle), event, fields
        except ValueError:
            refuse(f"{path}:{number}: expected `cycle event field=0x..`")


def number_of(value):
    return int(value, 0) if isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]+", value) else value


def of_ours(path):
    """With lines that say which phase begins."""
    left = list(PHASES)
    yield 0, "phase", {"name": left[0][0]}
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        fields = {name: number_of(value) for name, value in record.items()}
        cycle, event = fields["cycle"], fields["event"]
        yield cycle, event, fields
        is_on = event == "smmu.register" and fields["offset"] == 0x24 and not fields["write"] and fields["value"] & 1
        if left and left[0][1] == ("on" if is_on else event):
            left.pop(0)
            yield cycle, "phase", {"name": left[0][0] if left else "end"}
    if left:
        refuse(f"{path}: the phase '{left[0][0]}' has no end, {left[0][1]}")


# ---- steps -----------------------------------------------------------------------------------------------------------

class Command:
    """A place of the command queue that was published; what stands there is known when the SMMU has consumed it."""

    def __init__(self):
        self.words = ["not consumed"]

    def consumed(self, fields):
        opcode = fields["opcode"]
        self.words = [OPCODE.get(opcode, f"opcode {opcode:#x}")] + self.words[1:]
        if opcode in (0x01, 0x03, 0x05, 0x40, 0x41):
            self.words.insert(1, f"sid={fields['stream_id']:#x}")
            if fields["pasid"] is not None and opcode != 0x03:
                self.words.insert(2, f"ssid={fields['pasid']}")

    def add(self, word):
        self.words.append(word)

    def text(self):
        operands = f"({' '.join(self.words[1:])})" if self.words[1:] else ""
        return self.words[0] + operands


class Step:
    def __init__(self, cycle, text, commands=()):
        self.cycle, self.fixed, self.commands = cycle, text, commands

    def text(self):
        return self.fixed + " ".join(command.text() for command in self.commands)


def bits_text(names, value):
    words = [name for bit, name in names.items() if value >> bit & 1]
    rest = value & ~sum(1 << bit for bit in names)
    return "+".join(words + ([hex(rest)] if rest else [])) or "0"


class Reader:
    """Makes steps of one driver's events."""

    def __init__(self, events, default_width):
        self.steps = collections.OrderedDict()
        self.phase, self.width, self.default_width = None, default_width, default_width
        self.cr0, self.prod, self.size, self.cons, self.slot = 0, 0, 0, {}, {}
        for self.cycle, event, fields in events:
            handler = getattr(self, "on_" + event.replace(".", "_"), None)
            if handler:
                handler(fields)

    def step(self, text, commands=()):
        if self.phase is None:
            refuse(f"cycle {self.cycle}: {text} before the first phase")
        steps = self.steps[self.phase]
        is_poll = text.startswith("read ") and steps and steps[-1].text() == text
        if not is_poll:
            steps.append(Step(self.cycle, text, commands))

    def on_phase(self, fields):
        self.phase = fields["name"]
        self.steps[self.phase] = []

    def on_config(self, fields):
        self.width = fields["bytes"]

    def on_endpoint_config(self, fields):
        offset, value, write = fields["offset"], fields["value"], fields["write"]
        if self.width == 4 and (offset, write) in HALF:
            value >>= 8 * (HALF[offset, write] - offset)
            offset = HALF[offset, write]
        what = SPACE.get(offset, hex(offset)) + (f" = {value:#x}" if write else "")
        self.step(f"config{8 * self.width} {'write' if write else 'read'} {what}")
        self.width = self.default_width

    def on_smmu_register(self, fields):
        name = REGISTER.get(fields["offset"], hex(fields["offset"]))
        if not fields["write"]:
            self.step(f"read {name}")
        elif name == "CMDQ_PROD" and self.cr0 >> 3 & 1:
            self.publish(fields["value"])
        else:
            self.step(f"write {name} = {self.value_text(name, fields['value'])}")

    def value_text(self, name, value):
        if name == "CR0":
            self.cr0 = value
        if name in BITS:
            return bits_text(BITS[name], value)
        if name == "CMDQ_BASE":
            self.size = value & 0x1f
        if name.endswith("Q_BASE"):
            return f"2^{value & 0x1f} hint={value >> 62 & 1}"
        if name == "STRTAB_BASE":
            return f"address hint={value >> 62 & 1}"
        if name == "STRTAB_BASE_CFG":
            return ["linear", "two-level"][value >> 16 & 1]
        if name.endswith("IRQ_CFG0"):
            return "doorbell" if value else "0"
        if name.endswith("IRQ_CFG1"):
            return "data"
        if name in ("EVENTQ_CONS", "PRIQ_CONS") and self.cr0 >> (1 if name == "PRIQ_CONS" else 2) & 1:
            more = (value - self.cons.get(name, 0)) & INDEX_MASK
            self.cons[name] = value & INDEX_MASK
            return f"+{more}" + (" OVACKFLG" if value >> 31 else "")
        return hex(value)

    # A slot of the queue is given again only after its command was consumed.
    def publish(self, prod):
        commands = []
        while self.prod != prod & (2 << self.size) - 1:
            if len(commands) == 1 << self.size:
                refuse(f"cycle {self.cycle}: CMDQ_PROD moves by more than the queue has")
            commands.append(Command())
            self.slot[self.prod & (1 << self.size) - 1] = commands[-1]
            self.prod = self.prod + 1 & (2 << self.size) - 1
        self.step("publish ", commands)

    def on_smmu_command(self, fields):
        self.at(fields).consumed(fields)

    def on_smmu_tlbi(self, fields):
        if fields["opcode"] == 0x11:
            self.at(fields).add("asid")

    def on_smmu_invalidate(self, fields):
        is_all = fields["address"] == 0 and fields["size"] == ALL_ONES
        self.at(fields).add("all" if is_all else f"{fields['size']:#x} bytes")

    def on_smmu_prg_response(self, fields):
        if fields["cause"] in ("command", 14):  # the queue's own answers belong to no command
            self.at(fields).add(ANSWER.get(fields["code"], hex(fields["code"])))

    def at(self, fields):
        found = self.slot.get(fields["index"] & (1 << self.size) - 1)
        if found is None:
            refuse(f"cycle {self.cycle}: a command at index {fields['index']:#x} that was not published")
        return found


# ---- the comparison --------------------------------------------------------------------------------------------------

def key(step):
    match = SAME_STEP.fullmatch(step.text())
    return (match.group(1) or match.group(2)) if match else step.text()


def aligned(linux, ours):
    """Pairs (Linux' step or None, our step or None)."""
    matcher = difflib.SequenceMatcher(None, list(map(key, linux)), list(map(key, ours)), autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(linux[i1:i2], ours[j1:j2])
        else:
            yield from ((step, None) for step in linux[i1:i2])
            yield from ((None, step) for step in ours[j1:j2])


class Row:
    """A row of the table: | name | phases | Linux | ours | why | the choice |, steps in backticks."""

    def __init__(self, line, place):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 6:
            refuse(f"{place}: a row has six cells, not {len(cells)}")
        self.name, self.place = cells[0].strip("`"), place
        self.steps = [set(re.findall(r"`([^`]+)`", cell)) for cell in cells[2:4]]
        self.due, self.found, self.used = {}, collections.Counter(), [set(), set()]
        for part in cells[1].split(","):
            match = re.fullmatch(r"\s*([a-z ]+?) (\d+)/(\d+)\s*", part)
            if not match or match.group(1) not in dict(PHASES):
                refuse(f"{place}: {self.name}: '{part.strip()}' is not `phase steps of Linux/our steps`")
            self.due[match.group(1)] = (int(match.group(2)), int(match.group(3)))

    def says(self, phase, side, text):
        return phase in self.due and text in self.steps[side]

    def take(self, phase, side, text):
        self.found[phase, side] += 1
        self.used[side].add(text)

    def complaints(self):
        for phase, due in self.due.items():
            found = (self.found[phase, 0], self.found[phase, 1])
            if found != due:
                yield f"{phase}: {found[0]}/{found[1]} steps, the table says {due[0]}/{due[1]}"
        for side, who in enumerate(("Linux", "ours")):
            for text in sorted(self.steps[side] - self.used[side]):
                yield f"{who}: no difference is `{text}`"


def table_rows(path):
    rows, is_in = [], False
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        if line.startswith("#"):
            is_in = line.strip("# \n") == "Beside Linux 6.1"
        elif is_in and re.match(r"\| `", line):
            rows.append(Row(line, f"{path}:{number}"))
    if not rows:
        refuse(f"{path}: no table under 'Beside Linux 6.1'")
    names = collections.Counter(row.name for row in rows)
    if max(names.values()) > 1:
        refuse(f"{path}: two rows with one name: {[name for name in names if names[name] > 1]}")
    return rows


class Comparison:
    def __init__(self, rows):
        self.rows, self.wrong, self.alike, self.different = rows, [], 0, 0

    def explain(self, phase, side, step, place):
        """The name of the row that says that only this side does so; else something is wrong."""
        text = step.text()
        found = [row for row in self.rows if row.says(phase, side, text)]
        if len(found) == 1:
            found[0].take(phase, side, text)
            return found[0].name
        why = "two rows say so: " + ", ".join(row.name for row in found) if found else "no row says so"
        who = "ours" if side else "Linux"
        self.wrong.append(f"{phase}, {who}, cycle {step.cycle}: only there `{text}`, {place}: {why}")
        return "?"

    def phase(self, phase, linux, ours):
        """Yields what is to be shown: Linux' step, ours, the row."""
        place = "first of all"
        for pair in aligned(linux, ours):
            texts = [step.text() if step else "" for step in pair]
            names = []
            if texts[0] != texts[1]:
                names = [self.explain(phase, side, pair[side], place) for side in (0, 1) if pair[side]]
                self.different += len(names)
            else:
                self.alike += 1
            if all(pair):
                place = f"after `{texts[0]}`"
            yield f"{texts[0]:<52} | {texts[1]:<52} {' '.join(dict.fromkeys(names))}".rstrip()


def main(arguments):
    parser = argparse.ArgumentParser(prog="beside.py")
    parser.add_argument("linux")
    parser.add_argument("ours")
    parser.add_argument("table")
    parser.add_argument("--show", action="store_true", help="print both, aligned")
    options = parser.parse_args(arguments)
    linux, ours = Reader(of_linux(options.linux), None).steps, Reader(of_ours(options.ours), 4).steps
    comparison = Comparison(table_rows(options.table))
    for phase, _ in PHASES:
        if phase not in linux:
            refuse(f"{options.linux}: no phase '{phase}'")
        lines = [f"--- {phase}"] + list(comparison.phase(phase, linux[phase], ours[phase]))
        if options.show:
            print(*lines, sep="\n")
    wrong = comparison.wrong
    for row in comparison.rows:
        wrong += [f"{row.place}: {row.name}: {complaint}" for complaint in row.complaints()]
    print(*(f"beside: {line}\n" for line in wrong), sep="", end="")
    print(f"beside: {comparison.alike} steps alike, {comparison.different} of one side, {len(comparison.rows)} rows: "
          f"{'NOT ' if wrong else ''}as the table says")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
