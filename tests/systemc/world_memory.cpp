/* SPDX-License-Identifier: Apache-2.0
 *
 * A foreign memory of many habits (world_memory.h).
 */
#include "tests/systemc/world_memory.h"

#include <algorithm>
#include <cstring>

namespace prisim_test
{

using sc_core::sc_time;

world_memory::world_memory(const char *name, environment &around, world_tables &tables)
    : socket(name), around_(around), tables_(tables), name_(name)
{
    dice &d = around.draw;
    early_ = around.allow.early ? d.chance() : 0;
    in_call_ = d.chance();
    accepts_ = d.chance();
    skips_ = d.chance();
    out_of_order_ = d.chance();
    slow_ = d.percent(30) ? d.between(1, 10) : 0;
    latency_ = d.between(0, 40);
    socket.bind(*this);
}

bool world_memory::open() const
{
    return !items_.empty() || responding_ || around_.now() < open_until_;
}

bool world_memory::response_free() const
{
    return !responding_ && !in_bw_ && around_.now() >= response_free_;
}

world_memory::item *world_memory::find(uint64_t number)
{
    for (item &i : items_)
        if (i.number == number)
            return &i;
    return nullptr;
}

void world_memory::write(tlm::tlm_generic_payload &trans)
{
    uint64_t parent = tables_.parent(trans.get_address());
    if (parent && !tables_.known(parent))
        around_.broke(name_ + ": an access that needs an entry which is not answered yet");
    if (trans.is_write() && tables_.inside(trans.get_address(), trans.get_data_length()))
        std::memcpy(tables_.at(trans.get_address()), trans.get_data_ptr(), trans.get_data_length());
}

/* The response as it is told at `time`: to a life that is over, anything. */
void world_memory::finish(tlm::tlm_generic_payload &trans, const sc_time &began, const sc_time &time)
{
    uint64_t address = trans.get_address();
    unsigned size = trans.get_data_length();
    bool old = around_.old(began);
    trans.set_dmi_allowed(around_.draw.percent(20));
    if (!tables_.inside(address, size) || (old && around_.draw.percent(40))) {
        trans.set_response_status(around_.draw.percent(50) ? tlm::TLM_ADDRESS_ERROR_RESPONSE
                                                           : tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    trans.set_response_status(tlm::TLM_OK_RESPONSE);
    if (!old)
        tables_.told(address, size, time);
    if (!trans.is_read())
        return;
    if (old && around_.draw.percent(70)) {
        for (unsigned i = 0; i < size; i++)
            trans.get_data_ptr()[i] = static_cast<unsigned char>(around_.draw.word());
        return;
    }
    std::memcpy(trans.get_data_ptr(), tables_.at(address), size);
}

tlm::tlm_sync_enum world_memory::nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_time &delay)
{
    if (phase == tlm::BEGIN_REQ)
        return begin(trans, phase, delay);
    if (phase != tlm::END_RESP || responding_ != &trans) {
        around_.broke(name_ + ": a phase that nobody waits for");
        return tlm::TLM_COMPLETED;
    }
    response_ended(delay);
    return around_.draw.percent(50) ? tlm::TLM_COMPLETED : tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum world_memory::begin(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_time &delay)
{
    around_.tell(name_ + ": BEGIN_REQ " + std::to_string(trans.get_address()));
    write(trans);
    dice &d = around_.draw;
    if (d.percent(early_) && (around_.allow.early_owed || !responding_)) {
        delay += around_.annotation(latency_ + 10);
        sc_time time = around_.now() + delay;
        open_until_ = std::max(open_until_, time);
        finish(trans, around_.now(), time);
        return tlm::TLM_COMPLETED;
    }
    if (d.percent(in_call_) && response_free()) {
        answer_in_call(trans, phase, delay);
        return tlm::TLM_UPDATED;
    }
    return hold(trans, phase, delay);
}

/* BEGIN_RESP as the answer to BEGIN_REQ. */
void world_memory::answer_in_call(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_time &delay)
{
    trans.acquire();
    responding_ = &trans;
    phase = tlm::BEGIN_RESP;
    delay += around_.annotation(latency_ + 10);
    finish(trans, around_.now(), around_.now() + delay);
}

tlm::tlm_sync_enum world_memory::hold(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_time &delay)
{
    dice &d = around_.draw;
    sc_time latency = around_.some_time(d.percent(slow_) ? 250 : latency_);
    trans.acquire();
    items_.push_back({count_++, &trans, around_.now(), around_.now() + delay, around_.now() + delay + latency, false,
                      d.percent(skips_)});
    item &held = items_.back();
    around_.plan.after(delay + latency, [this] { respond(); });
    if (!held.may_skip && d.percent(accepts_)) {
        delay += around_.annotation(10);
        held.request_ended = true;
        held.request_ends = around_.now() + delay;
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }
    if (!held.may_skip) {
        uint64_t number = held.number;
        around_.plan.after(delay + around_.some_time(d.percent(slow_) ? 100 : 8),
                           [this, number] { end_request(number); });
    }
    return tlm::TLM_ACCEPTED;
}

void world_memory::end_request(uint64_t number)
{
    item *held = find(number);
    if (!held || held->request_ended)
        return;
    held->request_ended = true;
    tlm::tlm_phase phase = tlm::END_REQ;
    sc_time delay = around_.annotation(10);
    held->request_ends = around_.now() + delay;
    tlm::tlm_generic_payload *trans = held->trans;
    in_bw_ = true;
    if (socket->nb_transport_bw(*trans, phase, delay) != tlm::TLM_ACCEPTED)
        around_.broke(name_ + ": END_REQ was answered");
    in_bw_ = false;
    respond();
}

void world_memory::respond()
{
    if (!response_free()) {
        if (!responding_ && !in_bw_)
            around_.plan.after(response_free_ - around_.now(), [this] { respond(); });
        return;
    }
    item *chosen = nullptr;
    for (item &i : items_) {
        if (i.ready > around_.now() || !(i.request_ended || i.may_skip))
            continue;
        if (!chosen || (around_.draw.percent(out_of_order_) && around_.draw.percent(50)))
            chosen = &i;
    }
    if (chosen)
        begin_response(*chosen);
}

void world_memory::begin_response(item &chosen)
{
    item taken = chosen;
    items_.erase(items_.begin() + (&chosen - items_.data()));
    sc_time delay = around_.annotation(latency_ + 10);
    if (around_.now() + delay < taken.request_ends)
        delay = taken.request_ends - around_.now();
    finish(*taken.trans, taken.began, around_.now() + delay);
    around_.tell(name_ + ": BEGIN_RESP " + std::to_string(taken.trans->get_address()) + " +" + delay.to_string());
    responding_ = taken.trans;
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    in_bw_ = true;
    tlm::tlm_sync_enum status = socket->nb_transport_bw(*taken.trans, phase, delay);
    in_bw_ = false;
    if (status == tlm::TLM_ACCEPTED) {
        if (!responding_)
            respond();
        return;
    }
    if (status == tlm::TLM_UPDATED && phase != tlm::END_RESP)
        around_.broke(name_ + ": BEGIN_RESP was answered with another phase");
    response_ended(delay);
}

void world_memory::response_ended(const sc_time &delay)
{
    tlm::tlm_generic_payload *trans = responding_;
    responding_ = nullptr;
    response_free_ = around_.now() + delay;
    around_.tell(name_ + ": END_RESP " + std::to_string(trans->get_address()));
    trans->release();
    around_.plan.after(delay + (around_.draw.percent(30) ? around_.some_time(3) : sc_core::SC_ZERO_TIME),
                       [this] { respond(); });
}

void world_memory::b_transport(tlm::tlm_generic_payload &, sc_time &)
{
    around_.broke(name_ + ": b_transport from a module without threads");
}

bool world_memory::get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &)
{
    around_.broke(name_ + ": asked for DMI");
    return false;
}

unsigned world_memory::transport_dbg(tlm::tlm_generic_payload &)
{
    return 0;
}

} // namespace prisim_test
