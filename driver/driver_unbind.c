/* SPDX-License-Identifier: Apache-2.0
 *
 * Unbind: stop the function (U0, U1), then take the PASID away (U2..U6); the invalidation is in driver_invalidate.c.
 * What is waited for between that and the reuse is the policy: nothing (unbind P0), a drain (P5), or the Stop Marker
 * (P3).
 */
#include "driver/driver_access.h"
#include "driver/driver_task.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

static enum cause refusal(const struct edge *e, const struct task *t)
{
    const struct driver_stimulus *s = &t->call.stimulus;
    if (s->function >= e->config->functions || s->pasid >> e->config->pasid_bits || s->policy >= DRIVER_POLICIES)
        return CAUSE_REFUSED;
    switch ((enum pasid_state)call_entry(e, t)->state) {
    case PASID_BOUND:
        return CAUSE_NONE;
    case PASID_KEPT:
        return CAUSE_KEPT;
    case PASID_FREE:
    case PASID_STOPPING:
    case PASID_DRAINING:
        break;
    }
    return CAUSE_NOT_BOUND;
}

static bool refuse(struct edge *e, struct task *t)
{
    enum cause cause = refusal(e, t);
    t->call.refused = (uint8_t)cause;
    if (cause != CAUSE_NONE)
        EMIT_CALL_WITH(driver_refused, .cause = cause);
    return cause != CAUSE_NONE;
}

/* U0, and polling until the function says that it has stopped. The completion comes behind what the function had posted
 * before (design 5). A function that does not answer is not there any more. */
static bool stop_function(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(EVENT_DRIVER_STOP);
    STEP_TO_PORT(e->config->price.mmio_write, DRIVER_TX_HOST);
    access_bar_write(e, t->call.stimulus.function, t->call.stimulus.pasid, ENDPOINT_PASID_STOP);
    t->call.markers = ++call_entry(e, t)->stops;
    EMIT_CALL(driver_stop);
    for (;;) {
        STEP_TO_PORT(e->config->price.mmio_read, DRIVER_TX_HOST);
        access_bar_read(e, t, t->call.stimulus.function, t->call.stimulus.pasid);
        ANSWER();
        if (t->status != TLP_SC || (uint32_t)t->answer[0] == ENDPOINT_PASID_IDLE)
            break;
        SLEEP(e->config->price.poll_interval);
    }
    HOLD(EVENT_DRIVER_STOP_SEEN);
    STEP(e->config->price.compute);
    EMIT_CALL(driver_stop_seen);
    END;
}

static bool leave_lookup(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(EVENT_DRIVER_LEFT_LOOKUP);
    STEP(e->config->price.compute);
    call_entry(e, t)->in_lookup = 0;
    EMIT_CALL(driver_left_lookup);
    END;
}

static bool flush_workers(struct edge *e, struct task *t, uint16_t *pc)
{
    const struct driver *d = e->driver;
    BEGIN;
    STEP(e->config->price.compute);
    t->call.upto = d->work_enqueued;
    while (!workers_are_flushed(d, t->call.upto))
        WAIT(WAIT_FLUSH);
    END;
}

/* A part of a group that is still parked when everything of the PASID was handed over waits for a Last that was lost:
 * it must not join a group of the next owner (unbind S-22). */
static bool discard_parts(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (!item_is_parked(e->driver, call_stream_id(e, t), t->call.stimulus.pasid))
        FINISH;
    HOLD(EVENT_DRIVER_DISCARD);
    STEP(e->config->price.compute);
    item_discard(e, false, call_stream_id(e, t), t->call.stimulus.pasid, CAUSE_DRAINED);
    END;
}

/* Unbind P5. The snapshot counts from what was taken when it was asked for: nothing that is in the queue at the read is
 * further from there than the queue is long. Handed over, not merely removed: unbind S-03. */
static bool drain(struct edge *e, struct task *t, uint16_t *pc)
{
    struct driver *d = e->driver;
    BEGIN;
    HOLD(EVENT_DRIVER_SNAPSHOT);
    READ_REGISTER(SMMU_PRIQ_PROD);
    t->call.upto = d->taken;
    ANSWER();
    EMIT_CALL_WITH(driver_snapshot, .prod = (uint32_t)t->answer[0]);
    t->call.upto += (t->answer[0] - t->call.upto) & bits_mask(d->priq_log2 + 1);
    if (d->handed < t->call.upto) {
        /* unbind S-52: no interrupt may be on its way for what is in the queue */
        STEP(e->config->price.compute);
        waiters_kick_pri_thread(d);
        while (d->handed < t->call.upto)
            WAIT(WAIT_HANDED);
    }
    CALL(discard_parts);
    CALL(flush_workers); /* after the queue, not before: unbind S-06 */
    END;
}

/* Unbind P3. Each U0 may bring one Stop Marker, and markers of a PASID come in the order of its lives: the marker of
 * this life is the one that makes as many as there were stops (unbind S-16). If one was lost, the count falls short and
 * the wait ends by its timeout: late, but never early. A marker that did not come by the timeout and the drain after it
 * counts as lost, so that the next life's wait works again. */
static bool await_marker(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.deadline = e->config->marker_timeout ? e->now + e->config->marker_timeout : CYCLE_NEVER;
    while (call_entry(e, t)->markers < t->call.markers && e->now < t->call.deadline) {
        task_wait_until(e, t, WAIT_MARKER, t->call.deadline);
        RETURN_HERE;
    }
    if (call_entry(e, t)->markers < t->call.markers) {
        t->call.cause = CAUSE_MARKER_TIMEOUT;
        FINISH;
    }
    t->call.cause = CAUSE_MARKER_SEEN;
    CALL(discard_parts);
    CALL(flush_workers); /* older requests may still be with a worker: unbind 2.3 note 1 */
    END;
}

static bool await_policy(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.cause = CAUSE_POLICY_NONE;
    if (t->call.stimulus.policy == DRIVER_UNBIND_STOP_MARKER)
        CALL(await_marker);
    if (t->call.stimulus.policy == DRIVER_UNBIND_DRAIN)
        t->call.cause = CAUSE_DRAINED;
    if (t->call.cause == CAUSE_DRAINED || t->call.cause == CAUSE_MARKER_TIMEOUT)
        CALL(drain);
    if (t->call.cause == CAUSE_MARKER_TIMEOUT)
        call_entry(e, t)->markers = call_entry(e, t)->stops;
    END;
}

bool unbind_run(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (refuse(e, t))
        FINISH;
    CALL(stop_function);
    HOLD(EVENT_DRIVER_UNBIND);
    STEP(e->config->price.compute);
    call_entry(e, t)->state = PASID_STOPPING;
    EMIT_CALL_WITH(driver_unbind, .policy = t->call.stimulus.policy);
    CALL(invalidate);
    if (call_entry(e, t)->state == (uint8_t)PASID_KEPT) {
        CALL(leave_lookup);
        t->call.refused = CAUSE_KEPT;
        FINISH;
    }
    if (e->config->draining_answer == DRIVER_DRAINING_INVALID)
        CALL(leave_lookup);
    CALL(await_policy);
    HOLD(EVENT_DRIVER_DRAINED);
    STEP(e->config->price.compute);
    EMIT_CALL_WITH(driver_drained, .cause = t->call.cause);
    if (e->config->draining_answer == DRIVER_DRAINING_SERVE)
        CALL(leave_lookup);
    HOLD(EVENT_DRIVER_FREE);
    STEP(e->config->price.compute);
    call_entry(e, t)->state = PASID_FREE;
    call_entry(e, t)->used = 1;
    call_entry(e, t)->free_at = e->now;
    EMIT_CALL(driver_free);
    asid_give_back(e, call_entry(e, t)->space);
    END;
}
