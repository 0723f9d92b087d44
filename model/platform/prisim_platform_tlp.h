/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform's devices: the caller sends TLPs to an SMMU's upstream port, waits for what becomes of them, and takes
 * what comes down. A transaction is known by its ticket, from prisim_platform_send to the call that says how it ended.
 * An SMMU with devices of its own (prisim_platform_device.h) has its ports joined to their fabric: whatever is asked of
 * it here is PRISIM_REFUSED, as if it were not there.
 */
#ifndef PRISIM_PLATFORM_TLP_H
#define PRISIM_PLATFORM_TLP_H

#include "model/pcie/tlp.h"
#include "model/platform/prisim_platform.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum {
    PRISIM_PLATFORM_TRANSACTIONS_MAX = 64, /* with a ticket, of all SMMUs; their tags are 0..63 */
    PRISIM_PLATFORM_SENDS_MAX = 64,        /* TLPs that wait for an SMMU's port */
    PRISIM_PLATFORM_INBOX_MAX = 64         /* TLPs that came from an SMMU and wait for prisim_platform_receive */
};

/* How a transaction ended. The end of
 *   a memory read, a Translation Request: its completion came;
 *   a memory write: its bytes are in memory, or it is known that they will never be;
 *   a Page Request with Last: its PRG Response came (of a Stop Marker there is none);
 *   anything else: it was offered to the SMMU. */
struct prisim_platform_outcome {
    enum prisim_status
        status;              /* PRISIM_OK, or PRISIM_ABORT: completion without Successful Completion; write not done */
    enum prisim_cause cause; /* how its translation ended; PRISIM_CAUSE_NONE of what is not translated, or not yet */
    bool stalled;            /* it stalled, and CMD_RESUME has not ended that */
    bool has_answer;
    struct prisim_tlp answer; /* under has_answer: the completion or PRG Response */
    uint64_t output;          /* the address in memory, under `status` PRISIM_OK of a read or write */
    uint64_t sent;            /* cycle at which it was offered to the SMMU; UINT64_MAX: not yet */
    uint64_t ended;           /* cycle of its end: at which the answer came, or the write was performed */
};

/* Hands a TLP over for SMMU number `smmu`, without letting time pass: it is offered at the next edge at which the port
 * is free, in the order of the calls. The library sets head.id. With a ticket, which is never 0, it also sets head.tag;
 * the ticket is open until a call tells its end, or until it is forgotten. With `ticket` NULL nothing is kept of it: an
 * answer comes by prisim_platform_receive, and head.tag of what is not posted must be 64..255. PRISIM_FULL:
 * PRISIM_PLATFORM_SENDS_MAX wait, or PRISIM_PLATFORM_TRANSACTIONS_MAX tickets are open. PRISIM_REFUSED: no such SMMU,
 * more than 64 bytes, a tag as above, or a type without a name. */
enum prisim_status prisim_platform_send(struct prisim_platform *platform, unsigned smmu, const struct prisim_tlp *tlp,
                                        uint32_t *ticket);

/* Waits for the end of a transaction, for at most `limit` cycles (0: only looks). PRISIM_OK: it has ended, *outcome
 * says how, and the ticket is not open any more. PRISIM_TIMEOUT: it has not; *outcome says what is known.
 * PRISIM_REFUSED: the ticket is not open. `outcome` may be NULL. */
enum prisim_status prisim_platform_wait(struct prisim_platform *platform, uint32_t ticket, uint64_t limit,
                                        struct prisim_platform_outcome *outcome);

/* Sends and waits. Blocks. Under PRISIM_TIMEOUT the ticket is forgotten. */
enum prisim_status prisim_platform_transact(struct prisim_platform *platform, unsigned smmu,
                                            const struct prisim_tlp *tlp, uint64_t limit,
                                            struct prisim_platform_outcome *outcome);

/* The ticket is not open any more. An answer to a Page Request will come by prisim_platform_receive; any other one is
 * dropped, and its place stays taken until then. PRISIM_REFUSED: it is not open. */
enum prisim_status prisim_platform_forget(struct prisim_platform *platform, uint32_t ticket);

/* The oldest TLP of those that came down from the SMMU and answer no open ticket: Invalidate Requests, and answers to
 * what was sent without a ticket. Waits for at most `limit` cycles (0: runs nothing): PRISIM_TIMEOUT if none came.
 * While PRISIM_PLATFORM_INBOX_MAX wait, the SMMU's port is not ready: nothing is lost, and what is behind waits too. */
enum prisim_status prisim_platform_receive(struct prisim_platform *platform, unsigned smmu, uint64_t limit,
                                           struct prisim_tlp *tlp);

/* Whose a transfer is. */
struct prisim_platform_stream {
    uint16_t stream_id; /* as the Requester ID */
    bool has_pasid;
    uint32_t pasid; /* under has_pasid: 20 bits */
    uint8_t flags;  /* PRISIM_TLP_PRIVILEGED, PRISIM_TLP_EXECUTE, PRISIM_TLP_RELAXED */
    uint8_t at;     /* enum prisim_tlp_at; not PRISIM_TLP_AT_TRANSLATION_REQUEST */
};

/* A device's transfer of any size, cut into TLPs of at most 64 bytes, none of which crosses a multiple of 64: as many
 * in flight as there are tickets. Blocks until the last of them has ended. PRISIM_OK: all are done. PRISIM_ABORT: one
 * was not; *outcome, which may be NULL, is that of the first such one, and those before it are done. PRISIM_TIMEOUT:
 * one took more than config.patience cycles. PRISIM_FULL: all tickets are the caller's. PRISIM_REFUSED: no such SMMU, a
 * stream that is not as above, a range that does not end below 2^64, `data` NULL. No bytes: PRISIM_OK, and no time. */
enum prisim_status prisim_platform_dma_read(struct prisim_platform *platform, unsigned smmu,
                                            const struct prisim_platform_stream *stream, uint64_t address, void *data,
                                            size_t bytes, struct prisim_platform_outcome *outcome);
enum prisim_status prisim_platform_dma_write(struct prisim_platform *platform, unsigned smmu,
                                             const struct prisim_platform_stream *stream, uint64_t address,
                                             const void *data, size_t bytes, struct prisim_platform_outcome *outcome);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
