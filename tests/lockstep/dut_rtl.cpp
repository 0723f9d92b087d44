/* SPDX-License-Identifier: Apache-2.0
 *
 * rtl/pri_queue.sv in the lockstep harness, by its pins.
 */
#include "rtl/pri_queue_pins.h"
#include "tests/lockstep/dut.h"

namespace lockstep
{

namespace
{

class dut_rtl : public dut
{
  public:
    explicit dut_rtl(const std::string &wave) : pins_(wave)
    {
    }
    bool failed() const override
    {
        return pins_.failed();
    }
    void close_wave() override
    {
        pins_.close_wave();
    }
    void reset(const prisim_pri_queue_config &config, unsigned edges, outputs &shown) override
    {
        pins_.reset(config, edges, shown);
    }
    void step(const inputs &in, outputs &out) override
    {
        pins_.step(in, out);
    }

  private:
    prisim::pri_queue_pins pins_;
};

} // namespace

const char *const dut_name = "RTL";
#ifdef LOCKSTEP_WITHOUT_ASSERTIONS
const char *const dut_assertions = " without assertions";
#else
const char *const dut_assertions = " with assertions";
#endif

std::unique_ptr<dut> make_dut(const std::string &wave)
{
    return std::make_unique<dut_rtl>(wave);
}

} // namespace lockstep
