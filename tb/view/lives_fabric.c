/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests and responses on the links: a TLP carries one or the other.
 */
#include "tb/view/lives_state.h"

static void request_moved(struct building *b, uint32_t request, const struct prisim_event *event, uint32_t i)
{
    struct life_request *moved = &b->lives->request[request];
    const bool swallowed = event->type == PRISIM_EVENT_SMMU_MARKER_SWALLOWED;
    const bool left = event->type == PRISIM_EVENT_FABRIC_LEAVE || swallowed;
    lives_step(b, request, i, left ? (unsigned)LANES_SMMU : LANES_LINK + (unsigned)moved->endpoint);
    if (event->type == PRISIM_EVENT_FABRIC_UNROUTABLE || event->type == PRISIM_EVENT_FABRIC_LOST || swallowed)
        moved->end = LIFE_DROPPED;
}

static void answer_moved(struct building *b, const struct answer *answer, const struct prisim_event *event, uint32_t i)
{
    bool left = event->type == PRISIM_EVENT_FABRIC_LEAVE;
    unsigned lane = left ? (unsigned)LANES_ENDPOINT : (unsigned)LANES_LINK;
    lives_answer_step(b, answer, i, lane + answer->endpoint);
}

/* fabric.enter, fabric.leave, fabric.lost, fabric.unroutable, smmu.marker_swallowed. All begin with the TLP. */
void lives_fabric(struct building *b, const struct prisim_event *event, uint32_t i)
{
    uint32_t carried = numbers_get(&b->of_tlp, event->fabric_enter.tlp);
    if (carried == NUMBERS_NONE)
        return;
    if (carried % 2)
        request_moved(b, carried / 2, event, i);
    else
        answer_moved(b, &b->answer[carried / 2 - 1], event, i);
}
