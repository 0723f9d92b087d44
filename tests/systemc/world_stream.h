/* SPDX-License-Identifier: Apache-2.0
 *
 * The other ends of the SMMU's two TLP streams: a sender and a receiver with every habit that a stream leaves to them.
 */
#ifndef PRISIM_WORLD_STREAM_H
#define PRISIM_WORLD_STREAM_H

#include <deque>

#include "model/core/stream_tlm.h"
#include "model/pcie/tlp.h"
#include "tests/systemc/world_parts.h"

namespace prisim_test
{

using tlp_types = prisim::stream_types<prisim_tlp>;
using tlp_extension = prisim::stream_extension<prisim_tlp>;

class world_sender : public sc_core::sc_module, public tlm::tlm_bw_transport_if<tlp_types>
{
  public:
    tlm::tlm_initiator_socket<32, tlp_types> socket{"socket"};
    /* Told when a TLP goes, and the annotated time at which it is there. */
    std::function<void(const prisim_tlp &, const sc_core::sc_time &)> sent;

    world_sender(const sc_core::sc_module_name &name, environment &around);

    void put(const prisim_tlp &what);
    void forget();
    bool busy() const
    {
        return !queue_.empty() || sending_;
    }
    /* A TLP is with the SMMU. */
    bool open() const
    {
        return sending_ && begun_;
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
    SC_HAS_PROCESS(world_sender);
    void pump();
    void ended(const sc_core::sc_time &delay);
    void send_blocking();

    environment &around_;
    payload_store store_;
    uint32_t blocking_chance_;
    bool threaded_;
    std::deque<prisim_tlp> queue_;
    tlm::tlm_generic_payload *sending_ = nullptr;
    bool begun_ = false;
    sc_core::sc_time free_, not_before_;
    sc_core::sc_event blocking_event_;
};

class world_receiver : public tlm::tlm_fw_transport_if<tlp_types>
{
  public:
    tlm::tlm_target_socket<32, tlp_types> socket;
    std::function<void(const prisim_tlp &)> came;

    world_receiver(const char *name, environment &around);

    /* A TLP is offered and not taken. */
    bool open() const
    {
        return taking_ || answering_;
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override
    {
        return false;
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }

  private:
    void take();

    environment &around_;
    uint32_t by_return_, completes_, answers_;
    tlm::tlm_generic_payload *taking_ = nullptr, *answering_ = nullptr;
};

} // namespace prisim_test

#endif
