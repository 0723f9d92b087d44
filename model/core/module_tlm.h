/* SPDX-License-Identifier: Apache-2.0
 *
 * What every SystemC module of prisim is: a C block, stepped at clock edges, with sockets around its ports. Behaviour
 * and timing are the block's; a module only latches, steps and calls.
 *
 * Inside one point in time: all modules step on what was latched before; in later deltas they call, END before BEGIN
 * (docs/timing.md "SystemC"). A call writes only the latch of the next edge.
 *
 * Two ways to be clocked: bind `clk` (and `rst_n`, active low, synchronous) and every rising edge is a step; or leave
 * both open, and edge n is at n periods, and only edges with something to do are visited.
 *
 * Wiring is looked at when elaboration ends: what is wrong is an SC_REPORT_ERROR that begins with the full name of the
 * module or the socket.
 */
#ifndef PRISIM_CORE_MODULE_TLM_H
#define PRISIM_CORE_MODULE_TLM_H

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "model/core/ports.h"

namespace prisim
{

/* Told when events were recorded or a module became busy; it is how an engine empties the probe. */
class edge_observer
{
  public:
    virtual ~edge_observer() = default;
    virtual void events_recorded() = 0;
};

/* What a module is told besides its block's configuration. */
struct module_context {
    sc_core::sc_time period{1, sc_core::SC_NS};
    struct prisim_probe *probe = nullptr; /* nullptr: events are not recorded. Else an observer empties it */
    uint16_t instance = 0;
    edge_observer *observer = nullptr;
};

/* Whether a socket must be bound. */
enum class socket_need { mandatory, optional };

/* Reports what was expected at a socket of ours and what its neighbour did not do: SC_REPORT_ERROR. */
void report_neighbour(const char *id, const char *socket, const char *expected);

class clocked_module;

/* Counts who is inside a call that waits, and no more when the call ends, however it does. */
class inside
{
  public:
    explicit inside(unsigned &count) : count_(count)
    {
        count_++;
    }
    ~inside()
    {
        count_--;
    }
    inside(const inside &) = delete;
    inside &operator=(const inside &) = delete;

  private:
    unsigned &count_;
};

/* The socket side of one rx port. */
class rx_side
{
  public:
    virtual ~rx_side() = default;
    virtual void end() = 0; /* tell the other side: the first one is taken at the next edge */
    /* Tell the other side of what was taken, or dropped by a reset, before it could be told. */
    virtual void end_taken() = 0;
    /* The first one is gone. Returns the time of the next, clocked_module::never if there is none. */
    virtual sc_dt::uint64 consumed() = 0;
    virtual const void *payload() = 0; /* of the first one, which stays the first until it is consumed */
    virtual void forget() = 0;         /* reset */
    virtual bool rx_bound() const = 0;
    virtual bool rx_open() const = 0;     /* something is held, or owed to the other side */
    virtual bool rx_response() const = 0; /* it is the response of a memory port */
    virtual socket_need need() const = 0;
    virtual const char *socket_name() const = 0;
};

/* The socket side of one tx port. */
class tx_side
{
  public:
    virtual ~tx_side() = default;
    virtual bool bound() const = 0;
    virtual void *slot() = 0;           /* where the next payload is written */
    virtual void begin() = 0;           /* offer what was written */
    virtual bool begin_forgotten() = 0; /* answer one that a reset cut short; false if there is none */
    virtual bool tx_open() const = 0;   /* an answer is awaited or owed */
    virtual bool tx_response() const = 0;
    virtual socket_need need() const = 0;
    virtual const char *socket_name() const = 0;
};

class clocked_module : public sc_core::sc_module
{
  public:
    static constexpr sc_dt::uint64 never = ~sc_dt::uint64(0);

    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> clk{"clk"};
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> rst_n{"rst_n"};

    /* True if no step is due, and nothing is offered, latched, or open at a socket: only a call from outside can make
     * it busy again, and nobody outside owes it one. */
    bool idle() const;

    /* True if no step is due and nothing is latched: it does nothing more by itself, whatever it waits for. */
    bool rests() const;

    /* Adds the registered outputs to a trace: SOCKET.valid of each sending port (its payload is offered) and
     * SOCKET.ready of each receiving one. Before the simulation starts. */
    void trace(sc_core::sc_trace_file *file) const override;

    /* Another module that has the same clock, or none as well: the other half of one device. */
    void clocked_like(const clocked_module &other);

    const sc_core::sc_time &period() const;

    /* For the sockets. */
    void add_rx(unsigned port, rx_side *side);
    void add_tx(unsigned port, tx_side *side);
    static sc_dt::uint64 stamp(const sc_core::sc_time &delay);   /* the time of a call, with its delay */
    static sc_core::sc_time until(sc_dt::uint64 time);           /* the delay to a time; none to one that has passed */
    void arrived(unsigned port, sc_dt::uint64 time);             /* a payload that is now the first of an rx port */
    bool answer(unsigned port);                                  /* END may be returned from the very call */
    void accepted(unsigned port, const sc_core::sc_time &delay); /* END for a tx port */

  protected:
    SC_HAS_PROCESS(clocked_module);
    clocked_module(const sc_core::sc_module_name &name, const module_context &context);

    virtual prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) = 0;
    virtual void reset() = 0;
    void end_of_elaboration() override;

    /* Has the module stepped at that edge, or earlier. */
    void wake(prisim_cycle_t edge);

    struct prisim_ports ports_;

  private:
    struct traced {
        bool valid[PRISIM_PORTS_MAX], ready[PRISIM_PORTS_MAX];
    };

    void check_wiring() const;
    void on_clock();
    void on_timer();
    void on_calls();
    void edge();
    void enter_reset();
    void latch(sc_dt::uint64 time);
    void unblock(sc_dt::uint64 time);
    void after_step(uint64_t came, uint64_t taken);
    void say_ends();
    void say_begins();
    void schedule(prisim_cycle_t next);
    prisim_cycle_t next_arrival() const;
    bool here(unsigned port) const;
    prisim_cycle_t edge_after(sc_dt::uint64 time) const;
    sc_dt::uint64 time_of(prisim_cycle_t edge) const;
    void show() const;

    module_context context_;
    sc_dt::uint64 period_;
    prisim_cycle_t last_; /* the last edge that SystemC has a time for */
    const clocked_module *like_ = nullptr;
    bool clocked_ = false;
    bool has_reset_ = false;
    bool in_reset_ = false;
    prisim_cycle_t now_ = 0;        /* number of the next edge in clocked mode, of the last one otherwise */
    prisim_cycle_t due_ = 0;        /* the edge at which a step is due, or PRISIM_CYCLE_NEVER */
    sc_dt::uint64 stepped_ = never; /* time of the last step */
    uint64_t latched_ = 0;          /* rx ports with a payload for a coming edge */
    uint64_t accepted_ = 0;         /* tx ports with an END for a coming edge */
    uint64_t to_end_ = 0;
    uint64_t to_begin_ = 0;
    uint64_t ended_ = 0;     /* rx ports whose payload the other side knows as taken */
    uint64_t late_ = 0;      /* rx ports whose payload was taken or dropped before the other side was told */
    uint64_t forgotten_ = 0; /* tx ports that may owe responses to what a reset dropped */
    uint64_t blocked_ = 0;   /* tx ports with a BEGIN that a reset has forgotten: nothing can begin before its END */
    uint64_t loose_ = 0;     /* tx ports that nothing is bound to */
    sc_dt::uint64 settled_ = never;
    sc_dt::uint64 latched_at_[PRISIM_PORTS_MAX] = {};
    sc_dt::uint64 accepted_at_[PRISIM_PORTS_MAX] = {};
    rx_side *rx_[PRISIM_PORTS_MAX] = {};
    tx_side *tx_[PRISIM_PORTS_MAX] = {};
    mutable std::unique_ptr<traced> traced_;
    sc_core::sc_event timer_;
    sc_core::sc_event calls_;
};

} // namespace prisim

#endif
