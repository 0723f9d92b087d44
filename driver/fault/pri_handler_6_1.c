/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI handler that Linux 6.1 shipped with its driver of the SMMU (UNBIND-D27, PCIE-OPENMODELS-4), by what it does:
 * it looks nothing up and serves nothing. It reports a record; one without Last is forgotten then, and one with Last is
 * answered with Response Failure, by the thread itself, before it goes on to the next. A Stop Marker has Last, and
 * nobody looks at what else it is.
 */
#include "driver/fault/group.h"
#include "driver/smmu/command_queue.h"

static const struct item *in_hand(const struct prisim_driver *d)
{
    assert(d->in_hand != ITEM_NONE);
    return &d->item[d->in_hand];
}

/* The report of one that nobody answers. */
static void forget(struct edge *e)
{
    const struct item *item = in_hand(e->driver);
    EMIT(driver_discard, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index,
         .cause = PRISIM_CAUSE_NOT_HANDLED);
}

/* R0: PROD has passed the response. */
static void denied(struct edge *e, const struct task *t)
{
    const struct item *item = in_hand(e->driver);
    EMIT(driver_respond, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .code = PRISIM_PRG_FAILURE,
         .index = command_position(e->driver, t->command_number));
}

/* UNBIND-S-14: CONS has passed the record by then; nobody waits until the command is done. */
bool driver_arm_smmu_handle_ppr_6_1(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    HOLD(in_hand(d)->access & PRISIM_ACCESS_LAST ? PRISIM_EVENT_DRIVER_RESPOND : PRISIM_EVENT_DRIVER_DISCARD);
    STEP(e->config->price.compute);
    if (in_hand(d)->access & PRISIM_ACCESS_LAST) {
        command_pri_resp(t, in_hand(d), PRISIM_PRG_FAILURE);
        COMMAND_WITH(false, denied(e, t));
    } else {
        forget(e);
    }
    item_free_group(e, d->in_hand);
    END;
}
