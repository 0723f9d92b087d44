/* SPDX-License-Identifier: Apache-2.0
 *
 * The plain model: registers, interrupts, acknowledges (SMMU-IRQCTRL, SMMU-GERROR, SMMU-IRQCFG, SMMU-QUEUE,
 * SMMU-PRIOVF, SMMU-PRIIRQ, SMMU-PRIQEN); one edge as a whole; and which pairs of the same-edge table it was.
 */
#include "tests/lockstep/scoreboard.h"

#include <cstring>
#include <utility>

namespace lockstep
{

enum { CAUSE_EDGES = 2 }; /* docs/timing/pri_queue.md: an interrupt is one edge behind its cause */

/* SMMU-PRIIRQ. The pulse stands for causes of earlier edges. */
void scoreboard::check_interrupt(const prisim_pri_queue_interrupt &said)
{
    expect(prod_cause_ || dropped_cause_, "INTERRUPT: without a cause, or before PROD or OVFLG was visible");
    expect(said.prod == (prod_ & 0xfffff), "INTERRUPT: another PROD");
    prod_cause_ = dropped_cause_ = false;
    hit_if(!config_.msi_supported, BIN_MSI_UNSUPPORTED);
    hit_if(config_.msi_supported && !msi_address_, BIN_MSI_NO_ADDRESS);
    if (config_.msi_supported && msi_address_) {
        hit_if(msi_wanted_, BIN_MSI_COALESCED);
        msi_wanted_ = true;
    }
}

/* SMMU-IRQCFG */
void scoreboard::check_msi(const prisim_memory_request &said)
{
    uint32_t data;
    std::memcpy(&data, said.data, sizeof data);
    expect(msi_wanted_ && !msi_out_, "MEMORY_REQUEST: an MSI that nobody wanted");
    expect(said.address == msi_address_ && data == msi_data_, "MEMORY_REQUEST: not the MSI's address and data");
    expect(said.size == 4 && said.write == 1, "MEMORY_REQUEST: the MSI is not a write of 4 bytes");
    msi_wanted_ = false;
    msi_out_ = true;
    hit(BIN_MSI_SENT);
}

/* SMMU-PRIIRQ, when PROD passes a record. */
void scoreboard::written(const struct earlier &before)
{
    uint32_t index = unpublished_[0].index;
    const prisim_page_request &request = unpublished_[0].request;
    bool empty = ((prod_ ^ before.cons) & mask()) == 0;
    bool last = request.access & PRISIM_ACCESS_LAST;
    bool wanted = before.last_only ? last : empty;
    bool irqen = before.enable & PRISIM_PRI_QUEUE_ENABLE_IRQEN;
    prod_ = (index + 1) & mask();
    unpublished_count_--;
    for (uint32_t i = 0; i < unpublished_count_; i++)
        unpublished_[i] = unpublished_[i + 1];
    if (wanted && irqen) {
        prod_cause_ = true;
        cause_at_ = now_;
    }
    hit_if(wanted && !irqen, BIN_IRQ_OFF_WRITTEN);
    if (!irqen)
        return;
    if (before.last_only) {
        hit(last ? BIN_IRQ_LO1_WRITTEN : BIN_IRQ_LO1_NOT_LAST);
        hit_if(kind_of(request) == KIND_MARKER, BIN_IRQ_LO1_MARKER);
    } else {
        hit(empty ? BIN_IRQ_LO0_EMPTY : BIN_IRQ_LO0_NOT_EMPTY);
    }
}

/* SMMU-CR0, SMMU-IRQCTRL, SMMU-PRIQEN */
void scoreboard::check_ack(uint32_t ack, const struct earlier &before)
{
    uint32_t moved = ack ^ ack_;
    uint32_t rises = moved & ack, falls = moved & ~ack;
    expect((rises & ~before.enable) == 0, "STATUS: acknowledges an enable that is 0");
    expect((falls & before.enable) == 0, "STATUS: acknowledges the clearing of an enable that is 1");
    if (falls & (PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN))
        expect(!before.flights && !before.unpublished, "STATUS: disabled before all records are visible");
    if (falls & PRISIM_PRI_QUEUE_ENABLE_IRQEN)
        expect(!before.interrupt_busy, "STATUS: IRQEN is acknowledged before the interrupt is done");
    ack_ = ack;
}

/* SMMU-QUEUE, overflow flag protocol: a request that would find the queue full by records on their way waits. */
void scoreboard::look_at_wait(const inputs &in, bool request_taken)
{
    bool offered = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_REQUEST) && !in.request.secure;
    if (offered && !request_taken && (flights_ || unpublished_count_) && outcome(in.request) == PRISIM_CAUSE_QUEUE_FULL)
        held_ = true;
}

void scoreboard::check_status(const outputs &out, const struct earlier &before)
{
    uint32_t changed = out.status.changed;
    if (changed & PRISIM_PRI_QUEUE_CHANGED_PROD) {
        expect(unpublished_count_, "STATUS: PROD moved without a record");
        if (unpublished_count_)
            written(before);
    }
    if (changed & PRISIM_PRI_QUEUE_CHANGED_OVERFLOW) {
        expect(flag_ != ovflg_, "STATUS: OVFLG toggled without an overflow");
        ovflg_ = flag_;
    }
    expect(flag_ == ovflg_, "STATUS: the overflow that started at this edge is missing");
    expect(!(changed & PRISIM_PRI_QUEUE_CHANGED_ACK) == (out.status.enable_ack == ack_),
           "STATUS: enable_ack and `changed`");
    check_ack(out.status.enable_ack, before);
}

void scoreboard::control_base(uint64_t value)
{
    uint32_t log2 = value & 31;
    hit_if(log2 > config_.size_log2_max, BIN_BASE_CAPPED);
    log2_ = log2 < config_.size_log2_max ? log2 : config_.size_log2_max;
    uint64_t address = value & UINT64_C(0x00ffffffffffffe0);
    base_ = address & ~((UINT64_C(16) << log2_) - 1);
    hit_if(base_ != address, BIN_BASE_ALIGNED);
}

void scoreboard::control_cons(uint32_t value)
{
    bool moves = ((value ^ cons_) & mask()) != 0;
    bool acknowledges = flag_ == ovflg_ && flag_ != (cons_ >> 31) && flag_ == (value >> 31);
    hit_if(moves && !acknowledges, BIN_CONS_RD);
    hit_if(!moves && acknowledges, BIN_CONS_ACK);
    hit_if(moves && acknowledges, BIN_CONS_BOTH);
    hit_if(((prod_ - value) & mask()) > UINT32_C(1) << log2_, BIN_CONS_IMPOSSIBLE);
    cons_ = value;
}

void scoreboard::control_enable(uint32_t value)
{
    uint32_t rises = value & ~enable_, falls = enable_ & ~value;
    bool busy = flights_ || unpublished_count_;
    bool interrupts = prod_cause_ || dropped_cause_ || msi_wanted_ || msi_out_;
    hit_if((falls & PRISIM_PRI_QUEUE_ENABLE_PRIQEN) && busy, BIN_PRIQEN_OFF_BUSY);
    hit_if((falls & PRISIM_PRI_QUEUE_ENABLE_PRIQEN) && !busy, BIN_PRIQEN_OFF_QUIET);
    hit_if((falls & PRISIM_PRI_QUEUE_ENABLE_SMMUEN) && busy, BIN_SMMUEN_OFF_BUSY);
    hit_if((falls & PRISIM_PRI_QUEUE_ENABLE_SMMUEN) && !busy, BIN_SMMUEN_OFF_QUIET);
    hit_if((falls & PRISIM_PRI_QUEUE_ENABLE_IRQEN) && interrupts, BIN_IRQEN_OFF_BUSY);
    hit_if((falls & PRISIM_PRI_QUEUE_ENABLE_IRQEN) && !interrupts, BIN_IRQEN_OFF_QUIET);
    hit_if(rises & ack_ & 3, BIN_ENABLE_AGAIN);
    if (rises & PRISIM_PRI_QUEUE_ENABLE_PRIQEN) {
        hit_if(flag_ != (cons_ >> 31), BIN_ENABLED_IN_OVERFLOW);
        hit_if(full(cons_), BIN_ENABLED_FULL);
    }
    enable_ = value;
}

void scoreboard::control(const prisim_pri_queue_control &control)
{
    uint64_t value = control.value;
    switch (static_cast<prisim_pri_queue_control_what>(control.what)) {
    case PRISIM_PRI_QUEUE_BASE:
        return control_base(value);
    case PRISIM_PRI_QUEUE_PROD:
        hit_if(ovflg_ != (value >> 31 & 1), BIN_PROD_WRITTEN);
        prod_ = reserve_ = value & 0xfffff;
        ovflg_ = flag_ = value >> 31 & 1;
        return;
    case PRISIM_PRI_QUEUE_CONS:
        return control_cons(static_cast<uint32_t>(value) & (0xfffff | PRISIM_PRI_QUEUE_OVFLG));
    case PRISIM_PRI_QUEUE_IRQ_CFG0:
        msi_address_ = value & UINT64_C(0x00fffffffffffffc);
        return;
    case PRISIM_PRI_QUEUE_IRQ_CFG1:
        msi_data_ = static_cast<uint32_t>(value);
        return;
    case PRISIM_PRI_QUEUE_IRQ_CFG2:
        last_only_ = value >> 31 & 1;
        return;
    case PRISIM_PRI_QUEUE_ENABLE:
        return control_enable(value & 7);
    case PRISIM_PRI_QUEUE_ABORT_ACTIVE:
        hit_if(!(value & 1) && raised_, BIN_ABORT_CROSSED);
        hit_if(!(value & 1) && active_ && failing_ && !raised_, BIN_ACKNOWLEDGED_EARLY);
        hit_if(!(value & 1) && lost_active_, BIN_ABORT_CROSSED_ACTIVE);
        lost_active_ = false;
        active_ = value & 1;
        if (active_)
            raised_ = false;
        return;
    }
}

/* Before the registers move: docs/timing/pri_queue.md "Same-edge table". */
void scoreboard::pairs(const inputs &in, const outputs &out, bool request_taken, uint32_t put,
                       const struct earlier &before)
{
    const prisim_pri_queue_control &control = in.control;
    bool controls = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_CONTROL);
    auto writes = [&](unsigned what) { return controls && control.what == what; };
    uint32_t rd = static_cast<uint32_t>(control.value);
    uint32_t enable = writes(PRISIM_PRI_QUEUE_ENABLE) ? control.value & 7 : before.enable;
    bool overflow = decided_ == PRISIM_CAUSE_OVERFLOW_ACTIVE || decided_ == PRISIM_CAUSE_QUEUE_FULL;
    bool moved = has(put, PRISIM_PRI_QUEUE_TX_STATUS) && (out.status.changed & PRISIM_PRI_QUEUE_CHANGED_PROD);
    bool commits = has(put, PRISIM_PRI_QUEUE_TX_COMMIT);
    if (request_taken) {
        if (writes(PRISIM_PRI_QUEUE_CONS)) {
            hit_if(decided_ == PRISIM_CAUSE_QUEUE_FULL && !full(rd), BIN_EDGE_REQUEST_CONS);
            hit_if(decided_ == PRISIM_CAUSE_OVERFLOW_ACTIVE && (rd >> 31) == flag_, BIN_EDGE_REQUEST_OVACKFLG);
            hit_if(decided_ == PRISIM_CAUSE_QUEUE_FULL && (rd >> 31) == before.ovflg, BIN_EDGE_OVERFLOW_ACK);
        }
        hit_if(decided_ == PRISIM_CAUSE_ACCEPTED && (enable & 3) != 3, BIN_EDGE_REQUEST_DISABLE);
        hit_if(decided_ == PRISIM_CAUSE_QUEUE_OFF && (enable & 3) == 3, BIN_EDGE_REQUEST_ENABLE);
        hit_if(commits && out.commit.cause == PRISIM_CAUSE_ACCEPTED, BIN_EDGE_REQUEST_COMMIT);
        hit_if(decided_ == PRISIM_CAUSE_ACCEPTED && commits && out.commit.cause != PRISIM_CAUSE_ACCEPTED,
               BIN_EDGE_REQUEST_ABORT);
        if (writes(PRISIM_PRI_QUEUE_ABORT_ACTIVE)) {
            hit_if(decided_ == PRISIM_CAUSE_ACCEPTED && (control.value & 1), BIN_EDGE_REQUEST_ACTIVE);
            hit_if(decided_ == PRISIM_CAUSE_QUEUE_ABORTED && !(control.value & 1), BIN_EDGE_REQUEST_INACTIVE);
        }
        if (overflow && (in.request.access & PRISIM_ACCESS_LAST)) {
            hit_if(writes(PRISIM_PRI_QUEUE_IRQ_CFG2) && (rd >> 31) != before.last_only, BIN_EDGE_DROPPED_LO);
            hit_if(before.last_only && ((enable ^ before.enable) & PRISIM_PRI_QUEUE_ENABLE_IRQEN),
                   BIN_EDGE_DROPPED_IRQEN);
        }
        hit_if(request_answered_ && lost_answered_, BIN_EDGE_TWO_ANSWERS);
    }
    if (moved) {
        bool was = ((before.prod ^ before.cons) & mask()) == 0, would = ((before.prod ^ rd) & mask()) == 0;
        hit_if(writes(PRISIM_PRI_QUEUE_CONS) && !before.last_only && was != would, BIN_EDGE_PROD_CONS);
        hit_if((enable ^ before.enable) & PRISIM_PRI_QUEUE_ENABLE_IRQEN, BIN_EDGE_PROD_IRQEN);
    }
    bool msi = has(put, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST) && out.memory.id == MSI_ID;
    hit_if(record_answered_ && msi, BIN_EDGE_RECORD_RESPONSE_MSI);
    hit_if(msi_answered_ && has(put, PRISIM_PRI_QUEUE_TX_INTERRUPT), BIN_EDGE_MSI_RESPONSE_INTERRUPT);
    hit_if(has(put, PRISIM_PRI_QUEUE_TX_ABORT) && out.abort.record && out.abort.msi, BIN_EDGE_TWO_ABORTS);
    for (uint32_t i = 0; msi && i < flights_; i++)
        if (!nth(i).offered) {
            hit_if(!failing_ && now_ >= nth(i).due, BIN_EDGE_RECORD_MSI_DUE);
            break;
        }
    hit_if(lookup_answered_ && !response_waits_, BIN_EDGE_LOOKUP_RESPONSE_FREE);
    hit_if((before.enable & ~enable & 1) && record_answered_ && before.flights == 1, BIN_EDGE_DISABLE_LAST_RESPONSE);
}

bool scoreboard::observe(const inputs &in, const outputs &out, bool request_taken, uint32_t taken, uint32_t put)
{
    const uint64_t now = now_++;
    bool waits = prod_cause_ || dropped_cause_;
    const uint32_t arrives =
        1 << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE | 1 << PRISIM_PRI_QUEUE_RX_LOOKUP | 1 << PRISIM_PRI_QUEUE_RX_CONTROL;
    response_waits_ = has(out.valid & ~put, PRISIM_PRI_QUEUE_TX_RESPONSE);
    if (!request_taken && !taken && !put && !waits && !(in.rx_valid & arrives))
        return true;
    now_ = now;
    const struct earlier before = {prod_,
                                   cons_,
                                   enable_,
                                   flights_,
                                   unpublished_count_,
                                   last_only_,
                                   ovflg_,
                                   prod_cause_ || dropped_cause_ || msi_wanted_ || msi_out_};
    decided_ = PRISIM_CAUSE_NONE;
    record_answered_ = msi_answered_ = lookup_answered_ = lost_answered_ = request_answered_ = false;

    if (has(taken, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST)) {
        msi_taken_ |= offered_id_ == MSI_ID;
        for (uint32_t i = 0; i < flights_; i++)
            nth(i).taken |= nth(i).offered && nth(i).id == offered_id_;
    }
    if (has(put, PRISIM_PRI_QUEUE_TX_RESPONSE))
        check_response(out.response);
    if (has(in.rx_valid, PRISIM_PRI_QUEUE_RX_LOOKUP))
        lookup_answers(in.lookup); /* a question put at this edge is not meant */
    if (has(put, PRISIM_PRI_QUEUE_TX_LOOKUP))
        check_lookup(out.lookup);
    if (has(put, PRISIM_PRI_QUEUE_TX_INTERRUPT))
        check_interrupt(out.interrupt);
    else
        expect(!waits || now_ < cause_at_ + CAUSE_EDGES, "INTERRUPT: missing");
    if (has(put, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST)) {
        offered_id_ = out.memory.id;
        out.memory.id == MSI_ID ? check_msi(out.memory) : check_record(out.memory);
    }
    expect(request_taken == has(put, PRISIM_PRI_QUEUE_TX_DECISION), "DECISION: not one per request taken");
    look_at_wait(in, request_taken);
    if (request_taken)
        check_decision(in, out);
    if (has(put, PRISIM_PRI_QUEUE_TX_STATUS))
        check_status(out, before);
    bool msi_aborted = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE) && memory_answers(in.memory);
    expect(msi_aborted == (has(put, PRISIM_PRI_QUEUE_TX_ABORT) && out.abort.msi), "ABORT: of an MSI");
    bool failing = failing_;
    if (has(put, PRISIM_PRI_QUEUE_TX_COMMIT))
        check_commit(out.commit);
    check_abort(has(put, PRISIM_PRI_QUEUE_TX_ABORT) && out.abort.record, out.abort);
    std::swap(failing, failing_);
    pairs(in, out, request_taken, put, before);
    std::swap(failing, failing_);
    if (has(in.rx_valid, PRISIM_PRI_QUEUE_RX_CONTROL))
        control(in.control);
    bool software = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_CONTROL) &&
                    (in.control.what == PRISIM_PRI_QUEUE_PROD || in.control.what == PRISIM_PRI_QUEUE_CONS);
    if (has(put, PRISIM_PRI_QUEUE_TX_STATUS)) {
        expect(software == !!(out.status.changed & PRISIM_PRI_QUEUE_CHANGED_WRITTEN), "STATUS: CHANGED_WRITTEN");
        expect(out.status.prod == (prod_ | (ovflg_ ? PRISIM_PRI_QUEUE_OVFLG : 0)), "STATUS: another PROD");
        expect(out.status.cons == cons_, "STATUS: another CONS");
    } else {
        expect(!software, "STATUS: missing after a write of PROD or CONS");
    }
    now_++;
    return !complaint_;
}

bool scoreboard::end(bool drained, const outputs &out)
{
    if (!drained) {
        hit_if(flights_ != 0, BIN_RESET_BUSY);
        return true;
    }
    expect(!flights_ && !unpublished_count_, "drained: a record never became visible");
    expect(!answers_, "drained: an answer is missing");
    expect(flag_ == ovflg_, "drained: OVFLG is missing");
    expect(abort_due_ == PRISIM_CAUSE_NONE, "drained: ABORT is missing");
    expect(!prod_cause_ && !dropped_cause_ && !msi_wanted_ && !msi_out_, "drained: an interrupt or MSI is missing");
    expect(ack_ == enable_, "drained: enables are not acknowledged");
    expect(out.idle && !out.valid, "drained: not idle");
    hit(BIN_DRAINED);
    return !complaint_;
}

} // namespace lockstep
