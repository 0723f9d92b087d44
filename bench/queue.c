/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run of the PRI queue alone: `prisim_queue_bench written|pps|ppar REQUESTS`. The queue is driven at its
 * struct prisim_ports; memory, SMMU and software are played here and answer at the next edge. Edges at which neither
 * the queue nor a channel has anything to do are leapt over. It prints what the run did as one JSON object and exits
 * with 2 if the queue did anything else than it should; how many instructions that took is counted from outside
 * (bench/run).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/bits.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"

enum {
    SIZE_LOG2 = 10,
    SLOTS = 1 << SIZE_LOG2,
    PRG_INDICES = 512,
    STREAM = 7,
    PASID = 5,
    PAGE_LOG2 = 12,
    PATIENCE = 1000 /* steps without an end, per request */
};

static const uint64_t BASE = 0x100000; /* of the queue in memory */

/* SMMU-PRIENTRY: the first word of every record here: StreamID, SubstreamID, R, W, L, SSV; no X, no Priv. The second
 * one is the page's address with the PRG index in its low bits. */
static const uint64_t FIRST_WORD = STREAM | (uint64_t)PASID << 32 | UINT64_C(0xf) << 60;

struct bench {
    struct prisim_pri_queue_config config;
    struct prisim_pri_queue *state;
    struct prisim_ports ports;
    prisim_cycle_t now, wake;
    bool idle; /* nothing happens any more, unless somebody offers something */
    uint64_t steps;

    /* What the queue is shown. */
    struct prisim_page_request request;
    struct prisim_memory_response written;
    struct prisim_pri_queue_ppar ppar;
    struct prisim_pri_queue_control control;

    /* What it shows. */
    struct prisim_prg_response response;
    struct prisim_memory_request write;
    struct prisim_pri_queue_lookup lookup;
    struct prisim_pri_queue_status status;
    struct prisim_pri_queue_interrupt interrupt;
    struct prisim_pri_queue_abort abort;
    struct prisim_pri_queue_decision decision;
    struct prisim_pri_queue_commit commit;

    uint64_t to_send;  /* requests that are still to be offered, the one on offer included */
    uint64_t sent;     /* requests taken: names the next one */
    uint64_t answered; /* automatic responses */
    uint64_t lookups, interrupts;
    uint32_t prod, cons; /* as software knows them */
    uint32_t read;       /* records read, ever */
    uint8_t memory[SLOTS * PRISIM_PRI_QUEUE_RECORD_BYTES];
};

static void fail(const char *what)
{
    fprintf(stderr, "prisim_queue_bench: %s\n", what);
    exit(2);
}

/* Every rx payload has one place: it is written after the queue's step, when the one before has been read. */
static void offer(struct bench *b, unsigned rx)
{
    b->ports.rx_valid |= UINT64_C(1) << rx;
}

static void name_request(struct bench *b)
{
    b->request.address = b->sent << PAGE_LOG2;
    b->request.prg_index = (uint16_t)(b->sent % PRG_INDICES);
}

static void send(struct bench *b, uint64_t requests)
{
    b->to_send = requests;
    name_request(b);
    offer(b, PRISIM_PRI_QUEUE_RX_REQUEST);
}

static void take_write(struct bench *b)
{
    uint64_t at = b->write.address - BASE;
    if (at > sizeof b->memory - PRISIM_PRI_QUEUE_RECORD_BYTES || b->write.size != PRISIM_PRI_QUEUE_RECORD_BYTES)
        fail("a write outside the queue");
    memcpy(b->memory + at, b->write.data, PRISIM_PRI_QUEUE_RECORD_BYTES);
}

static void take_response(struct bench *b)
{
    if (b->response.code != PRISIM_PRG_SUCCESS || b->response.stream_id != STREAM || !b->response.has_pasid ||
        b->response.pasid != PASID || b->response.prg_index != (SLOTS + b->answered) % PRG_INDICES)
        fail("a wrong response");
    b->answered++;
}

/* What the queue published at the edge before; everybody here is always ready. */
static void take(struct bench *b, uint64_t shown)
{
    if (shown >> PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST & 1)
        take_write(b);
    if (shown >> PRISIM_PRI_QUEUE_TX_STATUS & 1)
        b->prod = b->status.prod;
    const uint64_t rare =
        1 << PRISIM_PRI_QUEUE_TX_RESPONSE | 1 << PRISIM_PRI_QUEUE_TX_INTERRUPT | 1 << PRISIM_PRI_QUEUE_TX_ABORT;
    if (!(shown & rare))
        return;
    if (shown >> PRISIM_PRI_QUEUE_TX_RESPONSE & 1)
        take_response(b);
    if (shown >> PRISIM_PRI_QUEUE_TX_INTERRUPT & 1)
        b->interrupts++;
    if (shown >> PRISIM_PRI_QUEUE_TX_ABORT & 1)
        fail("an abort");
}

/* What is shown to the queue at the next edge. `write_id` is that of the write taken at this one. */
static void answer(struct bench *b, uint64_t shown, uint64_t arrived, uint32_t write_id)
{
    struct prisim_ports *p = &b->ports;
    p->rx_valid &= ~arrived;
    if (arrived >> PRISIM_PRI_QUEUE_RX_REQUEST & 1) {
        b->sent++;
        if (--b->to_send) {
            name_request(b);
            offer(b, PRISIM_PRI_QUEUE_RX_REQUEST);
        }
    }
    if (shown >> PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST & 1) {
        b->written.id = write_id;
        offer(b, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE);
    }
    if (shown >> PRISIM_PRI_QUEUE_TX_LOOKUP & 1) {
        b->lookups++;
        offer(b, PRISIM_PRI_QUEUE_RX_LOOKUP);
    }
}

/* One edge; then the time of the next one that anybody needs. */
static inline void edge(struct bench *b)
{
    struct prisim_ports *p = &b->ports;
    uint64_t shown = p->tx_valid, arrived = prisim_ports_arrived(p);
    uint32_t write_id = b->write.id;
    if (shown)
        take(b, shown);
    p->put = 0;
    if (arrived || b->now >= b->wake) {
        b->steps++;
        b->wake = prisim_pri_queue_step(&b->config, b->state, b->now, p);
    }
    p->tx_valid = p->put;
    p->rx_ready = p->ready;
    if (shown | arrived)
        answer(b, shown, arrived, write_id);
    b->idle = !p->tx_valid && !prisim_ports_arrived(p) && b->wake == PRISIM_CYCLE_NEVER;
    b->now = p->tx_valid || prisim_ports_arrived(p) || b->idle ? b->now + 1 : b->wake;
}

/* Until nothing is under way any more. */
static void settle(struct bench *b, uint64_t requests)
{
    uint64_t last = b->steps + requests * PATIENCE;
    do
        edge(b);
    while (!b->idle && b->steps < last);
    if (!b->idle || b->to_send)
        fail("the queue does not come to rest");
}

static void control(struct bench *b, enum prisim_pri_queue_control_what what, uint64_t value)
{
    b->control = (struct prisim_pri_queue_control){.what = (uint8_t)what, .value = value};
    offer(b, PRISIM_PRI_QUEUE_RX_CONTROL);
    settle(b, 1);
}

static void check_record(struct bench *b, uint32_t index)
{
    const uint8_t *record = b->memory + (size_t)(index % SLOTS) * PRISIM_PRI_QUEUE_RECORD_BYTES;
    uint64_t second_word = (uint64_t)b->read << PAGE_LOG2 | b->read % PRG_INDICES;
    if (prisim_load_le64(record) != FIRST_WORD || prisim_load_le64(record + 8) != second_word)
        fail("a wrong record");
    b->read++;
}

/* Software: what PROD says is there is read and checked; then CONS is written, once. */
static void consume(struct bench *b)
{
    while (b->cons != b->prod) {
        check_record(b, b->cons);
        b->cons = (b->cons + 1) % (2 * SLOTS);
    }
    control(b, PRISIM_PRI_QUEUE_CONS, b->cons);
}

static void fill(struct bench *b)
{
    send(b, SLOTS);
    settle(b, SLOTS);
}

/* What is measured; a function of its own, so that a profiler can count inside it alone. */
__attribute__((noinline)) static void measured(struct bench *b, bool overflow, uint64_t requests)
{
    if (overflow) {
        send(b, requests);
        settle(b, requests);
        return;
    }
    for (uint64_t round = 0; round < requests / SLOTS; round++) {
        fill(b);
        consume(b);
    }
}

static void join(struct bench *b)
{
    void *const tx[PRISIM_PRI_QUEUE_TX_PORTS] = {&b->response,  &b->write, &b->lookup,   &b->status,
                                                 &b->interrupt, &b->abort, &b->decision, &b->commit};
    memcpy(b->ports.tx, tx, sizeof tx);
    b->ports.rx[PRISIM_PRI_QUEUE_RX_REQUEST] = &b->request;
    b->ports.rx[PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE] = &b->written;
    b->ports.rx[PRISIM_PRI_QUEUE_RX_LOOKUP] = &b->ppar;
    b->ports.rx[PRISIM_PRI_QUEUE_RX_CONTROL] = &b->control;
    b->ports.tx_ready = (UINT64_C(1) << PRISIM_PRI_QUEUE_TX_PORTS) - 1;
}

static void start(struct bench *b)
{
    struct prisim_config_error error;
    if (!prisim_pri_queue_config_check(&b->config, &error))
        fail(error.field);
    b->state = malloc(prisim_pri_queue_state_size(&b->config));
    if (!b->state)
        fail("no memory");
    prisim_pri_queue_init(&b->config, b->state);
    join(b);
    b->request = (struct prisim_page_request){.stream_id = STREAM,
                                              .pasid = PASID,
                                              .has_pasid = 1,
                                              .access = PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST};
    b->ppar = (struct prisim_pri_queue_ppar){.reachable = 1, .ppar = 1};
    control(b, PRISIM_PRI_QUEUE_BASE, BASE | SIZE_LOG2);
    control(b, PRISIM_PRI_QUEUE_ENABLE,
            PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN | PRISIM_PRI_QUEUE_ENABLE_IRQEN);
}

static void check_end(const struct bench *b, bool overflow, uint64_t requests, uint64_t lookups)
{
    uint64_t rounds = overflow ? 1 : requests / SLOTS;
    uint32_t prod = (uint32_t)(rounds * SLOTS % (2 * SLOTS)) | (overflow ? PRISIM_PRI_QUEUE_OVFLG : 0);
    if (b->prod != prod || b->read != (overflow ? 0 : requests) || b->interrupts != rounds ||
        b->answered != (overflow ? requests : 0) || b->lookups != lookups)
        fail("not every request became what it should");
}

int main(int argc, char **argv)
{
    static struct bench b;
    static struct prisim_probe probe; /* its mask is 0: no events */
    bool overflow = argc == 3 && strcmp(argv[1], "written") != 0;
    bool pps = argc == 3 && strcmp(argv[1], "pps") == 0;
    if (argc != 3 || (overflow && !pps && strcmp(argv[1], "ppar") != 0))
        fail("usage: prisim_queue_bench written|pps|ppar REQUESTS");
    uint64_t requests = (uint64_t)strtoull(argv[2], NULL, 10) / SLOTS * SLOTS;
    if (!requests)
        fail("REQUESTS is a multiple of 1024");
    prisim_ports_init(&b.ports, &probe, 0);
    prisim_pri_queue_config_default(&b.config);
    b.config.accept_interval = 1;
    b.config.pps = pps;
    start(&b);
    if (overflow)
        fill(&b);
    uint64_t steps = b.steps;
    prisim_cycle_t from = b.now;
    measured(&b, overflow, requests);
    check_end(&b, overflow, requests, overflow && !pps ? requests : 0);
    printf("{\"requests\": %llu, \"steps\": %llu, \"cycles\": %llu}\n", (unsigned long long)requests,
           (unsigned long long)(b.steps - steps), (unsigned long long)(b.now - from));
    free(b.state);
    return 0;
}
