#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does docs/architecture.md "To add" tell the whole way?

Does one of each in a copy of the tree, at the places that the paragraph names and at no others, builds the libraries,
the program and a small program of its own, and looks whether each addition works.

  to_add.py ROOT                    exit 1, and what does not work; everything is done
  to_add.py ROOT --unbuilt          only that the places are there and told
  to_add.py ROOT --without PLACE    leaves out what would be put into one file: it must fail then
  to_add.py ROOT --places           prints the additions and their places

No SystemC: the module of the block is not made.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree, copy

PARTS = ("bench", "cmake", "driver", "model", "rtl", "tb")  # and CMakeLists.txt: what a build without tests needs

# Addition -> what is done: (file, text in front of which it is put, text). No text in front: at the end, or a new file.
ADDITIONS = {
    "a configuration value": [
        ("model/smmu/smmu_config.def", "PRISIM_HEX(uint32_t, reset_pattern,",
         'PRISIM_NUMBER(uint32_t, dpt_entries, 7, 1, 99, "entries", "assumption", "Size of the DPT.")\n'),
        ("tb/scenario/keys.def", 'VALUE("system.smmu.msi",',
         'VALUE("system.smmu.dpt_entries", SMMU, dpt_entries, NULL)\n'),
    ],
    "a register": [
        ("model/smmu/smmu_registers.def", "PRISIM_REGISTER(PRISIM_SMMU_IDR6,",
         'PRISIM_REGISTER(PRISIM_SMMU_GATOS_CTRL, 0x100, 32, VALUE(5), 0xff0, NEVER, ALWAYS, KEEPS, "SMMU-OFFSET")\n'),
    ],
    "an event": [
        ("model/core/events.def", 'PRISIM_EVENT(SMMU_REGISTER,',
         'PRISIM_EVENT(SMMU_DPTI, smmu_dpti, "smmu.dpti", "", PRISIM_FIELD(DECIMAL, index) '
         'PRISIM_FIELD(DECIMAL, entries), "a CMD_DPTI was done")\n'),
        ("model/core/events.def", "PRISIM_EVENT(DRIVER_FREE,",
         'PRISIM_EVENT(DRIVER_DPTI, driver_dpti, "driver.dpti", "", PRISIM_FIELD(HEX, stream_id) '
         'PRISIM_FIELD(PASID, pasid) PRISIM_FIELD(DECIMAL, call), "the DPT is about to be invalidated")\n'),
        ("model/core/events.def", "/* the testbench */",
         'PRISIM_EVENT(METRONOME_BEAT, metronome_beat, "metronome.beat", "", PRISIM_FIELD(DECIMAL, beat), "a beat")\n'),
    ],
    "a command": [
        ("model/smmu/smmu_records.h", "    PRISIM_CMDQ_OP_SYNC = 0x46", "    PRISIM_CMDQ_OP_DPTI_ALL = 0x70,\n"),
        ("model/smmu/commands/smmu_commands.h", "\n#endif",
         "/* smmu_dpt_invalidate.c */\nvoid smmu_dpti_execute(struct smmu_edge *e);\n"),
        ("model/smmu/commands/smmu_command_execute.c", "    case PRISIM_CMDQ_OP_SYNC:\n        return true;",
         "    case PRISIM_CMDQ_OP_DPTI_ALL:\n"),
        ("model/smmu/commands/smmu_command_execute.c", "    case PRISIM_CMDQ_OP_SYNC:\n        smmu_command_sync",
         "    case PRISIM_CMDQ_OP_DPTI_ALL:\n        smmu_dpti_execute(e);\n"
         "        smmu_command_done(e, false, false);\n        break;\n"),
        ("model/smmu/commands/smmu_dpt_invalidate.c", "", """/* SPDX-License-Identifier: Apache-2.0 */
#include "model/smmu/commands/smmu_commands.h"

void smmu_dpti_execute(struct smmu_edge *e)
{
    PRISIM_PROBE(e->ports, e->now, smmu_dpti, .index = smmu_command_index(e), .entries = e->config->dpt_entries);
}
"""),
        ("model/smmu/CMakeLists.txt", "  LIBS prisim_pcie", "  commands/smmu_dpt_invalidate.c\n"),
    ],
    "a step": [
        ("driver/unbind/policy_steps.def", "", "/* unbind/dpti.c */\nPOLICY_STEP(DPTI, step_dpti)\n"),
        ("driver/unbind/dpti.c", "", """/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/smmu/command_queue.h"
#include "driver/unbind/unbind.h"

bool step_dpti(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_DPTI);
    STEP(e->config->price.compute);
    EMIT_CALL(driver_dpti);
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_DPTI_ALL, PRISIM_CMD_OPCODE);
    t->command[1] = 0;
    COMMAND();
    END;
}
"""),
        ("driver/CMakeLists.txt", "  LIBS prisim_pcie", "  unbind/dpti.c\n"),
        ("driver/driver.c", "        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE},",
         "        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DPTI},\n"),
    ],
    "a policy": [
        ("driver/unbind/policies.def", "#undef PRISIM_STOP",
         'PRISIM_POLICY(REVOKE, revoke, "P0", PROMISE_NOTHING, PROMISE_NOTHING,\n'
         "       PRISIM_STOP, PRISIM_INVALIDATE, DO(DPTI), DO(SYNC), IF(REFUSING, LEAVE_LOOKUP), PRISIM_RELEASE)\n"),
        ("driver/driver.h", "lazy_sweep or own\"", "", "lazy_sweep, revoke or own\""),
        ("driver/driver_config.def", "0, 21, PRISIM_DRIVER_POLICY_WORDS", "", "0, 22, PRISIM_DRIVER_POLICY_WORDS"),
        ("driver/driver_config.c", "PRISIM_DRIVER_UNBIND_OWN == 21", "", "PRISIM_DRIVER_UNBIND_OWN == 22"),
    ],
    "a hazard": [
        ("tb/hazards.def", 'HAZARD(DEADLOCK,',
         'HAZARD(DPT_TOO_LARGE, "dpt_too_large", RUN, NOTHING, "a DPT of over 50")\n'),
        ("tb/checkers/handlers.def", "HANDLER(SMMU_COMMAND,", "HANDLER(SMMU_DPTI, on_dpti)\n"),
        ("tb/checkers/checkers_dpt.c", "", """/* SPDX-License-Identifier: Apache-2.0 */
#include "tb/checkers/checkers_state.h"

void on_dpti(struct checkers *c, const struct prisim_event *event)
{
    if (event->smmu_dpti.entries > 50)
        checkers_hit(c, HAZARD_DPT_TOO_LARGE, event->cycle, "a DPT of over 50 entries");
}
"""),
        ("tb/stream_readers.cmake", "  report/ending.c", "  checkers/checkers_dpt.c\n"),
    ],
    "an action": [
        ("tb/scenario/actions.def", "ACTION(page_request,", 'ACTION(touch, ENDPOINT, JOB, "a DMA read of one byte.")\n'
         'KEY("timeline.*.touch.endpoint", NAME, STEP, endpoint, "", 1, SYSTEM_ID_MAX - 1, NULL, KEY_REQUIRED, "It.")\n'
         'KEY("timeline.*.touch.address", HEX, STEP, address, "", 0, UINT64_MAX, NULL, KEY_REQUIRED, "Where.")\n'
         'KEY("timeline.*.touch.pasid", NUMBER, STEP, pasid, "", 0, 0xfffff, NULL, "no PASID", "The PASID.")\n'),
        ("tb/scenario/timeline/scenario_action_job.c", "/* The call that makes a binding", """\
bool action_touch(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step))
        return false;
    step->stimulus.what = PRISIM_ENDPOINT_DMA;
    step->stimulus.size = 1;
    return true;
}

"""),
    ],
    "a block": [
        ("model/metronome/CMakeLists.txt", "",
         "# SPDX-License-Identifier: Apache-2.0\nprisim_library(metronome metronome.c LIBS prisim_core)\n"),
        ("model/metronome/metronome_config.def", "", """/* SPDX-License-Identifier: Apache-2.0 */
#include "model/core/config_row_begin.def"
PRISIM_NUMBER(uint32_t, period, 1000, 1, 100000, "edges", "assumption", "From one beat to the next.")
PRISIM_NUMBER(uint32_t, beats, 3, 0, 100, "", "assumption", "How many there are.")
#include "model/core/config_row_end.def"
"""),
        ("model/metronome/metronome.h", "", """/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRISIM_METRONOME_H
#define PRISIM_METRONOME_H

#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/ports.h"

struct prisim_metronome_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/metronome/metronome_config.def"
};

struct prisim_metronome;

void prisim_metronome_config_default(struct prisim_metronome_config *config);
bool prisim_metronome_config_check(const struct prisim_metronome_config *config, struct prisim_config_error *error);
size_t prisim_metronome_state_size(const struct prisim_metronome_config *config);
void prisim_metronome_init(const struct prisim_metronome_config *config, struct prisim_metronome *state);
prisim_cycle_t prisim_metronome_step(const struct prisim_metronome_config *config, struct prisim_metronome *state,
                                     prisim_cycle_t now, struct prisim_ports *ports);
void prisim_metronome_canonical(const struct prisim_metronome_config *config, const struct prisim_metronome *state,
                                const struct prisim_ports *ports, struct prisim_canonical *to);

#endif
"""),
        ("model/metronome/metronome.c", "", """/* SPDX-License-Identifier: Apache-2.0 */
#include "model/metronome/metronome.h"
#include "model/core/config_check.h"

struct prisim_metronome {
    prisim_cycle_t next;
    uint32_t beats;
};

void prisim_metronome_config_default(struct prisim_metronome_config *config)
{
    *config = (struct prisim_metronome_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/metronome/metronome_config.def"
    };
}

bool prisim_metronome_config_check(const struct prisim_metronome_config *config, struct prisim_config_error *error)
{
    static const struct config_range ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about) \\
    CONFIG_RANGE(prisim_metronome_config, name, #name, min, max, NULL, #min ".." #max),
#include "model/metronome/metronome_config.def"
    };
    const struct config_rule rule[] = {{config->period <= 5000 || config->beats <= 50, {"beats", "50 at most"}}};
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) &&
           config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

size_t prisim_metronome_state_size(const struct prisim_metronome_config *config)
{
    (void)config;
    return sizeof(struct prisim_metronome);
}

void prisim_metronome_init(const struct prisim_metronome_config *config, struct prisim_metronome *state)
{
    *state = (struct prisim_metronome){.next = config->period};
}

void prisim_metronome_canonical(const struct prisim_metronome_config *config, const struct prisim_metronome *state,
                                const struct prisim_ports *ports, struct prisim_canonical *to)
{
    (void)config;
    (void)ports; /* it takes nothing */
    prisim_canonical_word(to, state->beats);
    prisim_canonical_time(to, state->next);
}

prisim_cycle_t prisim_metronome_step(const struct prisim_metronome_config *config, struct prisim_metronome *state,
                                     prisim_cycle_t now, struct prisim_ports *ports)
{
    if (state->beats == config->beats)
        return PRISIM_CYCLE_NEVER;
    if (now < state->next)
        return state->next;
    state->beats++;
    state->next = now + config->period;
    PRISIM_PROBE(ports, now, metronome_beat, .beat = state->beats);
    return state->beats < config->beats ? state->next : PRISIM_CYCLE_NEVER;
}
"""),
        ("CMakeLists.txt", "add_subdirectory(model/platform)", "add_subdirectory(model/metronome)\n"),
        ("tests/house/circles.py", '          ("model/smmu", "model/pcie_fabric",',
         '          ("model/metronome",),\n'),
        ("tb/CMakeLists.txt", "       PkgConfig::YAML)", "       prisim_metronome\n"),
        ("tb/system/system.h", '#include "model/pcie_endpoint/pcie_endpoint.h"',
         '#include "model/metronome/metronome.h"\n'),
        ("tb/system/system.h", "    SYSTEM_KINDS\n", "    KIND_METRONOME,\n"),
        ("tb/system/system.h", " };\n/* No block and no row", " + 1"),
        ("tb/system/system.h", "    uint32_t endpoints; /* 1..32 */",
         "    struct prisim_metronome_config metronome;\n"),
        ("tb/system/system.c", "    system->smmus = 1;", "    prisim_metronome_config_default(&system->metronome);\n"),
        ("tb/system/system_instances.c", "    return count;\n}\n\nunsigned system_rank",
         "    add(rows, &count, KIND_METRONOME, 0);\n"),
        ("tb/system/system_instances.c", '        [KIND_ENDPOINT] = "endpoint",',
         '        [KIND_METRONOME] = "metronome",\n'),
        ("tb/engine/native.c", "#undef BLOCK\n",
         "BLOCK(metronome, prisim_metronome, prisim_metronome_step, system.metronome)\n"),
        ("tb/engine/native.c", "#undef CANONICAL\n",
         "CANONICAL(metronome, prisim_metronome, prisim_metronome_canonical)\n"),
        ("tb/engine/native.c", "    [KIND_ENDPOINT] = FUNCTIONS(endpoint, hot_endpoint, NULL, NULL, NULL),",
         "    [KIND_METRONOME] = FUNCTIONS(metronome, NULL, NULL, NULL, NULL),\n"),
        ("tb/scenario/keys.h", "    KEY_OF_ENDPOINT,\n", "    KEY_OF_METRONOME,\n"),
        ("tb/scenario/loader/scenario.c", "    loader->bases.of[KEY_OF_DRIVER] =",
         "    loader->bases.of[KEY_OF_METRONOME] = &scenario->system.metronome;\n"),
        ("tb/scenario/loader/scenario_describe.c", "    d->bases.of[KEY_OF_DRIVER] =",
         "    d->bases.of[KEY_OF_METRONOME] = &d->scenario.system.metronome;\n"),
        ("tb/scenario/keys.c", "typedef struct prisim_driver_region of_REGION;",
         "typedef struct prisim_metronome_config of_METRONOME;\n"),
        ("tb/scenario/keys.c", "#define BLOCK      ENDPOINT\n",
         '#define BLOCK      METRONOME\n#define BLOCK_ROWS "model/metronome/metronome_config.def"\n'
         '#include "tb/keys_rows.def"\n'),
        ("tb/scenario/keys.def", 'GROUP("system.fabric",',
         'GROUP("system.metronome", MAP, "", 0, 0, NULL, "all defaults", "The metronome.")\n'
         'VALUE("system.metronome.period", METRONOME, period, NULL)\n'
         'VALUE("system.metronome.beats", METRONOME, beats, NULL)\n'),
        ("tb/scenario/loader/scenario_check.c", "    for (uint32_t i = 0; i < system->endpoints; i++)\n"
         "        if (!prisim_endpoint_config_check",
         "    if (!prisim_metronome_config_check(&system->metronome, &error))\n        return refuse_config(loader, "
         'KEY_OF_METRONOME, KEY_OF_NOTHING, "system.metronome", NULL, &error);\n'),
    ],
}

# What no scenario reaches: the list of registers, a register from outside, the command queue.
PROGRAM = """
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/platform/prisim_platform.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

#define MUST(call) do { if ((call) != PRISIM_OK) { puts("failed: " #call); return 1; } } while (0)
enum { LIMIT = 2000 };
#define CMDQ UINT64_C(0x80000000)

static void tell(void *context, const struct prisim_event *events, unsigned count)
{
    (void)context;
    for (unsigned i = 0; i < count; i++)
        if (strcmp(prisim_event_name((enum prisim_event_type)events[i].type), "smmu.dpti") == 0)
            printf("smmu.dpti %" PRIu64 " %" PRIu64 "\\n", prisim_event_value(&events[i], 0),
                   prisim_event_value(&events[i], 1));
}

int main(void)
{
    struct prisim_platform_config config;
    struct prisim_platform *p;
    uint32_t value, cons, gerror;
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule) \\
    printf("%s %#x\\n", #name, offset);
#include "model/smmu/smmu_registers.def"
    prisim_platform_config_default(&config);
    MUST(prisim_platform_open(&p, &config, NULL));
    prisim_platform_set_listener(p, tell, NULL);
    MUST(prisim_platform_mmio_read32(p, 0, 0x100, &value));
    printf("reset %#x\\n", value);
    MUST(prisim_platform_mmio_write32(p, 0, 0x100, UINT32_MAX));
    MUST(prisim_platform_mmio_read32(p, 0, 0x100, &value));
    printf("written %#x\\n", value);
    MUST(prisim_platform_memory_poke64(p, CMDQ, 0x70));
    MUST(prisim_platform_memory_poke64(p, CMDQ + PRISIM_COMMAND_BYTES, 0x71));
    MUST(prisim_platform_mmio_write64(p, 0, PRISIM_SMMU_CMDQ_BASE, CMDQ | 4));
    MUST(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN));
    MUST(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, UINT32_MAX, PRISIM_CR0_CMDQEN, LIMIT));
    MUST(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CMDQ_PROD, 2));
    MUST(prisim_platform_run_until_idle(p, LIMIT));
    MUST(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_CMDQ_CONS, &cons));
    MUST(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_GERROR, &gerror));
    printf("cons %#x gerror %#x\\n", cons, gerror); /* at the second command, which is CERROR_ILL */
    prisim_platform_close(p);
    return 0;
}
"""
BUILD_PROGRAM = "add_executable(to_add to_add.c)\ntarget_link_libraries(to_add PRIVATE prisim_platform)\n"

SCENARIO = """
name: to-add
about: One of each.
system: {endpoints: [{id: nic, pri: {allocation: 8}}], driver: {unbind: revoke}}
spaces: {A: {regions: [{at: 0x4000, size: 0x1000, perm: rw}]}}
timeline:
  - {at: 0, bind: {endpoint: nic, pasid: 1, space: A}}
  - {at: 20000, touch: {endpoint: nic, pasid: 1, address: 0x4000}}
  - {at: 40000, unbind: {endpoint: nic, pasid: 1}}
  - {at: 40000, hold: {task: caller, at: driver.dpti, for: 5000}}
expect: {exposed: none}
"""


def untold(root):
    """Places that the text does not name, in the paragraph of the addition or, lists of sources, before all of them."""
    text = (root / "docs/architecture.md").read_text().partition("\n## To add\n")[2].partition("\n## ")[0]
    before, *paragraphs = text.split("\n- **")
    told = {what: rest for what, _, rest in (p.partition("**") for p in paragraphs)}
    wrong = [f"{what}: the text tells of it, and nobody tries" for what in told if what not in ADDITIONS]
    for what, places in ADDITIONS.items():
        for name in dict.fromkeys(name for name, *_ in places if (root / name).exists()):
            last = name.rpartition("/")[2]
            words = {last, re.sub(r"[^_]+_config\.def$", "*_config.def", last), re.sub(r"_[^_]+\.c$", "_*.c", last)}
            there = told.get(what, "") + (before if last == "CMakeLists.txt" or last.endswith(".cmake") else "")
            if not any(word in there for word in words):
                wrong.append(f"{what}: the text does not name {name}")
    return wrong


def put(tree, without):
    for what, places in ADDITIONS.items():
        for name, anchor, text, *instead in places:
            path = tree / name
            if name == without:
                continue
            if not anchor:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text((path.read_text() if path.exists() else "") + text)
                continue
            old = path.read_text()
            if old.count(anchor) != 1:
                sys.exit(f"to_add: {what}: {name} has {old.count(anchor)} times {anchor!r}")
            path.write_text(old.replace(anchor, instead[0] if instead else text + anchor))


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, **options)


def build(tree, out):
    """What failed of the build, or nothing."""
    (tree / "to_add.c").write_text(PROGRAM)
    with open(tree / "CMakeLists.txt", "a", encoding="utf-8") as file:
        file.write(BUILD_PROGRAM)
    off = [f"-DPRISIM_{part}=OFF" for part in ("SYSTEMC", "TESTS", "VERILATOR", "FUZZ")]
    made = run("cmake", "-S", tree, "-B", out, "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0", *off)
    if made.returncode == 0:
        made = run("cmake", "--build", out, "-j", os.cpu_count() or 1, "--target", "prisim", "to_add")
    return made.stdout[-3000:] + made.stderr[-3000:] if made.returncode else ""


def looks(tree, out):
    """What does not work, one line each."""
    wrong = []

    def must(what, holds, told):
        if not holds:
            wrong.append(f"{what}: {str(told).strip()[-600:]}")

    prisim, scenario = out / "prisim", tree / "to_add.yaml"
    scenario.write_text(SCENARIO)
    own = run(out / "to_add").stdout
    must("a register", "PRISIM_SMMU_GATOS_CTRL 0x100\n" in own, own)
    must("a register", "reset 0x5\nwritten 0xff5\n" in own, own)
    must("a command", re.search(r"^smmu\.dpti 0 7\ncons 0x1000001 gerror 0x1\n", own, re.M), own)
    describe = run(prisim, "describe").stdout
    must("a configuration value", "system.smmu.dpt_entries\n    number, 1..99, entries; default: 7\n" in describe,
         run(prisim, "describe", "system.smmu.dpt").stderr)
    refused = run(prisim, "run", "--engine=native", "--set=system.smmu.dpt_entries=100", scenario)
    must("a configuration value", refused.returncode == 2 and "1..99" in refused.stderr, refused)
    unbind = run(prisim, "describe", "system.driver.unbind").stdout
    must("a policy", "lazy_sweep, revoke or own" in " ".join(unbind.split()), unbind)
    for what, word in (("an event", "smmu.dpti"), ("a hazard", "dpt_too_large"), ("an action", "timeline.*.touch")):
        must(what, re.search(rf"^\s*{re.escape(word)}\b", describe, re.M), f"describe has no {word}")

    for entries, hits in ((7, 0), (60, 1)):
        log, summary = tree / "log.jsonl", tree / "summary.json"
        for path in (log, summary):
            path.unlink(missing_ok=True)
        ran = run(prisim, "run", "--engine=native", "-q", f"--log={log}", f"--summary={summary}",
                  f"--set=system.smmu.dpt_entries={entries}", scenario)
        if not log.exists() or not summary.exists():
            wrong.append(f"an action: {ran.stdout}{ran.stderr}")
            break
        told = json.loads(summary.read_text())
        events = [json.loads(line) for line in log.read_text().splitlines()]
        found = {name: [e for e in events if e["event"] == name] for name in
                 ("smmu.dpti", "driver.dpti", "driver.hold", "driver.free", "endpoint.job_done", "metronome.beat")}
        must("a hazard", told["hazards"].get("dpt_too_large") == hits, told["hazards"].get("dpt_too_large", "missing"))
        must("a hazard", told["verdict"] == ("fail" if hits else "pass"), ran.stdout)
        must("an event", [e["entries"] for e in found["smmu.dpti"]] == [entries], found["smmu.dpti"])
        must("a policy", len(found["driver.free"]) == 1, ran.stdout)
        must("a step", [e["cycle"] > 45000 for e in found["driver.dpti"]] == [True], found["driver.dpti"])
        must("an action", [e["cause"] for e in found["endpoint.job_done"]] == ["completed"],
             found["endpoint.job_done"])
        must("a block", [(e["at"], e["cycle"], e["beat"]) for e in found["metronome.beat"]] ==
             [("metronome", 1000 * n, n) for n in (1, 2, 3)], found["metronome.beat"])
    slower = run(prisim, "run", "--engine=native", "--log=-", "-q", "--set=system.metronome.period=7", scenario).stdout
    must("a block", '{"cycle":7,"at":"metronome","event":"metronome.beat","beat":1}' in slower, slower[:300])
    refused = run(prisim, "run", "--engine=native", "--set=system.metronome.period=5001",
                  "--set=system.metronome.beats=51", scenario)
    must("a block", refused.returncode == 2 and "50 at most" in refused.stderr, refused)
    house = run(sys.executable, tree / "tests/house/circles.py", tree, out)
    must("no circles", house.returncode == 0, house.stderr)
    return wrong


def main(root, options):
    if options == ["--places"]:
        for what, places in ADDITIONS.items():
            print(what, *dict.fromkeys(name for name, *_ in places), sep="\n  ")
        return 0
    without = options[1] if options[:1] == ["--without"] else None
    if without and without not in {name for places in ADDITIONS.values() for name, *_ in places}:
        sys.exit(f"to_add: nothing is put into {without}")
    wrong = untold(root)
    with tempfile.TemporaryDirectory() as folder:
        tree, out = Path(folder) / "tree", Path(folder) / "build"
        for part in (*PARTS, "tests/house"):
            copytree(root / part, tree / part)
        copy(root / "CMakeLists.txt", tree)
        put(tree, without)
        if options != ["--unbuilt"]:
            failed = build(tree, out)
            wrong += [f"the tree does not build:\n{failed}"] if failed else looks(tree, out)
    for line in wrong:
        print(f"to_add: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
