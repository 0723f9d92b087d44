/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_endpoint: the way up, and what is put on it next.
 */
#ifndef PRISIM_ENDPOINT_TRANSMIT_H
#define PRISIM_ENDPOINT_TRANSMIT_H

#include "model/pcie_endpoint/endpoint_state.h"

/* endpoint_transmit.c: the one FIFO upwards. The caller fills the whole entry but head.id. */
static inline bool endpoint_transmit_has_room(const struct prisim_endpoint *s)
{
    return s->outgoing_count < ENDPOINT_OUTGOING_MAX - ENDPOINT_OUTGOING_MARKERS;
}
static inline struct endpoint_outgoing *endpoint_transmit_append(struct prisim_endpoint *s,
                                                                 enum endpoint_outgoing_kind kind, unsigned job_index)
{
    assert(s->outgoing_count < ENDPOINT_OUTGOING_MAX);
    struct endpoint_outgoing *out =
        endpoint_outgoing_write(s, (s->outgoing_head + s->outgoing_count++) & (ENDPOINT_OUTGOING_MAX - 1u));
    out->kind = (uint8_t)kind;
    out->job_index = (uint8_t)job_index;
    return out;
}
/* Before everything that waits. */
static inline struct endpoint_outgoing *endpoint_transmit_prepend(struct prisim_endpoint *s,
                                                                  enum endpoint_outgoing_kind kind, unsigned job_index)
{
    assert(s->outgoing_count < ENDPOINT_OUTGOING_MAX);
    s->outgoing_head = (s->outgoing_head + ENDPOINT_OUTGOING_MAX - 1) & (ENDPOINT_OUTGOING_MAX - 1);
    s->outgoing_count++;
    struct endpoint_outgoing *out = endpoint_outgoing_write(s, s->outgoing_head);
    out->kind = (uint8_t)kind;
    out->job_index = (uint8_t)job_index;
    return out;
}
void endpoint_transmit_put(struct endpoint_edge *e);

/* endpoint_engine.c: what is made next of all that could be, if anything; at most one TLP per edge. */
void endpoint_engine_work(struct endpoint_edge *e);

/* Page requests held back for nothing but a turn. */
static inline uint64_t endpoint_engine_faults(const struct prisim_endpoint *s)
{
    return s->page_requests < s->page_request_limit && endpoint_transmit_has_room(s) ? s->in[ENDPOINT_JOB_FAULT] : 0;
}

/* Members of open groups: their credits are there. */
static inline uint64_t endpoint_engine_members(const struct prisim_endpoint *s)
{
    return endpoint_transmit_has_room(s) ? s->in[ENDPOINT_JOB_MEMBER] : 0;
}

/* Jobs that may send a memory TLP: a read needs a tag. */
static inline uint64_t endpoint_engine_transfers(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_TRANSFER] & (s->free_reads ? UINT64_MAX : s->writes);
}

/* Jobs that want something made, whether it may be made or not. */
static inline uint64_t endpoint_engine_wanted(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_MEMBER] | s->in[ENDPOINT_JOB_FAULT] | s->in[ENDPOINT_JOB_TRANSLATE] |
           s->in[ENDPOINT_JOB_TRANSFER];
}

static inline bool endpoint_engine_has_work(const struct prisim_endpoint *s)
{
    return endpoint_engine_wanted(s) &&
           (endpoint_engine_members(s) || endpoint_engine_faults(s) ||
            (s->outgoing_count < ENDPOINT_WINDOW && (s->in[ENDPOINT_JOB_TRANSLATE] | endpoint_engine_transfers(s))));
}

#endif
