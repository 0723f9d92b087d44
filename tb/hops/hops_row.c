/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of page requests that are under way, and what is counted of one when it is over.
 */
#include "tb/hops/hops_state.h"

enum { KEY_KIND_SHIFT = 60, KEY_SMALL_SHIFT = 44, REFERENCE_ROW_BITS = 32 };
/* Of uses: the highest bit of a reference is free. */
enum { USES = 0x7fffffff };

static const struct {
    enum request_point from, to;
} hop_points[HOPS] = {
#define HOP(FROM, TO) [HOP_##FROM##_##TO] = {POINT_##FROM, POINT_##TO},
#include "tb/hops/hops.def"
#undef HOP
};

uint64_t hops_key(enum found_by by, uint64_t small, uint64_t count)
{
    return (uint64_t)by << KEY_KIND_SHIFT ^ small << KEY_SMALL_SHIFT ^ count;
}

uint64_t hops_reference(const struct hops *hops, uint32_t row)
{
    return (uint64_t)hops->request[row].use << REFERENCE_ROW_BITS | (row + 1U);
}

uint64_t hops_row_new(struct hops *hops)
{
    uint32_t row = hops->free_request - 1;
    if (!hops->free_request) {
        hops->request = numbered_grow(hops->request, hops->requests, &hops->requests_room, sizeof *hops->request);
        assert(hops->requests < UINT32_MAX);
        row = (uint32_t)hops->requests++;
        hops->request[row] = (struct request_row){0};
    }
    hops->free_request = hops->request[row].next_free;
    hops->request[row] = (struct request_row){.use = (hops->request[row].use + 1) & USES, .open = true};
    for (unsigned point = 0; point < REQUEST_POINTS; point++)
        hops->request[row].at[point] = PRISIM_CYCLE_NEVER;
    return hops_reference(hops, row);
}

struct request_row *hops_row(const struct hops *hops, uint64_t reference)
{
    if (!reference)
        return NULL;
    struct request_row *row = &hops->request[(uint32_t)reference - 1];
    return row->open && row->use == reference >> REFERENCE_ROW_BITS ? row : NULL;
}

void hops_reach(struct request_row *row, enum request_point point, prisim_cycle_t cycle)
{
    if (row->at[point] == PRISIM_CYCLE_NEVER)
        row->at[point] = cycle;
}

static void count(struct hops *hops, const struct request_row *row)
{
    for (unsigned hop = 0; hop < HOPS; hop++) {
        prisim_cycle_t from = row->at[hop_points[hop].from], to = row->at[hop_points[hop].to];
        if (from == PRISIM_CYCLE_NEVER)
            continue;
        if (to == PRISIM_CYCLE_NEVER || to < from)
            hops->hop[hop].never++;
        else
            distribution_add(&hops->hop[hop], to - from);
    }
}

/* Unless the number is another's by now. */
static void forget_item(struct hops *hops, uint64_t item, uint64_t reference)
{
    if (numbered_get(&hops->found, hops_key(BY_ITEM, 0, item)) == reference)
        numbered_take(&hops->found, hops_key(BY_ITEM, 0, item));
}

void hops_row_end(struct hops *hops, uint64_t reference)
{
    struct request_row *row = hops_row(hops, reference);
    if (!row)
        return;
    if (row->counted)
        count(hops, row);
    if (row->at[POINT_S0] != PRISIM_CYCLE_NEVER)
        forget_item(hops, row->item, reference);
    row->open = false;
    row->next_free = hops->free_request;
    hops->free_request = (uint32_t)reference;
}

void hops_group_end(struct hops *hops, uint64_t reference)
{
    const struct request_row *row;
    while ((row = hops_row(hops, reference)) != NULL) {
        uint64_t before = row->before;
        hops_row_end(hops, reference);
        reference = before;
    }
}
