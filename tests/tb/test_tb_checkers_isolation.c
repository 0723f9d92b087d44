/* SPDX-License-Identifier: Apache-2.0
 *
 * What a function that is cut off still sends harms nobody, as far as it is cut off (PCIE-ITAG-9, PCIE-DPC,
 * UNBIND-STEP-9): all of it, or what it has translated; and only while it is.
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

/* A job of a PASID that was unbound with its translation still in the function. */
static void left_behind(void)
{
    by_hand_close();
    by_hand_open();
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    dma(1, FRAME_A);
    invalidate(3);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_only(0);
}

static void isolated(enum prisim_driver_isolate how)
{
    say(INSTANCE_DRIVER, DRIVER_ISOLATED, NIC_ID, 3, how, PRISIM_CAUSE_NONE);
}

static void contained(uint64_t stream_id)
{
    say(INSTANCE_FABRIC, FABRIC_CONTAINED, 0, stream_id, PRISIM_CAUSE_ATC_INV_TIMEOUT);
}

/* Untranslated: it goes where the SMMU translates it. */
static void sent(bool translated)
{
    if (translated)
        dma(1, FRAME_A);
    else
        dma(1, 0x4000);
}

/* covers: PCIE-ITAG-9 */
START_TEST(a_function_that_is_cut_off)
{
    static const struct {
        bool link;
        enum prisim_driver_isolate how;
        bool heard, heard_untranslated;
    } way[] = {{true, PRISIM_DRIVER_ISOLATE_LINK, false, false},
               {false, PRISIM_DRIVER_ISOLATE_LINK, true, true}, /* the root port has not said so yet */
               {false, PRISIM_DRIVER_ISOLATE_STE_ABORT, false, false},
               {false, PRISIM_DRIVER_ISOLATE_ATS_OFF, false, true}};
    for (unsigned i = 0; i < sizeof way / sizeof *way; i++)
        for (unsigned translated = 0; translated < 2; translated++) {
            left_behind();
            if (way[i].link)
                contained(NIC_ID);
            isolated(way[i].how);
            sent(translated);
            ck_count(DMA_AFTER_UNBIND, translated ? way[i].heard : way[i].heard_untranslated);
        }
}
END_TEST

/* What left before is under way. */
START_TEST(not_before)
{
    left_behind();
    dma(1, FRAME_A);
    isolated(PRISIM_DRIVER_ISOLATE_STE_ABORT);
    ck_count(DMA_AFTER_UNBIND, 1);
}
END_TEST

/* A link that is released, or a function that was reset with what it had. */
START_TEST(not_behind)
{
    left_behind();
    contained(NIC_ID);
    dma(1, FRAME_A);
    say(INSTANCE_FABRIC, FABRIC_RELEASED, 0, NIC_ID);
    ck_count(DMA_AFTER_UNBIND, 0);
    dma(1, FRAME_A);
    ck_count(DMA_AFTER_UNBIND, 1);
    for (unsigned translated = 0; translated < 2; translated++) {
        left_behind();
        isolated(PRISIM_DRIVER_ISOLATE_STE_ABORT);
        say(NIC, ENDPOINT_RESET, now + 50);
        sent(translated);
        ck_count(DMA_AFTER_UNBIND, 1);
    }
}
END_TEST

START_TEST(nobody_elses)
{
    left_behind();
    contained(GPU_ID);
    dma(1, FRAME_A);
    ck_count(DMA_AFTER_UNBIND, 1);
    left_behind();
    say(INSTANCE_DRIVER, DRIVER_ISOLATED, GPU_ID, 3, PRISIM_DRIVER_ISOLATE_STE_ABORT, PRISIM_CAUSE_NONE);
    dma(1, FRAME_A);
    ck_count(DMA_AFTER_UNBIND, 1);
}
END_TEST

/* U6 with a translation left in it: of a function that is cut off it is as good as gone. */
START_TEST(what_is_left_in_it)
{
    for (unsigned cut = 0; cut < 2; cut++) {
        by_hand_close();
        by_hand_open();
        bind(NIC_ID, SPACE_A, 1);
        job_holds(1, FRAME_A);
        job_done(1, PRISIM_CAUSE_COMPLETED);
        if (cut)
            contained(NIC_ID);
        unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
        ck_count(FREED_BEFORE_INVALIDATED, !cut);
        ck_count(PROMISE_BROKEN_ATC, !cut);
    }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {a_function_that_is_cut_off, not_before, not_behind, nobody_elses,
                                  what_is_left_in_it,         NULL};
    return judge_suite("tb_checkers_isolation", tests);
}
