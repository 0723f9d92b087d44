/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration of the PRI queue and its clock edge: the stages in the order that lets each decide on the registers
 * as they were before the edge, then what is published, then when to come back. No rule of the queue is here.
 */
#include "model/pri_queue/pri_queue_state.h"

#include <string.h>

#include "model/core/bits.h"
#include "model/core/config_check.h"

enum { ALWAYS_TAKEN = 1 << PRI_QUEUE_RX_MEMORY_RESPONSE | 1 << PRI_QUEUE_RX_LOOKUP | 1 << PRI_QUEUE_RX_CONTROL };

void pri_queue_config_default(struct pri_queue_config *config)
{
    *config = (struct pri_queue_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/pri_queue/pri_queue_config.def"
    };
}

_Static_assert(PRI_QUEUE_RECORDS_MAX == 16, "pri_queue_config.def says so");

#define RANGE(name, min, max, expected) CONFIG_RANGE(pri_queue_config, name, #name, min, max, NULL, expected)
static const struct config_range ranges[] = {
#define PRISIM_SWITCH(name, value, source, about) RANGE(name, 0, 1, "0 or 1"),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    RANGE(name, min, max, sizeof unit > 1 ? #min ".." #max " " unit : #min ".." #max),
#include "model/pri_queue/pri_queue_config.def"
};

bool pri_queue_config_check(const struct pri_queue_config *config, struct config_error *error)
{
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error);
}

size_t pri_queue_state_size(const struct pri_queue_config *config)
{
    (void)config;
    return sizeof(struct pri_queue);
}

/* SMMU-RESET: zero, also where the text says UNKNOWN. */
void pri_queue_init(const struct pri_queue_config *config, struct pri_queue *state)
{
    struct config_error error;
    assert(pri_queue_config_check(config, &error));
    memset(state, 0, sizeof *state);
}

static void put_status(struct pri_queue *state, struct ports *ports)
{
    struct pri_queue_status *status = ports_put(ports, PRI_QUEUE_TX_STATUS);
    *status = (struct pri_queue_status){
        .prod = state->prod | (state->ovflg ? PRI_QUEUE_OVFLG : 0),
        .cons = state->cons,
        .enable_ack = state->enable_ack,
        .changed = state->changed,
    };
    state->changed = 0;
}

/* Something waits for this tx port. */
static cycle_t wait_for(struct pri_queue *state, const struct ports *ports, unsigned tx, cycle_t now)
{
    state->blocked |= UINT64_C(1) << tx;
    return ports_retry(ports, tx, now);
}

static cycle_t next_of_memory(struct pri_queue *state, const struct ports *ports, cycle_t now)
{
    if (state->msi_due && !state->msi_in_flight)
        return wait_for(state, ports, PRI_QUEUE_TX_MEMORY_REQUEST, now);
    if (state->offered == state->count || state->failing)
        return CYCLE_NEVER;
    cycle_t due = state->record[(state->head + state->offered) & (PRI_QUEUE_RECORDS_MAX - 1)].due;
    return due > now ? due : wait_for(state, ports, PRI_QUEUE_TX_MEMORY_REQUEST, now);
}

static cycle_t next_of_answers(struct pri_queue *state, const struct ports *ports, cycle_t now)
{
    assert(state->answer_count);
    switch (state->answer[state->answer_head].step) {
    case ANSWER_READY:
        return wait_for(state, ports, PRI_QUEUE_TX_RESPONSE, now);
    case ANSWER_LOOKUP_DUE:
        return wait_for(state, ports, PRI_QUEUE_TX_LOOKUP, now);
    case ANSWER_LOOKUP_ASKED:
        break;
    }
    return CYCLE_NEVER;
}

/* Publishes ready for what may be taken at the next edge; returns the edge at which that must be done again. */
static inline cycle_t publish_ready(const struct pri_queue_config *config, const struct pri_queue *state, cycle_t now,
                                    struct ports *ports)
{
    const uint64_t request = UINT64_C(1) << PRI_QUEUE_RX_REQUEST;
    ports->ready = ALWAYS_TAKEN;
    if (!pri_queue_accept_has_room(config, state))
        return CYCLE_NEVER;
    if (now + 1 < state->accept_at)
        return state->accept_at - 1;
    ports->ready = ALWAYS_TAKEN | request;
    return CYCLE_NEVER;
}

/* When a stage has work if nothing happens before. What waits for a port is in `blocked`, unless there is work anyway.
 */
static inline cycle_t next_of_stages(struct pri_queue *state, const struct ports *ports, cycle_t now)
{
    assert(state->offered <= state->count && state->answer_count <= PRI_QUEUE_RESPONSES_MAX);
    state->blocked = 0;
    if (state->count && (state->answered || state->failing) && pri_queue_commit_is_due(state))
        return now + 1;
    if (state->enable != state->enable_ack && pri_queue_ack_next(state) != state->enable_ack)
        return now + 1;
    cycle_t next = CYCLE_NEVER;
    if (state->msi_due || state->offered != state->count)
        next = next_of_memory(state, ports, now);
    if (state->answer_count)
        next = cycle_min(next, next_of_answers(state, ports, now));
    return next;
}

static void acknowledge(struct pri_queue *state)
{
    uint8_t ack = pri_queue_ack_next(state);
    if (ack == state->enable_ack)
        return;
    state->enable_ack = ack;
    state->changed |= PRI_QUEUE_CHANGED_ACK;
}

/* An edge with work. The order matters: a stage must not see what another one does at this edge. Only the publish and
 * the commit stage look forward, to what the same edge hands them (docs/timing/pri_queue.md). The tests before the
 * calls say that a stage has nothing to do; they decide nothing. */
__attribute__((noinline)) static cycle_t work(const struct pri_queue_config *config, struct pri_queue *state,
                                              cycle_t now, struct ports *ports, uint64_t arrived)
{
    const uint32_t answers = state->answer_count;
    const struct memory_response *response = NULL;
    if (arrived >> PRI_QUEUE_RX_MEMORY_RESPONSE & 1)
        response = ports->rx[PRI_QUEUE_RX_MEMORY_RESPONSE];
    if (response && !pri_queue_awaits(state, response))
        response = NULL;
    if (state->enable != state->enable_ack)
        acknowledge(state);
    if (state->interrupt | state->msi_due)
        pri_queue_signal(config, state, ports);
    if (state->offered != state->count)
        pri_queue_offer(config, state, now, ports);
    if (arrived >> PRI_QUEUE_RX_REQUEST & 1)
        pri_queue_accept(config, state, now, ports);
    if (state->retired)
        pri_queue_publish(state);
    if (response || state->answered | state->failing)
        pri_queue_commit(config, state, answers, response, ports);
    if (answers)
        pri_queue_answer_step(state, answers, ports);
    if (arrived >> PRI_QUEUE_RX_CONTROL & 1)
        pri_queue_control(config, state, ports);
    if (state->changed)
        put_status(state, ports);
    if (pri_queue_is_watched(ports->probe))
        pri_queue_monitor(ports, now);
    cycle_t ready_at = publish_ready(config, state, now, ports);
    if (state->retired | state->interrupt) {
        state->blocked = 0;
        state->work_at = state->wake = now + 1;
        return now + 1;
    }
    state->work_at = next_of_stages(state, ports, now);
    state->wake = cycle_min(state->work_at, ready_at);
    assert(state->wake > now);
    return state->wake;
}

cycle_t pri_queue_step(const struct pri_queue_config *config, struct pri_queue *state, cycle_t now, struct ports *ports)
{
    uint64_t arrived = ports_arrived(ports);
    uint64_t unfree = ports->tx_valid & ~ports->tx_ready;
    bool freed = state->blocked & ~unfree;
    if (!arrived && now < state->wake && !freed)
        return state->wake;
    if (arrived || now >= state->work_at || freed)
        return work(config, state, now, ports, arrived);
    state->wake = cycle_min(state->work_at, publish_ready(config, state, now, ports));
    return state->wake;
}
