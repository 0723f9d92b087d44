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

struct smmu_config {
    uint32_t sid_bits;          /* IDR1.SIDSIZE, 0..16 */
    uint32_t ssid_bits;         /* IDR1.SSIDSIZE, 0..20 */
    uint32_t cmdq_log2_max;     /* IDR1.CMDQS, 0..19 */
    uint32_t eventq_log2_max;   /* IDR1.EVENTQS, 0..19 */
    uint32_t priq_log2_max;     /* IDR1.PRIQS, 0..19 */
    uint32_t pps;               /* IDR3.PPS, 0..1; needs pri and ssid_bits */
    uint32_t oas_bits;          /* output address size: 32, 36, 40, 42, 44 or 48 */
    uint32_t register_latency;  /* cycles from taking a register access to its response, 1..1000 */
    uint32_t ack_latency;       /* CR0ACK, IRQ_CTRLACK, GBPA.Update: 1..1000 (SMMU-LATENCY: 8) */
    uint32_t tlb_latency;       /* 1..100 (SMMU-LATENCY: 3) */
    uint32_t config_latency;    /* STE/CD cache look-up, 1..100 (SMMU-LATENCY: 3) */
    uint32_t walk_latency;      /* walk cache look-up, 1..100 (SMMU-LATENCY: 4) */
    uint32_t command_latency;   /* decode of a fetched command, 1..1000 (SMMU-LATENCY: 4) */
    uint32_t command_lines;     /* memory lines of commands fetched ahead of or at work, 1..4 (assumption: 1) */
    uint32_t cons_batch;        /* commands consumed until CMDQ_CONS shows it, 1..64 (assumption: 1) */
    uint32_t event_latency;     /* from a fault to its record's write, 1..100 (SMMU-LATENCY: 2) */
    uint32_t tlb_entries;       /* 0..4096; 0 switches it off */
    uint32_t config_entries;    /* STEs kept, and CDs kept, 0..64; 0 switches this off (SMMU-GEM5: 64) */
    uint32_t config_l1_entries; /* level-1 descriptors kept, of stream tables and of CD tables, 0..64 (assumption) */
    uint32_t config_ways;       /* of each of these, 1..64 (SMMU-GEM5: 4) */
    uint32_t walk_entries;      /* last-level tables of stage 1 kept, found at level 2: 0..1024 */
    uint32_t walk_l1_entries;   /* the same found at level 1, 0..1024 */
    uint32_t walk_l0_entries;   /* and at level 0 */
    uint32_t walk_s2_entries;   /* of stage 2, likewise */
    uint32_t walk_s2_l1_entries;
    uint32_t walk_s2_l0_entries;
    uint32_t walk_ways;         /* of a set of each walk cache and of the IPA cache, 1..64 */
    uint32_t micro_tlb_entries; /* 0..64, one set; 0 switches it off */
    uint32_t micro_tlb_latency; /* 1..100 (SMMU-LATENCY: 1) */
    uint32_t tlb_ways;          /* 1..64 */
    uint32_t ipa_entries;       /* leaves of stage 2 that nested walks met, 0..1024 */
    uint32_t ipa_latency;       /* 1..100 (SMMU-GEM5: 3) */
    uint32_t walk_slots;        /* walks at once, 1..16; more wait in order */
    uint32_t tlbi_hints;        /* 1: a TLBI leaves entries of another level or granule than its TTL and TG say, 0..1 */
    uint32_t s2_ipa_combined;   /* 1: TLBI_S2_IPA takes combined entries too, 0..1 */
    uint32_t translation_slots; /* translations in flight, 1..16; at least 2 with stall_model 0 */
    uint32_t automatic_responses; /* that wait to be sent; one more is lost, 1..512 (assumption) */
    uint32_t atc_inv_timeout;     /* cycles until an ATC invalidation counts as lost (tests: 100000) */
    /* What is built, as the ID registers say it (SMMU-IDR0, SMMU-IDR1, SMMU-IDR); what is 0 behaves as absent. */
    uint32_t s2p;          /* IDR0.S2P: stage 2, 0..1 */
    uint32_t httu;         /* IDR0.HTTU: 0 none, 1 access flag, 2 and dirty state */
    uint32_t stall_model;  /* IDR0.STALL_MODEL: 0 stall and terminate, 1 no stall */
    uint32_t term_model;   /* IDR0.TERM_MODEL: 1 = a terminate always aborts, 0..1 */
    uint32_t st_level;     /* IDR0.ST_LEVEL: 1 = two-level stream tables too, 0..1; 1 with sid_bits >= 7 */
    uint32_t cd2l;         /* IDR0.CD2L: two-level CD tables, 0..1 */
    uint32_t ns1ats;       /* IDR0.NS1ATS: 1 = no split-stage ATS, 0..1; needs ats and s2p */
    uint32_t asid16;       /* IDR0.ASID16, 0..1 */
    uint32_t vmid16;       /* IDR0.VMID16, 0..1 */
    uint32_t vmw;          /* IDR0.VMW, 0..1 */
    uint32_t hyp;          /* IDR0.Hyp: EL2 streams, 0..1; needs s2p */
    uint32_t ats;          /* IDR0.ATS, 0..1 */
    uint32_t pri;          /* IDR0.PRI, 0..1; needs ats */
    uint32_t msi;          /* IDR0.MSI, 0..1 */
    uint32_t sev;          /* IDR0.SEV, 0..1 */
    uint32_t ril;          /* IDR3.RIL: TLBI by range, 0..1 */
    uint32_t had;          /* IDR3.HAD, 0..1 */
    uint32_t xnx;          /* IDR3.XNX, 0..1 */
    uint32_t stt;          /* IDR3.STT: small translation tables, 0..1 */
    uint32_t gran16k;      /* IDR5.GRAN16K, 0..1 */
    uint32_t gran64k;      /* IDR5.GRAN64K, 0..1 */
    uint32_t stall_max;    /* IDR5.STALL_MAX: stalled transactions at most, 0..16; 0 if and only if stall_model is 1 */
    uint16_t requester_id; /* of its own messages */
    uint16_t unused;

    uint32_t fwb;            /* IDR3.FWB: STE.S2FWB, 0..1 */
    uint32_t bbml;           /* IDR3.BBML: level of break-before-make, 0..2 */
    uint32_t attr_perms_ovr; /* IDR1.ATTR_PERMS_OVR: PRIVCFG and INSTCFG work, 0..1 */
    uint32_t attr_types_ovr; /* IDR1.ATTR_TYPES_OVR: memory type overrides work, 0..1 */
    uint32_t event_merge;    /* equal event records that wait to be written become one (SMMU-EVENT), 0..1 */
    uint32_t epd_hits_tlb;   /* 1: what the TLBs have of a half that EPDx switched off goes on to translate until a TLBI
                                (SMMU-CD-21), 0..1 */
    uint32_t affd_cached;    /* 1: a page with AF=0 that AFFD, or S2AFFD, lets pass is kept (SMMU-HTTU-1), 0..1 */
    uint32_t itag_reuse;     /* enum smmu_itag_reuse */
    uint32_t smmuen_waits;   /* 1: the ACK of SMMUEN 1 to 0 waits for every access in flight (SMMU-CR0), 0..1 */
    uint32_t stall_rewrite;  /* 1: a stall's record whose write aborted is written again (SMMU-EVENTQ), 0..1 */
    uint32_t structure_fetch; /* enum smmu_structure_fetch */
    uint32_t reset_pattern;   /* held at reset by fields that are UNKNOWN then (SMMU-RESET), repeated in each word */
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
