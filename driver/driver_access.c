/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's accesses: what is put on the memory, MMIO and host ports, and what comes back. The id of a request and
 * the tag of a TLP are the number of the CPU, which has at most one access under way.
 */
#include "driver/driver_state.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

static struct memory_request *request(struct edge *e, struct task *t, unsigned port)
{
    struct memory_request *r = ports_put(e->ports, port);
    assert(t->cpu != CPU_NONE && !(e->driver->awaiting[port] >> t->cpu & 1));
    e->driver->awaiting[port] |= (uint8_t)(1 << t->cpu);
    r->id = t->cpu;
    r->unused = 0;
    return r;
}

static void read_from(struct memory_request *r, uint64_t address, unsigned bytes)
{
    r->address = address;
    r->size = (uint8_t)bytes;
    r->write = 0;
}

static void write_to(struct memory_request *r, uint64_t address, unsigned bytes, uint64_t word)
{
    r->address = address;
    r->size = (uint8_t)bytes;
    r->write = 1;
    store_le64(r->data, word);
}

void access_read_register(struct edge *e, struct task *t, uint32_t offset)
{
    read_from(request(e, t, DRIVER_TX_MMIO), offset, 4);
}

void access_write_register(struct edge *e, struct task *t, uint32_t offset, unsigned bytes, uint64_t value)
{
    write_to(request(e, t, DRIVER_TX_MMIO), offset, bytes, value);
}

void access_load(struct edge *e, struct task *t, uint64_t address, unsigned bytes)
{
    assert(bytes <= sizeof t->answer);
    read_from(request(e, t, DRIVER_TX_MEMORY), address, bytes);
}

void access_store(struct edge *e, struct task *t, uint64_t address, uint64_t word)
{
    write_to(request(e, t, DRIVER_TX_MEMORY), address, 8, word);
}

void access_store_pair(struct edge *e, struct task *t, uint64_t address, const uint64_t word[2])
{
    struct memory_request *r = request(e, t, DRIVER_TX_MEMORY);
    write_to(r, address, 16, word[0]);
    store_le64(r->data + 8, word[1]);
}

static struct tlp *tlp_new(struct edge *e, enum tlp_type type, uint64_t address, unsigned bytes)
{
    struct tlp *tlp = ports_put(e->ports, DRIVER_TX_HOST);
    tlp->head = (struct tlp_header){
        .address = address,
        .id = (uint32_t)e->ports->instance << 24 | (e->driver->tlps++ & 0xffffff),
        .requester_id = e->config->host_id,
        .size = (uint16_t)bytes,
        .type = (uint8_t)type,
    };
    return tlp;
}

static void expect_completion(struct edge *e, struct task *t, struct tlp *tlp)
{
    assert(!tlp_is_posted(&tlp->head) && t->cpu != CPU_NONE);
    tlp->head.tag = t->cpu;
    e->driver->awaiting[DRIVER_TX_HOST] |= (uint8_t)(1 << t->cpu);
}

void access_config(struct edge *e, struct task *t, uint32_t function, uint32_t offset, bool write, uint32_t value)
{
    struct tlp *tlp = tlp_new(e, write ? TLP_CONFIG_WRITE : TLP_CONFIG_READ, offset, 4);
    tlp->head.destination_id = e->config->function[function].requester_id;
    if (write)
        store_le32(tlp->data, value);
    expect_completion(e, t, tlp);
}

static uint64_t pasid_register(const struct edge *e, uint32_t function, uint32_t pasid)
{
    return e->config->function[function].bar_base + UINT64_C(4) * pasid;
}

void access_bar_read(struct edge *e, struct task *t, uint32_t function, uint32_t pasid)
{
    expect_completion(e, t, tlp_new(e, TLP_MEMORY_READ, pasid_register(e, function, pasid), 4));
}

/* Posted: nothing comes back. */
void access_bar_write(struct edge *e, uint32_t function, uint32_t pasid, uint32_t value)
{
    struct tlp *tlp = tlp_new(e, TLP_MEMORY_WRITE, pasid_register(e, function, pasid), 4);
    store_le32(tlp->data, value);
}

/* Hands an answer to the task that waits for it; returns its mask. What nobody waits for is dropped. */
static inline uint32_t answer(struct edge *e, unsigned port, uint32_t cpu, uint32_t status, const uint8_t *data,
                              unsigned bytes)
{
    struct driver *d = e->driver;
    if (cpu >= DRIVER_CPUS_MAX || !(d->awaiting[port] >> cpu & 1))
        return 0;
    d->awaiting[port] &= (uint8_t) ~(1 << cpu);
    assert(d->cpu_task[cpu] != TASK_NONE);
    struct task *t = &d->task[d->cpu_task[cpu]];
    t->status = status;
    t->answer[0] = bytes ? load_le32(data) : 0;
    for (unsigned i = 0; i < bytes / 8 && i < sizeof t->answer / 8; i++)
        t->answer[i] = load_le64(data + 8 * i);
    return UINT32_C(1) << t->index;
}

/* The tasks whose access ends at this edge. */
uint32_t access_answers(struct edge *e, uint64_t arrived)
{
    _Static_assert((int)DRIVER_RX_MEMORY == DRIVER_TX_MEMORY && (int)DRIVER_RX_MMIO == DRIVER_TX_MMIO, "one numbering");
    uint32_t due = 0;
    for (unsigned port = DRIVER_RX_MEMORY; port <= DRIVER_RX_MMIO; port++) {
        if (!(arrived >> port & 1))
            continue;
        const struct memory_response *r = e->ports->rx[port];
        due |= answer(e, port, r->id, r->status, r->data, r->status == MEMORY_OK ? r->size : 0);
    }
    if (arrived >> DRIVER_RX_HOST & 1) {
        const struct tlp *tlp = e->ports->rx[DRIVER_RX_HOST];
        if (tlp_is_completion(&tlp->head))
            due |= answer(e, DRIVER_TX_HOST, tlp->head.tag, tlp->head.status, tlp->data,
                          tlp_has_data(&tlp->head) ? tlp->head.size : 0);
    }
    return due;
}
