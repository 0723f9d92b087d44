/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint in the harness (endpoint_harness.h).
 */
#include "tests/pcie_endpoint/endpoint_harness.h"

static prisim_cycle_t step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_endpoint_step(config, state, now, ports);
}

void endpoint_harness_config(struct prisim_endpoint_config *config)
{
    prisim_endpoint_config_default(config);
    config->register_latency = 3;
    config->invalidate_latency = 5;
    config->retry_backoff = 4;
    config->requester_id = HARNESS_ID;
}

struct endpoint_harness *endpoint_harness_open(const struct prisim_endpoint_config *config)
{
    struct endpoint_harness *h = calloc(1, sizeof *h);
    ck_assert_ptr_nonnull(h);
    struct prisim_config_error error;
    ck_assert(prisim_endpoint_config_check(config, &error));
    h->config = *config;
    h->state = malloc(prisim_endpoint_state_size(config));
    prisim_endpoint_init(&h->config, h->state);
    h->base = harness_open(step, &h->config, h->state);
    h->base->ports.instance = HARNESS_INSTANCE;
    harness_rx(h->base, PRISIM_ENDPOINT_RX_DOWN, sizeof(struct prisim_tlp));
    harness_rx(h->base, PRISIM_ENDPOINT_RX_STIMULUS, sizeof(struct prisim_endpoint_stimulus));
    harness_tx(h->base, PRISIM_ENDPOINT_TX_UP, sizeof(struct prisim_tlp));
    harness_edge(h->base);
    return h;
}

void endpoint_harness_close(struct endpoint_harness *h)
{
    harness_close(h->base);
    free(h->state);
    free(h);
}

void endpoint_harness_enable(struct endpoint_harness *h, uint32_t allocation)
{
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_COMMAND, 6);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PASID + 4, (uint32_t)PRISIM_PASID_CONTROL_ENABLE << 16);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 12, allocation);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_ENABLE);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
}

struct endpoint_harness *endpoint_harness_enabled(const struct prisim_endpoint_config *config, uint32_t allocation)
{
    struct endpoint_harness *h = endpoint_harness_open(config);
    endpoint_harness_enable(h, allocation);
    return h;
}

void endpoint_harness_down(struct endpoint_harness *h, const struct prisim_tlp *tlp)
{
    harness_offer(h->base, PRISIM_ENDPOINT_RX_DOWN, tlp);
}

const struct prisim_tlp *endpoint_harness_up(struct endpoint_harness *h, prisim_cycle_t limit)
{
    if (!harness_until(h->base, PRISIM_ENDPOINT_TX_UP, h->seen + 1, limit))
        return NULL;
    return harness_got(h->base, PRISIM_ENDPOINT_TX_UP, h->seen++);
}

prisim_cycle_t endpoint_harness_up_at(const struct endpoint_harness *h)
{
    return harness_got_at(h->base, PRISIM_ENDPOINT_TX_UP, h->seen - 1);
}

/* Requests of the host carry tag 77. */
static struct prisim_tlp host_request(struct endpoint_harness *h, enum prisim_tlp_type type, uint64_t address,
                                      uint32_t value)
{
    struct prisim_tlp tlp = {.head = {.address = address,
                                      .requester_id = HARNESS_HOST,
                                      .destination_id = h->config.requester_id,
                                      .tag = 77,
                                      .size = 4,
                                      .type = (uint8_t)type}};
    prisim_store_le32(tlp.data, value);
    return tlp;
}

static const struct prisim_tlp *host_completion(struct endpoint_harness *h, enum prisim_tlp_type type)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 200);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, type);
    ck_assert_uint_eq(up->head.tag, 77);
    ck_assert_uint_eq(up->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(up->head.requester_id, HARNESS_HOST);
    ck_assert_uint_eq(up->head.destination_id, h->config.requester_id);
    return up;
}

void endpoint_harness_config_write_bytes(struct endpoint_harness *h, uint32_t offset, uint16_t bytes, uint32_t value)
{
    struct prisim_tlp tlp = host_request(h, PRISIM_TLP_CONFIG_WRITE, offset, value);
    tlp.head.size = bytes;
    endpoint_harness_down(h, &tlp);
    ck_assert_uint_eq(host_completion(h, PRISIM_TLP_COMPLETION)->head.size, 0);
}

void endpoint_harness_config_write(struct endpoint_harness *h, uint32_t offset, uint32_t value)
{
    endpoint_harness_config_write_bytes(h, offset, 4, value);
}

uint32_t endpoint_harness_config_read_bytes(struct endpoint_harness *h, uint32_t offset, uint16_t bytes)
{
    struct prisim_tlp tlp = host_request(h, PRISIM_TLP_CONFIG_READ, offset, 0);
    tlp.head.size = bytes;
    endpoint_harness_down(h, &tlp);
    const struct prisim_tlp *up = host_completion(h, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(up->head.size, bytes);
    uint8_t data[4] = {0};
    memcpy(data, up->data, bytes);
    return prisim_load_le32(data);
}

uint32_t endpoint_harness_config_read(struct endpoint_harness *h, uint32_t offset)
{
    return endpoint_harness_config_read_bytes(h, offset, 4);
}

void endpoint_harness_pasid(struct endpoint_harness *h, uint32_t pasid, uint32_t command)
{
    struct prisim_tlp tlp = host_request(h, PRISIM_TLP_MEMORY_WRITE, h->config.bar_base + 4 * (uint64_t)pasid, command);
    endpoint_harness_down(h, &tlp);
    harness_run(h->base, 2);
}

uint32_t endpoint_harness_pasid_state(struct endpoint_harness *h, uint32_t pasid)
{
    struct prisim_tlp tlp = host_request(h, PRISIM_TLP_MEMORY_READ, h->config.bar_base + 4 * (uint64_t)pasid, 0);
    endpoint_harness_down(h, &tlp);
    return prisim_load_le32(host_completion(h, PRISIM_TLP_COMPLETION_DATA)->data);
}

void endpoint_harness_dma(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t address, uint32_t size,
                          bool write)
{
    struct prisim_endpoint_stimulus stimulus = {.address = address,
                                                .job = job,
                                                .pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                                                .size = size,
                                                .what = PRISIM_ENDPOINT_DMA,
                                                .has_pasid = pasid != NO_PASID,
                                                .write = write};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &stimulus);
}

static struct prisim_tlp completion(const struct prisim_tlp *request, enum prisim_tlp_type type,
                                    enum prisim_tlp_status status)
{
    return (struct prisim_tlp){.head = {.requester_id = request->head.requester_id,
                                        .destination_id = HARNESS_SMMU,
                                        .tag = request->head.tag,
                                        .size = type == PRISIM_TLP_COMPLETION_DATA ? request->head.size : 0,
                                        .type = (uint8_t)type,
                                        .status = (uint8_t)status}};
}

void endpoint_harness_translated(struct endpoint_harness *h, const struct prisim_tlp *request, uint64_t output,
                                 unsigned size_log2, unsigned bits)
{
    struct prisim_tlp tlp = completion(request, PRISIM_TLP_COMPLETION_DATA, PRISIM_TLP_SC);
    uint64_t entry = prisim_tlp_range_encode(output, size_log2) | bits;
    prisim_store_le32(tlp.data, (uint32_t)(entry >> 32));
    prisim_store_le32(tlp.data + 4, (uint32_t)entry);
    endpoint_harness_down(h, &tlp);
}

void endpoint_harness_complete(struct endpoint_harness *h, const struct prisim_tlp *request,
                               enum prisim_tlp_status status)
{
    struct prisim_tlp tlp =
        completion(request, status == PRISIM_TLP_SC ? PRISIM_TLP_COMPLETION_DATA : PRISIM_TLP_COMPLETION, status);
    endpoint_harness_down(h, &tlp);
}

static uint8_t pasid_flag(int pasid)
{
    return pasid == NO_PASID ? 0 : PRISIM_TLP_HAS_PASID;
}

void endpoint_harness_respond(struct endpoint_harness *h, unsigned prg_index, unsigned code, int pasid)
{
    struct prisim_tlp tlp = {.head = {.pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                                      .requester_id = HARNESS_SMMU,
                                      .destination_id = h->config.requester_id,
                                      .prg_index = (uint16_t)prg_index,
                                      .type = PRISIM_TLP_MESSAGE,
                                      .message = PRISIM_MESSAGE_PRG_RESPONSE,
                                      .response_code = (uint8_t)code,
                                      .flags = pasid_flag(pasid)}};
    endpoint_harness_down(h, &tlp);
}

void endpoint_harness_invalidate(struct endpoint_harness *h, unsigned itag, int pasid, uint64_t address,
                                 unsigned size_log2, bool global)
{
    struct prisim_tlp tlp = {.head = {.pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                                      .requester_id = HARNESS_SMMU,
                                      .destination_id = h->config.requester_id,
                                      .tag = (uint16_t)itag,
                                      .type = PRISIM_TLP_MESSAGE_DATA,
                                      .message = PRISIM_MESSAGE_INVALIDATE_REQUEST,
                                      .flags = pasid_flag(pasid)}};
    tlp.head.id = itag;
    prisim_tlp_invalidate_fill(&tlp, prisim_tlp_range_encode(address, size_log2), global);
    endpoint_harness_down(h, &tlp);
}

static const struct prisim_tlp *up_with_pasid(struct endpoint_harness *h, int pasid)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 200);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.flags & PRISIM_TLP_HAS_PASID, pasid_flag(pasid));
    if (pasid != NO_PASID)
        ck_assert_uint_eq(up->head.pasid, (uint32_t)pasid);
    ck_assert_uint_eq(up->head.requester_id, h->config.requester_id);
    ck_assert_uint_eq(up->head.id >> 24, HARNESS_INSTANCE);
    return up;
}

const struct prisim_tlp *endpoint_harness_up_translate(struct endpoint_harness *h, int pasid, uint64_t page)
{
    const struct prisim_tlp *up = up_with_pasid(h, pasid);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_MEMORY_READ);
    ck_assert_uint_eq(up->head.at, PRISIM_TLP_AT_TRANSLATION_REQUEST);
    ck_assert_uint_eq(up->head.size, 8);
    ck_assert_uint_eq(up->head.address, page);
    return up;
}

const struct prisim_tlp *endpoint_harness_up_page_request(struct endpoint_harness *h, int pasid, uint64_t page)
{
    const struct prisim_tlp *up = up_with_pasid(h, pasid);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_MESSAGE);
    ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_PAGE_REQUEST);
    ck_assert_uint_eq(up->head.address, page);
    ck_assert(!prisim_tlp_is_stop_marker(&up->head));
    return up;
}

const struct prisim_tlp *endpoint_harness_up_dma(struct endpoint_harness *h, uint64_t output, unsigned size)
{
    const struct prisim_tlp *up = up_with_pasid(h, NO_PASID);
    ck_assert(up->head.type == PRISIM_TLP_MEMORY_READ || up->head.type == PRISIM_TLP_MEMORY_WRITE);
    ck_assert_uint_eq(up->head.at, PRISIM_TLP_AT_TRANSLATED);
    ck_assert_uint_eq(up->head.address, output);
    ck_assert_uint_eq(up->head.size, size);
    return up;
}

void endpoint_harness_quiet(struct endpoint_harness *h, prisim_cycle_t edges)
{
    ck_assert_ptr_null(endpoint_harness_up(h, edges));
}

const struct prisim_event *endpoint_harness_done(struct endpoint_harness *h, uint32_t job)
{
    const struct prisim_event *found = NULL;
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        if (event->type != PRISIM_EVENT_ENDPOINT_JOB_DONE || event->endpoint_job_done.job != job)
            continue;
        ck_assert_msg(!found, "job %u ended twice", job);
        found = event;
    }
    return found;
}

void endpoint_harness_ended(struct endpoint_harness *h, uint32_t job, enum prisim_cause cause)
{
    const struct prisim_event *event = endpoint_harness_done(h, job);
    ck_assert_msg(event, "job %u has not ended", job);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_job_done.cause), prisim_cause_name(cause));
}

unsigned endpoint_harness_fault(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t page)
{
    endpoint_harness_dma(h, job, pasid, page, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, pasid, page), 0, 12, 0);
    return endpoint_harness_up_page_request(h, pasid, page)->head.prg_index;
}

prisim_cycle_t endpoint_harness_down_at(const struct endpoint_harness *h)
{
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    ck_assert_uint_eq(down->taken, down->offered);
    return down->taken_at[down->taken - 1];
}

uint32_t endpoint_harness_pri_status(struct endpoint_harness *h)
{
    return endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_PRI + 4) >> 16 & ~(uint32_t)PRISIM_PRI_STATUS_PRPR;
}

void endpoint_harness_missing(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t address, uint32_t size)
{
    endpoint_harness_dma(h, job, pasid, address, size, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, pasid, address & ~UINT64_C(0xfff)), 0, 12, 0);
}

unsigned endpoint_harness_up_member(struct endpoint_harness *h, int pasid, uint64_t page, bool last)
{
    const struct prisim_tlp *up = endpoint_harness_up_page_request(h, pasid, page);
    ck_assert_msg(!(up->head.flags & PRISIM_TLP_LAST) == !last, "page %llx", (unsigned long long)page);
    return up->head.prg_index;
}

void endpoint_harness_up_marker(struct endpoint_harness *h, uint32_t pasid)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 100);
    ck_assert_ptr_nonnull(up);
    ck_assert(prisim_tlp_is_stop_marker(&up->head));
    ck_assert_uint_eq(up->head.pasid, pasid);
}

static void fill_with(struct endpoint_harness *h, unsigned number)
{
    struct prisim_endpoint_stimulus raw = {.address = 0x7000,
                                           .job = 100 + number,
                                           .pasid = 9,
                                           .what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                           .has_pasid = 1,
                                           .access = 5};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    harness_run(h->base, 2);
}

void endpoint_harness_fill(struct endpoint_harness *h, unsigned count)
{
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    for (unsigned i = 0; i < count; i++)
        fill_with(h, i);
}

unsigned endpoint_harness_fill_up(struct endpoint_harness *h)
{
    unsigned sent = 0;
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    for (; harness_events(h->base, PRISIM_EVENT_ENDPOINT_REQUEST_LOST) == 0 && sent < 1000; sent++)
        fill_with(h, sent);
    return sent;
}
