/* SPDX-License-Identifier: Apache-2.0
 *
 * ASIDs: which one a space has while it is bound anywhere, and when a number may be given again. It neither writes
 * descriptors nor invalidates: that the TLBs hold nothing of a number that is given again is unbind's duty.
 */
#include "driver/state.h"

/* From which cycle on each number may be given; PRISIM_CYCLE_NEVER while a space has it. */
static prisim_cycle_t *free_from(struct prisim_driver *d)
{
    return (prisim_cycle_t *)(void *)((char *)d + d->places.asids);
}

size_t asid_bytes(const struct prisim_driver_config *config)
{
    return sizeof(prisim_cycle_t) << config->asid_bits;
}

/* One more binding of the space: the first one gets the lowest number that may be given. 0 is never given. False: there
 * is none. */
bool asid_take(struct edge *e, unsigned space)
{
    struct prisim_driver *d = e->driver;
    struct space *s = space_of(d, space);
    prisim_cycle_t *from = free_from(d);
    for (uint32_t asid = 1; !s->asid && asid >> d->asid_bits == 0; asid++)
        if (from[asid] <= e->now)
            s->asid = (uint16_t)asid;
    if (!s->asid)
        return false;
    prisim_touch(&d->touched, &from[s->asid], sizeof *from);
    from[s->asid] = PRISIM_CYCLE_NEVER;
    if (!s->bindings++)
        EMIT(driver_asid_given, .asid = s->asid, .space = space + 1);
    return true;
}

/* U6 of a binding: with the last one the space's number goes back to the allocator. */
void driver_arm_smmu_free_asid(struct edge *e, unsigned space)
{
    struct prisim_driver *d = e->driver;
    struct space *s = space_of(d, space);
    assert(s->asid && s->bindings);
    if (--s->bindings)
        return;
    prisim_cycle_t *from = &free_from(d)[s->asid];
    assert(*from == PRISIM_CYCLE_NEVER);
    prisim_touch(&d->touched, from, sizeof *from);
    switch ((enum prisim_driver_asid_recycle)e->config->asid_recycle) {
    case PRISIM_DRIVER_ASID_AT_ONCE:
        *from = e->now;
        break;
    case PRISIM_DRIVER_ASID_DELAYED:
        *from = e->now + e->config->asid_delay;
        break;
    case PRISIM_DRIVER_ASID_NEVER:
        break;
    }
    EMIT(driver_asid_freed, .asid = s->asid, .space = space + 1);
    s->asid = 0;
}

/* Those that may not be given now, and from when on they may. */
void asids_canonical(const prisim_cycle_t *from, uint32_t bits, struct prisim_canonical *to)
{
    for (uint32_t asid = 1; asid >> bits == 0; asid++) {
        if (prisim_canonical_is_past(to, from[asid]))
            continue;
        prisim_canonical_word(to, asid);
        prisim_canonical_time(to, from[asid]);
    }
    prisim_canonical_word(to, 0);
}
