/* SPDX-License-Identifier: Apache-2.0
 *
 * A task of the driver as a signal: the step that it is in, or that it is held and before what.
 */
#ifndef PRISIM_TB_WAVE_TASK_H
#define PRISIM_TB_WAVE_TASK_H

#include "model/core/events.h"
#include "tb/wave/wave_tree.h"

/* The words of every task begin with these two. */
enum { WAVE_TASK_IDLE, WAVE_TASK_HELD };

struct wave_task {
    wave_signal state, before;
    unsigned step; /* what it is in, or goes on with */
    bool held;
    uint64_t held_index; /* of its kind, as the driver counts */
    uint64_t since;      /* when it came to its step: counts all changes of tasks */
};

static inline void wave_task_declare(struct wave_task *task, struct wave_tree *tree, const struct wave_words *words)
{
    task->state = wave_word(tree, "state", words);
    task->before = wave_text_signal(tree, "held_before");
}

static inline void wave_task_go(struct wave_task *task, struct wave_tree *tree, unsigned step, uint64_t since)
{
    task->step = step;
    task->since = since;
    if (!task->held)
        wave_set(tree, task->state, step);
}

static inline void wave_task_hold(struct wave_task *task, struct wave_tree *tree, uint64_t index, uint64_t before)
{
    struct wave_text text;
    wave_text_begin(&text);
    wave_text_add(&text, prisim_event_name((enum prisim_event_type)before));
    task->held = true;
    task->held_index = index;
    wave_set(tree, task->state, WAVE_TASK_HELD);
    wave_set_text(tree, task->before, &text);
}

static inline void wave_task_release(struct wave_task *task, struct wave_tree *tree, unsigned step, uint64_t since)
{
    static const struct wave_text nothing;
    task->held = false;
    wave_set_text(tree, task->before, &nothing);
    wave_task_go(task, tree, step, since);
}

#endif
