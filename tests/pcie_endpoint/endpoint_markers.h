/* SPDX-License-Identifier: Apache-2.0
 *
 * An endpoint that stops with a Stop Marker, and when its markers and reports were. Of the tests of both.
 */
#ifndef PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_MARKERS_H
#define PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_MARKERS_H

#include "tests/pcie_endpoint/endpoint_harness.h"

enum { WITH, BEFORE, AFTER };
enum { RUN = 1, STOP = 2, IDLE = 0, RUNNING = 1, STOPPING = 2 };

static inline struct endpoint_harness *open_with(uint32_t stop, uint32_t report, uint32_t delay)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.stop = stop;
    config.stop_report = report;
    config.marker_delay = delay;
    config.flr_cycles = 40;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, RUN);
    endpoint_harness_pasid(h, 2, RUN);
    return h;
}

/* Model B (PCIE-STOP). */
static inline struct endpoint_harness *running(uint32_t report, uint32_t delay)
{
    return open_with(PRISIM_ENDPOINT_STOP_MARKER, report, delay);
}

/* Returns the edge at which the write was taken. */
static inline prisim_cycle_t pasid(struct endpoint_harness *h, uint32_t number, uint32_t command)
{
    endpoint_harness_pasid(h, number, command);
    return endpoint_harness_down_at(h);
}

/* A TLP offered now is taken at edge `at`. */
static inline void run_before(struct endpoint_harness *h, prisim_cycle_t at)
{
    ck_assert_uint_le(h->base->now, at);
    harness_run(h->base, at - h->base->now);
}

/* Nothing is left at or behind the edge. */
static inline void run_to(struct endpoint_harness *h, prisim_cycle_t at)
{
    ck_assert_uint_le(h->base->now, at);
    harness_run(h->base, at - h->base->now);
}

static inline uint32_t state_at(struct endpoint_harness *h, uint32_t number, prisim_cycle_t at)
{
    run_before(h, at);
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MEMORY_READ,
                                      .address = h->config.bar_base + 4 * (uint64_t)number,
                                      .tag = 55,
                                      .size = 4}};
    endpoint_harness_down(h, &tlp);
    harness_run(h->base, 2);
    ck_assert_uint_eq(endpoint_harness_down_at(h), at);
    const struct prisim_tlp *up;
    do
        ck_assert_ptr_nonnull(up = endpoint_harness_up(h, 100));
    while (up->head.type != PRISIM_TLP_COMPLETION_DATA || up->head.tag != 55);
    return prisim_load_le32(up->data);
}

static inline unsigned markers(const struct endpoint_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER);
}

static inline unsigned reports(const struct endpoint_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED);
}

static inline void ck_marker(struct endpoint_harness *h, unsigned n, uint32_t number, prisim_cycle_t at)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, n);
    ck_assert_msg(event, "no marker %u", n);
    ck_assert_uint_eq(event->endpoint_stop_marker.pasid, number);
    ck_assert_uint_eq(event->cycle, at);
}

static inline void ck_report(struct endpoint_harness *h, unsigned n, uint32_t number, prisim_cycle_t at)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, n);
    ck_assert_msg(event, "no report %u", n);
    ck_assert_uint_eq(event->endpoint_stopped.pasid, number);
    ck_assert_uint_eq(event->cycle, at);
}

static inline void ck_cause(struct endpoint_harness *h, unsigned index, int number, enum prisim_cause cause)
{
    unsigned n = harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, number);
    harness_run(h->base, 2);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, n);
    ck_assert_ptr_nonnull(event);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_response.cause), prisim_cause_name(cause));
}

#endif
