/* SPDX-License-Identifier: Apache-2.0
 *
 * The stall model: which faults stall, what their records say, what RESUME, STALL_TERM, CMD_SYNC and SMMUEN make of
 * them, and what happens while the event queue cannot be written (SMMU-RESUME, SMMU-EVENT, SMMU-EVENTQ, SMMU-CR0).
 */
#include "tests/smmu/two_stages.h"

enum { PASID = 3, OTHER_SID = 0x21, STAGS = 3 };
#define VA   UINT64_C(0x0000123456789000)
#define DATA UINT64_C(0x1122334455667788)

static struct bench *b;
static uint64_t ttb;

static void start(uint32_t stall_max, uint32_t term_model)
{
    b = bench_open();
    b->config.stall_model = 0;
    b->config.stall_max = stall_max;
    b->config.term_model = term_model;
    bench_start(b);
    bench_bring_up(b);
    ttb = bench_table(b);
    /* CD.R=0: a fault that stalls is recorded all the same. */
    bench_cd(b, PASID, (bench_cd0(9) & ~bits_put(1, CD0_R)) | bits_put(1, CD0_S), ttb);
    bench_ste(b, OTHER_SID, bench_ste0(4), bench_ste1());
    bench_store(b, BENCH_PAGES, DATA);
    bench_map(b, ttb, VA + 0x100000, 12, bench_leaf(BENCH_PAGES, 12)); /* the tables down to VA are there */
}

static void setup(void)
{
    start(STAGS, 0);
}

static void teardown(void)
{
    bench_close(b);
}

static void offer(bool write, uint16_t sid, uint64_t address, unsigned tag)
{
    struct tlp tlp = bench_memory_tlp(write ? TLP_MEMORY_WRITE : TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.tag = (uint16_t)tag;
    tlp.head.flags = TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    bench_up(b, &tlp);
}

static void read_at(uint64_t address, unsigned tag)
{
    offer(false, BENCH_SID, address, tag);
    bench_run(b, 300);
}

static unsigned completions(void)
{
    return b->rig->tx[SMMU_TX_DOWN].count;
}

static const struct tlp *completion(unsigned n)
{
    const struct tlp *tlp = rig_got(b->rig, SMMU_TX_DOWN, n);
    ck_assert_ptr_nonnull(tlp);
    return tlp;
}

static void map(uint64_t address)
{
    bench_map(b, ttb, address, 12, bench_leaf(BENCH_PAGES, 12));
}

static void command(uint64_t dw0, uint64_t dw1)
{
    bench_command(b, dw0, dw1);
    ck_assert(bench_commands_done(b, 3000));
    bench_run(b, 300);
    ck_assert_uint_eq(bench_read(b, SMMU_GERROR), 0);
}

static void resume(uint16_t sid, unsigned stag, bool ac, bool ab)
{
    command(CMDQ_OP_RESUME | bits_put(sid, CMD_SID) | bits_put(ac, CMD_RESUME_AC) | bits_put(ab, CMD_RESUME_AB),
            bits_put(stag, CMD1_RESUME_STAG));
}

static void sync_after_tlbi(void)
{
    bench_command(b, CMDQ_OP_TLBI_NH_ALL, 0);
    command(CMDQ_OP_SYNC, 0);
}

static void record_is(unsigned n, uint16_t sid, uint64_t stag, bool read, uint64_t address)
{
    uint64_t dw[4];
    bench_event(b, n, dw);
    ck_assert_uint_eq(dw[0], F_TRANSLATION | UINT64_C(1) << 11 | (uint64_t)PASID << 12 | (uint64_t)sid << 32);
    /* Stall, RnW, CLASS=IN; S2=0, NSIPA=0. */
    ck_assert_uint_eq(dw[1], stag | UINT64_C(1) << 31 | (uint64_t)read << 35 | UINT64_C(2) << 40);
    ck_assert_uint_eq(dw[2], address);
    ck_assert_uint_eq(dw[3], 0);
}

static uint64_t stall_field(unsigned n, unsigned field)
{
    const struct event *event = rig_event(b->rig, EVENT_SMMU_STALL, n);
    ck_assert_ptr_nonnull(event);
    return event_value(event, field);
}

/* A stalled access is recorded whatever CD.R says, with a STAG that no other has, and is not answered. */
/* covers: SMMU-RECORD-1, SMMU-RECORD-2, SMMU-EVENT-8 */
START_TEST(records)
{
    read_at(VA, 1);
    offer(true, BENCH_SID, VA + 0x1000, 0);
    offer(false, OTHER_SID, VA + 0x2000, 2);
    bench_run(b, 300);
    ck_assert_uint_eq(bench_events(b), 3);
    record_is(0, BENCH_SID, 0, true, VA);
    record_is(1, BENCH_SID, 1, false, VA + 0x1000);
    record_is(2, OTHER_SID, 2, true, VA + 0x2000);
    ck_assert_uint_eq(completions(), 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), 3);
}
END_TEST

/* The record's write is offered event_latency after the fault: a miss of STE, CD and all tables, then the record. */
START_TEST(record_clock)
{
    offer(false, BENCH_SID, VA, 1);
    bench_run(b, 300);
    cycle_t fault = rig_event(b->rig, EVENT_SMMU_STALL, 0)->cycle;
    unsigned last = b->rig->tx[SMMU_TX_MEMORY_REQUEST].count - 1;
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_MEMORY_REQUEST, last), fault + b->config.event_latency);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_EVENT, 0)->cycle,
                      fault + b->config.event_latency + 1 + BENCH_MEMORY_LATENCY);
}
END_TEST

/* What does not stall: Translation Requests, CDs with S=0, faults of the configuration. */
/* covers: SMMU-ATSREQ-10 */
START_TEST(never_stall)
{
    struct tlp request = bench_request(VA, PASID, 0);
    ck_assert_uint_eq(bench_entry(bench_ask(b, &request)) & 3, 0);
    bench_cd(b, PASID + 1, bench_cd0(9), ttb);
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.flags = TLP_HAS_PASID;
    tlp.head.pasid = PASID + 1;
    ck_assert_uint_eq(bench_ask(b, &tlp)->head.status, TLP_UR);
    tlp.head.pasid = PASID + 2; /* no CD there */
    ck_assert_uint_eq(bench_ask(b, &tlp)->head.status, TLP_UR);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), 0);
}
END_TEST

/* Ac=1: translated again, whatever Ab says; it may stall again. */
/* covers: SMMU-RESUME-1, SMMU-CMDFIELD-11, SMMU-CFGI-8 */
START_TEST(retry)
{
    read_at(VA, 7);
    resume(BENCH_SID, 0, true, _i & 1);
    ck_assert_uint_eq(completions(), 0);
    ck_assert_uint_eq(bench_events(b), 2); /* still unmapped */
    record_is(1, BENCH_SID, 0, true, VA);
    map(VA);
    resume(BENCH_SID, 0, true, _i & 1);
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.tag, 7);
    ck_assert_uint_eq(completion(0)->head.status, TLP_SC);
    ck_assert_uint_eq(load_le64(completion(0)->data), DATA);
    ck_assert_uint_eq(bench_events(b), 2);
}
END_TEST

/* Ac=0: Ab=1 aborts, Ab=0 is RAZ/WI, although CD.A=1; TERM_MODEL=1 always aborts. Nothing is recorded again. */
/* covers: SMMU-RESUME-1, SMMU-CMDFIELD-11, SMMU-IDR0-23 */
START_TEST(terminate)
{
    bool ab = _i & 1, term_model = _i & 2, abort = ab || term_model;
    bench_close(b);
    start(STAGS, term_model);
    read_at(VA, 1);
    resume(BENCH_SID, 0, false, ab);
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.status, abort ? TLP_UR : TLP_SC);
    if (!abort)
        ck_assert_uint_eq(load_le64(completion(0)->data), 0);
    offer(true, BENCH_SID, VA, 0);
    bench_run(b, 300);
    resume(BENCH_SID, 0, false, ab);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DMA_REQUEST].count, 0);
    ck_assert_uint_eq(bench_events(b), 2);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_RESUME, 1)->smmu_resume.cause,
                      abort ? CAUSE_STALL_ABORTED : CAUSE_STALL_RAZWI);
}
END_TEST

/* A free STAG, one of another stream: nothing happens, and no error. */
/* covers: SMMU-RESUME-2 */
START_TEST(wrong_stag)
{
    read_at(VA, 1);
    resume(BENCH_SID, 1, false, true);
    resume(OTHER_SID, 0, false, true);
    resume(BENCH_SID, 0x100, false, true);
    ck_assert_uint_eq(completions(), 0);
    resume(BENCH_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 1);
    resume(BENCH_SID, 0, false, true); /* free again */
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_RESUME), 1);
}
END_TEST

/* STALL_TERM aborts all of its stream, also what has no STAG yet. */
/* covers: SMMU-CMDFIELD-12, SMMU-OPCODE-7, SMMU-RESUME-4 */
START_TEST(stall_term)
{
    offer(false, OTHER_SID, VA, 9);
    for (unsigned i = 0; i < 3; i++)
        offer(false, BENCH_SID, VA, i);
    bench_run(b, 500);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS);
    command(CMDQ_OP_STALL_TERM | bits_put(BENCH_SID, CMD_SID), 0);
    ck_assert_uint_eq(completions(), 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(completion(i)->head.status, TLP_UR);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS);
    resume(OTHER_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 4);
}
END_TEST

/* It frees all STAGs of its stream at once: so many that wait have one at that edge. */
/* covers: SMMU-EVENTQ-7, SMMU-RESUME-4 */
START_TEST(stall_term_frees_many)
{
    for (unsigned i = 0; i < STAGS; i++)
        offer(false, BENCH_SID, VA, i);
    bench_run(b, 500);
    for (unsigned i = 0; i < 2; i++)
        offer(false, OTHER_SID, VA, i);
    bench_run(b, 500);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS);
    bench_write(b, SMMU_EVENTQ_CONS, STAGS);
    command(CMDQ_OP_STALL_TERM | bits_put(BENCH_SID, CMD_SID), 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS + 2);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_STALL, STAGS + i)->cycle,
                          rig_event(b->rig, EVENT_SMMU_RESUME, 0)->cycle);
    record_is(STAGS, OTHER_SID, 0, true, VA);
    record_is((STAGS + 1) & 3, OTHER_SID, 1, true, VA);
}
END_TEST

/* STALL_MODEL=01: no CD may ask for stalls, both commands are ILL, and no STAG is advertised. */
/* covers: SMMU-RESUME-3 */
START_TEST(no_stall_model)
{
    bench_close(b);
    b = bench_open();
    bench_start(b);
    bench_bring_up(b);
    ck_assert_uint_eq(bench_read(b, SMMU_IDR5) >> 16, 0);
    bench_command(b, CMDQ_OP_RESUME + (unsigned)_i, 0);
    bench_run(b, 200);
    ck_assert_uint_eq(bench_read(b, SMMU_CMDQ_CONS) >> CMDQ_CONS_ERR_SHIFT, CERROR_ILL);
}
END_TEST

/* One more than STALL_MAX: it waits, unheard, until a STAG is free; those that wait are served in order. */
/* covers: SMMU-EVENTQ-7, SMMU-IDR-4 */
START_TEST(stall_max)
{
    ck_assert_uint_eq(bench_read(b, SMMU_IDR5) >> 16, STAGS);
    for (unsigned i = 0; i < STAGS + 2; i++)
        read_at(VA + i * UINT64_C(0x1000), i);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS);
    ck_assert_uint_eq(bench_events(b), STAGS);
    bench_write(b, SMMU_EVENTQ_CONS, STAGS);
    map(VA + 0x1000);
    resume(BENCH_SID, 1, true, false);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS + 1);
    record_is(STAGS, BENCH_SID, 1, true, VA + STAGS * UINT64_C(0x1000));
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.tag, 1);
}
END_TEST

/* Accesses behind a stalled one go on; it comes after them when it is resumed. */
START_TEST(order)
{
    map(VA + 0x1000);
    read_at(VA + 0x1000, 1); /* in the TLB: those behind are translated before the first one has faulted */
    offer(true, BENCH_SID, VA, 0);
    offer(true, BENCH_SID, VA + 0x1008, 0);
    offer(true, BENCH_SID, VA + 0x1010, 0);
    bench_run(b, 500);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DMA_REQUEST].count, 3);
    map(VA);
    resume(BENCH_SID, 0, true, false);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DMA_REQUEST].count, 4);
    const struct memory_request *last = rig_got(b->rig, SMMU_TX_DMA_REQUEST, 3);
    ck_assert_uint_eq(last->address, BENCH_PAGES);
}
END_TEST

/* With every slot but one stalled, commands and page requests still pass; the others that would stall end. */
START_TEST(all_slots)
{
    bench_close(b);
    b = bench_open();
    b->config.translation_slots = 2;
    b->config.stall_model = 0;
    b->config.stall_max = 1;
    bench_start(b);
    bench_bring_up(b);
    bench_cd(b, PASID, bench_cd0(9) | bits_put(1, CD0_S), bench_table(b));
    for (unsigned i = 0; i < 3; i++)
        offer(false, BENCH_SID, VA, i);
    struct tlp request = bench_memory_tlp(TLP_MESSAGE, TLP_AT_UNTRANSLATED, VA, 0);
    request.head.message = MESSAGE_PAGE_REQUEST;
    bench_run(b, 300);
    ck_assert_uint_eq(b->rig->rx[SMMU_RX_UP].taken, 3); /* SMMU-EVENTQ */
    ck_assert_uint_eq(completions(), 2);
    sync_after_tlbi();
    resume(BENCH_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 3);
    bench_up(b, &request);
    bench_run(b, 20);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_PRI_REQUEST].count, 1);
}
END_TEST

/* Makes C_BAD_STREAMID records until the queue is full, with room for none. */
static void fill_queue(void)
{
    for (unsigned i = 0; i < 1u << BENCH_EVENTQ_LOG2; i++) {
        struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, VA, 8);
        tlp.head.requester_id = 0x1000;
        bench_up(b, &tlp);
    }
    bench_run(b, 800);
    ck_assert_uint_eq(bench_events(b), 1u << BENCH_EVENTQ_LOG2);
}

/* A full queue: the record waits and does not overflow; it is written when CONS makes room. */
/* covers: SMMU-EVENTQ-3, SMMU-EVENTQ-1 */
START_TEST(queue_full)
{
    fill_queue();
    read_at(VA, 1);
    ck_assert_uint_eq(bench_events(b), 4); /* no OVFLG */
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.requester_id = 0x1000;
    bench_up(b, &tlp); /* one that terminates is dropped meanwhile, and does overflow */
    bench_run(b, 100);
    ck_assert_uint_eq(bench_events(b), 4 | SMMU_QUEUE_OVERFLOW);
    bench_write(b, SMMU_EVENTQ_CONS, 1);
    bench_run(b, 100);
    ck_assert_uint_eq(bench_events(b), 5 | SMMU_QUEUE_OVERFLOW);
    record_is(0, BENCH_SID, 0, true, VA);
}
END_TEST

/* The write is offered at the edge of the CONS write that makes room, not at the one before. */
/* covers: SMMU-EVENTQ-3 */
START_TEST(queue_full_clock)
{
    fill_queue();
    read_at(VA, 1);
    unsigned before = b->rig->tx[SMMU_TX_MEMORY_REQUEST].count;
    bench_write(b, SMMU_EVENTQ_CONS, 1);
    unsigned accesses = b->rig->tx[SMMU_TX_REGISTER_RESPONSE].count;
    bench_run(b, 100);
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_MEMORY_REQUEST, before),
                      rig_got_at(b->rig, SMMU_TX_REGISTER_RESPONSE, accesses - 1));
}
END_TEST

/* Room is made before the record is due: it is written when it is. */
/* covers: SMMU-EVENTQ-3 */
START_TEST(queue_full_until_before_due)
{
    teardown();
    b = bench_open();
    b->config.stall_model = 0;
    b->config.stall_max = STAGS;
    b->config.event_latency = 100;
    bench_start(b);
    bench_bring_up(b);
    ttb = bench_table(b);
    bench_cd(b, PASID, bench_cd0(9) | bits_put(1, CD0_S), ttb);
    fill_queue();
    offer(false, BENCH_SID, VA, 1);
    while (rig_events(b->rig, EVENT_SMMU_STALL) == 0)
        bench_edge(b);
    unsigned before = b->rig->tx[SMMU_TX_MEMORY_REQUEST].count;
    bench_write(b, SMMU_EVENTQ_CONS, 1);
    bench_run(b, 200);
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_MEMORY_REQUEST, before),
                      rig_event(b->rig, EVENT_SMMU_STALL, 0)->cycle + b->config.event_latency);
}
END_TEST

/* EVENTQEN=0: the record waits until the queue is on again; terminated accesses are dropped. */
/* covers: SMMU-EVENTQ-3 */
START_TEST(queue_off)
{
    uint32_t cr0 = bench_read(b, SMMU_CR0);
    bench_cr0(b, cr0 & ~(uint32_t)CR0_EVENTQEN);
    read_at(VA, 1);
    ck_assert_uint_eq(bench_events(b), 0);
    bench_cr0(b, cr0);
    bench_run(b, 100);
    ck_assert_uint_eq(bench_events(b), 1);
    record_is(0, BENCH_SID, 0, true, VA);
}
END_TEST

/* An aborted write of its record: it is lost, and STALL_TERM ends what nobody heard of; with stall_rewrite it is
 * written again once GERROR is acknowledged. */
/* covers: SMMU-EVENTQ-3, SMMU-EVENTQ-6 */
START_TEST(record_aborts)
{
    bool again = _i & 2;
    b->config.stall_rewrite = again;
    b->fail_at = BENCH_EVENTQ;
    b->fail_status = _i & 1 ? MEMORY_ABORT_LATE : MEMORY_ABORT;
    read_at(VA, 1);
    ck_assert_uint_eq(bench_read(b, SMMU_GERROR), GERROR_EVENTQ_ABT);
    ck_assert_uint_eq(bench_events(b), 0);
    b->fail_at = 0;
    bench_run(b, 300);
    ck_assert_uint_eq(bench_events(b), 0);
    bench_write(b, SMMU_GERRORN, GERROR_EVENTQ_ABT);
    bench_run(b, 100);
    ck_assert_uint_eq(bench_events(b), again);
    if (again)
        record_is(0, BENCH_SID, 0, true, VA);
    ck_assert_uint_eq(completions(), 0);
    bench_command(b, CMDQ_OP_STALL_TERM | bits_put(BENCH_SID, CMD_SID), 0);
    bench_run(b, 300);
    ck_assert_uint_eq(completions(), 1);
    read_at(VA, 2); /* its STAG is free */
    ck_assert_uint_eq(bench_events(b), again + 1);
    record_is(again, BENCH_SID, 0, true, VA);
}
END_TEST

/* After an invalidation a CMD_SYNC cancels records that are not written: the access is translated again, and passes. */
/* covers: SMMU-EVENTQ-5, SMMU-SYNC-11 */
START_TEST(sync_cancels)
{
    fill_queue();
    read_at(VA, 1);
    map(VA);
    command(CMDQ_OP_SYNC, 0); /* nothing was invalidated: nothing changes */
    ck_assert_uint_eq(completions(), 0);
    sync_after_tlbi();
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(load_le64(completion(0)->data), DATA);
    bench_write(b, SMMU_EVENTQ_CONS, 4);
    bench_run(b, 300);
    ck_assert_uint_eq(bench_events(b), 4); /* the stale record never comes */
}
END_TEST

/* STAGs that are free again by this go to accesses that wait for one, and came after the invalidation. */
/* covers: SMMU-EVENTQ-5, SMMU-EVENTQ-7 */
START_TEST(sync_frees_stags)
{
    fill_queue();
    for (unsigned i = 0; i < STAGS; i++) {
        read_at(VA + i * UINT64_C(0x1000), i);
        map(VA + i * UINT64_C(0x1000));
    }
    bench_command(b, CMDQ_OP_TLBI_NH_ALL, 0);
    bench_run(b, 100);
    read_at(VA + 0x8000, 9);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS);
    command(CMDQ_OP_SYNC, 0);
    ck_assert_uint_eq(completions(), STAGS);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_STALL), STAGS + 1);
}
END_TEST

/* ... or replaces them, if it faults again; also for those that wait for a STAG. */
/* covers: SMMU-EVENTQ-5, SMMU-RESUME-6, SMMU-SYNC-11 */
START_TEST(sync_replaces)
{
    fill_queue();
    for (unsigned i = 0; i < STAGS + 1; i++)
        read_at(VA + i * UINT64_C(0x1000), i);
    map(VA);
    sync_after_tlbi();
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.tag, 0);
    bench_write(b, SMMU_EVENTQ_CONS, 4);
    bench_run(b, 500);
    ck_assert_uint_eq(bench_events(b), 4 + STAGS);
    uint64_t seen = 0;
    for (unsigned i = 0; i < STAGS; i++) {
        uint64_t dw[4];
        bench_event(b, i, dw);
        ck_assert_uint_eq(dw[1] >> 31 & 1, 1);
        seen |= UINT64_C(1) << ((dw[2] - VA) >> 12);
    }
    ck_assert_uint_eq(seen, 0xe);
}
END_TEST

/* A CMD_SYNC does not wait for a stall that software knows of, nor for what comes of it. */
/* covers: SMMU-SYNC-2, SMMU-EVENTQ-5 */
START_TEST(sync_passes_stalls)
{
    read_at(VA, 1);
    sync_after_tlbi();
    ck_assert_uint_eq(completions(), 0);
    ck_assert_uint_eq(bench_events(b), 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_RESUME), 0);
    resume(BENCH_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 1);
}
END_TEST

/* A record that is being written when the CMD_SYNC comes is visible before it completes. */
/* covers: SMMU-EVENTQ-5 */
START_TEST(sync_waits_for_record)
{
    offer(false, BENCH_SID, VA, 1);
    while (rig_events(b->rig, EVENT_SMMU_STALL) == 0)
        bench_edge(b);
    b->latency = 1000;
    bench_run(b, b->config.event_latency + 2); /* the record's write is on its way */
    b->latency = BENCH_MEMORY_LATENCY;
    bench_command(b, CMDQ_OP_TLBI_NH_ALL, 0);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 500);
    ck_assert_uint_eq(bench_read(b, SMMU_CMDQ_CONS), 1); /* at the SYNC */
    bench_run(b, 1000);
    ck_assert_uint_eq(bench_read(b, SMMU_CMDQ_CONS), 2);
    ck_assert_uint_eq(bench_events(b), 1);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_SYNC, 0)->cycle, rig_event(b->rig, EVENT_SMMU_EVENT, 0)->cycle);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_RESUME), 0);
}
END_TEST

/* SMMUEN 1 to 0: stalled accesses abort, with or without a STAG; records not yet written are never; STAGs are free. */
/* covers: SMMU-CR0-13, SMMU-RESUME-4 */
START_TEST(smmu_off)
{
    uint32_t cr0 = bench_read(b, SMMU_CR0);
    fill_queue();
    for (unsigned i = 0; i < STAGS + 1; i++)
        read_at(VA, i);
    bench_cr0(b, cr0 & ~(uint32_t)CR0_SMMUEN);
    ck_assert_uint_eq(completions(), STAGS + 1);
    for (unsigned i = 0; i <= STAGS; i++)
        ck_assert_uint_eq(completion(i)->head.status, TLP_UR);
    bench_write(b, SMMU_EVENTQ_CONS, 4);
    bench_cr0(b, cr0);
    bench_run(b, 300);
    ck_assert_uint_eq(bench_events(b), 4);
    read_at(VA, 9);
    record_is(0, BENCH_SID, 0, true, VA);
}
END_TEST

/* A fault on the way while SMMUEN goes to 0 does not stall any more: the acknowledgement would never come. */
/* covers: SMMU-CR0-13 */
START_TEST(smmu_goes_off)
{
    uint32_t cr0 = bench_read(b, SMMU_CR0);
    b->latency = 100;
    offer(false, BENCH_SID, VA, 1);
    bench_run(b, 50); /* the STE is being fetched */
    bench_write(b, SMMU_CR0, cr0 & ~(uint32_t)CR0_SMMUEN);
    bench_run(b, 1200);
    ck_assert_uint_eq(bench_read(b, SMMU_CR0ACK), cr0 & ~(uint32_t)CR0_SMMUEN);
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.status, TLP_UR);
    ck_assert_uint_eq(bench_events(b), 0);
}
END_TEST

/* An EVENTQ interrupt on empty to non-empty, as for any record. */
/* covers: SMMU-EVENTQ-4 */
START_TEST(interrupt)
{
    bench_write64(b, SMMU_EVENTQ_IRQ_CFG0, BENCH_DOORBELL);
    bench_write(b, SMMU_IRQ_CTRL, IRQ_CTRL_EVENTQ);
    bench_run(b, 20);
    read_at(VA, 1);
    read_at(VA, 2);
    ck_assert_uint_eq(b->doorbells, 1);
    ck_assert_uint_eq(stall_field(1, 4), 1);
}
END_TEST

/* Stage 2 stalls by STE.S2S, whatever CD.S and S2R say, and S2S=0 terminates: of the input itself (Config=110), and of
 * the CD's address (111). RESUME with Ab=0 is RAZ/WI for stage 2 as well. */
/* covers: SMMU-EVENT-2, SMMU-EVENT-8, SMMU-RECORD-2, SMMU-RESUME-1, SMMU-STE-9 */
START_TEST(stage2)
{
    bool nested = _i & 1, s2s = _i & 2, mapped = _i & 4;
    teardown();
    b = bench_open();
    b->config.s2p = 1;
    b->config.stall_model = 0;
    b->config.stall_max = STAGS;
    bench_start(b);
    bench_bring_up(b);
    uint64_t table = stage2_table(b), at = BENCH_STRTAB + BENCH_SID * STE_BYTES;
    uint64_t config = nested ? STE_CONFIG_S1_S2 : STE_CONFIG_S2;
    uint64_t input = UINT64_C(0x40000123000), cd_ipa = UINT64_C(0x5000000000), bad = nested ? cd_ipa : 0x4000001000;
    bench_ste(b, BENCH_SID, bits_put(1, STE0_V) | bits_put(config, STE0_CONFIG) | (nested ? cd_ipa : 0), 0);
    stage2_ste(b, BENCH_SID, table);
    if (mapped) /* AF=0; S2S is not S2AFFD */
        bench_store(b, table + 8 * bits_get(bad, 30, 9), stage2_block(BENCH_RAM, 3) & ~bits_put(1, DESC_AF));
    bench_store(b, at + 16, (bench_load(b, at + 16) & ~bits_put(1, STE2_S2R)) | bits_put(s2s, STE2_S2S));
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, nested ? input : bad + 8, 8);
    bench_up(b, &tlp);
    bench_run(b, 300);
    ck_assert_uint_eq(completions(), !s2s);
    ck_assert_uint_eq(bench_events(b), s2s); /* S2R=0 */
    if (!s2s) {
        ck_assert_uint_eq(completion(0)->head.status, TLP_UR);
        return;
    }
    uint64_t dw[4];
    bench_event(b, 0, dw);
    ck_assert_uint_eq(dw[0], (mapped ? F_ACCESS : F_TRANSLATION) | (uint64_t)BENCH_SID << 32);
    ck_assert_uint_eq(dw[1],
                      UINT64_C(1) << 31 | UINT64_C(1) << 35 | UINT64_C(1) << 39 | (uint64_t)(nested ? 0 : 2) << 40);
    ck_assert_uint_eq(dw[2], nested ? input : bad + 8);
    ck_assert_uint_eq(dw[3], bad);
    resume(BENCH_SID, 0, false, false);
    ck_assert_uint_eq(completion(0)->head.status, TLP_SC);
    ck_assert_uint_eq(load_le64(completion(0)->data), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_stall");
    TCase *tcase = tcase_create("stall");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, records);
    tcase_add_test(tcase, record_clock);
    tcase_add_test(tcase, never_stall);
    tcase_add_loop_test(tcase, retry, 0, 2);
    tcase_add_loop_test(tcase, terminate, 0, 4);
    tcase_add_test(tcase, wrong_stag);
    tcase_add_test(tcase, stall_term);
    tcase_add_test(tcase, stall_term_frees_many);
    tcase_add_loop_test(tcase, no_stall_model, 0, 2);
    tcase_add_test(tcase, stall_max);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, all_slots);
    tcase_add_test(tcase, queue_full);
    tcase_add_test(tcase, queue_full_clock);
    tcase_add_test(tcase, queue_full_until_before_due);
    tcase_add_test(tcase, queue_off);
    tcase_add_loop_test(tcase, record_aborts, 0, 4);
    tcase_add_test(tcase, sync_cancels);
    tcase_add_test(tcase, sync_frees_stags);
    tcase_add_test(tcase, sync_replaces);
    tcase_add_test(tcase, sync_passes_stalls);
    tcase_add_test(tcase, sync_waits_for_record);
    tcase_add_test(tcase, smmu_off);
    tcase_add_test(tcase, smmu_goes_off);
    tcase_add_test(tcase, interrupt);
    tcase_add_loop_test(tcase, stage2, 0, 8);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
