/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of what a space has that is bound nowhere any more (teardown; a kernel: exit_mmap, free_pgtables): all
 * descriptors are cleared, and pages and tables go back to the allocator. Nothing is invalidated here: the unbind of
 * the last binding has done so, or should have.
 */
#include "driver/access.h"
#include "driver/memory/memory.h"
#include "driver/step.h"

/* A worker has found the space and is not done with the page: a kernel's handler holds the mm. */
static bool is_held(const struct edge *e, const struct task *t)
{
    for (uint32_t left = e->driver->busy_workers; left; left &= left - 1)
        if (e->driver->task[__builtin_ctz(left)].work.space == t->page_space + 1u)
            return true;
    return false;
}

/* UNBIND-P10: of a dead process, that stay bound and lead nowhere. */
static uint32_t quiet_bindings(const struct edge *e, const struct task *t)
{
    uint32_t quiet = 0;
    if (t->call.stimulus.what != PRISIM_DRIVER_MM_EXIT || !t->call.leaves_bound)
        return 0;
    for (uint32_t function = 0; function < e->config->functions; function++)
        for (uint32_t pasid = 0; pasid >> e->config->pasid_bits == 0; pasid++) {
            const struct pasid *entry = pasid_seen(e, function, pasid);
            quiet += entry->state == (uint8_t)PASID_BOUND && !entry->in_lookup && entry->space == t->page_space;
        }
    return quiet;
}

static bool is_bound(const struct edge *e, const struct task *t)
{
    const struct space *space = &e->driver->space[t->page_space];
    return space->bindings != quiet_bindings(e, t) || !space->root || space->populated == SPACE_ENDING;
}

/* The pages of a leaf table, if it is one, and the descriptor that leads to it. */
static bool clear_table(struct edge *e, struct task *t, uint16_t *pc)
{
    uint64_t end = 0;
    BEGIN;
    page_table_at(e, t, &end);
    while (end && page_table_next(e, t, end)) {
        STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
        if (page_table_clear(e, t, &t->call.frames)) /* else unmap was faster */
            ANSWER();
        page_table_at(e, t, &end);
    }
    STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
    page_table_unlink(e, t);
    ANSWER();
    END;
}

static bool clear_all(struct edge *e, struct task *t, uint16_t *pc)
{
    uint64_t end = 0;
    BEGIN;
    t->call.frames = 0;
    for (t->call.offset = 0; t->call.offset >> e->driver->places.tables_log2 == 0; t->call.offset++)
        if (page_table_at(e, t, &end))
            CALL(clear_table);
    END;
}

/* Of t->page_space, unless it is bound. */
bool driver_exit_mmap(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    while (!is_bound(e, t) && is_held(e, t))
        SLEEP(e->config->price.poll_interval);
    if (is_bound(e, t))
        FINISH;
    space_of(e->driver, t->page_space)->populated = SPACE_ENDING;
    CALL(clear_all);
    CALL(range_free);
    HOLD(PRISIM_EVENT_DRIVER_SPACE_ENDED);
    STEP(e->config->price.compute);
    page_table_end(e, t->page_space);
    EMIT(driver_space_ended, .space = t->page_space + 1u, .call = t->call.stimulus.call);
    space_of(e->driver, t->page_space)->populated = SPACE_EMPTY;
    task_wake(e->driver, WAIT_POPULATED, UINT32_MAX);
    END;
}

/* Behind a bind that was refused: what it has begun to fill is bound nowhere, unless another call has it. */
bool driver_end_refused(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (e->config->teardown != PRISIM_DRIVER_TEARDOWN_LAST_UNBIND)
        FINISH;
    t->page_space = (uint8_t)t->call.stimulus.space;
    CALL(driver_exit_mmap);
    END;
}

/* Behind the unbind of a PASID. */
bool driver_exit_space(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (e->config->teardown != PRISIM_DRIVER_TEARDOWN_LAST_UNBIND || t->call.refused)
        FINISH;
    t->page_space = call_entry(e, t)->space;
    CALL(driver_exit_mmap);
    END;
}
