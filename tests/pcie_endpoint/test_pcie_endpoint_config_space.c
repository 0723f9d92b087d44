/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration space by 1, 2 and 4 bytes: an access reaches the bytes that it names, and no other
 * (PCIE-ENUMERATION-1). All offsets and values are literals.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

#define write_bytes endpoint_harness_config_write_bytes
#define read_bytes  endpoint_harness_config_read_bytes

static struct endpoint_harness *open_default(void)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.on_pri_off = PRISIM_ENDPOINT_PRI_OFF_HOLD;
    return endpoint_harness_open(&config);
}

/* RF and UPRGI set, E=1. */
static struct endpoint_harness *open_with_status(void)
{
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 4);
    endpoint_harness_respond(h, 9, PRISIM_PRG_SUCCESS, NO_PASID);
    endpoint_harness_respond(h, 9, PRISIM_PRG_FAILURE, NO_PASID);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80030001);
    return h;
}

/* covers: PCIE-ENUMERATION-1 */
START_TEST(reads_are_parts_of_words)
{
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 0x12345678);
    for (uint32_t offset = 0; offset < 0x140; offset += 4) {
        const uint32_t word = read_bytes(h, offset, 4);
        for (uint32_t at = 0; at < 4; at++)
            ck_assert_uint_eq(read_bytes(h, offset + at, 1), word >> 8 * at & 0xff);
        ck_assert_uint_eq(read_bytes(h, offset, 2), word & 0xffff);
        ck_assert_uint_eq(read_bytes(h, offset + 2, 2), word >> 16);
    }
    ck_assert_uint_eq(read_bytes(h, 0x11e, 2), 0x1234);
    ck_assert_uint_eq(read_bytes(h, 0x11d, 1), 0x56);
    ck_assert_uint_eq(read_bytes(h, 0xfff, 1), 0);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-1, PCIE-PRICAP-1 */
START_TEST(pri_control_leaves_status)
{
    struct endpoint_harness *h = open_with_status();
    write_bytes(h, 0x114, 2, 0xffff0001);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80030001);
    write_bytes(h, 0x114, 1, 0xffffff01);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80030001);
    write_bytes(h, 0x114, 2, 0xffff0000); /* nothing is out: Stopped */
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x81030000);
    write_bytes(h, 0x114, 2, 0xffff0002);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x81030000);
    write_bytes(h, 0x114, 1, 0xffffff01); /* E from 0 to 1 clears them itself (PCIE-PRICAP) */
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80000001);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-1 */
START_TEST(pri_status_leaves_control)
{
    struct endpoint_harness *h = open_with_status();
    write_bytes(h, 0x116, 2, 0);
    write_bytes(h, 0x117, 1, 0xff);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80030001);
    write_bytes(h, 0x116, 2, 1);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80020001);
    write_bytes(h, 0x116, 1, 2);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80000001);
    write_bytes(h, 0x115, 1, 0xff); /* reserved bits of control */
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80000001);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF), 1); /* the Response Failure's */
    endpoint_harness_close(h);
}
END_TEST

/* With E=0 and a request out, a write of status neither starts, stops nor resets. */
START_TEST(pri_status_while_draining)
{
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 4);
    const unsigned group = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    write_bytes(h, 0x114, 2, 0);
    write_bytes(h, 0x116, 2, 0xffff);
    write_bytes(h, 0x115, 1, 0x03);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x80000000);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_respond(h, group, PRISIM_PRG_INVALID, NO_PASID);
    ck_assert_uint_eq(read_bytes(h, 0x116, 2), 0x8100);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_INVALID_REQUEST);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(pri_reset_by_16_bits)
{
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 4);
    endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    write_bytes(h, 0x114, 2, 2);
    ck_assert_uint_eq(read_bytes(h, 0x114, 4), 0x81000000);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-1, PCIE-ATSCAP */
START_TEST(ats_control)
{
    struct endpoint_harness *h = open_default();
    write_bytes(h, 0x106, 1, 0xffffff05); /* STU */
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x00050060);
    write_bytes(h, 0x107, 1, 0xffffff80); /* Enable, STU as it is */
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x80050060);
    write_bytes(h, 0x106, 1, 0x1f); /* PCIE-ATSCAP: not while enabled */
    write_bytes(h, 0x104, 2, 0);    /* the capability is read-only */
    write_bytes(h, 0x105, 1, 0xff);
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x80050060);
    write_bytes(h, 0x106, 2, 0xffff0000);
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x00050060);
    write_bytes(h, 0x106, 2, 0);
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x00000060);
    write_bytes(h, 0x106, 2, 0xffff8002);
    ck_assert_uint_eq(read_bytes(h, 0x104, 4), 0x80020060);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCAP: only Enable from 0 to 1 empties the ATC; a write beside it does not. */
/* covers: PCIE-ATSCAP */
START_TEST(ats_writes_beside_keep_the_atc)
{
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 4);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0x9000, 12, R | W);
    endpoint_harness_up_dma(h, 0x9000, 4);
    write_bytes(h, 0x104, 2, 0xffff);
    write_bytes(h, 0x106, 1, 0xff);
    endpoint_harness_dma(h, 2, NO_PASID, 0x4000, 4, true);
    endpoint_harness_up_dma(h, 0x9000, 4);
    write_bytes(h, 0x107, 1, 0);
    write_bytes(h, 0x107, 1, 0x80);
    endpoint_harness_dma(h, 3, NO_PASID, 0x4000, 4, true);
    endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-1 */
START_TEST(command_and_pasid)
{
    struct endpoint_harness *h = open_default();
    write_bytes(h, 0x04, 2, 0xffffffff);
    ck_assert_uint_eq(read_bytes(h, 0x04, 4), 0x00100006);
    write_bytes(h, 0x05, 1, 0);
    write_bytes(h, 0x06, 2, 0); /* the status register */
    write_bytes(h, 0x06, 1, 0);
    ck_assert_uint_eq(read_bytes(h, 0x04, 4), 0x00100006);
    write_bytes(h, 0x04, 1, 0xffffff02);
    ck_assert_uint_eq(read_bytes(h, 0x04, 4), 0x00100002);
    write_bytes(h, 0x126, 2, 0xffffffff);
    ck_assert_uint_eq(read_bytes(h, 0x124, 4), 0x00011000);
    write_bytes(h, 0x124, 2, 0);
    write_bytes(h, 0x127, 1, 0);
    ck_assert_uint_eq(read_bytes(h, 0x124, 4), 0x00011000);
    write_bytes(h, 0x126, 1, 0xffffff00);
    ck_assert_uint_eq(read_bytes(h, 0x124, 4), 0x00001000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-1, PCIE-PRICAP-8 */
START_TEST(allocation_in_parts)
{
    struct endpoint_harness *h = open_default();
    write_bytes(h, 0x11c, 4, 0x11223344);
    write_bytes(h, 0x11d, 1, 0xffffffaa);
    ck_assert_uint_eq(read_bytes(h, 0x11c, 4), 0x1122aa44);
    write_bytes(h, 0x11e, 2, 0xffffbbcc);
    ck_assert_uint_eq(read_bytes(h, 0x11c, 4), 0xbbccaa44);
    write_bytes(h, 0x11f, 1, 0);
    write_bytes(h, 0x11c, 2, 0x0102);
    ck_assert_uint_eq(read_bytes(h, 0x11c, 4), 0x00cc0102);
    /* What was written counts: one request at a time. */
    endpoint_harness_enable(h, 0x100);
    write_bytes(h, 0x11d, 1, 0);
    write_bytes(h, 0x11c, 1, 1);
    endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
    endpoint_harness_quiet(h, 50);
    write_bytes(h, 0x118, 2, 0); /* the capacity is read-only */
    ck_assert_uint_eq(read_bytes(h, 0x118, 4), 64);
    endpoint_harness_close(h);
}
END_TEST

/* An event has the offset of the access and the bytes that were there. */
START_TEST(events)
{
    struct endpoint_harness *h = open_default();
    write_bytes(h, 0x106, 2, 0xffff8003);
    read_bytes(h, 0x107, 1);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_CONFIG, 0);
    ck_assert_uint_eq(event->endpoint_config.offset, 0x106);
    ck_assert_uint_eq(event->endpoint_config.value, 0x8003);
    ck_assert_uint_eq(event->endpoint_config.write, 1);
    event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_CONFIG, 1);
    ck_assert_uint_eq(event->endpoint_config.offset, 0x107);
    ck_assert_uint_eq(event->endpoint_config.value, 0x80);
    ck_assert_uint_eq(event->endpoint_config.write, 0);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint config space", reads_are_parts_of_words, pri_control_leaves_status, pri_status_leaves_control,
           pri_status_while_draining, pri_reset_by_16_bits, ats_control, ats_writes_beside_keep_the_atc,
           command_and_pasid, allocation_in_parts, events)
