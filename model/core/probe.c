/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe's buffer.
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/probe.h"

void prisim_probe_init(struct prisim_probe *probe, bool on)
{
    probe->count = 0;
    probe->room = PRISIM_PROBE_ROOM;
    probe->buffer = probe->own;
    for (unsigned i = 0; i < PRISIM_PROBE_MASK_WORDS; i++)
        probe->mask[i] = on ? UINT64_MAX : 0;
}

void prisim_probe_close(struct prisim_probe *probe)
{
    if (probe->buffer != probe->own)
        free(probe->buffer);
    probe->count = 0;
    probe->room = PRISIM_PROBE_ROOM;
    probe->buffer = probe->own;
}

void prisim_probe_grow(struct prisim_probe *probe)
{
    if (!probe->buffer) { /* zeroed memory whose mask was set */
        probe->buffer = probe->own;
        probe->room = PRISIM_PROBE_ROOM;
        return;
    }
    size_t room = 2 * (size_t)probe->room;
    assert(probe->count == probe->room && room <= UINT32_MAX);
    struct prisim_event *larger = malloc(room * sizeof *larger);
    assert(larger); /* without memory there is no stream of events to go on with */
    memcpy(larger, probe->buffer, probe->count * sizeof *larger);
    if (probe->buffer != probe->own)
        free(probe->buffer);
    probe->buffer = larger;
    probe->room = (uint32_t)room;
}

void prisim_probe_sort(struct prisim_probe *probe)
{
    for (uint32_t i = 1; i < probe->count; i++) {
        if (probe->buffer[i - 1].instance <= probe->buffer[i].instance)
            continue;
        struct prisim_event moved = probe->buffer[i];
        uint32_t to = i;
        for (; to > 0 && probe->buffer[to - 1].instance > moved.instance; to--)
            probe->buffer[to] = probe->buffer[to - 1];
        probe->buffer[to] = moved;
    }
}
