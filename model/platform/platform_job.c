/* SPDX-License-Identifier: Apache-2.0
 *
 * The work of the devices: what is submitted waits at the host's port, and how a job ended is kept for the caller.
 */
#include "model/platform/platform_state.h"

enum { TRANSFER_BYTES_MAX = 65536, PASID_BITS = 20, PAGE_REQUEST_ACCESS = 7, OUTSTANDING_MAX = 64 };

/* PCIE-PREFIX: ER and PMR are fields beside a PASID, and ER says nothing of a write. */
static bool has_possible_mode(const struct prisim_endpoint_stimulus *what)
{
    return !(what->execute && (what->write || !what->has_pasid)) && !(what->privileged && !what->has_pasid);
}

/* The last byte of the last access is below 2^64 - 1, as that of a single one. */
static bool ends_in_reach(const struct prisim_endpoint_stimulus *what)
{
    const uint64_t room = UINT64_MAX - what->address, last = what->count - 1;
    const uint64_t step = what->pattern == PRISIM_ENDPOINT_STRIDED ? what->stride : what->size;
    if (what->pattern == PRISIM_ENDPOINT_RANDOM || what->pattern == PRISIM_ENDPOINT_DEPENDENT)
        return what->span >= what->size && what->span <= room;
    return step == 0 || last <= (room - what->size) / step;
}

static bool has_possible_accesses(const struct prisim_endpoint_stimulus *what)
{
    if (what->pattern > PRISIM_ENDPOINT_DEPENDENT || what->outstanding > OUTSTANDING_MAX)
        return false;
    return what->count <= 1 || (!what->rogue && what->job <= UINT32_MAX - (what->count - 1) && ends_in_reach(what));
}

static bool is_possible(const struct prisim_endpoint_stimulus *what)
{
    if (what->has_pasid && what->pasid >> PASID_BITS)
        return false;
    if (what->what == PRISIM_ENDPOINT_PAGE_REQUEST)
        return what->prg_index < PRISIM_PRG_INDEXES && what->access <= PAGE_REQUEST_ACCESS;
    return what->what == PRISIM_ENDPOINT_DMA && what->size >= 1 && what->size <= TRANSFER_BYTES_MAX &&
           what->size <= UINT64_MAX - what->address && has_possible_mode(what) && has_possible_accesses(what);
}

enum prisim_status prisim_platform_submit(struct prisim_platform *p, unsigned device,
                                          const struct prisim_endpoint_stimulus *what)
{
    if (device >= p->config.devices || !is_possible(what))
        return PRISIM_REFUSED;
    struct host_stimuli *s = &p->host->stimuli[device];
    if (s->count == PRISIM_PLATFORM_SUBMITS_MAX)
        return PRISIM_FULL;
    s->what[(s->head + s->count++) % PRISIM_PLATFORM_SUBMITS_MAX] = *what;
    platform_wake_host(p);
    return PRISIM_OK;
}

void platform_job_event(struct platform_host *host, unsigned device, const struct prisim_event *event)
{
    struct host_job_ends *s = &host->jobs;
    if (s->count == PRISIM_PLATFORM_JOB_ENDS_MAX) {
        s->lost++;
        return;
    }
    s->end[(s->head + s->count++) % PRISIM_PLATFORM_JOB_ENDS_MAX] =
        (struct prisim_platform_job_end){.cycle = event->cycle,
                                         .device = device,
                                         .job = (uint32_t)event->endpoint_job_done.job,
                                         .pasid = event->endpoint_job_done.pasid,
                                         .cause = (enum prisim_cause)event->endpoint_job_done.cause};
}

enum prisim_status prisim_platform_next_job_end(struct prisim_platform *p, uint64_t limit,
                                                struct prisim_platform_job_end *end, uint32_t *lost)
{
    struct host_job_ends *s = &p->host->jobs;
    const prisim_cycle_t last = platform_end(p, limit);
    while (s->count == 0 && platform_tick(p, last))
        ;
    if (lost)
        *lost = s->lost;
    s->lost = 0;
    if (s->count == 0)
        return PRISIM_TIMEOUT;
    *end = s->end[s->head];
    s->head = (s->head + 1) % PRISIM_PLATFORM_JOB_ENDS_MAX;
    s->count--;
    return PRISIM_OK;
}
