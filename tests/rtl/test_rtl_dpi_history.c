/* SPDX-License-Identifier: Apache-2.0
 *
 * The history behind the report of a DPI testbench: which edges are kept, and how they read.
 */
#include <stdlib.h>
#include <string.h>

#include "rtl/dpi/prisim_pri_queue_dpi.h"
#include "rtl/dpi/prisim_pri_queue_history.h"
#include "tests/harness/suite.h"

static struct history history;
static struct pri_queue_inputs in;
static struct pri_queue_outputs before, out;

static void clear(void)
{
    memset(&history, 0, sizeof history);
    memset(&in, 0, sizeof in);
    memset(&before, 0, sizeof before);
    memset(&out, 0, sizeof out);
}

static void note(bool rst_n)
{
    history_note(&history, rst_n, &in, &before, &out);
}

START_TEST(what_arrives_and_what_is_put_reads_by_the_names_of_the_pins)
{
    in.rx_valid = 1 << PRISIM_PRI_QUEUE_RX_REQUEST | 1 << PRISIM_PRI_QUEUE_RX_CONTROL;
    in.request = (struct prisim_page_request){
        .address = 0xabc000, .stream_id = 0x12, .pasid = 0x345, .prg_index = 0x1f, .has_pasid = 1, .access = 3};
    in.control = (struct prisim_pri_queue_control){.what = PRISIM_PRI_QUEUE_CONS, .value = 0x80000001};
    before.request_ready = true;
    out.valid = 1 << PRISIM_PRI_QUEUE_TX_STATUS | 1 << PRISIM_PRI_QUEUE_TX_ABORT;
    out.status.prod = 0x10;
    out.status.cons = 0x20;
    out.abort.record = true;
    out.abort.cause = PRISIM_CAUSE_ACCEPTED;
    note(true);
    ck_assert_str_eq(history_text(&history, 77),
                     "  edge 77\n"
                     "    > request address abc000 stream_id 12 pasid 345 prg_index 1f has_pasid 1 access 3 secure 0\n"
                     "    > control what 2 value 80000001\n"
                     "    < status prod 10 cons 20 enable_ack 0 changed 0\n"
                     "    < abort record 1 msi 0 cause 1 (accepted)\n");
}
END_TEST

START_TEST(memory_data_reads_by_its_size)
{
    out.valid = 1 << PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST;
    out.memory.address = 0x1000;
    out.memory.id = 16;
    out.memory.size = 4;
    out.memory.write = true;
    memcpy(out.memory.data, "\x55\x66\x77\x88", 4);
    note(true);
    ck_assert_str_eq(history_text(&history, 5),
                     "  edge 5\n    < memory_request address 1000 id 10 size 4 write 1 data_31_0 88776655\n");
}
END_TEST

START_TEST(what_waits_is_not_told_again)
{
    in.rx_valid = 1 << PRISIM_PRI_QUEUE_RX_REQUEST; /* not ready */
    before.valid = out.valid = 1 << PRISIM_PRI_QUEUE_TX_RESPONSE;
    note(true);
    ck_assert_str_eq(history_text(&history, 0), "");
    in.tx_ready = 1 << PRISIM_PRI_QUEUE_TX_RESPONSE; /* taken: what stands there now is another one */
    note(true);
    ck_assert_str_eq(history_text(&history, 0),
                     "  edge 0\n    < response stream_id 0 prg_index 0 has_pasid 0 code 0 cause 0 (none)\n");
}
END_TEST

START_TEST(a_reset_is_told_where_it_begins)
{
    in.rx_valid = 1 << PRISIM_PRI_QUEUE_RX_CONTROL; /* nobody takes it */
    note(false);
    note(false);
    in.rx_valid = 0;
    note(true);
    note(false);
    ck_assert_str_eq(history_text(&history, 103), "  edge 100\n    > rst_n 0\n  edge 103\n    > rst_n 0\n");
}
END_TEST

START_TEST(the_last_edges_with_something_are_kept)
{
    for (unsigned i = 0; i < 2 * 30; i++) {
        in.rx_valid = i % 2 ? 0 : 1 << PRISIM_PRI_QUEUE_RX_LOOKUP;
        note(true);
    }
    /* Edges 0, 2 .. 58 had something; 24 of them begin with 12. */
    const char *text = history_text(&history, 59);
    ck_assert_ptr_eq(strstr(text, "  edge 12\n    > lookup_answer reachable 0 ppar 0\n"), text);
    ck_assert_ptr_nonnull(strstr(text, "  edge 58\n"));
    ck_assert_ptr_null(strstr(text, "  edge 59\n"));
}
END_TEST

START_TEST(every_channel_at_once_fits)
{
    memset(&in, 1, sizeof in); /* a bool is 1 at most */
    memset(&out, 1, sizeof out);
    out.memory.size = 16;
    out.decision.cause = PRISIM_CAUSE_ACCEPTED;
    in.rx_valid = (1 << PRISIM_PRI_QUEUE_RX_PORTS) - 1;
    out.valid = (1 << PRISIM_PRI_QUEUE_TX_PORTS) - 1;
    before.request_ready = true;
    for (unsigned i = 0; i < HISTORY_EDGES; i++)
        note(true);
    const char *text = history_text(&history, UINT64_MAX);
    ck_assert_ptr_eq(strstr(text, "  edge "), text);
    ck_assert_uint_gt(strlen(text), HISTORY_EDGES * 500);
    ck_assert_uint_lt(strlen(text), sizeof history.text / 2);
}
END_TEST

START_TEST(a_handle_has_its_own)
{
    ck_assert_str_eq(prisim_pri_queue_history(NULL, 0), "");
    void *queue = prisim_pri_queue_create(PRISIM_PRI_QUEUE_API, 8, 0, 1, 1, 0, 1, 4, 2, 4);
    void *other = prisim_pri_queue_create(PRISIM_PRI_QUEUE_API, 8, 0, 1, 1, 0, 1, 4, 2, 4);
    ck_assert_str_eq(prisim_pri_queue_history(queue, 0), "");
    ck_assert_str_eq(prisim_pri_queue_history(other, 0), "");
    prisim_pri_queue_close(queue);
    prisim_pri_queue_close(other);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("rtl_dpi_history");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, clear, NULL);
    tcase_add_test(all, what_arrives_and_what_is_put_reads_by_the_names_of_the_pins);
    tcase_add_test(all, memory_data_reads_by_its_size);
    tcase_add_test(all, what_waits_is_not_told_again);
    tcase_add_test(all, a_reset_is_told_where_it_begins);
    tcase_add_test(all, the_last_edges_with_something_are_kept);
    tcase_add_test(all, every_channel_at_once_fits);
    tcase_add_test(all, a_handle_has_its_own);
    suite_add_tcase(suite, all);
    return suite;
}
