/* SPDX-License-Identifier: Apache-2.0
 *
 * What is made next, of all that jobs want: at most one TLP per edge. Page requests stand before Translation Requests,
 * these before memory TLPs; inside a kind jobs take turns.
 */
#include "model/pcie_endpoint/endpoint_state.h"

/* Page requests held back for nothing but a turn. */
static uint64_t faults(const struct endpoint *s)
{
    return s->page_requests < s->page_request_limit && endpoint_transmit_has_room(s) ? s->fault : 0;
}

/* Jobs that may send a memory TLP: a read needs a tag. */
static uint64_t transfers(const struct endpoint *s)
{
    return s->free_reads ? s->transfer : s->transfer & s->writes;
}

bool endpoint_engine_has_work(const struct endpoint *s)
{
    if (!(s->fault | s->translate | s->transfer))
        return false;
    return faults(s) || (s->outgoing_count < ENDPOINT_WINDOW && (s->translate | transfers(s)));
}

void endpoint_engine_work(struct endpoint_edge *e)
{
    struct endpoint *s = e->s;
    assert(endpoint_engine_has_work(s));
    uint64_t mask = faults(s);
    if (mask) {
        unsigned slot = endpoint_round_robin(mask, s->turn_fault);
        s->turn_fault = (uint8_t)((slot + 1) % ENDPOINT_JOBS_MAX);
        endpoint_pri_request(e, slot);
    } else if (s->translate) {
        unsigned slot = endpoint_round_robin(s->translate, s->turn_translate);
        s->turn_translate = (uint8_t)((slot + 1) % ENDPOINT_JOBS_MAX);
        endpoint_translate_send(e, slot);
    } else {
        unsigned slot = endpoint_round_robin(transfers(s), s->turn_transfer);
        s->turn_transfer = (uint8_t)((slot + 1) % ENDPOINT_JOBS_MAX);
        endpoint_dma_send(e, slot);
    }
}
