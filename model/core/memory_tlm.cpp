/* SPDX-License-Identifier: Apache-2.0
 *
 * Base-protocol phases around memory ports (memory_tlm.h).
 */
#include "model/core/memory_tlm.h"

#include "model/core/attributes_tlm.h"

namespace prisim
{

tlm::tlm_extension_base *memory_extension::clone() const
{
    return new memory_extension(*this);
}

void memory_extension::copy_from(const tlm::tlm_extension_base &other)
{
    *this = static_cast<const memory_extension &>(other);
}

memory_initiator::memory_initiator(const char *name, clocked_module &module, unsigned request, unsigned response)
    : socket(name), module_(module), request_port_(request), response_port_(response)
{
    socket.bind(*this);
    module.add_tx(request, this);
    module.add_rx(response, this);
}

bool memory_initiator::bound() const
{
    return const_cast<memory_initiator_socket &>(socket).size() > 0;
}

void *memory_initiator::slot()
{
    return &request_;
}

void memory_initiator::begin()
{
    tlm::tlm_generic_payload *trans = pool_.take();
    memory_extension *extension = pool_.extension(trans);
    extension->id = request_.id;
    extension->request_open = true;
    extension->swap = request_.write == MEMORY_SWAP;
    if (extension->swap)
        memcpy(extension->swapped, request_.data, sizeof extension->swapped);
    else if (request_.write)
        memcpy(extension->data, request_.data, request_.size);
    attach_attributes(*trans, request_);
    trans->set_command(request_.write == MEMORY_WRITE ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    trans->set_address(request_.address);
    trans->set_data_ptr(extension->data);
    trans->set_data_length(request_.size);
    trans->set_streaming_width(request_.size);
    trans->set_byte_enable_ptr(nullptr);
    trans->set_dmi_allowed(false);
    trans->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);

    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    switch (socket->nb_transport_fw(*trans, phase, delay)) {
    case tlm::TLM_ACCEPTED:
        return;
    case tlm::TLM_UPDATED:
        request_ended(*trans, delay);
        if (phase == tlm::BEGIN_RESP && unended_)
            SC_REPORT_ERROR("/prisim/memory", "expected BEGIN_RESP after the END_RESP of the one before");
        else if (phase == tlm::BEGIN_RESP && response_begun(*trans, delay)) {
            phase = tlm::END_RESP;
            delay = sc_core::SC_ZERO_TIME;
            socket->nb_transport_fw(*trans, phase, delay);
            trans->release();
        }
        return;
    case tlm::TLM_COMPLETED:
        /* Early completion: both phases are over, and the response comes at the next edge after `delay`. One before it
         * may still owe its END_RESP. */
        request_ended(*trans, delay);
        latch(*trans, delay);
        trans->release();
        return;
    }
}

void memory_initiator::request_ended(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
{
    memory_extension *extension = pool_.extension(&trans);
    if (!extension->request_open)
        return;
    extension->request_open = false;
    module_.accepted(request_port_, delay);
}

/* The response waits for the block, behind those that came before it. */
void memory_initiator::latch(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
{
    memory_extension *extension = pool_.extension(&trans);
    struct memory_response response {
    };
    response.id = extension->id;
    response.status = trans.is_response_ok() ? MEMORY_OK : MEMORY_ABORT;
    if (trans.is_read()) {
        response.size = static_cast<uint8_t>(trans.get_data_length());
        memcpy(response.data, trans.get_data_ptr(), response.size);
    }
    responses_.push_back(response);
    if (responses_.size() == 1)
        module_.arrived(response_port_, delay);
}

/* True if END_RESP may be said in this very call. */
bool memory_initiator::response_begun(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
{
    latch(trans, delay);
    unended_ = &trans;
    unended_at_ = responses_.size();
    if (unended_at_ > 1 || !module_.answer(response_port_))
        return false;
    unended_ = nullptr;
    return true;
}

tlm::tlm_sync_enum memory_initiator::nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                                     sc_core::sc_time &delay)
{
    request_ended(trans, delay); /* BEGIN_RESP without END_REQ implies it */
    if (phase == tlm::END_REQ)
        return tlm::TLM_ACCEPTED;
    if (phase != tlm::BEGIN_RESP || unended_) {
        SC_REPORT_ERROR("/prisim/memory", "expected END_REQ, or BEGIN_RESP after the END_RESP of the one before");
        return tlm::TLM_ACCEPTED;
    }
    if (!response_begun(trans, delay))
        return tlm::TLM_ACCEPTED;
    phase = tlm::END_RESP;
    delay = sc_core::SC_ZERO_TIME;
    trans.release();
    return tlm::TLM_COMPLETED;
}

/* One of the responses is taken: the one that owes its END_RESP, or one before it that owes none. */
void memory_initiator::end()
{
    if (!unended_ || unended_at_ > 1 || (unended_at_ == 1 && !module_.answer(response_port_)))
        return;
    tlm::tlm_generic_payload *trans = unended_;
    unended_ = nullptr;
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->nb_transport_fw(*trans, phase, delay);
    trans->release();
}

bool memory_initiator::consumed()
{
    assert(!responses_.empty());
    responses_.pop_front();
    if (unended_at_ > 0)
        unended_at_--;
    return !responses_.empty();
}

const void *memory_initiator::payload()
{
    return &responses_.front();
}

void memory_initiator::forget()
{
    responses_.clear();
    unended_ = nullptr;
    unended_at_ = 0;
}

void memory_initiator::invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64)
{
}

memory_target::memory_target(const char *name, clocked_module &module, unsigned request, unsigned response,
                             debug_access *debug)
    : socket(name), module_(module), request_port_(request), response_port_(response), debug_(debug)
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

void *memory_target::slot()
{
    return &response_;
}

bool memory_target::acceptable(tlm::tlm_generic_payload &trans) const
{
    unsigned size = trans.get_data_length();
    if (trans.get_byte_enable_ptr()) {
        trans.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return false;
    }
    if (size == 0 || size > MEMORY_LINE_BYTES || trans.get_streaming_width() < size ||
        trans.get_address() % MEMORY_LINE_BYTES + size > MEMORY_LINE_BYTES) {
        trans.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return false;
    }
    if (trans.get_command() == tlm::TLM_IGNORE_COMMAND) {
        trans.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        return false;
    }
    return true;
}

uint32_t memory_target::open(tlm::tlm_generic_payload &trans, bool blocking)
{
    if (free_ids_.empty()) {
        free_ids_.push_back(static_cast<uint32_t>(accesses_.size()));
        accesses_.emplace_back();
    }
    uint32_t id = free_ids_.back();
    free_ids_.pop_back();
    accesses_[id].trans = &trans;
    accesses_[id].blocking = blocking;
    return id;
}

void memory_target::receive(tlm::tlm_generic_payload &trans, bool blocking)
{
    struct memory_request request {
    };
    request.address = trans.get_address();
    request.id = open(trans, blocking);
    read_attributes(trans, request);
    request.size = static_cast<uint8_t>(trans.get_data_length());
    const auto *extension = trans.get_extension<memory_extension>();
    if (trans.is_write()) {
        request.write = MEMORY_WRITE;
        memcpy(request.data, trans.get_data_ptr(), request.size);
    } else if (extension && extension->swap && request.size == memory_extension::SWAP_BYTES) {
        request.write = MEMORY_SWAP;
        memcpy(request.data, extension->swapped, sizeof extension->swapped);
    }
    requests_.push_back(request);
}

tlm::tlm_sync_enum memory_target::nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                                  sc_core::sc_time &delay)
{
    if (phase == tlm::END_RESP) {
        module_.accepted(response_port_, delay);
        trans.release();
        return tlm::TLM_COMPLETED;
    }
    if (phase != tlm::BEGIN_REQ || unended_) {
        SC_REPORT_ERROR("/prisim/memory", "expected END_RESP, or BEGIN_REQ after the END_REQ of the one before");
        return tlm::TLM_COMPLETED;
    }
    if (!acceptable(trans))
        return tlm::TLM_COMPLETED;
    trans.acquire();
    receive(trans, false);
    if (requests_.size() == 1) {
        module_.arrived(request_port_, delay);
        if (module_.answer(request_port_)) {
            phase = tlm::END_REQ;
            delay = sc_core::SC_ZERO_TIME;
            return tlm::TLM_UPDATED;
        }
    }
    unended_ = &trans;
    return tlm::TLM_ACCEPTED;
}

void memory_target::b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
{
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    if (!acceptable(trans))
        return;
    trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    while (!requests_.empty())
        sc_core::wait(request_taken_);
    receive(trans, true);
    module_.arrived(request_port_, sc_core::SC_ZERO_TIME);
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
    if (trans.is_read() && response_.status == MEMORY_OK)
        memcpy(trans.get_data_ptr(), response_.data, response_.size);
    trans.set_response_status(response_.status == MEMORY_OK ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (access.blocking) {
        module_.accepted(response_port_, sc_core::SC_ZERO_TIME);
        blocking_done_.notify(sc_core::SC_ZERO_TIME);
        return;
    }
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    tlm::tlm_sync_enum status = socket->nb_transport_bw(trans, phase, delay);
    if (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
        module_.accepted(response_port_, delay);
        trans.release();
    }
}

void memory_target::end()
{
    if (!unended_)
        return;
    tlm::tlm_generic_payload *trans = unended_;
    unended_ = nullptr;
    tlm::tlm_phase phase = tlm::END_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->nb_transport_bw(*trans, phase, delay);
}

bool memory_target::consumed()
{
    assert(!requests_.empty());
    requests_.pop_front();
    request_taken_.notify(sc_core::SC_ZERO_TIME);
    return !requests_.empty();
}

const void *memory_target::payload()
{
    return &requests_.front();
}

void memory_target::forget()
{
    requests_.clear();
    unended_ = nullptr;
    accesses_.clear();
    free_ids_.clear();
}

bool memory_target::get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &)
{
    return false;
}

unsigned memory_target::transport_dbg(tlm::tlm_generic_payload &trans)
{
    if (!debug_ || trans.get_command() == tlm::TLM_IGNORE_COMMAND)
        return 0;
    return debug_->debug(trans.is_write(), trans.get_address(), trans.get_data_ptr(), trans.get_data_length());
}

} // namespace prisim
