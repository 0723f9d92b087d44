/* SPDX-License-Identifier: Apache-2.0
 *
 * What a memory request of the SMMU is for, told from its id and from what made it, which stays as it was until the
 * response comes.
 */
#include "model/smmu/prisim_smmu_outside.h"
#include "model/smmu/smmu_state.h"

/* smmu_memory_arbiter.c: the high byte of an id is the source, the rest what the source knows it by. */
enum { SOURCE_SHIFT = 24, INDEX_BITS = 24 };

static enum prisim_smmu_source of_slot(const struct prisim_smmu *s, unsigned index)
{
    if (index >= SMMU_SLOTS)
        return PRISIM_SMMU_CLIENT;
    switch ((unsigned)s->slot[index].state) {
    case SMMU_SLOT_L1STD:
        return PRISIM_SMMU_L1_STREAM;
    case SMMU_SLOT_STE:
        return PRISIM_SMMU_STE;
    case SMMU_SLOT_L1CD:
        return PRISIM_SMMU_L1_CONTEXT;
    case SMMU_SLOT_CD:
        return PRISIM_SMMU_CD;
    case SMMU_SLOT_DESCRIPTOR:
        return PRISIM_SMMU_WALK;
    case SMMU_SLOT_SWAP:
        return PRISIM_SMMU_UPDATE;
    }
    return PRISIM_SMMU_CLIENT;
}

static enum prisim_smmu_source of_msi(unsigned index)
{
    switch ((enum smmu_msi_source)index) {
    case SMMU_MSI_GERROR:
        return PRISIM_SMMU_GERROR_MSI;
    case SMMU_MSI_EVENTQ:
        return PRISIM_SMMU_EVENT_MSI;
    case SMMU_MSI_SYNC:
        return PRISIM_SMMU_SYNC_MSI;
    case SMMU_MSI_SOURCES:
        break;
    }
    return PRISIM_SMMU_CLIENT;
}

enum prisim_smmu_source prisim_smmu_memory_source(const struct prisim_smmu *state,
                                                  const struct prisim_memory_request *request)
{
    unsigned index = request->id & (unsigned)prisim_bits_mask(INDEX_BITS);
    switch ((enum smmu_memory_source)(request->id >> SOURCE_SHIFT)) {
    case SMMU_MEMORY_SLOT:
        return of_slot(state, index);
    case SMMU_MEMORY_PRI:
        return request->size == PRISIM_PRI_QUEUE_RECORD_BYTES ? PRISIM_SMMU_PRI_RECORD : PRISIM_SMMU_PRI_MSI;
    case SMMU_MEMORY_EVENT:
        return PRISIM_SMMU_EVENT;
    case SMMU_MEMORY_MSI:
        return of_msi(index);
    case SMMU_MEMORY_COMMAND:
        return PRISIM_SMMU_COMMAND;
    case SMMU_MEMORY_SOURCES:
        break;
    }
    return PRISIM_SMMU_CLIENT;
}

const char *prisim_smmu_source_name(enum prisim_smmu_source source)
{
    static const char *const name[PRISIM_SMMU_SOURCES] = {
        [PRISIM_SMMU_L1_STREAM] = "level-1 stream table",
        [PRISIM_SMMU_STE] = "STE",
        [PRISIM_SMMU_L1_CONTEXT] = "level-1 CD table",
        [PRISIM_SMMU_CD] = "CD",
        [PRISIM_SMMU_WALK] = "walk",
        [PRISIM_SMMU_UPDATE] = "descriptor update",
        [PRISIM_SMMU_COMMAND] = "command",
        [PRISIM_SMMU_EVENT] = "event record",
        [PRISIM_SMMU_PRI_RECORD] = "PRI record",
        [PRISIM_SMMU_PRI_MSI] = "PRI queue MSI",
        [PRISIM_SMMU_EVENT_MSI] = "event queue MSI",
        [PRISIM_SMMU_GERROR_MSI] = "GERROR MSI",
        [PRISIM_SMMU_SYNC_MSI] = "CMD_SYNC MSI",
        [PRISIM_SMMU_CLIENT] = "client",
    };
    return (unsigned)source < PRISIM_SMMU_SOURCES ? name[source] : "?";
}

/* smmu_dma.c: the low byte of an id is the slot. */
uint32_t prisim_smmu_client_tlp(const struct prisim_smmu *state, const struct prisim_memory_request *request)
{
    unsigned index = request->id & 0xff;
    return index < SMMU_SLOTS ? state->slot[index].tlp.head.id : 0;
}
