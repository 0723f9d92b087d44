/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the driver's state (driver_rows.h).
 */
#include "tests/driver/driver_rows.h"

#include "driver/memory/memory.h"

#include <string.h>

#define DRIVER(member, kind, why) FLIP(prisim_driver, member, kind, why)
#define ALL(member, kind, why)    FLIP_ALL(prisim_driver, member, kind, why)
#define HOLD(member)              FLIP_EACH(prisim_driver, hold, hold, member, FLIP_COUNTS, NULL)
#define SPACE(member, kind, why)  FLIP_EACH(prisim_driver, space, space, member, kind, why)
#define ITEM(member, kind, why)   FLIP_EACH(prisim_driver, item, item, member, kind, why)
#define TASK(member, kind, why)   FLIP_EACH(prisim_driver, task, task, member, kind, why)
/* Of some of the tasks. */
#define TASK_OF(first, tasks, member, kind, why)                                                                       \
    {                                                                                                                  \
        "task[]." #member,                                                                                             \
            offsetof(struct prisim_driver, task) + (first) * sizeof(struct task) + offsetof(struct task, member),      \
            sizeof(((struct task *)0)->member), tasks, sizeof(struct task), kind, why                                  \
    }
#define CALL_OF(member, kind, why) TASK_OF(TASK_CALLER, PRISIM_DRIVER_CALLS_MAX, call.member, kind, why)
#define WORK_OF(member, kind, why) TASK_OF(TASK_WORKER, PRISIM_DRIVER_WORKERS_MAX, work.member, kind, why)
/* Of a word with a flag in its last bit, that byte. */
#define FLAG(member)                                                                                                   \
    {#member, offsetof(struct prisim_driver, member) + 3, 1, 1, 0, FLIP_RENAMED, "it tells with OVFLG"},               \
    {                                                                                                                  \
#member " below", offsetof(struct prisim_driver, member), 3, 1, 0, FLIP_DERIVED, "0"                           \
    }

#define FROM_CONS "it counts from CONS, and events show it as it is"
#define GIVES     "the next number to be given: it says nothing but that none was given twice"
#define LAID_OUT  "laid out by the configuration"
#define AT_REST   "a task that is not at anything has it as it was at the start"
#define A_NAME    "a name: only whether two are the same counts"
#define A_LINK    "told by what it leads to"

static const struct flip_field fields[] = {
    DRIVER(touched, FLIP_MEANINGLESS, "no part of what the state means"),
    DRIVER(next, FLIP_COUNTS, NULL),
    DRIVER(timers, FLIP_COUNTS, NULL),
    DRIVER(runnable, FLIP_COUNTS, NULL),
    DRIVER(held, FLIP_COUNTS, NULL),
    DRIVER(sleeping, FLIP_COUNTS, NULL),
    ALL(blocked, FLIP_COUNTS, NULL),
    DRIVER(slept, FLIP_COUNTS, NULL),
    DRIVER(passed, FLIP_COUNTS, NULL),
    ALL(ready_at, FLIP_RENAMED, "it is past: only the order counts"),
    ALL(waiters, FLIP_COUNTS, NULL),
    DRIVER(blocked_ports, FLIP_COUNTS, NULL),
    DRIVER(free_cpus, FLIP_COUNTS, NULL),
    DRIVER(started, FLIP_COUNTS, NULL),
    DRIVER(ready, FLIP_COUNTS, NULL),
    DRIVER(life, FLIP_COUNTS, NULL),
    DRIVER(deaf, FLIP_COUNTS, NULL),
    DRIVER(dying, FLIP_COUNTS, NULL),
    ALL(cpu_task, FLIP_COUNTS, NULL),
    ALL(timer, FLIP_COUNTS, NULL),
    DRIVER(holds_armed, FLIP_COUNTS, NULL),
    HOLD(task),
    HOLD(point),
    HOLD(cycles),
    HOLD(step),
    DRIVER(irq_active, FLIP_COUNTS, NULL),
    DRIVER(irq_again, FLIP_COUNTS, NULL),
    DRIVER(callers_live, FLIP_COUNTS, NULL),
    DRIVER(callers_queued, FLIP_COUNTS, NULL),
    DRIVER(calls, FLIP_DERIVED, GIVES),
    DRIVER(strtab, FLIP_FIXED, LAID_OUT),
    DRIVER(cmdq, FLIP_FIXED, LAID_OUT),
    DRIVER(eventq, FLIP_FIXED, LAID_OUT),
    DRIVER(priq, FLIP_FIXED, LAID_OUT),
    ALL(cd_table, FLIP_FIXED, LAID_OUT),
    DRIVER(strtab_log2, FLIP_FIXED, LAID_OUT),
    DRIVER(cmdq_log2, FLIP_COUNTS, NULL),
    DRIVER(eventq_log2, FLIP_COUNTS, NULL),
    DRIVER(priq_log2, FLIP_COUNTS, NULL),
    DRIVER(ips, FLIP_COUNTS, NULL),
    DRIVER(asid_bits, FLIP_COUNTS, NULL),
    DRIVER(interrupts, FLIP_RENAMED, "how many come before the one that is lost"),
    DRIVER(msi, FLIP_COUNTS, NULL),
    DRIVER(sized, FLIP_COUNTS, NULL),
    DRIVER(stalls, FLIP_COUNTS, NULL),
    DRIVER(issued, FLIP_RENAMED, FROM_CONS),
    DRIVER(consumed, FLIP_RENAMED, FROM_CONS),
    DRIVER(command_owner, FLIP_COUNTS, NULL),
    DRIVER(lock_owner, FLIP_COUNTS, NULL),
    DRIVER(taken, FLIP_RENAMED, FROM_CONS),
    DRIVER(handed, FLIP_RENAMED, FROM_CONS),
    DRIVER(batches, FLIP_RENAMED, "waits for them count from it"),
    DRIVER(priq_prod, FLIP_RENAMED, FROM_CONS),
    FLAG(ovackflg),
    DRIVER(kicked, FLIP_COUNTS, NULL),
    DRIVER(filters, FLIP_COUNTS, NULL),
    DRIVER(in_hand, FLIP_RENAMED, A_LINK),
    DRIVER(passes, FLIP_DERIVED, GIVES),
    DRIVER(marker, FLIP_MEANINGLESS, "none between edges"),
    DRIVER(armed, FLIP_COUNTS, NULL),
    DRIVER(done, FLIP_COUNTS, NULL),
    DRIVER(stops, FLIP_COUNTS, NULL),
    DRIVER(irqs_off, FLIP_COUNTS, NULL),
    DRIVER(sweeps_wanted, FLIP_COUNTS, NULL),
    DRIVER(sweeps, FLIP_COUNTS, NULL),
    {"events_taken", offsetof(struct prisim_driver, events_taken), 3, 1, 0, FLIP_RENAMED, FROM_CONS},
    {"events_taken above", offsetof(struct prisim_driver, events_taken) + 3, 5, 1, 0, FLIP_DERIVED,
     "an index is made of it, and nothing else"},
    DRIVER(eventq_prod, FLIP_RENAMED, FROM_CONS),
    DRIVER(gerror, FLIP_RENAMED, "what is not acknowledged counts"),
    DRIVER(gerrorn, FLIP_RENAMED, "what is not acknowledged counts"),
    FLAG(events_ovackflg),
    DRIVER(events_pending, FLIP_COUNTS, NULL),
    DRIVER(gerror_pending, FLIP_COUNTS, NULL),
    DRIVER(stall_in_hand, FLIP_RENAMED, A_LINK),
    DRIVER(free_item, FLIP_DERIVED, "which place of the pool an item has is never seen"),
    DRIVER(free_items, FLIP_COUNTS, NULL),
    DRIVER(parked_head, FLIP_RENAMED, A_LINK),
    DRIVER(parked_tail, FLIP_DERIVED, "the end of the list"),
    DRIVER(parked, FLIP_COUNTS, NULL),
    DRIVER(work_head, FLIP_RENAMED, A_LINK),
    DRIVER(work_tail, FLIP_DERIVED, "the end of the list"),
    DRIVER(work_queued, FLIP_COUNTS, NULL),
    DRIVER(work_enqueued, FLIP_RENAMED, "flushes count from it"),
    DRIVER(busy_workers, FLIP_COUNTS, NULL),
    ITEM(address, FLIP_COUNTS, NULL),
    ITEM(number, FLIP_RENAMED, "a name; and once a PASID has a record of what is older, how old it is"),
    ITEM(stream_id, FLIP_RENAMED, "told of a group's first item"),
    ITEM(pasid, FLIP_RENAMED, "told of a group's first item"),
    ITEM(prg_index, FLIP_RENAMED, "told of a group's first item"),
    ITEM(has_pasid, FLIP_RENAMED, "told of a group's first item"),
    ITEM(access, FLIP_COUNTS, NULL),
    ITEM(next, FLIP_RENAMED, A_LINK),
    ITEM(next_group, FLIP_RENAMED, A_LINK),
    ITEM(group, FLIP_RENAMED, "which flushes wait for it"),
    ITEM(stalled, FLIP_RENAMED, "told of a group's first item"),
    ITEM(scanned, FLIP_COUNTS, NULL),
    ITEM(unused, FLIP_MEANINGLESS, "padding"),
    DRIVER(frames_given, FLIP_DERIVED, GIVES),
    DRIVER(drawn, FLIP_COUNTS, NULL),
    DRIVER(bindings, FLIP_DERIVED, GIVES),
    DRIVER(tlps, FLIP_DERIVED, GIVES),
    SPACE(root, FLIP_COUNTS, NULL),
    SPACE(bindings, FLIP_COUNTS, NULL),
    SPACE(asid, FLIP_COUNTS, NULL),
    SPACE(populated, FLIP_COUNTS, NULL),
    SPACE(life, FLIP_FIXED, A_NAME),
    SPACE(handles, FLIP_COUNTS, NULL),
    TASK(pc, FLIP_RENAMED, AT_REST),
    TASK(routine_pc, FLIP_RENAMED, AT_REST),
    TASK(index, FLIP_FIXED, "its place"),
    TASK(kind, FLIP_FIXED, "it follows from its place"),
    TASK(routine, FLIP_RENAMED, AT_REST),
    TASK(cpu, FLIP_COUNTS, NULL),
    TASK(lock, FLIP_COUNTS, NULL),
    TASK(awaits, FLIP_RENAMED, AT_REST),
    TASK(hold_point, FLIP_COUNTS, NULL),
    TASK(hold_step, FLIP_COUNTS, NULL),
    TASK(price, FLIP_RENAMED, AT_REST),
    TASK(status, FLIP_MEANINGLESS, "used at the edge at which it comes"),
    TASK(asked, FLIP_COUNTS, NULL),
    TASK(answer, FLIP_MEANINGLESS, "used at the edge at which it comes"),
    TASK(command, FLIP_RENAMED, "a worker's is told by the group that it answers"),
    TASK(command_number, FLIP_RENAMED, FROM_CONS),
    TASK(sync_deadline, FLIP_COUNTS, NULL),
    TASK(bring_up.row, FLIP_COUNTS, NULL),
    TASK(bring_up.again, FLIP_COUNTS, NULL),
    TASK(bring_up.function, FLIP_COUNTS, NULL),
    TASK(bring_up.left, FLIP_COUNTS, NULL),
    TASK(page_address, FLIP_RENAMED, "before it is mapped it is told by where the space is filled"),
    TASK(page_space, FLIP_RENAMED, "before it is mapped it is told by where the space is filled"),
    TASK(page_perm, FLIP_RENAMED, "before it is mapped it is told by where the space is filled"),
    TASK(page_cause, FLIP_DERIVED, "where the task is says it"),
    TASK(then_sync, FLIP_RENAMED, AT_REST),
    TASK(published, FLIP_COUNTS, NULL),
    TASK(stored, FLIP_COUNTS, NULL),
    TASK(gave_up, FLIP_COUNTS, NULL),
    TASK_OF(TASK_INIT, 1, room, FLIP_FIXED, "of CD 0: the same call for each function, in its order"),
    TASK_OF(TASK_PRI_THREAD, 1, call.flush_upto, FLIP_RENAMED, "how far it is from there"),
    CALL_OF(stimulus.what, FLIP_COUNTS, NULL),
    CALL_OF(stimulus.function, FLIP_COUNTS, NULL),
    CALL_OF(stimulus.pasid, FLIP_COUNTS, NULL),
    CALL_OF(stimulus.space, FLIP_COUNTS, NULL),
    CALL_OF(stimulus.then_space, FLIP_COUNTS, NULL),
    CALL_OF(stimulus.policy, FLIP_COUNTS, NULL),
    CALL_OF(stimulus.address, FLIP_COUNTS, NULL), /* of holds: task, point */
    CALL_OF(stimulus.cycles, FLIP_COUNTS, NULL),  /* of unmap: pages; of unbind: flags */
    CALL_OF(stimulus.call, FLIP_FIXED, A_NAME),
    CALL_OF(sequence, FLIP_RENAMED, "which of two for a PASID came first"),
    CALL_OF(upto, FLIP_RENAMED, "how far it is from there"),
    CALL_OF(deadline, FLIP_COUNTS, NULL),
    CALL_OF(markers, FLIP_RENAMED, "how many are missing"),
    CALL_OF(interrupted, FLIP_COUNTS, NULL),
    CALL_OF(region, FLIP_RENAMED, "a page, or a frame"),
    CALL_OF(offset, FLIP_RENAMED, "a page, a place of the tables, or a count of batches"),
    CALL_OF(atc_inv, FLIP_RENAMED, FROM_CONS),
    CALL_OF(atc_sync, FLIP_RENAMED, FROM_CONS),
    CALL_OF(own_sync, FLIP_RENAMED, FROM_CONS),
    CALL_OF(repeats, FLIP_COUNTS, NULL),
    CALL_OF(atc_lost, FLIP_COUNTS, NULL),
    CALL_OF(refused, FLIP_COUNTS, NULL),
    CALL_OF(cause, FLIP_COUNTS, NULL),
    CALL_OF(step, FLIP_COUNTS, NULL),
    CALL_OF(next_step, FLIP_COUNTS, NULL),
    CALL_OF(returned, FLIP_COUNTS, NULL),
    CALL_OF(signalled, FLIP_COUNTS, NULL),
    CALL_OF(pending, FLIP_COUNTS, NULL),
    CALL_OF(overflowed, FLIP_COUNTS, NULL),
    CALL_OF(completion, FLIP_COUNTS, NULL),
    CALL_OF(found, FLIP_RENAMED, "of a scan, or whether an attach goes by a list"),
    WORK_OF(sequence, FLIP_RENAMED, "which flushes wait for it"),
    WORK_OF(head, FLIP_RENAMED, A_LINK),
    WORK_OF(item, FLIP_RENAMED, A_LINK),
    WORK_OF(response, FLIP_COUNTS, NULL),
    WORK_OF(space, FLIP_COUNTS, NULL),
    WORK_OF(copies, FLIP_COUNTS, NULL),
    WORK_OF(unused, FLIP_MEANINGLESS, "never used"),
    WORK_OF(binding, FLIP_FIXED, A_NAME),
    FLIP_EACH(prisim_driver, function, function, express, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, ats, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, pri, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, pasid, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, state, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, blocked, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, isolated_by, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_driver, function, function, sweeps_by, FLIP_COUNTS, NULL),
    DRIVER(places, FLIP_FIXED, LAID_OUT),
};

#define PASID(member, kind, why) FLIP(pasid, member, kind, why)
#define TABLE(member, kind, why) FLIP(table, member, kind, why)

static const struct flip_field pasid_fields[] = {
    PASID(older, FLIP_COUNTS, NULL),
    PASID(free_at, FLIP_RENAMED, "of one that is stale, its unbind's call, a name, and policy"),
    PASID(binding, FLIP_FIXED, A_NAME),
    PASID(stops, FLIP_RENAMED, "how many markers are missing counts"),
    PASID(markers, FLIP_RENAMED, "how many are missing counts"),
    PASID(state, FLIP_COUNTS, NULL),
    PASID(in_lookup, FLIP_COUNTS, NULL),
    PASID(space, FLIP_COUNTS, NULL),
    PASID(used, FLIP_COUNTS, NULL),
};
#define FOUND(member, kind, why) FLIP(found, member, kind, why)
static const struct flip_field found_fields[] = {
    FOUND(binding, FLIP_FIXED, A_NAME),
    FOUND(space_life, FLIP_FIXED, A_NAME),
    FOUND(place, FLIP_RENAMED, "told of what has a space"),
    FOUND(space, FLIP_COUNTS, NULL),
    FOUND(cause, FLIP_COUNTS, NULL),
    FOUND(looked_up, FLIP_RENAMED, "0 of an item that is free"),
    FOUND(held, FLIP_RENAMED, "0 of an item that is free"),
};
static const struct flip_field asid_fields[] = {
    {"free_from", 0, sizeof(prisim_cycle_t), 1, 0, FLIP_COUNTS, NULL},
};
static const struct flip_field table_fields[] = {
    TABLE(key, FLIP_COUNTS, NULL),
    TABLE(address, FLIP_COUNTS, NULL),
    TABLE(pages, FLIP_RENAMED, "of a table that is not there it is 0"),
    TABLE(unused, FLIP_FIXED, "padding"),
    {"resident", offsetof(struct table, resident), 64, 1, 0, FLIP_RENAMED, "0 of a table that is not there"},
};

static const struct flip_field frames_fields[] = {
    FLIP(frames, count, FLIP_RENAMED, "so many are told"),
    FLIP(frames, free, FLIP_RENAMED, A_LINK),
    FLIP(frames, waiting, FLIP_RENAMED, A_LINK),
    FLIP(frames, waiting_last, FLIP_DERIVED, "the end of the list"),
    FLIP(frames, shared, FLIP_RENAMED, "a number of a frame"),
    FLIP(frames, unused, FLIP_FIXED, "padding"),
};
static const struct flip_field frame_fields[] = {
    FLIP(frame, life, FLIP_RENAMED, "a name, or the end of a wait"),
    FLIP(frame, next, FLIP_RENAMED, A_LINK),
    FLIP(frame, index, FLIP_RENAMED, "0 of a frame that is no page"),
    FLIP(frame, unused, FLIP_FIXED, "padding"),
};

/* The rows of an array behind the state. */
static size_t behind(struct flip_field *row, const struct flip_field *of, size_t rows, size_t at, size_t count,
                     size_t distance)
{
    for (size_t i = 0; i < rows; i++) {
        row[i] = of[i];
        row[i].offset += at;
        row[i].count = count;
        row[i].distance = distance;
    }
    return rows;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

size_t driver_rows(const struct prisim_driver_config *config, struct flip_field row[DRIVER_ROWS_MAX])
{
    _Static_assert(COUNT(fields) + COUNT(found_fields) + COUNT(pasid_fields) + COUNT(asid_fields) +
                           COUNT(table_fields) + COUNT(frames_fields) + COUNT(frame_fields) <=
                       DRIVER_ROWS_MAX,
                   "room for all");
    const struct driver_places places = driver_places(config);
    size_t rows = COUNT(fields);
    memcpy(row, fields, sizeof fields);
    if (found_bytes(config))
        rows += behind(row + rows, found_fields, COUNT(found_fields), places.found, DRIVER_ITEMS, sizeof(struct found));
    rows += behind(row + rows, pasid_fields, COUNT(pasid_fields), places.pasids,
                   (size_t)config->functions << config->pasid_bits, sizeof(struct pasid));
    rows += behind(row + rows, asid_fields, COUNT(asid_fields), places.asids, (size_t)1 << config->asid_bits,
                   sizeof(prisim_cycle_t));
    rows += behind(row + rows, table_fields, COUNT(table_fields), places.tables, (size_t)1 << places.tables_log2,
                   sizeof(struct table));
    rows += behind(row + rows, frames_fields, COUNT(frames_fields), places.frames, 1, 0);
    rows += behind(row + rows, frame_fields, COUNT(frame_fields), places.frames + sizeof(struct frames),
                   places.frame_count, sizeof(struct frame));
    return rows;
}
