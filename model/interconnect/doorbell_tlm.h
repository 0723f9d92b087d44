/* SPDX-License-Identifier: Apache-2.0
 *
 * The interconnect's doorbell as wires: a receiver of its `interrupt` stream, for an interrupt controller with pins.
 * Each MSI is one pulse, with its data beside it from the rising edge on until the next one; an MSI that comes while
 * another is shown waits for it, so that every one has a rising edge and its data: none is lost and none is merged.
 */
#ifndef PRISIM_INTERCONNECT_DOORBELL_TLM_H
#define PRISIM_INTERCONNECT_DOORBELL_TLM_H

#include <algorithm>
#include <map>

#include "model/core/pulses_tlm.h"
#include "model/interconnect/interconnect.h"

namespace prisim
{

/* `socket` is for interconnect.interrupt.socket. */
class doorbell_wires : public pulse_receiver<::prisim_interrupt>
{
  public:
    open_out<bool> pulse{"pulse"};
    open_out<uint32_t> data{"data"};

    SC_HAS_PROCESS(doorbell_wires);

    /* `width` of a pulse, and `low`, the least time between two; both more than 0. */
    explicit doorbell_wires(const sc_core::sc_module_name &name,
                            const sc_core::sc_time &width = sc_core::sc_time(1, sc_core::SC_NS),
                            const sc_core::sc_time &low = sc_core::sc_time(1, sc_core::SC_NS))
        : pulse_receiver(name), width_(width), low_(low)
    {
        if (width == sc_core::SC_ZERO_TIME || low == sc_core::SC_ZERO_TIME)
            report("/prisim/config", "a pulse needs a width, and a time between two");
        SC_METHOD(run);
        dont_initialize();
        sensitive << next_;
    }

  private:
    void came(const ::prisim_interrupt &payload, const sc_core::sc_time &time) override
    {
        msis_.emplace(time, payload.data);
    }

    void drive(bool high)
    {
        high_ = high;
        changes_ = sc_core::sc_time_stamp() + (high ? width_ : low_);
        if (pulse.size() > 0)
            pulse->write(high);
    }

    void run()
    {
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        if (high_ && changes_ <= now)
            drive(false);
        if (!high_ && changes_ <= now && !msis_.empty() && msis_.begin()->first <= now) {
            if (data.size() > 0)
                data->write(msis_.begin()->second);
            msis_.erase(msis_.begin());
            drive(true);
        }
        if (high_)
            next_.notify(changes_ - now);
        else if (!msis_.empty())
            next_.notify(std::max(changes_, msis_.begin()->first) - now);
    }

    const sc_core::sc_time width_, low_;
    bool high_ = false;
    sc_core::sc_time changes_;                       /* when it falls, or may rise again */
    std::multimap<sc_core::sc_time, uint32_t> msis_; /* those of one time in the order of the calls */
};

} // namespace prisim

#endif
