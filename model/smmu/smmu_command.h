/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the state of the command queue and of prefetches, and what their parts call of one another.
 */
#ifndef PRISIM_SMMU_COMMAND_H
#define PRISIM_SMMU_COMMAND_H

#include "model/core/memory_port.h"
#include "model/pcie/tlp.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"

struct smmu_edge;

enum {
    SMMU_COMMANDS_A_LINE = 4, /* one fetch reads what is there of one memory line */
    SMMU_COMMAND_LINES = 4,   /* lines of commands, at most */
    SMMU_PREFETCHES = 64,     /* of one CMD_PREFETCH_ADDR, at most (assumption) */
};

/* What the oldest command that was fetched does. */
enum smmu_command_state {
    SMMU_COMMAND_IDLE,     /* none is here; one may be on its way */
    SMMU_COMMAND_DECODE,   /* until the timer */
    SMMU_COMMAND_SEND,     /* its TLP waits for SMMU_TX_DOWN */
    SMMU_COMMAND_ITAG,     /* waits for a free ITag */
    SMMU_COMMAND_PREFETCH, /* waits for the prefetch before it */
    SMMU_COMMAND_SYNC,     /* a CMD_SYNC waits */
    SMMU_COMMAND_ERROR     /* stopped until GERROR.CMDQ_ERR is acknowledged */
};

enum smmu_line_state {
    SMMU_LINE_EMPTY,
    SMMU_LINE_FETCHING,
    SMMU_LINE_HERE,
    SMMU_LINE_ABORTED, /* its fetch was: an error when its turn comes */
    SMMU_LINE_DROPPED  /* its response is still to come, and is of no use */
};

struct smmu_command_line {
    uint64_t dw[2 * SMMU_COMMANDS_A_LINE];
    uint8_t state;       /* enum smmu_line_state */
    uint8_t next, count; /* the oldest command that is not consumed, and how many are left with it */
};

struct smmu_commands {
    struct smmu_command_line line[SMMU_COMMAND_LINES]; /* a ring of config.command_lines */
    uint64_t sync_events;                              /* event records that the CMD_SYNC waits for */
    uint32_t sync_reports;                             /* slots whose event record had no room when it began */
    uint8_t state;                                     /* enum smmu_command_state */
    uint8_t head, used;                                /* the oldest line, and how many there are */
    uint8_t unpublished;                               /* commands consumed that CONS does not show yet */
    bool sync_open;                                    /* the CMD_SYNC waits for transactions */
    bool impossible;                                   /* PROD and CONS are too far apart, and it was said */
};

/* CMD_PREFETCH_*: what is left of the one at work. */
struct smmu_prefetch {
    uint64_t address;
    uint64_t stride; /* bytes */
    uint32_t stream_id;
    uint32_t ssid;
    uint32_t left;
    bool has_ssid;
    uint8_t kind; /* enum smmu_kind */
};

/* smmu_command_fetch.c */
void smmu_command_kick(struct smmu_edge *e);
void smmu_command_request(struct smmu_edge *e, struct memory_request *to);
bool smmu_command_is_fetching(const struct smmu *s, unsigned line);
void smmu_command_fetched(struct smmu_edge *e, unsigned line, const struct memory_response *response);
/* The command at work is over: CONS passes it. */
void smmu_command_done(struct smmu_edge *e, bool has_sid, bool has_pasid);
void smmu_command_error(struct smmu_edge *e, enum command_error error);
void smmu_command_acknowledged(struct smmu_edge *e);
/* True if nothing is at work or on its way, and CONS shows all that was consumed. */
bool smmu_command_is_quiet(const struct smmu *s);
uint32_t smmu_command_index(const struct smmu_edge *e);
/* The two words of the command at work. */
static inline const uint64_t *smmu_command_words(const struct smmu_commands *c)
{
    const struct smmu_command_line *line = &c->line[c->head];
    return &line->dw[2 * line->next];
}
/* smmu_command_execute.c */
void smmu_command_execute(struct smmu_edge *e);
/* smmu_command_send.c: ATC_INV, PRI_RESP */
void smmu_command_send_begin(struct smmu_edge *e, const uint64_t dw[2]);
void smmu_command_send(struct smmu_edge *e, struct tlp *to);
/* smmu_command_sync.c */
void smmu_command_sync_begin(struct smmu_edge *e, const uint64_t dw[2]);
bool smmu_command_sync_run(struct smmu_edge *e);
/* smmu_prefetch.c; the one before is over */
void smmu_prefetch_start(struct smmu_edge *e, const uint64_t dw[2]);
void smmu_prefetch_end(struct smmu_edge *e);

#endif
