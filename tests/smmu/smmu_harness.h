/* SPDX-License-Identifier: Apache-2.0
 *
 * What the SMMU's tests share: a harness around the block with a memory that answers after a fixed latency, a software
 * that writes registers, commands and tables, and a stand-in for the PRI queue that acknowledges its enables.
 */
#ifndef PRISIM_TESTS_SMMU_SMMU_HARNESS_H
#define PRISIM_TESTS_SMMU_SMMU_HARNESS_H

#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "tests/smmu/smmu_harness_ports.h"

#define HARNESS_RAM      UINT64_C(0x40000000)
#define HARNESS_DOORBELL UINT64_C(0x08020000)
/* Where the software puts things in RAM. */
#define HARNESS_STRTAB (HARNESS_RAM + 0x00000)
#define HARNESS_CMDQ   (HARNESS_RAM + 0x10000)
#define HARNESS_EVENTQ (HARNESS_RAM + 0x11000)
#define HARNESS_CDTAB  (HARNESS_RAM + 0x12000)
#define HARNESS_TABLES (HARNESS_RAM + 0x20000)
#define HARNESS_PAGES  (HARNESS_RAM + 0x80000)

enum {
    HARNESS_RAM_BYTES = 4 << 20,
    HARNESS_RAM_PAGE = 0x1000,
    HARNESS_MEMORY_LATENCY = 20,
    HARNESS_SID = 0x20,
    HARNESS_CMDQ_LOG2 = 4,
    HARNESS_EVENTQ_LOG2 = 2,
    HARNESS_ANSWERS = 64
};

struct smmu_harness_answer {
    prisim_cycle_t at;
    unsigned port;
    struct prisim_memory_response response;
};

struct smmu_harness {
    struct prisim_smmu_config config;
    struct prisim_smmu *state;
    struct harness *base;
    uint8_t *ram;
    bool written[HARNESS_RAM_BYTES / HARNESS_RAM_PAGE]; /* pages that are to be zeroed when it is given back */
    struct smmu_harness_answer answer[HARNESS_ANSWERS];
    unsigned answers;
    uint64_t fail_at;       /* accesses to this line abort; 0: none */
    uint64_t fail_word;     /* an access to this address itself aborts; 0: none */
    uint8_t fail_status;    /* enum prisim_memory_status */
    prisim_cycle_t latency; /* of memory: from taking a request to transferring its response */
    bool pri_mute;          /* the PRI queue does not acknowledge */
    /* Plays the PRI queue after every edge, in the place of the stand-in. */
    void (*pri_queue)(void *context);
    void *pri_context;
    struct prisim_pri_queue_status pri;
    unsigned swaps;     /* updates of descriptors that reached memory */
    unsigned doorbells; /* MSIs that reached the doorbell */
    uint32_t doorbell_data;
    uint64_t doorbell_address;
    uint32_t cmdq_prod;
    uint64_t next_table;
    bool leap; /* as the base's, which is there from smmu_harness_start on */
};

/* A harness with the default configuration, changed by the test before smmu_harness_start. */
struct smmu_harness *smmu_harness_open(void);
/* Stage 1 with the 4K granule; none of the features that concern translation. A test switches on what it is about. */
void smmu_harness_built_least(struct smmu_harness *h);
void smmu_harness_start(struct smmu_harness *h);
void smmu_harness_close(struct smmu_harness *h);

void smmu_harness_edge(struct smmu_harness *h);
void smmu_harness_run(struct smmu_harness *h, prisim_cycle_t edges);

/* Register accesses; each runs until the response is there. */
void smmu_harness_write(struct smmu_harness *h, uint32_t offset, uint32_t value);
void smmu_harness_write64(struct smmu_harness *h, uint32_t offset, uint64_t value);
uint32_t smmu_harness_read(struct smmu_harness *h, uint32_t offset);
uint64_t smmu_harness_read64(struct smmu_harness *h, uint32_t offset);

/* Everything enabled: queues, tables, interrupts off, ATSCHK=1; one STE at HARNESS_SID. */
void smmu_harness_bring_up(struct smmu_harness *h);
void smmu_harness_cr0(struct smmu_harness *h, uint32_t value); /* writes, and waits for CR0ACK */

uint64_t smmu_harness_load(const struct smmu_harness *h, uint64_t address);
void smmu_harness_store(struct smmu_harness *h, uint64_t address, uint64_t value);

/* An STE for stage 1 with 2^s1cdmax CDs at HARNESS_CDTAB, full ATS; a CD with T0SZ; both at the harness's defaults. */
uint64_t smmu_harness_ste0(unsigned s1cdmax);
uint64_t smmu_harness_ste1(void);
void smmu_harness_ste(struct smmu_harness *h, uint32_t sid, uint64_t dw0, uint64_t dw1);
uint64_t smmu_harness_cd0(uint32_t asid);
void smmu_harness_cd(struct smmu_harness *h, uint32_t ssid, uint64_t dw0, uint64_t ttb0);
/* A zeroed table page. */
uint64_t smmu_harness_table(struct smmu_harness *h);
/* Maps a page of 2^size_log2 bytes (12, 21, 30) in the T0SZ=16 tables under ttb0. Returns the leaf's address. */
uint64_t smmu_harness_map(struct smmu_harness *h, uint64_t ttb0, uint64_t va, unsigned size_log2, uint64_t descriptor);
/* A page descriptor: user read-write, AF, non-global. */
uint64_t smmu_harness_leaf(uint64_t output, unsigned size_log2);

/* Puts a command on the queue and rings PROD. */
void smmu_harness_command(struct smmu_harness *h, uint64_t dw0, uint64_t dw1);
/* Runs until CONS caught up, at most limit edges. */
bool smmu_harness_commands_done(struct smmu_harness *h, prisim_cycle_t limit);
void smmu_harness_sync(struct smmu_harness *h);

/* Offers a TLP. A Translation Request: flags as in tlp.h. */
void smmu_harness_up(struct smmu_harness *h, const struct prisim_tlp *tlp);
struct prisim_tlp smmu_harness_memory_tlp(enum prisim_tlp_type type, enum prisim_tlp_at at, uint64_t address,
                                          unsigned size);
/* Sends it and returns the next TLP that comes down. */
const struct prisim_tlp *smmu_harness_ask(struct smmu_harness *h, const struct prisim_tlp *tlp);
/* The 8-byte entry of a Translation Completion. */
uint64_t smmu_harness_entry(const struct prisim_tlp *tlp);
struct prisim_tlp smmu_harness_request(uint64_t address, int pasid, unsigned flags);

/* Event records in memory: the n-th, and how many PROD says there are. */
void smmu_harness_event(const struct smmu_harness *h, unsigned n, uint64_t dw[4]);
uint32_t smmu_harness_events(struct smmu_harness *h);

#endif
