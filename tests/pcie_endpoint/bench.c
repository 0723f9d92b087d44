/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint on a rig (bench.h).
 */
#include "tests/pcie_endpoint/bench.h"

static cycle_t step(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return endpoint_step(config, state, now, ports);
}

void bench_config(struct endpoint_config *config)
{
    endpoint_config_default(config);
    config->register_latency = 3;
    config->invalidate_latency = 5;
    config->retry_backoff = 4;
    config->requester_id = BENCH_ID;
}

struct bench *bench_open(const struct endpoint_config *config)
{
    struct bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    struct config_error error;
    ck_assert(endpoint_config_check(config, &error));
    b->config = *config;
    b->state = malloc(endpoint_state_size(config));
    endpoint_init(&b->config, b->state);
    b->rig = rig_open(step, &b->config, b->state);
    b->rig->ports.instance = BENCH_INSTANCE;
    rig_rx(b->rig, ENDPOINT_RX_DOWN, sizeof(struct tlp));
    rig_rx(b->rig, ENDPOINT_RX_STIMULUS, sizeof(struct endpoint_stimulus));
    rig_tx(b->rig, ENDPOINT_TX_UP, sizeof(struct tlp));
    rig_edge(b->rig);
    return b;
}

void bench_close(struct bench *b)
{
    rig_close(b->rig);
    free(b->state);
    free(b);
}

void bench_enable(struct bench *b, uint32_t allocation)
{
    bench_config_write(b, ENDPOINT_CONFIG_COMMAND, 6);
    bench_config_write(b, ENDPOINT_CONFIG_PASID + 4, (uint32_t)PASID_CONTROL_ENABLE << 16);
    bench_config_write(b, ENDPOINT_CONFIG_PRI + 12, allocation);
    bench_config_write(b, ENDPOINT_CONFIG_PRI + 4, PRI_CONTROL_ENABLE);
    bench_config_write(b, ENDPOINT_CONFIG_ATS + 4, (uint32_t)ATS_CONTROL_ENABLE << 16);
}

struct bench *bench_enabled(const struct endpoint_config *config, uint32_t allocation)
{
    struct bench *b = bench_open(config);
    bench_enable(b, allocation);
    return b;
}

void bench_down(struct bench *b, const struct tlp *tlp)
{
    rig_offer(b->rig, ENDPOINT_RX_DOWN, tlp);
}

const struct tlp *bench_up(struct bench *b, cycle_t limit)
{
    if (!rig_until(b->rig, ENDPOINT_TX_UP, b->seen + 1, limit))
        return NULL;
    return rig_got(b->rig, ENDPOINT_TX_UP, b->seen++);
}

cycle_t bench_up_at(const struct bench *b)
{
    return rig_got_at(b->rig, ENDPOINT_TX_UP, b->seen - 1);
}

/* Requests of the host carry tag 77. */
static struct tlp host_request(struct bench *b, enum tlp_type type, uint64_t address, uint32_t value)
{
    struct tlp tlp = {.head = {.address = address,
                               .requester_id = BENCH_HOST,
                               .destination_id = b->config.requester_id,
                               .tag = 77,
                               .size = 4,
                               .type = (uint8_t)type}};
    store_le32(tlp.data, value);
    return tlp;
}

static const struct tlp *host_completion(struct bench *b, enum tlp_type type)
{
    const struct tlp *up = bench_up(b, 200);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, type);
    ck_assert_uint_eq(up->head.tag, 77);
    ck_assert_uint_eq(up->head.status, TLP_SC);
    ck_assert_uint_eq(up->head.requester_id, BENCH_HOST);
    ck_assert_uint_eq(up->head.destination_id, b->config.requester_id);
    return up;
}

void bench_config_write(struct bench *b, uint32_t offset, uint32_t value)
{
    struct tlp tlp = host_request(b, TLP_CONFIG_WRITE, offset, value);
    bench_down(b, &tlp);
    host_completion(b, TLP_COMPLETION);
}

uint32_t bench_config_read(struct bench *b, uint32_t offset)
{
    struct tlp tlp = host_request(b, TLP_CONFIG_READ, offset, 0);
    bench_down(b, &tlp);
    return load_le32(host_completion(b, TLP_COMPLETION_DATA)->data);
}

void bench_pasid(struct bench *b, uint32_t pasid, uint32_t command)
{
    struct tlp tlp = host_request(b, TLP_MEMORY_WRITE, b->config.bar_base + 4 * (uint64_t)pasid, command);
    bench_down(b, &tlp);
    rig_run(b->rig, 2);
}

uint32_t bench_pasid_state(struct bench *b, uint32_t pasid)
{
    struct tlp tlp = host_request(b, TLP_MEMORY_READ, b->config.bar_base + 4 * (uint64_t)pasid, 0);
    bench_down(b, &tlp);
    return load_le32(host_completion(b, TLP_COMPLETION_DATA)->data);
}

void bench_dma(struct bench *b, uint32_t job, int pasid, uint64_t address, uint32_t size, bool write)
{
    struct endpoint_stimulus stimulus = {.address = address,
                                         .job = job,
                                         .pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                                         .size = size,
                                         .what = ENDPOINT_DMA,
                                         .has_pasid = pasid != NO_PASID,
                                         .write = write};
    rig_offer(b->rig, ENDPOINT_RX_STIMULUS, &stimulus);
}

static struct tlp completion(const struct tlp *request, enum tlp_type type, enum tlp_status status)
{
    return (struct tlp){.head = {.requester_id = request->head.requester_id,
                                 .destination_id = BENCH_SMMU,
                                 .tag = request->head.tag,
                                 .size = type == TLP_COMPLETION_DATA ? request->head.size : 0,
                                 .type = (uint8_t)type,
                                 .status = (uint8_t)status}};
}

void bench_translated(struct bench *b, const struct tlp *request, uint64_t output, unsigned size_log2, unsigned bits)
{
    struct tlp tlp = completion(request, TLP_COMPLETION_DATA, TLP_SC);
    uint64_t entry = tlp_range_encode(output, size_log2) | bits;
    store_le32(tlp.data, (uint32_t)(entry >> 32));
    store_le32(tlp.data + 4, (uint32_t)entry);
    bench_down(b, &tlp);
}

void bench_complete(struct bench *b, const struct tlp *request, enum tlp_status status)
{
    struct tlp tlp = completion(request, status == TLP_SC ? TLP_COMPLETION_DATA : TLP_COMPLETION, status);
    bench_down(b, &tlp);
}

static uint8_t pasid_flag(int pasid)
{
    return pasid == NO_PASID ? 0 : TLP_HAS_PASID;
}

void bench_respond(struct bench *b, unsigned prg_index, unsigned code, int pasid)
{
    struct tlp tlp = {.head = {.pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                               .requester_id = BENCH_SMMU,
                               .destination_id = b->config.requester_id,
                               .prg_index = (uint16_t)prg_index,
                               .type = TLP_MESSAGE,
                               .message = MESSAGE_PRG_RESPONSE,
                               .response_code = (uint8_t)code,
                               .flags = pasid_flag(pasid)}};
    bench_down(b, &tlp);
}

void bench_invalidate(struct bench *b, unsigned itag, int pasid, uint64_t address, unsigned size_log2, bool global)
{
    struct tlp tlp = {.head = {.pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                               .requester_id = BENCH_SMMU,
                               .destination_id = b->config.requester_id,
                               .tag = (uint16_t)itag,
                               .type = TLP_MESSAGE_DATA,
                               .message = MESSAGE_INVALIDATE_REQUEST,
                               .flags = pasid_flag(pasid)}};
    tlp.head.id = itag;
    tlp_invalidate_fill(&tlp, tlp_range_encode(address, size_log2), global);
    bench_down(b, &tlp);
}

static const struct tlp *up_with_pasid(struct bench *b, int pasid)
{
    const struct tlp *up = bench_up(b, 200);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.flags & TLP_HAS_PASID, pasid_flag(pasid));
    if (pasid != NO_PASID)
        ck_assert_uint_eq(up->head.pasid, (uint32_t)pasid);
    ck_assert_uint_eq(up->head.requester_id, b->config.requester_id);
    ck_assert_uint_eq(up->head.id >> 24, BENCH_INSTANCE);
    return up;
}

const struct tlp *bench_up_translate(struct bench *b, int pasid, uint64_t page)
{
    const struct tlp *up = up_with_pasid(b, pasid);
    ck_assert_uint_eq(up->head.type, TLP_MEMORY_READ);
    ck_assert_uint_eq(up->head.at, TLP_AT_TRANSLATION_REQUEST);
    ck_assert_uint_eq(up->head.size, 8);
    ck_assert_uint_eq(up->head.address, page);
    return up;
}

const struct tlp *bench_up_page_request(struct bench *b, int pasid, uint64_t page)
{
    const struct tlp *up = up_with_pasid(b, pasid);
    ck_assert_uint_eq(up->head.type, TLP_MESSAGE);
    ck_assert_uint_eq(up->head.message, MESSAGE_PAGE_REQUEST);
    ck_assert_uint_eq(up->head.address, page);
    ck_assert(!tlp_is_stop_marker(&up->head));
    return up;
}

const struct tlp *bench_up_dma(struct bench *b, uint64_t output, unsigned size)
{
    const struct tlp *up = up_with_pasid(b, NO_PASID);
    ck_assert(up->head.type == TLP_MEMORY_READ || up->head.type == TLP_MEMORY_WRITE);
    ck_assert_uint_eq(up->head.at, TLP_AT_TRANSLATED);
    ck_assert_uint_eq(up->head.address, output);
    ck_assert_uint_eq(up->head.size, size);
    return up;
}

void bench_quiet(struct bench *b, cycle_t edges)
{
    ck_assert_ptr_null(bench_up(b, edges));
}

const struct event *bench_done(struct bench *b, uint32_t job)
{
    const struct event *found = NULL;
    for (unsigned i = 0; i < b->rig->events; i++) {
        const struct event *event = &b->rig->event[i];
        if (event->type != EVENT_ENDPOINT_JOB_DONE || event->endpoint_job_done.job != job)
            continue;
        ck_assert_msg(!found, "job %u ended twice", job);
        found = event;
    }
    return found;
}

void bench_ended(struct bench *b, uint32_t job, enum cause cause)
{
    const struct event *event = bench_done(b, job);
    ck_assert_msg(event, "job %u has not ended", job);
    ck_assert_str_eq(cause_name((enum cause)event->endpoint_job_done.cause), cause_name(cause));
}

unsigned bench_fault(struct bench *b, uint32_t job, int pasid, uint64_t page)
{
    bench_dma(b, job, pasid, page, 4, true);
    bench_translated(b, bench_up_translate(b, pasid, page), 0, 12, 0);
    return bench_up_page_request(b, pasid, page)->head.prg_index;
}

unsigned bench_fill_up(struct bench *b)
{
    unsigned sent = 0;
    rig_ready(b->rig, ENDPOINT_TX_UP, false);
    rig_run(b->rig, 2);
    for (; rig_events(b->rig, EVENT_ENDPOINT_REQUEST_LOST) == 0 && sent < 1000; sent++) {
        struct endpoint_stimulus raw = {.address = 0x7000,
                                        .job = 100 + sent,
                                        .pasid = 9,
                                        .what = ENDPOINT_PAGE_REQUEST,
                                        .has_pasid = 1,
                                        .access = 5};
        rig_offer(b->rig, ENDPOINT_RX_STIMULUS, &raw);
        rig_run(b->rig, 2);
    }
    return sent;
}

int bench_main(const char *name, const TTest *const *tests, unsigned count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    for (unsigned i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
