/* SPDX-License-Identifier: Apache-2.0
 *
 * A module that receives a stream of pulses, interrupts above all: it takes each payload in the very call, by either
 * transport, and hands it on with the time at which it is due.
 */
#ifndef PRISIM_CORE_PULSES_TLM_H
#define PRISIM_CORE_PULSES_TLM_H

#include <string>

#include "model/core/stream_tlm.h"

namespace prisim
{

/* An sc_out that may stay open; binds to a signal, or to an sc_out of the module around. */
template <class Value>
using open_out = sc_core::sc_port<sc_core::sc_signal_inout_if<Value>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

template <class Payload>
class pulse_receiver : public sc_core::sc_module, public tlm::tlm_fw_transport_if<stream_types<Payload>>
{
  public:
    stream_target_socket<Payload> socket{"socket"};

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

  protected:
    explicit pulse_receiver(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.bind(*this);
    }

    /* A payload that is due at `time`, now or later. */
    virtual void came(const Payload &payload, const sc_core::sc_time &time) = 0;

    void report(const char *id, const char *text) const
    {
        SC_REPORT_ERROR(id, (std::string(name()) + ": " + text).c_str());
    }

    sc_core::sc_event next_; /* of the module's process: also told when a payload is due */

  private:
    void take(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
    {
        const auto *extension = trans.get_extension<stream_extension<Payload>>();
        if (!extension) {
            report("/prisim/stream", "the transaction carries no payload of this stream");
            return;
        }
        came(extension->payload, sc_core::sc_time_stamp() + delay);
        next_.notify(delay);
    }
};

} // namespace prisim

#endif
