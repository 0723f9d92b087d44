/* SPDX-License-Identifier: Apache-2.0
 *
 * An empty SystemC kernel (empty_kernel.h).
 */
#include "bench/empty_kernel.h"

#include <memory>
#include <systemc>
#include <vector>

namespace
{

class empty_module : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk{"clk"};

    SC_HAS_PROCESS(empty_module);
    explicit empty_module(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(edge);
        dont_initialize();
        sensitive << clk.pos();
    }

  private:
    void edge()
    {
    }
};

} // namespace

void bench_empty_kernel(unsigned methods, uint64_t cycles)
{
    sc_core::sc_clock clock("clock", 1, sc_core::SC_NS);
    std::vector<std::unique_ptr<empty_module>> modules;
    for (unsigned i = 0; i < methods; i++) {
        modules.push_back(std::make_unique<empty_module>(("empty_" + std::to_string(i)).c_str()));
        modules.back()->clk.bind(clock);
    }
    sc_core::sc_start(static_cast<double>(cycles), sc_core::SC_NS);
}
