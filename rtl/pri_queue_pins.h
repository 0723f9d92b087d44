/* SPDX-License-Identifier: Apache-2.0
 *
 * rtl/pri_queue.sv under Verilator, seen as payloads: what its pins are given at one clock edge, and what they show
 * after it. It adds no cycle and knows no rule of the queue.
 */
#ifndef PRISIM_RTL_PRI_QUEUE_PINS_H
#define PRISIM_RTL_PRI_QUEUE_PINS_H

#include <memory>
#include <string>

#include "model/pri_queue/pri_queue_pins.h"

namespace prisim
{

using ::pri_queue_inputs;
using ::pri_queue_outputs;
constexpr uint32_t pri_queue_streams = PRI_QUEUE_STREAMS;

class pri_queue_pins
{
  public:
    /* `wave` names a file for waves, or is empty. */
    explicit pri_queue_pins(const std::string &wave = "");
    ~pri_queue_pins();

    /* Asserts reset between two edges, shows what is published then, and holds it for some edges. */
    void reset(const prisim_pri_queue_config &config, unsigned edges, pri_queue_outputs &shown);
    /* One clock edge. */
    void step(const pri_queue_inputs &in, pri_queue_outputs &out);
    bool failed() const; /* an assertion of rtl/pri_queue_sva.sv failed */
    void close_wave();

  private:
    class verilated;
    std::unique_ptr<verilated> top_;
};

} // namespace prisim

#endif
