/* SPDX-License-Identifier: Apache-2.0
 *
 * The work of the functions: jobs that are translated by the SMMU, page requests and their responses, invalidation,
 * stopping a PASID, and what is kept of the ends of jobs.
 */
#include "tests/harness/suite.h"
#include "tests/platform/functions.h"

enum { RECORD_BYTES = 16 };

static struct prisim_platform *start(void)
{
    struct prisim_platform_config config = device_config(1);
    return start_devices(&config);
}

START_TEST(translated)
{
    struct prisim_platform *p = start();
    submit_job(p, 0, 7, VA + 0x1008, true);
    const uint64_t submitted = prisim_platform_now(p);
    const struct prisim_platform_job_end end = job_end(p);
    ck_assert_uint_eq(end.job, 7);
    ck_assert_uint_eq(end.device, 0);
    ck_assert_uint_eq(end.pasid, PASID);
    ck_assert_int_eq(end.cause, PRISIM_CAUSE_COMPLETED);
    ck_assert_uint_gt(end.cycle, submitted);
    ck_assert_uint_eq(end.cycle, prisim_platform_now(p));
    OK(prisim_platform_run_until_idle(p, LIMIT)); /* a write is posted */
    ck_assert_uint_eq(word_at(p, RAM + PAGE + 0x1008), UINT64_C(0x0000000700000007));
    submit_job(p, 0, 8, VA, false);
    job_ends(p, 0, 8, PRISIM_CAUSE_COMPLETED);
    prisim_platform_close(p);
}
END_TEST

/* Nothing is told of the end of a job before its function was enabled; without a PASID, an event has none. */
START_TEST(not_enabled)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    struct prisim_endpoint_stimulus what = job(9, VA, 4, false);
    struct prisim_platform_job_end end;
    what.has_pasid = 0;
    OK(prisim_platform_submit(p, 0, &what));
    IS(prisim_platform_next_job_end(p, 1, &end, NULL), PRISIM_TIMEOUT); /* offered at 1 */
    OK(prisim_platform_next_job_end(p, 1, &end, NULL));
    ck_assert_uint_eq(end.cycle, 2);
    ck_assert_uint_eq(end.job, 9);
    ck_assert_uint_eq(end.pasid, PRISIM_PASID_NONE);
    ck_assert_int_eq(end.cause, PRISIM_CAUSE_NOT_ENABLED);
    prisim_platform_close(p);
}
END_TEST

static void map_next_page(struct prisim_platform *p)
{
    const uint64_t descriptor = RAM + TABLES + 3 * 4096 + ((VA + NEXT_PAGE) >> 12) % 512 * 8;
    OK(prisim_platform_memory_poke64(p, descriptor,
                                     (RAM + PAGE + NEXT_PAGE) | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) |
                                         prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG)));
}

static void respond(struct prisim_platform *p, uint32_t index, uint64_t prg_index, unsigned response)
{
    command(p, 0, RAM, index,
            PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                prisim_bits_put(SID, PRISIM_CMD_SID),
            prisim_bits_put(prg_index, PRISIM_CMD1_PRG_INDEX) | prisim_bits_put(response, PRISIM_CMD1_PRI_RESP));
}

/* A page that is missing is asked for; mapped and answered, the job goes on. */
START_TEST(page_request)
{
    struct prisim_platform *p = start();
    struct prisim_platform_job_end end;
    struct prisim_platform_interrupt interrupt;
    submit_job(p, 0, 11, VA + NEXT_PAGE + 16, true);
    do
        OK(prisim_platform_next_interrupt(p, LIMIT, &interrupt, NULL));
    while (!interrupt.is_msi);
    ck_assert_uint_eq(interrupt.data, 0x51);
    ck_assert_uint_eq(smmu_register(p, 0, PRISIM_SMMU_PRIQ_PROD), 1);
    /* SMMU-PRIENTRY: SSV, Last, read, write; SubstreamID, StreamID. The page, the index. */
    ck_assert_uint_eq(word_at(p, RAM + PRIQ), UINT64_C(0xf000000100000020));
    ck_assert_uint_eq(word_at(p, RAM + PRIQ + 8), (VA + NEXT_PAGE) | 0);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    IS(prisim_platform_next_job_end(p, 0, &end, NULL), PRISIM_TIMEOUT);
    map_next_page(p);
    respond(p, 0, 0, PRISIM_PRI_RESP_SUCCESS);
    job_ends(p, 0, 11, PRISIM_CAUSE_COMPLETED);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(word_at(p, RAM + PAGE + NEXT_PAGE + 16), UINT64_C(0x0000000b0000000b));
    ck_assert_uint_eq(config_read(p, 0, PRI_STATUS, 2), 0x8000);
    prisim_platform_close(p);
}
END_TEST

/* Whatever the answer is, it comes back to the function: status by 16 bits, cleared by 16 bits, control as it was. */
START_TEST(responses)
{
    struct prisim_platform *p = start();
    submit_job(p, 0, 12, VA + NEXT_PAGE, false);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    respond(p, 0, 0, PRISIM_PRI_RESP_INVALID);
    job_ends(p, 0, 12, PRISIM_CAUSE_INVALID_REQUEST);
    respond(p, 1, 5, PRISIM_PRI_RESP_SUCCESS); /* no such group: UPRGI */
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(config_read(p, 0, PRI_STATUS, 2), 0x8002);
    OK(prisim_platform_config_write(p, 0, PRI_CONTROL, 2, 1));
    ck_assert_uint_eq(config_read(p, 0, PRI_STATUS, 2), 0x8002);
    OK(prisim_platform_config_write(p, 0, PRI_STATUS, 2, 2));
    ck_assert_uint_eq(config_read(p, 0, PRI_CONTROL, 4), 0x80000001);
    submit_job(p, 0, 13, VA + NEXT_PAGE, false);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    respond(p, 2, 1, PRISIM_PRI_RESP_FAILURE);
    job_ends(p, 0, 13, PRISIM_CAUSE_PRI_OFF);
    ck_assert_uint_eq(config_read(p, 0, PRI_STATUS, 2), 0x8001);
    prisim_platform_close(p);
}
END_TEST

START_TEST(raw_page_request)
{
    struct prisim_platform *p = start();
    const struct prisim_endpoint_stimulus what = {.what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                                  .address = VA,
                                                  .has_pasid = 1,
                                                  .pasid = PASID,
                                                  .prg_index = 0x1ab,
                                                  .access = 5};
    OK(prisim_platform_submit(p, 0, &what));
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(word_at(p, RAM + PRIQ), UINT64_C(0xd000000100000020));
    ck_assert_uint_eq(word_at(p, RAM + PRIQ + 8), VA | 0x1ab);
    prisim_platform_close(p);
}
END_TEST

static void unmap_first_page(struct prisim_platform *p)
{
    OK(prisim_platform_memory_poke64(p, RAM + TABLES + 3 * 4096 + (VA >> 12) % 512 * 8, 0));
}

/* The ATC keeps a translation until it is invalidated; CMD_SYNC waits until the function has said that it did. */
START_TEST(invalidate)
{
    struct prisim_platform *p = start();
    submit_job(p, 0, 1, VA, false);
    job_ends(p, 0, 1, PRISIM_CAUSE_COMPLETED);
    unmap_first_page(p);
    submit_job(p, 0, 2, VA, false);
    job_ends(p, 0, 2, PRISIM_CAUSE_COMPLETED);
    command(p, 0, RAM, 0, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    command(p, 0, RAM, 1,
            PRISIM_CMDQ_OP_ATC_INV | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                prisim_bits_put(SID, PRISIM_CMD_SID),
            VA);
    const uint64_t asked = prisim_platform_now(p);
    command(p, 0, RAM, 2, PRISIM_CMDQ_OP_SYNC, 0);
    OK(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CMDQ_CONS, UINT32_MAX, 3, LIMIT));
    ck_assert_uint_gt(prisim_platform_now(p) - asked, 2 * 166 + 50); /* down, processed, up */
    submit_job(p, 0, 3, VA, false);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(smmu_register(p, 0, PRISIM_SMMU_PRIQ_PROD), 1); /* it is asked for */
    prisim_platform_close(p);
}
END_TEST

/* Model B: what is left is sent, a Stop Marker behind it, and nothing is waited for. */
START_TEST(stop_marker)
{
    struct prisim_platform_config config = device_config(1);
    config.device[0].endpoint.stop = PRISIM_ENDPOINT_STOP_MARKER;
    struct prisim_platform *p = start_devices(&config);
    submit_job(p, 0, 21, VA + NEXT_PAGE, true);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    OK(prisim_platform_bar_write32(p, 0, 4 * PASID, 2));
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(pasid_state(p, 0, PASID), 0);
    ck_assert_uint_eq(smmu_register(p, 0, PRISIM_SMMU_PRIQ_PROD), 2);
    /* SSV and Last; neither read nor write. */
    ck_assert_uint_eq(word_at(p, RAM + PRIQ + RECORD_BYTES), UINT64_C(0xc000000100000020));
    job_ends(p, 0, 21, PRISIM_CAUSE_STOPPED);
    prisim_platform_close(p);
}
END_TEST

/* Model A: a stop waits for the response. */
START_TEST(stop_waits)
{
    struct prisim_platform *p = start();
    submit_job(p, 0, 22, VA + NEXT_PAGE, true);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    OK(prisim_platform_bar_write32(p, 0, 4 * PASID, 2));
    ck_assert_uint_eq(pasid_state(p, 0, PASID), 2);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(pasid_state(p, 0, PASID), 2);
    respond(p, 0, 0, PRISIM_PRI_RESP_SUCCESS);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(pasid_state(p, 0, PASID), 0);
    ck_assert_uint_eq(smmu_register(p, 0, PRISIM_SMMU_PRIQ_PROD), 1);
    prisim_platform_close(p);
}
END_TEST

START_TEST(what_is_no_work)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    const struct prisim_endpoint_stimulus good = job(1, VA, 65536, true);
    const struct prisim_endpoint_stimulus request = {
        .what = PRISIM_ENDPOINT_PAGE_REQUEST, .has_pasid = 1, .pasid = 0xfffff, .prg_index = 511, .access = 7};
    struct prisim_endpoint_stimulus bad[7] = {good, good, good, good, good, request, request};
    bad[0].what = 2;
    bad[1].size = 0;
    bad[2].size = 65537;
    bad[3].pasid = 1 << 20;
    bad[4].address = UINT64_MAX - 65535;
    bad[5].prg_index = 512;
    bad[6].access = 8;
    for (unsigned i = 0; i < 7; i++)
        IS(prisim_platform_submit(p, 0, &bad[i]), PRISIM_REFUSED);
    IS(prisim_platform_submit(p, 1, &good), PRISIM_REFUSED);
    OK(prisim_platform_submit(p, 0, &good));
    OK(prisim_platform_submit(p, 0, &request));
    bad[3].has_pasid = 0;
    OK(prisim_platform_submit(p, 0, &bad[3]));
    bad[4].address--;
    OK(prisim_platform_submit(p, 0, &bad[4]));
    prisim_platform_close(p);
}
END_TEST

/* Modes that a request cannot have, and DMAs of many accesses that end too high, have no place or no pattern; each at
 * its last value that is possible, too. */
START_TEST(what_is_no_mode_and_no_pattern)
{
    const uint64_t top = UINT64_MAX;
    const struct {
        bool possible;
        struct prisim_endpoint_stimulus what;
    } rows[] = {
        {true, {.has_pasid = 1, .execute = 1, .privileged = 1}},
        {true, {.has_pasid = 1, .privileged = 1, .write = 1}},
        {false, {.has_pasid = 1, .execute = 1, .write = 1}},
        {false, {.execute = 1}},
        {false, {.privileged = 1}},
        {true, {.pattern = 3, .outstanding = 64}},
        {false, {.pattern = 4}},
        {false, {.outstanding = 65}},
        {true, {.rogue = 1, .count = 1}},
        {false, {.rogue = 1, .count = 2}},
        {true, {.count = 2, .pattern = 2, .span = 64}},
        {false, {.count = 2, .pattern = 2, .span = 63}},
        {false, {.count = 2, .pattern = 3}},
        {true, {.count = 1, .pattern = 3}},
        {true, {.count = 2, .pattern = 3, .address = top - 100, .span = 100}},
        {false, {.count = 2, .pattern = 3, .address = top - 100, .span = 101}},
        {true, {.count = 4, .address = top - 256}},
        {false, {.count = 4, .address = top - 255}},
        {true, {.count = 3, .pattern = 1, .stride = 100, .address = top - 264}},
        {false, {.count = 3, .pattern = 1, .stride = 100, .address = top - 263}},
        {true, {.count = 100000000, .pattern = 1, .address = top - 64}},
        {false, {.count = 4, .pattern = 1, .stride = UINT64_C(1) << 63}},
        {true, {.count = 4, .job = UINT32_MAX - 3}},
        {false, {.count = 4, .job = UINT32_MAX - 2}},
    };
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_endpoint_stimulus what = rows[i].what;
        what.what = PRISIM_ENDPOINT_DMA;
        what.size = 64;
        what.pasid = what.has_pasid ? PASID : 0;
        const enum prisim_status status = prisim_platform_submit(p, 0, &what);
        ck_assert_msg(status == (rows[i].possible ? PRISIM_OK : PRISIM_REFUSED), "row %u: %d", i, (int)status);
    }
    prisim_platform_close(p);
}
END_TEST

/* Each access of a DMA of many is a job, and ends as one. */
START_TEST(many_accesses)
{
    struct prisim_platform *p = start();
    struct prisim_endpoint_stimulus what = job(40, VA, 8, true);
    what.count = 3;
    what.pattern = PRISIM_ENDPOINT_STRIDED;
    what.stride = 16;
    what.outstanding = 1;
    OK(prisim_platform_submit(p, 0, &what));
    for (uint32_t i = 0; i < 3; i++)
        job_ends(p, 0, 40 + i, PRISIM_CAUSE_COMPLETED);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(word_at(p, RAM + PAGE + 32), UINT64_C(0x0000002a0000002a));
    prisim_platform_close(p);
}
END_TEST

/* 64 wait for the function, which takes one an edge, in their order. */
START_TEST(full)
{
    struct prisim_platform_config config = device_config(2);
    struct prisim_platform *p = open_platform(&config);
    const struct prisim_endpoint_stimulus what = job(100, VA, 8, true);
    for (uint32_t i = 0; i < 64; i++)
        submit_job(p, 0, i, VA, true);
    IS(prisim_platform_submit(p, 0, &what), PRISIM_FULL);
    OK(prisim_platform_submit(p, 1, &what)); /* every function has places of its own */
    OK(prisim_platform_run_until(p, 1));
    submit_job(p, 0, 64, VA, true);
    IS(prisim_platform_submit(p, 0, &what), PRISIM_FULL);
    job_ends(p, 0, 0, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_uint_eq(prisim_platform_now(p), 2);
    job_ends(p, 1, 100, PRISIM_CAUSE_NOT_ENABLED);
    for (uint32_t i = 1; i <= 64; i++) {
        job_ends(p, 0, i, PRISIM_CAUSE_NOT_ENABLED);
        ck_assert_uint_eq(prisim_platform_now(p), i + 2);
    }
    prisim_platform_close(p);
}
END_TEST

/* Of 260 ends 256 are kept, the oldest. */
START_TEST(lost)
{
    struct prisim_platform_config config = device_config(1);
    struct prisim_platform *p = open_platform(&config);
    struct prisim_platform_job_end end;
    uint32_t count = 77;
    for (uint32_t i = 0; i < 260; i++) {
        submit_job(p, 0, i, VA, true);
        if (i % 64 == 63)
            OK(prisim_platform_run_until_idle(p, LIMIT));
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    OK(prisim_platform_next_job_end(p, 0, &end, &count));
    ck_assert_uint_eq(end.job, 0);
    ck_assert_uint_eq(count, 4);
    for (uint32_t i = 1; i < 256; i++)
        job_ends(p, 0, i, PRISIM_CAUSE_NOT_ENABLED);
    IS(prisim_platform_next_job_end(p, 0, &end, &count), PRISIM_TIMEOUT);
    ck_assert_uint_eq(count, 0);
    const uint64_t now = prisim_platform_now(p);
    IS(prisim_platform_next_job_end(p, 50, &end, NULL), PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), now + 50);
    prisim_platform_close(p);
}
END_TEST

/* Two at one SMMU: the second has no tables, so that ATS is refused to it alone. */
START_TEST(two_functions)
{
    struct prisim_platform_config config = device_config(2);
    config.device[1].endpoint.requester_id = SID + 1;
    struct prisim_platform *p = start_devices(&config);
    enable_device(p, 1);
    run_pasid(p, 1, PASID);
    submit_job(p, 1, 2, VA, false);
    submit_job(p, 0, 1, VA, false);
    struct prisim_platform_job_end end[2];
    end[0] = job_end(p);
    end[1] = job_end(p);
    const unsigned second = end[1].device;
    ck_assert_uint_eq(end[0].device + second, 1);
    ck_assert_int_eq(end[second].cause, PRISIM_CAUSE_TRANSLATION_ERROR);
    ck_assert_uint_eq(end[second].job, 2);
    ck_assert_int_eq(end[1 - second].cause, PRISIM_CAUSE_COMPLETED);
    prisim_platform_close(p);
}
END_TEST

/* At two SMMUs, with one id: each is translated by its own tables. */
START_TEST(two_smmus)
{
    struct prisim_platform_config config = device_config(2);
    config.smmus = 2;
    config.device[1].smmu = 1;
    config.device[1].endpoint.requester_id = SID;
    struct prisim_platform *p = start_devices(&config);
    enable_device(p, 1);
    run_pasid(p, 1, PASID);
    for (unsigned device = 0; device < 2; device++) {
        submit_job(p, device, 0x11 * (device + 1), VA + 8, true);
        job_ends(p, device, 0x11 * (device + 1), PRISIM_CAUSE_COMPLETED);
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    ck_assert_uint_eq(word_at(p, RAM + PAGE + 8), UINT64_C(0x0000001100000011));
    ck_assert_uint_eq(word_at(p, RAM + PART + PAGE + 8), UINT64_C(0x0000002200000022));
    prisim_platform_close(p);
}
END_TEST

TEST_SUITE("platform_job", translated, not_enabled, page_request, responses, raw_page_request, invalidate, stop_marker,
           stop_waits, what_is_no_work, what_is_no_mode_and_no_pattern, many_accesses, full, lost, two_functions,
           two_smmus)
