/* SPDX-License-Identifier: Apache-2.0
 *
 * A pass-through between an initiator and a target that checks the TLM-2.0 base protocol on the non-blocking path: the
 * order of phases, one open request and one open response at a time, fields that must not change, and that a response
 * status is set when the response begins. It adds no time. Rules broken are kept as text.
 */
#ifndef PRISIM_BASE_PROTOCOL_CHECKER_H
#define PRISIM_BASE_PROTOCOL_CHECKER_H

#include <map>
#include <string>
#include <tlm>
#include <vector>

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

    explicit base_protocol_checker(const sc_core::sc_module_name &name) : sc_module(name)
    {
        in.bind(*this);
        out.bind(*this);
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        note(trans, phase, true);
        tlm::tlm_phase sent = phase;
        trans.acquire();
        tlm::tlm_sync_enum status = out->nb_transport_fw(trans, phase, delay);
        if (status == tlm::TLM_ACCEPTED && phase != sent)
            broken.push_back("TLM_ACCEPTED with a changed phase");
        if (status == tlm::TLM_UPDATED)
            note(trans, phase, false);
        if (status == tlm::TLM_COMPLETED && sent == tlm::BEGIN_REQ)
            complete(trans);
        trans.release();
        return status;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        note(trans, phase, false);
        tlm::tlm_phase sent = phase;
        trans.acquire();
        tlm::tlm_sync_enum status = in->nb_transport_bw(trans, phase, delay);
        if (status == tlm::TLM_UPDATED || (status == tlm::TLM_COMPLETED && sent == tlm::BEGIN_RESP && phase != sent))
            note(trans, phase, true);
        else if (status == tlm::TLM_COMPLETED && sent == tlm::BEGIN_RESP)
            complete(trans);
        trans.release();
        return status;
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        out->b_transport(trans, delay);
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
    struct open_transaction {
        tlm::tlm_phase phase;
        sc_dt::uint64 address;
        unsigned length;
        tlm::tlm_command command;
    };

    void broke(const std::string &what, const tlm::tlm_phase &phase)
    {
        broken.push_back(what + " at " + sc_core::sc_time_stamp().to_string() + " (" + phase.get_name() + ")");
    }

    void complete(tlm::tlm_generic_payload &trans)
    {
        if (open_request == &trans)
            open_request = nullptr;
        if (open_response == &trans)
            open_response = nullptr;
        open_.erase(&trans);
    }

    void note(tlm::tlm_generic_payload &trans, const tlm::tlm_phase &phase, bool forward)
    {
        auto known = open_.find(&trans);
        if (forward != (phase == tlm::BEGIN_REQ || phase == tlm::END_RESP))
            broke("phase on the wrong path", phase);
        if (phase == tlm::BEGIN_REQ) {
            if (known != open_.end())
                broke("BEGIN_REQ of an open transaction", phase);
            if (open_request)
                broke("a second request before END_REQ of the first", phase);
            open_request = &trans;
            open_[&trans] = {phase, trans.get_address(), trans.get_data_length(), trans.get_command()};
            requests++;
            return;
        }
        if (known == open_.end())
            return broke("phase of a transaction that is not open", phase);
        if (known->second.address != trans.get_address() || known->second.length != trans.get_data_length() ||
            known->second.command != trans.get_command())
            broke("address, length or command changed", phase);
        if (phase == tlm::END_REQ) {
            if (known->second.phase != tlm::BEGIN_REQ)
                broke("END_REQ without an open request", phase);
            open_request = nullptr;
        } else if (phase == tlm::BEGIN_RESP) {
            if (open_request == &trans)
                open_request = nullptr;
            if (open_response)
                broke("a second response before END_RESP of the first", phase);
            if (trans.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE)
                broke("a response without a status", phase);
            open_response = &trans;
            responses++;
        } else if (phase == tlm::END_RESP) {
            if (open_response != &trans)
                broke("END_RESP without an open response", phase);
            open_response = nullptr;
            open_.erase(known);
            return;
        }
        known->second.phase = phase;
    }

    std::map<tlm::tlm_generic_payload *, open_transaction> open_;
    tlm::tlm_generic_payload *open_request = nullptr, *open_response = nullptr;
};

} // namespace prisim_test

#endif
