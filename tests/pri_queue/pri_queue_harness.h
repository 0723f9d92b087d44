/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI queue in the harness, with a memory that answers record and MSI writes and an SMMU side that answers lookups
 * and echoes aborts as GERROR would. Registers are written through CONTROL as the SMMU does.
 */
#ifndef PRISIM_TESTS_PRI_QUEUE_PRI_QUEUE_HARNESS_H
#define PRISIM_TESTS_PRI_QUEUE_PRI_QUEUE_HARNESS_H

#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "tests/harness/harness.h"

enum { HARNESS_BASE = 0x10000, HARNESS_MEMORY = 4096, HARNESS_MSI = 0x8000040, HARNESS_MSI_ID = 16 };

struct pri_queue_harness {
    struct harness *base;
    struct prisim_pri_queue_config config;
    struct prisim_pri_queue *state;
    uint8_t memory[HARNESS_MEMORY]; /* from HARNESS_BASE */

    bool memory_held;                  /* no write is answered */
    bool abort_echo;                   /* ABORT with `record` is answered by ABORT_ACTIVE 1 (default) */
    prisim_cycle_t memory_delay;       /* edges from the transfer of a write to that of its response, >= 1 */
    enum prisim_memory_status records; /* how record writes end */
    enum prisim_memory_status msis;
    struct prisim_pri_queue_ppar ppar;
    prisim_cycle_t ppar_delay;

    unsigned writes_answered, lookups_seen, aborts_seen;
    unsigned requests, controls;
};

void pri_queue_harness_config(struct prisim_pri_queue_config *config); /* defaults with a short queue of at most 2^8 */
struct pri_queue_harness *pri_queue_harness_open(const struct prisim_pri_queue_config *config);
/* A harness with queue on (PRIQEN, SMMUEN, IRQEN) and 2^log2 entries, PROD and CONS 0, no MSI, LO as given. */
struct pri_queue_harness *pri_queue_harness_queue(unsigned log2, bool last_only);
void pri_queue_harness_close(struct pri_queue_harness *h);

void pri_queue_harness_edge(struct pri_queue_harness *h);
void pri_queue_harness_run(struct pri_queue_harness *h, unsigned edges);
void pri_queue_harness_settle(struct pri_queue_harness *h); /* long enough for anything here to end */

/* Published by the next edge; pri_queue_harness_control_at and pri_queue_harness_request_at give the edge of the last
 * one's transfer. */
void pri_queue_harness_control(struct pri_queue_harness *h, enum prisim_pri_queue_control_what what, uint64_t value);
void pri_queue_harness_request(struct pri_queue_harness *h, const struct prisim_page_request *request);
prisim_cycle_t pri_queue_harness_control_at(const struct pri_queue_harness *h);
prisim_cycle_t pri_queue_harness_request_at(const struct pri_queue_harness *h);
void pri_queue_harness_memory_answer(struct pri_queue_harness *h, uint32_t id, enum prisim_memory_status status);

/* A page request: prgi also makes its address. PRISIM_PASID_NONE in `pasid`: it has none. */
struct prisim_page_request pri_queue_harness_page(uint64_t pasid, unsigned prgi, unsigned access);

/* What the queue put last on a port, or NULL; how often it put something. */
const void *pri_queue_harness_last(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx);
unsigned pri_queue_harness_puts(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx);
prisim_cycle_t pri_queue_harness_last_at(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx);
/* PROD, CONS and enable_ack as a register read sees them now. */
struct prisim_pri_queue_status pri_queue_harness_status(const struct pri_queue_harness *h);
/* The record in a slot. */
struct prisim_page_request pri_queue_harness_record(const struct pri_queue_harness *h, unsigned slot);

#endif
