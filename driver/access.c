/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's accesses that are TLPs, and what comes back of all accesses. The tag of a TLP is the number of the CPU,
 * which has at most one access under way. Requests to memory and registers are in access.h.
 */
#include "driver/access.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

static struct prisim_tlp *tlp_new(struct edge *e, enum prisim_tlp_type type, uint64_t address, unsigned bytes)
{
    struct prisim_tlp *tlp = prisim_ports_put(e->ports, PRISIM_DRIVER_TX_HOST);
    tlp->head = (struct prisim_tlp_header){
        .address = address,
        .id = (uint32_t)e->ports->instance << 24 | (e->driver->tlps++ & 0xffffff),
        .requester_id = e->config->host_id,
        .size = (uint16_t)bytes,
        .type = (uint8_t)type,
    };
    return tlp;
}

static void expect_completion(struct task *t, struct prisim_tlp *tlp)
{
    assert(!prisim_tlp_is_posted(&tlp->head) && t->cpu != CPU_NONE);
    tlp->head.tag = t->cpu;
    t->awaits = PRISIM_DRIVER_TX_HOST + 1;
}

/* PCIE-ENUMERATION-1: 1, 2 or 4 bytes. */
void access_config(struct edge *e, struct task *t, uint16_t id, uint32_t offset, unsigned bytes)
{
    struct prisim_tlp *tlp = tlp_new(e, PRISIM_TLP_CONFIG_READ, offset, bytes);
    tlp->head.destination_id = id;
    expect_completion(t, tlp);
}

void access_config_write(struct edge *e, struct task *t, uint16_t id, uint32_t offset, unsigned bytes, uint32_t value)
{
    struct prisim_tlp *tlp = tlp_new(e, PRISIM_TLP_CONFIG_WRITE, offset, bytes);
    tlp->head.destination_id = id;
    prisim_store_le32(tlp->data, value);
    expect_completion(t, tlp);
}

static uint64_t pasid_register(const struct edge *e, uint32_t function, uint32_t pasid)
{
    return e->config->function[function].bar_base + UINT64_C(4) * pasid;
}

void access_bar_read(struct edge *e, struct task *t, uint32_t function, uint32_t pasid)
{
    expect_completion(t, tlp_new(e, PRISIM_TLP_MEMORY_READ, pasid_register(e, function, pasid), 4));
}

/* Posted: nothing comes back. */
void access_bar_write(struct edge *e, uint32_t function, uint32_t pasid, uint32_t value)
{
    struct prisim_tlp *tlp = tlp_new(e, PRISIM_TLP_MEMORY_WRITE, pasid_register(e, function, pasid), 4);
    prisim_store_le32(tlp->data, value);
}

void access_memory_write(struct edge *e, uint64_t address, uint32_t value)
{
    struct prisim_tlp *tlp = tlp_new(e, PRISIM_TLP_MEMORY_WRITE, address, 4);
    prisim_store_le32(tlp->data, value);
}

/* An answer for a CPU that has no task: of the first life's last access, whose CPU is free now; else it is dropped. */
static __attribute__((noinline)) struct task *nobody_waits(struct prisim_driver *d, uint32_t cpu)
{
    if (cpu >= PRISIM_DRIVER_CPUS_MAX || !(d->dying >> cpu & 1))
        return NULL;
    d->dying &= (uint8_t) ~(1 << cpu);
    d->free_cpus |= (uint8_t)(1 << cpu);
    return NULL;
}

static inline bool has_task(const struct prisim_driver *d, uint32_t cpu)
{
    return cpu < PRISIM_DRIVER_CPUS_MAX && d->cpu_task[cpu] != TASK_NONE;
}

/* The task of the CPU, if it waits for an answer from the port. What nobody waits for is dropped. */
static inline struct task *asker(struct prisim_driver *d, unsigned port, uint32_t cpu)
{
    struct task *t = task_of(d, d->cpu_task[cpu]);
    return t->awaits == port + 1 ? t : NULL;
}

static inline void answer(struct task *t, uint32_t status, const uint8_t *data, unsigned bytes)
{
    t->awaits = 0;
    t->status = status;
    t->answer[0] = bytes ? prisim_load_le32(data) : 0;
    if (bytes >= sizeof t->answer[0])
        for (unsigned i = 0; i < bytes / 8 && i < sizeof t->answer / 8; i++)
            t->answer[i] = prisim_load_le64(data + 8 * i);
}

/* Hands the response to the task whose access ends with it, and returns that, if any. */
struct task *access_memory_answer(struct prisim_driver *d, unsigned port, const struct prisim_memory_response *r)
{
    _Static_assert((int)PRISIM_DRIVER_RX_MEMORY == PRISIM_DRIVER_TX_MEMORY &&
                       (int)PRISIM_DRIVER_RX_MMIO == PRISIM_DRIVER_TX_MMIO,
                   "one numbering");
    if (!has_task(d, r->id))
        return nobody_waits(d, r->id);
    struct task *t = asker(d, port, r->id);
    if (t)
        answer(t, r->status, r->data, r->status == PRISIM_MEMORY_OK ? r->size : 0);
    return t;
}

struct task *access_completion(struct edge *e)
{
    const struct prisim_tlp *tlp = e->ports->rx[PRISIM_DRIVER_RX_HOST];
    if (!prisim_tlp_is_completion(&tlp->head))
        return NULL;
    if (!has_task(e->driver, tlp->head.tag))
        return nobody_waits(e->driver, tlp->head.tag);
    struct task *t = asker(e->driver, PRISIM_DRIVER_TX_HOST, tlp->head.tag);
    /* PCIE-POISON-7 */
    const bool poisoned = prisim_tlp_is_poisoned(&tlp->head), data = prisim_tlp_has_data(&tlp->head) && !poisoned;
    if (t)
        answer(t, poisoned ? (uint32_t)PRISIM_TLP_UR : tlp->head.status, tlp->data, data ? tlp->head.size : 0);
    return t;
}
