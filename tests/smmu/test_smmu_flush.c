/* SPDX-License-Identifier: Apache-2.0
 *
 * The way in (PCIE-ORDER-11; docs/timing/smmu.md "The way in"): what ppr_flush and invalidate_completion_flush promise
 * to what comes behind a page request, with a PRI queue that the test plays. Each test runs stepped at every edge and
 * leaping.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"
#include "tests/smmu/smmu_harness.h"

enum { LATENCY = 50, PLACES = 64, WRITTEN = 1 };

static struct smmu_harness *h;

static void start(bool leap, enum prisim_smmu_flush ppr, enum prisim_smmu_flush completion)
{
    h = smmu_harness_open();
    h->leap = leap;
    h->config.ppr_flush = ppr;
    h->config.invalidate_completion_flush = completion;
    h->config.ppr_latency = LATENCY;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_run(h, 5);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void message(enum prisim_tlp_message what, uint64_t address, unsigned prgi, unsigned flags, uint32_t itags)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, address, 0);
    tlp.head.message = (uint8_t)what;
    tlp.head.prg_index = (uint16_t)prgi;
    tlp.head.flags = (uint8_t)flags;
    tlp.head.pasid = 5;
    tlp.head.itag_vector = itags;
    tlp.head.completion_count = 1;
    smmu_harness_up(h, &tlp);
}

static void page(unsigned prgi)
{
    message(PRISIM_MESSAGE_PAGE_REQUEST, UINT64_C(0x123456789000), prgi, PRISIM_TLP_READ | PRISIM_TLP_LAST, 0);
}

static void marker(void)
{
    message(PRISIM_MESSAGE_PAGE_REQUEST, 0, 0, PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST, 0);
}

/* Its event tells when it takes effect, whether somebody waits for the ITag or not. */
static void completion(unsigned itag)
{
    message(PRISIM_MESSAGE_INVALIDATE_COMPLETION, 0, 0, 0, UINT32_C(1) << itag);
}

static void dma(enum prisim_tlp_type type)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(type, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    smmu_harness_up(h, &tlp);
}

static void translation(void)
{
    struct prisim_tlp tlp = smmu_harness_request(UINT64_C(0x123456789000), -1, PRISIM_TLP_NO_WRITE);
    smmu_harness_up(h, &tlp);
}

static unsigned taken(void)
{
    return h->base->rx[PRISIM_SMMU_RX_UP].taken;
}

static prisim_cycle_t taken_at(unsigned i)
{
    ck_assert_uint_gt(taken(), i);
    return h->base->rx[PRISIM_SMMU_RX_UP].taken_at[i];
}

static unsigned handed(void)
{
    return h->base->tx[PRISIM_SMMU_TX_PRI_REQUEST].count;
}

static prisim_cycle_t handed_at(unsigned i)
{
    ck_assert_uint_gt(handed(), i);
    return harness_got_at(h->base, PRISIM_SMMU_TX_PRI_REQUEST, i);
}

static unsigned completed(void)
{
    return harness_events(h->base, PRISIM_EVENT_SMMU_INVALIDATED);
}

static prisim_cycle_t completed_at(unsigned i)
{
    ck_assert_uint_gt(completed(), i);
    return harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, i)->cycle;
}

/* What the queue says; each returns the edge at which the SMMU takes it. */
static prisim_cycle_t say(unsigned rx, const void *payload)
{
    unsigned before = h->base->rx[rx].taken;
    harness_offer(h->base, rx, payload);
    smmu_harness_run(h, 3);
    ck_assert_uint_eq(h->base->rx[rx].taken, before + 1);
    return h->base->rx[rx].taken_at[before];
}

static prisim_cycle_t decides(enum prisim_cause cause)
{
    struct prisim_pri_queue_decision decision = {.cause = (uint8_t)cause};
    return say(PRISIM_SMMU_RX_PRI_DECISION, &decision);
}

static prisim_cycle_t commits(enum prisim_cause cause)
{
    struct prisim_pri_queue_commit commit = {.cause = (uint8_t)cause};
    return say(PRISIM_SMMU_RX_PRI_COMMIT, &commit);
}

static prisim_cycle_t shows(uint32_t prod)
{
    h->pri.prod = prod;
    h->pri.changed = WRITTEN; /* PROD passed a record: a literal */
    prisim_cycle_t at = say(PRISIM_SMMU_RX_PRI_STATUS, &h->pri);
    h->pri.changed = 0;
    return at;
}

/* Beside those, what no SMMUv3 has. */
static void start_what_if(bool leap, enum prisim_smmu_flush ppr, bool swallows, bool drains)
{
    h = smmu_harness_open();
    h->leap = leap;
    h->config.ppr_flush = ppr;
    h->config.ppr_latency = LATENCY;
    h->config.swallow_markers = swallows;
    h->config.page_request_drain = drains;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_run(h, 5);
}

START_TEST(defaults)
{
    struct prisim_smmu_config config;
    prisim_smmu_config_default(&config);
    ck_assert_uint_eq(config.ppr_flush, 0);
    ck_assert_uint_eq(config.ppr_latency, 200);
    ck_assert_uint_eq(config.invalidate_completion_flush, 0);
    ck_assert(!prisim_smmu_follows_page_requests(&config));
    config.invalidate_completion_flush = 1;
    ck_assert(prisim_smmu_follows_page_requests(&config));
    config.invalidate_completion_flush = 2;
    config.ppr_flush = 1;
    ck_assert(prisim_smmu_follows_page_requests(&config));
    config.ppr_flush = 2;
    ck_assert(!prisim_smmu_follows_page_requests(&config));
    ck_assert(!config.swallow_markers && !config.page_request_drain);
    config.page_request_drain = 1;
    ck_assert(prisim_smmu_follows_page_requests(&config));
    start(false, PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PORT);
}
END_TEST

/* port: a page request is handed at the edge at which it is taken, and what is behind it comes behind. */
/* covers: PCIE-ORDER-11 */
START_TEST(port)
{
    start(_i, PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PORT);
    page(1);
    completion(7);
    smmu_harness_run(h, 10);
    ck_assert_uint_eq(handed_at(0), taken_at(0));
    ck_assert_uint_eq(completed_at(0), taken_at(1));
}
END_TEST

/* none: H0 is at the port; handed ppr_latency later, at no other edge. */
/* covers: PCIE-ORDER-11 */
START_TEST(path_latency)
{
    start(_i, PRISIM_SMMU_FLUSH_NONE, PRISIM_SMMU_FLUSH_PORT);
    page(1);
    smmu_harness_run(h, 3);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST, 0)->cycle, taken_at(0));
    smmu_harness_run(h, taken_at(0) + LATENCY - h->base->now); /* edges up to taken + LATENCY - 1 */
    ck_assert_uint_eq(handed(), 0);
    smmu_harness_run(h, 1);
    ck_assert_uint_eq(handed_at(0), taken_at(0) + LATENCY);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST), 1);
}
END_TEST

/* DMA and its completions overtake; messages and Translation Requests keep their order and one latency. */
/* covers: PCIE-ORDER-11, PCIE-MARKERORDER-1 */
START_TEST(path_order)
{
    start(_i, PRISIM_SMMU_FLUSH_NONE, PRISIM_SMMU_FLUSH_PORT);
    page(1);
    dma(PRISIM_TLP_MEMORY_READ);
    translation();
    marker();
    completion(7);
    page(2);
    dma(PRISIM_TLP_MEMORY_WRITE);
    smmu_harness_run(h, LATENCY - 1);
    ck_assert_uint_eq(taken(), 7);
    ck_assert_uint_eq(handed() + completed(), 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 2);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1); /* the read's completion */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE), 2);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(handed(), 3);
    ck_assert_uint_eq(handed_at(0), taken_at(0) + LATENCY);
    ck_assert_uint_eq(handed_at(1), taken_at(3) + LATENCY);
    ck_assert_uint_eq(completed_at(0), taken_at(4) + LATENCY);
    ck_assert_uint_eq(handed_at(2), taken_at(5) + LATENCY);
    ck_assert(prisim_page_request_is_stop_marker(harness_got(h->base, PRISIM_SMMU_TX_PRI_REQUEST, 1)));
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 2);
}
END_TEST

/* A Translation Request begins ppr_latency after it is taken: with everything cached its completion is put as much
 * later as on the port. */
START_TEST(translation_latency)
{
    prisim_cycle_t took[2];
    for (unsigned none = 0; none < 2; none++) {
        if (none)
            teardown();
        start(_i, none ? PRISIM_SMMU_FLUSH_NONE : PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PORT);
        translation();
        smmu_harness_run(h, 400);
        translation();
        smmu_harness_run(h, 400);
        took[none] = harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 1) - taken_at(1);
    }
    ck_assert_uint_eq(took[1], took[0] + LATENCY);
}
END_TEST

/* One that has not begun is no business of a CMD_SYNC: it will find what is there then. */
/* covers: PCIE-ORDER-11, SMMU-SYNC-1 */
START_TEST(sync_beside_the_path)
{
    h = smmu_harness_open();
    h->leap = _i;
    h->config.ppr_flush = PRISIM_SMMU_FLUSH_NONE;
    h->config.ppr_latency = 5000;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    translation();
    smmu_harness_run(h, 3);
    ck_assert_uint_eq(taken(), 1);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    ck_assert(smmu_harness_commands_done(h, 500));
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 0);
    smmu_harness_run(h, 5500);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
}
END_TEST

/* A full path holds up messages and Translation Requests, in order, and no DMA that is at the port. */
/* covers: PCIE-ORDER-11 */
START_TEST(path_full)
{
    start(_i, PRISIM_SMMU_FLUSH_NONE, PRISIM_SMMU_FLUSH_PORT);
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, false);
    for (unsigned i = 0; i < PLACES + 2; i++)
        page(i);
    dma(PRISIM_TLP_MEMORY_READ);
    dma(PRISIM_TLP_MEMORY_WRITE);
    page(PLACES + 2);
    completion(7);
    translation();
    smmu_harness_run(h, 1000);
    /* One stands on the queue's port, one before it, 64 on the path. */
    ck_assert_uint_eq(taken(), PLACES + 4);
    ck_assert_uint_eq(handed(), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 2);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, true);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(taken(), PLACES + 7);
    ck_assert_uint_eq(handed(), PLACES + 3);
    for (unsigned i = 0; i < PLACES + 3; i++)
        ck_assert_uint_eq(
            ((const struct prisim_page_request *)harness_got(h->base, PRISIM_SMMU_TX_PRI_REQUEST, i))->prg_index, i);
    ck_assert_uint_eq(completed(), 1);
    ck_assert_uint_gt(completed_at(0), handed_at(PLACES + 2));
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 2);
}
END_TEST

/* Of what waited one leaves an edge. */
START_TEST(path_rate)
{
    start(_i, PRISIM_SMMU_FLUSH_NONE, PRISIM_SMMU_FLUSH_PORT);
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, false);
    for (unsigned i = 0; i < 3; i++)
        page(i);
    completion(7);
    completion(8);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(completed(), 0);
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, true);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(handed(), 3);
    ck_assert_uint_eq(completed_at(1), completed_at(0) + 1);
    ck_assert_uint_eq(completed_at(0), handed_at(1) + 2); /* the third left for the queue one edge before */
}
END_TEST

/* Nobody takes what is sent down, every slot is in use: page requests and Invalidate Completions pass all the same. */
/* PCIE-ORDER A3 */
/* covers: PCIE-ORDER-5 */
START_TEST(path_never_waits_for_sending)
{
    start(_i, PRISIM_SMMU_FLUSH_NONE, PRISIM_SMMU_FLUSH_PORT);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    for (unsigned i = 0; i < 17; i++)
        translation();
    page(1);
    completion(7);
    smmu_harness_run(h, 2000);
    ck_assert_uint_eq(taken(), 19);
    ck_assert_uint_eq(handed(), 1);
    ck_assert_uint_eq(completed(), 1);
    dma(PRISIM_TLP_MEMORY_WRITE);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(taken(), 20);
}
END_TEST

/* invalidate_completion_flush none: at the port, whatever is on the path before it. */
/* covers: PCIE-ORDER-11, SMMU-SYNC */
START_TEST(completion_none)
{
    start(_i, PRISIM_SMMU_FLUSH_NONE, PRISIM_SMMU_FLUSH_NONE);
    page(1);
    completion(7);
    smmu_harness_run(h, LATENCY + 10);
    ck_assert_uint_eq(completed_at(0), taken_at(1));
    ck_assert_uint_eq(handed_at(0), taken_at(0) + LATENCY);
}
END_TEST

static const struct {
    bool path, lost;
} held[] = {{false, false}, {false, true}, {true, false}, {true, true}};

/* prod_visible: it takes effect at the edge at which PROD shows the page request before it, or at which that is lost,
 * and the CMD_SYNC that waits for it is done then. */
/* covers: PCIE-ORDER-11, SMMU-SYNC-2 */
START_TEST(completion_visible)
{
    bool lost = held[_i / 2].lost;
    start(_i % 2, held[_i / 2].path ? PRISIM_SMMU_FLUSH_NONE : PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PROD_VISIBLE);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60);
    page(1);
    completion(0);
    page(2); /* not before it: it does not wait for this one */
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(taken(), 3);
    decides(PRISIM_CAUSE_ACCEPTED);
    if (!lost)
        commits(PRISIM_CAUSE_ACCEPTED);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(completed(), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 0);
    prisim_cycle_t at = lost ? commits(PRISIM_CAUSE_WRITE_ABORT) : shows(1);
    ck_assert_uint_eq(completed_at(0), at);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle, at);
}
END_TEST

/* One that the queue drops settles with its decision; without a page request before it nothing is waited for. */
/* covers: PCIE-ORDER-11 */
START_TEST(completion_dropped)
{
    start(_i, PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PROD_VISIBLE);
    completion(7);
    page(1);
    completion(8);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(completed(), 1);
    ck_assert_uint_eq(completed_at(0), taken_at(0));
    prisim_cycle_t at = decides(PRISIM_CAUSE_QUEUE_FULL);
    ck_assert_uint_eq(completed_at(1), at);
}
END_TEST

/* One that is dropped behind a record that is under way does not stand for that record. */
/* covers: PCIE-ORDER-11 */
START_TEST(completion_behind_both)
{
    start(_i, PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PROD_VISIBLE);
    page(1);
    completion(7);
    page(2);
    completion(8);
    smmu_harness_run(h, 20);
    decides(PRISIM_CAUSE_ACCEPTED);
    decides(PRISIM_CAUSE_QUEUE_OFF);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(completed(), 0);
    prisim_cycle_t at = shows(1);
    ck_assert_uint_eq(completed_at(0), at);
    ck_assert_uint_eq(completed_at(1), at + 1);
}
END_TEST

/* UNBIND-D31: a Stop Marker is taken and told, and does not come to the queue; the page requests around it do, and what
 * has the code of a marker without a PASID is one of them. Whatever ppr_flush says; and without it all come. */
START_TEST(markers_swallowed)
{
    const bool swallows = _i % 2;
    const enum prisim_smmu_flush flush[] = {PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PROD_VISIBLE,
                                            PRISIM_SMMU_FLUSH_NONE};
    start_what_if(_i / 2 % 2, flush[_i / 4], swallows, false);
    page(1);
    marker();
    message(PRISIM_MESSAGE_PAGE_REQUEST, 0, 3, PRISIM_TLP_LAST, 0);
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_run(h, 100);
        if (flush[_i / 4] == PRISIM_SMMU_FLUSH_PROD_VISIBLE)
            decides(PRISIM_CAUSE_QUEUE_FULL);
    }
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(taken(), 3);
    ck_assert_uint_eq(handed(), swallows ? 2 : 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST), swallows ? 2 : 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MARKER_SWALLOWED), swallows ? 1 : 0);
    if (!swallows)
        return;
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_MARKER_SWALLOWED, 0);
    ck_assert_uint_eq(event->smmu_marker_swallowed.pasid, 5);
    ck_assert_uint_eq(event->smmu_marker_swallowed.stream_id, HARNESS_SID);
}
END_TEST

/* UNBIND-STEP-18: a CMD_SYNC with bit 28 waits until PROD shows what was taken at the port before, or until that is
 * dropped; one without it, and one of an SMMU that has no such thing, does not. */
START_TEST(sync_drains)
{
    const bool asks = _i / 2 != 1, has = _i / 2 != 2, lost = _i / 2 == 3;
    start_what_if(_i % 2, PRISIM_SMMU_FLUSH_PORT, false, has);
    page(1);
    smmu_harness_run(h, 10);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | (asks ? UINT64_C(1) << 28 : 0), 0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), asks && has ? 0 : 1);
    if (!asks || !has)
        return;
    page(2); /* behind it: it is not waited for */
    decides(PRISIM_CAUSE_ACCEPTED);
    if (!lost)
        commits(PRISIM_CAUSE_ACCEPTED);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 0);
    prisim_cycle_t at = lost ? commits(PRISIM_CAUSE_WRITE_ABORT) : shows(1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle, at);
}
END_TEST

/* It knows what it waits for when the invalidation before it is done: what that pushed is waited for, too. */
START_TEST(sync_drains_what_was_pushed)
{
    start_what_if(_i, PRISIM_SMMU_FLUSH_PORT, false, true);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | UINT64_C(1) << 28, 0);
    smmu_harness_run(h, 60);
    page(1);
    completion(0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(completed(), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 0);
    prisim_cycle_t at = decides(PRISIM_CAUSE_QUEUE_FULL);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle, at);
}
END_TEST

/* 64 wait; one more is held up at the port, and page requests with it, until the queue settles one. */
/* covers: PCIE-ORDER-11 */
START_TEST(completions_full)
{
    start(_i, PRISIM_SMMU_FLUSH_PORT, PRISIM_SMMU_FLUSH_PROD_VISIBLE);
    page(1);
    for (unsigned i = 0; i < PLACES + 1; i++)
        completion(i % 32);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(taken(), 1 + PLACES);
    ck_assert_uint_eq(completed(), 0);
    decides(PRISIM_CAUSE_ACCEPTED);
    shows(1);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(taken(), 2 + PLACES);
    ck_assert_uint_eq(completed(), PLACES + 1);
}
END_TEST

/* prod_visible: the port takes a page request one edge after PROD shows it, or after it is dropped or lost; until then
 * nothing behind it gets in. It is handed while it stands there, once. */
/* covers: PCIE-ORDER-11 */
START_TEST(port_visible)
{
    unsigned fate = (unsigned)_i / 2; /* 0 written, 1 dropped, 2 lost */
    start(_i % 2, PRISIM_SMMU_FLUSH_PROD_VISIBLE, PRISIM_SMMU_FLUSH_PORT);
    page(1);
    dma(PRISIM_TLP_MEMORY_READ);
    completion(7);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(taken(), 0);
    ck_assert_uint_eq(handed(), 1);
    ck_assert_uint_eq(handed_at(0), harness_event(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST, 0)->cycle + 1);
    prisim_cycle_t at = decides(fate == 1 ? PRISIM_CAUSE_QUEUE_FULL : PRISIM_CAUSE_ACCEPTED);
    if (fate != 1) {
        smmu_harness_run(h, 50);
        ck_assert_uint_eq(taken(), 0);
        at = fate == 0 ? shows(1) : commits(PRISIM_CAUSE_WRITE_ABORT_LATE);
    }
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(taken_at(0), at + 1);
    ck_assert_uint_eq(taken(), 3);
    ck_assert_uint_eq(handed(), 1);
    ck_assert_uint_eq(completed_at(0), taken_at(2));
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST), 1);
}
END_TEST

/* One page request at a time; writes and reads go as before, each seen for an edge before it is taken. */
START_TEST(port_visible_serial)
{
    start(_i, PRISIM_SMMU_FLUSH_PROD_VISIBLE, PRISIM_SMMU_FLUSH_PORT);
    dma(PRISIM_TLP_MEMORY_WRITE);
    dma(PRISIM_TLP_MEMORY_WRITE);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(taken_at(1), taken_at(0) + 2);
    for (unsigned i = 0; i < 3; i++)
        page(i);
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_run(h, 50);
        ck_assert_uint_eq(handed(), i + 1);
        ck_assert_uint_eq(taken(), 2 + i);
        decides(PRISIM_CAUSE_ACCEPTED);
        commits(PRISIM_CAUSE_ACCEPTED);
        shows(i + 1);
    }
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(taken(), 5);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_flush");
    TCase *tcase = tcase_create("flush");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, defaults);
    tcase_add_loop_test(tcase, port, 0, 2);
    tcase_add_loop_test(tcase, path_latency, 0, 2);
    tcase_add_loop_test(tcase, path_order, 0, 2);
    tcase_add_loop_test(tcase, translation_latency, 0, 2);
    tcase_add_loop_test(tcase, sync_beside_the_path, 0, 2);
    tcase_add_loop_test(tcase, path_full, 0, 2);
    tcase_add_loop_test(tcase, path_rate, 0, 2);
    tcase_add_loop_test(tcase, path_never_waits_for_sending, 0, 2);
    tcase_add_loop_test(tcase, completion_none, 0, 2);
    tcase_add_loop_test(tcase, completion_visible, 0, 8);
    tcase_add_loop_test(tcase, completion_dropped, 0, 2);
    tcase_add_loop_test(tcase, completion_behind_both, 0, 2);
    tcase_add_loop_test(tcase, markers_swallowed, 0, 12);
    tcase_add_loop_test(tcase, sync_drains, 0, 8);
    tcase_add_loop_test(tcase, sync_drains_what_was_pushed, 0, 2);
    tcase_add_loop_test(tcase, completions_full, 0, 2);
    tcase_add_loop_test(tcase, port_visible, 0, 6);
    tcase_add_loop_test(tcase, port_visible_serial, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
