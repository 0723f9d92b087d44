/* SPDX-License-Identifier: Apache-2.0
 *
 * The random other side of a PRI queue.
 */
#include "tests/lockstep/stimulus.h"

namespace lockstep
{

const uint32_t latency_set[LATENCY_SETS][3] = {{4, 2, 4}, {1, 1, 1}, {1, 1, 16}, {64, 64, 16}, {1, 64, 16},
                                               {2, 3, 2}, {8, 1, 8}, {3, 7, 5},  {1, 2, 3},    {0, 0, 0}};
const uint32_t queue_size[SIZES] = {0, 1, 2, 6};

namespace
{

enum purpose { PURPOSE_PROFILE, PURPOSE_REQUESTS, PURPOSE_READY, PURPOSE_MEMORY, PURPOSE_CONTROL };
enum : uint64_t { INDEX_MASK = 0xfffff };

template <unsigned N> unsigned pick(random_stream &random, const unsigned (&from)[N])
{
    return from[random_below(&random, N)];
}

void draw_config(random_stream &random, pri_queue_config &config, struct profile &profile)
{
    profile.latency = static_cast<unsigned>(random_below(&random, LATENCY_SETS));
    profile.size = static_cast<unsigned>(random_below(&random, SIZES));
    config.size_log2_max = random_below(&random, 3) ? 19 : queue_size[profile.size];
    config.pps = random_below(&random, 3) == 0;
    config.pasid_supported = random_below(&random, 5) != 0;
    config.msi_supported = random_below(&random, 4) != 0;
    config.auto_fail_last_only = static_cast<uint32_t>(random_below(&random, 2));
    const uint32_t *set = latency_set[profile.latency];
    config.accept_interval = set[0] ? set[0] : 1 + static_cast<uint32_t>(random_below(&random, 12));
    config.write_latency = set[1] ? set[1] : 1 + static_cast<uint32_t>(random_below(&random, 12));
    config.records_in_flight = set[2] ? set[2] : 1 + static_cast<uint32_t>(random_below(&random, 16));
}

void draw_profile(random_stream &random, struct profile &p)
{
    p.edges = 200 + static_cast<unsigned>(random_below(&random, 1u << random_below(&random, 13)));
    p.drain = random_below(&random, 2) ? 400 : 0;
    p.reset_edges = 1 + static_cast<unsigned>(random_below(&random, 3));
    p.request = pick(random, {4, 32, 128, 256, 256});
    p.pasid = pick(random, {0, 128, 220, 256});
    p.marker = pick(random, {0, 16, 64});
    p.last = pick(random, {32, 128, 240});
    p.secure = pick(random, {0, 0, 8, 64});
    for (unsigned i = 0; i < 3; i++) {
        p.ready_up[i] = pick(random, {256, 256, 128, 16, 4});
        p.ready_down[i] = pick(random, {0, 0, 16, 128, 250});
    }
    p.answer = pick(random, {256, 256, 128, 32, 8});
    p.abort = pick(random, {0, 0, 2, 16, 80});
    p.late = pick(random, {0, 64, 128, 256});
    p.msi_abort = pick(random, {0, 0, 32, 160});
    p.order = static_cast<unsigned>(random_below(&random, 3));
    p.lookup_answer = pick(random, {256, 128, 16});
    p.reachable = pick(random, {256, 192, 64});
    p.ppar = pick(random, {0, 128, 256});
    p.cons = pick(random, {1, 8, 32, 128, 230});
    p.keep_ack = pick(random, {0, 64, 240});
    p.ack_only = pick(random, {0, 32, 128});
    p.impossible = pick(random, {0, 0, 1, 16});
    p.enable = pick(random, {0, 0, 1, 4, 24});
    p.irq_toggle = pick(random, {0, 0, 2, 16});
    p.config = pick(random, {8, 64, 200});
    p.interrupt_config = pick(random, {0, 0, 2, 12});
    p.raise_abort = pick(random, {0, 0, 2, 12});
    p.abort_delay = pick(random, {1, 4, 40});
    p.acknowledge_delay = pick(random, {1, 8, 100});
    p.stray = pick(random, {0, 0, 2, 16});
    p.pair_aborts = random_below(&random, 8) == 0;
    p.overflowed = random_below(&random, 8) == 0;
    p.last_only = random_below(&random, 2);
}

} // namespace

void stimulus::push(unsigned what, uint64_t value)
{
    pri_queue_control &next = script_[(script_at_ + script_count_++) & 15];
    next = pri_queue_control{};
    next.what = static_cast<uint8_t>(what);
    next.value = value;
}

uint64_t stimulus::some_base()
{
    /* Mostly the episode's size, sometimes another one; ADDR and the hints are anything. */
    uint64_t random = random_next(&control_);
    unsigned log2 = random & 7 ? queue_size[profile_.size] : queue_size[random >> 3 & 3];
    if (!(random & 0xff00))
        log2 = random >> 16 & 31;
    log2_ = log2 < log2_max_ ? log2 : log2_max_;
    return (random_next(&control_) & ~UINT64_C(31)) | log2;
}

void stimulus::begin(uint64_t seed, uint64_t episode, pri_queue_config &config, struct profile &profile)
{
    random_stream random = random_open(seed, episode, PURPOSE_PROFILE);
    draw_config(random, config, profile);
    draw_profile(random, profile);
    *this = stimulus{};
    profile_ = profile;
    log2_max_ = config.size_log2_max;
    requests_ = random_open(seed, episode, PURPOSE_REQUESTS);
    ready_ = random_open(seed, episode, PURPOSE_READY);
    memory_ = random_open(seed, episode, PURPOSE_MEMORY);
    control_ = random_open(seed, episode, PURPOSE_CONTROL);

    /* Software sets the queue up; PROD and CONS anywhere, often close to where indices wrap. */
    push(PRI_QUEUE_BASE, some_base());
    uint32_t at = static_cast<uint32_t>(random_next(&control_) & INDEX_MASK);
    uint32_t flags = static_cast<uint32_t>(random_next(&control_) & PRI_QUEUE_OVFLG);
    push(PRI_QUEUE_PROD, at | flags);
    push(PRI_QUEUE_CONS, at | (flags ^ (profile.overflowed ? PRI_QUEUE_OVFLG : 0)));
    push(PRI_QUEUE_IRQ_CFG0, random_below(&control_, 4) ? random_next(&control_) : 0);
    push(PRI_QUEUE_IRQ_CFG1, random_next(&control_));
    push(PRI_QUEUE_IRQ_CFG2, static_cast<uint64_t>(profile.last_only) << 31);
    push(PRI_QUEUE_ENABLE, random_below(&control_, 8) ? 7 : random_next(&control_) & 7);
}

/* smmuv3 4.2: all kinds of messages, also with bits that no device sends. */
void stimulus::new_request(page_request &request)
{
    uint64_t r = random_next(&requests_), s = random_next(&requests_);
    request = page_request{};
    request.address = random_next(&requests_);
    if (r & 7)
        request.address &= ~UINT64_C(0xfff);
    request.stream_id = static_cast<uint32_t>(s);
    request.pasid = static_cast<uint32_t>(s >> 32 & INDEX_MASK);
    request.prg_index = static_cast<uint16_t>(s >> 52 & 0x1ff);
    request.has_pasid = (r >> 8 & 0xff) < profile_.pasid;
    request.access = r >> 16 & 0x1b;
    request.secure = (r >> 24 & 0xff) < profile_.secure;
    if ((r >> 32 & 0xff) < profile_.last)
        request.access |= ACCESS_LAST;
    if ((r >> 40 & 0xff) < profile_.marker) /* without a PASID: an ordinary message */
        request.access = static_cast<uint8_t>((request.access & ~(ACCESS_READ | ACCESS_WRITE)) | ACCESS_LAST);
}

void stimulus::drive_ready(inputs &in)
{
    static const unsigned ports[] = {PRI_QUEUE_TX_RESPONSE, PRI_QUEUE_TX_MEMORY_REQUEST, PRI_QUEUE_TX_LOOKUP};
    uint64_t r = random_next(&ready_);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t bit = 1u << ports[i];
        unsigned dice = r >> (8 * i) & 0xff;
        if (draining_ || (!(in.tx_ready & bit) && dice < profile_.ready_up[i]))
            in.tx_ready |= bit;
        else if ((in.tx_ready & bit) && dice < profile_.ready_down[i])
            in.tx_ready &= ~bit;
    }
}

/* Which pending answer comes now; pending_count_: none. */
unsigned stimulus::choose_answer(uint64_t random)
{
    unsigned msi = 0;
    while (msi < pending_count_ && !pending_[msi].msi)
        msi++;
    if (profile_.pair_aborts && !draining_ && msi < pending_count_) {
        if (msi_now_ || (random >> 48 & 0xff) == 0)
            return msi;
        if (pending_count_ == 1)
            return pending_count_; /* the MSI waits */
        unsigned at = static_cast<unsigned>((random >> 8 & 0xffff) * (pending_count_ - 1) >> 16);
        return aborted_behind_ ? msi == 0 : at + (at >= msi);
    }
    if (profile_.order == 0)
        return 0;
    if (profile_.order == 2)
        return pending_count_ - 1;
    bool msi_first = (random >> 56 & 1) && msi < pending_count_;
    return msi_first ? msi : static_cast<unsigned>((random >> 8 & 0xffff) * pending_count_ >> 16);
}

uint8_t stimulus::choose_status(unsigned at, uint64_t random)
{
    bool msi = pending_[at].msi;
    unsigned oldest = pending_[0].msi; /* of the records */
    bool abort = (random >> 24 & 0xff) < (msi ? profile_.msi_abort : profile_.abort);
    if (profile_.pair_aborts && !msi) {
        abort = at != oldest && (random >> 24 & 3) == 0;
        msi_now_ = at == oldest && aborted_behind_;
        aborted_behind_ = at != oldest && (abort || aborted_behind_);
    } else if (msi) {
        abort |= msi_now_;
        msi_now_ = false;
    }
    if (!abort || draining_)
        return MEMORY_OK;
    return (random >> 32 & 0xff) < profile_.late ? MEMORY_ABORT_LATE : MEMORY_ABORT;
}

void stimulus::drive_memory(inputs &in)
{
    uint64_t r = random_next(&memory_);
    bool answers = pending_count_ && (draining_ || msi_now_ || (r & 0xff) < profile_.answer);
    unsigned at = answers ? choose_answer(r) : pending_count_;
    if (at < pending_count_) {
        in.memory.id = pending_[at].id;
        in.memory.status = choose_status(at, r);
        in.rx_valid |= 1u << PRI_QUEUE_RX_MEMORY_RESPONSE;
        pending_count_--;
        for (unsigned i = at; i < pending_count_; i++)
            pending_[i] = pending_[i + 1];
    } else if ((r >> 40 & 0xff) < profile_.stray) {
        drive_stray(in);
    }
}

/* docs/timing/pri_queue.md: ids that are not outstanding are ignored. */
void stimulus::drive_stray(inputs &in)
{
    uint64_t r = random_next(&memory_);
    uint32_t id = static_cast<uint32_t>(r & 3 ? r >> 2 & 31 : r >> 2);
    if (offered_id_ == id)
        return;
    for (unsigned i = 0; i < pending_count_; i++)
        if (pending_[i].id == id)
            return;
    in.memory.id = id;
    in.memory.status = static_cast<uint8_t>((r >> 40) % 3);
    in.rx_valid |= 1u << PRI_QUEUE_RX_MEMORY_RESPONSE;
}

void stimulus::drive_lookup(inputs &in)
{
    uint64_t r = random_next(&requests_);
    bool answers = lookup_asked_ && (draining_ || (r & 0xff) < profile_.lookup_answer);
    if (!answers && (lookup_asked_ || lookup_offered_ || (r >> 32 & 0xff) >= profile_.stray))
        return;
    in.lookup.reachable = (r >> 8 & 0xff) < profile_.reachable;
    in.lookup.ppar = (r >> 16 & 0xff) < profile_.ppar;
    in.rx_valid |= 1u << PRI_QUEUE_RX_LOOKUP;
    if (answers)
        lookup_asked_ = false;
}

/* smmuv3 4.6, and what software should not do. */
void stimulus::write_cons(pri_queue_control &control)
{
    uint64_t r = random_next(&control_);
    uint32_t mask = (2u << log2_) - 1;
    uint32_t used = (prod_ - cons_) & mask;
    uint32_t take = (r & 0xff) < profile_.ack_only ? 0 : static_cast<uint32_t>((r >> 8 & 0xffff) * (used + 1) >> 16);
    bool keep = (r >> 24 & 0xff) < profile_.keep_ack;
    control.what = PRI_QUEUE_CONS;
    control.value = ((cons_ + take) & INDEX_MASK) | ((keep ? cons_ : prod_) & PRI_QUEUE_OVFLG);
    if ((r >> 32 & 0xff) < profile_.impossible)
        control.value = random_next(&control_);
}

/* The SMMU's guards: smmuv3 1.11 for BASE and PROD. The interrupt's registers are written at any time: the guard of
 * smmuv3 1.8 is not the queue's, and its page says what then happens. */
void stimulus::write_config(pri_queue_control &control)
{
    uint64_t r = random_next(&control_);
    control.value = random_next(&control_);
    switch (r & 7) {
    case 0:
    case 1:
        control.what = PRI_QUEUE_IRQ_CFG2;
        control.value = (control.value & ~UINT64_C(0x80000000)) |
                        (r >> 3 & 3 ? static_cast<uint64_t>(profile_.last_only) << 31 : r & PRI_QUEUE_OVFLG);
        return;
    case 2:
        control.what = PRI_QUEUE_IRQ_CFG0;
        if (!(r >> 3 & 3))
            control.value &= 3;
        return;
    case 3:
        control.what = PRI_QUEUE_IRQ_CFG1;
        return;
    default:
        break;
    }
    if ((enable_ | enable_ack_) & PRI_QUEUE_ENABLE_PRIQEN) {
        write_cons(control);
    } else if (r & 1) {
        unsigned before = log2_;
        control.what = PRI_QUEUE_BASE;
        control.value = some_base();
        if (log2_ != before) /* smmuv3 1.11: old pointers are UNKNOWN */
            push(PRI_QUEUE_PROD, random_next(&control_));
    } else {
        control.what = PRI_QUEUE_PROD;
        if (r & 0x700)
            control.value = (cons_ & INDEX_MASK) | (r >> 11 & 7 ? cons_ & PRI_QUEUE_OVFLG : r & PRI_QUEUE_OVFLG);
    }
}

/* One register write of software at random; false: none. */
bool stimulus::software(pri_queue_control &control)
{
    uint64_t r = random_next(&control_);
    auto dice = [&r](unsigned probability) {
        unsigned byte = r & 0xff;
        r >>= 8;
        return byte < probability;
    };
    if (dice(profile_.cons)) {
        write_cons(control);
        return true;
    }
    bool off = (enable_ & 3) != 3;
    control.what = PRI_QUEUE_ENABLE;
    if (dice(off ? 16 : profile_.enable)) {
        control.value = (r & 3 || off ? 7 : r >> 2 & 7) & ~(off ? 0 : r >> 8 & 3 ? 1 : 2);
        return true;
    }
    if (dice(profile_.irq_toggle)) {
        control.value = enable_ ^ PRI_QUEUE_ENABLE_IRQEN;
        return true;
    }
    if (dice(off ? profile_.config : profile_.interrupt_config)) {
        write_config(control);
        return true;
    }
    if (dice(profile_.raise_abort)) { /* a 0 out of turn, or GERRORN toggled by software (smmuv3 1.9) */
        control.what = PRI_QUEUE_ABORT_ACTIVE;
        control.value = gerror_active_ ? 1 : r & 1;
        gerror_active_ = control.value;
        if (control.value && !abort_clear_at_ && !abort_set_at_)
            abort_clear_at_ = now_ + 1 + r % 64;
        return true;
    }
    return false;
}

void stimulus::drive_control(inputs &in)
{
    pri_queue_control control = {};
    /* smmuv3 1.9: the SMMU shows the error, later software acknowledges it. */
    if (abort_set_at_ && now_ >= abort_set_at_) {
        control.what = PRI_QUEUE_ABORT_ACTIVE;
        control.value = 1;
        gerror_active_ = true;
        abort_set_at_ = 0;
        abort_clear_at_ = now_ + 1 + random_below(&control_, profile_.acknowledge_delay);
    } else if (abort_clear_at_ && now_ >= abort_clear_at_) {
        control.what = PRI_QUEUE_ABORT_ACTIVE;
        gerror_active_ = false;
        abort_clear_at_ = 0;
    } else if (script_count_) {
        if (random_below(&control_, 4) == 0)
            return;
        control = script_[script_at_++ & 15];
        script_count_--;
    } else if (draining_ || !software(control)) {
        return;
    }
    in.control = control;
    in.rx_valid |= 1u << PRI_QUEUE_RX_CONTROL;
    if (control.what == PRI_QUEUE_ENABLE)
        enable_ = control.value & 7;
    if (control.what == PRI_QUEUE_CONS)
        cons_ = static_cast<uint32_t>(control.value) & (INDEX_MASK | PRI_QUEUE_OVFLG);
}

void stimulus::drive(inputs &in)
{
    in.rx_valid = 0;
    in.tx_ready |= PULSES;
    if (now_ == 0)
        return; /* nobody published anything under reset */
    draining_ = now_ + profile_.drain >= profile_.edges && profile_.drain;
    if (!request_offered_ && !draining_ && chance(requests_, profile_.request)) {
        new_request(in.request);
        request_offered_ = true;
    }
    in.rx_valid = request_offered_ ? 1u << PRI_QUEUE_RX_REQUEST : 0;
    drive_ready(in);
    drive_memory(in);
    drive_lookup(in);
    drive_control(in);
}

void stimulus::observe(const outputs &out, bool request_taken, uint32_t taken, uint32_t put)
{
    now_++;
    if (request_taken)
        request_offered_ = false;
    if (has(taken, PRI_QUEUE_TX_MEMORY_REQUEST)) {
        pending_[pending_count_].id = offered_id_;
        pending_[pending_count_++].msi = offered_id_ == MSI_ID;
        offered_id_ = UINT32_MAX;
    }
    if (has(put, PRI_QUEUE_TX_MEMORY_REQUEST))
        offered_id_ = out.memory.id;
    if (has(taken, PRI_QUEUE_TX_LOOKUP))
        lookup_asked_ = true;
    lookup_offered_ = has(out.valid, PRI_QUEUE_TX_LOOKUP);
    if (has(put, PRI_QUEUE_TX_STATUS)) {
        prod_ = out.status.prod;
        enable_ack_ = out.status.enable_ack;
    }
    if (has(put, PRI_QUEUE_TX_ABORT) && out.abort.record) {
        abort_set_at_ = now_ + 1 + random_below(&control_, profile_.abort_delay);
        if (!gerror_active_) /* else an acknowledge on its way crosses this ABORT */
            abort_clear_at_ = 0;
    }
}

} // namespace lockstep
