# SPDX-License-Identifier: Apache-2.0
"""Somebody else's PRI queue, made of rtl/pri_queue.sv: the pins and the edges are the same, the habits are not.
Its reset is synchronous, no payload register is reset, and a payload that does not count is X on its output."""
import re

# (output, when it counts); of the others with a channel's name: under its valid
COUNTS = {
    "response_pasid": "response_valid && response_has_pasid",
    "decision_slot": "decision_valid && decision_cause == pri_queue_pkg::CAUSE_ACCEPTED",
    "decision_lap": "decision_valid && decision_cause == pri_queue_pkg::CAUSE_ACCEPTED",
}
CHANNELS = ("response", "memory_request", "lookup", "status", "interrupt", "abort", "decision", "commit")


def channel_of(output):
    return next((c for c in CHANNELS if output.startswith(c + "_") and output != c + "_valid"), None)


def when_it_counts(output):
    channel = channel_of(output)
    return COUNTS.get(output, f"{channel}_valid") if channel else None


def ports_of(text):
    """[(way, width, name)] of the module."""
    return re.findall(r"^    (input|output) +logic +(\[ *\d+:0\])? *(\w+)", text[:text.index(");")], re.M)


def foreign(text):
    """The source of it, from that of rtl/pri_queue.sv."""
    ports = ports_of(text)
    core = text.replace(" or negedge rst_n", "").replace("module pri_queue (", "module foreign_core (", 1)
    for _, _, name in ports:
        if when_it_counts(name):
            core = re.sub(rf"^            {name} <= \d+'d0;\n", "", core, count=1, flags=re.M)
    shell = "\nmodule pri_queue (\n" + ",\n".join(f"    {way} logic {width} {name}" for way, width, name in ports)
    shell += "\n);\n"
    for way, width, name in ports:
        if way == "output":
            shell += f"    logic {width} of_{name};\n"
    for way, width, name in ports:
        if way == "output":
            counts = when_it_counts(name)
            # if, because ?: mixes both values where it does not know which
            shell += f"    always_comb if ({counts}) {name} = of_{name}; else {name} = 'x;\n" if counts else \
                f"    assign {name} = of_{name};\n"
    shell += "    foreign_core core (\n" + ",\n".join(
        f"        .{name}({'of_' if way == 'output' else ''}{name})" for way, _, name in ports)
    return core + shell + "\n    );\nendmodule\n"
