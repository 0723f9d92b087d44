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

bool frame_is_anothers(struct checkers *c, uint64_t frame, uint32_t binding)
{
    uint64_t whose = map_get(&c->frames.owner_of, frame);
    const struct binding *own = binding_get(c, binding);
    return whose != 0 && own != NULL && whose != owner(own->life, own->space);
}

void frame_hit(struct checkers *c, uint64_t frame, uint32_t binding, prisim_cycle_t cycle, const char *what)
{
    uint64_t whose = map_get(&c->frames.owner_of, frame), space = whose & UINT32_MAX;
    char words[WORDS_MAX];
    checkers_hit(c, HAZARD_WRONG_SPACE_DMA, cycle,
                 "%s, made under %s, got to frame 0x%" PRIx64 " of space %s%s at cycle %" PRIu64, what,
                 words_binding(c, binding, words), frame << 12, words_space(c, space),
                 whose >> 32 == c->life ? "" : ", of the driver's life before,", cycle);
}
