/* SPDX-License-Identifier: Apache-2.0
 *
 * A random legal world around prisim's SMMU as a SystemC module, written from IEEE 1666-2011's base protocol: foreign
 * memories, a foreign initiator, foreign ends of the TLP streams, a clock or none, resets; checkers on every socket and
 * a judge. One seed is one world; any number of worlds share a kernel.
 */
#ifndef PRISIM_WORLD_H
#define PRISIM_WORLD_H

#include "model/smmu/smmu_tlm.h"
#include "tests/harness/base_protocol_checker.h"
#include "tests/harness/stream_checker.h"
#include "tests/systemc/world_memory.h"
#include "tests/systemc/world_traffic.h"

namespace prisim_test
{

class world : public sc_core::sc_module
{
  public:
    /* `finished` is called once. */
    world(const sc_core::sc_module_name &name, uint64_t seed, const world_classes &allow, bool verbose,
          std::function<void()> finished);

    /* What was found, when it is finished or the run is over. */
    std::vector<std::string> broken() const;
    /* The kernel reported an error in this world. */
    void reported(const std::string &text);
    bool is_finished() const
    {
        return finished_;
    }

  private:
    SC_HAS_PROCESS(world);

    static prisim::module_context context(const environment &around);
    void draw_config();
    void bind();
    void on_clock();
    void rising();
    void falling();
    sc_core::sc_time half(bool high);
    void start();
    void begin_life();
    void want_reset();
    void act();
    void tick();
    void settle();
    void look_at_idle();
    bool anything_open() const;
    bool smmu_idle() const;
    void quiet();
    void finish();
    uint64_t moves() const;

    environment around_;
    prisim_smmu_config config_;
    prisim_pri_queue_config queue_config_;
    bool clocked_, resets_, jitter_;
    std::function<void()> tell_finished_;
    bool finished_ = false;

    world_tables tables_;
    world_memory memory_, dma_;
    world_cpu cpu_;
    world_sender sender_;
    world_receiver receiver_;
    base_protocol_checker memory_checker_{"memory_checker"}, dma_checker_{"dma_checker"}, cpu_checker_{"cpu_checker"};
    stream_checker<prisim_tlp> up_checker_{"up_checker"}, down_checker_{"down_checker"};
    world_traffic traffic_;
    prisim::smmu_tlm smmu_;

    sc_core::sc_signal<bool> clk_{"clk"}, rst_n_{"rst_n"};
    bool high_ = false, in_reset_ = false, started_ = false;
    unsigned reset_edges_ = 0; /* that the next reset lasts; 0: none is wanted */
    unsigned lives_, life_ = 0, actions_ = 0, limit_, pace_;
    bool settling_ = false, last_looked_ = false;
    uint64_t moves_ = 0;
    sc_core::sc_time moved_;
};

} // namespace prisim_test

#endif
