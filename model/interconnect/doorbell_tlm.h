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
#include <string>

#include "model/core/stream_tlm.h"
#include "model/interconnect/interconnect.h"

namespace prisim
{

class doorbell_wires : public sc_core::sc_module, public tlm::tlm_fw_transport_if<stream_types<::interrupt>>
{
  public:
    stream_target_socket<::interrupt> socket{"socket"}; /* for interconnect.interrupt.socket */
    sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> pulse{"pulse"};
    sc_core::sc_port<sc_core::sc_signal_inout_if<uint32_t>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> data{"data"};

    SC_HAS_PROCESS(doorbell_wires);

    /* `width` of a pulse, and `low`, the least time between two; both more than 0. */
    explicit doorbell_wires(const sc_core::sc_module_name &name,
                            const sc_core::sc_time &width = sc_core::sc_time(1, sc_core::SC_NS),
                            const sc_core::sc_time &low = sc_core::sc_time(1, sc_core::SC_NS))
        : sc_module(name), width_(width), low_(low)
    {
        if (width == sc_core::SC_ZERO_TIME || low == sc_core::SC_ZERO_TIME)
            report("/prisim/config", "a pulse needs a width, and a time between two");
        socket.bind(*this);
        SC_METHOD(run);
        dont_initialize();
        sensitive << next_;
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase != tlm::BEGIN_REQ)
            report("/prisim/stream", "a stream's forward path carries BEGIN_REQ only");
        else
            take(trans, delay);
        return tlm::TLM_COMPLETED;
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        take(trans, delay);
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override
    {
        return false;
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }

  private:
    void report(const char *id, const char *text) const
    {
        SC_REPORT_ERROR(id, (std::string(name()) + ": " + text).c_str());
    }

    void take(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
    {
        const auto *extension = trans.get_extension<stream_extension<::interrupt>>();
        if (!extension) {
            report("/prisim/stream", "the transaction carries no payload of this stream");
            return;
        }
        msis_.emplace(sc_core::sc_time_stamp() + delay, extension->payload.data);
        next_.notify(delay);
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
    sc_core::sc_event next_;
};

} // namespace prisim

#endif
