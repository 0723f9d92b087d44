/* SPDX-License-Identifier: Apache-2.0
 *
 * Random commands from a software that keeps the rules, through queues of every small size, with lines ahead, batches
 * and latencies drawn: each command is consumed once and in order, CONS is never ahead nor more than a batch behind,
 * an error stops at its command, and no CMD_SYNC ends before the invalidations before it.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

enum { RUNS = 60, TURNS = 120, COMMANDS = 2048 };

static struct smmu_harness *h;
static struct random_stream dice;
static uint32_t log2_size;
static unsigned posted, shown;     /* commands so far: written to the queue, seen consumed in CONS */
static uint8_t expected[COMMANDS]; /* opcode of each */
static uint32_t open_itags;
static unsigned downs;

static void start(uint64_t seed)
{
    dice = random_open(seed, 0, 3);
    h = smmu_harness_open();
    h->config.command_lines = 1 + (uint32_t)random_below(&dice, 4);
    h->config.cons_batch = 1 + (uint32_t)random_below(&dice, random_below(&dice, 2) ? 4 : 64);
    h->config.command_latency = 1 + (uint32_t)random_below(&dice, 8);
    h->config.atc_inv_timeout = 1000000;
    h->latency = 1 + random_below(&dice, 100);
    log2_size = (uint32_t)random_below(&dice, 5);
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    uint32_t on = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_cr0(h, on & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_write64(h, PRISIM_SMMU_CMDQ_BASE, HARNESS_CMDQ | log2_size);
    smmu_harness_cr0(h, on);
    posted = shown = downs = 0;
    open_itags = 0;
}

static uint64_t slot_of(unsigned command)
{
    return HARNESS_CMDQ + (command & ((1u << log2_size) - 1)) * PRISIM_COMMAND_BYTES;
}

static void post(void)
{
    static const struct {
        uint8_t opcode;
        uint64_t dw1;
    } kind[] = {
        {PRISIM_CMDQ_OP_SYNC, 0},           {PRISIM_CMDQ_OP_SYNC, 0},
        {PRISIM_CMDQ_OP_TLBI_NH_ALL, 0},    {PRISIM_CMDQ_OP_CFGI_ALL, 31},
        {PRISIM_CMDQ_OP_ATC_INV, 52},       {PRISIM_CMDQ_OP_PRI_RESP, 2 << 12},
        {PRISIM_CMDQ_OP_PRI_RESP, 1 << 12}, {PRISIM_CMDQ_OP_PREFETCH_CONFIG, 0},
        {PRISIM_CMDQ_OP_CFGI_STE, 1},       {0x99, 0},
    };
    unsigned i = (unsigned)random_below(&dice, sizeof kind / sizeof kind[0]);
    ck_assert_uint_lt(posted, COMMANDS);
    smmu_harness_store(h, slot_of(posted), command_sid(kind[i].opcode, -1));
    smmu_harness_store(h, slot_of(posted) + 8, kind[i].dw1);
    expected[posted++] = kind[i].opcode;
}

/* What CONS shows, counted on from the start. */
static void look(void)
{
    uint32_t mask = (2u << log2_size) - 1;
    uint32_t cons = command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK;
    shown += (cons - shown) & mask;
    unsigned consumed = harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND);
    ck_assert_uint_le(shown, consumed);
    ck_assert_uint_lt(consumed - shown, h->config.cons_batch + 4); /* the read was some edges ago */
    ck_assert_uint_le(shown, posted);
}

static void complete_some(bool all)
{
    for (; downs < h->base->tx[PRISIM_SMMU_TX_DOWN].count; downs++) {
        const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, downs);
        if (tlp->head.message == PRISIM_MESSAGE_INVALIDATE_REQUEST)
            open_itags |= UINT32_C(1) << tlp->head.tag;
    }
    for (uint32_t left = open_itags; left; left &= left - 1) {
        unsigned itag = (unsigned)__builtin_ctz(left);
        if (!all && random_below(&dice, 3))
            continue;
        open_itags &= ~(UINT32_C(1) << itag);
        command_complete(h, itag, 1, HARNESS_SID, PRISIM_TLP_SC);
    }
}

static void repair(void)
{
    if (!(command_active(h) & PRISIM_GERROR_CMDQ))
        return;
    look();
    ck_assert_uint_lt(shown, posted);
    ck_assert_uint_eq(expected[shown], 0x99);
    ck_assert_uint_eq(command_cons(h) >> PRISIM_CMDQ_CONS_ERR_SHIFT, PRISIM_CERROR_ILL);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), shown);
    smmu_harness_store(h, slot_of(shown), PRISIM_CMDQ_OP_SYNC);
    expected[shown] = PRISIM_CMDQ_OP_SYNC;
    command_acknowledge(h);
}

static void run(void)
{
    for (unsigned turn = 0; turn < TURNS; turn++) {
        look();
        unsigned room = (1u << log2_size) - (posted - shown);
        for (uint64_t count = random_below(&dice, room + 1); count > 0; count--)
            post();
        smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, posted & ((2u << log2_size) - 1));
        smmu_harness_run(h, random_below(&dice, 150));
        complete_some(false);
        repair();
    }
    for (unsigned i = 0; i < 400 && shown < posted; i++) {
        smmu_harness_run(h, 50);
        complete_some(true);
        repair();
        look();
    }
    ck_assert_uint_eq(shown, posted);
}

/* The whole stream: the commands in order, and no invalidation open at a CMD_SYNC. */
static void check_stream(void)
{
    unsigned command = 0;
    uint32_t open = 0;
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        if (event->type == PRISIM_EVENT_SMMU_INVALIDATE)
            open |= UINT32_C(1) << event->smmu_invalidate.itag;
        if (event->type == PRISIM_EVENT_SMMU_INVALIDATED)
            open &= ~(UINT32_C(1) << event->smmu_invalidated.itag);
        if (event->type == PRISIM_EVENT_SMMU_SYNC)
            ck_assert_uint_eq(open, 0);
        if (event->type == PRISIM_EVENT_SMMU_COMMAND) {
            ck_assert_uint_eq(event->smmu_command.index, command & ((2u << log2_size) - 1));
            ck_assert_uint_eq(event->smmu_command.opcode, expected[command]);
            command++;
        }
    }
    ck_assert_uint_eq(command, posted);
}

/* covers: SMMU-QUEUE-9, SMMU-QUEUE-10, SMMU-QUEUE-14, SMMU-SYNC-2, SMMU-SYNC-6,
 * SMMU-SYNC-8, SMMU-CERROR */
START_TEST(random_commands)
{
    start((uint64_t)_i + 1);
    run();
    check_stream();
    ck_assert_uint_gt(posted, 20);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_random");
    TCase *tcase = tcase_create("random");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, random_commands, 0, RUNS);
    suite_add_tcase(suite, tcase);
    return suite;
}
