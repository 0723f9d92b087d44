/* SPDX-License-Identifier: Apache-2.0
 *
 * Waves of a run: every event as changes of named signals, in a hierarchy that mirrors the system (docs/waves.md), for
 * GTKWave and what else reads its files. They are made from the events alone, so that every engine gives the same
 * bytes. The name's ending says the format: .vcd, or .fst where the build has it (PRISIM_FST). Beside the file stands
 * FILE.gtkw, which opens it in GTKWave with groups, names and colours.
 */
#ifndef PRISIM_TB_WAVE_H
#define PRISIM_TB_WAVE_H

#include "tb/report/summary.h"

struct wave;

/* Why no wave can have this name, in words; NULL: it can. */
const char *wave_refuses(const char *path);

/* The scenario gives the names and must outlive the wave. NULL with errno set if the file cannot be opened or there is
 * no memory; EINVAL: wave_refuses. An .fst is no pipe: ESPIPE. */
struct wave *wave_open(const struct scenario *scenario, const char *path);

/* A listener (tb/engine/stream.h). */
void wave_event(void *wave, const struct prisim_event *event);

/* errno of the first write that failed, or 0. */
int wave_error(const struct wave *wave);

/* Ends the wave before its run. A .vcd keeps all cycles that are over, and says why it ends; nothing is kept of an
 * .fst. Async-signal-safe. */
bool wave_end(struct wave *wave, const char *why, const char *key, const char *detail);

/* Lets go of it. It appears at its path only if `told` is not NULL, and its save file with it. False with errno set if
 * one could not be written. */
bool wave_close(struct wave *wave, const struct run_told *told);

#endif
