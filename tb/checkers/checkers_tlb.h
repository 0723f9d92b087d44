/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: the SMMU's TLBs, walk caches and CDs, and what takes entries out of them.
 */
#ifndef PRISIM_TB_CHECKERS_TLB_H
#define PRISIM_TB_CHECKERS_TLB_H

#include "tb/checkers/checkers_binding.h"

/* A CMD_TLBI or CMD_CFGI. */
struct tlb_command {
    struct prisim_event_smmu_tlbi what;
    prisim_cycle_t at, synced;
};
struct cd_command {
    uint64_t opcode, stream_id, pasid;
    prisim_cycle_t at;
};

/* A page that the SMMU translated and that no completed TLBI has covered since. */
struct cached {
    struct pooled pool;
    uint64_t asid, page;
    prisim_cycle_t at;
};

struct tlbs {
    struct pool cached;
    struct map cached_of;     /* (ASID, page) -> cached */
    struct tlb_command *tlbi; /* the first so many are synced, each scope once: the last one */
    uint32_t tlbis, tlbis_synced, tlbis_room;
    struct cd_command *cfgi; /* not yet synced */
    uint32_t cfgis, cfgis_room;
};

void tlb_translated(struct checkers *c, const struct prisim_event *event);
void tlb_synced(struct checkers *c, prisim_cycle_t cycle);
/* What was read until then and may still be there: enum left. `context` may be NULL, `asid` 0. */
unsigned tlb_left(const struct checkers *c, const struct context *context, uint64_t asid, prisim_cycle_t until);

#endif
