/* SPDX-License-Identifier: Apache-2.0
 *
 * The stall model: which faults stall, what their records say, what RESUME, STALL_TERM, CMD_SYNC and SMMUEN make of
 * them, and what happens while the event queue cannot be written (SMMU-RESUME, SMMU-EVENT, SMMU-EVENTQ, SMMU-CR0).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/two_stages.h"

enum { PASID = 3, OTHER_SID = 0x21, STAGS = 3 };
#define VA   UINT64_C(0x0000123456789000)
#define DATA UINT64_C(0x1122334455667788)

static struct smmu_harness *h;
static uint64_t ttb;

static void start(uint32_t stall_max, uint32_t term_model)
{
    h = smmu_harness_open();
    h->config.stall_model = 0;
    h->config.stall_max = stall_max;
    h->config.term_model = term_model;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    /* CD.R=0: a fault that stalls is recorded all the same. */
    smmu_harness_cd(h, PASID,
                    (smmu_harness_cd0(9) & ~prisim_bits_put(1, PRISIM_CD0_R)) | prisim_bits_put(1, PRISIM_CD0_S), ttb);
    smmu_harness_ste(h, OTHER_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    smmu_harness_store(h, HARNESS_PAGES, DATA);
    smmu_harness_map(h, ttb, VA + 0x100000, 12,
                     smmu_harness_leaf(HARNESS_PAGES, 12)); /* the tables down to VA are there */
}

static void setup(void)
{
    start(STAGS, 0);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void offer(bool write, uint16_t sid, uint64_t address, unsigned tag)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                                    PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.tag = (uint16_t)tag;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    smmu_harness_up(h, &tlp);
}

static void read_at(uint64_t address, unsigned tag)
{
    offer(false, HARNESS_SID, address, tag);
    smmu_harness_run(h, 300);
}

static unsigned completions(void)
{
    return h->base->tx[PRISIM_SMMU_TX_DOWN].count;
}

static const struct prisim_tlp *completion(unsigned n)
{
    const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, n);
    ck_assert_ptr_nonnull(tlp);
    return tlp;
}

static void map(uint64_t address)
{
    smmu_harness_map(h, ttb, address, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
}

static void command(uint64_t dw0, uint64_t dw1)
{
    smmu_harness_command(h, dw0, dw1);
    ck_assert(smmu_harness_commands_done(h, 3000));
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), 0);
}

static void resume(uint16_t sid, unsigned stag, bool ac, bool ab)
{
    command(PRISIM_CMDQ_OP_RESUME | prisim_bits_put(sid, PRISIM_CMD_SID) | prisim_bits_put(ac, PRISIM_CMD_RESUME_AC) |
                prisim_bits_put(ab, PRISIM_CMD_RESUME_AB),
            prisim_bits_put(stag, PRISIM_CMD1_RESUME_STAG));
}

static void sync_after_tlbi(void)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL, 0);
    command(PRISIM_CMDQ_OP_SYNC, 0);
}

static void record_is(unsigned n, uint16_t sid, uint64_t stag, bool read, uint64_t address)
{
    uint64_t dw[4];
    smmu_harness_event(h, n, dw);
    ck_assert_uint_eq(dw[0], PRISIM_F_TRANSLATION | UINT64_C(1) << 11 | (uint64_t)PASID << 12 | (uint64_t)sid << 32);
    /* Stall, RnW, CLASS=IN; S2=0, NSIPA=0. */
    ck_assert_uint_eq(dw[1], stag | UINT64_C(1) << 31 | (uint64_t)read << 35 | UINT64_C(2) << 40);
    ck_assert_uint_eq(dw[2], address);
    ck_assert_uint_eq(dw[3], 0);
}

static uint64_t stall_field(unsigned n, unsigned field)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_STALL, n);
    ck_assert_ptr_nonnull(event);
    return prisim_event_value(event, field);
}

/* A stalled access is recorded whatever CD.R says, with a STAG that no other has, and is not answered. */
/* covers: SMMU-RECORD-1, SMMU-RECORD-2, SMMU-EVENT-8 */
START_TEST(records)
{
    read_at(VA, 1);
    offer(true, HARNESS_SID, VA + 0x1000, 0);
    offer(false, OTHER_SID, VA + 0x2000, 2);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_events(h), 3);
    record_is(0, HARNESS_SID, 0, true, VA);
    record_is(1, HARNESS_SID, 1, false, VA + 0x1000);
    record_is(2, OTHER_SID, 2, true, VA + 0x2000);
    ck_assert_uint_eq(completions(), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), 3);
}
END_TEST

/* The record's write is offered event_latency after the fault: a miss of STE, CD and all tables, then the record. */
START_TEST(record_clock)
{
    offer(false, HARNESS_SID, VA, 1);
    smmu_harness_run(h, 300);
    prisim_cycle_t fault = harness_event(h->base, PRISIM_EVENT_SMMU_STALL, 0)->cycle;
    unsigned last = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - 1;
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, last), fault + h->config.event_latency);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle,
                      fault + h->config.event_latency + 1 + HARNESS_MEMORY_LATENCY);
}
END_TEST

/* What does not stall: Translation Requests, CDs with S=0, faults of the configuration. */
/* covers: SMMU-ATSREQ-10 */
START_TEST(never_stall)
{
    struct prisim_tlp request = smmu_harness_request(VA, PASID, 0);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)) & 3, 0);
    smmu_harness_cd(h, PASID + 1, smmu_harness_cd0(9), ttb);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = PASID + 1;
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    tlp.head.pasid = PASID + 2; /* no CD there */
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), 0);
}
END_TEST

/* Ac=1: translated again, whatever Ab says; it may stall again. */
/* covers: SMMU-RESUME-1, SMMU-CMDFIELD-11, SMMU-CFGI-8 */
START_TEST(retry)
{
    read_at(VA, 7);
    resume(HARNESS_SID, 0, true, _i & 1);
    ck_assert_uint_eq(completions(), 0);
    ck_assert_uint_eq(smmu_harness_events(h), 2); /* still unmapped */
    record_is(1, HARNESS_SID, 0, true, VA);
    map(VA);
    resume(HARNESS_SID, 0, true, _i & 1);
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.tag, 7);
    ck_assert_uint_eq(completion(0)->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(prisim_load_le64(completion(0)->data), DATA);
    ck_assert_uint_eq(smmu_harness_events(h), 2);
}
END_TEST

/* Ac=0: Ab=1 aborts, Ab=0 is RAZ/WI, although CD.A=1; TERM_MODEL=1 always aborts. Nothing is recorded again. */
/* covers: SMMU-RESUME-1, SMMU-CMDFIELD-11, SMMU-IDR0-23 */
START_TEST(terminate)
{
    bool ab = _i & 1, term_model = _i & 2, abort = ab || term_model;
    smmu_harness_close(h);
    start(STAGS, term_model);
    read_at(VA, 1);
    resume(HARNESS_SID, 0, false, ab);
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.status, abort ? PRISIM_TLP_UR : PRISIM_TLP_SC);
    if (!abort)
        ck_assert_uint_eq(prisim_load_le64(completion(0)->data), 0);
    /* It ends by what it was told, and not by the CD that it faulted by: no ASID, no age. */
    const unsigned told = harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE);
    const struct prisim_event *ended = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, told - 1);
    ck_assert_uint_eq(ended->smmu_translate.access, 0);
    ck_assert_uint_eq(ended->smmu_translate.asid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(ended->smmu_translate.cd_since, PRISIM_PASID_NONE);
    offer(true, HARNESS_SID, VA, 0);
    smmu_harness_run(h, 300);
    resume(HARNESS_SID, 0, false, ab);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
    ck_assert_uint_eq(smmu_harness_events(h), 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_RESUME, 1)->smmu_resume.cause,
                      abort ? PRISIM_CAUSE_STALL_ABORTED : PRISIM_CAUSE_STALL_RAZWI);
}
END_TEST

/* A free STAG, one of another stream: nothing happens, and no error. */
/* covers: SMMU-RESUME-2 */
START_TEST(wrong_stag)
{
    read_at(VA, 1);
    resume(HARNESS_SID, 1, false, true);
    resume(OTHER_SID, 0, false, true);
    resume(HARNESS_SID, 0x100, false, true);
    ck_assert_uint_eq(completions(), 0);
    resume(HARNESS_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 1);
    resume(HARNESS_SID, 0, false, true); /* free again */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_RESUME), 1);
}
END_TEST

/* STALL_TERM aborts all of its stream, also what has no STAG yet. */
/* covers: SMMU-CMDFIELD-12, SMMU-OPCODE-7, SMMU-RESUME-4 */
START_TEST(stall_term)
{
    offer(false, OTHER_SID, VA, 9);
    for (unsigned i = 0; i < 3; i++)
        offer(false, HARNESS_SID, VA, i);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS);
    command(PRISIM_CMDQ_OP_STALL_TERM | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
    ck_assert_uint_eq(completions(), 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(completion(i)->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS);
    resume(OTHER_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 4);
}
END_TEST

/* It frees all STAGs of its stream at once: so many that wait have one at that edge. */
/* covers: SMMU-EVENTQ-7, SMMU-RESUME-4 */
START_TEST(stall_term_frees_many)
{
    for (unsigned i = 0; i < STAGS; i++)
        offer(false, HARNESS_SID, VA, i);
    smmu_harness_run(h, 500);
    for (unsigned i = 0; i < 2; i++)
        offer(false, OTHER_SID, VA, i);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, STAGS);
    command(PRISIM_CMDQ_OP_STALL_TERM | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS + 2);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_STALL, STAGS + i)->cycle,
                          harness_event(h->base, PRISIM_EVENT_SMMU_RESUME, 0)->cycle);
    record_is(STAGS, OTHER_SID, 0, true, VA);
    record_is((STAGS + 1) & 3, OTHER_SID, 1, true, VA);
}
END_TEST

/* STALL_MODEL=01: no CD may ask for stalls, both commands are ILL, and no STAG is advertised. */
/* covers: SMMU-RESUME-3 */
START_TEST(no_stall_model)
{
    smmu_harness_close(h);
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IDR5) >> 16, 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_RESUME + (unsigned)_i, 0);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS) >> PRISIM_CMDQ_CONS_ERR_SHIFT, PRISIM_CERROR_ILL);
}
END_TEST

/* One more than STALL_MAX: it waits, unheard, until a STAG is free; those that wait are served in order. */
/* covers: SMMU-EVENTQ-7, SMMU-IDR-4 */
START_TEST(stall_max)
{
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IDR5) >> 16, STAGS);
    for (unsigned i = 0; i < STAGS + 2; i++)
        read_at(VA + i * UINT64_C(0x1000), i);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS);
    ck_assert_uint_eq(smmu_harness_events(h), STAGS);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, STAGS);
    map(VA + 0x1000);
    resume(HARNESS_SID, 1, true, false);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS + 1);
    record_is(STAGS, HARNESS_SID, 1, true, VA + STAGS * UINT64_C(0x1000));
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.tag, 1);
}
END_TEST

/* Accesses behind a stalled one go on; it comes after them when it is resumed. */
START_TEST(order)
{
    map(VA + 0x1000);
    read_at(VA + 0x1000, 1); /* in the TLB: those behind are translated before the first one has faulted */
    offer(true, HARNESS_SID, VA, 0);
    offer(true, HARNESS_SID, VA + 0x1008, 0);
    offer(true, HARNESS_SID, VA + 0x1010, 0);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 3);
    map(VA);
    resume(HARNESS_SID, 0, true, false);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 4);
    const struct prisim_memory_request *last = harness_got(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 3);
    ck_assert_uint_eq(last->address, HARNESS_PAGES);
}
END_TEST

/* With every slot but one stalled, commands and page requests still pass; the others that would stall end. */
START_TEST(all_slots)
{
    smmu_harness_close(h);
    h = smmu_harness_open();
    h->config.translation_slots = 2;
    h->config.stall_model = 0;
    h->config.stall_max = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9) | prisim_bits_put(1, PRISIM_CD0_S), smmu_harness_table(h));
    for (unsigned i = 0; i < 3; i++)
        offer(false, HARNESS_SID, VA, i);
    struct prisim_tlp request = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, VA, 0);
    request.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken, 3); /* SMMU-EVENTQ */
    ck_assert_uint_eq(completions(), 2);
    sync_after_tlbi();
    resume(HARNESS_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 3);
    smmu_harness_up(h, &request);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_REQUEST].count, 1);
}
END_TEST

/* Makes C_BAD_STREAMID records until the queue is full, with room for none. */
static void fill_queue(void)
{
    for (unsigned i = 0; i < 1u << HARNESS_EVENTQ_LOG2; i++) {
        struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
        tlp.head.requester_id = 0x1000;
        smmu_harness_up(h, &tlp);
    }
    smmu_harness_run(h, 800);
    ck_assert_uint_eq(smmu_harness_events(h), 1u << HARNESS_EVENTQ_LOG2);
}

/* A full queue: the record waits and does not overflow; it is written when CONS makes room. */
/* covers: SMMU-EVENTQ-3, SMMU-EVENTQ-1 */
START_TEST(queue_full)
{
    fill_queue();
    read_at(VA, 1);
    ck_assert_uint_eq(smmu_harness_events(h), 4); /* no OVFLG */
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.requester_id = 0x1000;
    smmu_harness_up(h, &tlp); /* one that terminates is dropped meanwhile, and does overflow */
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_events(h), 4 | PRISIM_SMMU_QUEUE_OVERFLOW);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_events(h), 5 | PRISIM_SMMU_QUEUE_OVERFLOW);
    record_is(0, HARNESS_SID, 0, true, VA);
}
END_TEST

/* The write is offered at the edge of the CONS write that makes room, not at the one before. */
/* covers: SMMU-EVENTQ-3 */
START_TEST(queue_full_clock)
{
    fill_queue();
    read_at(VA, 1);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1);
    unsigned accesses = h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count;
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, before),
                      harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, accesses - 1));
}
END_TEST

/* Room is made before the record is due: it is written when it is. */
/* covers: SMMU-EVENTQ-3 */
START_TEST(queue_full_until_before_due)
{
    teardown();
    h = smmu_harness_open();
    h->config.stall_model = 0;
    h->config.stall_max = STAGS;
    h->config.event_latency = 100;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9) | prisim_bits_put(1, PRISIM_CD0_S), ttb);
    fill_queue();
    offer(false, HARNESS_SID, VA, 1);
    while (harness_events(h->base, PRISIM_EVENT_SMMU_STALL) == 0)
        smmu_harness_edge(h);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, before),
                      harness_event(h->base, PRISIM_EVENT_SMMU_STALL, 0)->cycle + h->config.event_latency);
}
END_TEST

/* EVENTQEN=0: the record waits until the queue is on again; terminated accesses are dropped. */
/* covers: SMMU-EVENTQ-3 */
START_TEST(queue_off)
{
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_EVENTQEN);
    read_at(VA, 1);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    smmu_harness_cr0(h, cr0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    record_is(0, HARNESS_SID, 0, true, VA);
}
END_TEST

/* An aborted write of its record: it is lost, and STALL_TERM ends what nobody heard of; with stall_rewrite it is
 * written again once GERROR is acknowledged. */
/* covers: SMMU-EVENTQ-3, SMMU-EVENTQ-6 */
START_TEST(record_aborts)
{
    bool again = _i & 2;
    h->config.stall_rewrite = again;
    h->fail_at = HARNESS_EVENTQ;
    h->fail_status = _i & 1 ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT;
    read_at(VA, 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_EVENTQ_ABT);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    h->fail_at = 0;
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_EVENTQ_ABT);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_events(h), again);
    if (again)
        record_is(0, HARNESS_SID, 0, true, VA);
    ck_assert_uint_eq(completions(), 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_STALL_TERM | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(completions(), 1);
    read_at(VA, 2); /* its STAG is free */
    ck_assert_uint_eq(smmu_harness_events(h), again + 1);
    record_is(again, HARNESS_SID, 0, true, VA);
}
END_TEST

/* After an invalidation a CMD_SYNC cancels records that are not written: the access is translated again, and passes. */
/* covers: SMMU-EVENTQ-5, SMMU-SYNC-11 */
START_TEST(sync_cancels)
{
    fill_queue();
    read_at(VA, 1);
    map(VA);
    command(PRISIM_CMDQ_OP_SYNC, 0); /* nothing was invalidated: nothing changes */
    ck_assert_uint_eq(completions(), 0);
    sync_after_tlbi();
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(prisim_load_le64(completion(0)->data), DATA);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 4);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_events(h), 4); /* the stale record never comes */
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
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL, 0);
    smmu_harness_run(h, 100);
    read_at(VA + 0x8000, 9);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS);
    command(PRISIM_CMDQ_OP_SYNC, 0);
    ck_assert_uint_eq(completions(), STAGS);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), STAGS + 1);
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
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 4);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(smmu_harness_events(h), 4 + STAGS);
    uint64_t seen = 0;
    for (unsigned i = 0; i < STAGS; i++) {
        uint64_t dw[4];
        smmu_harness_event(h, i, dw);
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
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_RESUME), 0);
    resume(HARNESS_SID, 0, false, true);
    ck_assert_uint_eq(completions(), 1);
}
END_TEST

/* A record that is being written when the CMD_SYNC comes is visible before it completes. */
/* covers: SMMU-EVENTQ-5 */
START_TEST(sync_waits_for_record)
{
    offer(false, HARNESS_SID, VA, 1);
    while (harness_events(h->base, PRISIM_EVENT_SMMU_STALL) == 0)
        smmu_harness_edge(h);
    h->latency = 1000;
    smmu_harness_run(h, h->config.event_latency + 2); /* the record's write is on its way */
    h->latency = HARNESS_MEMORY_LATENCY;
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL, 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), 1); /* at the SYNC */
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), 2);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle,
                      harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_RESUME), 0);
}
END_TEST

/* SMMUEN 1 to 0: stalled accesses abort, with or without a STAG; records not yet written are never; STAGs are free. */
/* covers: SMMU-CR0-13, SMMU-RESUME-4 */
START_TEST(smmu_off)
{
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    fill_queue();
    for (unsigned i = 0; i < STAGS + 1; i++)
        read_at(VA, i);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_SMMUEN);
    ck_assert_uint_eq(completions(), STAGS + 1);
    for (unsigned i = 0; i <= STAGS; i++)
        ck_assert_uint_eq(completion(i)->head.status, PRISIM_TLP_UR);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 4);
    smmu_harness_cr0(h, cr0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_events(h), 4);
    read_at(VA, 9);
    record_is(0, HARNESS_SID, 0, true, VA);
}
END_TEST

/* A fault on the way while SMMUEN goes to 0 does not stall any more: the acknowledgement would never come. */
/* covers: SMMU-CR0-13 */
START_TEST(smmu_goes_off)
{
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    h->latency = 100;
    offer(false, HARNESS_SID, VA, 1);
    smmu_harness_run(h, 50); /* the STE is being fetched */
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_SMMUEN);
    smmu_harness_run(h, 1200);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_SMMUEN);
    ck_assert_uint_eq(completions(), 1);
    ck_assert_uint_eq(completion(0)->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
}
END_TEST

/* An EVENTQ interrupt on empty to non-empty, as for any record. */
/* covers: SMMU-EVENTQ-4 */
START_TEST(interrupt)
{
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_run(h, 20);
    read_at(VA, 1);
    read_at(VA, 2);
    ck_assert_uint_eq(h->doorbells, 1);
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
    h = smmu_harness_open();
    h->config.s2p = 1;
    h->config.stall_model = 0;
    h->config.stall_max = STAGS;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    uint64_t table = stage2_table(h), at = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES;
    uint64_t config = nested ? PRISIM_STE_CONFIG_S1_S2 : PRISIM_STE_CONFIG_S2;
    uint64_t input = UINT64_C(0x40000123000), cd_ipa = UINT64_C(0x5000000000), bad = nested ? cd_ipa : 0x4000001000;
    smmu_harness_ste(
        h, HARNESS_SID,
        prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(config, PRISIM_STE0_CONFIG) | (nested ? cd_ipa : 0), 0);
    stage2_ste(h, HARNESS_SID, table);
    if (mapped) /* AF=0; S2S is not S2AFFD */
        smmu_harness_store(h, table + 8 * prisim_bits_get(bad, 30, 9),
                           stage2_block(HARNESS_RAM, 3) & ~prisim_bits_put(1, PRISIM_DESC_AF));
    smmu_harness_store(h, at + 16,
                       (smmu_harness_load(h, at + 16) & ~prisim_bits_put(1, PRISIM_STE2_S2R)) |
                           prisim_bits_put(s2s, PRISIM_STE2_S2S));
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, nested ? input : bad + 8, 8);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(completions(), !s2s);
    ck_assert_uint_eq(smmu_harness_events(h), s2s); /* S2R=0 */
    if (!s2s) {
        ck_assert_uint_eq(completion(0)->head.status, PRISIM_TLP_UR);
        return;
    }
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0], (mapped ? PRISIM_F_ACCESS : PRISIM_F_TRANSLATION) | (uint64_t)HARNESS_SID << 32);
    ck_assert_uint_eq(dw[1],
                      UINT64_C(1) << 31 | UINT64_C(1) << 35 | UINT64_C(1) << 39 | (uint64_t)(nested ? 0 : 2) << 40);
    ck_assert_uint_eq(dw[2], nested ? input : bad + 8);
    ck_assert_uint_eq(dw[3], bad);
    resume(HARNESS_SID, 0, false, false);
    ck_assert_uint_eq(completion(0)->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(prisim_load_le64(completion(0)->data), 0);
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
