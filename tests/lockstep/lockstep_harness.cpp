/* SPDX-License-Identifier: Apache-2.0
 *
 * The loop of the lockstep harness.
 */
#include "tests/lockstep/lockstep_harness.h"

#include <chrono>
#include <deque>

#include "tests/lockstep/dut_c.h"
#include "tests/lockstep/scoreboard.h"
#include "tests/lockstep/text.h"

namespace lockstep
{

namespace
{

enum { NEIGHBOURS = 24 }; /* edges with events that are shown before a difference */

class harness
{
  public:
    harness(const struct options &options, struct coverage &coverage)
        : options_(options), coverage_(coverage), dut_(mutate(make_dut(options.wave), options.mutation)),
          scoreboard_(std::make_unique<scoreboard>(&coverage))
    {
        if (options.both)
            mutant_ = mutate(std::make_unique<dut_c>(), options.mutation);
    }

    FILE *trace = nullptr;
    bool remember = false;
    std::deque<std::string> history;

    /* Runs one episode, at most `limit` edges; false at the first difference. */
    bool episode(uint64_t number, uint64_t limit, struct result &result)
    {
        pri_queue_stimulus_draw(options_.seed, number, &config_, &profile_);
        pri_queue_stimulus_begin(&stimulus_, options_.seed, number, &config_, &profile_);
        coverage_.episode[profile_.latency][profile_.size]++;
        reference_.reset(config_);
        left_ = outputs{};
        if (mutant_)
            mutant_->reset(config_, profile_.reset_edges, left_);
        in_ = inputs{};
        dut_->reset(config_, profile_.reset_edges, right_);
        scoreboard_->begin(config_);
        result.episode = number;
        result.edge = 0;
        result.cycles += profile_.reset_edges;
        if (right_.valid || right_.request_ready)
            return fail(result, "  under reset\n" + difference(left_, "C", right_, dut_name));
        uint64_t edges = profile_.edges < limit ? profile_.edges : limit;
        for (result.edge = 0; result.edge < edges; result.edge++, result.cycles++)
            if (!edge(result))
                return false;
        bool drained = profile_.drain && edges == profile_.edges;
        if (drained && !right_.idle)
            return fail(result, std::string("  drained: ") + dut_name + " is not idle\n");
        if (!scoreboard_->end(drained, left_))
            return fail(result, std::string("  plain model: ") + scoreboard_->complaint() + "\n");
        return true;
    }

    void close_wave()
    {
        dut_->close_wave();
    }
    const prisim_pri_queue_config &config() const
    {
        return config_;
    }

  private:
    bool fail(struct result &result, const std::string &report)
    {
        result.good = false;
        result.report = report;
        return false;
    }

    bool edge(struct result &result)
    {
        pri_queue_stimulus_drive(&stimulus_, &in_);
        const uint32_t arrived = in_.rx_valid;
        bool request_taken = has(in_.rx_valid, PRISIM_PRI_QUEUE_RX_REQUEST) && left_.request_ready;
        uint32_t taken = left_.valid & in_.tx_ready & STREAMS, held = left_.valid & ~in_.tx_ready;
        if (mutant_)
            mutant_->step(in_, left_);
        else
            reference_.step(in_, left_);
        const bool was_idle = right_.idle, was_ready = right_.request_ready;
        dut_->step(in_, right_);
        uint32_t put = left_.valid & ~held;
        if (remember || trace)
            note(result.edge, request_taken, put);
        if (__builtin_expect(!equal(left_, right_), 0))
            return fail(result, difference(left_, "C", right_, dut_name) + verdicts(request_taken, taken, put, held));
        if (!scoreboard_->observe(in_, left_, request_taken, taken, put))
            return fail(result, std::string("  both queues agree; plain model: ") + scoreboard_->complaint() + "\n");
        if (was_idle && !arrived && (!right_.idle || right_.valid || right_.request_ready != was_ready))
            return fail(result, std::string("  ") + dut_name + " was idle, and something changed without an input\n");
        if (dut_->failed())
            return fail(result, "  an assertion of the RTL failed\n");
        pri_queue_stimulus_observe(&stimulus_, &left_, request_taken, taken, put);
        return true;
    }

    void note(uint64_t edge, bool request_taken, uint32_t put)
    {
        std::string text = text_of_edge(in_, request_taken, left_, put);
        if (text.empty())
            return;
        text = "edge " + std::to_string(edge) + "\n" + text;
        if (trace)
            std::fputs(text.c_str(), trace);
        history.push_back(text);
        if (history.size() > NEIGHBOURS)
            history.pop_front();
    }

    /* Where the two differ: does the plain model object to one of them? */
    std::string verdicts(bool request_taken, uint32_t taken, uint32_t put, uint32_t held)
    {
        auto counts = std::make_unique<struct coverage>();
        std::string text;
        for (bool dut : {false, true}) {
            auto copy = std::make_unique<scoreboard>(*scoreboard_);
            copy->mute(counts.get());
            bool good =
                copy->observe(in_, dut ? right_ : left_, request_taken, taken, dut ? right_.valid & ~held : put);
            text += std::string("  plain model on ") + (dut ? dut_name : "C") + ": " +
                    (good ? "no objection at this edge" : copy->complaint()) + "\n";
        }
        return text;
    }

    const struct options options_;
    struct coverage &coverage_;
    std::unique_ptr<dut> dut_;
    reference reference_;
    std::unique_ptr<dut> mutant_; /* in its place, with options.both */
    std::unique_ptr<scoreboard> scoreboard_;
    pri_queue_stimulus stimulus_{};
    prisim_pri_queue_config config_{};
    pri_queue_profile profile_{};
    inputs in_{};
    outputs left_{}, right_{};
};

} // namespace

struct result run(const struct options &options, struct coverage &coverage, FILE *out)
{
    auto begin = std::chrono::steady_clock::now();
    struct result result;
    harness harness(options, coverage);
    harness.trace = options.trace ? out : nullptr;
    uint64_t number = options.episode < 0 ? 0 : static_cast<uint64_t>(options.episode);
    do {
        if (!harness.episode(number++, options.cycles - result.cycles, result))
            break;
        result.episodes++;
    } while (options.episode < 0 && result.cycles < options.cycles);
    harness.close_wave();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

std::string repeat(const struct options &options, const struct result &found)
{
    auto counts = std::make_unique<struct coverage>();
    struct result again;
    harness harness(options, *counts);
    harness.remember = true;
    harness.episode(found.episode, UINT64_MAX, again);
    harness.close_wave();
    std::string text = "configuration: " + text_of(harness.config()) + "\n";
    for (const std::string &line : harness.history)
        text += line;
    if (again.good || again.edge != found.edge || again.report != found.report)
        text += "The episode alone does not repeat it: state has survived the reset before it.\n";
    return text;
}

} // namespace lockstep
