/* SPDX-License-Identifier: Apache-2.0
 *
 * The C block behind the face of the lockstep harness.
 */
#ifndef PRISIM_LOCKSTEP_DUT_C_H
#define PRISIM_LOCKSTEP_DUT_C_H

#include "tests/lockstep/reference.h"

namespace lockstep
{

class dut_c : public dut
{
  public:
    void reset(const prisim_pri_queue_config &config, unsigned, outputs &shown) override
    {
        block_.reset(config);
        shown = outputs{};
    }
    void step(const inputs &in, outputs &out) override
    {
        block_.step(in, out);
        out.idle = out.idle && !out.valid; /* as the RTL means it */
    }

  private:
    reference block_;
};

} // namespace lockstep

#endif
