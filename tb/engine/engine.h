/* SPDX-License-Identifier: Apache-2.0
 *
 * The two engines. Both run the same blocks over the same wires and send the same events to the same listeners; a log
 * does not tell which of them made it.
 */
#ifndef PRISIM_TB_ENGINE_H
#define PRISIM_TB_ENGINE_H

#include "model/core/scheduler.h"
#include "tb/engine/stream.h"
#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct engine_result {
    prisim_cycle_t cycles; /* the last edge at which something was due */
    bool idle;             /* nothing would happen after it; else the limit ended the run */
    uint64_t steps;        /* calls of block steps; native engine only */
};

/* The native engine as an object, for tests, figures and exploration. */
struct native;
struct native *native_open(const struct scenario *scenario, const struct stream *stream);
/* From the first edge again, with another scenario whose blocks have states as large and are joined alike: in the
 * memory that it has, which costs a fraction of opening one. False, and nothing is changed, if they are not. */
bool native_start_again(struct native *native, const struct scenario *scenario, const struct stream *stream);
void native_close(struct native *native);
struct prisim_scheduler *native_scheduler(struct native *native);
/* Runs up to and including that edge. */
void native_run(struct native *native, prisim_cycle_t last);

/* Runs a scenario to its end on the native engine. False if there is no memory. */
bool engine_native(const struct scenario *scenario, const struct stream *stream, struct engine_result *result);
/* The same for one run of many: *kept, NULL at first, is used again where it fits, and is the caller's to close. */
bool engine_native_again(struct native **kept, const struct scenario *scenario, const struct stream *stream,
                         struct engine_result *result);

#ifdef __cplusplus
}
#endif

#endif
