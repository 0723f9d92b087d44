/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests of an earlier binding of their PASID, by where they stood in the PRI queue (UNBIND-P16): each carries
 * the number of its entry, and the PASID says up to which one they are older than its binding. Nothing is told of it
 * while no unbind has made such a record.
 */
#include "driver/state.h"

bool item_is_older(const struct edge *e, const struct pasid *pasid, const struct item *item)
{
    return e->driver->filters && pasid && item_entry(e->driver, item) < pasid->older;
}

/* Parts that are older than the Last that would end their group: they would answer for the next owner (UNBIND-S-22). */
void item_discard_older(struct edge *e, const struct item *last)
{
    struct prisim_driver *d = e->driver;
    const struct pasid *pasid =
        d->filters && d->parked ? pasid_find(e, last->stream_id, last->has_pasid, last->pasid) : NULL;
    if (pasid && item_entry(d, last) >= pasid->older)
        item_discard_before(e, last->stream_id, last->pasid, pasid->older);
}
