/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets for every channel that is not a memory port: TLPs, messages between blocks, stimuli, interrupts. One traits
 * class per payload, so that a wrong binding does not compile; the payload is an extension of a generic payload.
 *
 * Protocol: BEGIN_REQ offers the payload; END_REQ, by either path, says that it is taken at the next edge. There is no
 * response phase: an answer is a transaction of its own, the other way round. Blocking transport consumes the time
 * until the payload is taken. The transaction belongs to the sender's pool; a receiver that keeps it acquires it.
 */
#ifndef PRISIM_CORE_STREAM_TLM_H
#define PRISIM_CORE_STREAM_TLM_H

#include <tlm>

#include "model/core/module_tlm.h"
#include "model/core/pool_tlm.h"

namespace prisim
{

template <class Payload> struct stream_types {
    typedef tlm::tlm_generic_payload tlm_payload_type;
    typedef tlm::tlm_phase tlm_phase_type;
};

template <class Payload> struct stream_extension : tlm::tlm_extension<stream_extension<Payload>> {
    Payload payload{};

    tlm::tlm_extension_base *clone() const override
    {
        return new stream_extension(*this);
    }
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        payload = static_cast<const stream_extension &>(other).payload;
    }
};

template <class Payload>
using stream_initiator_socket = tlm::tlm_initiator_socket<32, stream_types<Payload>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;
template <class Payload>
using stream_target_socket = tlm::tlm_target_socket<32, stream_types<Payload>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

/* A tx port of a module and its socket. */
template <class Payload> class stream_tx : public tx_side, public tlm::tlm_bw_transport_if<stream_types<Payload>>
{
  public:
    stream_initiator_socket<Payload> socket;

    stream_tx(const char *name, clocked_module &module, unsigned port) : socket(name), module_(module), port_(port)
    {
        socket.bind(*this);
        module.add_tx(port, this);
    }

    bool bound() const override
    {
        return const_cast<stream_initiator_socket<Payload> &>(socket).size() > 0;
    }

    void *slot() override
    {
        next_ = pool_.take();
        return &pool_.extension(next_)->payload;
    }

    void begin() override
    {
        tlm::tlm_generic_payload *offered = next_;
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        tlm::tlm_sync_enum status = socket->nb_transport_fw(*offered, phase, delay);
        if (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_REQ))
            module_.accepted(port_, delay);
        else if (status != tlm::TLM_ACCEPTED)
            SC_REPORT_ERROR("/prisim/stream", "BEGIN_REQ was answered with a phase that the stream does not have");
        offered->release();
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase != tlm::END_REQ)
            SC_REPORT_ERROR("/prisim/stream", "a stream's backward path carries END_REQ only");
        module_.accepted(port_, delay);
        return tlm::TLM_ACCEPTED;
    }

    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }

  private:
    clocked_module &module_;
    unsigned port_;
    payload_pool<stream_extension<Payload>> pool_;
    tlm::tlm_generic_payload *next_ = nullptr;
};

/* An rx port of a module and its socket. */
template <class Payload> class stream_rx : public rx_side, public tlm::tlm_fw_transport_if<stream_types<Payload>>
{
  public:
    stream_target_socket<Payload> socket;

    stream_rx(const char *name, clocked_module &module, unsigned port) : socket(name), module_(module), port_(port)
    {
        socket.bind(*this);
        module.add_rx(port, this);
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase != tlm::BEGIN_REQ || unended_ || !receive(trans))
            SC_REPORT_ERROR("/prisim/stream",
                            "expected BEGIN_REQ, with a payload, after the END_REQ of the one before");
        if (count_ == 1)
            module_.arrived(port_, delay);
        if (count_ == 1 && module_.answer(port_)) {
            phase = tlm::END_REQ;
            delay = sc_core::SC_ZERO_TIME;
            return tlm::TLM_UPDATED;
        }
        trans.acquire();
        unended_ = &trans;
        return tlm::TLM_ACCEPTED;
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        sc_core::wait(delay);
        delay = sc_core::SC_ZERO_TIME;
        while (count_ > 0)
            sc_core::wait(free_);
        if (!receive(trans))
            SC_REPORT_ERROR("/prisim/stream", "the transaction carries no payload of this stream");
        module_.arrived(port_, sc_core::SC_ZERO_TIME);
        sc_core::wait(free_);
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override
    {
        return false;
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }

    void end() override
    {
        if (!unended_)
            return;
        tlm::tlm_generic_payload *trans = unended_;
        unended_ = nullptr;
        tlm::tlm_phase phase = tlm::END_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        socket->nb_transport_bw(*trans, phase, delay);
        trans->release();
    }

    bool consumed() override
    {
        assert(count_ > 0);
        count_--;
        first_ ^= 1;
        free_.notify(sc_core::SC_ZERO_TIME);
        return count_ > 0;
    }

    const void *payload() override
    {
        return &payload_[first_];
    }

    void forget() override
    {
        count_ = 0;
        if (unended_)
            unended_->release();
        unended_ = nullptr;
        free_.notify(sc_core::SC_ZERO_TIME);
    }

  private:
    bool receive(tlm::tlm_generic_payload &trans)
    {
        auto *extension = trans.template get_extension<stream_extension<Payload>>();
        if (!extension || count_ == 2)
            return false;
        payload_[(first_ + count_) % 2] = extension->payload;
        count_++;
        return true;
    }

    clocked_module &module_;
    unsigned port_;
    Payload payload_[2]{};
    unsigned first_ = 0, count_ = 0;
    tlm::tlm_generic_payload *unended_ = nullptr;
    sc_core::sc_event free_;
};

} // namespace prisim

#endif
