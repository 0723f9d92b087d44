/* SPDX-License-Identifier: Apache-2.0
 *
 * What the processor does with functions, and what they do, by the bare ports and by the platform: the same events
 * (bare.h).
 */
#include "tests/harness/suite.h"
#include "tests/platform/bare.h"

enum { STEPS = 60 };

/* What a register of the function is written to: mostly what keeps it at work. */
static const struct {
    uint32_t offset;
    uint8_t bytes;
    uint32_t value;
} row[] = {{0x04, 2, 6},  {0x126, 2, 1}, {0x11c, 4, 16},      {0x114, 2, 1}, {0x106, 2, 0x8000},
           {0x116, 2, 3}, {0x11c, 1, 4}, {0x114, 4, 0x30001}, {0x114, 2, 0}, {0x117, 1, 0},
           {0x104, 4, 0}, {0x106, 1, 3}, {0x104, 2, 0xffff}};
enum { ROWS = sizeof row / sizeof row[0], ENABLING_ROWS = 5 };

static void bare_request(struct both *b, unsigned device, enum prisim_tlp_type type, uint64_t address, uint16_t bytes,
                         uint32_t value)
{
    struct host *host = b->bare.host;
    host->request = (struct prisim_tlp){.head = {.type = (uint8_t)type,
                                                 .address = address,
                                                 .size = bytes,
                                                 .id = ++b->tlps,
                                                 .requester_id = b->bare.fabric.host_id,
                                                 .destination_id = b->bare.endpoint[device].requester_id}};
    prisim_store_le32(host->request.data, value);
    host->has_request = true;
    host->has_answer = false;
    prisim_scheduler_wake(b->bare.scheduler, HOST, b->bare.now + 1);
    while (!host->has_answer)
        prisim_scheduler_run(b->bare.scheduler, ++b->bare.now);
}

static void config_write(struct both *b, unsigned device, unsigned at)
{
    bare_request(b, device, PRISIM_TLP_CONFIG_WRITE, row[at].offset, row[at].bytes, row[at].value);
    OK(prisim_platform_config_write(b->p, device, row[at].offset, row[at].bytes, row[at].value));
}

static void config_look(struct both *b, unsigned device, struct random_stream *random)
{
    uint32_t value;
    const uint16_t bytes = (uint16_t)(1u << random_below(random, 3));
    const uint32_t offset = (uint32_t)random_below(random, 0x140) / bytes * bytes;
    bare_request(b, device, PRISIM_TLP_CONFIG_READ, offset, bytes, 0);
    OK(prisim_platform_config_read(b->p, device, offset, bytes, &value));
}

static void bar(struct both *b, unsigned device, uint32_t pasid, uint32_t command)
{
    uint32_t value;
    const uint64_t address = b->bare.endpoint[device].bar_base + 4 * (uint64_t)pasid;
    if (command) {
        bare_request(b, device, PRISIM_TLP_MEMORY_WRITE, address, 4, command);
        OK(prisim_platform_bar_write32(b->p, device, 4 * (uint64_t)pasid, command));
    } else {
        bare_request(b, device, PRISIM_TLP_MEMORY_READ, address, 4, 0);
        (void)prisim_platform_bar_read32(b->p, device, 4 * (uint64_t)pasid, &value);
    }
}

static struct prisim_endpoint_stimulus draw_work(struct random_stream *random, uint32_t number)
{
    struct prisim_endpoint_stimulus what = job(number, VA + random_below(random, 0x2800),
                                               1 + (uint32_t)random_below(random, 600), random_below(random, 2));
    if (random_below(random, 8) == 0) {
        what.what = PRISIM_ENDPOINT_PAGE_REQUEST;
        what.prg_index = (uint16_t)random_below(random, 512);
        what.access = (uint8_t)random_below(random, 8);
    }
    return what;
}

/* To both functions at once, and then time. */
static void work(struct both *b, struct random_stream *random, uint32_t *jobs)
{
    struct host *host = b->bare.host;
    for (unsigned device = 0; device < BARE_DEVICES; device++) {
        host->stimuli[device] = 1 + (unsigned)random_below(random, BURST_MAX);
        host->stimulus_at[device] = 0;
        for (unsigned i = 0; i < host->stimuli[device]; i++) {
            host->stimulus[device][i] = draw_work(random, ++*jobs);
            OK(prisim_platform_submit(b->p, device, &host->stimulus[device][i]));
        }
    }
    prisim_scheduler_wake(b->bare.scheduler, HOST, b->bare.now + 1);
    b->bare.now += AFTER_BURST;
    prisim_scheduler_run(b->bare.scheduler, b->bare.now);
    OK(prisim_platform_run_until(b->p, b->bare.now));
}

static void add_command(struct both *b, uint64_t dw0, uint64_t dw1)
{
    const uint64_t at = RAM + CMDQ + b->commands % 16 * PRISIM_COMMAND_BYTES;
    store_in_both(b, at, dw0);
    store_in_both(b, at + 8, dw1);
    b->commands = (b->commands + 1) % 32;
    write_register(b, PRISIM_SMMU_CMDQ_PROD, b->commands, 4);
}

/* Of a page, and a SYNC; and time for both. */
static void invalidate(struct both *b, unsigned device)
{
    add_command(b,
                PRISIM_CMDQ_OP_ATC_INV | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                    prisim_bits_put(SID + device, PRISIM_CMD_SID),
                VA);
    add_command(b, PRISIM_CMDQ_OP_SYNC, 0);
    b->bare.now += AFTER_BURST;
    prisim_scheduler_run(b->bare.scheduler, b->bare.now);
    OK(prisim_platform_run_until(b->p, b->bare.now));
}

/* The second function's stream has the tables of the first. */
static void write_second_stream(struct both *b)
{
    const uint64_t ste = RAM + STRTAB + (SID + 1) * PRISIM_STE_BYTES;
    store_in_both(b, ste,
                  prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                      (RAM + CDTAB) | prisim_bits_put(2, PRISIM_STE0_S1CDMAX));
    store_in_both(b, ste + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
}

static void act(struct both *b, struct random_stream *random, uint32_t *jobs)
{
    const unsigned device = (unsigned)random_below(random, BARE_DEVICES);
    switch (random_below(random, 7)) {
    case 0:
        config_write(b, device, (unsigned)random_below(random, ROWS));
        break;
    case 1:
        config_write(b, device, (unsigned)random_below(random, ENABLING_ROWS));
        break;
    case 2:
        config_look(b, device, random);
        break;
    case 3:
        bar(b, device, PASID + (uint32_t)random_below(random, 2), (uint32_t)random_below(random, 3));
        break;
    case 4:
        read_register(b, (uint32_t)random_below(random, 32) * 4);
        break;
    case 5:
        invalidate(b, device);
        break;
    default:
        work(b, random, jobs);
    }
}

static struct prisim_platform_config draw_config(struct random_stream *random)
{
    struct prisim_platform_config config = device_config(BARE_DEVICES);
    config.memory.latency = 1 + (uint32_t)random_below(random, 100);
    config.device[1].endpoint.requester_id = SID + 1;
    for (unsigned i = 0; i < BARE_DEVICES; i++) {
        config.device[i].link.latency = 1 + (uint32_t)random_below(random, 100);
        config.device[i].link.width = 1u << random_below(random, 5);
        config.device[i].endpoint.stop = (uint32_t)random_below(random, 3);
        config.device[i].endpoint.register_latency = 1 + (uint32_t)random_below(random, 20);
    }
    config.fabric.root_port_latency = 1 + (uint32_t)random_below(random, 100);
    config.fabric.link_tlps = 2 + (uint32_t)random_below(random, 20);
    return config;
}

START_TEST(same_events)
{
    struct random_stream random = random_open((uint64_t)_i, 0, 0);
    struct prisim_platform_config config = draw_config(&random);
    static struct both b;
    uint32_t jobs = 0;
    b.p = open_platform(&config);
    bare_open(&b.bare, &config);
    prisim_platform_set_listener(b.p, keep, &by_platform);
    write_tables(store_in_both, &b, RAM);
    write_second_stream(&b);
    bring_both_up(&b);
    for (unsigned device = 0; device < BARE_DEVICES; device++) {
        for (unsigned i = 0; i < ENABLING_ROWS; i++)
            config_write(&b, device, i);
        bar(&b, device, PASID, 1);
    }
    for (unsigned i = 0; i < STEPS; i++) {
        act(&b, &random, &jobs);
        ck_assert_uint_eq(b.bare.now, prisim_platform_now(b.p));
    }
    ck_assert_uint_gt(by_ports.count, 1000);
    compare();
    prisim_scheduler_close(b.bare.scheduler);
    prisim_platform_close(b.p);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_device_equal");
    TCase *tcase = tcase_create("equal");
    tcase_add_loop_test(tcase, same_events, 0, 40);
    suite_add_tcase(suite, tcase);
    return suite;
}
