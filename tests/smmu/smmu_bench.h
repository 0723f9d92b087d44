/* SPDX-License-Identifier: Apache-2.0
 *
 * What the SMMU's tests share: a rig around the block with a memory that answers after a fixed latency, a software that
 * writes registers, commands and tables, and a stand-in for the PRI queue that acknowledges its enables.
 */
#ifndef PRISIM_TESTS_SMMU_BENCH_H
#define PRISIM_TESTS_SMMU_BENCH_H

#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "tests/harness/harness.h"

#define BENCH_RAM      UINT64_C(0x40000000)
#define BENCH_DOORBELL UINT64_C(0x08020000)
/* Where the software puts things in RAM. */
#define BENCH_STRTAB (BENCH_RAM + 0x00000)
#define BENCH_CMDQ   (BENCH_RAM + 0x10000)
#define BENCH_EVENTQ (BENCH_RAM + 0x11000)
#define BENCH_CDTAB  (BENCH_RAM + 0x12000)
#define BENCH_TABLES (BENCH_RAM + 0x20000)
#define BENCH_PAGES  (BENCH_RAM + 0x80000)

enum {
    BENCH_RAM_BYTES = 4 << 20,
    BENCH_MEMORY_LATENCY = 20,
    BENCH_SID = 0x20,
    BENCH_CMDQ_LOG2 = 4,
    BENCH_EVENTQ_LOG2 = 2,
    BENCH_ANSWERS = 64
};

struct bench_answer {
    cycle_t at;
    unsigned port;
    struct memory_response response;
};

struct bench {
    struct smmu_config config;
    struct smmu *state;
    struct rig *rig;
    uint8_t *ram;
    struct bench_answer answer[BENCH_ANSWERS];
    unsigned answers;
    unsigned seen[SMMU_TX_PORTS];
    uint64_t fail_at;    /* accesses to this line abort; 0: none */
    uint64_t fail_word;  /* an access to this address itself aborts; 0: none */
    uint8_t fail_status; /* enum memory_status */
    cycle_t latency;     /* of memory: from taking a request to transferring its response */
    bool pri_mute;       /* the PRI queue does not acknowledge */
    /* Plays the PRI queue after every edge, in the place of the stand-in. */
    void (*pri_queue)(void *context);
    void *pri_context;
    struct pri_queue_status pri;
    unsigned swaps;     /* updates of descriptors that reached memory */
    unsigned doorbells; /* MSIs that reached the doorbell */
    uint32_t doorbell_data;
    uint64_t doorbell_address;
    uint32_t cmdq_prod;
    uint64_t next_table;
    /* Leaping: the block is stepped only when it must be. */
    bool leap;
    uint64_t steps;
    cycle_t due;
    uint64_t last_rx_valid, last_tx_ready;
};

/* A bench with the default configuration, changed by the test before bench_start. */
struct bench *bench_open(void);
/* Stage 1 with the 4K granule; none of the features that concern translation. A test switches on what it is about. */
void bench_built_least(struct bench *b);
void bench_start(struct bench *b);
void bench_close(struct bench *b);

void bench_edge(struct bench *b);
void bench_run(struct bench *b, cycle_t edges);

/* Register accesses; each runs until the response is there. */
void bench_write(struct bench *b, uint32_t offset, uint32_t value);
void bench_write64(struct bench *b, uint32_t offset, uint64_t value);
uint32_t bench_read(struct bench *b, uint32_t offset);
uint64_t bench_read64(struct bench *b, uint32_t offset);

/* Everything enabled: queues, tables, interrupts off, ATSCHK=1; one STE at BENCH_SID. */
void bench_bring_up(struct bench *b);
void bench_cr0(struct bench *b, uint32_t value); /* writes, and waits for CR0ACK */

uint64_t bench_load(const struct bench *b, uint64_t address);
void bench_store(struct bench *b, uint64_t address, uint64_t value);

/* An STE for stage 1 with 2^s1cdmax CDs at BENCH_CDTAB, full ATS; a CD with T0SZ; both at the bench's defaults. */
uint64_t bench_ste0(unsigned s1cdmax);
uint64_t bench_ste1(void);
void bench_ste(struct bench *b, uint32_t sid, uint64_t dw0, uint64_t dw1);
uint64_t bench_cd0(uint32_t asid);
void bench_cd(struct bench *b, uint32_t ssid, uint64_t dw0, uint64_t ttb0);
/* A zeroed table page. */
uint64_t bench_table(struct bench *b);
/* Maps a page of 2^size_log2 bytes (12, 21, 30) in the T0SZ=16 tables under ttb0. Returns the leaf's address. */
uint64_t bench_map(struct bench *b, uint64_t ttb0, uint64_t va, unsigned size_log2, uint64_t descriptor);
/* A page descriptor: user read-write, AF, non-global. */
uint64_t bench_leaf(uint64_t output, unsigned size_log2);

/* Puts a command on the queue and rings PROD. */
void bench_command(struct bench *b, uint64_t dw0, uint64_t dw1);
/* Runs until CONS caught up, at most limit edges. */
bool bench_commands_done(struct bench *b, cycle_t limit);
void bench_sync(struct bench *b);

/* Offers a TLP. A Translation Request: flags as in tlp.h. */
void bench_up(struct bench *b, const struct tlp *tlp);
struct tlp bench_memory_tlp(enum tlp_type type, enum tlp_at at, uint64_t address, unsigned size);
/* Sends it and returns the next TLP that comes down. */
const struct tlp *bench_ask(struct bench *b, const struct tlp *tlp);
/* The 8-byte entry of a Translation Completion. */
uint64_t bench_entry(const struct tlp *tlp);
struct tlp bench_request(uint64_t address, int pasid, unsigned flags);

/* Event records in memory: the n-th, and how many PROD says there are. */
void bench_event(const struct bench *b, unsigned n, uint64_t dw[4]);
uint32_t bench_events(struct bench *b);

#endif
