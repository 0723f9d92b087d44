/* SPDX-License-Identifier: Apache-2.0
 *
 * Between memory sockets of different BUSWIDTH: prisim's are 32 bits wide by type, a foreign one may be 64 or 512. The
 * width is nothing but a type here, for accesses are at most 64 bytes in any case: every call goes through as it is,
 * both ways, without time. It splits nothing.
 */
#ifndef PRISIM_CORE_WIDTH_TLM_H
#define PRISIM_CORE_WIDTH_TLM_H

#include <tlm>

namespace prisim
{

template <unsigned IN, unsigned OUT>
class width_adapter : public sc_core::sc_module, public tlm::tlm_fw_transport_if<>, public tlm::tlm_bw_transport_if<>
{
  public:
    tlm::tlm_target_socket<IN> in{"in"};
    tlm::tlm_initiator_socket<OUT> out{"out"};

    explicit width_adapter(const sc_core::sc_module_name &name) : sc_module(name)
    {
        in.bind(static_cast<tlm::tlm_fw_transport_if<> &>(*this));
        out.bind(static_cast<tlm::tlm_bw_transport_if<> &>(*this));
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        return out->nb_transport_fw(trans, phase, delay);
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        return in->nb_transport_bw(trans, phase, delay);
    }

    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override
    {
        out->b_transport(trans, delay);
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload &trans, tlm::tlm_dmi &dmi) override
    {
        return out->get_direct_mem_ptr(trans, dmi);
    }

    void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) override
    {
        in->invalidate_direct_mem_ptr(start, end);
    }

    unsigned transport_dbg(tlm::tlm_generic_payload &trans) override
    {
        return out->transport_dbg(trans);
    }
};

} // namespace prisim

#endif
