/* SPDX-License-Identifier: Apache-2.0
 *
 * A memory by functions of the user's: when they are called, for whom, and what becomes of their answers.
 */
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

enum { KEPT = 512 };

struct memory {
    uint8_t bytes[RAM_SIZE];
    struct prisim_platform_access access[KEPT];
    bool write[KEPT];
    unsigned count;
    uint64_t fails_at; /* the line of this address */
    enum prisim_memory_status failure;
};

static struct memory memory;
static struct prisim_platform_config config;
static struct prisim_platform *p;

static enum prisim_memory_status note(struct memory *m, const struct prisim_platform_access *access, bool write)
{
    ck_assert_uint_lt(m->count, KEPT);
    m->write[m->count] = write;
    m->access[m->count++] = *access;
    if (m->failure != PRISIM_MEMORY_OK && access->address / 64 == m->fails_at / 64)
        return m->failure;
    return access->address - RAM < RAM_SIZE ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT;
}

static enum prisim_memory_status read_memory(void *context, const struct prisim_platform_access *access, uint8_t *data)
{
    struct memory *m = context;
    enum prisim_memory_status status = note(m, access, false);
    if (status == PRISIM_MEMORY_OK)
        memcpy(data, m->bytes + (access->address - RAM), access->size);
    return status;
}

static enum prisim_memory_status write_memory(void *context, const struct prisim_platform_access *access,
                                              const uint8_t *data)
{
    struct memory *m = context;
    enum prisim_memory_status status = note(m, access, true);
    if (status == PRISIM_MEMORY_OK)
        memcpy(m->bytes + (access->address - RAM), data, access->size);
    return status;
}

static void store_in_memory(void *context, uint64_t address, uint64_t word)
{
    struct memory *m = context;
    prisim_store_le64(m->bytes + (address - RAM), word);
}

static void setup(void)
{
    memset(&memory, 0, sizeof memory);
    config = small_config();
    config.memory.ram_size = 0;
    config.memory.read = read_memory;
    config.memory.write = write_memory;
    config.memory.context = &memory;
}

static void teardown(void)
{
    prisim_platform_close(p);
}

static void start(void)
{
    p = open_platform(&config);
    write_tables(store_in_memory, &memory, RAM);
    bring_up(p, 0, RAM);
    memory.count = 0;
}

static void command_here(uint32_t index, uint64_t dw0, uint64_t dw1)
{
    store_in_memory(&memory, RAM + CMDQ + index * PRISIM_COMMAND_BYTES, dw0);
    store_in_memory(&memory, RAM + CMDQ + index * PRISIM_COMMAND_BYTES + 8, dw1);
    OK(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CMDQ_PROD, index + 1));
}

static unsigned count_of(enum prisim_smmu_source source)
{
    unsigned count = 0;
    for (unsigned i = 0; i < memory.count; i++)
        count += memory.access[i].source == source && memory.access[i].smmu == 0;
    return count;
}

/* The caller's access: put at the next edge, taken at the one after, performed when the latency has passed. */
START_TEST(latency)
{
    config.memory.latency = _i ? 1 : 500;
    p = open_platform(&config);
    uint64_t begin = prisim_platform_now(p);
    uint32_t word = 5;
    OK(prisim_platform_memory_write(p, RAM, &word, 4));
    ck_assert_uint_eq(memory.count, 1);
    ck_assert_uint_eq(memory.access[0].cycle, begin + 2 + config.memory.latency);
    ck_assert_uint_eq(prisim_platform_now(p), memory.access[0].cycle + 1);
    ck_assert_uint_eq(memory.access[0].smmu, PRISIM_PLATFORM_CPU);
    ck_assert_uint_eq(memory.access[0].source, PRISIM_SMMU_CLIENT);
    ck_assert_uint_eq(memory.access[0].size, 4);
    ck_assert_uint_eq(memory.access[0].tlp, 0);
}
END_TEST

/* Not called an edge before. */
START_TEST(not_before)
{
    struct prisim_tlp read = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, RAM, 8);
    uint32_t ticket;
    p = open_platform(&config);
    OK(prisim_platform_send(p, 0, &read, &ticket)); /* the SMMU is off: it passes */
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(memory.count, 1);
    uint64_t cycle = memory.access[0].cycle;
    prisim_platform_close(p);
    memory.count = 0;
    p = open_platform(&config);
    OK(prisim_platform_send(p, 0, &read, &ticket));
    OK(prisim_platform_run_until(p, cycle - 1));
    ck_assert_uint_eq(memory.count, 0);
    OK(prisim_platform_run_until(p, cycle));
    ck_assert_uint_eq(memory.count, 1);
}
END_TEST

/* One a cycle, in the order in which they came. */
START_TEST(one_a_cycle)
{
    p = open_platform(&config);
    for (unsigned i = 0; i < 8; i++) {
        struct prisim_tlp write =
            memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, RAM + 64 * i + 32, 64);
        OK(prisim_platform_send(p, 0, &write, NULL));
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(memory.count, 16); /* two lines each */
    for (unsigned i = 0; i < 16; i++) {
        ck_assert_uint_eq(memory.access[i].address, RAM + 32 + 32 * i);
        if (i > 0)
            ck_assert_uint_gt(memory.access[i].cycle, memory.access[i - 1].cycle);
    }
}
END_TEST

START_TEST(sources_of_a_translation)
{
    start();
    struct prisim_platform_outcome outcome;
    struct prisim_tlp read = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    OK(prisim_platform_transact(p, 0, &read, LIMIT, &outcome));
    static const enum prisim_smmu_source due[] = {PRISIM_SMMU_STE,   PRISIM_SMMU_CD,   PRISIM_SMMU_WALK,
                                                  PRISIM_SMMU_WALK,  PRISIM_SMMU_WALK, PRISIM_SMMU_WALK,
                                                  PRISIM_SMMU_CLIENT};
    ck_assert_uint_eq(memory.count, sizeof due / sizeof due[0]);
    for (unsigned i = 0; i < memory.count; i++) {
        ck_assert_str_eq(prisim_smmu_source_name(memory.access[i].source), prisim_smmu_source_name(due[i]));
        ck_assert_uint_eq(memory.access[i].smmu, 0);
        ck_assert_uint_eq(memory.access[i].tlp != 0, i == 6);
    }
    ck_assert_uint_eq(memory.access[6].stream_id, SID);
    ck_assert_uint_eq(memory.access[6].substream_id, PASID);
    ck_assert_uint_eq(memory.access[6].attributes & PRISIM_MEMORY_HAS_STREAM, PRISIM_MEMORY_HAS_STREAM);
}
END_TEST

/* Two-level tables, an access flag that is updated. */
START_TEST(sources_of_two_levels)
{
    enum { L1CD = 0x6000, SPLIT = 6 };
    config.smmu[0].smmu.httu = 2;
    config.smmu[0].smmu.cd2l = 1;
    p = open_platform(&config);
    write_tables(store_in_memory, &memory, RAM);
    store_in_memory(&memory, RAM + 0x7000 + 8 * (SID >> SPLIT), (RAM + STRTAB) | (SPLIT + 1));
    store_in_memory(&memory, RAM + STRTAB + SID * PRISIM_STE_BYTES,
                    1 | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                        prisim_bits_put(UINT64_C(1), PRISIM_STE0_S1FMT) | (RAM + L1CD) |
                        prisim_bits_put(8, PRISIM_STE0_S1CDMAX));
    store_in_memory(&memory, RAM + L1CD, (RAM + CDTAB) | 1);
    uint64_t cd = prisim_load_le64(memory.bytes + CDTAB + PASID * PRISIM_CD_BYTES);
    store_in_memory(&memory, RAM + CDTAB + PASID * PRISIM_CD_BYTES, cd | prisim_bits_put(UINT64_C(1), PRISIM_CD0_HA));
    uint64_t leaf = TABLES + 3 * 4096 + (VA >> 12) * 8;
    store_in_memory(&memory, RAM + leaf,
                    prisim_load_le64(memory.bytes + leaf) & ~prisim_bits_put(UINT64_C(1), PRISIM_DESC_AF));
    bring_up(p, 0, RAM);
    OK(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CR0, 0));
    OK(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, UINT32_MAX, 0, LIMIT));
    OK(prisim_platform_mmio_write64(p, 0, PRISIM_SMMU_STRTAB_BASE, RAM + 0x7000));
    OK(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_STRTAB_BASE_CFG,
                                    8 | SPLIT << 6 | PRISIM_STRTAB_FMT_TWO_LEVEL << 16));
    OK(prisim_platform_mmio_write32(p, 0, PRISIM_SMMU_CR0, PRISIM_CR0_SMMUEN));
    OK(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CR0ACK, UINT32_MAX, PRISIM_CR0_SMMUEN, LIMIT));
    memory.count = 0;
    struct prisim_platform_outcome outcome;
    struct prisim_tlp read = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    OK(prisim_platform_transact(p, 0, &read, LIMIT, &outcome));
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translated");
    ck_assert_uint_eq(count_of(PRISIM_SMMU_L1_STREAM), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_L1_CONTEXT), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_STE), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_CD), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_UPDATE), 2); /* what was there, and what is there now: at one edge */
    ck_assert(prisim_load_le64(memory.bytes + leaf) & prisim_bits_put(UINT64_C(1), PRISIM_DESC_AF));
    for (unsigned i = 1; i < memory.count; i++)
        if (memory.access[i].source == PRISIM_SMMU_UPDATE && memory.write[i])
            ck_assert_uint_eq(memory.access[i].cycle, memory.access[i - 1].cycle);
}
END_TEST

/* With the doorbell left to the functions, MSIs are seen by name. */
START_TEST(sources_of_queues)
{
    config.memory.doorbell_base = PRISIM_PLATFORM_NO_DOORBELL;
    start();
    struct prisim_tlp request = page_request_tlp(1, true);
    OK(prisim_platform_send(p, 0, &request, NULL));
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(count_of(PRISIM_SMMU_PRI_RECORD), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_PRI_MSI), 1);
    uint8_t data[4];
    IS(prisim_platform_dma_read(p, 0, &stream, VA + 0x5000, data, 4, NULL), PRISIM_ABORT);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(count_of(PRISIM_SMMU_EVENT), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_EVENT_MSI), 1);
    /* Its abort is a GERROR, which has an MSI too. */
    ck_assert_uint_ge(count_of(PRISIM_SMMU_GERROR_MSI), 1);
    command_here(0, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS), DOORBELL + 16);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(count_of(PRISIM_SMMU_COMMAND), 1);
    ck_assert_uint_eq(count_of(PRISIM_SMMU_SYNC_MSI), 1);
}
END_TEST

/* RAM and the doorbell are served before the functions. */
START_TEST(ram_first)
{
    struct prisim_platform_interrupt interrupt;
    uint32_t word = 3;
    config.memory.ram_size = 0x1000;
    p = open_platform(&config);
    OK(prisim_platform_memory_write(p, RAM + 0xffc, &word, 4));
    OK(prisim_platform_memory_write(p, DOORBELL, &word, 4));
    ck_assert_uint_eq(memory.count, 0);
    OK(prisim_platform_next_interrupt(p, 0, &interrupt, NULL));
    OK(prisim_platform_memory_write(p, RAM + 0x1000, &word, 4));
    ck_assert_uint_eq(memory.count, 1);
    IS(prisim_platform_memory_poke(p, RAM + 0x1000, &word, 4), PRISIM_REFUSED);
}
END_TEST

/* RAM in two places, and a hole between them; pages are as many as config.memory.pages, and a read takes none. */
START_TEST(regions_and_pages)
{
    const uint64_t far = (UINT64_C(1) << 48) - 0x2000;
    uint8_t bytes[0x2000], got[0x2000];
    memset(bytes, 0x77, sizeof bytes);
    config.memory.read = NULL;
    config.memory.write = NULL;
    config.memory.ram_size = 0x3000;
    config.memory.region[2] = (struct prisim_memory_region){far, 0x2000};
    config.memory.pages = 3;
    p = open_platform(&config);
    OK(prisim_platform_memory_poke(p, far + 0x800, bytes, 0x1800));
    OK(prisim_platform_memory_peek(p, far, got, sizeof got));
    for (unsigned i = 0; i < sizeof got; i++)
        ck_assert_uint_eq(got[i], i < 0x800 ? 0 : 0x77);
    IS(prisim_platform_memory_poke(p, far + 0x800, bytes, 0x1801), PRISIM_REFUSED);
    IS(prisim_platform_memory_peek(p, RAM + 0x2fff, got, 2), PRISIM_REFUSED);
    IS(prisim_platform_memory_write(p, RAM + 0x3000, bytes, 4), PRISIM_ABORT);
    OK(prisim_platform_memory_read(p, RAM, got, 0x1000));
    IS(prisim_platform_memory_poke(p, RAM + 0xfff, bytes, 2), PRISIM_FULL);
    OK(prisim_platform_memory_write(p, RAM + 0x1000, bytes, 4));
    IS(prisim_platform_memory_poke(p, RAM, bytes, 1), PRISIM_FULL);
    OK(prisim_platform_memory_poke(p, RAM + 0x1800, bytes, 0x800));
    OK(prisim_platform_memory_peek(p, RAM, got, 0x1000));
    for (unsigned i = 0; i < 0x1000; i++)
        ck_assert_uint_eq(got[i], 0);
}
END_TEST

static unsigned events_full;

static void count_full(void *context, const struct prisim_event *event, unsigned count)
{
    (void)context;
    for (unsigned i = 0; i < count; i++)
        events_full += event[i].type == PRISIM_EVENT_INTERCONNECT_FULL && event[i].interconnect_full.address == RAM + 8;
}

/* RAM without a page left is not handed to the user's functions: the access is aborted, and the event says why. */
START_TEST(no_page_left_is_no_hole)
{
    uint8_t bytes[8] = {1};
    config.memory.ram_size = 0x2000;
    config.memory.pages = 1;
    p = open_platform(&config);
    events_full = 0;
    prisim_platform_set_listener(p, count_full, NULL);
    OK(prisim_platform_memory_write(p, RAM + 0x1000, bytes, 8));
    IS(prisim_platform_memory_write(p, RAM + 8, bytes, 8), PRISIM_ABORT);
    OK(prisim_platform_memory_read(p, RAM + 8, bytes, 8));
    ck_assert_uint_eq(bytes[0], 0);
    ck_assert_uint_eq(memory.count, 0);
    ck_assert_uint_eq(events_full, 1);
}
END_TEST

/* A walk that aborts, a client's write that aborts, synchronously or late. */
START_TEST(aborts)
{
    start();
    struct prisim_platform_outcome outcome;
    uint8_t bytes[8] = {1};
    memory.failure = _i ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT;
    memory.fails_at = RAM + PAGE;
    IS(prisim_platform_dma_write(p, 0, &stream, VA, bytes, sizeof bytes, &outcome), PRISIM_ABORT);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translated");
    ck_assert_uint_eq(outcome.output, RAM + PAGE);
    OK(prisim_platform_dma_write(p, 0, &stream, VA + 64, bytes, sizeof bytes, &outcome));
    IS(prisim_platform_dma_read(p, 0, &stream, VA, bytes, sizeof bytes, &outcome), PRISIM_ABORT);
    ck_assert_uint_eq(outcome.answer.head.status, PRISIM_TLP_CA);
    memory.fails_at = RAM + TABLES;
    command_here(0, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    command_here(1, PRISIM_CMDQ_OP_SYNC, 0);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    IS(prisim_platform_dma_write(p, 0, &stream, VA, bytes, sizeof bytes, &outcome), PRISIM_ABORT);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "walk_abort");
    memory.fails_at = RAM;
    IS(prisim_platform_memory_read(p, RAM, bytes, 4), PRISIM_ABORT);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_memory");
    TCase *tcase = tcase_create("memory");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, latency, 0, 2);
    tcase_add_test(tcase, not_before);
    tcase_add_test(tcase, one_a_cycle);
    tcase_add_test(tcase, sources_of_a_translation);
    tcase_add_test(tcase, sources_of_two_levels);
    tcase_add_test(tcase, sources_of_queues);
    tcase_add_test(tcase, ram_first);
    tcase_add_test(tcase, regions_and_pages);
    tcase_add_test(tcase, no_page_left_is_no_hole);
    tcase_add_loop_test(tcase, aborts, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
