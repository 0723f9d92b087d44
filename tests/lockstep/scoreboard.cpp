/* SPDX-License-Identifier: Apache-2.0
 *
 * The plain model: what a request becomes, its record, its answer (SMMU-PRIENTRY, SMMU-PRIMSG, SMMU-PRIOUTCOME,
 * SMMU-PRIAUTO).
 */
#include "tests/lockstep/scoreboard.h"

#include <cstring>

#include "model/pcie/tlp.h"

namespace lockstep
{

namespace
{

/* SMMU-PRIENTRY, written down a second time. SSV needs substreams. */
void pack(const prisim_pri_queue_config &config, const prisim_page_request &request, uint64_t data[2])
{
    uint64_t access = request.access;
    data[0] = request.stream_id | (access >> 0 & 1) << 60 | (access >> 1 & 1) << 61 | (access >> 2 & 1) << 62;
    if (request.has_pasid && config.pasid_supported)
        data[0] |= static_cast<uint64_t>(request.pasid & 0xfffff) << 32 | (access >> 4 & 1) << 58 |
                   (access >> 3 & 1) << 59 | UINT64_C(1) << 63;
    data[1] = (request.address >> 12 << 12) | (request.prg_index & 0x1ff);
}

} // namespace

/* SMMU-PRIMSG, and SMMU-PRIENTRY: a marker has SSV=1, so there is none without substreams. */
enum kind scoreboard::kind_of(const prisim_page_request &request) const
{
    if (!(request.access & PRISIM_ACCESS_LAST))
        return KIND_NOT_LAST;
    if (request.access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE))
        return KIND_LAST;
    bool marker = request.has_pasid && (config_.pasid_supported || !config_.stop_marker_needs_ssv);
    return marker ? KIND_MARKER : KIND_LAST_NO_ACCESS;
}

void scoreboard::begin(const prisim_pri_queue_config &config)
{
    struct coverage *coverage = coverage_;
    *this = scoreboard(coverage);
    config_ = config;
    coverage_->variant[config.pps << 4 | config.pasid_supported << 3 | config.msi_supported << 2 |
                       config.auto_fail_last_only << 1 | config.stop_marker_needs_ssv]++;
}

/* SMMU-QUEUE */
bool scoreboard::full(uint32_t rd) const
{
    uint32_t size = UINT32_C(1) << log2_;
    return ((reserve_ - rd) & mask()) >= size || ((prod_ - rd) & mask()) >= size;
}

/* SMMU-PRIOUTCOME */
enum prisim_cause scoreboard::outcome(const prisim_page_request &request) const
{
    if ((enable_ & 3) != 3)
        return PRISIM_CAUSE_QUEUE_OFF;
    if (raised_ || active_)
        return PRISIM_CAUSE_QUEUE_ABORTED;
    if (request.secure)
        return PRISIM_CAUSE_SECURE_STREAM;
    if (flag_ != (cons_ >> 31))
        return PRISIM_CAUSE_OVERFLOW_ACTIVE;
    return full(cons_) ? PRISIM_CAUSE_QUEUE_FULL : PRISIM_CAUSE_ACCEPTED;
}

void scoreboard::answer(const prisim_page_request &request, unsigned code, bool pasid, enum prisim_cause cause)
{
    struct expected &next = answer_[(answer_head_ + answers_++) & (ANSWERS - 1)];
    next = expected{};
    next.response.stream_id = request.stream_id;
    next.response.prg_index = request.prg_index;
    next.response.has_pasid = pasid;
    next.response.pasid = request.pasid;
    next.response.code = static_cast<uint8_t>(code);
    next.response.cause = cause;
    expect(answers_ <= 8, "more than 8 answers wait");
    hit_if(answers_ == 8, BIN_ANSWERS_FULL);
}

/* SMMU-PRIOUTCOME-1 to SMMU-PRIOUTCOME-3 and SMMU-PRIOUTCOME-7 */
void scoreboard::refuse(const prisim_page_request &request, enum prisim_cause cause, unsigned row)
{
    enum kind kind = kind_of(request);
    coverage_->outcome[row - 1][kind]++;
    if (kind == KIND_MARKER)
        return;
    if (kind == KIND_NOT_LAST && config_.auto_fail_last_only) {
        hit(BIN_LAST_ONLY_SILENT);
        return;
    }
    (row == 7 ? lost_answered_ : request_answered_) = true;
    answer(request, PRISIM_PRG_FAILURE, false, cause);
}

/* SMMU-PRIOUTCOME-4 and SMMU-PRIOUTCOME-5, SMMU-PRIAUTO, SMMU-PRIIRQ */
void scoreboard::drop(const prisim_page_request &request, bool starts)
{
    enum kind kind = kind_of(request);
    coverage_->outcome[starts ? 4 : 3][kind]++;
    if (starts) {
        /* SMMU-QUEUE, overflow flag protocol */
        expect(((prod_ - cons_) & mask()) >= UINT32_C(1) << log2_,
               "DECISION: an overflow, and PROD shows no full queue");
        flag_ = !flag_;
    } else {
        hit_if(!full(cons_), BIN_IN_OVERFLOW_WITH_ROOM);
    }
    if (kind == KIND_NOT_LAST)
        return;
    bool irqen = enable_ & PRISIM_PRI_QUEUE_ENABLE_IRQEN;
    hit_if(!last_only_ && irqen, BIN_IRQ_LO0_DROPPED);
    hit_if(last_only_ && !irqen, BIN_IRQ_OFF_DROPPED);
    if (last_only_ && irqen) {
        dropped_cause_ = true;
        cause_at_ = now_;
        hit(starts ? BIN_IRQ_LO1_DROPPED_5 : BIN_IRQ_LO1_DROPPED_4);
        hit_if(kind == KIND_MARKER, BIN_IRQ_LO1_MARKER_DROPPED);
    }
    if (kind == KIND_MARKER)
        return;
    request_answered_ = true;
    if (!request.has_pasid || !config_.pasid_supported) {
        bool unsupported = request.has_pasid;
        hit_if(unsupported, starts ? BIN_ANSWER_UNSUPPORTED_5 : BIN_ANSWER_UNSUPPORTED_4);
        hit_if(!unsupported, starts ? BIN_ANSWER_NO_PASID_5 : BIN_ANSWER_NO_PASID_4);
        answer(request, PRISIM_PRG_SUCCESS, false, PRISIM_CAUSE_AUTO_NO_PASID);
    } else if (config_.pps) {
        hit(starts ? BIN_ANSWER_PPS_5 : BIN_ANSWER_PPS_4);
        answer(request, PRISIM_PRG_SUCCESS, true, PRISIM_CAUSE_AUTO_PPS);
    } else {
        answer(request, PRISIM_PRG_SUCCESS, false, PRISIM_CAUSE_AUTO_NO_PPAR);
        struct expected &last = answer_[(answer_head_ + answers_ - 1) & (ANSWERS - 1)];
        last.lookup = true;
        last.starts = starts;
    }
}

/* SMMU-PRIOUTCOME-6 */
void scoreboard::accept(const prisim_page_request &request)
{
    expect(flights_ < config_.records_in_flight, "more records in flight than configured");
    coverage_->outcome[5][kind_of(request)]++;
    if (flights_ == FLIGHTS)
        return;
    struct flight &last = nth(flights_++);
    last = flight{};
    last.request = request;
    last.index = reserve_ & mask();
    last.due = now_ + config_.write_latency;
    for (uint32_t i = 0; i < flights_ - 1; i++)
        if (((nth(i).index ^ last.index) & (mask() >> 1)) == 0)
            nth(i).overlapped = last.overlapped = true;
    pack(config_, request, last.data);
    hit_if(request.has_pasid && !config_.pasid_supported, BIN_RECORD_UNSUPPORTED);
    hit_if(last.index == mask(), BIN_INDEX_WRAPS);
    hit_if(flights_ == config_.records_in_flight && flights_ > 1, BIN_RECORDS_MAX);
    reserve_ = last.index + 1;
}

void scoreboard::check_decision(const inputs &in, const outputs &out)
{
    const prisim_pri_queue_decision &said = out.decision;
    const prisim_page_request &request = in.request;
    decided_ = outcome(request);
    expect(said.cause == decided_, "DECISION: another outcome of SMMU-PRIOUTCOME");
    expect(!std::memcmp(&said.request, &request, sizeof request), "DECISION: not the request that was taken");
    expect(said.overflow_starts == (decided_ == PRISIM_CAUSE_QUEUE_FULL), "DECISION: overflow_starts");
    if (held_) {
        hit_if(decided_ == PRISIM_CAUSE_QUEUE_FULL, BIN_FULL_WAITED);
        hit_if(decided_ == PRISIM_CAUSE_ACCEPTED, BIN_FULL_WAITED_ROOM);
        hit_if(decided_ == PRISIM_CAUSE_QUEUE_ABORTED, BIN_FULL_WAITED_LOST);
        held_ = false;
    }
    if (decided_ == PRISIM_CAUSE_ACCEPTED) {
        uint32_t index = reserve_ & mask();
        expect(said.slot == (index & (mask() >> 1)) && said.lap == index >> log2_, "DECISION: slot or lap");
        accept(request);
    } else if (decided_ == PRISIM_CAUSE_OVERFLOW_ACTIVE || decided_ == PRISIM_CAUSE_QUEUE_FULL) {
        drop(request, decided_ == PRISIM_CAUSE_QUEUE_FULL);
    } else {
        unsigned row = decided_ == PRISIM_CAUSE_QUEUE_OFF ? 1 : decided_ == PRISIM_CAUSE_QUEUE_ABORTED ? 2 : 3;
        refuse(request, decided_, row);
        bool irq = last_only_ && (enable_ & PRISIM_PRI_QUEUE_ENABLE_IRQEN) && (request.access & PRISIM_ACCESS_LAST);
        hit_if(irq, BIN_IRQ_LO1_OTHER);
        hit_if(row == 1 && flights_, BIN_ROW1_BUSY);
    }
}

/* SMMU-PRIENTRY: the record, in its slot. */
void scoreboard::check_record(const prisim_memory_request &request)
{
    uint32_t n = 0;
    while (n < flights_ && nth(n).offered)
        n++;
    if (n == flights_)
        return expect(false, "MEMORY_REQUEST: a record that nobody accepted");
    struct flight &next = nth(n);
    expect(!failing_, "MEMORY_REQUEST: a record behind one that aborted");
    expect(now_ >= next.due, "MEMORY_REQUEST: before write_latency");
    uint32_t slot = next.index & (mask() >> 1);
    expect(request.address == base_ + UINT64_C(16) * slot, "MEMORY_REQUEST: not the record's slot");
    expect(request.size == 16 && request.write == 1, "MEMORY_REQUEST: not a write of 16 bytes");
    expect(!std::memcmp(request.data, next.data, 16), "MEMORY_REQUEST: not the record of SMMU-PRIENTRY");
    for (uint32_t i = 0; i < n; i++)
        expect(nth(i).id != request.id, "MEMORY_REQUEST: id is outstanding");
    next.offered = true;
    next.id = request.id;
    next.address = request.address;
}

void scoreboard::check_response(const prisim_prg_response &said)
{
    if (!answers_)
        return expect(false, "RESPONSE: none is due");
    const struct expected &head = answer_[answer_head_];
    const prisim_prg_response &due = head.response;
    expect(!head.lookup, "RESPONSE: before PPAR was looked up");
    expect(said.stream_id == due.stream_id && said.prg_index == due.prg_index, "RESPONSE: to another group");
    expect(said.code == due.code && said.cause == due.cause, "RESPONSE: code or cause");
    expect(said.has_pasid == due.has_pasid && (!due.has_pasid || said.pasid == due.pasid), "RESPONSE: PASID");
    answer_head_ = (answer_head_ + 1) & (ANSWERS - 1);
    answers_--;
}

void scoreboard::check_lookup(const prisim_pri_queue_lookup &said)
{
    struct expected &head = answer_[answer_head_];
    bool due = answers_ && head.lookup && !head.asked;
    expect(due && said.stream_id == head.response.stream_id, "LOOKUP: not the answer's StreamID");
    head.asked = true;
}

/* SMMU-PRIAUTO, rows with PPS=0 */
void scoreboard::lookup_answers(const prisim_pri_queue_ppar &ppar)
{
    struct expected &head = answer_[answer_head_];
    if (!answers_ || !head.asked || !head.lookup) {
        hit(BIN_STRAY_LOOKUP);
        return;
    }
    lookup_answered_ = true;
    head.lookup = false;
    if (!ppar.reachable) {
        head.response.code = PRISIM_PRG_FAILURE;
        head.response.cause = PRISIM_CAUSE_AUTO_NO_STE;
        hit(head.starts ? BIN_ANSWER_NO_STE_5 : BIN_ANSWER_NO_STE_4);
    } else if (ppar.ppar) {
        head.response.has_pasid = 1;
        head.response.cause = PRISIM_CAUSE_AUTO_PPAR;
        hit(head.starts ? BIN_ANSWER_PPAR_5 : BIN_ANSWER_PPAR_4);
    } else {
        hit(head.starts ? BIN_ANSWER_NO_PPAR_5 : BIN_ANSWER_NO_PPAR_4);
    }
}

/* SMMU-PRIOUTCOME-7 and SMMU-PRIOUTCOME-8. PROD does not pass a lost record, nor what lies behind it. */
void scoreboard::lose(struct flight &head, const prisim_pri_queue_commit &said)
{
    bool late = head.answered && head.status == PRISIM_MEMORY_ABORT_LATE;
    enum prisim_cause cause = late ? PRISIM_CAUSE_WRITE_ABORT_LATE : PRISIM_CAUSE_WRITE_ABORT;
    expect(said.cause == cause, "COMMIT: another cause of the loss");
    if (!failing_) {
        hit(late ? BIN_LOST_OWN_LATE : BIN_LOST_OWN_SYNC);
        hit_if(active_, BIN_LOST_WHILE_ACTIVE);
        failing_ = true;
        reserve_ = head.index;
        raised_ = !active_;
        abort_due_ = cause;
        abort_waits_ = false;
    } else {
        hit_if(head.answered && head.status == PRISIM_MEMORY_OK, BIN_LOST_BEHIND_OK);
        hit_if(late, BIN_LOST_BEHIND_LATE);
        hit_if(!head.offered, BIN_LOST_NOT_OFFERED);
    }
    bool irq = last_only_ && (enable_ & PRISIM_PRI_QUEUE_ENABLE_IRQEN) && (head.request.access & PRISIM_ACCESS_LAST);
    hit_if(irq, BIN_IRQ_LO1_LOST);
    if (late)
        coverage_->outcome[7][kind_of(head.request)]++;
    else
        refuse(head.request, cause, 7);
}

/* SMMU-PRIOUTCOME, "Abort and the writes beside it": once for a loss, and when no other record is on its way to memory.
 */
void scoreboard::check_abort(bool told, const prisim_pri_queue_abort &abort)
{
    bool under_way = false;
    for (uint32_t i = 0; i < flights_; i++)
        under_way |= nth(i).offered && !nth(i).answered;
    if (!told) {
        expect(abort_due_ == PRISIM_CAUSE_NONE || under_way, "ABORT: missing for the first record that is lost");
        abort_waits_ |= abort_due_ != PRISIM_CAUSE_NONE;
        return;
    }
    expect(abort_due_ != PRISIM_CAUSE_NONE, "ABORT: no record was lost, or again for the same loss");
    expect(!under_way, "ABORT: another record is still on its way to memory");
    expect(abort.cause == abort_due_, "ABORT: another cause");
    hit_if(abort_waits_, BIN_ABORT_WAITED);
    abort_due_ = PRISIM_CAUSE_NONE;
    raised_ = !active_;
    lost_active_ = active_;
}

void scoreboard::check_commit(const prisim_pri_queue_commit &said)
{
    if (!flights_)
        return expect(false, "COMMIT: nothing is in flight");
    struct flight &head = nth(0);
    expect(!std::memcmp(&said.request, &head.request, sizeof head.request), "COMMIT: not the oldest record");
    expect(said.slot == (head.index & (mask() >> 1)) && said.lap == head.index >> log2_, "COMMIT: slot or lap");
    expect(head.answered || (failing_ && !head.offered), "COMMIT: before memory answered");
    if (failing_ || head.status != PRISIM_MEMORY_OK) {
        lose(head, said);
    } else {
        expect(said.cause == PRISIM_CAUSE_ACCEPTED, "COMMIT: lost, but it was written");
        const auto &there = memory_[head.address >> 4 & (MEMORY_SLOTS - 1)];
        bool in_memory =
            there.address == head.address && there.data[0] == head.data[0] && there.data[1] == head.data[1];
        for (uint32_t i = 1; i < flights_; i++)
            hit_if(nth(i).answered && nth(i).status != PRISIM_MEMORY_OK, BIN_WRITTEN_BEFORE_LOST);
        expect(in_memory || head.overlapped, "COMMIT: the record is not in memory");
        if (unpublished_count_ < 4)
            unpublished_[unpublished_count_++] = {head.index, head.request};
    }
    head_++;
    flights_--;
    if (!flights_)
        failing_ = false;
}

bool scoreboard::memory_answers(const prisim_memory_response &response)
{
    if (response.id == MSI_ID && msi_taken_) {
        msi_answered_ = true;
        msi_out_ = msi_taken_ = false;
        hit_if(response.status == PRISIM_MEMORY_ABORT, BIN_MSI_ABORT_SYNC);
        hit_if(response.status == PRISIM_MEMORY_ABORT_LATE, BIN_MSI_ABORT_LATE);
        return response.status != PRISIM_MEMORY_OK;
    }
    bool older = false; /* a record before it has no answer yet */
    for (uint32_t i = 0; i < flights_; i++) {
        struct flight &each = nth(i);
        if (!each.taken || each.answered || each.id != response.id) {
            older |= !each.answered;
            continue;
        }
        each.answered = record_answered_ = true;
        each.status = response.status;
        hit_if(older, BIN_RESPONSE_OUT_OF_ORDER);
        hit_if(older && response.status != PRISIM_MEMORY_OK, BIN_LOST_OUT_OF_ORDER);
        if (response.status == PRISIM_MEMORY_OK)
            memory_[each.address >> 4 & (MEMORY_SLOTS - 1)] = {each.address, {each.data[0], each.data[1]}};
        return false;
    }
    hit(BIN_STRAY_RESPONSE);
    return false;
}

} // namespace lockstep
