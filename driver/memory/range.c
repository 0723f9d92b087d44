/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows when descriptors of pages were cleared: the TLBs and the ATCs of everybody who may have read them, each
 * as a step of its own, and the frames on their way back. In which order is said by unmap.c and copy.c. The range is a
 * caller's, or the one page of a worker; the space is t->page_space.
 */
#include "driver/memory/memory.h"
#include "driver/smmu/command_queue.h"

static uint64_t range_first(const struct task *t)
{
    return t->kind == PRISIM_DRIVER_TASK_CALLER ? t->call.stimulus.address
                                                : t->page_address & ~(uint64_t)(PAGE_BYTES - 1);
}

static uint32_t range_pages(const struct task *t)
{
    return t->kind == PRISIM_DRIVER_TASK_CALLER ? t->call.stimulus.pages : 1;
}

/* Whether the commands are waited for. */
static bool waits(const struct task *t)
{
    return t->kind != PRISIM_DRIVER_TASK_CALLER || t->call.stimulus.order != PRISIM_DRIVER_UNMAP_NO_SYNC;
}

/* Puts t->command on the queue. That an ATC_INV was lost is told to nobody. */
static bool range_command(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    COMMAND_WITH(command_is_batch(e) && waits(t), (void)0);
    END;
}

static uint16_t asid_of(const struct edge *e, const struct task *t)
{
    return e->driver->space[t->page_space].asid;
}

static bool by_asid(const struct edge *e, const struct task *t)
{
    return range_pages(t) > e->config->unmap_tlbi_pages;
}

/* SMMU-TLBI: of a leaf alone; 0 for level and granule say nothing. */
static void tlbi_command(const struct edge *e, struct task *t, uint32_t page)
{
    const uint64_t address = range_first(t) + (uint64_t)page * PAGE_BYTES;
    t->command[0] =
        prisim_bits_put(by_asid(e, t) ? PRISIM_CMDQ_OP_TLBI_NH_ASID : PRISIM_CMDQ_OP_TLBI_NH_VA, PRISIM_CMD_OPCODE) |
        prisim_bits_put(asid_of(e, t), PRISIM_CMD_TLBI_ASID);
    t->command[1] = by_asid(e, t) ? 0 : prisim_bits_put(1, PRISIM_CMD1_LEAF) | (address & PRISIM_CMD1_ADDRESS);
}

/* A space without an ASID is bound nowhere: unbind has invalidated all that there was. */
bool range_tlbi(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.left = 0; asid_of(e, t) && t->bring_up.left < (by_asid(e, t) ? 1 : range_pages(t));
         t->bring_up.left++) {
        tlbi_command(e, t, t->bring_up.left);
        CALL(range_command);
    }
    END;
}

/* Its function may hold translations of the space: from U7 on, until it was invalidated at U4. */
static bool may_hold(const struct edge *e, const struct task *t)
{
    const struct pasid *pasid = pasid_entry(e, t->bring_up.function, t->bring_up.row);
    const bool held = pasid->state == (uint8_t)PASID_BOUND || pasid->state == (uint8_t)PASID_STOPPING ||
                      pasid->state == (uint8_t)PASID_KEPT || pasid->state == (uint8_t)PASID_STALE;
    return held && pasid->space == t->page_space && !function_is_isolated(e, t->bring_up.function) &&
           !function_stalls(e, t->bring_up.function);
}

/* From t->bring_up on, which is the function and the PASID then. */
static bool next_holder(const struct edge *e, struct task *t)
{
    for (; t->bring_up.function < e->config->functions; t->bring_up.function++, t->bring_up.row = 0)
        for (; t->bring_up.row >> e->config->pasid_bits == 0; t->bring_up.row++)
            if (may_hold(e, t))
                return true;
    return false;
}

/* PCIE-ATC-3: the smallest power of two of pages that holds them all, at a multiple of itself. */
static void atc_inv_command(const struct edge *e, struct task *t)
{
    const uint64_t first = range_first(t) / PAGE_BYTES, last = first + range_pages(t) - 1;
    unsigned log2 = 0;
    while (first >> log2 != last >> log2)
        log2++;
    const bool has_pasid = !pasid_is_reserved(e, t->bring_up.row);
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_ATC_INV, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(has_pasid, PRISIM_CMD_SSV) | prisim_bits_put(t->bring_up.row, PRISIM_CMD_SSID) |
                    prisim_bits_put(e->config->function[t->bring_up.function].requester_id, PRISIM_CMD_SID);
    t->command[1] =
        prisim_bits_put(log2, PRISIM_CMD1_ATC_SIZE) | ((first >> log2 << log2) * PAGE_BYTES & PRISIM_CMD1_ADDRESS);
}

/* SMMU-ATCINV: every function and PASID that the space is bound to. */
bool range_atc_inv(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.function = t->bring_up.row = 0; next_holder(e, t); t->bring_up.row++) {
        atc_inv_command(e, t);
        CALL(range_command);
    }
    END;
}

bool range_sync(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (waits(t))
        CALL(command_sync_behind);
    END;
}

/* What was taken out of the tables goes back to the allocator. */
bool range_free(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_FRAME_TAKEN);
    STEP(e->config->price.compute);
    while (t->call.frames) {
        const uint32_t frame = t->call.frames;
        t->call.frames = frame_of(e->driver, frame)->next;
        frame_free(e, frame, t->page_space + 1u, false);
    }
    END;
}
