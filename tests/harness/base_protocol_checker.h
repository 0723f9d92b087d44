/* SPDX-License-Identifier: Apache-2.0
 *
 * A pass-through between an initiator and a target that checks the TLM-2.0 base protocol on the non-blocking path: the
 * order of phases, one open request and one open response at a time (by call and by annotated time), times of a
 * transaction that never go back, attributes that must not change, a response status that is set when the response
 * begins, and return values. It adds no time. Rules broken are kept as text.
 */
#ifndef PRISIM_BASE_PROTOCOL_CHECKER_H
#define PRISIM_BASE_PROTOCOL_CHECKER_H

#include <map>
#include <string>
#include <tlm>
#include <vector>

#include "tests/harness/footprint.h"

namespace prisim_test
{

class base_protocol_checker : public sc_core::sc_module,
                              public tlm::tlm_fw_transport_if<>,
                              public tlm::tlm_bw_transport_if<>
{
  public:
    tlm::tlm_target_socket<32> in{"in"};
    tlm::tlm_initiator_socket<32> out{"out"};
    std::vector<std::string> broken;
    unsigned requests = 0, responses = 0;
    unsigned blocking = 0; /* calls of b_transport that have not returned */
    /* Leaves a footprint on each transaction: seen at a later use it is a broken rule, and `footprints` counts those
     * that nobody took away. */
    bool leaves_footprints = false;
    std::shared_ptr<unsigned> footprints = std::make_shared<unsigned>(0);

    explicit base_protocol_checker(const sc_core::sc_module_name &name) : sc_module(name)
    {
        in.bind(*this);
        out.bind(*this);
    }

    /* Transactions begun and not ended. */
    size_t open() const
    {
        return open_.size();
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase == tlm::BEGIN_REQ)
            came(trans);
        note(trans, phase, true, delay);
        const tlm::tlm_phase sent = phase;
        const sc_core::sc_time sent_delay = delay;
        trans.acquire();
        tlm::tlm_sync_enum status = out->nb_transport_fw(trans, phase, delay);
        returned(status, sent, phase, sent_delay, delay);
        if (status == tlm::TLM_UPDATED && sent == tlm::BEGIN_REQ)
            note(trans, phase, false, delay);
        else if (status == tlm::TLM_UPDATED)
            broke("END_RESP was answered with a phase", phase);
        if (status == tlm::TLM_COMPLETED && sent == tlm::BEGIN_REQ)
            complete_early(trans, delay);
        trans.release();
        return status;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        note(trans, phase, false, delay);
        const tlm::tlm_phase sent = phase;
        const sc_core::sc_time sent_delay = delay;
        trans.acquire();
        tlm::tlm_sync_enum status = in->nb_transport_bw(trans, phase, delay);
        returned(status, sent, phase, sent_delay, delay);
        if (status != tlm::TLM_ACCEPTED && sent != tlm::BEGIN_RESP)
            broke("END_REQ was answered", phase);
        else if (status == tlm::TLM_UPDATED)
            note(trans, phase, true, delay);
        else if (status == tlm::TLM_COMPLETED)
            note(trans, tlm::END_RESP, true, delay);
        trans.release();
        return status;
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        blocking++;
        out->b_transport(trans, delay);
        blocking--;
        if (trans.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE)
            broke("b_transport without a response status", tlm::BEGIN_RESP);
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &trans, tlm::tlm_dmi &dmi) override
    {
        return out->get_direct_mem_ptr(trans, dmi);
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &trans) override
    {
        return out->transport_dbg(trans);
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) override
    {
        in->invalidate_direct_mem_ptr(start, end);
    }

  private:
    struct attributes {
        sc_dt::uint64 address;
        unsigned length, streaming, enable_length;
        tlm::tlm_command command;
        unsigned char *data, *enable;

        explicit attributes(const tlm::tlm_generic_payload &trans)
            : address(trans.get_address()), length(trans.get_data_length()), streaming(trans.get_streaming_width()),
              enable_length(trans.get_byte_enable_length()), command(trans.get_command()), data(trans.get_data_ptr()),
              enable(trans.get_byte_enable_ptr())
        {
        }
        /* The address is the interconnect's to change, but here is none. */
        bool operator!=(const attributes &o) const
        {
            return address != o.address || length != o.length || streaming != o.streaming || command != o.command ||
                   enable_length != o.enable_length || data != o.data || enable != o.enable;
        }
    };
    struct open_transaction {
        tlm::tlm_phase phase;
        sc_core::sc_time time; /* of that phase */
        attributes begun;
    };

    void broke(const std::string &what, const tlm::tlm_phase &phase)
    {
        broken.push_back(std::string(name()) + ": " + what + " at " + sc_core::sc_time_stamp().to_string() + " (" +
                         phase.get_name() + ")");
    }

    void came(tlm::tlm_generic_payload &trans)
    {
        if (!trans.has_mm() || trans.get_ref_count() < 1)
            broke("a transaction without memory manager or reference", tlm::BEGIN_REQ);
        if (trans.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE)
            broke("a request with a response status", tlm::BEGIN_REQ);
        if (trans.is_dmi_allowed())
            broke("a request with the DMI hint", tlm::BEGIN_REQ);
        if (!leaves_footprints)
            return;
        if (trans.get_extension<footprint>())
            broke("a stale extension on a transaction that is used again", tlm::BEGIN_REQ);
        else
            trans.set_auto_extension(new footprint(footprints));
    }

    void returned(tlm::tlm_sync_enum status, const tlm::tlm_phase &sent, const tlm::tlm_phase &phase,
                  const sc_core::sc_time &sent_delay, const sc_core::sc_time &delay)
    {
        if (status == tlm::TLM_ACCEPTED && (phase != sent || delay != sent_delay))
            broke("TLM_ACCEPTED with a changed phase or time", sent);
        if (status == tlm::TLM_UPDATED && phase == sent)
            broke("TLM_UPDATED without a new phase", sent);
    }

    void complete_early(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
    {
        if (trans.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE)
            broke("completed without a status", tlm::BEGIN_REQ);
        if (open_request_ == &trans)
            open_request_ = nullptr;
        request_free_ = sc_core::sc_time_stamp() + delay;
        open_.erase(&trans);
    }

    void begin(tlm::tlm_generic_payload &trans, const sc_core::sc_time &time)
    {
        if (open_.count(&trans))
            broke("BEGIN_REQ of an open transaction", tlm::BEGIN_REQ);
        if (open_request_)
            broke("a second request before END_REQ of the first", tlm::BEGIN_REQ);
        else if (time < request_free_)
            broke("a request before the annotated time of the END_REQ before it", tlm::BEGIN_REQ);
        open_request_ = &trans;
        open_.erase(&trans);
        open_.emplace(&trans, open_transaction{tlm::BEGIN_REQ, time, attributes(trans)});
        requests++;
    }

    void request_ended(tlm::tlm_generic_payload &trans, const sc_core::sc_time &time)
    {
        if (open_request_ != &trans)
            return;
        open_request_ = nullptr;
        request_free_ = time;
    }

    void response_begun(tlm::tlm_generic_payload &trans, const sc_core::sc_time &time)
    {
        request_ended(trans, time);
        if (open_response_)
            broke("a second response before END_RESP of the first", tlm::BEGIN_RESP);
        else if (time < response_free_)
            broke("a response before the annotated time of the END_RESP before it", tlm::BEGIN_RESP);
        if (trans.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE)
            broke("a response without a status", tlm::BEGIN_RESP);
        open_response_ = &trans;
        responses++;
    }

    void note(tlm::tlm_generic_payload &trans, const tlm::tlm_phase &phase, bool forward, const sc_core::sc_time &delay)
    {
        const sc_core::sc_time time = sc_core::sc_time_stamp() + delay;
        if (forward != (phase == tlm::BEGIN_REQ || phase == tlm::END_RESP))
            broke("phase on the wrong path", phase);
        if (phase == tlm::BEGIN_REQ)
            return begin(trans, time);
        auto known = open_.find(&trans);
        if (known == open_.end())
            return broke("phase of a transaction that is not open", phase);
        if (known->second.begun != attributes(trans))
            broke("an attribute changed", phase);
        if (time < known->second.time)
            broke("an annotated time before that of the phase before", phase);
        if (phase == tlm::END_REQ) {
            if (known->second.phase != tlm::BEGIN_REQ)
                broke("END_REQ without an open request", phase);
            request_ended(trans, time);
        } else if (phase == tlm::BEGIN_RESP) {
            if (known->second.phase == tlm::BEGIN_RESP)
                broke("BEGIN_RESP twice", phase);
            response_begun(trans, time);
        } else if (phase == tlm::END_RESP) {
            if (open_response_ != &trans)
                broke("END_RESP without an open response", phase);
            open_response_ = nullptr;
            response_free_ = time;
            open_.erase(known);
            return;
        }
        known->second.phase = phase;
        known->second.time = time;
    }

    std::map<tlm::tlm_generic_payload *, open_transaction> open_;
    tlm::tlm_generic_payload *open_request_ = nullptr, *open_response_ = nullptr;
    sc_core::sc_time request_free_, response_free_; /* from when on the next one may begin */
};

} // namespace prisim_test

#endif
