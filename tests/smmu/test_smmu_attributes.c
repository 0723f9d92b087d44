/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose access a request to memory says it is: StreamID, SubstreamID, privileged and instruction of a client's access,
 * after the overrides of STE and GBPA (SMMU-CR, SMMU-EVENT, SMMU-ATSTRANSLATED); nobody's, of what the SMMU reads and
 * writes for itself.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 0x2, ASID = 6, STREAM = 1, SUBSTREAM = 2, PRIVILEGED = 4, INSTRUCTION = 8 };
#define READ_VA  UINT64_C(0x7000)
#define WRITE_VA UINT64_C(0x8000)

static struct smmu_harness *h;
static uint64_t ttb;

static void open_with(uint32_t attr_perms_ovr)
{
    h = smmu_harness_open();
    h->config.attr_perms_ovr = attr_perms_ovr;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4),
                     smmu_harness_ste1() | prisim_bits_put(2, PRISIM_STE1_S1DSS)); /* without a PASID: CD 0 */
    ttb = smmu_harness_table(h);
    for (unsigned ssid = 0; ssid <= PASID; ssid += PASID)
        smmu_harness_cd(h, ssid, smmu_harness_cd0(ASID), ttb);
    uint64_t read_only = (smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                         prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP);
    smmu_harness_map(h, ttb, READ_VA, 12, read_only); /* so that everybody may execute */
    smmu_harness_map(h, ttb, WRITE_VA, 12, smmu_harness_leaf(HARNESS_PAGES + 0x1000, 12));
}

static void setup(void)
{
    open_with(1);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static const struct prisim_memory_request *request_of(unsigned port, unsigned n)
{
    return (const struct prisim_memory_request *)harness_got(h->base, port, n);
}

/* The requests to memory that an access makes, over what the port's slot held. */
static unsigned send(bool write, enum prisim_tlp_at at, uint64_t address, unsigned flags)
{
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ, at, address, 8);
    tlp.head.flags = (uint8_t)flags;
    tlp.head.pasid = flags & PRISIM_TLP_HAS_PASID ? PASID : 0xfffff;
    unsigned before = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    memset(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].slot, 0xff, HARNESS_PAYLOAD);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 400);
    return h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count - before;
}

static void says(bool write, enum prisim_tlp_at at, uint64_t address, unsigned flags, unsigned attributes)
{
    unsigned n = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    ck_assert_uint_eq(send(write, at, address, flags), 1);
    const struct prisim_memory_request *request = request_of(PRISIM_SMMU_TX_DMA_REQUEST, n);
    ck_assert_uint_eq(request->attributes, attributes);
    ck_assert_uint_eq(request->stream_id, 0x20);
    ck_assert_uint_eq(request->substream_id, attributes & SUBSTREAM ? PASID : 0);
}

static void use_ste(uint64_t dw0, unsigned privcfg, unsigned instcfg)
{
    smmu_harness_ste(h, HARNESS_SID, dw0,
                     smmu_harness_ste1() | prisim_bits_put(2, PRISIM_STE1_S1DSS) |
                         prisim_bits_put(privcfg, PRISIM_STE1_PRIVCFG) | prisim_bits_put(instcfg, PRISIM_STE1_INSTCFG));
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_sync(h);
}

/* What the TLP says of itself; without a PASID it says nothing. */
START_TEST(incoming)
{
    const unsigned all = PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE;
    says(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA, PRISIM_TLP_HAS_PASID, STREAM | SUBSTREAM);
    says(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA, PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED,
         STREAM | SUBSTREAM | PRIVILEGED);
    says(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA, PRISIM_TLP_HAS_PASID | PRISIM_TLP_EXECUTE,
         STREAM | SUBSTREAM | INSTRUCTION);
    says(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA, all, STREAM | SUBSTREAM | PRIVILEGED | INSTRUCTION);
    says(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA, PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE, STREAM);
    says(true, PRISIM_TLP_AT_UNTRANSLATED, WRITE_VA, all, STREAM | SUBSTREAM | PRIVILEGED); /* a write is data */
    says(true, PRISIM_TLP_AT_UNTRANSLATED, WRITE_VA, 0, STREAM);
}
END_TEST

/* SMMU-STE: 2 clears and 3 sets, without a PASID as well; INSTCFG of reads only. _i: without ATTR_PERMS_OVR neither
 * does anything. */
/* covers: SMMU-STE-37 */
START_TEST(stream_overrides)
{
    if (_i) {
        teardown();
        open_with(0);
    }
    for (unsigned cfg = 0; cfg < 16; cfg++) {
        unsigned privcfg = cfg & 3, instcfg = cfg >> 2;
        use_ste(smmu_harness_ste0(4), privcfg, instcfg);
        for (unsigned said = 0; said < 2; said++) {
            unsigned flags = said ? PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE : 0;
            unsigned privileged = (_i || privcfg < 2 ? said : privcfg == 3) ? PRIVILEGED : 0;
            unsigned instruction = (_i || instcfg < 2 ? said : instcfg == 3) ? INSTRUCTION : 0;
            unsigned stream = STREAM | (said ? SUBSTREAM : 0);
            says(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA, flags, stream | privileged | instruction);
            says(true, PRISIM_TLP_AT_UNTRANSLATED, WRITE_VA, flags, stream | privileged);
        }
    }
}
END_TEST

/* A bypassed stream is overridden too. A translated access has no PASID; under EATS=01 nobody looks at the overrides,
 * and unchecked nobody looks at the STE. */
START_TEST(bypassed)
{
    use_ste(prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG), 3, 3);
    says(false, PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 0, STREAM | PRIVILEGED | INSTRUCTION);
    use_ste(smmu_harness_ste0(4), 3, 3);
    const unsigned all = PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE;
    says(false, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, all, STREAM);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN);
    says(false, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, all, STREAM);
}
END_TEST

/* SMMU-CR: with SMMUEN=0 GBPA.PRIVCFG (17:16) and INSTCFG (19:18). */
START_TEST(global_overrides)
{
    smmu_harness_cr0(h, 0);
    for (unsigned cfg = 0; cfg < 16; cfg++) {
        unsigned privcfg = cfg & 3, instcfg = cfg >> 2;
        smmu_harness_write(h, PRISIM_SMMU_GBPA, UINT32_C(1) << 31 | privcfg << 16 | instcfg << 18);
        smmu_harness_run(h, 20);
        for (unsigned said = 0; said < 2; said++) {
            unsigned flags = said ? PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE : 0;
            unsigned privileged = (privcfg < 2 ? said : privcfg == 3) ? PRIVILEGED : 0;
            unsigned instruction = (instcfg < 2 ? said : instcfg == 3) ? INSTRUCTION : 0;
            unsigned stream = STREAM | (said ? SUBSTREAM : 0);
            says(false, PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, flags, stream | privileged | instruction);
            says(true, PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, flags, stream | privileged);
        }
    }
}
END_TEST

/* Both parts of an access that crosses a line are the same stream's. */
START_TEST(both_parts)
{
    unsigned n = h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count;
    ck_assert_uint_eq(
        send(false, PRISIM_TLP_AT_UNTRANSLATED, READ_VA + 0x3c, PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED), 2);
    for (unsigned part = 0; part < 2; part++) {
        const struct prisim_memory_request *request = request_of(PRISIM_SMMU_TX_DMA_REQUEST, n + part);
        ck_assert_uint_eq(request->attributes, STREAM | SUBSTREAM | PRIVILEGED);
        ck_assert_uint_eq(request->stream_id, 0x20);
        ck_assert_uint_eq(request->substream_id, PASID);
    }
}
END_TEST

/* Tables, structures, commands, records and MSIs: the SMMU's own, whatever the port's slot held. */
START_TEST(of_the_smmu)
{
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_run(h, 20);
    unsigned n = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, records = 0;
    const uint64_t unmapped = UINT64_C(0x40000000);
    memset(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].slot, 0xff, HARNESS_PAYLOAD);
    ck_assert_uint_eq(send(false, PRISIM_TLP_AT_UNTRANSLATED, unmapped, PRISIM_TLP_HAS_PASID | PRISIM_TLP_PRIVILEGED),
                      0);
    memset(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].slot, 0xff, HARNESS_PAYLOAD);
    smmu_harness_sync(h);
    ck_assert_uint_gt(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, n + 3);
    for (; n < h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count; n++) {
        const struct prisim_memory_request *request = request_of(PRISIM_SMMU_TX_MEMORY_REQUEST, n);
        records += request->write == PRISIM_MEMORY_WRITE;
        ck_assert_uint_eq(request->attributes, 0);
        ck_assert_uint_eq(request->stream_id, 0);
        ck_assert_uint_eq(request->substream_id, 0);
    }
    ck_assert_uint_eq(records, 2); /* a record and its MSI */
    ck_assert_uint_eq(h->doorbells, 1);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_attributes");
    TCase *tcase = tcase_create("attributes");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, incoming);
    tcase_add_loop_test(tcase, stream_overrides, 0, 2);
    tcase_add_test(tcase, bypassed);
    tcase_add_test(tcase, global_overrides);
    tcase_add_test(tcase, both_parts);
    tcase_add_test(tcase, of_the_smmu);
    suite_add_tcase(suite, tcase);
    return suite;
}
