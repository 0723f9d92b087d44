/* SPDX-License-Identifier: Apache-2.0
 *
 * Bind: from a free PASID to one that the function may use (U7). The space's tables first, then the context descriptor,
 * then the look-up of faults, and only then the function.
 */
#include "driver/access.h"
#include "driver/memory/memory.h"
#include "driver/smmu/command_queue.h"
#include "driver/unbind/unbind.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

static enum prisim_cause refusal(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_stimulus *s = &t->call.stimulus;
    if (s->function >= e->config->functions || s->pasid >> e->config->pasid_bits || s->space >= e->config->spaces)
        return PRISIM_CAUSE_REFUSED;
    if (pasid_is_reserved(e, s->pasid))
        return PRISIM_CAUSE_RESERVED;
    if (e->driver->function[s->function].state != FUNCTION_UP)
        return function_is_isolated(e, s->function) ? PRISIM_CAUSE_FUNCTION_ISOLATED : PRISIM_CAUSE_FUNCTION_DOWN;
    switch ((enum pasid_state)call_entry(e, t)->state) {
    case PASID_FREE:
        return PRISIM_CAUSE_NONE;
    case PASID_KEPT:
        return PRISIM_CAUSE_KEPT;
    case PASID_BOUND:
    case PASID_STOPPING:
    case PASID_DRAINING:
    case PASID_STALE:
    case PASID_LEFT:
    case PASID_SWEPT:
        break;
    }
    return PRISIM_CAUSE_STILL_BOUND;
}

static bool is_stale(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_stimulus *s = &t->call.stimulus;
    return s->function < e->config->functions && s->pasid >> e->config->pasid_bits == 0 &&
           pasid_is_left(pasid_seen(e, s->function, s->pasid));
}

static void refuse(struct edge *e, struct task *t, enum prisim_cause cause)
{
    assert(cause != PRISIM_CAUSE_NONE);
    t->call.refused = (uint8_t)cause;
    EMIT_CALL_WITH(driver_refused, .cause = cause);
}

/* The next page that is resident from the first bind on; false when there is no more. */
static bool next_populated(const struct edge *e, struct task *t)
{
    const struct prisim_driver_space *space = &e->config->space[t->call.stimulus.space];
    for (; t->call.region < space->regions; t->call.region++, t->call.offset = 0) {
        const struct prisim_driver_region *region = &space->region[t->call.region];
        if (!region->populated || t->call.offset >= region->size)
            continue;
        t->page_space = (uint8_t)t->call.stimulus.space;
        t->page_address = region->at + t->call.offset;
        t->page_perm = (uint8_t)page_table_perm(region, 0);
        t->call.offset += PAGE_BYTES;
        return true;
    }
    return false;
}

/* The first bind of a space fills it; one that comes meanwhile waits for that. If RAM does not suffice, the space stays
 * unpopulated. */
static bool populate(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    while (d->space[t->call.stimulus.space].populated == SPACE_FILLING)
        WAIT(WAIT_POPULATED);
    if (d->space[t->call.stimulus.space].populated == SPACE_FULL)
        FINISH;
    space_of(d, t->call.stimulus.space)->populated = SPACE_FILLING;
    t->call.region = 0;
    t->call.offset = 0;
    t->page_cause = PRISIM_CAUSE_NONE;
    while (t->page_cause != PRISIM_CAUSE_NO_MEMORY && next_populated(e, t)) {
        STEP(e->config->price.store);
        CALL_ROUTINE(ROUTINE_PAGE, page_table_map);
        if (t->page_cause == PRISIM_CAUSE_MAPPED)
            ANSWER();
    }
    space_of(d, t->call.stimulus.space)->populated = t->page_cause == PRISIM_CAUSE_NO_MEMORY ? SPACE_EMPTY : SPACE_FULL;
    task_wake(d, WAIT_POPULATED, UINT32_MAX);
    END;
}

static bool is_ending(const struct edge *e, const struct task *t)
{
    return e->driver->space[t->call.stimulus.space].populated == SPACE_ENDING;
}

/* The space's root table, its ASID, and what it has from the first bind on; t->call.refused: why not. While a frame is
 * cleared for the root table, another bind may make one, and the space may end behind that. */
static bool prepare_space(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    do {
        while (is_ending(e, t))
            WAIT(WAIT_POPULATED);
        t->page_space = (uint8_t)t->call.stimulus.space;
        CALL(page_table_root);
        if (t->page_cause != PRISIM_CAUSE_NONE) {
            t->call.refused = (uint8_t)t->page_cause;
            FINISH;
        }
    } while (is_ending(e, t));
    if (!asid_take(e, t->call.stimulus.space)) {
        t->call.refused = PRISIM_CAUSE_NO_ASID;
        FINISH;
    }
    CALL(populate);
    if (e->driver->space[t->call.stimulus.space].populated == SPACE_EMPTY) {
        driver_arm_smmu_free_asid(e, t->call.stimulus.space);
        t->call.refused = PRISIM_CAUSE_NO_MEMORY;
    }
    END;
}

enum { MAIR_WRITE_BACK = 0xff };

/* CD 0 may have none: nothing is mapped there, and no table is walked. */
static bool has_space(const struct edge *e, const struct task *t)
{
    return t->call.stimulus.space < e->config->spaces;
}

/* SMMU-CD: 48 bits, 4 KB granule, TTB1 unused, faults recorded and aborted, or stalled (SMMU-EVENT-8); V is in word 0.
 */
uint64_t driver_cd_word0(const struct edge *e, uint32_t function, uint32_t space)
{
    const bool has_space = space < e->config->spaces;
    uint64_t asid = has_space ? e->driver->space[space].asid : 0;
    return prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(0, PRISIM_CD0_TG0) |
           prisim_bits_put(1, PRISIM_CD0_IR0) | prisim_bits_put(1, PRISIM_CD0_OR0) |
           prisim_bits_put(3, PRISIM_CD0_SH0) | prisim_bits_put(1, PRISIM_CD0_EPD1) | prisim_bits_put(1, PRISIM_CD0_V) |
           prisim_bits_put(e->driver->ips, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_AA64) |
           prisim_bits_put(1, PRISIM_CD0_R) | prisim_bits_put(1, PRISIM_CD0_A) |
           prisim_bits_put(e->driver->stalls && function_stalls(e, function), PRISIM_CD0_S) |
           prisim_bits_put(!has_space, PRISIM_CD0_EPD0) | prisim_bits_put(asid, PRISIM_CD0_ASID);
}

static uint64_t cd_word1(const struct edge *e, const struct task *t)
{
    return has_space(e, t) ? e->driver->space[t->call.stimulus.space].root & PRISIM_CD1_TTB0 : 0;
}

static uint64_t cd_address(const struct edge *e, const struct task *t)
{
    return function_cd_address(e, t->call.stimulus.function, t->call.stimulus.pasid);
}

/* SMMU-CFGI: what the SMMU keeps of the descriptor, and what it has read of it so far, is used no more. */
static bool driver_arm_smmu_sync_cd(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    command_cfgi_cd(t, call_stream_id(e, t), t->call.stimulus.pasid);
    COMMAND();
    CALL(command_sync_behind);
    END;
}

/* SMMU-FETCH-2: V is 0, so that no other word matters; they are written, and when nobody has an older one any
 * more V is set; and when nobody has it from before that, the descriptor is valid for all. Naive is one of the two
 * steps less: whoever reads a word before it is written and V behind that has half of an earlier life. Without the
 * second step what was read while V was 0 is used. */
bool driver_arm_smmu_write_ctx_desc(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STORE(cd_address(e, t) + 8, cd_word1(e, t));
    ANSWER();
    STORE(cd_address(e, t) + 24, MAIR_WRITE_BACK);
    ANSWER();
    if (e->config->bind_cfgi && e->config->structure_update == PRISIM_DRIVER_STRUCTURE_AS_ARM)
        CALL(driver_arm_smmu_sync_cd);
    STORE(cd_address(e, t), driver_cd_word0(e, t->call.stimulus.function, t->call.stimulus.space));
    ANSWER();
    if (e->config->bind_cfgi)
        CALL(driver_arm_smmu_sync_cd);
    END;
}

/* U7: from now on faults find the space. Whoever left the step leave_lookup out of unbind has the old one found until
 * now. */
static void publish(struct edge *e, struct task *t)
{
    struct pasid *pasid = call_entry(e, t);
    assert(pasid->state == (uint8_t)PASID_FREE);
    pasid->state = PASID_BOUND;
    pasid->in_lookup = 1;
    pasid->space = (uint8_t)t->call.stimulus.space;
    pasid->binding = ++e->driver->bindings;
    EMIT(driver_bind, .stream_id = call_stream_id(e, t),
         .pasid = pasid_field(!pasid_is_reserved(e, t->call.stimulus.pasid), t->call.stimulus.pasid),
         .call = t->call.stimulus.call, .space = pasid->space + 1u, .binding = pasid->binding);
    object_handle_made(e, pasid_place(e, pasid));
}

/* no_pasid cd0: CD 0 of the function that is brought up, from now on and for ever. It is no call of anybody. */
bool driver_attach_no_pasid(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call = (struct call){.stimulus = {.what = PRISIM_DRIVER_BIND,
                                         .function = t->bring_up.function,
                                         .space = e->config->no_pasid_space - 1}};
    if (has_space(e, t))
        CALL(prepare_space);
    if (t->call.refused) {
        EMIT(driver_refused, .stream_id = call_stream_id(e, t), .pasid = PRISIM_PASID_NONE, .call = 0,
             .cause = t->call.refused);
        t->call.stimulus.space = PRISIM_DRIVER_SPACES_MAX;
    }
    CALL(driver_arm_smmu_write_ctx_desc);
    if (!has_space(e, t))
        FINISH;
    STEP(e->config->price.compute);
    publish(e, t);
    END;
}

bool driver_iommu_sva_bind_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    while (is_stale(e, t)) /* UNBIND-P2: the number is not given before it is free */
        WAIT(WAIT_STALE);
    if (refusal(e, t) != PRISIM_CAUSE_NONE) {
        refuse(e, t, refusal(e, t));
        FINISH;
    }
    if (call_entry(e, t)->used && call_entry(e, t)->free_at + e->config->recycle_delay > e->now)
        SLEEP(call_entry(e, t)->free_at + e->config->recycle_delay - e->now);
    CALL(prepare_space);
    if (t->call.refused) {
        refuse(e, t, (enum prisim_cause)t->call.refused);
        CALL(driver_end_refused);
        FINISH;
    }
    CALL(driver_arm_smmu_write_ctx_desc);
    HOLD(PRISIM_EVENT_DRIVER_BIND);
    STEP(e->config->price.compute);
    publish(e, t);
    HOLD(PRISIM_EVENT_DRIVER_BOUND);
    STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);
    access_bar_write(e, t->call.stimulus.function, t->call.stimulus.pasid, PRISIM_ENDPOINT_PASID_RUN);
    EMIT_CALL_WITH(driver_bound, .binding = call_entry(e, t)->binding);
    END;
}
