/* SPDX-License-Identifier: Apache-2.0
 *
 * The planted faults of mutation.def.
 */
#include "tests/lockstep/mutation.h"

namespace lockstep
{

namespace
{

struct entry {
    const char *name, *about;
};

const entry table[] = {
#define MUTATION(id, name, about) {name, about},
#include "tests/lockstep/mutation.def"
#undef MUTATION
};

class mutant : public dut
{
  public:
    mutant(std::unique_ptr<dut> inner, enum mutation mutation) : inner_(std::move(inner)), mutation_(mutation)
    {
    }

    void reset(const prisim_pri_queue_config &config, unsigned edges, outputs &shown) override
    {
        prisim_pri_queue_config bent = config;
        bend(bent);
        late_ = inputs{};
        held_ = false;
        count_ = 0;
        inner_out_ = outputs{};
        inner_->reset(bent, edges, shown);
    }

    void step(const inputs &in, outputs &out) override
    {
        inputs bent = in;
        bend(bent);
        inner_->step(bent, inner_out_);
        out = inner_out_;
        bend(out);
    }

    bool failed() const override
    {
        return inner_->failed();
    }
    void close_wave() override
    {
        inner_->close_wave();
    }

  private:
    void bend(prisim_pri_queue_config &config) const
    {
        if (mutation_ == MUTATION_WRITE_LATENCY)
            config.write_latency += config.write_latency < 64 ? 1 : -1;
        if (mutation_ == MUTATION_ACCEPT_INTERVAL)
            config.accept_interval += config.accept_interval < 64 ? 1 : -1;
        if (mutation_ == MUTATION_RECORDS_IN_FLIGHT)
            config.records_in_flight += config.records_in_flight < 16 ? 1 : -1;
        if (mutation_ == MUTATION_SIZE_CAP && config.size_log2_max)
            config.size_log2_max--;
        config.pps ^= mutation_ == MUTATION_PPS;
        config.pasid_supported ^= mutation_ == MUTATION_PASID_SUPPORT;
        config.msi_supported ^= mutation_ == MUTATION_MSI_SUPPORT;
        config.auto_fail_last_only ^= mutation_ == MUTATION_FAIL_LAST_ONLY;
        config.stop_marker_needs_ssv ^= mutation_ == MUTATION_MARKER_NEEDS_SSV;
    }

    void bend(inputs &in)
    {
        bend_control(in);
        if (mutation_ == MUTATION_ABORT_KIND && in.memory.status == PRISIM_MEMORY_ABORT)
            in.memory.status = PRISIM_MEMORY_ABORT_LATE;
        if (mutation_ == MUTATION_LOST_RESPONSE && has(in.rx_valid, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE) &&
            !(++count_ & 255))
            in.rx_valid &= ~(1u << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE);
        if (mutation_ == MUTATION_PPAR)
            in.lookup.ppar ^= 1;
        if (mutation_ == MUTATION_REACHABLE)
            in.lookup.reachable = 1;
        if (mutation_ == MUTATION_SECURE)
            in.request.secure = 0;
    }

    void bend_control(inputs &in)
    {
        prisim_pri_queue_control &control = in.control;
        uint32_t bit = 1u << PRISIM_PRI_QUEUE_RX_CONTROL;
        bool arrives = in.rx_valid & bit;
        if (mutation_ == MUTATION_LATE_CONTROL) {
            inputs next = in;
            in.control = late_.control;
            in.rx_valid = (in.rx_valid & ~bit) | (late_.rx_valid & bit);
            late_ = next;
            return;
        }
        if (!arrives)
            return;
        if (control.what == PRISIM_PRI_QUEUE_CONS && mutation_ == MUTATION_EARLY_RD && !(++count_ & 63))
            control.value++;
        if (control.what == PRISIM_PRI_QUEUE_CONS && mutation_ == MUTATION_NO_OVACKFLG && !(++count_ & 63))
            control.value ^= PRISIM_PRI_QUEUE_OVFLG;
        if (control.what == PRISIM_PRI_QUEUE_CONS && mutation_ == MUTATION_WRAP_BIT)
            control.value &= ~UINT64_C(0x40); /* of a queue of 2^6 */
        if (control.what == PRISIM_PRI_QUEUE_IRQ_CFG2 && mutation_ == MUTATION_LO_STUCK)
            control.value = 0;
        if (control.what == PRISIM_PRI_QUEUE_ENABLE && mutation_ == MUTATION_IRQEN_STUCK)
            control.value = (control.value & 3) | (control.value & 1) << 2;
        if (control.what == PRISIM_PRI_QUEUE_ABORT_ACTIVE && mutation_ == MUTATION_ABORT_ACTIVE)
            in.rx_valid &= ~bit;
    }

    void bend(outputs &out)
    {
        if (mutation_ == MUTATION_CHANGED && has(out.valid, PRISIM_PRI_QUEUE_TX_STATUS))
            out.status.changed &= static_cast<uint8_t>(~PRISIM_PRI_QUEUE_CHANGED_OVERFLOW);
        if (mutation_ == MUTATION_LAP)
            out.commit.lap = 0;
        if (mutation_ == MUTATION_RECORD_PASID && out.memory.id < MSI_ID)
            out.memory.data[6] &= 0xf7;
        if (mutation_ == MUTATION_ANSWER_PASID)
            out.response.has_pasid = 0;
        if (mutation_ == MUTATION_READY_EARLY && !out.request_ready && !(++count_ & 63))
            out.request_ready = true;
        if (mutation_ == MUTATION_ABORT_MSI && has(out.valid, PRISIM_PRI_QUEUE_TX_ABORT) && !out.abort.record)
            out.valid &= ~(1u << PRISIM_PRI_QUEUE_TX_ABORT);
        if (mutation_ != MUTATION_LATE_INTERRUPT)
            return;
        uint32_t bit = 1u << PRISIM_PRI_QUEUE_TX_INTERRUPT;
        bool now = out.valid & bit;
        out.valid = held_ ? out.valid | bit : out.valid & ~bit;
        held_ = now;
    }

    std::unique_ptr<dut> inner_;
    const enum mutation mutation_;
    outputs inner_out_{};
    inputs late_{};
    bool held_ = false;
    unsigned count_ = 0;
};

} // namespace

const char *mutation_name(enum mutation mutation)
{
    return table[mutation].name;
}

const char *mutation_about(enum mutation mutation)
{
    return table[mutation].about;
}

enum mutation mutation_find(const std::string &name)
{
    for (unsigned i = 0; i < MUTATIONS; i++)
        if (name == table[i].name)
            return static_cast<enum mutation>(i);
    return MUTATIONS;
}

std::unique_ptr<dut> mutate(std::unique_ptr<dut> inner, enum mutation mutation)
{
    if (mutation == MUTATION_NONE)
        return inner;
    return std::make_unique<mutant>(std::move(inner), mutation);
}

} // namespace lockstep
