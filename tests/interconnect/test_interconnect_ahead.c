/* SPDX-License-Identifier: Apache-2.0
 *
 * Accesses that are performed ahead of time, which only channels of a scheduler allow, change nothing that a port sees:
 * the same traffic with and without. What is due at which edge is in test_interconnect_timing.c.
 */
#include "model/core/random.h"
#include "model/core/scheduler.h"
#include "tests/harness/suite.h"
#include "tests/interconnect/interconnect_harness.h"

enum { REQUESTS = 150, LINES = 4, LAST = 40000, PHASE = 16 };

/* Who has a port: sends requests at edges of its own choice, takes responses while it feels like it. */
struct client_config {
    uint64_t seed;
    unsigned port;
    unsigned busy;    /* of 16 phases of PHASE edges so many have requests, one an edge */
    unsigned blocked; /* of 16 phases so many take no responses */
    uint64_t mask;    /* of phases that count: the others are silent */
};
struct got {
    prisim_cycle_t at;
    struct prisim_memory_response response;
};
struct client {
    uint32_t sent, taken;
    struct got got[REQUESTS];
};

static uint64_t of_phase(const struct client_config *config, prisim_cycle_t now, uint64_t purpose)
{
    struct random_stream random = random_open(config->seed, now / PHASE * 4 + config->port, purpose);
    return random_below(&random, 16);
}

static void fill(const struct client_config *config, uint32_t id, struct prisim_memory_request *request)
{
    struct random_stream random = random_open(config->seed, config->port, 1000 + id);
    static const uint8_t sizes[] = {8, 16, 4, 3, 64};
    *request = (struct prisim_memory_request){.address = ram_base + 64 * random_below(&random, LINES), .id = id};
    request->size = sizes[random_below(&random, sizeof sizes)];
    request->write = random_below(&random, 2) ? PRISIM_MEMORY_WRITE : PRISIM_MEMORY_READ;
    for (unsigned i = 0; i < PRISIM_MEMORY_LINE_BYTES; i++)
        request->data[i] = (uint8_t)(id + config->port * 64 + i);
    switch (random_below(&random, 8)) {
    case 0:
        request->address = doorbell;
        request->size = 4;
        break;
    case 1:
        request->write = PRISIM_MEMORY_SWAP;
        request->size = 8;
        break;
    case 2:
        request->address = random_below(&random, 2) ? 0x1000 : ram_base + ram_bytes;
        break;
    }
}

static prisim_cycle_t client_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct client_config *c = config;
    struct client *s = state;
    if (prisim_ports_has_arrived(p, 0)) {
        struct got *got = &s->got[s->taken++];
        got->at = now;
        memcpy(&got->response, p->rx[0], sizeof got->response);
    }
    prisim_ports_set_ready(p, 0, now > LAST / 2 || of_phase(c, now, 0) >= c->blocked);
    prisim_cycle_t next = (now / PHASE + 1) * PHASE;
    if (s->sent < REQUESTS && of_phase(c, now, 1) < c->busy) {
        struct random_stream random = random_open(c->seed, now * 4 + c->port, 2);
        if (random_below(&random, 4) < c->mask && prisim_ports_can_put(p, 0))
            fill(c, s->sent++, prisim_ports_put(p, 0));
        next = now + 1;
    }
    return now > LAST / 2 && s->sent == REQUESTS ? PRISIM_CYCLE_NEVER : next;
}

struct ears {
    unsigned rung;
    prisim_cycle_t at[PRISIM_INTERCONNECT_PORTS * REQUESTS];
    uint32_t data[PRISIM_INTERCONNECT_PORTS * REQUESTS];
};

static prisim_cycle_t ears_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    (void)config;
    struct ears *s = state;
    if (prisim_ports_has_arrived(p, 0)) {
        s->at[s->rung] = now;
        s->data[s->rung++] = ((const struct prisim_interrupt *)p->rx[0])->data;
    }
    prisim_ports_set_ready(p, 0, true);
    return PRISIM_CYCLE_NEVER;
}

static prisim_cycle_t ahead_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    const struct prisim_interconnect_config *c = config;
    return prisim_interconnect_step(c, state, now, p);
}

static prisim_cycle_t in_time_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *p)
{
    uint64_t keeps = p->keeps;
    p->keeps = 0; /* as who steps a block without such channels */
    prisim_cycle_t next = ahead_step(config, state, now, p);
    p->keeps = keeps;
    return next;
}

struct town {
    struct prisim_interconnect_config config;
    struct client_config client[PRISIM_INTERCONNECT_PORTS];
    struct prisim_scheduler *scheduler;
    unsigned interconnect, first, ears;
    unsigned interrupts; /* events */
    prisim_cycle_t interrupt_at[PRISIM_INTERCONNECT_PORTS * REQUESTS];
};

static void listen(void *context, const struct prisim_event *events, unsigned count)
{
    struct town *town = context;
    for (unsigned i = 0; i < count; i++)
        if (events[i].type == PRISIM_EVENT_INTERCONNECT_INTERRUPT)
            town->interrupt_at[town->interrupts++] = events[i].cycle;
}

static void town_run(struct town *town, prisim_scheduler_step step, bool events)
{
    struct prisim_scheduler *c = town->scheduler = prisim_scheduler_open();
    town->interconnect = prisim_scheduler_add(c, step, &town->config, prisim_interconnect_state_size(&town->config));
    for (unsigned i = 0; i < PRISIM_INTERCONNECT_PORTS; i++) {
        unsigned client = prisim_scheduler_add(c, client_step, &town->client[i], sizeof(struct client));
        town->first = client - i;
        prisim_scheduler_connect(c, client, 0, town->interconnect, i, sizeof(struct prisim_memory_request));
        prisim_scheduler_connect(c, town->interconnect, i, client, 0, sizeof(struct prisim_memory_response));
    }
    town->ears = prisim_scheduler_add(c, ears_step, NULL, sizeof(struct ears));
    prisim_scheduler_connect(c, town->interconnect, PRISIM_INTERCONNECT_TX_INTERRUPT, town->ears, 0,
                             sizeof(struct prisim_interrupt));
    ck_assert(prisim_scheduler_build(c));
    prisim_interconnect_init(&town->config, prisim_scheduler_state(c, town->interconnect));
    prisim_probe_init(prisim_scheduler_probe(c), events);
    prisim_scheduler_set_listener(c, listen, town);
    prisim_scheduler_run(c, LAST);
    ck_assert(prisim_scheduler_idle(c));
}

static void compare(const struct town *a, const struct town *b, uint64_t seed)
{
    for (unsigned i = 0; i < PRISIM_INTERCONNECT_PORTS; i++) {
        const struct client *x = prisim_scheduler_state(a->scheduler, a->first + i);
        const struct client *y = prisim_scheduler_state(b->scheduler, b->first + i);
        ck_assert_uint_eq(x->taken, REQUESTS);
        ck_assert_uint_eq(y->taken, REQUESTS);
        for (unsigned k = 0; k < REQUESTS; k++) {
            const struct prisim_memory_response *r = &x->got[k].response, *t = &y->got[k].response;
            ck_assert_msg(x->got[k].at == y->got[k].at && r->id == k && t->id == k && r->status == t->status &&
                              r->size == t->size && !memcmp(r->data, t->data, r->size),
                          "seed %llu: response %u of port %u, at %llu and %llu", (unsigned long long)seed, k, i,
                          (unsigned long long)x->got[k].at, (unsigned long long)y->got[k].at);
        }
    }
    const struct ears *x = prisim_scheduler_state(a->scheduler, a->ears),
                      *y = prisim_scheduler_state(b->scheduler, b->ears);
    ck_assert_mem_eq(x, y, sizeof *x);
}

START_TEST(ahead_changes_nothing)
{
    struct random_stream random = random_open((uint64_t)_i, 9, 0);
    struct town in_time = {.config = interconnect_harness_config()}, ahead, heard;
    in_time.config.latency = 1 + (uint32_t)random_below(&random, 30);
    in_time.config.outstanding = 4 + (uint32_t)random_below(&random, 6);
    for (unsigned i = 0; i < PRISIM_INTERCONNECT_PORTS; i++)
        in_time.client[i] = (struct client_config){.seed = (uint64_t)_i,
                                                   .port = i,
                                                   .busy = 1 + (unsigned)random_below(&random, 4),
                                                   .blocked = (unsigned)random_below(&random, 10),
                                                   .mask = 1 + random_below(&random, 4)};
    ahead = heard = in_time;
    town_run(&in_time, in_time_step, true);
    town_run(&ahead, ahead_step, false);
    town_run(&heard, ahead_step, true);
    compare(&in_time, &ahead, (uint64_t)_i);
    compare(&in_time, &heard, (uint64_t)_i);
    if (in_time.config.outstanding > 6) /* with few, room that comes free must be said */
        ck_assert_uint_lt(prisim_scheduler_steps(ahead.scheduler), prisim_scheduler_steps(in_time.scheduler));
    ck_assert_uint_eq(heard.interrupts, in_time.interrupts);
    ck_assert_uint_gt(heard.interrupts, 0);
    ck_assert_mem_eq(heard.interrupt_at, in_time.interrupt_at, sizeof heard.interrupt_at);
    const struct ears *ears = prisim_scheduler_state(heard.scheduler, heard.ears);
    ck_assert_uint_eq(ears->rung, heard.interrupts);
    for (unsigned i = 0; i < heard.interrupts; i++)
        ck_assert_uint_eq(heard.interrupt_at[i] + 1, ears->at[i]);
    prisim_scheduler_close(in_time.scheduler);
    prisim_scheduler_close(ahead.scheduler);
    prisim_scheduler_close(heard.scheduler);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("interconnect_ahead");
    TCase *tcase = tcase_create("ahead");
    tcase_add_loop_test(tcase, ahead_changes_nothing, 0, 24);
    suite_add_tcase(suite, tcase);
    return suite;
}
