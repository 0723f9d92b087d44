/* SPDX-License-Identifier: Apache-2.0
 *
 * Software objects with a life (UNBIND-HAZARD-3): handles, which a bind makes, spaces and groups. What is made, freed
 * and used is told, if `objects` says so; when a handle is freed is for those to say who hold it (fault/found.c) and
 * for unbind. What a freed object was made of is still read as it was: nobody else is given its memory.
 */
#include "driver/state.h"

void object_made(struct edge *e, enum prisim_driver_object object, uint64_t id, uint64_t life)
{
    if (e->config->objects)
        EMIT(driver_object_made, .object = object, .id = id, .life = life);
}

void object_freed(struct edge *e, enum prisim_driver_object object, uint64_t id, uint64_t life)
{
    if (e->config->objects)
        EMIT(driver_object_freed, .object = object, .id = id, .life = life);
}

void object_access(struct edge *e, const struct task *t, enum prisim_driver_object object, uint64_t id, uint64_t life)
{
    if (e->config->objects)
        EMIT(driver_access, .task = t->kind, .object = object, .id = id, .life = life);
}

uint64_t object_handle_id(const struct edge *e, uint32_t place)
{
    uint32_t function = place >> e->config->pasid_bits;
    assert(function < e->config->functions);
    return (uint64_t)e->config->function[function].requester_id << 20 |
           (place & (uint32_t)prisim_bits_mask(e->config->pasid_bits));
}

/* Its process has died: nobody has the space any more. Of a bond its end came with the last handle. */
void object_space_ended(struct edge *e, unsigned space)
{
    struct space *s = space_of(e->driver, space);
    if (!s->life || s->handles || e->config->space_life == PRISIM_DRIVER_SPACE_LIFE_BOND)
        return;
    object_freed(e, PRISIM_DRIVER_OBJECT_SPACE, space + UINT64_C(1), s->life);
    s->life = 0;
}

/* U7. With the first handle of a space begins a life of the space, but that of an mm is one. */
void object_handle_made(struct edge *e, uint32_t place)
{
    const struct pasid *pasid = pasid_at(e, place);
    struct space *space = space_of(e->driver, pasid->space);
    if (!space->life || (!space->handles && e->config->space_life == PRISIM_DRIVER_SPACE_LIFE_BOND)) {
        space->life = pasid->binding;
        object_made(e, PRISIM_DRIVER_OBJECT_SPACE, pasid->space + UINT64_C(1), space->life);
    }
    space->handles++;
    object_made(e, PRISIM_DRIVER_OBJECT_HANDLE, object_handle_id(e, place), pasid->binding);
}

void object_handle_freed(struct edge *e, uint32_t place, uint32_t binding, unsigned space)
{
    struct space *s = space_of(e->driver, space);
    assert(s->handles && binding);
    object_freed(e, PRISIM_DRIVER_OBJECT_HANDLE, object_handle_id(e, place), binding);
    if (--s->handles == 0 && e->config->space_life == PRISIM_DRIVER_SPACE_LIFE_BOND)
        object_freed(e, PRISIM_DRIVER_OBJECT_SPACE, space + UINT64_C(1), s->life);
}
