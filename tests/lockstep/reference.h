/* SPDX-License-Identifier: Apache-2.0
 *
 * The C block, stepped at every edge without an engine. Its payloads are written where the bench reads them: no copies.
 */
#ifndef PRISIM_LOCKSTEP_REFERENCE_H
#define PRISIM_LOCKSTEP_REFERENCE_H

#include <cstddef>
#include <vector>

#include "tests/lockstep/dut.h"

namespace lockstep
{

class reference
{
  public:
    reference() : probe_(std::make_unique<probe>())
    {
    }
    reference(const reference &) = delete;
    reference &operator=(const reference &) = delete;

    void reset(const pri_queue_config &config)
    {
        config_ = config;
        memory_.resize(pri_queue_state_size(&config_) / sizeof memory_[0] + 1);
        state_ = static_cast<pri_queue *>(static_cast<void *>(memory_.data()));
        pri_queue_init(&config_, state_);
        now_ = 0;
        ready_ = 0;
    }

    void step(const inputs &in, outputs &out)
    {
        ports p;
        p.rx_valid = in.rx_valid;
        p.rx_ready = ready_;
        p.tx_valid = out.valid;
        p.tx_ready = in.tx_ready;
        p.put = 0;
        p.ready = ready_;
        p.rx[PRI_QUEUE_RX_REQUEST] = &in.request;
        p.rx[PRI_QUEUE_RX_MEMORY_RESPONSE] = &in.memory;
        p.rx[PRI_QUEUE_RX_LOOKUP] = &in.lookup;
        p.rx[PRI_QUEUE_RX_CONTROL] = &in.control;
        p.tx[PRI_QUEUE_TX_RESPONSE] = &out.response;
        p.tx[PRI_QUEUE_TX_MEMORY_REQUEST] = &out.memory;
        p.tx[PRI_QUEUE_TX_LOOKUP] = &out.lookup;
        p.tx[PRI_QUEUE_TX_STATUS] = &out.status;
        p.tx[PRI_QUEUE_TX_INTERRUPT] = &out.interrupt;
        p.tx[PRI_QUEUE_TX_ABORT] = &out.abort;
        p.tx[PRI_QUEUE_TX_DECISION] = &out.decision;
        p.tx[PRI_QUEUE_TX_COMMIT] = &out.commit;
        p.probe = probe_.get();
        p.instance = 0;
        cycle_t wake = pri_queue_step(&config_, state_, now_, &p);
        now_++;
        ready_ = p.ready;
        out.valid = (out.valid & ~in.tx_ready) | static_cast<uint32_t>(p.put);
        out.request_ready = ready_ >> PRI_QUEUE_RX_REQUEST & 1;
        out.idle = wake == CYCLE_NEVER;
    }

  private:
    pri_queue_config config_{};
    std::vector<std::max_align_t> memory_;
    pri_queue *state_ = nullptr;
    std::unique_ptr<probe> probe_; /* its mask is 0: no events */
    cycle_t now_ = 0;
    uint64_t ready_ = 0;
};

} // namespace lockstep

#endif
