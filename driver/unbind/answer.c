/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of unbind that answers what discard_parts drops (UNBIND-STEP-15): groups of the PASID whose Last has not
 * come out of the queue. A function that sent no Last, or whose Last was lost, has the group back by that; one whose
 * Last is on its way is answered again for that, which it does not expect.
 */
#include "driver/fault/group.h"
#include "driver/smmu/command_queue.h"
#include "driver/unbind/unbind.h"

/* By the argument of the step or the key. */
static enum prisim_prg_response_code code_of(const struct edge *e, const struct task *t)
{
    return no_owner_code((enum prisim_driver_no_owner)(t->call.argument ? t->call.argument - 1 : e->config->no_owner));
}

/* R0: PROD has passed the response, which has the name of the last part; the others go with it. */
static void parts_answered(struct edge *e, const struct task *t)
{
    const struct prisim_driver *d = e->driver;
    const struct item *item = &d->item[t->call.parts];
    for (; item->next != ITEM_NONE; item = &d->item[item->next])
        EMIT(driver_discard, .item = item->number, .stream_id = item->stream_id,
             .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index,
             .cause = PRISIM_CAUSE_DRAINED);
    EMIT(driver_respond, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .code = code_of(e, t),
         .index = command_position(d, t->command_number));
}

/* One group after the other: its parts leave the list, so that a Last that comes now ends a group of its own, and then
 * they are answered. */
bool step_answer_parts(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    t->call.parts = ITEM_NONE;
    while (item_is_parked(d, call_stream_id(e, t), t->call.stimulus.pasid)) {
        STEP(e->config->price.compute);
        t->call.parts = item_gather_parts(e, call_stream_id(e, t), t->call.stimulus.pasid);
        if (t->call.parts == ITEM_NONE)
            break;
        command_pri_resp(t, &d->item[found_last(d, t->call.parts)], code_of(e, t));
        COMMAND_WITH(false, parts_answered(e, t));
        item_free_group(e, t->call.parts);
        t->call.parts = ITEM_NONE;
    }
    END;
}
