/* SPDX-License-Identifier: Apache-2.0
 *
 * Software objects with a life, as the driver tells them: whoever uses one must have found a life that has not ended
 * (UNBIND-HAZARD-3, use_after_free). What it found is told with its use; nothing is inferred from what it does with it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

/* Lives of one kind are counted through, whichever object they are of. */
static uint64_t key_of(uint64_t object, uint64_t life)
{
    return object << 56 | life;
}

/* driver.object_freed */
void on_object_freed(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_object_freed *e = &event->driver_object_freed;
    const uint64_t key = key_of(e->object, e->life);
    map_put(&c->arena, &c->objects.ended, key, event->cycle + 1);
    fifo_push(&c->arena, &c->objects.line, key);
    if (c->objects.line.count > OBJECTS_ENDED_MAX)
        map_take(&c->objects.ended, fifo_pop(&c->objects.line));
}

/* What it is called behind the word for its kind. */
static const char *object_words(struct checkers *c, const struct prisim_event_driver_access *e, char words[WORDS_MAX])
{
    switch ((enum prisim_driver_object)e->object) {
    case PRISIM_DRIVER_OBJECT_HANDLE:
        words_pasid(c, e->id >> 20, e->id & 0xfffff, words);
        return "handle of";
    case PRISIM_DRIVER_OBJECT_SPACE:
        snprintf(words, WORDS_MAX, "%s", words_space(c, e->id));
        return "space";
    case PRISIM_DRIVER_OBJECT_GROUP:
        break;
    }
    snprintf(words, WORDS_MAX, "item %" PRIu64, e->id);
    return "group of";
}

/* driver.access */
void on_access(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_access *e = &event->driver_access;
    const uint64_t ended = map_get(&c->objects.ended, key_of(e->object, e->life));
    if (!ended)
        return;
    char words[WORDS_MAX];
    const char *kind = object_words(c, e, words);
    checkers_hit(c, HAZARD_USE_AFTER_FREE, event->cycle,
                 "the %s %s was used at cycle %" PRIu64 " by who had found life %" PRIu64
                 " of it, which was freed at cycle %" PRIu64,
                 kind, words, event->cycle, e->life, ended - 1);
}
