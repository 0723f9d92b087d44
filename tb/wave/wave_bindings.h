/* SPDX-License-Identifier: Apache-2.0
 *
 * Who owns each PASID that the timeline binds: its state as the driver has it, the address space, the number of the
 * binding, and what the function does with it.
 */
#ifndef PRISIM_TB_WAVE_BINDINGS_H
#define PRISIM_TB_WAVE_BINDINGS_H

#include "tb/scenario/scenario.h"
#include "tb/wave/wave_tree.h"

struct wave_binding {
    uint64_t key; /* endpoint << 32 | PASID; that of no PASID is the last of its endpoint */
    wave_signal state, space, number, in_lookup, device;
};

struct wave_bindings {
    const struct scenario *scenario;
    struct wave_tree *tree;
    uint32_t count;
    struct wave_binding *binding; /* by key */
    const char *space[PRISIM_DRIVER_SPACES_MAX + 1];
    struct wave_words spaces;
};

/* False: no memory. wave_bindings_close gives it back. Must not be moved meanwhile. */
bool wave_bindings_open(struct wave_bindings *bindings, struct wave_tree *tree, const struct scenario *scenario);
void wave_bindings_close(struct wave_bindings *bindings);
void wave_bindings_declare(struct wave_bindings *bindings);
void wave_bindings_event(struct wave_bindings *bindings, const struct prisim_event *event);

#endif
