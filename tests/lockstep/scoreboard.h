/* SPDX-License-Identifier: Apache-2.0
 *
 * The scoreboard: a plain model of SMMU-PRIOUTCOME-4.9 without clock stages. It is told what crossed the pins, in the
 * order of the same-edge table, keeps the registers and the memory that follow from it, and says which outcome, record,
 * answer, PROD or interrupt cannot be. It does not say when: that is compared between the two queues. It also knows
 * what a run has met (coverage).
 */
#ifndef PRISIM_LOCKSTEP_SCOREBOARD_H
#define PRISIM_LOCKSTEP_SCOREBOARD_H

#include "tests/lockstep/coverage.h"

namespace lockstep
{

class scoreboard
{
  public:
    explicit scoreboard(struct coverage *coverage) : coverage_(coverage)
    {
    }
    void begin(const prisim_pri_queue_config &config);
    /* One edge: what was offered and what the queue published. False: see complaint(). */
    bool observe(const inputs &in, const outputs &out, bool request_taken, uint32_t taken, uint32_t put);
    /* At the end of an episode: everything must be done (`drained`), or counts what the reset cut off. */
    bool end(bool drained, const outputs &out);
    const char *complaint() const
    {
        return complaint_;
    }
    void mute(struct coverage *elsewhere) /* counts there from now on */
    {
        coverage_ = elsewhere;
    }

  private:
    struct flight { /* an accepted record, from its decision to its commit */
        prisim_page_request request;
        uint32_t index; /* slot and wrap bit */
        uint64_t due;
        uint32_t id;
        bool offered, taken, answered;
        bool overlapped; /* an impossible RD freed its slot while another record is on its way there */
        uint8_t status;
        uint64_t address, data[2];
    };
    struct expected { /* an automatic answer */
        prisim_prg_response response;
        bool lookup, asked, starts;
    };
    struct earlier { /* registers as the edge before left them, where later parts of an edge still want them */
        uint32_t prod, cons, enable, flights, unpublished;
        bool last_only, ovflg, interrupt_busy;
    };
    enum { FLIGHTS = 16, ANSWERS = 16, MEMORY_SLOTS = 4096 };

    bool blame(const char *complaint)
    {
        complaint_ = complaint_ ? complaint_ : complaint;
        return false;
    }
    void expect(bool good, const char *complaint)
    {
        if (!good)
            blame(complaint);
    }
    void hit(enum bin what)
    {
        coverage_->hit(what);
    }
    void hit_if(bool met, enum bin what)
    {
        coverage_->bin[what] += met;
    }
    struct flight &nth(uint32_t n)
    {
        return flight_[(head_ + n) & (FLIGHTS - 1)];
    }
    uint32_t mask() const
    {
        return (UINT32_C(2) << log2_) - 1;
    }
    enum kind kind_of(const prisim_page_request &request) const;
    bool full(uint32_t rd) const;
    enum prisim_cause outcome(const prisim_page_request &request) const;
    void check_response(const prisim_prg_response &response);
    void check_lookup(const prisim_pri_queue_lookup &lookup);
    void check_interrupt(const prisim_pri_queue_interrupt &interrupt);
    void check_msi(const prisim_memory_request &request);
    void check_record(const prisim_memory_request &request);
    void check_decision(const inputs &in, const outputs &out);
    void accept(const prisim_page_request &request);
    void drop(const prisim_page_request &request, bool starts);
    void refuse(const prisim_page_request &request, enum prisim_cause cause, unsigned row);
    void answer(const prisim_page_request &request, unsigned code, bool pasid, enum prisim_cause cause);
    bool memory_answers(const prisim_memory_response &response); /* true: an MSI aborted */
    void check_status(const outputs &out, const struct earlier &before);
    void check_ack(uint32_t ack, const struct earlier &before);
    void written(const struct earlier &before);
    void look_at_wait(const inputs &in, bool request_taken);
    void check_commit(const prisim_pri_queue_commit &commit);
    void lose(struct flight &head, const prisim_pri_queue_commit &commit);
    void check_abort(bool told, const prisim_pri_queue_abort &abort);
    void lookup_answers(const prisim_pri_queue_ppar &ppar);
    void control(const prisim_pri_queue_control &control);
    void control_cons(uint32_t value);
    void control_enable(uint32_t value);
    void control_base(uint64_t value);
    void pairs(const inputs &in, const outputs &out, bool request_taken, uint32_t put, const struct earlier &before);

    struct coverage *coverage_;
    const char *complaint_ = nullptr;
    prisim_pri_queue_config config_{};
    uint64_t now_ = 0;

    uint64_t base_ = 0, msi_address_ = 0;
    uint32_t msi_data_ = 0, log2_ = 0, prod_ = 0, cons_ = 0, enable_ = 0, ack_ = 0;
    bool last_only_ = false, ovflg_ = false; /* as software sees it */
    uint32_t reserve_ = 0;                   /* WR of the next record */
    bool flag_ = false;                      /* OVFLG as decided at this edge, and shown with it */
    bool held_ = false;                      /* a request waits: the queue is full only by records on their way */
    bool raised_ = false, active_ = false, lost_active_ = false, failing_ = false;
    enum prisim_cause abort_due_ = PRISIM_CAUSE_NONE; /* PRIQ_ABT_ERR is still to be told */
    bool abort_waits_ = false;

    struct flight flight_[FLIGHTS] = {};
    uint32_t head_ = 0, flights_ = 0;
    struct {
        uint32_t index;
        prisim_page_request request;
    } unpublished_[4] = {};
    uint32_t unpublished_count_ = 0;

    struct expected answer_[ANSWERS] = {};
    uint32_t answer_head_ = 0, answers_ = 0;

    bool prod_cause_ = false, dropped_cause_ = false; /* an interrupt is due */
    uint64_t cause_at_ = 0;
    bool msi_wanted_ = false, msi_out_ = false, msi_taken_ = false;

    /* Of this edge. */
    enum prisim_cause decided_ = PRISIM_CAUSE_NONE;
    bool record_answered_ = false, msi_answered_ = false, lookup_answered_ = false;
    bool lost_answered_ = false, request_answered_ = false, response_waits_ = false;
    uint32_t offered_id_ = 0;

    struct {
        uint64_t address, data[2];
    } memory_[MEMORY_SLOTS] = {};
};

} // namespace lockstep

#endif
