/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration of the PRI queue and its clock edge: the stages in the order that lets each decide on the registers
 * as they were before the edge, then what is published, then when to come back. No rule of the queue is here.
 */
#include "model/pri_queue/pri_queue_state.h"

#include <string.h>

#include "model/core/bits.h"
#include "model/core/config_check.h"

enum {
    ALWAYS_TAKEN =
        1 << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE | 1 << PRISIM_PRI_QUEUE_RX_LOOKUP | 1 << PRISIM_PRI_QUEUE_RX_CONTROL
};

void prisim_pri_queue_config_default(struct prisim_pri_queue_config *config)
{
    *config = (struct prisim_pri_queue_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/pri_queue/pri_queue_config.def"
    };
}

_Static_assert(PRI_QUEUE_RECORDS_MAX == 16, "pri_queue_config.def says so");

#define RANGE(name, min, max, expected) CONFIG_RANGE(prisim_pri_queue_config, name, #name, min, max, NULL, expected)
static const struct config_range ranges[] = {
#define PRISIM_SWITCH(name, value, source, about) RANGE(name, 0, 1, "0 or 1"),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    RANGE(name, min, max, sizeof unit > 1 ? #min ".." #max " " unit : #min ".." #max),
#include "model/pri_queue/pri_queue_config.def"
};

bool prisim_pri_queue_config_check(const struct prisim_pri_queue_config *config, struct prisim_config_error *error)
{
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error);
}

size_t prisim_pri_queue_state_size(const struct prisim_pri_queue_config *config)
{
    (void)config;
    return sizeof(struct prisim_pri_queue);
}

size_t prisim_pri_queue_hot_size(const struct prisim_pri_queue_config *config)
{
    (void)config;
    return offsetof(struct prisim_pri_queue, record);
}

/* SMMU-RESET: zero, also where the text says UNKNOWN. */
void prisim_pri_queue_init(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state)
{
    struct prisim_config_error error;
    assert(prisim_pri_queue_config_check(config, &error));
    memset(state, 0, sizeof *state);
}

static void put_status(struct prisim_pri_queue *state, struct prisim_ports *ports)
{
    struct prisim_pri_queue_status *status = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_STATUS);
    *status = (struct prisim_pri_queue_status){
        .prod = state->prod | (state->ovflg ? PRISIM_PRI_QUEUE_OVFLG : 0),
        .cons = state->cons,
        .enable_ack = state->enable_ack,
        .changed = state->changed,
    };
    state->changed = 0;
}

/* Something waits for this tx port. */
static prisim_cycle_t wait_for(struct prisim_pri_queue *state, const struct prisim_ports *ports, unsigned tx,
                               prisim_cycle_t now)
{
    state->blocked |= UINT64_C(1) << tx;
    return prisim_ports_retry(ports, tx, now);
}

static prisim_cycle_t next_of_memory(struct prisim_pri_queue *state, const struct prisim_ports *ports,
                                     prisim_cycle_t now)
{
    if (state->msi_due && !state->msi_in_flight)
        return wait_for(state, ports, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, now);
    if (state->offered == state->count || state->failing)
        return PRISIM_CYCLE_NEVER;
    prisim_cycle_t due = state->record[(state->head + state->offered) & (PRI_QUEUE_RECORDS_MAX - 1)].due;
    return due > now ? due : wait_for(state, ports, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, now);
}

static prisim_cycle_t next_of_answers(struct prisim_pri_queue *state, const struct prisim_ports *ports,
                                      prisim_cycle_t now)
{
    assert(state->answer_count);
    switch (state->answer[state->answer_head].step) {
    case ANSWER_READY:
        return wait_for(state, ports, PRISIM_PRI_QUEUE_TX_RESPONSE, now);
    case ANSWER_LOOKUP_DUE:
        return wait_for(state, ports, PRISIM_PRI_QUEUE_TX_LOOKUP, now);
    case ANSWER_LOOKUP_ASKED:
        break;
    }
    return PRISIM_CYCLE_NEVER;
}

/* Publishes ready for what may be taken at the next edge; returns the edge at which that must be done again. */
static inline prisim_cycle_t publish_ready(const struct prisim_pri_queue_config *config,
                                           const struct prisim_pri_queue *state, prisim_cycle_t now,
                                           struct prisim_ports *ports)
{
    const uint64_t request = UINT64_C(1) << PRISIM_PRI_QUEUE_RX_REQUEST;
    ports->ready = ALWAYS_TAKEN;
    if (!pri_queue_accept_has_room(config, state))
        return PRISIM_CYCLE_NEVER;
    if (now + 1 < state->accept_at)
        return state->accept_at - 1;
    ports->ready = ALWAYS_TAKEN | request;
    return PRISIM_CYCLE_NEVER;
}

/* When a stage has work if nothing happens before. What waits for a port is in `blocked`, unless there is work anyway.
 */
static inline prisim_cycle_t next_of_stages(struct prisim_pri_queue *state, const struct prisim_ports *ports,
                                            prisim_cycle_t now)
{
    assert(state->offered <= state->count && state->answer_count <= PRI_QUEUE_RESPONSES_MAX);
    state->blocked = 0;
    if (state->count && (state->answered || state->failing) && pri_queue_commit_is_due(state))
        return now + 1;
    if (state->enable != state->enable_ack && pri_queue_ack_next(state) != state->enable_ack)
        return now + 1;
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    if (state->msi_due || state->offered != state->count)
        next = next_of_memory(state, ports, now);
    if (state->answer_count)
        next = prisim_cycle_min(next, next_of_answers(state, ports, now));
    return next;
}

static void acknowledge(struct prisim_pri_queue *state)
{
    uint8_t ack = pri_queue_ack_next(state);
    if (ack == state->enable_ack)
        return;
    state->enable_ack = ack;
    state->changed |= PRISIM_PRI_QUEUE_CHANGED_ACK;
}

/* An edge with work. The order matters: a stage must not see what another one does at this edge. Only the publish and
 * the commit stage look forward, to what the same edge hands them (docs/timing/pri_queue.md). The tests before the
 * calls say that a stage has nothing to do; they decide nothing. */
__attribute__((noinline)) static prisim_cycle_t work(const struct prisim_pri_queue_config *config,
                                                     struct prisim_pri_queue *state, prisim_cycle_t now,
                                                     struct prisim_ports *ports, uint64_t arrived)
{
    const uint32_t answers = state->answer_count;
    const struct prisim_memory_response *response = NULL;
    if (arrived >> PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE & 1)
        response = ports->rx[PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE];
    if (response && !pri_queue_awaits(state, response))
        response = NULL;
    if (state->enable != state->enable_ack)
        acknowledge(state);
    if (state->interrupt | state->msi_due)
        pri_queue_signal(config, state, ports);
    if (state->offered != state->count)
        pri_queue_offer(config, state, now, ports);
    if (arrived >> PRISIM_PRI_QUEUE_RX_REQUEST & 1)
        pri_queue_accept(config, state, now, ports);
    if (state->retired)
        pri_queue_publish(state);
    if (response || state->answered | state->failing)
        pri_queue_commit(config, state, answers, response, ports);
    if (answers)
        pri_queue_answer_step(state, answers, ports);
    if (arrived >> PRISIM_PRI_QUEUE_RX_CONTROL & 1)
        pri_queue_control(config, state, ports);
    if (state->changed)
        put_status(state, ports);
    if (pri_queue_is_watched(ports->probe))
        prisim_pri_queue_monitor(ports, now);
    prisim_cycle_t ready_at = publish_ready(config, state, now, ports);
    if (state->retired | state->interrupt) {
        state->blocked = 0;
        state->work_at = state->wake = now + 1;
        return now + 1;
    }
    state->work_at = next_of_stages(state, ports, now);
    state->wake = prisim_cycle_min(state->work_at, ready_at);
    assert(state->wake > now);
    return state->wake;
}

prisim_cycle_t prisim_pri_queue_step(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                                     prisim_cycle_t now, struct prisim_ports *ports)
{
    uint64_t arrived = prisim_ports_arrived(ports);
    uint64_t unfree = ports->tx_valid & ~ports->tx_ready;
    bool freed = state->blocked & ~unfree;
    if (!arrived && now < state->wake && !freed)
        return state->wake;
    if (arrived || now >= state->work_at || freed)
        return work(config, state, now, ports, arrived);
    state->wake = prisim_cycle_min(state->work_at, publish_ready(config, state, now, ports));
    return state->wake;
}
