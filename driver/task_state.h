/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: the tasks' flat state, a part of that of the driver (state.h).
 */
#ifndef PRISIM_DRIVER_TASK_STATE_H
#define PRISIM_DRIVER_TASK_STATE_H

#include "driver/driver.h"
/* Tasks by priority: of the runnable ones the lowest number takes the free CPU, but one that slept overtakes nobody. */
enum {
    TASK_INIT,
    TASK_IRQ,
    TASK_PRI_THREAD,
    TASK_CALLER,
    TASK_WORKER = TASK_CALLER + PRISIM_DRIVER_CALLS_MAX,
    TASK_EVENT_THREAD = TASK_WORKER + PRISIM_DRIVER_WORKERS_MAX,
    TASKS
};
/* Timers: of each task, the end of its step or of its sleep; and of each interrupt, the start of its handler. */
enum { TIMER_INTERRUPT = TASKS /* + DRIVER_MSI_* */, TIMERS = TIMER_INTERRUPT + PRISIM_DRIVER_MSI_FUNCTION + 1 };
#define TASKS_MASK      ((UINT32_C(1) << TASKS) - 1)
#define INTERRUPTS_MASK (((UINT32_C(1) << TIMERS) - 1) & ~TASKS_MASK)

enum { TASK_NONE = 0xff, CPU_NONE = 0xff, ITEM_NONE = 0xffff };
enum { DRIVER_ITEMS = 1024, DRIVER_HOLDS_MAX = 64, PAGE_BYTES = 4096 };
/* The batch under way may have begun before the wait for it (UNBIND-P6). */
enum { BATCHES_AWAITED = 2 };
enum { CALL_DEPTH = 8, ROUTINE_DEPTH = 2, PC_NONE = 0xffff, TASK_BYTES = 256 };
#define CALLERS_MASK (((UINT32_C(1) << PRISIM_DRIVER_CALLS_MAX) - 1) << TASK_CALLER)

_Static_assert(TIMERS <= 32, "a mask holds every timer");

/* What a task is resumed in: the function of its kind, or one below it that stands for several steps. */
enum routine { ROUTINE_COMMAND = PRISIM_DRIVER_TASKS, ROUTINE_ENTRY, ROUTINE_PAGE, ROUTINE_MARKER, ROUTINES };

/* What a task may wait for without a CPU. */
enum wait {
    WAIT_KICK,       /* PRI thread: an interrupt, or a drain */
    WAIT_EVENTS,     /* event thread */
    WAIT_WORK,       /* workers */
    WAIT_ITEM,       /* PRI thread: a free item */
    WAIT_COMMAND,    /* the command queue's lock */
    WAIT_HANDED,     /* drain: entries before the snapshot are handed over */
    WAIT_BATCH,      /* the queue is empty, or so many batches have ended */
    WAIT_FLUSH,      /* flush: groups before the mark are finished */
    WAIT_MARKER,     /* a Stop Marker */
    WAIT_STOPPED,    /* an interrupt of a function */
    WAIT_POPULATED,  /* another caller fills the space */
    WAIT_REFERENCE,  /* requests hold the handle */
    WAIT_COMPLETION, /* a pass of the PRI thread ends */
    WAIT_PARKED,     /* the PRI thread rests between two passes */
    WAIT_START,      /* PRI thread: whoever stopped it starts it */
    WAIT_STAY,       /* a process has died, and its PASID is being made quiet */
    WAIT_STALE,      /* a stale PASID is freed */
    WAIT_LOCK,       /* a named lock, of which this one is none */
    WAITS = WAIT_LOCK + PRISIM_DRIVER_LOCKS
};

struct call {
    struct prisim_driver_stimulus stimulus;
    uint64_t sequence;
    uint64_t upto; /* of a drain: count of entries */
    union {
        prisim_cycle_t deadline;
        uint64_t flush_upto; /* of a flush: count of groups */
        struct {
            uint32_t scan_at, scan_to; /* of a scan: indexes of the PRI queue, where it is and where it ends */
        };
        uint16_t parts; /* of a group without its Last, that is being answered; ITEM_NONE: none */
    };
    union {
        uint32_t markers;      /* Stop Markers of this PASID that end the wait */
        uint32_t leaves_bound; /* of a process that dies: its PASIDs stay bound, and lead nowhere (UNBIND-P10) */
    };
    union {
        uint32_t region;   /* bind: population goes on at this page */
        uint32_t argument; /* unbind: of the step, and 1 (policy_arguments.def); 0: it has none */
        uint32_t frames;   /* that were taken out of the tables, the last one first: they are still to go back */
    };
    union {
        uint64_t offset;     /* of that page; of a teardown: which place of the tables */
        uint64_t batch_upto; /* of a wait for batches: count of these */
    };
    uint64_t atc_inv;    /* number of its ATC_INV that is under way; 0: none */
    uint64_t atc_sync;   /* of the CMD_SYNC that waits for that; 0: none yet */
    uint64_t own_sync;   /* of the CMD_SYNC that this call issued last */
    uint32_t repeats;    /* of the ATC_INV */
    uint8_t interrupted; /* an interrupt of a function came since it last asked */
    uint8_t atc_lost;    /* the last one was not done */
    uint8_t refused;     /* enum prisim_cause; PRISIM_CAUSE_NONE: it was not */
    uint8_t cause;       /* why U5 was reached */
    uint8_t step;        /* of the policy's list: enum prisim_driver_step */
    uint8_t next_step;   /* its place */
    uint8_t returned;    /* to its caller, before its end */
    uint8_t signalled;   /* a signal came */
    uint8_t pending;     /* FLR: the function still has transactions pending */
    uint8_t overflowed;  /* the queue was in overflow behind the last drain of the hardware */
    uint8_t completion;  /* what await_no_match said of it last, and 1; 0: nothing */
    union {
        uint8_t found;   /* of a scan: entries of the PASID, 255 at most */
        uint8_t by_list; /* attach: its policy has a list for page requests and ATS */
    };
};

/* It unbinds PASIDs one after the other: all of a function, or of a space. */
static inline bool call_unbinds_many(const struct call *call)
{
    return call->stimulus.what == PRISIM_DRIVER_REMOVE || call->stimulus.what == PRISIM_DRIVER_MM_EXIT;
}

/* The PASID that a call is about at this moment, or PRISIM_PASID_NONE: one that unbinds many has CALL_NO_PASID behind
 * them. */
#define CALL_NO_PASID UINT32_MAX
static inline uint64_t call_pasid(const struct call *call)
{
    const bool unbinds = call_unbinds_many(call) && call->stimulus.pasid != CALL_NO_PASID;
    return prisim_driver_stimulus_has_pasid(&call->stimulus) || unbinds ? call->stimulus.pasid : PRISIM_PASID_NONE;
}

static inline bool call_binds(const struct call *call, uint32_t space)
{
    return call->stimulus.what == PRISIM_DRIVER_BIND
               ? call->stimulus.space == space
               : call->stimulus.what == PRISIM_DRIVER_UNBIND && call->stimulus.then_space == space + 1;
}

/* One of the two is of a space. The end of a process and what binds its space wait for one another, for who binds it
 * has it in use; and so do those of one space. */
static inline bool call_shares_space(const struct call *call, const struct call *other)
{
    const bool of_space = !prisim_driver_stimulus_has_function(&call->stimulus);
    if (of_space && !prisim_driver_stimulus_has_function(&other->stimulus))
        return call->stimulus.space == other->stimulus.space;
    const struct call *exits = of_space ? call : other, *binds = of_space ? other : call;
    return exits->stimulus.what == PRISIM_DRIVER_MM_EXIT && call_binds(binds, exits->stimulus.space);
}

/* A sweep waits for no call: what is stale is nobody's. Who is for all of the function waits for it, to find its PASIDs
 * free; but isolation does not. */
static inline bool call_waits_for_sweep(const struct call *call, const struct call *other)
{
    return call->stimulus.what != PRISIM_DRIVER_SWEEP && call->stimulus.what != PRISIM_DRIVER_ISOLATE &&
           !prisim_driver_stimulus_has_pasid(&call->stimulus) && call->stimulus.function == other->stimulus.function &&
           other->sequence < call->sequence;
}

/* The other one came before, and is for the same PASID, or one of the two for all of the function. Isolation waits for
 * no call of a PASID: that may be what hangs. Nor does who unbinds for a Stop Marker: the other may wait for that. */
static inline bool call_waits_for(const struct call *call, const struct call *other)
{
    if (!prisim_driver_stimulus_has_function(&call->stimulus) || !prisim_driver_stimulus_has_function(&other->stimulus))
        return call_shares_space(call, other) && other->sequence < call->sequence;
    if (call->stimulus.what == PRISIM_DRIVER_SWEEP || other->stimulus.what == PRISIM_DRIVER_SWEEP)
        return call_waits_for_sweep(call, other);
    if ((call->stimulus.what == PRISIM_DRIVER_ISOLATE || prisim_driver_stimulus_is_of_marker(&call->stimulus)) &&
        prisim_driver_stimulus_has_pasid(&other->stimulus))
        return false;
    return call->stimulus.function == other->stimulus.function && other->sequence < call->sequence &&
           (call->stimulus.pasid == other->stimulus.pasid || !prisim_driver_stimulus_has_pasid(&call->stimulus) ||
            !prisim_driver_stimulus_has_pasid(&other->stimulus));
}

struct work {
    uint64_t sequence; /* of the group */
    uint16_t head, item;
    uint8_t response; /* enum prisim_prg_response_code */
    uint8_t space;
    uint8_t copies; /* the page of the item was write-protected, and is copied or made writable */
    uint8_t unused;
    uint32_t binding; /* its handle was found for the group last, and is held until the answer; 0: none */
};

struct bring_up {
    union {
        uint16_t row;
        uint16_t at; /* of the capability that is looked for */
    };
    union {
        uint16_t again;  /* the row is not done yet */
        uint16_t wanted; /* the capability */
    };
    uint16_t function;
    uint16_t left; /* capabilities that may be looked at */
};

struct task {
    /* One per nesting of functions; 0: at its start, or none is nested so deep. The last is PC_NONE. */
    uint16_t pc[CALL_DEPTH + 1];
    uint16_t routine_pc[ROUTINE_DEPTH + 1];
    uint8_t index;
    uint8_t kind;    /* enum prisim_driver_task */
    uint8_t routine; /* enum routine; kind: its own */
    uint8_t cpu;
    uint8_t awaits;      /* tx port of its access + 1, until the answer */
    uint8_t lock;        /* that it is about to have: enum prisim_driver_lock */
    uint16_t hold_point; /* where it is held */
    uint32_t hold_step;  /* who asked for it */
    uint32_t price;      /* cycles from getting a CPU to going on */
    /* The answer to its access: it is used at the edge at which it comes, and says nothing from then on. */
    uint32_t status; /* enum prisim_memory_status or prisim_tlp_status */
    uint32_t asked;  /* the register, if it is an access to one */
    uint64_t answer[4];
    union {
        uint64_t command[2];
        struct {
            uint32_t page_frame; /* while a page is being mapped: to be used when it is cleared, up to this line */
            uint32_t page_line;
        };
    };
    uint64_t command_number; /* of the last that PROD has passed */
    prisim_cycle_t sync_deadline;
    struct bring_up bring_up;
    /* The page that is being mapped. */
    uint64_t page_address;
    uint8_t page_space;
    uint8_t page_perm;
    uint8_t page_cause;
    uint8_t then_sync; /* its command is put on the queue together with a CMD_SYNC: a batch of two */
    uint8_t published; /* of the batch */
    uint8_t stored;    /* of the part of it that is not published yet */
    uint8_t gave_up;   /* its last wait for a CMD_SYNC ended before that was done */
    union {
        struct call call;
        struct work work;
        uint8_t room[120]; /* up to TASK_BYTES: that makes the place of a task a shift of its number */
    };
};
_Static_assert(sizeof(struct task) == TASK_BYTES, "as many bytes as it is said to have");

#endif
