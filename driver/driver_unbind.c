/* SPDX-License-Identifier: Apache-2.0
 *
 * Unbind: stop the function (U0, U1), then take the PASID away (U2..U6). What is waited for between the invalidation
 * and the reuse is the policy: nothing (unbind P0), a drain (P5), or the Stop Marker (P3).
 */
#include "driver/driver_access.h"
#include "driver/driver_state.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

static struct pasid *entry(const struct edge *e, const struct task *t)
{
    return pasid_entry(e, t->call.stimulus.function, t->call.stimulus.pasid);
}

static uint32_t stream_id(const struct edge *e, const struct task *t)
{
    return e->config->function[t->call.stimulus.function].requester_id;
}

/* An event of this unbind; the fields that not all of them have. */
#define CALL_FIELDS              .stream_id = stream_id(e, t), .pasid = t->call.stimulus.pasid, .call = t->call.stimulus.call
#define EMIT_CALL(tag)           EMIT(tag, CALL_FIELDS)
#define EMIT_CALL_WITH(tag, ...) EMIT(tag, CALL_FIELDS, __VA_ARGS__)

static enum cause refusal(const struct edge *e, const struct task *t)
{
    const struct driver_stimulus *s = &t->call.stimulus;
    if (s->function >= e->config->functions || s->pasid >> e->config->pasid_bits || s->policy >= DRIVER_POLICIES)
        return CAUSE_REFUSED;
    return entry(e, t)->state == (uint8_t)PASID_BOUND ? CAUSE_NONE : CAUSE_NOT_BOUND;
}

static bool refuse(struct edge *e, struct task *t)
{
    enum cause cause = refusal(e, t);
    uint32_t f = t->call.stimulus.function;
    t->call.refused = (uint8_t)cause;
    if (cause != CAUSE_NONE)
        EMIT(driver_refused, .stream_id = f < e->config->functions ? e->config->function[f].requester_id : 0,
             .pasid = t->call.stimulus.pasid, .call = t->call.stimulus.call, .cause = cause);
    return cause != CAUSE_NONE;
}

/* U0, and polling until the function says that it has stopped. The completion comes behind what the function had posted
 * before (design 5). A function that does not answer is not there any more. */
static bool stop_function(struct edge *e, struct task *t)
{
    BEGIN(2);
    HOLD(EVENT_DRIVER_STOP);
    STEP_TO_PORT(e->config->price.mmio_write, DRIVER_TX_HOST);
    access_bar_write(e, t->call.stimulus.function, t->call.stimulus.pasid, ENDPOINT_PASID_STOP);
    t->call.markers = ++entry(e, t)->stops;
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

/* U3, U4 in the order of smmuv3 2.6: descriptor, TLB, SYNC, ATC, SYNC. */
static bool invalidate(struct edge *e, struct task *t)
{
    BEGIN(2);
    HOLD(EVENT_DRIVER_CLEAR);
    STORE(function_cd_address(e, t->call.stimulus.function, t->call.stimulus.pasid), 0);
    EMIT_CALL(driver_clear);
    ANSWER();
    command_cfgi_cd(t, stream_id(e, t), t->call.stimulus.pasid);
    CALL_DIRECT(ROUTINE_COMMAND, command_issue(e, t));
    t->command[0] = bits_put(CMDQ_OP_TLBI_NH_ASID, CMD_OPCODE) | bits_put(entry(e, t)->space + 1u, CMD_TLBI_ASID);
    t->command[1] = 0;
    CALL_DIRECT(ROUTINE_COMMAND, command_issue(e, t));
    CALL(command_sync(e, t));
    t->command[0] = bits_put(CMDQ_OP_ATC_INV, CMD_OPCODE) | bits_put(1, CMD_SSV) |
                    bits_put(t->call.stimulus.pasid, CMD_SSID) | bits_put(stream_id(e, t), CMD_SID);
    t->command[1] = bits_put(52, CMD1_ATC_SIZE);
    CALL_DIRECT(ROUTINE_COMMAND, command_issue(e, t));
    CALL(command_sync(e, t));
    HOLD(EVENT_DRIVER_INVALIDATED);
    STEP(e->config->price.compute);
    EMIT_CALL(driver_invalidated);
    END;
}

static bool leave_lookup(struct edge *e, struct task *t)
{
    BEGIN(2);
    HOLD(EVENT_DRIVER_LEFT_LOOKUP);
    STEP(e->config->price.compute);
    entry(e, t)->in_lookup = 0;
    EMIT_CALL(driver_left_lookup);
    END;
}

static bool flush_workers(struct edge *e, struct task *t)
{
    const struct driver *d = e->driver;
    BEGIN(3);
    STEP(e->config->price.compute);
    t->call.upto = d->work_enqueued;
    while (!worker_is_flushed(d, t->call.upto))
        WAIT(WAIT_FLUSH);
    END;
}

/* A part of a group that is still parked when everything of the PASID was handed over waits for a Last that was lost:
 * it must not join a group of the next owner (unbind S-22). */
static bool discard_parts(struct edge *e, struct task *t)
{
    BEGIN(3);
    if (!item_is_parked(e->driver, stream_id(e, t), t->call.stimulus.pasid))
        FINISH;
    HOLD(EVENT_DRIVER_DISCARD);
    STEP(e->config->price.compute);
    item_discard(e, false, stream_id(e, t), t->call.stimulus.pasid, CAUSE_DRAINED);
    END;
}

/* Unbind P5. The snapshot counts from what was taken when it was asked for: nothing that is in the queue at the read is
 * further from there than the queue is long. Handed over, not merely removed: unbind S-03. */
static bool drain(struct edge *e, struct task *t)
{
    struct driver *d = e->driver;
    BEGIN(2);
    HOLD(EVENT_DRIVER_SNAPSHOT);
    READ_REGISTER(SMMU_PRIQ_PROD);
    t->call.upto = d->taken;
    ANSWER();
    EMIT_CALL_WITH(driver_snapshot, .prod = (uint32_t)t->answer[0]);
    t->call.upto += (t->answer[0] - t->call.upto) & bits_mask(d->priq_log2 + 1);
    if (d->handed < t->call.upto) {
        /* unbind S-52: no interrupt may be on its way for what is in the queue */
        STEP(e->config->price.compute);
        pri_thread_kick(d);
        while (d->handed < t->call.upto)
            WAIT(WAIT_HANDED);
    }
    CALL(discard_parts(e, t));
    CALL(flush_workers(e, t)); /* after the queue, not before: unbind S-06 */
    END;
}

/* Unbind P3. Each U0 may bring one Stop Marker, and markers of a PASID come in the order of its lives: the marker of
 * this life is the one that makes as many as there were stops (unbind S-16). If one was lost, the count falls short and
 * the wait ends by its timeout: late, but never early. A marker that did not come by the timeout and the drain after it
 * counts as lost, so that the next life's wait works again. */
static bool await_marker(struct edge *e, struct task *t)
{
    BEGIN(2);
    t->call.deadline = e->config->marker_timeout ? e->now + e->config->marker_timeout : CYCLE_NEVER;
    while (entry(e, t)->markers < t->call.markers && e->now < t->call.deadline) {
        task_wait_until(e, t, WAIT_MARKER, t->call.deadline);
        RETURN_HERE;
    }
    if (entry(e, t)->markers < t->call.markers) {
        t->call.cause = CAUSE_MARKER_TIMEOUT;
        FINISH;
    }
    t->call.cause = CAUSE_MARKER_SEEN;
    CALL(discard_parts(e, t));
    CALL(flush_workers(e, t)); /* older requests may still be with a worker: unbind 2.3 note 1 */
    END;
}

static bool await_policy(struct edge *e, struct task *t)
{
    BEGIN(4);
    t->call.cause = CAUSE_POLICY_NONE;
    if (t->call.stimulus.policy == DRIVER_UNBIND_STOP_MARKER)
        CALL(await_marker(e, t));
    if (t->call.stimulus.policy == DRIVER_UNBIND_DRAIN)
        t->call.cause = CAUSE_DRAINED;
    if (t->call.cause == CAUSE_DRAINED || t->call.cause == CAUSE_MARKER_TIMEOUT)
        CALL(drain(e, t));
    if (t->call.cause == CAUSE_MARKER_TIMEOUT)
        entry(e, t)->markers = entry(e, t)->stops;
    END;
}

bool unbind_run(struct edge *e, struct task *t)
{
    BEGIN(1);
    STEP(e->config->price.compute);
    if (refuse(e, t))
        FINISH;
    CALL(stop_function(e, t));
    HOLD(EVENT_DRIVER_UNBIND);
    STEP(e->config->price.compute);
    entry(e, t)->state = PASID_STOPPING;
    EMIT_CALL_WITH(driver_unbind, .policy = t->call.stimulus.policy);
    CALL(invalidate(e, t));
    entry(e, t)->state = PASID_DRAINING;
    if (e->config->draining_answer == DRIVER_DRAINING_INVALID)
        CALL(leave_lookup(e, t));
    CALL(await_policy(e, t));
    HOLD(EVENT_DRIVER_DRAINED);
    STEP(e->config->price.compute);
    EMIT_CALL_WITH(driver_drained, .cause = t->call.cause);
    if (e->config->draining_answer == DRIVER_DRAINING_SERVE)
        CALL(leave_lookup(e, t));
    HOLD(EVENT_DRIVER_FREE);
    STEP(e->config->price.compute);
    entry(e, t)->state = PASID_FREE;
    entry(e, t)->used = 1;
    entry(e, t)->free_at = e->now;
    EMIT_CALL(driver_free);
    END;
}

/* A Stop Marker was handed over. More than there were stops are not believed. */
void unbind_marker_seen(struct edge *e, uint32_t marker_stream_id, uint32_t marker_pasid)
{
    struct driver *d = e->driver;
    struct pasid *pasid = pasid_find(e, marker_stream_id, true, marker_pasid);
    if (!pasid || pasid->markers == pasid->stops)
        return;
    pasid->markers++;
    for (uint32_t left = d->waiters[WAIT_MARKER]; left; left &= left - 1) {
        const struct task *t = &d->task[__builtin_ctz(left)];
        if (entry(e, t) == pasid && pasid->markers >= t->call.markers)
            task_wake(d, WAIT_MARKER, UINT32_C(1) << t->index);
    }
}

void unbind_handed_over(struct driver *d)
{
    for (uint32_t left = d->waiters[WAIT_HANDED]; left; left &= left - 1) {
        const struct task *t = &d->task[__builtin_ctz(left)];
        if (d->handed >= t->call.upto)
            task_wake(d, WAIT_HANDED, UINT32_C(1) << t->index);
    }
}

void unbind_group_finished(struct driver *d)
{
    for (uint32_t left = d->waiters[WAIT_FLUSH]; left; left &= left - 1) {
        const struct task *t = &d->task[__builtin_ctz(left)];
        if (worker_is_flushed(d, t->call.upto))
            task_wake(d, WAIT_FLUSH, UINT32_C(1) << t->index);
    }
}
