/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver in the harness (driver_harness.h).
 */
#include "tests/driver/driver_harness.h"

#include <string.h>

enum { RAM_PAGE = 0x1000 };

static prisim_cycle_t step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_driver_step(config, state, now, ports);
}

struct driver_harness *driver_harness_open(void)
{
    struct driver_harness *h = calloc(1, sizeof *h);
    ck_assert_ptr_nonnull(h);
    prisim_driver_config_default(&h->config);
    h->config.functions = 2;
    h->config.function[0] =
        (struct prisim_driver_function){.bar_base = HARNESS_BAR, .pri_allocation = 8, .requester_id = STREAM};
    h->config.function[1] =
        (struct prisim_driver_function){.bar_base = HARNESS_BAR + PRISIM_ENDPOINT_BAR_BYTES, .requester_id = STREAM_2};
    h->config.spaces = 2;
    h->config.space[0] = (struct prisim_driver_space){.regions = 1, .region = {{0x4000, 0x10000, 3, 0, 0, 0}}};
    h->config.space[1] =
        (struct prisim_driver_space){.regions = 1, .region = {{0x4000, 0x10000, PRISIM_REGION_READ, 0, 0, 0}}};
    h->config.host_id = 0x10;
    h->polls = 2;
    return h;
}

void driver_harness_start(struct driver_harness *h)
{
    struct prisim_config_error error = {NULL, NULL};
    ck_assert_msg(prisim_driver_config_check(&h->config, &error), "%s: %s", error.field, error.expected);
    h->state = malloc(prisim_driver_state_size(&h->config));
    h->ram = harness_room(h->config.ram_size);
    h->written = calloc(h->config.ram_size / RAM_PAGE + 1, sizeof *h->written);
    ck_assert(h->state && h->written);
    prisim_driver_init(&h->config, h->state);
    h->base = harness_open(step, &h->config, h->state);
    h->base->leap = h->leap;
    harness_rx(h->base, PRISIM_DRIVER_RX_MEMORY, sizeof(struct prisim_memory_response));
    harness_rx(h->base, PRISIM_DRIVER_RX_MMIO, sizeof(struct prisim_memory_response));
    harness_rx(h->base, PRISIM_DRIVER_RX_HOST, sizeof(struct prisim_tlp));
    harness_rx(h->base, PRISIM_DRIVER_RX_INTERRUPT, sizeof(struct prisim_interrupt));
    harness_rx(h->base, PRISIM_DRIVER_RX_WIRED, sizeof(struct prisim_smmu_interrupt));
    harness_rx(h->base, PRISIM_DRIVER_RX_STIMULUS, sizeof(struct prisim_driver_stimulus));
    harness_tx(h->base, PRISIM_DRIVER_TX_MEMORY, sizeof(struct prisim_memory_request));
    harness_tx(h->base, PRISIM_DRIVER_TX_MMIO, sizeof(struct prisim_memory_request));
    harness_tx(h->base, PRISIM_DRIVER_TX_HOST, sizeof(struct prisim_tlp));
    h->reg[PRISIM_SMMU_IDR0 / 4] = 0x09cd369b; /* SMMU-IDEXAMPLE */
    h->reg[PRISIM_SMMU_IDR1 / 4] = 0x0d0a5510;
    h->reg[PRISIM_SMMU_IDR5 / 4] = 0x00000075;
}

void driver_harness_close(struct driver_harness *h)
{
    harness_close(h->base);
    free(h->state);
    for (uint64_t at = 0; at < h->config.ram_size; at += RAM_PAGE)
        if (h->written[at / RAM_PAGE])
            memset(h->ram + at, 0, h->config.ram_size - at < RAM_PAGE ? h->config.ram_size - at : RAM_PAGE);
    harness_room_back(h->ram, h->config.ram_size);
    free(h->written);
    free(h);
}

uint8_t *driver_harness_at(const struct driver_harness *h, uint64_t address, unsigned bytes)
{
    ck_assert_uint_ge(address, h->config.ram_base);
    ck_assert_uint_le(address - h->config.ram_base + bytes, h->config.ram_size);
    uint64_t offset = address - h->config.ram_base;
    for (uint64_t page = offset / RAM_PAGE; bytes && page <= (offset + bytes - 1) / RAM_PAGE; page++)
        h->written[page] = true; /* perhaps */
    return h->ram + offset;
}

/* SMMU-CR0, SMMU-IRQCTRL: the acknowledgement follows the enable, some reads later. */
static void acknowledge(struct driver_harness *h)
{
    if (h->acks_left)
        return;
    h->reg[PRISIM_SMMU_CR0ACK / 4] = h->reg[PRISIM_SMMU_CR0 / 4];
    h->reg[PRISIM_SMMU_IRQ_CTRLACK / 4] = h->reg[PRISIM_SMMU_IRQ_CTRL / 4];
}

static void read_register(struct driver_harness *h, const struct prisim_memory_request *r, uint8_t *data)
{
    ck_assert((r->size == 4 || r->size == 8) && r->address % r->size == 0);
    memcpy(data, &h->reg[r->address / 4], r->size);
    if ((r->address == PRISIM_SMMU_CR0ACK || r->address == PRISIM_SMMU_IRQ_CTRLACK) && h->acks_left) {
        h->acks_left--;
        acknowledge(h);
    }
}

static void write_register(struct driver_harness *h, const struct prisim_memory_request *r)
{
    ck_assert_uint_lt(h->writes, HARNESS_LOG);
    ck_assert((r->size == 4 || r->size == 8) && r->address % r->size == 0);
    uint64_t value = r->size == 8 ? prisim_load_le64(r->data) : prisim_load_le32(r->data);
    uint32_t old_prod = h->reg[PRISIM_SMMU_CMDQ_PROD / 4];
    h->write[h->writes++] = (struct driver_harness_write){(uint32_t)r->address, value};
    memcpy(&h->reg[r->address / 4], r->data, r->size);
    if (r->address == PRISIM_SMMU_CR0 || r->address == PRISIM_SMMU_IRQ_CTRL)
        h->acks_left = h->ack_reads;
    acknowledge(h);
    h->reg[PRISIM_SMMU_GBPA / 4] &= ~PRISIM_GBPA_UPDATE; /* it is so at once */
    if (r->address == PRISIM_SMMU_GERRORN)
        driver_harness_commands_acknowledged(h);
    if (r->address == PRISIM_SMMU_CMDQ_PROD && (h->reg[PRISIM_SMMU_CR0 / 4] & PRISIM_CR0_CMDQEN))
        driver_harness_commands_issued(h, old_prod);
}

/* Numbers from a seed: xorshift. */
static uint64_t draw(struct driver_harness *h)
{
    h->seed ^= h->seed << 13;
    h->seed ^= h->seed >> 7;
    h->seed ^= h->seed << 17;
    return h->seed;
}

static struct driver_harness_flight *fly(struct driver_harness *h, unsigned port, prisim_cycle_t delay)
{
    struct driver_harness_flight *flight = h->flight[port];
    while (flight->order)
        flight++;
    ck_assert(flight < h->flight[port] + HARNESS_FLIGHT);
    *flight = (struct driver_harness_flight){
        .at = h->base->now + (h->late ? draw(h) % h->late : delay - 1),
        .order = ++h->flights,
    };
    return flight;
}

static void store(const struct driver_harness *h, const struct prisim_memory_request *r)
{
    memcpy(driver_harness_at(h, r->address, r->size), r->data, r->size);
}

static void serve_memory(struct driver_harness *h, unsigned port, const struct prisim_memory_request *r)
{
    struct prisim_memory_response response = {.id = r->id, .size = r->write ? 0 : r->size};
    if (port == PRISIM_DRIVER_TX_MMIO && r->write)
        write_register(h, r);
    else if (port == PRISIM_DRIVER_TX_MMIO)
        read_register(h, r, response.data);
    else if (!r->write && h->abort_address && r->address == h->abort_address)
        response.status = PRISIM_MEMORY_ABORT;
    else if (r->write && !h->late)
        store(h, r);
    else if (!r->write)
        memcpy(response.data, driver_harness_at(h, r->address, r->size), r->size);
    struct driver_harness_flight *flight = fly(h, port, MEMORY_DELAY);
    flight->response = response;
    if (port == PRISIM_DRIVER_TX_MMIO && h->slow_register) {
        flight->at = h->base->now + h->slow_register;
        h->slow_register = 0;
    }
    if (port == PRISIM_DRIVER_TX_MEMORY && r->write && h->late)
        flight->store = *r;
}

static struct driver_harness_space *space_of_id(const struct driver_harness *h, uint16_t id)
{
    for (unsigned i = 0; h->space && i < HARNESS_SPACES; i++)
        if (h->space[i].id == id)
            return &h->space[i];
    return NULL;
}

static void write_space(struct driver_harness_space *space, const struct prisim_tlp *tlp)
{
    const uint32_t at = (uint32_t)tlp->head.address;
    ck_assert_uint_le(at + tlp->head.size, sizeof space->byte);
    memcpy(space->byte + at, tlp->data, tlp->head.size);
    if (!space->pri || at != space->pri + 4u)
        return;
    space->byte[at] &= (uint8_t)~PRISIM_PRI_CONTROL_RESET;
    space->byte[at + 3] = !(space->byte[at] & PRISIM_PRI_CONTROL_ENABLE) && !space->never_stops;
}

/* Of what the completion says the low `size` bytes count. */
static uint32_t space_value(struct driver_harness *h, const struct prisim_tlp_header *head)
{
    const struct driver_harness_space *space = space_of_id(h, head->destination_id);
    uint32_t value = 0;
    if (!space) {
        value = h->pri_polls ? 0 : (uint32_t)PRISIM_PRI_STATUS_STOPPED << 16;
        h->pri_polls -= h->pri_polls > 0;
        return value >> 8 * (head->address % 4);
    }
    ck_assert_uint_le(head->address + head->size, sizeof space->byte);
    for (unsigned i = 0; i < head->size; i++)
        value |= (uint32_t)space->byte[head->address + i] << 8 * i;
    return value | (head->size < 4 ? 0xabcdabcdu << 8 * head->size : 0); /* what was not asked for means nothing */
}

static void serve_tlp(struct driver_harness *h, const struct prisim_tlp *tlp)
{
    ck_assert(tlp->head.size == 1 || tlp->head.size == 2 || tlp->head.size == 4);
    ck_assert_uint_eq(tlp->head.address % tlp->head.size, 0);
    ck_assert_uint_eq(tlp->head.requester_id, h->config.host_id);
    ck_assert_uint_lt(h->tlps, HARNESS_LOG);
    prisim_tlp_copy(&h->tlp[h->tlps++], tlp);
    const struct prisim_tlp_header *head = &tlp->head;
    if (head->type == PRISIM_TLP_MEMORY_WRITE) {
        h->polls_left = h->polls;
        return;
    }
    bool read = head->type != PRISIM_TLP_CONFIG_WRITE;
    if (!read && space_of_id(h, head->destination_id))
        write_space(space_of_id(h, head->destination_id), tlp);
    struct prisim_tlp completion = {.head = {.type = read ? PRISIM_TLP_COMPLETION_DATA : PRISIM_TLP_COMPLETION,
                                             .requester_id = head->requester_id,
                                             .tag = head->tag,
                                             .status = (uint8_t)h->tlp_status,
                                             .flags = h->tlp_flags,
                                             .size = read ? head->size : 0}};
    uint32_t value = head->type == PRISIM_TLP_CONFIG_READ ? space_value(h, head) : 0;
    if (head->type == PRISIM_TLP_MEMORY_READ)
        value = h->polls_left ? PRISIM_ENDPOINT_PASID_STOPPING : PRISIM_ENDPOINT_PASID_IDLE;
    if (head->type == PRISIM_TLP_MEMORY_READ && h->polls_left)
        h->polls_left--;
    prisim_store_le32(completion.data, value);
    if (h->late || h->completion_delay)
        prisim_tlp_copy(&fly(h, PRISIM_DRIVER_TX_HOST, h->completion_delay)->completion, &completion);
    else
        harness_offer(h->base, PRISIM_DRIVER_RX_HOST, &completion);
}

/* What is due at a port and was due first. */
static struct driver_harness_flight *landing(struct driver_harness *h, unsigned port)
{
    struct driver_harness_flight *first = NULL;
    for (struct driver_harness_flight *f = h->flight[port]; f < h->flight[port] + HARNESS_FLIGHT; f++)
        if (f->order && f->at <= h->base->now &&
            (!first || f->at < first->at || (f->at == first->at && f->order < first->order)))
            first = f;
    return first;
}

static void land(struct driver_harness *h, unsigned port)
{
    static const unsigned rx[PRISIM_DRIVER_TX_PORTS] = {[PRISIM_DRIVER_TX_MEMORY] = PRISIM_DRIVER_RX_MEMORY,
                                                        [PRISIM_DRIVER_TX_MMIO] = PRISIM_DRIVER_RX_MMIO,
                                                        [PRISIM_DRIVER_TX_HOST] = PRISIM_DRIVER_RX_HOST};
    struct driver_harness_flight *flight = landing(h, port);
    if (!flight)
        return;
    if (flight->store.write)
        store(h, &flight->store);
    harness_offer(h->base, rx[port],
                  port == PRISIM_DRIVER_TX_HOST ? (const void *)&flight->completion : (const void *)&flight->response);
    flight->order = 0;
}

void driver_harness_edge(struct driver_harness *h)
{
    for (unsigned port = 0; port < PRISIM_DRIVER_TX_PORTS; port++)
        land(h, port);
    harness_edge(h->base);
    driver_harness_commands_edge(h);
    for (unsigned port = 0; port < PRISIM_DRIVER_TX_PORTS; port++) {
        const void *payload = harness_taken(h->base, port);
        if (!payload)
            continue;
        if (port == PRISIM_DRIVER_TX_HOST)
            serve_tlp(h, payload);
        else
            serve_memory(h, port, payload);
    }
}

void driver_harness_run(struct driver_harness *h, prisim_cycle_t edges)
{
    for (prisim_cycle_t i = 0; i < edges; i++)
        driver_harness_edge(h);
}

const struct prisim_event *driver_harness_until(struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    unsigned found = 0, looked_at = 0;
    for (unsigned i = 0; i < 100000; i++) {
        for (; looked_at < h->base->events; looked_at++)
            found += harness_event_at(h->base, looked_at)->type == type;
        if (found >= n)
            break;
        driver_harness_edge(h);
    }
    const struct prisim_event *event = harness_event(h->base, type, n - 1);
    ck_assert_msg(event != NULL, "no event %u of %s by cycle %llu", n, prisim_event_name(type),
                  (unsigned long long)h->base->now);
    return event;
}

void driver_harness_bring_up(struct driver_harness *h)
{
    driver_harness_start(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
}

static void stimulate(struct driver_harness *h, struct prisim_driver_stimulus s)
{
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
}

void driver_harness_bind(struct driver_harness *h, uint32_t function, uint32_t pasid, uint32_t space, uint32_t call)
{
    stimulate(h, (struct prisim_driver_stimulus){
                     .what = PRISIM_DRIVER_BIND, .function = function, .pasid = pasid, .space = space, .call = call});
}

void driver_harness_unbind(struct driver_harness *h, uint32_t function, uint32_t pasid,
                           enum prisim_driver_policy policy, uint32_t call)
{
    stimulate(h,
              (struct prisim_driver_stimulus){
                  .what = PRISIM_DRIVER_UNBIND, .function = function, .pasid = pasid, .policy = policy, .call = call});
}

void driver_harness_function(struct driver_harness *h, enum prisim_driver_stimulus_what what, uint32_t function,
                             uint32_t call)
{
    stimulate(h, (struct prisim_driver_stimulus){.what = what, .function = function, .call = call});
}

void driver_harness_hold(struct driver_harness *h, enum prisim_driver_task task, enum prisim_event_type point,
                         uint32_t cycles)
{
    ck_assert(prisim_driver_can_hold(task, point));
    stimulate(
        h, (struct prisim_driver_stimulus){
               .what = PRISIM_DRIVER_HOLD, .task = task, .point = point, .cycles = cycles, .call = HARNESS_HOLD_STEP});
}

void driver_harness_release(struct driver_harness *h, enum prisim_driver_task task, enum prisim_event_type point)
{
    stimulate(h, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_RELEASE, .task = task, .point = point});
}

void driver_harness_request(struct driver_harness *h, uint32_t stream_id, uint32_t pasid, uint16_t prgi,
                            uint64_t address, uint8_t access)
{
    struct prisim_page_request r = {.address = address,
                                    .stream_id = stream_id,
                                    .pasid = pasid == HARNESS_NO_PASID ? 0 : pasid,
                                    .prg_index = prgi,
                                    .has_pasid = pasid != HARNESS_NO_PASID,
                                    .access = access};
    uint32_t base = h->reg[PRISIM_SMMU_PRIQ_BASE / 4], log2 = base & 31;
    uint32_t *prod = &h->reg[PRISIM_SMMU_PRIQ_PROD / 4];
    prisim_pri_queue_record_pack(
        driver_harness_at(h, (base & PRISIM_SMMU_QUEUE_BASE_ADDRESS) + (*prod & prisim_bits_mask(log2)) * 16, 16), &r);
    *prod = (*prod & PRISIM_PRI_QUEUE_OVFLG) | ((*prod + 1) & (uint32_t)prisim_bits_mask(log2 + 1));
}

void driver_harness_ring(struct driver_harness *h, uint32_t data)
{
    harness_offer(h->base, PRISIM_DRIVER_RX_INTERRUPT, &(struct prisim_interrupt){data});
}

uint64_t driver_harness_load(const struct driver_harness *h, uint64_t address)
{
    return prisim_load_le64(driver_harness_at(h, address, 8));
}

uint64_t driver_harness_walk(const struct driver_harness *h, uint64_t root, uint64_t address)
{
    uint64_t table = root;
    for (unsigned level = 0; level < 4; level++) {
        uint64_t descriptor = driver_harness_load(h, table + 8 * prisim_bits_get(address, 39 - 9 * level, 9));
        if (!prisim_bits_get(descriptor, PRISIM_DESC_VALID))
            return 0;
        ck_assert(prisim_bits_get(descriptor, PRISIM_DESC_TABLE)); /* no blocks */
        if (level == 3)
            return descriptor;
        table = descriptor & PRISIM_DESC_ADDRESS;
    }
    return 0;
}

uint64_t driver_harness_cd(const struct driver_harness *h, uint32_t stream_id, uint32_t pasid)
{
    uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return (driver_harness_load(h, strtab + stream_id * PRISIM_STE_BYTES) & PRISIM_STE0_S1CONTEXTPTR) +
           pasid * PRISIM_CD_BYTES;
}

const uint64_t *driver_harness_command(const struct driver_harness *h, unsigned opcode, unsigned n)
{
    for (unsigned i = 0; i < h->commands; i++)
        if (prisim_bits_get(h->command[i][0], PRISIM_CMD_OPCODE) == opcode && n-- == 0)
            return h->command[i];
    return NULL;
}

unsigned driver_harness_commands(const struct driver_harness *h, unsigned opcode)
{
    unsigned n = 0;
    while (driver_harness_command(h, opcode, n))
        n++;
    return n;
}
