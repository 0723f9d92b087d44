/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzzer of the SMMU and its PRI queue: the input draws a configuration and says what everybody around does
 * (environment.h). After it memory works again, nothing is held, and software turns the SMMU off: then everything must
 * come to rest, and every read and register access must have been answered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/core/scheduler.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "tests/fuzz/environment.h"

enum { INPUT_MAX = 4096, HEAD = 4, REST = 3000000 };
enum { ENVIRONMENT, SMMU, QUEUE };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static prisim_cycle_t step_environment(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return environment_step(config, state, now, ports);
}

static prisim_cycle_t step_smmu(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_smmu_step(config, state, now, ports);
}

static prisim_cycle_t step_queue(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_pri_queue_step(config, state, now, ports);
}

static void connect_all(struct prisim_scheduler *c)
{
    static const struct {
        uint8_t from, tx, to, rx;
        size_t payload;
    } wire[] = {
        {ENVIRONMENT, ENVIRONMENT_TX_UP, SMMU, PRISIM_SMMU_RX_UP, sizeof(struct prisim_tlp)},
        {ENVIRONMENT, ENVIRONMENT_TX_MEMORY, SMMU, PRISIM_SMMU_RX_MEMORY_RESPONSE,
         sizeof(struct prisim_memory_response)},
        {ENVIRONMENT, ENVIRONMENT_TX_DMA, SMMU, PRISIM_SMMU_RX_DMA_RESPONSE, sizeof(struct prisim_memory_response)},
        {ENVIRONMENT, ENVIRONMENT_TX_REGISTER, SMMU, PRISIM_SMMU_RX_REGISTER, sizeof(struct prisim_memory_request)},
        {SMMU, PRISIM_SMMU_TX_DOWN, ENVIRONMENT, ENVIRONMENT_RX_DOWN, sizeof(struct prisim_tlp)},
        {SMMU, PRISIM_SMMU_TX_MEMORY_REQUEST, ENVIRONMENT, ENVIRONMENT_RX_MEMORY, sizeof(struct prisim_memory_request)},
        {SMMU, PRISIM_SMMU_TX_DMA_REQUEST, ENVIRONMENT, ENVIRONMENT_RX_DMA, sizeof(struct prisim_memory_request)},
        {SMMU, PRISIM_SMMU_TX_REGISTER_RESPONSE, ENVIRONMENT, ENVIRONMENT_RX_REGISTER,
         sizeof(struct prisim_memory_response)},
        {SMMU, PRISIM_SMMU_TX_INTERRUPT, ENVIRONMENT, ENVIRONMENT_RX_INTERRUPT, sizeof(struct prisim_smmu_interrupt)},
        {SMMU, PRISIM_SMMU_TX_PRI_REQUEST, QUEUE, PRISIM_PRI_QUEUE_RX_REQUEST, sizeof(struct prisim_page_request)},
        {SMMU, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, QUEUE, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE,
         sizeof(struct prisim_memory_response)},
        {SMMU, PRISIM_SMMU_TX_PRI_LOOKUP, QUEUE, PRISIM_PRI_QUEUE_RX_LOOKUP, sizeof(struct prisim_pri_queue_ppar)},
        {SMMU, PRISIM_SMMU_TX_PRI_CONTROL, QUEUE, PRISIM_PRI_QUEUE_RX_CONTROL, sizeof(struct prisim_pri_queue_control)},
        {QUEUE, PRISIM_PRI_QUEUE_TX_RESPONSE, SMMU, PRISIM_SMMU_RX_PRI_RESPONSE, sizeof(struct prisim_prg_response)},
        {QUEUE, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, SMMU, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST,
         sizeof(struct prisim_memory_request)},
        {QUEUE, PRISIM_PRI_QUEUE_TX_LOOKUP, SMMU, PRISIM_SMMU_RX_PRI_LOOKUP, sizeof(struct prisim_pri_queue_lookup)},
        {QUEUE, PRISIM_PRI_QUEUE_TX_STATUS, SMMU, PRISIM_SMMU_RX_PRI_STATUS, sizeof(struct prisim_pri_queue_status)},
        {QUEUE, PRISIM_PRI_QUEUE_TX_INTERRUPT, SMMU, PRISIM_SMMU_RX_PRI_INTERRUPT,
         sizeof(struct prisim_pri_queue_interrupt)},
        {QUEUE, PRISIM_PRI_QUEUE_TX_ABORT, SMMU, PRISIM_SMMU_RX_PRI_ABORT, sizeof(struct prisim_pri_queue_abort)},
    };
    for (size_t i = 0; i < sizeof wire / sizeof wire[0]; i++)
        prisim_scheduler_connect(c, wire[i].from, wire[i].tx, wire[i].to, wire[i].rx, wire[i].payload);
}

/* What is drawn must be something that can be built. */
static void draw_config(const uint8_t *head, struct prisim_smmu_config *smmu, struct prisim_pri_queue_config *queue)
{
    prisim_smmu_config_default(smmu);
    prisim_pri_queue_config_default(queue);
    smmu->register_latency = 1 + head[0] % 16;
    smmu->ack_latency = 1 + head[0] / 16;
    smmu->atc_inv_timeout = 1000;
    smmu->translation_slots = 1 + head[1] % 16;
    smmu->tlb_entries = head[1] & 0x10 ? 8 : 0;
    smmu->walk_entries = head[1] & 0x20 ? 8 : 0;
    smmu->config_entries = head[1] & 0x40 ? 4 : 0;
    smmu->ssid_bits = head[2] & 2 ? 0 : 20;
    smmu->pps = queue->pps = head[2] & 1 && smmu->ssid_bits > 0;
    queue->accept_interval = 1 + (head[2] >> 2 & 7);
    smmu->ipa_entries = head[1] & 0x80 ? 8 : 0;
    smmu->micro_tlb_entries = head[2] & 0x20 ? 4 : 0;
    smmu->walk_s2_entries = smmu->walk_l1_entries = head[2] & 0x40 ? 8 : 0;
    smmu->command_lines = 1 + (head[2] >> 7);
    smmu->cons_batch = 1 + (head[3] >> 2 & 3);
    struct prisim_smmu_config more = *smmu;
    struct prisim_config_error error;
    if (head[3] & 1) {
        more.stall_model = 0;
        more.stall_max = 1 + head[3] / 32;
        if (prisim_smmu_config_check(&more, &error))
            *smmu = more;
        more = *smmu;
    }
    if (head[3] & 2) {
        more.s2p = more.xnx = more.hyp = more.vmid16 = more.stt = more.ril = more.st_level = more.cd2l = 1;
        more.ns1ats = 0;
        if (prisim_smmu_config_check(&more, &error))
            *smmu = more;
    }
    queue->size_log2_max = smmu->priq_log2_max;
    queue->pasid_supported = smmu->ssid_bits > 0;
    queue->msi_supported = smmu->msi;
}

/* What software does in the end. */
static size_t append_end(uint8_t *to)
{
    size_t n = 0;
    for (unsigned i = 0; i < ENVIRONMENT_LINES; i++) {
        const uint8_t healed[] = {DO_ABORT, (uint8_t)i, 0, 0};
        memcpy(to + n, healed, sizeof healed);
        n += sizeof healed;
    }
    /* CR0 is the first of the known registers: 0 in 4 bytes. */
    static const uint8_t off[] = {DO_LATENCY, 0, 0, DO_WAIT, 255, DO_WRITE, 0, 0, 0, 0, 0, DO_WAIT, 255};
    memcpy(to + n, off, sizeof off);
    return n + sizeof off;
}

static void fail(const char *what)
{
    fprintf(stderr, "fuzz_smmu: %s\n", what);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[INPUT_MAX + 128];
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config queue;
    struct prisim_config_error error;
    if (size < HEAD || size > INPUT_MAX)
        return 0;
    draw_config(data, &smmu, &queue);
    assert(prisim_smmu_config_check(&smmu, &error) && prisim_pri_queue_config_check(&queue, &error));
    struct environment what = {bytes, size - HEAD, size - HEAD};
    memcpy(bytes, data + HEAD, what.input);
    what.size += append_end(bytes + what.input);
    struct prisim_scheduler *c = prisim_scheduler_open();
    assert(c);
    prisim_scheduler_add(c, step_environment, &what, sizeof(struct environment_state));
    prisim_scheduler_add(c, step_smmu, &smmu, prisim_smmu_state_size(&smmu));
    prisim_scheduler_add(c, step_queue, &queue, prisim_pri_queue_state_size(&queue));
    connect_all(c);
    bool built = prisim_scheduler_build(c);
    assert(built);
    struct environment_state *s = prisim_scheduler_state(c, ENVIRONMENT);
    environment_init(s);
    prisim_smmu_init(&smmu, prisim_scheduler_state(c, SMMU));
    prisim_pri_queue_init(&queue, prisim_scheduler_state(c, QUEUE));
    prisim_scheduler_run(c, REST);
    if (s->cursor < what.size)
        fail("the input is not taken");
    if (!prisim_scheduler_idle(c))
        fail("it does not come to rest");
    if (s->registers != s->register_responses)
        fail("a register access is not answered");
    if (s->requests != s->completions)
        fail("reads and completions do not balance");
    prisim_scheduler_close(c);
    return 0;
}
