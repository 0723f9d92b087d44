/* SPDX-License-Identifier: Apache-2.0
 *
 * The register map: every word with its reset value and what it keeps, access sizes, guards, and the clock of an
 * access (SMMU-MAP, SMMU-OFFSET, SMMU-QUEUE, SMMU-RESET).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* Bits that a register keeps of a write of all ones while nothing is enabled: SMMU-CR, SMMU-IRQCTRL, SMMU-GERROR,
 * SMMU-IRQCFG, SMMU-QUEUE. */
static const struct {
    uint32_t offset, kept;
} map[] = {
    {0x28, 0xfff},      /* CR1 */
    {0x2c, 0xb},        /* CR2; E2H is of Hyp, PTM of BTM, which is not there */
    {0x64, 0xfd},       /* GERRORN: no bit 1, no service failure mode, ECMDQ, DPT */
    {0x68, 0xfffffffc}, /* GERROR_IRQ_CFG0: address 51:2, cut to OAS */
    {0x6c, 0x0000ffff},    {0x70, 0xffffffff}, {0x74, 0x3f},
    {0x80, 0xffffffc0},                        /* STRTAB_BASE: RA 62, address 55:6, cut to OAS */
    {0x84, 0x4000ffff},    {0x88, 0x307ff},    /* STRTAB_BASE_CFG: LOG2SIZE, SPLIT, FMT */
    {0x90, 0xffffffff},                        /* CMDQ_BASE: RA 62, address 55:5, LOG2SIZE 4:0 */
    {0x94, 0x4000ffff},    {0x98, 0xfffff},    /* CMDQ_PROD */
    {0x9c, 0x7f000001},                        /* CMDQ_CONS: 19:QS+1 read 0, QS is 0 here */
    {0xa0, 0xffffffff},                        /* EVENTQ_BASE */
    {0xa4, 0x4000ffff},    {0xb0, 0xfffffffc}, /* EVENTQ_IRQ_CFG0 */
    {0xb4, 0x0000ffff},    {0xb8, 0xffffffff}, {0xbc, 0x3f},
    {0xc0, 0xffffffff},                                            /* PRIQ_BASE */
    {0xc4, 0x4000ffff},    {0xd0, 0xfffffffc},                     /* PRIQ_IRQ_CFG0 */
    {0xd4, 0x0000ffff},    {0xd8, 0xffffffff}, {0xdc, 0x8000003f}, /* PRIQ_IRQ_CFG2: LO */
    {0x100a8, 0x80000001},                                         /* EVENTQ_PROD, as CMDQ_CONS */
    {0x100ac, 0x800fffff},                                         /* EVENTQ_CONS: software's may keep them */
    {0x100c8, 0x80000001},                                         /* PRIQ_PROD */
    {0x100cc, 0x800fffff},
};

static uint32_t kept(uint32_t offset)
{
    for (unsigned i = 0; i < sizeof map / sizeof map[0]; i++)
        if (map[i].offset == offset)
            return map[i].kept;
    return 0;
}

/* Those that have a test of their own: CR0, IRQ_CTRL, GBPA, and what is read-only with a value. */
static bool is_special(uint32_t offset)
{
    switch (offset) {
    case PRISIM_SMMU_CR0:
    case PRISIM_SMMU_IRQ_CTRL:
    case PRISIM_SMMU_GBPA:
    case PRISIM_SMMU_IDR0:
    case PRISIM_SMMU_IDR1:
    case PRISIM_SMMU_IDR3:
    case PRISIM_SMMU_IDR5:
    case PRISIM_SMMU_AIDR:
        return true;
    }
    return false;
}

static void word_is(uint32_t offset)
{
    if (is_special(offset))
        return;
    ck_assert_msg(smmu_harness_read(h, offset) == 0, "%x at reset", offset);
    smmu_harness_write(h, offset, UINT32_MAX);
    uint32_t ones = smmu_harness_read(h, offset);
    ck_assert_msg(ones == kept(offset), "%x keeps %x", offset, ones);
    smmu_harness_write(h, offset, 0);
    ck_assert_msg(smmu_harness_read(h, offset) == 0, "%x sticks", offset);
}

/* Every word of the defined parts, of the places beside them that are RES0, of the Secure bank, and beyond the frame:
 * reset value, what is kept, and that a write reaches nothing else. */
/* covers: SMMU-MAP-1, SMMU-MAP-3, SMMU-MAP-4, SMMU-MAP-5, SMMU-OFFSET, SMMU-OFFSET-1,
 * SMMU-OFFSET-2, SMMU-OFFSET-3, SMMU-OFFSET-4, SMMU-OFFSET-5, SMMU-OFFSET-6, SMMU-OFFSET-7,
 * SMMU-OFFSET-8, SMMU-OFFSET-9, SMMU-OFFSET-10, SMMU-OFFSET-11, SMMU-OFFSET-12, SMMU-OFFSET-13,
 * SMMU-OFFSET-14, SMMU-OFFSET-15, SMMU-OFFSET-16, SMMU-OFFSET-17, SMMU-OFFSET-18, SMMU-OFFSET-19,
 * SMMU-OFFSET-20, SMMU-OFFSET-21, SMMU-OFFSET-22, SMMU-OFFSET-23, SMMU-CR-3, SMMU-CR-5,
 * SMMU-GERROR-2, SMMU-GERROR-9, SMMU-GERROR-10, SMMU-GERROR-11, SMMU-IRQCFG-1, SMMU-QUEUE-1,
 * SMMU-QUEUE-2, SMMU-QUEUE-3, SMMU-QUEUE-4, SMMU-QUEUE-5, SMMU-QUEUE-6, SMMU-QUEUE-7,
 * SMMU-QUEUE-28 */
START_TEST(every_word)
{
    static const uint32_t part[][2] = {{0x0, 0x240},     {0xe00, 0xe10},     {0x1000, 0x1010},   {0x4000, 0x4020},
                                       {0x8000, 0x8200}, {0x10000, 0x10200}, {0x18000, 0x18100}, {0x20000, 0x20100}};
    for (unsigned i = 0; i < sizeof part / sizeof part[0]; i++)
        for (uint32_t offset = part[i][0]; offset < part[i][1]; offset += 4)
            word_is(offset);
}
END_TEST

/* The registers of 64 bits, whole and by halves, little-endian; no other takes 8 bytes. */
/* covers: SMMU-MAP-2, SMMU-MAP-3, SMMU-MAP-6 */
START_TEST(wide)
{
    static const uint32_t is_wide[] = {0x68, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0};
    const uint64_t value = UINT64_C(0x400dcba987654321), halves = UINT64_C(0x0001020304050607);
    for (uint32_t offset = 0, i = 0; offset < 0x100; offset += 8) {
        uint64_t kept64 = kept(offset) | (uint64_t)kept(offset + 4) << 32;
        unsigned ignored = harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED);
        smmu_harness_write64(h, offset, value);
        if (i == sizeof is_wide / sizeof is_wide[0] || is_wide[i] != offset) {
            ck_assert_uint_eq(smmu_harness_read64(h, offset), 0);
            ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED), ignored + 2);
            continue;
        }
        i++;
        ck_assert_uint_eq(smmu_harness_read64(h, offset), value & kept64);
        ck_assert_uint_eq(smmu_harness_read(h, offset), (uint32_t)(value & kept64));
        ck_assert_uint_eq(smmu_harness_read(h, offset + 4), (value & kept64) >> 32);
        smmu_harness_write(h, offset + 4, (uint32_t)(halves >> 32));
        ck_assert_uint_eq(smmu_harness_read64(h, offset), ((value & 0xffffffff) | (halves >> 32 << 32)) & kept64);
        smmu_harness_write(h, offset, (uint32_t)halves);
        ck_assert_uint_eq(smmu_harness_read64(h, offset), halves & kept64);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED), ignored);
    }
}
END_TEST

/* Other sizes and places: RAZ/WI, each told with an event. */
/* covers: SMMU-MAP-3, SMMU-MAP-6 */
START_TEST(bad_accesses)
{
    static const struct {
        uint32_t offset;
        uint8_t size;
    } bad[] = {{PRISIM_SMMU_CMDQ_PROD, 1},  {PRISIM_SMMU_CMDQ_PROD, 2},    {PRISIM_SMMU_CMDQ_PROD + 2, 4},
               {PRISIM_SMMU_CMDQ_PROD, 8},  {PRISIM_SMMU_CMDQ_BASE, 3},    {PRISIM_SMMU_CMDQ_BASE + 4, 8},
               {PRISIM_SMMU_CMDQ_BASE, 16}, {PRISIM_SMMU_CMDQ_BASE + 1, 8}};
    enum { BAD = sizeof bad / sizeof bad[0] };
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 0x12345);
    smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, 0x40000008);
    for (unsigned i = 0; i < 2 * BAD; i++) {
        struct prisim_memory_request request = {.address = bad[i / 2].offset, .size = bad[i / 2].size, .write = i & 1};
        prisim_store_le64(request.data, UINT64_MAX);
        unsigned count = h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count;
        harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
        smmu_harness_run(h, 20);
        const struct prisim_memory_response *response = harness_got(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, count);
        ck_assert_ptr_nonnull(response);
        ck_assert_uint_eq(response->status, PRISIM_MEMORY_OK);
        for (unsigned byte = 0; byte < response->size; byte++)
            ck_assert_uint_eq(response->data[byte], 0);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED), 2 * BAD);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_PROD), 0x12345);
    ck_assert_uint_eq(smmu_harness_read64(h, PRISIM_SMMU_CMDQ_BASE), 0x40000008);
}
END_TEST

/* What is UNKNOWN at reset holds the pattern; what is 0 at reset is 0. The PRI queue holds the same. */
/* covers: SMMU-RESET, SMMU-QUEUE-12, SMMU-CR0, SMMU-IRQCTRL, SMMU-GERROR-14 */
START_TEST(reset_pattern)
{
    static const uint32_t zero[] = {PRISIM_SMMU_CR0,         PRISIM_SMMU_CR0ACK, PRISIM_SMMU_IRQ_CTRL,
                                    PRISIM_SMMU_IRQ_CTRLACK, PRISIM_SMMU_GERROR, PRISIM_SMMU_GERRORN,
                                    PRISIM_SMMU_STATUSR};
    const uint32_t pattern = _i ? 0xffffffff : 0xa5a5a5a5;
    smmu_harness_close(h);
    h = smmu_harness_open();
    h->config.reset_pattern = pattern;
    smmu_harness_start(h);
    for (unsigned i = 0; i < sizeof zero / sizeof zero[0]; i++)
        ck_assert_uint_eq(smmu_harness_read(h, zero[i]), 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GBPA), 1 << 12); /* bypass, with SHCFG as it comes in */
    /* SMMU-QUEUE: LOG2SIZE is of the pattern too, 5 (31, of which CMDQS allows 8, EVENTQS and PRIQS 10). */
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), pattern & (_i ? 0x7f0001ff : 0x7f00003f));
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD), pattern & (_i ? 0x800007ff : 0x8000003f));
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_PROD), pattern & (_i ? 0x7ff : 0x3f));
    for (unsigned i = 0; i < sizeof map / sizeof map[0]; i++)
        if (map[i].offset != PRISIM_SMMU_GERRORN && map[i].offset != PRISIM_SMMU_PRIQ_PROD &&
            map[i].offset != PRISIM_SMMU_CMDQ_CONS && map[i].offset != PRISIM_SMMU_EVENTQ_PROD)
            ck_assert_uint_eq(smmu_harness_read(h, map[i].offset), pattern & map[i].kept);
    ck_assert_uint_eq(h->pri.prod, pattern & 0xfffff);
    ck_assert_uint_eq(h->pri.cons, pattern & 0x800fffff);
}
END_TEST

static bool sticks(uint32_t offset, uint32_t value)
{
    uint32_t before = smmu_harness_read(h, offset);
    smmu_harness_write(h, offset, before ^ value);
    bool changed = smmu_harness_read(h, offset) == (before ^ value);
    smmu_harness_write(h, offset, before);
    return changed;
}

/* What each enable guards, and no more. */
/* covers: SMMU-CR-1, SMMU-CR-2, SMMU-IRQCTRL-3, SMMU-QUEUE-16, SMMU-QUEUE-17,
 * SMMU-QUEUE-18, SMMU-QUEUE-19, SMMU-QUEUE-20 */
START_TEST(guards)
{
    static const struct {
        uint32_t offset, value, cr0, irq;
    } row[] = {
        {PRISIM_SMMU_STRTAB_BASE, 0x10000, PRISIM_CR0_SMMUEN, 0},
        {PRISIM_SMMU_STRTAB_BASE + 4, 1, PRISIM_CR0_SMMUEN, 0},
        {PRISIM_SMMU_STRTAB_BASE_CFG, 1, PRISIM_CR0_SMMUEN, 0},
        {PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID, PRISIM_CR0_SMMUEN, 0},
        {PRISIM_SMMU_CMDQ_BASE, 0x10000, PRISIM_CR0_CMDQEN, 0},
        {PRISIM_SMMU_CMDQ_CONS, 1, PRISIM_CR0_CMDQEN, 0},
        {PRISIM_SMMU_EVENTQ_BASE, 0x10000, PRISIM_CR0_EVENTQEN, 0},
        {PRISIM_SMMU_EVENTQ_PROD, 1, PRISIM_CR0_EVENTQEN, 0},
        {PRISIM_SMMU_PRIQ_BASE, 0x10000, PRISIM_CR0_PRIQEN, 0},
        {PRISIM_SMMU_PRIQ_PROD, 1, PRISIM_CR0_PRIQEN, 0},
        {PRISIM_SMMU_CMDQ_PROD, 4, 0, 0},
        {PRISIM_SMMU_EVENTQ_CONS, 1, 0, 0},
        {PRISIM_SMMU_PRIQ_CONS, 1, 0, 0},
        {PRISIM_SMMU_GERROR_IRQ_CFG0, 0x1000, 0, PRISIM_IRQ_CTRL_GERROR},
        {PRISIM_SMMU_GERROR_IRQ_CFG1, 1, 0, PRISIM_IRQ_CTRL_GERROR},
        {PRISIM_SMMU_EVENTQ_IRQ_CFG0 + 4, 1, 0, PRISIM_IRQ_CTRL_EVENTQ},
        {PRISIM_SMMU_EVENTQ_IRQ_CFG2, 1, 0, PRISIM_IRQ_CTRL_EVENTQ},
        {PRISIM_SMMU_PRIQ_IRQ_CFG1, 1, 0, PRISIM_IRQ_CTRL_PRIQ},
        {PRISIM_SMMU_PRIQ_IRQ_CFG2, PRISIM_PRIQ_IRQ_CFG2_LO, 0, PRISIM_IRQ_CTRL_PRIQ},
        {PRISIM_SMMU_CR1, 0x100, PRISIM_CR0_SMMUEN, 0},
        {PRISIM_SMMU_CR1, 0x001, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_PRIQEN, 0},
    };
    enum { ROWS = sizeof row / sizeof row[0] };
    for (unsigned bit = 0; bit < 4; bit++) {
        smmu_harness_cr0(h, 1u << bit);
        for (unsigned i = 0; i < ROWS; i++)
            ck_assert_msg(sticks(row[i].offset, row[i].value) == !(row[i].cr0 >> bit & 1), "row %u, CR0 bit %u", i,
                          bit);
        smmu_harness_cr0(h, 0);
    }
    for (unsigned bit = 0; bit < 3; bit++) {
        smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 1u << bit);
        smmu_harness_run(h, 20);
        ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), 1u << bit);
        for (unsigned i = 0; i < ROWS; i++)
            ck_assert_msg(sticks(row[i].offset, row[i].value) == !(row[i].irq >> bit & 1), "row %u, IRQ bit %u", i,
                          bit);
        smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
        smmu_harness_run(h, 20);
    }
}
END_TEST

/* Address bits above OAS are RES0 in bases and MSI registers. */
/* covers: SMMU-IRQCFG-8, SMMU-QUEUE-27, SMMU-PRIACCEPT-7 */
START_TEST(cut_to_oas)
{
    static const uint32_t oas[] = {32, 36, 40, 42, 44, 48}, kept_hi[] = {0, 0xf, 0xff, 0x3ff, 0xfff, 0xffff};
    static const uint32_t base[] = {PRISIM_SMMU_STRTAB_BASE, PRISIM_SMMU_CMDQ_BASE, PRISIM_SMMU_EVENTQ_BASE,
                                    PRISIM_SMMU_PRIQ_BASE};
    static const uint32_t msi[] = {PRISIM_SMMU_GERROR_IRQ_CFG0, PRISIM_SMMU_EVENTQ_IRQ_CFG0, PRISIM_SMMU_PRIQ_IRQ_CFG0};
    smmu_harness_close(h);
    h = smmu_harness_open();
    h->config.oas_bits = oas[_i];
    smmu_harness_start(h);
    for (unsigned i = 0; i < 4; i++) {
        smmu_harness_write64(h, base[i], UINT64_MAX);
        ck_assert_uint_eq(smmu_harness_read64(h, base[i]) >> 32, 0x40000000 | kept_hi[_i]);
        smmu_harness_write64(h, base[i], 0);
    }
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_write64(h, msi[i], UINT64_MAX);
        ck_assert_uint_eq(smmu_harness_read64(h, msi[i]) >> 32, kept_hi[_i]);
        smmu_harness_write64(h, msi[i], 0);
    }
}
END_TEST

/* Accesses go where the cut address says; an MSI address that has only bits above OAS is none. */
/* covers: SMMU-IRQCFG-8, SMMU-QUEUE-27 */
START_TEST(accesses_are_cut)
{
    const uint64_t above = UINT64_C(0x5) << 40;
    smmu_harness_close(h);
    h = smmu_harness_open();
    h->config.oas_bits = 40;
    smmu_harness_start(h);
    smmu_harness_write64(h, PRISIM_SMMU_STRTAB_BASE, above | HARNESS_STRTAB);
    smmu_harness_write(h, PRISIM_SMMU_STRTAB_BASE_CFG, 6);
    smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, above | HARNESS_CMDQ | HARNESS_CMDQ_LOG2);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_BASE, above | HARNESS_EVENTQ | HARNESS_EVENTQ_LOG2);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, _i ? above : above | HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN); /* the STE there has V=0 */
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 200);
    smmu_harness_sync(h);
    static const uint64_t at[] = {HARNESS_STRTAB + HARNESS_SID * 64, HARNESS_EVENTQ};
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        ck_assert_ptr_nonnull(request);
        ck_assert_uint_eq(request->address, at[i]);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, _i ? 3 : 4); /* MSI or not, and the CMD_SYNC */
    ck_assert_uint_eq(h->doorbells, _i ? 0 : 1);
}
END_TEST

/* The indexes that are the SMMU's own read 0 above the wrap bit; LOG2SIZE counts as it is capped. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-5, SMMU-QUEUE-6, SMMU-QUEUE-26, SMMU-QUEUE-15 */
START_TEST(above_the_wrap_bit)
{
    static const struct {
        uint32_t base, index, max, other;
    } queue[] = {{PRISIM_SMMU_CMDQ_BASE, PRISIM_SMMU_CMDQ_CONS, 8, 0x7f000000},
                 {PRISIM_SMMU_EVENTQ_BASE, PRISIM_SMMU_EVENTQ_PROD, 10, 0x80000000},
                 {PRISIM_SMMU_PRIQ_BASE, PRISIM_SMMU_PRIQ_PROD, 10, 0x80000000}};
    uint32_t base = queue[_i].base, index = queue[_i].index, max = queue[_i].max;
    for (uint32_t log2 = 0; log2 < 20; log2++) {
        smmu_harness_write(h, base, log2);
        smmu_harness_write(h, index, UINT32_MAX);
        uint32_t size = log2 < max ? log2 : max;
        ck_assert_uint_eq(smmu_harness_read(h, index), queue[_i].other | ((2u << size) - 1));
    }
    ck_assert_uint_eq(smmu_harness_read(h, base), 19); /* SMMU-QUEUE-3: the cap is not seen on a read */
    /* Indexes that are written before the base are kept whole: the order of start-up does not matter here. */
    smmu_harness_write(h, index, 0);
    smmu_harness_write(h, base, 0);
    smmu_harness_write(h, index, UINT32_MAX);
    smmu_harness_write(h, base, 19);
    ck_assert_uint_eq(smmu_harness_read(h, index), queue[_i].other | ((2u << max) - 1));
    /* A smaller queue: what is left is the old value cut off. */
    smmu_harness_write(h, base, 2);
    ck_assert_uint_eq(smmu_harness_read(h, index), queue[_i].other | 7);
}
END_TEST

static void offer_access(uint32_t offset, bool write, uint32_t value, uint32_t id)
{
    struct prisim_memory_request request = {.address = offset, .id = id, .size = 4, .write = write};
    prisim_store_le32(request.data, value);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
}

static uint32_t answer(unsigned i)
{
    const struct prisim_memory_response *response = harness_got(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, i);
    ck_assert_ptr_nonnull(response);
    ck_assert_uint_eq(response->id, i);
    return prisim_load_le32(response->data);
}

/* Taken at n, answered at n + register_latency; four in flight, in order. */
START_TEST(access_clock)
{
    smmu_harness_run(h, 3);
    for (unsigned i = 0; i < 6; i++)
        offer_access(PRISIM_SMMU_CMDQ_PROD, i & 1, i, i); /* read, write 1, read, write 3, read, write 5 */
    prisim_cycle_t taken = h->base->now;
    smmu_harness_run(h, 60);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, i),
                          taken + i + h->config.register_latency);
    /* The fifth is taken when the first has been answered. */
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_REGISTER].taken_at[4], taken + h->config.register_latency + 1);
    ck_assert_uint_eq(answer(0), 0);
    ck_assert_uint_eq(answer(2), 1);
    ck_assert_uint_eq(answer(4), 3);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_registers");
    TCase *tcase = tcase_create("registers");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_word);
    tcase_add_test(tcase, wide);
    tcase_add_test(tcase, bad_accesses);
    tcase_add_loop_test(tcase, reset_pattern, 0, 2);
    tcase_add_test(tcase, guards);
    tcase_add_loop_test(tcase, cut_to_oas, 0, 6);
    tcase_add_loop_test(tcase, accesses_are_cut, 0, 2);
    tcase_add_loop_test(tcase, above_the_wrap_bit, 0, 3);
    tcase_add_test(tcase, access_clock);
    suite_add_tcase(suite, tcase);
    return suite;
}
