/* SPDX-License-Identifier: Apache-2.0
 *
 * Default configuration, initial state and the step of the SMMU. In one edge: what arrived, in the order of the rx
 * ports; what is due; what can be put, in the order of the tx ports; the acknowledgements; ready.
 */
#include "model/smmu/smmu_step.h"

#define BIT(n) (UINT64_C(1) << (n))

void prisim_smmu_config_default(struct prisim_smmu_config *config)
{
    *config = (struct prisim_smmu_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/smmu/smmu_config.def"
    };
}

enum { WORD = sizeof(uint64_t) };

static uint32_t words_of_responses(const struct prisim_smmu_config *config)
{
    return config->automatic_responses * (uint32_t)sizeof(struct prisim_prg_response) / WORD;
}

static uint32_t words_of_messages(const struct prisim_smmu_config *config)
{
    return smmu_has_messages(config) ? SMMU_MESSAGES * (uint32_t)sizeof(struct smmu_message) / WORD : 0;
}

static uint32_t words_of_structures(const struct prisim_smmu_config *config)
{
    return config->structure_fetch == PRISIM_SMMU_STRUCTURE_WORDS ? SMMU_SLOTS * PRISIM_STE_BYTES / WORD : 0;
}

/* They are last in the store. */
static uint32_t first_of_caches(const struct prisim_smmu_config *config)
{
    return words_of_responses(config) + words_of_structures(config) + words_of_messages(config);
}

_Static_assert(sizeof(struct prisim_prg_response) % WORD == 0 && PRISIM_STE_BYTES % WORD == 0, "the store is of words");

size_t prisim_smmu_state_size(const struct prisim_smmu_config *config)
{
    uint32_t words = first_of_caches(config) + smmu_cache_words(config);
    return sizeof(struct prisim_smmu) + words * (size_t)WORD;
}

size_t prisim_smmu_hot_size(const struct prisim_smmu_config *config)
{
    (void)config;
    return offsetof(struct prisim_smmu, slot);
}

struct prisim_canonical_cold prisim_smmu_cold(const struct prisim_smmu_config *config)
{
    size_t from = offsetof(struct prisim_smmu, store) + first_of_caches(config) * (size_t)WORD;
    return (struct prisim_canonical_cold){from, from};
}

void prisim_smmu_init(const struct prisim_smmu_config *config, struct prisim_smmu *s)
{
    assert(config->translation_slots >= 1 && config->translation_slots <= SMMU_SLOTS_MAX);
    memset(s, 0, prisim_smmu_state_size(config));
    for (unsigned i = 0; i < SMMU_TIMERS; i++)
        s->timer[i] = PRISIM_CYCLE_NEVER;
    s->due = PRISIM_CYCLE_NEVER;
    s->ready = BIT(PRISIM_SMMU_RX_PORTS) - 1;
    s->slots = (uint32_t)prisim_bits_mask(config->translation_slots) | UINT32_C(1) << SMMU_SLOT_LOOKUP |
               UINT32_C(1) << SMMU_SLOT_PREFETCH | UINT32_C(1) << SMMU_SLOT_POSTED;
    s->free = s->slots;
    s->pri.access_free = UINT32_MAX;
    s->words = words_of_responses(config);
    s->messages.first = words_of_responses(config) + words_of_structures(config);
    s->messages.closed = config->ppr_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE;
    smmu_up_room(s);
    smmu_cache_init(config, s, first_of_caches(config));
    smmu_registers_init(config, s);
}

static inline void take(struct smmu_edge *e, enum prisim_smmu_rx port)
{
    const void *payload = e->ports->rx[port];
    switch (port) {
    case PRISIM_SMMU_RX_UP:
        smmu_up_take(e, payload);
        break;
    case PRISIM_SMMU_RX_MEMORY_RESPONSE:
        smmu_memory_answered(e, payload);
        break;
    case PRISIM_SMMU_RX_DMA_RESPONSE:
        smmu_dma_answered(e, payload);
        break;
    case PRISIM_SMMU_RX_REGISTER:
        smmu_registers_take(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_RESPONSE:
        smmu_pri_response(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_MEMORY_REQUEST:
        smmu_pri_access(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_LOOKUP:
        smmu_pri_lookup(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_STATUS:
        smmu_pri_status(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_INTERRUPT:
        smmu_interrupt_line(e, PRISIM_SMMU_WIRED_PRIQ);
        break;
    case PRISIM_SMMU_RX_PRI_ABORT:
        smmu_pri_abort(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_DECISION:
        smmu_pri_decision(e, payload);
        break;
    case PRISIM_SMMU_RX_PRI_COMMIT:
        smmu_pri_commit(e, payload);
        break;
    case PRISIM_SMMU_RX_PORTS:
        break;
    }
}

/* Runs what is due. Afterwards all timers lie ahead, and `due` is the earliest. */
static void run_due(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    if (e->now >= s->timer[SMMU_TIMER_MESSAGE])
        smmu_messages_run(e);
    if (e->now >= s->timer[SMMU_TIMER_SLOTS])
        smmu_slots_due(e);
    if (e->now >= s->timer[SMMU_TIMER_COMMAND]) {
        s->timer[SMMU_TIMER_COMMAND] = PRISIM_CYCLE_NEVER;
        smmu_command_execute(e);
    }
    if (e->now >= s->timer[SMMU_TIMER_EVENT])
        smmu_event_run(e);
    if (e->now >= s->timer[SMMU_TIMER_ITAG])
        smmu_itag_timeouts(e);
    if (e->now >= s->timer[SMMU_TIMER_UPDATE])
        smmu_update_run(e);
    if (e->now >= s->timer[SMMU_TIMER_REGISTER]) {
        s->timer[SMMU_TIMER_REGISTER] = PRISIM_CYCLE_NEVER; /* from now on it waits for the port */
        smmu_want(s, PRISIM_SMMU_TX_REGISTER_RESPONSE);
    }
    s->due = s->timer[0];
    for (unsigned i = 1; i < SMMU_TIMERS; i++)
        s->due = prisim_cycle_min(s->due, s->timer[i]);
}

static void put_interrupt(struct smmu_edge *e)
{
    struct prisim_smmu_interrupt *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_INTERRUPT);
    assert(e->s->lines != 0);
    to->lines = e->s->lines;
    e->s->lines = 0;
    smmu_unwant(e->s, PRISIM_SMMU_TX_INTERRUPT);
}

static void (*const put[PRISIM_SMMU_TX_PORTS])(struct smmu_edge *e) = {
    [PRISIM_SMMU_TX_DOWN] = smmu_down_grant,
    [PRISIM_SMMU_TX_MEMORY_REQUEST] = smmu_memory_grant,
    [PRISIM_SMMU_TX_DMA_REQUEST] = smmu_dma_advance,
    [PRISIM_SMMU_TX_REGISTER_RESPONSE] = smmu_registers_answer,
    [PRISIM_SMMU_TX_PRI_REQUEST] = smmu_pri_request_put,
    [PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE] = smmu_pri_answer_put,
    [PRISIM_SMMU_TX_PRI_LOOKUP] = smmu_pri_lookup_put,
    [PRISIM_SMMU_TX_PRI_CONTROL] = smmu_pri_control_put,
    [PRISIM_SMMU_TX_INTERRUPT] = put_interrupt,
};

/* Puts all that can be put; what one port's payload set off for another one goes at the same edge if that port is free.
 */
static inline void put_all(struct smmu_edge *e, uint64_t busy)
{
    const struct prisim_ports *p = e->ports;
    uint64_t can;
    while ((can = e->s->wants & ~(busy | p->put)) != 0)
        put[__builtin_ctzll(can)](e);
}

static inline void set_ready(struct smmu_edge *e)
{
    uint64_t ready = e->s->ready;
    if (!(ready >> PRISIM_SMMU_RX_UP & 1) && smmu_up_look(e))
        ready |= BIT(PRISIM_SMMU_RX_UP);
    for (uint64_t change = ready ^ e->ports->ready; change; change &= change - 1) {
        unsigned port = (unsigned)__builtin_ctzll(change);
        prisim_ports_set_ready(e->ports, port, ready >> port & 1);
    }
}

/* Not inlined: a step at which nothing happens must not pay for the registers saved here. */
__attribute__((noinline)) static prisim_cycle_t work(struct smmu_edge *e, uint64_t arrived, uint64_t busy)
{
    struct prisim_smmu *s = e->s;
    const struct prisim_ports *p = e->ports;
    for (; arrived; arrived &= arrived - 1) {
        take(e, (enum prisim_smmu_rx)__builtin_ctzll(arrived));
        smmu_slots_ended(e);
    }
    if (e->now >= s->due)
        run_due(e);
    put_all(e, busy);
    while (s->commands.state == SMMU_COMMAND_SYNC && smmu_command_sync_run(e))
        put_all(e, busy);
    if (s->updating)
        smmu_update_run(e);
    set_ready(e);
    assert(s->due > e->now && e->ended == 0);
    /* A port that is free again at the next edge, or that the acknowledgements have just found something for. */
    if (s->wants && (s->wants & (p->tx_ready | ~(p->tx_valid | p->put))))
        return e->now + 1;
    return s->due;
}

prisim_cycle_t prisim_smmu_step(const struct prisim_smmu_config *config, struct prisim_smmu *s, prisim_cycle_t now,
                                struct prisim_ports *ports)
{
    uint64_t busy = ports->tx_valid & ~ports->tx_ready;
    /* What arrives, and what is refused on the way up: smmu_up_look looks at it. */
    uint64_t offered = ports->rx_valid & (ports->rx_ready | BIT(PRISIM_SMMU_RX_UP));
    /* After reset nothing is ready; later something always is. */
    if (!(offered | (s->wants & ~busy)) && now < s->due && ports->rx_ready)
        return s->due;
    struct smmu_edge edge = {config, s, ports, now, 0, 0, false};
    return work(&edge, prisim_ports_arrived(ports), busy);
}
