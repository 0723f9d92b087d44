/* SPDX-License-Identifier: Apache-2.0
 *
 * A driver with a space that two functions are bound to, whose pages are taken back: for the tests of driver/memory.
 */
#ifndef PRISIM_TESTS_DRIVER_DRIVER_MEMORY_H
#define PRISIM_TESTS_DRIVER_DRIVER_MEMORY_H

#include "tests/driver/driver_harness.h"

enum { R = PRISIM_ACCESS_READ, W = PRISIM_ACCESS_WRITE, L = PRISIM_ACCESS_LAST };

/* Space 0 has so many pages at 0x4000, bound to PASID 1 of function 0 and PASID 2 of function 1. */
static inline struct driver_harness *open_up(uint32_t pages, void (*change)(struct prisim_driver_config *config))
{
    struct driver_harness *h = driver_harness_open();
    h->config.space[0].region[0].size = pages * UINT64_C(0x1000);
    h->config.space[0].region[0].populated = 1;
    if (change)
        change(&h->config);
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 1, 2, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 200);
    return h;
}

static inline void unmap(struct driver_harness *h, uint64_t address, uint32_t pages, uint32_t order, uint32_t call)
{
    const struct prisim_driver_stimulus stimulus = {
        .what = PRISIM_DRIVER_UNMAP, .space = 0, .address = address, .pages = pages, .order = order, .call = call};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &stimulus);
}

static inline void taken_back(struct driver_harness *h, uint64_t address, uint32_t pages, uint32_t order)
{
    const unsigned before = harness_events(h->base, PRISIM_EVENT_DRIVER_UNMAPPED);
    unmap(h, address, pages, order, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNMAPPED, before + 1);
}

static inline uint64_t root_of(const struct driver_harness *h)
{
    return driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
}

/* Where its page is, or 0. */
static inline uint64_t frame_of_page(const struct driver_harness *h, uint64_t address)
{
    return driver_harness_walk(h, root_of(h), address) & PRISIM_DESC_ADDRESS;
}

static inline const struct prisim_event *nth(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, type, n);
    ck_assert_msg(event != NULL, "no %s %u", prisim_event_name(type), n);
    return event;
}

static inline prisim_cycle_t at(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    return nth(h, type, n)->cycle;
}

static inline void request(struct driver_harness *h, uint32_t stream, uint32_t pasid, uint64_t address, uint8_t access)
{
    const unsigned before = harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND);
    driver_harness_request(h, stream, pasid, 3, address, access);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, before + 1);
    driver_harness_run(h, 200);
}

#endif
