/* SPDX-License-Identifier: Apache-2.0
 *
 * Base-protocol phases around memory ports (memory_tlm.h).
 */
#include "model/core/memory_tlm.h"

#include <algorithm>

#include "model/core/attributes_tlm.h"

namespace prisim
{

namespace
{
/* Null if it is a transaction of somebody else. */
memory_extension *kept_with(const tlm::tlm_generic_payload &trans)
{
    return trans.get_extension<memory_extension>();
}
} // namespace

tlm::tlm_extension_base *memory_extension::clone() const
{
    return new memory_extension(*this);
}

void memory_extension::copy_from(const tlm::tlm_extension_base &other)
{
    *this = static_cast<const memory_extension &>(other);
}

memory_initiator::memory_initiator(const char *name, clocked_module &module, unsigned request, unsigned response,
                                   socket_need need)
    : socket(name), module_(module), request_port_(request), response_port_(response), need_(need)
{
    socket.bind(*this);
    module.add_tx(request, this);
    module.add_rx(response, this);
}

/* What others hold of ours stays until they release it. */
memory_initiator::~memory_initiator()
{
    for (const auto &trans : pool_.all())
        if (kept_with(*trans)->initiator)
            trans->release();
}

bool memory_initiator::bound() const
{
    return const_cast<memory_initiator_socket &>(socket).size() > 0;
}

bool memory_initiator::rx_bound() const
{
    return bound();
}

socket_need memory_initiator::need() const
{
    return need_;
}

const char *memory_initiator::socket_name() const
{
    return socket.name();
}

bool memory_initiator::tx_open() const
{
    return open_ > 0;
}

bool memory_initiator::rx_open() const
{
    return !responses_.empty();
}

bool memory_initiator::tx_response() const
{
    return false;
}

bool memory_initiator::rx_response() const
{
    return true;
}

void *memory_initiator::slot()
{
    return &request_;
}

/* A transaction for what the block has put. */
tlm::tlm_generic_payload *memory_initiator::prepare()
{
    tlm::tlm_generic_payload *trans = pool_.take();
    memory_extension *extension = kept_with(*trans);
    extension->id = request_.id;
    extension->generation = generation_;
    extension->initiator = this;
    extension->request_open = true;
    extension->response_begun = false;
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
    trans->set_byte_enable_length(0);
    trans->set_dmi_allowed(false);
    trans->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    open_++;
    return trans;
}

void memory_initiator::begin()
{
    tlm::tlm_generic_payload &trans = *prepare();
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    tlm::tlm_sync_enum status = socket->nb_transport_fw(trans, phase, delay);
    if (status == tlm::TLM_ACCEPTED)
        return;
    request_ended(trans, delay);
    if (status == tlm::TLM_COMPLETED) {
        /* Early completion: both phases are over at that time. Another response may still owe its END_RESP. */
        latch(trans, delay, false);
        give_back(trans);
    } else if (phase == tlm::BEGIN_RESP && response_begun(trans, delay)) {
        say_end(&trans, clocked_module::stamp(delay));
    } else if (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP) {
        report_neighbour("/prisim/memory", socket.name(), "BEGIN_REQ to be answered with END_REQ or BEGIN_RESP");
    }
}

bool memory_initiator::begin_forgotten()
{
    return false;
}

void memory_initiator::request_ended(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
{
    memory_extension *extension = kept_with(trans);
    if (!extension->request_open)
        return;
    extension->request_open = false;
    module_.accepted(request_port_, delay);
}

/* The response waits for the block, in the order of times. */
void memory_initiator::latch(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay, bool owes_end)
{
    memory_extension *extension = kept_with(trans);
    extension->response_begun = true;
    sc_dt::uint64 time = clocked_module::stamp(delay);
    auto &item = responses_.push(time);
    struct memory_response &response = item.payload;
    response = {};
    response.id = extension->id;
    response.status = trans.is_response_ok() ? MEMORY_OK : MEMORY_ABORT;
    if (trans.is_read()) {
        response.size = static_cast<uint8_t>(trans.get_data_length());
        memcpy(response.data, trans.get_data_ptr(), response.size);
    }
    if (owes_end)
        responses_.owe(item, trans);
    if (responses_.order() == 0)
        module_.arrived(response_port_, time);
}

/* True if END_RESP may be said in this very call. */
bool memory_initiator::response_begun(tlm::tlm_generic_payload &trans, const sc_core::sc_time &delay)
{
    memory_extension *extension = kept_with(trans);
    bool over_another = responses_.owes() || extension->response_begun;
    if (over_another)
        report_neighbour("/prisim/memory", socket.name(), "one BEGIN_RESP, after the END_RESP of the one before");
    if (over_another || extension->generation != generation_)
        return true;
    latch(trans, delay, true);
    return responses_.front().owes && module_.answer(response_port_) && responses_.end_of_front();
}

tlm::tlm_sync_enum memory_initiator::nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                                     sc_core::sc_time &delay)
{
    if (phase > tlm::END_RESP)
        return tlm::TLM_ACCEPTED; /* an extended phase is ignored */
    memory_extension *extension = kept_with(trans);
    bool ours = extension && extension->initiator == this;
    if (!ours || (phase != tlm::BEGIN_RESP && (phase != tlm::END_REQ || !extension->request_open))) {
        report_neighbour("/prisim/memory", socket.name(), "END_REQ or BEGIN_RESP of an open transaction");
        return tlm::TLM_COMPLETED;
    }
    request_ended(trans, delay); /* BEGIN_RESP without END_REQ implies it */
    if (phase == tlm::END_REQ || !response_begun(trans, delay))
        return tlm::TLM_ACCEPTED;
    phase = tlm::END_RESP; /* at the time of BEGIN_RESP */
    give_back(trans);
    return tlm::TLM_COMPLETED;
}

void memory_initiator::give_back(tlm::tlm_generic_payload &trans)
{
    kept_with(trans)->initiator = nullptr;
    open_--;
    trans.release();
}

/* `time`: of its BEGIN_RESP, which may be ahead of a reset. */
void memory_initiator::say_end(tlm::tlm_generic_payload *trans, sc_dt::uint64 time)
{
    if (!trans)
        return;
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time delay = clocked_module::until(time);
    socket->nb_transport_fw(*trans, phase, delay);
    give_back(*trans);
}

void memory_initiator::end()
{
    say_end(responses_.end_of_front(), responses_.owed_time());
}

void memory_initiator::end_taken()
{
    say_end(responses_.end_of_gone(), responses_.owed_time());
}

sc_dt::uint64 memory_initiator::consumed()
{
    responses_.pop();
    return responses_.empty() ? clocked_module::never : responses_.front().time;
}

const void *memory_initiator::payload()
{
    return &responses_.front().payload;
}

void memory_initiator::forget()
{
    generation_++;
    responses_.clear();
}

void memory_initiator::invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64)
{
}

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
    if (size == 0 || size > MEMORY_LINE_BYTES || trans.get_streaming_width() < size ||
        address % MEMORY_LINE_BYTES + size > MEMORY_LINE_BYTES)
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
    struct memory_request &request = requests_.push(time).payload;
    request = {};
    request.address = trans.get_address();
    request.id = open(trans, blocking, time);
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
    if (trans.is_read() && response_.status == MEMORY_OK)
        memcpy(trans.get_data_ptr(), response_.data, response_.size);
    trans.set_response_status(response_.status == MEMORY_OK ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
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
