/* SPDX-License-Identifier: Apache-2.0
 *
 * Base-protocol phases around memory ports (memory_tlm.h): the target.
 */
#include "model/core/memory_tlm.h"

#include <algorithm>

#include "model/core/attributes_tlm.h"

namespace prisim
{

memory_target::memory_target(const char *name, clocked_module &module, unsigned request, unsigned response,
                             debug_access *debug, uint64_t frame, socket_need need)
    : socket(name), module_(module), request_port_(request), response_port_(response), debug_(debug), frame_(frame),
      need_(need)
{
    socket.bind(*this);
    module.add_rx(request, static_cast<rx_side *>(this));
    module.add_tx(response, static_cast<tx_side *>(this));
}

/* The response goes back by the transaction, whoever brought it. */
bool memory_target::bound() const
{
    return true;
}

bool memory_target::rx_bound() const
{
    return const_cast<memory_target_socket &>(socket).get_base_port().size() > 0;
}

socket_need memory_target::need() const
{
    return need_;
}

const char *memory_target::socket_name() const
{
    return socket.name();
}

bool memory_target::tx_open() const
{
    return responding_ || !forgotten_.empty() || accesses_.size() > free_ids_.size();
}

bool memory_target::rx_open() const
{
    return requests_.owes() || blocked_ > 0;
}

bool memory_target::tx_response() const
{
    return true;
}

bool memory_target::rx_response() const
{
    return false;
}

void *memory_target::slot()
{
    return &response_;
}

namespace
{
bool enables_all(const tlm::tlm_generic_payload &trans)
{
    const unsigned char *enable = trans.get_byte_enable_ptr();
    return !enable || std::all_of(enable, enable + trans.get_byte_enable_length(),
                                  [](unsigned char byte) { return byte == TLM_BYTE_ENABLED; });
}
} // namespace

/* TLM_OK_RESPONSE: the block may have it. */
tlm::tlm_response_status memory_target::refusal(const tlm::tlm_generic_payload &trans) const
{
    uint64_t address = trans.get_address(), size = trans.get_data_length();
    if (!enables_all(trans))
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    if (size == 0 || size > PRISIM_MEMORY_LINE_BYTES || trans.get_streaming_width() < size ||
        address % PRISIM_MEMORY_LINE_BYTES + size > PRISIM_MEMORY_LINE_BYTES)
        return tlm::TLM_BURST_ERROR_RESPONSE;
    if (trans.get_command() == tlm::TLM_IGNORE_COMMAND)
        return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (frame_ && (address >= frame_ || size > frame_ - address))
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    if (!trans.get_data_ptr())
        return tlm::TLM_GENERIC_ERROR_RESPONSE;
    return tlm::TLM_OK_RESPONSE;
}

bool memory_target::refused(tlm::tlm_generic_payload &trans) const
{
    tlm::tlm_response_status status = refusal(trans);
    if (status == tlm::TLM_OK_RESPONSE)
        return false;
    trans.set_response_status(status);
    return true;
}

uint32_t memory_target::open(tlm::tlm_generic_payload &trans, bool blocking, sc_dt::uint64 time)
{
    if (free_ids_.empty()) {
        free_ids_.push_back(static_cast<uint32_t>(accesses_.size()));
        accesses_.emplace_back();
    }
    uint32_t id = free_ids_.back();
    free_ids_.pop_back();
    accesses_[id] = {&trans, time, blocking};
    return id;
}

void memory_target::receive(tlm::tlm_generic_payload &trans, bool blocking, sc_dt::uint64 time)
{
    struct prisim_memory_request &request = requests_.push(time).payload;
    request = {};
    request.address = trans.get_address();
    request.id = open(trans, blocking, time);
    read_attributes(trans, request);
    request.size = static_cast<uint8_t>(trans.get_data_length());
    const auto *extension = trans.get_extension<memory_extension>();
    if (trans.is_write()) {
        request.write = PRISIM_MEMORY_WRITE;
        memcpy(request.data, trans.get_data_ptr(), request.size);
    } else if (extension && extension->swap && request.size == memory_extension::SWAP_BYTES) {
        request.write = PRISIM_MEMORY_SWAP;
        memcpy(request.data, extension->swapped, sizeof extension->swapped);
    }
    if (requests_.size() == 1)
        module_.arrived(request_port_, time);
}

tlm::tlm_sync_enum memory_target::nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                                  sc_core::sc_time &delay)
{
    if (phase > tlm::END_RESP)
        return tlm::TLM_ACCEPTED; /* an extended phase is ignored */
    if (phase == tlm::END_RESP && &trans == responding_) {
        response_ended(delay);
        return tlm::TLM_COMPLETED;
    }
    if (phase != tlm::BEGIN_REQ || requests_.owes() || !trans.has_mm()) {
        report_neighbour("/prisim/memory", socket.name(),
                         "END_RESP of a response; or BEGIN_REQ, of a transaction with a memory manager, after the "
                         "END_REQ of the one before");
        trans.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return tlm::TLM_COMPLETED;
    }
    if (refused(trans))
        return tlm::TLM_COMPLETED;
    trans.acquire();
    receive(trans, false, clocked_module::stamp(delay));
    if (requests_.size() == 1 && module_.answer(request_port_)) {
        phase = tlm::END_REQ;
        delay = sc_core::SC_ZERO_TIME;
        return tlm::TLM_UPDATED;
    }
    requests_.owe(requests_.last(), trans);
    return tlm::TLM_ACCEPTED;
}

void memory_target::b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
{
    inside here(blocked_);
    unsigned resets = resets_;
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    if (refused(trans))
        return;
    while (!requests_.empty() && resets == resets_)
        sc_core::wait(request_taken_);
    if (resets != resets_) {
        trans.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    receive(trans, true, clocked_module::stamp(delay));
    while (trans.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE)
        sc_core::wait(blocking_done_);
}

void memory_target::begin()
{
    assert(response_.id < accesses_.size() && accesses_[response_.id].trans);
    open_access access = accesses_[response_.id];
    accesses_[response_.id].trans = nullptr;
    free_ids_.push_back(response_.id);
    tlm::tlm_generic_payload &trans = *access.trans;
    if (trans.is_read() && response_.status == PRISIM_MEMORY_OK)
        memcpy(trans.get_data_ptr(), response_.data, response_.size);
    trans.set_response_status(response_.status == PRISIM_MEMORY_OK ? tlm::TLM_OK_RESPONSE
                                                                   : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (access.blocking) {
        module_.accepted(response_port_, sc_core::SC_ZERO_TIME);
        blocking_done_.notify(sc_core::SC_ZERO_TIME);
    } else {
        begin_response(access);
    }
}

bool memory_target::begin_forgotten()
{
    if (forgotten_.empty())
        return false;
    open_access access = forgotten_.front();
    forgotten_.pop_front();
    access.trans->set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    begin_response(access);
    return true;
}

void memory_target::begin_response(const open_access &access)
{
    responding_ = access.trans;
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = clocked_module::until(access.time); /* a reset may be before its request */
    tlm::tlm_sync_enum status = socket->nb_transport_bw(*access.trans, phase, delay);
    if (responding_ && (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP)))
        response_ended(delay);
}

void memory_target::response_ended(const sc_core::sc_time &delay)
{
    tlm::tlm_generic_payload *trans = responding_;
    responding_ = nullptr;
    module_.accepted(response_port_, delay);
    trans->release();
}

void memory_target::say_end(tlm::tlm_generic_payload *trans)
{
    if (!trans)
        return;
    tlm::tlm_phase phase = tlm::END_REQ;
    sc_core::sc_time delay = clocked_module::until(requests_.owed_time());
    socket->nb_transport_bw(*trans, phase, delay);
}

void memory_target::end()
{
    say_end(requests_.end_of_front());
}

void memory_target::end_taken()
{
    say_end(requests_.end_of_gone());
}

sc_dt::uint64 memory_target::consumed()
{
    requests_.pop();
    request_taken_.notify(sc_core::SC_ZERO_TIME);
    return requests_.empty() ? clocked_module::never : requests_.front().time;
}

const void *memory_target::payload()
{
    return &requests_.front().payload;
}

void memory_target::forget()
{
    for (const open_access &access : accesses_) {
        if (!access.trans)
            continue;
        if (access.blocking)
            access.trans->set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        else
            forgotten_.push_back(access);
    }
    resets_++;
    requests_.clear();
    accesses_.clear();
    free_ids_.clear();
    blocking_done_.notify(sc_core::SC_ZERO_TIME);
    request_taken_.notify(sc_core::SC_ZERO_TIME);
}

bool memory_target::get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi)
{
    dmi.init(); /* for the whole range */
    dmi.allow_read_write();
    return false;
}

unsigned memory_target::transport_dbg(tlm::tlm_generic_payload &trans)
{
    if (!debug_ || trans.get_command() == tlm::TLM_IGNORE_COMMAND)
        return 0;
    return debug_->debug(trans.is_write(), trans.get_address(), trans.get_data_ptr(), trans.get_data_length());
}

} // namespace prisim
