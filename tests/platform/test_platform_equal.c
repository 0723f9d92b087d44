/* SPDX-License-Identifier: Apache-2.0
 *
 * The same accesses by the bare ports and by the platform: the same events (bare.h).
 */
#include "tests/harness/suite.h"
#include "tests/platform/bare.h"

enum { STEPS = 60 };

static struct prisim_tlp draw_tlp(struct random_stream *random)
{
    uint64_t address = VA + random_below(random, 0x2800);
    uint16_t size = (uint16_t)random_below(random, 65);
    switch (random_below(random, 5)) {
    case 0:
        return memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATION_REQUEST, address, 8);
    case 1:
        return page_request_tlp((uint16_t)random_below(random, 4), random_below(random, 2));
    case 2:
        return memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, address, size);
    default:
        return memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, address, size);
    }
}

static void burst(struct both *b, struct random_stream *random)
{
    struct prisim_tlp tlps[BURST_MAX];
    unsigned count = 1 + (unsigned)random_below(random, BURST_MAX);
    for (unsigned i = 0; i < count; i++) {
        tlps[i] = draw_tlp(random);
        tlps[i].head.id = ++b->tlps;
        tlps[i].head.tag = (uint16_t)(128 + i);
        OK(prisim_platform_send(b->p, 0, &tlps[i], NULL));
    }
    bare_burst(&b->bare, tlps, count);
    OK(prisim_platform_run_until(b->p, prisim_platform_now(b->p) + AFTER_BURST));
    struct prisim_tlp tlp;
    while (prisim_platform_receive(b->p, 0, 0, &tlp) == PRISIM_OK)
        ;
}

static void act(struct both *b, struct random_stream *random)
{
    uint8_t bytes[8];
    switch (random_below(random, 6)) {
    case 0:
        read_register(b, (uint32_t)random_below(random, 32) * 4);
        break;
    case 1:
        store_in_both(b, RAM + PAGE + random_below(random, 0x100) * 8, random_next(random));
        break;
    case 2:
        bare_access(&b->bare, TX_MEMORY, RAM + RAM_SIZE + 64, false, 0, 8);
        IS(prisim_platform_memory_read(b->p, RAM + RAM_SIZE + 64, bytes, 8), PRISIM_ABORT);
        break;
    case 3:
        store_in_both(b, RAM + CMDQ + b->commands % 16 * PRISIM_COMMAND_BYTES,
                      PRISIM_CMDQ_OP_SYNC | prisim_bits_put(1, PRISIM_CMD_SYNC_CS));
        store_in_both(b, RAM + CMDQ + b->commands % 16 * PRISIM_COMMAND_BYTES + 8, DOORBELL);
        b->commands = (b->commands + 1) % 32;
        write_register(b, PRISIM_SMMU_CMDQ_PROD, b->commands, 4);
        break;
    default:
        burst(b, random);
    }
}

START_TEST(same_events)
{
    struct random_stream random = random_open((uint64_t)_i, 0, 0);
    struct prisim_platform_config config = small_config();
    static struct both b;
    config.memory.latency = 1 + (uint32_t)random_below(&random, 100);
    config.memory.outstanding = 4 + (uint32_t)random_below(&random, 61);
    config.smmu[0].smmu.translation_slots = 2 + (uint32_t)random_below(&random, 15);
    b.p = open_platform(&config);
    bare_open(&b.bare, &config);
    prisim_platform_set_listener(b.p, keep, &by_platform);
    write_tables(store_in_both, &b, RAM);
    bring_both_up(&b);
    for (unsigned i = 0; i < STEPS; i++) {
        act(&b, &random);
        ck_assert_uint_eq(b.bare.now, prisim_platform_now(b.p));
    }
    ck_assert_uint_gt(by_ports.count, 300);
    compare();
    prisim_scheduler_close(b.bare.scheduler);
    prisim_platform_close(b.p);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_equal");
    TCase *tcase = tcase_create("equal");
    tcase_add_loop_test(tcase, same_events, 0, 40);
    suite_add_tcase(suite, tcase);
    return suite;
}
