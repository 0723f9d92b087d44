/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe's buffer.
 */
#include "model/core/probe.h"

void probe_init(struct probe *probe, bool on)
{
    probe->count = 0;
    for (unsigned i = 0; i < PROBE_MASK_WORDS; i++)
        probe->mask[i] = on ? UINT64_MAX : 0;
}

void probe_sort(struct probe *probe)
{
    for (uint32_t i = 1; i < probe->count; i++) {
        if (probe->buffer[i - 1].instance <= probe->buffer[i].instance)
            continue;
        struct event moved = probe->buffer[i];
        uint32_t to = i;
        for (; to > 0 && probe->buffer[to - 1].instance > moved.instance; to--)
            probe->buffer[to] = probe->buffer[to - 1];
        probe->buffer[to] = moved;
    }
}
