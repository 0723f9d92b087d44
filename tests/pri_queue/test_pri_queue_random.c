/* SPDX-License-Identifier: Apache-2.0
 *
 * Random messages, register writes and aborts against a plain untimed model of SMMU-PRIOUTCOME-4.9, in which a record
 * is in memory the moment it is accepted. First one thing at a time, all outcomes; then everything at once, without
 * aborts, where the model is told the order of the edges. And: steps that nobody asked for change nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum { OPERATIONS = 400, SEEDS = 40, WAIT_EDGES = 24 };

/* The model: what SMMU-PRIOUTCOME says, with no time in it. */
struct plain {
    const struct prisim_pri_queue_config *config;
    struct prisim_pri_queue_ppar ppar;
    unsigned log2;
    uint32_t prod, cons; /* with OVFLG, OVACKFLG */
    unsigned enable;
    bool abort_active, last_only;
    enum prisim_memory_status records;

    unsigned decisions, responses, interrupts, aborts;
    uint8_t decision[OPERATIONS];
    struct prisim_prg_response response[OPERATIONS];
    struct prisim_page_request memory[256];
};

static bool plain_marker(const struct plain *plain, const struct prisim_page_request *request)
{
    bool can_be = plain->config->pasid_supported || !plain->config->stop_marker_needs_ssv;
    return can_be && prisim_page_request_is_stop_marker(request);
}

static void plain_respond(struct plain *plain, const struct prisim_page_request *request, unsigned code, bool pasid,
                          enum prisim_cause cause)
{
    plain->response[plain->responses++] = (struct prisim_prg_response){.stream_id = request->stream_id,
                                                                       .pasid = request->pasid,
                                                                       .prg_index = request->prg_index,
                                                                       .has_pasid = pasid,
                                                                       .code = (uint8_t)code,
                                                                       .cause = (uint8_t)cause};
}

static void plain_fail(struct plain *plain, const struct prisim_page_request *request, enum prisim_cause cause)
{
    bool last = request->access & PRISIM_ACCESS_LAST;
    if (!plain_marker(plain, request) && (last || !plain->config->auto_fail_last_only))
        plain_respond(plain, request, PRISIM_PRG_FAILURE, false, cause);
}

static void plain_overflow(struct plain *plain, const struct prisim_page_request *request)
{
    if (!(request->access & PRISIM_ACCESS_LAST))
        return;
    if (plain->last_only && (plain->enable & PRISIM_PRI_QUEUE_ENABLE_IRQEN))
        plain->interrupts++;
    if (plain_marker(plain, request))
        return;
    if (!request->has_pasid || !plain->config->pasid_supported)
        plain_respond(plain, request, PRISIM_PRG_SUCCESS, false, PRISIM_CAUSE_AUTO_NO_PASID);
    else if (plain->config->pps)
        plain_respond(plain, request, PRISIM_PRG_SUCCESS, true, PRISIM_CAUSE_AUTO_PPS);
    else if (!plain->ppar.reachable)
        plain_respond(plain, request, PRISIM_PRG_FAILURE, false, PRISIM_CAUSE_AUTO_NO_STE);
    else
        plain_respond(plain, request, PRISIM_PRG_SUCCESS, plain->ppar.ppar,
                      plain->ppar.ppar ? PRISIM_CAUSE_AUTO_PPAR : PRISIM_CAUSE_AUTO_NO_PPAR);
}

static void plain_write(struct plain *plain, const struct prisim_page_request *request)
{
    uint32_t mask = (2u << plain->log2) - 1, wr = plain->prod & mask;
    if (plain->records != PRISIM_MEMORY_OK) {
        plain->abort_active = true;
        plain->aborts++;
        if (plain->records == PRISIM_MEMORY_ABORT)
            plain_fail(plain, request, PRISIM_CAUSE_WRITE_ABORT);
        return;
    }
    struct prisim_page_request *record = &plain->memory[wr & (mask >> 1)];
    *record = *request;
    if (!plain->config->pasid_supported) { /* SMMU-PRIENTRY */
        record->has_pasid = 0;
        record->pasid = 0;
        record->access &= PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST;
    }
    bool empty = ((plain->prod ^ plain->cons) & mask) == 0;
    plain->prod = (plain->prod & PRISIM_PRI_QUEUE_OVFLG) | ((wr + 1) & mask);
    bool wanted = plain->last_only ? (request->access & PRISIM_ACCESS_LAST) != 0 : empty;
    if (wanted && (plain->enable & PRISIM_PRI_QUEUE_ENABLE_IRQEN))
        plain->interrupts++;
}

static void plain_request(struct plain *plain, const struct prisim_page_request *request)
{
    uint32_t mask = (2u << plain->log2) - 1;
    enum prisim_cause cause = PRISIM_CAUSE_ACCEPTED;
    if ((plain->enable & 3) != 3)
        cause = PRISIM_CAUSE_QUEUE_OFF;
    else if (plain->abort_active)
        cause = PRISIM_CAUSE_QUEUE_ABORTED;
    else if (request->secure)
        cause = PRISIM_CAUSE_SECURE_STREAM;
    else if ((plain->prod ^ plain->cons) & PRISIM_PRI_QUEUE_OVFLG)
        cause = PRISIM_CAUSE_OVERFLOW_ACTIVE;
    else if (((plain->prod - plain->cons) & mask) >= 1u << plain->log2)
        cause = PRISIM_CAUSE_QUEUE_FULL;
    plain->decision[plain->decisions++] = (uint8_t)cause;
    if (cause == PRISIM_CAUSE_QUEUE_FULL)
        plain->prod ^= PRISIM_PRI_QUEUE_OVFLG;
    if (cause == PRISIM_CAUSE_ACCEPTED)
        plain_write(plain, request);
    else if (cause == PRISIM_CAUSE_OVERFLOW_ACTIVE || cause == PRISIM_CAUSE_QUEUE_FULL)
        plain_overflow(plain, request);
    else
        plain_fail(plain, request, cause);
}

static void plain_control(struct plain *plain, const struct prisim_pri_queue_control *control)
{
    const uint32_t index = 0xfffff | PRISIM_PRI_QUEUE_OVFLG;
    if (control->what == PRISIM_PRI_QUEUE_CONS)
        plain->cons = (uint32_t)control->value & index;
    if (control->what == PRISIM_PRI_QUEUE_PROD)
        plain->prod = (uint32_t)control->value & index;
    if (control->what == PRISIM_PRI_QUEUE_ENABLE)
        plain->enable = (unsigned)control->value;
    if (control->what == PRISIM_PRI_QUEUE_ABORT_ACTIVE)
        plain->abort_active = control->value & 1;
    if (control->what == PRISIM_PRI_QUEUE_IRQ_CFG2)
        plain->last_only = control->value >> 31 & 1;
}

static struct prisim_page_request random_message(struct random_stream *random, bool secure_too)
{
    struct prisim_page_request request =
        pri_queue_harness_page(random_below(random, 3) ? random_below(random, 1 << 20) : PRISIM_PASID_NONE,
                               (unsigned)random_below(random, 512), (unsigned)random_below(random, 8));
    request.stream_id = (uint32_t)random_next(random);
    if (request.has_pasid)
        request.access |= (uint8_t)(random_below(random, 4) << 3);
    request.secure = secure_too && random_below(random, 16) == 0;
    return request;
}

static struct prisim_pri_queue_config random_config(struct random_stream *random)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.pps = (uint32_t)random_below(random, 4) == 0;
    config.pasid_supported = random_below(random, 4) != 0;
    config.auto_fail_last_only = (uint32_t)random_below(random, 2);
    config.stop_marker_needs_ssv = (uint32_t)random_below(random, 2);
    config.accept_interval = 1 + (uint32_t)random_below(random, 4);
    config.write_latency = 1 + (uint32_t)random_below(random, 4);
    config.records_in_flight = 1 + (uint32_t)random_below(random, 16);
    return config;
}

/* Opens a harness and the model in the same state. */
static struct pri_queue_harness *open_both(struct plain *plain, struct random_stream *random,
                                           struct prisim_pri_queue_config *config)
{
    *config = random_config(random);
    struct pri_queue_harness *h = pri_queue_harness_open(config);
    memset(plain, 0, sizeof *plain);
    plain->config = config;
    plain->log2 = (unsigned)random_below(random, 5);
    plain->enable = 7;
    plain->last_only = random_below(random, 2);
    h->ppar =
        (struct prisim_pri_queue_ppar){.reachable = random_below(random, 4) != 0, .ppar = random_below(random, 2) != 0};
    h->ppar_delay = 1 + random_below(random, 4);
    h->memory_delay = 1 + random_below(random, 4);
    plain->ppar = h->ppar;
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | plain->log2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, random_below(random, 2) ? HARNESS_MSI : 0);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG2, (uint64_t)plain->last_only << 31);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 7);
    pri_queue_harness_settle(h);
    return h;
}

static void compare(const struct pri_queue_harness *h, const struct plain *plain, int seed)
{
    for (unsigned i = 0; i < plain->decisions; i++) {
        const struct prisim_pri_queue_decision *decision = harness_got(h->base, PRISIM_PRI_QUEUE_TX_DECISION, i);
        ck_assert_msg(decision && decision->cause == plain->decision[i], "seed %d: decision %u is %s, not %s", seed, i,
                      decision ? prisim_cause_name(decision->cause) : "missing", prisim_cause_name(plain->decision[i]));
    }
    for (unsigned i = 0; i < plain->responses; i++) {
        const struct prisim_prg_response *response = harness_got(h->base, PRISIM_PRI_QUEUE_TX_RESPONSE, i);
        ck_assert_msg(response && !memcmp(response, &plain->response[i], sizeof *response), "seed %d: response %u",
                      seed, i);
    }
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_DECISION), plain->decisions);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_RESPONSE), plain->responses);
    for (unsigned slot = 0; slot < 1u << plain->log2; slot++) {
        struct prisim_page_request record = pri_queue_harness_record(h, slot);
        ck_assert_msg(!memcmp(&record, &plain->memory[slot], sizeof record), "seed %d: slot %u", seed, slot);
    }
    ck_assert_msg(pri_queue_harness_status(h).prod == plain->prod, "seed %d: PROD %x, not %x", seed,
                  pri_queue_harness_status(h).prod, plain->prod);
}

static void one_operation(struct pri_queue_harness *h, struct plain *plain, struct random_stream *random)
{
    uint32_t mask = (2u << plain->log2) - 1, ack = plain->prod & PRISIM_PRI_QUEUE_OVFLG;
    struct prisim_pri_queue_control control = {.what = PRISIM_PRI_QUEUE_CONS, .value = plain->cons};
    uint64_t choice = random_below(random, 20);
    if (choice < 12) {
        struct prisim_page_request request = random_message(random, true);
        h->records = plain->records = (enum prisim_memory_status)(random_below(random, 12) < 10 ? 0 : 1 + choice % 2);
        plain_request(plain, &request);
        pri_queue_harness_request(h, &request);
        return;
    }
    if (choice < 17) { /* software takes some, and mostly acknowledges */
        uint32_t used = (plain->prod - plain->cons) & mask;
        uint32_t take = (uint32_t)random_below(random, used + 1);
        bool keep = random_below(random, 3) == 0;
        control.value = ((plain->cons + take) & mask) | (keep ? plain->cons & PRISIM_PRI_QUEUE_OVFLG : ack);
    } else if (choice == 17) {
        control.what = PRISIM_PRI_QUEUE_ABORT_ACTIVE;
        control.value = 0;
    } else if (choice == 18) {
        control.what = PRISIM_PRI_QUEUE_ENABLE;
        control.value = random_below(random, 3) ? 7 : random_below(random, 8);
    } else { /* anything, also what cannot be */
        control.value = random_next(random) & (mask | PRISIM_PRI_QUEUE_OVFLG);
    }
    plain_control(plain, &control);
    pri_queue_harness_control(h, control.what, control.value);
}

START_TEST(one_at_a_time)
{
    struct random_stream random = random_open(1, 0, (uint64_t)_i);
    struct prisim_pri_queue_config config;
    struct plain *plain = malloc(sizeof *plain);
    struct pri_queue_harness *h = open_both(plain, &random, &config);
    for (unsigned i = 0; i < OPERATIONS; i++) {
        one_operation(h, plain, &random);
        pri_queue_harness_run(h, WAIT_EDGES);
    }
    compare(h, plain, _i);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_INTERRUPT), plain->interrupts);
    ck_assert_uint_eq(pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT), plain->aborts);
    pri_queue_harness_close(h);
    free(plain);
}
END_TEST

/* Edges of requests and register writes at random, ports that are not always ready. */
static void storm(struct pri_queue_harness *h, struct random_stream *random, unsigned log2)
{
    static const unsigned ports[] = {PRISIM_PRI_QUEUE_TX_RESPONSE, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST,
                                     PRISIM_PRI_QUEUE_TX_LOOKUP};
    uint32_t mask = (2u << log2) - 1, cons = 0;
    unsigned requests = 0;
    while (requests < OPERATIONS) {
        if (random_below(random, 3) == 0) {
            struct prisim_page_request request = random_message(random, true);
            pri_queue_harness_request(h, &request);
            requests++;
        }
        if (random_below(random, 16) == 0) {
            uint32_t prod = pri_queue_harness_status(h).prod;
            cons = (cons + (uint32_t)random_below(random, ((prod - cons) & mask) + 1)) & mask;
            pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, cons | (prod & PRISIM_PRI_QUEUE_OVFLG));
        }
        if (random_below(random, 64) == 0)
            pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                                      random_below(random, 3) ? 7 : random_below(random, 8));
        if (random_below(random, 8) == 0)
            harness_ready(h->base, ports[random_below(random, 3)], random_below(random, 3) != 0);
        pri_queue_harness_edge(h);
    }
    for (unsigned i = 0; i < 3; i++)
        harness_ready(h->base, ports[i], true);
    while (h->base->rx[PRISIM_PRI_QUEUE_RX_REQUEST].taken < h->requests)
        pri_queue_harness_edge(h);
    pri_queue_harness_settle(h);
    pri_queue_harness_settle(h);
}

/* The same messages in the order of their edges; a request goes before a register write of its edge. */
static void replay(const struct pri_queue_harness *h, struct plain *plain, unsigned first_control)
{
    const struct harness_rx_port *requests = &h->base->rx[PRISIM_PRI_QUEUE_RX_REQUEST];
    const struct harness_rx_port *controls = &h->base->rx[PRISIM_PRI_QUEUE_RX_CONTROL];
    unsigned r = 0, c = first_control;
    while (r < requests->taken || c < controls->taken) {
        bool request = r < requests->taken && (c >= controls->taken || requests->taken_at[r] <= controls->taken_at[c]);
        if (request) {
            struct prisim_page_request message;
            memcpy(&message, requests->payload[r++], sizeof message);
            plain_request(plain, &message);
        } else {
            struct prisim_pri_queue_control control;
            memcpy(&control, controls->payload[c++], sizeof control);
            plain_control(plain, &control);
        }
    }
}

/* SMMU-QUEUE: when OVFLG toggles, all that was accepted before the drop is published. And per record: written, then
 * PROD one edge later. */
static void check_order(const struct pri_queue_harness *h, int seed)
{
    for (unsigned i = 0; i < harness_events(h->base, PRISIM_EVENT_PRI_QUEUE_WRITE); i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_PROD, i)->cycle,
                          harness_event(h->base, PRISIM_EVENT_PRI_QUEUE_WRITE, i)->cycle + 1);
    unsigned accepted = 0, published = 0, full[OPERATIONS], starts = 0, toggles = 0;
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        accepted += event->type == PRISIM_EVENT_PRI_QUEUE_ACCEPT;
        published += event->type == PRISIM_EVENT_PRI_QUEUE_PROD;
        if (event->type == PRISIM_EVENT_PRI_QUEUE_DROP && event->pri_queue_drop.cause == PRISIM_CAUSE_QUEUE_FULL)
            full[starts++] = accepted;
        if (event->type == PRISIM_EVENT_PRI_QUEUE_OVERFLOW)
            ck_assert_msg(toggles < starts && published >= full[toggles++], "seed %d: OVFLG before PROD", seed);
    }
    ck_assert_uint_eq(starts, toggles);
}

/* The queue might read the memory it has; it never does. */
static void check_never_reads(const struct pri_queue_harness *h)
{
    unsigned accesses = pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST);
    ck_assert_uint_gt(accesses, 0);
    for (unsigned i = 0; i < accesses; i++)
        ck_assert(
            ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, i))->write);
}

/* covers: SMMU-PRIACCEPT-6 */
START_TEST(all_at_once)
{
    struct random_stream random = random_open(2, 0, (uint64_t)_i);
    struct prisim_pri_queue_config config;
    struct plain *plain = malloc(sizeof *plain);
    struct pri_queue_harness *h = open_both(plain, &random, &config);
    unsigned first_control = h->controls;
    storm(h, &random, plain->log2);
    replay(h, plain, first_control);
    compare(h, plain, _i);
    check_order(h, _i);
    check_never_reads(h);
    pri_queue_harness_close(h);
    free(plain);
}
END_TEST

/* The same storm, stepped at every edge and only where an engine must: one stream of events. */
START_TEST(idle_steps)
{
    struct pri_queue_harness *h[2];
    struct plain *plain = malloc(sizeof *plain);
    struct prisim_pri_queue_config config[2];
    for (unsigned lazy = 0; lazy < 2; lazy++) {
        struct random_stream random = random_open(3, 0, (uint64_t)_i);
        h[lazy] = open_both(plain, &random, &config[lazy]);
        h[lazy]->base->leap = lazy;
        if (_i % 2) /* aborts too, in half of the runs */
            h[lazy]->memory_delay = 9;
        storm(h[lazy], &random, plain->log2);
        if (_i % 2) {
            h[lazy]->records = PRISIM_MEMORY_ABORT;
            storm(h[lazy], &random, plain->log2);
        }
    }
    ck_assert_uint_eq(h[0]->base->events, h[1]->base->events);
    ck_assert(h[0]->base->events > OPERATIONS);
    for (unsigned i = 0; i < h[0]->base->events; i++)
        ck_assert_msg(prisim_event_equal(harness_event_at(h[0]->base, i), harness_event_at(h[1]->base, i)),
                      "seed %d: event %u: %s at %llu, %s at %llu", _i, i,
                      prisim_event_name(harness_event_at(h[0]->base, i)->type),
                      (unsigned long long)harness_event_at(h[0]->base, i)->cycle,
                      prisim_event_name(harness_event_at(h[1]->base, i)->type),
                      (unsigned long long)harness_event_at(h[1]->base, i)->cycle);
    pri_queue_harness_close(h[0]);
    pri_queue_harness_close(h[1]);
    free(plain);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_random");
    TCase *tcase = tcase_create("random");
    tcase_add_loop_test(tcase, one_at_a_time, 0, SEEDS);
    tcase_add_loop_test(tcase, all_at_once, 0, SEEDS);
    tcase_add_loop_test(tcase, idle_steps, 0, SEEDS / 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
