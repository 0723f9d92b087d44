/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver in the harness; the other sides are RAM, a register file that acknowledges at once and consumes
 * commands (at once or slowly, and stopping at errors), and functions that stop after some polls. It is no SMMU:
 * nothing is translated and no request is made but by the test.
 */
#ifndef PRISIM_TESTS_DRIVER_DRIVER_HARNESS_H
#define PRISIM_TESTS_DRIVER_DRIVER_HARNESS_H

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

enum {
    HARNESS_LOG = 4096,
    HARNESS_FLIGHT = 16,
    HARNESS_ERRORS = 8,
    STREAM = 0x100,
    STREAM_2 = 0x108,
    MEMORY_DELAY = 10
};
#define HARNESS_BAR UINT64_C(0x1000000000)

struct driver_harness_write {
    uint32_t offset;
    uint64_t value;
};

/* Responses on their way. A store is done when it is answered if responses are late. */
struct driver_harness_flight {
    prisim_cycle_t at;
    unsigned order; /* 0: none */
    struct prisim_memory_request store;
    union {
        struct prisim_memory_response response;
        struct prisim_tlp completion;
    };
};

/* A command as it was put on the queue, by its number, and who put it there. */
struct driver_harness_issue {
    uint64_t command[2];
    uint32_t call; /* of a caller */
    uint8_t task;
    unsigned batch;                        /* so many were put there with one write of PROD */
    prisim_cycle_t issued_at, consumed_at; /* PRISIM_CYCLE_NEVER: not yet */
};

/* SMMU-CERROR: the queue stops at that command, once; CERROR_ATC_INV_SYNC at the next CMD_SYNC from there on. */
struct driver_harness_error {
    unsigned number;
    uint32_t code; /* CERROR_* */
    bool done;
    unsigned stopped_at; /* the number of the command it stopped at */
};

/* The configuration space of a function or a root port, as bytes. A write is kept as it is, but for PRI control where
 * `pri` says that it stands: Reset reads 0 and Stopped is 1 while Enable is 0 (never, if `never_stops`). */
enum { HARNESS_SPACES = 3 };
struct driver_harness_space {
    uint8_t byte[0x200];
    uint16_t id, pri;
    bool never_stops;
};

struct driver_harness {
    struct prisim_driver_config config;
    struct prisim_driver *state;
    struct harness *base;
    uint8_t *ram;  /* by driver_harness_at */
    bool *written; /* of its pages: to be zeroed when it is given back */
    uint32_t reg[PRISIM_SMMU_FRAME_BYTES / 4];
    struct driver_harness_flight flight[PRISIM_DRIVER_TX_PORTS][HARNESS_FLIGHT];
    unsigned flights;
    uint32_t completion_delay; /* of TLPs; 0: answered at once */
    uint32_t late; /* responses take 1 to so many edges, by the seed, whatever was asked first; 0: as above */
    uint64_t seed;
    uint32_t slow_register; /* the next answer of a register takes so many edges; 0: as the others */
    unsigned writes;        /* of registers, in order */
    struct driver_harness_write write[HARNESS_LOG];
    unsigned commands;
    uint64_t command[HARNESS_LOG][2];
    unsigned tlps;
    struct prisim_tlp tlp[HARNESS_LOG];
    uint32_t ack_reads; /* that CR0ACK and IRQ_CTRLACK stay what they were, after each write */
    uint32_t acks_left;
    struct driver_harness_space *space; /* HARNESS_SPACES of them, or NULL: reads of it give Stopped alone */
    uint32_t pri_polls;                 /* reads of PRI status until a function says stopped */
    uint32_t tlp_status;                /* of completions, enum prisim_tlp_status */
    uint16_t tlp_flags;                 /* and their flags */
    uint64_t abort_address;             /* a load from there is aborted; 0: none */
    uint32_t polls;                     /* reads until a stopped function says idle */
    uint32_t polls_left;                /* of the stop under way */
    bool commands_stuck;                /* CMDQ_CONS stays */
    /* A command every so many edges; 0: all at the write of PROD. */
    uint32_t command_cycles;
    prisim_cycle_t command_due;
    unsigned issues;
    struct driver_harness_issue issue[HARNESS_LOG];
    unsigned errors;
    struct driver_harness_error error[HARNESS_ERRORS];
    uint32_t error_delay; /* from the stop to GERROR and its interrupt */
    prisim_cycle_t gerror_due;
    /* SMMU-CERROR: so many ATC_INVs (of that function, or of any if 0) are not answered; the next CMD_SYNC stops the
     * queue with CERROR_ATC_INV_SYNC until GERRORN acknowledges it. */
    unsigned atc_losses;
    uint32_t atc_loss_stream;
    bool atc_lost, commands_stopped;
    unsigned command_errors;
    bool leap; /* as the base's, which is there from driver_harness_start on */
};

/* The command queue, for driver_harness.c: what an edge, a write of PROD and one of GERRORN do. */
void driver_harness_commands_edge(struct driver_harness *h);
void driver_harness_commands_issued(struct driver_harness *h, uint32_t old_prod);
void driver_harness_commands_acknowledged(struct driver_harness *h);
uint8_t *driver_harness_at(const struct driver_harness *h, uint64_t address, unsigned bytes);

/* Two functions, space 0 with 64 KB rw at 0x4000, space 1 with 64 KB read-only at the same place. */
struct driver_harness *driver_harness_open(void);
/* After changes of the configuration: the driver is made, not yet stepped. */
void driver_harness_start(struct driver_harness *h);
void driver_harness_close(struct driver_harness *h);
void driver_harness_edge(struct driver_harness *h);
void driver_harness_run(struct driver_harness *h, prisim_cycle_t edges);
/* Runs until the n-th event of the type (counted from 1); returns it. Fails the test if it does not come. */
const struct prisim_event *driver_harness_until(struct driver_harness *h, enum prisim_event_type type, unsigned n);
/* driver_harness_start, and all of bring-up. */
void driver_harness_bring_up(struct driver_harness *h);

void driver_harness_bind(struct driver_harness *h, uint32_t function, uint32_t pasid, uint32_t space, uint32_t call);
void driver_harness_unbind(struct driver_harness *h, uint32_t function, uint32_t pasid,
                           enum prisim_driver_policy policy, uint32_t call);
enum { HARNESS_HOLD_STEP = 77 }; /* the step of a timeline that every hold says it is of */
/* DETACH or ATTACH of the function. */
void driver_harness_function(struct driver_harness *h, enum prisim_driver_stimulus_what what, uint32_t function,
                             uint32_t call);
void driver_harness_hold(struct driver_harness *h, enum prisim_driver_task task, enum prisim_event_type point,
                         uint32_t cycles);
void driver_harness_release(struct driver_harness *h, enum prisim_driver_task task, enum prisim_event_type point);

enum { HARNESS_NO_PASID = 0xffffff };
/* Puts a record on the PRI queue and moves PROD; access 0x4 with a PASID is a Stop Marker. */
void driver_harness_request(struct driver_harness *h, uint32_t stream_id, uint32_t pasid, uint16_t prgi,
                            uint64_t address, uint8_t access);
void driver_harness_ring(struct driver_harness *h, uint32_t data);
/* Consumes what is on the command queue, as after commands_stuck; or so many commands. */
void driver_harness_ring_commands(struct driver_harness *h);
void driver_harness_consume(struct driver_harness *h, unsigned count);

uint64_t driver_harness_load(const struct driver_harness *h, uint64_t address);
/* The descriptor that translates the address from the root on, as the SMMU walks it; 0 if there is none. */
uint64_t driver_harness_walk(const struct driver_harness *h, uint64_t root, uint64_t address);
/* The CD of a PASID, found by STRTAB_BASE and the STE. */
uint64_t driver_harness_cd(const struct driver_harness *h, uint32_t stream_id, uint32_t pasid);
/* The n-th command of that opcode (from 0), or NULL. */
const uint64_t *driver_harness_command(const struct driver_harness *h, unsigned opcode, unsigned n);
unsigned driver_harness_commands(const struct driver_harness *h, unsigned opcode);

#endif
