/* SPDX-License-Identifier: Apache-2.0
 *
 * The root port as an operating system meets it: a type 1 header with capabilities, by configuration requests of the
 * host (PCIE-ENUMERATION). All offsets and values are literals.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

static struct fabric_harness *open_default(void)
{
    struct prisim_fabric_config config = fabric_harness_config(3);
    config.link[2].msix_base = UINT64_C(0x1010000000);
    config.link[2].msix_size = 0x1000;
    return fabric_harness_open(&config);
}

static const struct prisim_tlp *access_config(struct fabric_harness *h, enum prisim_tlp_type type, uint64_t offset,
                                              uint16_t bytes, uint32_t value)
{
    struct prisim_tlp tlp = {.head = {.type = (uint8_t)type,
                                      .destination_id = ROOT_PORT_ID,
                                      .requester_id = HOST_ID,
                                      .tag = 9,
                                      .traffic_class = 3,
                                      .address = offset,
                                      .size = bytes}};
    prisim_store_le32(tlp.data, value);
    const unsigned before = h->base->tx[PRISIM_FABRIC_TX_HOST].count;
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &tlp);
    harness_run(h->base, 110);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, before + 1);
    const struct prisim_tlp *got = harness_got(h->base, PRISIM_FABRIC_TX_HOST, before);
    ck_assert_uint_eq(got->head.tag, 9);
    ck_assert_uint_eq(got->head.requester_id, HOST_ID);
    ck_assert_uint_eq(got->head.destination_id, ROOT_PORT_ID);
    ck_assert_uint_eq(got->head.traffic_class, 3);
    return got;
}

static uint32_t read_bytes(struct fabric_harness *h, uint64_t offset, uint16_t bytes)
{
    const struct prisim_tlp *got = access_config(h, PRISIM_TLP_CONFIG_READ, offset, bytes, 0);
    ck_assert_uint_eq(got->head.type, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(got->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(got->head.size, bytes);
    return prisim_load_le32(got->data) & (uint32_t)prisim_bits_mask(8u * bytes);
}

static void write_bytes(struct fabric_harness *h, uint64_t offset, uint16_t bytes, uint32_t value)
{
    const struct prisim_tlp *got = access_config(h, PRISIM_TLP_CONFIG_WRITE, offset, bytes, value);
    ck_assert_uint_eq(got->head.type, PRISIM_TLP_COMPLETION);
    ck_assert_uint_eq(got->head.status, PRISIM_TLP_SC);
    ck_assert_uint_eq(got->head.size, 0);
}

/* covers: PCIE-ENUMERATION-7 */
START_TEST(type_1_header)
{
    struct fabric_harness *h = open_default();
    ck_assert_uint_eq(read_bytes(h, 0x00, 4), 0x0002fffe);
    ck_assert_uint_eq(read_bytes(h, 0x04, 4), 0x00100000);
    ck_assert_uint_eq(read_bytes(h, 0x08, 4), 0x06040001); /* a bridge */
    ck_assert_uint_eq(read_bytes(h, 0x0e, 1), 1);          /* type 1 */
    ck_assert_uint_eq(read_bytes(h, 0x10, 4), 0);          /* no BAR */
    /* As firmware leaves it: buses 1 to 3, and a window around all BARs, by megabytes. */
    ck_assert_uint_eq(read_bytes(h, 0x18, 4), 0x00030100);
    ck_assert_uint_eq(read_bytes(h, 0x20, 4), 0x0000fff0);
    ck_assert_uint_eq(read_bytes(h, 0x24, 4), 0x10010001);
    ck_assert_uint_eq(read_bytes(h, 0x28, 4), 0x00);
    ck_assert_uint_eq(read_bytes(h, 0x2c, 4), 0x10);
    ck_assert_uint_eq(read_bytes(h, 0x34, 1), 0x40);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE), 0);
    fabric_harness_close(h);
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.link[0].bar_size = 0;
    h = fabric_harness_open(&config);
    ck_assert_uint_eq(read_bytes(h, 0x24, 4), 0x0001fff1); /* nothing is below it: the base is above the limit */
    ck_assert_uint_eq(read_bytes(h, 0x28, 4), 0xffffffff);
    ck_assert_uint_eq(read_bytes(h, 0x2c, 4), 0);
    fabric_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-4, PCIE-ENUMERATION-5, PCIE-ENUMERATION-8 */
START_TEST(capabilities)
{
    struct fabric_harness *h = open_default();
    ck_assert_uint_eq(read_bytes(h, 0x40, 4), 0x00420010); /* the only one: a root port, version 2 */
    ck_assert_uint_eq(read_bytes(h, 0x44, 4), 0x00008020);
    ck_assert_uint_eq(read_bytes(h, 0x48, 4), 0x00002910);
    ck_assert_uint_eq(read_bytes(h, 0x5e, 2), 1);          /* CRS Software Visibility */
    ck_assert_uint_eq(read_bytes(h, 0x64, 4), 0x0070001f); /* End-End TLP Prefix, one */
    ck_assert_uint_eq(read_bytes(h, 0x100, 4), 0x0001000d);
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x1c);
    fabric_harness_close(h);
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.end_end_prefix = 0;
    h = fabric_harness_open(&config);
    ck_assert_uint_eq(read_bytes(h, 0x64, 4), 0x0010001f);
    fabric_harness_close(h);
}
END_TEST

/* Every doubleword: which bits software can write, what is read-only, and by bytes. */
/* covers: PCIE-ENUMERATION-1 */
START_TEST(what_is_writable)
{
    static const struct {
        uint32_t at, ones, zeros;
    } rows[] = {{0x04, 0x00100006, 0x00100000}, {0x18, 0x00ffffff, 0},          {0x20, 0xfff0fff0, 0},
                {0x24, 0xfff1fff1, 0x00010001}, {0x28, 0xffffffff, 0},          {0x2c, 0xffffffff, 0},
                {0x48, 0x000079ff, 0},          {0x5c, 0x00010010, 0x00010000}, {0x68, 0x0000031f, 0},
                {0x104, 0x001c001c, 0x0000001c}};
    struct fabric_harness *h = open_default();
    unsigned row = 0;
    for (uint32_t at = 0; at < 0x108; at += 4) {
        const uint32_t before = read_bytes(h, at, 4);
        const bool kept = row < sizeof rows / sizeof rows[0] && rows[row].at == at;
        write_bytes(h, at, 4, 0xffffffff);
        ck_assert_msg(read_bytes(h, at, 4) == (kept ? rows[row].ones : before), "%x", at);
        write_bytes(h, at, 4, 0);
        ck_assert_msg(read_bytes(h, at, 4) == (kept ? rows[row].zeros : before), "%x", at);
        row += kept;
    }
    ck_assert_uint_eq(row, sizeof rows / sizeof rows[0]);
    write_bytes(h, 0x19, 1, 0xffffff05);
    ck_assert_uint_eq(read_bytes(h, 0x18, 4), 0x00000500);
    write_bytes(h, 0x1a, 2, 0xffff0007);
    ck_assert_uint_eq(read_bytes(h, 0x18, 4), 0x00070500);
    write_bytes(h, 0x18, 1, 0xffffff01);
    ck_assert_uint_eq(read_bytes(h, 0x18, 4), 0x00070501);
    write_bytes(h, 0x18, 1, 0);
    ck_assert_uint_eq(read_bytes(h, 0x1a, 1), 7);
    ck_assert_uint_eq(read_bytes(h, 0x18, 2), 0x0500);
    ck_assert_uint_eq(read_bytes(h, 0xffc, 4), 0);
    fabric_harness_close(h);
}
END_TEST

/* What has no place is UR; a function's configuration space is still its own. */
START_TEST(what_is_not_its_own)
{
    struct fabric_harness *h = open_default();
    static const struct {
        uint64_t offset;
        uint16_t bytes;
    } bad[] = {{0x1000, 4}, {0x40, 3}, {0x41, 2}, {0x42, 4}, {0x40, 8}, {0x40, 0}, {UINT64_C(0x100000040), 4}};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (unsigned write = 0; write < 2; write++) {
            const struct prisim_tlp *got = access_config(h, write ? PRISIM_TLP_CONFIG_WRITE : PRISIM_TLP_CONFIG_READ,
                                                         bad[i].offset, bad[i].bytes, 0);
            ck_assert_uint_eq(got->head.type, PRISIM_TLP_COMPLETION);
            ck_assert_uint_eq(got->head.status, PRISIM_TLP_UR);
        }
    struct prisim_tlp other = config_read(1, 77);
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &other);
    harness_run(h->base, 300);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT + 1, 0), 77);
    /* The SMMU makes no configuration requests, and memory is none of the root port's. */
    struct prisim_tlp foreign = config_read(1, 78);
    foreign.head.destination_id = ROOT_PORT_ID;
    harness_offer(h->base, PRISIM_FABRIC_RX_SMMU, &foreign);
    harness_run(h->base, 300);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_FABRIC_UNROUTABLE), 1);
    fabric_harness_close(h);
}
END_TEST

/* The answer comes root_port_latency after the request, as an answer of UR does. */
START_TEST(takes_the_way_through_the_port)
{
    struct fabric_harness *h = open_default();
    struct prisim_tlp tlp = config_read(0, 5);
    tlp.head.destination_id = ROOT_PORT_ID;
    harness_run(h->base, 10);
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &tlp);
    harness_run(h->base, 200);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_HOST].count, 1);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0),
                      h->base->rx[PRISIM_FABRIC_RX_HOST].taken_at[0] + 100);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_FABRIC_CONFIG, 0);
    ck_assert_uint_eq(event->fabric_config.offset, 0);
    ck_assert_uint_eq(event->fabric_config.value, 0x0002fffe);
    ck_assert_uint_eq(event->fabric_config.write, 0);
    fabric_harness_close(h);
}
END_TEST

TEST_SUITE("pcie_fabric_root_port", type_1_header, capabilities, what_is_writable, what_is_not_its_own,
           takes_the_way_through_the_port)
