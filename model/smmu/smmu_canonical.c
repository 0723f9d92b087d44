/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU: its parts, what its neighbours offer, and the caches. Not told: `due`, which is a
 * bound of the timers; `tlps`, which only gives out fresh ids; `cached` and `configured`, which only say that a look-up
 * need not be made again, for it would say the same.
 */
#include "model/smmu/canonical/smmu_canonical_parts.h"

unsigned prisim_smmu_itag_next(const struct prisim_smmu_config *config, const struct prisim_smmu *s)
{
    return smmu_canonical_itag_next(config, s);
}

static bool is_offered(const struct prisim_ports *ports, enum prisim_smmu_rx port)
{
    return ports->rx_valid >> port & 1;
}

/* Ids of the SMMU's own accesses are slots and the like, and count as they are. */
static void tell_response(struct prisim_canonical *to, const struct prisim_memory_response *response)
{
    prisim_canonical_word(to, response->id);
    prisim_memory_response_canonical(to, response);
}

static void tell_offered(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                         const struct prisim_smmu *s, const struct prisim_ports *ports)
{
    if (is_offered(ports, PRISIM_SMMU_RX_UP))
        prisim_tlp_canonical(ports->rx[PRISIM_SMMU_RX_UP], to);
    if (is_offered(ports, PRISIM_SMMU_RX_MEMORY_RESPONSE))
        tell_response(to, ports->rx[PRISIM_SMMU_RX_MEMORY_RESPONSE]);
    if (is_offered(ports, PRISIM_SMMU_RX_DMA_RESPONSE))
        tell_response(to, ports->rx[PRISIM_SMMU_RX_DMA_RESPONSE]);
    if (is_offered(ports, PRISIM_SMMU_RX_REGISTER))
        smmu_canonical_access(to, config, s, ports->rx[PRISIM_SMMU_RX_REGISTER]);
    smmu_canonical_link_offered(to, config, s, ports);
}

void prisim_smmu_canonical_hot(const struct prisim_smmu_config *config, const struct prisim_smmu *s,
                               const struct prisim_ports *ports, struct prisim_canonical *to)
{
    smmu_canonical_registers(to, config, s);
    smmu_canonical_commands(to, config, s);
    smmu_canonical_events(to, config, s);
    smmu_canonical_link(to, config, s);
    smmu_canonical_slots(to, config, s);
    for (unsigned name = 0; name < SMMU_CACHES; name++)
        prisim_canonical_word(to, s->caches[name].used);
    tell_offered(to, config, s, ports);
}

void prisim_smmu_canonical_cold(const struct prisim_smmu_config *config, const struct prisim_smmu *s,
                                struct prisim_canonical *to)
{
    (void)config;
    smmu_canonical_caches(to, s);
}

void prisim_smmu_canonical(const struct prisim_smmu_config *config, const struct prisim_smmu *s,
                           const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_smmu_canonical_hot(config, s, ports, to);
    prisim_smmu_canonical_cold(config, s, to);
}
