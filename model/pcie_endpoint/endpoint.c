/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint function (pcie_endpoint.h): configuration, initial state, and the order of things inside one step.
 */
#include "model/core/config_check.h"
#include "model/core/random.h"
#include "model/pcie_endpoint/endpoint_config_space.h"
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

void prisim_endpoint_config_default(struct prisim_endpoint_config *config)
{
    *config = (struct prisim_endpoint_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/pcie_endpoint/endpoint_config.def"
    };
}

_Static_assert(PRISIM_PRG_INDEXES == 512 && ENDPOINT_INVALIDATES_MAX == 32 && PRISIM_ENDPOINT_ATC_MAX == 256 &&
                   PRISIM_ENDPOINT_VFS_MAX == 31 && PRISIM_ENDPOINT_JOBS_MAX == 64,
               "endpoint_config.def says so");

#define RANGE(name, min, max, expected) CONFIG_RANGE(prisim_endpoint_config, name, #name, min, max, NULL, expected)
static const struct config_range ranges[] = {
#define PRISIM_CHOICE(name, value, min, max, words, source, about)      RANGE(name, min, max, words),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about) RANGE(name, min, max, #min ".." #max),
#include "model/pcie_endpoint/endpoint_config.def"
};

bool prisim_endpoint_config_check(const struct prisim_endpoint_config *config, struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {config->bar_base % PRISIM_ENDPOINT_BAR_BYTES == 0, {"bar_base", "a multiple of 4 MiB"}},
        {config->msix_base % PRISIM_ENDPOINT_MSIX_BYTES == 0, {"msix_base", "a multiple of 4 KiB"}},
        {config->atc_ways == 0 || config->atc_entries % config->atc_ways == 0,
         {"atc_ways", "a divisor of atc_entries, or 0"}},
        {config->vf <= config->vfs, {"vf", "at most vfs"}},
    };
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) &&
           config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

size_t prisim_endpoint_state_size(const struct prisim_endpoint_config *config)
{
    return sizeof(struct prisim_endpoint) + endpoint_atc_bytes(config);
}

size_t prisim_endpoint_hot_size(const struct prisim_endpoint_config *config)
{
    (void)config;
    return offsetof(struct prisim_endpoint, job);
}

void prisim_endpoint_init(const struct prisim_endpoint_config *config, struct prisim_endpoint *s)
{
    memset(s, 0, prisim_endpoint_state_size(config));
    s->job_due = PRISIM_CYCLE_NEVER;
    s->timeout_due = PRISIM_CYCLE_NEVER;
    s->stop_due = PRISIM_CYCLE_NEVER;
    s->in[ENDPOINT_JOB_FREE] = prisim_bits_mask(config->jobs);
    s->free_reads = UINT64_MAX;
    s->free_contexts = UINT64_MAX;
    s->drawn = random_open(config->seed, config->requester_id, 0).counter;
    s->invalidate_random = random_open(config->seed, config->requester_id, 1);
    endpoint_reset_registers(config, s);
    endpoint_atc_init(s);
    s->touched = (struct prisim_touched){0}; /* what a state begins with is no change */
    assert(s->due == 0);                     /* the first step publishes ready */
}

static inline bool is_in_reset(const struct endpoint_edge *e)
{
    return __builtin_expect(e->now < e->s->ready_at, 0);
}

/* Requests of the host are answered, answers give tags back; messages are not heard. */
static __attribute__((noinline)) bool is_ignored_in_reset(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    if (head->type == PRISIM_TLP_MESSAGE_DATA && head->message == PRISIM_MESSAGE_INVALIDATE_REQUEST)
        PRISIM_PROBE(e->ports, e->now, endpoint_invalidate_unanswered, .tlp = head->id, .itag = head->tag & 31,
                     .cause = PRISIM_CAUSE_FUNCTION_RESET);
    else if (head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_PRG_RESPONSE)
        endpoint_pri_ignore(e, head);
    return head->type == PRISIM_TLP_MESSAGE || head->type == PRISIM_TLP_MESSAGE_DATA;
}

/* PCIE-POISON-2: the function detected a non-fatal error. What becomes of the TLP is said where it goes. */
__attribute__((noinline)) static void tell_poisoned(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    enum { DEVICE_STATUS_NON_FATAL_ERROR = 1 << 1 };
    PRISIM_PROBE(e->ports, e->now, endpoint_poisoned, .tlp = head->id, .type = head->type);
    endpoint_function_write(e->s)->device_status |= DEVICE_STATUS_NON_FATAL_ERROR;
}

static void taken_down(struct endpoint_edge *e)
{
    const struct prisim_tlp *tlp = e->ports->rx[PRISIM_ENDPOINT_RX_DOWN];
    if (is_in_reset(e) && is_ignored_in_reset(e, &tlp->head))
        return;
    if (__builtin_expect(prisim_tlp_is_poisoned(&tlp->head), 0))
        tell_poisoned(e, &tlp->head);
    switch ((enum prisim_tlp_type)tlp->head.type) {
    case PRISIM_TLP_MEMORY_READ:
    case PRISIM_TLP_MEMORY_WRITE:
    case PRISIM_TLP_CONFIG_READ:
    case PRISIM_TLP_CONFIG_WRITE:
        endpoint_registers_taken(e, tlp);
        break;
    case PRISIM_TLP_COMPLETION:
    case PRISIM_TLP_COMPLETION_DATA:
        if (tlp->head.tag < ENDPOINT_READ_TAG)
            endpoint_translate_completed(e, tlp);
        else
            endpoint_dma_completed(e, &tlp->head);
        break;
    case PRISIM_TLP_MESSAGE:
        if (tlp->head.message == PRISIM_MESSAGE_PRG_RESPONSE)
            endpoint_pri_response(e, &tlp->head);
        break;
    case PRISIM_TLP_MESSAGE_DATA:
        if (tlp->head.message == PRISIM_MESSAGE_INVALIDATE_REQUEST)
            endpoint_invalidate_taken(e, tlp);
        break;
    case PRISIM_TLP_TYPES:
        break;
    }
}

static void taken_stimulus(struct endpoint_edge *e)
{
    const struct prisim_endpoint_stimulus *stimulus = e->ports->rx[PRISIM_ENDPOINT_RX_STIMULUS];
    switch ((enum prisim_endpoint_stimulus_what)stimulus->what) {
    case PRISIM_ENDPOINT_DMA:
        endpoint_job_submit(e, stimulus);
        break;
    case PRISIM_ENDPOINT_PAGE_REQUEST:
        if (!is_in_reset(e))
            endpoint_pri_raw(e, stimulus);
        break;
    case PRISIM_ENDPOINT_INTERRUPT:
        endpoint_msix_raise(e);
        break;
    case PRISIM_ENDPOINT_REMOVE:
        endpoint_remove_function(e);
        break;
    }
}

/* PCIE-ATSCAP: invalidate_depth requests are accepted, then the link is blocked. Not while the oldest of them waits for
 * read data, which may stand behind the next one (PCIE-ATC "Deadlock hazard"). */
static bool takes_invalidate(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    return s->invalidate_count < config->invalidate_depth ||
           (s->invalidate[s->invalidate_head].reads && s->invalidate_count < ENDPOINT_INVALIDATES_MAX);
}

/* When the head of a queue is to be looked at again: if it is due and the transmit FIFO is full, the FIFO wakes us. */
static inline prisim_cycle_t head_due(const struct endpoint_edge *e, prisim_cycle_t due)
{
    if (due > e->now)
        return due;
    return endpoint_transmit_has_room(e->s) ? e->now + 1 : PRISIM_CYCLE_NEVER;
}

/* Not everything that may come has a place: true if what is seen to be offered has one, or needs none. A posted TLP
 * never waits for what is to be sent (PCIE-ORDER A3), but for an invalidation beyond the depth (PCIE-ITAG). */
static bool takes_offered(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s,
                          const struct prisim_ports *ports)
{
    if (!(prisim_ports_refused(ports) >> PRISIM_ENDPOINT_RX_DOWN & 1))
        return false;
    switch (((const struct prisim_tlp *)ports->rx[PRISIM_ENDPOINT_RX_DOWN])->head.type) {
    case PRISIM_TLP_MEMORY_READ:
    case PRISIM_TLP_CONFIG_READ:
    case PRISIM_TLP_CONFIG_WRITE:
        return s->answer_count < ENDPOINT_REGISTERS_MAX;
    case PRISIM_TLP_MESSAGE_DATA:
        return takes_invalidate(config, s);
    default:
        return true;
    }
}

/* The earliest timer. */
static inline prisim_cycle_t earliest(const struct endpoint_edge *e)
{
    const struct prisim_endpoint *s = e->s;
    prisim_cycle_t due = s->job_due;
    due = prisim_cycle_min(due, s->stop_due);
    if (endpoint_timeout_possible(s))
        due = prisim_cycle_min(due, s->timeout_due);
    if (s->answer_count > 0)
        due = prisim_cycle_min(due, head_due(e, s->answer[s->answer_head].due));
    if (s->invalidate_count > 0 && !s->invalidate[s->invalidate_head].reads)
        due = prisim_cycle_min(due, head_due(e, s->invalidate[s->invalidate_head].due));
    if (s->invalidate_gone < s->invalidate_count)
        due = prisim_cycle_min(due, endpoint_invalidate_at(e->s, s->invalidate_gone)->due);
    if (s->invalidate_count > 1 && e->config->invalidate_order == PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER)
        due = prisim_cycle_min(due, endpoint_invalidate_any_due(e));
    assert(due > e->now);
    return due;
}

static inline prisim_cycle_t schedule(const struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    prisim_cycle_t due = earliest(e);
    bool more = endpoint_engine_has_work(s) || s->shared.waits;
    s->due = due;
    s->more = more;
    if (more)
        return e->now + 1;
    return s->outgoing_count > 0 ? prisim_cycle_min(due, prisim_ports_retry(e->ports, PRISIM_ENDPOINT_TX_UP, e->now))
                                 : due;
}

/* The order inside an edge: what was taken, what is due, what is made, what leaves. Apart from the idle step, which
 * then saves no registers. */
__attribute__((noinline)) static prisim_cycle_t work(const struct prisim_endpoint_config *config,
                                                     struct prisim_endpoint *s, prisim_cycle_t now,
                                                     struct prisim_ports *ports)
{
    uint64_t arrived = prisim_ports_arrived(ports);
    struct endpoint_edge e = {config, s, ports, now};
    if (arrived >> PRISIM_ENDPOINT_RX_PF)
        endpoint_shared_hear(&e, arrived);
    if (arrived & endpoint_bit(PRISIM_ENDPOINT_RX_DOWN))
        taken_down(&e);
    if (arrived & endpoint_bit(PRISIM_ENDPOINT_RX_STIMULUS))
        taken_stimulus(&e);
    if (now >= s->job_due)
        endpoint_job_timers(&e);
    if (now >= s->stop_due)
        endpoint_stop_timers(&e);
    if (now >= s->timeout_due)
        endpoint_timeouts(&e);
    if (s->answer_count | s->invalidate_count) {
        endpoint_registers_due(&e);
        endpoint_invalidate_due(&e);
    }
    if (s->msix_waits)
        endpoint_msix_due(&e);
    if (endpoint_engine_wanted(s))
        endpoint_engine_work(&e);
    if (s->outgoing_count > 0 && prisim_ports_can_put(ports, PRISIM_ENDPOINT_TX_UP))
        endpoint_transmit_put(&e);
    uint64_t wires = 0;
    if (__builtin_expect(config->vfs != 0, 0)) {
        endpoint_shared_tell(&e);
        wires = endpoint_shared_wires(config);
    }
    bool down =
        (s->answer_count < ENDPOINT_REGISTERS_MAX && takes_invalidate(config, s)) || takes_offered(config, s, ports);
    uint64_t ready = endpoint_bit(PRISIM_ENDPOINT_RX_STIMULUS) | (uint64_t)down << PRISIM_ENDPOINT_RX_DOWN | wires;
    if (ports->ready != ready) {
        prisim_ports_set_ready(ports, PRISIM_ENDPOINT_RX_DOWN, down);
        prisim_ports_set_ready(ports, PRISIM_ENDPOINT_RX_STIMULUS, true);
        for (; wires; wires &= wires - 1)
            prisim_ports_set_ready(ports, (unsigned)__builtin_ctzll(wires), true);
    }
#ifdef PRISIM_CHECKED
    assert(endpoint_is_conserved(config, s));
#endif
    return schedule(&e);
}

prisim_cycle_t prisim_endpoint_step(const struct prisim_endpoint_config *config, struct prisim_endpoint *s,
                                    prisim_cycle_t now, struct prisim_ports *ports)
{
    bool sends = s->outgoing_count > 0 && prisim_ports_can_put(ports, PRISIM_ENDPOINT_TX_UP);
    uint64_t refused =
        prisim_ports_refused(ports) & endpoint_bit(PRISIM_ENDPOINT_RX_DOWN); /* takes_offered looks at it */
    if (!(prisim_ports_arrived(ports) | refused) && now < s->due && !s->more && !sends)
        return s->due;
    return work(config, s, now, ports);
}
