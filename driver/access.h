/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: the driver's accesses to memory and registers, as what is put on those ports. The id of a request
 * is the number of the CPU, which has at most one access under way. Inline, for half of the driver's steps are these.
 */
#ifndef PRISIM_DRIVER_ACCESS_H
#define PRISIM_DRIVER_ACCESS_H

#include "driver/state.h"

static inline struct prisim_memory_request *access_request(struct edge *e, struct task *t, unsigned port)
{
    struct prisim_memory_request *r = prisim_ports_put(e->ports, port);
    assert(!t->awaits);
    t->awaits = (uint8_t)(port + 1);
    r->id = t->cpu;
    prisim_memory_of_no_stream(r);
    return r;
}

static inline void access_read(struct prisim_memory_request *r, uint64_t address, unsigned bytes)
{
    r->address = address;
    r->size = (uint8_t)bytes;
    r->write = 0;
}

static inline void access_write(struct prisim_memory_request *r, uint64_t address, unsigned bytes, uint64_t word)
{
    r->address = address;
    r->size = (uint8_t)bytes;
    r->write = 1;
    prisim_store_le64(r->data, word);
}

static inline void access_read_register(struct edge *e, struct task *t, uint32_t offset)
{
    access_read(access_request(e, t, PRISIM_DRIVER_TX_MMIO), offset, 4);
    t->asked = offset;
}

static inline void access_write_register(struct edge *e, struct task *t, uint32_t offset, unsigned bytes,
                                         uint64_t value)
{
    access_write(access_request(e, t, PRISIM_DRIVER_TX_MMIO), offset, bytes, value);
    t->asked = offset;
}

static inline void access_load(struct edge *e, struct task *t, uint64_t address, unsigned bytes)
{
    assert(bytes <= sizeof t->answer);
    access_read(access_request(e, t, PRISIM_DRIVER_TX_MEMORY), address, bytes);
}

static inline void access_store(struct edge *e, struct task *t, uint64_t address, uint64_t word)
{
    access_write(access_request(e, t, PRISIM_DRIVER_TX_MEMORY), address, 8, word);
}

/* A whole line. */
static inline void access_store_zeros(struct edge *e, struct task *t, uint64_t address)
{
    struct prisim_memory_request *r = access_request(e, t, PRISIM_DRIVER_TX_MEMORY);
    access_write(r, address, PRISIM_MEMORY_LINE_BYTES, 0);
    memset(r->data, 0, sizeof r->data);
}

static inline void access_store_pair(struct edge *e, struct task *t, uint64_t address, const uint64_t word[2])
{
    struct prisim_memory_request *r = access_request(e, t, PRISIM_DRIVER_TX_MEMORY);
    access_write(r, address, 16, word[0]);
    prisim_store_le64(r->data + 8, word[1]);
}

#endif
