/* SPDX-License-Identifier: Apache-2.0
 *
 * The random other side of a PRI queue.
 */
#include "tb/vectors/pri_queue_stimulus.h"
#include "model/core/queue_index.h"

const uint32_t pri_queue_latency_set[PRI_QUEUE_LATENCY_SETS][3] = {
    {4, 2, 4}, {1, 1, 1}, {1, 1, 16}, {64, 64, 16}, {1, 64, 16}, {2, 3, 2}, {8, 1, 8}, {3, 7, 5}, {1, 2, 3}, {0, 0, 0}};
const uint32_t pri_queue_sizes[PRI_QUEUE_SIZES] = {0, 1, 2, 6};

enum purpose {
    PURPOSE_PROFILE,
    PURPOSE_REQUESTS,
    PURPOSE_READY,
    PURPOSE_MEMORY,
    PURPOSE_CONTROL,
    PURPOSE_MARKER,
    PURPOSE_CUT
};
enum { INDEX_MASK = 0xfffff };

/* One of a list of numbers. */
#define PICK(random, ...)                                                                                              \
    ((const unsigned[]){__VA_ARGS__}[random_below(random, sizeof((const unsigned[]){__VA_ARGS__}) / sizeof(unsigned))])

static void draw_config(struct random_stream *random, struct prisim_pri_queue_config *config,
                        struct pri_queue_profile *profile)
{
    profile->latency = (unsigned)random_below(random, PRI_QUEUE_LATENCY_SETS);
    profile->size = (unsigned)random_below(random, PRI_QUEUE_SIZES);
    config->size_log2_max = random_below(random, 3) ? 19 : pri_queue_sizes[profile->size];
    config->pps = random_below(random, 3) == 0;
    config->pasid_supported = random_below(random, 5) != 0;
    config->msi_supported = random_below(random, 4) != 0;
    config->auto_fail_last_only = (uint32_t)random_below(random, 2);
    const uint32_t *set = pri_queue_latency_set[profile->latency];
    config->accept_interval = set[0] ? set[0] : 1 + (uint32_t)random_below(random, 12);
    config->write_latency = set[1] ? set[1] : 1 + (uint32_t)random_below(random, 12);
    config->records_in_flight = set[2] ? set[2] : 1 + (uint32_t)random_below(random, 16);
}

static void draw_profile(struct random_stream *random, struct pri_queue_profile *p)
{
    p->edges = 200 + (unsigned)(random_below(random, 1u << random_below(random, 13)));
    p->drain = random_below(random, 2) ? 400 : 0;
    p->reset_edges = 1 + (unsigned)random_below(random, 3);
    p->request = PICK(random, 4, 32, 128, 256, 256);
    p->pasid = PICK(random, 0, 128, 220, 256);
    p->marker = PICK(random, 0, 16, 64);
    p->last = PICK(random, 32, 128, 240);
    p->secure = PICK(random, 0, 0, 8, 64);
    for (unsigned i = 0; i < 3; i++) {
        p->ready_up[i] = PICK(random, 256, 256, 128, 16, 4);
        p->ready_down[i] = PICK(random, 0, 0, 16, 128, 250);
    }
    p->answer = PICK(random, 256, 256, 128, 32, 8);
    p->abort = PICK(random, 0, 0, 2, 16, 80);
    p->late = PICK(random, 0, 64, 128, 256);
    p->msi_abort = PICK(random, 0, 0, 32, 160);
    p->order = (unsigned)random_below(random, 3);
    p->lookup_answer = PICK(random, 256, 128, 16);
    p->reachable = PICK(random, 256, 192, 64);
    p->ppar = PICK(random, 0, 128, 256);
    p->cons = PICK(random, 1, 8, 32, 128, 230);
    p->keep_ack = PICK(random, 0, 64, 240);
    p->ack_only = PICK(random, 0, 32, 128);
    p->impossible = PICK(random, 0, 0, 1, 16);
    p->enable = PICK(random, 0, 0, 1, 4, 24);
    p->irq_toggle = PICK(random, 0, 0, 2, 16);
    p->config = PICK(random, 8, 64, 200);
    p->interrupt_config = PICK(random, 0, 0, 2, 12);
    p->raise_abort = PICK(random, 0, 0, 2, 12);
    p->abort_delay = PICK(random, 1, 4, 40);
    p->acknowledge_delay = PICK(random, 1, 8, 100);
    p->stray = PICK(random, 0, 0, 2, 16);
    p->pair_aborts = random_below(random, 8) == 0;
    p->overflowed = random_below(random, 8) == 0;
    p->last_only = random_below(random, 2);
}

static void push(struct pri_queue_stimulus *s, unsigned what, uint64_t value)
{
    s->script[(s->script_at + s->script_count++) & 15] =
        (struct prisim_pri_queue_control){.what = (uint8_t)what, .value = value};
}

static uint64_t some_base(struct pri_queue_stimulus *s)
{
    /* Mostly the episode's size, sometimes another one; ADDR and the hints are anything. */
    uint64_t random = random_next(&s->control);
    unsigned log2 = random & 7 ? pri_queue_sizes[s->profile.size] : pri_queue_sizes[random >> 3 & 3];
    if (!(random & 0xff00))
        log2 = random >> 16 & 31;
    s->log2 = log2 < s->log2_max ? log2 : s->log2_max;
    return (random_next(&s->control) & ~UINT64_C(31)) | log2;
}

void pri_queue_stimulus_draw(uint64_t seed, uint64_t episode, struct prisim_pri_queue_config *config,
                             struct pri_queue_profile *profile)
{
    struct random_stream random = random_open(seed, episode, PURPOSE_PROFILE);
    draw_config(&random, config, profile);
    struct random_stream marker = random_open(seed, episode, PURPOSE_MARKER);
    config->stop_marker_needs_ssv = (uint32_t)random_below(&marker, 2);
    draw_profile(&random, profile);
}

void pri_queue_stimulus_cut(uint64_t seed, uint64_t episode, uint32_t within, struct pri_queue_profile *profile)
{
    struct random_stream random = random_open(seed, episode, PURPOSE_CUT);
    profile->edges = 1 + (unsigned)random_below(&random, within);
    profile->drain = 0;
}

void pri_queue_stimulus_begin(struct pri_queue_stimulus *s, uint64_t seed, uint64_t episode,
                              const struct prisim_pri_queue_config *config, const struct pri_queue_profile *profile)
{
    *s = (struct pri_queue_stimulus){.offered_id = UINT32_MAX};
    s->profile = *profile;
    s->log2_max = config->size_log2_max;
    s->requests = random_open(seed, episode, PURPOSE_REQUESTS);
    s->ready = random_open(seed, episode, PURPOSE_READY);
    s->memory = random_open(seed, episode, PURPOSE_MEMORY);
    s->control = random_open(seed, episode, PURPOSE_CONTROL);

    /* Software sets the queue up; PROD and CONS anywhere, often close to where indices wrap. */
    push(s, PRISIM_PRI_QUEUE_BASE, some_base(s));
    uint32_t at = (uint32_t)(random_next(&s->control) & INDEX_MASK);
    uint32_t flags = (uint32_t)(random_next(&s->control) & PRISIM_PRI_QUEUE_OVFLG);
    push(s, PRISIM_PRI_QUEUE_PROD, at | flags);
    push(s, PRISIM_PRI_QUEUE_CONS, at | (flags ^ (profile->overflowed ? PRISIM_PRI_QUEUE_OVFLG : 0)));
    push(s, PRISIM_PRI_QUEUE_IRQ_CFG0, random_below(&s->control, 4) ? random_next(&s->control) : 0);
    push(s, PRISIM_PRI_QUEUE_IRQ_CFG1, random_next(&s->control));
    push(s, PRISIM_PRI_QUEUE_IRQ_CFG2, (uint64_t)profile->last_only << 31);
    push(s, PRISIM_PRI_QUEUE_ENABLE, random_below(&s->control, 8) ? 7 : random_next(&s->control) & 7);
}

/* SMMU-PRIMSG: all kinds of messages, also with bits that no device sends. */
static void new_request(struct pri_queue_stimulus *s, struct prisim_page_request *request)
{
    uint64_t r = random_next(&s->requests), t = random_next(&s->requests);
    *request = (struct prisim_page_request){0};
    request->address = random_next(&s->requests);
    if (r & 7)
        request->address &= ~UINT64_C(0xfff);
    request->stream_id = (uint32_t)t;
    request->pasid = (uint32_t)(t >> 32 & INDEX_MASK);
    request->prg_index = (uint16_t)(t >> 52 & 0x1ff);
    request->has_pasid = (r >> 8 & 0xff) < s->profile.pasid;
    request->access = r >> 16 & 0x1b;
    request->secure = (r >> 24 & 0xff) < s->profile.secure;
    if ((r >> 32 & 0xff) < s->profile.last)
        request->access |= PRISIM_ACCESS_LAST;
    if ((r >> 40 & 0xff) < s->profile.marker) /* without a PASID: an ordinary message */
        request->access =
            (uint8_t)((request->access & ~(PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE)) | PRISIM_ACCESS_LAST);
}

static void drive_ready(struct pri_queue_stimulus *s, struct pri_queue_inputs *in)
{
    static const unsigned ports[] = {PRISIM_PRI_QUEUE_TX_RESPONSE, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST,
                                     PRISIM_PRI_QUEUE_TX_LOOKUP};
    uint64_t r = random_next(&s->ready);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t bit = 1u << ports[i];
        unsigned dice = r >> (8 * i) & 0xff;
        if (s->draining || (!(in->tx_ready & bit) && dice < s->profile.ready_up[i]))
            in->tx_ready |= bit;
        else if ((in->tx_ready & bit) && dice < s->profile.ready_down[i])
            in->tx_ready &= ~bit;
    }
}

/* Which pending answer comes now; s->pending_count: none. */
static unsigned choose_answer(struct pri_queue_stimulus *s, uint64_t random)
{
    unsigned msi = 0;
    while (msi < s->pending_count && !s->pending[msi].msi)
        msi++;
    if (s->profile.pair_aborts && !s->draining && msi < s->pending_count) {
        if (s->msi_now || (random >> 48 & 0xff) == 0)
            return msi;
        if (s->pending_count == 1)
            return s->pending_count; /* the MSI waits */
        unsigned at = (unsigned)((random >> 8 & 0xffff) * (s->pending_count - 1) >> 16);
        return s->aborted_behind ? msi == 0 : at + (at >= msi);
    }
    if (s->profile.order == 0)
        return 0;
    if (s->profile.order == 2)
        return s->pending_count - 1;
    bool msi_first = (random >> 56 & 1) && msi < s->pending_count;
    return msi_first ? msi : (unsigned)((random >> 8 & 0xffff) * s->pending_count >> 16);
}

static uint8_t choose_status(struct pri_queue_stimulus *s, unsigned at, uint64_t random)
{
    bool msi = s->pending[at].msi;
    unsigned oldest = s->pending[0].msi; /* of the records */
    bool abort = (random >> 24 & 0xff) < (msi ? s->profile.msi_abort : s->profile.abort);
    if (s->profile.pair_aborts && !msi) {
        abort = at != oldest && (random >> 24 & 3) == 0;
        s->msi_now = at == oldest && s->aborted_behind;
        s->aborted_behind = at != oldest && (abort || s->aborted_behind);
    } else if (msi) {
        abort |= s->msi_now;
        s->msi_now = false;
    }
    if (!abort || s->draining)
        return PRISIM_MEMORY_OK;
    return (random >> 32 & 0xff) < s->profile.late ? PRISIM_MEMORY_ABORT_LATE : PRISIM_MEMORY_ABORT;
}

/* docs/timing/pri_queue.md: ids that are not outstanding are ignored. */
static void drive_stray(struct pri_queue_stimulus *s, struct pri_queue_inputs *in)
{
    uint64_t r = random_next(&s->memory);
    uint32_t id = (uint32_t)(r & 3 ? r >> 2 & 31 : r >> 2);
    if (s->offered_id == id)
        return;
    for (unsigned i = 0; i < s->pending_count; i++)
        if (s->pending[i].id == id)
            return;
    in->memory.id = id;
    in->memory.status = (uint8_t)((r >> 40) % 3);
    in->rx_valid |= 1u << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE;
}

static void drive_memory(struct pri_queue_stimulus *s, struct pri_queue_inputs *in)
{
    uint64_t r = random_next(&s->memory);
    bool answers = s->pending_count && (s->draining || s->msi_now || (r & 0xff) < s->profile.answer);
    unsigned at = answers ? choose_answer(s, r) : s->pending_count;
    if (at < s->pending_count) {
        in->memory.id = s->pending[at].id;
        in->memory.status = choose_status(s, at, r);
        in->rx_valid |= 1u << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE;
        s->pending_count--;
        for (unsigned i = at; i < s->pending_count; i++)
            s->pending[i] = s->pending[i + 1];
    } else if ((r >> 40 & 0xff) < s->profile.stray) {
        drive_stray(s, in);
    }
}

static void drive_lookup(struct pri_queue_stimulus *s, struct pri_queue_inputs *in)
{
    uint64_t r = random_next(&s->requests);
    bool answers = s->lookup_asked && (s->draining || (r & 0xff) < s->profile.lookup_answer);
    if (!answers && (s->lookup_asked || s->lookup_offered || (r >> 32 & 0xff) >= s->profile.stray))
        return;
    in->lookup.reachable = (r >> 8 & 0xff) < s->profile.reachable;
    in->lookup.ppar = (r >> 16 & 0xff) < s->profile.ppar;
    in->rx_valid |= 1u << PRISIM_PRI_QUEUE_RX_LOOKUP;
    if (answers)
        s->lookup_asked = false;
}

/* SMMU-PRIOVF, and what software should not do. */
static void write_cons(struct pri_queue_stimulus *s, struct prisim_pri_queue_control *control)
{
    uint64_t r = random_next(&s->control);
    uint32_t used = queue_index_distance(s->prod, s->cons, s->log2);
    uint32_t take = (r & 0xff) < s->profile.ack_only ? 0 : (uint32_t)((r >> 8 & 0xffff) * (used + 1) >> 16);
    bool keep = (r >> 24 & 0xff) < s->profile.keep_ack;
    control->what = PRISIM_PRI_QUEUE_CONS;
    control->value = ((s->cons + take) & INDEX_MASK) | ((keep ? s->cons : s->prod) & PRISIM_PRI_QUEUE_OVFLG);
    if ((r >> 32 & 0xff) < s->profile.impossible)
        control->value = random_next(&s->control);
}

/* The SMMU's guards: SMMU-QUEUE for BASE and PROD. The interrupt's registers are written at any time: the guard of
 * SMMU-IRQCTRL is not the queue's, and its page says what then happens. */
static void write_config(struct pri_queue_stimulus *s, struct prisim_pri_queue_control *control)
{
    uint64_t r = random_next(&s->control);
    control->value = random_next(&s->control);
    switch (r & 7) {
    case 0:
    case 1:
        control->what = PRISIM_PRI_QUEUE_IRQ_CFG2;
        control->value = (control->value & ~UINT64_C(0x80000000)) |
                         (r >> 3 & 3 ? (uint64_t)s->profile.last_only << 31 : r & PRISIM_PRI_QUEUE_OVFLG);
        return;
    case 2:
        control->what = PRISIM_PRI_QUEUE_IRQ_CFG0;
        if (!(r >> 3 & 3))
            control->value &= 3;
        return;
    case 3:
        control->what = PRISIM_PRI_QUEUE_IRQ_CFG1;
        return;
    default:
        break;
    }
    if ((s->enable | s->enable_ack) & PRISIM_PRI_QUEUE_ENABLE_PRIQEN) {
        write_cons(s, control);
    } else if (r & 1) {
        unsigned before = s->log2;
        control->what = PRISIM_PRI_QUEUE_BASE;
        control->value = some_base(s);
        if (s->log2 != before) /* SMMU-QUEUE: old pointers are UNKNOWN */
            push(s, PRISIM_PRI_QUEUE_PROD, random_next(&s->control));
    } else {
        control->what = PRISIM_PRI_QUEUE_PROD;
        if (r & 0x700)
            control->value =
                (s->cons & INDEX_MASK) | (r >> 11 & 7 ? s->cons & PRISIM_PRI_QUEUE_OVFLG : r & PRISIM_PRI_QUEUE_OVFLG);
    }
}

/* Throws the lowest byte of *random, and takes it away. */
static bool dice(uint64_t *random, unsigned of_256)
{
    unsigned byte = *random & 0xff;
    *random >>= 8;
    return byte < of_256;
}

/* One register write of software at random; false: none. */
static bool software(struct pri_queue_stimulus *s, struct prisim_pri_queue_control *control)
{
    uint64_t r = random_next(&s->control);
    if (dice(&r, s->profile.cons)) {
        write_cons(s, control);
        return true;
    }
    bool off = (s->enable & 3) != 3;
    control->what = PRISIM_PRI_QUEUE_ENABLE;
    if (dice(&r, off ? 16 : s->profile.enable)) {
        control->value = (r & 3 || off ? 7 : r >> 2 & 7) & ~(off          ? UINT64_C(0)
                                                             : r >> 8 & 3 ? UINT64_C(1)
                                                                          : UINT64_C(2));
        return true;
    }
    if (dice(&r, s->profile.irq_toggle)) {
        control->value = s->enable ^ PRISIM_PRI_QUEUE_ENABLE_IRQEN;
        return true;
    }
    if (dice(&r, off ? s->profile.config : s->profile.interrupt_config)) {
        write_config(s, control);
        return true;
    }
    if (dice(&r, s->profile.raise_abort)) { /* a 0 out of turn, or GERRORN toggled by software (SMMU-GERROR) */
        control->what = PRISIM_PRI_QUEUE_ABORT_ACTIVE;
        control->value = s->gerror_active ? 1 : r & 1;
        s->gerror_active = control->value;
        if (control->value && !s->abort_clear_at && !s->abort_set_at)
            s->abort_clear_at = s->now + 1 + r % 64;
        return true;
    }
    return false;
}

static void drive_control(struct pri_queue_stimulus *s, struct pri_queue_inputs *in)
{
    struct prisim_pri_queue_control control = {0};
    /* SMMU-GERROR: the SMMU shows the error, later software acknowledges it. */
    if (s->abort_set_at && s->now >= s->abort_set_at) {
        control.what = PRISIM_PRI_QUEUE_ABORT_ACTIVE;
        control.value = 1;
        s->gerror_active = true;
        s->abort_set_at = 0;
        s->abort_clear_at = s->now + 1 + random_below(&s->control, s->profile.acknowledge_delay);
    } else if (s->abort_clear_at && s->now >= s->abort_clear_at) {
        control.what = PRISIM_PRI_QUEUE_ABORT_ACTIVE;
        s->gerror_active = false;
        s->abort_clear_at = 0;
    } else if (s->script_count) {
        if (random_below(&s->control, 4) == 0)
            return;
        control = s->script[s->script_at++ & 15];
        s->script_count--;
    } else if (s->draining || !software(s, &control)) {
        return;
    }
    in->control = control;
    in->rx_valid |= 1u << PRISIM_PRI_QUEUE_RX_CONTROL;
    if (control.what == PRISIM_PRI_QUEUE_ENABLE)
        s->enable = control.value & 7;
    if (control.what == PRISIM_PRI_QUEUE_CONS)
        s->cons = (uint32_t)control.value & (INDEX_MASK | PRISIM_PRI_QUEUE_OVFLG);
}

static bool chance(struct random_stream *stream, unsigned of_256)
{
    return random_next(stream) >> 56 < of_256;
}

void pri_queue_stimulus_drive(struct pri_queue_stimulus *s, struct pri_queue_inputs *in)
{
    in->rx_valid = 0;
    in->tx_ready |= PRI_QUEUE_PULSES;
    if (s->now == 0)
        return; /* nobody published anything under reset */
    s->draining = s->now + s->profile.drain >= s->profile.edges && s->profile.drain;
    if (!s->request_offered && !s->draining && chance(&s->requests, s->profile.request)) {
        new_request(s, &in->request);
        s->request_offered = true;
    }
    in->rx_valid = s->request_offered ? 1u << PRISIM_PRI_QUEUE_RX_REQUEST : 0;
    drive_ready(s, in);
    drive_memory(s, in);
    drive_lookup(s, in);
    drive_control(s, in);
}

static bool has(uint32_t mask, unsigned port)
{
    return mask >> port & 1;
}

void pri_queue_stimulus_observe(struct pri_queue_stimulus *s, const struct pri_queue_outputs *out, bool request_taken,
                                uint32_t taken, uint32_t put)
{
    s->now++;
    if (request_taken)
        s->request_offered = false;
    if (has(taken, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST)) {
        s->pending[s->pending_count].id = s->offered_id;
        s->pending[s->pending_count++].msi = s->offered_id == PRI_QUEUE_PINS_MSI_ID;
        s->offered_id = UINT32_MAX;
    }
    if (has(put, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST))
        s->offered_id = out->memory.id;
    if (has(taken, PRISIM_PRI_QUEUE_TX_LOOKUP))
        s->lookup_asked = true;
    s->lookup_offered = has(out->valid, PRISIM_PRI_QUEUE_TX_LOOKUP);
    if (has(put, PRISIM_PRI_QUEUE_TX_STATUS)) {
        s->prod = out->status.prod;
        s->enable_ack = out->status.enable_ack;
    }
    if (has(put, PRISIM_PRI_QUEUE_TX_ABORT) && out->abort.record) {
        s->abort_set_at = s->now + 1 + random_below(&s->control, s->profile.abort_delay);
        if (!s->gerror_active) /* else an acknowledge on its way crosses this ABORT */
            s->abort_clear_at = 0;
    }
}
