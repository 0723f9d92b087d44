/* SPDX-License-Identifier: Apache-2.0
 *
 * The C block, stepped at every edge, with memory of its own.
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
    reference() : probe_(std::make_unique<prisim_probe>())
    {
    }
    reference(const reference &) = delete;
    reference &operator=(const reference &) = delete;

    void reset(const prisim_pri_queue_config &config)
    {
        queue_.config = config;
        memory_.resize(prisim_pri_queue_state_size(&config) / sizeof memory_[0] + 1);
        queue_.state = static_cast<prisim_pri_queue *>(static_cast<void *>(memory_.data()));
        queue_.probe = probe_.get();
        pri_queue_pinned_reset(&queue_);
    }

    void step(const inputs &in, outputs &out)
    {
        pri_queue_pinned_step(&queue_, &in, &out);
    }

  private:
    pri_queue_pinned queue_{};
    std::vector<std::max_align_t> memory_;
    std::unique_ptr<prisim_probe> probe_; /* its mask is 0: no events */
};

} // namespace lockstep

#endif
