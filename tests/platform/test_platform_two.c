/* SPDX-License-Identifier: Apache-2.0
 *
 * More than one: two SMMUs on one clock and one memory, and two platforms in one process.
 */
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

enum { EVENTS = 4096 };

struct log {
    unsigned count;
    struct prisim_event event[EVENTS];
};

static void keep(void *context, const struct prisim_event *events, unsigned count)
{
    struct log *log = context;
    for (unsigned i = 0; i < count; i++) {
        ck_assert_uint_lt(log->count, EVENTS);
        log->event[log->count++] = events[i];
    }
}

static const char *name_of(const struct prisim_platform *p, unsigned instance)
{
    static char name[PRISIM_PLATFORM_NAME_MAX];
    OK(prisim_platform_instance_name(p, instance, name));
    return name;
}

START_TEST(names)
{
    struct prisim_platform_config config = small_config();
    char name[PRISIM_PLATFORM_NAME_MAX];
    struct prisim_platform *p = open_platform(&config);
    ck_assert_str_eq(name_of(p, 0), "host");
    ck_assert_str_eq(name_of(p, 1), "smmu");
    ck_assert_str_eq(name_of(p, 2), "pri_queue");
    ck_assert_str_eq(name_of(p, 3), "memory");
    IS(prisim_platform_instance_name(p, 4, name), PRISIM_REFUSED);
    prisim_platform_close(p);
    config.smmus = 2;
    p = open_platform(&config);
    ck_assert_str_eq(name_of(p, 1), "smmu[0]");
    ck_assert_str_eq(name_of(p, 2), "pri_queue[0]");
    ck_assert_str_eq(name_of(p, 3), "smmu[1]");
    ck_assert_str_eq(name_of(p, 4), "pri_queue[1]");
    ck_assert_str_eq(name_of(p, 5), "memory");
    prisim_platform_close(p);
}
END_TEST

/* Some of everything, at one SMMU. */
static void traffic(struct prisim_platform *p, unsigned smmu, uint64_t base)
{
    uint8_t bytes[100] = {1, 2, 3}, got[100] = {0};
    struct prisim_platform_outcome outcome;
    write_tables(store_in_ram, p, base);
    bring_up(p, smmu, base);
    OK(prisim_platform_dma_write(p, smmu, &stream, VA + 10, bytes, sizeof bytes, &outcome));
    ck_assert_uint_eq(outcome.output & ~prisim_bits_mask(12), base + PAGE);
    OK(prisim_platform_dma_read(p, smmu, &stream, VA + 10, got, sizeof got, &outcome));
    ck_assert_mem_eq(got, bytes, sizeof got);
    IS(prisim_platform_dma_read(p, smmu, &stream, VA + 0x5000, got, 4, &outcome), PRISIM_ABORT);
    struct prisim_tlp request = page_request_tlp(3, true);
    OK(prisim_platform_send(p, smmu, &request, NULL));
    OK(prisim_platform_run_until_idle(p, LIMIT));
    struct prisim_platform_interrupt interrupt;
    while (prisim_platform_next_interrupt(p, 0, &interrupt, NULL) == PRISIM_OK)
        ck_assert_uint_eq(interrupt.smmu, smmu);
}

/* The second of two does in each cycle what it does alone: the same events, but for whose they are. */
START_TEST(second_is_as_the_first)
{
    static struct log alone, second;
    struct prisim_platform_config config = small_config();
    struct prisim_platform *p = open_platform(&config);
    prisim_platform_set_listener(p, keep, &alone);
    traffic(p, 0, RAM + PART);
    prisim_platform_close(p);
    config.smmus = 2;
    p = open_platform(&config);
    prisim_platform_set_listener(p, keep, &second);
    traffic(p, 1, RAM + PART);
    ck_assert_uint_eq(second.count, alone.count);
    ck_assert_uint_gt(alone.count, 30);
    for (unsigned i = 0; i < alone.count; i++) {
        struct prisim_event *a = &alone.event[i], *b = &second.event[i];
        ck_assert_uint_eq(b->instance, a->instance + 2);
        b->instance = a->instance;
        ck_assert_msg(prisim_event_equal(a, b), "event %u: %s at %u", i,
                      prisim_event_name((enum prisim_event_type)a->type), (unsigned)a->cycle);
    }
    prisim_platform_close(p);
}
END_TEST

/* Both at once: each reaches its own tables and its own pages. */
START_TEST(both_at_once)
{
    struct prisim_platform_config config = small_config();
    struct prisim_platform_outcome outcome;
    uint32_t ticket[2][16];
    uint64_t first = 0;
    config.smmus = 2;
    config.smmu[1].smmu.sid_bits = 8;
    struct prisim_platform *p = start_platform(&config);
    for (unsigned i = 0; i < 16; i++) {
        for (unsigned smmu = 0; smmu < 2; smmu++) {
            struct prisim_tlp write = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA + 64 * i, 8);
            prisim_store_le64(write.data, 100 * smmu + i);
            OK(prisim_platform_send(p, smmu, &write, &ticket[smmu][i]));
        }
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    for (unsigned i = 0; i < 16; i++) {
        for (unsigned smmu = 0; smmu < 2; smmu++) {
            uint64_t word, page = RAM + smmu * (uint64_t)PART + PAGE;
            OK(prisim_platform_wait(p, ticket[smmu][i], 0, &outcome));
            IS(outcome.status, PRISIM_OK);
            ck_assert_uint_eq(outcome.output, page + 64 * i);
            OK(prisim_platform_memory_peek64(p, page + 64 * i, &word));
            ck_assert_uint_eq(word, 100 * smmu + i);
            if (i == 0)
                first = smmu ? outcome.ended - first : outcome.ended;
        }
    }
    ck_assert_uint_lt(first, LATENCY); /* the one does not wait for the other */
    uint32_t idr1;
    OK(prisim_platform_mmio_read32(p, 1, PRISIM_SMMU_IDR1, &idr1));
    ck_assert_uint_eq(idr1 & 0x3f, 8);
    OK(prisim_platform_mmio_read32(p, 0, PRISIM_SMMU_IDR1, &idr1));
    ck_assert_uint_eq(idr1 & 0x3f, 16);
    prisim_platform_close(p);
}
END_TEST

/* An answer of one SMMU is not taken for one of the other. */
START_TEST(tickets_of_both)
{
    struct prisim_platform_config config = small_config();
    struct prisim_platform_outcome outcome;
    uint32_t ticket[2];
    config.smmus = 2;
    struct prisim_platform *p = start_platform(&config);
    struct prisim_tlp request = page_request_tlp(5, true);
    for (unsigned smmu = 0; smmu < 2; smmu++)
        OK(prisim_platform_send(p, smmu, &request, &ticket[smmu]));
    OK(prisim_platform_run_until_idle(p, LIMIT));
    command(p, 1, RAM + PART, 0,
            PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                prisim_bits_put(SID, PRISIM_CMD_SID),
            prisim_bits_put(5, PRISIM_CMD1_PRG_INDEX));
    OK(prisim_platform_wait(p, ticket[1], LIMIT, &outcome));
    IS(prisim_platform_wait(p, ticket[0], LIMIT, &outcome), PRISIM_TIMEOUT);
    prisim_platform_close(p);
}
END_TEST

/* Eight, as many as there may be. */
START_TEST(all_of_them)
{
    struct prisim_platform_config config = small_config();
    config.smmus = PRISIM_PLATFORM_SMMUS_MAX;
    config.memory.ram_size = 8 * PART;
    struct prisim_platform *p = open_platform(&config);
    for (unsigned smmu = 0; smmu < config.smmus; smmu++)
        traffic(p, smmu, RAM + smmu * (uint64_t)PART);
    prisim_platform_close(p);
}
END_TEST

/* Two platforms, used in turn, do what one does. */
START_TEST(two_platforms)
{
    static struct log log[2];
    struct prisim_platform_config config = small_config();
    struct prisim_platform *p[2] = {open_platform(&config), open_platform(&config)};
    uint8_t bytes[64];
    for (unsigned i = 0; i < 2; i++) {
        prisim_platform_set_listener(p[i], keep, &log[i]);
        write_tables(store_in_ram, p[i], RAM);
    }
    for (unsigned i = 0; i < 2; i++)
        bring_up(p[i], 0, RAM);
    for (unsigned n = 0; n < 4; n++)
        for (unsigned i = 0; i < 2; i++)
            OK(prisim_platform_dma_read(p[i], 0, &stream, VA + 64 * n, bytes, sizeof bytes, NULL));
    ck_assert_uint_gt(log[0].count, 20);
    ck_assert_uint_eq(log[0].count, log[1].count);
    for (unsigned i = 0; i < log[0].count; i++)
        ck_assert(prisim_event_equal(&log[0].event[i], &log[1].event[i]));
    prisim_platform_set_listener(p[0], NULL, NULL);
    unsigned before = log[0].count;
    OK(prisim_platform_dma_read(p[0], 0, &stream, VA, bytes, sizeof bytes, NULL));
    ck_assert_uint_eq(log[0].count, before);
    prisim_platform_close(p[0]);
    prisim_platform_close(p[1]);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_two");
    TCase *tcase = tcase_create("two");
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, second_is_as_the_first);
    tcase_add_test(tcase, both_at_once);
    tcase_add_test(tcase, tickets_of_both);
    tcase_add_test(tcase, all_of_them);
    tcase_add_test(tcase, two_platforms);
    suite_add_tcase(suite, tcase);
    return suite;
}
