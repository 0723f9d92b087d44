/* SPDX-License-Identifier: Apache-2.0
 *
 * Page requests of an earlier binding of their PASID, by where they stood in the PRI queue (UNBIND-P16): each carries
 * the number of its entry, and the PASID says up to which one they are older than its binding. Nothing is told of it
 * while no unbind has made such a record. That a look-up finds no owner for one is found.c's.
 */
#include "driver/state.h"

/* Parts that are older than the Last that would end their group: they would answer for the next owner (UNBIND-S-22). */
void item_discard_older(struct edge *e, const struct item *last)
{
    struct prisim_driver *d = e->driver;
    const struct pasid *pasid = d->parked ? pasid_find(e, last->stream_id, last->has_pasid, last->pasid) : NULL;
    if (pasid && item_entry(d, last) >= pasid->older)
        item_discard_before(e, last->stream_id, last->pasid, pasid->older);
}
