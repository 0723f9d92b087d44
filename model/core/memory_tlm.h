/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets for memory and register ports: the TLM-2.0 base protocol, so that anybody's memory, bus or recorder binds.
 * A request channel and a response channel of the block are the request and the response phases of one transaction.
 * Accesses are at most 64 bytes inside one line; byte enables (but all ones), streaming and DMI are refused.
 *
 * Requests keep the order of the calls; responses come in the order of their times, the delays annotated to them
 * included. At a reset a target ends what it holds with TLM_GENERIC_ERROR_RESPONSE; an initiator drops the answers to
 * what it asked before, and the rules of exclusion hold across it.
 */
#ifndef PRISIM_CORE_MEMORY_TLM_H
#define PRISIM_CORE_MEMORY_TLM_H

#include <deque>
#include <tlm>

#include "model/core/arrivals_tlm.h"
#include "model/core/memory_port.h"
#include "model/core/module_tlm.h"
#include "model/core/pool_tlm.h"

namespace prisim
{

using memory_initiator_socket =
    tlm::tlm_initiator_socket<32, tlm::tlm_base_protocol_types, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;
using memory_target_socket =
    tlm::tlm_target_socket<32, tlm::tlm_base_protocol_types, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

/* What the initiator keeps with a transaction: the block's id, and the bytes. A swap (memory_port.h) is a read of the
 * base protocol, which has no atomics; a target that knows this extension also writes `desired` if it reads `expected`.
 * The extension is ignorable: any other memory answers the read, and the word stays as it is. */
struct memory_extension : tlm::tlm_extension<memory_extension> {
    static constexpr unsigned SWAP_BYTES = 8;
    bool swap = false;
    unsigned char swapped[2 * SWAP_BYTES] = {}; /* desired, expected */
    uint32_t id = 0;
    uint32_t generation = 0;         /* of the initiator, which a reset counts up */
    const void *initiator = nullptr; /* whose it is, while it is open */
    bool request_open = false;       /* BEGIN_REQ went out and no END_REQ came yet */
    bool response_begun = false;     /* BEGIN_RESP came, or the transaction is over */
    unsigned char data[PRISIM_MEMORY_LINE_BYTES] = {};

    tlm::tlm_extension_base *clone() const override;
    void copy_from(const tlm::tlm_extension_base &other) override;
};

/* The initiating end: tx port `request` and rx port `response` of a module. */
class memory_initiator : public tx_side, public rx_side, public tlm::tlm_bw_transport_if<>
{
  public:
    memory_initiator_socket socket;

    memory_initiator(const char *name, clocked_module &module, unsigned request, unsigned response,
                     socket_need need = socket_need::mandatory);
    ~memory_initiator() override;

    bool bound() const override;
    bool rx_bound() const override;
    socket_need need() const override;
    const char *socket_name() const override;
    bool tx_open() const override;
    bool rx_open() const override;
    bool tx_response() const override;
    bool rx_response() const override;
    void *slot() override;
    void begin() override;
    bool begin_forgotten() override;
    void end() override;
    void end_taken() override;
    sc_dt::uint64 consumed() override;
    const void *payload() override;
    void forget() override;

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) override;

  private:
    tlm::tlm_generic_payload *prepare();
    void request_ended(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay);
    bool response_begun(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay);
    void latch(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay, bool owes_end);
    void say_end(tlm::tlm_generic_payload *trans, sc_dt::uint64 time);
    void give_back(tlm::tlm_generic_payload &trans);

    clocked_module &module_;
    unsigned request_port_, response_port_;
    socket_need need_;
    struct prisim_memory_request request_ {
    };
    payload_pool<memory_extension> pool_;
    arrivals<struct prisim_memory_response> responses_;
    uint32_t generation_ = 0;
    unsigned open_ = 0; /* transactions that are not over, of every generation */
};

/* The target end: rx port `request` and tx port `response` of a module. */
class memory_target : public rx_side, public tx_side, public tlm::tlm_fw_transport_if<>
{
  public:
    memory_target_socket socket;

    /* Reads or writes without time and side effects; returns how many bytes it could. */
    class debug_access
    {
      public:
        virtual ~debug_access() = default;
        virtual unsigned debug(bool write, uint64_t address, unsigned char *data, unsigned size) = 0;
    };

    /* `frame`: bytes from address 0 that are the block's; an access that leaves them is an address error. 0: all. */
    memory_target(const char *name, clocked_module &module, unsigned request, unsigned response,
                  debug_access *debug = nullptr, uint64_t frame = 0, socket_need need = socket_need::mandatory);

    bool bound() const override;
    bool rx_bound() const override;
    socket_need need() const override;
    const char *socket_name() const override;
    bool tx_open() const override;
    bool rx_open() const override;
    bool tx_response() const override;
    bool rx_response() const override;
    void *slot() override;
    void begin() override;
    bool begin_forgotten() override;
    void end() override;
    void end_taken() override;
    sc_dt::uint64 consumed() override;
    const void *payload() override;
    void forget() override;

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override;
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay) override;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &trans, tlm::tlm_dmi &dmi) override;
    unsigned transport_dbg(tlm::tlm_generic_payload &trans) override;

  private:
    struct open_access {
        tlm::tlm_generic_payload *trans = nullptr;
        sc_dt::uint64 time = 0; /* of BEGIN_REQ */
        bool blocking = false;
    };

    tlm::tlm_response_status refusal(const tlm::tlm_generic_payload &trans) const;
    bool refused(tlm::tlm_generic_payload &trans) const;
    void receive(tlm::tlm_generic_payload &trans, bool blocking, sc_dt::uint64 time);
    uint32_t open(tlm::tlm_generic_payload &trans, bool blocking, sc_dt::uint64 time);
    void response_ended(const sc_core::sc_time &delay);
    void begin_response(const open_access &access);
    void say_end(tlm::tlm_generic_payload *trans);

    clocked_module &module_;
    unsigned request_port_, response_port_;
    debug_access *debug_;
    uint64_t frame_;
    socket_need need_;
    arrivals<struct prisim_memory_request> requests_;
    struct prisim_memory_response response_ {
    };
    std::vector<open_access> accesses_; /* the block's request id is an index */
    std::vector<uint32_t> free_ids_;
    std::deque<open_access> forgotten_;
    unsigned blocked_ = 0; /* threads in b_transport */
    unsigned resets_ = 0;
    tlm::tlm_generic_payload *responding_ = nullptr; /* its response began, and END_RESP has not come */
    sc_core::sc_event blocking_done_, request_taken_;
};

} // namespace prisim

#endif
