/* SPDX-License-Identifier: Apache-2.0
 *
 * Single TLPs: sent, waited for, forgotten.
 */
#include "model/platform/platform_state.h"

enum { TLP_IDS = 0xffffff }; /* the host's rank, which stands above them, is 0 */

static bool is_possible(const struct prisim_tlp_header *head, bool has_ticket)
{
    if (head->type >= PRISIM_TLP_TYPES || head->size > PRISIM_TLP_DATA_MAX)
        return false;
    bool needs_tag = !has_ticket && !prisim_tlp_is_posted(head) && !prisim_tlp_is_completion(head);
    return !needs_tag || (head->tag >= TRANSACTIONS && head->tag < PRISIM_TLP_TAGS);
}

enum prisim_status prisim_platform_send(struct prisim_platform *platform, unsigned smmu, const struct prisim_tlp *tlp,
                                        uint32_t *ticket)
{
    if (!platform_has_port(platform, smmu) || !is_possible(&tlp->head, ticket != NULL))
        return PRISIM_REFUSED;
    struct platform_host *host = platform->host;
    struct host_up *up = &host->up[smmu];
    if (up->count == PRISIM_PLATFORM_SENDS_MAX)
        return PRISIM_FULL;
    struct transaction *t = ticket ? platform_transaction_new(host, smmu, &tlp->head) : NULL;
    if (ticket && !t)
        return PRISIM_FULL;
    struct prisim_tlp *to = &up->tlp[(up->head + up->count++) % PRISIM_PLATFORM_SENDS_MAX];
    prisim_tlp_copy(to, tlp);
    host->tlps = host->tlps % TLP_IDS + 1;
    to->head.id = host->tlps;
    if (t) {
        t->tlp = to->head.id;
        to->head.tag = (uint16_t)(t - host->transaction);
        *ticket = t->ticket;
    }
    platform_wake_host(platform);
    return PRISIM_OK;
}

enum prisim_status prisim_platform_wait(struct prisim_platform *platform, uint32_t ticket, uint64_t limit,
                                        struct prisim_platform_outcome *outcome)
{
    struct transaction *t = platform_transaction_find(platform->host, ticket);
    if (!t)
        return PRISIM_REFUSED;
    const prisim_cycle_t end = platform_end(platform, limit);
    while (!t->has_ended && platform_tick(platform, end))
        ;
    if (outcome)
        *outcome = t->outcome;
    if (!t->has_ended)
        return PRISIM_TIMEOUT;
    platform_transaction_free(t);
    return PRISIM_OK;
}

enum prisim_status prisim_platform_forget(struct prisim_platform *platform, uint32_t ticket)
{
    struct transaction *t = platform_transaction_find(platform->host, ticket);
    if (!t)
        return PRISIM_REFUSED;
    if (t->has_ended || t->end == ENDS_WITH_RESPONSE)
        platform_transaction_free(t);
    else
        t->is_forgotten = true;
    return PRISIM_OK;
}

enum prisim_status prisim_platform_transact(struct prisim_platform *platform, unsigned smmu,
                                            const struct prisim_tlp *tlp, uint64_t limit,
                                            struct prisim_platform_outcome *outcome)
{
    uint32_t ticket;
    enum prisim_status status = prisim_platform_send(platform, smmu, tlp, &ticket);
    if (status != PRISIM_OK)
        return status;
    status = prisim_platform_wait(platform, ticket, limit, outcome);
    if (status == PRISIM_TIMEOUT)
        prisim_platform_forget(platform, ticket);
    return status;
}
