/* SPDX-License-Identifier: Apache-2.0
 *
 * Every field of the ghost, and how a change of it must show in its canonical form (checkers_canonical.h); those that
 * mean nothing for what comes, each with the reason. For test_tb_ghost_fields.c.
 *
 *   BYTES    each byte, whichever bit
 *   SOME     it is compared with something: some change of it shows
 *   BOOL     the other value
 *   BELOW(n) some other value below n
 *   BINDING  some other binding
 *   ZERO     no record in its place
 *   NAME(k)  a name of kind k: another than the one that was named before the row; NUMBER(k): of 32 bits
 *   MOMENT(k) a moment of clock k: another than the one that was told before the row
 *   NOT(why) no change shows
 *   OTHERS(why) it is not changed here: what it must agree with would not
 */
#ifndef PRISIM_TEST_GHOST_FIELDS_H
#define PRISIM_TEST_GHOST_FIELDS_H

#include "tb/checkers/checkers_canonical.h"

enum how { HOW_BYTES, HOW_SOME, HOW_BOOL, HOW_BELOW, HOW_BINDING, HOW_ZERO, HOW_NAME, HOW_MOMENT, HOW_NOT, HOW_OTHERS };

struct field {
    const char *name;
    size_t offset, size;
    enum how how;
    unsigned of; /* limit, kind or clock */
    const char *why;
};

#define ROW(s, f, how, of, why) {#s "." #f, offsetof(struct s, f), sizeof(((struct s *)0)->f), how, of, why},
#define BYTES(s, f)             ROW(s, f, HOW_BYTES, 0, NULL)
#define SOME(s, f)              ROW(s, f, HOW_SOME, 0, NULL)
#define BOOL(s, f)              ROW(s, f, HOW_BOOL, 0, NULL)
#define BELOW(s, f, n)          ROW(s, f, HOW_BELOW, n, NULL)
#define BINDING(s, f)           ROW(s, f, HOW_BINDING, 0, NULL)
#define ZERO(s, f)              ROW(s, f, HOW_ZERO, 0, NULL)
#define NAME(s, f, kind)        ROW(s, f, HOW_NAME, PRISIM_CANONICAL_##kind, NULL)
/* Numbers of 32 bits, which count per function. */
#define NUMBER(s, f, kind)  {#s "." #f, offsetof(struct s, f), 4, HOW_NAME, PRISIM_CANONICAL_##kind, NULL},
#define MOMENT(s, f, clock) ROW(s, f, HOW_MOMENT, PRISIM_CANONICAL_##clock, NULL)
#define NOT(s, f, why)      ROW(s, f, HOW_NOT, 0, why)
#define OTHERS(s, f, why)   ROW(s, f, HOW_OTHERS, 0, why)
#define POOLED(s)                                                                                                      \
    OTHERS(s, pool.self, "its name, which all that refer to it have")                                                  \
    OTHERS(s, pool.turn, "its age: the order of the list it is told in")                                               \
    OTHERS(s, pool.live, "whether it is told at all")

static const struct field job_fields[] = {
    POOLED(job) NUMBER(job, number, JOB) BELOW(job, endpoint, 0) BINDING(job, binding) BYTES(job, fault_address)
        SOME(job, faults) NAME(job, tlp, TLP) SOME(job, translated) SOME(job, stale) BYTES(job, pasid) BYTES(job, page)
            BYTES(job, of_pasid) BYTES(job, refused) BYTES(job, refused_end) BINDING(job, owed) BOOL(job, reads)
                SOME(job, asked) BOOL(job, poisoned) BOOL(job, granted) BOOL(job, late) BYTES(job, leaf)};

static const struct field request_fields[] = {
    POOLED(request) OTHERS(request, before, "the order of age among those that travel")
        OTHERS(request, after, "the same") NUMBER(request, number, REQUEST) BYTES(request, pasid)
            NOT(request, address, "for texts: its group and its slot have their own") NAME(request, tlp, TLP)
                ZERO(request, group) ZERO(request, job) BELOW(request, endpoint, 0) BINDING(request, binding)
                    NOT(request, prg_index, "for texts: its group and its slot have their own") SOME(request, access)
                        SOME(request, traffic_class) BOOL(request, rogue)
                            NOT(request, claimed, "its group has it from the start") BOOL(request, marker)
                                BOOL(request, stalled) BOOL(request, travelling) BOOL(request, sent)
                                    BOOL(request, queued) SOME(request, made) SOME(request, left) BOOL(request, placed)
                                        BELOW(request, place, PLACES)};

static const struct field group_fields[] = {
    POOLED(group) OTHERS(group, before, "the list of those that wait is told in its order")
        OTHERS(group, after, "the same") BELOW(group, endpoint, 0) BELOW(group, prg_index, PRISIM_PRG_INDEXES)
            BOOL(group, own) BOOL(group, claimed) BOOL(group, closed) BOOL(group, waiting) BOOL(group, answered)
                BOOL(group, killed) BOOL(group, returned) BOOL(group, overdue)
                    NOT(group, reuses, "asked at the edge at which it is opened only") BINDING(group, binding)
                        ZERO(group, job) BYTES(group, address) BYTES(group, pasid) BYTES(group, low) BYTES(group, high)
                            BYTES(group, requests) BYTES(group, behind) BYTES(group, members) BYTES(group, queued)
                                SOME(group, last_sent)};

static const struct field item_fields[] = {
    POOLED(item) NAME(item, number, ITEM) ZERO(item, request) BYTES(item, stream_id) BYTES(item, pasid)
        ZERO(item, before) BYTES(item, prg_index) BOOL(item, last) BOOL(item, parked) BOOL(item, stale_part)
            BOOL(item, wrong) BOOL(item, own) BOOL(item, after_free) BOOL(item, refused)};

static const struct field answer_fields[] = {
    POOLED(answer) ZERO(answer, group) BINDING(answer, binding) BOOL(answer, wrong) BINDING(answer, other)
        BOOL(answer, refused) NOT(answer, automatic, "for texts") BELOW(answer, at, 3) NAME(answer, key, TLP)};

static const struct field translation_fields[] = {
    POOLED(translation) BELOW(translation, endpoint, 0) BYTES(translation, pasid) BYTES(translation, page)
        BYTES(translation, output) SOME(translation, translated) SOME(translation, stale) SOME(translation, asked)
            SOME(translation, leaf) BINDING(translation, binding) BOOL(translation, held)};

static const struct field cached_fields[] = {POOLED(cached) BYTES(cached, asid) BYTES(cached, page) SOME(cached, at)};

static const struct field binding_fields[] = {
    NAME(binding, number, BINDING) BYTES(binding, space) BYTES(binding, life) SOME(binding, freed) SOME(binding, ended)
        SOME(binding, marker) BYTES(binding, asid) BYTES(binding, left) BOOL(binding, reused) BOOL(binding, used)
            BOOL(binding, stopping) BOOL(binding, marker_seen) BOOL(binding, stopped) BOOL(binding, excused)
                BOOL(binding, overtaken) OTHERS(binding, owes_next, "the list of those that owe is told in its order")
                    BOOL(binding, awaits) BOOL(binding, marker_ended_wait) BOOL(binding, drained) BYTES(binding, policy)
                        BELOW(binding, waited_for, PRISIM_CAUSES) BYTES(binding, at)};

static const struct field context_fields[] = {
    BYTES(context, stream_id) BYTES(context, pasid) BINDING(context, bound) BINDING(context, device)
        BINDING(context, stopping) NAME(context, call, CALL) SOME(context, unbind) SOME(context, begun)
            NOT(context, last, "for texts: what a hang waits for") NOT(context, policy, "the same; its binding has it")
                BOOL(context, stop.open) BOOL(context, stop.done) BINDING(context, stop.binding)
                    SOME(context, stop.markers) SOME(context, stop.clock) BINDING(context, stop.owed)
                        BINDING(context, owner) BYTES(context, stops) BYTES(context, markers) BINDING(context, ended_by)
                            MOMENT(context, cd_since, CYCLES) BINDING(context, cd_left)};

static const struct field invalidation_fields[] = {
    BELOW(invalidation, range.endpoint, 0) BYTES(invalidation, range.pasid) BYTES(invalidation, range.address)
        BYTES(invalidation, range.size) NAME(invalidation, tlp, TLP) SOME(invalidation, index) SOME(invalidation, at)
            SOME(invalidation, sync) BYTES(invalidation, copies) BYTES(invalidation, arrived)
                BOOL(invalidation, dropped) BOOL(invalidation, complete) BOOL(invalidation, superseded)
                    BOOL(invalidation, lost) BOOL(invalidation, error) BOOL(invalidation, repeated)
                        BOOL(invalidation, own) BOOL(invalidation, told) BOOL(invalidation, given_up)
                            BOOL(invalidation, judged)};

static const struct field queue_entry_fields[] = {ZERO(queue_entry, request) BYTES(queue_entry, pasid) SOME(
    queue_entry, address) BYTES(queue_entry, prg_index) SOME(queue_entry, access) BELOW(queue_entry, state, 3)};

static const struct field drop_fields[] = {ZERO(drop, group) BYTES(drop, stream_id) BYTES(drop, prg_index)
                                               BOOL(drop, answerable) BOOL(drop, marker)};

static const struct field tlb_command_fields[] = {
    NOT(tlb_command, what.index, "their order is told") BYTES(tlb_command, what.opcode) BYTES(tlb_command, what.vmid)
        BYTES(tlb_command, what.asid) BYTES(tlb_command, what.address) BYTES(tlb_command, what.size)
            BYTES(tlb_command, what.leaf) BYTES(tlb_command, what.level) BYTES(tlb_command, what.granule)
                MOMENT(tlb_command, at, CYCLES)
                    NOT(tlb_command, synced, "those that are stand first; when it was is for texts, and over")};

static const struct field cd_command_fields[] = {BYTES(cd_command, opcode) BYTES(cd_command, stream_id)
                                                     BYTES(cd_command, pasid) MOMENT(cd_command, at, CYCLES)};

static const struct field course_step_fields[] = {SOME(course_step, given) BOOL(course_step, lost)
                                                      BOOL(course_step, caught) BOOL(course_step, refused)};

static const struct field exposure_fields[] = {
    NAME(exposure, call, CALL) BYTES(exposure, step) BYTES(exposure, stream_id) BYTES(exposure, pasid)
        NOT(exposure, binding, "the driver's number, for texts: `of` is the binding") BINDING(exposure, of)
            SOME(exposure, cycle) SOME(exposure, at)};

static const struct field lost_marker_fields[] = {
    BINDING(lost_marker, binding) NOT(lost_marker, finding, "where the text is that its end is added to")
        MOMENT(lost_marker, cycle, CYCLES) BOOL(lost_marker, too_late)};

static const struct field function_fields[] = {
    OTHERS(function, stream_id, "configuration") BYTES(function, allocation) BINDING(function, no_pasid)
        BYTES(function, outstanding) BOOL(function, enabled) BOOL(function, halted) BOOL(function, gone)
            BOOL(function, contained) BOOL(function, refused) BOOL(function, aborted)
                OTHERS(function, index, "each group says whether its index is its own") OTHERS(
                    function, first, "the oldest that travels") OTHERS(function, final, "the youngest that travels")
                    OTHERS(function, off.pool, "a copy's: nobody refers to it")
                        NOT(function, off.group, "only whose the answer was is asked") BINDING(function, off.binding)
                            NOT(function, off.wrong, "the same") BINDING(function, off.other)
                                BOOL(function, off.refused) NOT(function, off.automatic, "the same")
                                    OTHERS(function, off.at, "the same") NOT(function, off.key, "the same")
                                        BINDING(function, cut_by)};

#define TABLES  "made from records, or from the scenario, which are told; its size is the arena's"
#define PRINTED "printed, and no part of a verdict"
static const struct field checkers_fields[] = {
    OTHERS(checkers, scenario, "the same for all rows") OTHERS(checkers, arena, "where things are, not what")
        OTHERS(checkers, duties, "who listens") OTHERS(checkers, telling, "scratch")
            NOT(checkers, clock, "counts events: moments are told by their order") SOME(checkers, command)
                BYTES(checkers, life) NOT(checkers, events, PRINTED) SOME(checkers, counters[COUNTER_JOBS_FAILED])
                    SOME(checkers, counters[COUNTER_JOBS_ENDED_BY_UNBIND]) BYTES(checkers, counters[COUNTER_TASKS_HELD])
                        BOOL(checkers, course.happened) NOT(checkers, course.failed_jobs, "texts")
                            BOOL(checkers, allocations.ready) BOOL(checkers, allocations.overcommitted)
                                SOME(checkers, queue.prod) SOME(checkers, queue.cons) BOOL(checkers, queue.ovflg)
                                    BOOL(checkers, queue.ovackflg) NOT(checkers, queue.overflow_since, PRINTED)
                                        OTHERS(checkers, queue.log2, "configuration") BOOL(checkers, items.ovackflg)
                                            SOME(checkers, waits.stops) ZERO(checkers, items.enqueued)
                                                NOT(checkers, freed.last, "asked at the edge of U6 only")
                                                    SOME(checkers, findings.hits) SOME(checkers, findings.premises)
                                                        SOME(checkers, findings.broken_since)};

#endif
