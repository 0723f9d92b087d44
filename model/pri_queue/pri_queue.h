/* SPDX-License-Identifier: Apache-2.0
 *
 * The hardware PRI queue of an SMMUv3 (SMMU-PRIQ): takes page requests, writes 16-byte records to memory, keeps PROD,
 * OVFLG and the interrupt, and answers by itself what it cannot take. It is not the SMMU: it knows no stream table, no
 * commands and no register offsets; the SMMU forwards to it what software writes (CONTROL) and shows what it publishes
 * (STATUS). Everything it says goes through registered channels, so that a foreign queue can take its place.
 * Timing: docs/timing.md "PRI queue".
 */
#ifndef PRISIM_PRI_QUEUE_H
#define PRISIM_PRI_QUEUE_H

#include <stddef.h>

#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/ports.h"
#include "model/pcie/stop_marker.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The members, with default, range, unit and source of each, are the rows of pri_queue_config.def. */
struct prisim_pri_queue_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/pri_queue/pri_queue_config.def"
};

enum prisim_pri_queue_rx {
    PRISIM_PRI_QUEUE_RX_REQUEST,         /* struct prisim_page_request */
    PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, /* struct prisim_memory_response */
    PRISIM_PRI_QUEUE_RX_LOOKUP,          /* struct prisim_pri_queue_ppar; always taken */
    PRISIM_PRI_QUEUE_RX_CONTROL,         /* struct prisim_pri_queue_control; always taken */
    PRISIM_PRI_QUEUE_RX_PORTS
};

enum prisim_pri_queue_tx {
    PRISIM_PRI_QUEUE_TX_RESPONSE,       /* struct prisim_prg_response: automatic responses */
    PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, /* struct prisim_memory_request: records, then MSIs */
    PRISIM_PRI_QUEUE_TX_LOOKUP,         /* struct prisim_pri_queue_lookup: the STE's PPAR, please */
    PRISIM_PRI_QUEUE_TX_STATUS,         /* struct prisim_pri_queue_status, a pulse whenever one of its values changed */
    PRISIM_PRI_QUEUE_TX_INTERRUPT,      /* struct prisim_pri_queue_interrupt: the wired interrupt, a pulse */
    PRISIM_PRI_QUEUE_TX_ABORT,          /* struct prisim_pri_queue_abort: to GERROR, a pulse */
    PRISIM_PRI_QUEUE_TX_DECISION,       /* struct prisim_pri_queue_decision: debug group, a pulse per request taken */
    PRISIM_PRI_QUEUE_TX_COMMIT, /* struct prisim_pri_queue_commit: debug group, a pulse per record written or lost */
    PRISIM_PRI_QUEUE_TX_PORTS
};

struct prisim_page_request {
    uint64_t address; /* page address, bits 63:12 */
    uint32_t stream_id;
    uint32_t pasid;
    uint16_t prg_index; /* 9 bits */
    uint8_t has_pasid;
    uint8_t access; /* PRISIM_ACCESS_* */
    uint8_t secure; /* of a Secure stream (SMMU-PRIOUTCOME-3) */
    uint8_t unused[3];
};

/* A Stop Marker as it comes over the wire: it needs a PASID (SMMU-PRIMSG). What it is to a queue without substreams
 * says stop_marker_needs_ssv. */
static inline bool prisim_page_request_is_stop_marker(const struct prisim_page_request *request)
{
    return prisim_is_stop_marker(request->has_pasid, request->access);
}

struct prisim_prg_response {
    uint32_t stream_id;
    uint32_t pasid;
    uint16_t prg_index;
    uint8_t has_pasid;
    uint8_t code;  /* enum prisim_prg_response_code */
    uint8_t cause; /* enum prisim_cause */
    uint8_t unused[3];
};

struct prisim_pri_queue_lookup {
    uint32_t stream_id;
    uint32_t unused;
};

struct prisim_pri_queue_ppar {
    uint8_t reachable; /* the STE was read and is valid (SMMU-PRIAUTO) */
    uint8_t ppar;      /* STE.PPAR */
    uint8_t unused[2];
};

enum prisim_pri_queue_control_what {
    PRISIM_PRI_QUEUE_BASE,     /* PRIQ_BASE */
    PRISIM_PRI_QUEUE_PROD,     /* PRIQ_PROD: WR and OVFLG */
    PRISIM_PRI_QUEUE_CONS,     /* PRIQ_CONS: RD and OVACKFLG */
    PRISIM_PRI_QUEUE_IRQ_CFG0, /* PRIQ_IRQ_CFG0: MSI address */
    PRISIM_PRI_QUEUE_IRQ_CFG1, /* PRIQ_IRQ_CFG1: MSI data */
    PRISIM_PRI_QUEUE_IRQ_CFG2, /* PRIQ_IRQ_CFG2: LO in bit 31 */
    PRISIM_PRI_QUEUE_ENABLE,   /* bit 0 CR0.PRIQEN as written, bit 1 SMMUEN in effect, bit 2 IRQ_CTRL.PRIQ_IRQEN as
                                  written */
    /* Bit 0: GERROR.PRIQ_ABT_ERR is active. After every ABORT with `record` the SMMU sends 1 and later, when software
     * has acknowledged, 0; the queue counts the error as active from the loss of the record on, which may be before
     * ABORT, and a 0 before that 1 does not end it. */
    PRISIM_PRI_QUEUE_ABORT_ACTIVE
};

/* A register that software wrote; the SMMU has applied the guards of SMMU-QUEUE. */
struct prisim_pri_queue_control {
    uint64_t value;
    uint8_t what; /* enum prisim_pri_queue_control_what */
    uint8_t unused[7];
};

enum { PRISIM_PRI_QUEUE_ENABLE_PRIQEN = 1, PRISIM_PRI_QUEUE_ENABLE_SMMUEN = 2, PRISIM_PRI_QUEUE_ENABLE_IRQEN = 4 };
#define PRISIM_PRI_QUEUE_OVFLG (UINT32_C(1) << 31)

/* Why a status is published: bits of `changed`. */
enum {
    PRISIM_PRI_QUEUE_CHANGED_PROD = 1,     /* PROD passed a record */
    PRISIM_PRI_QUEUE_CHANGED_OVERFLOW = 2, /* the queue toggled OVFLG */
    PRISIM_PRI_QUEUE_CHANGED_WRITTEN = 4,  /* software wrote PROD or CONS */
    PRISIM_PRI_QUEUE_CHANGED_ACK = 8       /* enable_ack */
};

/* The registers as a read sees them. */
struct prisim_pri_queue_status {
    uint32_t prod;      /* WR and OVFLG */
    uint32_t cons;      /* RD and OVACKFLG */
    uint8_t enable_ack; /* PRI_QUEUE_ENABLE_*: CR0ACK.PRIQEN; SMMUEN as far as the queue has part in it; IRQ_CTRLACK */
    uint8_t changed;    /* PRI_QUEUE_CHANGED_* */
    uint8_t unused[2];
};

struct prisim_pri_queue_interrupt {
    uint32_t prod; /* PROD.WR at this edge */
};

struct prisim_pri_queue_abort {
    uint8_t record; /* 1: GERROR.PRIQ_ABT_ERR; no write of a record is under way (SMMU-PRIOUTCOME) */
    uint8_t msi;    /* 1: GERROR.MSI_PRIQ_ABT_ERR */
    uint8_t cause;  /* enum prisim_cause */
    uint8_t unused;
};

struct prisim_pri_queue_decision {
    struct prisim_page_request request;
    uint32_t slot; /* under PRISIM_CAUSE_ACCEPTED: index in the queue */
    uint32_t lap;  /* and how often the queue had wrapped (0 or 1: the wrap bit) */
    uint8_t cause; /* PRISIM_CAUSE_ACCEPTED or why not */
    uint8_t overflow_starts;
    uint8_t unused[6];
};

struct prisim_pri_queue_commit {
    struct prisim_page_request request;
    uint32_t slot;
    uint32_t lap;
    uint8_t cause; /* PRISIM_CAUSE_ACCEPTED: in memory; PRISIM_CAUSE_WRITE_ABORT, PRISIM_CAUSE_WRITE_ABORT_LATE: lost */
    uint8_t unused[7];
};

/* Requests, slots and memory layout: SMMU-PRIENTRY. */
enum { PRISIM_PRI_QUEUE_RECORD_BYTES = 16 };

/* As a queue with substreams writes it. */
void prisim_pri_queue_record_pack(uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES],
                                  const struct prisim_page_request *request);
void prisim_pri_queue_record_unpack(struct prisim_page_request *request,
                                    const uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES]);

struct prisim_pri_queue;

void prisim_pri_queue_config_default(struct prisim_pri_queue_config *config);
/* True if the block can be built from it; else *error says which field is wrong, and why. */
bool prisim_pri_queue_config_check(const struct prisim_pri_queue_config *config, struct prisim_config_error *error);
size_t prisim_pri_queue_state_size(const struct prisim_pri_queue_config *config);
void prisim_pri_queue_init(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state);
/* One clock edge; returns the next edge at which the block must be stepped even if no channel changes. */
prisim_cycle_t prisim_pri_queue_step(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                                     prisim_cycle_t now, struct prisim_ports *ports);

/* Bytes from its start that a step may write without prisim_touch (model/core/touched.h). */
size_t prisim_pri_queue_hot_size(const struct prisim_pri_queue_config *config);
/* The canonical form of the state and of what is offered on its rx ports; by model/core/canonical.h. */
void prisim_pri_queue_canonical(const struct prisim_pri_queue_config *config, const struct prisim_pri_queue *state,
                                const struct prisim_ports *ports, struct prisim_canonical *to);
/* What counts of a payload, wherever it stands. */
void prisim_page_request_canonical(struct prisim_canonical *to, const struct prisim_page_request *request);
void prisim_prg_response_canonical(struct prisim_canonical *to, const struct prisim_prg_response *response);
/* The id of a memory access of the queue: it only says which. The SMMU keeps it as it comes. */
void prisim_pri_queue_access_canonical(struct prisim_canonical *to, uint32_t id);
/* An index of the queue, as PROD or CONS hold it with OVFLG or OVACKFLG, by its distance from `cons`; 2^size_log2
 * entries. */
void prisim_pri_queue_index_canonical(struct prisim_canonical *to, uint32_t index, uint32_t cons, uint32_t size_log2);

/* Turns the port values that were published at one edge into events. Called by prisim_pri_queue_step and by whatever
 * takes the block's place, after the outputs are put. */
void prisim_pri_queue_monitor(const struct prisim_ports *ports, prisim_cycle_t now);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
