/* SPDX-License-Identifier: Apache-2.0
 *
 * Latching, stepping and calling (module_tlm.h).
 */
#include "model/core/module_tlm.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace prisim
{

namespace
{
constexpr uint64_t ALL_PORTS = (UINT64_C(1) << PRISIM_PORTS_MAX) - 1;

constexpr uint64_t bit(unsigned port)
{
    return UINT64_C(1) << port;
}

struct prisim_probe *silent_probe()
{
    static struct prisim_probe probe {
    };
    return &probe;
}

std::string traced_name(const char *socket, bool response, const char *what)
{
    return std::string(socket) + (response ? ".response." : ".") + what;
}

template <class Do> void for_each(uint64_t mask, Do &&action)
{
    for (; mask; mask &= mask - 1)
        action(static_cast<unsigned>(__builtin_ctzll(mask)));
}
} // namespace

void report_neighbour(const char *id, const char *socket, const char *expected)
{
    SC_REPORT_ERROR(id, (std::string(socket) + ": expected " + expected).c_str());
}

clocked_module::clocked_module(const sc_core::sc_module_name &name, const module_context &context)
    : sc_module(name), context_(context), period_(context.period.value()), last_(0)
{
    if (period_ == 0) {
        std::string text = std::string(this->name()) + ": the clock's period is 0";
        SC_REPORT_ERROR("/prisim/config", text.c_str());
        throw std::invalid_argument(text); /* an error that does not throw by itself: there is no such module */
    }
    last_ = never / period_;
    if (context_.probe && !context_.observer) {
        SC_REPORT_ERROR("/prisim/probe",
                        (std::string(this->name()) + ": a probe needs an observer, to empty it").c_str());
        context_.probe = nullptr;
    }
    prisim_ports_init(&ports_, context_.probe ? context_.probe : silent_probe(), context_.instance);
    SC_METHOD(on_calls);
    dont_initialize();
    sensitive << calls_;
}

/* Which process steps depends on whether a clock is bound, which is known only now. */
void clocked_module::end_of_elaboration()
{
    clocked_ = clk.size() > 0;
    has_reset_ = clocked_ && rst_n.size() > 0;
    check_wiring();
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
    for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
        ports_.tx[port] = tx_[port] ? tx_[port]->slot() : nullptr;
        if (!tx_[port] || !tx_[port]->bound())
            loose_ |= bit(port);
    }
    ports_.tx_ready = loose_;
    reset();
}

void clocked_module::check_wiring() const
{
    std::set<std::string> open; /* a memory port's socket is two ports */
    for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
        if (rx_[port] && rx_[port]->need() == socket_need::mandatory && !rx_[port]->rx_bound())
            open.insert(rx_[port]->socket_name());
        if (tx_[port] && tx_[port]->need() == socket_need::mandatory && !tx_[port]->bound())
            open.insert(tx_[port]->socket_name());
    }
    for (const std::string &socket : open)
        SC_REPORT_ERROR("/prisim/binding", (socket + ": a mandatory socket is not bound").c_str());
    if (!clocked_ && rst_n.size() > 0)
        SC_REPORT_ERROR("/prisim/binding", (std::string(rst_n.name()) + ": is bound, and clk is not").c_str());
    if (!like_)
        return;
    if ((clk.size() > 0) != (like_->clk.size() > 0))
        SC_REPORT_ERROR(
            "/prisim/binding",
            (std::string(clk.name()) + ": expected to be bound if and only if " + like_->clk.name() + " is").c_str());
    if ((rst_n.size() > 0) != (like_->rst_n.size() > 0))
        SC_REPORT_ERROR("/prisim/binding", (std::string(rst_n.name()) + ": expected to be bound if and only if " +
                                            like_->rst_n.name() + " is")
                                               .c_str());
    if (clk.size() == 0 && period_ != like_->period_)
        SC_REPORT_ERROR("/prisim/binding", (std::string(name()) + ": expected the period of " + like_->name()).c_str());
}

void clocked_module::clocked_like(const clocked_module &other)
{
    like_ = &other;
}

const sc_core::sc_time &clocked_module::period() const
{
    return context_.period;
}

void clocked_module::trace(sc_core::sc_trace_file *file) const
{
    if (!traced_)
        traced_ = std::make_unique<traced>();
    for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
        if (tx_[port])
            sc_core::sc_trace(file, traced_->valid[port],
                              traced_name(tx_[port]->socket_name(), tx_[port]->tx_response(), "valid"));
        if (rx_[port])
            sc_core::sc_trace(file, traced_->ready[port],
                              traced_name(rx_[port]->socket_name(), rx_[port]->rx_response(), "ready"));
    }
    show();
}

/* What is traced, as the edge has published it. */
void clocked_module::show() const
{
    for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
        traced_->valid[port] = ports_.tx_valid & bit(port);
        traced_->ready[port] = ports_.rx_ready & bit(port);
    }
}

void clocked_module::add_rx(unsigned port, rx_side *side)
{
    assert(port < PRISIM_PORTS_MAX && !rx_[port]);
    rx_[port] = side;
}

void clocked_module::add_tx(unsigned port, tx_side *side)
{
    assert(port < PRISIM_PORTS_MAX && !tx_[port]);
    tx_[port] = side;
}

sc_dt::uint64 clocked_module::stamp(const sc_core::sc_time &delay)
{
    return sc_core::sc_time_stamp().value() + delay.value();
}

sc_core::sc_time clocked_module::until(sc_dt::uint64 time)
{
    sc_dt::uint64 now = sc_core::sc_time_stamp().value();
    return time > now ? sc_core::sc_time::from_value(time - now) : sc_core::SC_ZERO_TIME;
}

/* The first edge later than a time. */
prisim_cycle_t clocked_module::edge_after(sc_dt::uint64 time) const
{
    return time / period_ + 1;
}

/* An edge beyond all time never comes: it is at the end of it. */
sc_dt::uint64 clocked_module::time_of(prisim_cycle_t edge) const
{
    return edge <= last_ ? edge * period_ : never;
}

void clocked_module::wake(prisim_cycle_t edge)
{
    if (edge >= due_)
        return;
    due_ = edge;
    if (!clocked_)
        timer_.notify(sc_core::sc_time::from_value(time_of(edge) - sc_core::sc_time_stamp().value()));
}

bool clocked_module::rests() const
{
    return due_ == PRISIM_CYCLE_NEVER && !latched_ && !accepted_;
}

bool clocked_module::idle() const
{
    if (!rests() || ports_.rx_valid || ports_.tx_valid || late_ || forgotten_ || blocked_)
        return false;
    for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++)
        if ((rx_[port] && rx_[port]->rx_open()) || (tx_[port] && tx_[port]->tx_open()))
            return false;
    return true;
}

/* The payload that was announced for the port has come by now. */
bool clocked_module::here(unsigned port) const
{
    return (ports_.rx_valid & bit(port)) ||
           ((latched_ & bit(port)) && latched_at_[port] <= sc_core::sc_time_stamp().value());
}

void clocked_module::arrived(unsigned port, sc_dt::uint64 time)
{
    latched_ |= bit(port);
    latched_at_[port] = time;
    wake(clocked_ ? now_ : edge_after(time));
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
    bool no_step_now = !clocked_ && (due_ == PRISIM_CYCLE_NEVER || time_of(due_) > sc_core::sc_time_stamp().value());
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

/* The first edge at which something that has come is seen. A clock's edges are not known in advance. */
prisim_cycle_t clocked_module::next_arrival() const
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    if (clocked_)
        return now_ + 1;
    for_each(latched_, [&](unsigned port) { next = std::min(next, edge_after(latched_at_[port])); });
    for_each(accepted_, [&](unsigned port) { next = std::min(next, edge_after(accepted_at_[port])); });
    return next;
}

/* Says when the next step is due: at the next edge if something will be taken there. */
inline void clocked_module::schedule(prisim_cycle_t next)
{
    if (ports_.rx_valid & ports_.rx_ready)
        next = now_ + 1;
    else if (latched_ | accepted_)
        next = std::min(next, next_arrival());
    if (clocked_) {
        now_++;
        due_ = next;
    } else {
        due_ = PRISIM_CYCLE_NEVER;
        if (next != PRISIM_CYCLE_NEVER)
            wake(next);
    }
}

inline void clocked_module::edge()
{
    stepped_ = simcontext()->time_stamp().value();
    if (latched_ | accepted_)
        latch(stepped_);
    uint64_t came = prisim_ports_arrived(&ports_);
    uint64_t taken = ports_.tx_valid & ports_.tx_ready;
    ports_.put = 0;
    ports_.ready = ports_.rx_ready;
    prisim_cycle_t next = step(now_, &ports_);
    assert(next > now_);
    if (came | taken | ports_.put | ports_.rx_valid | latched_ | to_begin_ | forgotten_)
        after_step(came, taken);
    ports_.rx_ready = ports_.ready;
    schedule(next);
    if (traced_)
        show();
    if (ports_.probe->count && context_.observer)
        context_.observer->events_recorded();
}

void clocked_module::on_clock()
{
    if (has_reset_ && !rst_n->read()) {
        if (!in_reset_)
            enter_reset();
        unblock(simcontext()->time_stamp().value());
        if (forgotten_)
            calls_.notify(sc_core::SC_ZERO_TIME);
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

/* What the block had is gone. What others have begun is ended in the calls that follow; what they owe is waited for. */
void clocked_module::enter_reset()
{
    in_reset_ = true;
    blocked_ |= ports_.tx_valid & ~ports_.tx_ready & ~to_begin_;
    accepted_ &= blocked_;
    ports_.rx_valid = ports_.rx_ready = ports_.tx_valid = 0;
    ports_.tx_ready = loose_;
    latched_ = to_end_ = to_begin_ = ended_ = 0;
    now_ = due_ = 0;
    for (unsigned port = 0; port < PRISIM_PORTS_MAX; port++) {
        if (rx_[port]) {
            rx_[port]->forget();
            late_ |= bit(port);
        }
        if (tx_[port])
            forgotten_ |= bit(port);
    }
    calls_.notify(sc_core::SC_ZERO_TIME);
    reset();
    if (traced_)
        show();
}

void clocked_module::on_timer()
{
    now_ = sc_core::sc_time_stamp().value() / period_;
    edge();
}

/* An END of what a reset has forgotten is no credit: it only lets the next one begin. */
void clocked_module::unblock(sc_dt::uint64 time)
{
    for_each(accepted_ & blocked_, [&](unsigned port) {
        if (accepted_at_[port] >= time)
            return;
        accepted_ &= ~bit(port);
        blocked_ &= ~bit(port);
    });
}

/* What came before this time becomes visible. */
void clocked_module::latch(sc_dt::uint64 time)
{
    for_each(latched_, [&](unsigned port) {
        if (latched_at_[port] >= time)
            return;
        latched_ &= ~bit(port);
        ports_.rx_valid |= bit(port);
        ports_.rx[port] = rx_[port]->payload();
    });
    unblock(time);
    for_each(accepted_ & ~blocked_, [&](unsigned port) {
        if (accepted_at_[port] >= time)
            return;
        accepted_ &= ~bit(port);
        ports_.tx_ready |= bit(port);
    });
}

void clocked_module::after_step(uint64_t came, uint64_t taken)
{
    late_ |= came & ~ended_; /* it came between two edges and was taken at the first one */
    ports_.rx_valid &= ~came;
    ended_ &= ~came;
    for_each(came, [&](unsigned port) {
        sc_dt::uint64 next = rx_[port]->consumed();
        if (next != never) {
            latched_ |= bit(port);
            latched_at_[port] = std::max(next, stepped_);
        }
    });
    to_end_ |= (ports_.rx_valid | latched_) & ports_.ready & ~ended_;

    ports_.tx_valid &= ~taken;
    ports_.tx_ready &= ~taken;
    ports_.tx_ready |= (taken | ports_.put) & loose_;
    to_begin_ |= ports_.put & ~loose_ & ALL_PORTS;
    ports_.tx_valid |= ports_.put & ~loose_ & ALL_PORTS;
    if (to_end_ | to_begin_ | late_ | forgotten_)
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
    say_ends();
    say_begins();
}

void clocked_module::say_ends()
{
    uint64_t ends = 0;
    for_each(to_end_ & ports_.rx_ready & ~ended_, [&](unsigned port) { ends |= here(port) ? bit(port) : 0; });
    to_end_ = 0;
    ended_ |= ends;
    uint64_t late = late_;
    late_ = 0;
    for_each(late, [&](unsigned port) { rx_[port]->end_taken(); });
    for_each(ends, [&](unsigned port) { rx_[port]->end(); });
}

void clocked_module::say_begins()
{
    for_each(forgotten_ & ~blocked_, [&](unsigned port) {
        blocked_ |= bit(port);
        if (tx_[port]->begin_forgotten())
            return;
        blocked_ &= ~bit(port);
        forgotten_ &= ~bit(port);
    });
    uint64_t begins = to_begin_ & ~blocked_;
    to_begin_ &= blocked_;
    for_each(begins, [&](unsigned port) {
        tx_[port]->begin();
        ports_.tx[port] = tx_[port]->slot();
    });
}

} // namespace prisim
