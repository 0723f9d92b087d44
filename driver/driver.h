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

#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/ports.h"
#include "model/core/public.h"
#include "model/pcie/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(driver_config_default)
PRISIM_PUBLIC(driver_config_check)
PRISIM_PUBLIC(driver_state_size)
PRISIM_PUBLIC(driver_init)
PRISIM_PUBLIC(driver_step)
PRISIM_PUBLIC(driver_can_hold)

enum { DRIVER_FUNCTIONS_MAX = 32, DRIVER_SPACES_MAX = 16, DRIVER_REGIONS_MAX = 16, DRIVER_CALLS_MAX = 16 };
enum { DRIVER_CPUS_MAX = 8, DRIVER_WORKERS_MAX = 4 };

/* DRIVER_UNBIND_NONE, DRIVER_UNBIND_DRAIN, DRIVER_UNBIND_STOP_MARKER */
enum driver_policy {
#define POLICY(NAME, ...) DRIVER_UNBIND_##NAME,
#include "driver/unbind/policies.def"
#undef POLICY
    DRIVER_POLICIES
};
/* Their names, in the same order. */
#define DRIVER_POLICY_WORDS "none, drain or stop_marker"
enum driver_draining_answer { DRIVER_DRAINING_INVALID, DRIVER_DRAINING_SERVE };
enum driver_cons_update { DRIVER_CONS_ENTRY, DRIVER_CONS_PASS };
/* What becomes of an unbind whose ATC invalidation its function does not answer: it goes on (as Linux 6.1 does), it
 * repeats the invalidation a number of times, or it ends and the PASID is kept back. */
enum driver_on_atc_timeout {
    DRIVER_ATC_TIMEOUT_AS_LINUX_6_1,
    DRIVER_ATC_TIMEOUT_REPEAT,
    DRIVER_ATC_TIMEOUT_KEEP_PASID
};
/* From the last U6 of a space until its ASID may be given to another one. */
enum driver_asid_recycle { DRIVER_ASID_AT_ONCE, DRIVER_ASID_DELAYED, DRIVER_ASID_NEVER };
/* How a structure that the SMMU may be reading is made valid (SMMU-FETCH): what does not matter yet, CFGI and SYNC,
 * the word with V, CFGI and SYNC; or all words, that with V last, and then CFGI and SYNC once. */
enum driver_structure_update { DRIVER_STRUCTURE_AS_ARM, DRIVER_STRUCTURE_NAIVE };
enum driver_interrupts { DRIVER_INTERRUPTS_MSI, DRIVER_INTERRUPTS_WIRED };
enum { REGION_READ = 1, REGION_WRITE = 2 };

/* The members, with default, range, unit and source of each, are the rows of driver_region_config.def. */
struct driver_region {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_region_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_space_config.def. */
struct driver_space {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_space_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_function_config.def. */
struct driver_function {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_function_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_price_config.def. */
struct driver_prices {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_price_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of driver_config.def. */
struct driver_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "driver/driver_config.def"
};

enum driver_rx {
    DRIVER_RX_MEMORY,    /* struct memory_response */
    DRIVER_RX_MMIO,      /* struct memory_response */
    DRIVER_RX_HOST,      /* struct tlp: completions */
    DRIVER_RX_INTERRUPT, /* struct interrupt: MSIs; always taken */
    DRIVER_RX_WIRED,     /* struct smmu_interrupt; always taken */
    DRIVER_RX_STIMULUS,  /* struct driver_stimulus; always taken */
    DRIVER_RX_PORTS
};
enum driver_tx { DRIVER_TX_MEMORY, DRIVER_TX_MMIO, DRIVER_TX_HOST /* struct tlp */, DRIVER_TX_PORTS };

/* Data of the MSIs that the driver programs. */
enum { DRIVER_MSI_GERROR = 1, DRIVER_MSI_EVENTQ = 2, DRIVER_MSI_PRIQ = 3 };

enum driver_task {
    DRIVER_TASK_INIT,
    DRIVER_TASK_IRQ, /* the interrupt handler of the PRI queue */
    DRIVER_TASK_PRI_THREAD,
    DRIVER_TASK_WORKER, /* any worker */
    DRIVER_TASK_CALLER, /* any caller of bind or unbind */
    DRIVER_TASK_EVENT_THREAD,
    DRIVER_TASKS
};

enum driver_stimulus_what {
    DRIVER_BIND,   /* bind space to (function, pasid) */
    DRIVER_UNBIND, /* U0, U1, U2..U6; then_space + 1 != 0: bind that space, U7 */
    DRIVER_HOLD,   /* keep task before the step that emits `point` for `cycles` (0: until released) */
    DRIVER_RELEASE /* let go what is held at (task, point), and forget holds that wait there */
};

struct driver_stimulus {
    uint32_t what;     /* enum driver_stimulus_what */
    uint32_t function; /* index */
    uint32_t pasid;
    uint32_t space;      /* bind: index */
    uint32_t then_space; /* unbind: index + 1, or 0 */
    uint32_t policy;     /* unbind: enum driver_policy */
    uint32_t task;       /* hold: enum driver_task */
    uint32_t point;      /* hold: enum event_type */
    uint32_t cycles;     /* hold */
    uint32_t call;       /* names the call in events; hold: the step of the timeline that asks for it */
};

struct driver;

/* No functions and no spaces; the caller fills them in. */
void driver_config_default(struct driver_config *config);
bool driver_config_check(const struct driver_config *config, struct config_error *error);
size_t driver_state_size(const struct driver_config *config);
void driver_init(const struct driver_config *config, struct driver *state);
cycle_t driver_step(const struct driver_config *config, struct driver *state, cycle_t now, struct ports *ports);

/* True if a task can be held before that event: it is one that a task's step emits. */
bool driver_can_hold(enum driver_task task, enum event_type point);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
