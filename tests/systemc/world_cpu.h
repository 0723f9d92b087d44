/* SPDX-License-Identifier: Apache-2.0
 *
 * A foreign initiator of register accesses with every habit that the base protocol leaves to it, drawn per access.
 */
#ifndef PRISIM_WORLD_CPU_H
#define PRISIM_WORLD_CPU_H

#include <deque>
#include <list>

#include "tests/systemc/world_parts.h"

namespace prisim_test
{

struct register_access {
    uint32_t offset;
    unsigned size;
    bool write;
    uint64_t value;
    bool barrier; /* goes when all before it are over */
    bool ordered; /* takes the road that keeps the order */
    std::function<void(uint64_t)> done;
};

class world_cpu : public sc_core::sc_module, public tlm::tlm_bw_transport_if<>
{
  public:
    tlm::tlm_initiator_socket<32> socket{"socket"};

    world_cpu(const sc_core::sc_module_name &name, environment &around);

    void put(register_access access);
    /* The accesses that did not go yet are dropped. */
    void forget();
    /* Accesses that went and are not over; and all that is to be done. */
    bool open() const;
    bool busy() const
    {
        return !queue_.empty() || !flights_.empty();
    }
    size_t held() const
    {
        return store_.out();
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }

  private:
    SC_HAS_PROCESS(world_cpu);

    struct flight {
        register_access access;
        tlm::tlm_generic_payload *trans;
        sc_core::sc_time began, time; /* of the call, and with its delay */
        bool blocking, begun;
        unsigned char data[8];
    };

    void pump();
    void send(flight &now);
    void send_blocking();
    flight &take(bool blocking);
    void request_ended(const sc_core::sc_time &delay);
    tlm::tlm_sync_enum response(flight &of, tlm::tlm_phase &phase, sc_core::sc_time &delay);
    void end_response(tlm::tlm_generic_payload &trans);
    void finish(flight &of);
    flight *find(const tlm::tlm_generic_payload &trans);

    environment &around_;
    payload_store store_;
    uint32_t blocking_chance_, at_once_, by_return_, limit_;
    bool threaded_;
    std::deque<register_access> queue_;
    std::list<flight> flights_;
    std::deque<flight *> blocking_;
    tlm::tlm_generic_payload *requesting_ = nullptr;
    sc_core::sc_time request_free_;
    sc_core::sc_event blocking_event_;
};

} // namespace prisim_test

#endif
