/* SPDX-License-Identifier: Apache-2.0
 *
 * The SystemC engine, seen from C. A process has one SystemC kernel: at most one call of it in the life of a process.
 */
#ifndef PRISIM_TB_ENGINE_SYSTEMC_H
#define PRISIM_TB_ENGINE_SYSTEMC_H

#include "tb/engine/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the system is built. */
struct engine_systemc_build {
    bool clocked;       /* every module on one sc_clock; else each visits only edges with something to do */
    bool pri_queue_rtl; /* rtl/pri_queue.sv, Verilated, in the place of the C block; needs engine_systemc_has_rtl */
};

bool engine_systemc_has_rtl(void);

/* Runs a scenario to its end. False if SystemC reported an error; *message (SCENARIO_TEXT_MAX bytes) says which. */
bool engine_systemc(const struct scenario *scenario, const struct stream *stream, struct engine_systemc_build build,
                    struct engine_result *result, char *message);

#ifdef __cplusplus
}
#endif

#endif
