/* SPDX-License-Identifier: Apache-2.0
 *
 * A random legal world (world.h): its parts bound, its clock and resets, its course.
 */
#include "tests/systemc/world.h"

#include <cstdio>

namespace prisim_test
{

using sc_core::sc_time;

namespace
{
constexpr uint32_t still_periods = 3000; /* nothing moves for so long: it hangs */

/* A module with a clock of its own; or one whose two parts are bound. */
template <class Smmu, class Signal>
auto bind_clock(Smmu &smmu, Signal &clk, Signal *rst_n, int) -> decltype(smmu.clk.bind(clk), void())
{
    smmu.clk.bind(clk);
    if (rst_n)
        smmu.rst_n.bind(*rst_n);
}
template <class Smmu, class Signal> void bind_clock(Smmu &smmu, Signal &clk, Signal *rst_n, long)
{
    smmu.core.clk.bind(clk);
    smmu.pri_queue.clk.bind(clk);
    if (!rst_n)
        return;
    smmu.core.rst_n.bind(*rst_n);
    smmu.pri_queue.rst_n.bind(*rst_n);
}

prisim_smmu_config some_config(dice &d)
{
    prisim_smmu_config config;
    prisim_smmu_config_default(&config);
    config.sid_bits = 6;
    config.ssid_bits = 4;
    config.st_level = 0;
    config.httu = 0; /* our memory knows no atomic swap */
    config.priq_log2_max = config.eventq_log2_max = 4;
    config.register_latency = d.between(1, 12);
    config.ack_latency = d.between(1, 12);
    config.command_latency = d.between(1, 6);
    config.command_lines = d.between(1, 2);
    config.translation_slots = d.between(1, 16);
    config.walk_slots = d.between(1, 16);
    config.tlb_entries = d.percent(50) ? 0 : 16;
    config.micro_tlb_entries = d.percent(50) ? 0 : 4;
    config.config_entries = d.percent(50) ? 0 : 4;
    config.config_l1_entries = 0;
    config.walk_entries = config.walk_l1_entries = config.walk_l0_entries = d.percent(50) ? 0 : 4;
    config.walk_s2_entries = config.walk_s2_l1_entries = config.walk_s2_l0_entries = config.ipa_entries = 0;
    config.structure_fetch = d.percent(20) ? PRISIM_SMMU_STRUCTURE_WORDS : PRISIM_SMMU_STRUCTURE_LINE;
    return config;
}

prisim_pri_queue_config some_queue(dice &d, const prisim_smmu_config &smmu)
{
    prisim_pri_queue_config config;
    prisim_pri_queue_config_default(&config);
    config.size_log2_max = smmu.priq_log2_max;
    config.accept_interval = d.between(1, 8);
    config.write_latency = d.between(1, 4);
    config.records_in_flight = d.between(1, 8);
    return config;
}
} // namespace

void environment::tell(const std::string &what) const
{
    if (verbose)
        std::printf("%12s  %s\n", now().to_string().c_str(), what.c_str());
}

prisim::module_context world::context(const environment &around)
{
    prisim::module_context context;
    context.period = around.period;
    return context;
}

world::world(const sc_core::sc_module_name &name, uint64_t seed, const world_classes &allow, bool verbose,
             std::function<void()> finished)
    : sc_module(name), around_(seed, allow, verbose), config_(some_config(around_.draw)),
      queue_config_(some_queue(around_.draw, config_)), clocked_(allow.clock && around_.draw.percent(65)),
      resets_(clocked_ && allow.reset && around_.draw.percent(75)), jitter_(clocked_ && around_.draw.percent(15)),
      tell_finished_(std::move(finished)), tables_(around_), memory_("memory", around_, tables_),
      dma_("dma", around_, tables_), cpu_("cpu", around_), sender_("sender", around_), receiver_("receiver", around_),
      traffic_(around_, tables_, cpu_, sender_),
      smmu_("smmu", config_, queue_config_, context(around_), context(around_))
{
    dice &d = around_.draw;
    around_.allow.annotated = allow.annotated && (allow.reset_annotated || !resets_);
    lives_ = resets_ ? d.between(1, 4) : 1;
    limit_ = d.between(10, 30);
    pace_ = d.between(1, 25);
    bind();
    if (clocked_) {
        bind_clock(smmu_, clk_, resets_ ? &rst_n_ : nullptr, 0);
        SC_METHOD(on_clock);
    }
    rst_n_.write(!resets_ || d.percent(50));
    if (resets_ && !rst_n_.get_new_value())
        reset_edges_ = d.between(1, 4);
    around_.plan.after(around_.part_of_period(), [this] { start(); });
}

void world::bind()
{
    cpu_.socket.bind(cpu_checker_.in);
    cpu_checker_.out.bind(smmu_.core.registers.socket);
    sender_.socket.bind(up_checker_.in);
    up_checker_.out.bind(smmu_.core.up.socket);
    smmu_.core.down.socket.bind(down_checker_.in);
    down_checker_.out.bind(receiver_.socket);
    smmu_.core.memory.socket.bind(memory_checker_.in);
    memory_checker_.out.bind(memory_.socket);
    smmu_.core.dma.socket.bind(dma_checker_.in);
    dma_checker_.out.bind(dma_.socket);
    bool marks = around_.allow.footprints && around_.draw.percent(70);
    memory_checker_.leaves_footprints = dma_checker_.leaves_footprints = marks;
    down_checker_.leaves_footprints = up_checker_.leaves_footprints = cpu_checker_.leaves_footprints = marks;
    sender_.sent = [this](const prisim_tlp &what, const sc_time &time) { traffic_.went_up(what, time); };
    receiver_.came = [this](const prisim_tlp &what) { traffic_.came_down(what); };
}

sc_time world::half(bool high)
{
    sc_dt::uint64 whole = around_.period.value(), half = whole / 2;
    if (jitter_)
        half = whole / 4 + around_.draw.below(static_cast<uint32_t>(whole / 2));
    return sc_time::from_value(high ? half : whole - half);
}

void world::on_clock()
{
    if (finished_)
        return;
    high_ = !high_;
    clk_.write(high_);
    if (high_)
        rising();
    else
        falling();
    next_trigger(half(high_));
}

/* The SMMU sees its reset at rising edges. */
void world::rising()
{
    if (!resets_ || rst_n_.read()) {
        in_reset_ = false;
        return;
    }
    if (in_reset_)
        return;
    in_reset_ = true;
    around_.was_reset = true;
    around_.reset_at = around_.now();
    around_.tell("RESET");
    cpu_.forget();
    sender_.forget();
    traffic_.end_life();
    if (!started_)
        return;
    sc_time wait = around_.part_of_period() + around_.period * around_.draw.below(8);
    around_.plan.after(wait, [this] { begin_life(); });
}

/* The wire changes between them. */
void world::falling()
{
    if (!resets_ || reset_edges_ == 0)
        return;
    if (rst_n_.read()) {
        rst_n_.write(false);
    } else if (--reset_edges_ == 0) {
        around_.tell("reset ends");
        rst_n_.write(true);
    }
}

void world::start()
{
    if (resets_ && reset_edges_ && !in_reset_) {
        around_.plan.after(around_.period, [this] { start(); });
        return;
    }
    started_ = true;
    begin_life();
    around_.plan.after(around_.period, [this] { act(); });
    around_.plan.after(around_.period, [this] { tick(); });
}

void world::begin_life()
{
    life_++;
    actions_ = 0;
    settling_ = last_looked_ = false;
    moved_ = around_.now();
    around_.tell("life " + std::to_string(life_));
    traffic_.bring_up();
    if (life_ < lives_)
        around_.plan.after(around_.some_time(around_.draw.percent(20) ? 40 : 600), [this] { want_reset(); });
}

/* Not before the reset before it is over, and seen to be over. */
void world::want_reset()
{
    if (reset_edges_ || in_reset_)
        around_.plan.after(around_.period, [this] { want_reset(); });
    else
        reset_edges_ = around_.draw.between(1, 5);
}

void world::act()
{
    bool early = !traffic_.up() && !around_.draw.percent(3);
    if (!early && actions_ < limit_ && life_ > 0 && !in_reset_) {
        actions_++;
        traffic_.act();
    }
    if (actions_ >= limit_ && life_ >= lives_)
        settling_ = true;
    else
        around_.plan.after(around_.draw.percent(30) ? sc_core::SC_ZERO_TIME + around_.part_of_period()
                                                    : around_.some_time(pace_) + around_.part_of_period(),
                           [this] { act(); });
}

uint64_t world::moves() const
{
    return memory_checker_.requests + memory_checker_.responses + dma_checker_.requests + dma_checker_.responses +
           (traffic_.up() ? 0 : cpu_checker_.requests + cpu_checker_.responses);
}

void world::tick()
{
    if (finished_)
        return;
    if (moves() != moves_) {
        moves_ = moves();
        moved_ = around_.now();
    }
    look_at_idle();
    traffic_.look();
    if (life_ >= lives_ && around_.now() - moved_ > around_.period * still_periods) {
        around_.broke("nothing moves any more; it waits for:" + traffic_.waits_for() +
                      (traffic_.up() ? "" : " the SMMU to be up"));
        return finish();
    }
    if (settling_ && traffic_.settled() && !anything_open())
        return settle();
    around_.plan.after(around_.some_time(30) + around_.part_of_period(), [this] { tick(); });
}

void world::settle()
{
    if (!last_looked_) {
        last_looked_ = true;
        traffic_.last_look();
        around_.plan.after(around_.period, [this] { tick(); });
        return;
    }
    uint64_t before = moves();
    around_.plan.after(around_.period * 150, [this, before] {
        if (moves() == before && !anything_open())
            quiet();
        else
            tick(); /* a posted write was on its way */
    });
}

bool world::smmu_idle() const
{
    return smmu_.core.idle() && smmu_.pri_queue.idle();
}

bool world::anything_open() const
{
    return memory_.open() || dma_.open() || cpu_.open() || sender_.open() || receiver_.open();
}

void world::look_at_idle()
{
    if (around_.allow.idle && anything_open() && smmu_idle())
        around_.broke(std::string("idle() while something is open:") + (memory_.open() ? " memory" : "") +
                      (dma_.open() ? " dma" : "") + (cpu_.open() ? " registers" : "") + (sender_.open() ? " up" : "") +
                      (receiver_.open() ? " down" : ""));
}

/* Everything is over: nothing is held, counted or remembered. */
void world::quiet()
{
    if (around_.allow.idle && !smmu_idle())
        around_.broke("not idle when all is over");
    if (anything_open() || !traffic_.settled())
        around_.broke("something is open when all is over");
    traffic_.check_memory();
    if (memory_checker_.open() || dma_checker_.open() || cpu_checker_.open() || up_checker_.open() ||
        down_checker_.open() || cpu_checker_.blocking || up_checker_.blocking)
        around_.broke("a transaction that never ended");
    if (cpu_.held() || sender_.held())
        around_.broke("a transaction of ours that the SMMU did not release");
    if (*memory_checker_.footprints || *dma_checker_.footprints || *down_checker_.footprints)
        around_.broke("a transaction of the SMMU that was not released, or not reset");
    if (*cpu_checker_.footprints || *up_checker_.footprints)
        around_.broke("a transaction of ours that was not released");
    finish();
}

void world::finish()
{
    finished_ = true;
    around_.plan.close();
    tell_finished_();
}

void world::reported(const std::string &text)
{
    around_.broke("the kernel reports: " + text);
}

std::vector<std::string> world::broken() const
{
    std::vector<std::string> all = around_.broken;
    for (const auto *more : {&memory_checker_.broken, &dma_checker_.broken, &cpu_checker_.broken, &up_checker_.broken,
                             &down_checker_.broken})
        all.insert(all.end(), more->begin(), more->end());
    return all;
}

} // namespace prisim_test
