/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of an endpoint: which bytes of its state it tells; and that two endpoints with different pasts
 * whose rows are equal stay equal, edge by edge, whatever they hear.
 */
#include "model/pcie/tlp_canonical.h"
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/harness/told.h"
#include "tests/pcie_endpoint/endpoint_peers.h"

enum { PAGE = 0x5000, OUTPUT = 0x800000, NAMES = 64, LOOKS = 400, ATC_ENTRIES = 8 };

#define FOLLOWS "it follows from what is told"
#define NAMING  "it gives names only"
#define NOT_DMA "what waits in line is a DMA of a context"
#define ONE     "what waits in line is one access"
#define ALONE   "it has no virtual functions (test_pcie_endpoint_shared_told.c)"
#define PADDING "padding"
#define TOLD    struct prisim_endpoint

static const struct told_field fields[] = {
    TOLD_FIELD(touched, "what was written is no part of what it means"),
    TOLD_FIELD(due, FOLLOWS),
    TOLD_FLAG(more, FOLLOWS),
    TOLD_FIELD(answer_head, NULL),
    TOLD_FIELD(answer_count, NULL),
    TOLD_FIELD(invalidate_head, NULL),
    TOLD_FIELD(invalidate_count, NULL),
    TOLD_FIELD(invalidate_gone, NULL),
    TOLD_FIELD(pending_head, NULL),
    TOLD_FIELD(pending_count, NULL),
    TOLD_FIELD(job_due, FOLLOWS),
    TOLD_FIELD(timeout_due, FOLLOWS),
    TOLD_FIELD(outgoing_head, NULL),
    TOLD_FIELD(outgoing_count, NULL),
    TOLD_FIELD(turn_translate, NULL),
    TOLD_FIELD(turn_fault, NULL),
    TOLD_FIELD(turn_transfer, NULL),
    TOLD_FIELD(unused, PADDING),
    TOLD_FLAG(msix_waits, FOLLOWS),
    TOLD_FIELD(turn_stream, NULL),
    TOLD_FIELD(page_requests, NULL),
    TOLD_FIELD(page_request_limit, NULL),
    TOLD_FIELD(in[ENDPOINT_JOB_FREE], NULL),
    {"in", offsetof(TOLD, in[1]), (ENDPOINT_JOB_STATES - 1) * sizeof(uint64_t), 0, 1, 0, FOLLOWS},
    TOLD_FIELD(writes, FOLLOWS),
    TOLD_FIELD(free_reads, NULL),
    TOLD_FIELD(free_contexts, NULL),
    {"streams", offsetof(TOLD, streams), 2, 0, 1, 0, NULL},
    {"streams, beyond the last", offsetof(TOLD, streams) + 2, 2, 0, 1, 0, "there are 16"},
    TOLD_FIELD(streams_ready, FOLLOWS),
    TOLD_FIELD(owing, NULL),
    TOLD_FIELD(stop_due, FOLLOWS),
    TOLD_FIELD(marked, NULL),
    TOLD_FIELD(pri_allocation, NULL),
    TOLD_FIELD(pri_epoch, NULL),
    TOLD_FIELD(ats_enables, NULL),
    TOLD_FIELD(command, NULL),
    TOLD_FIELD(ats_control, NULL),
    TOLD_FIELD(pasid_control, NULL),
    TOLD_FLAG(ats_refused, NULL),
    TOLD_FLAG(pri_enable, NULL),
    TOLD_FLAG(pri_halted, NULL),
    TOLD_FLAG(pri_rf, NULL),
    TOLD_FLAG(pri_uprgi, NULL),
    TOLD_FLAG(pri_stopped, NULL),
    TOLD_FIELD(prg_last, NULL),
    TOLD_FIELD(tlps, NAMING),
    TOLD_FIELD(request_count, NAMING),
    TOLD_FIELD(drawn, NULL),
    TOLD_FIELD(invalidate_free, NULL),
    {"prg_busy", offsetof(TOLD, prg_busy), 8, 8, PRG_WORDS, 0, NULL},
    TOLD_FIELD(atc.valid, FOLLOWS),
    TOLD_FIELD(atc.sizes, FOLLOWS),
    TOLD_FIELD(atc.used, NULL),
    TOLD_FIELD(atc.oldest, NULL),
    TOLD_FIELD(atc.youngest, FOLLOWS),
    TOLD_FIELD(ready_at, NULL),
    TOLD_FIELD(invalidate_random, NULL),
    TOLD_FIELD(invalidates, NULL),
    TOLD_FIELD(shared, ALONE),
    TOLD_FIELD(to_a_line, PADDING),

    TOLD_EACH(read, address, 0, NULL),
    TOLD_EACH(read, due, 0, NULL),
    TOLD_EACH(read, pasid, 0, NULL),
    TOLD_EACH(read, job, 0, NULL),
    TOLD_EACH(read, overdue, 1, NULL),

    {"function.bar", offsetof(TOLD, function.bar), 8, 8, ENDPOINT_BARS, 0, NULL},
    TOLD_FIELD(function.msix_address, NULL),
    TOLD_FIELD(function.msix_data, NULL),
    TOLD_FIELD(function.msix_control, NULL),
    TOLD_FIELD(function.device_control, NULL),
    TOLD_FIELD(function.device_control2, NULL),
    TOLD_FIELD(function.device_status, NULL),
    TOLD_FLAG(function.msix_masked, NULL),
    TOLD_FLAG(function.msix_pending, NULL),
    TOLD_FIELD(function.unused, PADDING),

    TOLD_EACH(job, start, 0, NULL),
    TOLD_EACH(job, address, 0, NULL),
    TOLD_EACH(job, output, 0, NULL),
    TOLD_EACH(job, due, 0, NULL),
    TOLD_EACH(job, remaining, 0, NULL),
    TOLD_EACH(job, number, 0, NULL),
    TOLD_EACH(job, pasid, 0, NULL),
    TOLD_EACH(job, faults, 0, NULL),
    TOLD_EACH(job, ats_enables, 0, NULL),
    TOLD_EACH(job, members, 0, NULL),
    TOLD_EACH(job, prg_index, 0, FOLLOWS),
    TOLD_EACH(job, open, 0, NULL),
    TOLD_EACH(job, state, 0, NULL),
    TOLD_EACH(job, cause, 0, NULL),
    TOLD_EACH(job, context, 0, NULL),
    TOLD_EACH(job, stream, 0, NULL),
    TOLD_EACH(job, mode, 0, NULL),
    TOLD_EACH(job, has_pasid, 1, NULL),
    TOLD_EACH(job, write, 1, NULL),
    TOLD_EACH(job, untranslated, 1, NULL),
    TOLD_EACH(job, poisoned, 1, NULL),
    TOLD_EACH(job, overdue, 1, NULL),
    TOLD_EACH(job, clipped, 1, NULL),

    TOLD_EACH(context, jobs, 0, FOLLOWS),
    TOLD_EACH(context, due, 0, NULL),
    TOLD_EACH(context, pasid, 0, NULL),
    TOLD_EACH(context, use, 0, NULL),
    TOLD_EACH(context, groups, 0, NULL),
    TOLD_EACH(context, state, 0, NULL),
    TOLD_EACH(context, marker, 0, NULL),

    TOLD_EACH(answer, due, 0, NULL),
    TOLD_EACH(answer, value, 0, NULL),
    TOLD_EACH(answer, requester_id, 0, NULL),
    TOLD_EACH(answer, tag, 0, NULL),
    TOLD_EACH(answer, size, 0, NULL),
    TOLD_EACH(answer, type, 0, NULL),
    TOLD_EACH(answer, status, 0, NULL),
    TOLD_EACH(answer, traffic_class, 0, NULL),

    TOLD_EACH(invalidate, due, 0, NULL),
    TOLD_EACH(invalidate, reads, 0, NULL),
    TOLD_EACH(invalidate, pasid, 0, NULL),
    TOLD_EACH(invalidate, range.base, 0, NULL),
    TOLD_EACH(invalidate, range.size_log2, 0, NULL),
    TOLD_EACH(invalidate, range.pasid, 0, NULL),
    TOLD_EACH(invalidate, tlp, 0, NULL),
    TOLD_EACH(invalidate, requester_id, 0, NULL),
    TOLD_EACH(invalidate, itag, 0, NULL),
    TOLD_EACH(invalidate, fault, 0, NULL),
    TOLD_EACH(invalidate, bad_pasid, 1, NULL),
    TOLD_EACH(invalidate, answered, 1, NULL),
    TOLD_EACH(invalidate, unused, 0, PADDING),

    TOLD_EACH(group, use, 0, NULL),
    TOLD_EACH(group, pasid, 0, NULL),
    TOLD_EACH(group, job, 0, NULL),
    TOLD_EACH(group, context, 0, NULL),
    TOLD_EACH(group, members, 0, NULL),
    TOLD_EACH(group, stale, 1, NULL),

    TOLD_EACH(pending, address, 0, NULL),
    TOLD_EACH(pending, span, 0, ONE),
    TOLD_EACH(pending, stride, 0, ONE),
    TOLD_EACH(pending, count, 0, NULL),
    TOLD_EACH(pending, job, 0, NULL),
    TOLD_EACH(pending, pasid, 0, NULL),
    TOLD_EACH(pending, size, 0, NULL),
    TOLD_EACH(pending, prg_index, 0, NOT_DMA),
    TOLD_EACH(pending, what, 0, NULL),
    TOLD_EACH(pending, has_pasid, 0, NULL),
    TOLD_EACH(pending, write, 0, NULL),
    TOLD_EACH(pending, access, 0, NOT_DMA),
    TOLD_EACH(pending, rogue, 0, NULL),
    TOLD_EACH(pending, execute, 0, NULL),
    TOLD_EACH(pending, privileged, 0, NULL),
    TOLD_EACH(pending, pattern, 0, ONE),
    TOLD_EACH(pending, outstanding, 0, ONE),
    TOLD_EACH(pending, unused, 0, PADDING),

    TOLD_EACH(stream, what.address, 0, NULL),
    TOLD_EACH(stream, what.span, 0, NULL),
    TOLD_EACH(stream, what.stride, 0, NULL),
    TOLD_EACH(stream, what.count, 0, NULL),
    TOLD_EACH(stream, what.job, 0, NAMING),
    TOLD_EACH(stream, what.pasid, 0, NULL),
    TOLD_EACH(stream, what.size, 0, NULL),
    TOLD_EACH(stream, what.prg_index, 0, NOT_DMA),
    TOLD_EACH(stream, what.what, 0, NOT_DMA),
    TOLD_EACH(stream, what.has_pasid, 0, NULL),
    TOLD_EACH(stream, what.write, 0, NULL),
    TOLD_EACH(stream, what.access, 0, NOT_DMA),
    TOLD_EACH(stream, what.rogue, 0, "its accesses have their context from when it was opened"),
    TOLD_EACH(stream, what.execute, 0, NULL),
    TOLD_EACH(stream, what.privileged, 0, NULL),
    TOLD_EACH(stream, what.pattern, 0, NULL),
    TOLD_EACH(stream, what.outstanding, 0, NULL),
    TOLD_EACH(stream, what.unused, 0, PADDING),
    TOLD_EACH(stream, begin, 0, NULL),
    TOLD_EACH(stream, context, 0, NULL),
    TOLD_EACH(stream, under_way, 0, NULL),
    TOLD_EACH(stream, unused, 0, PADDING),

    TOLD_EACH(outgoing, head.address, 0, NULL),
    TOLD_EACH(outgoing, head.id, 0, "it gets one when it leaves"),
    TOLD_EACH(outgoing, head.pasid, 0, NULL),
    TOLD_EACH(outgoing, head.itag_vector, 0, NULL),
    TOLD_EACH(outgoing, head.requester_id, 0, NULL),
    TOLD_EACH(outgoing, head.destination_id, 0, NULL),
    TOLD_EACH(outgoing, head.tag, 0, NULL),
    TOLD_EACH(outgoing, head.prg_index, 0, NULL),
    TOLD_EACH(outgoing, head.size, 0, NULL),
    TOLD_EACH(outgoing, head.type, 0, NULL),
    TOLD_EACH(outgoing, head.at, 0, NULL),
    TOLD_EACH(outgoing, head.message, 0, NULL),
    TOLD_EACH(outgoing, head.status, 0, NULL),
    TOLD_EACH(outgoing, head.response_code, 0, NULL),
    TOLD_EACH(outgoing, head.completion_count, 0, NULL),
    TOLD_EACH(outgoing, head.traffic_class, 0, NULL),
    TOLD_EACH(outgoing, head.flags, 0, NULL),
    TOLD_EACH(outgoing, value, 0, NULL),
    TOLD_EACH(outgoing, request, 0, NULL),
    TOLD_EACH(outgoing, epoch, 0, NULL),
    TOLD_EACH(outgoing, kind, 0, NULL),
    TOLD_EACH(outgoing, job_index, 0, NULL),

    {"completing", offsetof(TOLD, completing), 4, 4, ENDPOINT_INVALIDATES_MAX, 0, NULL},
    TOLD_EACH(asked, pages, 0, NULL),
    TOLD_EACH(asked, got, 0, NULL),
    TOLD_EACH(asked, access, 0, NULL),

    {"atc_count", offsetof(TOLD, atc_count), 2, 2, 65, 0, FOLLOWS},
    {"atc_bucket", offsetof(TOLD, atc_bucket), 2, 2, ENDPOINT_ATC_BUCKETS, 0, FOLLOWS},
    {"atc_entry[].base", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, base),
     TOLD_SIZE(struct endpoint_atc_entry, base), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, NULL},
    {"atc_entry[].output", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, output),
     TOLD_SIZE(struct endpoint_atc_entry, output), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, NULL},
    {"atc_entry[].pasid", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, pasid),
     TOLD_SIZE(struct endpoint_atc_entry, pasid), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, NULL},
    {"atc_entry[].next", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, next),
     TOLD_SIZE(struct endpoint_atc_entry, next), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, FOLLOWS},
    {"atc_entry[].older", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, older),
     TOLD_SIZE(struct endpoint_atc_entry, older), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, FOLLOWS},
    {"atc_entry[].younger", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, younger),
     TOLD_SIZE(struct endpoint_atc_entry, younger), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, NULL},
    {"atc_entry[].size_log2", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, size_log2),
     TOLD_SIZE(struct endpoint_atc_entry, size_log2), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, NULL},
    {"atc_entry[].access", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, access),
     TOLD_SIZE(struct endpoint_atc_entry, access), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, NULL},
    {"atc_entry[].untranslated", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, untranslated),
     TOLD_SIZE(struct endpoint_atc_entry, untranslated), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 1, NULL},
    {"atc_entry[].privileged", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, privileged),
     TOLD_SIZE(struct endpoint_atc_entry, privileged), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 1, NULL},
    {"atc_entry[].unused", offsetof(TOLD, atc_entry) + offsetof(struct endpoint_atc_entry, unused),
     TOLD_SIZE(struct endpoint_atc_entry, unused), sizeof(struct endpoint_atc_entry), ATC_ENTRIES, 0, PADDING},
};

/* Whoever reads a row beside the endpoint has names of his own for what is in it. */
static void name_everybody(const struct endpoint_harness *h, struct prisim_canonical *to)
{
    const unsigned rank = h->base->ports.instance;
    for (unsigned i = 0; i < NAMES; i++) {
        prisim_canonical_name(to, PRISIM_CANONICAL_TLP, i);
        prisim_canonical_name(to, PRISIM_CANONICAL_JOB, prisim_canonical_of(rank, i));
        prisim_canonical_name(to, PRISIM_CANONICAL_REQUEST, prisim_canonical_of(rank, i));
    }
}

struct telling {
    const struct endpoint_harness *h;
    struct prisim_canonical *to;
    bool names;
};

static uint64_t row(void *context)
{
    const struct telling *t = context;
    const struct endpoint_harness *h = t->h;
    prisim_canonical_begin(t->to, 0, h->base->now - 1);
    prisim_canonical_prg_last(t->to, HARNESS_ID, prisim_endpoint_prg_last(h->state));
    if (t->names)
        name_everybody(h, t->to);
    prisim_endpoint_canonical(&h->config, h->state, &h->base->ports, t->to);
    prisim_canonical_word(t->to, h->base->ports.tx_valid);
    /* But not the data: a write's is the number of its job. */
    if (h->base->ports.tx_valid)
        prisim_tlp_header_canonical(h->base->ports.tx[PRISIM_ENDPOINT_TX_UP], t->to);
    prisim_canonical_end(t->to);
    return prisim_canonical_hash(t->to, 1, h->base->now - 1);
}

static uint64_t row_of(const struct endpoint_harness *h, struct prisim_canonical *to)
{
    return row(&(struct telling){h, to, false});
}

/* What the peers do not do: registers are read and written, every response fails. */
static void disturb_more(struct endpoint_harness *h, struct random_stream *random)
{
    struct prisim_tlp tlp = {.head = {.requester_id = (uint16_t)random_below(random, UINT16_MAX),
                                      .destination_id = HARNESS_ID,
                                      .tag = (uint16_t)random_below(random, UINT16_MAX),
                                      .address = 4 * random_below(random, 3),
                                      .size = 4,
                                      .traffic_class = (uint8_t)random_below(random, 256),
                                      .type = PRISIM_TLP_CONFIG_READ}};
    if (random_below(random, 20) == 0)
        endpoint_harness_down(h, &tlp);
    if (random_below(random, 20) == 0)
        endpoint_harness_invalidate(h, (unsigned)random_below(random, 32), (int)random_below(random, 3), 0x4000, 16,
                                    random_below(random, 2));
}

/* Groups that stay open, requests that are given up, DMAs of many accesses: what each kind of state needs. */
static void busy_config(struct prisim_endpoint_config *config, uint32_t stop, uint32_t order)
{
    endpoint_harness_config(config);
    config->jobs = 6;
    config->atc_entries = ATC_ENTRIES;
    /* 3 and 4: a marker behind its report, and before it. */
    config->stop = stop < 3 ? stop : (uint32_t)PRISIM_ENDPOINT_STOP_MARKER;
    config->stop_report = stop < 3 ? (uint32_t)PRISIM_ENDPOINT_REPORT_WITH : stop - 2;
    config->marker_delay = stop < 3 ? 0 : 40;
    config->group_pages = 3;
    config->group_order = order;
    config->last_delay = 20;
    config->prgi_policy = order;
    config->completion_timeout = 40;
    config->pasid_execute = config->pasid_privileged = 1;
}

static struct endpoint_harness *open_busy(const struct prisim_endpoint_config *config)
{
    struct endpoint_harness *h = endpoint_harness_enabled(config, ENDPOINT_PEERS_ALLOCATION);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PASID + 4, 7u << 16);
    return h;
}

START_TEST(every_byte_is_told_or_has_a_reason)
{
    struct told *told = told_open(fields, sizeof fields / sizeof *fields,
                                  sizeof(struct prisim_endpoint) + ATC_ENTRIES * sizeof(struct endpoint_atc_entry));
    struct prisim_canonical *to = prisim_canonical_open();
    for (uint32_t stop = 0; stop < 5; stop++) {
        struct endpoint_peers peers = {
            .random = random_open(stop, 0, 0), .jobs_left = 50, .rogues = true, .streams = true};
        struct random_stream more = random_open(stop, 0, 1);
        struct prisim_endpoint_config config;
        busy_config(&config, stop, stop % 2);
        config.jobs = stop == 0 ? PRISIM_ENDPOINT_JOBS_MAX : 6;
        config.retry_limit = 5;
        config.translations = stop == 1 ? 4 : 1;
        if (stop == 2) {
            config.invalidate_order = PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER;
            config.invalidate_merge = 8;
        }
        struct endpoint_harness *h = open_busy(&config);
        struct telling t = {h, to, true};
        for (unsigned look = 0; look < LOOKS; look++) {
            for (unsigned edge = 0; edge < 7; edge++) {
                endpoint_peers_edge(h, &peers, true);
                disturb_more(h, &more);
            }
            told_look(told, h->state, row, &t);
        }
        endpoint_harness_close(h);
    }
    prisim_canonical_close(to);
    told_close(told);
}
END_TEST

/* A job writes a page that is there only after a page request. */
static void access_page(struct endpoint_harness *h, uint32_t job, uint64_t page)
{
    unsigned index = endpoint_harness_fault(h, job, 1, page);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, page), OUTPUT + page, 12, R | W);
    endpoint_harness_up_dma(h, OUTPUT + page, 4);
    harness_run(h->base, 20);
    ck_assert_ptr_nonnull(endpoint_harness_done(h, job));
}

static struct endpoint_harness *open_running(uint32_t stop)
{
    struct prisim_endpoint_config config;
    busy_config(&config, stop, PRISIM_ENDPOINT_GROUP_RANDOM);
    config.prgi_policy = PRISIM_ENDPOINT_PRGI_ROUND; /* with the lowest one, indexes are no distances */
    config.jobs = 16;
    config.atc_entries = 64;
    struct endpoint_harness *h = open_busy(&config);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

START_TEST(same_access_again_is_the_same_state)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct endpoint_harness *h = open_running(PRISIM_ENDPOINT_STOP_WAIT);
    const uint64_t before = row_of(h, to);
    access_page(h, 1, PAGE);
    const uint64_t once = row_of(h, to);
    endpoint_harness_dma(h, 2, 1, PAGE, 4, true);
    endpoint_harness_up_dma(h, OUTPUT + PAGE, 4);
    harness_run(h->base, 20);
    ck_assert_ptr_nonnull(endpoint_harness_done(h, 2));
    ck_assert_uint_eq(row_of(h, to), once);
    harness_run(h->base, 1000);
    ck_assert_uint_eq(row_of(h, to), once);
    ck_assert_uint_ne(once, before);
    access_page(h, 3, PAGE + 0x1000);
    ck_assert_uint_ne(row_of(h, to), once);
    endpoint_harness_close(h);
    prisim_canonical_close(to);
}
END_TEST

/* Pages, stops, starts, a reset of page requests, ATS off and on; and one page at the end. */
static struct endpoint_harness *open_with_past(uint32_t stop)
{
    struct endpoint_harness *h = open_running(stop);
    access_page(h, 101, PAGE + 0x1000);
    access_page(h, 102, PAGE + 0x2000);
    if (stop != PRISIM_ENDPOINT_STOP_MARKER) {
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    }
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_RESET);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_ENABLE);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
    harness_run(h->base, 777);
    access_page(h, 103, PAGE);
    return h;
}

/* The peers of both hear and say the same, but for the numbers of jobs. */
START_TEST(equal_rows_stay_equal)
{
    const uint32_t stop = _i % 2 ? PRISIM_ENDPOINT_STOP_NONE : PRISIM_ENDPOINT_STOP_WAIT;
    struct prisim_canonical *to = prisim_canonical_open();
    struct endpoint_harness *a = open_running(stop), *b = open_with_past(stop);
    access_page(a, 1, PAGE);
    ck_assert_uint_ne(prisim_endpoint_prg_last(a->state), prisim_endpoint_prg_last(b->state));
    struct endpoint_peers of_a = {
        .random = random_open((uint64_t)_i, 0, 0), .jobs = 1, .jobs_left = 60, .streams = true};
    ck_assert_uint_ne(row_of(a, to), row_of(b, to)); /* they will draw other numbers */
    b->state->drawn = a->state->drawn;
    struct endpoint_peers of_b = of_a;
    of_b.jobs = 103;
    uint64_t last = 0;
    unsigned rows = 0;
    for (unsigned edge = 0; edge < 12000; edge++) {
        const uint64_t row_a = row_of(a, to), row_b = row_of(b, to);
        ck_assert_msg(row_a == row_b, "edge %u", edge);
        rows += row_a != last;
        last = row_a;
        endpoint_peers_edge(a, &of_a, edge < 10000);
        endpoint_peers_edge(b, &of_b, edge < 10000);
    }
    ck_assert_uint_gt(rows, 2000);
    ck_assert_uint_eq(harness_events(a->base, PRISIM_EVENT_ENDPOINT_JOB_DONE) + 2,
                      harness_events(b->base, PRISIM_EVENT_ENDPOINT_JOB_DONE));
    endpoint_harness_close(a);
    endpoint_harness_close(b);
    prisim_canonical_close(to);
}
END_TEST

/* PCIE-MARKERCODE: a response to a Stop Marker has the index 0, so the distance to it counts from then on. */
START_TEST(marker_makes_indexes_count)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct endpoint_harness *a = open_running(PRISIM_ENDPOINT_STOP_MARKER);
    struct endpoint_harness *b = open_with_past(PRISIM_ENDPOINT_STOP_MARKER);
    access_page(a, 1, PAGE);
    b->state->drawn = a->state->drawn;
    ck_assert_uint_eq(row_of(a, to), row_of(b, to));
    endpoint_harness_pasid(a, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_pasid(b, 1, PRISIM_ENDPOINT_PASID_STOP);
    harness_run(a->base, 20);
    harness_run(b->base, 20);
    ck_assert_uint_ne(row_of(a, to), row_of(b, to));
    endpoint_harness_close(a);
    endpoint_harness_close(b);
    prisim_canonical_close(to);
}
END_TEST

static bool is_zero(const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (((const uint8_t *)bytes)[i])
            return false;
    return true;
}

/* Nothing is under way: lines begin at their first places, and nobody left anything in his. */
static void is_left_clean(const struct prisim_endpoint *s)
{
    ck_assert_uint_eq(s->in[ENDPOINT_JOB_FREE], prisim_bits_mask(6));
    ck_assert_uint_eq(s->free_reads, UINT64_MAX);
    ck_assert_uint_eq(s->page_requests, 0);
    ck_assert_uint_eq(s->streams | s->streams_ready | s->turn_stream, 0);
    ck_assert(is_zero(s->stream, sizeof s->stream));
    ck_assert_uint_eq(s->outgoing_head | s->answer_head | s->invalidate_head | s->pending_head, 0);
    ck_assert(is_zero(s->job, sizeof s->job) && is_zero(s->read, sizeof s->read));
    ck_assert(is_zero(s->answer, sizeof s->answer) && is_zero(s->invalidate, sizeof s->invalidate));
    ck_assert(is_zero(s->group, sizeof s->group) && is_zero(s->pending, sizeof s->pending));
    ck_assert(is_zero(s->outgoing, sizeof s->outgoing) && is_zero(s->completing, sizeof s->completing));
    for (unsigned i = 0; i < ATC_ENTRIES; i++)
        ck_assert((s->atc.valid[0] >> i & 1) || is_zero(&s->atc_entry[i], sizeof s->atc_entry[i]));
}

START_TEST(cold_writes_are_touched_and_places_left_clean)
{
    struct prisim_endpoint_config config;
    busy_config(&config, (uint32_t)_i < 5 ? (uint32_t)_i : (uint32_t)_i % 3, (uint32_t)_i % 2);
    if (_i >= 5) {
        config.atc_ways = 2;
        config.translations = 5;
        config.invalidate_order = PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER;
        config.invalidate_merge = 3;
        config.invalidate_fault = (uint32_t)_i - 5;
        config.invalidate_late_cycles = 3;
        config.dma_traffic_classes = 0x11;
    }
    const size_t size = prisim_endpoint_state_size(&config), hot = prisim_endpoint_hot_size(&config);
    ck_assert_uint_le(hot, 1024);
    struct endpoint_harness *h = open_busy(&config);
    struct endpoint_peers peers = {
        .random = random_open((uint64_t)_i, 0, 0), .jobs_left = _i < 5 ? 100 : 60, .rogues = true, .streams = true};
    struct random_stream more = random_open((uint64_t)_i, 0, 1);
    void *before = malloc(size);
    unsigned few = 0;
    for (unsigned edge = 0; edge < 20000; edge++) {
        h->state->touched.count = 0;
        memcpy(before, h->state, size);
        endpoint_peers_edge(h, &peers, edge < 12000);
        if (edge < 12000)
            disturb_more(h, &more);
        told_touched(h->state, before, hot, size);
        few += h->state->touched.count <= PRISIM_TOUCHED_MAX;
    }
    ck_assert_uint_eq(peers.jobs_left, 0);
    ck_assert_uint_gt(few, 19000);
    is_left_clean(h->state);
    free(before);
    endpoint_harness_close(h);
}
END_TEST

/* A stop in the middle of a group gives credits back: the edge at which that is rare says so as well. */
START_TEST(group_that_shrinks_is_touched)
{
    struct prisim_endpoint_config config;
    busy_config(&config, PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_GROUP_KEPT);
    config.group_pages = 5;
    const size_t size = prisim_endpoint_state_size(&config), hot = prisim_endpoint_hot_size(&config);
    struct endpoint_harness *h = open_busy(&config);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_missing(h, 1, 1, PAGE, 0x5000);
    unsigned index = endpoint_harness_up_member(h, 1, PAGE, false);
    struct prisim_tlp stop = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = config.bar_base + 4, .size = 4},
                              .data = {2}};
    endpoint_harness_down(h, &stop);
    void *before = malloc(size);
    h->state->touched.count = 0;
    memcpy(before, h->state, size);
    harness_edge(h->base);
    ck_assert_uint_eq(h->state->group[index].members, 2);
    told_touched(h->state, before, hot, size);
    free(before);
    endpoint_harness_close(h);
}
END_TEST

/* A stimulus that is offered counts, and what it says. */
START_TEST(a_stimulus_counts)
{
    struct prisim_endpoint_config config;
    busy_config(&config, PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_GROUP_KEPT);
    struct endpoint_harness *h = open_busy(&config);
    struct prisim_canonical *to = prisim_canonical_open();
    struct prisim_endpoint_stimulus raw = {.what = PRISIM_ENDPOINT_PAGE_REQUEST, .address = 0x7000, .access = 5};
    h->base->ports.rx[PRISIM_ENDPOINT_RX_STIMULUS] = &raw;
    h->base->ports.rx_valid |= UINT64_C(1) << PRISIM_ENDPOINT_RX_STIMULUS;
    const uint64_t before = row_of(h, to);
    raw.address = 0x8000;
    ck_assert_uint_ne(row_of(h, to), before);
    prisim_canonical_close(to);
    endpoint_harness_close(h);
}
END_TEST

/* A raw page request that waits for the link counts by its name. */
START_TEST(a_raw_request_counts_by_its_name)
{
    struct prisim_endpoint_config config;
    busy_config(&config, PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_GROUP_KEPT);
    struct endpoint_harness *h = open_busy(&config);
    struct prisim_canonical *to = prisim_canonical_open();
    const struct prisim_endpoint_stimulus raw = {.what = PRISIM_ENDPOINT_PAGE_REQUEST, .address = 0x7000, .access = 5};
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    for (unsigned i = 0; i < 2; i++) /* the first one stands on the port */
        harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    harness_run(h->base, 20);
    ck_assert_uint_eq(h->state->outgoing_count, 1);
    struct endpoint_outgoing *out = &h->state->outgoing[h->state->outgoing_head];
    ck_assert_uint_eq(out->kind, ENDPOINT_OUT_RAW);
    const uint64_t before = row(&(struct telling){h, to, true});
    out->request ^= 1;
    ck_assert_uint_ne(row(&(struct telling){h, to, true}), before);
    prisim_canonical_close(to);
    endpoint_harness_close(h);
}
END_TEST

/* What invalidations have drawn counts where they draw, and nowhere else. */
START_TEST(draws_of_invalidations_count_out_of_order)
{
    struct prisim_endpoint_config config;
    busy_config(&config, PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_GROUP_KEPT);
    const bool draws = _i == PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER;
    config.invalidate_order = (uint32_t)_i;
    struct endpoint_harness *h = open_busy(&config);
    struct prisim_canonical *to = prisim_canonical_open();
    const uint64_t before = row_of(h, to);
    h->state->invalidate_random.counter++;
    ck_assert_int_eq(row_of(h, to) != before, draws);
    prisim_canonical_close(to);
    endpoint_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("endpoint canonical");
    TCase *tcase = tcase_create("endpoint canonical");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_byte_is_told_or_has_a_reason);
    tcase_add_test(tcase, same_access_again_is_the_same_state);
    tcase_add_loop_test(tcase, equal_rows_stay_equal, 0, 6);
    tcase_add_test(tcase, marker_makes_indexes_count);
    tcase_add_loop_test(tcase, cold_writes_are_touched_and_places_left_clean, 0, 11);
    tcase_add_test(tcase, group_that_shrinks_is_touched);
    tcase_add_test(tcase, a_stimulus_counts);
    tcase_add_test(tcase, a_raw_request_counts_by_its_name);
    tcase_add_loop_test(tcase, draws_of_invalidations_count_out_of_order, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
