/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests from their making to the copy that software makes: E0 to H2, and I1. The queue decides in the order of
 * the port, one decision a request; a Stop Marker takes its place there, and is no page request.
 */
#include <string.h>

#include "model/core/queue_index.h"
#include "model/pcie/stop_marker.h"
#include "tb/hops/hops_state.h"

enum {
    LOG2_MAX = 19,    /* SMMU-IDR1.PRIQS */
    PRIQ_BASE = 0xc0, /* SMMU-PRIQ_BASE, LOG2SIZE in bits 4:0 */
    PAGE_SHIFT = 12,
    RECORD_ACCESS = PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST
};

static uint64_t slot_key(uint64_t slot, uint64_t lap)
{
    return hops_key(BY_SLOT, 0, slot << 1 | (lap & 1));
}

/* endpoint.page_request: E0. A raw one with the code of a marker is one to the SMMU and to software. */
void hops_made(struct hops *hops, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request *e = &event->endpoint_page_request;
    if (prisim_is_stop_marker(e->pasid != PRISIM_PASID_NONE, (unsigned)e->access))
        return;
    uint64_t reference = hops_row_new(hops);
    struct request_row *row = hops_row(hops, reference);
    row->counted = true;
    row->pasid = e->pasid;
    row->page = e->address >> PAGE_SHIFT;
    row->prgi = (uint16_t)e->prgi;
    row->access = (uint8_t)e->access;
    hops_reach(row, POINT_E0, event->cycle);
    hops->made++;
    numbered_put(&hops->found, hops_key(BY_REQUEST, event->instance, e->request), reference);
}

/* endpoint.page_request_sent: E1 */
void hops_sent(struct hops *hops, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request_sent *e = &event->endpoint_page_request_sent;
    uint64_t reference = numbered_take(&hops->found, hops_key(BY_REQUEST, event->instance, e->request));
    struct request_row *row = hops_row(hops, reference);
    if (!row)
        return;
    hops_reach(row, POINT_E1, event->cycle);
    numbered_put(&hops->found, hops_key(BY_TLP, 0, e->tlp), reference);
}

/* smmu.page_request: H0 */
void hops_port(struct hops *hops, const struct prisim_event *event)
{
    uint64_t reference = numbered_take(&hops->found, hops_key(BY_TLP, 0, event->smmu_page_request.tlp));
    struct request_row *row = hops_row(hops, reference);
    if (row)
        hops_reach(row, POINT_H0, event->cycle);
    if (hops->decided && hops->arrived == hops->port_room) { /* those that were decided make room */
        hops->arrived -= hops->decided;
        memmove(hops->at_port, hops->at_port + hops->decided, hops->arrived * sizeof *hops->at_port);
        hops->decided = 0;
    }
    hops->at_port = numbered_grow(hops->at_port, hops->arrived, &hops->port_room, sizeof *hops->at_port);
    hops->at_port[hops->arrived++] = reference;
}

static uint64_t decided(struct hops *hops)
{
    return hops->decided < hops->arrived ? hops->at_port[hops->decided++] : 0;
}

/* pri_queue.accept: nobody takes the one that stood there before */
void hops_accepted(struct hops *hops, const struct prisim_event *event)
{
    uint64_t key = slot_key(event->pri_queue_accept.slot, event->pri_queue_accept.lap), reference = decided(hops);
    hops_row_end(hops, numbered_take(&hops->found, key));
    if (reference)
        numbered_put(&hops->found, key, reference);
}

/* pri_queue.write: H1 */
void hops_written(struct hops *hops, const struct prisim_event *event)
{
    uint64_t key = slot_key(event->pri_queue_write.slot, event->pri_queue_write.lap);
    struct request_row *row = hops_row(hops, numbered_get(&hops->found, key));
    if (row)
        hops_reach(row, POINT_H1, event->cycle);
}

/* The request of an entry of the queue that is in memory and not taken; NULL: it is none, or another's. */
static struct request_row *entry(const struct hops *hops, uint32_t at)
{
    uint32_t log2 = (uint32_t)hops->log2;
    uint64_t key = slot_key(queue_index_slot(at, log2), queue_index_lap(at, log2));
    struct request_row *row = hops_row(hops, numbered_get(&hops->found, key));
    return row && row->at[POINT_H1] != PRISIM_CYCLE_NEVER ? row : NULL;
}

/* pri_queue.drop */
void hops_dropped(struct hops *hops, const struct prisim_event *event)
{
    (void)event;
    hops_row_end(hops, decided(hops));
}

/* pri_queue.lost */
void hops_not_written(struct hops *hops, const struct prisim_event *event)
{
    uint64_t key = slot_key(event->pri_queue_lost.slot, event->pri_queue_lost.lap);
    hops_row_end(hops, numbered_take(&hops->found, key));
}

static void show(struct hops *hops, uint32_t entries, prisim_cycle_t now)
{
    if (!hops->shown && entries)
        hops->shown_since = now;
    hops->shown += entries;
}

/* pri_queue.prod: H2 of all that it passes */
void hops_visible(struct hops *hops, const struct prisim_event *event)
{
    if (hops->log2 < 0)
        return;
    uint32_t log2 = (uint32_t)hops->log2, to = queue_index_of(event->pri_queue_prod.prod, log2), passed = 0;
    for (uint32_t at = queue_index_of(hops->prod, log2); at != to; at = queue_index_of(at + UINT64_C(1), log2)) {
        struct request_row *row = entry(hops, at);
        if (row)
            hops_reach(row, POINT_H2, event->cycle);
        passed++;
    }
    hops->prod = to;
    show(hops, passed, event->cycle);
    hops->unfetched += passed;
    if (hops->unfetched > UINT32_C(1) << log2)
        hops->unfetched = UINT32_C(1) << log2;
}

/* driver.interrupt: I1 of all that are visible and not taken, and have had none */
void hops_interrupt(struct hops *hops, const struct prisim_event *event)
{
    for (; hops->unfetched; hops->unfetched--) {
        struct request_row *row =
            entry(hops, queue_index_of(hops->prod - (uint64_t)hops->unfetched, (uint32_t)hops->log2));
        if (row && row->at[POINT_H2] != PRISIM_CYCLE_NEVER)
            hops_reach(row, POINT_I1, event->cycle);
    }
}

static void take_shown(struct hops *hops, uint32_t entries, prisim_cycle_t now)
{
    if (!entries)
        return;
    hops->shown -= entries;
    if (!hops->shown)
        hops->shown_sum += now - hops->shown_since;
}

/* smmu.register: software says how long the queue is, and where; nobody takes what an earlier one showed */
void hops_register(struct hops *hops, const struct prisim_event *event)
{
    const struct prisim_event_smmu_register *e = &event->smmu_register;
    if (!e->write || e->offset != PRIQ_BASE)
        return;
    hops->log2 = (e->value & 31) < LOG2_MAX ? (int)(e->value & 31) : LOG2_MAX;
    take_shown(hops, hops->shown, event->cycle);
}

prisim_cycle_t hops_shown(const struct hops *hops, prisim_cycle_t now)
{
    return hops->shown_sum + (hops->shown ? now - hops->shown_since : 0);
}

uint64_t hops_take_slot(struct hops *hops, const struct prisim_event *take)
{
    const struct prisim_event_driver_take *e = &take->driver_take;
    uint64_t key = slot_key(e->slot, e->lap), reference = numbered_get(&hops->found, key);
    const struct request_row *row = hops_row(hops, reference);
    take_shown(hops, hops->shown ? 1 : 0, take->cycle);
    if (!row || row->at[POINT_H1] == PRISIM_CYCLE_NEVER || row->pasid != e->pasid || row->prgi != e->prgi ||
        row->page != e->address >> PAGE_SHIFT || ((row->access ^ e->access) & RECORD_ACCESS))
        return 0;
    return numbered_take(&hops->found, key);
}
