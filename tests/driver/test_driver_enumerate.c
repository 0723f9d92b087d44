/* SPDX-License-Identifier: Apache-2.0
 *
 * enumerate walk: a function is found by its configuration space, whose capabilities stand elsewhere than our
 * endpoint's, and what a kernel refuses is refused (PCIE-ENUMERATION, PCIE-ENABLE). All offsets are literals.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { PORT, FIRST, SECOND, ROOT_PORT = 0x18 };
enum { EXPRESS = 0x60, ATS = 0x188, PRI = 0x150, PASID = 0x120 };

static struct driver_harness_space space[HARNESS_SPACES];

static void put(unsigned at, unsigned offset, unsigned bytes, uint32_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        space[at].byte[offset + i] = (uint8_t)(value >> 8 * i);
}

/* Legacy list: MSI at 0x50, PCI Express at 0x60. Extended list: AER, PASID, PRI, ATS. */
static void make_function(unsigned at, uint16_t id)
{
    space[at].id = id;
    space[at].pri = PRI;
    put(at, 0x00, 4, 0x12345678);
    put(at, 0x06, 2, 0x10);
    put(at, 0x34, 1, 0x53); /* the low two bits are reserved */
    put(at, 0x50, 2, 0x6005);
    put(at, EXPRESS, 2, 0x0010);
    put(at, EXPRESS + 0x24, 4, 1u << 21);
    put(at, 0x100, 4, 0x12010001);
    put(at, PASID, 4, 0x1501001b);
    put(at, PASID + 4, 2, 6 << 8);
    put(at, PRI, 4, 0x18810013); /* next with reserved bits */
    put(at, PRI + 6, 2, 0x0100);
    put(at, PRI + 8, 4, 5);
    put(at, ATS, 4, 0x0001000f);
}

static struct driver_harness *open_walk(void)
{
    memset(space, 0, sizeof space);
    space[PORT].id = ROOT_PORT;
    put(PORT, 0x06, 2, 0x10);
    put(PORT, 0x34, 1, 0x40);
    put(PORT, 0x40, 2, 0x7001);
    put(PORT, 0x70, 2, 0x0010);
    put(PORT, 0x70 + 0x24, 4, 1u << 21);
    make_function(FIRST, STREAM);
    make_function(SECOND, STREAM_2);
    struct driver_harness *h = driver_harness_open();
    h->config.enumerate = PRISIM_DRIVER_ENUMERATE_WALK;
    h->config.root_port_id = ROOT_PORT;
    h->space = space;
    return h;
}

struct write {
    uint32_t offset;
    uint16_t bytes;
    uint32_t value;
};

/* The configuration writes to the function are these, in this order. */
static void wrote(const struct driver_harness *h, uint16_t id, const struct write *due, unsigned count)
{
    unsigned n = 0;
    for (unsigned i = 0; i < h->tlps; i++) {
        const struct prisim_tlp *tlp = &h->tlp[i];
        if (tlp->head.type != PRISIM_TLP_CONFIG_WRITE || tlp->head.destination_id != id)
            continue;
        ck_assert_uint_lt(n, count);
        ck_assert_uint_eq(tlp->head.address, due[n].offset);
        ck_assert_uint_eq(tlp->head.size, due[n].bytes);
        ck_assert_uint_eq(prisim_load_le32(tlp->data) & prisim_bits_mask(8u * due[n].bytes), due[n].value);
        n++;
    }
    ck_assert_uint_eq(n, count);
}

/* covers: PCIE-ENUMERATION-1, PCIE-ENUMERATION-5, PCIE-ENABLE-2, PCIE-ENABLE-3 */
START_TEST(found_and_enabled)
{
    static const struct write first[] = {{0x10, 4, 0},      {0x14, 4, 0x10},     {0x04, 2, 6},
                                         {PASID + 6, 2, 1}, {PRI + 4, 2, 2},     {PRI + 12, 4, 5}, /* of 8 it has 5 */
                                         {PRI + 4, 2, 1},   {ATS + 6, 2, 0x8000}};
    static const struct write second[] = {
        {0x10, 4, 0x400000}, {0x14, 4, 0x10}, {0x04, 2, 6}, {PASID + 6, 2, 1}, {ATS + 6, 2, 0x8000}};
    struct driver_harness *h = open_walk();
    driver_harness_bring_up(h);
    wrote(h, STREAM, first, sizeof first / sizeof first[0]);
    wrote(h, STREAM_2, second, sizeof second / sizeof second[0]); /* without an allocation */
    wrote(h, ROOT_PORT, NULL, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED), 0);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_close(h);
}
END_TEST

/* PRI has more credits than the allocation. */
START_TEST(allocation_is_what_was_asked_for)
{
    struct driver_harness *h = open_walk();
    put(FIRST, PRI + 8, 4, 9);
    driver_harness_bring_up(h);
    ck_assert_uint_eq(space[FIRST].byte[PRI + 12], 8);
    driver_harness_close(h);
}
END_TEST

/* What is wrong with the first function, or with the port, and how far its bring-up goes. */
struct fault {
    unsigned space, offset, bytes;
    uint32_t value;
    enum prisim_cause cause;
    unsigned error;
    unsigned writes; /* of the first function, of those above */
    bool both;       /* it is the port's, so that the second function is refused, too */
};
static const struct fault faults[] = {
    {FIRST, 0x06, 2, 0, PRISIM_CAUSE_NO_CAPABILITY, 22, 0, false},            /* no list */
    {FIRST, 0x50, 2, 0x5005, PRISIM_CAUSE_NO_CAPABILITY, 22, 0, false},       /* a list without an end */
    {FIRST, 0x34, 1, 0x20, PRISIM_CAUSE_NO_CAPABILITY, 22, 0, false},         /* one that leads into the header */
    {FIRST, 0x100, 4, 0x10010001, PRISIM_CAUSE_NO_CAPABILITY, 22, 0, false},  /* an extended list without an end */
    {FIRST, PRI, 4, 0x18810099, PRISIM_CAUSE_NO_CAPABILITY, 22, 0, false},    /* no PRI */
    {FIRST, EXPRESS + 0x24, 4, 0, PRISIM_CAUSE_NO_PREFIX_PATH, 22, 0, false}, /* PCIE-ENUMERATION-4 */
    {PORT, 0x70 + 0x24, 4, 0, PRISIM_CAUSE_NO_PREFIX_PATH, 22, 0, true},      /**/
    {PORT, 0x40, 2, 0x0001, PRISIM_CAUSE_NO_PREFIX_PATH, 22, 0, true},        /* a port without PCI Express */
    {FIRST, ATS + 6, 2, 0x8000, PRISIM_CAUSE_ATS_ON, 16, 3, false},           /**/
    {FIRST, PASID + 4, 2, 5 << 8, PRISIM_CAUSE_PASID_WIDTH, 22, 3, false},    /* the driver has 6 bits */
};

/* covers: PCIE-ENUMERATION-4, PCIE-PASIDCAP-1, PCIE-PASIDCAP */
START_TEST(refused)
{
    static const struct write writes[] = {{0x10, 4, 0}, {0x14, 4, 0x10}, {0x04, 2, 6}};
    const struct fault *fault = &faults[_i];
    struct driver_harness *h = open_walk();
    put(fault->space, fault->offset, fault->bytes, fault->value);
    driver_harness_bring_up(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED), fault->both ? 2 : 1);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, 0);
    ck_assert_uint_eq(event->driver_function_refused.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_function_refused.error, fault->error);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->driver_function_refused.cause),
                     prisim_cause_name(fault->cause));
    wrote(h, STREAM, writes, fault->writes);
    /* No PASID of it is bound; the other function's is. */
    driver_harness_bind(h, 0, 1, 0, 1);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_FUNCTION_DOWN);
    driver_harness_bind(h, 1, 1, 0, 2);
    driver_harness_until(h, fault->both ? PRISIM_EVENT_DRIVER_REFUSED : PRISIM_EVENT_DRIVER_BOUND, fault->both ? 2 : 1);
    driver_harness_close(h);
}
END_TEST

/* covers: PCIE-PRICAP-12, PCIE-ENABLE-3 */
START_TEST(pri_that_does_not_stop)
{
    static const struct write writes[] = {
        {0x10, 4, 0}, {0x14, 4, 0x10}, {0x04, 2, 6}, {PASID + 6, 2, 1}, {PRI + 4, 2, 2}};
    struct driver_harness *h = open_walk();
    space[FIRST].never_stops = true;
    driver_harness_bring_up(h);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, 0);
    ck_assert_uint_eq(event->driver_function_refused.error, 16);
    ck_assert_uint_eq(event->driver_function_refused.cause, PRISIM_CAUSE_PRI_NOT_STOPPED);
    wrote(h, STREAM, writes, 5);
    driver_harness_close(h);
}
END_TEST

START_TEST(nobody_answers)
{
    struct driver_harness *h = open_walk();
    h->tlp_status = PRISIM_TLP_UR;
    driver_harness_bring_up(h);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, 0);
    ck_assert_uint_eq(event->driver_function_refused.error, 19);
    ck_assert_uint_eq(event->driver_function_refused.cause, PRISIM_CAUSE_NO_FUNCTION);
    wrote(h, STREAM, NULL, 0);
    driver_harness_close(h);
}
END_TEST

/* pcie_reset_flr: ENOTTY without Device Capabilities bit 28. With it, what was found is enabled and not found again. */
/* covers: PCIE-ENUMERATION-4 */
START_TEST(reset_if_it_can_be)
{
    struct driver_harness *h = open_walk();
    driver_harness_bring_up(h);
    unsigned tlps = h->tlps;
    put(FIRST, EXPRESS + 4, 4, ~(1u << 28));
    driver_harness_function(h, PRISIM_DRIVER_FLR, 0, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.call, 7);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_NO_FLR);
    ck_assert_uint_eq(h->tlps - tlps, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FLR), 0);
    put(FIRST, EXPRESS + 4, 4, 1u << 28);
    put(FIRST, EXPRESS + 8, 2, 0x2910);
    put(FIRST, ATS + 6, 2, 0); /* as the reset leaves it */
    tlps = h->tlps;
    driver_harness_function(h, PRISIM_DRIVER_FLR, 0, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
    static const struct {
        uint32_t offset;
        uint16_t bytes;
        bool write;
    } due[] = {{EXPRESS + 4, 4, false}, {ATS + 6, 2, true},  {EXPRESS + 10, 2, false}, {EXPRESS + 8, 2, false},
               {EXPRESS + 8, 2, true},  {0x00, 4, false},    {0x10, 4, true},          {0x14, 4, true},
               {0x04, 2, true},         {ATS + 6, 2, false}, {PASID + 4, 2, false},    {PASID + 6, 2, true},
               {PRI + 4, 2, true},      {PRI + 6, 2, false}, {PRI + 8, 4, false},      {PRI + 12, 4, true},
               {PRI + 4, 2, true},      {ATS + 6, 2, true}};
    ck_assert_uint_eq(h->tlps - tlps, sizeof due / sizeof due[0]);
    for (unsigned i = 0; i < sizeof due / sizeof due[0]; i++) {
        const struct prisim_tlp_header *head = &h->tlp[tlps + i].head;
        ck_assert_msg(head->address == due[i].offset && head->size == due[i].bytes &&
                          (head->type == PRISIM_TLP_CONFIG_WRITE) == due[i].write,
                      "access %u: %x", i, (unsigned)head->address);
    }
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver enumerate");
    TCase *tcase = tcase_create("enumerate");
    tcase_add_test(tcase, found_and_enabled);
    tcase_add_test(tcase, allocation_is_what_was_asked_for);
    tcase_add_loop_test(tcase, refused, 0, sizeof faults / sizeof faults[0]);
    tcase_add_test(tcase, pri_that_does_not_stop);
    tcase_add_test(tcase, nobody_answers);
    tcase_add_test(tcase, reset_if_it_can_be);
    suite_add_tcase(suite, tcase);
    return suite;
}
