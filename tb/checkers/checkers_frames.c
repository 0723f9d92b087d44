/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose a frame is, as the driver tells it, and whether an access of a job went to a frame of its own space
 * (UNBIND-HAZARD). Nothing is inferred from a translation; a frame that nobody was given is nobody's, and no hit.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

/* driver.frame_given. Space 0: that of zeros, which is every space's. */
void on_frame_given(struct checkers *c, const struct prisim_event *event)
{
    recycled_given(c, event->driver_frame_given.address >> 12, event->cycle);
    map_put(&c->arena, &c->frames.owner_of, event->driver_frame_given.address >> 12, event->driver_frame_given.space);
}

/* driver.frame_taken: nobody's, until it is given again. */
void on_frame_taken(struct checkers *c, const struct prisim_event *event)
{
    map_take(&c->frames.owner_of, event->driver_frame_taken.address >> 12);
    recycled_taken(c, event->driver_frame_taken.address >> 12, event->cycle);
}

static uint64_t file_key(uint64_t space, uint64_t file)
{
    return space << 8 | file;
}

/* driver.file_mapped: what is the file's is the space's, too. */
void on_file_mapped(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_file_mapped *e = &event->driver_file_mapped;
    map_put(&c->arena, &c->frames.file_of, file_key(e->space, e->file), 1);
}

/* driver.space_ended: it maps nothing more. */
void on_space_ended(struct checkers *c, const struct prisim_event *event)
{
    for (uint64_t file = 0; file < PRISIM_DRIVER_FILES_MAX; file++)
        map_take(&c->frames.file_of, file_key(event->driver_space_ended.space, file));
}

/* driver.page_cached */
void on_page_cached(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_page_cached *e = &event->driver_page_cached;
    recycled_given(c, e->address >> 12, event->cycle);
    map_put(&c->arena, &c->frames.owner_of, e->address >> 12, FRAME_OF_FILE | e->file);
}

bool frame_is_anothers(struct checkers *c, uint64_t frame, uint32_t binding)
{
    const uint64_t owner = map_get(&c->frames.owner_of, frame);
    const struct binding *own = binding_get(c, binding);
    if (owner == 0 || own == NULL || owner == own->space)
        return false;
    return !(owner & FRAME_OF_FILE) || !map_get(&c->frames.file_of, file_key(own->space, owner & 0xff));
}

void frame_hit(struct checkers *c, uint64_t frame, uint32_t binding, prisim_cycle_t cycle, const char *what)
{
    char words[WORDS_MAX], owner[WORDS_MAX];
    checkers_hit(c, HAZARD_WRONG_SPACE_DMA, cycle,
                 "%s, made under %s, got to frame 0x%" PRIx64 " of %s at cycle %" PRIu64, what,
                 words_binding(c, binding, words), frame << 12,
                 words_owner(c, map_get(&c->frames.owner_of, frame), owner), cycle);
}
