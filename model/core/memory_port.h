/* SPDX-License-Identifier: Apache-2.0
 *
 * The payloads of a memory or register port: a request channel and a response channel. An access lies inside one
 * 64-byte line. Every request gets one response with its id; responses may come out of order of the requests.
 */
#ifndef PRISIM_CORE_MEMORY_PORT_H
#define PRISIM_CORE_MEMORY_PORT_H

#include <stdint.h>
#include <string.h>

enum { MEMORY_LINE_BYTES = 64 };

enum memory_status {
    MEMORY_OK,
    MEMORY_ABORT,     /* synchronous: the access did not happen */
    MEMORY_ABORT_LATE /* a write that reported no error in time: asynchronous abort (smmuv3 3.4, 4.4 row 8) */
};

struct memory_request {
    uint64_t address;
    uint32_t id;   /* the initiator's, returned in the response */
    uint8_t size;  /* bytes, 1..64 */
    uint8_t write; /* 0 or 1 */
    uint16_t unused;
    uint8_t data[MEMORY_LINE_BYTES]; /* written bytes, from data[0] */
};

struct memory_response {
    uint32_t id;
    uint8_t status; /* enum memory_status */
    uint8_t size;   /* bytes in data; 0 for a write */
    uint16_t unused;
    uint8_t data[MEMORY_LINE_BYTES];
};

#endif
