/* SPDX-License-Identifier: Apache-2.0
 *
 * A bus of this platform's own: any number of initiators bind to `in`, each target is mapped to a window of addresses.
 * It speaks the base protocol both ways: blocking, and non-blocking with all four phases. One request at a time is on
 * its way into a target and one response into an initiator, as the rules of exclusion ask; what meets there waits in
 * order. All phases go through one queue of payloads and times, so that every annotated delay that comes in has passed
 * when the phase goes out; `hop` is the bus's own delay, and annotated again.
 */
#ifndef PLATFORM_BUS_H
#define PLATFORM_BUS_H

#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/peq_with_cb_and_phase.h>

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

class bus : public sc_core::sc_module
{
  public:
    tlm_utils::multi_passthrough_target_socket<bus> in{"in"};

    bus(const sc_core::sc_module_name &name, const sc_core::sc_time &hop)
        : sc_module(name), hop_(hop), phases_(this, &bus::arrived)
    {
        in.register_b_transport(this, &bus::b_transport);
        in.register_transport_dbg(this, &bus::transport_dbg);
        in.register_nb_transport_fw(this, &bus::nb_transport_fw);
        out_.register_nb_transport_bw(this, &bus::nb_transport_bw);
    }

    /* Accesses inside `size` bytes from `base` go to this target, with the address counted from `base`. */
    template <class Target> void map(uint64_t base, uint64_t size, Target &target)
    {
        windows_.push_back({base, size, nullptr, {}});
        out_.bind(target);
    }

  private:
    using payload = tlm::tlm_generic_payload;

    struct window {
        uint64_t base, size;
        payload *requesting;         /* its BEGIN_REQ went out, and END_REQ has not come back */
        std::deque<payload *> waits; /* behind that one */
    };

    struct answers {
        payload *responding = nullptr; /* its BEGIN_RESP went out, and END_RESP has not come back */
        std::deque<payload *> wait;
    };

    struct passage {
        int from, to;       /* numbers at `in` and `out_` */
        bool early = false; /* the target has ended it with TLM_COMPLETED: it wants no END_RESP */
    };

    /* The target of an access, or -1. */
    int decode(const payload &trans) const
    {
        for (size_t i = 0; i < windows_.size(); i++) {
            uint64_t offset = trans.get_address() - windows_[i].base;
            if (offset < windows_[i].size && trans.get_data_length() <= windows_[i].size - offset)
                return static_cast<int>(i);
        }
        return -1;
    }

    /* ---- one call does it all ---- */

    void b_transport(int, payload &trans, sc_core::sc_time &delay)
    {
        const int to = decode(trans);
        if (to < 0) {
            trans.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        const uint64_t address = trans.get_address();
        trans.set_address(address - windows_[to].base);
        delay += hop_;
        out_[to]->b_transport(trans, delay);
        trans.set_address(address);
    }

    unsigned transport_dbg(int, payload &trans)
    {
        const int to = decode(trans);
        if (to < 0)
            return 0;
        const uint64_t address = trans.get_address();
        trans.set_address(address - windows_[to].base);
        const unsigned done = out_[to]->transport_dbg(trans);
        trans.set_address(address);
        return done;
    }

    /* ---- phase by phase: what comes in ---- */

    tlm::tlm_sync_enum nb_transport_fw(int from, payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &delay)
    {
        if (phase == tlm::BEGIN_REQ) {
            const int to = decode(trans);
            if (to < 0) {
                trans.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
                return tlm::TLM_COMPLETED;
            }
            trans.acquire();
            trans.set_address(trans.get_address() - windows_[to].base);
            passages_[&trans] = {from, to};
        }
        phases_.notify(trans, phase, delay);
        return tlm::TLM_ACCEPTED;
    }

    tlm::tlm_sync_enum nb_transport_bw(int, payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &delay)
    {
        phases_.notify(trans, phase, delay);
        return tlm::TLM_ACCEPTED;
    }

    /* ---- phase by phase: what is due now ---- */

    void arrived(payload &trans, const tlm::tlm_phase &phase)
    {
        const passage &way = passages_.at(&trans);
        if (phase == tlm::BEGIN_REQ) {
            windows_[way.to].waits.push_back(&trans);
            request(way.to);
        } else if (phase == tlm::END_REQ) {
            request_ended(trans, way);
        } else if (phase == tlm::BEGIN_RESP) {
            request_ended(trans, way); /* it says that too, if nothing else has */
            answers_[way.from].wait.push_back(&trans);
            respond(way.from);
        } else if (phase == tlm::END_RESP) {
            response_ended(trans, way);
        }
    }

    void request(int to)
    {
        window &target = windows_[to];
        if (target.requesting || target.waits.empty())
            return;
        payload &trans = *(target.requesting = target.waits.front());
        target.waits.pop_front();
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = hop_;
        const tlm::tlm_sync_enum status = out_[to]->nb_transport_fw(trans, phase, delay);
        if (status == tlm::TLM_COMPLETED) {
            passages_.at(&trans).early = true;
            phase = tlm::BEGIN_RESP;
        }
        if (status != tlm::TLM_ACCEPTED)
            phases_.notify(trans, phase, delay);
    }

    void request_ended(payload &trans, const passage &way)
    {
        if (windows_[way.to].requesting != &trans)
            return;
        windows_[way.to].requesting = nullptr;
        tlm::tlm_phase phase = tlm::END_REQ;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        in[way.from]->nb_transport_bw(trans, phase, delay);
        request(way.to);
    }

    void respond(int from)
    {
        answers &initiator = answers_[from];
        if (initiator.responding || initiator.wait.empty())
            return;
        payload &trans = *(initiator.responding = initiator.wait.front());
        initiator.wait.pop_front();
        tlm::tlm_phase phase = tlm::BEGIN_RESP;
        sc_core::sc_time delay = hop_;
        if (in[from]->nb_transport_bw(trans, phase, delay) != tlm::TLM_ACCEPTED)
            phases_.notify(trans, tlm::END_RESP, delay);
    }

    void response_ended(payload &trans, passage way)
    {
        if (!way.early) {
            tlm::tlm_phase phase = tlm::END_RESP;
            sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
            out_[way.to]->nb_transport_fw(trans, phase, delay);
        }
        answers_[way.from].responding = nullptr;
        passages_.erase(&trans);
        trans.release();
        respond(way.from);
    }

    const sc_core::sc_time hop_;
    tlm_utils::multi_passthrough_initiator_socket<bus> out_{"out"};
    tlm_utils::peq_with_cb_and_phase<bus> phases_;
    std::vector<window> windows_;    /* by the number of the target */
    std::map<int, answers> answers_; /* by the number of the initiator */
    std::map<payload *, passage> passages_;
};

#endif
