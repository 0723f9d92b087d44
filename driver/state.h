/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: the driver's flat state and what its files share. What a task's function is made of is in
 * step.h. It is not part of the contract, which is driver/driver.h. A function with a counterpart in the Linux
 * kernel has its name, with `driver_` before it.
 */
#ifndef PRISIM_DRIVER_STATE_H
#define PRISIM_DRIVER_STATE_H

#include "driver/driver.h"
#include "driver/pasid_state.h"
#include "driver/task_state.h"
#include "model/core/bits.h"
#include "model/core/canonical.h"
#include "model/core/queue_index.h"
#include "model/core/touched.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

struct pasid {
    uint64_t older; /* entries of the PRI queue before that one are of earlier bindings (UNBIND-P16) */
    union {
        prisim_cycle_t free_at; /* FREE: U6; bound again recycle_delay later at the earliest */
        struct {
            uint32_t call, policy; /* LEFT, SWEPT: of its unbind, which is over */
        };
    };
    uint32_t binding;
    uint32_t stops;   /* U0 so far: as many Stop Markers may come */
    uint32_t markers; /* Stop Markers that came, never more than stops */
    uint8_t state;    /* enum pasid_state */
    uint8_t in_lookup;
    uint8_t space;
    uint8_t used; /* it was free before: free_at counts */
};

struct item {
    uint64_t address;
    uint32_t number; /* names it in events */
    uint32_t stream_id;
    uint32_t pasid;
    uint16_t prg_index; /* of a stalled access: its STAG */
    uint8_t has_pasid;
    uint8_t access;
    uint16_t next;       /* in its group, the parked list or the free list */
    uint16_t next_group; /* of a group's first item: on the work queue */
    uint32_t group;      /* and which group it is, counted from 0 */
    uint8_t stalled;     /* an access that waits in the SMMU, not a page request: its queue is that of events */
    uint8_t scanned;     /* scan_queue has marked its entry: enum prisim_driver_scan and 1; 0: it has not */
    uint8_t unused[6];
};

/* Where scan_queue marks an entry of the PRI queue, in its second word: enum prisim_driver_scan and 1. The SMMU writes
 * 0 there (SMMU-PRIENTRY). */
#define SCAN_MARK 9, 2

/* What was looked up for a page request, kept from then until its group is answered: of an item, if the configuration
 * has it kept (found_is_kept). */
struct found {
    uint32_t binding;    /* also the life of the handle; 0: there was none */
    uint32_t space_life; /* of the space */
    uint32_t place;      /* of the PASID that was looked up */
    uint8_t space;       /* + 1; 0: no owner */
    uint8_t cause;       /* enum prisim_cause */
    uint8_t looked_up;
    uint8_t held; /* it has a reference to the handle */
};

/* A function's life. REFUSED: it cannot be used, and no more of it is said than why. */
enum function_state { FUNCTION_DOWN, FUNCTION_COMES_UP, FUNCTION_UP, FUNCTION_REFUSED, FUNCTION_ISOLATED };

struct function {
    uint16_t express, ats, pri, pasid; /* offsets of its capabilities */
    uint8_t state;                     /* enum function_state */
    uint8_t blocked;                   /* its STE says Abort */
    uint8_t isolated_by;               /* of one that is: enum prisim_driver_isolate */
    uint8_t sweeps_by;                 /* policy whose list the sweep that is wanted runs */
};

/* ENDING: what it had is taken back. */
enum populated { SPACE_EMPTY, SPACE_FILLING /* by a caller, now */, SPACE_FULL, SPACE_ENDING };

struct space {
    uint64_t root;
    uint32_t bindings; /* that have not reached U6 */
    uint16_t asid;     /* while there are any; 0: none */
    uint8_t populated; /* enum populated */
    uint32_t life;     /* named by the binding that it began with; 0: it was never bound */
    uint32_t handles;  /* of its bindings, that are not freed */
};

struct hold {
    uint32_t task, point, cycles, step;
};

/* Offsets of the arrays behind the state: they follow from the configuration. */
struct driver_places {
    size_t found, pasids, asids, tables, frames, end;
    uint64_t frame_first; /* address of frame 1 */
    uint64_t ram_frames;  /* that lie one behind the other from there */
    uint32_t frame_count;
    uint32_t tables_log2;
};

struct prisim_driver {
    struct prisim_touched touched;

    /* Scheduling. */
    prisim_cycle_t next;                      /* the earliest timer */
    uint32_t timers;                          /* those that run */
    uint32_t runnable, held;                  /* tasks */
    uint32_t sleeping;                        /* timers that end no step: of tasks without a CPU, and all interrupts' */
    uint32_t blocked[PRISIM_DRIVER_TX_PORTS]; /* tasks whose access waits for the port */
    uint32_t slept;                           /* tasks that have not had a CPU since they slept */
    uint32_t passed;                          /* runnable tasks that found no CPU at the edge of ready_at */
    prisim_cycle_t ready_at[TASKS];
    uint32_t waiters[WAITS];
    uint8_t blocked_ports, free_cpus, started, ready;
    uint8_t life, deaf, dying; /* 1 behind a kexec; no interrupt is heard yet; CPUs in an access of the life before */
    uint8_t cpu_task[PRISIM_DRIVER_CPUS_MAX];
    prisim_cycle_t timer[TIMERS];
    uint64_t holds_armed;
    uint8_t irq_active, irq_again;
    uint32_t interrupts; /* of the PRI queue, up to the one that is lost */

    /* Callers. */
    uint32_t callers_live, callers_queued;
    uint64_t calls;

    /* What bring-up learnt. */
    uint32_t cmdq_log2, eventq_log2, priq_log2;
    uint32_t ips;
    uint32_t asid_bits;
    uint8_t msi;
    uint8_t sized;  /* the sizes of the queues are known */
    uint8_t stalls; /* accesses may stall: IDR0.STALL_MODEL is 00 */

    /* Command queue: counts of commands; positions are these modulo 2^(log2 + 1). */
    uint64_t issued, consumed;
    uint8_t command_owner;
    uint8_t lock_owner[PRISIM_DRIVER_LOCKS - 1]; /* of a named lock: the task + 1; 0: it is free */

    /* PRI queue: counts of entries. */
    uint64_t taken, handed;
    uint64_t batches; /* of as many entries as the queue has, handed over */
    uint32_t priq_prod;
    uint32_t ovackflg; /* as it stands in PRIQ_CONS */
    uint8_t kicked;
    uint8_t filters;  /* a PASID has a record of what is older than its binding */
    uint16_t in_hand; /* item */
    uint32_t passes;  /* of the PRI thread that were signalled */
    uint64_t marker;  /* handed over at this edge: stream_id << 32 | PASID, and 1; 0, as between edges: none */
    /* Completions: bit 0 the one that all share, and one more for each caller's own. Those that somebody has armed are
     * signalled; those that are done. */
    uint32_t armed, done;
    uint8_t stops;                  /* unbinds that keep the PRI thread from the queue */
    uint8_t irqs_off;               /* unbinds that keep its interrupt masked */
    uint32_t sweeps_wanted, sweeps; /* functions whose stale PASIDs are to be freed, and are being so */

    /* Event queue. */
    uint64_t events_taken;
    uint32_t eventq_prod, gerror, gerrorn;
    uint32_t events_ovackflg; /* as it stands in EVENTQ_CONS */
    uint8_t events_pending, gerror_pending;
    uint16_t stall_in_hand; /* item */

    /* Items. */
    uint16_t free_item, free_items;
    uint16_t parked_head, parked_tail, parked;
    uint16_t work_head, work_tail;
    uint32_t work_queued;
    uint64_t work_enqueued; /* groups so far */
    uint32_t busy_workers;  /* tasks */

    uint64_t frames_given;
    uint64_t drawn; /* the counter of what is drawn for faults (model/core/random.h) */
    uint32_t bindings, tlps;

    /* From here on whoever writes says so: by task_of, space_of, item_of, pasid_entry, or prisim_touch. */
    struct task task[TASKS];
    struct space space[PRISIM_DRIVER_SPACES_MAX];
    struct hold hold[DRIVER_HOLDS_MAX];
    struct item item[DRIVER_ITEMS];
    struct function function[PRISIM_DRIVER_FUNCTIONS_MAX];
    /* Laid out at the start. */
    uint64_t strtab, cmdq, eventq, priq;
    uint64_t cd_table[PRISIM_DRIVER_FUNCTIONS_MAX];
    uint32_t strtab_log2;
    struct driver_places places;
};

/* Elements that are going to be written. */
static inline struct task *task_of(struct prisim_driver *d, size_t index)
{
    prisim_touch(&d->touched, &d->task[index], sizeof d->task[index]);
    return &d->task[index];
}

static inline struct space *space_of(struct prisim_driver *d, size_t index)
{
    prisim_touch(&d->touched, &d->space[index], sizeof d->space[index]);
    return &d->space[index];
}

static inline struct item *item_of(struct prisim_driver *d, size_t index)
{
    prisim_touch(&d->touched, &d->item[index], sizeof d->item[index]);
    return &d->item[index];
}

/* It is a request with that PASID of that function. */
static inline bool item_is_of(const struct item *item, uint32_t stream_id, uint32_t pasid)
{
    return item->has_pasid && item->stream_id == stream_id && item->pasid == pasid;
}

/* Which entry of its queue it was, counted from 0: items are numbered as they are taken. */
static inline uint64_t item_entry(const struct prisim_driver *d, const struct item *item)
{
    if (item->stalled)
        return d->events_taken - (((uint32_t)d->events_taken - item->number) & (PRISIM_DRIVER_STALL_ITEM - 1));
    return d->taken - (uint32_t)((uint32_t)d->taken - item->number);
}

/* The number of a group by its first item: fewer than 2^32 are in software's hands. */
static inline uint64_t item_group(const struct prisim_driver *d, uint16_t head)
{
    return d->work_enqueued - (uint32_t)((uint32_t)d->work_enqueued - d->item[head].group);
}

static inline struct function *function_of(struct prisim_driver *d, size_t index)
{
    prisim_touch(&d->touched, &d->function[index], sizeof d->function[index]);
    return &d->function[index];
}

/* What a task sees at one edge. */
struct edge {
    const struct prisim_driver_config *config;
    struct prisim_driver *driver;
    prisim_cycle_t now;
    struct prisim_ports *ports;
};

/* It has neither ATS nor page requests on: its accesses stall until their pages are there. */
static inline bool function_stalls(const struct edge *e, uint32_t function)
{
    return e->config->function[function].faults == PRISIM_DRIVER_FAULTS_STALL;
}

/* One thread for both queues, events first: the threads are never in a pass at once. */
static inline bool interrupts_are_combined(const struct edge *e)
{
    return e->config->interrupts == PRISIM_DRIVER_INTERRUPTS_COMBINED;
}

#define EMIT(tag, ...) PRISIM_PROBE(e->ports, e->now, tag, __VA_ARGS__)

/* An event of a caller; the fields that not all of them have. */
#define CALL_FIELDS .stream_id = call_stream_id(e, t), .pasid = call_pasid(&t->call), .call = t->call.stimulus.call

#define EMIT_CALL(tag)           EMIT(tag, CALL_FIELDS)
#define EMIT_CALL_WITH(tag, ...) EMIT(tag, CALL_FIELDS, __VA_ARGS__)

static inline void timer_start(struct prisim_driver *d, size_t timer, prisim_cycle_t at)
{
    d->timer[timer] = at;
    d->timers |= UINT32_C(1) << timer;
    d->next = prisim_cycle_min(d->next, at);
}

/* The task has begun a step: its effect comes so many cycles later. */
static inline void task_begin(struct edge *e, const struct task *t, uint32_t cycles)
{
    assert(t->cpu < PRISIM_DRIVER_CPUS_MAX);
    timer_start(e->driver, t->index, e->now + cycles);
}

static inline uint64_t pasid_field(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid : PRISIM_PASID_NONE;
}

/* Index and wrap bit of a command in the queue (SMMU-QUEUE "Index rules"). */
static inline uint32_t command_position(const struct prisim_driver *d, uint64_t number)
{
    return queue_index_of(number, d->cmdq_log2);
}

/* Where that command lies in RAM. */
static inline uint64_t command_slot(const struct prisim_driver *d, uint64_t number)
{
    return d->cmdq + (uint64_t)queue_index_slot(number, d->cmdq_log2) * PRISIM_COMMAND_BYTES;
}

/* Nothing more is to be said of the task's last command. */
static inline void command_forget(struct task *t)
{
    t->command_number = 0;
}

/* driver.c */
struct driver_places driver_places(const struct prisim_driver_config *config);

/* task.c */
unsigned task_index_in_kind(const struct task *t);
void task_init(struct prisim_driver *d);
_Noreturn void task_lost(void);
void task_block(struct edge *e, struct task *t, unsigned port);
void task_wait(struct edge *e, struct task *t, enum wait what);
void task_wait_until(struct edge *e, struct task *t, enum wait what, prisim_cycle_t deadline);
void task_sleep(struct edge *e, struct task *t, prisim_cycle_t until);
void task_finish(struct prisim_driver *d, struct task *t);
void task_wake(struct prisim_driver *d, enum wait what, uint32_t tasks);
uint32_t task_wake_first(struct prisim_driver *d, enum wait what);
void task_idle_timers(struct edge *e, uint32_t ended);
bool task_is_held(struct edge *e, struct task *t, enum prisim_event_type point);
void task_hold(struct edge *e, const struct prisim_driver_stimulus *stimulus);
void task_release(struct edge *e, const struct prisim_driver_stimulus *stimulus);
void task_end_holds(struct edge *e);
void task_start_at(struct prisim_driver *d, unsigned task, prisim_cycle_t at);
uint32_t task_unblocked(struct edge *e);
uint32_t task_dispatch(struct edge *e);

/* access.c; the accesses to memory are in access.h */
void access_config(struct edge *e, struct task *t, uint16_t id, uint32_t offset, unsigned bytes);
void access_config_write(struct edge *e, struct task *t, uint16_t id, uint32_t offset, unsigned bytes, uint32_t value);
void access_bar_read(struct edge *e, struct task *t, uint32_t function, uint32_t pasid);
void access_memory_write(struct edge *e, uint64_t address, uint32_t value); /* posted: of a function's other BARs */
void access_bar_write(struct edge *e, uint32_t function, uint32_t pasid, uint32_t value);
struct task *access_memory_answer(struct prisim_driver *d, unsigned port, const struct prisim_memory_response *r);
struct task *access_completion(struct edge *e);

/* smmu/init.c */
uint64_t driver_layout(const struct prisim_driver_config *config, struct prisim_driver *d);
uint64_t driver_layout_at(const struct prisim_driver_config *config, uint64_t base, struct prisim_driver *d);
bool driver_arm_smmu_device_hw_probe(struct edge *e, struct task *t, uint16_t *pc);
bool driver_arm_smmu_device_reset(struct edge *e, struct task *t, uint16_t *pc);
bool driver_arm_smmu_write_strtab_ent(struct edge *e, struct task *t, uint16_t *pc);
bool driver_arm_smmu_write_eats(struct edge *e, struct task *t, uint16_t *pc);
uint64_t driver_ste_address(const struct edge *e, uint32_t function);
uint64_t driver_ste_word(const struct edge *e, uint32_t function, unsigned word);
bool driver_arm_smmu_sync_ste_for_sid(struct edge *e, struct task *t, uint16_t *pc);
bool driver_arm_smmu_write_ste_config(struct edge *e, struct task *t, uint16_t *pc);

/* device/pasid.c */
uint64_t function_cd_address(const struct edge *e, uint32_t function, uint32_t pasid);
int function_find(const struct prisim_driver_config *config, uint32_t stream_id);
/* The entry; and one that is only read. */
struct pasid *pasid_entry(const struct edge *e, uint32_t function, uint32_t pasid);
const struct pasid *pasid_seen(const struct edge *e, uint32_t function, uint32_t pasid);
bool pasid_is_reserved(const struct edge *e, uint32_t pasid);
struct pasid *pasid_find(const struct edge *e, uint32_t stream_id, bool has_pasid, uint32_t pasid);
/* Where an entry stands among all of them, and the entry there. */
uint32_t pasid_place(const struct edge *e, const struct pasid *entry);
struct pasid *pasid_at(const struct edge *e, uint32_t place);
/* The same of a caller's PASID, and its function's stream id: 0 if there is no such function. */
struct pasid *call_entry(const struct edge *e, const struct task *t);
uint32_t call_stream_id(const struct edge *e, const struct task *t);
void pasid_marker_seen(struct edge *e, const struct item *marker);

/* device/function.c */
bool function_bring_up(struct edge *e, struct task *t, uint16_t *pc);
bool function_restore(struct edge *e, struct task *t, uint16_t *pc);

/* device/await_ready.c */
bool function_await_ready(struct edge *e, struct task *t, uint16_t *pc);

/* function_call.c */
bool function_call_is_refused(struct edge *e, struct task *t);
void function_call_refuse(struct edge *e, struct task *t, enum prisim_cause cause);
bool function_next_bound(const struct edge *e, struct task *t);
bool driver_arm_smmu_atc_inv_master(struct edge *e, struct task *t, uint16_t *pc);
bool function_run_pasids(struct edge *e, struct task *t, uint16_t *pc);

/* detach.c, flr.c, remove.c, mm_exit.c */
bool driver_detach(struct edge *e, struct task *t, uint16_t *pc);
bool driver_attach(struct edge *e, struct task *t, uint16_t *pc);
bool driver_flr(struct edge *e, struct task *t, uint16_t *pc);
bool driver_remove(struct edge *e, struct task *t, uint16_t *pc);
bool driver_mm_exit(struct edge *e, struct task *t, uint16_t *pc);

/* isolate.c */
bool driver_isolate(struct edge *e, struct task *t, uint16_t *pc);
bool driver_isolates_lost(const struct edge *e, struct task *t);
bool driver_isolate_function(struct edge *e, struct task *t, uint16_t *pc);
void driver_isolated(struct edge *e, const struct task *t, enum prisim_cause cause);
uint8_t function_isolation(const struct prisim_driver_config *config, uint32_t function, uint32_t how);
bool driver_rejoin(struct edge *e, struct task *t, uint16_t *pc);
bool function_is_isolated(const struct edge *e, uint32_t function);

/* smmu/atc_inv.c */
void atc_inv_issued(struct task *t, uint64_t number);
void atc_inv_sync_issued(struct prisim_driver *d, struct task *t);
void atc_inv_covered(struct prisim_driver *d, uint64_t sync);
void atc_inv_lost(struct edge *e, uint64_t sync);

/* A CMD_SYNC as it is put on the queue. */
extern const uint64_t command_sync[2];

/* smmu/command_queue.c; a command is put on the queue by COMMAND (smmu/command_queue.h) */
bool driver_arm_smmu_cmdq_issue_cmdlist(struct edge *e, struct task *t);
bool command_release(struct edge *e, struct task *t, uint16_t *pc);
bool driver_arm_smmu_cmdq_issue_sync(struct edge *e, struct task *t, uint16_t *pc);
bool command_sync_behind(struct edge *e, struct task *t, uint16_t *pc);
void command_consumed(struct prisim_driver *d, uint32_t cons);
void command_cfgi_cd(struct task *t, uint32_t stream_id, uint32_t pasid);

/* fault/item.c */
void item_init(struct prisim_driver *d);
uint16_t item_take(struct prisim_driver *d, const struct prisim_page_request *request);
void item_free_group(struct edge *e, uint16_t head);
void item_park(struct prisim_driver *d, uint16_t item);
uint16_t item_gather(struct edge *e, uint16_t last);
void item_enqueue(struct prisim_driver *d, uint16_t head);
uint16_t item_next_group(struct edge *e, uint64_t *sequence);
void driver_iopf_queue_discard_partial(struct edge *e, bool all, uint32_t stream_id, uint32_t pasid,
                                       enum prisim_cause cause);
void item_discard_before(struct edge *e, uint32_t stream_id, uint32_t pasid, uint64_t entry);
/* fault/older.c */
void item_discard_older(struct edge *e, const struct item *last);
bool item_is_parked(const struct prisim_driver *d, uint32_t stream_id, uint32_t pasid);

/* fault/found.c */
static inline bool found_is_kept(const struct prisim_driver_config *config)
{
    return (config->resolve_at | config->resolve_by | config->reference | config->objects) != 0;
}
size_t found_bytes(const struct prisim_driver_config *config);
const struct found *found_of(const struct prisim_driver *d, uint16_t item);
uint16_t found_last(const struct prisim_driver *d, uint16_t item);
struct found found_now(const struct edge *e, const struct item *item);
struct found found_for_worker(struct edge *e, const struct task *t);
void found_at_take(struct edge *e, uint16_t item);
void found_at_enqueue(struct edge *e, uint16_t head);
void found_give_back(struct edge *e, uint16_t head);
bool found_references(const struct edge *e, uint32_t binding);
bool found_is_used(const struct edge *e, uint32_t binding);
void found_answered(struct edge *e);
void found_canonical(const struct prisim_driver_config *config, const struct found *found, struct prisim_canonical *to);

/* object.c */
void object_made(struct edge *e, enum prisim_driver_object object, uint64_t id, uint64_t life);
void object_freed(struct edge *e, enum prisim_driver_object object, uint64_t id, uint64_t life);
void object_access(struct edge *e, const struct task *t, enum prisim_driver_object object, uint64_t id, uint64_t life);
uint64_t object_handle_id(const struct edge *e, uint32_t place);
void object_space_ended(struct edge *e, unsigned space);
void object_handle_made(struct edge *e, uint32_t place);
void object_handle_freed(struct edge *e, uint32_t place, uint32_t binding, unsigned space);

/* fault/pri_thread.c */
bool irq_run(struct edge *e, struct task *t);
bool driver_arm_smmu_priq_thread(struct edge *e, struct task *t);
bool pri_thread_entry(struct edge *e, struct task *t);

/* fault/worker.c */
bool worker_run(struct edge *e, struct task *t);

/* unbind/asid.c */
size_t asid_bytes(const struct prisim_driver_config *config);
void asids_canonical(const prisim_cycle_t *from, uint32_t bits, struct prisim_canonical *to);
bool asid_take(struct edge *e, unsigned space);
void driver_arm_smmu_free_asid(struct edge *e, unsigned space);

/* bring_up.c */
bool bring_up_run(struct edge *e, struct task *t);

/* caller.c, unbind/bind.c, unbind/unbind.c; the steps of unbind are in unbind/unbind.h */
void caller_new(struct edge *e, const struct prisim_driver_stimulus *stimulus);
bool caller_run(struct edge *e, struct task *t);
void driver_on_marker(struct edge *e); /* on_marker.c */
bool driver_iommu_sva_bind_device(struct edge *e, struct task *t, uint16_t *pc);
bool driver_arm_smmu_write_ctx_desc(struct edge *e, struct task *t, uint16_t *pc);
uint64_t driver_cd_word0(const struct edge *e, uint32_t function, uint32_t space);
bool driver_attach_no_pasid(struct edge *e, struct task *t, uint16_t *pc);
bool driver_iommu_sva_unbind_device(struct edge *e, struct task *t, uint16_t *pc);
void call_unbinds(struct task *t, uint32_t pasid, uint32_t list);
bool call_has_list(const struct edge *e, struct task *t, enum prisim_driver_trigger trigger);
bool driver_run_list(struct edge *e, struct task *t, uint16_t *pc);

/* A driver whose canonical form is told. */
struct driver_told {
    const struct prisim_driver_config *config;
    const struct prisim_driver *driver;
    const struct pasid *pasid;
};

/* task_canonical.c, fault/item_canonical.c */
void task_canonical(const struct driver_told *told, const struct task *t, struct prisim_canonical *to);
void item_canonical(const struct driver_told *told, uint16_t item, struct prisim_canonical *to);
void item_canonical_rest(const struct driver_told *told, uint16_t head, uint16_t item, struct prisim_canonical *to);
void item_canonical_lists(const struct driver_told *told, struct prisim_canonical *to);

/* fault/event_thread.c */
bool driver_arm_smmu_evtq_thread(struct edge *e, struct task *t);

#endif
