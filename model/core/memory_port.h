/* SPDX-License-Identifier: Apache-2.0
 *
 * The payloads of a memory or register port: a request channel and a response channel. An access lies inside one
 * 64-byte line. Every request gets one response with its id; responses may come out of order of the requests.
 */
#ifndef PRISIM_CORE_MEMORY_PORT_H
#define PRISIM_CORE_MEMORY_PORT_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { PRISIM_MEMORY_LINE_BYTES = 64, PRISIM_MEMORY_SWAP_BYTES = 8 };

enum prisim_memory_status {
    PRISIM_MEMORY_OK,
    PRISIM_MEMORY_ABORT,     /* synchronous: the access did not happen */
    PRISIM_MEMORY_ABORT_LATE /* a write that reported no error in time: asynchronous abort (SMMU-EVENTQ,
                                SMMU-PRIOUTCOME-8) */
};

/* prisim_memory_request.write. A swap is atomic: 8 bytes that are equal to data[8..15] become data[0..7]; the response
 * has what was there before. A swap of another size, and any other operation, is answered with an abort. */
enum prisim_memory_operation { PRISIM_MEMORY_READ, PRISIM_MEMORY_WRITE, PRISIM_MEMORY_SWAP };

/* prisim_memory_request.attributes: whose access it is, for a memory or a bus that asks. No block of prisim does. */
enum prisim_memory_attribute {
    PRISIM_MEMORY_HAS_STREAM = 1 << 0,    /* stream_id is meant: a device's access behind an SMMU */
    PRISIM_MEMORY_HAS_SUBSTREAM = 1 << 1, /* substream_id is meant */
    PRISIM_MEMORY_PRIVILEGED = 1 << 2,
    PRISIM_MEMORY_INSTRUCTION = 1 << 3, /* an instruction fetch */
    PRISIM_MEMORY_SECURE = 1 << 4
};

struct prisim_memory_request {
    uint64_t address;
    uint32_t id;           /* the initiator's, returned in the response */
    uint8_t size;          /* bytes, 1..64 */
    uint8_t write;         /* enum prisim_memory_operation */
    uint16_t attributes;   /* enum prisim_memory_attribute; 0: data, unprivileged, Non-secure, of no stream */
    uint32_t stream_id;    /* under PRISIM_MEMORY_HAS_STREAM, else 0 */
    uint32_t substream_id; /* under PRISIM_MEMORY_HAS_SUBSTREAM, else 0: 20 bits */
    uint8_t data[PRISIM_MEMORY_LINE_BYTES]; /* written bytes, from data[0] */
};

/* An access of nobody's in particular: of the SMMU itself, of the PRI queue, of a processor. */
static inline void prisim_memory_of_no_stream(struct prisim_memory_request *request)
{
    request->attributes = 0;
    request->stream_id = request->substream_id = 0;
}

struct prisim_memory_response {
    uint32_t id;
    uint8_t status; /* enum prisim_memory_status */
    uint8_t size;   /* bytes in data; 0 for PRISIM_MEMORY_WRITE */
    uint16_t unused;
    uint8_t data[PRISIM_MEMORY_LINE_BYTES];
};

/* What counts of a payload, but for its id (model/core/canonical.h): that is the initiator's, a place of its own that
 * counts as it is or a name, and whoever tells the payload tells it first. */
struct prisim_canonical;
void prisim_memory_request_canonical(struct prisim_canonical *to, const struct prisim_memory_request *request);
void prisim_memory_response_canonical(struct prisim_canonical *to, const struct prisim_memory_response *response);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
