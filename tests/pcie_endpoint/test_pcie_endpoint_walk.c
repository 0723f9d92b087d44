/* SPDX-License-Identifier: Apache-2.0
 *
 * An operating system that knows nothing but the rules of PCI finds a function, sizes and places its BARs, and finds
 * every capability by the two lists (PCIE-ENUMERATION). Nothing here comes from pcie_endpoint.h but the harness.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

#define read_bytes  endpoint_harness_config_read_bytes
#define write_bytes endpoint_harness_config_write_bytes

static struct endpoint_harness *open_default(void)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.bar_base = UINT64_C(0x1000400000);
    return endpoint_harness_open(&config);
}

/* Offset of a capability, by the list that begins at 0x34 if Status has bit 4; 0: none. */
static uint32_t find_capability(struct endpoint_harness *h, uint32_t id)
{
    ck_assert(read_bytes(h, 0x06, 2) & 0x10);
    unsigned steps = 0;
    for (uint32_t at = read_bytes(h, 0x34, 1); at != 0; at = read_bytes(h, at + 1, 1)) {
        ck_assert_uint_lt(steps++, 48);
        ck_assert(at >= 0x40 && at % 4 == 0);
        if (read_bytes(h, at, 1) == id)
            return at;
    }
    return 0;
}

static uint32_t find_extended(struct endpoint_harness *h, uint32_t id)
{
    unsigned steps = 0;
    for (uint32_t at = 0x100; at != 0; at = read_bytes(h, at, 4) >> 20) {
        ck_assert_uint_lt(steps++, 480);
        ck_assert(at >= 0x100 && at % 4 == 0);
        if ((read_bytes(h, at, 4) & 0xffff) == id) {
            ck_assert_uint_eq(read_bytes(h, at, 4) >> 16 & 0xf, 1);
            return at;
        }
    }
    return 0;
}

/* covers: PCIE-ENUMERATION-2 */
START_TEST(type_0_header)
{
    struct endpoint_harness *h = open_default();
    ck_assert_uint_eq(read_bytes(h, 0x00, 4), 0x0001fffe);
    ck_assert_uint_eq(read_bytes(h, 0x04, 4), 0x00100000); /* Capabilities List */
    ck_assert_uint_eq(read_bytes(h, 0x08, 4), 0x12000001);
    ck_assert_uint_eq(read_bytes(h, 0x0e, 1), 0); /* type 0, one function */
    ck_assert_uint_eq(read_bytes(h, 0x2c, 4), 0x0001fffe);
    ck_assert_uint_eq(read_bytes(h, 0x34, 4), 0x40);
    ck_assert_uint_eq(read_bytes(h, 0x3d, 1), 0); /* no interrupt pin */
    static const uint8_t none[] = {0x20, 0x24, 0x28, 0x30, 0x38};
    for (unsigned i = 0; i < sizeof none; i++) {
        write_bytes(h, none[i], 4, 0xffffffff);
        ck_assert_uint_eq(read_bytes(h, none[i], 4), 0);
    }
    endpoint_harness_close(h);
}
END_TEST

/* Size of the 64-bit BAR at `offset`; it is put back. */
static uint64_t size_of(struct endpoint_harness *h, uint32_t offset)
{
    const uint32_t low = read_bytes(h, offset, 4), high = read_bytes(h, offset + 4, 4);
    ck_assert_uint_eq(low & 0xf, 0xc); /* memory, 64 bits, prefetchable */
    write_bytes(h, offset, 4, 0xffffffff);
    write_bytes(h, offset + 4, 4, 0xffffffff);
    const uint64_t mask = read_bytes(h, offset, 4) | (uint64_t)read_bytes(h, offset + 4, 4) << 32;
    ck_assert_uint_eq(mask & 0xf, 0xc);
    write_bytes(h, offset, 4, low);
    write_bytes(h, offset + 4, 4, high);
    ck_assert_uint_eq(read_bytes(h, offset, 4), low);
    ck_assert_uint_eq(read_bytes(h, offset + 4, 4), high);
    return ~(mask & ~UINT64_C(0xf)) + 1;
}

/* covers: PCIE-ENUMERATION-3 */
START_TEST(bars_are_sized)
{
    struct endpoint_harness *h = open_default();
    ck_assert_uint_eq(size_of(h, 0x10), 0x400000);
    ck_assert_uint_eq(size_of(h, 0x18), 0x1000);
    /* Reset values: where the configuration puts them. */
    ck_assert_uint_eq(read_bytes(h, 0x10, 4), 0x0040000c);
    ck_assert_uint_eq(read_bytes(h, 0x14, 4), 0x10);
    ck_assert_uint_eq(read_bytes(h, 0x18, 4), 0x1000000c);
    ck_assert_uint_eq(read_bytes(h, 0x1c, 4), 0x10);
    /* Bits below the size, and of the type, are not written, byte by byte too. */
    write_bytes(h, 0x10, 2, 0xffff);
    write_bytes(h, 0x12, 1, 0x3f);
    ck_assert_uint_eq(read_bytes(h, 0x10, 4), 0x0000000c);
    write_bytes(h, 0x13, 1, 0x12);
    ck_assert_uint_eq(read_bytes(h, 0x10, 4), 0x1200000c);
    write_bytes(h, 0x16, 2, 0xabcd);
    ck_assert_uint_eq(read_bytes(h, 0x14, 4), 0xabcd0010);
    write_bytes(h, 0x19, 1, 0xff);
    ck_assert_uint_eq(read_bytes(h, 0x18, 4), 0x1000f00c);
    endpoint_harness_close(h);
}
END_TEST

static uint8_t status_of_read(struct endpoint_harness *h, uint64_t address)
{
    const struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MEMORY_READ, .address = address, .size = 4}};
    endpoint_harness_down(h, &tlp);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert_ptr_nonnull(up);
    return up->head.status;
}

/* The function answers where software has put the BAR, and nowhere else. */
/* covers: PCIE-ENUMERATION-3 */
START_TEST(bar_moves)
{
    struct endpoint_harness *h = open_default();
    const uint64_t old = UINT64_C(0x1000400000), new = UINT64_C(0x7654800000);
    write_bytes(h, 0x04, 2, 2);
    ck_assert_uint_eq(status_of_read(h, old), PRISIM_TLP_SC);
    ck_assert_uint_eq(status_of_read(h, old - 4), PRISIM_TLP_UR);
    ck_assert_uint_eq(status_of_read(h, old + 0x3ffffc), PRISIM_TLP_SC);
    ck_assert_uint_eq(status_of_read(h, old + 0x400000), PRISIM_TLP_UR);
    write_bytes(h, 0x10, 4, (uint32_t) new);
    write_bytes(h, 0x14, 4, (uint32_t)(new >> 32));
    ck_assert_uint_eq(status_of_read(h, old), PRISIM_TLP_UR);
    ck_assert_uint_eq(status_of_read(h, new), PRISIM_TLP_SC);
    ck_assert_uint_eq(status_of_read(h, new + 0x3ffffc), PRISIM_TLP_SC);
    ck_assert_uint_eq(status_of_read(h, new - 4), PRISIM_TLP_UR);
    ck_assert_uint_eq(status_of_read(h, new + 0x400000), PRISIM_TLP_UR);
    /* The register of PASID 3 has moved with it. */
    const struct prisim_tlp run = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = new + 12, .size = 4},
                                   .data = {1}};
    endpoint_harness_down(h, &run);
    harness_run(h->base, 5);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_START, 0)->endpoint_start.pasid, 3);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-4, PCIE-ENUMERATION-5, PCIE-ENUMERATION-6, PCIE-ENUMERATION-8 */
START_TEST(capabilities_are_found)
{
    struct endpoint_harness *h = open_default();
    const uint32_t express = find_capability(h, 0x10), msix = find_capability(h, 0x11);
    ck_assert(express && msix && !find_capability(h, 0x01) && !find_capability(h, 0x05));
    ck_assert(express + 0x3c <= msix || msix + 12 <= express); /* they do not overlap */
    ck_assert(find_extended(h, 0x0f) && find_extended(h, 0x13) && find_extended(h, 0x1b) && find_extended(h, 0x0d));
    ck_assert(!find_extended(h, 0x10) && !find_extended(h, 0x01));
    ck_assert_uint_eq(read_bytes(h, express + 2, 2), 0x0002); /* version 2, endpoint */
    ck_assert_uint_eq(read_bytes(h, express + 4, 4) & 7, 0);  /* payload 128 */
    ck_assert(read_bytes(h, express + 4, 4) & 1u << 28);      /* FLR */
    ck_assert(read_bytes(h, express + 4, 4) & 1u << 5);       /* Extended Tag */
    ck_assert_uint_eq(read_bytes(h, express + 8, 2), 0x2910);
    ck_assert_uint_eq(read_bytes(h, express + 0x24, 4), 0x0070001f); /* one End-End prefix, time-out ranges A to D */
    ck_assert_uint_eq(read_bytes(h, msix + 2, 2) & 0x7ff, 0);        /* one vector */
    ck_assert_uint_eq(read_bytes(h, msix + 4, 4), 0x002);            /* in BAR2 at 0 */
    ck_assert_uint_eq(read_bytes(h, msix + 8, 4), 0x802);            /* in BAR2 at 0x800 */
    ck_assert_uint_eq(read_bytes(h, find_extended(h, 0x0d) + 4, 4), 0);
    endpoint_harness_close(h);
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.end_end_prefix = 0;
    h = endpoint_harness_open(&config);
    ck_assert_uint_eq(read_bytes(h, find_capability(h, 0x10) + 0x24, 4), 0x0010001f);
    endpoint_harness_close(h);
}
END_TEST

/* Writable bits of Device Control and its second edition. */
/* covers: PCIE-ENUMERATION-4 */
START_TEST(device_control)
{
    struct endpoint_harness *h = open_default();
    const uint32_t express = find_capability(h, 0x10);
    write_bytes(h, express + 8, 2, 0x7fff);
    ck_assert_uint_eq(read_bytes(h, express + 8, 2), 0x79ff);
    write_bytes(h, express + 9, 1, 0x50); /* MRRS 4096, No Snoop and Extended Tag off */
    ck_assert_uint_eq(read_bytes(h, express + 8, 2), 0x50ff);
    write_bytes(h, express + 8, 1, 0);
    ck_assert_uint_eq(read_bytes(h, express + 8, 4), 0x5000);
    write_bytes(h, express + 0x28, 4, 0xffffffff);
    ck_assert_uint_eq(read_bytes(h, express + 0x28, 4), 0x031f);
    write_bytes(h, express + 0x29, 1, 0);
    ck_assert_uint_eq(read_bytes(h, express + 0x28, 4), 0x001f);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESET), 0);
    endpoint_harness_close(h);
}
END_TEST

/* Device Status: Unsupported Request Detected is cleared by a 1 that is written, with 1, 2 or 4 bytes, and by nothing
 * beside it; Transactions Pending follows what is out. */
/* covers: PCIE-ENUMERATION-1, PCIE-ENUMERATION-4 */
START_TEST(device_status)
{
    static const struct {
        uint32_t at;
        uint16_t bytes;
        uint32_t value;
        bool clears;
    } rows[] = {
        {0x4a, 1, 0x08, true},    {0x4a, 2, 0x0008, true},      {0x48, 4, 0x00082910, true},  {0x4a, 1, 0xf7, false},
        {0x4b, 1, 0xff, false},   {0x48, 2, 0x2910, false},     {0x48, 1, 0x10, false},       {0x49, 1, 0x29, false},
        {0x4a, 2, 0xfff7, false}, {0x48, 4, 0xfff72910, false}, {0x48, 4, 0x00002910, false},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct endpoint_harness *h = open_default();
        ck_assert_uint_eq(status_of_read(h, 0x1234), PRISIM_TLP_UR);
        ck_assert_uint_eq(read_bytes(h, 0x48, 4), 0x00082910);
        write_bytes(h, rows[i].at, rows[i].bytes, rows[i].value);
        ck_assert_uint_eq(read_bytes(h, 0x48, 4), rows[i].clears ? 0x00002910 : 0x00082910);
        endpoint_harness_close(h);
    }
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 4);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, false);
    const struct prisim_tlp *request = endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    ck_assert_uint_eq(read_bytes(h, 0x4a, 2), 0x20);
    endpoint_harness_translated(h, request, 0x9000, 12, R | W);
    request = endpoint_harness_up_dma(h, 0x9000, 4);
    ck_assert_uint_eq(read_bytes(h, 0x4a, 2), 0x20);
    endpoint_harness_complete(h, request, PRISIM_TLP_SC);
    ck_assert_uint_eq(read_bytes(h, 0x4a, 2), 0);
    endpoint_harness_close(h);
}
END_TEST

/* PASID: what is supported may be enabled. */
/* covers: PCIE-PASIDCAP-1, PCIE-PASIDCAP-2 */
START_TEST(execute_and_privileged)
{
    for (uint32_t supported = 0; supported < 4; supported++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.pasid_execute = supported & 1;
        config.pasid_privileged = supported >> 1;
        struct endpoint_harness *h = endpoint_harness_open(&config);
        const uint32_t pasid = find_extended(h, 0x1b);
        ck_assert_uint_eq(read_bytes(h, pasid + 4, 2), 0x1000 | supported << 1);
        write_bytes(h, pasid + 6, 2, 0xffff);
        ck_assert_uint_eq(read_bytes(h, pasid + 6, 2), 1 | supported << 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* What the specification leaves undefined is said. */
/* covers: PCIE-PRICAP-19, PCIE-PRICAP-26 */
START_TEST(misuse_is_told)
{
    struct endpoint_harness *h = open_default();
    endpoint_harness_enable(h, 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_MISUSE), 0);
    endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    write_bytes(h, 0x11c, 4, 4); /* as it is */
    write_bytes(h, 0x126, 2, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_MISUSE), 0);
    static const struct {
        uint32_t at;
        uint16_t value;
        uint32_t told_at;
        enum prisim_cause cause;
    } rows[] = {{0x11c, 5, 0x11c, PRISIM_CAUSE_ALLOCATION_CHANGED},
                {0x126, 0, 0x124, PRISIM_CAUSE_PASID_UNDER_ATS},
                {0x114, 1, 0x114, PRISIM_CAUSE_PRI_NOT_STOPPED}};
    for (unsigned i = 0; i < 3; i++) {
        if (rows[i].at == 0x114)
            write_bytes(h, 0x114, 2, 0); /* one request is out */
        write_bytes(h, rows[i].at, 2, rows[i].value);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_MISUSE), i + 1);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_MISUSE, i);
        ck_assert_uint_eq(event->endpoint_misuse.offset, rows[i].told_at);
        ck_assert_uint_eq(event->endpoint_misuse.cause, rows[i].cause);
    }
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint walk", type_0_header, bars_are_sized, bar_moves, capabilities_are_found, device_control,
           device_status, execute_and_privileged, misuse_is_told)
