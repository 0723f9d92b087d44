/* SPDX-License-Identifier: Apache-2.0
 *
 * A second C block in the place of the RTL: with a planted fault (mutation.h) it tests the bench itself.
 */
#include "tests/lockstep/dut.h"
#include "tests/lockstep/reference.h"

namespace lockstep
{

namespace
{

class dut_c : public dut
{
  public:
    void reset(const pri_queue_config &config, unsigned, outputs &shown) override
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

} // namespace

const char *const dut_name = "C";

std::unique_ptr<dut> make_dut(const std::string &)
{
    return std::make_unique<dut_c>();
}

} // namespace lockstep
