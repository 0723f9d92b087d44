/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI queue on a rig, with a memory that answers record and MSI writes and an SMMU side that answers lookups and
 * echoes aborts as GERROR would. Registers are written through CONTROL as the SMMU does.
 */
#ifndef PRISIM_TESTS_PRI_QUEUE_BENCH_H
#define PRISIM_TESTS_PRI_QUEUE_BENCH_H

#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "tests/harness/harness.h"

enum { BENCH_BASE = 0x10000, BENCH_MEMORY = 4096, BENCH_MSI = 0x8000040, BENCH_MSI_ID = 16 };

struct bench {
    struct rig *rig;
    struct pri_queue_config config;
    struct pri_queue *state;
    uint8_t memory[BENCH_MEMORY]; /* from BENCH_BASE */

    bool memory_held;           /* no write is answered */
    bool abort_echo;            /* ABORT with `record` is answered by ABORT_ACTIVE 1 (default) */
    cycle_t memory_delay;       /* edges from the transfer of a write to that of its response, >= 1 */
    enum memory_status records; /* how record writes end */
    enum memory_status msis;
    struct pri_queue_ppar ppar;
    cycle_t ppar_delay;

    /* Steps the queue only when an engine has to: at the edge it asked for, or when a channel of it changed. */
    bool lazy;
    cycle_t next;
    unsigned steps; /* how often the queue was stepped */
    uint64_t rx_valid_before, tx_ready_before;

    unsigned writes_seen, writes_answered, lookups_seen, aborts_seen;
    unsigned requests, controls;
};

void bench_config(struct pri_queue_config *config); /* defaults with a short queue of at most 2^8 */
struct bench *bench_open(const struct pri_queue_config *config);
/* A bench with queue on (PRIQEN, SMMUEN, IRQEN) and 2^log2 entries, PROD and CONS 0, no MSI, LO as given. */
struct bench *bench_queue(unsigned log2, bool last_only);
void bench_close(struct bench *bench);

void bench_edge(struct bench *bench);
void bench_run(struct bench *bench, unsigned edges);
void bench_settle(struct bench *bench); /* long enough for anything here to end */

/* Published by the next edge; bench_control_at and bench_request_at give the edge of the last one's transfer. */
void bench_control(struct bench *bench, enum pri_queue_control_what what, uint64_t value);
void bench_request(struct bench *bench, const struct page_request *request);
cycle_t bench_control_at(const struct bench *bench);
cycle_t bench_request_at(const struct bench *bench);
void bench_memory_answer(struct bench *bench, uint32_t id, enum memory_status status);

/* A page request: prgi also makes its address. PASID_NONE in `pasid`: it has none. */
struct page_request bench_page(uint64_t pasid, unsigned prgi, unsigned access);

/* What the queue put last on a port, or NULL; how often it put something. */
const void *bench_last(const struct bench *bench, enum pri_queue_tx tx);
unsigned bench_puts(const struct bench *bench, enum pri_queue_tx tx);
cycle_t bench_last_at(const struct bench *bench, enum pri_queue_tx tx);
/* PROD, CONS and enable_ack as a register read sees them now. */
struct pri_queue_status bench_status(const struct bench *bench);
/* The record in a slot. */
struct page_request bench_record(const struct bench *bench, unsigned slot);

#endif
