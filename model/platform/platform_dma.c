/* SPDX-License-Identifier: Apache-2.0
 *
 * Transfers of any size: cut into TLPs that lie in one line each, several in flight, ended in their order.
 */
#include "model/platform/platform_state.h"

enum { STREAM_FLAGS = PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE | PRISIM_TLP_RELAXED, PASID_BITS = 20 };

struct transfer {
    struct prisim_platform *platform;
    struct prisim_platform_outcome *outcome; /* of the first piece that was not done, or of the last one so far */
    uint8_t *read;                           /* NULL: a write */
    const uint8_t *written;
    uint64_t address;
    size_t bytes, sent, ended;
    uint32_t ticket[TRANSACTIONS]; /* of the pieces in flight, a ring */
    uint32_t head, count;
    struct prisim_tlp tlp; /* what all pieces have */
    unsigned smmu;
    enum prisim_status status; /* so far */
};

static size_t piece(const struct transfer *t, size_t at)
{
    size_t room = PRISIM_TLP_DATA_MAX - (t->address + at) % PRISIM_TLP_DATA_MAX;
    return t->bytes - at < room ? t->bytes - at : room;
}

/* As many as there is room for. */
static enum prisim_status send_pieces(struct transfer *t)
{
    while (t->sent < t->bytes) {
        size_t size = piece(t, t->sent);
        t->tlp.head.address = t->address + t->sent;
        t->tlp.head.size = (uint16_t)size;
        if (t->written)
            memcpy(t->tlp.data, t->written + t->sent, size);
        uint32_t *ticket = &t->ticket[(t->head + t->count) % TRANSACTIONS];
        enum prisim_status status = prisim_platform_send(t->platform, t->smmu, &t->tlp, ticket);
        if (status == PRISIM_FULL && t->count > 0)
            return PRISIM_OK;
        if (status != PRISIM_OK)
            return status;
        t->sent += size;
        t->count++;
    }
    return PRISIM_OK;
}

static enum prisim_status end_piece(struct transfer *t)
{
    struct prisim_platform_outcome outcome;
    size_t size = piece(t, t->ended);
    enum prisim_status status =
        prisim_platform_wait(t->platform, t->ticket[t->head], t->platform->config.patience, &outcome);
    if (status != PRISIM_OK)
        return status;
    if (t->outcome && t->status == PRISIM_OK)
        *t->outcome = outcome;
    if (t->status == PRISIM_OK)
        t->status = outcome.status;
    if (t->read && outcome.status == PRISIM_OK)
        memcpy(t->read + t->ended, outcome.answer.data, size);
    t->head = (t->head + 1) % TRANSACTIONS;
    t->count--;
    t->ended += size;
    return PRISIM_OK;
}

static void forget_pieces(struct transfer *t)
{
    for (; t->count; t->count--, t->head = (t->head + 1) % TRANSACTIONS)
        prisim_platform_forget(t->platform, t->ticket[t->head]);
}

/* After an abort nothing more is sent. */
static enum prisim_status run(struct transfer *t)
{
    while (t->ended < t->bytes) {
        enum prisim_status status = t->status == PRISIM_OK ? send_pieces(t) : PRISIM_OK;
        if (status == PRISIM_OK && t->count == 0)
            break;
        if (status == PRISIM_OK)
            status = end_piece(t);
        if (status != PRISIM_OK) {
            forget_pieces(t);
            return status;
        }
    }
    return t->status;
}

static bool is_possible(const struct transfer *t, const struct prisim_platform_stream *stream)
{
    return platform_has_port(t->platform, t->smmu) && (t->read || t->written) && t->bytes <= UINT64_MAX - t->address &&
           stream->at != PRISIM_TLP_AT_TRANSLATION_REQUEST && stream->at <= PRISIM_TLP_AT_TRANSLATED &&
           (stream->flags & ~STREAM_FLAGS) == 0 && (!stream->has_pasid || stream->pasid >> PASID_BITS == 0);
}

static enum prisim_status start(struct transfer *t, const struct prisim_platform_stream *stream)
{
    if (!is_possible(t, stream))
        return PRISIM_REFUSED;
    t->tlp.head =
        (struct prisim_tlp_header){.type = t->written ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                   .at = stream->at,
                                   .requester_id = stream->stream_id,
                                   .pasid = stream->has_pasid ? stream->pasid : 0,
                                   .flags = (uint8_t)(stream->flags | (stream->has_pasid ? PRISIM_TLP_HAS_PASID : 0))};
    return run(t);
}

enum prisim_status prisim_platform_dma_read(struct prisim_platform *platform, unsigned smmu,
                                            const struct prisim_platform_stream *stream, uint64_t address, void *data,
                                            size_t bytes, struct prisim_platform_outcome *outcome)
{
    struct transfer t = {
        .platform = platform, .smmu = smmu, .address = address, .read = data, .bytes = bytes, .outcome = outcome};
    return start(&t, stream);
}

enum prisim_status prisim_platform_dma_write(struct prisim_platform *platform, unsigned smmu,
                                             const struct prisim_platform_stream *stream, uint64_t address,
                                             const void *data, size_t bytes, struct prisim_platform_outcome *outcome)
{
    struct transfer t = {
        .platform = platform, .smmu = smmu, .address = address, .written = data, .bytes = bytes, .outcome = outcome};
    return start(&t, stream);
}
