/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration cache: what each CFGI takes out of it and what it must leave, what is in flight meanwhile, sizes
 * and time (SMMU-CMDFIELD, SMMU-CFGI, SMMU-GEM5). What was read again tells what was gone.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum {
    ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK,
    A = 0x41,
    B = 0x42,  /* behind the same level-1 descriptor */
    C = 0x81,  /* behind another one */
    LEAF1 = 70 /* a SubstreamID of the second leaf */
};
#define VA UINT64_C(0x5000)
#define L2 (HARNESS_RAM + 0x30000)

/* The structures that are watched. */
enum {
    STE_A = 1 << 0,
    STE_B = 1 << 1,
    STE_C = 1 << 2,
    CD_A1 = 1 << 3,
    CD_A2 = 1 << 4,
    CD_A70 = 1 << 5,
    CD_B1 = 1 << 6,
    CD_C1 = 1 << 7,
    L1STD_AB = 1 << 8,
    L1STD_C = 1 << 9,
    L1CD_A0 = 1 << 10,
    L1CD_A1 = 1 << 11,
    L1CD_B0 = 1 << 12,
    L1CD_C0 = 1 << 13,
    WATCHED = 14,
    ALL_A = STE_A | CD_A1 | CD_A2 | CD_A70 | L1CD_A0 | L1CD_A1,
    ALL_B = STE_B | CD_B1 | L1CD_B0,
    ALL_C = STE_C | CD_C1 | L1CD_C0,
    ALL = ALL_A | ALL_B | ALL_C | L1STD_AB | L1STD_C
};

static struct smmu_harness *h;
static uint64_t ttb;

/* Each stream has CD tables of its own: the level-1 table, and two leaves. */
static uint64_t l1cds(unsigned sid)
{
    return HARNESS_RAM + 0x40000 + (sid & 3) * 0x4000 + (sid >> 7) * 0x10000;
}

static uint64_t leaf(unsigned sid, unsigned n)
{
    return l1cds(sid) + 0x1000 * (n + 1);
}

static uint64_t ste(unsigned sid)
{
    return L2 + (sid >> 6) * 0x1000 + (sid & 63) * PRISIM_STE_BYTES;
}

static uint64_t l1std(unsigned sid)
{
    return HARNESS_STRTAB + (sid >> 6) * PRISIM_L1STD_BYTES;
}

static uint64_t watched(unsigned bit)
{
    const uint64_t at[WATCHED] = {ste(A),
                                  ste(B),
                                  ste(C),
                                  leaf(A, 0) + 1 * PRISIM_CD_BYTES,
                                  leaf(A, 0) + 2 * PRISIM_CD_BYTES,
                                  leaf(A, 1) + (LEAF1 - 64) * PRISIM_CD_BYTES,
                                  leaf(B, 0) + 1 * PRISIM_CD_BYTES,
                                  leaf(C, 0) + 1 * PRISIM_CD_BYTES,
                                  l1std(A),
                                  l1std(C),
                                  l1cds(A),
                                  l1cds(A) + PRISIM_L1CD_BYTES,
                                  l1cds(B),
                                  l1cds(C)};
    return at[bit];
}

static void build(void)
{
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_STRTAB_BASE_CFG, 8 | 6 << 6 | 1 << 16);
    ttb = smmu_harness_table(h);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    memset(h->ram, 0, 0x10000);
    for (unsigned sid = 0x40; sid < 0x88; sid++) {
        if ((sid & 0x38) != 0 || (sid & 3) == 3)
            continue;
        smmu_harness_store(h, l1std(sid), (ste(sid) & ~UINT64_C(0xfff)) | prisim_bits_put(7, PRISIM_L1STD_SPAN));
        uint64_t dw0 = prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                       prisim_bits_put(1, PRISIM_STE0_S1FMT) | prisim_bits_put(7, PRISIM_STE0_S1CDMAX) | l1cds(sid);
        smmu_harness_store(h, ste(sid), dw0);
        smmu_harness_store(h, ste(sid) + 8, smmu_harness_ste1());
        for (unsigned n = 0; n < 2; n++)
            smmu_harness_store(h, l1cds(sid) + n * PRISIM_L1CD_BYTES, leaf(sid, n) | prisim_bits_put(1, PRISIM_L1CD_V));
        for (unsigned ssid = 0; ssid < 128; ssid++) {
            smmu_harness_store(h, leaf(sid, ssid >> 6) + (ssid & 63) * PRISIM_CD_BYTES, smmu_harness_cd0(7));
            smmu_harness_store(h, leaf(sid, ssid >> 6) + (ssid & 63) * PRISIM_CD_BYTES + 8, ttb);
        }
    }
    smmu_harness_cr0(h, ON);
}

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void access(unsigned sid, int pasid)
{
    struct prisim_tlp request = smmu_harness_request(VA, pasid, PRISIM_TLP_NO_WRITE);
    request.head.requester_id = (uint16_t)sid;
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 3);
}

/* A stream without a CD that matters: only its STE and the way to it are read. */
static void access_ste(unsigned sid)
{
    struct prisim_pri_queue_lookup lookup = {.stream_id = sid};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
    smmu_harness_run(h, 100);
}

static void access_all(void)
{
    access(A, 1);
    access(A, 2);
    access(A, LEAF1);
    access(B, 1);
    access(C, 1);
}

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

static unsigned read_since(unsigned first)
{
    unsigned mask = 0;
    for (unsigned i = first; i < reads(); i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        for (unsigned bit = 0; bit < WATCHED; bit++)
            if (!request->write && request->address == watched(bit))
                mask |= 1u << bit;
    }
    return mask;
}

/* What is gone. Level-1 descriptors are asked for by neighbours that were not there before. */
static unsigned gone(void)
{
    unsigned first = reads();
    static int fresh = 3;
    access_ste(0x44);
    access_ste(0x84);
    access(A, fresh);
    access(A, 64 + fresh);
    access(B, fresh);
    access(C, fresh);
    access_all();
    fresh = fresh == 60 ? 3 : fresh + 1; /* LEAF1 is 70: not among them but once, when it is in the cache already */
    return read_since(first);
}

static void command(uint64_t dw0, uint64_t dw1)
{
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
}

static void fill(void)
{
    command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
    access_all();
}

static uint64_t of(unsigned opcode, unsigned sid, unsigned ssid)
{
    return opcode | prisim_bits_put(sid, PRISIM_CMD_SID) | prisim_bits_put(ssid, PRISIM_CMD_SSID);
}

/* covers: SMMU-CFGI-1, SMMU-CFGI-2, SMMU-CMDFIELD-3, SMMU-CMDFIELD-4, SMMU-CMDFIELD-5, SMMU-CMDFIELD-6,
 * SMMU-CD-20, SMMU-CFGI-7, SMMU-CFGI-9 */
START_TEST(exact)
{
    static const struct {
        unsigned opcode, sid, ssid, dw1, gone;
    } row[] = {
        {PRISIM_CMDQ_OP_SYNC, 0, 0, 0, 0},
        {PRISIM_CMDQ_OP_CFGI_STE, A, 0, 0, ALL_A | L1STD_AB},
        {PRISIM_CMDQ_OP_CFGI_STE, A, 0, 1, ALL_A}, /* Leaf */
        {PRISIM_CMDQ_OP_CFGI_STE, B, 0, 1, ALL_B},
        {PRISIM_CMDQ_OP_CFGI_STE, C, 0, 0, ALL_C | L1STD_C},
        {PRISIM_CMDQ_OP_CFGI_STE, 0x7f, 0, 0, L1STD_AB}, /* the way to it is the same */
        {PRISIM_CMDQ_OP_CFGI_STE, 0x7f, 0, 1, 0},
        {PRISIM_CMDQ_OP_CFGI_STE, 0x80, 0, 0, L1STD_C},
        {PRISIM_CMDQ_OP_CFGI_STE, 0xc0, 0, 0, 0},
        {PRISIM_CMDQ_OP_CFGI_STE, 0x10000 | A, 0, 0, 0},
        {PRISIM_CMDQ_OP_CFGI_ALL, A, 0, 0, ALL_A | L1STD_AB}, /* 0x40 and 0x41 */
        {PRISIM_CMDQ_OP_CFGI_ALL, B, 0, 0, ALL_B | L1STD_AB}, /* 0x42 and 0x43 */
        {PRISIM_CMDQ_OP_CFGI_ALL, 0x43, 0, 1, ALL_A | ALL_B | L1STD_AB},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0x48, 0, 2, L1STD_AB},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0xbf, 0, 5, ALL_C | L1STD_C},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0, 0, 5, 0},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0xff, 0, 7, ALL},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0x100, 0, 7, 0},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0x80000000, 0, 30, 0},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0x80000000, 0, 31, ALL},
        {PRISIM_CMDQ_OP_CFGI_CD, A, 1, 1, CD_A1},
        {PRISIM_CMDQ_OP_CFGI_CD, A, 1, 0, CD_A1 | L1CD_A0},
        {PRISIM_CMDQ_OP_CFGI_CD, A, 63, 0, L1CD_A0},
        {PRISIM_CMDQ_OP_CFGI_CD, A, 63, 1, 0},
        {PRISIM_CMDQ_OP_CFGI_CD, A, LEAF1, 0, CD_A70 | L1CD_A1},
        {PRISIM_CMDQ_OP_CFGI_CD, B, 1, 1, CD_B1},
        {PRISIM_CMDQ_OP_CFGI_CD, 0x43, 1, 0, 0},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, A, 0, 0, CD_A1 | CD_A2 | CD_A70 | L1CD_A0 | L1CD_A1},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, C, 5, 0, CD_C1 | L1CD_C0},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, 0x43, 0, 0, 0},
        {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0, 0, 0, 0},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        fill();
        command(of(row[i].opcode, row[i].sid, row[i].ssid), row[i].dw1);
        unsigned is = gone();
        ck_assert_msg(is == row[i].gone, "row %u: %#x, expected %#x", i, is, row[i].gone);
    }
}
END_TEST

/* A stale entry stays until it is invalidated, at each level. */
/* covers: SMMU-CFGI-1, SMMU-CFGI-2 */
START_TEST(stale)
{
    struct prisim_tlp request = smmu_harness_request(VA, 1, PRISIM_TLP_NO_WRITE);
    request.head.requester_id = A;
    fill();
    static const struct {
        unsigned opcode, ssid, dw1;
    } row[] = {{PRISIM_CMDQ_OP_CFGI_STE, 0, 0},
               {PRISIM_CMDQ_OP_CFGI_STE, 0, 1},
               {PRISIM_CMDQ_OP_CFGI_CD, 1, 0},
               {PRISIM_CMDQ_OP_CFGI_CD, 1, 1}};
    const uint64_t at[] = {l1std(A), ste(A), l1cds(A), leaf(A, 0) + PRISIM_CD_BYTES};
    for (unsigned i = 0; i < 4; i++) {
        uint64_t was = smmu_harness_load(h, at[i]);
        smmu_harness_store(h, at[i], 0);
        ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_SC);
        command(of(row[i].opcode, A, row[i].ssid), row[i].dw1);
        ck_assert_msg(smmu_harness_ask(h, &request)->head.status == PRISIM_TLP_CA, "row %u", i);
        smmu_harness_store(h, at[i], was);
        command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
        access_all();
    }
}
END_TEST

/* A level-1 descriptor that leads nowhere is not kept; an STE with V=0 is. */
/* covers: SMMU-CFGI-4, SMMU-FETCH-5, SMMU-CFGI-8 */
START_TEST(invalid)
{
    struct prisim_tlp request = smmu_harness_request(VA, 1, PRISIM_TLP_NO_WRITE);
    request.head.requester_id = A;
    const uint64_t at[] = {l1std(A), l1cds(A), ste(A)};
    for (unsigned i = 0; i < 3; i++) {
        command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
        uint64_t was = smmu_harness_load(h, at[i]);
        smmu_harness_store(h, at[i], 0);
        ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
        smmu_harness_store(h, at[i], was);
        ck_assert_msg(smmu_harness_ask(h, &request)->head.status == (i < 2 ? PRISIM_TLP_SC : PRISIM_TLP_CA), "row %u",
                      i);
    }
}
END_TEST

/* An aborted fetch leaves nothing behind, at each of the four. */
/* covers: SMMU-CFGI-4, SMMU-EVENTCODE-3, SMMU-EVENTCODE-9, SMMU-FETCH-5 */
START_TEST(aborted)
{
    struct prisim_tlp request = smmu_harness_request(VA, 1, PRISIM_TLP_NO_WRITE);
    request.head.requester_id = A;
    const uint64_t at[] = {l1std(A), ste(A), l1cds(A), leaf(A, 0) + PRISIM_CD_BYTES};
    for (unsigned i = 0; i < 4; i++) {
        command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h));
        h->fail_at = at[i];
        ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
        h->fail_at = 0;
        smmu_harness_run(h, 60);
        uint64_t dw[4];
        smmu_harness_event(h, (smmu_harness_events(h) - 1) & 3, dw);
        ck_assert_uint_eq(dw[0] & 0xff, i < 2 ? PRISIM_F_STE_FETCH : PRISIM_F_CD_FETCH);
        ck_assert_uint_eq(dw[3], at[i]);
        ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_SC);
    }
}
END_TEST

/* A CFGI_ALL that executes while the n-th structure is being fetched: nothing of that path is kept. One that executes
 * before leaves them all. */
/* covers: SMMU-SYNC-1, SMMU-CFGI-1, SMMU-CFGI-6, SMMU-FETCH-6 */
START_TEST(in_flight)
{
    enum { LATENCY = 200, STEPS = 4 };
    for (int n = -1; n < STEPS; n++) {
        command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
        command(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
        h->latency = LATENCY;
        struct prisim_tlp request = smmu_harness_request(VA, 1, PRISIM_TLP_NO_WRITE);
        request.head.requester_id = A;
        unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        /* Its fetch takes one latency: it executes in the middle of the n-th. */
        if (n < 0) {
            smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
            smmu_harness_run(h, 2 * LATENCY);
        } else if (n == 0) {
            smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
            smmu_harness_run(h, LATENCY / 2);
        }
        smmu_harness_up(h, &request);
        if (n > 0) {
            smmu_harness_run(h, (prisim_cycle_t)n * (LATENCY + 1) - LATENCY / 2);
            smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
        }
        smmu_harness_run(h, 10 * LATENCY);
        h->latency = HARNESS_MEMORY_LATENCY;
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, down + 1);
        unsigned first = reads();
        access(A, 1);
        ck_assert_msg(read_since(first) == (n < 0 ? 0 : (STE_A | CD_A1 | L1STD_AB | L1CD_A0)), "step %d", n);
    }
}
END_TEST

/* So many entries and not one more: one set of four ways, replaced in turn. */
START_TEST(sizes)
{
    for (unsigned entries = 1; entries <= 4; entries++) {
        teardown();
        h = smmu_harness_open();
        h->config.config_entries = entries;
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        build();
        static const unsigned sid[] = {0x40, 0x41, 0x42, 0x80, 0x81};
        for (unsigned i = 0; i < entries; i++)
            access_ste(sid[i]);
        unsigned first = reads();
        for (unsigned i = 0; i < entries; i++)
            access_ste(sid[i]);
        ck_assert_uint_eq(reads(), first);
        access_ste(sid[entries]);
        first = reads();
        for (unsigned i = entries; i > 0; i--)
            access_ste(sid[i]);
        ck_assert_uint_eq(reads(), first); /* the oldest one went */
        /* In turn: the next to go is the second oldest, and so on. */
        for (unsigned i = 0; i <= entries; i++) {
            first = reads();
            access_ste(sid[i]);
            ck_assert_uint_eq(reads(), first + 1);
        }
    }
}
END_TEST

static void restart(unsigned entries)
{
    teardown();
    h = smmu_harness_open();
    h->config.config_entries = h->config.config_l1_entries = entries;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
}

/* With one entry of each kind, and with as many as there can be: every form reaches the first and the last of them. */
/* covers: SMMU-CFGI-1, SMMU-CFGI-2 */
START_TEST(all_entries)
{
    static const struct {
        unsigned opcode, ssid, dw1, gone;
    } row[] = {
        {PRISIM_CMDQ_OP_CFGI_STE, 0, 0, STE_A | CD_A1 | L1STD_AB | L1CD_A0},
        {PRISIM_CMDQ_OP_CFGI_STE, 0, 1, STE_A | CD_A1 | L1CD_A0},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0, 31, STE_A | CD_A1 | L1STD_AB | L1CD_A0},
        {PRISIM_CMDQ_OP_CFGI_CD, 1, 0, CD_A1 | L1CD_A0},
        {PRISIM_CMDQ_OP_CFGI_CD, 1, 1, CD_A1},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, 0, 0, CD_A1 | L1CD_A0},
        {PRISIM_CMDQ_OP_SYNC, 0, 0, 0},
    };
    static const unsigned entries[] = {1, 64};
    for (unsigned n = 0; n < 2; n++) {
        restart(entries[n]);
        for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
            command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
            access(A, 1);
            command(of(row[i].opcode, A, row[i].ssid), row[i].dw1);
            unsigned first = reads();
            access(A, 1);
            unsigned is = read_since(first);
            ck_assert_msg(is == row[i].gone, "%u entries, row %u: %#x, expected %#x", entries[n], i, is, row[i].gone);
        }
    }
}
END_TEST

/* What an invalidation takes out leaves room: the next one goes there, and nobody else is replaced. One set of two
 * ways, of which the second is emptied. */
START_TEST(emptied)
{
    enum { D = 0xc1 };
    restart(2);
    smmu_harness_store(h, l1std(D), (ste(D) & ~UINT64_C(0xfff)) | prisim_bits_put(7, PRISIM_L1STD_SPAN));
    access_ste(A);
    access_ste(B);
    command(of(PRISIM_CMDQ_OP_CFGI_STE, B, 0), 1);
    access_ste(0x44);
    unsigned first = reads();
    access_ste(A);
    ck_assert_uint_eq(reads(), first);

    command(PRISIM_CMDQ_OP_CFGI_ALL, 31); /* level-1 descriptors of streams */
    access_ste(A);
    access_ste(C);
    command(of(PRISIM_CMDQ_OP_CFGI_STE, C, 0), 0);
    access_ste(D);
    first = reads();
    access_ste(B);
    ck_assert_uint_eq(read_since(first), STE_B);

    command(PRISIM_CMDQ_OP_CFGI_ALL, 31); /* one CD */
    access(A, 1);
    access(A, 2);
    command(of(PRISIM_CMDQ_OP_CFGI_CD, A, 2), 1);
    access(A, 3);
    first = reads();
    access(A, 1);
    ck_assert_uint_eq(read_since(first), 0);

    command(PRISIM_CMDQ_OP_CFGI_ALL, 31); /* all CDs of a stream, and the way to them */
    access(A, 1);
    access(B, 1);
    command(of(PRISIM_CMDQ_OP_CFGI_CD_ALL, B, 0), 0);
    access(A, LEAF1);
    first = reads();
    access(A, 1);
    access(A, 2);
    ck_assert_uint_eq(read_since(first), CD_A2);

    command(PRISIM_CMDQ_OP_CFGI_ALL, 31); /* the way to one CD */
    access(A, 1);
    access(A, LEAF1);
    command(of(PRISIM_CMDQ_OP_CFGI_CD, A, LEAF1), 0);
    access(B, 1);
    first = reads();
    access(A, 2);
    ck_assert_uint_eq(read_since(first), CD_A2);
}
END_TEST

/* A look-up that ends at the edge of the CFGI finds what it takes out; one that ends an edge later does not. The STE,
 * in memory, is no longer valid. */
/* covers: SMMU-CFGI-1, SMMU-CFGI-6 */
START_TEST(look_up_under_way)
{
    enum { LATENCY = 30 };
    for (unsigned late = 0; late < 2; late++) {
        teardown();
        h = smmu_harness_open();
        h->config.config_latency = LATENCY;
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        build();
        access(A, 1);
        h->latency = 100;
        unsigned commands = harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND);
        prisim_cycle_t rung = h->base->now;
        smmu_harness_command(h, of(PRISIM_CMDQ_OP_CFGI_STE, A, 0), 1);
        smmu_harness_run(h, 400);
        /* The next one, after so many edges, is alike. */
        prisim_cycle_t lasts = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, commands)->cycle - rung;
        access(A, 1);
        smmu_harness_store(h, ste(A), 0);
        struct prisim_tlp request = smmu_harness_request(VA, 1, PRISIM_TLP_NO_WRITE);
        request.head.requester_id = A;
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        rung = h->base->now;
        smmu_harness_command(h, of(PRISIM_CMDQ_OP_CFGI_STE, A, 0), 1);
        smmu_harness_run(h, rung + lasts - LATENCY + late - h->base->now);
        smmu_harness_up(h, &request);
        smmu_harness_run(h, 400);
        prisim_cycle_t executed = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, commands + 1)->cycle;
        ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken] + LATENCY, executed + late);
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, down + 1);
        const struct prisim_tlp *answer = harness_got(h->base, PRISIM_SMMU_TX_DOWN, down);
        ck_assert_uint_eq(answer->head.status, late ? PRISIM_TLP_CA : PRISIM_TLP_SC);
    }
}
END_TEST

/* One entry goes and another one comes: what the first slot looked up before is still not used again. It is held up
 * meanwhile, so that it is the one that serves the last access. */
/* covers: SMMU-CFGI-1 */
START_TEST(gone_and_come)
{
    struct prisim_tlp request = smmu_harness_request(VA, 1, PRISIM_TLP_NO_WRITE),
                      other = smmu_harness_request(VA, 2, PRISIM_TLP_NO_WRITE);
    request.head.requester_id = A;
    other.head.requester_id = B;
    access(B, 1);
    access(A, 1);
    access(A, 1);
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count, first = reads();
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    for (unsigned held = 0; held < 2; held++) { /* one in the port, one behind it */
        smmu_harness_up(h, &request);
        smmu_harness_run(h, 40);
    }
    smmu_harness_store(h, ste(A), 0);
    smmu_harness_command(h, of(PRISIM_CMDQ_OP_CFGI_STE, A, 0), 1);
    smmu_harness_run(h, 100);
    smmu_harness_up(h, &other);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(read_since(first), 0); /* none of those that are watched: it is B's second CD alone */
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, true);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, down + 3);
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
}
END_TEST

/* Each of the caches off: correct, and read every time. */
START_TEST(off)
{
    teardown();
    h = smmu_harness_open();
    h->config.config_entries = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
    access(A, 1);
    unsigned first = reads();
    access(A, 1);
    ck_assert_uint_eq(read_since(first), STE_A | CD_A1);
    teardown();
    h = smmu_harness_open();
    h->config.config_l1_entries = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
    access(A, 1);
    access(A, 2);
    first = reads();
    access(A, 1);
    ck_assert_uint_eq(read_since(first), 0);
    access(A, 3);
    ck_assert_uint_eq(read_since(first), L1CD_A0);
}
END_TEST

/* A translated access that hits leaves config_latency after it was taken, not one edge before. */
START_TEST(clock)
{
    static const uint32_t latency[] = {1, 3, 9};
    for (unsigned i = 0; i < 3; i++) {
        teardown();
        h = smmu_harness_open();
        h->config.config_latency = latency[i];
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        build();
        access_ste(A);
        struct prisim_tlp tlp =
            smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
        tlp.head.requester_id = A;
        smmu_harness_up(h, &tlp);
        smmu_harness_run(h, 60);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 0),
                          h->base->rx[PRISIM_SMMU_RX_UP].taken_at[0] + latency[i]);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_config_cache");
    TCase *tcase = tcase_create("config_cache");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, exact);
    tcase_add_test(tcase, stale);
    tcase_add_test(tcase, invalid);
    tcase_add_test(tcase, aborted);
    tcase_add_test(tcase, in_flight);
    tcase_add_test(tcase, sizes);
    tcase_add_test(tcase, all_entries);
    tcase_add_test(tcase, emptied);
    tcase_add_test(tcase, look_up_under_way);
    tcase_add_test(tcase, gone_and_come);
    tcase_add_test(tcase, off);
    tcase_add_test(tcase, clock);
    suite_add_tcase(suite, tcase);
    return suite;
}
