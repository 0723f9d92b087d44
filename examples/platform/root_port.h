/* SPDX-License-Identifier: Apache-2.0
 *
 * A root port of this platform's own with one device behind it: it sends TLPs up to an SMMU and keeps what comes down
 * for who waits for it. Threads call it.
 */
#ifndef PLATFORM_ROOT_PORT_H
#define PLATFORM_ROOT_PORT_H

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <deque>
#include <map>

#include "model/core/stream_tlm.h"
#include "model/pcie/tlp.h"

class root_port : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<root_port, 32, prisim::stream_types<prisim_tlp>> up{"up"};
    tlm_utils::simple_target_socket<root_port, 32, prisim::stream_types<prisim_tlp>> down{"down"};

    root_port(const sc_core::sc_module_name &name, uint16_t requester_id, uint32_t pasid)
        : sc_module(name), requester_id_(requester_id), pasid_(pasid)
    {
        down.register_nb_transport_fw(this, &root_port::came_down);
    }

    /* ---- up: each comes back when the SMMU has taken the TLP ---- */

    void ask_translation(uint16_t tag, uint64_t address)
    {
        prisim_tlp request = made(PRISIM_TLP_MEMORY_READ);
        request.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
        request.head.tag = tag;
        request.head.address = address;
        request.head.size = 8;
        send(request);
    }

    void ask_read(uint16_t tag, uint64_t address, uint16_t size)
    {
        prisim_tlp request = made(PRISIM_TLP_MEMORY_READ);
        request.head.tag = tag;
        request.head.address = address;
        request.head.size = size;
        send(request);
    }

    void ask_page(uint16_t prg_index, uint64_t address)
    {
        prisim_tlp request = made(PRISIM_TLP_MESSAGE);
        request.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
        request.head.prg_index = prg_index;
        request.head.address = address;
        request.head.flags |= PRISIM_TLP_READ | PRISIM_TLP_LAST;
        send(request);
    }

    /* ---- down ---- */

    /* Waits for the completion with this tag. */
    prisim_tlp completion(uint16_t tag)
    {
        while (!completions_.count(tag))
            wait(came_);
        const prisim_tlp first = completions_.at(tag);
        completions_.erase(tag);
        return first;
    }

    bool completed(uint16_t tag) const
    {
        return completions_.count(tag);
    }

    /* Waits for a message. */
    prisim_tlp message()
    {
        while (messages_.empty())
            wait(came_);
        const prisim_tlp first = messages_.front();
        messages_.pop_front();
        return first;
    }

    /* The page that a Translation Completion names, or 0. */
    static uint64_t page_of(const prisim_tlp &completion)
    {
        const uint64_t entry = prisim_tlp_qword_load(completion.data);
        const bool readable = completion.head.type == PRISIM_TLP_COMPLETION_DATA && (entry & 1);
        return readable ? entry & ~UINT64_C(0xfff) : 0;
    }

  private:
    prisim_tlp made(uint8_t type) const
    {
        prisim_tlp fresh = {};
        fresh.head.type = type;
        fresh.head.requester_id = requester_id_;
        fresh.head.pasid = pasid_;
        fresh.head.flags = PRISIM_TLP_HAS_PASID;
        return fresh;
    }

    void send(const prisim_tlp &what)
    {
        tlm::tlm_generic_payload trans;
        prisim::stream_extension<prisim_tlp> extension;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        extension.payload = what;
        trans.set_extension(&extension);
        up->b_transport(trans, delay);
        trans.clear_extension(&extension);
    }

    /* A TLP is offered: taken at once. */
    tlm::tlm_sync_enum came_down(tlm::tlm_generic_payload &trans, tlm::tlm_phase &, sc_core::sc_time &)
    {
        const prisim_tlp &what = trans.get_extension<prisim::stream_extension<prisim_tlp>>()->payload;
        if (prisim_tlp_is_completion(&what.head))
            completions_[what.head.tag] = what;
        else
            messages_.push_back(what);
        came_.notify(sc_core::SC_ZERO_TIME);
        return tlm::TLM_COMPLETED;
    }

    const uint16_t requester_id_;
    const uint32_t pasid_;
    std::map<uint16_t, prisim_tlp> completions_; /* by tag, until somebody takes them */
    std::deque<prisim_tlp> messages_;
    sc_core::sc_event came_;
};

#endif
