/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentences of the report: what is told of each event, word by word, and what is not told.
 */
#include "by_hand_stream.h"

#include "tb/report/report_words.h"
#include "tests/harness/suite.h"

static struct {
    struct prisim_event event;
    const char *words;
} row[] = {
#define SAYS(words_, ID, member, ...)                                                                                  \
    {                                                                                                                  \
        .event = {.type = PRISIM_EVENT_##ID, .member = {__VA_ARGS__}}, .words = words_                                 \
    }
#define NONE(words_, ID)                                                                                               \
    {                                                                                                                  \
        .event = {.type = PRISIM_EVENT_##ID}, .words = words_                                                          \
    }
    SAYS("page request 7: PASID 3, 0x4000, PRGI 5, RWL", ENDPOINT_PAGE_REQUEST, endpoint_page_request, .request = 7,
         .job = 8, .pasid = 3, .prgi = 5, .address = 0x4000, .access = R | W | L),
    SAYS("page request 7: no PASID, 0x0, PRGI 511, XP", ENDPOINT_PAGE_REQUEST, endpoint_page_request, .request = 7,
         .pasid = PRISIM_PASID_NONE, .prgi = 511, .access = 0x18),
    SAYS("sends page request 9", ENDPOINT_PAGE_REQUEST_SENT, endpoint_page_request_sent, .request = 9, .tlp = 1),
    SAYS("sends the Stop Marker of PASID 4", ENDPOINT_STOP_MARKER, endpoint_stop_marker, .tlp = 1, .pasid = 4),
    SAYS("gets a response for PRGI 6: Success", ENDPOINT_RESPONSE, endpoint_response, .prgi = 6, .code = 0),
    SAYS("gets a response for PRGI 6: Invalid", ENDPOINT_RESPONSE, endpoint_response, .prgi = 6, .code = 1),
    SAYS("gets a response for PRGI 6: Failure", ENDPOINT_RESPONSE, endpoint_response, .prgi = 6, .code = 15),
    SAYS("gets a response for PRGI 6: an unused code", ENDPOINT_RESPONSE, endpoint_response, .prgi = 6, .code = 2),
    SAYS("may use PASID 2", ENDPOINT_START, endpoint_start, .pasid = 2),
    SAYS("begins to stop PASID 2", ENDPOINT_STOP, endpoint_stop, .pasid = 2),
    SAYS("has stopped PASID 2; groups unanswered: 3", ENDPOINT_STOPPED, endpoint_stopped, .pasid = 2, .groups = 3),
    SAYS("page requests are switched off; groups lost: 4", ENDPOINT_PRI_OFF, endpoint_pri_off, .groups = 4),
    SAYS("page request of gpu arrives: PASID 1, PRGI 5", SMMU_PAGE_REQUEST, smmu_page_request, .stream_id = GPU_ID,
         .pasid = 1, .prgi = 5, .access = R | L),
    SAYS("Stop Marker of nic arrives: PASID 1, PRGI 0", SMMU_PAGE_REQUEST, smmu_page_request, .stream_id = NIC_ID,
         .pasid = 1, .access = L),
    SAYS("page request of nic arrives: no PASID, PRGI 0", SMMU_PAGE_REQUEST, smmu_page_request, .stream_id = NIC_ID,
         .pasid = PRISIM_PASID_NONE, .access = L),
    SAYS("does not translate 0x5000 of PASID 1 of stream 0x77", SMMU_TRANSLATE, smmu_translate, .stream_id = 0x77,
         .pasid = 1, .address = 0x5000, .cause = PRISIM_CAUSE_TRANSLATION_FAULT),
    SAYS("answers nic, PRGI 5: Invalid", SMMU_PRG_RESPONSE, smmu_prg_response, .stream_id = NIC_ID, .prgi = 5,
         .code = 1),
    SAYS("gives up its wait for the SYNC at index 19, PASID 1, and goes on", DRIVER_SYNC_TIMEOUT, driver_sync_timeout,
         .stream_id = NIC_ID, .pasid = 1, .index = 19),
    SAYS("nic has not completed the invalidation with ITag 12 in time", SMMU_ATC_TIMEOUT, smmu_atc_timeout,
         .stream_id = NIC_ID, .itag = 12),
    SAYS("event queue overflows: OVFLG toggles, PROD 0x80000010", SMMU_EVENT_OVERFLOW, smmu_event_overflow,
         .prod = 0x80000010),
    SAYS("global errors active: 0x4", SMMU_GERROR, smmu_gerror, .active = 4),
    SAYS("drops a Stop Marker of nic: PASID 1, PRGI 0", PRI_QUEUE_DROP, pri_queue_drop, .stream_id = NIC_ID, .pasid = 1,
         .access = L),
    SAYS("drops a page request of nic: PASID 1, PRGI 5", PRI_QUEUE_DROP, pri_queue_drop, .stream_id = NIC_ID,
         .pasid = 1, .prgi = 5, .access = W | L),
    SAYS("page request of nic is in slot 3: PASID 1, PRGI 5", PRI_QUEUE_WRITE, pri_queue_write, .slot = 3,
         .stream_id = NIC_ID, .pasid = 1, .prgi = 5, .access = R),
    SAYS("cannot write slot 3: nic, PASID 1, PRGI 5", PRI_QUEUE_LOST, pri_queue_lost, .slot = 3, .stream_id = NIC_ID,
         .pasid = 1, .prgi = 5),
    SAYS("lets a TLP pass another on link 1, against the rules", FABRIC_PASSED, fabric_passed, .tlp = 7, .overtaken = 6,
         .link = 1, .up = 1),
    SAYS("PROD moves to 0x11", PRI_QUEUE_PROD, pri_queue_prod, .prod = 0x11),
    SAYS("overflows: OVFLG toggles, PROD 0x11", PRI_QUEUE_OVERFLOW, pri_queue_overflow, .prod = 0x11, .ovflg = 1),
    SAYS("answers nic, PRGI 5 by itself: Success", PRI_QUEUE_RESPONSE, pri_queue_response, .stream_id = NIC_ID,
         .prgi = 5),
    NONE("a write of the queue aborted", PRI_QUEUE_ABORT),
    SAYS("interrupt 0x3 reaches the doorbell", INTERCONNECT_INTERRUPT, interconnect_interrupt, .data = 3),
    SAYS("aborts an access to 0x9000", INTERCONNECT_ABORT, interconnect_abort, .address = 0x9000),
    SAYS("has no page left for a write to 0x9000", INTERCONNECT_FULL, interconnect_full, .address = 0x9000),
    SAYS("interrupt 0x3 is lost", DRIVER_INTERRUPT_LOST, driver_interrupt_lost, .data = 3),
    NONE("the interrupt handler starts", DRIVER_INTERRUPT),
    SAYS("takes slot 3 as item 4: nic, PASID 1, PRGI 5", DRIVER_TAKE, driver_take, .item = 4, .slot = 3,
         .stream_id = NIC_ID, .pasid = 1, .prgi = 5),
    SAYS("item 4 is the Stop Marker of PASID 1 of nic", DRIVER_MARKER, driver_marker, .item = 4, .stream_id = NIC_ID,
         .pasid = 1),
    SAYS("parks item 4: its group's Last is still to come", DRIVER_PARK, driver_park, .item = 4),
    SAYS("puts item 4 on the work queue", DRIVER_ENQUEUE, driver_enqueue, .item = 4),
    SAYS("item 4, PASID 1 of nic: space B", DRIVER_RESOLVE, driver_resolve, .item = 4, .stream_id = NIC_ID, .pasid = 1,
         .space = SPACE_B, .binding = 9),
    SAYS("item 4, PASID 1 of nic: no space", DRIVER_RESOLVE, driver_resolve, .item = 4, .stream_id = NIC_ID,
         .pasid = 1),
    SAYS("item 4: page 0x4000 of space A, RW", DRIVER_PAGE, driver_page, .item = 4, .space = SPACE_A, .address = 0x4000,
         .access = R | W),
    SAYS("answers item 4, PRGI 5 of nic: Failure", DRIVER_RESPOND, driver_respond, .item = 4, .stream_id = NIC_ID,
         .prgi = 5, .code = 15),
    SAYS("drops item 4 without an answer", DRIVER_DISCARD, driver_discard, .item = 4),
    SAYS("tells nic to stop PASID 1", DRIVER_STOP, driver_stop, .stream_id = NIC_ID, .pasid = 1),
    SAYS("learns that nic has stopped PASID 1", DRIVER_STOP_SEEN, driver_stop_seen, .stream_id = NIC_ID, .pasid = 1),
    SAYS("unbinds PASID 1 of nic, policy none", DRIVER_UNBIND, driver_unbind, .stream_id = NIC_ID, .pasid = 1,
         .policy = 0),
    SAYS("unbinds PASID 1 of nic, policy drain", DRIVER_UNBIND, driver_unbind, .stream_id = NIC_ID, .pasid = 1,
         .policy = 1),
    SAYS("unbinds PASID 1 of nic, policy stop_marker", DRIVER_UNBIND, driver_unbind, .stream_id = NIC_ID, .pasid = 1,
         .policy = 2),
    SAYS("the context descriptor of PASID 1 is cleared", DRIVER_CLEAR, driver_clear, .pasid = 1),
    SAYS("TLBs and ATC are invalidated for PASID 1", DRIVER_INVALIDATED, driver_invalidated, .pasid = 1),
    SAYS("the call returns: PASID 1 of nic, kept", DRIVER_UNBIND_RETURNED, driver_unbind_returned, .stream_id = NIC_ID,
         .pasid = 1, .cause = PRISIM_CAUSE_KEPT),
    SAYS("space B has ASID 6", DRIVER_ASID_GIVEN, driver_asid_given, .asid = 6, .space = SPACE_B),
    SAYS("ASID 6 of space B is free", DRIVER_ASID_FREED, driver_asid_freed, .asid = 6, .space = SPACE_B),
    SAYS("frame 0x80000 of space A is taken back", DRIVER_FRAME_TAKEN, driver_frame_taken, .address = 0x80000,
         .space = SPACE_A),
    SAYS("takes 0x1000 bytes of space A at 0x4000 back", DRIVER_UNMAP, driver_unmap, .space = SPACE_A,
         .address = 0x4000, .size = 0x1000),
    SAYS("the descriptors of space A are cleared", DRIVER_UNMAP_CLEARED, driver_unmap_cleared, .space = SPACE_A),
    SAYS("pages of space A are taken back", DRIVER_UNMAPPED, driver_unmapped, .space = SPACE_A),
    SAYS("all that space A had is taken back", DRIVER_SPACE_ENDED, driver_space_ended, .space = SPACE_A),
    SAYS("the process of space A dies", DRIVER_MM_EXIT, driver_mm_exit, .space = SPACE_A),
    SAYS("the process of space A is dead", DRIVER_MM_EXITED, driver_mm_exited, .space = SPACE_A),
    SAYS("ends where it is: life 2 begins, and nothing was unbound", DRIVER_KEXEC, driver_kexec, .life = 2),
    SAYS("has switched the SMMU off, in life 2", DRIVER_SMMU_OFF, driver_smmu_off, .life = 2),
    SAYS("item 4: page 0x4000 of space A comes from storage", DRIVER_MAJOR_FAULT, driver_major_fault, .item = 4,
         .space = SPACE_A, .address = 0x4000),
    SAYS("space A maps file 3", DRIVER_FILE_MAPPED, driver_file_mapped, .space = SPACE_A, .file = 3),
    SAYS("frame 0x80000 is the page of file 3 at 0x1000", DRIVER_PAGE_CACHED, driver_page_cached, .address = 0x80000,
         .file = 3, .offset = 0x1000),
    SAYS("frame 0x80000 is given to space A", DRIVER_FRAME_GIVEN, driver_frame_given, .address = 0x80000,
         .space = SPACE_A),
    SAYS("handle 0x10000001: life 3 begins", DRIVER_OBJECT_MADE, driver_object_made, .object = 0, .id = 0x10000001,
         .life = 3),
    SAYS("the task worker has lock 2", DRIVER_LOCKED, driver_locked, .task = 3, .lock = 2),
    SAYS("the task caller lets go of lock 1", DRIVER_UNLOCKED, driver_unlocked, .task = 4, .lock = 1),
    SAYS("the task worker waits without a time-out", DRIVER_BLOCKED, driver_blocked, .task = 3, .on = 2),
    SAYS("the task worker goes on", DRIVER_WOKEN, driver_woken, .task = 3),
    SAYS("space 0x2: life 4 ends", DRIVER_OBJECT_FREED, driver_object_freed, .object = 1, .id = 2, .life = 4),
    SAYS("the task worker uses group 0x9 of life 5", DRIVER_ACCESS, driver_access, .task = 3, .object = 2, .id = 9,
         .life = 5),
    SAYS("the driver of nic says of PASID 1: flags 2", DRIVER_FLAGS, driver_flags, .stream_id = NIC_ID, .pasid = 1,
         .flags = 2),
    SAYS("faults of PASID 1 no longer find its space", DRIVER_LEFT_LOOKUP, driver_left_lookup, .pasid = 1),
    NONE("what the policy waits for has happened", DRIVER_DRAINED),
    SAYS("PASID 1 of nic is free: unbind returns", DRIVER_FREE, driver_free, .stream_id = NIC_ID, .pasid = 1),
    SAYS("PASID 1 of nic is bound to space B, binding 2", DRIVER_BIND, driver_bind, .stream_id = NIC_ID, .pasid = 1,
         .space = SPACE_B, .binding = 2),
    SAYS("refuses a call for PASID 1 of nic", DRIVER_REFUSED, driver_refused, .stream_id = NIC_ID, .pasid = 1),
    SAYS("the task init 0 is held before driver.page", DRIVER_HOLD, driver_hold, .task = 0,
         .before = PRISIM_EVENT_DRIVER_PAGE),
    SAYS("the task irq 0 is held before driver.page", DRIVER_HOLD, driver_hold, .task = 1,
         .before = PRISIM_EVENT_DRIVER_PAGE),
    SAYS("the task pri_thread 0 goes on with driver.take", DRIVER_RELEASE, driver_release, .task = 2,
         .before = PRISIM_EVENT_DRIVER_TAKE),
    SAYS("the task worker 5 is held before driver.page", DRIVER_HOLD, driver_hold, .task = 3, .index = 5,
         .before = PRISIM_EVENT_DRIVER_PAGE),
    SAYS("the task caller 1 is held before driver.free", DRIVER_HOLD, driver_hold, .task = 4, .index = 1,
         .before = PRISIM_EVENT_DRIVER_FREE),
    SAYS("the task event_thread 0 is held before driver.page", DRIVER_HOLD, driver_hold, .task = 5,
         .before = PRISIM_EVENT_DRIVER_PAGE),
    SAYS("acknowledges global errors 0x4", DRIVER_GERROR, driver_gerror, .active = 4),
    SAYS("endpoint[gpu] broke a duty for PASID 1: one_marker", PREMISE_BROKEN, premise_broken, .party = GPU, .pasid = 1,
         .duty = PRISIM_CAUSE_ONE_MARKER),
};

START_TEST(word_by_word)
{
    char words[REPORT_TEXT_MAX];
    ck_assert(report_covers(&row[_i].event));
    report_words(&scenario, &row[_i].event, words);
    ck_assert_str_eq(words, row[_i].words);
}
END_TEST

/* Registers, commands, accesses and links are the log's; a translation is told when it fails. */
START_TEST(what_is_not_told)
{
    static const enum prisim_event_type not_told[] = {PRISIM_EVENT_SMMU_REGISTER,    PRISIM_EVENT_SMMU_COMMAND,
                                                      PRISIM_EVENT_SMMU_TLBI,        PRISIM_EVENT_SMMU_CACHE_HIT,
                                                      PRISIM_EVENT_SMMU_SYNC,        PRISIM_EVENT_FABRIC_LEAVE,
                                                      PRISIM_EVENT_PRI_QUEUE_ACCEPT, PRISIM_EVENT_ENDPOINT_DMA,
                                                      PRISIM_EVENT_ENDPOINT_EVICT,   PRISIM_EVENT_TIMELINE_STEP};
    for (unsigned i = 0; i < sizeof not_told / sizeof *not_told; i++) {
        struct prisim_event event = {.type = (uint16_t)not_told[i]};
        ck_assert_msg(!report_covers(&event), "%s", prisim_event_name(not_told[i]));
    }
    static const struct {
        enum prisim_cause cause;
        bool told;
    } translations[] = {
        {PRISIM_CAUSE_TRANSLATED, false}, {PRISIM_CAUSE_BYPASS, false}, {PRISIM_CAUSE_TRANSLATION_FAULT, true}};
    for (unsigned i = 0; i < 3; i++) {
        struct prisim_event event = {.type = PRISIM_EVENT_SMMU_TRANSLATE,
                                     .smmu_translate = {.cause = translations[i].cause}};
        ck_assert(report_covers(&event) == translations[i].told);
    }
}
END_TEST

/* The last column: the cause, if there is one. */
START_TEST(causes)
{
    struct prisim_event event = {.type = PRISIM_EVENT_DRIVER_RESOLVE, .driver_resolve = {.cause = PRISIM_CAUSE_BOUND}};
    ck_assert_str_eq(report_cause(&event), "bound");
    event.driver_resolve.cause = PRISIM_CAUSE_NONE;
    ck_assert_str_eq(report_cause(&event), "");
    event = (struct prisim_event){.type = PRISIM_EVENT_DRIVER_TAKE};
    ck_assert_str_eq(report_cause(&event), "");
}
END_TEST

/* What is told only if it is asked for: the name, and the fields with the scenario's names, but for the cause. */
START_TEST(fields)
{
    static const struct {
        struct prisim_event event;
        const char *words;
    } untold[] = {
        {{.type = PRISIM_EVENT_TIMELINE_STEP, .timeline_step = {.step = 3}}, "timeline.step: step 3"},
        {{.type = PRISIM_EVENT_SMMU_COMMAND,
          .smmu_command = {.index = 1, .opcode = 5, .stream_id = GPU_ID, .pasid = PRISIM_PASID_NONE}},
         "smmu.command: index 1, opcode 0x5, stream_id gpu, pasid none"},
        {{.type = PRISIM_EVENT_SMMU_PREFETCH,
          .smmu_prefetch = {.stream_id = 0x77, .pasid = 4, .address = 0x4000, .cause = PRISIM_CAUSE_TRANSLATED}},
         "smmu.prefetch: stream_id stream 0x77, pasid 4, address 0x4000"},
        {{.type = PRISIM_EVENT_FABRIC_ENTER, .fabric_enter = {.tlp = 0x6000001, .link = 1, .up = 1, .type = 6}},
         "fabric.enter: tlp 0x6000001, link 1, up true, type 6"},
    };
    char words[REPORT_TEXT_MAX];
    for (unsigned i = 0; i < sizeof untold / sizeof untold[0]; i++) {
        report_words(&scenario, &untold[i].event, words);
        ck_assert_str_eq(words, untold[i].words);
    }
}
END_TEST

START_TEST(values)
{
    char words[REPORT_TEXT_MAX];
    report_value_words(&scenario, PRISIM_FIELD_SPACE, SPACE_B, words);
    ck_assert_str_eq(words, "B");
    report_value_words(&scenario, PRISIM_FIELD_SPACE, 0, words);
    ck_assert_str_eq(words, "none");
    report_value_words(&scenario, PRISIM_FIELD_PASID, PRISIM_PASID_NONE, words);
    ck_assert_str_eq(words, "none");
    report_value_words(&scenario, PRISIM_FIELD_PASID, 1048575, words);
    ck_assert_str_eq(words, "1048575");
    report_value_words(&scenario, PRISIM_FIELD_INSTANCE, GPU, words);
    ck_assert_str_eq(words, "endpoint[gpu]");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_sentences");
    TCase *tcase = tcase_create("tb_sentences");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_loop_test(tcase, word_by_word, 0, sizeof row / sizeof *row);
    tcase_add_test(tcase, what_is_not_told);
    tcase_add_test(tcase, causes);
    tcase_add_test(tcase, fields);
    tcase_add_test(tcase, values);
    suite_add_tcase(suite, tcase);
    return suite;
}
