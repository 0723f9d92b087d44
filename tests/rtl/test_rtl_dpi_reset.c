/* SPDX-License-Identifier: Apache-2.0
 *
 * A reset in mid-flight behind DPI-C: from then on a queue with a past is at every edge as one that has just been made,
 * whatever stands on inputs without their valid (a simulator hands over X as 0, RTL may have anything there).
 */
#include <stdlib.h>
#include <string.h>

#include "rtl/dpi/prisim_pri_queue_dpi.h"
#include "tb/vectors/pri_queue_stimulus.h"
#include "tests/harness/suite.h"

enum { ROUNDS = 200, BEFORE = 200, AFTER = 200, RESET_EDGES = 2, SEED = 3 };

/* What one call gives. */
struct shown {
    unsigned long long memory_request_address, decision_address, commit_address;
    uint32_t memory_request_data[4];
    unsigned response_stream_id, response_pasid, response_prg_index, response_code, response_cause, memory_request_id,
        memory_request_size, lookup_stream_id, status_prod, status_cons, status_enable_ack, status_changed,
        interrupt_prod, abort_cause, decision_stream_id, decision_pasid, decision_prg_index, decision_access,
        decision_slot, decision_lap, decision_cause, commit_stream_id, commit_pasid, commit_prg_index, commit_access,
        commit_slot, commit_lap, commit_cause;
    unsigned char request_ready, response_valid, response_has_pasid, memory_request_valid, memory_request_write,
        lookup_valid, status_valid, interrupt_valid, abort_valid, abort_record, abort_msi, decision_valid,
        decision_has_pasid, decision_secure, decision_overflow_starts, commit_valid, commit_has_pasid, commit_secure,
        idle;
};

/* Who answers the queue, and knows from a queue of its own what was taken. */
struct other_side {
    struct pri_queue_stimulus stimulus;
    struct pri_queue_inputs in;
    struct pri_queue_outputs out;
    struct pri_queue_pinned queue;
    struct prisim_probe probe;
};

static const struct prisim_pri_queue_config config = {.size_log2_max = 2,
                                                      .pasid_supported = 1,
                                                      .msi_supported = 1,
                                                      .stop_marker_needs_ssv = 1,
                                                      .accept_interval = 1,
                                                      .write_latency = 2,
                                                      .records_in_flight = 8};

static void *create(void)
{
    return prisim_pri_queue_create(PRISIM_PRI_QUEUE_API, config.size_log2_max, config.pps, config.pasid_supported,
                                   config.msi_supported, config.auto_fail_last_only, config.stop_marker_needs_ssv,
                                   config.accept_interval, config.write_latency, config.records_in_flight);
}

static void begin(struct other_side *side, uint64_t episode)
{
    struct prisim_pri_queue_config unused;
    struct pri_queue_profile profile;
    pri_queue_stimulus_draw(SEED, episode, &unused, &profile);
    pri_queue_stimulus_cut(SEED, episode, BEFORE, &profile);
    pri_queue_stimulus_begin(&side->stimulus, SEED, episode, &config, &profile);
    memset(&side->in, 0, sizeof side->in);
    memset(&side->out, 0, sizeof side->out);
    side->queue.config = config;
    side->queue.probe = &side->probe;
    pri_queue_pinned_reset(&side->queue);
}

static void advance(struct other_side *side)
{
    struct pri_queue_outputs *out = &side->out;
    pri_queue_stimulus_drive(&side->stimulus, &side->in);
    bool request_taken = (side->in.rx_valid >> PRISIM_PRI_QUEUE_RX_REQUEST & 1) && out->request_ready;
    uint32_t taken = out->valid & side->in.tx_ready & PRI_QUEUE_STREAMS, held = out->valid & ~side->in.tx_ready;
    pri_queue_pinned_step(&side->queue, &side->in, out);
    pri_queue_stimulus_observe(&side->stimulus, out, request_taken, taken, out->valid & ~held);
}

/* Payloads without their valid become copies of `idle` bytes. */
static struct pri_queue_inputs with_idle(const struct pri_queue_inputs *in, int idle)
{
    struct pri_queue_inputs dirty = *in;
    if (!(in->rx_valid >> PRISIM_PRI_QUEUE_RX_REQUEST & 1))
        memset(&dirty.request, idle, sizeof dirty.request);
    if (!(in->rx_valid >> PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE & 1))
        memset(&dirty.memory, idle, sizeof dirty.memory);
    if (!(in->rx_valid >> PRISIM_PRI_QUEUE_RX_LOOKUP & 1))
        memset(&dirty.lookup, idle, sizeof dirty.lookup);
    if (!(in->rx_valid >> PRISIM_PRI_QUEUE_RX_CONTROL & 1))
        memset(&dirty.control, idle, sizeof dirty.control);
    return dirty;
}

static void call(void *queue, unsigned char rst_n, const struct pri_queue_inputs *in, struct shown *out)
{
    memset(out, 0, sizeof *out);
    int done = prisim_pri_queue_edge(
        queue, rst_n, in->rx_valid >> PRISIM_PRI_QUEUE_RX_REQUEST & 1, in->request.address, in->request.stream_id,
        in->request.pasid, in->request.prg_index, in->request.has_pasid, in->request.access, in->request.secure,
        in->rx_valid >> PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE & 1, in->memory.id, in->memory.status,
        in->rx_valid >> PRISIM_PRI_QUEUE_RX_LOOKUP & 1, in->lookup.reachable, in->lookup.ppar,
        in->rx_valid >> PRISIM_PRI_QUEUE_RX_CONTROL & 1, in->control.what, in->control.value,
        in->tx_ready >> PRISIM_PRI_QUEUE_TX_RESPONSE & 1, in->tx_ready >> PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST & 1,
        in->tx_ready >> PRISIM_PRI_QUEUE_TX_LOOKUP & 1, &out->request_ready, &out->response_valid,
        &out->response_stream_id, &out->response_pasid, &out->response_prg_index, &out->response_has_pasid,
        &out->response_code, &out->response_cause, &out->memory_request_valid, &out->memory_request_address,
        &out->memory_request_id, &out->memory_request_size, &out->memory_request_write, out->memory_request_data,
        &out->lookup_valid, &out->lookup_stream_id, &out->status_valid, &out->status_prod, &out->status_cons,
        &out->status_enable_ack, &out->status_changed, &out->interrupt_valid, &out->interrupt_prod, &out->abort_valid,
        &out->abort_record, &out->abort_msi, &out->abort_cause, &out->decision_valid, &out->decision_address,
        &out->decision_stream_id, &out->decision_pasid, &out->decision_prg_index, &out->decision_has_pasid,
        &out->decision_access, &out->decision_secure, &out->decision_slot, &out->decision_lap, &out->decision_cause,
        &out->decision_overflow_starts, &out->commit_valid, &out->commit_address, &out->commit_stream_id,
        &out->commit_pasid, &out->commit_prg_index, &out->commit_has_pasid, &out->commit_access, &out->commit_secure,
        &out->commit_slot, &out->commit_lap, &out->commit_cause, &out->idle);
    ck_assert_int_eq(done, 1);
}

/* One queue lives through all rounds; each round has a fresh one behind its reset. The reset comes in mid-flight, with
 * the neighbours still busy: at its edges the inputs are what they would have been without it. */
START_TEST(a_queue_with_a_past_is_as_a_fresh_one)
{
    static struct other_side side;
    struct shown shown, expected;
    struct prisim_pri_queue *state = malloc(prisim_pri_queue_state_size(&config));
    void *old = create();
    unsigned cut = 0;
    side.queue.state = state;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        static const int idle[] = {0x00, 0xff, 0xa5};
        begin(&side, 2 * round);
        for (unsigned i = 0; i < side.stimulus.profile.edges; i++) {
            advance(&side);
            struct pri_queue_inputs dirty = with_idle(&side.in, idle[round % 3]);
            call(old, 1, &dirty, &shown);
            ck_assert_uint_eq(shown.request_ready, side.out.request_ready);
            ck_assert_uint_eq(shown.commit_valid, side.out.valid >> PRISIM_PRI_QUEUE_TX_COMMIT & 1);
        }
        cut += !side.out.idle;
        void *fresh = create();
        for (unsigned i = 0; i < RESET_EDGES; i++) {
            advance(&side);
            call(old, 0, &side.in, &shown);
            memset(&expected, 0, sizeof expected);
            expected.idle = shown.idle;
            ck_assert_mem_eq(&shown, &expected, sizeof shown);
        }
        begin(&side, 2 * round + 1);
        for (unsigned i = 0; i < AFTER; i++) {
            advance(&side);
            struct pri_queue_inputs dirty = with_idle(&side.in, idle[(round + 1) % 3]);
            call(old, 1, &dirty, &shown);
            dirty = with_idle(&side.in, 0);
            call(fresh, 1, &dirty, &expected);
            ck_assert_mem_eq(&shown, &expected, sizeof shown);
        }
        prisim_pri_queue_close(fresh);
        call(old, 0, &side.in, &shown);
    }
    ck_assert_uint_gt(cut, ROUNDS / 5);
    prisim_pri_queue_close(old);
    free(state);
}
END_TEST

TEST_SUITE("rtl_dpi_reset", a_queue_with_a_past_is_as_a_fresh_one)
