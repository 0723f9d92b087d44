/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps by id and by place (step_ids.h).
 */
#include "tb/scenario/step_ids.h"

#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_tree.h"

enum { FIRST_SLOTS = 32 };

/* Where an id is, or where it would come. */
static uint32_t *place_of(const struct step_ids *ids, const struct timeline_config *timeline, const char *id,
                          size_t length)
{
    uint32_t at = tree_hash(id, length) & (ids->slots - 1);
    for (; ids->slot[at]; at = (at + 1) & (ids->slots - 1)) {
        const char *other = timeline->step[ids->slot[at] - 1].id;
        if (strncmp(other, id, length) == 0 && other[length] == 0)
            break;
    }
    return &ids->slot[at];
}

/* At most half of the slots are used. */
static bool grow(struct step_ids *ids, const struct timeline_config *timeline)
{
    struct step_ids larger = {.slots = ids->slots ? ids->slots * 2 : FIRST_SLOTS, .used = ids->used};
    larger.slot = calloc(larger.slots, sizeof *larger.slot);
    if (!larger.slot)
        return false;
    for (uint32_t i = 0; i < ids->slots; i++) {
        if (!ids->slot[i])
            continue;
        const char *id = timeline->step[ids->slot[i] - 1].id;
        *place_of(&larger, timeline, id, strlen(id)) = ids->slot[i];
    }
    free(ids->slot);
    *ids = larger;
    return true;
}

bool step_ids_add(struct step_ids *ids, const struct timeline_config *timeline, uint32_t step)
{
    const char *id = timeline->step[step].id;
    if (2 * ids->used >= ids->slots && !grow(ids, timeline))
        return false;
    *place_of(ids, timeline, id, strlen(id)) = step + 1;
    ids->used++;
    return true;
}

/* The steps from `first` on that stand at the same place of the file: repetitions, or a hold and its end. */
static struct step_range at_place(const struct timeline_config *timeline, uint32_t first)
{
    const struct timeline_step *step = &timeline->step[first];
    if (step->times > 1)
        return (struct step_range){first, step->times};
    return (struct step_range){first, 1U + (first + 1 < timeline->steps && step[1].release)};
}

struct step_range step_ids_find(const struct step_ids *ids, const struct timeline_config *timeline, const char *id,
                                size_t length)
{
    uint32_t found = ids->used && length < SYSTEM_ID_MAX ? *place_of(ids, timeline, id, length) : 0;
    return found ? at_place(timeline, found - 1) : (struct step_range){0, 0};
}

/* An index as the file's own, without leading zeros; else more than any. */
static uint32_t index_of(const char *text, size_t length)
{
    uint32_t sum = 0;
    if (length == 0 || length > 7 || (text[0] == '0' && length > 1))
        return UINT32_MAX;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return UINT32_MAX;
        sum = sum * 10 + (uint32_t)(text[i] - '0');
    }
    return sum;
}

static struct step_range find_place(const struct timeline_config *timeline, uint32_t place)
{
    uint32_t low = 0, high = timeline->steps;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (timeline->step[middle].place < place)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == timeline->steps || timeline->step[low].place != place)
        return (struct step_range){0, 0};
    return at_place(timeline, low);
}

struct step_range step_ids_named(const struct step_ids *ids, const struct timeline_config *timeline, const char *name,
                                 size_t length)
{
    const char *dot = memchr(name, '.', length);
    size_t own = dot ? (size_t)(dot - name) : length;
    struct step_range range = step_ids_find(ids, timeline, name, own);
    if (!range.steps)
        range = find_place(timeline, index_of(name, own));
    if (!dot || !range.steps)
        return range;
    uint32_t repetition = index_of(dot + 1, length - own - 1);
    if (timeline->step[range.first].times < 2 || repetition >= timeline->step[range.first].times)
        return (struct step_range){0, 0};
    return (struct step_range){range.first + repetition, 1};
}

void step_ids_free(struct step_ids *ids)
{
    free(ids->slot);
    *ids = (struct step_ids){0};
}
