/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue as a queue: errors and their recovery, lines fetched ahead, CONS in batches, CMDQEN, sizes and
 * impossible indexes (SMMU-CR0, SMMU-QUEUE, SMMU-CERROR).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

static struct smmu_harness *h;

static void teardown(void)
{
    smmu_harness_close(h);
    h = NULL;
}

static void open_with(uint32_t lines, uint32_t batch)
{
    if (h) /* of the check before, in a process for all */
        teardown();
    h = smmu_harness_open();
    h->config.command_lines = lines;
    h->config.cons_batch = batch;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void put_pri_resp(unsigned prgi)
{
    command_put(h, command_sid(PRISIM_CMDQ_OP_PRI_RESP, -1),
                prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP) | prgi);
}

static prisim_cycle_t event_at(enum prisim_event_type type, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, type, n);
    ck_assert_ptr_nonnull(event);
    return event->cycle;
}

/* covers: SMMU-CERROR-1, SMMU-CERROR-2, SMMU-CERROR, SMMU-GERROR-1 */
START_TEST(error_is_visible_with_gerror)
{
    prisim_cycle_t found = 0;
    for (unsigned run = 0; run < 5; run++) {
        open_with(1, 1);
        put_pri_resp(1);
        command_put(h, 0, 0);
        command_ring(h);
        if (run == 0) {
            smmu_harness_run(h, 100);
            found = event_at(PRISIM_EVENT_SMMU_GERROR, 0);
            ck_assert_uint_eq(event_at(PRISIM_EVENT_SMMU_COMMAND_ERROR, 0), found);
        } else {
            /* At the edge before neither shows it, at the edge both do. */
            bool gerror = run & 1;
            uint32_t value =
                command_read_at(h, gerror ? PRISIM_SMMU_GERROR : PRISIM_SMMU_CMDQ_CONS, run < 3 ? found - 1 : found);
            ck_assert_uint_eq(value, run < 3  ? !gerror
                                     : gerror ? PRISIM_GERROR_CMDQ
                                              : 1 | PRISIM_CERROR_ILL << PRISIM_CMDQ_CONS_ERR_SHIFT);
        }
        teardown();
    }
}
END_TEST

/* covers: SMMU-CERROR, SMMU-CERROR-2 */
START_TEST(restart)
{
    open_with(1, 1);
    command_put(h, 0, 0);
    put_pri_resp(7);
    command_ring(h);
    smmu_harness_run(h, 100);
    command_expect_error(h, 0, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    /* A PROD write does not restart it. */
    put_pri_resp(8);
    command_ring(h);
    smmu_harness_store(h, HARNESS_CMDQ, PRISIM_CMDQ_OP_SYNC);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 0);
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    prisim_cycle_t acknowledged = command_acknowledge(h);
    smmu_harness_run(h, 100);
    /* The acknowledgement does, at its edge; everything from RD on is read again. */
    const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, fetches);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, fetches), acknowledged);
    ck_assert_uint_eq(request->address, HARNESS_CMDQ);
    ck_assert_uint_eq(request->size, 3 * PRISIM_COMMAND_BYTES);
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 2);
}
END_TEST

/* covers: SMMU-CERROR-2, SMMU-QUEUE-13 */
START_TEST(prod_moves_back_in_an_error)
{
    open_with((uint32_t)_i, 1);
    for (unsigned i = 0; i < 6; i++) {
        if (i == 1)
            command_put(h, 0xff, 0);
        else
            put_pri_resp(i);
    }
    command_ring(h);
    smmu_harness_run(h, 200);
    command_expect_error(h, 1, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    h->cmdq_prod = 1;
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    command_ring(h);
    command_acknowledge(h);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, 2);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 1);
}
END_TEST

/* covers: SMMU-CERROR-3, SMMU-CERROR */
START_TEST(second_line_aborts)
{
    open_with((uint32_t)_i, 4);
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    h->fail_at = HARNESS_CMDQ + 64;
    command_ring(h);
    smmu_harness_run(h, 200);
    command_expect_error(h, 4, PRISIM_CERROR_ABT, PRISIM_CAUSE_COMMAND_FETCH_ABORT);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 4);
    h->fail_at = 0;
    command_acknowledge(h);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, 8);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 8);
}
END_TEST

/* Eight commands of two lines: when the lines are fetched, and when each command is consumed. */
static void eight_commands(uint32_t lines, prisim_cycle_t fetch[2], prisim_cycle_t consumed[8])
{
    open_with(lines, 1);
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    prisim_cycle_t written = command_ring(h);
    unsigned first = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    while (first > 0 && harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, first - 1) >= written)
        first--;
    smmu_harness_run(h, 200);
    for (unsigned i = 0; i < 2; i++)
        fetch[i] = harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, first + i) - written;
    for (unsigned i = 0; i < 8; i++) {
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, i);
        ck_assert_ptr_nonnull(event);
        ck_assert_uint_eq(event->smmu_command.index, i);
        ck_assert_uint_eq(((const struct prisim_tlp *)harness_got(h->base, PRISIM_SMMU_TX_DOWN, i))->head.prg_index, i);
        consumed[i] = event->cycle - written;
    }
    teardown();
}

/* One line: the next one is fetched when it is consumed. Two: one edge after the first, and no gap. */
/* covers: SMMU-SYNC-8 */
START_TEST(lines_ahead)
{
    enum { FETCH = 1 + HARNESS_MEMORY_LATENCY, DECODE = 4 };
    prisim_cycle_t fetch[2], consumed[8];
    eight_commands(1, fetch, consumed);
    ck_assert_uint_eq(fetch[0], 0);
    ck_assert_uint_eq(fetch[1], FETCH + 4 * DECODE);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(consumed[i], (i / 4 + 1) * FETCH + (i + 1) * DECODE);
    for (uint32_t lines = 2; lines <= 4; lines++) {
        eight_commands(lines, fetch, consumed);
        ck_assert_uint_eq(fetch[0], 0);
        ck_assert_uint_eq(fetch[1], 1);
        for (unsigned i = 0; i < 8; i++)
            ck_assert_uint_eq(consumed[i], FETCH + (i + 1) * DECODE);
    }
}
END_TEST

/* The second line comes before the first: the commands keep their order. */
/* covers: SMMU-SYNC-8 */
START_TEST(lines_answered_out_of_order)
{
    open_with(2, 1);
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    h->latency = 200;
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, written + 1); /* the first fetch is taken */
    h->latency = HARNESS_MEMORY_LATENCY;
    smmu_harness_run(h, 400);
    for (unsigned i = 0; i < 8; i++) {
        ck_assert_uint_eq(((const struct prisim_tlp *)harness_got(h->base, PRISIM_SMMU_TX_DOWN, i))->head.prg_index, i);
        ck_assert_uint_eq(event_at(PRISIM_EVENT_SMMU_COMMAND, i), written + 1 + 200 + 4 * (i + 1));
    }
}
END_TEST

/* Lines on their way when an error comes are dropped, also if they arrive after the restart. */
/* covers: SMMU-CERROR, SMMU-QUEUE-30 */
START_TEST(late_line_is_dropped)
{
    open_with(2, 1);
    for (unsigned i = 0; i < 8; i++)
        command_put(h, i == 0 ? 0xff : command_sid(PRISIM_CMDQ_OP_PRI_RESP, -1),
                    prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP) | i);
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, written + 1);
    h->latency = 300; /* the second line */
    command_run_to(h, written + 2);
    h->latency = HARNESS_MEMORY_LATENCY;
    smmu_harness_run(h, 50);
    command_expect_error(h, 0, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    smmu_harness_store(h, HARNESS_CMDQ, PRISIM_CMDQ_OP_SYNC);
    for (unsigned i = 4; i < 8; i++) /* what the late line does not hold */
        smmu_harness_store(h, HARNESS_CMDQ + i * 16 + 8,
                           prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP) | (i + 0x100));
    command_acknowledge(h);
    smmu_harness_run(h, 600);
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, 8);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 7);
    for (unsigned i = 1; i < 8; i++)
        ck_assert_uint_eq(((const struct prisim_tlp *)harness_got(h->base, PRISIM_SMMU_TX_DOWN, i - 1))->head.prg_index,
                          i < 4 ? i : i + 0x100);
}
END_TEST

/* A fetch that waits for the port when an error comes is not made until the restart. */
/* covers: SMMU-CERROR */
START_TEST(waiting_fetch_is_dropped)
{
    open_with(3, 1);
    command_put(h, 0xff, 0);
    for (unsigned i = 1; i < 12; i++)
        put_pri_resp(i);
    prisim_cycle_t written = command_ring(h);
    harness_ready(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, false);
    smmu_harness_run(h, 50); /* the first fetch is answered, the second is on the port, the third waits for it */
    command_expect_error(h, 0, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    harness_ready(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, true);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, fetches);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, fetches - 1), written + 1);
    smmu_harness_store(h, HARNESS_CMDQ, PRISIM_CMDQ_OP_SYNC);
    command_acknowledge(h);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, 12);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 11);
    teardown();
}
END_TEST

/* PROD moves back although there is no error, while the second fetch waits for the port: it is of one command, and the
 * indexes are impossible when that is consumed. */
/* covers: SMMU-QUEUE-11, SMMU-QUEUE-13, SMMU-QUEUE-29 */
START_TEST(prod_moves_back_under_way)
{
    open_with(2, 1);
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    harness_ready(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, false);
    command_ring(h);
    smmu_harness_run(h, 5);
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 4);
    harness_ready(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, true);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, fetches + 1);
    const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, fetches);
    ck_assert_uint_eq(request->address, HARNESS_CMDQ + 4 * PRISIM_COMMAND_BYTES);
    ck_assert_uint_eq(request->size, PRISIM_COMMAND_BYTES);
    ck_assert_uint_eq(command_cons(h), 5);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 5);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 0)->smmu_command_error.cause,
                      PRISIM_CAUSE_COMMAND_INDEXES);
    teardown();
}
END_TEST

/* Memory answers what was not asked, for every line and for lines that there are not: nobody listens. */
START_TEST(answers_that_nobody_waits_for)
{
    open_with(4, 1);
    put_pri_resp(0);
    command_ring(h);
    smmu_harness_run(h, 60);
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    const struct prisim_memory_request *fetch = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, fetches - 1);
    struct prisim_memory_response response = {.status = PRISIM_MEMORY_OK};
    for (unsigned line = 0; line < 8; line++) {
        response.id = (fetch->id & ~UINT32_C(0xffffff)) | line;
        harness_offer(h->base, PRISIM_SMMU_RX_MEMORY_RESPONSE, &response);
    }
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, fetches);
    for (unsigned i = 1; i < 16; i++)
        put_pri_resp(i);
    command_ring(h);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(command_cons(h), 16);
    ck_assert_uint_eq(command_active(h), 0);
    for (unsigned i = 0; i < 16; i++)
        ck_assert_uint_eq(((const struct prisim_tlp *)harness_got(h->base, PRISIM_SMMU_TX_DOWN, i))->head.prg_index, i);
    teardown();
}
END_TEST

/* CONS at the edge of each of eight commands, one of them a CMD_SYNC in ones, threes and at the CMD_SYNC and the end
 * only. */
/* covers: SMMU-QUEUE-14, SMMU-SYNC-7 */
START_TEST(batches)
{
    static const uint32_t batch[] = {1, 3, 64};
    for (unsigned which = 0; which < 3; which++) {
        for (unsigned i = 0; i < 8; i++) {
            open_with(2, batch[which]);
            for (unsigned j = 0; j < 8; j++) {
                if (j == 5)
                    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
                else
                    put_pri_resp(j);
            }
            prisim_cycle_t written = command_ring(h);
            prisim_cycle_t consumed = written + 1 + HARNESS_MEMORY_LATENCY + 4 * (i + 1);
            /* A CMD_SYNC ends behind the register accesses of its edge; it and the last command show all. */
            uint32_t shown = i < 5 ? (i + 1) / batch[which] * batch[which] : i == 6 && batch[which] > 1 ? 6 : i + 1;
            ck_assert_uint_eq(command_read_at(h, PRISIM_SMMU_CMDQ_CONS, consumed + (i == 5)), shown);
            ck_assert_uint_eq(event_at(PRISIM_EVENT_SMMU_COMMAND, i), consumed);
            teardown();
        }
    }
    open_with(1, 3);
    for (unsigned i = 0; i < 3; i++)
        put_pri_resp(i);
    prisim_cycle_t third = command_ring(h) + 1 + HARNESS_MEMORY_LATENCY + 3 * 4;
    ck_assert_uint_eq(command_read_at(h, PRISIM_SMMU_CMDQ_CONS, third - 1), 0);
    teardown();
    open_with(1, 3);
    for (unsigned i = 0; i < 3; i++)
        put_pri_resp(i);
    command_ring(h);
    ck_assert_uint_eq(command_read_at(h, PRISIM_SMMU_CMDQ_CONS, third), 3);
    teardown();
    /* The end of the queue shows what is not a whole batch; an error does too. */
    open_with(1, 64);
    put_pri_resp(0);
    put_pri_resp(1);
    command_ring(h);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(command_cons(h), 2);
    put_pri_resp(2);
    command_put(h, 0, 0);
    put_pri_resp(3);
    command_ring(h);
    smmu_harness_run(h, 100);
    command_expect_error(h, 3, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    teardown();
}
END_TEST

/* covers: SMMU-CR0-10, SMMU-CR0-4 */
START_TEST(enable_starts_fetching)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, HARNESS_CMDQ | HARNESS_CMDQ_LOG2);
    put_pri_resp(0);
    command_ring(h);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN);
    prisim_cycle_t written = harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE,
                                            h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, 0), written + h->config.ack_latency);
    ck_assert_uint_eq(command_cons(h), 1);
    teardown();
}
END_TEST

/* A fetch on its way when CMDQEN goes to 0: acknowledged when it came; nothing of it is consumed. */
/* covers: SMMU-CR0-10, SMMU-QUEUE-30 */
START_TEST(disable_drops_the_fetch)
{
    open_with((uint32_t)_i, 2);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    h->latency = 300;
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    prisim_cycle_t written = command_ring(h);
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    prisim_cycle_t last = written + 1 + 300 + (_i > 1);
    ck_assert_uint_eq(command_read_at(h, PRISIM_SMMU_CR0ACK, last - 1), cr0);
    smmu_harness_run(h, 15);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(command_cons(h), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 0);
    /* And on again, from where CONS is. */
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_CONS, 2);
    smmu_harness_cr0(h, cr0);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(command_cons(h), 8);
    ck_assert_uint_eq(((const struct prisim_tlp *)harness_got(h->base, PRISIM_SMMU_TX_DOWN, 0))->head.prg_index, 2);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 6);
    teardown();
}
END_TEST

/* Commands consumed that CONS does not show yet, and a fetch on its way. */
/* covers: SMMU-CR0-10, SMMU-QUEUE-14 */
START_TEST(disable_shows_cons_of_idle)
{
    open_with(1, 64);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    prisim_cycle_t written = command_ring(h);
    command_run_to(h, written + 1);
    h->latency = 300; /* the second line */
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 4);
    ck_assert_uint_eq(command_cons(h), 0);
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    ck_assert_uint_eq(command_cons(h), 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 4);
    teardown();
}
END_TEST

/* The command in progress is the last one, and CONS shows it with the acknowledgement, whatever the batch. */
/* covers: SMMU-CR0-10 */
START_TEST(disable_shows_cons)
{
    open_with(4, 64);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    for (unsigned i = 0; i < 8; i++)
        put_pri_resp(i);
    command_ring(h);
    smmu_harness_run(h, 100); /* the first TLP is put, the second waits for the port */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 1);
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0);
    ck_assert_uint_eq(command_cons(h), 0);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, true);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    ck_assert_uint_eq(command_cons(h), 2);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 2);
    teardown();
}
END_TEST

/* An error is no command in progress, and no restart: CMDQEN may go off and on, and CMDQ_ERR still stops the queue. */
/* covers: SMMU-CR0-10, SMMU-GERROR-1 */
START_TEST(disable_in_an_error)
{
    open_with(1, 1);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    command_put(h, 0, 0);
    command_ring(h);
    smmu_harness_run(h, 60);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_CONS, 0);
    smmu_harness_store(h, HARNESS_CMDQ, PRISIM_CMDQ_OP_SYNC);
    smmu_harness_cr0(h, cr0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 0);
    command_acknowledge(h);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(command_cons(h), 1);
    /* A bit that software made active by itself stops it as well, and lets go. */
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, smmu_harness_read(h, PRISIM_SMMU_GERRORN) ^ PRISIM_GERROR_CMDQ);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(command_cons(h), 1);
    command_acknowledge(h);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(command_cons(h), 2);
    teardown();
}
END_TEST

/* A queue of 2^log2 entries at a base with its low bits set: where the entry at CONS is read, and how far. */
static void fetch_address(uint32_t log2, uint32_t log2_max, uint32_t index, bool wrap)
{
    h = smmu_harness_open();
    h->config.cmdq_log2_max = log2_max;
    smmu_harness_start(h);
    uint32_t entries = 1u << (log2 < log2_max ? log2 : log2_max);
    smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, (UINT64_C(0x00c0a5a5ffffffe0) & ~UINT64_C(31)) | log2);
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_CONS, (wrap ? entries : 0) | index);
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, (wrap ? 0 : entries) | index); /* full */
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 60);
    const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, 0);
    ck_assert_ptr_nonnull(request);
    uint64_t bytes = entries * 16u > 32 ? entries * 16u : 32;
    /* SMMU-QUEUE-27: bits 55:48 are above OAS. */
    ck_assert_uint_eq(request->address, (UINT64_C(0x0000a5a5ffffffe0) & ~(bytes - 1)) + index * 16u);
    uint32_t line = 4 - index % 4, to_end = entries - index;
    ck_assert_uint_eq(request->size, 16 * (line < to_end ? line : to_end));
    command_expect_error(h, (wrap ? entries : 0) | index, PRISIM_CERROR_ABT, PRISIM_CAUSE_COMMAND_FETCH_ABORT);
    teardown();
}

/* covers: SMMU-QUEUE-3, SMMU-QUEUE-8, SMMU-QUEUE-9, SMMU-QUEUE */
START_TEST(sizes)
{
    for (uint32_t log2 = 0; log2 <= 19; log2++) {
        uint32_t last = (1u << log2) - 1;
        fetch_address(log2, 19, 0, false);
        fetch_address(log2, 19, last, false);
        fetch_address(log2, 19, last, true);
        fetch_address(log2, 19, last / 2, true);
    }
    fetch_address(19, 8, 255, true); /* capped */
    fetch_address(9, 8, 3, false);
}
END_TEST

/* Every pair of indexes of small queues: run to the end, or stop and say so. */
/* covers: SMMU-QUEUE-9, SMMU-QUEUE-10, SMMU-QUEUE-11, SMMU-QUEUE-29 */
START_TEST(every_index)
{
    for (uint32_t log2 = 0; log2 <= 3; log2++) {
        h = smmu_harness_open();
        h->config.command_lines = 1 + log2;
        smmu_harness_start(h);
        uint32_t entries = 1u << log2, turn = 2 * entries;
        for (uint32_t i = 0; i < entries; i++)
            smmu_harness_store(h, HARNESS_CMDQ + i * 16, PRISIM_CMDQ_OP_SYNC);
        smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, HARNESS_CMDQ | log2);
        unsigned commands = 0, errors = 0;
        for (uint32_t cons = 0; cons < turn; cons++) {
            for (uint32_t prod = 0; prod < turn; prod++) {
                uint32_t count = (prod + turn - cons) % turn;
                smmu_harness_write(h, PRISIM_SMMU_CMDQ_CONS, cons);
                smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, prod);
                smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
                smmu_harness_run(h, 40 + 30 * entries);
                bool possible = count <= entries;
                commands += possible ? count : 0;
                errors += !possible;
                ck_assert_uint_eq(command_cons(h), possible ? prod : cons);
                ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), commands);
                ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), errors);
                smmu_harness_cr0(h, 0);
            }
        }
        ck_assert_uint_eq(command_active(h), 0); /* CERROR has no code for it */
        teardown();
    }
}
END_TEST

/* It is said once, and a PROD that can be goes on; once more when the queue was off. */
/* covers: SMMU-QUEUE-11 */
START_TEST(impossible_is_said_once)
{
    open_with(1, 1);
    put_pri_resp(0);
    put_pri_resp(1);
    prisim_cycle_t written = 0;
    for (unsigned i = 0; i < 3; i++) {
        smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 17 + i);
        smmu_harness_run(h, 20);
        if (i == 0)
            written = event_at(PRISIM_EVENT_SMMU_COMMAND_ERROR, 0);
    }
    ck_assert_uint_eq(written, harness_event(h->base, PRISIM_EVENT_SMMU_REGISTER,
                                             harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER) - 3)
                                   ->cycle);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 0)->smmu_command_error.opcode,
                      0); /* of no command */
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 0)->smmu_command_error.cause,
                      PRISIM_CAUSE_COMMAND_INDEXES);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 0);
    command_ring(h);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(command_cons(h), 2);
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 25);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 2);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    ck_assert(cr0 & PRISIM_CR0_SMMUEN);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 2);
    smmu_harness_cr0(h, cr0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 3);
    teardown();
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_queue");
    TCase *tcase = tcase_create("errors");
    tcase_add_test(tcase, error_is_visible_with_gerror);
    tcase_add_test(tcase, restart);
    tcase_add_loop_test(tcase, prod_moves_back_in_an_error, 1, 5);
    tcase_add_loop_test(tcase, second_line_aborts, 1, 5);
    tcase_add_test(tcase, late_line_is_dropped);
    tcase_add_test(tcase, waiting_fetch_is_dropped);
    tcase_add_test(tcase, prod_moves_back_under_way);
    tcase_add_test(tcase, answers_that_nobody_waits_for);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("lines");
    tcase_add_test(tcase, lines_ahead);
    tcase_add_test(tcase, lines_answered_out_of_order);
    tcase_add_test(tcase, batches);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("enable");
    tcase_add_test(tcase, enable_starts_fetching);
    tcase_add_loop_test(tcase, disable_drops_the_fetch, 1, 5);
    tcase_add_test(tcase, disable_shows_cons);
    tcase_add_test(tcase, disable_shows_cons_of_idle);
    tcase_add_test(tcase, disable_in_an_error);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("indexes");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, sizes);
    tcase_add_test(tcase, every_index);
    tcase_add_test(tcase, impossible_is_said_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
