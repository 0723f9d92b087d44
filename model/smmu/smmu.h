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

#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/ports.h"
#include "model/pcie/atc_timeout.h"
#include "model/pri_queue/pri_queue.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* When the ITag of an ATC invalidation that timed out may be given out again (SMMU-SYNC, PCIE-ITAG). */
enum prisim_smmu_itag_reuse {
    PRISIM_SMMU_ITAG_AFTER_LATE, /* when its late completion came, if ever */
    PRISIM_SMMU_ITAG_AT_TIMEOUT  /* at once, a fault: a late completion completes a later invalidation */
};

/* How an STE or a CD is read (SMMU-FETCH). */
enum prisim_smmu_structure_fetch {
    PRISIM_SMMU_STRUCTURE_LINE, /* its 64 bytes at once: what software changes between its words is not seen torn */
    PRISIM_SMMU_STRUCTURE_WORDS /* eight reads, one after the other: words 1 to 7, then 0 */
};

/* What of the page requests before it is promised to what comes behind them (PCIE-ORDER-11; docs/timing/smmu.md "The
 * way in"). */
enum prisim_smmu_flush {
    PRISIM_SMMU_FLUSH_PORT,         /* they were taken at the port */
    PRISIM_SMMU_FLUSH_PROD_VISIBLE, /* PRIQ_PROD shows them, or they were dropped */
    PRISIM_SMMU_FLUSH_NONE          /* nothing: they have a path of their own */
};

/* The members, with default, range, unit and source of each, are the rows of smmu_config.def. */
struct prisim_smmu_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/smmu/smmu_config.def"
};

enum prisim_smmu_rx {
    PRISIM_SMMU_RX_UP,              /* struct prisim_tlp from the root port */
    PRISIM_SMMU_RX_MEMORY_RESPONSE, /* of its own accesses */
    PRISIM_SMMU_RX_DMA_RESPONSE,    /* of client accesses */
    PRISIM_SMMU_RX_REGISTER,        /* struct prisim_memory_request, address = offset in the register frame */
    PRISIM_SMMU_RX_PRI_RESPONSE,
    PRISIM_SMMU_RX_PRI_MEMORY_REQUEST,
    PRISIM_SMMU_RX_PRI_LOOKUP,
    PRISIM_SMMU_RX_PRI_STATUS,
    PRISIM_SMMU_RX_PRI_INTERRUPT,
    PRISIM_SMMU_RX_PRI_ABORT,
    PRISIM_SMMU_RX_PRI_DECISION, /* these two only where prisim_smmu_follows_page_requests */
    PRISIM_SMMU_RX_PRI_COMMIT,
    PRISIM_SMMU_RX_PORTS
};

enum prisim_smmu_tx {
    PRISIM_SMMU_TX_DOWN, /* struct prisim_tlp to the root port */
    PRISIM_SMMU_TX_MEMORY_REQUEST,
    PRISIM_SMMU_TX_DMA_REQUEST,
    PRISIM_SMMU_TX_REGISTER_RESPONSE,
    PRISIM_SMMU_TX_PRI_REQUEST,
    PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE,
    PRISIM_SMMU_TX_PRI_LOOKUP,
    PRISIM_SMMU_TX_PRI_CONTROL,
    PRISIM_SMMU_TX_INTERRUPT,   /* struct prisim_smmu_interrupt: the wired interrupts, pulses */
    PRISIM_SMMU_TX_ATC_TIMEOUT, /* struct prisim_atc_timeout: a function did not answer an invalidation, pulses */
    PRISIM_SMMU_TX_PORTS
};

/* Wired interrupts of one edge, one bit each; SEV is the event that wakes processors: of a CMD_SYNC, or of a full
 * command queue that gets room (SMMU-SYNC, SMMU-QUEUE). */
enum {
    PRISIM_SMMU_WIRED_GERROR = 1,
    PRISIM_SMMU_WIRED_PRIQ = 2,
    PRISIM_SMMU_WIRED_EVENTQ = 4,
    PRISIM_SMMU_WIRED_SYNC = 8,
    PRISIM_SMMU_WIRED_SEV = 16
};
struct prisim_smmu_interrupt {
    uint32_t lines;
};

struct prisim_smmu;

void prisim_smmu_config_default(struct prisim_smmu_config *config);
bool prisim_smmu_config_check(const struct prisim_smmu_config *config, struct prisim_config_error *error);
size_t prisim_smmu_state_size(const struct prisim_smmu_config *config);
void prisim_smmu_init(const struct prisim_smmu_config *config, struct prisim_smmu *state);
prisim_cycle_t prisim_smmu_step(const struct prisim_smmu_config *config, struct prisim_smmu *state, prisim_cycle_t now,
                                struct prisim_ports *ports);

/* Bytes from its start that a step may write without prisim_touch (model/core/touched.h). */
size_t prisim_smmu_hot_size(const struct prisim_smmu_config *config);
/* The canonical form of the state and of what is offered on its rx ports; by model/core/canonical.h. */
void prisim_smmu_canonical(const struct prisim_smmu_config *config, const struct prisim_smmu *state,
                           const struct prisim_ports *ports, struct prisim_canonical *to);
/* The same in two parts: the caches' entries are the cold one (model/core/canonical.h). */
void prisim_smmu_canonical_hot(const struct prisim_smmu_config *config, const struct prisim_smmu *state,
                               const struct prisim_ports *ports, struct prisim_canonical *to);
void prisim_smmu_canonical_cold(const struct prisim_smmu_config *config, const struct prisim_smmu *state,
                                struct prisim_canonical *to);
struct prisim_canonical_cold prisim_smmu_cold(const struct prisim_smmu_config *config);
/* For prisim_canonical_itag_next, before the form of any block. */
unsigned prisim_smmu_itag_next(const struct prisim_smmu_config *config, const struct prisim_smmu *state);

/* Sets in the queue's configuration what the SMMU's says of its PRI queue (IDR0.MSI, IDR1.PRIQS, IDR1.SSIDSIZE,
 * IDR3.PPS); the rest stays. */
void prisim_smmu_pri_queue_derive(const struct prisim_smmu_config *config, struct prisim_pri_queue_config *queue);

/* False if the queue is not the one that the SMMU's ID registers describe: error names the queue's member. */
bool prisim_smmu_pri_queue_agrees(const struct prisim_smmu_config *config, const struct prisim_pri_queue_config *queue,
                                  struct prisim_config_error *error);

/* True if the SMMU must hear what becomes of each page request: the queue's DECISION and COMMIT lead to it then
 * (smmu_pri_queue_wires.def). Else they lead nowhere. */
bool prisim_smmu_follows_page_requests(const struct prisim_smmu_config *config);

/* Reads registers from outside, at once and without side effects or events: each word as software would read it after
 * the last edge, little-endian, offsets rising. `offset` and `size` are multiples of 4; else, and outside the frame
 * (smmu_registers.h, PRISIM_SMMU_FRAME_BYTES), nothing is read. Returns the bytes read, which end with the frame.
 * PRIQ_PROD and PRIQ_CONS are what the SMMU shows of its PRI queue, wherever that stands. There is no write: a write
 * sets something off, and that is the register port's. */
unsigned prisim_smmu_register_debug(const struct prisim_smmu_config *config, const struct prisim_smmu *state,
                                    uint64_t offset, uint8_t *data, unsigned size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
