/* SPDX-License-Identifier: Apache-2.0
 *
 * A stalled access in software's hands: from its event record to an item (S0), from there to the work queue (S1), and
 * the command that resumes or ends it. What stands between is as of a page request (worker.c): its group is itself.
 */
#include "driver/fault/stall.h"
#include "driver/step.h"
#include "driver/waiters.h"

/* SMMU-RECORD. RnW: 1 is a read. */
static struct prisim_page_request request_of(const uint64_t dw[4])
{
    const unsigned access =
        (prisim_bit_get(dw[1], PRISIM_EVENT_RNW) ? (unsigned)PRISIM_ACCESS_READ : PRISIM_ACCESS_WRITE) |
        (prisim_bit_get(dw[1], PRISIM_EVENT_IND) ? (unsigned)PRISIM_ACCESS_EXECUTE : 0) |
        (prisim_bit_get(dw[1], PRISIM_EVENT_PNU) ? (unsigned)PRISIM_ACCESS_PRIVILEGED : 0);
    return (struct prisim_page_request){.address = dw[2] & ~(uint64_t)(PAGE_BYTES - 1),
                                        .stream_id = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID),
                                        .pasid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID),
                                        .prg_index = (uint16_t)dw[1], /* the STAG */
                                        .has_pasid = (uint8_t)prisim_bits_get(dw[0], PRISIM_CMD_SSV),
                                        .access = (uint8_t)(access | PRISIM_ACCESS_LAST)};
}

static void emit_take(struct edge *e, const struct item *item)
{
    const struct prisim_driver *d = e->driver;
    EMIT(driver_take, .item = item->number, .slot = queue_index_slot(d->events_taken, d->eventq_log2),
         .lap = queue_index_lap(d->events_taken, d->eventq_log2), .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .address = item->address,
         .access = item->access);
}

/* S0: the record that was loaded. True if it is of an access that waits for software: it is in hand then. */
bool stall_take(struct edge *e, const struct task *t)
{
    struct prisim_driver *d = e->driver;
    const struct prisim_page_request request = request_of(t->answer);
    const int function = function_find(e->config, request.stream_id);
    assert(d->stall_in_hand == ITEM_NONE);
    if (!prisim_bit_get(t->answer[1], PRISIM_EVENT_STALL) || function < 0 || !function_stalls(e, (uint32_t)function))
        return false;
    d->stall_in_hand = item_take(d, &request);
    struct item *item = item_of(d, d->stall_in_hand);
    item->stalled = 1;
    item->number = PRISIM_DRIVER_STALL_ITEM | (uint32_t)d->events_taken;
    emit_take(e, item);
    if (found_is_kept(e->config))
        found_at_take(e, d->stall_in_hand);
    return true;
}

/* S1 */
static void handed_over(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    const uint16_t index = d->stall_in_hand;
    const struct item *item = &d->item[index];
    if (found_is_kept(e->config))
        found_at_enqueue(e, index);
    EMIT(driver_enqueue, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index);
    item_enqueue(d, index);
    object_made(e, PRISIM_DRIVER_OBJECT_GROUP, item->number, d->work_enqueued);
    d->stall_in_hand = ITEM_NONE;
    if (d->waiters[WAIT_HANDED])
        waiters_of_handed(e);
}

bool driver_iommu_report_device_fault(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_ENQUEUE);
    STEP(e->config->price.compute);
    handed_over(e);
    END;
}

/* SMMU-RESUME-1: it is translated again, or ends with an abort; never as if it had been done. */
void stall_resume_command(struct task *t, const struct item *item, bool retry)
{
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_RESUME, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(retry, PRISIM_CMD_RESUME_AC) | prisim_bits_put(!retry, PRISIM_CMD_RESUME_AB) |
                    prisim_bits_put(item->stream_id, PRISIM_CMD_SID);
    t->command[1] = prisim_bits_put(item->prg_index, PRISIM_CMD1_RESUME_STAG);
}
