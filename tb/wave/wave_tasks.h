/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's tasks: interrupt handler, PRI thread, workers, callers of bind and unbind, event thread. Events say what
 * a task has done, so that its state is what it does next. They do not say which of the workers or callers it was:
 * worker[i] and caller[i] are places, and whoever begins takes the first that is free. What a driver.hold says is given
 * to the place whose step it is.
 */
#ifndef PRISIM_TB_WAVE_TASKS_H
#define PRISIM_TB_WAVE_TASKS_H

#include "tb/scenario/scenario.h"
#include "tb/wave/wave_task.h"

struct wave_worker {
    struct wave_task task;
    wave_signal serves;
    bool taken;                      /* has a group */
    uint64_t stream_id, pasid, prgi; /* of it */
    uint64_t item;                   /* the one that is being served */
    bool last;                       /* that was the last of the group, and its page is done */
};

struct wave_caller {
    struct wave_task task;
    wave_signal number;
    uint64_t call; /* 0: none */
    bool then_bind;
    bool returned;         /* before its end */
    unsigned unbinds_many; /* the step between its unbinds; WAVE_TASK_IDLE: it is of one PASID */
};

struct wave_pri_thread {
    struct wave_task task;
    uint32_t log2;
    uint32_t taken, prod; /* queue indexes: behind what it took, and as it last read it */
    uint64_t last_item;
    bool ovflg, ovackflg;
    bool pass; /* CONS is written once a pass */
};

struct wave_event_thread {
    struct wave_task task;
    wave_signal pending;
    uint64_t records, gerror; /* records in the queue; bits active */
};

struct wave_tasks {
    const struct scenario *scenario;
    struct wave_tree *tree;
    uint64_t changes;
    wave_signal ready, parked, work;
    uint64_t parked_now, work_now; /* requests */
    struct wave_task irq;
    struct wave_pri_thread pri_thread;
    unsigned workers, callers;
    struct wave_worker worker[PRISIM_DRIVER_WORKERS_MAX];
    struct wave_caller caller[PRISIM_DRIVER_CALLS_MAX];
    struct wave_event_thread event_thread;
};

void wave_tasks_declare(struct wave_tasks *tasks, struct wave_tree *tree, const struct scenario *scenario);
void wave_tasks_event(struct wave_tasks *tasks, const struct prisim_event *event);

/* wave_workers.c: true if the event is one of workers. */
void wave_workers_declare(struct wave_tasks *tasks);
void wave_workers_kexec(struct wave_tasks *tasks);
bool wave_workers_event(struct wave_tasks *tasks, const struct prisim_event *event);
/* wave_callers.c: true if the event is one of callers. */
void wave_callers_declare(struct wave_tasks *tasks);
bool wave_callers_event(struct wave_tasks *tasks, const struct prisim_event *event);

#endif
