/* SPDX-License-Identifier: Apache-2.0
 *
 * A foreign memory with every habit that the base protocol leaves to a target, drawn per access.
 */
#ifndef PRISIM_WORLD_MEMORY_H
#define PRISIM_WORLD_MEMORY_H

#include "tests/systemc/world_tables.h"

namespace prisim_test
{

class world_memory : public tlm::tlm_fw_transport_if<>
{
  public:
    tlm::tlm_target_socket<32> socket;

    world_memory(const char *name, environment &around, world_tables &tables);

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &trans, tlm::tlm_dmi &dmi) override;
    unsigned transport_dbg(tlm::tlm_generic_payload &trans) override;

    /* Something is begun and not over, or completed for a time to come. */
    bool open() const;
    size_t held() const
    {
        return items_.size();
    }

  private:
    struct item {
        uint64_t number;
        tlm::tlm_generic_payload *trans;
        sc_core::sc_time began, request_ends, ready;
        bool request_ended, may_skip;
    };

    tlm::tlm_sync_enum begin(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &delay);
    tlm::tlm_sync_enum hold(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &delay);
    void answer_in_call(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &delay);
    void end_request(uint64_t number);
    void respond();
    void begin_response(item &chosen);
    void response_ended(const sc_core::sc_time &delay);
    void write(tlm::tlm_generic_payload &trans);
    void finish(tlm::tlm_generic_payload &trans, const sc_core::sc_time &began, const sc_core::sc_time &time);
    bool response_free() const;
    item *find(uint64_t number);

    environment &around_;
    world_tables &tables_;
    std::string name_;
    /* Its habits: chances. */
    uint32_t early_, in_call_, accepts_, skips_, out_of_order_, slow_;
    uint32_t latency_;
    std::vector<item> items_;
    tlm::tlm_generic_payload *responding_ = nullptr; /* BEGIN_RESP said, END_RESP not */
    bool in_bw_ = false;
    uint64_t count_ = 0;
    sc_core::sc_time response_free_, open_until_;
};

} // namespace prisim_test

#endif
