/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose a frame is, as the driver tells it, and whether an access of a job went to a frame of its own space
 * (UNBIND-HAZARD). Nothing is inferred from a translation; a frame that nobody was given is nobody's, and no hit.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

/* A life of the driver has spaces of its own: what an earlier one gave is still there, and nobody's of now. */
static uint64_t owner(uint64_t life, uint64_t space)
{
    return space ? life << 32 | space : 0;
}

/* driver.frame_given. Space 0: that of zeros, which is every space's. */
void on_frame_given(struct checkers *c, const struct prisim_event *event)
{
    recycled_given(c, event->driver_frame_given.address >> 12, event->cycle);
    map_put(&c->arena, &c->frames.owner_of, event->driver_frame_given.address >> 12,
            owner(c->life, event->driver_frame_given.space));
}

/* driver.frame_taken: nobody's, until it is given again. */
void on_frame_taken(struct checkers *c, const struct prisim_event *event)
{
    map_take(&c->frames.owner_of, event->driver_frame_taken.address >> 12);
    recycled_taken(c, event->driver_frame_taken.address >> 12, event->cycle);
}

static uint64_t file_key(uint64_t life, uint64_t space, uint64_t file)
{
    return owner(life, space << 8 | file);
}

/* driver.file_mapped: what is the file's is the space's, too. */
void on_file_mapped(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_file_mapped *e = &event->driver_file_mapped;
    map_put(&c->arena, &c->frames.file_of, file_key(c->life, e->space, e->file), 1);
}

/* driver.space_ended: it maps nothing more. */
void on_space_ended(struct checkers *c, const struct prisim_event *event)
{
    for (uint64_t file = 0; file < PRISIM_DRIVER_FILES_MAX; file++)
        map_take(&c->frames.file_of, file_key(c->life, event->driver_space_ended.space, file));
}

/* driver.page_cached */
void on_page_cached(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_page_cached *e = &event->driver_page_cached;
    recycled_given(c, e->address >> 12, event->cycle);
    map_put(&c->arena, &c->frames.owner_of, e->address >> 12, owner(c->life, FRAME_OF_FILE | e->file));
}

bool frame_is_anothers(struct checkers *c, uint64_t frame, uint32_t binding)
{
    const uint64_t whose = map_get(&c->frames.owner_of, frame), what = whose & UINT32_MAX;
    const struct binding *own = binding_get(c, binding);
    if (whose == 0 || own == NULL)
        return false;
    if (whose >> 32 != own->life)
        return true;
    return what & FRAME_OF_FILE ? !map_get(&c->frames.file_of, file_key(c->life, own->space, what & 0xff))
                                : what != own->space;
}

void frame_hit(struct checkers *c, uint64_t frame, uint32_t binding, prisim_cycle_t cycle, const char *what)
{
    const uint64_t whose = map_get(&c->frames.owner_of, frame);
    char words[WORDS_MAX], owner_words[WORDS_MAX];
    checkers_hit(c, HAZARD_WRONG_SPACE_DMA, cycle,
                 "%s, made under %s, got to frame 0x%" PRIx64 " of %s%s at cycle %" PRIu64, what,
                 words_binding(c, binding, words), frame << 12, words_owner(c, whose, owner_words),
                 whose >> 32 == c->life ? "" : ", of the driver's life before,", cycle);
}
