/* SPDX-License-Identifier: Apache-2.0
 *
 * Client accesses: order, translated and untranslated traffic, faults of CD.R and CD.A, SMMUEN=0 and GBPA (SMMU-CR0,
 * SMMU-CR, SMMU-EVENT, SMMU-ATSTRANSLATED).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 2, ASID = 6, ON = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK };
#define VA UINT64_C(0x7000)

static struct smmu_harness *h;
static uint64_t ttb;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), ttb);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static struct prisim_tlp access_tlp(bool write, enum prisim_tlp_at at, uint64_t address, unsigned size, int pasid)
{
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ, at, address, size);
    if (pasid >= 0) {
        tlp.head.flags = PRISIM_TLP_HAS_PASID;
        tlp.head.pasid = (uint32_t)pasid;
    }
    for (unsigned i = 0; i < size; i++)
        tlp.data[i] = (uint8_t)(address + i);
    return tlp;
}

static const struct prisim_tlp *read_at(enum prisim_tlp_at at, uint64_t address, unsigned size, int pasid)
{
    struct prisim_tlp tlp = access_tlp(false, at, address, size, pasid);
    return smmu_harness_ask(h, &tlp);
}

static void write_at(enum prisim_tlp_at at, uint64_t address, unsigned size, int pasid)
{
    struct prisim_tlp tlp = access_tlp(true, at, address, size, pasid);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 300);
}

static unsigned dma(void)
{
    return h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
}

static void event_is(unsigned n, unsigned code, uint64_t dw1, uint64_t address)
{
    uint64_t dw[4];
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), n + 1);
    smmu_harness_event(h, n, dw);
    ck_assert_uint_eq(dw[0] & 0xff, code);
    ck_assert_uint_eq(dw[1], dw1);
    ck_assert_uint_eq(dw[2], address);
}

START_TEST(untranslated)
{
    write_at(PRISIM_TLP_AT_UNTRANSLATED, VA + 0x30, 0x18, PASID); /* crosses a memory line */
    ck_assert_uint_eq(dma(), 2);
    const struct prisim_tlp *tlp = read_at(PRISIM_TLP_AT_UNTRANSLATED, VA + 0x34, 16, PASID);
    ck_assert_uint_eq(tlp->head.type, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(tlp->head.size, 16);
    for (unsigned i = 0; i < 16; i++)
        ck_assert_uint_eq(tlp->data[i], (uint8_t)(VA + 0x34 + i));
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0);
    /* The CD's fetch, 1 + L, came before the look-ups and four descriptors. */
    prisim_cycle_t fetch = 1 + HARNESS_MEMORY_LATENCY, cd_since = event->cycle - 4 * fetch - 1 - 3 - 4 - fetch;
    const uint64_t expected[] = {
        0x06000001, HARNESS_SID, PASID, VA + 0x30, HARNESS_PAGES + 0x30, 2, PRISIM_CAUSE_TRANSLATED, 0, ASID, cd_since};
    ck_assert(harness_fields_are(event, expected, sizeof expected));
    /* A translated access uses no CD, whatever its slot did before. */
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN);
    write_at(PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1);
    const struct prisim_event_smmu_translate *last =
        &harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 2)->smmu_translate;
    ck_assert_uint_eq(last->cause, PRISIM_CAUSE_BYPASS);
    ck_assert_uint_eq(last->asid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(last->cd_since, PRISIM_PASID_NONE);
}
END_TEST

/* A write of no bytes goes nowhere; a read of none is one access all the same: it pushes the writes before it. */
START_TEST(no_bytes)
{
    write_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 0, PASID);
    ck_assert_uint_eq(dma(), 0);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 0, PASID)->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(dma(), 1);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
}
END_TEST

/* PCIE-ORDER: a write that waits for its walk holds up later accesses that need none; Translation Requests pass. */
START_TEST(order)
{
    struct prisim_tlp slow = access_tlp(true, PRISIM_TLP_AT_UNTRANSLATED, VA, 8, PASID);
    struct prisim_tlp fast = access_tlp(true, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES + 8, 8, -1);
    struct prisim_tlp read = access_tlp(false, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1);
    struct prisim_tlp request = smmu_harness_request(VA, PASID, 0);
    smmu_harness_ask(h, &request);
    smmu_harness_map(h, ttb, VA + UINT64_C(0x40000000), 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    slow.head.address += UINT64_C(0x40000000);
    prisim_store_le64(slow.data, UINT64_C(0x1122334455667788));
    smmu_harness_up(h, &slow);
    smmu_harness_up(h, &fast);
    smmu_harness_up(h, &read);
    smmu_harness_up(h, &request);
    smmu_harness_run(h, 300);
    static const uint64_t address[] = {HARNESS_PAGES, HARNESS_PAGES + 8, HARNESS_PAGES};
    ck_assert_uint_eq(dma(), 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(
            ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_DMA_REQUEST, i))->address,
            address[i]);
    /* Published at successive edges. */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 2),
                      harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 0) + 2);
    const struct prisim_tlp *first = harness_got(h->base, PRISIM_SMMU_TX_DOWN, 1),
                            *second = harness_got(h->base, PRISIM_SMMU_TX_DOWN, 2);
    ck_assert_uint_eq(smmu_harness_entry(first), HARNESS_PAGES | 3); /* the Translation Request */
    ck_assert_uint_eq(prisim_load_le64(second->data), UINT64_C(0x1122334455667788));
}
END_TEST

/* SMMU-RECORD, SMMU-EVENT: CD.R records, CD.A aborts; A=0 is RAZ/WI. */
/* covers: SMMU-RECORD-5, SMMU-EVENTCODE-12 */
START_TEST(faults)
{
    for (unsigned ra = 0; ra < 4; ra++) {
        uint64_t cd0 = smmu_harness_cd0(ASID) & ~prisim_bits_put(1, PRISIM_CD0_R) & ~prisim_bits_put(1, PRISIM_CD0_A);
        smmu_harness_cd(h, PASID, cd0 | prisim_bits_put(ra & 1, PRISIM_CD0_R) | prisim_bits_put(ra >> 1, PRISIM_CD0_A),
                        ttb);
        smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
        smmu_harness_sync(h);
        uint32_t before = smmu_harness_events(h);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, before);
        const struct prisim_tlp *tlp = read_at(PRISIM_TLP_AT_UNTRANSLATED, VA + 0x1000, 8, PASID);
        ck_assert_uint_eq(tlp->head.status, ra & 2 ? PRISIM_TLP_UR : PRISIM_TLP_SC);
        if (!(ra & 2))
            ck_assert_uint_eq(prisim_load_le64(tlp->data), 0);
        write_at(PRISIM_TLP_AT_UNTRANSLATED, VA + 0x1008, 8, PASID);
        ck_assert_uint_eq(smmu_harness_events(h), (before + (ra & 1 ? 2 : 0)) & 7);
        if (ra == 1) {
            uint64_t dw[4];
            smmu_harness_event(h, before & 3, dw);
            ck_assert_uint_eq(dw[0], PRISIM_F_TRANSLATION | prisim_bits_put(1, PRISIM_CMD_SSV) |
                                         prisim_bits_put(PASID, PRISIM_CMD_SSID) | (uint64_t)HARNESS_SID << 32);
            ck_assert_uint_eq(dw[1], UINT64_C(1) << 35 | UINT64_C(2) << 40); /* RnW, CLASS=IN */
            ck_assert_uint_eq(dw[2], VA + 0x1000);
            smmu_harness_event(h, (before + 1) & 3, dw);
            ck_assert_uint_eq(dw[1], UINT64_C(2) << 40);
            ck_assert_uint_eq(dw[2], VA + 0x1008);
        }
    }
    ck_assert_uint_eq(dma(), 0);
}
END_TEST

/* covers: SMMU-EVENTCODE-15 */
START_TEST(permission)
{
    uint64_t ro = (smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                  prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP);
    smmu_harness_map(h, ttb, VA, 12, ro);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 8, PASID)->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(dma(), 1);
    write_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 8, PASID);
    ck_assert_uint_eq(dma(), 1);
    event_is(0, PRISIM_F_PERMISSION, UINT64_C(2) << 40, VA);
}
END_TEST

/* SMMU-ATSTRANSLATED, row by row. */
/* covers: SMMU-ATSTRANSLATED-1, SMMU-ATSTRANSLATED-2, SMMU-ATSTRANSLATED-3, SMMU-ATSTRANSLATED-4, SMMU-ATSTRANSLATED-6,
 * PCIE-TRANSLATED-4 */
START_TEST(translated)
{
    uint64_t config = prisim_bits_put(1, PRISIM_STE0_V);
    const struct {
        uint32_t cr0, cr2;
        uint64_t ste0, ste1;
        bool passes;
        unsigned code;
    } row[] = {
        {ON, 0, smmu_harness_ste0(4), smmu_harness_ste1(), true, 0},
        {ON & ~(unsigned)PRISIM_CR0_ATSCHK, 0, 0, 0, true, 0},
        {PRISIM_CR0_EVENTQEN, 0, smmu_harness_ste0(4), smmu_harness_ste1(), false, PRISIM_F_TRANSL_FORBIDDEN},
        {ON, 0, config, smmu_harness_ste1(), false, 0},
        {ON, 0, config | prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG), smmu_harness_ste1(), false,
         PRISIM_F_TRANSL_FORBIDDEN},
        {ON, 0, smmu_harness_ste0(4), 0, false, PRISIM_F_TRANSL_FORBIDDEN},
        {ON, 0, 0, 0, false, 0},
        {ON, PRISIM_CR2_REC_CFG_ATS, 0, 0, false, PRISIM_C_BAD_STE},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
        smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
        smmu_harness_sync(h);
        smmu_harness_cr0(h, 0);
        smmu_harness_write(h, PRISIM_SMMU_CR2, row[i].cr2);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_PROD, 0);
        smmu_harness_ste(h, HARNESS_SID, row[i].ste0, row[i].ste1);
        smmu_harness_cr0(h, row[i].cr0);
        unsigned before = dma();
        ck_assert_msg(read_at(PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES + 8, 8, -1)->head.status ==
                          (row[i].passes ? PRISIM_TLP_SC : PRISIM_TLP_UR),
                      "row %u", i);
        smmu_harness_run(h, 60);
        ck_assert_msg(dma() == before + row[i].passes, "row %u", i);
        ck_assert_msg(smmu_harness_events(h) == (row[i].code != 0), "row %u", i);
        uint64_t dw[4];
        smmu_harness_event(h, 0, dw);
        if (row[i].code)
            ck_assert_uint_eq(dw[0] & 0xff, row[i].code);
        if (row[i].code == PRISIM_F_TRANSL_FORBIDDEN)
            ck_assert(dw[1] == UINT64_C(1) << 35 && dw[2] == HARNESS_PAGES + 8);
    }
}
END_TEST

/* SMMU-ATSTRANSLATED: above OAS aborted in silence, checked or not. With PASIDTT=0 no PASID is seen of a translated
 * access. */
/* covers: SMMU-ATSTRANSLATED, SMMU-EVENTCODE-7, PCIE-TRANSLATED-2, PCIE-TRANSLATED-3 */
START_TEST(translated_above_oas)
{
    for (unsigned checked = 0; checked < 2; checked++) {
        smmu_harness_cr0(h, checked ? ON : ON & ~(unsigned)PRISIM_CR0_ATSCHK);
        ck_assert_uint_eq(read_at(PRISIM_TLP_AT_TRANSLATED, UINT64_C(1) << 48, 8, -1)->head.status, PRISIM_TLP_UR);
        write_at(PRISIM_TLP_AT_TRANSLATED, UINT64_C(1) << 63, 8, -1);
        ck_assert_uint_eq(read_at(PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, PASID)->head.status, PRISIM_TLP_SC);
        ck_assert_uint_eq(dma(), checked + 1);
    }
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    smmu_harness_ste(h, 0x21, smmu_harness_ste0(4), 0);
    struct prisim_tlp tlp = access_tlp(false, PRISIM_TLP_AT_TRANSLATED, VA, 8, PASID);
    tlp.head.requester_id = 0x21;
    tlp.head.flags |= PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE;
    smmu_harness_ask(h, &tlp);
    event_is(0, PRISIM_F_TRANSL_FORBIDDEN, UINT64_C(1) << 35, VA);
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0], PRISIM_F_TRANSL_FORBIDDEN | UINT64_C(0x21) << 32); /* SSV=0 */
}
END_TEST

/* Test seed 16: a translated access needs no RECINVSID, a Translation Request does. */
/* covers: SMMU-ATSTRANSLATED-5, SMMU-SEED-16 */
START_TEST(bad_stream_id)
{
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, PRISIM_CR2_REC_CFG_ATS);
    smmu_harness_cr0(h, ON);
    struct prisim_tlp tlp = access_tlp(false, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1),
                      request = smmu_harness_request(VA, PASID, 0);
    tlp.head.requester_id = request.head.requester_id = 0x40;
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    event_is(0, PRISIM_C_BAD_STREAMID, 0, 0);
}
END_TEST

/* SMMU-CR0, SMMU-CR: bypass or abort, silently; above OAS aborted. */
/* covers: SMMU-CR0-15, SMMU-EVENT-6 */
START_TEST(smmu_off)
{
    smmu_harness_cr0(h, PRISIM_CR0_EVENTQEN);
    write_at(PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 8, PASID);
    ck_assert_uint_eq(smmu_harness_load(h, HARNESS_PAGES), UINT64_C(0x0706050403020100));
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, UINT64_C(1) << 48, 8, -1)->head.status, PRISIM_TLP_UR);
    smmu_harness_write(h, PRISIM_SMMU_GBPA, PRISIM_GBPA_UPDATE | PRISIM_GBPA_ABORT);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 8, -1)->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(dma(), 1);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
}
END_TEST

/* SMMU-FLOW, SMMU-EVENT: a bypassed stream. */
/* covers: SMMU-EVENT-6, SMMU-FLOW-2 */
START_TEST(bypassed_stream)
{
    smmu_harness_ste(h, HARNESS_SID,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG),
                     0);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 8, -1)->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, UINT64_C(1) << 48, 8, -1)->head.status, PRISIM_TLP_UR);
    event_is(0, PRISIM_F_ADDR_SIZE, UINT64_C(1) << 35 | UINT64_C(2) << 40, UINT64_C(1) << 48);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 8, PASID)->head.status, PRISIM_TLP_UR);
    event_is(1, PRISIM_C_BAD_SUBSTREAMID, 0, 0);
}
END_TEST

START_TEST(memory_abort)
{
    h->fail_at = HARNESS_PAGES;
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 8, PASID)->head.status, PRISIM_TLP_CA);
}
END_TEST

/* Answers to nothing that was asked, on both memory ports: nothing comes of them, then or later. */
START_TEST(stray_responses)
{
    static const uint32_t index[] = {0, 1, 15, 16, 17, 31, 32, 255, 0x100, 0xffffff};
    read_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 8, PASID);
    uint32_t events = h->base->events;
    for (uint32_t source = 0; source < 8; source++)
        for (unsigned i = 0; i < sizeof index / sizeof index[0]; i++) {
            struct prisim_memory_response response = {.id = source << 24 | index[i], .status = PRISIM_MEMORY_ABORT};
            harness_offer(h->base, PRISIM_SMMU_RX_MEMORY_RESPONSE, &response);
            response.id = index[i];
            harness_offer(h->base, PRISIM_SMMU_RX_DMA_RESPONSE, &response);
        }
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(h->base->events, events);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE].count, 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), 0);
    ck_assert_uint_eq(read_at(PRISIM_TLP_AT_UNTRANSLATED, VA, 8, PASID)->head.status, PRISIM_TLP_SC);
}
END_TEST

/* PCIE-AT: AT=3 is reserved, and a Translation Request is a read. Recorded as they came in. */
/* covers: SMMU-EVENTCODE-1, PCIE-AT-4 */
START_TEST(reserved_at)
{
    ck_assert_uint_eq(read_at((enum prisim_tlp_at)3, VA, 8, PASID)->head.status, PRISIM_TLP_UR);
    event_is(0, PRISIM_F_UUT, UINT64_C(1) << 35, VA);
    write_at((enum prisim_tlp_at)3, VA, 8, PASID);
    event_is(1, PRISIM_F_UUT, 0, VA);
    write_at(PRISIM_TLP_AT_TRANSLATION_REQUEST, VA, 8, PASID);
    event_is(2, PRISIM_F_UUT, 0, VA);
    ck_assert_uint_eq(dma(), 0);
}
END_TEST

/* A translated access leaves config_latency after it was taken; at the same edge if it is not checked. */
START_TEST(clock)
{
    struct prisim_tlp tlp = access_tlp(true, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1);
    read_at(PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1); /* the STE is cached */
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 1),
                      h->base->rx[PRISIM_SMMU_RX_UP].taken_at[1] + h->config.config_latency);
    smmu_harness_cr0(h, ON & ~(unsigned)PRISIM_CR0_ATSCHK);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 2),
                      h->base->rx[PRISIM_SMMU_RX_UP].taken_at[2]);
}
END_TEST

/* SMMU-CR0: SMMUEN 1 to 0 is acknowledged though a write is still on its way to memory; with smmuen_waits when that
 * is over. */
/* covers: SMMU-CR0-13 */
START_TEST(disable_drains)
{
    h->config.smmuen_waits = (uint32_t)_i;
    write_at(PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1); /* its STE is known */
    h->latency = 200;
    struct prisim_tlp tlp = access_tlp(true, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8, -1);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 10);
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_EVENTQEN);
    smmu_harness_run(h, h->config.ack_latency);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK) & PRISIM_CR0_SMMUEN, _i ? PRISIM_CR0_SMMUEN : 0);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_EVENTQEN);
    ck_assert_uint_eq(dma(), 2);
}
END_TEST

/* What is still being translated is waited for all the same: with SMMUEN=0 no STE is read and no descriptor updated. */
/* covers: SMMU-CR0-13, SMMU-HTTU-12 */
START_TEST(disable_waits_for_walks)
{
    h->latency = 200;
    struct prisim_tlp tlp = access_tlp(true, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 8, PASID);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 20);
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_EVENTQEN);
    while (harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE) == 0) {
        uint32_t ack = smmu_harness_read(h, PRISIM_SMMU_CR0ACK);
        ck_assert(harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE) > 0 || (ack & PRISIM_CR0_SMMUEN));
        ck_assert_uint_lt(h->base->now, 5000);
    }
    smmu_harness_run(h, 2);
    unsigned reads = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_EVENTQEN);
    ck_assert_uint_le(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, reads + 1); /* a record, if any */
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_dma");
    TCase *tcase = tcase_create("dma");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, untranslated);
    tcase_add_test(tcase, no_bytes);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, faults);
    tcase_add_test(tcase, permission);
    tcase_add_test(tcase, translated);
    tcase_add_test(tcase, translated_above_oas);
    tcase_add_test(tcase, bad_stream_id);
    tcase_add_test(tcase, smmu_off);
    tcase_add_test(tcase, bypassed_stream);
    tcase_add_test(tcase, memory_abort);
    tcase_add_test(tcase, stray_responses);
    tcase_add_test(tcase, reserved_at);
    tcase_add_test(tcase, clock);
    tcase_add_loop_test(tcase, disable_drains, 0, 2);
    tcase_add_test(tcase, disable_waits_for_walks);
    suite_add_tcase(suite, tcase);
    return suite;
}
