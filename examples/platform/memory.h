/* SPDX-License-Identifier: Apache-2.0
 *
 * Two memories of this platform's own, with the same bytes in them and the same latency, and a different way to spend
 * it. `blocking_memory` has b_transport only, as most models have: the utility socket makes phases of it and lets one
 * access in at a time. `pipelined_memory` takes a request each `beat` and has any number of them in flight.
 */
#ifndef PLATFORM_MEMORY_H
#define PLATFORM_MEMORY_H

#include <systemc>
#include <tlm>
#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <vector>

/* The bytes, without time. */
class memory_bytes
{
  public:
    explicit memory_bytes(size_t size) : bytes_(size)
    {
    }

    /* Does the access, says how it went, and returns how many bytes were transferred. */
    unsigned access(tlm::tlm_generic_payload &trans)
    {
        const uint64_t address = trans.get_address();
        const unsigned size = trans.get_data_length();
        if (address > bytes_.size() || size > bytes_.size() - address)
            return refused(trans, tlm::TLM_ADDRESS_ERROR_RESPONSE);
        if (trans.get_byte_enable_ptr())
            return refused(trans, tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        if (trans.is_write())
            std::memcpy(&bytes_[address], trans.get_data_ptr(), size);
        else if (trans.is_read())
            std::memcpy(trans.get_data_ptr(), &bytes_[address], size);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        return size;
    }

  private:
    static unsigned refused(tlm::tlm_generic_payload &trans, tlm::tlm_response_status why)
    {
        trans.set_response_status(why);
        return 0;
    }

    std::vector<unsigned char> bytes_;
};

class blocking_memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<blocking_memory> socket{"socket"};

    blocking_memory(const sc_core::sc_module_name &name, size_t size, const sc_core::sc_time &latency)
        : sc_module(name), latency_(latency), bytes_(size)
    {
        socket.register_b_transport(this, &blocking_memory::b_transport);
        socket.register_transport_dbg(this, &blocking_memory::transport_dbg);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
    {
        bytes_.access(trans);
        delay += latency_;
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &trans)
    {
        return bytes_.access(trans);
    }

    const sc_core::sc_time latency_;
    memory_bytes bytes_;
};

class pipelined_memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<pipelined_memory> socket{"socket"};

    pipelined_memory(const sc_core::sc_module_name &name, size_t size, const sc_core::sc_time &latency,
                     const sc_core::sc_time &beat)
        : sc_module(name), latency_(latency), beat_(beat), bytes_(size), phases_(this, &pipelined_memory::arrived)
    {
        socket.register_b_transport(this, &pipelined_memory::b_transport);
        socket.register_transport_dbg(this, &pipelined_memory::transport_dbg);
        socket.register_nb_transport_fw(this, &pipelined_memory::nb_transport_fw);
    }

    /* Of the requests that come from now on: later ones may be answered earlier. */
    void set_latency(const sc_core::sc_time &latency)
    {
        latency_ = latency;
    }

    /* Requests that came and whose response has not ended. */
    unsigned in_flight() const
    {
        return in_flight_;
    }

  private:
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
    {
        bytes_.access(trans);
        delay += latency_;
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &trans)
    {
        return bytes_.access(trans);
    }

    /* A request is taken at once, which the sender may know a beat later: END_REQ with a delay. Its response is due
     * after the latency. */
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &delay)
    {
        if (phase == tlm::END_RESP) {
            phases_.notify(trans, phase, delay);
            return tlm::TLM_ACCEPTED;
        }
        trans.acquire();
        in_flight_++;
        phases_.notify(trans, tlm::BEGIN_RESP, delay + latency_);
        phase = tlm::END_REQ;
        delay += beat_;
        return tlm::TLM_UPDATED;
    }

    void arrived(tlm::tlm_generic_payload &trans, const tlm::tlm_phase &phase)
    {
        if (phase == tlm::BEGIN_RESP) {
            bytes_.access(trans);
            waits_.push_back(&trans);
        } else {
            responding_ = nullptr;
            in_flight_--;
            trans.release();
        }
        respond();
    }

    /* One response at a time, each a beat long: BEGIN_RESP with a delay. */
    void respond()
    {
        if (responding_ || waits_.empty())
            return;
        responding_ = waits_.front();
        waits_.pop_front();
        tlm::tlm_phase phase = tlm::BEGIN_RESP;
        sc_core::sc_time delay = beat_;
        if (socket->nb_transport_bw(*responding_, phase, delay) != tlm::TLM_ACCEPTED)
            phases_.notify(*responding_, tlm::END_RESP, delay);
    }

    sc_core::sc_time latency_;
    const sc_core::sc_time beat_;
    memory_bytes bytes_;
    tlm_utils::peq_with_cb_and_phase<pipelined_memory> phases_;
    std::deque<tlm::tlm_generic_payload *> waits_;   /* for the one below */
    tlm::tlm_generic_payload *responding_ = nullptr; /* its END_RESP has not come */
    unsigned in_flight_ = 0;
};

#endif
