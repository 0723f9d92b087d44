/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/interconnect: the state. Accesses in flight wait in one line, in the order of arbitration; responses
 * that their port does not take yet wait in a line per port, where each access has its place reserved.
 */
#ifndef PRISIM_INTERCONNECT_STATE_H
#define PRISIM_INTERCONNECT_STATE_H

#include "model/interconnect/interconnect.h"

enum { INTERCONNECT_OUTSTANDING_MAX = 256, DOORBELL_BYTES = 4096, DOORBELL_ACCESS_BYTES = 4 };

struct interconnect_access {
    prisim_cycle_t due; /* the edge at which it is performed */
    uint32_t port;
    uint32_t unused;
    struct prisim_memory_request request;
    uint64_t padding[3]; /* to a size that is cheap to multiply by */
};
_Static_assert(sizeof(struct interconnect_access) == 128, "an access is two lines");

/* Rings are as long as `outstanding` may be at most, however many of their places are in use. */
struct interconnect_responses {
    uint32_t head, count;
    struct prisim_memory_response waiting[INTERCONNECT_OUTSTANDING_MAX];
};

struct prisim_interconnect {
    /* What an idle step reads. */
    prisim_cycle_t next_due; /* of the access at the head of the line; PRISIM_CYCLE_NEVER if there is none, 0 before the
                                first step */
    uint64_t waiting;        /* ports with responses waiting, one bit each */

    prisim_cycle_t last_due; /* of the access that came last in arbitration */
    uint32_t head, count;
    uint32_t places; /* accesses in the line and responses waiting */
    uint32_t unused;
    uint32_t turn;                                /* the port that comes first if several transfer at one edge */
    uint32_t reserved[PRISIM_INTERCONNECT_PORTS]; /* the same, of each port */
    struct interconnect_responses responses[PRISIM_INTERCONNECT_PORTS];
    struct interconnect_access flight[INTERCONNECT_OUTSTANDING_MAX];
    /* ram_size bytes, and one line more: a read copies a whole line, whatever its size. Init does not touch them: the
     * caller gives zeroed memory. */
    uint8_t ram[];
};

/* Where [address, address + size) stands, or NULL if it is not an access that RAM serves. RAM is one flat range of
 * bytes: pages that nobody wrote cost nothing as long as the state's memory comes zeroed and untouched from the
 * operating system (calloc). It is whole lines and an access lies in one, so that none straddles the end. */
static inline uint8_t *interconnect_ram_at(const struct prisim_interconnect_config *config,
                                           struct prisim_interconnect *state, uint64_t address, uint32_t size)
{
    uint64_t offset = address - config->ram_base; /* wraps far out of range below the base */
    uint64_t in_line = address % PRISIM_MEMORY_LINE_BYTES;
    if (size == 0 || in_line + size > PRISIM_MEMORY_LINE_BYTES || offset >= config->ram_size)
        return NULL;
    return &state->ram[offset];
}

#endif
