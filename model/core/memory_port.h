/* SPDX-License-Identifier: Apache-2.0
 *
 * The payloads of a memory or register port: a request channel and a response channel. An access lies inside one
 * 64-byte line. Every request gets one response with its id; responses may come out of order of the requests.
 */
#ifndef PRISIM_CORE_MEMORY_PORT_H
#define PRISIM_CORE_MEMORY_PORT_H

#include <stdint.h>
#include <string.h>

enum { MEMORY_LINE_BYTES = 64, MEMORY_SWAP_BYTES = 8 };

enum memory_status {
    MEMORY_OK,
    MEMORY_ABORT,     /* synchronous: the access did not happen */
    MEMORY_ABORT_LATE /* a write that reported no error in time: asynchronous abort (smmuv3 3.4, 4.4 row 8) */
};

/* memory_request.write. A swap is atomic: 8 bytes that are equal to data[8..15] become data[0..7]; the response has
 * what was there before. A swap of another size, and any other operation, is answered with an abort. */
enum memory_operation { MEMORY_READ, MEMORY_WRITE, MEMORY_SWAP };

struct memory_request {
    uint64_t address;
    uint32_t id;   /* the initiator's, returned in the response */
    uint8_t size;  /* bytes, 1..64 */
    uint8_t write; /* enum memory_operation */
    uint16_t unused;
    uint8_t data[MEMORY_LINE_BYTES]; /* written bytes, from data[0] */
};

struct memory_response {
    uint32_t id;
    uint8_t status; /* enum memory_status */
    uint8_t size;   /* bytes in data; 0 for MEMORY_WRITE */
    uint16_t unused;
    uint8_t data[MEMORY_LINE_BYTES];
};

#endif
