/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/interconnect: the state. Accesses in flight wait in one line, in the order of arbitration; responses
 * that their port does not take yet wait in a line per port, where each access has its place reserved.
 */
#ifndef PRISIM_INTERCONNECT_STATE_H
#define PRISIM_INTERCONNECT_STATE_H

#include "model/core/memory_map.h"
#include "model/core/sparse_memory.h"
#include "model/core/touched.h"
#include "model/interconnect/interconnect.h"

enum { INTERCONNECT_OUTSTANDING_MAX = 256, DOORBELL_BYTES = 4096, DOORBELL_ACCESS_BYTES = 4 };

struct interconnect_access {
    prisim_cycle_t due; /* the edge at which it is performed */
    uint32_t port;
    uint32_t unused;
    struct prisim_memory_request request;
};

/* Rings have `outstanding` places; one that is empty begins at place 0, and places that are not in use are zero. */
struct interconnect_ring {
    uint32_t head, count;
};

struct prisim_interconnect {
    struct prisim_touched touched;
    /* What an idle step reads. */
    prisim_cycle_t next_due; /* of the access at the head of the line; PRISIM_CYCLE_NEVER if there is none, 0 before the
                                first step */
    uint64_t waiting;        /* ports with responses waiting, one bit each */

    prisim_cycle_t last_due; /* of the access that came last in arbitration */
    struct interconnect_ring line;
    uint32_t places;                              /* accesses in the line and responses waiting */
    uint32_t turn;                                /* the port that comes first if several transfer at one edge */
    uint32_t reserved[PRISIM_INTERCONNECT_PORTS]; /* the same as `places`, of each port */
    struct interconnect_ring responses[PRISIM_INTERCONNECT_PORTS];
    uint32_t memory_at; /* bytes from the start of the state to the struct sparse_memory at its end */
    /* Of `line`; behind them the places of `responses`, ring by ring, and the RAM: the cold part. */
    struct interconnect_access flight[];
};

static inline struct prisim_memory_response *interconnect_waiting(const struct prisim_interconnect_config *config,
                                                                  struct prisim_interconnect *state, unsigned port)
{
    return (struct prisim_memory_response *)(void *)&state->flight[config->outstanding] +
           (size_t)port * config->outstanding;
}

static inline struct sparse_memory *interconnect_memory(const struct prisim_interconnect *state)
{
    return (struct sparse_memory *)(void *)((char *)state + state->memory_at);
}

static inline struct memory_map interconnect_map(const struct prisim_interconnect_config *config)
{
    return (struct memory_map){{config->ram_base, config->ram_size}, config->region};
}

#endif
