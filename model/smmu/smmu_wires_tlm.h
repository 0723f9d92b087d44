/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's interrupts as wires: a receiver of its `interrupt` stream with one port per line. The architecture has
 * pulses only (SMMU-IRQCFG, SMMU-QUEUE), so that each is stretched to `width`; the line rises at the time at which the
 * SMMU says the pulse.
 *
 * A pulse while its line is high: with `low` 0 it prolongs, and the line falls `width` after the last one: right for
 * who looks at levels, while an edge-triggered receiver sees one edge for both. With another `low` a line is never high
 * for more than `width` and stays low for `low` before it rises again; pulses that come meanwhile make one rising edge
 * together: so a rising edge always follows each pulse, and an edge-triggered receiver loses nothing. In both cases a
 * pulse at the very time at which the line falls is a new one: its edges are delta cycles of one time apart.
 *
 * It is no interrupt controller, and it knows no enables: IRQ_CTRL is the SMMU's.
 */
#ifndef PRISIM_SMMU_WIRES_TLM_H
#define PRISIM_SMMU_WIRES_TLM_H

#include <map>

#include "model/core/pulses_tlm.h"
#include "model/smmu/smmu.h"

namespace prisim
{

/* `socket` is for smmu.core.interrupt.socket. */
class smmu_wires : public pulse_receiver<prisim_smmu_interrupt>
{
  public:
    open_out<bool> gerror{"gerror"}, priq{"priq"}, eventq{"eventq"}, sync{"sync"}, sev{"sev"};

    SC_HAS_PROCESS(smmu_wires);

    /* `width` of a pulse, more than 0; `low`: 0, or the least time between two. */
    explicit smmu_wires(const sc_core::sc_module_name &name,
                        const sc_core::sc_time &width = sc_core::sc_time(1, sc_core::SC_NS),
                        const sc_core::sc_time &low = sc_core::SC_ZERO_TIME)
        : pulse_receiver(name), width_(width), low_(low)
    {
        if (width == sc_core::SC_ZERO_TIME)
            report("/prisim/config", "a pulse needs a width");
        SC_METHOD(run);
        dont_initialize();
        sensitive << next_;
    }

  private:
    static constexpr unsigned LINES = 5;

    struct line {
        bool high = false;
        bool again = false;       /* a pulse waits for the line */
        sc_core::sc_time changes; /* when it falls, or may rise again */
    };

    open_out<bool> &port(unsigned i)
    {
        open_out<bool> *const ports[LINES] = {&gerror, &priq, &eventq, &sync, &sev}; /* by the bits of SMMU_WIRED_* */
        return *ports[i];
    }

    void came(const prisim_smmu_interrupt &payload, const sc_core::sc_time &time) override
    {
        pulses_[time] |= payload.lines;
    }

    void drive(unsigned i, bool high)
    {
        lines_[i].high = high;
        lines_[i].changes = sc_core::sc_time_stamp() + (high ? width_ : low_);
        if (port(i).size() > 0)
            port(i)->write(high);
    }

    void pulse(unsigned i)
    {
        if (lines_[i].high && low_ == sc_core::SC_ZERO_TIME)
            lines_[i].changes = sc_core::sc_time_stamp() + width_;
        else
            lines_[i].again = true;
    }

    /* What falls does so before anything rises, and in a delta cycle of its own. */
    void run()
    {
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        bool fell[LINES] = {};
        for (unsigned i = 0; i < LINES; i++)
            if (lines_[i].high && lines_[i].changes <= now) {
                drive(i, false);
                fell[i] = true;
            }
        for (; !pulses_.empty() && pulses_.begin()->first <= now; pulses_.erase(pulses_.begin()))
            for (unsigned i = 0; i < LINES; i++)
                if (pulses_.begin()->second >> i & 1)
                    pulse(i);
        for (unsigned i = 0; i < LINES; i++)
            if (lines_[i].again && !lines_[i].high && !fell[i] && lines_[i].changes <= now) {
                lines_[i].again = false;
                drive(i, true);
            }
        come_again(now);
    }

    /* SC_ZERO_TIME is the next delta cycle; of several notifications the earliest counts. */
    void come_again(const sc_core::sc_time &now)
    {
        if (!pulses_.empty())
            next_.notify(pulses_.begin()->first - now);
        for (const line &one : lines_)
            if (one.high || one.again)
                next_.notify(one.changes > now ? one.changes - now : sc_core::SC_ZERO_TIME);
    }

    const sc_core::sc_time width_, low_;
    line lines_[LINES];
    std::map<sc_core::sc_time, uint32_t> pulses_; /* that were said, with delays, and whose time has not come */
};

} // namespace prisim

#endif
