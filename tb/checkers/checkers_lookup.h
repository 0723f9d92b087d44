/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: who is meant by an instance, a StreamID or a number in an event.
 */
#ifndef PRISIM_TB_CHECKERS_LOOKUP_H
#define PRISIM_TB_CHECKERS_LOOKUP_H

#include "tb/checkers/checkers.h"

struct item;
struct job;

/* Which endpoint an instance or a stream is; SYSTEM_ENDPOINTS_MAX if none. */
unsigned checkers_endpoint(const struct checkers *c, unsigned instance);
unsigned checkers_endpoint_of_stream(const struct checkers *c, uint64_t stream_id);

/* The endpoint whose page requests they are: itself, or its physical function (PCIE-PRICAP). */
unsigned checkers_pool(const struct checkers *c, unsigned endpoint);
/* Page requests that are outstanding of all functions of the pool (PCIE-GROUP-8). */
uint32_t checkers_pool_outstanding(const struct checkers *c, unsigned endpoint);

/* Numbers of jobs and requests are 32 bits and count per function. */
static inline uint64_t lookup_key(unsigned endpoint, uint64_t number)
{
    return (uint64_t)endpoint << 32 | (uint32_t)number;
}

/* NULL: there is none, or it is over. */
struct job *job_get(struct checkers *c, unsigned endpoint, uint64_t number);
struct item *item_get(struct checkers *c, uint64_t number);

#endif
