/* SPDX-License-Identifier: Apache-2.0
 *
 * Where STEs and CDs are found: linear and two-level tables, their alignment and their ends (SMMU-QUEUE,
 * SMMU-EVENTCODE, SMMU-STRTAB). The judge of a stream is the PRI queue's look-up and the addresses that are read for
 * it; of a CD, a Translation Request.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK, PASID = 3, ASID = 5 };
#define L2      (HARNESS_RAM + 0x30000) /* 64 KB: 1024 STEs */
#define VALID   prisim_bits_put(1, PRISIM_STE0_V)
#define VA      UINT64_C(0x5000)
#define NOWHERE UINT64_C(0x1000) /* no memory there: fetches abort */

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

static uint32_t two_level(unsigned log2, unsigned split)
{
    return (uint32_t)(prisim_bits_put(log2, PRISIM_STRTAB_BASE_CFG_LOG2SIZE) |
                      prisim_bits_put(split, PRISIM_STRTAB_BASE_CFG_SPLIT) |
                      prisim_bits_put(PRISIM_STRTAB_FMT_TWO_LEVEL, PRISIM_STRTAB_BASE_CFG_FMT));
}

/* A table at another place or of another shape; the caches are empty and the event queue too. */
static void use_table(uint64_t base, uint32_t cfg)
{
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_PROD, 0);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 0);
    smmu_harness_write64(h, PRISIM_SMMU_STRTAB_BASE, base);
    smmu_harness_write(h, PRISIM_SMMU_STRTAB_BASE_CFG, cfg);
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_sync(h);
    smmu_harness_cr0(h, ON);
}

static void l1std(uint64_t base, unsigned index, uint64_t l2, unsigned span)
{
    smmu_harness_store(h, base + index * PRISIM_L1STD_BYTES, l2 | prisim_bits_put(span, PRISIM_L1STD_SPAN));
}

/* What a look-up found: whether the STE is valid, the event it recorded, and what it read. */
struct found {
    bool valid;
    unsigned code;
    uint64_t fetch;
    unsigned reads;
    uint64_t at[2];
    uint8_t size[2];
};

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

static struct found look(uint32_t sid)
{
    struct prisim_pri_queue_lookup lookup = {.stream_id = sid};
    unsigned answers = h->base->tx[PRISIM_SMMU_TX_PRI_LOOKUP].count, first = reads();
    uint32_t before = smmu_harness_events(h);
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
    smmu_harness_run(h, 120);
    const struct prisim_pri_queue_ppar *ppar = harness_got(h->base, PRISIM_SMMU_TX_PRI_LOOKUP, answers);
    ck_assert_ptr_nonnull(ppar);
    struct found f = {.valid = ppar->reachable};
    for (unsigned i = first; i < reads(); i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        if (request->write || request->address >> 12 == HARNESS_CMDQ >> 12)
            continue;
        ck_assert_uint_lt(f.reads, 2);
        f.at[f.reads] = request->address;
        f.size[f.reads++] = request->size;
    }
    uint64_t dw[4] = {0};
    if (smmu_harness_events(h) != before) {
        smmu_harness_event(h, before & 3, dw);
        ck_assert_uint_eq(dw[0] >> 32, sid);
    }
    f.code = dw[0] & 0xff;
    f.fetch = dw[3];
    return f;
}

/* covers: SMMU-STRTAB-1, SMMU-QUEUE-1, SMMU-QUEUE-2, SMMU-EVENTCODE-2 */
START_TEST(linear)
{
    smmu_harness_store(h, L2 + 5 * PRISIM_STE_BYTES, VALID);
    use_table(L2, 3);
    struct found f = look(5);
    ck_assert(f.valid && f.reads == 1 && f.at[0] == L2 + 5 * PRISIM_STE_BYTES && f.size[0] == PRISIM_STE_BYTES);
    f = look(7);
    ck_assert(!f.valid && f.code == PRISIM_C_BAD_STE);
    f = look(8);
    ck_assert(!f.valid && f.code == PRISIM_C_BAD_STREAMID && f.reads == 0);
    /* Aligned to its size: 8 STEs are 512 bytes. */
    use_table(L2 + 0x1c0, 3);
    f = look(5);
    ck_assert(f.valid && f.at[0] == L2 + 5 * PRISIM_STE_BYTES);
    /* And to no more: the next 512 bytes are a table as good. */
    smmu_harness_store(h, L2 + 13 * PRISIM_STE_BYTES, VALID);
    use_table(L2 + 0x200, 3);
    f = look(5);
    ck_assert(f.valid && f.at[0] == L2 + 13 * PRISIM_STE_BYTES);
    /* FMT 2 and 3 act as linear. */
    for (unsigned fmt = 2; fmt < 4; fmt++) {
        use_table(L2, 3 | fmt << 16);
        f = look(5);
        ck_assert(f.valid && f.at[0] == L2 + 5 * PRISIM_STE_BYTES);
    }
}
END_TEST

/* LOG2SIZE is capped at SIDSIZE for the range of StreamIDs; the base is aligned by LOG2SIZE as it is written. */
/* covers: SMMU-QUEUE, SMMU-QUEUE-1, SMMU-IDR1-1 */
START_TEST(capped)
{
    struct smmu_harness *other = h;
    h = smmu_harness_open();
    h->config.sid_bits = 4;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_store(h, HARNESS_RAM + 15 * PRISIM_STE_BYTES, VALID);
    use_table(L2, 20); /* 64 MB */
    struct found f = look(15);
    ck_assert(f.valid && f.at[0] == HARNESS_RAM + 15 * PRISIM_STE_BYTES);
    f = look(16);
    ck_assert(f.code == PRISIM_C_BAD_STREAMID && f.reads == 0);
    /* No bit of the base is left. */
    for (unsigned log2 = 50; log2 < 64; log2++) {
        use_table(L2, log2);
        f = look(15);
        ck_assert(f.code == PRISIM_F_STE_FETCH && f.at[0] == 15 * PRISIM_STE_BYTES);
    }
    /* Two levels, LOG2SIZE-SPLIT=9: 512 descriptors, 4 KB. SIDSIZE-SPLIT is less than 0. */
    l1std(HARNESS_STRTAB + 0x2000, 0, L2, 5);
    smmu_harness_store(h, L2 + 15 * PRISIM_STE_BYTES, VALID);
    use_table(HARNESS_STRTAB + 0x2fc0, two_level(15, 6));
    f = look(15);
    ck_assert(f.valid && f.at[0] == HARNESS_STRTAB + 0x2000 && f.at[1] == L2 + 15 * PRISIM_STE_BYTES);
    use_table(L2, two_level(63, 6));
    f = look(15);
    ck_assert(f.code == PRISIM_F_STE_FETCH && f.at[0] == 0);
    smmu_harness_close(h);
    h = other;
}
END_TEST

/* A table that was made smaller while SMMUEN=0: what is cached, and what was just used, is out of range all the same.
 */
/* covers: SMMU-EVENTCODE-2, SMMU-CR0-13 */
START_TEST(shrunk)
{
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), ttb);
    struct prisim_tlp request = smmu_harness_request(VA, PASID, PRISIM_TLP_NO_WRITE);
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_cr0(h, 0);
        smmu_harness_write(h, PRISIM_SMMU_STRTAB_BASE_CFG, i == 1 ? 5 : 6); /* HARNESS_SID is 0x20 */
        smmu_harness_cr0(h, ON);
        for (unsigned n = 0; n < 2; n++)
            ck_assert_msg(smmu_harness_ask(h, &request)->head.status == (i == 1 ? PRISIM_TLP_CA : PRISIM_TLP_SC), "%u",
                          i);
    }
    smmu_harness_run(h, 60);
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_C_BAD_STREAMID);
}
END_TEST

/* Span s gives 2^(s-1) STEs, aligned to their size; what lies beyond is C_BAD_STREAMID. */
/* covers: SMMU-STRTAB-2, SMMU-EVENTCODE-2, SMMU-IDR0-24 */
START_TEST(spans)
{
    for (unsigned span = 0; span < 32; span++) {
        bool good = span >= 1 && span <= 7; /* SPLIT + 1 */
        uint32_t last = good ? (1u << (span - 1)) - 1 : 0;
        memset(h->ram + (L2 - HARNESS_RAM), 0, 0x2000);
        use_table(HARNESS_STRTAB, two_level(10, 6));
        l1std(HARNESS_STRTAB, 2, L2, span);
        smmu_harness_store(h, L2 + last * PRISIM_STE_BYTES, VALID);
        struct found f = look(2 << 6 | last);
        ck_assert_msg(f.valid == good, "span %u", span);
        ck_assert_uint_eq(f.code, good ? 0 : PRISIM_C_BAD_STREAMID);
        ck_assert_uint_eq(f.reads, good ? 2 : 1);
        ck_assert(f.at[0] == HARNESS_STRTAB + 2 * PRISIM_L1STD_BYTES && f.size[0] == PRISIM_L1STD_BYTES);
        if (!good)
            continue;
        ck_assert(f.at[1] == L2 + last * PRISIM_STE_BYTES && f.size[1] == PRISIM_STE_BYTES);
        if (last < 63) {
            f = look(2 << 6 | (last + 1));
            ck_assert_msg(f.code == PRISIM_C_BAD_STREAMID, "span %u", span);
        }
    }
    /* L2Ptr is aligned to its array: 64 STEs are 4 KB. */
    use_table(HARNESS_STRTAB, two_level(10, 6));
    l1std(HARNESS_STRTAB, 2, L2 | 0xfc0, 7);
    smmu_harness_store(h, L2 + 9 * PRISIM_STE_BYTES, VALID);
    struct found f = look(2 << 6 | 9);
    ck_assert(f.valid && f.at[1] == L2 + 9 * PRISIM_STE_BYTES);
}
END_TEST

/* SPLIT 6, 8, 10; anything else acts as 6. Span 8 is too much for 6 and not for 8. */
/* covers: SMMU-QUEUE-2, SMMU-STRTAB-2 */
START_TEST(splits)
{
    for (unsigned split = 0; split < 32; split++) {
        unsigned real = split == 8 || split == 10 ? split : 6;
        uint32_t sid = 3u << real | 33;
        use_table(HARNESS_STRTAB, two_level(12, split));
        memset(h->ram, 0, 0x4000);
        l1std(HARNESS_STRTAB, 3, L2, real + 1);
        smmu_harness_store(h, L2 + 33 * PRISIM_STE_BYTES, VALID);
        struct found f = look(sid);
        ck_assert_msg(f.valid && f.at[0] == HARNESS_STRTAB + 3 * PRISIM_L1STD_BYTES, "split %u", split);
        l1std(HARNESS_STRTAB, 3, L2, real + 2);
        use_table(HARNESS_STRTAB, two_level(12, split));
        ck_assert_msg(look(sid).code == PRISIM_C_BAD_STREAMID, "split %u", split);
    }
}
END_TEST

/* The level-1 table: 2^(LOG2SIZE-SPLIT) descriptors, one at least; aligned to its size, to 64 bytes at least. */
/* covers: SMMU-QUEUE-1, SMMU-QUEUE */
START_TEST(level1_table)
{
    l1std(HARNESS_STRTAB + 0x2000, 15, L2, 7);
    smmu_harness_store(h, L2, VALID);
    use_table(HARNESS_STRTAB + 0x2040, two_level(10, 6)); /* 16 descriptors: 128 bytes */
    struct found f = look(15 << 6);
    ck_assert(f.valid && f.at[0] == HARNESS_STRTAB + 0x2000 + 15 * PRISIM_L1STD_BYTES);
    f = look(16 << 6);
    ck_assert(f.code == PRISIM_C_BAD_STREAMID && f.reads == 0);
    l1std(HARNESS_STRTAB + 0x2080, 15, L2, 7); /* the next 128 bytes */
    use_table(HARNESS_STRTAB + 0x2080, two_level(10, 6));
    f = look(15 << 6);
    ck_assert(f.valid && f.at[0] == HARNESS_STRTAB + 0x2080 + 15 * PRISIM_L1STD_BYTES);
    l1std(HARNESS_STRTAB + 0x2040, 0, L2, 7); /* one descriptor: 64 bytes */
    use_table(HARNESS_STRTAB + 0x2040, two_level(4, 8));
    f = look(0);
    ck_assert(f.valid && f.at[0] == HARNESS_STRTAB + 0x2040);
    f = look(16);
    ck_assert(f.code == PRISIM_C_BAD_STREAMID && f.reads == 0);
}
END_TEST

/* covers: SMMU-EVENTCODE-3, SMMU-CFGI-4, SMMU-PRIAUTO-5, SMMU-PRIAUTO-7 */
START_TEST(aborts)
{
    use_table(NOWHERE, two_level(10, 6));
    struct found f = look(0x41);
    ck_assert(!f.valid && f.code == PRISIM_F_STE_FETCH && f.fetch == NOWHERE + PRISIM_L1STD_BYTES && f.reads == 1);
    use_table(HARNESS_STRTAB, two_level(10, 6));
    l1std(HARNESS_STRTAB, 1, NOWHERE, 7);
    f = look(0x41);
    ck_assert(!f.valid && f.code == PRISIM_F_STE_FETCH && f.fetch == NOWHERE + PRISIM_STE_BYTES && f.reads == 2);
    /* The descriptor was kept, the STE not: one read. */
    f = look(0x41);
    ck_assert(f.code == PRISIM_F_STE_FETCH && f.reads == 1 && f.at[0] == NOWHERE + PRISIM_STE_BYTES);
    /* SMMU-PRIAUTO: without REC_CFG_ATS nothing is recorded, without RECINVSID no C_BAD_STREAMID. */
    static const uint32_t cr2[] = {0, PRISIM_CR2_RECINVSID, PRISIM_CR2_REC_CFG_ATS};
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_cr0(h, 0);
        smmu_harness_write(h, PRISIM_SMMU_CR2, cr2[i]);
        use_table(HARNESS_STRTAB, two_level(10, 6));
        ck_assert_uint_eq(look(0x41).code, cr2[i] & PRISIM_CR2_REC_CFG_ATS ? PRISIM_F_STE_FETCH : 0);
        ck_assert_uint_eq(look(0x81).code, 0);  /* Span 0 */
        ck_assert_uint_eq(look(0x400).code, 0); /* beyond LOG2SIZE */
        smmu_harness_store(h, L2, 0);
        l1std(HARNESS_STRTAB, 3, L2, 7);
        ck_assert_uint_eq(look(0xc0).code, cr2[i] & PRISIM_CR2_REC_CFG_ATS ? PRISIM_C_BAD_STE : 0);
    }
}
END_TEST

/* Not built: FMT and SPLIT are not kept, and the table is linear. */
/* covers: SMMU-IDR0-24 */
START_TEST(not_built)
{
    struct smmu_harness *other = h;
    h = smmu_harness_open();
    h->config.st_level = 0;
    h->config.sid_bits = 6;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_store(h, L2 + 5 * PRISIM_STE_BYTES, VALID);
    use_table(L2, two_level(6, 8));
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_STRTAB_BASE_CFG), 6);
    struct found f = look(5);
    ck_assert(f.valid && f.reads == 1 && f.at[0] == L2 + 5 * PRISIM_STE_BYTES);
    smmu_harness_close(h);
    h = other;
}
END_TEST

/* A Translation Request for a PASID under an STE with 2^10 CDs and this S1Fmt: what it ends by, and what of
 * [first, first + 64 KB) was read. */
static unsigned ask(unsigned pasid, uint64_t cd_at, uint64_t l1_at)
{
    struct prisim_tlp request = smmu_harness_request(VA, (int)pasid, PRISIM_TLP_NO_WRITE);
    unsigned first = reads(), events = harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE);
    smmu_harness_ask(h, &request);
    smmu_harness_run(h, 60);
    bool cd = false, l1 = false;
    for (unsigned i = first; i < reads(); i++) {
        const struct prisim_memory_request *read = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        cd |= read->address == cd_at && read->size == PRISIM_CD_BYTES;
        l1 |= read->address == l1_at && read->size == PRISIM_L1CD_BYTES;
    }
    ck_assert_uint_eq(cd, cd_at != 0);
    ck_assert_uint_eq(l1, l1_at != 0);
    return (unsigned)harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, events)->smmu_translate.cause;
}

static void use_cds(unsigned s1fmt, unsigned s1cdmax)
{
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(s1cdmax) | prisim_bits_put(s1fmt, PRISIM_STE0_S1FMT),
                     smmu_harness_ste1());
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_sync(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
}

static void put_cd(uint64_t at, uint64_t ttb)
{
    smmu_harness_store(h, at, smmu_harness_cd0(ASID));
    smmu_harness_store(h, at + 8, ttb);
}

/* covers: SMMU-STRTAB-3, SMMU-STRTAB-4, SMMU-STE-3, SMMU-EVENTCODE-8 */
START_TEST(cd_tables)
{
    uint64_t ttb = smmu_harness_table(h), leaf = HARNESS_TABLES + 0x10000;
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    put_cd(HARNESS_CDTAB + 70 * PRISIM_CD_BYTES, ttb);
    for (unsigned fmt = 0; fmt < 4; fmt += 3) { /* 3 acts as 0 */
        use_cds(fmt, 7);                        /* HARNESS_CDTAB is aligned to 8 KB */
        ck_assert_uint_eq(ask(70, HARNESS_CDTAB + 70 * PRISIM_CD_BYTES, 0), PRISIM_CAUSE_TRANSLATED);
    }
    memset(h->ram + (HARNESS_CDTAB - HARNESS_RAM), 0, 0x2000);
    put_cd(leaf + 6 * PRISIM_CD_BYTES, ttb);
    smmu_harness_store(h, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES, leaf | prisim_bits_put(1, PRISIM_L1CD_V));
    use_cds(1, 10);
    ck_assert_uint_eq(ask(70, leaf + 6 * PRISIM_CD_BYTES, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES),
                      PRISIM_CAUSE_TRANSLATED);
    ck_assert_uint_eq(ask(71, leaf + 7 * PRISIM_CD_BYTES, 0), PRISIM_CAUSE_BAD_CD); /* the descriptor is kept */
    ck_assert_uint_eq(ask(3, 0, HARNESS_CDTAB), PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    memset(h->ram + (HARNESS_CDTAB - HARNESS_RAM), 0, 0x2000);
    put_cd(leaf + 70 * PRISIM_CD_BYTES, ttb);
    smmu_harness_store(h, HARNESS_CDTAB, leaf | prisim_bits_put(1, PRISIM_L1CD_V));
    use_cds(2, 11);
    ck_assert_uint_eq(ask(70, leaf + 70 * PRISIM_CD_BYTES, HARNESS_CDTAB), PRISIM_CAUSE_TRANSLATED);
    ck_assert_uint_eq(ask(1024, 0, HARNESS_CDTAB + PRISIM_L1CD_BYTES), PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    /* S1CDMax=0: one CD, whatever S1Fmt says. */
    memset(h->ram + (HARNESS_CDTAB - HARNESS_RAM), 0, 0x2000);
    put_cd(HARNESS_CDTAB, ttb);
    use_cds(1, 0);
    struct prisim_tlp request = smmu_harness_request(VA, -1, PRISIM_TLP_NO_WRITE);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 3);
}
END_TEST

static void event_is(unsigned code, unsigned pasid, uint64_t fetch)
{
    uint64_t dw[4];
    uint32_t prod = smmu_harness_events(h);
    smmu_harness_event(h, (prod - 1) & 3, dw);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, prod);
    ck_assert_uint_eq(dw[0] & 0xff, code);
    ck_assert_uint_eq(prisim_bits_get(dw[0], PRISIM_CMD_SSID), pasid);
    ck_assert_uint_eq(prisim_bits_get(dw[0], PRISIM_CMD_SSV), code != PRISIM_C_BAD_SUBSTREAMID);
    ck_assert_uint_eq(dw[3], fetch);
}

/* covers: SMMU-EVENTCODE-8, SMMU-EVENTCODE-9, SMMU-STRTAB-9 */
START_TEST(cd_tables_end)
{
    use_cds(1, 10);
    smmu_harness_store(h, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES, HARNESS_TABLES); /* V=0 */
    ck_assert_uint_eq(ask(64, 0, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES), PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    event_is(PRISIM_C_BAD_SUBSTREAMID, 64, 0);
    smmu_harness_store(h, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES,
                       UINT64_C(1) << 48 | prisim_bits_put(1, PRISIM_L1CD_V)); /* above OAS */
    ck_assert_uint_eq(ask(64, 0, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES), PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    event_is(PRISIM_C_BAD_SUBSTREAMID, 64, 0);
    smmu_harness_store(h, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES, UINT64_C(1) << 47 | prisim_bits_put(1, PRISIM_L1CD_V));
    ck_assert_uint_eq(ask(65, (UINT64_C(1) << 47) + PRISIM_CD_BYTES, HARNESS_CDTAB + 1 * PRISIM_L1CD_BYTES),
                      PRISIM_CAUSE_CD_FETCH);
    event_is(PRISIM_F_CD_FETCH, 65, (UINT64_C(1) << 47) + PRISIM_CD_BYTES);
    ck_assert_uint_eq(ask(1024, 0, 0), PRISIM_CAUSE_BAD_SUBSTREAM_ID); /* 2^S1CDMax */
    h->fail_at = HARNESS_CDTAB + 8 * PRISIM_L1CD_BYTES;
    ck_assert_uint_eq(ask(8 << 6, 0, HARNESS_CDTAB + 8 * PRISIM_L1CD_BYTES), PRISIM_CAUSE_CD_FETCH);
    event_is(PRISIM_F_CD_FETCH, 8 << 6, HARNESS_CDTAB + 8 * PRISIM_L1CD_BYTES);
}
END_TEST

/* S1DSS=10: the way to CD 0 meets such a descriptor without a SubstreamID: SubstreamID 0 is reported. */
/* covers: SMMU-FLOW-8, SMMU-EVENTCODE-8 */
START_TEST(way_to_cd_0)
{
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(10) | prisim_bits_put(1, PRISIM_STE0_S1FMT),
                     smmu_harness_ste1() | prisim_bits_put(PRISIM_S1DSS_CD0, PRISIM_STE1_S1DSS));
    for (unsigned i = 0; i < 2; i++) {
        smmu_harness_store(h, HARNESS_CDTAB,
                           i ? UINT64_C(1) << 48 | prisim_bits_put(1, PRISIM_L1CD_V)
                             : HARNESS_TABLES); /* above OAS; V=0 */
        struct prisim_tlp read = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
        ck_assert_uint_eq(smmu_harness_ask(h, &read)->head.status, PRISIM_TLP_UR);
        smmu_harness_run(h, 60);
        uint64_t dw[4];
        smmu_harness_event(h, i, dw);
        ck_assert_uint_eq(smmu_harness_events(h), i + 1);
        ck_assert_uint_eq(dw[0], PRISIM_C_BAD_SUBSTREAMID | (uint64_t)HARNESS_SID << 32);
    }
}
END_TEST

static void point(uint64_t context, unsigned s1fmt, unsigned s1cdmax)
{
    smmu_harness_ste(h, HARNESS_SID,
                     smmu_harness_ste0(s1cdmax) | prisim_bits_put(s1fmt, PRISIM_STE0_S1FMT) | (context - HARNESS_CDTAB),
                     smmu_harness_ste1());
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_sync(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
}

/* S1ContextPtr below the table's size counts as 0, and so do bits 15:12 of L2Ptr with leaves of 64 KB: nothing outside
 * of the table is read. */
/* covers: SMMU-STRTAB-7, SMMU-STRTAB-8 */
START_TEST(cd_tables_aligned)
{
    uint64_t ttb = smmu_harness_table(h), leaf = HARNESS_TABLES + 0x10000;
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    for (unsigned ssid = 0; ssid < 4; ssid++)
        put_cd(HARNESS_CDTAB + ssid * PRISIM_CD_BYTES, ttb);
    for (unsigned low = 0; low < 0x100; low += 0x40) /* linear, 4 CDs */
        for (unsigned ssid = 0; ssid < 4; ssid++) {
            point(HARNESS_CDTAB | low, 0, 2);
            ck_assert_uint_eq(ask(ssid, HARNESS_CDTAB + ssid * PRISIM_CD_BYTES, 0), PRISIM_CAUSE_TRANSLATED);
        }
    point(HARNESS_CDTAB | 0x40, 0, 0); /* one CD, alone */
    struct prisim_tlp request = smmu_harness_request(VA, -1, PRISIM_TLP_NO_WRITE);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 3);
    memset(h->ram + (HARNESS_CDTAB - HARNESS_RAM), 0, 0x2000);
    put_cd(leaf + 6 * PRISIM_CD_BYTES, ttb);
    for (unsigned index = 0; index < 16; index++) /* 16 descriptors of 64 CDs each: 128 bytes */
        smmu_harness_store(h, HARNESS_CDTAB + index * PRISIM_L1CD_BYTES, leaf | prisim_bits_put(1, PRISIM_L1CD_V));
    point(HARNESS_CDTAB | 0x40, 1, 10);
    ck_assert_uint_eq(ask(15 << 6 | 6, leaf + 6 * PRISIM_CD_BYTES, HARNESS_CDTAB + 15 * PRISIM_L1CD_BYTES),
                      PRISIM_CAUSE_TRANSLATED);
    point(HARNESS_CDTAB | 0x40, 1, 6); /* one descriptor: 64 bytes are the least */
    ck_assert_uint_eq(ask(6, leaf + 6 * PRISIM_CD_BYTES, HARNESS_CDTAB + 0x40), PRISIM_CAUSE_TRANSLATED);
    smmu_harness_store(h, HARNESS_CDTAB, leaf | 0xf000 | prisim_bits_put(1, PRISIM_L1CD_V));
    point(HARNESS_CDTAB, 2, 10);
    ck_assert_uint_eq(ask(6, leaf + 6 * PRISIM_CD_BYTES, HARNESS_CDTAB), PRISIM_CAUSE_TRANSLATED);
    put_cd(leaf + 0x3000 + 6 * PRISIM_CD_BYTES, ttb);
    smmu_harness_store(h, HARNESS_CDTAB, leaf | 0x3000 | prisim_bits_put(1, PRISIM_L1CD_V));
    point(HARNESS_CDTAB, 1, 10); /* leaves of 4 KB: all bits count */
    ck_assert_uint_eq(ask(6, leaf + 0x3000 + 6 * PRISIM_CD_BYTES, HARNESS_CDTAB), PRISIM_CAUSE_TRANSLATED);
}
END_TEST

/* SSIDSIZE=0: S1CDMax, S1Fmt and with them S1DSS are not looked at: one CD, and no substream. */
/* covers: SMMU-STE-29, SMMU-FLOW-3, SMMU-IDR1-2 */
START_TEST(without_substreams)
{
    struct smmu_harness *other = h;
    h = smmu_harness_open();
    h->config.ssid_bits = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    put_cd(HARNESS_CDTAB, ttb);
    for (unsigned fmt = 0; fmt < 4; fmt++) {
        use_cds(fmt, 4);
        struct prisim_tlp request = smmu_harness_request(VA, -1, PRISIM_TLP_NO_WRITE);
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 3);
        ck_assert_uint_eq(ask(0, 0, 0), PRISIM_CAUSE_BAD_SUBSTREAM_ID);
        ck_assert_uint_eq(ask(1, 0, 0), PRISIM_CAUSE_BAD_SUBSTREAM_ID);
    }
    smmu_harness_close(h);
    h = other;
}
END_TEST

/* Each level costs a fetch, 1+L; what is kept costs nothing beside the look-up. */
/* covers: SMMU-PRIAUTO-8 */
START_TEST(clock)
{
    prisim_cycle_t look_up = h->config.config_latency, fetch = 1 + h->latency;
    use_table(HARNESS_STRTAB, two_level(10, 6));
    l1std(HARNESS_STRTAB, 1, L2, 7);
    smmu_harness_store(h, L2 + PRISIM_STE_BYTES, VALID);
    smmu_harness_store(h, L2 + 2 * PRISIM_STE_BYTES, VALID);
    static const uint32_t sid[] = {0x41, 0x41, 0x42};
    const prisim_cycle_t expected[] = {look_up + 2 * fetch, look_up, look_up + fetch};
    for (unsigned i = 0; i < 3; i++) {
        struct prisim_pri_queue_lookup lookup = {.stream_id = sid[i]};
        unsigned n = h->base->tx[PRISIM_SMMU_TX_PRI_LOOKUP].count;
        harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
        smmu_harness_run(h, 100);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_LOOKUP, n),
                          h->base->rx[PRISIM_SMMU_RX_PRI_LOOKUP].taken_at[n] + expected[i]);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_tables");
    TCase *tcase = tcase_create("tables");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, linear);
    tcase_add_test(tcase, capped);
    tcase_add_test(tcase, shrunk);
    tcase_add_test(tcase, spans);
    tcase_add_test(tcase, splits);
    tcase_add_test(tcase, level1_table);
    tcase_add_test(tcase, aborts);
    tcase_add_test(tcase, not_built);
    tcase_add_test(tcase, cd_tables);
    tcase_add_test(tcase, cd_tables_end);
    tcase_add_test(tcase, way_to_cd_0);
    tcase_add_test(tcase, cd_tables_aligned);
    tcase_add_test(tcase, without_substreams);
    tcase_add_test(tcase, clock);
    suite_add_tcase(suite, tcase);
    return suite;
}
