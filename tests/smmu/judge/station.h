/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU that is judged: the block in the harness with a scattered memory behind it, software that writes registers
 * and commands, and eyes on what it does with one request: completion, DMA request, event records, descriptor writes.
 */
#ifndef PRISIM_TESTS_SMMU_STATION_H
#define PRISIM_TESTS_SMMU_STATION_H

#include "model/pcie/tlp.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "tests/harness/harness.h"
#include "tests/smmu/judge/judge.h"
#include "tests/smmu/judge/sparse.h"

#define STATION_CMDQ   UINT64_C(0x10000)
#define STATION_EVENTQ UINT64_C(0x20000)

enum {
    STATION_CMDQ_LOG2 = 3,
    STATION_EVENTQ_LOG2 = 7,
    STATION_ANSWERS = 64,
    STATION_CROWD = 12, /* requests at once */
    STATION_EVENTS = 16,
    STATION_PATIENCE = 20000
};

/* What became of some requests. */
struct station_seen {
    bool rests; /* the block came to rest */
    unsigned dmas, events;
    unsigned completions[STATION_CROWD]; /* of each request */
    struct tlp completion[STATION_CROWD];
    struct memory_request dma[STATION_CROWD];
    uint64_t event[STATION_EVENTS][4];
    uint64_t last_write; /* the last write to memory that is no queue's */
};

struct station {
    struct smmu_config config;
    struct smmu *state;
    struct harness *base;
    struct sparse *memory;
    struct memory_response answer[STATION_ANSWERS];
    unsigned answer_port[STATION_ANSWERS], answers;
    uint8_t cmdq[COMMAND_BYTES << STATION_CMDQ_LOG2];
    uint32_t cmdq_prod, events;
    struct station_seen *out;
    struct station_seen ignored;
};

struct station *station_open(const struct smmu_config *config, struct sparse *memory);
void station_close(struct station *s);
uint32_t station_read(struct station *s, uint32_t offset);
void station_write(struct station *s, uint32_t offset, uint64_t value, uint8_t size);
/* Programs what the setup says and turns everything on. Fills setup->features from the ID registers. */
void station_identify(struct station *s, struct judge_features *features);
bool station_bring_up(struct station *s, const struct judge_setup *setup);
void station_command(struct station *s, uint64_t dw0, uint64_t dw1);
/* Rings for what has been put on the queue; does not wait. */
void station_ring(struct station *s);
/* At rest: true if every command has been consumed. */
bool station_commands_done(struct station *s);
/* Everything cached is forgotten. */
bool station_invalidate(struct station *s);
/* Sends all of them, one after the other without waiting. */
void station_ask(struct station *s, const struct judge_request *request, unsigned count, struct station_seen *seen);

#endif
