/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU under test: the block in the harness with a scattered memory behind it, software that writes registers
 * and commands, and eyes on what it does with one request: completion, DMA request, event records, descriptor writes.
 */
#ifndef PRISIM_TESTS_SMMU_DUT_H
#define PRISIM_TESTS_SMMU_DUT_H

#include "model/pcie/tlp.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "tests/harness/harness.h"
#include "tests/smmu/reference/reference.h"
#include "tests/smmu/reference/sparse.h"

#define DUT_CMDQ   UINT64_C(0x10000)
#define DUT_EVENTQ UINT64_C(0x20000)

enum {
    DUT_CMDQ_LOG2 = 3,
    DUT_EVENTQ_LOG2 = 7,
    DUT_ANSWERS = 64,
    DUT_CROWD = 12, /* requests at once */
    DUT_EVENTS = 16,
    DUT_PATIENCE = 20000
};

/* What became of some requests. */
struct dut_seen {
    bool rests; /* the block came to rest */
    unsigned dmas, events;
    unsigned completions[DUT_CROWD]; /* of each request */
    struct prisim_tlp completion[DUT_CROWD];
    struct prisim_memory_request dma[DUT_CROWD];
    uint64_t event[DUT_EVENTS][4];
    uint64_t last_write; /* the last write to memory that is no queue's */
};

struct dut {
    struct prisim_smmu_config config;
    struct prisim_smmu *state;
    struct harness *base;
    struct sparse *memory;
    struct prisim_memory_response answer[DUT_ANSWERS];
    unsigned answer_port[DUT_ANSWERS], answers;
    uint8_t cmdq[PRISIM_COMMAND_BYTES << DUT_CMDQ_LOG2];
    uint32_t cmdq_prod, events;
    struct dut_seen *out;
    struct dut_seen ignored;
};

struct dut *dut_open(const struct prisim_smmu_config *config, struct sparse *memory);
void dut_close(struct dut *s);
uint32_t dut_read(struct dut *s, uint32_t offset);
void dut_write(struct dut *s, uint32_t offset, uint64_t value, uint8_t size);
/* Programs what the setup says and turns everything on. Fills setup->features from the ID registers. */
void dut_identify(struct dut *s, struct reference_features *features);
bool dut_bring_up(struct dut *s, const struct reference_setup *setup);
void dut_command(struct dut *s, uint64_t dw0, uint64_t dw1);
/* Rings for what has been put on the queue; does not wait. */
void dut_ring(struct dut *s);
/* At rest: true if every command has been consumed. */
bool dut_commands_done(struct dut *s);
/* Everything cached is forgotten. */
bool dut_invalidate(struct dut *s);
/* Sends all of them, one after the other without waiting. */
void dut_ask(struct dut *s, const struct reference_request *request, unsigned count, struct dut_seen *seen);

#endif
