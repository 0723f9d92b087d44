/* SPDX-License-Identifier: Apache-2.0
 *
 * An SMMUv3: registers (SMMU-REGISTERS), command and event queues (SMMU-COMMANDS, SMMU-EVENTS), stream table and
 * context descriptors (SMMU-TABLES), ATS (SMMU-ATS), translation (SMMU-PAGETABLES). Non-secure state only. It is not
 * the PRI queue, which stands beside it behind the PRI_* channels (model/pri_queue/pri_queue.h), and not the root port.
 * Timing: docs/timing.md "SMMU".
 */
#ifndef PRISIM_SMMU_H
#define PRISIM_SMMU_H

#include <stddef.h>

#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/ports.h"
#include "model/core/public.h"
#include "model/pri_queue/pri_queue.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(smmu_config_default)
PRISIM_PUBLIC(smmu_config_check)
PRISIM_PUBLIC(smmu_state_size)
PRISIM_PUBLIC(smmu_init)
PRISIM_PUBLIC(smmu_step)
PRISIM_PUBLIC(smmu_pri_queue_derive)
PRISIM_PUBLIC(smmu_pri_queue_agrees)
PRISIM_PUBLIC(smmu_register_debug)

/* When the ITag of an ATC invalidation that timed out may be given out again (SMMU-SYNC, PCIE-ITAG). */
enum smmu_itag_reuse {
    SMMU_ITAG_AFTER_LATE, /* when its late completion came, if ever */
    SMMU_ITAG_AT_TIMEOUT  /* at once, a fault: a late completion completes a later invalidation */
};

/* How an STE or a CD is read (SMMU-FETCH). */
enum smmu_structure_fetch {
    SMMU_STRUCTURE_LINE, /* its 64 bytes at once: what software changes between its words is not seen torn */
    SMMU_STRUCTURE_WORDS /* eight reads, one after the other: words 1 to 7, then 0 */
};

/* The members, with default, range, unit and source of each, are the rows of smmu_config.def. */
struct smmu_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/smmu/smmu_config.def"
};

enum smmu_rx {
    SMMU_RX_UP,              /* struct tlp from the root port */
    SMMU_RX_MEMORY_RESPONSE, /* of its own accesses */
    SMMU_RX_DMA_RESPONSE,    /* of client accesses */
    SMMU_RX_REGISTER,        /* struct memory_request, address = offset in the register frame */
    SMMU_RX_PRI_RESPONSE,
    SMMU_RX_PRI_MEMORY_REQUEST,
    SMMU_RX_PRI_LOOKUP,
    SMMU_RX_PRI_STATUS,
    SMMU_RX_PRI_INTERRUPT,
    SMMU_RX_PRI_ABORT,
    SMMU_RX_PORTS
};

enum smmu_tx {
    SMMU_TX_DOWN, /* struct tlp to the root port */
    SMMU_TX_MEMORY_REQUEST,
    SMMU_TX_DMA_REQUEST,
    SMMU_TX_REGISTER_RESPONSE,
    SMMU_TX_PRI_REQUEST,
    SMMU_TX_PRI_MEMORY_RESPONSE,
    SMMU_TX_PRI_LOOKUP,
    SMMU_TX_PRI_CONTROL,
    SMMU_TX_INTERRUPT, /* struct smmu_interrupt: the wired interrupts, pulses */
    SMMU_TX_PORTS
};

/* Wired interrupts of one edge, one bit each; SEV is the event that wakes processors: of a CMD_SYNC, or of a full
 * command queue that gets room (SMMU-SYNC, SMMU-QUEUE). */
enum { SMMU_WIRED_GERROR = 1, SMMU_WIRED_PRIQ = 2, SMMU_WIRED_EVENTQ = 4, SMMU_WIRED_SYNC = 8, SMMU_WIRED_SEV = 16 };
struct smmu_interrupt {
    uint32_t lines;
};

struct smmu;

void smmu_config_default(struct smmu_config *config);
bool smmu_config_check(const struct smmu_config *config, struct config_error *error);
size_t smmu_state_size(const struct smmu_config *config);
void smmu_init(const struct smmu_config *config, struct smmu *state);
cycle_t smmu_step(const struct smmu_config *config, struct smmu *state, cycle_t now, struct ports *ports);

/* Sets in the queue's configuration what the SMMU's says of its PRI queue (IDR0.MSI, IDR1.PRIQS, IDR1.SSIDSIZE,
 * IDR3.PPS); the rest stays. */
void smmu_pri_queue_derive(const struct smmu_config *config, struct pri_queue_config *queue);

/* False if the queue is not the one that the SMMU's ID registers describe: error names the queue's member. */
bool smmu_pri_queue_agrees(const struct smmu_config *config, const struct pri_queue_config *queue,
                           struct config_error *error);

/* Reads registers from outside, at once and without side effects or events: each word as software would read it after
 * the last edge, little-endian, offsets rising. `offset` and `size` are multiples of 4; else, and outside the frame
 * (smmu_registers.h, SMMU_FRAME_BYTES), nothing is read. Returns the bytes read, which end with the frame. PRIQ_PROD
 * and PRIQ_CONS are what the SMMU shows of its PRI queue, wherever that stands. There is no write: a write sets
 * something off, and that is the register port's. */
unsigned smmu_register_debug(const struct smmu_config *config, const struct smmu *state, uint64_t offset, uint8_t *data,
                             unsigned size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
