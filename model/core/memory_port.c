/* SPDX-License-Identifier: Apache-2.0
 *
 * What counts of a memory request and of a response: bytes that nobody reads do not.
 */
#include "model/core/memory_port.h"

#include "model/core/canonical.h"

static unsigned clamped(unsigned size)
{
    return size < PRISIM_MEMORY_LINE_BYTES ? size : PRISIM_MEMORY_LINE_BYTES;
}

void prisim_memory_request_canonical(struct prisim_canonical *to, const struct prisim_memory_request *request)
{
    const unsigned attributes = request->attributes;
    unsigned bytes = request->write == PRISIM_MEMORY_WRITE ? request->size : 0;
    if (request->write == PRISIM_MEMORY_SWAP)
        bytes = 2 * PRISIM_MEMORY_SWAP_BYTES;
    prisim_canonical_word(to, request->address);
    prisim_canonical_word(to, request->size | (uint64_t)request->write << 8 | (uint64_t)attributes << 16);
    if (attributes & PRISIM_MEMORY_HAS_STREAM)
        prisim_canonical_word(to, request->stream_id);
    if (attributes & PRISIM_MEMORY_HAS_SUBSTREAM)
        prisim_canonical_word(to, request->substream_id);
    prisim_canonical_bytes(to, request->data, clamped(bytes));
}

void prisim_memory_response_canonical(struct prisim_canonical *to, const struct prisim_memory_response *response)
{
    prisim_canonical_word(to, response->status);
    prisim_canonical_bytes(to, response->data, clamped(response->size));
}
