/* SPDX-License-Identifier: Apache-2.0
 *
 * The named locks of the driver (UNBIND-STEP-1): who has one excludes all others who take it, and nobody else. A list
 * of unbind takes them by its steps, workers and the PRI thread if the configuration says so (lock_resolve, lock_serve,
 * lock_handler). And what is told of waits if somebody besides a caller takes locks: who waits for what, from which a
 * deadlock is judged (UNBIND-HAZARD-15).
 */
#include "driver/lock.h"

static bool are_told(const struct edge *e)
{
    return (e->config->lock_resolve | e->config->lock_serve | e->config->lock_handler) != 0;
}

void lock_blocked(struct edge *e, const struct task *t, enum prisim_driver_blocked on, uint64_t object)
{
    if (on != PRISIM_DRIVER_BLOCKED_LOCK && !are_told(e))
        return;
    const bool calls = t->kind == PRISIM_DRIVER_TASK_CALLER, works = t->kind == PRISIM_DRIVER_TASK_WORKER;
    const struct item *item = works ? &e->driver->item[t->work.item] : NULL;
    EMIT(driver_blocked, .task = t->kind, .index = task_index_in_kind(t), .on = on, .object = object,
         .call = calls ? t->call.stimulus.call : 0, .group = works ? t->work.sequence + 1 : 0,
         .binding = works ? t->work.binding : 0,
         .stream_id = works   ? item->stream_id
                      : calls ? call_stream_id(e, t)
                              : 0,
         .pasid = works   ? pasid_field(item->has_pasid, item->pasid)
                  : calls ? call_pasid(&t->call)
                          : PRISIM_PASID_NONE);
}

void lock_woken(struct edge *e, const struct task *t, enum prisim_driver_blocked on)
{
    if (on == PRISIM_DRIVER_BLOCKED_LOCK || are_told(e))
        EMIT(driver_woken, .task = t->kind, .index = task_index_in_kind(t));
}

static void taken(struct edge *e, const struct task *t, unsigned lock)
{
    EMIT(driver_locked, .task = t->kind, .index = task_index_in_kind(t), .lock = lock);
}

/* Takes the lock t->lock. It goes from hand to hand: it is never free while somebody waits for it. */
bool driver_lock(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    assert(t->lock > PRISIM_DRIVER_LOCK_NONE && t->lock < PRISIM_DRIVER_LOCKS);
    STEP(e->config->price.compute);
    if (d->lock_owner[t->lock - 1]) {
        assert(d->lock_owner[t->lock - 1] != t->index + 1u);
        lock_blocked(e, t, PRISIM_DRIVER_BLOCKED_LOCK, t->lock);
        WAIT(WAIT_LOCK + t->lock);
        lock_woken(e, t, PRISIM_DRIVER_BLOCKED_LOCK);
    } else {
        d->lock_owner[t->lock - 1] = (uint8_t)(t->index + 1);
    }
    assert(d->lock_owner[t->lock - 1] == t->index + 1u);
    taken(e, t, t->lock);
    t->lock = PRISIM_DRIVER_LOCK_NONE;
    END;
}

/* It is part of the step whose effect the caller has at this edge. */
void driver_unlock(struct edge *e, const struct task *t, unsigned lock)
{
    struct prisim_driver *d = e->driver;
    assert(lock && lock < PRISIM_DRIVER_LOCKS && d->lock_owner[lock - 1] == t->index + 1u);
    EMIT(driver_unlocked, .task = t->kind, .index = task_index_in_kind(t), .lock = lock);
    uint32_t next = task_wake_first(d, (enum wait)(WAIT_LOCK + lock));
    d->lock_owner[lock - 1] = next ? (uint8_t)(__builtin_ctz(next) + 1) : 0;
}

/* A call that ends before its list does lets go of what it has. */
void driver_unlock_all(struct edge *e, const struct task *t)
{
    for (unsigned lock = PRISIM_DRIVER_LOCK_NONE + 1; lock < PRISIM_DRIVER_LOCKS; lock++)
        if (e->driver->lock_owner[lock - 1] == t->index + 1u)
            driver_unlock(e, t, lock);
}
