/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests in software's hands and their responses: S0 to R2; and what is lost on the links. A response is that of
 * all members of its group.
 */
#include "driver/driver.h"
#include "tb/hops/hops_state.h"

/* driver.take: S0. What is no page request's is known by its item all the same. */
void hops_take(struct hops *hops, const struct prisim_event *event)
{
    const bool stalled = event->driver_take.item >> PRISIM_DRIVER_STALL_ITEM_BIT != 0; /* out of the event queue */
    uint64_t reference = stalled ? 0 : hops_take_slot(hops, event);
    if (!reference)
        reference = hops_row_new(hops);
    struct request_row *row = hops_row(hops, reference);
    row->access = (uint8_t)event->driver_take.access;
    row->item = event->driver_take.item;
    hops_reach(row, POINT_S0, event->cycle);
    numbered_put(&hops->found, hops_key(BY_ITEM, 0, event->driver_take.item), reference);
}

static struct request_row *row_of_item(const struct hops *hops, uint64_t item, uint64_t *reference)
{
    *reference = numbered_get(&hops->found, hops_key(BY_ITEM, 0, item));
    return hops_row(hops, *reference);
}

static void item_ends(struct hops *hops, uint64_t item)
{
    hops_row_end(hops, numbered_get(&hops->found, hops_key(BY_ITEM, 0, item)));
}

/* driver.marker */
void hops_marker(struct hops *hops, const struct prisim_event *event)
{
    item_ends(hops, event->driver_marker.item);
}

/* driver.discard */
void hops_discard(struct hops *hops, const struct prisim_event *event)
{
    item_ends(hops, event->driver_discard.item);
}

/* driver.enqueue: S1. A group comes in one go, its Last at the end. */
void hops_enqueue(struct hops *hops, const struct prisim_event *event)
{
    uint64_t reference;
    struct request_row *row = row_of_item(hops, event->driver_enqueue.item, &reference);
    if (!row)
        return;
    hops_reach(row, POINT_S1, event->cycle);
    row->before = hops->enqueued;
    hops->enqueued = row->access & PRISIM_ACCESS_LAST ? 0 : reference;
}

static void item_reaches(struct hops *hops, uint64_t item, enum request_point point, prisim_cycle_t cycle)
{
    uint64_t reference;
    struct request_row *row = row_of_item(hops, item, &reference);
    if (row)
        hops_reach(row, point, cycle);
}

/* driver.resolve: S2 */
void hops_resolve(struct hops *hops, const struct prisim_event *event)
{
    item_reaches(hops, event->driver_resolve.item, POINT_S2, event->cycle);
}

/* driver.page: S3 */
void hops_page(struct hops *hops, const struct prisim_event *event)
{
    item_reaches(hops, event->driver_page.item, POINT_S3, event->cycle);
}

/* A point of a response is one of all to whom it is. */
static void answer_reaches(struct hops *hops, uint64_t answer, enum request_point point, prisim_cycle_t cycle)
{
    struct request_row *row;
    for (uint64_t of = answer & ~HOPS_ALONE; (row = hops_row(hops, of)) != NULL;
         of = answer & HOPS_ALONE ? 0 : row->before)
        hops_reach(row, point, cycle);
}

/* A response goes no further. One that is not the Last of its group and was answered alone is over with the group. */
static void response_ends(struct hops *hops, uint64_t answer)
{
    if (!(answer & HOPS_ALONE))
        hops_group_end(hops, answer);
}

/* driver.respond: R0 */
void hops_respond(struct hops *hops, const struct prisim_event *event)
{
    const struct prisim_event_driver_respond *e = &event->driver_respond;
    uint64_t reference;
    const struct request_row *row = row_of_item(hops, e->item, &reference);
    if (!row)
        return;
    uint64_t answer = row->access & PRISIM_ACCESS_LAST ? reference : reference | HOPS_ALONE;
    answer_reaches(hops, answer, POINT_R0, event->cycle);
    response_ends(hops, numbered_put(&hops->found, hops_key(BY_COMMAND, 0, e->index), answer));
}

/* smmu.prg_response: R1 */
void hops_response_left(struct hops *hops, const struct prisim_event *event)
{
    const struct prisim_event_smmu_prg_response *e = &event->smmu_prg_response;
    if (e->cause == PRISIM_CAUSE_AUTOMATIC)
        return;
    uint64_t answer = numbered_take(&hops->found, hops_key(BY_COMMAND, 0, e->index));
    if (!answer)
        return;
    answer_reaches(hops, answer, POINT_R1, event->cycle);
    response_ends(hops, numbered_put(&hops->found, hops_key(BY_RESPONSE, 0, e->tlp), answer));
}

/* endpoint.response: R2 */
void hops_response(struct hops *hops, const struct prisim_event *event)
{
    uint64_t answer = numbered_take(&hops->found, hops_key(BY_RESPONSE, 0, event->endpoint_response.tlp));
    if (!answer)
        return;
    answer_reaches(hops, answer, POINT_R2, event->cycle);
    response_ends(hops, answer);
}

static void gone(struct hops *hops, uint64_t tlp)
{
    hops_row_end(hops, numbered_take(&hops->found, hops_key(BY_TLP, 0, tlp)));
    response_ends(hops, numbered_take(&hops->found, hops_key(BY_RESPONSE, 0, tlp)));
}

/* fabric.lost: of a request, or of a response */
void hops_lost(struct hops *hops, const struct prisim_event *event)
{
    gone(hops, event->fabric_lost.tlp);
}

/* fabric.unroutable: likewise */
void hops_unroutable(struct hops *hops, const struct prisim_event *event)
{
    gone(hops, event->fabric_unroutable.tlp);
}
