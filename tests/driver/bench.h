/* SPDX-License-Identifier: Apache-2.0
 *
 * A bench for the driver: a rig whose other sides are RAM, a register file that acknowledges at once and consumes
 * commands (at once or slowly, and stopping at errors), and functions that stop after some polls. It is no SMMU:
 * nothing is translated and no request is made but by the test.
 */
#ifndef PRISIM_TESTS_DRIVER_BENCH_H
#define PRISIM_TESTS_DRIVER_BENCH_H

#include <check.h>
#include <stdlib.h>

#include "driver/driver.h"
#include "model/core/bits.h"
#include "model/interconnect/interconnect.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "tests/harness/harness.h"

enum { BENCH_LOG = 4096, BENCH_FLIGHT = 16, BENCH_ERRORS = 8, STREAM = 0x100, STREAM_2 = 0x108, MEMORY_DELAY = 10 };
#define BENCH_BAR UINT64_C(0x1000000000)

struct bench_write {
    uint32_t offset;
    uint64_t value;
};

/* Responses on their way. A store is done when it is answered if responses are late. */
struct bench_flight {
    cycle_t at;
    unsigned order; /* 0: none */
    struct memory_request store;
    union {
        struct memory_response response;
        struct tlp completion;
    };
};

/* A command as it was put on the queue, by its number, and who put it there. */
struct bench_issue {
    uint64_t command[2];
    uint32_t call; /* of a caller */
    uint8_t task;
    cycle_t issued_at, consumed_at; /* CYCLE_NEVER: not yet */
};

/* smmuv3 2.10: the queue stops at that command, once; CERROR_ATC_INV_SYNC at the next CMD_SYNC from there on. */
struct bench_error {
    unsigned number;
    uint32_t code; /* CERROR_* */
    bool done;
    unsigned stopped_at; /* the number of the command it stopped at */
};

struct bench {
    struct driver_config config;
    struct driver *state;
    struct rig *rig;
    uint8_t *ram;
    uint32_t reg[SMMU_FRAME_BYTES / 4];
    unsigned seen[DRIVER_TX_PORTS]; /* puts served so far */
    struct bench_flight flight[DRIVER_TX_PORTS][BENCH_FLIGHT];
    unsigned flights;
    uint32_t completion_delay; /* of TLPs; 0: answered at once */
    uint32_t late; /* responses take 1 to so many edges, by the seed, whatever was asked first; 0: as above */
    uint64_t seed;
    uint32_t slow_register; /* the next answer of a register takes so many edges; 0: as the others */
    unsigned writes;        /* of registers, in order */
    struct bench_write write[BENCH_LOG];
    unsigned commands;
    uint64_t command[BENCH_LOG][2];
    unsigned tlps;
    struct tlp tlp[BENCH_LOG];
    uint32_t ack_reads; /* that CR0ACK and IRQ_CTRLACK stay what they were, after each write */
    uint32_t acks_left;
    uint32_t pri_polls;     /* reads of PRI status until a function says stopped */
    uint32_t tlp_status;    /* of completions, enum tlp_status */
    uint64_t abort_address; /* a load from there is aborted; 0: none */
    uint32_t polls;         /* reads until a stopped function says idle */
    uint32_t polls_left;    /* of the stop under way */
    bool commands_stuck;    /* CMDQ_CONS stays */
    /* A command every so many edges; 0: all at the write of PROD. */
    uint32_t command_cycles;
    cycle_t command_due;
    unsigned issues;
    struct bench_issue issue[BENCH_LOG];
    unsigned errors;
    struct bench_error error[BENCH_ERRORS];
    uint32_t error_delay; /* from the stop to GERROR and its interrupt */
    cycle_t gerror_due;
    /* smmuv3 2.10: so many ATC_INVs (of that function, or of any if 0) are not answered; the next CMD_SYNC stops the
     * queue with CERROR_ATC_INV_SYNC until GERRORN acknowledges it. */
    unsigned atc_losses;
    uint32_t atc_loss_stream;
    bool atc_lost, commands_stopped;
    unsigned command_errors;
    bool lazy; /* the driver is stepped only when an engine must */
    cycle_t lazy_next;
    uint64_t lazy_seen, lazy_ready;
};

/* The command queue, for bench.c: what an edge, a write of PROD and one of GERRORN do. */
void bench_commands_edge(struct bench *b);
void bench_commands_issued(struct bench *b, uint32_t old_prod);
void bench_commands_acknowledged(struct bench *b);
uint8_t *bench_at(const struct bench *b, uint64_t address, unsigned bytes);

/* Two functions, space 0 with 64 KB rw at 0x4000, space 1 with 64 KB read-only at the same place. */
struct bench *bench_open(void);
/* After changes of the configuration: the driver is made, not yet stepped. */
void bench_start(struct bench *b);
void bench_close(struct bench *b);
void bench_edge(struct bench *b);
void bench_run(struct bench *b, cycle_t edges);
/* Runs until the n-th event of the type (counted from 1); returns it. Fails the test if it does not come. */
const struct event *bench_until(struct bench *b, enum event_type type, unsigned n);
/* bench_start, and all of bring-up. */
void bench_bring_up(struct bench *b);

void bench_bind(struct bench *b, uint32_t function, uint32_t pasid, uint32_t space, uint32_t call);
void bench_unbind(struct bench *b, uint32_t function, uint32_t pasid, enum driver_policy policy, uint32_t call);
enum { BENCH_HOLD_STEP = 77 }; /* the step of a timeline that every hold says it is of */
void bench_hold(struct bench *b, enum driver_task task, enum event_type point, uint32_t cycles);
void bench_release(struct bench *b, enum driver_task task, enum event_type point);

/* Puts a record on the PRI queue and moves PROD; access 0x4 with a PASID is a Stop Marker. */
void bench_request(struct bench *b, uint32_t stream_id, uint32_t pasid, uint16_t prgi, uint64_t address,
                   uint8_t access);
void bench_ring(struct bench *b, uint32_t data);
/* Consumes what is on the command queue, as after commands_stuck; or so many commands. */
void bench_ring_commands(struct bench *b);
void bench_consume(struct bench *b, unsigned count);

uint64_t bench_load(const struct bench *b, uint64_t address);
/* The descriptor that translates the address from the root on, as the SMMU walks it; 0 if there is none. */
uint64_t bench_walk(const struct bench *b, uint64_t root, uint64_t address);
/* The CD of a PASID, found by STRTAB_BASE and the STE. */
uint64_t bench_cd(const struct bench *b, uint32_t stream_id, uint32_t pasid);
/* The n-th command of that opcode (from 0), or NULL. */
const uint64_t *bench_command(const struct bench *b, unsigned opcode, unsigned n);
unsigned bench_commands(const struct bench *b, unsigned opcode);

int bench_main(Suite *suite);

#endif
