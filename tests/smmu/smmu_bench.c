/* SPDX-License-Identifier: Apache-2.0
 *
 * The bench of the SMMU's tests (smmu_bench.h).
 */
#include "tests/smmu/smmu_bench.h"

/* Steps the block, or leaves it alone at an edge at which nothing asks for it. */
static cycle_t step(const void *config, void *state, cycle_t now, struct ports *p)
{
    struct bench *b = state;
    uint64_t offered = p->rx_valid & ~b->last_rx_valid;
    uint64_t rose = p->tx_ready & ~b->last_tx_ready & p->tx_valid;
    if (b->leap && now > 0 && now < b->due && !(ports_arrived(p) | offered | rose))
        return b->due;
    b->steps++;
    uint64_t arrived = ports_arrived(p);
    b->due = smmu_step(config, b->state, now, p);
    b->last_rx_valid = p->rx_valid & ~arrived;
    b->last_tx_ready = p->tx_ready;
    return b->due;
}

struct bench *bench_open(void)
{
    struct bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    smmu_config_default(&b->config);
    b->latency = BENCH_MEMORY_LATENCY;
    b->fail_status = MEMORY_ABORT;
    return b;
}

void bench_built_least(struct bench *b)
{
    struct smmu_config *c = &b->config;
    c->s2p = c->httu = c->hyp = c->vmid16 = c->vmw = c->xnx = c->fwb = c->ril = c->had = c->stt = c->bbml = 0;
    c->gran16k = c->gran64k = 0;
    c->ns1ats = 0;
}

void bench_start(struct bench *b)
{
    static const size_t rx[SMMU_RX_PORTS] = {sizeof(struct tlp),
                                             sizeof(struct memory_response),
                                             sizeof(struct memory_response),
                                             sizeof(struct memory_request),
                                             sizeof(struct prg_response),
                                             sizeof(struct memory_request),
                                             sizeof(struct pri_queue_lookup),
                                             sizeof(struct pri_queue_status),
                                             sizeof(struct pri_queue_interrupt),
                                             sizeof(struct pri_queue_abort)};
    static const size_t tx[SMMU_TX_PORTS] = {sizeof(struct tlp),
                                             sizeof(struct memory_request),
                                             sizeof(struct memory_request),
                                             sizeof(struct memory_response),
                                             sizeof(struct page_request),
                                             sizeof(struct memory_response),
                                             sizeof(struct pri_queue_ppar),
                                             sizeof(struct pri_queue_control),
                                             sizeof(struct smmu_interrupt)};
    struct config_error error;
    ck_assert(smmu_config_check(&b->config, &error));
    b->state = malloc(smmu_state_size(&b->config));
    b->ram = calloc(1, BENCH_RAM_BYTES);
    ck_assert(b->state && b->ram);
    smmu_init(&b->config, b->state);
    b->rig = rig_open(step, &b->config, b);
    b->rig->ports.instance = 2;
    for (unsigned i = 0; i < SMMU_RX_PORTS; i++)
        rig_rx(b->rig, i, rx[i]);
    for (unsigned i = 0; i < SMMU_TX_PORTS; i++)
        rig_tx(b->rig, i, tx[i]);
    b->next_table = BENCH_TABLES;
}

void bench_close(struct bench *b)
{
    rig_close(b->rig);
    free(b->state);
    free(b->ram);
    free(b);
}

static void access_memory(struct bench *b, const struct memory_request *request, struct memory_response *response)
{
    *response = (struct memory_response){.id = request->id, .status = MEMORY_OK};
    uint64_t line = request->address & ~UINT64_C(63);
    ck_assert_uint_ge(request->size, 1);
    ck_assert_uint_eq((request->address + request->size - 1) & ~UINT64_C(63), line);
    uint64_t offset = request->address - BENCH_RAM;
    bool doorbell = request->write && request->address >> 12 == BENCH_DOORBELL >> 12;
    if ((b->fail_at && line == (b->fail_at & ~UINT64_C(63))) || (b->fail_word && request->address == b->fail_word) ||
        (!doorbell && offset >= BENCH_RAM_BYTES)) {
        response->status = b->fail_at || b->fail_word ? b->fail_status : MEMORY_ABORT;
    } else if (doorbell) {
        b->doorbells++;
        b->doorbell_data = load_le32(request->data);
        b->doorbell_address = request->address;
    } else if (request->write == MEMORY_SWAP) {
        ck_assert_uint_eq(request->size, 8);
        response->size = 8;
        memcpy(response->data, b->ram + offset, 8);
        b->swaps++;
        if (memcmp(b->ram + offset, request->data + 8, 8) == 0)
            memcpy(b->ram + offset, request->data, 8);
    } else if (request->write) {
        memcpy(b->ram + offset, request->data, request->size);
    } else {
        response->size = request->size;
        memcpy(response->data, b->ram + offset, request->size);
    }
}

/* A request taken at edge n is answered by a transfer at n + latency. */
static void play_memory(struct bench *b, unsigned tx, unsigned rx)
{
    struct rig_tx_port *port = &b->rig->tx[tx];
    while (b->seen[tx] < port->count && port->put[b->seen[tx]].taken != CYCLE_NEVER) {
        const struct rig_put *put = &port->put[b->seen[tx]++];
        struct memory_request request;
        memcpy(&request, put->payload, sizeof request);
        ck_assert_uint_lt(b->answers, BENCH_ANSWERS);
        struct bench_answer *answer = &b->answer[b->answers++];
        answer->at = put->taken + b->latency;
        answer->port = rx;
        access_memory(b, &request, &answer->response);
    }
}

static void play_pri_queue(struct bench *b)
{
    struct rig_tx_port *port = &b->rig->tx[SMMU_TX_PRI_CONTROL];
    while (b->seen[SMMU_TX_PRI_CONTROL] < port->count && port->put[b->seen[SMMU_TX_PRI_CONTROL]].taken != CYCLE_NEVER) {
        struct pri_queue_control control;
        memcpy(&control, port->put[b->seen[SMMU_TX_PRI_CONTROL]++].payload, sizeof control);
        struct pri_queue_status before = b->pri;
        if (control.what == PRI_QUEUE_PROD)
            b->pri.prod = (uint32_t)control.value;
        if (control.what == PRI_QUEUE_CONS)
            b->pri.cons = (uint32_t)control.value;
        if (control.what == PRI_QUEUE_ENABLE && !b->pri_mute)
            b->pri.enable_ack = control.value & 7;
        if (memcmp(&before, &b->pri, sizeof before) != 0)
            rig_offer(b->rig, SMMU_RX_PRI_STATUS, &b->pri);
    }
}

void bench_edge(struct bench *b)
{
    unsigned left = 0;
    for (unsigned i = 0; i < b->answers; i++) {
        if (b->answer[i].at <= b->rig->now)
            rig_offer(b->rig, b->answer[i].port, &b->answer[i].response);
        else
            b->answer[left++] = b->answer[i];
    }
    b->answers = left;
    rig_edge(b->rig);
    play_memory(b, SMMU_TX_MEMORY_REQUEST, SMMU_RX_MEMORY_RESPONSE);
    play_memory(b, SMMU_TX_DMA_REQUEST, SMMU_RX_DMA_RESPONSE);
    if (b->pri_queue)
        b->pri_queue(b->pri_context);
    else
        play_pri_queue(b);
}

void bench_run(struct bench *b, cycle_t edges)
{
    for (cycle_t i = 0; i < edges; i++)
        bench_edge(b);
}

static const struct memory_response *access_register(struct bench *b, uint32_t offset, bool write, uint64_t value,
                                                     uint8_t size)
{
    struct memory_request request = {.address = offset, .id = 7, .size = size, .write = write};
    store_le64(request.data, value);
    unsigned count = b->rig->tx[SMMU_TX_REGISTER_RESPONSE].count;
    rig_offer(b->rig, SMMU_RX_REGISTER, &request);
    for (unsigned i = 0; i < 2000 && b->rig->tx[SMMU_TX_REGISTER_RESPONSE].count == count; i++)
        bench_edge(b);
    const struct memory_response *response = rig_got(b->rig, SMMU_TX_REGISTER_RESPONSE, count);
    ck_assert_ptr_nonnull(response);
    ck_assert_uint_eq(response->id, 7);
    return response;
}

void bench_write(struct bench *b, uint32_t offset, uint32_t value)
{
    access_register(b, offset, true, value, 4);
}

void bench_write64(struct bench *b, uint32_t offset, uint64_t value)
{
    access_register(b, offset, true, value, 8);
}

uint32_t bench_read(struct bench *b, uint32_t offset)
{
    return load_le32(access_register(b, offset, false, 0, 4)->data);
}

uint64_t bench_read64(struct bench *b, uint32_t offset)
{
    return load_le64(access_register(b, offset, false, 0, 8)->data);
}

void bench_cr0(struct bench *b, uint32_t value)
{
    bench_write(b, SMMU_CR0, value);
    for (unsigned i = 0; i < 100 && bench_read(b, SMMU_CR0ACK) != value; i++)
        ;
    ck_assert_uint_eq(bench_read(b, SMMU_CR0ACK), value);
}

void bench_bring_up(struct bench *b)
{
    bench_write(b, SMMU_CR2, CR2_RECINVSID | CR2_PTM | CR2_REC_CFG_ATS);
    bench_write64(b, SMMU_STRTAB_BASE, BENCH_STRTAB);
    bench_write(b, SMMU_STRTAB_BASE_CFG, 6);
    bench_write64(b, SMMU_CMDQ_BASE, BENCH_CMDQ | BENCH_CMDQ_LOG2);
    bench_write64(b, SMMU_EVENTQ_BASE, BENCH_EVENTQ | BENCH_EVENTQ_LOG2);
    bench_ste(b, BENCH_SID, bench_ste0(4), bench_ste1());
    bench_cr0(b, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN | (b->config.pri ? CR0_PRIQEN : 0) |
                     (b->config.ats ? CR0_ATSCHK : 0));
}

uint64_t bench_load(const struct bench *b, uint64_t address)
{
    ck_assert(address >= BENCH_RAM && address - BENCH_RAM <= BENCH_RAM_BYTES - 8);
    return load_le64(b->ram + (address - BENCH_RAM));
}

void bench_store(struct bench *b, uint64_t address, uint64_t value)
{
    ck_assert(address >= BENCH_RAM && address - BENCH_RAM <= BENCH_RAM_BYTES - 8);
    store_le64(b->ram + (address - BENCH_RAM), value);
}

uint64_t bench_ste0(unsigned s1cdmax)
{
    return bits_put(1, STE0_V) | bits_put(STE_CONFIG_S1, STE0_CONFIG) | BENCH_CDTAB | bits_put(s1cdmax, STE0_S1CDMAX);
}

uint64_t bench_ste1(void)
{
    return bits_put(S1DSS_TERMINATE, STE1_S1DSS) | bits_put(EATS_FULL, STE1_EATS);
}

void bench_ste(struct bench *b, uint32_t sid, uint64_t dw0, uint64_t dw1)
{
    bench_store(b, BENCH_STRTAB + sid * STE_BYTES, dw0);
    bench_store(b, BENCH_STRTAB + sid * STE_BYTES + 8, dw1);
}

uint64_t bench_cd0(uint32_t asid)
{
    return bits_put(1, CD0_V) | bits_put(1, CD0_AA64) | bits_put(16, CD0_T0SZ) | bits_put(1, CD0_EPD1) |
           bits_put(5, CD0_IPS) | bits_put(1, CD0_R) | bits_put(1, CD0_A) | bits_put(asid, CD0_ASID);
}

void bench_cd(struct bench *b, uint32_t ssid, uint64_t dw0, uint64_t ttb0)
{
    bench_store(b, BENCH_CDTAB + ssid * CD_BYTES, dw0);
    bench_store(b, BENCH_CDTAB + ssid * CD_BYTES + 8, ttb0);
}

uint64_t bench_table(struct bench *b)
{
    uint64_t table = b->next_table;
    b->next_table += 4096;
    ck_assert_uint_le(b->next_table, BENCH_PAGES);
    return table;
}

uint64_t bench_map(struct bench *b, uint64_t ttb0, uint64_t va, unsigned size_log2, uint64_t descriptor)
{
    uint64_t table = ttb0;
    for (unsigned shift = 39;; shift -= 9) {
        uint64_t at = table + (va >> shift & 511) * 8;
        if (shift == size_log2) {
            bench_store(b, at, descriptor);
            return at;
        }
        if (!(bench_load(b, at) & 1))
            bench_store(b, at, bench_table(b) | 3);
        table = bench_load(b, at) & DESC_ADDRESS;
    }
}

uint64_t bench_leaf(uint64_t output, unsigned size_log2)
{
    return output | bits_put(1, DESC_VALID) | bits_put(size_log2 == 12, DESC_TABLE) | bits_put(AP_RW, DESC_AP) |
           bits_put(1, DESC_AF) | bits_put(1, DESC_NG);
}

void bench_command(struct bench *b, uint64_t dw0, uint64_t dw1)
{
    uint64_t at = BENCH_CMDQ + (b->cmdq_prod & ((1 << BENCH_CMDQ_LOG2) - 1)) * COMMAND_BYTES;
    bench_store(b, at, dw0);
    bench_store(b, at + 8, dw1);
    b->cmdq_prod = (b->cmdq_prod + 1) & ((2 << BENCH_CMDQ_LOG2) - 1);
    bench_write(b, SMMU_CMDQ_PROD, b->cmdq_prod);
}

bool bench_commands_done(struct bench *b, cycle_t limit)
{
    for (cycle_t end = b->rig->now + limit; b->rig->now < end;)
        if (bench_read(b, SMMU_CMDQ_CONS) == b->cmdq_prod)
            return true;
    return false;
}

void bench_sync(struct bench *b)
{
    bench_command(b, CMDQ_OP_SYNC, 0);
    ck_assert(bench_commands_done(b, 2000));
}

void bench_up(struct bench *b, const struct tlp *tlp)
{
    rig_offer(b->rig, SMMU_RX_UP, tlp);
}

struct tlp bench_memory_tlp(enum tlp_type type, enum tlp_at at, uint64_t address, unsigned size)
{
    struct tlp tlp = {.head = {.address = address,
                               .id = 0x06000001,
                               .requester_id = BENCH_SID,
                               .tag = 5,
                               .size = (uint16_t)size,
                               .type = (uint8_t)type,
                               .at = (uint8_t)at}};
    return tlp;
}

struct tlp bench_request(uint64_t address, int pasid, unsigned flags)
{
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_TRANSLATION_REQUEST, address, 8);
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    return tlp;
}

const struct tlp *bench_ask(struct bench *b, const struct tlp *tlp)
{
    unsigned count = b->rig->tx[SMMU_TX_DOWN].count;
    bench_up(b, tlp);
    for (unsigned i = 0; i < 1000 && b->rig->tx[SMMU_TX_DOWN].count == count; i++)
        bench_edge(b);
    const struct tlp *answer = rig_got(b->rig, SMMU_TX_DOWN, count);
    ck_assert_ptr_nonnull(answer);
    return answer;
}

uint64_t bench_entry(const struct tlp *tlp)
{
    ck_assert_uint_eq(tlp->head.type, TLP_COMPLETION_DATA);
    ck_assert_uint_eq(tlp->head.status, TLP_SC);
    ck_assert_uint_eq(tlp->head.size, 8);
    return (uint64_t)load_le32(tlp->data) << 32 | load_le32(tlp->data + 4);
}

void bench_event(const struct bench *b, unsigned n, uint64_t dw[4])
{
    for (unsigned i = 0; i < 4; i++)
        dw[i] = bench_load(b, BENCH_EVENTQ + n * EVENT_RECORD_BYTES + i * 8);
}

uint32_t bench_events(struct bench *b)
{
    return bench_read(b, SMMU_EVENTQ_PROD);
}
