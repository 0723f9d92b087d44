/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the driver: each byte of its state counts or is listed with a reason (driver_rows.c), what does
 * not count may be anything, and what was done and is over leaves nothing behind.
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/driver/driver_rows.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST, MARKER = 4 };
#ifndef CANONICAL_SEEDS
#define CANONICAL_SEEDS 3 /* by day; all of them at night */
#endif

enum {
    EDGES = 16000,
    TOUCHED_EDGES = 8000,
    SEEDS = 8,
    FLIPS_APART = 61,
    SCRAMBLES_APART = 203,
    PASIDS = 4,
    BACKLOG = 4
};

static void tell(const void *config, const void *state, const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_driver_canonical(config, state, ports, to);
}

static struct flip *open_flip(const struct driver_harness *h)
{
    static struct flip_field row[DRIVER_ROWS_MAX];
    size_t rows = driver_rows(&h->config, row);
    return flip_open(tell, row, rows, prisim_driver_state_size(&h->config));
}

/* Long queues, so that each byte of an index is used; or short ones, that wrap. */
static void configure(struct driver_harness *h, uint64_t seed)
{
    struct prisim_driver_config *c = &h->config;
    c->ram_size = UINT64_C(1) << 27;
    c->pasid_bits = 3;
    c->asid_bits = 4;
    c->cpus = seed % 3 == 0 ? 1 : PRISIM_DRIVER_CPUS_MAX;
    c->workers = PRISIM_DRIVER_WORKERS_MAX;
    c->cmdq_log2 = c->eventq_log2 = 4;
    c->priq_log2 = seed % 2 ? 19 : 3;
    c->eventq_log2 = seed % 2 ? 19 : 4;
    c->recycle_delay = seed % 4 == 1 ? 600 : 0;
    c->asid_recycle = (uint32_t)(seed % 3);
    c->asid_delay = 700;
    c->commands = seed / 2 % 2;
    c->sync_timeout = seed % 4 == 2 ? 900 : 0;
    c->on_sync_timeout = seed / 4 % 2;
    c->on_atc_timeout = (uint32_t)(seed % 3);
    c->cons_update = seed / 2 % 2;
    c->marker_timeout = 3000;
    c->draining_answer = seed / 4 % 2;
    c->no_pasid = seed % 5 == 4;
    c->no_pasid_space = 1;
    c->space[0].region[0].populated = seed / 2 % 2;
    c->work_queue = seed / 3 % 2;
    c->unbind = seed % 3 == 2 ? PRISIM_DRIVER_UNBIND_MARKER_UNBINDS : PRISIM_DRIVER_UNBIND_DRAIN;
    c->stale_limit = 1 + seed % 2;
    c->marker = (uint32_t)(seed / 2 % 4);
    c->prod_reread = seed % 11 != 10;
    c->pri_handler = seed % 7 == 6;
    c->respond_before_cons = seed / 4 % 2;
    c->resolve_at = (uint32_t)(seed % 3);
    c->resolve_by = seed / 2 % 2;
    c->match_by = seed / 4 % 2;
    c->no_owner = (uint32_t)(seed % 3);
    c->no_owner_per = seed / 2 % 2;
    c->reference = (uint32_t)(seed / 3 % 3);
    c->space_life = seed / 3 % 2;
    c->objects = PRISIM_DRIVER_OBJECTS_TOLD;
    c->lock_resolve = seed % 2 ? PRISIM_DRIVER_LOCK_GROUP : PRISIM_DRIVER_LOCK_NONE;
    c->lock_serve = seed / 2 % 2 ? PRISIM_DRIVER_LOCK_MM : PRISIM_DRIVER_LOCK_NONE;
    c->lock_handler = seed / 4 % 2 ? PRISIM_DRIVER_LOCK_PARAM : PRISIM_DRIVER_LOCK_NONE;
    c->space[1].region[0].perm = PRISIM_REGION_READ | PRISIM_REGION_WRITE;
    c->space[1].region[0].backing = (uint32_t)(seed / 2 % 3);
    c->space[1].region[0].file = 3;
    c->frame_recycle = (uint32_t)(seed / 2 % 3);
    c->frame_delay = 5000;
    c->teardown = c->resolve_at == PRISIM_DRIVER_RESOLVE_AT_SERVE ? (uint32_t)(seed / 4 % 3) : 0;
    c->unmap_tlbi_pages = 2;
    c->price = (struct prisim_driver_prices){.mmio_read = 6,
                                             .mmio_write = 5,
                                             .load = 3,
                                             .store = 2,
                                             .compute = 7,
                                             .interrupt_entry = 20,
                                             .wake_up = 30,
                                             .scan_entry = 29,
                                             .poll_interval = 40};
    c->irq_latency = 60;
    c->irq_coalesce = (uint32_t)(seed / 5 % 2 * 40);
    c->lose_interrupt = (uint32_t)(seed / 2 % 3);
    c->fault_service = 150;
    c->fault_service_spread = seed % 4 == 1 ? 90 : 0;
    c->major_faults = (uint32_t)(seed % 4);
    c->major_fault_wait = 400;
    h->late = 24;
    h->seed = seed * 77;
    h->pri_polls = 2;
    h->ack_reads = 1;
    h->command_cycles = 11;
}

static struct driver_harness *open_driver(uint64_t seed, prisim_cycle_t start)
{
    struct driver_harness *h = driver_harness_open();
    configure(h, seed);
    driver_harness_start(h);
    h->base->now = start;
    h->reg[PRISIM_SMMU_IDR1 / 4] = 0x0d0a5510 | 31 << 11 | 31 << 16;
    return h;
}

static void stimulate(struct driver_harness *h, struct prisim_driver_stimulus s)
{
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
}

static void hold(struct driver_harness *h, struct random_stream *random)
{
    uint32_t task = (uint32_t)random_below(random, PRISIM_DRIVER_TASKS);
    for (uint32_t point = (uint32_t)random_below(random, PRISIM_EVENT_TYPES); point < PRISIM_EVENT_TYPES; point++)
        if (prisim_driver_can_hold((enum prisim_driver_task)task, (enum prisim_event_type)point)) {
            stimulate(h, (struct prisim_driver_stimulus){.what = random_below(random, 4) ? PRISIM_DRIVER_HOLD
                                                                                         : PRISIM_DRIVER_RELEASE,
                                                         .task = task,
                                                         .point = point,
                                                         .cycles = 1 + (uint32_t)random_below(random, 1000),
                                                         .call = (uint32_t)random_below(random, 300)});
            return;
        }
}

static void signal_caller(struct driver_harness *h, struct random_stream *random)
{
    stimulate(h, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_SIGNAL,
                                                 .function = (uint32_t)random_below(random, 2),
                                                 .pasid = (uint32_t)random_below(random, PASIDS)});
}

/* Of many lists one counts batches, one goes by the numbers of entries, and one leaves PASIDs to others: each seed
 * draws one of them half of the time. */
static uint32_t policy_of(const struct driver_harness *h, struct random_stream *random)
{
    static const uint8_t often[] = {PRISIM_DRIVER_UNBIND_DRAIN_BATCH, PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT,
                                    PRISIM_DRIVER_UNBIND_LAZY_SWEEP};
    return random_below(random, 2) ? often[h->seed % sizeof often]
                                   : (uint32_t)random_below(random, PRISIM_DRIVER_POLICIES);
}

static void call(struct driver_harness *h, struct random_stream *random)
{
    if (random_below(random, 20) == 0) {
        signal_caller(h, random);
        return;
    }
    const bool is_of_function = random_below(random, 10) == 0;
    stimulate(h, (struct prisim_driver_stimulus){.what = is_of_function
                                                             ? PRISIM_DRIVER_DETACH + (uint32_t)random_below(random, 5)
                                                             : (uint32_t)random_below(random, 2),
                                                 .function = (uint32_t)random_below(random, 2),
                                                 .pasid = (uint32_t)random_below(random, PASIDS),
                                                 .space = (uint32_t)random_below(random, 2),
                                                 .then_space = (uint32_t)random_below(random, 3),
                                                 .policy = policy_of(h, random),
                                                 .flags = (uint32_t)random_below(random, 3),
                                                 .call = (uint32_t)random_next(random)});
}

static void unmap(struct driver_harness *h, struct random_stream *random)
{
    if (random_below(random, 4) == 0) {
        stimulate(h, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_MM_EXIT,
                                                     .space = (uint32_t)random_below(random, 2),
                                                     .call = (uint32_t)random_next(random)});
        return;
    }
    stimulate(h, (struct prisim_driver_stimulus){.what = PRISIM_DRIVER_UNMAP,
                                                 .space = (uint32_t)random_below(random, 2),
                                                 .order = (uint32_t)random_below(random, PRISIM_DRIVER_UNMAP_ORDERS),
                                                 .pages = 1 + (uint32_t)random_below(random, 12),
                                                 .call = (uint32_t)random_next(random),
                                                 .address = random_below(random, 24) << 12});
}

static void request(struct driver_harness *h, struct random_stream *random)
{
    const uint32_t cons = h->reg[PRISIM_SMMU_PRIQ_CONS / 4], prod = h->reg[PRISIM_SMMU_PRIQ_PROD / 4];
    if (queue_index_distance(prod, cons, h->state->priq_log2) > BACKLOG)
        return;
    unsigned kind = (unsigned)random_below(random, 8);
    driver_harness_request(h, random_below(random, 4) ? STREAM : STREAM_2,
                           kind == 7 ? HARNESS_NO_PASID : (uint32_t)random_below(random, PASIDS),
                           (uint16_t)random_below(random, 4), 0x3000 + (random_below(random, 20) << 12),
                           kind == 0                ? MARKER
                           : kind == 1 || kind == 2 ? R
                                                    : R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

static void overflow(struct driver_harness *h, uint32_t prod, uint32_t cons)
{
    if (!queue_index_is_in_overflow(h->reg[prod / 4], h->reg[cons / 4]))
        h->reg[prod / 4] ^= PRISIM_SMMU_QUEUE_OVERFLOW;
}

static void event(struct driver_harness *h, struct random_stream *random)
{
    uint32_t *prod = &h->reg[PRISIM_SMMU_EVENTQ_PROD / 4], log2 = h->state->eventq_log2;
    if (random_below(random, 4) == 0) {
        overflow(h, PRISIM_SMMU_EVENTQ_PROD, PRISIM_SMMU_EVENTQ_CONS);
    } else if (queue_index_distance(*prod, h->reg[PRISIM_SMMU_EVENTQ_CONS / 4], log2) < BACKLOG) {
        *prod = (*prod & PRISIM_SMMU_QUEUE_OVERFLOW) | queue_index_of(*prod + 1, log2);
    }
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
}

static void trouble(struct driver_harness *h, struct random_stream *random)
{
    switch (random_below(random, 6)) {
    case 0:
        h->atc_losses = 1;
        break;
    case 1:
        h->commands_stuck = !h->commands_stuck;
        if (!h->commands_stuck)
            driver_harness_ring_commands(h);
        break;
    case 2:
        overflow(h, PRISIM_SMMU_PRIQ_PROD, PRISIM_SMMU_PRIQ_CONS);
        break;
    case 3:
        h->reg[PRISIM_SMMU_GERROR / 4] ^= (uint32_t)random_next(random) & ~(uint32_t)PRISIM_GERROR_CMDQ;
        driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
        break;
    default:
        event(h, random);
        break;
    }
}

/* All that the driver can be asked, at random. */
static void play(struct driver_harness *h, struct random_stream *random)
{
    if (h->state->ready) {
        if (random_below(random, 120) == 0)
            call(h, random);
        if (random_below(random, 160) == 0)
            hold(h, random);
        if (random_below(random, 300) == 0)
            unmap(h, random);
        if (random_below(random, 40) == 0)
            request(h, random);
        if (random_below(random, 400) == 0)
            trouble(h, random);
    }
    if (random_below(random, 30) == 0)
        harness_ready(h->base, (unsigned)random_below(random, PRISIM_DRIVER_TX_PORTS), random_below(random, 4) != 0);
    driver_harness_edge(h);
}

START_TEST(every_byte)
{
    struct flip *all = NULL;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct driver_harness *h = open_driver(seed, 0);
        struct flip *flip = open_flip(h);
        struct random_stream random = random_open(seed, 0, 2), aside = random_open(seed, 0, 3);
        if (all)
            flip_add(flip, all);
        for (unsigned i = 0; i < EDGES; i++) {
            play(h, &random);
            if (i % FLIPS_APART == 0)
                flip_moment(flip, h->base, &aside);
        }
        flip_close(all);
        all = flip;
        driver_harness_close(h);
    }
    flip_check(all);
    flip_close(all);
}
END_TEST

static void same_events(const struct harness *left, const struct harness *right)
{
    unsigned least = left->events < right->events ? left->events : right->events;
    for (unsigned i = 0; i < least; i++)
        ck_assert_msg(prisim_event_equal(harness_event_at(left, i), harness_event_at(right, i)), "event %u: %s at %llu",
                      i, prisim_event_name(harness_event_at(left, i)->type),
                      (unsigned long long)harness_event_at(left, i)->cycle);
    ck_assert_uint_eq(left->events, right->events);
}

START_TEST(the_rest_is_nothing)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct driver_harness *plain = open_driver(seed, 0), *h = open_driver(seed, 0);
    struct flip *flip = open_flip(h);
    struct random_stream random = random_open(seed, 0, 2), same = random, aside = random_open(seed, 0, 3);
    for (unsigned i = 0; i < EDGES; i++) {
        play(plain, &random);
        play(h, &same);
        if (i % SCRAMBLES_APART == 0)
            flip_scramble(flip, h->base, &aside);
    }
    ck_assert_uint_gt(plain->base->events, 200);
    same_events(plain->base, h->base);
    flip_close(flip);
    driver_harness_close(plain);
    driver_harness_close(h);
}
END_TEST

/* The same at another time gives the same rows. */
START_TEST(later)
{
    struct driver_harness *now = open_driver(2, 0), *then = open_driver(2, 1000);
    struct flip *flip = open_flip(now);
    struct random_stream random = random_open(2, 0, 2), same = random;
    for (unsigned i = 0; i < EDGES / 2; i++) {
        play(now, &random);
        play(then, &same);
        if (i % 8 == 0)
            ck_assert_uint_eq(flip_hash(flip, now->base), flip_hash(flip, then->base));
    }
    flip_close(flip);
    driver_harness_close(now);
    driver_harness_close(then);
}
END_TEST

static bool is_touched(const struct prisim_touched *touched, size_t at)
{
    bool in = touched->count > PRISIM_TOUCHED_MAX;
    for (uint32_t i = 0; !in && i < touched->count; i++)
        in = at / PRISIM_TOUCHED_LINE >= touched->range[i].first && at / PRISIM_TOUCHED_LINE <= touched->range[i].last;
    return in;
}

/* Behind the hot part nothing is written that was not touched; and not everything is touched. */
START_TEST(what_is_written_is_touched)
{
    struct driver_harness *h = open_driver((uint64_t)_i + 1, 0);
    const size_t size = prisim_driver_state_size(&h->config), hot = prisim_driver_hot_size(&h->config);
    unsigned char *old = malloc(size);
    const unsigned char *state = (const unsigned char *)h->state;
    struct random_stream random = random_open((uint64_t)_i + 1, 0, 2);
    unsigned all = 0;
    ck_assert_ptr_nonnull(old);
    for (unsigned i = 0; i < TOUCHED_EDGES; i++) {
        h->state->touched.count = 0;
        memcpy(old, h->state, size);
        play(h, &random);
        all += h->state->touched.count > PRISIM_TOUCHED_MAX;
        if (memcmp(state + hot, old + hot, size - hot) == 0)
            continue;
        for (size_t at = hot; at < size; at++)
            if (state[at] != old[at])
                ck_assert_msg(is_touched(&h->state->touched, at), "byte %zu at edge %u", at, i);
    }
    ck_assert_uint_lt(all, TOUCHED_EDGES / 100);
    free(old);
    driver_harness_close(h);
}
END_TEST

static void idle(struct driver_harness *h)
{
    driver_harness_run(h, 12000);
}

static struct driver_harness *open_idle(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.priq_log2 = 3;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    idle(h);
    return h;
}

/* Pages that are there already, all round the queue: nothing is left of them but the places on the command queue. */
START_TEST(over_is_over)
{
    struct driver_harness *h = open_idle();
    struct flip *flip = open_flip(h);
    uint64_t before = 0;
    for (uint16_t i = 0; i < 40; i++) {
        driver_harness_request(h, STREAM, 1, i, 0x4000, i % 3 ? R | L : MARKER);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        idle(h);
        h->state->consumed = h->state->issued; /* as after a read of CONS */
        if (i > 1)
            ck_assert_msg(flip_hash(flip, h->base) == before, "after %u", i);
        before = flip_hash(flip, h->base);
    }
    flip_close(flip);
    driver_harness_close(h);
}
END_TEST

/* A PASID that was unbound and bound again is as it was, whatever number its binding has. */
START_TEST(bound_again)
{
    struct driver_harness *h = open_idle();
    struct flip *flip = open_flip(h);
    uint64_t before = flip_hash(flip, h->base);
    for (uint32_t i = 0; i < 6; i++) {
        driver_harness_unbind(h, 0, 1, i % 2 ? PRISIM_DRIVER_UNBIND_DRAIN : PRISIM_DRIVER_UNBIND_NONE, 2 + 2 * i);
        driver_harness_run(h, 20000);
        ck_assert_uint_ne(flip_hash(flip, h->base), before);
        driver_harness_bind(h, 0, 1, 0, 3 + 2 * i);
        driver_harness_run(h, 20000);
        driver_harness_request(h, STREAM, 1, 1, 0x4000, MARKER);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        idle(h);
        ck_assert_uint_eq(flip_hash(flip, h->base), before);
    }
    flip_close(flip);
    driver_harness_close(h);
}
END_TEST

static uint64_t hash_of(const struct prisim_driver_stimulus *stimulus)
{
    struct prisim_canonical *to = prisim_canonical_open();
    ck_assert_ptr_nonnull(to);
    prisim_canonical_begin(to, 0, 1);
    prisim_driver_stimulus_canonical(stimulus, to);
    prisim_canonical_end(to);
    uint64_t hash = prisim_canonical_hash(to, 1, 1);
    prisim_canonical_close(to);
    return hash;
}

/* What is offered counts: all of a stimulus that its kind has, and nothing else. */
START_TEST(stimuli)
{
    static const uint32_t counts[] = {
        /* what, function, pasid, space, then_space, policy, task, point, cycles: bits */
        [PRISIM_DRIVER_BIND] = 0x00f,    [PRISIM_DRIVER_UNBIND] = 0x137,  [PRISIM_DRIVER_HOLD] = 0x1c1,
        [PRISIM_DRIVER_RELEASE] = 0x0c1, [PRISIM_DRIVER_DETACH] = 0x003,  [PRISIM_DRIVER_ATTACH] = 0x003,
        [PRISIM_DRIVER_FLR] = 0x003,     [PRISIM_DRIVER_REMOVE] = 0x003,  [PRISIM_DRIVER_ISOLATE] = 0x023,
        [PRISIM_DRIVER_UNMAP] = 0x1e9, /* order is where policy is, address where task and point, pages where cycles */
        [PRISIM_DRIVER_SIGNAL] = 0x007,  [PRISIM_DRIVER_MM_EXIT] = 0x009, [PRISIM_DRIVER_KEXEC] = 0x001,
        [PRISIM_DRIVER_SWEEP] = 0x023,
    };
    for (uint32_t what = PRISIM_DRIVER_BIND; what <= PRISIM_DRIVER_SWEEP; what++)
        for (unsigned word = 0; word < 9; word++) {
            _Alignas(8) uint32_t s[10] = {what, 1, 2, 3, 4, 5, 1, 7, 8, 9};
            uint64_t before = hash_of((const struct prisim_driver_stimulus *)s);
            s[word] ^= 0x10;
            ck_assert_msg((hash_of((const struct prisim_driver_stimulus *)s) != before) == (counts[what] >> word & 1),
                          "kind %u, word %u", what, word);
        }
}
END_TEST

static void queues(const struct driver_harness *h, struct prisim_driver_queue queue[PRISIM_DRIVER_QUEUES])
{
    prisim_driver_queues(&h->config, h->state, queue);
}

/* PROD and CONS as the registers have them, once all is said and done. */
START_TEST(queues_as_the_registers_say)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_driver_queue queue[PRISIM_DRIVER_QUEUES];
    driver_harness_start(h);
    queues(h, queue);
    for (unsigned i = 0; i < PRISIM_DRIVER_QUEUES; i++)
        ck_assert_uint_eq(queue[i].entries, 0);
    while (!harness_events(h->base, PRISIM_EVENT_DRIVER_READY))
        driver_harness_edge(h);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 2;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    idle(h);
    queues(h, queue);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_COMMAND].base, h->reg[PRISIM_SMMU_CMDQ_BASE / 4] & ~UINT32_C(31));
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_EVENT].base, h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & ~UINT32_C(31));
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_PRI].base, h->reg[PRISIM_SMMU_PRIQ_BASE / 4] & ~UINT32_C(31));
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_COMMAND].entries, 1 << 8);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_EVENT].entries, 1 << 8);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_PRI].entries, 1 << 9);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_COMMAND].entry_bytes, 16);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_EVENT].entry_bytes, 32);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_PRI].entry_bytes, 16);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_COMMAND].prod, h->reg[PRISIM_SMMU_CMDQ_PROD / 4]);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_EVENT].prod, 2);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_EVENT].cons, 2);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_PRI].prod, 1);
    ck_assert_uint_eq(queue[PRISIM_DRIVER_QUEUE_PRI].cons, 1);
    driver_harness_close(h);
}
END_TEST

/* A command that lies in RAM is behind PROD from before it is stored, though the register says so later. */
START_TEST(a_stored_command_counts)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_driver_queue queue[PRISIM_DRIVER_QUEUES];
    driver_harness_start(h);
    for (unsigned i = 0; i < 8000; i++) {
        driver_harness_edge(h);
        queues(h, queue);
        uint32_t prod = queue[PRISIM_DRIVER_QUEUE_COMMAND].prod;
        if (queue[PRISIM_DRIVER_QUEUE_COMMAND].entries)
            ck_assert_uint_eq(driver_harness_load(h, queue[PRISIM_DRIVER_QUEUE_COMMAND].base + 16 * prod), 0);
    }
    ck_assert_uint_gt(queue[PRISIM_DRIVER_QUEUE_COMMAND].prod, 4);
    driver_harness_close(h);
}
END_TEST

static bool waits_for_marker(const struct driver_harness *h)
{
    return h->state->waiters[WAIT_MARKER] != 0;
}

static bool loads_an_entry(const struct driver_harness *h)
{
    const struct task *t = &h->state->task[TASK_PRI_THREAD];
    return t->awaits == PRISIM_DRIVER_TX_MEMORY + 1;
}

static void run_until(struct driver_harness *h, bool (*there)(const struct driver_harness *))
{
    for (unsigned i = 0; i < 20000 && !there(h); i++)
        driver_harness_edge(h);
    ck_assert(there(h));
}

/* One more marker has come, and one more is expected: as many are open, and yet the wait is nearer to its end. */
START_TEST(markers_that_a_wait_has_seen)
{
    struct driver_harness *h = open_idle();
    struct flip *flip = open_flip(h);
    struct pasid *first = (struct pasid *)(void *)((char *)h->state + h->state->places.pasids);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 2);
    run_until(h, waits_for_marker);
    uint64_t before = flip_hash(flip, h->base);
    ck_assert_uint_gt(first[1].stops, 0);
    first[1].stops++;
    first[1].markers++;
    ck_assert_uint_ne(flip_hash(flip, h->base), before);
    first[1].stops--;
    first[1].markers--;
    ck_assert_uint_eq(flip_hash(flip, h->base), before);
    flip_close(flip);
    driver_harness_close(h);
}
END_TEST

/* Of an entry that the thread has loaded and that is on its way to it, what a step that scans wrote there counts: bits
 * 73 and 74 of the record. The driver has no other use for the words beside. */
START_TEST(a_mark_on_its_way)
{
    struct driver_harness *h = open_idle();
    struct flip *flip = open_flip(h);
    driver_harness_request(h, STREAM, 1, 0, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    run_until(h, loads_an_entry);
    struct prisim_memory_response response = {.id = h->state->task[TASK_PRI_THREAD].cpu, .size = 16};
    const struct prisim_ports ports = h->base->ports;
    h->base->ports.rx_valid = UINT64_C(1) << PRISIM_DRIVER_RX_MEMORY;
    h->base->ports.rx[PRISIM_DRIVER_RX_MEMORY] = &response;
    uint64_t plain = flip_hash(flip, h->base);
    for (unsigned bit = 1; bit <= 2; bit++) {
        response.data[9] = (unsigned char)(1U << bit);
        ck_assert_uint_ne(flip_hash(flip, h->base), plain);
    }
    h->base->ports = ports;
    flip_close(flip);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_canonical");
    TCase *tcase = tcase_create("canonical");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, every_byte);
    tcase_add_loop_test(tcase, the_rest_is_nothing, 0, CANONICAL_SEEDS);
    tcase_add_loop_test(tcase, what_is_written_is_touched, 0, CANONICAL_SEEDS);
    tcase_add_test(tcase, later);
    tcase_add_test(tcase, over_is_over);
    tcase_add_test(tcase, bound_again);
    tcase_add_test(tcase, markers_that_a_wait_has_seen);
    tcase_add_test(tcase, a_mark_on_its_way);
    tcase_add_test(tcase, stimuli);
    tcase_add_test(tcase, queues_as_the_registers_say);
    tcase_add_test(tcase, a_stored_command_counts);
    suite_add_tcase(suite, tcase);
    return suite;
}
