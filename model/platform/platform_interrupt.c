/* SPDX-License-Identifier: Apache-2.0
 *
 * What reaches the caller unasked: interrupts, and TLPs that answer no ticket.
 */
#include "model/platform/platform_state.h"

enum prisim_status prisim_platform_next_interrupt(struct prisim_platform *platform, uint64_t limit,
                                                  struct prisim_platform_interrupt *interrupt, uint32_t *lost)
{
    struct platform_host *host = platform->host;
    const prisim_cycle_t end = platform_end(platform, limit);
    while (host->interrupts_count == 0 && platform_tick(platform, end))
        ;
    if (lost)
        *lost = host->interrupts_lost;
    host->interrupts_lost = 0;
    if (host->interrupts_count == 0)
        return PRISIM_TIMEOUT;
    *interrupt = host->interrupt[host->interrupts_head];
    host->interrupts_head = (host->interrupts_head + 1) % PRISIM_PLATFORM_INTERRUPTS_MAX;
    host->interrupts_count--;
    return PRISIM_OK;
}

enum prisim_status prisim_platform_receive(struct prisim_platform *platform, unsigned smmu, uint64_t limit,
                                           struct prisim_tlp *tlp)
{
    if (!platform_has_port(platform, smmu))
        return PRISIM_REFUSED;
    struct host_inbox *inbox = &platform->host->inbox[smmu];
    const prisim_cycle_t end = platform_end(platform, limit);
    while (inbox->count == 0 && platform_tick(platform, end))
        ;
    if (inbox->count == 0)
        return PRISIM_TIMEOUT;
    prisim_tlp_copy(tlp, &inbox->tlp[inbox->head]);
    inbox->head = (inbox->head + 1) % PRISIM_PLATFORM_INBOX_MAX;
    if (inbox->count-- == PRISIM_PLATFORM_INBOX_MAX)
        platform_wake_host(platform); /* there is room again */
    return PRISIM_OK;
}
