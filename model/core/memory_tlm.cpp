/* SPDX-License-Identifier: Apache-2.0
 *
 * Base-protocol phases around memory ports (memory_tlm.h): the initiator, and what it keeps with a transaction.
 */
#include "model/core/memory_tlm.h"

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
    extension->swap = request_.write == PRISIM_MEMORY_SWAP;
    if (extension->swap)
        memcpy(extension->swapped, request_.data, sizeof extension->swapped);
    else if (request_.write)
        memcpy(extension->data, request_.data, request_.size);
    attach_attributes(*trans, request_);
    trans->set_command(request_.write == PRISIM_MEMORY_WRITE ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
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
    struct prisim_memory_response &response = item.payload;
    response = {};
    response.id = extension->id;
    response.status = trans.is_response_ok() ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT;
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

} // namespace prisim
