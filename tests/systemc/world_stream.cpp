/* SPDX-License-Identifier: Apache-2.0
 *
 * A sender and a receiver of TLPs (world_stream.h).
 */
#include "tests/systemc/world_stream.h"

namespace prisim_test
{

using sc_core::sc_time;

world_sender::world_sender(const sc_core::sc_module_name &name, environment &around) : sc_module(name), around_(around)
{
    threaded_ = around.allow.blocking && around.draw.percent(30);
    blocking_chance_ = threaded_ ? around.draw.between(10, 100) : 0;
    socket.bind(*this);
    if (threaded_)
        SC_THREAD(send_blocking);
}

void world_sender::put(const prisim_tlp &what)
{
    queue_.push_back(what);
    around_.plan.after(sc_core::SC_ZERO_TIME, [this] { pump(); });
}

void world_sender::forget()
{
    queue_.clear();
}

void world_sender::pump()
{
    if (queue_.empty() || sending_)
        return;
    if (around_.now() < free_) {
        around_.plan.after(free_ - around_.now(), [this] { pump(); });
        return;
    }
    sending_ = store_.take();
    begun_ = false;
    if (!sending_->get_extension<tlp_extension>())
        sending_->set_extension(new tlp_extension);
    prisim_tlp &what = sending_->get_extension<tlp_extension>()->payload;
    what = queue_.front();
    queue_.pop_front();
    sending_->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    if (around_.draw.percent(blocking_chance_)) {
        blocking_event_.notify(sc_core::SC_ZERO_TIME);
        return;
    }
    begun_ = true;
    not_before_ = sc_core::SC_ZERO_TIME;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_time delay = around_.annotation(40);
    around_.tell("up: BEGIN_REQ tag " + std::to_string(what.head.tag) + " +" + delay.to_string());
    sent(what, around_.now() + delay);
    tlm::tlm_sync_enum status = socket->nb_transport_fw(*sending_, phase, delay);
    if (status == tlm::TLM_UPDATED && phase != tlm::END_REQ)
        around_.broke("up: an answer that streams do not have");
    if (status != tlm::TLM_ACCEPTED)
        ended(delay);
}

tlm::tlm_sync_enum world_sender::nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_time &delay)
{
    if (&trans != sending_ || phase != tlm::END_REQ)
        around_.broke("up: a phase that nobody waits for");
    else
        ended(delay);
    return tlm::TLM_ACCEPTED;
}

void world_sender::ended(const sc_time &delay)
{
    around_.tell("up: END_REQ");
    free_ = around_.now() + delay;
    tlm::tlm_generic_payload *trans = sending_;
    sending_ = nullptr;
    trans->release();
    around_.plan.after(delay + (around_.draw.percent(60) ? sc_core::SC_ZERO_TIME : around_.some_time(5)),
                       [this] { pump(); });
}

void world_sender::send_blocking()
{
    for (;;) {
        sc_core::wait(blocking_event_);
        begun_ = true;
        sc_time delay = around_.annotation(40);
        const prisim_tlp &what = sending_->get_extension<tlp_extension>()->payload;
        around_.tell("up: b_transport tag " + std::to_string(what.head.tag) + " +" + delay.to_string());
        not_before_ = around_.now() + delay;
        sent(what, not_before_);
        socket->b_transport(*sending_, delay);
        ended(delay);
    }
}

world_receiver::world_receiver(const char *name, environment &around) : socket(name), around_(around)
{
    by_return_ = around.draw.chance();
    completes_ = around.draw.chance();
    answers_ = around.allow.answering ? around.draw.chance() : 0;
    socket.bind(*this);
}

tlm::tlm_sync_enum world_receiver::nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                                   sc_time &delay)
{
    if (phase == tlm::END_RESP && answering_ == &trans) {
        answering_ = nullptr;
        trans.release();
        return tlm::TLM_COMPLETED;
    }
    const tlp_extension *extension = trans.get_extension<tlp_extension>();
    if (phase != tlm::BEGIN_REQ || taking_ || !extension) {
        around_.broke("down: a phase that nobody waits for");
        return tlm::TLM_COMPLETED;
    }
    around_.tell("down: BEGIN_REQ tag " + std::to_string(extension->payload.head.tag));
    came(extension->payload);
    dice &d = around_.draw;
    if (d.percent(by_return_)) {
        delay += around_.annotation(20);
        if (d.percent(completes_))
            return tlm::TLM_COMPLETED;
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }
    trans.acquire();
    taking_ = &trans;
    around_.plan.after(d.percent(20) ? sc_core::SC_ZERO_TIME : around_.some_time(d.percent(10) ? 200 : 15),
                       [this] { take(); });
    return tlm::TLM_ACCEPTED;
}

void world_receiver::take()
{
    tlm::tlm_generic_payload *trans = taking_;
    taking_ = nullptr;
    bool answers = !answering_ && around_.draw.percent(answers_);
    tlm::tlm_phase phase = answers ? tlm::BEGIN_RESP : tlm::END_REQ;
    sc_time delay = around_.annotation(20);
    around_.tell("down: taken +" + delay.to_string());
    if (answers)
        answering_ = trans;
    tlm::tlm_sync_enum status = socket->nb_transport_bw(*trans, phase, delay);
    if (answers && status != tlm::TLM_ACCEPTED)
        answering_ = nullptr;
    if (!answers || status != tlm::TLM_ACCEPTED)
        trans->release();
}

void world_receiver::b_transport(tlm::tlm_generic_payload &, sc_time &)
{
    around_.broke("down: b_transport from a module without threads");
}

} // namespace prisim_test
