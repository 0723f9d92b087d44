/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers: a group of page requests from the work queue to its one response (S2, S3, R0). Whose the address space is,
 * is looked up here and not earlier (UNBIND-S-07).
 */
#include "driver/step.h"

static const struct item *work_item(const struct prisim_driver *d, const struct task *t)
{
    assert(t->work.item != ITEM_NONE);
    return &d->item[t->work.item];
}

/* S2. What it finds counts at S3 too, even if the PASID is unbound meanwhile. */
static void resolve(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    const struct item *item = work_item(d, t);
    const struct pasid *pasid = pasid_find(e, item->stream_id, item->has_pasid, item->pasid);
    bool found = pasid && pasid->in_lookup && !item_is_older(e, pasid, item);
    enum prisim_cause cause = found                                              ? PRISIM_CAUSE_BOUND
                              : pasid && pasid->state == (uint8_t)PASID_DRAINING ? PRISIM_CAUSE_DRAINING
                                                                                 : PRISIM_CAUSE_NOT_BOUND;
    t->work.space = found ? pasid->space + 1 : 0;
    t->work.found |= found;
    EMIT(driver_resolve, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .space = t->work.space,
         .binding = found ? pasid->binding : 0, .cause = cause);
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

/* S3 */
static void paged(struct edge *e, struct task *t)
{
    const struct item *item = work_item(e->driver, t);
    assert(t->page_cause != PRISIM_CAUSE_NONE);
    EMIT(driver_page, .item = item->number, .space = t->page_space + 1, .address = item->address,
         .access = item->access,
         .writable = t->page_cause == PRISIM_CAUSE_MAPPED && (t->page_perm & PRISIM_REGION_WRITE),
         .cause = t->page_cause);
    if (t->page_cause != PRISIM_CAUSE_MAPPED && t->page_cause != PRISIM_CAUSE_RESIDENT)
        t->work.response = PRISIM_PRG_INVALID;
}

static bool driver_iopf_handle_single(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_RESOLVE);
    STEP(e->config->price.compute);
    resolve(e, t);
    if (t->work.space) {
        HOLD(PRISIM_EVENT_DRIVER_PAGE);
        STEP(e->config->fault_service);
        if (wants_page(e, t))
            CALL_ROUTINE(ROUTINE_PAGE, page_table_map);
        paged(e, t);
        t->work.space = 0;
        if (t->page_cause == PRISIM_CAUSE_MAPPED)
            ANSWER();
    } else {
        t->work.response = PRISIM_PRG_INVALID;
    }
    END;
}

/* SMMU-PRIRESP: one CMD_PRI_RESP for the group, with the PASID of its requests. */
static void response_command(struct prisim_driver *d, struct task *t)
{
    const struct item *item = &d->item[t->work.head];
    unsigned resp = t->work.response == PRISIM_PRG_SUCCESS ? PRISIM_PRI_RESP_SUCCESS : PRISIM_PRI_RESP_INVALID;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_PRI_RESP, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(item->has_pasid, PRISIM_CMD_SSV) | prisim_bits_put(item->pasid, PRISIM_CMD_SSID) |
                    prisim_bits_put(item->stream_id, PRISIM_CMD_SID);
    t->command[1] =
        prisim_bits_put(item->prg_index, PRISIM_CMD1_PRG_INDEX) | prisim_bits_put(resp, PRISIM_CMD1_PRI_RESP);
}

/* R0: PROD has passed the response. */
static void responded(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    const struct item *item = &d->item[t->work.head];
    assert(t->kind == PRISIM_DRIVER_TASK_WORKER);
    while (item->next != ITEM_NONE)
        item = &d->item[item->next];
    EMIT(driver_respond, .item = item->number, .stream_id = item->stream_id,
         .pasid = pasid_field(item->has_pasid, item->pasid), .prgi = item->prg_index, .code = t->work.response,
         .index = command_position(d, t->command_number));
}

static bool driver_arm_smmu_page_response(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    response_command(e->driver, t);
    CALL_ROUTINE(ROUTINE_COMMAND, driver_arm_smmu_cmdq_issue_cmdlist);
    responded(e, t);
    CALL(command_release);
    command_forget(t);
    END;
}

bool worker_run(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_TASK;
    for (;;) {
        while (d->work_head == ITEM_NONE)
            REST(WAIT_WORK);
        STEP(e->config->price.compute);
        t->work.head = t->work.item = item_next_group(d, &t->work.sequence);
        if (t->work.head == ITEM_NONE)
            continue; /* another worker was faster */
        d->busy_workers |= UINT32_C(1) << t->index;
        t->work.response = PRISIM_PRG_SUCCESS;
        t->work.space = 0;
        t->work.found = 0;
        while (t->work.item != ITEM_NONE) {
            CALL(driver_iopf_handle_single);
            t->work.item = work_item(d, t)->next;
        }
        /* A task is never held while it has the command queue's lock: the hold stands before it. */
        HOLD(PRISIM_EVENT_DRIVER_RESPOND);
        CALL(driver_arm_smmu_page_response);
        item_free_group(d, t->work.head);
        d->busy_workers &= ~(UINT32_C(1) << t->index);
        if (d->waiters[WAIT_FLUSH])
            waiters_of_flush(d);
        if (d->waiters[WAIT_REFERENCES])
            waiters_of_references(e);
    }
    END;
}
