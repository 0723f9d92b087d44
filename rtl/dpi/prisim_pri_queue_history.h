/* SPDX-License-Identifier: Apache-2.0
 *
 * The last edges at which something happened at the pins of a queue, for the report of a difference. It keeps what the
 * pins had and makes text of it when asked; it allocates nothing.
 */
#ifndef PRISIM_PRI_QUEUE_HISTORY_H
#define PRISIM_PRI_QUEUE_HISTORY_H

#include "model/pri_queue/pri_queue_pins.h"

enum {
    HISTORY_EDGES = 24,
    HISTORY_EDGE_BYTES = 4096 /* of text: every channel at once fits */
};

struct history_edge {
    uint64_t number;
    bool rst_n;
    uint32_t arrived; /* rx ports whose payload was taken */
    uint32_t put;     /* tx ports with a new payload */
    struct pri_queue_inputs in;
    struct pri_queue_outputs out;
};

/* All 0 is an empty one. */
struct history {
    uint64_t edges; /* noted so far: the number of the next one */
    uint64_t kept;
    bool rst_n;
    struct history_edge edge[HISTORY_EDGES];
    char text[HISTORY_EDGES * HISTORY_EDGE_BYTES];
};

/* One edge; `before` is what the outputs had before it. Kept if something arrived or was put, or if reset begins. */
void history_note(struct history *history, bool rst_n, const struct pri_queue_inputs *in,
                  const struct pri_queue_outputs *before, const struct pri_queue_outputs *out);

/* The edges that are kept, the oldest first; the caller calls the last one `last`. It stands until the next call. */
const char *history_text(struct history *history, uint64_t last);

#endif
