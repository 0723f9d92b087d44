/* SPDX-License-Identifier: Apache-2.0
 *
 * The harness of the SMMU's tests (smmu_harness.h).
 */
#include "tests/smmu/smmu_harness.h"

struct smmu_harness *smmu_harness_open(void)
{
    struct smmu_harness *h = calloc(1, sizeof *h);
    ck_assert_ptr_nonnull(h);
    prisim_smmu_config_default(&h->config);
    h->latency = HARNESS_MEMORY_LATENCY;
    h->fail_status = PRISIM_MEMORY_ABORT;
    return h;
}

void smmu_harness_built_least(struct smmu_harness *h)
{
    struct prisim_smmu_config *c = &h->config;
    c->s2p = c->httu = c->hyp = c->vmid16 = c->vmw = c->xnx = c->fwb = c->ril = c->had = c->stt = c->bbml = 0;
    c->gran16k = c->gran64k = 0;
    c->ns1ats = 0;
}

void smmu_harness_start(struct smmu_harness *h)
{
    struct prisim_config_error error;
    ck_assert(prisim_smmu_config_check(&h->config, &error));
    h->state = malloc(prisim_smmu_state_size(&h->config));
    h->ram = harness_room(HARNESS_RAM_BYTES);
    ck_assert(h->state && h->ram);
    prisim_smmu_init(&h->config, h->state);
    h->base = harness_open(smmu_harness_step, &h->config, h->state);
    h->base->leap = h->leap;
    h->base->ports.instance = 2;
    smmu_harness_ports(h->base);
    h->next_table = HARNESS_TABLES;
}

void smmu_harness_close(struct smmu_harness *h)
{
    harness_close(h->base);
    free(h->state);
    if (h->ram) {
        for (unsigned i = 0; i < HARNESS_RAM_BYTES / HARNESS_RAM_PAGE; i++)
            if (h->written[i])
                memset(h->ram + i * HARNESS_RAM_PAGE, 0, HARNESS_RAM_PAGE);
        harness_room_back(h->ram, HARNESS_RAM_BYTES);
    }
    free(h);
}

/* What is to be written there, in one page. */
static uint8_t *at(struct smmu_harness *h, uint64_t offset)
{
    h->written[offset / HARNESS_RAM_PAGE] = true;
    return h->ram + offset;
}

static void access_memory(struct smmu_harness *h, const struct prisim_memory_request *request,
                          struct prisim_memory_response *response)
{
    *response = (struct prisim_memory_response){.id = request->id, .status = PRISIM_MEMORY_OK};
    uint64_t line = request->address & ~UINT64_C(63);
    ck_assert_uint_ge(request->size, 1);
    ck_assert_uint_eq((request->address + request->size - 1) & ~UINT64_C(63), line);
    uint64_t offset = request->address - HARNESS_RAM;
    bool doorbell = request->write && request->address >> 12 == HARNESS_DOORBELL >> 12;
    if ((h->fail_at && line == (h->fail_at & ~UINT64_C(63))) || (h->fail_word && request->address == h->fail_word) ||
        (!doorbell && offset >= HARNESS_RAM_BYTES)) {
        response->status = h->fail_at || h->fail_word ? h->fail_status : PRISIM_MEMORY_ABORT;
    } else if (doorbell) {
        h->doorbells++;
        h->doorbell_data = prisim_load_le32(request->data);
        h->doorbell_address = request->address;
    } else if (request->write == PRISIM_MEMORY_SWAP) {
        ck_assert_uint_eq(request->size, 8);
        response->size = 8;
        memcpy(response->data, h->ram + offset, 8);
        h->swaps++;
        if (memcmp(h->ram + offset, request->data + 8, 8) == 0)
            memcpy(at(h, offset), request->data, 8);
    } else if (request->write) {
        memcpy(at(h, offset), request->data, request->size);
    } else {
        response->size = request->size;
        memcpy(response->data, h->ram + offset, request->size);
    }
}

/* A request taken at edge n is answered by a transfer at n + latency. */
static void play_memory(struct smmu_harness *h, unsigned tx, unsigned rx)
{
    for (const struct prisim_memory_request *request; (request = harness_taken(h->base, tx));) {
        ck_assert_uint_lt(h->answers, HARNESS_ANSWERS);
        struct smmu_harness_answer *answer = &h->answer[h->answers++];
        answer->at = h->base->now - 1 + h->latency;
        answer->port = rx;
        access_memory(h, request, &answer->response);
    }
}

static void play_pri_queue(struct smmu_harness *h)
{
    for (const struct prisim_pri_queue_control *control;
         (control = harness_taken(h->base, PRISIM_SMMU_TX_PRI_CONTROL));) {
        struct prisim_pri_queue_status before = h->pri;
        if (control->what == PRISIM_PRI_QUEUE_PROD)
            h->pri.prod = (uint32_t)control->value;
        if (control->what == PRISIM_PRI_QUEUE_CONS)
            h->pri.cons = (uint32_t)control->value;
        if (control->what == PRISIM_PRI_QUEUE_ENABLE && !h->pri_mute)
            h->pri.enable_ack = control->value & 7;
        if (memcmp(&before, &h->pri, sizeof before) != 0)
            harness_offer(h->base, PRISIM_SMMU_RX_PRI_STATUS, &h->pri);
    }
}

void smmu_harness_edge(struct smmu_harness *h)
{
    unsigned left = 0;
    for (unsigned i = 0; i < h->answers; i++) {
        if (h->answer[i].at <= h->base->now)
            harness_offer(h->base, h->answer[i].port, &h->answer[i].response);
        else
            h->answer[left++] = h->answer[i];
    }
    h->answers = left;
    harness_edge(h->base);
    play_memory(h, PRISIM_SMMU_TX_MEMORY_REQUEST, PRISIM_SMMU_RX_MEMORY_RESPONSE);
    play_memory(h, PRISIM_SMMU_TX_DMA_REQUEST, PRISIM_SMMU_RX_DMA_RESPONSE);
    if (h->pri_queue)
        h->pri_queue(h->pri_context);
    else
        play_pri_queue(h);
}

void smmu_harness_run(struct smmu_harness *h, prisim_cycle_t edges)
{
    for (prisim_cycle_t i = 0; i < edges; i++)
        smmu_harness_edge(h);
}

static const struct prisim_memory_response *access_register(struct smmu_harness *h, uint32_t offset, bool write,
                                                            uint64_t value, uint8_t size)
{
    struct prisim_memory_request request = {.address = offset, .id = 7, .size = size, .write = write};
    prisim_store_le64(request.data, value);
    unsigned count = h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count;
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
    for (unsigned i = 0; i < 2000 && h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count == count; i++)
        smmu_harness_edge(h);
    const struct prisim_memory_response *response = harness_got(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, count);
    ck_assert_ptr_nonnull(response);
    ck_assert_uint_eq(response->id, 7);
    return response;
}

void smmu_harness_write(struct smmu_harness *h, uint32_t offset, uint32_t value)
{
    access_register(h, offset, true, value, 4);
}

void smmu_harness_write64(struct smmu_harness *h, uint32_t offset, uint64_t value)
{
    access_register(h, offset, true, value, 8);
}

uint32_t smmu_harness_read(struct smmu_harness *h, uint32_t offset)
{
    return prisim_load_le32(access_register(h, offset, false, 0, 4)->data);
}

uint64_t smmu_harness_read64(struct smmu_harness *h, uint32_t offset)
{
    return prisim_load_le64(access_register(h, offset, false, 0, 8)->data);
}

void smmu_harness_cr0(struct smmu_harness *h, uint32_t value)
{
    smmu_harness_write(h, PRISIM_SMMU_CR0, value);
    for (unsigned i = 0; i < 100 && smmu_harness_read(h, PRISIM_SMMU_CR0ACK) != value; i++)
        ;
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), value);
}

void smmu_harness_bring_up(struct smmu_harness *h)
{
    smmu_harness_write(h, PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID | PRISIM_CR2_PTM | PRISIM_CR2_REC_CFG_ATS);
    smmu_harness_write64(h, PRISIM_SMMU_STRTAB_BASE, HARNESS_STRTAB);
    smmu_harness_write(h, PRISIM_SMMU_STRTAB_BASE_CFG, 6);
    smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, HARNESS_CMDQ | HARNESS_CMDQ_LOG2);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_BASE, HARNESS_EVENTQ | HARNESS_EVENTQ_LOG2);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN |
                            (h->config.pri ? PRISIM_CR0_PRIQEN : 0) | (h->config.ats ? PRISIM_CR0_ATSCHK : 0));
}

uint64_t smmu_harness_load(const struct smmu_harness *h, uint64_t address)
{
    ck_assert(address >= HARNESS_RAM && address - HARNESS_RAM <= HARNESS_RAM_BYTES - 8);
    return prisim_load_le64(h->ram + (address - HARNESS_RAM));
}

void smmu_harness_store(struct smmu_harness *h, uint64_t address, uint64_t value)
{
    ck_assert(address >= HARNESS_RAM && address - HARNESS_RAM <= HARNESS_RAM_BYTES - 8);
    prisim_store_le64(at(h, address - HARNESS_RAM), value);
}

uint64_t smmu_harness_ste0(unsigned s1cdmax)
{
    return prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
           HARNESS_CDTAB | prisim_bits_put(s1cdmax, PRISIM_STE0_S1CDMAX);
}

uint64_t smmu_harness_ste1(void)
{
    return prisim_bits_put(PRISIM_S1DSS_TERMINATE, PRISIM_STE1_S1DSS) |
           prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS);
}

void smmu_harness_ste(struct smmu_harness *h, uint32_t sid, uint64_t dw0, uint64_t dw1)
{
    smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES, dw0);
    smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES + 8, dw1);
}

uint64_t smmu_harness_cd0(uint32_t asid)
{
    return prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
           prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
           prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) | prisim_bits_put(1, PRISIM_CD0_A) |
           prisim_bits_put(asid, PRISIM_CD0_ASID);
}

void smmu_harness_cd(struct smmu_harness *h, uint32_t ssid, uint64_t dw0, uint64_t ttb0)
{
    smmu_harness_store(h, HARNESS_CDTAB + ssid * PRISIM_CD_BYTES, dw0);
    smmu_harness_store(h, HARNESS_CDTAB + ssid * PRISIM_CD_BYTES + 8, ttb0);
}

uint64_t smmu_harness_table(struct smmu_harness *h)
{
    uint64_t table = h->next_table;
    h->next_table += 4096;
    ck_assert_uint_le(h->next_table, HARNESS_PAGES);
    return table;
}

uint64_t smmu_harness_map(struct smmu_harness *h, uint64_t ttb0, uint64_t va, unsigned size_log2, uint64_t descriptor)
{
    uint64_t table = ttb0;
    for (unsigned shift = 39;; shift -= 9) {
        uint64_t at = table + (va >> shift & 511) * 8;
        if (shift == size_log2) {
            smmu_harness_store(h, at, descriptor);
            return at;
        }
        if (!(smmu_harness_load(h, at) & 1))
            smmu_harness_store(h, at, smmu_harness_table(h) | 3);
        table = smmu_harness_load(h, at) & PRISIM_DESC_ADDRESS;
    }
}

uint64_t smmu_harness_leaf(uint64_t output, unsigned size_log2)
{
    return output | prisim_bits_put(1, PRISIM_DESC_VALID) | prisim_bits_put(size_log2 == 12, PRISIM_DESC_TABLE) |
           prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_AF) |
           prisim_bits_put(1, PRISIM_DESC_NG);
}

void smmu_harness_command(struct smmu_harness *h, uint64_t dw0, uint64_t dw1)
{
    uint64_t at = HARNESS_CMDQ + (h->cmdq_prod & ((1 << HARNESS_CMDQ_LOG2) - 1)) * PRISIM_COMMAND_BYTES;
    smmu_harness_store(h, at, dw0);
    smmu_harness_store(h, at + 8, dw1);
    h->cmdq_prod = (h->cmdq_prod + 1) & ((2 << HARNESS_CMDQ_LOG2) - 1);
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, h->cmdq_prod);
}

bool smmu_harness_commands_done(struct smmu_harness *h, prisim_cycle_t limit)
{
    for (prisim_cycle_t end = h->base->now + limit; h->base->now < end;)
        if (smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS) == h->cmdq_prod)
            return true;
    return false;
}

void smmu_harness_sync(struct smmu_harness *h)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    ck_assert(smmu_harness_commands_done(h, 2000));
}

void smmu_harness_up(struct smmu_harness *h, const struct prisim_tlp *tlp)
{
    harness_offer(h->base, PRISIM_SMMU_RX_UP, tlp);
}

struct prisim_tlp smmu_harness_memory_tlp(enum prisim_tlp_type type, enum prisim_tlp_at at, uint64_t address,
                                          unsigned size)
{
    struct prisim_tlp tlp = {.head = {.address = address,
                                      .id = 0x06000001,
                                      .requester_id = HARNESS_SID,
                                      .tag = 5,
                                      .size = (uint16_t)size,
                                      .type = (uint8_t)type,
                                      .at = (uint8_t)at}};
    return tlp;
}

struct prisim_tlp smmu_harness_request(uint64_t address, int pasid, unsigned flags)
{
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATION_REQUEST, address, 8);
    tlp.head.flags = (uint8_t)(flags | (pasid >= 0 ? PRISIM_TLP_HAS_PASID : 0));
    tlp.head.pasid = pasid >= 0 ? (uint32_t)pasid : 0;
    return tlp;
}

const struct prisim_tlp *smmu_harness_ask(struct smmu_harness *h, const struct prisim_tlp *tlp)
{
    unsigned count = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    smmu_harness_up(h, tlp);
    for (unsigned i = 0; i < 1000 && h->base->tx[PRISIM_SMMU_TX_DOWN].count == count; i++)
        smmu_harness_edge(h);
    const struct prisim_tlp *answer = harness_got(h->base, PRISIM_SMMU_TX_DOWN, count);
    ck_assert_ptr_nonnull(answer);
    return answer;
}

uint64_t smmu_harness_entry(const struct prisim_tlp *tlp)
{
    ck_assert_uint_eq(tlp->head.type, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(tlp->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(tlp->head.size, 8);
    return (uint64_t)prisim_load_le32(tlp->data) << 32 | prisim_load_le32(tlp->data + 4);
}

void smmu_harness_event(const struct smmu_harness *h, unsigned n, uint64_t dw[4])
{
    for (unsigned i = 0; i < 4; i++)
        dw[i] = smmu_harness_load(h, HARNESS_EVENTQ + n * PRISIM_EVENT_RECORD_BYTES + i * 8);
}

uint32_t smmu_harness_events(struct smmu_harness *h)
{
    return smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD);
}
