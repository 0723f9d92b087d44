/* SPDX-License-Identifier: Apache-2.0
 *
 * A run of the reference model of scopes: a round is some translations, one change in memory, commands, and
 * translations again.
 */
#ifndef PRISIM_TESTS_SMMU_SCOPES_H
#define PRISIM_TESTS_SMMU_SCOPES_H

#include "tests/smmu/reference/compare.h"
#include "tests/smmu/reference/scope_trace.h"

enum {
    SCOPES_TREES = 8,
    SCOPES_ROUNDS = 12,
    SCOPES_PAST = 12,
    SCOPES_COMMANDS = 4,
    SCOPES_OPCODES = 0x40,
    SCOPES_KINDS = 24,
    SCOPES_WHOLE_RUN = 40000,
    SCOPES_ENOUGH = 5
};

struct scopes_command {
    uint64_t dw[2];
};

struct scopes {
    struct run run; /* one request at a time */
    struct random_stream random;
    struct scope_fixture fixture;
    struct scope_trace past[SCOPES_PAST];
    unsigned pasts;
    const struct scope_trace *aim; /* a translation that read what was changed, and which read it was */
    struct scope_read aim_read;
    unsigned kind;                                      /* of the change */
    struct scopes_command command[SCOPES_COMMANDS * 2]; /* of the round; the last batch begins at `batch` */
    unsigned commands, batch;
    bool over; /* what may be kept is not known any more: the round ends */
    uint64_t changes, answers, decisive, open;
    uint64_t must[SCOPES_KINDS], stayed[SCOPES_KINDS]; /* decisive answers by kind of change */
    uint64_t decided_by[SCOPES_OPCODES];               /* by the opcode that took the last entry */
    uint64_t pieces_met, reserved_level_met;
    bool exact; /* the caches have room, and keep whatever they may */
    /* By the field that saved it; by opcode, leaves and tables. */
    uint64_t kept[SCOPE_FIELDS][2 * SCOPES_OPCODES], dropped[SCOPE_FIELDS][2 * SCOPES_OPCODES];
    uint64_t counted[SCOPE_FIELDS][2 * SCOPES_OPCODES][2]; /* by the round */
    uint64_t kept_unnamed, dropped_unnamed;
};

/* Changes one thing that a past translation read; false if there is none. */
bool scopes_change(struct scopes *s);
/* A descriptor that is in no contiguous group. */
bool scopes_is_descriptor(unsigned kind);
extern const char *const scopes_kind_name[SCOPES_KINDS];
/* A batch of commands for what was changed: sufficient or not. */
void scopes_draw_commands(struct scopes *s);
/* Puts it on the queue with a CMD_SYNC and waits. NULL, or what is wrong. */
const char *scopes_run_commands(struct scopes *s);
/* What may stay does stay where there is room (scopes_kept.c). */
void scopes_exact_config(struct prisim_smmu_config *config);
void scopes_count_kept(struct scopes *s, const struct scope_trace *old, bool was_old);
bool scopes_kept_enough(const struct scopes *s);
void scopes_say(struct scopes *s, const struct scope_trace *expected, const struct scope_trace *old);

static inline bool scopes_chance(struct scopes *s, unsigned of_1000)
{
    return random_below(&s->random, 1000) < of_1000;
}

static inline unsigned scopes_below(struct scopes *s, uint32_t bound)
{
    return (unsigned)random_below(&s->random, bound);
}

#endif
