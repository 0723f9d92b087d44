/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be known of an SMMU from outside its ports: what its ID registers say of its configuration, and the other
 * way round; what a memory request of it is for. Nothing here takes time, makes events or has an effect.
 */
#ifndef PRISIM_SMMU_OUTSIDE_H
#define PRISIM_SMMU_OUTSIDE_H

#include "model/core/memory_port.h"
#include "model/smmu/smmu.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { PRISIM_SMMU_IDRS = 6 };

/* SMMU_IDR0 to SMMU_IDR5 and SMMU_AIDR as software reads them (SMMU-IDR0, SMMU-IDR1, SMMU-IDR). */
struct prisim_smmu_id {
    uint32_t idr[PRISIM_SMMU_IDRS];
    uint32_t aidr;
};

/* The ID registers of an SMMU with that configuration, which prisim_smmu_config_check accepts. */
void prisim_smmu_id_registers(const struct prisim_smmu_config *config, struct prisim_smmu_id *id);

/* Sets each member of *config that ID registers say; the others stay, and must be set before
 * (prisim_smmu_config_default). Afterwards prisim_smmu_id_registers gives the same values. False if no configuration
 * does: *error names the field, "IDR0.BTM", and what is expected of it; or, if a member is wrong that no ID register
 * says, the member. *config then is as it was. With IDR0.PRI = 0, priq_log2_max stays. */
bool prisim_smmu_config_from_id_registers(const struct prisim_smmu_id *id, struct prisim_smmu_config *config,
                                          struct prisim_config_error *error);

/* What a request on PRISIM_SMMU_TX_MEMORY_REQUEST is for. */
enum prisim_smmu_source {
    PRISIM_SMMU_L1_STREAM,  /* level-1 descriptor of the stream table */
    PRISIM_SMMU_STE,        /* stream table entry */
    PRISIM_SMMU_L1_CONTEXT, /* level-1 descriptor of a CD table */
    PRISIM_SMMU_CD,         /* context descriptor */
    PRISIM_SMMU_WALK,       /* translation table descriptor */
    PRISIM_SMMU_UPDATE,     /* the same, access flag or dirty state updated (HTTU) */
    PRISIM_SMMU_COMMAND,    /* commands */
    PRISIM_SMMU_EVENT,      /* event record */
    PRISIM_SMMU_PRI_RECORD, /* record of the PRI queue */
    PRISIM_SMMU_PRI_MSI,    /* MSI of the PRI queue */
    PRISIM_SMMU_EVENT_MSI,  /* MSI of the event queue */
    PRISIM_SMMU_GERROR_MSI, /* MSI of GERROR */
    PRISIM_SMMU_SYNC_MSI,   /* MSI of a CMD_SYNC */
    PRISIM_SMMU_CLIENT,     /* none of these: a request on PRISIM_SMMU_TX_DMA_REQUEST is a device's */
    PRISIM_SMMU_SOURCES
};

/* Of a request that the SMMU has put on PRISIM_SMMU_TX_MEMORY_REQUEST and whose response it has not got yet. */
enum prisim_smmu_source prisim_smmu_memory_source(const struct prisim_smmu *state,
                                                  const struct prisim_memory_request *request);

/* "walk", "command", ...; "?" for what is none. */
const char *prisim_smmu_source_name(enum prisim_smmu_source source);

/* Of a request that the SMMU has put on PRISIM_SMMU_TX_DMA_REQUEST and whose response it has not got yet: the id of the
 * TLP that asked for it. */
uint32_t prisim_smmu_client_tlp(const struct prisim_smmu *state, const struct prisim_memory_request *request);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
