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
    cycle_t due; /* the edge at which it is performed */
    uint32_t port;
    uint32_t unused;
    struct memory_request request;
};

struct interconnect_responses {
    uint32_t head, count;
    uint32_t reserved; /* accesses in flight and responses waiting, of this port */
    uint32_t unused;
    struct memory_response waiting[INTERCONNECT_OUTSTANDING_MAX];
};

struct interconnect {
    cycle_t last_due; /* of the access that came last in arbitration */
    cycle_t next_due; /* of the access at the head of the line; CYCLE_NEVER if there is none, 0 before the first step */
    uint32_t head, count;
    uint32_t waiting; /* ports with responses waiting, one bit each */
    uint32_t used_up; /* ports whose places are all reserved, one bit each */
    uint32_t turn;    /* the port that comes first if several transfer at one edge */
    uint32_t unused;
    struct interconnect_access flight[INTERCONNECT_OUTSTANDING_MAX];
    struct interconnect_responses responses[INTERCONNECT_PORTS];
    uint8_t ram[]; /* ram_size bytes; init does not touch them: the caller gives zeroed memory */
};

/* interconnect_ram.c */
/* Where [address, address + size) stands, or NULL if it is not an access that RAM serves. */
uint8_t *interconnect_ram_at(const struct interconnect_config *config, struct interconnect *state, uint64_t address,
                             uint32_t size);

#endif
