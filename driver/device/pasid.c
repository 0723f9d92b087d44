/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions and their PASIDs as the driver keeps them: which function a stream id means, the entry of a PASID, and
 * the Stop Markers that are counted there.
 */
#include "driver/state.h"
#include "driver/waiters.h"

/* Index of the function, or -1. */
int function_find(const struct prisim_driver_config *config, uint32_t stream_id)
{
    for (uint32_t i = 0; i < config->functions; i++)
        if (config->function[i].requester_id == stream_id)
            return (int)i;
    return -1;
}

uint64_t function_cd_address(const struct edge *e, uint32_t function, uint32_t pasid)
{
    assert(function < e->config->functions && pasid < UINT32_C(1) << e->config->pasid_bits);
    return e->driver->cd_table[function] + (uint64_t)pasid * PRISIM_CD_BYTES;
}

const struct pasid *pasid_seen(const struct edge *e, uint32_t function, uint32_t pasid)
{
    assert(function < e->config->functions && pasid < UINT32_C(1) << e->config->pasid_bits);
    const struct pasid *first =
        (const struct pasid *)(const void *)((const char *)e->driver + e->driver->places.pasids);
    return &first[(function << e->config->pasid_bits) + pasid];
}

struct pasid *pasid_entry(const struct edge *e, uint32_t function, uint32_t pasid)
{
    struct pasid *entry = (struct pasid *)(uintptr_t)pasid_seen(e, function, pasid);
    prisim_touch(&e->driver->touched, entry, sizeof *entry); /* who looks one up often writes */
    return entry;
}

uint32_t pasid_place(const struct edge *e, const struct pasid *entry)
{
    const char *first = (const char *)e->driver + e->driver->places.pasids;
    return (uint32_t)((size_t)((const char *)entry - first) / sizeof *entry);
}

struct pasid *pasid_at(const struct edge *e, uint32_t place)
{
    return pasid_entry(e, place >> e->config->pasid_bits, place & (uint32_t)prisim_bits_mask(e->config->pasid_bits));
}

/* SMMU-FLOW-6: with S1DSS=10 the CD at 0 is that of accesses without a PASID, and PASID 0 has none. */
bool pasid_is_reserved(const struct edge *e, uint32_t pasid)
{
    return pasid == 0 && e->config->no_pasid == PRISIM_DRIVER_NO_PASID_CD0;
}

/* What a fault is looked up with; the entry of PASID 0 is that of no PASID, if it is reserved. NULL: no such PASID can
 * be bound. */
struct pasid *pasid_find(const struct edge *e, uint32_t stream_id, bool has_pasid, uint32_t pasid)
{
    bool bindable = pasid < UINT32_C(1) << e->config->pasid_bits && has_pasid != pasid_is_reserved(e, pasid);
    int function = bindable ? function_find(e->config, stream_id) : -1;
    return function < 0 ? NULL : pasid_entry(e, (uint32_t)function, pasid);
}

struct pasid *call_entry(const struct edge *e, const struct task *t)
{
    return pasid_entry(e, t->call.stimulus.function, t->call.stimulus.pasid);
}

uint32_t call_stream_id(const struct edge *e, const struct task *t)
{
    uint32_t f = t->call.stimulus.function;
    if (!prisim_driver_stimulus_has_function(&t->call.stimulus) && call_pasid(&t->call) == PRISIM_PASID_NONE)
        return 0;
    return f < e->config->functions ? e->config->function[f].requester_id : 0;
}

/* A Stop Marker counts: what it starts is started behind that (on_marker.c). More than there were stops are not
 * believed. */
void pasid_marker_seen(struct edge *e, const struct item *marker)
{
    struct pasid *pasid = pasid_find(e, marker->stream_id, true, marker->pasid);
    EMIT(driver_marker, .item = marker->number, .stream_id = marker->stream_id,
         .pasid = pasid_field(marker->has_pasid, marker->pasid));
    e->driver->marker = ((uint64_t)marker->stream_id << 32 | marker->pasid) + 1;
    if (!pasid || pasid->markers == pasid->stops)
        return;
    pasid->markers++;
    waiters_of_marker(e->driver, (uint32_t)function_find(e->config, marker->stream_id), marker->pasid, pasid->markers);
}
