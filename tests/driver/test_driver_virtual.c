/* SPDX-License-Identifier: Apache-2.0
 *
 * A virtual function is brought up and down as Linux does it: PASID and PRI are its physical function's, on or not, and
 * no register of them is touched for it (PCIE-PRICAP). All offsets and codes are literals.
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

static void make_space(unsigned at, uint16_t id)
{
    space[at].id = id;
    put(at, 0x06, 2, 0x10);
    put(at, 0x34, 1, EXPRESS);
    put(at, EXPRESS, 2, 0x0010);
}

/* The physical function can all; the virtual one has ATS only, and says nothing of prefixes. */
static void make_spaces(void)
{
    memset(space, 0, sizeof space);
    make_space(PORT, ROOT_PORT);
    put(PORT, EXPRESS + 0x24, 4, 1u << 21);
    make_space(FIRST, STREAM);
    put(FIRST, EXPRESS + 0x24, 4, 1u << 21);
    put(FIRST, 0x100, 4, 0x12010001);
    put(FIRST, PASID, 4, 0x1501001b);
    put(FIRST, PASID + 4, 2, 6 << 8);
    space[FIRST].pri = PRI;
    put(FIRST, PRI, 4, 0x18810013);
    put(FIRST, PRI + 6, 2, 0x0100);
    put(FIRST, PRI + 8, 4, 64);
    put(FIRST, ATS, 4, 0x0001000f);
    make_space(SECOND, STREAM_2);
    put(SECOND, 0x100, 4, 0x18810001);
    put(SECOND, ATS, 4, 0x0001000f);
}

static struct driver_harness *open_virtual(bool walk)
{
    struct driver_harness *h = driver_harness_open();
    h->config.function[1].physical_function = 1;
    h->config.function[1].pri_allocation = 8;
    if (walk) {
        make_spaces();
        h->config.enumerate = PRISIM_DRIVER_ENUMERATE_WALK;
        h->config.root_port_id = ROOT_PORT;
        h->space = space;
    }
    return h;
}

struct write {
    uint32_t offset;
    uint16_t bytes;
    uint32_t value;
};

/* The configuration writes to the function from that TLP on are these, in this order. */
static void wrote(const struct driver_harness *h, unsigned from, uint16_t id, const struct write *due, unsigned count)
{
    unsigned n = 0;
    for (unsigned i = from; i < h->tlps; i++) {
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

static const struct write known[] = {{0x10, 4, 0x400000}, {0x14, 4, 0x10}, {0x04, 4, 6}, {0x104, 4, 0x80000000}};
static const struct write walked[] = {{0x10, 4, 0x400000}, {0x14, 4, 0x10}, {0x04, 2, 6}, {ATS + 6, 2, 0x8000}};

static void refused(const struct driver_harness *h, unsigned n, uint32_t stream_id, enum prisim_cause cause)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, n);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_eq(event->driver_function_refused.stream_id, stream_id);
    ck_assert_uint_eq(event->driver_function_refused.error, 22);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->driver_function_refused.cause),
                     prisim_cause_name(cause));
}

/* PCIE-PRICAP: its own registers are written, none of PASID and PRI. */
START_TEST(accepted)
{
    struct driver_harness *h = open_virtual(_i);
    driver_harness_bring_up(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED), 0);
    wrote(h, 0, STREAM_2, _i ? walked : known, 4);
    driver_harness_bind(h, 1, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_close(h);
}
END_TEST

/* PCIE-PRICAP, PCIE-PASIDCAP: the physical function was refused: EINVAL of pci_enable_pasid. */
START_TEST(refused_with_its_pf)
{
    struct driver_harness *h = open_virtual(true);
    put(FIRST, PASID + 4, 2, 5 << 8);
    driver_harness_bring_up(h);
    refused(h, 0, STREAM, PRISIM_CAUSE_PASID_WIDTH);
    refused(h, 1, STREAM_2, PRISIM_CAUSE_PF_PASID_OFF);
    wrote(h, 0, STREAM_2, walked, 3);
    driver_harness_bind(h, 1, 1, 0, 1);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_FUNCTION_DOWN);
    driver_harness_close(h);
}
END_TEST

/* PCIE-PRICAP: EINVAL of pci_enable_pri, unless the virtual function wants no page requests. */
START_TEST(refused_without_the_pri_of_its_pf)
{
    const bool walk = _i % 2, wants = _i < 2;
    struct driver_harness *h = open_virtual(walk);
    h->config.function[0].pri_allocation = 0;
    h->config.function[1].pri_allocation = wants ? 8 : 0;
    driver_harness_bring_up(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED), wants);
    if (wants)
        refused(h, 0, STREAM_2, PRISIM_CAUSE_PF_PRI_OFF);
    wrote(h, 0, STREAM_2, walk ? walked : known, !wants ? 4 : walk ? 3 : 0);
    driver_harness_close(h);
}
END_TEST

static void call(struct driver_harness *h, enum prisim_driver_stimulus_what what, uint32_t function, uint32_t number,
                 enum prisim_event_type type, unsigned n)
{
    driver_harness_function(h, what, function, number);
    driver_harness_until(h, type, n);
}

/* Down: ATS alone. Up again only behind its physical function. */
/* covers: PCIE-ENABLE-1, PCIE-ENABLE-4 */
START_TEST(down_and_up)
{
    static const struct write down[] = {{0x106, 2, 0}}, pf_down[] = {{0x114, 2, 0}, {0x106, 2, 0}, {0x126, 2, 0}};
    struct driver_harness *h = open_virtual(false);
    driver_harness_bring_up(h);
    unsigned tlps = h->tlps;
    call(h, PRISIM_DRIVER_DETACH, 1, 1, PRISIM_EVENT_DRIVER_DETACHED, 1);
    wrote(h, tlps, STREAM_2, down, 1);
    wrote(h, tlps, STREAM, NULL, 0);
    tlps = h->tlps;
    call(h, PRISIM_DRIVER_DETACH, 0, 2, PRISIM_EVENT_DRIVER_DETACHED, 2);
    wrote(h, tlps, STREAM, pf_down, 3);
    wrote(h, tlps, STREAM_2, NULL, 0);
    tlps = h->tlps;
    call(h, PRISIM_DRIVER_ATTACH, 1, 3, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, 1);
    refused(h, 0, STREAM_2, PRISIM_CAUSE_PF_PASID_OFF);
    driver_harness_run(h, 20000);
    wrote(h, tlps, STREAM_2, NULL, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATTACHED), 0);
    call(h, PRISIM_DRIVER_ATTACH, 0, 4, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    tlps = h->tlps;
    call(h, PRISIM_DRIVER_ATTACH, 1, 5, PRISIM_EVENT_DRIVER_ATTACHED, 2);
    wrote(h, tlps, STREAM_2, known, 4);
    driver_harness_close(h);
}
END_TEST

/* A physical function stands before its virtual functions, and is none itself. */
START_TEST(what_may_be_its_pf)
{
    static const struct {
        uint32_t of[3];
        bool good;
    } rows[] = {{{0, 1, 1}, true},  {{0, 0, 2}, true},  {{0, 2, 0}, false}, {{0, 3, 0}, false},
                {{1, 0, 0}, false}, {{0, 1, 2}, false}, {{0, 0, 4}, false}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_driver_config config;
        struct prisim_config_error error = {"", ""};
        prisim_driver_config_default(&config);
        config.functions = 3;
        for (unsigned k = 0; k < 3; k++)
            config.function[k] = (struct prisim_driver_function){
                .bar_base = 4 * k, .requester_id = (uint16_t)(k + 1), .physical_function = rows[i].of[k]};
        ck_assert_msg(prisim_driver_config_check(&config, &error) == rows[i].good, "row %u: %s", i, error.field);
        ck_assert_str_eq(error.field, rows[i].good ? "" : "function.physical_function");
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver virtual");
    TCase *tcase = tcase_create("virtual");
    tcase_add_loop_test(tcase, accepted, 0, 2);
    tcase_add_test(tcase, refused_with_its_pf);
    tcase_add_loop_test(tcase, refused_without_the_pri_of_its_pf, 0, 4);
    tcase_add_test(tcase, down_and_up);
    tcase_add_test(tcase, what_may_be_its_pf);
    suite_add_tcase(suite, tcase);
    return suite;
}
