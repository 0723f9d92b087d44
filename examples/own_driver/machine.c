/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine: four blocks on a scheduler. The fourth is the outside: the CPU's accesses, the interrupts that reach it,
 * and the device's TLPs.
 */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/core/scheduler.h"
#include "model/interconnect/interconnect.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"

enum { RX_REGISTER, RX_MEMORY, RX_INTERRUPT, RX_DOWN };
enum { TX_REGISTER, TX_MEMORY, TX_UP };
enum { KEPT = 16 };

struct outside {
    struct prisim_memory_request access; /* until it is put */
    struct prisim_memory_response answer;
    struct prisim_tlp up; /* until it is put */
    struct prisim_tlp down[KEPT];
    uint32_t interrupt[KEPT];
    uint32_t downs, downs_seen, interrupts, interrupts_seen;
    bool has_access, to_memory, has_answer, has_up;
};

struct machine {
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config pri_queue;
    struct prisim_interconnect_config memory;
    struct prisim_scheduler *scheduler;
    struct outside *outside;
    unsigned outside_block;
    prisim_cycle_t now;
};

static void arrivals(struct outside *s, const struct prisim_ports *ports)
{
    for (unsigned port = RX_REGISTER; port <= RX_MEMORY; port++) {
        if (prisim_ports_has_arrived(ports, port)) {
            memcpy(&s->answer, ports->rx[port], sizeof s->answer);
            s->has_answer = true;
        }
    }
    if (prisim_ports_has_arrived(ports, RX_INTERRUPT))
        s->interrupt[s->interrupts++ % KEPT] = ((const struct prisim_interrupt *)ports->rx[RX_INTERRUPT])->data;
    if (prisim_ports_has_arrived(ports, RX_DOWN))
        prisim_tlp_copy(&s->down[s->downs++ % KEPT], ports->rx[RX_DOWN]);
}

static prisim_cycle_t outside_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    struct outside *s = state;
    (void)config;
    for (unsigned port = RX_REGISTER; port <= RX_DOWN; port++)
        prisim_ports_set_ready(ports, port, true);
    arrivals(s, ports);
    unsigned access = s->to_memory ? TX_MEMORY : TX_REGISTER;
    if (s->has_access && prisim_ports_can_put(ports, access)) {
        memcpy(prisim_ports_put(ports, access), &s->access, sizeof s->access);
        s->has_access = false;
    }
    if (s->has_up && prisim_ports_can_put(ports, TX_UP)) {
        prisim_tlp_copy(prisim_ports_put(ports, TX_UP), &s->up);
        s->has_up = false;
    }
    return s->has_access || s->has_up ? now + 1 : PRISIM_CYCLE_NEVER;
}

static prisim_cycle_t smmu_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_smmu_step(config, state, now, ports);
}

static prisim_cycle_t pri_queue_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_pri_queue_step(config, state, now, ports);
}

static prisim_cycle_t memory_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_interconnect_step(config, state, now, ports);
}

static void configure(struct machine *m)
{
    struct prisim_config_error error;
    prisim_smmu_config_default(&m->smmu);
    prisim_pri_queue_config_default(&m->pri_queue);
    prisim_interconnect_config_default(&m->memory);
    m->pri_queue.size_log2_max = m->smmu.priq_log2_max;
    m->memory.ram_base = RAM_BASE;
    m->memory.ram_size = RAM_SIZE;
    m->memory.doorbell_base = DOORBELL;
    if (!prisim_smmu_config_check(&m->smmu, &error) || !prisim_pri_queue_config_check(&m->pri_queue, &error) ||
        !prisim_interconnect_config_check(&m->memory, &error)) {
        fprintf(stderr, "machine: %s: expected %s\n", error.field, error.expected);
        exit(EXIT_FAILURE);
    }
}

#define WIRE(from, tx, to, rx, type) prisim_scheduler_connect(c, from, tx, to, rx, sizeof(struct prisim_##type))

static void connect(struct prisim_scheduler *c, unsigned outside, unsigned smmu, unsigned queue, unsigned memory)
{
    WIRE(outside, TX_REGISTER, smmu, PRISIM_SMMU_RX_REGISTER, memory_request);
    WIRE(smmu, PRISIM_SMMU_TX_REGISTER_RESPONSE, outside, RX_REGISTER, memory_response);
    WIRE(outside, TX_MEMORY, memory, PRISIM_INTERCONNECT_CPU, memory_request);
    WIRE(memory, PRISIM_INTERCONNECT_CPU, outside, RX_MEMORY, memory_response);
    WIRE(memory, PRISIM_INTERCONNECT_TX_INTERRUPT, outside, RX_INTERRUPT, interrupt);
    WIRE(outside, TX_UP, smmu, PRISIM_SMMU_RX_UP, tlp);
    WIRE(smmu, PRISIM_SMMU_TX_DOWN, outside, RX_DOWN, tlp);
    WIRE(smmu, PRISIM_SMMU_TX_MEMORY_REQUEST, memory, PRISIM_INTERCONNECT_SMMU, memory_request);
    WIRE(memory, PRISIM_INTERCONNECT_SMMU, smmu, PRISIM_SMMU_RX_MEMORY_RESPONSE, memory_response);
    WIRE(smmu, PRISIM_SMMU_TX_DMA_REQUEST, memory, PRISIM_INTERCONNECT_CLIENT, memory_request);
    WIRE(memory, PRISIM_INTERCONNECT_CLIENT, smmu, PRISIM_SMMU_RX_DMA_RESPONSE, memory_response);
    WIRE(smmu, PRISIM_SMMU_TX_PRI_REQUEST, queue, PRISIM_PRI_QUEUE_RX_REQUEST, page_request);
    WIRE(smmu, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, queue, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, memory_response);
    WIRE(smmu, PRISIM_SMMU_TX_PRI_LOOKUP, queue, PRISIM_PRI_QUEUE_RX_LOOKUP, pri_queue_ppar);
    WIRE(smmu, PRISIM_SMMU_TX_PRI_CONTROL, queue, PRISIM_PRI_QUEUE_RX_CONTROL, pri_queue_control);
    WIRE(queue, PRISIM_PRI_QUEUE_TX_RESPONSE, smmu, PRISIM_SMMU_RX_PRI_RESPONSE, prg_response);
    WIRE(queue, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, smmu, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, memory_request);
    WIRE(queue, PRISIM_PRI_QUEUE_TX_LOOKUP, smmu, PRISIM_SMMU_RX_PRI_LOOKUP, pri_queue_lookup);
    WIRE(queue, PRISIM_PRI_QUEUE_TX_STATUS, smmu, PRISIM_SMMU_RX_PRI_STATUS, pri_queue_status);
    WIRE(queue, PRISIM_PRI_QUEUE_TX_INTERRUPT, smmu, PRISIM_SMMU_RX_PRI_INTERRUPT, pri_queue_interrupt);
    WIRE(queue, PRISIM_PRI_QUEUE_TX_ABORT, smmu, PRISIM_SMMU_RX_PRI_ABORT, pri_queue_abort);
}

struct machine *machine_open(void)
{
    struct machine *m = calloc(1, sizeof *m);
    struct prisim_scheduler *c = prisim_scheduler_open();
    if (!m || !c)
        exit(EXIT_FAILURE);
    configure(m);
    m->scheduler = c;
    m->outside_block = prisim_scheduler_add(c, outside_step, NULL, sizeof(struct outside));
    unsigned smmu = prisim_scheduler_add(c, smmu_edge, &m->smmu, prisim_smmu_state_size(&m->smmu));
    unsigned queue = prisim_scheduler_add(c, pri_queue_edge, &m->pri_queue, prisim_pri_queue_state_size(&m->pri_queue));
    unsigned memory = prisim_scheduler_add(c, memory_edge, &m->memory, prisim_interconnect_state_size(&m->memory));
    connect(c, m->outside_block, smmu, queue, memory);
    if (!prisim_scheduler_build(c))
        exit(EXIT_FAILURE);
    prisim_smmu_init(&m->smmu, prisim_scheduler_state(c, smmu));
    prisim_pri_queue_init(&m->pri_queue, prisim_scheduler_state(c, queue));
    prisim_interconnect_init(&m->memory, prisim_scheduler_state(c, memory));
    m->outside = prisim_scheduler_state(c, m->outside_block);
    return m;
}

void machine_close(struct machine *m)
{
    prisim_scheduler_close(m->scheduler);
    free(m);
}

static void tick(struct machine *m)
{
    m->now++;
    prisim_scheduler_run(m->scheduler, m->now);
}

static const uint8_t *reach(struct machine *m, bool memory, uint64_t address, bool write, uint64_t value, uint8_t size)
{
    struct outside *s = m->outside;
    s->access = (struct prisim_memory_request){.address = address, .size = size, .write = write};
    prisim_store_le64(s->access.data, value);
    s->to_memory = memory;
    s->has_access = true;
    s->has_answer = false;
    prisim_scheduler_wake(m->scheduler, m->outside_block, m->now + 1);
    while (!s->has_answer)
        tick(m);
    return s->answer.data;
}

uint32_t mmio_read(struct machine *m, uint32_t offset)
{
    return prisim_load_le32(reach(m, false, offset, false, 0, 4));
}

void mmio_write(struct machine *m, uint32_t offset, uint32_t value)
{
    reach(m, false, offset, true, value, 4);
}

void mmio_write64(struct machine *m, uint32_t offset, uint64_t value)
{
    reach(m, false, offset, true, value, 8);
}

uint64_t memory_load(struct machine *m, uint64_t address)
{
    return prisim_load_le64(reach(m, true, address, false, 0, 8));
}

void memory_store(struct machine *m, uint64_t address, uint64_t value)
{
    reach(m, true, address, true, value, 8);
}

bool interrupt_wait(struct machine *m, uint64_t cycles, uint32_t *data)
{
    struct outside *s = m->outside;
    for (prisim_cycle_t end = m->now + cycles; s->interrupts_seen == s->interrupts && m->now < end;)
        tick(m);
    if (s->interrupts_seen == s->interrupts)
        return false;
    *data = s->interrupt[s->interrupts_seen++ % KEPT];
    return true;
}

uint64_t cycles_now(const struct machine *m)
{
    return m->now;
}

void device_send(struct machine *m, const struct prisim_tlp *tlp)
{
    while (m->outside->has_up)
        tick(m);
    prisim_tlp_copy(&m->outside->up, tlp);
    m->outside->has_up = true;
    prisim_scheduler_wake(m->scheduler, m->outside_block, m->now + 1);
    tick(m);
}

const struct prisim_tlp *device_receive(struct machine *m, uint64_t cycles)
{
    struct outside *s = m->outside;
    for (prisim_cycle_t end = m->now + cycles; s->downs_seen == s->downs && m->now < end;)
        tick(m);
    return s->downs_seen == s->downs ? NULL : &s->down[s->downs_seen++ % KEPT];
}
