/* SPDX-License-Identifier: Apache-2.0
 *
 * All that stands around the SMMU and its PRI queue, as one block that does what a string of bytes says: root port,
 * memory, software. Each operation is a byte and its operands (environment_operation); what is missing reads as 0.
 * It counts what went in and what came out, and checks the form of what comes out.
 */
#ifndef PRISIM_TESTS_FUZZ_ENVIRONMENT_H
#define PRISIM_TESTS_FUZZ_ENVIRONMENT_H

#include "model/core/memory_port.h"
#include "model/core/ports.h"

enum {
    ENVIRONMENT_RAM_BYTES = 1 << 16,
    ENVIRONMENT_ANSWERS = 128,
    ENVIRONMENT_LINES = 8, /* lines of memory that abort */
    ENVIRONMENT_PATIENCE = 300
};

/* Where the operations put things; RAM begins at address 0, all else aborts. */
enum {
    ENVIRONMENT_STRTAB = 0x0000,
    ENVIRONMENT_CMDQ = 0x1000,
    ENVIRONMENT_EVENTQ = 0x2000,
    ENVIRONMENT_PRIQ = 0x3000,
    ENVIRONMENT_CDS = 0x4000,
    ENVIRONMENT_TABLES = 0x8000
};

enum environment_operation {
    DO_WAIT,         /* edges */
    DO_WRITE,        /* register, size, 8 bytes of value */
    DO_READ,         /* register, size */
    DO_ANY_REGISTER, /* 3 bytes of offset, size and direction, 8 bytes of value */
    DO_STORE,        /* 2 bytes of address / 8, 8 bytes */
    DO_STE,          /* StreamID, Config and others, a bit to flip */
    DO_CD,           /* SubstreamID, bits, a bit to flip */
    DO_DESCRIPTOR,   /* index in the tables, kind, attributes */
    DO_COMMAND,      /* 16 bytes; and PROD */
    DO_COMMON,       /* one of the everyday commands, operands */
    DO_MEMORY_TLP,   /* type, AT and flags; StreamID; PASID; 8 bytes of address; size */
    DO_NEAR_TLP,     /* the same with 2 bytes of address */
    DO_MESSAGE,      /* code and flags; StreamID; PASID; index; 4 bytes of vector */
    DO_OTHER_TLP,    /* any type */
    DO_ABORT,        /* which of the aborting lines, 2 bytes of address / 64; 0 ends it */
    DO_HOLD,         /* ports, edges: nothing is taken there */
    DO_LATENCY,      /* of memory, least and spread */
    DO_BRING_UP,     /* CR0, CR2 */
    ENVIRONMENT_OPERATIONS
};

/* The block's configuration: what it does. */
struct environment {
    const uint8_t *bytes;
    size_t input; /* an operation that begins before here has its operands before here */
    size_t size;
};

enum environment_rx {
    ENVIRONMENT_RX_DOWN,
    ENVIRONMENT_RX_MEMORY,
    ENVIRONMENT_RX_DMA,
    ENVIRONMENT_RX_REGISTER,
    ENVIRONMENT_RX_INTERRUPT,
    ENVIRONMENT_RX_PORTS
};
enum environment_tx {
    ENVIRONMENT_TX_UP,
    ENVIRONMENT_TX_MEMORY,
    ENVIRONMENT_TX_DMA,
    ENVIRONMENT_TX_REGISTER,
    ENVIRONMENT_TX_PORTS
};

struct environment_answer {
    prisim_cycle_t at;
    uint8_t tx, used;
    struct prisim_memory_response response;
};

struct environment_state {
    size_t cursor, limit;
    prisim_cycle_t wait;
    prisim_cycle_t sent; /* when the last TLP was offered; one that is refused for long holds nothing else up */
    prisim_cycle_t hold[ENVIRONMENT_RX_PORTS];
    uint32_t latency, spread;
    uint64_t aborting[ENVIRONMENT_LINES]; /* line number + 1; 0: none */
    unsigned answers;
    struct environment_answer answer[ENVIRONMENT_ANSWERS];
    uint32_t cmdq_prod;
    unsigned script; /* registers of a bring-up that are still to be written */
    uint32_t cr0, cr2;
    /* What must balance in the end. */
    uint64_t requests, completions; /* non-posted requests that ask for an answer */
    uint64_t registers, register_responses;
    uint8_t ram[ENVIRONMENT_RAM_BYTES];
};

prisim_cycle_t environment_step(const struct environment *what, struct environment_state *s, prisim_cycle_t now,
                                struct prisim_ports *ports);
void environment_init(struct environment_state *s);

#endif
