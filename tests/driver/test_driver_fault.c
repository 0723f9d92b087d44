/* SPDX-License-Identifier: Apache-2.0
 *
 * A page request's way through software: S0 to R0, groups, markers, overflow, and what is answered (UNBIND-POINT,
 * SMMU-PRIRESP, SMMU-PRIQ).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <string.h>

enum { R = PRISIM_ACCESS_READ, W = PRISIM_ACCESS_WRITE, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(enum prisim_driver_cons_update cons_update)
{
    struct driver_harness *h = driver_harness_open();
    h->config.cons_update = cons_update;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    return h;
}

static void check_response(const struct driver_harness *h, unsigned n, uint32_t pasid, uint16_t prgi, unsigned resp)
{
    const uint64_t *command = driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, n);
    ck_assert_ptr_nonnull(command);
    ck_assert_uint_eq(prisim_bits_get(command[0], PRISIM_CMD_SSV), 1);
    ck_assert_uint_eq(prisim_bits_get(command[0], PRISIM_CMD_SSID), pasid);
    ck_assert_uint_eq(prisim_bits_get(command[0], PRISIM_CMD_SID), STREAM);
    ck_assert_uint_eq(prisim_bits_get(command[1], PRISIM_CMD1_PRG_INDEX), prgi);
    ck_assert_uint_eq(prisim_bits_get(command[1], PRISIM_CMD1_PRI_RESP), resp);
}

/* covers: PCIE-GROUP-11 */
START_TEST(a_fault_is_served)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
    driver_harness_request(h, STREAM, 1, 77, 0x6000, R | W | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_run(h, 100);
    check_response(h, 0, 1, 77, PRISIM_PRI_RESP_SUCCESS);
    ck_assert_uint_eq(respond->driver_respond.item, 0);
    ck_assert_uint_eq(respond->driver_respond.prgi, 77);
    ck_assert_uint_eq(respond->driver_respond.code, PRISIM_PRG_SUCCESS);
    ck_assert_uint_eq(respond->driver_respond.index,
                      h->commands - 1); /* 8 bits of index and the wrap bit: not wrapped yet */
    uint64_t page = driver_harness_walk(h, root, 0x6000);
    ck_assert_uint_eq(prisim_bits_get(page, PRISIM_DESC_AP), PRISIM_AP_RW);
    ck_assert_uint_eq(driver_harness_walk(h, root, 0x5000), 0);
    const enum prisim_event_type order[] = {PRISIM_EVENT_DRIVER_INTERRUPT, PRISIM_EVENT_DRIVER_PROD_READ,
                                            PRISIM_EVENT_DRIVER_CONS,      PRISIM_EVENT_DRIVER_TAKE,
                                            PRISIM_EVENT_DRIVER_ENQUEUE,   PRISIM_EVENT_DRIVER_RESOLVE,
                                            PRISIM_EVENT_DRIVER_PAGE,      PRISIM_EVENT_DRIVER_RESPOND};
    for (unsigned i = 0; i + 1 < sizeof order / sizeof order[0]; i++)
        ck_assert_uint_le(harness_event(h->base, order[i], 0)->cycle, harness_event(h->base, order[i + 1], 0)->cycle);
    const struct prisim_event *resolve = harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    ck_assert_uint_eq(resolve->driver_resolve.space, 1);
    ck_assert_uint_eq(resolve->driver_resolve.cause, PRISIM_CAUSE_BOUND);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page.cause, PRISIM_CAUSE_MAPPED);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 1);
    driver_harness_close(h);
}
END_TEST

/* One response per group; a refused member makes it Invalid (SMMU-PRIMSG, PCIE-GROUP). */
/* covers: PCIE-GROUP-5, PCIE-GROUP-10 */
START_TEST(a_group_is_answered_once)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 2, 0x5000, R);
    driver_harness_request(h, STREAM, 1, 1, 0x6000, R | W);
    driver_harness_request(h, STREAM, 1, 1, 0x7000, R | L);
    driver_harness_request(h, STREAM, 1, 2, 0x99000, R | L); /* in no region */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_run(h, 100);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 2);
    unsigned first =
        prisim_bits_get(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, 0)[1], PRISIM_CMD1_PRG_INDEX) == 1 ? 0 : 1;
    check_response(h, first, 1, 1, PRISIM_PRI_RESP_SUCCESS);
    check_response(h, 1 - first, 1, 2, PRISIM_PRI_RESP_INVALID);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PARK), 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 5);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE), 5);
    driver_harness_close(h);
}
END_TEST

/* Unbind S-22: one PRGI, two PASIDs: no group. */
/* covers: PCIE-GROUP-1 */
START_TEST(parts_of_another_pasid_do_not_join)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_request(h, STREAM, 2, 1, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 1, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, PRISIM_PRG_SUCCESS);
    driver_harness_close(h);
}
END_TEST

START_TEST(what_is_refused_is_answered_invalid)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_bind(h, 0, 2, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_request(h, STREAM, 3, 1, 0x4000, R | L);     /* no owner */
    driver_harness_request(h, STREAM, 2, 2, 0x4000, R | W | L); /* read-only region */
    driver_harness_request(h, STREAM, 2, 3, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    unsigned causes[2] = {0, 0};
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event *respond = harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, i);
        ck_assert_uint_eq(respond->driver_respond.code,
                          respond->driver_respond.prgi == 3 ? PRISIM_PRG_SUCCESS : PRISIM_PRG_INVALID);
    }
    for (unsigned i = 0; i < 3; i++)
        causes[0] +=
            harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, i)->driver_resolve.cause == PRISIM_CAUSE_NOT_BOUND;
    for (unsigned i = 0; i < 2; i++)
        causes[1] +=
            harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, i)->driver_page.cause == PRISIM_CAUSE_NO_PERMISSION;
    ck_assert_uint_eq(causes[0], 1);
    ck_assert_uint_eq(causes[1], 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE), 2);
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 2) + 8) & PRISIM_CD1_TTB0;
    ck_assert_uint_eq(prisim_bits_get(driver_harness_walk(h, root, 0x4000), PRISIM_DESC_AP), PRISIM_AP_RO);
    driver_harness_close(h);
}
END_TEST

/* PCIE-MARKERCODE: never answered. Without a PASID the same bits are an ordinary request (SMMU-PRIMSG). */
/* covers: SMMU-PRIMSG-1, SMMU-PRIMSG-2, PCIE-MARKERCODE-9, PCIE-NOPASID-1 */
START_TEST(a_stop_marker_is_not_answered)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1)->driver_marker.pasid, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 0);
    uint64_t queue = h->reg[PRISIM_SMMU_PRIQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    driver_harness_request(h, STREAM, 1, 9, 0, L);
    *driver_harness_at(h, queue + 16 + 7, 1) &= 0x7f; /* SSV */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(respond->driver_respond.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(respond->driver_respond.code, PRISIM_PRG_INVALID);
    driver_harness_run(h, 100);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, 0)[0], PRISIM_CMD_SSV), 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-56: a record between the last read of PROD and the write of CONS brings no interrupt. */
START_TEST(a_record_without_interrupt_is_found)
{
    struct driver_harness *h = open_bound(_i ? PRISIM_DRIVER_CONS_PASS : PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 1);
    driver_harness_request(h, STREAM, 1, 2, 0x5000, R | L);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT), 1);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_CONS), 2);
    driver_harness_close(h);
}
END_TEST

/* With `pass` CONS moves once for all that one read of PROD showed. */
START_TEST(cons_moves_once_a_pass)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_PASS);
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *cons = driver_harness_until(h, PRISIM_EVENT_DRIVER_CONS, 1);
    ck_assert_uint_eq(cons->driver_cons.cons, 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 3);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_CONS), 1);
    driver_harness_close(h);
}
END_TEST

/* SMMU-PRIOVF: drained up to PROD, groups without Last ignored, then one write with RD and OVACKFLG. */
/* covers: SMMU-PRIOVF, PCIE-RESPONSE, PCIE-GROUP-10 */
START_TEST(an_overflow_is_acknowledged)
{
    struct driver_harness *h = open_bound(_i ? PRISIM_DRIVER_CONS_PASS : PRISIM_DRIVER_CONS_ENTRY);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 2, 0x5000, R | L);
    h->reg[PRISIM_SMMU_PRIQ_PROD / 4] |= PRISIM_PRI_QUEUE_OVFLG;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *discard = driver_harness_until(h, PRISIM_EVENT_DRIVER_DISCARD, 1);
    ck_assert_uint_eq(discard->driver_discard.prgi, 1);
    ck_assert_uint_eq(discard->driver_discard.cause, PRISIM_CAUSE_PARTIAL_DISCARDED);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4] & PRISIM_PRI_QUEUE_OVFLG, 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 2 | PRISIM_PRI_QUEUE_OVFLG);
    /* PRGI 1 may mean another group now: its old part is gone */
    driver_harness_request(h, STREAM, 1, 1, 0x6000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), 1);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 3 | PRISIM_PRI_QUEUE_OVFLG);
    driver_harness_close(h);
}
END_TEST

/* The queue wraps: index, wrap bit and slot go on as SMMU-QUEUE says. A queue of one entry has a wrap bit only. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-10 */
START_TEST(the_queue_wraps)
{
    struct driver_harness *h = driver_harness_open();
    h->config.priq_log2 = (uint32_t)_i;
    h->config.fault_service = 1;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    for (unsigned i = 0; i < 5; i++) {
        driver_harness_request(h, STREAM, 1, (uint16_t)i, 0x4000, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        const struct prisim_event *take = driver_harness_until(h, PRISIM_EVENT_DRIVER_TAKE, i + 1);
        ck_assert_uint_eq(take->driver_take.slot, i % (1u << _i));
        ck_assert_uint_eq(take->driver_take.lap, i >> _i & 1);
        ck_assert_uint_eq(take->driver_take.prgi, i);
        ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_CONS, i + 1)->driver_cons.cons,
                          (i + 1) % (2u << _i));
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, i + 1);
    }
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, 4)->driver_page.cause, PRISIM_CAUSE_RESIDENT);
    driver_harness_close(h);
}
END_TEST

START_TEST(without_frames_a_fault_is_invalid)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 1;
    h->config.ram_size = 0x20000; /* static tables, and a few frames */
    h->config.pasid_bits = 1;
    h->config.cmdq_log2 = h->config.eventq_log2 = h->config.priq_log2 = 4;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    unsigned served = 0;
    for (uint16_t i = 0; i < 16; i++) {
        driver_harness_request(h, STREAM, 1, i, 0x4000 + 0x1000u * i, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, i + 1u);
        served += harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, i)->driver_page.cause == PRISIM_CAUSE_MAPPED;
    }
    /* 32 pages, of which 8 are the stream table (2^9 entries), 1 holds queues and CDs, 4 are tables */
    ck_assert_uint_eq(served, 16);
    driver_harness_bind(h, 0, 0, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    for (uint16_t i = 0; i < 2; i++) {
        driver_harness_request(h, STREAM, 0, i, 0x4000 + 0x1000u * i, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 17u + i);
    }
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, 17)->driver_page.cause, PRISIM_CAUSE_NO_MEMORY);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 17)->driver_respond.code, PRISIM_PRG_INVALID);
    driver_harness_close(h);
}
END_TEST

/* SMMU-GERROR, SMMU-CERROR: an error is told and acknowledged; an illegal command becomes a CMD_SYNC. */
/* covers: SMMU-GERROR-13, SMMU-CERROR-2 */
START_TEST(errors_and_event_records)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    h->reg[PRISIM_SMMU_GERROR / 4] = PRISIM_GERROR_CMDQ;
    uint32_t slot = h->reg[PRISIM_SMMU_CMDQ_CONS / 4] - 1;
    h->reg[PRISIM_SMMU_CMDQ_CONS / 4] = slot | PRISIM_CERROR_ILL << PRISIM_CMDQ_CONS_ERR_SHIFT;
    uint64_t cmdq = h->reg[PRISIM_SMMU_CMDQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    const uint64_t nonsense[2] = {0xff | 0x123456ull << 12, 0xdeadbeef};
    memcpy(driver_harness_at(h, cmdq + slot * 16, sizeof nonsense), nonsense, sizeof nonsense);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_GERROR, 1)->driver_gerror.active, PRISIM_GERROR_CMDQ);
    driver_harness_run(h, 50);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_GERRORN / 4], PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(driver_harness_load(h, cmdq + slot * 16), 0x46); /* a CMD_SYNC without a signal in its place */
    ck_assert_uint_eq(driver_harness_load(h, cmdq + slot * 16 + 8), 0);
    uint64_t eventq = h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    const uint64_t record[4] = {PRISIM_C_BAD_CD | prisim_bits_put(1, PRISIM_CMD_SSV) |
                                    prisim_bits_put(6, PRISIM_CMD_SSID) | prisim_bits_put(STREAM, PRISIM_CMD_SID),
                                0, 0x1234000, 0};
    memcpy(driver_harness_at(h, eventq, sizeof record), record, sizeof record);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1 | PRISIM_SMMU_QUEUE_OVERFLOW;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    const struct prisim_event *fault = driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1);
    ck_assert_uint_eq(fault->driver_fault_event.code, PRISIM_C_BAD_CD);
    ck_assert_uint_eq(fault->driver_fault_event.stream_id, STREAM);
    ck_assert_uint_eq(fault->driver_fault_event.pasid, 6);
    ck_assert_uint_eq(fault->driver_fault_event.address, 0x1234000);
    driver_harness_run(h, 200);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_EVENTQ_CONS / 4], 1 | PRISIM_SMMU_QUEUE_OVERFLOW);
    driver_harness_close(h);
}
END_TEST

/* SMMU-GERROR: GERRORN gets all of GERROR's value, and a bit is active while they differ: the second error of a kind
 * clears it. The event tells the active ones. */
START_TEST(every_error_is_acknowledged)
{
    static const uint32_t gerror[] = {0x4, 0xc, 0x8, 0x8 | 0xf0, 0xf1, 0xf0 | 0x4};
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    for (unsigned i = 0; i < sizeof gerror / sizeof gerror[0]; i++) {
        h->reg[PRISIM_SMMU_GERROR / 4] = gerror[i];
        driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
        const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_GERROR, i + 1);
        ck_assert_uint_eq(event->driver_gerror.active, gerror[i] ^ (i ? gerror[i - 1] : 0));
        driver_harness_run(h, 50);
        ck_assert_uint_eq(h->reg[PRISIM_SMMU_GERRORN / 4], gerror[i]);
    }
    unsigned writes = h->writes;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR); /* nothing is active */
    driver_harness_run(h, 3000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_GERROR), sizeof gerror / sizeof gerror[0]);
    ck_assert_uint_eq(h->writes, writes);
    driver_harness_close(h);
}
END_TEST

/* CMDQ_CONS.ERR counts only while CMDQ_ERR is active: what it says of an old error repairs nothing (SMMU-CERROR). */
START_TEST(an_old_command_error_is_not_repaired_again)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    uint64_t cmdq = h->reg[PRISIM_SMMU_CMDQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    uint32_t slot = h->reg[PRISIM_SMMU_CMDQ_CONS / 4];
    h->reg[PRISIM_SMMU_CMDQ_CONS / 4] |= PRISIM_CERROR_ILL << 24;
    h->reg[PRISIM_SMMU_GERROR / 4] = 4;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_GERROR, 1);
    driver_harness_run(h, 100);
    ck_assert_uint_eq(driver_harness_load(h, cmdq + slot * 16), 0);
    driver_harness_close(h);
}
END_TEST

/* A record that cannot be loaded is no event, and is passed. An entry of the PRI queue that cannot be is an empty one:
 * a part that nobody ends, and no request of whoever was in hand before. */
START_TEST(records_that_cannot_be_loaded)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_CONS_ENTRY);
    h->abort_address = (h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS) + 32;
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 3;
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 2);
    driver_harness_run(h, 200);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_EVENTQ_CONS / 4], 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FAULT_EVENT), 2);
    h->abort_address = (h->reg[PRISIM_SMMU_PRIQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS) + 16;
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 3);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 1)->driver_take.stream_id, 0);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 1)->driver_take.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 1)->driver_take.access, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PARK), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 2);
    driver_harness_close(h);
}
END_TEST

/* Each record is taken from its slot, over two wraps; CONS has the wrap bit. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-10 */
START_TEST(the_event_queue_wraps)
{
    struct driver_harness *h = driver_harness_open();
    h->config.eventq_log2 = 4;
    h->config.irq_latency = 10;
    driver_harness_bring_up(h);
    uint64_t eventq = h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    for (uint32_t i = 0; i < 40; i++) {
        const uint64_t record[4] = {0x10, 0, 0x1000 * i, 0};
        memcpy(driver_harness_at(h, eventq + i % 16 * 32, sizeof record), record, sizeof record);
        h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = (i + 1) % 32;
        driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
        const struct prisim_event *fault = driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, i + 1);
        ck_assert_uint_eq(fault->driver_fault_event.code, 0x10);
        ck_assert_uint_eq(fault->driver_fault_event.address, 0x1000 * i);
        ck_assert_uint_eq(fault->driver_fault_event.pasid, PRISIM_PASID_NONE);
        driver_harness_run(h, 100);
        ck_assert_uint_eq(h->reg[PRISIM_SMMU_EVENTQ_CONS / 4], (i + 1) % 32);
    }
    driver_harness_close(h);
}
END_TEST

/* SMMU-QUEUE "Overflow flag protocol" 3: an overflow between the read of PROD and the write of CONS, of a queue that
 * was just full, shows no new record; it is acknowledged all the same, and no further interrupt comes for it. */
/* covers: SMMU-QUEUE-23 */
START_TEST(an_overflow_behind_the_last_record)
{
    struct driver_harness *h = driver_harness_open();
    h->config.eventq_log2 = 4;
    driver_harness_bring_up(h);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 16; /* full: index 0, the wrap bit */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 5);
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] |= PRISIM_SMMU_QUEUE_OVERFLOW;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 16);
    driver_harness_run(h, 500);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_EVENTQ_CONS / 4], 16 | 1u << 31);
    unsigned writes = h->writes;
    driver_harness_run(h, 2000); /* and then it waits */
    ck_assert_uint_eq(h->writes, writes);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_fault");
    TCase *tcase = tcase_create("driver_fault");
    tcase_add_test(tcase, a_fault_is_served);
    tcase_add_test(tcase, a_group_is_answered_once);
    tcase_add_test(tcase, parts_of_another_pasid_do_not_join);
    tcase_add_test(tcase, what_is_refused_is_answered_invalid);
    tcase_add_test(tcase, a_stop_marker_is_not_answered);
    tcase_add_loop_test(tcase, a_record_without_interrupt_is_found, 0, 2);
    tcase_add_test(tcase, cons_moves_once_a_pass);
    tcase_add_loop_test(tcase, an_overflow_is_acknowledged, 0, 2);
    tcase_add_loop_test(tcase, the_queue_wraps, 0, 3);
    tcase_add_test(tcase, without_frames_a_fault_is_invalid);
    tcase_add_test(tcase, errors_and_event_records);
    tcase_add_test(tcase, every_error_is_acknowledged);
    tcase_add_test(tcase, an_old_command_error_is_not_repaired_again);
    tcase_add_test(tcase, records_that_cannot_be_loaded);
    tcase_add_test(tcase, the_event_queue_wraps);
    tcase_add_test(tcase, an_overflow_behind_the_last_record);
    suite_add_tcase(suite, tcase);
    return suite;
}
