/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the state of the command queue and of prefetches. What is done with it is in smmu_commands.h.
 */
#ifndef PRISIM_SMMU_COMMAND_H
#define PRISIM_SMMU_COMMAND_H

#include "model/core/memory_port.h"
#include "model/pcie/tlp.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"

enum {
    SMMU_COMMANDS_A_LINE = 4, /* one fetch reads what is there of one memory line */
    SMMU_COMMAND_LINES = 4,   /* lines of commands, at most */
    SMMU_PREFETCHES = 64,     /* of one CMD_PREFETCH_ADDR, at most (assumption) */
};

/* What the oldest command that was fetched does. */
enum smmu_command_state {
    SMMU_COMMAND_IDLE,     /* none is here; one may be on its way */
    SMMU_COMMAND_DECODE,   /* until the timer */
    SMMU_COMMAND_SEND,     /* its TLP waits for PRISIM_SMMU_TX_DOWN */
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
    uint32_t sync_requests;                            /* page requests that a drain waits for, of those taken so far */
    uint8_t state;                                     /* enum smmu_command_state */
    uint8_t head, used;                                /* the oldest line, and how many there are */
    uint8_t unpublished;                               /* commands consumed that CONS does not show yet */
    bool sync_open;                                    /* the CMD_SYNC waits for transactions */
    bool sync_drains;                                  /* and, behind them, for page requests */
    bool sync_counted;                                 /* it knows for which ones */
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

#endif
