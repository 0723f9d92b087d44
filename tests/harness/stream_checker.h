/* SPDX-License-Identifier: Apache-2.0
 *
 * As base_protocol_checker.h, for a stream (model/core/stream_tlm.h): one open payload at a time, by call and by
 * annotated time; a payload that does not change while it is open; END_REQ, TLM_COMPLETED, or BEGIN_RESP and END_RESP
 * as blocking receivers say it.
 */
#ifndef PRISIM_STREAM_CHECKER_H
#define PRISIM_STREAM_CHECKER_H

#include <cstring>
#include <string>
#include <vector>

#include "model/core/stream_tlm.h"
#include "tests/harness/footprint.h"

namespace prisim_test
{

template <class Payload>
class stream_checker : public sc_core::sc_module,
                       public tlm::tlm_fw_transport_if<prisim::stream_types<Payload>>,
                       public tlm::tlm_bw_transport_if<prisim::stream_types<Payload>>
{
  public:
    tlm::tlm_target_socket<32, prisim::stream_types<Payload>> in{"in"};
    tlm::tlm_initiator_socket<32, prisim::stream_types<Payload>> out{"out"};
    std::vector<std::string> broken;
    unsigned blocking = 0;
    bool leaves_footprints = false;
    std::shared_ptr<unsigned> footprints = std::make_shared<unsigned>(0);

    explicit stream_checker(const sc_core::sc_module_name &name) : sc_module(name)
    {
        in.bind(*this);
        out.bind(*this);
    }

    size_t open() const
    {
        return (open_ ? 1 : 0) + unended_.size();
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        const tlm::tlm_phase sent = phase;
        const sc_core::sc_time sent_delay = delay;
        if (phase == tlm::BEGIN_REQ)
            begin(trans, sc_core::sc_time_stamp() + delay);
        else
            end_response(trans, phase);
        trans.acquire();
        tlm::tlm_sync_enum status = out->nb_transport_fw(trans, phase, delay);
        if (status == tlm::TLM_ACCEPTED && (phase != sent || delay != sent_delay))
            broke("TLM_ACCEPTED with a changed phase or time");
        if (sent == tlm::BEGIN_REQ && status != tlm::TLM_ACCEPTED)
            end(trans, status == tlm::TLM_COMPLETED ? tlm::tlm_phase(tlm::END_REQ) : phase, delay);
        trans.release();
        return status;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        const tlm::tlm_phase sent = phase;
        end(trans, phase, delay);
        trans.acquire();
        tlm::tlm_sync_enum status = in->nb_transport_bw(trans, phase, delay);
        if (sent == tlm::BEGIN_RESP && status != tlm::TLM_ACCEPTED)
            end_response(trans, tlm::END_RESP);
        else if (status != tlm::TLM_ACCEPTED)
            broke("END_REQ was answered");
        trans.release();
        return status;
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        blocking++;
        out->b_transport(trans, delay);
        blocking--;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override
    {
        return false;
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }

  private:
    static std::vector<unsigned char> bytes_of(const Payload &payload)
    {
        std::vector<unsigned char> bytes(sizeof payload);
        std::memcpy(bytes.data(), &payload, sizeof payload);
        return bytes;
    }

    void broke(const std::string &what)
    {
        broken.push_back(std::string(name()) + ": " + what + " at " + sc_core::sc_time_stamp().to_string());
    }

    void begin(tlm::tlm_generic_payload &trans, const sc_core::sc_time &time)
    {
        auto *extension = trans.get_extension<prisim::stream_extension<Payload>>();
        if (!extension)
            return broke("a transaction without payload");
        if (!trans.has_mm() || trans.get_ref_count() < 1)
            broke("a transaction without memory manager or reference");
        if (open_)
            broke("BEGIN_REQ before END_REQ of the one before");
        else if (time < free_)
            broke("BEGIN_REQ before the annotated time of the END_REQ before it");
        open_ = &trans;
        time_ = time;
        payload_ = bytes_of(extension->payload);
        if (!leaves_footprints)
            return;
        if (trans.get_extension<footprint>())
            broke("a stale extension on a transaction that is used again");
        else
            trans.set_auto_extension(new footprint(footprints));
    }

    void end(tlm::tlm_generic_payload &trans, const tlm::tlm_phase &phase, const sc_core::sc_time &delay)
    {
        if (open_ != &trans)
            return broke("the end of a transaction that is not open");
        if (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP)
            broke("a phase that streams do not have");
        open_ = nullptr;
        free_ = sc_core::sc_time_stamp() + delay;
        if (free_ < time_)
            broke("an end before the annotated time of its BEGIN_REQ");
        auto *extension = trans.get_extension<prisim::stream_extension<Payload>>();
        if (!extension || bytes_of(extension->payload) != payload_)
            broke("the payload changed while it was open");
        if (phase == tlm::BEGIN_RESP)
            unended_.push_back(&trans);
    }

    void end_response(tlm::tlm_generic_payload &trans, const tlm::tlm_phase &phase)
    {
        for (size_t i = 0; i < unended_.size() && phase == tlm::END_RESP; i++)
            if (unended_[i] == &trans) {
                unended_.erase(unended_.begin() + static_cast<std::ptrdiff_t>(i));
                return;
            }
        broke("END_RESP of a transaction that has no open response");
    }

    tlm::tlm_generic_payload *open_ = nullptr;
    std::vector<tlm::tlm_generic_payload *> unended_;
    std::vector<unsigned char> payload_;
    sc_core::sc_time time_, free_;
};

} // namespace prisim_test

#endif
