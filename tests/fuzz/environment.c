/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands around the SMMU (environment.h): memory, and the operations.
 */
#include "tests/fuzz/environment.h"

#include "model/core/bits.h"
#include "model/core/random.h"
#include "model/pcie/tlp.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

void environment_init(struct environment_state *s)
{
    memset(s, 0, sizeof *s);
    s->latency = 1;
}

/* ---- what comes ---- */

/* memory_port.h: what is there is compared with the second half of the data and replaced by the first */
static void swap(uint8_t *at, const struct prisim_memory_request *q, struct prisim_memory_response *r)
{
    r->size = PRISIM_DESCRIPTOR_BYTES;
    memcpy(r->data, at, PRISIM_DESCRIPTOR_BYTES);
    if (memcmp(at, q->data + PRISIM_DESCRIPTOR_BYTES, PRISIM_DESCRIPTOR_BYTES) == 0)
        memcpy(at, q->data, PRISIM_DESCRIPTOR_BYTES);
}

static void access_memory(struct environment_state *s, const struct prisim_memory_request *q,
                          struct prisim_memory_response *r)
{
    *r = (struct prisim_memory_response){.id = q->id, .status = PRISIM_MEMORY_OK, .size = q->write ? 0 : q->size};
    /* memory_port.h: an access lies inside one line */
    assert(q->size >= 1 && q->size <= PRISIM_MEMORY_LINE_BYTES && q->write <= PRISIM_MEMORY_SWAP);
    assert(q->address / 64 == (q->address + q->size - 1) / 64);
    bool aborts = q->address >= ENVIRONMENT_RAM_BYTES;
    for (unsigned i = 0; i < ENVIRONMENT_LINES; i++)
        aborts |= s->aborting[i] == q->address / 64 + 1;
    if (aborts)
        *r = (struct prisim_memory_response){
            .id = q->id, .status = q->write && q->address & 64 ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT};
    else if (q->write == PRISIM_MEMORY_SWAP)
        swap(s->ram + q->address, q, r);
    else if (q->write)
        memcpy(s->ram + q->address, q->data, q->size);
    else
        memcpy(r->data, s->ram + q->address, q->size);
}

static void take_request(struct environment_state *s, prisim_cycle_t now, const struct prisim_memory_request *q,
                         uint8_t tx)
{
    assert(s->answers < ENVIRONMENT_ANSWERS);
    struct environment_answer *a = &s->answer[s->answers++];
    a->tx = tx;
    a->at = now + s->latency + (s->spread ? random_mix(q->id + now) % s->spread : 0);
    access_memory(s, q, &a->response);
}

static void take_down(struct environment_state *s, const struct prisim_tlp *tlp)
{
    assert(tlp->head.type < PRISIM_TLP_TYPES && tlp->head.size <= PRISIM_TLP_DATA_MAX);
    s->completions += prisim_tlp_is_completion(&tlp->head);
}

static void take(struct environment_state *s, prisim_cycle_t now, const struct prisim_ports *p)
{
    if (prisim_ports_has_arrived(p, ENVIRONMENT_RX_DOWN))
        take_down(s, p->rx[ENVIRONMENT_RX_DOWN]);
    if (prisim_ports_has_arrived(p, ENVIRONMENT_RX_MEMORY))
        take_request(s, now, p->rx[ENVIRONMENT_RX_MEMORY], ENVIRONMENT_TX_MEMORY);
    if (prisim_ports_has_arrived(p, ENVIRONMENT_RX_DMA))
        take_request(s, now, p->rx[ENVIRONMENT_RX_DMA], ENVIRONMENT_TX_DMA);
    s->register_responses += prisim_ports_has_arrived(p, ENVIRONMENT_RX_REGISTER);
}

/* The first answer that is due on each port, and when the next one is. */
static prisim_cycle_t put_answers(struct environment_state *s, prisim_cycle_t now, struct prisim_ports *p)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    unsigned left = 0;
    for (unsigned i = 0; i < s->answers; i++) {
        struct environment_answer *a = &s->answer[i];
        if (a->at <= now && prisim_ports_can_put(p, a->tx)) {
            memcpy(prisim_ports_put(p, a->tx), &a->response, sizeof a->response);
            continue;
        }
        prisim_cycle_t at = a->at > now ? a->at : now + 1;
        next = at < next ? at : next;
        if (left != i)
            s->answer[left] = *a;
        left++;
    }
    s->answers = left;
    return next;
}

/* ---- what is done ---- */

static uint64_t operand(const struct environment *what, struct environment_state *s, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        if (s->cursor < s->limit)
            value |= (uint64_t)what->bytes[s->cursor++] << 8 * i;
    return value;
}

static void access_register(struct environment_state *s, struct prisim_ports *p, uint64_t offset, bool write,
                            uint8_t size, uint64_t value)
{
    struct prisim_memory_request *q = prisim_ports_put(p, ENVIRONMENT_TX_REGISTER);
    *q = (struct prisim_memory_request){
        .address = offset % PRISIM_SMMU_FRAME_BYTES, .id = 1, .size = size, .write = write};
    if (q->address % 64 + size > 64)
        q->address -= size;
    prisim_store_le64(q->data, value);
    s->registers++;
}

static uint32_t known_register(uint64_t index)
{
    static const uint32_t offset[] = {PRISIM_SMMU_CR0,
                                      PRISIM_SMMU_CR0ACK,
                                      PRISIM_SMMU_CR1,
                                      PRISIM_SMMU_CR2,
                                      PRISIM_SMMU_GBPA,
                                      PRISIM_SMMU_IRQ_CTRL,
                                      PRISIM_SMMU_GERROR,
                                      PRISIM_SMMU_GERRORN,
                                      PRISIM_SMMU_STRTAB_BASE,
                                      PRISIM_SMMU_STRTAB_BASE_CFG,
                                      PRISIM_SMMU_CMDQ_BASE,
                                      PRISIM_SMMU_CMDQ_PROD,
                                      PRISIM_SMMU_CMDQ_CONS,
                                      PRISIM_SMMU_EVENTQ_BASE,
                                      PRISIM_SMMU_EVENTQ_IRQ_CFG0,
                                      PRISIM_SMMU_EVENTQ_PROD,
                                      PRISIM_SMMU_EVENTQ_CONS,
                                      PRISIM_SMMU_PRIQ_BASE,
                                      PRISIM_SMMU_PRIQ_PROD,
                                      PRISIM_SMMU_PRIQ_CONS,
                                      PRISIM_SMMU_PRIQ_IRQ_CFG0,
                                      PRISIM_SMMU_PRIQ_IRQ_CFG2,
                                      PRISIM_SMMU_IDR0,
                                      PRISIM_SMMU_IDR1,
                                      PRISIM_SMMU_GERROR_IRQ_CFG0,
                                      PRISIM_SMMU_IRQ_CTRLACK,
                                      PRISIM_SMMU_EVENTQ_IRQ_CFG1};
    return offset[index % (sizeof offset / sizeof offset[0])];
}

static void store(struct environment_state *s, uint64_t address, uint64_t word)
{
    prisim_store_le64(s->ram + address % ENVIRONMENT_RAM_BYTES / 8 * 8, word);
}

static void store_structure(struct environment_state *s, uint64_t address, uint64_t words[8], uint64_t flip)
{
    words[flip / 64 % 8] ^= flip ? UINT64_C(1) << flip % 64 : 0;
    for (unsigned i = 0; i < 8; i++)
        store(s, address + i * 8, words[i]);
}

static void store_ste(const struct environment *what, struct environment_state *s)
{
    uint64_t sid = operand(what, s, 1) % 16, kind = operand(what, s, 2), flip = operand(what, s, 2) % 512;
    uint64_t words[8] = {0};
    words[0] = 1 | (kind & 7) << 1 | ENVIRONMENT_CDS | (kind >> 3 & 3) << 59 | (kind >> 15 & 1) << 4;
    words[1] = (kind >> 5 & 3) | (kind >> 7 & 3) << 28 | (kind >> 9 & 1) << 18 | UINT64_C(1) << 44;
    /* Stage 2: 39 bits from level 1, 4 KB. */
    words[2] =
        sid | UINT64_C(25) << 32 | UINT64_C(1) << 38 | UINT64_C(5) << 48 | UINT64_C(1) << 51 | (kind >> 10 & 31) << 55;
    words[3] = ENVIRONMENT_TABLES + 0x1000;
    store_structure(s, ENVIRONMENT_STRTAB + sid * PRISIM_STE_BYTES, words, flip);
}

static void store_cd(const struct environment *what, struct environment_state *s)
{
    uint64_t ssid = operand(what, s, 1) % 8, bits = operand(what, s, 2), flip = operand(what, s, 2) % 512;
    uint64_t words[8] = {0};
    words[0] = UINT64_C(25) | UINT64_C(25) << 16 | UINT64_C(2) << 22 | (bits & 1) << 30 | UINT64_C(1) << 31 |
               UINT64_C(5) << 32 | (bits >> 1 & 15) << 35 | UINT64_C(1) << 41 | (bits >> 5 & 31) << 42 | ssid << 48;
    words[1] = ENVIRONMENT_TABLES;
    words[2] = ENVIRONMENT_TABLES + 0x2000;
    store_structure(s, ENVIRONMENT_CDS + ssid * PRISIM_CD_BYTES, words, flip);
}

static void store_descriptor(const struct environment *what, struct environment_state *s)
{
    uint64_t index = operand(what, s, 2) % 4096, kind = operand(what, s, 1), bits = operand(what, s, 2);
    uint64_t table = ENVIRONMENT_TABLES + ((kind >> 2) % 8) * 0x1000;
    uint64_t word = (kind & 3) | table | (kind & 0x40 ? 0x7c0 : 0) | (bits & 0x3ff) << 2 | (bits >> 10 & 15) << 51;
    store(s, ENVIRONMENT_TABLES + index * 8, word);
}

static void command(struct environment_state *s, struct prisim_ports *p, uint64_t dw0, uint64_t dw1)
{
    uint64_t at = ENVIRONMENT_CMDQ + (s->cmdq_prod & 63) * PRISIM_COMMAND_BYTES;
    store(s, at, dw0);
    store(s, at + 8, dw1);
    s->cmdq_prod = (s->cmdq_prod + 1) & 127;
    access_register(s, p, PRISIM_SMMU_CMDQ_PROD, true, 4, s->cmdq_prod);
}

static void common_command(const struct environment *what, struct environment_state *s, struct prisim_ports *p)
{
    static const uint8_t opcode[] = {0x46, 0x40, 0x41, 0x03, 0x04, 0x05, 0x06, 0x01, 0x02, 0x10, 0x11,
                                     0x12, 0x13, 0x20, 0x21, 0x28, 0x2a, 0x30, 0x44, 0x45, 0x46, 0x40};
    uint64_t which = operand(what, s, 1), low = operand(what, s, 2), high = operand(what, s, 2);
    uint64_t dw0 = opcode[which % sizeof opcode] | (low & 15) << 32 | (low >> 4 & 7) << 12 | (low >> 7 & 7) << 9 |
                   (low >> 10) << 48;
    command(s, p, dw0, (high & 31) | (high >> 5) << 12);
}

static void send(struct environment_state *s, prisim_cycle_t now, struct prisim_ports *p, const struct prisim_tlp *tlp)
{
    /* A stalled transaction may keep the port shut until software does something about it. */
    if (!prisim_ports_can_put(p, ENVIRONMENT_TX_UP))
        return;
    s->sent = now;
    struct prisim_tlp *to = prisim_ports_put(p, ENVIRONMENT_TX_UP);
    *to = *tlp;
    /* A read of any kind is answered, whatever its AT; nothing else is. */
    s->requests += tlp->head.type == PRISIM_TLP_MEMORY_READ;
}

static void memory_tlp(const struct environment *what, struct environment_state *s, prisim_cycle_t now,
                       struct prisim_ports *p, bool near)
{
    uint64_t kind = operand(what, s, 1);
    struct prisim_tlp tlp = {
        .head = {.type = kind & 1 ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ, .at = kind >> 1 & 3}};
    tlp.head.flags = (uint8_t)(kind >> 3);
    tlp.head.requester_id = (uint16_t)operand(what, s, 1);
    tlp.head.pasid = (uint32_t)operand(what, s, 1);
    tlp.head.address = near ? (operand(what, s, 2) & 0xfff) << 9 : operand(what, s, 8);
    tlp.head.size = (uint16_t)(operand(what, s, 1) % 65);
    tlp.head.tag = (uint16_t)(s->cursor & 0xff);
    send(s, now, p, &tlp);
}

static void message(const struct environment *what, struct environment_state *s, prisim_cycle_t now,
                    struct prisim_ports *p, bool other)
{
    uint64_t kind = operand(what, s, 1);
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MESSAGE}};
    tlp.head.flags = (uint8_t)operand(what, s, 1);
    tlp.head.message = kind & 1   ? PRISIM_MESSAGE_PAGE_REQUEST
                       : kind & 2 ? PRISIM_MESSAGE_INVALIDATE_COMPLETION
                                  : (uint8_t)(kind >> 2);
    tlp.head.requester_id = (uint16_t)operand(what, s, 1);
    tlp.head.pasid = (uint32_t)operand(what, s, 1);
    tlp.head.prg_index = (uint16_t)(operand(what, s, 1) * 2);
    tlp.head.itag_vector = (uint32_t)operand(what, s, 4);
    tlp.head.completion_count = (uint8_t)(kind >> 5);
    tlp.head.address = (uint64_t)tlp.head.itag_vector << 12;
    if (other) {
        tlp.head.type = (uint8_t)(kind % PRISIM_TLP_TYPES);
        tlp.head.at = tlp.head.flags & 3;
        tlp.head.status = (uint8_t)(kind >> 5);
        tlp.head.size = (uint16_t)(tlp.head.prg_index % 65);
    }
    send(s, now, p, &tlp);
}

/* The registers of a bring-up, one an operation; the last is CR0. */
static void bring_up(struct environment_state *s, struct prisim_ports *p)
{
    static const struct {
        uint32_t offset;
        uint8_t size;
        uint64_t value;
    } write[] = {{PRISIM_SMMU_STRTAB_BASE, 8, ENVIRONMENT_STRTAB}, {PRISIM_SMMU_STRTAB_BASE_CFG, 4, 4},
                 {PRISIM_SMMU_CMDQ_BASE, 8, ENVIRONMENT_CMDQ | 6}, {PRISIM_SMMU_EVENTQ_BASE, 8, ENVIRONMENT_EVENTQ | 2},
                 {PRISIM_SMMU_PRIQ_BASE, 8, ENVIRONMENT_PRIQ | 2}, {PRISIM_SMMU_IRQ_CTRL, 4, 7}};
    const unsigned count = sizeof write / sizeof write[0];
    unsigned at = count + 2 - s->script--;
    if (at < count)
        access_register(s, p, write[at].offset, true, write[at].size, write[at].value);
    else
        access_register(s, p, at == count ? PRISIM_SMMU_CR2 : PRISIM_SMMU_CR0, true, 4, at == count ? s->cr2 : s->cr0);
}

/* One operation; false if its port is not free. */
static bool operate(const struct environment *what, struct environment_state *s, prisim_cycle_t now,
                    struct prisim_ports *p)
{
    if (!prisim_ports_can_put(p, ENVIRONMENT_TX_REGISTER))
        return false;
    if (!prisim_ports_can_put(p, ENVIRONMENT_TX_UP) && now < s->sent + ENVIRONMENT_PATIENCE)
        return false;
    if (s->script) {
        bring_up(s, p);
        return true;
    }
    s->limit = s->cursor < what->input ? what->input : what->size;
    enum environment_operation operation = operand(what, s, 1) % ENVIRONMENT_OPERATIONS;
    uint64_t one;
    switch (operation) {
    case DO_WAIT:
        s->wait = now + 1 + operand(what, s, 1);
        return true;
    case DO_WRITE:
    case DO_READ:
        one = operand(what, s, 1);
        access_register(s, p, known_register(one), operation == DO_WRITE, one & 0x80 ? 8 : 4,
                        operation == DO_WRITE ? operand(what, s, one & 0x80 ? 8 : 4) : 0);
        return true;
    case DO_ANY_REGISTER:
        one = operand(what, s, 3);
        access_register(s, p, one, one >> 23, (uint8_t)(1 + (one >> 17) % 16), operand(what, s, 8));
        return true;
    case DO_STORE:
        one = operand(what, s, 2);
        store(s, one * 8, operand(what, s, 8));
        return true;
    case DO_STE:
        store_ste(what, s);
        return true;
    case DO_CD:
        store_cd(what, s);
        return true;
    case DO_DESCRIPTOR:
        store_descriptor(what, s);
        return true;
    case DO_COMMAND:
        one = operand(what, s, 8);
        command(s, p, one, operand(what, s, 8));
        return true;
    case DO_COMMON:
        common_command(what, s, p);
        return true;
    case DO_MEMORY_TLP:
    case DO_NEAR_TLP:
        memory_tlp(what, s, now, p, operation == DO_NEAR_TLP);
        return true;
    case DO_MESSAGE:
    case DO_OTHER_TLP:
        message(what, s, now, p, operation == DO_OTHER_TLP);
        return true;
    case DO_ABORT:
        one = operand(what, s, 1) % ENVIRONMENT_LINES;
        s->aborting[one] = operand(what, s, 2) % (ENVIRONMENT_RAM_BYTES / 64 + 1);
        return true;
    case DO_HOLD:
        one = operand(what, s, 2);
        for (unsigned i = 0; i < ENVIRONMENT_RX_PORTS; i++)
            if (one >> i & 1)
                s->hold[i] = now + (one >> 8);
        return true;
    case DO_LATENCY:
        one = operand(what, s, 2);
        s->latency = 1 + (one & 63);
        s->spread = one >> 8 & 63;
        return true;
    case DO_BRING_UP:
        s->cr0 = (uint32_t)operand(what, s, 2);
        s->cr2 = (uint32_t)operand(what, s, 1);
        s->script = 8;
        return true;
    case ENVIRONMENT_OPERATIONS:
        break;
    }
    return true;
}

static prisim_cycle_t set_ready(struct environment_state *s, prisim_cycle_t now, struct prisim_ports *p)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    bool room = s->answers + 4 < ENVIRONMENT_ANSWERS;
    for (unsigned i = 0; i < ENVIRONMENT_RX_PORTS; i++) {
        bool held = s->hold[i] > now && i != ENVIRONMENT_RX_INTERRUPT; /* pulses are always taken */
        bool answers = i == ENVIRONMENT_RX_MEMORY || i == ENVIRONMENT_RX_DMA;
        prisim_ports_set_ready(p, i, !held && (room || !answers));
        if (held && s->hold[i] < next)
            next = s->hold[i];
    }
    return next;
}

prisim_cycle_t environment_step(const struct environment *what, struct environment_state *s, prisim_cycle_t now,
                                struct prisim_ports *p)
{
    take(s, now, p);
    prisim_cycle_t next = put_answers(s, now, p);
    if (now >= s->wait)
        while ((s->cursor < what->size || s->script) && s->wait <= now && operate(what, s, now, p))
            ;
    if (s->cursor < what->size || s->script) {
        prisim_cycle_t at = s->wait > now ? s->wait : now + 1;
        next = at < next ? at : next;
    }
    prisim_cycle_t held = set_ready(s, now, p);
    return held < next ? held : next;
}
