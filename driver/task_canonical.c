/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a task: where it is, and what it still needs of what it keeps. That is known by its place: the
 * routine it is in, the step of its policy, what it waits for. A task without a place (pc[0] is 0) needs nothing.
 */
#include "driver/state.h"

#include "driver/unbind/policy.h"

static uint64_t until(uint64_t count, uint64_t now)
{
    return count > now ? count - now : 0;
}

/* Its number, whatever it says itself. */
static unsigned number_of(const struct prisim_driver *d, const struct task *t)
{
    return (unsigned)(t - d->task);
}

static bool waits(const struct prisim_driver *d, const struct task *t, enum wait what)
{
    return d->waiters[what] >> number_of(d, t) & 1;
}

/* How many tasks that were passed over have been runnable for longer. */
static unsigned longer_runnable(const struct prisim_driver *d, unsigned i)
{
    unsigned before = 0;
    for (uint32_t left = d->passed & TASKS_MASK; left; left &= left - 1)
        before += d->ready_at[__builtin_ctz(left)] < d->ready_at[i];
    return before;
}

/* What decides when it goes on. */
static void turn_canonical(const struct prisim_driver *d, const struct task *t, struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)t->cpu | (uint64_t)t->awaits << 8 | (uint64_t)t->routine << 16 |
                                  (uint64_t)t->then_sync << 24 | (uint64_t)t->lock << 32);
    if (t->awaits == PRISIM_DRIVER_TX_MMIO + 1)
        prisim_canonical_word(to, t->asked);
    if (t->cpu == CPU_NONE)
        prisim_canonical_word(to, t->price);
    if (d->held >> number_of(d, t) & 1) {
        prisim_canonical_word(to, t->hold_point);
        prisim_canonical_word(to, t->hold_step);
    }
    if (d->timers >> number_of(d, t) & 1)
        prisim_canonical_time(to, d->timer[number_of(d, t)]);
    if (d->passed >> number_of(d, t) & 1)
        prisim_canonical_word(to, longer_runnable(d, number_of(d, t)));
}

static void command_canonical(const struct prisim_driver *d, const struct task *t, struct prisim_canonical *to)
{
    prisim_canonical_word(to, until(t->command_number + 1, d->consumed));
    prisim_canonical_time(to, t->sync_deadline);
    if (t->routine != ROUTINE_COMMAND)
        return;
    prisim_canonical_word(to, (uint64_t)t->published << 8 | t->stored);
    /* A response is made of the group that it answers, and its index is that group's. */
    if (t->kind != PRISIM_DRIVER_TASK_WORKER || t->work.copies) {
        prisim_canonical_word(to, t->command[0]);
        prisim_canonical_word(to, t->command[1]);
    }
}

/* Of the queue by which the faults of its function come. */
static uint64_t handed_for(const struct driver_told *told, const struct call *call)
{
    const struct prisim_driver *d = told->driver;
    const uint32_t function = call->stimulus.function % PRISIM_DRIVER_FUNCTIONS_MAX;
    const bool stalls = told->config->function[function].faults == PRISIM_DRIVER_FAULTS_STALL;
    return stalls ? d->events_taken - (d->stall_in_hand != ITEM_NONE) : d->handed;
}

/* The count that a drain waits for, from its snapshot on: other steps may stand between that and the wait. While the
 * read of PROD is under way it is where that will be counted from: see unbind/await_handed.c. What is kept of it for
 * later look-ups (filter) counts whether or not it is past. */
static void drain_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct call *call = &t->call;
    const uint64_t handed = handed_for(told, call);
    if (call->step == DRIVER_STEP_SNAPSHOT)
        prisim_canonical_word(to, t->awaits ? call->upto - handed : 0);
    else if (driver_policy_has(told->config, call->stimulus.policy, DRIVER_STEP_FILTER))
        prisim_canonical_word(to, call->upto ? call->upto - handed : 0);
    else
        prisim_canonical_word(to, until(call->upto, handed));
}

/* The batches that are still to end, from the step on that has counted them, and how far the one under way is. */
static void batch_canonical(const struct driver_told *told, const struct call *call, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    if (!driver_policy_has(told->config, call->stimulus.policy, DRIVER_STEP_AWAIT_BATCH))
        return;
    prisim_canonical_word(to, until(call->batch_upto, d->batches));
    if (call->batch_upto > d->batches)
        prisim_canonical_word(to, d->handed & prisim_bits_mask(d->priq_log2 & 31));
}

/* So many groups of the head of the work queue are before the mark. */
static uint32_t queued_before(const struct prisim_driver *d, uint64_t mark)
{
    uint32_t queued = 0;
    uint16_t head = d->work_head;
    while (queued < d->work_queued && queued < DRIVER_ITEMS && item_group(d, head % DRIVER_ITEMS) < mark) {
        head = d->item[head % DRIVER_ITEMS].next_group;
        queued++;
    }
    return queued;
}

/* The groups that a flush waits for: so many of the queued ones, and those that these workers have. */
static void flush_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    uint32_t workers = 0;
    for (uint32_t left = d->busy_workers & TASKS_MASK; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctz(left);
        workers |= (uint32_t)(d->task[i].work.sequence < t->call.flush_upto) << i;
    }
    const bool ordered = told->config->work_queue == PRISIM_DRIVER_WORK_QUEUE_ORDERED;
    prisim_canonical_word(to, ordered ? queued_before(d, t->call.flush_upto)
                                      : until(t->call.flush_upto, d->work_enqueued - d->work_queued));
    prisim_canonical_word(to, workers);
}

/* How many Stop Markers of its PASID are expected beyond those that end its wait: each stop is one more, and who gives
 * up takes the rest as seen. Nobody sees the counts themselves. */
static void markers_canonical(const struct driver_told *told, const struct call *call, struct prisim_canonical *to)
{
    const struct prisim_driver_config *config = told->config;
    const struct prisim_driver_stimulus *s = &call->stimulus;
    bool known = call->markers && s->function < config->functions && s->pasid >> config->pasid_bits == 0;
    prisim_canonical_word(to, known);
    if (known)
        prisim_canonical_word(to, told->pasid[(s->function << config->pasid_bits) + s->pasid].stops - call->markers);
}

/* The ATC_INV under way, if no CMD_SYNC that waited for it is done. */
static void atc_inv_canonical(const struct prisim_driver *d, const struct call *call, struct prisim_canonical *to)
{
    bool open = call->atc_inv && (!call->atc_sync || call->atc_sync >= d->consumed);
    prisim_canonical_word(to, (uint64_t)call->atc_lost << 8 | open);
    prisim_canonical_word(to, call->repeats);
    if (!open)
        return;
    prisim_canonical_word(to, call->atc_inv - d->consumed);
    prisim_canonical_word(to, call->atc_sync ? call->atc_sync - d->consumed + 1 : 0);
    prisim_canonical_word(to, call->atc_sync && call->atc_sync == call->own_sync);
}

/* The wait for its transactions, and what t->bring_up counts behind that. */
static void flr_canonical(const struct task *t, struct prisim_canonical *to)
{
    prisim_canonical_time(to, t->call.deadline);
    prisim_canonical_word(to, t->call.pending);
    prisim_canonical_word(to, (uint64_t)t->bring_up.again << 16 | t->bring_up.row);
    prisim_canonical_word(to, t->bring_up.left);
}

/* Where a scan is, from what is taken; and of an entry that is of the PASID what is still to be written back. */
static void scan_canonical(const struct prisim_driver *d, const struct task *t, struct prisim_canonical *to)
{
    const uint32_t log2 = d->priq_log2 & 31, taken = queue_index_of(d->taken, log2);
    prisim_canonical_word(to, queue_index_distance(t->call.scan_at, taken, log2) |
                                  (uint64_t)queue_index_distance(t->call.scan_to, taken, log2) << 32);
    prisim_canonical_word(to, t->call.found);
    prisim_canonical_word(to, t->call.found ? t->command[0] : 0);
}

/* A group without its Last, that is out of the list of parked ones. */
static void parts_canonical(const struct driver_told *told, const struct call *call, struct prisim_canonical *to)
{
    prisim_canonical_word(to, call->parts != ITEM_NONE);
    if (call->parts != ITEM_NONE)
        item_canonical_rest(told, call->parts, call->parts, to);
}

static void unbind_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    const struct call *call = &t->call;
    prisim_canonical_word(to, (uint64_t)t->gave_up | (uint64_t)call->cause << 8 | (uint64_t)call->step << 16 |
                                  (uint64_t)call->next_step << 24 | (uint64_t)call->signalled << 32 |
                                  (uint64_t)call->returned << 40 | (uint64_t)call->overflowed << 48 |
                                  (uint64_t)call->completion << 56);
    markers_canonical(told, call, to);
    atc_inv_canonical(d, call, to);
    /* Most steps keep nothing of their own. A step's argument is that of its place in the list. */
    const uint8_t step = call->step;
    if (step == DRIVER_STEP_STOP_DEVICE)
        prisim_canonical_word(to, call->interrupted);
    drain_canonical(told, t, to);
    batch_canonical(told, call, to);
    if (step == DRIVER_STEP_AWAIT_MARKER || step == DRIVER_STEP_AWAIT_RESPONSES)
        prisim_canonical_time(to, call->deadline);
    else if (step == DRIVER_STEP_FLUSH_WORKERS && waits(d, t, WAIT_FLUSH))
        flush_canonical(told, t, to);
    else if (step == DRIVER_STEP_FLR)
        flr_canonical(t, to);
    else if (step == DRIVER_STEP_AWAIT_NO_MATCH || step == DRIVER_STEP_SCAN_QUEUE)
        scan_canonical(d, t, to);
    else if (step == DRIVER_STEP_ANSWER_PARTS)
        parts_canonical(told, call, to);
}

/* How many live calls it waits for. */
static unsigned earlier_calls(const struct prisim_driver *d, const struct call *call)
{
    unsigned earlier = 0;
    for (uint32_t left = d->callers_live & (CALLERS_MASK >> TASK_CALLER); left; left &= left - 1) {
        const struct call *other = &d->task[TASK_CALLER + __builtin_ctz(left)].call;
        earlier += call_waits_for(call, other);
    }
    return earlier;
}

/* Of a call that takes pages back, and of an unbind that a teardown may follow. */
static void memory_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const bool unmaps = t->call.stimulus.what == PRISIM_DRIVER_UNMAP;
    if (!unmaps && told->config->teardown == PRISIM_DRIVER_TEARDOWN_NEVER)
        return;
    prisim_canonical_word(to, t->page_space);
    if (!unmaps && told->driver->space[t->page_space % PRISIM_DRIVER_SPACES_MAX].populated != SPACE_ENDING)
        return;
    prisim_canonical_word(to, t->page_address);
    prisim_canonical_word(to, unmaps ? t->call.next_step : t->call.offset);
    prisim_canonical_word(to, t->call.frames);
}

/* A call of a function for which its policy has a list. */
static bool runs_list(const struct driver_told *told, const struct call *call)
{
    static const enum prisim_driver_trigger trigger[] = {[PRISIM_DRIVER_DETACH] = PRISIM_DRIVER_ON_DETACH,
                                                         [PRISIM_DRIVER_ATTACH] = PRISIM_DRIVER_ON_ATTACH,
                                                         [PRISIM_DRIVER_FLR] = PRISIM_DRIVER_ON_RESET};
    const uint32_t what = call->stimulus.what;
    if (what != PRISIM_DRIVER_DETACH && what != PRISIM_DRIVER_ATTACH && what != PRISIM_DRIVER_FLR)
        return false;
    return driver_policy_steps(told->config, driver_list_of(told->config, told->config->unbind, trigger[what])) != 0;
}

static void call_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    const struct call *call = &t->call;
    prisim_driver_stimulus_canonical(&call->stimulus, to);
    prisim_canonical_word(to, call->stimulus.space); /* of an unbind that goes on as a bind, too */
    prisim_canonical_word(to, earlier_calls(d, call));
    prisim_canonical_word(to, call->refused);
    if (call->stimulus.space < told->config->spaces && d->space[call->stimulus.space].populated == SPACE_FILLING) {
        prisim_canonical_word(to, call->region);
        prisim_canonical_word(to, call->offset);
    }
    memory_canonical(told, t, to);
    if (call_unbinds_many(call))
        prisim_canonical_word(to, (uint64_t)call->stimulus.policy << 32 | call->stimulus.pasid);
    if (call->stimulus.what == PRISIM_DRIVER_MM_EXIT) /* of the PASID that is unbound, if there is one now */
        prisim_canonical_word(to, call_pasid(call) == PRISIM_PASID_NONE ? 0 : call->stimulus.function + UINT64_C(1));
    if (call->stimulus.what == PRISIM_DRIVER_UNBIND || call_unbinds_many(call) || runs_list(told, call))
        unbind_canonical(told, t, to);
}

/* A call of a function or a space as a whole. */
static void function_call_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    if (prisim_driver_stimulus_has_pasid(&t->call.stimulus))
        return;
    if (t->call.stimulus.what == PRISIM_DRIVER_FLR && !runs_list(told, &t->call))
        flr_canonical(t, to);
    if (!call_unbinds_many(&t->call))
        atc_inv_canonical(d, &t->call, to);
    prisim_canonical_word(to, t->call.by_list);
    prisim_canonical_word(to, (uint64_t)t->bring_up.again << 16 | t->bring_up.row);
    prisim_canonical_word(to, (uint64_t)t->bring_up.left << 16 | t->bring_up.function);
}

/* A group's number is compared with the marks of flushes only: those tell it. */
static void work_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)t->work.copies << 16 | (uint64_t)t->work.response << 8 | t->work.space);
    prisim_canonical_name(to, PRISIM_CANONICAL_BINDING, t->work.binding);
    if (t->work.copies) {
        prisim_canonical_word(to, (uint64_t)t->bring_up.left << 16 | t->bring_up.function);
        prisim_canonical_word(to, t->bring_up.row);
        prisim_canonical_word(to, t->page_address);
        prisim_canonical_word(to, (uint64_t)t->page_space << 8 | t->page_perm);
    }
    item_canonical_rest(told, t->work.head, t->work.item, to);
}

/* What it does, by what it is. */
static void business_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    switch ((enum prisim_driver_task)t->kind) {
    case PRISIM_DRIVER_TASK_INIT:
        prisim_canonical_word(to, (uint64_t)t->bring_up.again << 16 | t->bring_up.row);
        prisim_canonical_word(to, (uint64_t)t->bring_up.left << 16 | t->bring_up.function);
        call_canonical(told, t, to); /* CD 0 */
        break;
    case PRISIM_DRIVER_TASK_CALLER:
        if (d->callers_live >> (number_of(d, t) - TASK_CALLER) & 1) {
            call_canonical(told, t, to);
            function_call_canonical(told, t, to);
        }
        break;
    case PRISIM_DRIVER_TASK_WORKER:
        if (d->busy_workers >> number_of(d, t) & 1)
            work_canonical(told, t, to);
        break;
    case PRISIM_DRIVER_TASK_PRI_THREAD:
        if (waits(d, t, WAIT_FLUSH)) /* respond_before_cons */
            flush_canonical(told, t, to);
        break;
    case PRISIM_DRIVER_TASK_IRQ:
    case PRISIM_DRIVER_TASK_EVENT_THREAD:
    case PRISIM_DRIVER_TASKS:
        break;
    }
}

/* A task that runs, waits or rests. */
void task_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    turn_canonical(d, t, to);
    prisim_canonical_word(to, t->pc[0] != 0);
    if (t->pc[0]) {
        prisim_canonical_bytes(to, t->pc, sizeof t->pc);
        prisim_canonical_bytes(to, t->routine_pc, sizeof t->routine_pc);
        command_canonical(d, t, to);
        if (t->routine == ROUTINE_PAGE) {
            prisim_canonical_word(to, t->page_address);
            prisim_canonical_word(to, (uint64_t)t->page_space << 8 | t->page_perm);
            prisim_canonical_word(to, (uint64_t)t->page_frame << 32 | t->page_line);
        }
    }
    business_canonical(told, t, to);
}
