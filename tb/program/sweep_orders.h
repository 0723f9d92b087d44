/* SPDX-License-Identifier: Apache-2.0
 *
 * --orders: a step is placed once for each order of events that its place makes, found by halving: between two
 * positions with one order all others are taken to have it too (docs/sweeps.md).
 */
#ifndef PRISIM_TB_SWEEP_ORDERS_H
#define PRISIM_TB_SWEEP_ORDERS_H

#include "tb/program/sweep_rows.h"
#include "tb/program/sweep_workers.h"

/* The orders at one point of the axes. */
struct sweep_orders {
    uint64_t from, to;     /* positions looked at */
    uint64_t runs;         /* how many runs it took */
    uint64_t missed;       /* positions drawn by --check that had not what was expected of them */
    size_t count;          /* of orders */
    struct sweep_row *row; /* one for each, by its first position */
};

/* Whether an explicit range of positions was given, "ID=FROM..TO", and which. False with a message of one line if it
 * is none. */
bool sweep_orders_range(const char *argument, bool *given, uint64_t *from, uint64_t *to,
                        char message[SWEEP_MESSAGE_MAX]);

/* Finds them; the workers have no other point on their way. Without a range, `from` > `to`, it takes that over which a
 * run without the step has events. False with a message of one line. */
bool sweep_orders_find(const struct sweep_plan *plan, struct sweep_workers *workers, uint64_t point,
                       struct sweep_orders *orders, char message[SWEEP_MESSAGE_MAX]);
void sweep_orders_free(struct sweep_orders *orders);

#endif
