/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets for every channel that is not a memory port: TLPs, messages between blocks, stimuli, interrupts. One traits
 * class per payload, so that a wrong binding does not compile; the payload is an extension of a generic payload.
 *
 * Protocol: BEGIN_REQ offers the payload; END_REQ, by either path, says that it is taken at the next edge. There is no
 * response phase: an answer is a transaction of its own, the other way round. A receiver that has one all the same (a
 * utility socket with b_transport only) may say BEGIN_RESP instead of END_REQ, or after it. Blocking transport consumes
 * the time until the payload is taken. The transaction belongs to the sender, which holds it until END_REQ.
 */
#ifndef PRISIM_CORE_STREAM_TLM_H
#define PRISIM_CORE_STREAM_TLM_H

#include <tlm>

#include "model/core/arrivals_tlm.h"
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

    stream_tx(const char *name, clocked_module &module, unsigned port, socket_need need = socket_need::mandatory)
        : socket(name), module_(module), port_(port), need_(need)
    {
        socket.bind(*this);
        module.add_tx(port, this);
    }

    ~stream_tx() override
    {
        if (next_)
            next_->release();
        if (offered_)
            offered_->release();
    }

    bool bound() const override
    {
        return const_cast<stream_initiator_socket<Payload> &>(socket).size() > 0;
    }
    socket_need need() const override
    {
        return need_;
    }
    const char *socket_name() const override
    {
        return socket.name();
    }
    bool tx_open() const override
    {
        return offered_ != nullptr;
    }
    bool tx_response() const override
    {
        return false;
    }

    void *slot() override
    {
        if (!next_)
            next_ = pool_.take();
        return &next_->template get_extension<stream_extension<Payload>>()->payload;
    }

    void begin() override
    {
        assert(!offered_);
        tlm::tlm_generic_payload &trans = *next_;
        offered_ = next_;
        next_ = nullptr;
        trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        tlm::tlm_sync_enum status = socket->nb_transport_fw(trans, phase, delay);
        if (status == tlm::TLM_ACCEPTED)
            return;
        ended(delay);
        if (status == tlm::TLM_UPDATED && phase == tlm::BEGIN_RESP) {
            phase = tlm::END_RESP;
            delay = sc_core::SC_ZERO_TIME;
            socket->nb_transport_fw(trans, phase, delay);
        } else if (status == tlm::TLM_UPDATED && phase != tlm::END_REQ) {
            report_neighbour("/prisim/stream", socket.name(), "BEGIN_REQ to be answered with END_REQ");
        }
        trans.release();
    }

    bool begin_forgotten() override
    {
        return false;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase > tlm::END_RESP)
            return tlm::TLM_ACCEPTED; /* an extended phase is ignored */
        bool ours = &trans == offered_;
        if (phase == tlm::END_REQ && ours) {
            ended(delay);
            trans.release();
            return tlm::TLM_ACCEPTED;
        }
        if (phase != tlm::BEGIN_RESP || !trans.template get_extension<stream_extension<Payload>>()) {
            report_neighbour("/prisim/stream", socket.name(), "END_REQ for what is offered on the backward path");
            return tlm::TLM_COMPLETED;
        }
        if (ours) {
            ended(delay);
            trans.release();
        }
        phase = tlm::END_RESP;
        return tlm::TLM_COMPLETED;
    }

    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }

  private:
    void ended(const sc_core::sc_time &delay)
    {
        offered_ = nullptr;
        module_.accepted(port_, delay);
    }

    clocked_module &module_;
    unsigned port_;
    socket_need need_;
    payload_pool<stream_extension<Payload>> pool_;
    tlm::tlm_generic_payload *next_ = nullptr;    /* where the block writes */
    tlm::tlm_generic_payload *offered_ = nullptr; /* its END_REQ has not come */
};

/* An rx port of a module and its socket. */
template <class Payload> class stream_rx : public rx_side, public tlm::tlm_fw_transport_if<stream_types<Payload>>
{
  public:
    stream_target_socket<Payload> socket;

    stream_rx(const char *name, clocked_module &module, unsigned port, socket_need need = socket_need::mandatory)
        : socket(name), module_(module), port_(port), need_(need)
    {
        socket.bind(*this);
        module.add_rx(port, this);
    }

    bool rx_bound() const override
    {
        return const_cast<stream_target_socket<Payload> &>(socket).get_base_port().size() > 0;
    }
    socket_need need() const override
    {
        return need_;
    }
    const char *socket_name() const override
    {
        return socket.name();
    }
    bool rx_open() const override
    {
        return !came_.empty() || came_.owes() || blocked_ > 0;
    }
    bool rx_response() const override
    {
        return false;
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase > tlm::END_RESP)
            return tlm::TLM_ACCEPTED; /* an extended phase is ignored */
        auto *extension = trans.template get_extension<stream_extension<Payload>>();
        if (phase != tlm::BEGIN_REQ || came_.owes() || !extension) {
            report_neighbour("/prisim/stream", socket.name(),
                             "BEGIN_REQ, with a payload, after the END_REQ of the one before");
            trans.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
            return tlm::TLM_COMPLETED;
        }
        receive(*extension, clocked_module::stamp(delay));
        if (came_.size() == 1 && module_.answer(port_)) {
            phase = tlm::END_REQ;
            delay = sc_core::SC_ZERO_TIME;
            return tlm::TLM_UPDATED;
        }
        if (trans.has_mm())
            trans.acquire();
        came_.owe(came_.last(), trans);
        return tlm::TLM_ACCEPTED;
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        auto *extension = trans.template get_extension<stream_extension<Payload>>();
        if (!extension) {
            report_neighbour("/prisim/stream", socket.name(), "a transaction with a payload of this stream");
            trans.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
            return;
        }
        inside here(blocked_);
        unsigned resets = resets_;
        sc_core::wait(delay);
        delay = sc_core::SC_ZERO_TIME;
        while (!came_.empty() && resets == resets_)
            sc_core::wait(free_);
        if (resets != resets_) {
            trans.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
            return;
        }
        trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        receive(*extension, clocked_module::stamp(delay));
        came_.last().blocking = &trans;
        while (trans.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE)
            sc_core::wait(free_);
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi) override
    {
        dmi.init();
        return false;
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }

    void end() override
    {
        say_end(came_.end_of_front());
    }

    void end_taken() override
    {
        say_end(came_.end_of_gone());
    }

    sc_dt::uint64 consumed() override
    {
        if (came_.front().blocking)
            came_.front().blocking->set_response_status(tlm::TLM_OK_RESPONSE);
        came_.pop();
        free_.notify(sc_core::SC_ZERO_TIME);
        return came_.empty() ? clocked_module::never : came_.front().time;
    }

    const void *payload() override
    {
        return &came_.front().payload;
    }

    void forget() override
    {
        for (size_t i = 0; i < came_.size(); i++)
            if (came_.at(i).blocking)
                came_.at(i).blocking->set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        resets_++;
        came_.clear();
        free_.notify(sc_core::SC_ZERO_TIME);
    }

  private:
    void receive(const stream_extension<Payload> &extension, sc_dt::uint64 time)
    {
        came_.push(time).payload = extension.payload;
        if (came_.size() == 1)
            module_.arrived(port_, time);
    }

    void say_end(tlm::tlm_generic_payload *trans)
    {
        if (!trans)
            return;
        tlm::tlm_phase phase = tlm::END_REQ;
        sc_core::sc_time delay = clocked_module::until(came_.owed_time()); /* a reset may be before it */
        socket->nb_transport_bw(*trans, phase, delay);
        if (trans->has_mm())
            trans->release();
    }

    clocked_module &module_;
    unsigned port_;
    socket_need need_;
    arrivals<Payload> came_;
    unsigned blocked_ = 0; /* threads in b_transport */
    unsigned resets_ = 0;
    sc_core::sc_event free_;
};

} // namespace prisim

#endif
