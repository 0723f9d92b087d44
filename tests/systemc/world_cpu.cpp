/* SPDX-License-Identifier: Apache-2.0
 *
 * A foreign initiator of many habits (world_cpu.h).
 */
#include "tests/systemc/world_cpu.h"

#include <cstring>

namespace prisim_test
{

using sc_core::sc_time;

world_cpu::world_cpu(const sc_core::sc_module_name &name, environment &around) : sc_module(name), around_(around)
{
    dice &d = around.draw;
    threaded_ = around.allow.blocking && d.percent(40);
    blocking_chance_ = threaded_ ? d.between(10, 60) : 0;
    at_once_ = d.chance();
    by_return_ = d.chance();
    limit_ = d.between(1, 6);
    socket.bind(*this);
    if (threaded_)
        SC_THREAD(send_blocking);
}

void world_cpu::put(register_access access)
{
    queue_.push_back(std::move(access));
    around_.plan.after(around_.draw.percent(70) ? sc_core::SC_ZERO_TIME : around_.some_time(4), [this] { pump(); });
}

/* What waits for its thread is not asked any more, either. */
void world_cpu::forget()
{
    queue_.clear();
    for (flight *f : blocking_) {
        f->trans->release();
        flights_.remove_if([f](const flight &other) { return &other == f; });
    }
    blocking_.clear();
}

bool world_cpu::open() const
{
    for (const flight &f : flights_)
        if (f.begun)
            return true;
    return false;
}

world_cpu::flight *world_cpu::find(const tlm::tlm_generic_payload &trans)
{
    for (flight &f : flights_)
        if (f.trans == &trans)
            return &f;
    return nullptr;
}

world_cpu::flight &world_cpu::take(bool blocking)
{
    flights_.push_back(
        {std::move(queue_.front()), store_.take(), around_.now(), around_.now(), blocking, !blocking, {}});
    queue_.pop_front();
    flight &f = flights_.back();
    tlm::tlm_generic_payload &trans = *f.trans;
    std::memcpy(f.data, &f.access.value, sizeof f.data);
    trans.set_command(f.access.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    trans.set_address(f.access.offset);
    trans.set_data_ptr(f.data);
    trans.set_data_length(f.access.size);
    trans.set_streaming_width(f.access.size);
    trans.set_byte_enable_ptr(nullptr);
    trans.set_dmi_allowed(false);
    trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    return f;
}

void world_cpu::pump()
{
    if (queue_.empty())
        return;
    const register_access &next = queue_.front();
    if (flights_.size() >= limit_ || (next.barrier && !flights_.empty()))
        return;
    if (threaded_ && !next.ordered && around_.draw.percent(blocking_chance_)) {
        blocking_.push_back(&take(true));
        blocking_event_.notify(sc_core::SC_ZERO_TIME);
        around_.plan.after(sc_core::SC_ZERO_TIME, [this] { pump(); });
        return;
    }
    if (requesting_)
        return;
    if (around_.now() < request_free_) {
        around_.plan.after(request_free_ - around_.now(), [this] { pump(); });
        return;
    }
    send(take(false));
}

void world_cpu::send(flight &f)
{
    tlm::tlm_generic_payload &trans = *f.trans;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_time delay = around_.annotation(30);
    f.time = around_.now() + delay;
    around_.tell("cpu: BEGIN_REQ " + std::to_string(f.access.offset) + (f.access.write ? " write" : " read") + " +" +
                 delay.to_string());
    requesting_ = &trans;
    tlm::tlm_sync_enum status = socket->nb_transport_fw(trans, phase, delay);
    if (status == tlm::TLM_ACCEPTED)
        return;
    request_ended(delay);
    if (status == tlm::TLM_COMPLETED) {
        finish(f);
    } else if (phase == tlm::BEGIN_RESP) {
        if (response(f, phase, delay) != tlm::TLM_ACCEPTED)
            around_.plan.after(delay, [this, &trans] { end_response(trans); });
    }
}

void world_cpu::request_ended(const sc_time &delay)
{
    requesting_ = nullptr;
    request_free_ = around_.now() + delay;
    around_.plan.after(delay + (around_.draw.percent(70) ? sc_core::SC_ZERO_TIME : around_.some_time(4)),
                       [this] { pump(); });
}

tlm::tlm_sync_enum world_cpu::nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_time &delay)
{
    if (requesting_ == &trans)
        request_ended(delay);
    if (phase == tlm::END_REQ)
        return tlm::TLM_ACCEPTED;
    flight *f = find(trans);
    if (phase != tlm::BEGIN_RESP || !f || !f->begun) {
        around_.broke("cpu: a response that nobody waits for");
        return tlm::TLM_ACCEPTED;
    }
    around_.tell("cpu: BEGIN_RESP " + std::to_string(f->access.offset));
    return response(*f, phase, delay);
}

tlm::tlm_sync_enum world_cpu::response(flight &f, tlm::tlm_phase &phase, sc_time &delay)
{
    tlm::tlm_generic_payload &trans = *f.trans;
    if (around_.now() + delay <= f.time && !around_.old(f.began))
        around_.broke("cpu: answered before the request's annotated time");
    if (around_.draw.percent(at_once_)) {
        delay += around_.annotation(15);
        phase = tlm::END_RESP;
        bool completed = around_.draw.percent(50);
        finish(f);
        return completed ? tlm::TLM_COMPLETED : tlm::TLM_UPDATED;
    }
    sc_time wait = around_.draw.percent(20) ? sc_core::SC_ZERO_TIME : around_.some_time(12);
    around_.plan.after(delay + wait, [this, &trans] { end_response(trans); });
    return tlm::TLM_ACCEPTED;
}

void world_cpu::end_response(tlm::tlm_generic_payload &trans)
{
    flight *f = find(trans);
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_time delay = around_.annotation(15);
    around_.tell("cpu: END_RESP " + std::to_string(f->access.offset) + " +" + delay.to_string());
    if (socket->nb_transport_fw(trans, phase, delay) == tlm::TLM_UPDATED)
        around_.broke("cpu: END_RESP was answered with a phase");
    finish(*f);
}

/* What came back counts if the access is of this life. */
void world_cpu::finish(flight &f)
{
    bool good = f.trans->is_response_ok(), counts = !around_.old(f.began);
    uint64_t value = 0;
    std::memcpy(&value, f.data, f.access.size);
    std::function<void(uint64_t)> done = std::move(f.access.done);
    if (counts && !good)
        around_.broke("cpu: an access to register " + std::to_string(f.access.offset) +
                      " failed: " + f.trans->get_response_string());
    tlm::tlm_generic_payload *trans = f.trans;
    flights_.remove_if([&f](const flight &other) { return &other == &f; });
    trans->release();
    around_.plan.after(sc_core::SC_ZERO_TIME, [this] { pump(); });
    if (counts && good && done)
        done(value);
}

void world_cpu::send_blocking()
{
    for (;;) {
        while (blocking_.empty())
            sc_core::wait(blocking_event_);
        flight *f = blocking_.front();
        blocking_.pop_front();
        sc_time delay = around_.annotation(30);
        f->began = around_.now();
        f->time = around_.now() + delay;
        f->begun = true;
        around_.tell("cpu: b_transport " + std::to_string(f->access.offset) + " +" + delay.to_string());
        socket->b_transport(*f->trans, delay);
        if (around_.now() + delay <= f->time && !around_.old(f->began))
            around_.broke("cpu: b_transport returned before the request's annotated time");
        if (delay != sc_core::SC_ZERO_TIME)
            sc_core::wait(delay);
        finish(*f);
    }
}

} // namespace prisim_test
