/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration space and the PRI capability's state table (PCIE-ATSCAP, PCIE-PRICAP, PCIE-PASIDCAP); registers'
 * latency.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { PRI = PRISIM_ENDPOINT_CONFIG_PRI + 4, STATUS_RESET = (PRISIM_PRI_STATUS_STOPPED | PRISIM_PRI_STATUS_PRPR) };

static uint32_t status(struct endpoint_harness *h)
{
    return endpoint_harness_config_read(h, PRI) >> 16 & ~(uint32_t)PRISIM_PRI_STATUS_PRPR;
}

/* covers: PCIE-ITAG-8, PCIE-LATENCY-12, PCIE-LATENCY-13, PCIE-LATENCY-14 */
START_TEST(configuration_is_checked)
{
    struct prisim_endpoint_config good, bad;
    struct prisim_config_error error;
    prisim_endpoint_config_default(&good);
    ck_assert(prisim_endpoint_config_check(&good, &error));
    ck_assert_uint_eq(good.prpr, 1);
    ck_assert_uint_eq(good.on_pasid_mismatch, PRISIM_ENDPOINT_PASID_DROP);
    ck_assert_uint_eq(good.group_pages, 1);
    ck_assert_uint_eq(good.group_order, PRISIM_ENDPOINT_GROUP_KEPT);
    ck_assert_uint_eq(good.last_delay, 0);
    ck_assert_uint_eq(good.prgi_policy, PRISIM_ENDPOINT_PRGI_ROUND);
    ck_assert_uint_eq(good.completion_timeout, 50000000); /* PCIE-ITAG-8: 50 ms, cycles of 1 ns */
    ck_assert_uint_eq(good.pasid_execute | good.pasid_privileged, 0);
    ck_assert(good.atc_latency == 2 && good.atc_entries == 64 && good.invalidate_latency == 50); /* PCIE-LATENCY */
    bad = good, bad.bar_base = 0x1000;
    ck_assert(!prisim_endpoint_config_check(&bad, &error));
    bad = good, bad.msix_base = 0x800;
    ck_assert(!prisim_endpoint_config_check(&bad, &error));
    ck_assert_str_eq(error.field, "msix_base");
}
END_TEST

/* Each number at its last values and one beyond. */
START_TEST(numbers_have_their_ranges)
{
    static const struct {
        size_t at;
        const char *field;
        uint32_t low, high;
    } rows[] = {
#define RANGE(field, low, high) {offsetof(struct prisim_endpoint_config, field), #field, low, high}
        RANGE(stop_report, 0, PRISIM_ENDPOINT_REPORT_AFTER),
        RANGE(marker_delay, 0, 100000000),
        RANGE(profile, 0, PRISIM_ENDPOINT_IGNORES_ENABLE),
        RANGE(stop, 0, 2),
        RANGE(pri_capacity, 1, 512),
        RANGE(pasid_bits, 1, 20),
        RANGE(invalidate_depth, 1, 32),
        RANGE(atc_entries, 0, 256),
        RANGE(atc_max_size_log2, 12, 64),
        RANGE(atc_global, 0, 1),
        RANGE(atc_latency, 1, 100),
        RANGE(invalidate_latency, 1, 10000000),
        RANGE(invalidate, 0, PRISIM_ENDPOINT_DROP_AT_ARRIVAL),
        RANGE(invalidate_order, 0, PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER),
        RANGE(invalidate_merge, 1, 32),
        RANGE(invalidate_fault, 0, PRISIM_ENDPOINT_FAULT_EARLY),
        RANGE(invalidate_late_cycles, 0, 1000000000),
        RANGE(invalidate_copies, 0, 8),
        RANGE(poison, 0, 1),
        RANGE(translations, 1, 8),
        RANGE(dma_traffic_classes, 1, 255),
        RANGE(on_ats_off, 0, PRISIM_ENDPOINT_ATS_OFF_UNTRANSLATED),
        RANGE(on_pri_off, 0, PRISIM_ENDPOINT_PRI_OFF_HOLD),
        RANGE(prpr, 0, 1),
        RANGE(on_pasid_mismatch, 0, PRISIM_ENDPOINT_PASID_UPRGI),
        RANGE(register_latency, 1, 10000),
        RANGE(jobs, 1, 64),
        RANGE(end_end_prefix, 0, 1),
        RANGE(flr_cycles, 1, 1000000000),
        RANGE(group_pages, 1, 32),
        RANGE(group_order, 0, PRISIM_ENDPOINT_GROUP_RANDOM),
        RANGE(last_delay, 0, 10000000),
        RANGE(prgi_policy, 0, PRISIM_ENDPOINT_PRGI_LOWEST),
        RANGE(pasid_execute, 0, 1),
        RANGE(pasid_privileged, 0, 1),
        RANGE(retry_backoff, 0, 1000000),
        RANGE(vfs, 0, 31),
#undef RANGE
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint32_t value[] = {rows[i].low, rows[i].high, rows[i].high + 1, rows[i].low - 1};
        for (unsigned k = 0; k < 4; k++) {
            struct prisim_endpoint_config config;
            struct prisim_config_error error = {"", ""};
            endpoint_harness_config(&config);
            memcpy((char *)&config + rows[i].at, &value[k], sizeof value[k]);
            ck_assert_msg(prisim_endpoint_config_check(&config, &error) == (k < 2), "%s %u", rows[i].field, value[k]);
            ck_assert_str_eq(error.field, k < 2 ? "" : rows[i].field);
        }
    }
}
END_TEST

/* A VF is one of those there are. */
START_TEST(vf_is_one_of_them)
{
    static const struct {
        uint32_t vfs, vf;
        const char *field;
    } rows[] = {{0, 0, ""}, {1, 1, ""}, {31, 31, ""}, {0, 1, "vf"}, {2, 3, "vf"}, {31, 32, "vf"}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_endpoint_config config;
        struct prisim_config_error error = {"", ""};
        endpoint_harness_config(&config);
        config.vfs = rows[i].vfs;
        config.vf = rows[i].vf;
        ck_assert(prisim_endpoint_config_check(&config, &error) == !rows[i].field[0]);
        ck_assert_str_eq(error.field, rows[i].field);
    }
}
END_TEST

/* With the FIFO upwards full of requests, a register's completion that is due waits for a place and is the last. */
START_TEST(completion_waits_for_a_place)
{
    enum { PLACES = 448 }; /* 512, of which 64 are kept for Stop Markers */
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 1);
    endpoint_harness_fill_up(h);
    struct prisim_tlp read = {
        .head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4, .address = 0x100, .destination_id = HARNESS_ID}};
    endpoint_harness_down(h, &read);
    harness_run(h->base, 20);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    unsigned requests = 0;
    const struct prisim_tlp *up = endpoint_harness_up(h, 10);
    for (; up && up->head.type == PRISIM_TLP_MESSAGE; up = endpoint_harness_up(h, 10))
        requests++;
    ck_assert_uint_ge(requests, PLACES);
    ck_assert(up && up->head.type == PRISIM_TLP_COMPLETION_DATA);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ORDER A3: with 64 completions not made, a register's read waits at the door, and nothing else does. */
/* covers: PCIE-ORDER-5 */
START_TEST(posted_is_taken)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.register_latency = 1000;
    struct endpoint_harness *h = endpoint_harness_open(&config);
    unsigned before = h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken;
    struct prisim_tlp read = {
        .head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4, .address = 0x100, .destination_id = HARNESS_ID}};
    struct prisim_tlp write = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .size = 4, .address = config.bar_base}};
    struct prisim_tlp response = {
        .head = {.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PRG_RESPONSE, .destination_id = HARNESS_ID}};
    for (unsigned i = 0; i < 64; i++)
        endpoint_harness_down(h, &read);
    for (unsigned i = 0; i < 5; i++) {
        endpoint_harness_down(h, &write);
        endpoint_harness_down(h, &response);
    }
    harness_run(h->base, 100);
    ck_assert_uint_eq(h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken - before, 74);
    endpoint_harness_down(h, &read);
    harness_run(h->base, 100);
    ck_assert_uint_eq(h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken - before, 74);
    harness_run(h->base, 1000);
    ck_assert_uint_eq(h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken - before, 75);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE), 5);
    endpoint_harness_close(h);
}
END_TEST

/* covers: SMMU-PRIPCIE, PCIE-ATSCAP-1, PCIE-ATSCAP-2, PCIE-ATSCAP-3, PCIE-ATSCAP-4, PCIE-PRICAP-5, PCIE-PRICAP-6,
 * PCIE-PRICAP-7, PCIE-PRICAP-8, PCIE-PASIDCAP-1 */
START_TEST(capabilities_stand_where_said)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.invalidate_depth = 5;
    config.pasid_bits = 13;
    config.pri_capacity = 33;
    struct endpoint_harness *h = endpoint_harness_open(&config);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x00), 0x0001fffe); /* nobody's */
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x100), 0x1101000f);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x110), 0x12010013);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x120), 0x1301001b);
    /* PCIE-ATSCAP: depth, page aligned, global invalidate; disabled. */
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x104), 0x65);
    /* PCIE-PRICAP: Stopped and PRPR, E=0. */
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x114), (uint32_t)STATUS_RESET << 16);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x118), 33);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x11c), 0);
    /* PCIE-PASIDCAP */
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x124), 13 << 8);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x10), (uint32_t)config.bar_base | 0xc);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x14), (uint32_t)(config.bar_base >> 32));
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0xffc), 0);
    endpoint_harness_close(h);
    /* PCIE-ATSCAP: a depth of 32 reads 0. */
    config.invalidate_depth = 32;
    h = endpoint_harness_open(&config);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x104), 0x60);
    endpoint_harness_close(h);
}
END_TEST

/* covers: SMMU-PRIPCIE, PCIE-ATSCAP-5, PCIE-ATSCAP-6, PCIE-ATSCAP, PCIE-PRICAP-6, PCIE-PRICAP-7 */
START_TEST(read_only_bits_stay)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_open(&config);
    for (uint32_t offset = 0; offset < PRISIM_ENDPOINT_CONFIG_BYTES; offset += 4) {
        if ((offset >= 0x140 && offset < 0xff0) || offset == 0x48) /* 0x48: Initiate FLR */
            continue;
        endpoint_harness_config_write(h, offset, 0xffffffff);
    }
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x04), 0x00100006);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x100), 0x1101000f);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x104), 0x801f0060);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x114), (uint32_t)PRISIM_PRI_STATUS_PRPR << 16 | 1);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x118), config.pri_capacity);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x124), 0x11000);
    /* PCIE-ATSCAP: STU is changed only while disabled. */
    endpoint_harness_config_write(h, 0x104, 0x80020000);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x104), 0x801f0060);
    endpoint_harness_config_write(h, 0x104, 0x00020000);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x104), 0x001f0060);
    endpoint_harness_config_write(h, 0x104, 0x00020000);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x104), 0x00020060);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(completion_comes_after_the_register_latency)
{
    for (uint32_t latency = 1; latency <= 4; latency++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.register_latency = latency;
        struct endpoint_harness *h = endpoint_harness_open(&config);
        harness_run(h->base, 10);
        endpoint_harness_config_read(h, 0x100);
        ck_assert_uint_eq(endpoint_harness_up_at(h), h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken_at[0] + latency);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_COMMAND, 2);
        ck_assert_uint_eq(endpoint_harness_up_at(h), h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken_at[1] + latency);
        endpoint_harness_pasid_state(h, 0);
        ck_assert_uint_eq(endpoint_harness_up_at(h), h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken_at[2] + latency);
        endpoint_harness_close(h);
    }
}
END_TEST

START_TEST(what_is_not_built_is_unsupported)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_open(&config);
    const struct prisim_tlp request[] = {
        {.head = {.type = PRISIM_TLP_CONFIG_READ, .address = 0x104, .size = 3, .tag = 1}},
        {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = 0x106, .size = 4, .tag = 2}},
        {.head = {.type = PRISIM_TLP_CONFIG_READ, .address = 0x1000, .size = 4, .tag = 3}},
        {.head = {.type = PRISIM_TLP_CONFIG_READ, .address = 0x105, .size = 2, .tag = 5}},
        {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = 0x107, .size = 2, .tag = 6}},
        {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = 0x1000, .size = 1, .tag = 7}},
        {.head = {.type = PRISIM_TLP_CONFIG_READ, .address = UINT64_C(0x100000104), .size = 4, .tag = 8}},
        {.head = {.type = PRISIM_TLP_CONFIG_READ, .address = 0x104, .size = 0, .tag = 9}},
        {.head = {.type = PRISIM_TLP_CONFIG_READ, .address = 0x100, .size = 8, .tag = 10}},
        {.head = {.type = PRISIM_TLP_MEMORY_READ,
                  .address = config.bar_base,
                  .size = 4,
                  .tag = 4}}, /* memory space is off */
    };
    for (unsigned i = 0; i < sizeof request / sizeof request[0]; i++) {
        endpoint_harness_down(h, &request[i]);
        const struct prisim_tlp *up = endpoint_harness_up(h, 20);
        ck_assert_ptr_nonnull(up);
        ck_assert_uint_eq(up->head.type, PRISIM_TLP_COMPLETION);
        ck_assert_uint_eq(up->head.status, PRISIM_TLP_UR);
        ck_assert_uint_eq(up->head.tag, request[i].head.tag);
    }
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_COMMAND, 2);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 0), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-PRICAP-2, PCIE-PRICAP-12 */
START_TEST(enable_clears_stopped_and_flags)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_open(&config);
    endpoint_harness_respond(h, 9, PRISIM_PRG_SUCCESS, NO_PASID); /* row 3, last column: UPRGI */
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI | PRISIM_PRI_STATUS_STOPPED);
    endpoint_harness_respond(h, 9, PRISIM_PRG_FAILURE, NO_PASID); /* row 4, last column: RF */
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_RF | PRISIM_PRI_STATUS_UPRGI | PRISIM_PRI_STATUS_STOPPED);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF), 0);
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_ENABLE);
    ck_assert_uint_eq(status(h), 0);
    ck_assert_uint_eq(endpoint_harness_config_read(h, PRI) & 0xffff, PRISIM_PRI_CONTROL_ENABLE);
    /* Reset is ignored with E=1, and reads 0. */
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_ENABLE | PRISIM_PRI_CONTROL_RESET);
    ck_assert_uint_eq(endpoint_harness_config_read(h, PRI) & 0xffff, PRISIM_PRI_CONTROL_ENABLE);
    ck_assert_uint_eq(status(h), 0);
    endpoint_harness_config_write(h, PRI, 0);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_STOPPED);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-PRICAP-3, PCIE-PRICAP-4, PCIE-PRICAP-15 */
START_TEST(flags_are_cleared_by_writing_one)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.on_pri_off = PRISIM_ENDPOINT_PRI_OFF_HOLD;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    endpoint_harness_respond(h, 9, PRISIM_PRG_INVALID, NO_PASID);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI);
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_ENABLE | (uint32_t)PRISIM_PRI_STATUS_RF << 16);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI);
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_ENABLE | (uint32_t)PRISIM_PRI_STATUS_UPRGI << 16);
    ck_assert_uint_eq(status(h), 0);
    /* PCIE-PRICAP: clearing RF brings no page requests back, only E from 0 to 1. */
    endpoint_harness_respond(h, 9, 0x5, NO_PASID); /* PCIE-MESSAGE: an unused code is a Response Failure */
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_ENABLE | (uint32_t)PRISIM_PRI_STATUS_RF << 16);
    ck_assert_uint_eq(status(h), 0);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0, 12, 0);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_config_write(h, PRI, 0);
    struct prisim_tlp enable = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = PRI, .size = 4}, .data = {1}};
    endpoint_harness_down(h, &enable);
    endpoint_harness_up_page_request(h, NO_PASID, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-PRICAP-10, PCIE-PRICAP-13, PCIE-PRICAP-21, PCIE-PRICAP-22 */
START_TEST(disable_drains)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.on_pri_off = PRISIM_ENDPOINT_PRI_OFF_HOLD;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    unsigned first = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    unsigned second = endpoint_harness_fault(h, 2, NO_PASID, 0x5000);
    endpoint_harness_config_write(h, PRI, 0);
    ck_assert_uint_eq(status(h), 0);
    /* PCIE-PRIOFF: held. */
    endpoint_harness_dma(h, 3, NO_PASID, 0x6000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x6000), 0, 12, 0);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_respond(h, first, PRISIM_PRG_INVALID, NO_PASID);
    ck_assert_uint_eq(status(h), 0);
    endpoint_harness_respond(h, 300, PRISIM_PRG_SUCCESS, NO_PASID); /* row 3 */
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI);
    endpoint_harness_respond(h, second, PRISIM_PRG_INVALID, NO_PASID);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI | PRISIM_PRI_STATUS_STOPPED);
    /* Enabled again, the held request goes out. */
    struct prisim_tlp enable = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = PRI, .size = 4}, .data = {1}};
    endpoint_harness_down(h, &enable);
    endpoint_harness_up_page_request(h, NO_PASID, 0x6000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-PRICAP-14, PCIE-PRICAP-25 */
START_TEST(reset_drops_groups)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 1);
    unsigned index = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    endpoint_harness_config_write(h, PRI, 0);
    ck_assert_uint_eq(status(h), 0);
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_RESET);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_STOPPED);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
    const struct prisim_event *off = harness_event(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF, 1);
    ck_assert_uint_eq(off->endpoint_pri_off.groups, 1);
    ck_assert_uint_eq(off->endpoint_pri_off.cause, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, NO_PASID);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI | PRISIM_PRI_STATUS_STOPPED);
    /* The credit is back. */
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_ENABLE);
    endpoint_harness_fault(h, 2, NO_PASID, 0x5000);
    /* E cleared by the same write. */
    endpoint_harness_config_write(h, PRI, PRISIM_PRI_CONTROL_RESET);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_STOPPED);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-PRICAP-23 */
START_TEST(failure_while_draining_stops)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    endpoint_harness_config_write(h, PRI, 0);
    endpoint_harness_respond(h, 444, PRISIM_PRG_FAILURE, NO_PASID);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_RF | PRISIM_PRI_STATUS_STOPPED);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSCAP-6, PCIE-ATSCAP, PCIE-PASIDCAP-2 */
START_TEST(nothing_is_sent_before_it_is_enabled)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    /* Bus master, PASID, ATS: each of them is needed (PCIE-ATSCAP, PCIE-PASIDCAP). */
    for (unsigned without = 0; without < 4; without++) {
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        if (without == 1)
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_COMMAND, 2);
        if (without == 2)
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PASID + 4, 0);
        if (without == 3)
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        if (without == 0) {
            endpoint_harness_up_translate(h, 1, 0x4000);
        } else {
            endpoint_harness_quiet(h, 20);
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_NOT_ENABLED);
        }
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-PASIDCAP: a PASID has no more than pasid_bits bits; the BAR has registers of all 20. */
/* covers: PCIE-PASIDCAP-1 */
START_TEST(pasid_beyond_the_width_does_not_run)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.pasid_bits = 4;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    for (uint32_t pasid = 15; pasid < 1u << 20; pasid = 2 * pasid + (pasid & 1)) { /* 15, 31, 63 ... */
        endpoint_harness_pasid(h, pasid, PRISIM_ENDPOINT_PASID_RUN);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, pasid),
                          pasid == 15 ? PRISIM_ENDPOINT_PASID_RUNNING : PRISIM_ENDPOINT_PASID_IDLE);
    }
    endpoint_harness_pasid(h, 16, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), 1);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-HEADER: a completion has the traffic class of its request. */
/* covers: PCIE-HEADER-4 */
START_TEST(completion_has_the_class_of_its_request)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    static const enum prisim_tlp_type types[] = {PRISIM_TLP_CONFIG_READ, PRISIM_TLP_CONFIG_WRITE,
                                                 PRISIM_TLP_MEMORY_READ};
    for (uint8_t i = 0; i < 3; i++) {
        struct prisim_tlp request = {.head = {.type = (uint8_t)types[i],
                                              .address = types[i] == PRISIM_TLP_MEMORY_READ ? config.bar_base : 0,
                                              .size = 4,
                                              .traffic_class = (uint8_t)(i + 5)}};
        endpoint_harness_down(h, &request);
        const struct prisim_tlp *up = endpoint_harness_up(h, 20);
        ck_assert_ptr_nonnull(up);
        ck_assert_uint_eq(up->head.traffic_class, i + 5);
    }
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint config", configuration_is_checked, numbers_have_their_ranges, vf_is_one_of_them,
           completion_waits_for_a_place, posted_is_taken, capabilities_stand_where_said, read_only_bits_stay,
           completion_comes_after_the_register_latency, what_is_not_built_is_unsupported,
           enable_clears_stopped_and_flags, flags_are_cleared_by_writing_one, disable_drains, reset_drops_groups,
           failure_while_draining_stops, nothing_is_sent_before_it_is_enabled, pasid_beyond_the_width_does_not_run,
           completion_has_the_class_of_its_request)
