/* SPDX-License-Identifier: Apache-2.0
 *
 * Latching, stepping and calling (module_tlm.h).
 */
#include "model/core/module_tlm.h"

namespace prisim
{

namespace
{
constexpr uint64_t ALL_PORTS = (UINT64_C(1) << PORTS_MAX) - 1;

constexpr uint64_t bit(unsigned port)
{
    return UINT64_C(1) << port;
}

struct probe *silent_probe()
{
    static struct probe probe {
    };
    return &probe;
}

template <class Do> void for_each(uint64_t mask, Do &&action)
{
    for (; mask; mask &= mask - 1)
        action(static_cast<unsigned>(__builtin_ctzll(mask)));
}
} // namespace

clocked_module::clocked_module(const sc_core::sc_module_name &name, const module_context &context)
    : sc_module(name), context_(context), period_(context.period.value()), last_(0)
{
    if (period_ == 0)
        SC_REPORT_FATAL("/prisim/clock", "the clock's period is 0");
    else
        last_ = never / period_;
    ports_init(&ports_, context_.probe ? context_.probe : silent_probe(), context_.instance);
    SC_METHOD(on_calls);
    dont_initialize();
    sensitive << calls_;
}

/* Which process steps depends on whether a clock is bound, which is known only now. */
void clocked_module::end_of_elaboration()
{
    clocked_ = clk.size() > 0;
    has_reset_ = rst_n.size() > 0;
    sc_core::sc_spawn_options options;
    options.spawn_method();
    if (clocked_) {
        options.dont_initialize();
        options.set_sensitivity(&clk->posedge_event());
        sc_core::sc_spawn([this] { on_clock(); }, sc_core::sc_gen_unique_name("on_clock"), &options);
    } else {
        options.set_sensitivity(&timer_);
        sc_core::sc_spawn([this] { on_timer(); }, sc_core::sc_gen_unique_name("on_timer"), &options);
    }
    for (unsigned port = 0; port < PORTS_MAX; port++) {
        ports_.tx[port] = tx_[port] ? tx_[port]->slot() : nullptr;
        if (tx_[port] && !tx_[port]->bound())
            ports_.tx_ready |= bit(port);
    }
    reset();
}

void clocked_module::add_rx(unsigned port, rx_side *side)
{
    assert(port < PORTS_MAX && !rx_[port]);
    rx_[port] = side;
}

void clocked_module::add_tx(unsigned port, tx_side *side)
{
    assert(port < PORTS_MAX && !tx_[port]);
    tx_[port] = side;
}

sc_dt::uint64 clocked_module::stamp(const sc_core::sc_time &delay) const
{
    return sc_core::sc_time_stamp().value() + delay.value();
}

/* The first edge later than a time. */
cycle_t clocked_module::edge_after(sc_dt::uint64 time) const
{
    return time / period_ + 1;
}

/* An edge beyond all time never comes: it is at the end of it. */
sc_dt::uint64 clocked_module::time_of(cycle_t edge) const
{
    return edge <= last_ ? edge * period_ : never;
}

void clocked_module::wake(cycle_t edge)
{
    if (edge >= due_)
        return;
    due_ = edge;
    if (!clocked_)
        timer_.notify(sc_core::sc_time::from_value(time_of(edge) - sc_core::sc_time_stamp().value()));
}

bool clocked_module::idle() const
{
    return due_ == CYCLE_NEVER && !latched_ && !accepted_;
}

/* The payload that was announced for the port has come by now. */
bool clocked_module::here(unsigned port) const
{
    return (ports_.rx_valid & bit(port)) ||
           ((latched_ & bit(port)) && latched_at_[port] <= sc_core::sc_time_stamp().value());
}

void clocked_module::arrived(unsigned port, const sc_core::sc_time &delay)
{
    latched_ |= bit(port);
    latched_at_[port] = stamp(delay);
    wake(clocked_ ? now_ : edge_after(latched_at_[port]));
    if (answer(port))
        return;
    /* The step of this very time may be to come: decide in a later delta. */
    to_end_ |= bit(port);
    calls_.notify(sc_core::SC_ZERO_TIME);
}

bool clocked_module::answer(unsigned port)
{
    if (ended_ & bit(port))
        return true;
    bool stepped = stepped_ == sc_core::sc_time_stamp().value();
    bool no_step_now = !clocked_ && (due_ == CYCLE_NEVER || time_of(due_) > sc_core::sc_time_stamp().value());
    if (!(stepped || no_step_now) || !(ports_.rx_ready & bit(port)) || !here(port))
        return false;
    ended_ |= bit(port);
    return true;
}

void clocked_module::accepted(unsigned port, const sc_core::sc_time &delay)
{
    accepted_ |= bit(port);
    accepted_at_[port] = stamp(delay);
    wake(clocked_ ? now_ : edge_after(accepted_at_[port]));
}

/* Says when the next step is due: at the next edge if something will be taken there. */
inline void clocked_module::schedule(cycle_t next)
{
    if ((ports_.rx_valid & ports_.rx_ready) | latched_ | accepted_)
        next = now_ + 1;
    if (clocked_) {
        now_++;
        due_ = next;
    } else {
        due_ = CYCLE_NEVER;
        if (next != CYCLE_NEVER)
            wake(next);
    }
}

inline void clocked_module::edge()
{
    stepped_ = simcontext()->time_stamp().value();
    if (latched_ | accepted_)
        latch(stepped_);
    uint64_t came = ports_arrived(&ports_);
    uint64_t taken = ports_.tx_valid & ports_.tx_ready;
    ports_.put = 0;
    ports_.ready = ports_.rx_ready;
    cycle_t next = step(now_, &ports_);
    assert(next > now_);
    if (came | taken | ports_.put | ports_.rx_valid | latched_)
        after_step(came, taken);
    ports_.rx_ready = ports_.ready;
    schedule(next);
    if (ports_.probe->count && context_.observer)
        context_.observer->events_recorded();
}

void clocked_module::on_clock()
{
    if (has_reset_ && !rst_n->read()) {
        if (!in_reset_) {
            in_reset_ = true;
            ports_.rx_valid = ports_.rx_ready = ports_.tx_valid = 0;
            latched_ = accepted_ = to_end_ = to_begin_ = ended_ = late_ = 0;
            now_ = due_ = 0;
            for_each(ALL_PORTS, [&](unsigned port) {
                if (rx_[port])
                    rx_[port]->forget();
            });
            reset();
        }
        return;
    }
    in_reset_ = false;
    if (now_ < due_ && !(latched_ | accepted_)) {
        /* Nothing is due: a step would change nothing. */
        stepped_ = simcontext()->time_stamp().value();
        now_++;
        return;
    }
    edge();
}

void clocked_module::on_timer()
{
    now_ = sc_core::sc_time_stamp().value() / period_;
    edge();
}

/* What came before this time becomes visible. */
void clocked_module::latch(sc_dt::uint64 time)
{
    for_each(latched_, [&](unsigned port) {
        if (latched_at_[port] >= time || (ports_.rx_valid & bit(port)))
            return;
        latched_ &= ~bit(port);
        ports_.rx_valid |= bit(port);
        ports_.rx[port] = rx_[port]->payload();
    });
    for_each(accepted_, [&](unsigned port) {
        if (accepted_at_[port] >= time)
            return;
        accepted_ &= ~bit(port);
        ports_.tx_ready |= bit(port);
    });
}

void clocked_module::after_step(uint64_t came, uint64_t taken)
{
    sc_dt::uint64 time = stepped_;
    late_ |= came & ~ended_; /* it came between two edges and was taken at the first one */
    ports_.rx_valid &= ~came;
    ended_ &= ~came;
    for_each(came, [&](unsigned port) {
        if (rx_[port]->consumed()) {
            latched_ |= bit(port);
            latched_at_[port] = time;
        }
    });
    to_end_ |= (ports_.rx_valid | latched_) & ports_.ready & ~ended_;

    ports_.tx_valid &= ~taken;
    ports_.tx_ready &= ~taken;
    for_each(taken | ports_.put, [&](unsigned port) {
        if (!tx_[port] || !tx_[port]->bound())
            ports_.tx_ready |= bit(port);
    });
    for_each(ports_.put, [&](unsigned port) {
        if (tx_[port] && tx_[port]->bound()) {
            to_begin_ |= bit(port);
            ports_.tx_valid |= bit(port);
        }
    });
    if (to_end_ | to_begin_ | late_)
        calls_.notify(sc_core::SC_ZERO_TIME);
}

void clocked_module::on_calls()
{
    sc_dt::uint64 time = sc_core::sc_time_stamp().value();
    if (clocked_ && stepped_ != time && settled_ != time) {
        settled_ = time; /* the clock's edge of this time may be one delta away */
        calls_.notify(sc_core::SC_ZERO_TIME);
        return;
    }
    uint64_t ends = 0;
    for_each(to_end_ & ports_.rx_ready & ~ended_, [&](unsigned port) { ends |= here(port) ? bit(port) : 0; });
    to_end_ = 0;
    ended_ |= ends;
    ends |= late_;
    late_ = 0;
    for_each(ends, [&](unsigned port) { rx_[port]->end(); });
    uint64_t begins = to_begin_;
    to_begin_ = 0;
    for_each(begins, [&](unsigned port) {
        tx_[port]->begin();
        ports_.tx[port] = tx_[port]->slot();
    });
}

} // namespace prisim
