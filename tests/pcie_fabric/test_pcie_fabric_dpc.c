/* SPDX-License-Identifier: Apache-2.0
 *
 * Downstream Port Containment: what triggers it, at which edge, what it does, and its release (PCIE-DPC, PCIE-ITAG-9).
 * Offsets and values are literals.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

enum { TIMEOUT = 35, LATENCY = 70, CONTROL = 0x206, STATUS = 0x208, OF_LINK = 0x10, ANSWERED = 110 };

static struct fabric_harness *open_with(uint32_t dpc)
{
    struct prisim_fabric_config config = fabric_harness_config(3);
    config.dpc = dpc;
    config.dpc_latency = LATENCY;
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_rx(h->base, TIMEOUT, sizeof(struct prisim_atc_timeout));
    h->base->leap = true;
    harness_run(h->base, 10);
    return h;
}

static void offer(struct fabric_harness *h, unsigned rx, struct prisim_tlp tlp)
{
    harness_offer(h->base, rx, &tlp);
}

static void timed_out(struct fabric_harness *h, uint32_t stream_id)
{
    const struct prisim_atc_timeout timeout = {stream_id};
    harness_offer(h->base, TIMEOUT, &timeout);
}

static uint32_t access_config(struct fabric_harness *h, bool write, uint64_t offset, uint16_t bytes, uint32_t value)
{
    struct prisim_tlp tlp = config_read(0, 900);
    tlp.head.type = write ? PRISIM_TLP_CONFIG_WRITE : PRISIM_TLP_CONFIG_READ;
    tlp.head.destination_id = ROOT_PORT_ID;
    tlp.head.address = offset;
    tlp.head.size = bytes;
    prisim_store_le32(tlp.data, value);
    const unsigned before = h->base->tx[PRISIM_FABRIC_TX_HOST].count;
    offer(h, PRISIM_FABRIC_RX_HOST, tlp);
    harness_run(h->base, ANSWERED);
    const struct prisim_tlp *got = harness_got(h->base, PRISIM_FABRIC_TX_HOST, before);
    ck_assert_uint_eq(got->head.status, PRISIM_TLP_SC);
    return prisim_load_le32(got->data) & (uint32_t)prisim_bits_mask(8u * bytes);
}

static uint32_t read_bytes(struct fabric_harness *h, uint64_t offset, uint16_t bytes)
{
    return access_config(h, false, offset, bytes, 0);
}

static void write_bytes(struct fabric_harness *h, uint64_t offset, uint16_t bytes, uint32_t value)
{
    (void)access_config(h, true, offset, bytes, value);
}

static unsigned at_smmu(const struct fabric_harness *h)
{
    return h->base->tx[PRISIM_FABRIC_TX_SMMU].count;
}

/* covers: PCIE-DPC-1 */
START_TEST(capabilities)
{
    struct fabric_harness *h = open_with(1);
    ck_assert_uint_eq(read_bytes(h, 0x100, 4), 0x2001000d); /* ACS; next 0x200 */
    ck_assert_uint_eq(read_bytes(h, 0x200, 4), 0x2101001d);
    ck_assert_uint_eq(read_bytes(h, 0x210, 4), 0x2201001d);
    ck_assert_uint_eq(read_bytes(h, 0x220, 4), 0x0001001d); /* the last */
    ck_assert_uint_eq(read_bytes(h, 0x230, 4), 0);
    ck_assert_uint_eq(read_bytes(h, 0x204, 2), 0x0080);
    ck_assert_uint_eq(read_bytes(h, 0x206, 2), 0x0005);
    ck_assert_uint_eq(read_bytes(h, 0x208, 4), 0);
    write_bytes(h, 0x204, 4, 0xffffffbf); /* but for the trigger */
    ck_assert_uint_eq(read_bytes(h, 0x204, 4), 0x00070080);
    write_bytes(h, 0x207, 1, 0xff);
    write_bytes(h, 0x206, 1, 0x02);
    ck_assert_uint_eq(read_bytes(h, 0x204, 4), 0x00060080);
    ck_assert_uint_eq(read_bytes(h, 0x214, 4), 0x00050080);
    fabric_harness_close(h);
    h = open_with(0);
    ck_assert_uint_eq(read_bytes(h, 0x100, 4), 0x0001000d);
    ck_assert_uint_eq(read_bytes(h, 0x200, 4), 0);
    fabric_harness_close(h);
}
END_TEST

/* The time-out is taken at n: what is taken at n + LATENCY - 1 and has left is heard, what is on the link at
 * n + LATENCY is lost. Other links go on. */
/* covers: PCIE-ITAG-9, PCIE-DPC-3, PCIE-DPC-5 */
START_TEST(a_time_out_contains_its_link)
{
    struct fabric_harness *h = open_with(1);
    const prisim_cycle_t n = h->base->now; /* it is taken at this edge */
    timed_out(h, link_id(1));
    harness_run(h->base, LATENCY);
    ck_assert_uint_eq(h->base->now, n + LATENCY);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_CONTAINED), 0);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 5));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 2, page_request(2, 6));
    harness_run(h->base, 1);
    const uint64_t fields[3] = {1, link_id(1), PRISIM_CAUSE_ATC_INV_TIMEOUT};
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_FABRIC_CONTAINED, 0);
    ck_assert(harness_fields_are(event, fields, sizeof fields));
    ck_assert_uint_eq(event->cycle, n + LATENCY);
    offer(h, PRISIM_FABRIC_RX_HOST, config_read(1, 7));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(1, 8));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(2, 9));
    harness_run(h->base, 400);
    ck_assert_uint_eq(at_smmu(h), 1);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 0), 6);
    const struct prisim_tlp *answer = harness_got(h->base, PRISIM_FABRIC_TX_HOST, 0);
    ck_assert_uint_eq(answer->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_ENDPOINT + 1].count, 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_ENDPOINT + 2].count, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 3);
    ck_assert_uint_eq(read_bytes(h, STATUS + OF_LINK, 2), 1);
    ck_assert_uint_eq(read_bytes(h, STATUS, 2), 0);
    fabric_harness_close(h);
}
END_TEST

/* What is on the link when it is contained is lost, in both directions; what has left is not. */
START_TEST(what_is_under_way_is_lost)
{
    struct fabric_harness *h = open_with(1);
    timed_out(h, link_id(0));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(0, 2));
    harness_run(h->base, LATENCY);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 0);
    harness_run(h->base, 400);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_LOST), 2);
    ck_assert_uint_eq(at_smmu(h), 0);
    fabric_harness_close(h);
}
END_TEST

/* Until software writes a 1 to Trigger Status; other bits and other links release nothing. A second time-out while it
 * is contained changes nothing; one behind the release contains it again. */
/* covers: PCIE-DPC-4 */
START_TEST(software_releases_it)
{
    struct fabric_harness *h = open_with(1);
    timed_out(h, link_id(1));
    harness_run(h->base, 200);
    timed_out(h, link_id(1));
    write_bytes(h, STATUS, 2, 1);
    write_bytes(h, STATUS + OF_LINK, 2, 0xfffe);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_RELEASED), 0);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 1));
    harness_run(h->base, 300);
    ck_assert_uint_eq(at_smmu(h), 0);
    write_bytes(h, STATUS + OF_LINK, 2, 1);
    const uint64_t fields[2] = {1, link_id(1)};
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_FABRIC_RELEASED, 0), fields, sizeof fields));
    ck_assert_uint_eq(read_bytes(h, STATUS + OF_LINK, 2), 0);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 2));
    harness_run(h->base, 300);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 0), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_CONTAINED), 1);
    timed_out(h, link_id(1));
    harness_run(h->base, 200);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_CONTAINED), 2);
    fabric_harness_close(h);
}
END_TEST

/* covers: PCIE-DPC-2 */
START_TEST(software_triggers_it)
{
    struct fabric_harness *h = open_with(1);
    write_bytes(h, CONTROL + 2 * OF_LINK, 2, 0x40); /* Trigger Enable is 0 behind it */
    harness_run(h->base, 200);
    timed_out(h, link_id(2));
    harness_run(h->base, 200);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_CONTAINED), 0);
    const prisim_cycle_t before = h->base->now;
    write_bytes(h, CONTROL + 2 * OF_LINK, 2, 0x41);
    const uint64_t fields[3] = {2, link_id(2), PRISIM_CAUSE_SOFTWARE_TRIGGER};
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_FABRIC_CONTAINED, 0);
    ck_assert(harness_fields_are(event, fields, sizeof fields));
    ck_assert_uint_eq(event->cycle, before + LATENCY);
    ck_assert_uint_eq(read_bytes(h, STATUS + 2 * OF_LINK, 2), 0x27);
    ck_assert_uint_eq(read_bytes(h, CONTROL + 2 * OF_LINK, 2), 0x5);
    fabric_harness_close(h);
}
END_TEST

/* A function that nobody has is nobody's; without dpc nobody hears of time-outs, and the port is not joined. */
START_TEST(nobody_is_contained)
{
    for (uint32_t dpc = 0; dpc < 2; dpc++) {
        struct fabric_harness *h = open_with(dpc);
        timed_out(h, dpc ? 0x777 : link_id(0));
        if (dpc)
            timed_out(h, 0x10000 + link_id(0));
        harness_run(h->base, 500);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_CONTAINED), 0);
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
        harness_run(h->base, 300);
        ck_assert_uint_eq(at_smmu(h), 1);
        fabric_harness_close(h);
    }
}
END_TEST

/* A planned fault and DPC hold a link down each for itself. */
START_TEST(down_twice)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.dpc = 1;
    config.fault[0] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_LINK_DOWN, .at = 300, .nth = 1, .cycles = 1};
    config.fault[1] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_LINK_UP, .at = 600, .nth = 1, .cycles = 1};
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_rx(h->base, TIMEOUT, sizeof(struct prisim_atc_timeout));
    h->base->leap = true;
    harness_run(h->base, 10);
    timed_out(h, link_id(0));
    harness_run(h->base, 640);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 1));
    harness_run(h->base, 300);
    ck_assert_uint_eq(at_smmu(h), 0);
    write_bytes(h, STATUS, 1, 1);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 2));
    harness_run(h->base, 300);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 0), 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_FABRIC_FAULT, 1)->cycle, 600);
    fabric_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_dpc");
    TCase *tcase = tcase_create("dpc");
    tcase_add_test(tcase, capabilities);
    tcase_add_test(tcase, a_time_out_contains_its_link);
    tcase_add_test(tcase, what_is_under_way_is_lost);
    tcase_add_test(tcase, software_releases_it);
    tcase_add_test(tcase, software_triggers_it);
    tcase_add_test(tcase, nobody_is_contained);
    tcase_add_test(tcase, down_twice);
    suite_add_tcase(suite, tcase);
    return suite;
}
