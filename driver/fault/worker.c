/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers: a group of page requests from the work queue to its one response (S2, S3, R0). Whose the address space is,
 * is looked up here, or was earlier (UNBIND-S-07, found.c).
 */
#include "driver/fault/group.h"
#include "driver/fault/stall.h"
#include "driver/lock.h"
#include "driver/memory/memory.h"
#include "driver/smmu/command_queue.h"
#include "driver/waiters.h"

static const struct item *work_item(const struct prisim_driver *d, const struct task *t)
{
    assert(t->work.item != ITEM_NONE);
    return &d->item[t->work.item];
}

/* S2. What it finds counts at S3 too, even if the PASID is unbound meanwhile. */
static void resolve(struct edge *e, struct task *t)
{
    const struct item *item = work_item(e->driver, t);
    const struct found found = found_is_kept(e->config) ? found_for_worker(e, t) : found_now(e, item);
    t->work.space = found.space;
    if (found.space)
        t->work.binding = found.binding;
    EMIT(driver_resolve, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .space = found.space,
         .binding = found.binding, .cause = found.cause);
}

/* What there is to do for the item: true if the page must be mapped, else t->page_cause is why not. */
static bool wants_page(struct edge *e, struct task *t)
{
    const struct item *item = work_item(e->driver, t);
    unsigned perm = 0;
    t->page_space = t->work.space - 1;
    t->page_address = item->address;
    enum prisim_cause cause = page_table_permit(e->config, t->page_space, item->address, item->access, &perm);
    t->page_perm = (uint8_t)perm;
    t->page_cause = (uint8_t)cause;
    return cause == PRISIM_CAUSE_BOUND;
}

/* UNBIND-P15 */
enum prisim_prg_response_code no_owner_code(enum prisim_driver_no_owner no_owner)
{
    switch (no_owner) {
    case PRISIM_DRIVER_NO_OWNER_FAILURE:
        return PRISIM_PRG_FAILURE;
    case PRISIM_DRIVER_NO_OWNER_SUCCESS:
        return PRISIM_PRG_SUCCESS;
    case PRISIM_DRIVER_NO_OWNER_INVALID:
        break;
    }
    return PRISIM_PRG_INVALID;
}

_Static_assert(PRISIM_PRG_SUCCESS < PRISIM_PRG_INVALID && PRISIM_PRG_INVALID < PRISIM_PRG_FAILURE, "by what is worse");

/* PCIE-GROUP: the answer is that of the worst of its requests. */
static void answer_at_least(struct task *t, enum prisim_prg_response_code code)
{
    if (t->work.response < (uint8_t)code)
        t->work.response = (uint8_t)code;
}

/* By this task, and the store of its descriptor is under way. */
static bool is_mapped(const struct task *t)
{
    return t->page_cause == PRISIM_CAUSE_MAPPED || t->page_cause == PRISIM_CAUSE_COPIED;
}

static bool is_changed(const struct task *t)
{
    return is_mapped(t) || t->page_cause == PRISIM_CAUSE_DIRTIED;
}

/* S3 */
static void paged(struct edge *e, struct task *t)
{
    const struct item *item = work_item(e->driver, t);
    if (t->work.copies && t->page_cause == PRISIM_CAUSE_MAPPED)
        t->page_cause = PRISIM_CAUSE_COPIED;
    t->work.copies = 0;
    assert(t->page_cause != PRISIM_CAUSE_NONE);
    if (e->config->objects)
        object_access(e, t, PRISIM_DRIVER_OBJECT_SPACE, t->page_space + UINT64_C(1),
                      found_of(e->driver, t->work.item)->space_life);
    EMIT(driver_page, .item = item->number, .space = t->page_space + 1, .address = item->address,
         .access = item->access, .writable = is_changed(t) && (t->page_perm & PRISIM_REGION_WRITE),
         .cause = t->page_cause);
    if (!is_changed(t) && t->page_cause != PRISIM_CAUSE_RESIDENT)
        answer_at_least(t, PRISIM_PRG_INVALID);
}

/* UNBIND-S-24: a request is refused for itself, though its group is answered with its Last. */
static bool is_answered_alone(const struct edge *e, const struct task *t)
{
    return e->config->no_owner_per == PRISIM_DRIVER_NO_OWNER_PER_REQUEST && work_item(e->driver, t)->next != ITEM_NONE;
}

/* The answer has the name of the item: when all are served, that is the Last of the group. */
static enum prisim_prg_response_code answer_code(const struct edge *e, const struct task *t)
{
    const bool is_last = work_item(e->driver, t)->next == ITEM_NONE;
    return is_last ? (enum prisim_prg_response_code)t->work.response
                   : no_owner_code((enum prisim_driver_no_owner)e->config->no_owner);
}

static enum prisim_command_pri_resp command_code(enum prisim_prg_response_code code)
{
    switch (code) {
    case PRISIM_PRG_SUCCESS:
        return PRISIM_PRI_RESP_SUCCESS;
    case PRISIM_PRG_FAILURE:
        return PRISIM_PRI_RESP_FAILURE;
    case PRISIM_PRG_INVALID:
        break;
    }
    return PRISIM_PRI_RESP_INVALID;
}

/* SMMU-PRIRESP: one CMD_PRI_RESP for the group, with the PASID of its Last; or the CMD_RESUME of a stalled access. */
void command_pri_resp(struct task *t, const struct item *item, enum prisim_prg_response_code code)
{
    if (item->stalled) {
        stall_resume_command(t, item, code == PRISIM_PRG_SUCCESS);
        return;
    }
    unsigned resp = command_code(code);
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_PRI_RESP, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(item->has_pasid, PRISIM_CMD_SSV) | prisim_bits_put(item->pasid, PRISIM_CMD_SSID) |
                    prisim_bits_put(item->stream_id, PRISIM_CMD_SID);
    t->command[1] =
        prisim_bits_put(item->prg_index, PRISIM_CMD1_PRG_INDEX) | prisim_bits_put(resp, PRISIM_CMD1_PRI_RESP);
}

/* The group, and the handle that its Last had found before it came to the worker. */
static void used_for_answer(struct edge *e, const struct task *t)
{
    const uint16_t last = found_last(e->driver, t->work.item);
    const struct found *found = found_of(e->driver, last);
    if (e->config->resolve_at != PRISIM_DRIVER_RESOLVE_AT_SERVE && found->space)
        object_access(e, t, PRISIM_DRIVER_OBJECT_HANDLE, object_handle_id(e, found->place), found->binding);
    object_access(e, t, PRISIM_DRIVER_OBJECT_GROUP, e->driver->item[last].number, t->work.sequence + 1);
}

/* R0: PROD has passed the response. */
static inline __attribute__((always_inline)) void responded(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    const struct item *item = work_item(d, t);
    assert(t->kind == PRISIM_DRIVER_TASK_WORKER);
    if (e->config->objects)
        used_for_answer(e, t);
    EMIT(driver_respond, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .code = answer_code(e, t),
         .index = command_position(d, t->command_number));
}

/* A part of worker_run: each group is answered so. */
static inline __attribute__((always_inline)) bool driver_arm_smmu_page_response(struct edge *e, struct task *t,
                                                                                uint16_t *pc)
{
    BEGIN;
    command_pri_resp(t, work_item(e->driver, t), answer_code(e, t));
    COMMAND_WITH(false, responded(e, t));
    END;
}

static __attribute__((noinline)) bool answer_alone(struct edge *e, struct task *t, uint16_t *pc)
{
    return driver_arm_smmu_page_response(e, t, pc);
}

/* do_wp_page: while the page is the shared one. */
static bool copy_and_map(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->work.copies = 1;
    CALL(driver_copy_page);
    STEP(e->config->price.store);
    CALL_ROUTINE(ROUTINE_PAGE, page_table_map);
    END;
}

/* What it has of the page is told until its end, as of a copy. */
static bool dirtied(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->work.copies = 1;
    CALL(driver_dirty_page);
    t->page_cause = PRISIM_CAUSE_DIRTIED;
    END;
}

static bool driver_iopf_handle_single(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_RESOLVE);
    LOCK_IF(e->config->lock_resolve);
    STEP(e->config->price.compute);
    resolve(e, t);
    if (e->config->lock_resolve)
        driver_unlock(e, t, e->config->lock_resolve);
    if (t->work.space) {
        HOLD(PRISIM_EVENT_DRIVER_PAGE);
        LOCK_IF(e->config->lock_serve);
        if (fault_service_is_drawn(e->config))
            CALL(driver_drawn_service);
        else
            STEP(e->config->fault_service);
        if (wants_page(e, t))
            CALL_ROUTINE(ROUTINE_PAGE, page_table_map);
        while (t->page_cause == PRISIM_CAUSE_COPIED)
            CALL(copy_and_map);
        if (t->page_cause == PRISIM_CAUSE_DIRTIED)
            CALL(dirtied);
        paged(e, t);
        t->work.space = 0;
        if (is_mapped(t))
            ANSWER();
        if (e->config->lock_serve)
            driver_unlock(e, t, e->config->lock_serve);
    } else {
        answer_at_least(t, no_owner_code((enum prisim_driver_no_owner)e->config->no_owner));
        if (is_answered_alone(e, t)) {
            HOLD(PRISIM_EVENT_DRIVER_RESPOND);
            CALL(answer_alone);
        }
    }
    END;
}

/* Its answer is out: nobody may use it from now on. */
static void group_freed(struct edge *e, const struct task *t)
{
    if (e->config->objects)
        object_freed(e, PRISIM_DRIVER_OBJECT_GROUP, work_item(e->driver, t)->number, t->work.sequence + 1);
}

/* There is a group that may be served now. */
static bool has_work(const struct edge *e)
{
    uint16_t before;
    return e->driver->work_head != ITEM_NONE &&
           (e->config->work_queue != PRISIM_DRIVER_WORK_QUEUE_ORDERED || ordered_next(e->driver, &before) != ITEM_NONE);
}

/* Rule `marker` of UNBIND-STEP, to_worker. */
static bool is_marker(const struct edge *e, uint16_t head)
{
    const struct item *item = &e->driver->item[head];
    return e->config->marker == PRISIM_DRIVER_MARKER_TO_WORKER && prisim_is_stop_marker(item->has_pasid, item->access);
}

/* A Stop Marker counts now. It is a routine, so that what it starts is started at its end (driver.c). */
bool worker_marker(struct edge *e, struct task *t)
{
    const struct item *item = &e->driver->item[t->work.head];
    BEGIN_ROUTINE;
    HOLD(PRISIM_EVENT_DRIVER_MARKER);
    STEP(e->config->price.compute);
    pasid_marker_seen(e, item);
    END;
}

bool worker_run(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_TASK;
    for (;;) {
        while (!has_work(e))
            REST(WAIT_WORK);
        STEP(e->config->price.compute);
        t->work.head = t->work.item = item_next_group(e, &t->work.sequence);
        if (t->work.head == ITEM_NONE)
            continue; /* another worker was faster */
        d->busy_workers |= UINT32_C(1) << t->index;
        t->work.response = PRISIM_PRG_SUCCESS;
        t->work.space = 0;
        t->work.copies = 0;
        t->work.binding = 0;
        if (is_marker(e, t->work.head)) {
            CALL_ROUTINE(ROUTINE_MARKER, worker_marker);
        } else {
            for (;;) {
                CALL(driver_iopf_handle_single);
                if (work_item(d, t)->next == ITEM_NONE)
                    break;
                t->work.item = work_item(d, t)->next;
            }
            /* A task is never held while it has the command queue's lock: the hold stands before it. */
            HOLD(PRISIM_EVENT_DRIVER_RESPOND);
            CALL(driver_arm_smmu_page_response);
            group_freed(e, t);
        }
        item_free_group(e, t->work.head);
        d->busy_workers &= ~(UINT32_C(1) << t->index);
        if (d->waiters[WAIT_FLUSH])
            waiters_of_flush(d);
        if (d->waiters[WAIT_REFERENCE])
            found_answered(e);
    }
    END;
}
