/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver: SMMU bring-up, the command queue, the PRI thread, workers, bind and unbind, the driver of each function.
 * It knows the SMMU by registers, queues in memory and interrupts, and a function by configuration and memory TLPs, as
 * a real one does. Every software context is a task that can be held at any step; a step has at most one shared effect,
 * bound at its last cycle, and a price. It is not an operating system: no preemption, no kernel API.
 * Timing: docs/timing.md "Driver".
 */
#ifndef PRISIM_DRIVER_H
#define PRISIM_DRIVER_H

#include <stddef.h>

#include "model/core/address_map.h"
#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/memory_region.h"
#include "model/core/ports.h"
#include "model/pcie/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum {
    PRISIM_DRIVER_FUNCTIONS_MAX = 32,
    PRISIM_DRIVER_SPACES_MAX = 16,
    PRISIM_DRIVER_FILES_MAX = 16,
    PRISIM_DRIVER_REGIONS_MAX = 16,
    PRISIM_DRIVER_CALLS_MAX = 16,
    PRISIM_DRIVER_OWN_STEPS_MAX = 62 /* of a list that a configuration brings along */
};
enum { PRISIM_DRIVER_CPUS_MAX = 8, PRISIM_DRIVER_WORKERS_MAX = 4 };

/* PRISIM_DRIVER_UNBIND_NONE, PRISIM_DRIVER_UNBIND_DRAIN, PRISIM_DRIVER_UNBIND_STOP_MARKER, PRISIM_DRIVER_UNBIND_REJECT,
 * PRISIM_DRIVER_UNBIND_DRAIN_BATCH, PRISIM_DRIVER_UNBIND_FLAGS, PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT,
 * PRISIM_DRIVER_UNBIND_DEFER_RECYCLE, PRISIM_DRIVER_UNBIND_LEAK_OK, PRISIM_DRIVER_UNBIND_PRI_RESET,
 * PRISIM_DRIVER_UNBIND_DETACH_ONLY, PRISIM_DRIVER_UNBIND_FLR, PRISIM_DRIVER_UNBIND_AMD_V2,
 * PRISIM_DRIVER_UNBIND_MARKER_UNBINDS, PRISIM_DRIVER_UNBIND_QUIET_CD, PRISIM_DRIVER_UNBIND_LINUX_2024,
 * PRISIM_DRIVER_UNBIND_FENCE, PRISIM_DRIVER_UNBIND_FENCE_EMULATED, PRISIM_DRIVER_UNBIND_INTEL_PRQ,
 * PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, PRISIM_DRIVER_UNBIND_LAZY_SWEEP */
enum prisim_driver_policy {
#define PRISIM_POLICY(NAME, ...) PRISIM_DRIVER_UNBIND_##NAME,
#include "driver/unbind/policies.def"
#undef PRISIM_POLICY
    PRISIM_DRIVER_POLICIES,                           /* the presets */
    PRISIM_DRIVER_UNBIND_OWN = PRISIM_DRIVER_POLICIES /* the list of the configuration (prisim_driver_own) */
};
/* When a policy's list is run (UNBIND-STEP; driver/unbind/triggers.def); lists are numbered: policy + trigger *
 * PRISIM_DRIVER_LISTS. A preset's list for the end of a process follows from that of an unbind, if it has none of its
 * own (driver/unbind/list.c). */
enum prisim_driver_trigger {
    PRISIM_DRIVER_ON_UNBIND,
    PRISIM_DRIVER_ON_MM_EXIT,
    PRISIM_DRIVER_ON_MARKER,
    PRISIM_DRIVER_DEFERRED,
    PRISIM_DRIVER_ON_DETACH,
    PRISIM_DRIVER_ON_ATTACH,
    PRISIM_DRIVER_ON_RESET,
    PRISIM_DRIVER_TRIGGERS
};
enum { PRISIM_DRIVER_LISTS = 32 };
/* Their names, in the same order. */
#define PRISIM_DRIVER_POLICY_WORDS                                                                                     \
    "none, drain, stop_marker, reject, drain_batch, flags, prod_snapshot, defer_recycle, leak_ok, pri_reset, "         \
    "detach_only, flr, amd_v2, marker_unbinds, quiet_cd, linux_2024, "                                                 \
    "fence, fence_emulated, intel_prq, inspect_queue, lazy_sweep or own"
/* Points between which a list of one's own may promise that there is no page request: enum driver_point from H0 on. */
#define PRISIM_DRIVER_POINT_WORDS "H0, H1, H2, S0, S1, S2, S3 or R0"
/* How far await_handed looks: on the work queue, or parked; or in the PRI thread's hand (UNBIND-S-03). */
enum prisim_driver_await_handed { PRISIM_DRIVER_AWAIT_HANDED, PRISIM_DRIVER_AWAIT_TAKEN };
/* What a device's driver says of its requests when it unbinds (UNBIND-D6): nothing; no more come and none is left; no
 * more come. And which text he goes by: that of the message has the two the wrong way round. */
enum prisim_driver_flags { PRISIM_DRIVER_FLAGS_NONE, PRISIM_DRIVER_FLAGS_CLEAN, PRISIM_DRIVER_FLAGS_FLUSHED };
enum prisim_driver_flags_reading { PRISIM_DRIVER_FLAGS_BY_HEADER, PRISIM_DRIVER_FLAGS_BY_MESSAGE };
/* What the callback of a device's driver returns: there is none; none of the flags; or one of them (UNBIND-D7). */
enum prisim_driver_callback {
    PRISIM_DRIVER_CALLBACK_ABSENT,
    PRISIM_DRIVER_CALLBACK_NONE,
    PRISIM_DRIVER_CALLBACK_CLEAN,
    PRISIM_DRIVER_CALLBACK_FLUSHED
};
/* drain_batch: when the queue counts as empty, and what a signal does to the wait (UNBIND-P6). */
enum prisim_driver_batch_empty { PRISIM_DRIVER_BATCH_TAKEN, PRISIM_DRIVER_BATCH_HANDED };
enum prisim_driver_batch_signal {
    PRISIM_DRIVER_BATCH_SIGNAL_GOES_ON,
    PRISIM_DRIVER_BATCH_SIGNAL_ROLLBACK,
    PRISIM_DRIVER_BATCH_SIGNAL_WAITS_ON
};
/* Which completion await_no_match waits on: the one that all waits of the SMMU share, or the caller's own
 * (UNBIND-STEP-12). And what scan_queue does with an entry of its PASID: whoever takes it drops it, or finds no owner
 * for it (UNBIND-STEP-19). */
enum prisim_driver_completion { PRISIM_DRIVER_COMPLETION_SHARED, PRISIM_DRIVER_COMPLETION_OWN };
enum prisim_driver_scan { PRISIM_DRIVER_SCAN_DROP, PRISIM_DRIVER_SCAN_REWRITE };
enum prisim_driver_draining_answer { PRISIM_DRIVER_DRAINING_INVALID, PRISIM_DRIVER_DRAINING_SERVE };
/* What becomes of parts of groups when an overflow is acknowledged (SMMU-PRIOVF). */
enum prisim_driver_overflow_parts { PRISIM_DRIVER_PARTS_DISCARD, PRISIM_DRIVER_PARTS_KEEP };
/* When the binding of a request's PASID is looked up (S2, S1 or S0), by whose PASID, and what makes a group
 * (UNBIND-S-07, UNBIND-S-22). */
enum prisim_driver_resolve_at {
    PRISIM_DRIVER_RESOLVE_AT_SERVE,
    PRISIM_DRIVER_RESOLVE_AT_ENQUEUE,
    PRISIM_DRIVER_RESOLVE_AT_TAKE
};
enum prisim_driver_resolve_by { PRISIM_DRIVER_RESOLVE_BY_EACH, PRISIM_DRIVER_RESOLVE_BY_LAST };
enum prisim_driver_match_by { PRISIM_DRIVER_MATCH_BY_STREAM_PASID_INDEX, PRISIM_DRIVER_MATCH_BY_INDEX };
/* The answer to a request whose PASID is nobody's (UNBIND-P15). */
enum prisim_driver_no_owner {
    PRISIM_DRIVER_NO_OWNER_INVALID,
    PRISIM_DRIVER_NO_OWNER_FAILURE,
    PRISIM_DRIVER_NO_OWNER_SUCCESS
};
/* Named locks (UNBIND-STEP-1), and what a task waits for without a time-out. */
enum prisim_driver_lock {
    PRISIM_DRIVER_LOCK_NONE,
    PRISIM_DRIVER_LOCK_GROUP,
    PRISIM_DRIVER_LOCK_MM,
    PRISIM_DRIVER_LOCK_PARAM,
    PRISIM_DRIVER_LOCKS
};
enum prisim_driver_blocked {
    PRISIM_DRIVER_BLOCKED_LOCK,
    PRISIM_DRIVER_BLOCKED_PRI_THREAD,
    PRISIM_DRIVER_BLOCKED_WORKERS,
    PRISIM_DRIVER_BLOCKED_REFERENCES,
    PRISIM_DRIVER_BLOCKED_ITEM,
    PRISIM_DRIVER_BLOCKED_FUNCTION
};
/* And how often that is said: once for the group, or for each of its requests (UNBIND-S-24). */
enum prisim_driver_no_owner_per { PRISIM_DRIVER_NO_OWNER_PER_GROUP, PRISIM_DRIVER_NO_OWNER_PER_REQUEST };
/* What a request holds of the handle that was found for it: nothing; a reference; or one that U6 waits for. */
enum prisim_driver_reference {
    PRISIM_DRIVER_REFERENCE_NONE,
    PRISIM_DRIVER_REFERENCE_COUNTED,
    PRISIM_DRIVER_REFERENCE_AWAITED
};
/* When a space is freed: never, for no mm ends; or with the handle of its last binding. */
enum prisim_driver_space_life { PRISIM_DRIVER_SPACE_LIFE_MM, PRISIM_DRIVER_SPACE_LIFE_BOND };
enum prisim_driver_objects { PRISIM_DRIVER_OBJECTS_UNTOLD, PRISIM_DRIVER_OBJECTS_TOLD };
/* Objects with a life (UNBIND-HAZARD-3), as events call them: what a bind makes (id: stream_id << 20 | PASID), an
 * address space (id: its number, from 1), a group of page requests in software's hands (id: the item of its Last). */
enum prisim_driver_object { PRISIM_DRIVER_OBJECT_HANDLE, PRISIM_DRIVER_OBJECT_SPACE, PRISIM_DRIVER_OBJECT_GROUP };
/* What each function is allowed to have outstanding: what its row says, its share of the PRI queue, or all of it. */
enum prisim_driver_credits { PRISIM_DRIVER_CREDITS_FIXED, PRISIM_DRIVER_CREDITS_SHARE, PRISIM_DRIVER_CREDITS_FULL };
/* Groups of page requests that wait for a worker: any of them may be served beside any other; or those of one function
 * and PASID one after the other. */
enum prisim_driver_work_queue { PRISIM_DRIVER_WORK_QUEUE_UNORDERED, PRISIM_DRIVER_WORK_QUEUE_ORDERED };
/* What the PRI thread does with a record: gathers groups for the workers and counts Stop Markers; or as the handler
 * that Linux 6.1 shipped, which serves nothing. */
enum prisim_driver_pri_handler { PRISIM_DRIVER_PRI_HANDLER_IOPF, PRISIM_DRIVER_PRI_HANDLER_LINUX_6_1 };
enum prisim_driver_cons_update { PRISIM_DRIVER_CONS_ENTRY, PRISIM_DRIVER_CONS_PASS };
/* What becomes of an unbind whose ATC invalidation its function does not answer: it goes on (as Linux 6.1 does), it
 * repeats the invalidation a number of times, or it ends and the PASID is kept back, or it isolates the function and
 * goes on. */
enum prisim_driver_on_atc_timeout {
    PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1,
    PRISIM_DRIVER_ATC_TIMEOUT_REPEAT,
    PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID,
    PRISIM_DRIVER_ATC_TIMEOUT_ISOLATE
};
/* How a function is isolated (UNBIND-STEP-9): its STE aborts all; EATS=00 and ATS off; its link is contained. */
enum prisim_driver_isolate {
    PRISIM_DRIVER_ISOLATE_STE_ABORT,
    PRISIM_DRIVER_ISOLATE_ATS_OFF,
    PRISIM_DRIVER_ISOLATE_LINK
};
/* What becomes of an unbind that gave up its wait for the CMD_SYNC of its invalidation (sync_timeout): it goes on (as
 * Linux 6.1 does), or it ends and the PASID is kept back. */
enum prisim_driver_on_sync_timeout { PRISIM_DRIVER_SYNC_TIMEOUT_AS_LINUX_6_1, PRISIM_DRIVER_SYNC_TIMEOUT_KEEP_PASID };
/* From the last U6 of a space until its ASID may be given to another one. */
enum prisim_driver_asid_recycle { PRISIM_DRIVER_ASID_AT_ONCE, PRISIM_DRIVER_ASID_DELAYED, PRISIM_DRIVER_ASID_NEVER };
/* From the edge at which a page frame was taken back until it may be given again, to whoever asks then. */
enum prisim_driver_frame_recycle {
    PRISIM_DRIVER_FRAME_AT_ONCE,
    PRISIM_DRIVER_FRAME_DELAYED,
    PRISIM_DRIVER_FRAME_NEVER
};
/* How long a space has its pages and tables: as long as the scenario; until it is bound nowhere any more, or its
 * process dies; or only until that. */
enum prisim_driver_teardown {
    PRISIM_DRIVER_TEARDOWN_NEVER,
    PRISIM_DRIVER_TEARDOWN_LAST_UNBIND,
    PRISIM_DRIVER_TEARDOWN_MM_EXIT
};
/* Where a region's pages come from: each page has a frame of its own; or those that are only read have one together,
 * until they are written (copy-on-write); or they are those of a file, in frames that belong to it. */
enum prisim_driver_backing { PRISIM_DRIVER_BACKING_ANON, PRISIM_DRIVER_BACKING_COW, PRISIM_DRIVER_BACKING_FILE };
/* The steps of unmap between the descriptors that it clears and its end (SMMU-ATCINV): TLBI, SYNC, ATC_INV, SYNC, and
 * then the frames go back; or an order that is wrong. */
enum prisim_driver_unmap_order {
    PRISIM_DRIVER_UNMAP_RIGHT,
    PRISIM_DRIVER_UNMAP_FREE_FIRST,    /* the frames before TLBI */
    PRISIM_DRIVER_UNMAP_NO_ATC_INV,    /* and no second SYNC */
    PRISIM_DRIVER_UNMAP_NO_TLBI,       /* and no first SYNC */
    PRISIM_DRIVER_UNMAP_ATC_INV_FIRST, /* ATC_INV, SYNC, TLBI, SYNC */
    PRISIM_DRIVER_UNMAP_NO_SYNC,       /* the commands are not waited for */
    PRISIM_DRIVER_UNMAP_ORDERS
};
/* Their names, in the same order. */
#define PRISIM_DRIVER_UNMAP_WORDS "right, free_first, no_atc_inv, no_tlbi, atc_inv_first or no_sync"
/* How a structure that the SMMU may be reading is made valid (SMMU-FETCH): what does not matter yet, CFGI and SYNC,
 * the word with V, CFGI and SYNC; or all words, that with V last, and then CFGI and SYNC once. */
enum prisim_driver_structure_update { PRISIM_DRIVER_STRUCTURE_AS_ARM, PRISIM_DRIVER_STRUCTURE_NAIVE };
/* How commands are put on their queue: one after the other, each with a lock and a write of PROD of its own; or a
 * command and its CMD_SYNC together (as Linux 6.1 does). */
enum prisim_driver_commands { PRISIM_DRIVER_COMMANDS_SINGLE, PRISIM_DRIVER_COMMANDS_BATCH };
/* What an access without a PASID meets: it is ended; or CD 0, which no PASID can have then (as Linux does it). */
enum prisim_driver_no_pasid { PRISIM_DRIVER_NO_PASID_ABORT, PRISIM_DRIVER_NO_PASID_CD0, PRISIM_DRIVER_NO_PASID_BYPASS };
/* How the stop of a PASID becomes known (PCIE-STOP-4). */
enum prisim_driver_stop_told { PRISIM_DRIVER_STOP_POLLED, PRISIM_DRIVER_STOP_BY_MSI };
/* What pri_on does with a function that is not Stopped (PCIE-PRICAP-26): nothing; or it enables page requests. */
enum prisim_driver_pri_on { PRISIM_DRIVER_PRI_ON_STOPPED, PRISIM_DRIVER_PRI_ON_AT_ONCE };
/* When a function-level reset is initiated: with its translations blocked, ATS off and its ATC invalidated (as Linux
 * does from 6.19 on); or first, with all of that behind it (UNBIND-P12). */
enum prisim_driver_flr_order { PRISIM_DRIVER_FLR_OFF_FIRST, PRISIM_DRIVER_FLR_FIRST };
/* The second life of the driver (UNBIND-S-50): whether it has the event queue and the PRI queue on; what it does with
 * their PROD; whether their threads ask if the queue is on; how it finds functions that the first life left on; and
 * what accesses meet while the SMMU is off. */
enum prisim_driver_kexec_queues { PRISIM_DRIVER_KEXEC_QUEUES_ON, PRISIM_DRIVER_KEXEC_QUEUES_OFF };
enum prisim_driver_kexec_prod { PRISIM_DRIVER_KEXEC_PROD_RESET, PRISIM_DRIVER_KEXEC_PROD_STALE };
enum prisim_driver_kexec_threads { PRISIM_DRIVER_KEXEC_THREADS_CHECK, PRISIM_DRIVER_KEXEC_THREADS_RUN };
enum prisim_driver_kexec_functions {
    PRISIM_DRIVER_KEXEC_FUNCTIONS_OFF_FIRST,
    PRISIM_DRIVER_KEXEC_FUNCTIONS_FLR,
    PRISIM_DRIVER_KEXEC_FUNCTIONS_AS_FOUND
};
enum prisim_driver_kexec_gbpa { PRISIM_DRIVER_KEXEC_GBPA_ABORT, PRISIM_DRIVER_KEXEC_GBPA_BYPASS };
/* How page faults of a function come to software: by page requests (PRI); or as event records of accesses that the SMMU
 * stalls (SMMU-RESUME), the function having neither ATS nor PRI on. */
enum prisim_driver_faults { PRISIM_DRIVER_FAULTS_PAGE_REQUESTS, PRISIM_DRIVER_FAULTS_STALL };
/* In events, items of stalled accesses count from there: driver.take has the slot and lap of the event queue, and prgi
 * is their STAG. */
enum { PRISIM_DRIVER_STALL_ITEM_BIT = 31 };
#define PRISIM_DRIVER_STALL_ITEM (UINT32_C(1) << PRISIM_DRIVER_STALL_ITEM_BIT)
/* What the PRI thread does with a Stop Marker (UNBIND-STEP, rule `marker`): it counts it at once; drops it; puts it on
 * the work queue, and it counts when a worker takes it; or puts it there as a page request, and it is answered. */
enum prisim_driver_marker {
    PRISIM_DRIVER_MARKER_COUNT,
    PRISIM_DRIVER_MARKER_DISCARD,
    PRISIM_DRIVER_MARKER_TO_WORKER,
    PRISIM_DRIVER_MARKER_ANSWER
};
/* How a function's capabilities are found: they stand where our endpoint has them; or by the lists of configuration
 * space, where what cannot work is refused. */
enum prisim_driver_enumerate { PRISIM_DRIVER_ENUMERATE_KNOWN, PRISIM_DRIVER_ENUMERATE_WALK };
enum prisim_driver_interrupts {
    PRISIM_DRIVER_INTERRUPTS_MSI,
    PRISIM_DRIVER_INTERRUPTS_WIRED,
    PRISIM_DRIVER_INTERRUPTS_COMBINED /* one line, of which the PRI queue's number is told */
};
enum { PRISIM_REGION_READ = 1, PRISIM_REGION_WRITE = 2 };

/* The members, with default, range, unit and source of each, are the rows of driver_region_config.def. */
struct prisim_driver_region {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_region_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_space_config.def. */
struct prisim_driver_space {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_space_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_function_config.def. */
struct prisim_driver_function {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_function_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_price_config.def. */
struct prisim_driver_prices {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_price_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_own_step_config.def. */
struct prisim_driver_own_step {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_own_step_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_own_list_config.def. */
struct prisim_driver_own_list {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_own_list_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_own_config.def. */
struct prisim_driver_own {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_own_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_config.def. */
struct prisim_driver_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_config.def"
};

enum prisim_driver_rx {
    PRISIM_DRIVER_RX_MEMORY,    /* struct prisim_memory_response */
    PRISIM_DRIVER_RX_MMIO,      /* struct prisim_memory_response */
    PRISIM_DRIVER_RX_HOST,      /* struct prisim_tlp: completions */
    PRISIM_DRIVER_RX_INTERRUPT, /* struct prisim_interrupt: MSIs; always taken */
    PRISIM_DRIVER_RX_WIRED,     /* struct prisim_smmu_interrupt; always taken */
    PRISIM_DRIVER_RX_STIMULUS,  /* struct prisim_driver_stimulus; always taken */
    PRISIM_DRIVER_RX_PORTS
};
enum prisim_driver_tx {
    PRISIM_DRIVER_TX_MEMORY,
    PRISIM_DRIVER_TX_MMIO,
    PRISIM_DRIVER_TX_HOST /* struct prisim_tlp */,
    PRISIM_DRIVER_TX_PORTS
};

/* Data of the MSIs that the driver programs. */
enum {
    PRISIM_DRIVER_MSI_GERROR = 1,
    PRISIM_DRIVER_MSI_EVENTQ = 2,
    PRISIM_DRIVER_MSI_PRIQ = 3,
    PRISIM_DRIVER_MSI_FUNCTION = 4 /* of every function */
};

enum prisim_driver_task {
    PRISIM_DRIVER_TASK_INIT,
    PRISIM_DRIVER_TASK_IRQ, /* the interrupt handler of the PRI queue */
    PRISIM_DRIVER_TASK_PRI_THREAD,
    PRISIM_DRIVER_TASK_WORKER, /* any worker */
    PRISIM_DRIVER_TASK_CALLER, /* any caller of bind or unbind */
    PRISIM_DRIVER_TASK_EVENT_THREAD,
    PRISIM_DRIVER_TASKS
};

enum prisim_driver_stimulus_what {
    PRISIM_DRIVER_BIND,    /* bind space to (function, pasid) */
    PRISIM_DRIVER_UNBIND,  /* U0, U1, U2..U6; then_space + 1 != 0: bind that space, U7 */
    PRISIM_DRIVER_HOLD,    /* keep task before the step that emits `point` for `cycles` (0: until released) */
    PRISIM_DRIVER_RELEASE, /* let go what is held at (task, point), and forget holds that wait there */
    PRISIM_DRIVER_DETACH,  /* bring the function down: its PASIDs must be free */
    PRISIM_DRIVER_ATTACH,  /* and up again */
    PRISIM_DRIVER_FLR,     /* function-level reset: its PASIDs stay bound */
    PRISIM_DRIVER_REMOVE,  /* the function is not there any more: its PASIDs are unbound, and it is taken down */
    PRISIM_DRIVER_ISOLATE, /* no new traffic of the function, as `how` says, until it is attached again */
    PRISIM_DRIVER_UNMAP,   /* pages of the space are taken back; of no function */
    PRISIM_DRIVER_SIGNAL,  /* for the caller that unbinds (function, pasid): it ends a wait that may be interrupted */
    PRISIM_DRIVER_MM_EXIT, /* the process that has the space dies: its PASIDs are unbound; of no function */
    PRISIM_DRIVER_KEXEC,   /* this life of the driver ends where it is, and another one begins; once, and of nobody */
    PRISIM_DRIVER_SWEEP    /* the list `deferred` for the function's stale PASIDs: the driver makes it itself */
};

struct prisim_driver_stimulus {
    uint32_t what;     /* enum prisim_driver_stimulus_what */
    uint32_t function; /* index */
    uint32_t pasid;
    uint32_t space;      /* bind, unmap, mm exit: index */
    uint32_t then_space; /* unbind: index + 1, or 0 */
    union {
        uint32_t policy; /* unbind: enum prisim_driver_policy; or, of a sweep too, a list for another trigger */
        uint32_t how;    /* isolate: enum prisim_driver_isolate */
        uint32_t order;  /* unmap: enum prisim_driver_unmap_order */
    };
    union {
        struct {
            uint32_t task;  /* hold: enum prisim_driver_task */
            uint32_t point; /* hold: enum prisim_event_type */
        };
        uint64_t address; /* unmap */
        uint64_t binding; /* unbind by a Stop Marker: which one the PASID had then */
    };
    union {
        uint32_t cycles; /* hold */
        uint32_t pages;  /* unmap: how many, from `address` on */
        uint32_t flags;  /* unbind: enum prisim_driver_flags */
    };
    uint32_t call; /* names the call in events; hold: the step of the timeline that asks for it */
};

/* Of a PASID, of a function as a whole or of a space: each has a caller. The others hold tasks, which no driver does,
 * are signals for one, or the end of all. */
static inline bool prisim_driver_stimulus_is_call(const struct prisim_driver_stimulus *stimulus)
{
    return stimulus->what != PRISIM_DRIVER_HOLD && stimulus->what != PRISIM_DRIVER_RELEASE &&
           stimulus->what != PRISIM_DRIVER_SIGNAL && stimulus->what != PRISIM_DRIVER_KEXEC;
}

/* A call of one PASID, not of the function as a whole. */
static inline bool prisim_driver_stimulus_has_pasid(const struct prisim_driver_stimulus *stimulus)
{
    return stimulus->what == PRISIM_DRIVER_BIND || stimulus->what == PRISIM_DRIVER_UNBIND;
}

/* An unbind by a policy's list on_marker: the driver makes it for a Stop Marker, and nobody waits for its return. */
static inline bool prisim_driver_stimulus_is_of_marker(const struct prisim_driver_stimulus *stimulus)
{
    return stimulus->what == PRISIM_DRIVER_UNBIND && stimulus->policy / PRISIM_DRIVER_LISTS == PRISIM_DRIVER_ON_MARKER;
}

/* A call of a function, or of one of its PASIDs. */
static inline bool prisim_driver_stimulus_has_function(const struct prisim_driver_stimulus *stimulus)
{
    return stimulus->what != PRISIM_DRIVER_UNMAP && stimulus->what != PRISIM_DRIVER_MM_EXIT;
}

struct prisim_driver;

/* No functions and no spaces; the caller fills them in. */
void prisim_driver_config_default(struct prisim_driver_config *config);
bool prisim_driver_config_check(const struct prisim_driver_config *config, struct prisim_config_error *error);
size_t prisim_driver_state_size(const struct prisim_driver_config *config);
/* Bytes from its start that a step may write without prisim_touch (model/core/touched.h). */
size_t prisim_driver_hot_size(const struct prisim_driver_config *config);
void prisim_driver_init(const struct prisim_driver_config *config, struct prisim_driver *state);
prisim_cycle_t prisim_driver_step(const struct prisim_driver_config *config, struct prisim_driver *state,
                                  prisim_cycle_t now, struct prisim_ports *ports);

/* The canonical form of the state and of what is offered on its rx ports (model/core/canonical.h): what two drivers of
 * one configuration do from now on is the same if it is. Counts that only give out numbers are no part of it, and the
 * places in the three queues count from their CONS. */
void prisim_driver_canonical(const struct prisim_driver_config *config, const struct prisim_driver *state,
                             const struct prisim_ports *ports, struct prisim_canonical *to);
/* The same in two parts: what is known of PASIDs, ASIDs and page tables is the cold one. */
void prisim_driver_canonical_hot(const struct prisim_driver_config *config, const struct prisim_driver *state,
                                 const struct prisim_ports *ports, struct prisim_canonical *to);
void prisim_driver_canonical_cold(const struct prisim_driver_config *config, const struct prisim_driver *state,
                                  struct prisim_canonical *to);
struct prisim_canonical_cold prisim_driver_cold(const struct prisim_driver_config *config);
/* The same of a stimulus, wherever it waits. */
void prisim_driver_stimulus_canonical(const struct prisim_driver_stimulus *stimulus, struct prisim_canonical *to);

/* A queue in RAM as software knows it. */
struct prisim_driver_queue {
    uint64_t base;
    uint32_t entries; /* 2^log2; 0: bring-up has not come so far */
    uint32_t log2;
    uint32_t entry_bytes;
    /* Indexes with their wrap bits. PROD of the command queue: behind what is stored, though it may not be published
     * yet. PROD of the others: as it was last read. CONS of the PRI queue: behind what was copied. */
    uint32_t prod, cons;
};
enum prisim_driver_queue_of {
    PRISIM_DRIVER_QUEUE_COMMAND,
    PRISIM_DRIVER_QUEUE_EVENT,
    PRISIM_DRIVER_QUEUE_PRI,
    PRISIM_DRIVER_QUEUES
};
void prisim_driver_queues(const struct prisim_driver_config *config, const struct prisim_driver *state,
                          struct prisim_driver_queue queue[PRISIM_DRIVER_QUEUES]);

/* True if a task can be held before that event: it is one that a task's step emits. */
bool prisim_driver_can_hold(enum prisim_driver_task task, enum prisim_event_type point);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
