/* SPDX-License-Identifier: Apache-2.0
 *
 * What CMD_SYNC waits for, what not, and how it says that it is done (SMMU-SYNC). Each wait is held to its edge.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

enum { SLOW = 600 };

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static prisim_cycle_t sync_at(unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, n);
    ck_assert_ptr_nonnull(event);
    return event->cycle;
}

/* The edge at which a CMD_SYNC behind `before` others of its line is done, if nothing holds it up. */
static prisim_cycle_t at_once(prisim_cycle_t written, unsigned before)
{
    return written + 1 + HARNESS_MEMORY_LATENCY + (before + 1) * h->config.command_latency;
}

static void map_page(void)
{
    uint64_t ttb0 = smmu_harness_table(h);
    smmu_harness_map(h, ttb0, 0x4000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    smmu_harness_cd(h, 0, smmu_harness_cd0(1), ttb0);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     prisim_bits_put(PRISIM_S1DSS_CD0, PRISIM_STE1_S1DSS) |
                         prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
}

/* A client write that is in memory for SLOW edges; returns when its response comes. */
static prisim_cycle_t slow_write(void)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x4000, 8);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 400);
    unsigned count = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    ck_assert_uint_gt(count, 0);
    tlp.head.address += 8;
    h->latency = SLOW;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 15);
    h->latency = HARNESS_MEMORY_LATENCY;
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, count + 1);
    return harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, count) + 1 + SLOW;
}

/* Row 1: by each kind of invalidation; without one nothing is waited for. */
/* covers: SMMU-SYNC-1, SMMU-SYNC-7, SMMU-FETCH-6 */
START_TEST(affected_transactions)
{
    static const unsigned kinds[] = {0,
                                     PRISIM_CMDQ_OP_CFGI_STE,
                                     PRISIM_CMDQ_OP_CFGI_ALL,
                                     PRISIM_CMDQ_OP_CFGI_CD,
                                     PRISIM_CMDQ_OP_CFGI_CD_ALL,
                                     PRISIM_CMDQ_OP_TLBI_NH_ALL,
                                     PRISIM_CMDQ_OP_TLBI_NH_ASID,
                                     PRISIM_CMDQ_OP_TLBI_NH_VA,
                                     PRISIM_CMDQ_OP_TLBI_NH_VAA,
                                     PRISIM_CMDQ_OP_TLBI_NSNH_ALL};
    map_page();
    prisim_cycle_t answered = slow_write();
    if (kinds[_i]) {
        /* StreamID and ASID 1, VA 0x4000. */
        bool tlbi = kinds[_i] >= PRISIM_CMDQ_OP_TLBI_NH_ALL;
        uint64_t dw0 = tlbi ? kinds[_i] | prisim_bits_put(1, PRISIM_CMD_TLBI_ASID) : command_sid(kinds[_i], -1);
        command_put(h, dw0, kinds[_i] == PRISIM_CMDQ_OP_CFGI_ALL ? 31 : tlbi ? 0x4000 : 0);
    }
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    smmu_harness_run(h, SLOW + 100);
    ck_assert_uint_lt(at_once(written, 1), answered);
    ck_assert_uint_eq(sync_at(0), kinds[_i] ? answered : at_once(written, 0));
}
END_TEST

/* A transaction that came after the invalidation is not waited for. */
/* covers: SMMU-SYNC-1 */
START_TEST(later_transactions)
{
    map_page();
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_run(h, 60);
    prisim_cycle_t answered = slow_write();
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    smmu_harness_run(h, SLOW);
    ck_assert_uint_eq(sync_at(0), at_once(written, 0));
    ck_assert_uint_lt(sync_at(0), answered);
}
END_TEST

/* Row 1, right: a PRI_RESP is consumed when it is put; the SYNC does not care when the other side takes it. */
/* covers: SMMU-SYNC-1, SMMU-PRIRESP-8 */
START_TEST(not_the_arrival_of_a_response)
{
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    command_put(h, command_sid(PRISIM_CMDQ_OP_PRI_RESP, 3),
                prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(sync_at(0), at_once(written, 1));
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].put[0].taken, PRISIM_CYCLE_NEVER);
}
END_TEST

/* Row 2: the completion's edge; and not at the one before. */
/* covers: SMMU-SYNC-2 */
START_TEST(invalidations)
{
    command_put(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 52);
    command_put(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, 4), 52);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    command_ring(h);
    smmu_harness_run(h, 100);
    command_complete(h, 1, 1, HARNESS_SID, PRISIM_TLP_SC);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 0);
    command_complete(h, 0, 1, HARNESS_SID, PRISIM_TLP_SC);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(sync_at(0), harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, 1)->cycle);
}
END_TEST

/* PCIE-ATC: all writes that came before the Invalidate Completion, whichever of them waits for its translation. */
/* covers: SMMU-SYNC-2, SMMU-ATCINV-10 */
START_TEST(writes_before_a_completion)
{
    map_page();
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x4000, 8);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 400);
    command_put(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    command_ring(h);
    smmu_harness_run(h, 60);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0); /* the next ones have to walk */
    smmu_harness_run(h, 60);
    for (unsigned i = 0; i < 4; i++) {
        tlp.head.address += 64;
        smmu_harness_up(h, &tlp);
    }
    smmu_harness_run(h, 12);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    command_complete(h, 0, 1, HARNESS_SID, PRISIM_TLP_SC);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, before); /* none of the four is out */
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    command_ring(h);
    h->latency = SLOW;
    smmu_harness_run(h, 8 * SLOW);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, before + 4);
    ck_assert_uint_eq(sync_at(0), harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, before + 3) + 1 + SLOW);
}
END_TEST

/* The memory request put last, if it swaps a descriptor, or NULL. */
static const struct harness_put *swap(void)
{
    const struct harness_tx_port *port = &h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST];
    struct prisim_memory_request request;
    memcpy(&request, port->put[port->count - 1].payload, sizeof request);
    return request.write == PRISIM_MEMORY_SWAP ? &port->put[port->count - 1] : NULL;
}

/* Row 3: the write that makes a page dirty, of a transaction that an invalidation affects, is in memory. */
/* covers: SMMU-SYNC-3, SMMU-HTTU-12 */
START_TEST(hardware_updates)
{
    uint64_t ttb0 = smmu_harness_table(h);
    uint64_t clean = (smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                     prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP);
    uint64_t at = smmu_harness_map(h, ttb0, 0x4000, 12, clean | prisim_bits_put(1, PRISIM_DESC_DBM));
    smmu_harness_cd(h, 0, smmu_harness_cd0(1) | prisim_bits_put(1, PRISIM_CD0_HA) | prisim_bits_put(1, PRISIM_CD0_HD),
                    ttb0);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), prisim_bits_put(PRISIM_S1DSS_CD0, PRISIM_STE1_S1DSS));
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, 0x4000, 8);
    smmu_harness_ask(h, &tlp); /* the caches know all but that the page is dirty */
    ck_assert_ptr_null(swap());
    tlp.head.type = PRISIM_TLP_MEMORY_WRITE;
    smmu_harness_up(h, &tlp);
    for (unsigned i = 0; i < 200 && !swap(); i++)
        smmu_harness_edge(h);
    ck_assert_ptr_nonnull(swap());
    h->latency = SLOW;
    smmu_harness_edge(h);
    prisim_cycle_t updated = swap()->taken + SLOW;
    h->latency = HARNESS_MEMORY_LATENCY;
    command_put(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    ck_assert_uint_lt(at_once(written, 1), updated);
    command_run_to(h, updated);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 0);
    smmu_harness_run(h, 100);
    /* And the write itself, which goes out when its page is dirty. */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 1), updated);
    ck_assert_uint_eq(sync_at(0), updated + 1 + HARNESS_MEMORY_LATENCY);
    ck_assert_uint_eq(prisim_bits_get(smmu_harness_load(h, at), PRISIM_DESC_AP), PRISIM_AP_RW);
}
END_TEST

/* Row 4: more transactions end in a fault than there is room for; their records wait in the slots. */
/* covers: SMMU-SYNC-4, SMMU-SYNC-11 */
START_TEST(events_without_room)
{
    h->latency = SLOW;
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x40; /* C_BAD_STREAMID */
    for (unsigned i = 0; i < 40; i++)
        smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 0);
    h->latency = HARNESS_MEMORY_LATENCY; /* of all but the record that is being written */
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    command_ring(h);
    smmu_harness_run(h, 4000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 40);
    ck_assert_uint_eq(sync_at(0), harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 39)->cycle);
}
END_TEST

/* Row 4: records made after the SYNC began, of transactions that no invalidation marked, are not waited for. */
/* covers: SMMU-SYNC-4 */
START_TEST(later_events)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x40;
    h->latency = 300;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 15);
    h->latency = HARNESS_MEMORY_LATENCY;
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, written + 1);
    h->latency = 300;
    command_run_to(h, at_once(written, 0));
    prisim_cycle_t begun = h->base->now;
    smmu_harness_run(h, 30);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 2);
    ck_assert_uint_gt(sync_at(0), begun);
    ck_assert_uint_eq(sync_at(0), harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle);
}
END_TEST

/* Row 4: nor are those that wait in their slots, if they came to wait there after the SYNC began. */
/* covers: SMMU-SYNC-4 */
START_TEST(later_events_without_room)
{
    enum { RECORDS = 32 }; /* as many wait, one of them being written */
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_EVENTQEN);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_BASE, HARNESS_EVENTQ | 6);
    smmu_harness_cr0(h, cr0);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x40;
    h->latency = SLOW;
    for (unsigned i = 0; i < RECORDS + 1; i++)
        smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 60);
    h->latency = HARNESS_MEMORY_LATENCY;
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, at_once(written, 0));
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 10);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 0);
    smmu_harness_run(h, 3000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), RECORDS + 2);
    ck_assert_uint_eq(sync_at(0), harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, RECORDS)->cycle);
    ck_assert_uint_lt(sync_at(0), harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, RECORDS + 1)->cycle);
}
END_TEST

/* The PRI queue's question for PPAR, whose STE was being read when it was invalidated: waited for, and not kept. */
/* covers: SMMU-SYNC-1 */
START_TEST(question_for_ppar)
{
    struct prisim_pri_queue_lookup lookup = {.stream_id = HARNESS_SID};
    h->latency = SLOW;
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
    smmu_harness_run(h, 15);
    h->latency = HARNESS_MEMORY_LATENCY;
    uint64_t ste = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES;
    ck_assert_uint_eq(command_fetches(h, ste, PRISIM_STE_BYTES), 1);
    command_put(h, command_sid(PRISIM_CMDQ_OP_CFGI_STE, -1), 0);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    smmu_harness_run(h, SLOW + 100);
    prisim_cycle_t answered = harness_got_at(h->base, PRISIM_SMMU_TX_PRI_LOOKUP, 0);
    ck_assert_uint_lt(at_once(written, 1), answered);
    ck_assert_uint_eq(sync_at(0), answered);
    for (unsigned i = 0; i < 2; i++) {
        harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
        smmu_harness_run(h, 100);
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_LOOKUP].count, 2 + i);
        ck_assert_uint_eq(command_fetches(h, ste, PRISIM_STE_BYTES), 2);
    }
}
END_TEST

/* Row 4, right: a prefetch goes on behind the SYNC. */
/* covers: SMMU-SYNC-4 */
START_TEST(not_a_prefetch)
{
    map_page();
    command_put(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_ADDR, -1), 0x4000 | 2);
    command_put(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, written + 1);
    h->latency = SLOW; /* all but the command's fetch */
    smmu_harness_run(h, 8 * SLOW);
    ck_assert_uint_eq(sync_at(0), at_once(written, 2));
    ck_assert_uint_gt(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 0);
    ck_assert_uint_gt(harness_event(h->base, PRISIM_EVENT_SMMU_PREFETCH, 0)->cycle, sync_at(0));
}
END_TEST

/* Row 5: the MSI of the SYNC before is in memory, or its abort in GERROR, at the edge at which this one is done. */
/* covers: SMMU-SYNC-5, SMMU-GERROR-5 */
START_TEST(earlier_msi)
{
    uint64_t sync = PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS);
    h->fail_at = _i ? HARNESS_DOORBELL : 0;
    command_put(h, sync, HARNESS_DOORBELL);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, written + 1);
    h->latency = SLOW;
    smmu_harness_run(h, 100);
    unsigned msi = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - 1;
    ck_assert_uint_eq(
        ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, msi))->address,
        HARNESS_DOORBELL);
    prisim_cycle_t answered = harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, msi) + 1 + SLOW;
    smmu_harness_run(h, SLOW);
    ck_assert_uint_eq(sync_at(0), at_once(written, 0)); /* not for its own */
    ck_assert_uint_eq(sync_at(1), answered);
    ck_assert_uint_eq(command_active(h), _i ? PRISIM_GERROR_MSI_CMDQ_ABT : 0);
    if (_i)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_GERROR, 0)->cycle, answered);
}
END_TEST

/* An invalidation that timed out: the interrupt goes at the edge at which the error is there. */
/* covers: SMMU-SYNC-2, SMMU-CERROR-4 */
START_TEST(interrupt_of_a_timeout)
{
    teardown();
    h = smmu_harness_open();
    h->config.atc_inv_timeout = 200;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_run(h, 30);
    command_put(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    command_ring(h);
    smmu_harness_run(h, 400);
    command_expect_error(h, 1, PRISIM_CERROR_ATC_INV_SYNC, PRISIM_CAUSE_ATC_INV_TIMEOUT);
    const struct prisim_smmu_interrupt *wired = harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 0);
    ck_assert_ptr_nonnull(wired);
    ck_assert_uint_eq(wired->lines, PRISIM_SMMU_WIRED_GERROR);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_INTERRUPT, 0),
                      harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 0)->cycle);
}
END_TEST

static uint32_t lines_of_sync(struct smmu_harness *harness, unsigned cs, uint64_t address)
{
    unsigned count = harness->base->tx[PRISIM_SMMU_TX_INTERRUPT].count;
    smmu_harness_command(harness,
                         PRISIM_CMDQ_OP_SYNC | prisim_bits_put(cs, PRISIM_CMD_SYNC_CS) |
                             prisim_bits_put(0xdeadcafe, PRISIM_CMD_SYNC_MSI_DATA),
                         address);
    ck_assert(smmu_harness_commands_done(harness, 500));
    smmu_harness_run(harness, 50);
    const struct prisim_smmu_interrupt *wired = harness_got(harness->base, PRISIM_SMMU_TX_INTERRUPT, count);
    ck_assert_uint_le(harness->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, count + 1);
    if (wired) /* at the edge at which the SYNC is done */
        ck_assert_uint_eq(harness_got_at(harness->base, PRISIM_SMMU_TX_INTERRUPT, count),
                          harness_event(harness->base, PRISIM_EVENT_SMMU_SYNC,
                                        harness_events(harness->base, PRISIM_EVENT_SMMU_SYNC) - 1)
                              ->cycle);
    return wired ? wired->lines : 0;
}

/* By what is built: with MSIs or without, with SEV or without. */
/* covers: SMMU-SYNC, SMMU-CMDFIELD-13, SMMU-SEED-18, SMMU-IDR0-12 */
START_TEST(signals)
{
    bool msi = _i & 1, sev = _i & 2;
    struct smmu_harness *other = smmu_harness_open();
    other->config.msi = msi;
    other->config.sev = sev;
    smmu_harness_start(other);
    smmu_harness_bring_up(other);
    ck_assert_uint_eq(lines_of_sync(other, PRISIM_SYNC_CS_NONE, HARNESS_DOORBELL), 0);
    ck_assert_uint_eq(other->doorbells, 0);
    ck_assert_uint_eq(lines_of_sync(other, PRISIM_SYNC_CS_IRQ, 0), PRISIM_SMMU_WIRED_SYNC);
    ck_assert_uint_eq(lines_of_sync(other, PRISIM_SYNC_CS_IRQ, 3),
                      PRISIM_SMMU_WIRED_SYNC); /* bits 1:0 are not the address's */
    ck_assert_uint_eq(other->doorbells, 0);
    ck_assert_uint_eq(lines_of_sync(other, PRISIM_SYNC_CS_IRQ, HARNESS_DOORBELL | 0x7c), PRISIM_SMMU_WIRED_SYNC);
    ck_assert_uint_eq(other->doorbells, msi);
    if (msi) {
        ck_assert_uint_eq(other->doorbell_address, HARNESS_DOORBELL | 0x7c);
        ck_assert_uint_eq(other->doorbell_data, 0xdeadcafe);
    }
    ck_assert_uint_eq(lines_of_sync(other, PRISIM_SYNC_CS_SEV, HARNESS_DOORBELL), sev ? PRISIM_SMMU_WIRED_SEV : 0);
    ck_assert_uint_eq(other->doorbells, msi);
    smmu_harness_close(other);
}
END_TEST

/* The test for 0 looks at all of [55:2]; then the address is cut to the output address size. */
/* covers: SMMU-SYNC */
START_TEST(address_beyond_the_output_size)
{
    unsigned count = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         UINT64_C(1) << 55);
    smmu_harness_run(h, 100);
    const struct prisim_memory_request *msi = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, count + 1);
    ck_assert_ptr_nonnull(msi);
    ck_assert(msi->write && msi->size == 4);
    ck_assert_uint_eq(msi->address, 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         UINT64_C(1) << 56 | 3);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, count + 3); /* a fetch, and no MSI */
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_sync");
    TCase *tcase = tcase_create("waits");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, affected_transactions, 0, 10);
    tcase_add_test(tcase, later_transactions);
    tcase_add_test(tcase, not_the_arrival_of_a_response);
    tcase_add_test(tcase, invalidations);
    tcase_add_test(tcase, writes_before_a_completion);
    tcase_add_test(tcase, hardware_updates);
    tcase_add_test(tcase, events_without_room);
    tcase_add_test(tcase, later_events);
    tcase_add_test(tcase, later_events_without_room);
    tcase_add_test(tcase, question_for_ppar);
    tcase_add_test(tcase, not_a_prefetch);
    tcase_add_loop_test(tcase, earlier_msi, 0, 2);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("signals");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, signals, 0, 4);
    tcase_add_test(tcase, address_beyond_the_output_size);
    tcase_add_test(tcase, interrupt_of_a_timeout);
    suite_add_tcase(suite, tcase);
    return suite;
}
