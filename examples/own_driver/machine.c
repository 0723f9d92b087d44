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
    struct memory_request access; /* until it is put */
    struct memory_response answer;
    struct tlp up; /* until it is put */
    struct tlp down[KEPT];
    uint32_t interrupt[KEPT];
    uint32_t downs, downs_seen, interrupts, interrupts_seen;
    bool has_access, to_memory, has_answer, has_up;
};

struct machine {
    struct smmu_config smmu;
    struct pri_queue_config pri_queue;
    struct interconnect_config memory;
    struct scheduler *scheduler;
    struct outside *outside;
    unsigned outside_block;
    cycle_t now;
};

static void arrivals(struct outside *s, const struct ports *ports)
{
    for (unsigned port = RX_REGISTER; port <= RX_MEMORY; port++) {
        if (ports_has_arrived(ports, port)) {
            memcpy(&s->answer, ports->rx[port], sizeof s->answer);
            s->has_answer = true;
        }
    }
    if (ports_has_arrived(ports, RX_INTERRUPT))
        s->interrupt[s->interrupts++ % KEPT] = ((const struct interrupt *)ports->rx[RX_INTERRUPT])->data;
    if (ports_has_arrived(ports, RX_DOWN))
        tlp_copy(&s->down[s->downs++ % KEPT], ports->rx[RX_DOWN]);
}

static cycle_t outside_step(const void *config, void *state, cycle_t now, struct ports *ports)
{
    struct outside *s = state;
    (void)config;
    for (unsigned port = RX_REGISTER; port <= RX_DOWN; port++)
        ports_set_ready(ports, port, true);
    arrivals(s, ports);
    unsigned access = s->to_memory ? TX_MEMORY : TX_REGISTER;
    if (s->has_access && ports_can_put(ports, access)) {
        memcpy(ports_put(ports, access), &s->access, sizeof s->access);
        s->has_access = false;
    }
    if (s->has_up && ports_can_put(ports, TX_UP)) {
        tlp_copy(ports_put(ports, TX_UP), &s->up);
        s->has_up = false;
    }
    return s->has_access || s->has_up ? now + 1 : CYCLE_NEVER;
}

static cycle_t smmu_edge(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return smmu_step(config, state, now, ports);
}

static cycle_t pri_queue_edge(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return pri_queue_step(config, state, now, ports);
}

static cycle_t memory_edge(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return interconnect_step(config, state, now, ports);
}

static void configure(struct machine *m)
{
    struct config_error error;
    smmu_config_default(&m->smmu);
    pri_queue_config_default(&m->pri_queue);
    interconnect_config_default(&m->memory);
    m->pri_queue.size_log2_max = m->smmu.priq_log2_max;
    m->memory.ram_base = RAM_BASE;
    m->memory.ram_size = RAM_SIZE;
    m->memory.doorbell_base = DOORBELL;
    if (!smmu_config_check(&m->smmu, &error) || !pri_queue_config_check(&m->pri_queue, &error) ||
        !interconnect_config_check(&m->memory, &error)) {
        fprintf(stderr, "machine: %s: expected %s\n", error.field, error.expected);
        exit(EXIT_FAILURE);
    }
}

#define WIRE(from, tx, to, rx, type) scheduler_connect(c, from, tx, to, rx, sizeof(struct type))

static void connect(struct scheduler *c, unsigned outside, unsigned smmu, unsigned queue, unsigned memory)
{
    WIRE(outside, TX_REGISTER, smmu, SMMU_RX_REGISTER, memory_request);
    WIRE(smmu, SMMU_TX_REGISTER_RESPONSE, outside, RX_REGISTER, memory_response);
    WIRE(outside, TX_MEMORY, memory, INTERCONNECT_CPU, memory_request);
    WIRE(memory, INTERCONNECT_CPU, outside, RX_MEMORY, memory_response);
    WIRE(memory, INTERCONNECT_TX_INTERRUPT, outside, RX_INTERRUPT, interrupt);
    WIRE(outside, TX_UP, smmu, SMMU_RX_UP, tlp);
    WIRE(smmu, SMMU_TX_DOWN, outside, RX_DOWN, tlp);
    WIRE(smmu, SMMU_TX_MEMORY_REQUEST, memory, INTERCONNECT_SMMU, memory_request);
    WIRE(memory, INTERCONNECT_SMMU, smmu, SMMU_RX_MEMORY_RESPONSE, memory_response);
    WIRE(smmu, SMMU_TX_DMA_REQUEST, memory, INTERCONNECT_CLIENT, memory_request);
    WIRE(memory, INTERCONNECT_CLIENT, smmu, SMMU_RX_DMA_RESPONSE, memory_response);
    WIRE(smmu, SMMU_TX_PRI_REQUEST, queue, PRI_QUEUE_RX_REQUEST, page_request);
    WIRE(smmu, SMMU_TX_PRI_MEMORY_RESPONSE, queue, PRI_QUEUE_RX_MEMORY_RESPONSE, memory_response);
    WIRE(smmu, SMMU_TX_PRI_LOOKUP, queue, PRI_QUEUE_RX_LOOKUP, pri_queue_ppar);
    WIRE(smmu, SMMU_TX_PRI_CONTROL, queue, PRI_QUEUE_RX_CONTROL, pri_queue_control);
    WIRE(queue, PRI_QUEUE_TX_RESPONSE, smmu, SMMU_RX_PRI_RESPONSE, prg_response);
    WIRE(queue, PRI_QUEUE_TX_MEMORY_REQUEST, smmu, SMMU_RX_PRI_MEMORY_REQUEST, memory_request);
    WIRE(queue, PRI_QUEUE_TX_LOOKUP, smmu, SMMU_RX_PRI_LOOKUP, pri_queue_lookup);
    WIRE(queue, PRI_QUEUE_TX_STATUS, smmu, SMMU_RX_PRI_STATUS, pri_queue_status);
    WIRE(queue, PRI_QUEUE_TX_INTERRUPT, smmu, SMMU_RX_PRI_INTERRUPT, pri_queue_interrupt);
    WIRE(queue, PRI_QUEUE_TX_ABORT, smmu, SMMU_RX_PRI_ABORT, pri_queue_abort);
}

struct machine *machine_open(void)
{
    struct machine *m = calloc(1, sizeof *m);
    struct scheduler *c = scheduler_open();
    if (!m || !c)
        exit(EXIT_FAILURE);
    configure(m);
    m->scheduler = c;
    m->outside_block = scheduler_add(c, outside_step, NULL, sizeof(struct outside));
    unsigned smmu = scheduler_add(c, smmu_edge, &m->smmu, smmu_state_size(&m->smmu));
    unsigned queue = scheduler_add(c, pri_queue_edge, &m->pri_queue, pri_queue_state_size(&m->pri_queue));
    unsigned memory = scheduler_add(c, memory_edge, &m->memory, interconnect_state_size(&m->memory));
    connect(c, m->outside_block, smmu, queue, memory);
    if (!scheduler_build(c))
        exit(EXIT_FAILURE);
    smmu_init(&m->smmu, scheduler_state(c, smmu));
    pri_queue_init(&m->pri_queue, scheduler_state(c, queue));
    interconnect_init(&m->memory, scheduler_state(c, memory));
    m->outside = scheduler_state(c, m->outside_block);
    return m;
}

void machine_close(struct machine *m)
{
    scheduler_close(m->scheduler);
    free(m);
}

static void tick(struct machine *m)
{
    m->now++;
    scheduler_run(m->scheduler, m->now);
}

static const uint8_t *reach(struct machine *m, bool memory, uint64_t address, bool write, uint64_t value, uint8_t size)
{
    struct outside *s = m->outside;
    s->access = (struct memory_request){.address = address, .size = size, .write = write};
    store_le64(s->access.data, value);
    s->to_memory = memory;
    s->has_access = true;
    s->has_answer = false;
    scheduler_wake(m->scheduler, m->outside_block, m->now + 1);
    while (!s->has_answer)
        tick(m);
    return s->answer.data;
}

uint32_t mmio_read(struct machine *m, uint32_t offset)
{
    return load_le32(reach(m, false, offset, false, 0, 4));
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
    return load_le64(reach(m, true, address, false, 0, 8));
}

void memory_store(struct machine *m, uint64_t address, uint64_t value)
{
    reach(m, true, address, true, value, 8);
}

bool interrupt_wait(struct machine *m, uint64_t cycles, uint32_t *data)
{
    struct outside *s = m->outside;
    for (cycle_t end = m->now + cycles; s->interrupts_seen == s->interrupts && m->now < end;)
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

void device_send(struct machine *m, const struct tlp *tlp)
{
    while (m->outside->has_up)
        tick(m);
    tlp_copy(&m->outside->up, tlp);
    m->outside->has_up = true;
    scheduler_wake(m->scheduler, m->outside_block, m->now + 1);
    tick(m);
}

const struct tlp *device_receive(struct machine *m, uint64_t cycles)
{
    struct outside *s = m->outside;
    for (cycle_t end = m->now + cycles; s->downs_seen == s->downs && m->now < end;)
        tick(m);
    return s->downs_seen == s->downs ? NULL : &s->down[s->downs_seen++ % KEPT];
}
