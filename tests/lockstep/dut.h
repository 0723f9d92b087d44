/* SPDX-License-Identifier: Apache-2.0
 *
 * A PRI queue as the lockstep harness sees it: what it is offered at one clock edge, what it has published by the end
 * of that edge. One face for the RTL (dut_rtl.cpp) and for a second C block (dut_c.cpp); it knows no rule of the queue.
 */
#ifndef PRISIM_LOCKSTEP_DUT_H
#define PRISIM_LOCKSTEP_DUT_H

#include <memory>
#include <string>

#include "model/pri_queue/pri_queue_pins.h"

namespace lockstep
{

enum : uint32_t { STREAMS = PRI_QUEUE_STREAMS, PULSES = PRI_QUEUE_PULSES, MSI_ID = PRI_QUEUE_PINS_MSI_ID };

using inputs = ::pri_queue_inputs;
using outputs = ::pri_queue_outputs;

inline bool has(uint32_t mask, unsigned port)
{
    return mask >> port & 1;
}

class dut
{
  public:
    virtual ~dut() = default;
    /* Asserts reset between two edges, shows what is published then, and holds it for some edges. */
    virtual void reset(const prisim_pri_queue_config &config, unsigned edges, outputs &shown) = 0;
    virtual void step(const inputs &in, outputs &out) = 0;
    virtual bool failed() const /* an assertion inside failed */
    {
        return false;
    }
    virtual void close_wave()
    {
    }
};

/* `wave` names a file for waves or is empty. Each program links one of them. */
std::unique_ptr<dut> make_dut(const std::string &wave);
extern const char *const dut_name;
extern const char *const dut_assertions; /* for the last line of a run: is anything asserted inside it? */

} // namespace lockstep

#endif
