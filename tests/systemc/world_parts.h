/* SPDX-License-Identifier: Apache-2.0
 *
 * What every part of a random world stands on: dice, an agenda of things to do, payloads with a memory manager that
 * counts, and the environment: the period, the last reset, what was found broken.
 */
#ifndef PRISIM_WORLD_PARTS_H
#define PRISIM_WORLD_PARTS_H

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <systemc>
#include <tlm>

#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "model/core/random.h"

namespace prisim_test
{

/* Habits that a world may have; each can be switched off (--without). */
struct world_classes {
    bool reset = true;
    bool early = true;           /* memories that complete with BEGIN_REQ */
    bool early_owed = true;      /* also while an END_RESP is owed to them */
    bool annotated = true;       /* delays on calls and returns */
    bool reset_annotated = true; /* both of them in one world */
    bool footprints = true;      /* automatic extensions left on transactions */
    bool idle = true;            /* idle() is looked at */
    bool blocking = true;        /* b_transport */
    bool answering = true;       /* stream receivers that end with BEGIN_RESP */
    bool clock = true;           /* a bound clock */
};

class dice
{
  public:
    explicit dice(uint64_t seed, uint64_t purpose) : stream_(random_open(seed, 0, purpose))
    {
    }
    uint32_t below(uint32_t bound)
    {
        return static_cast<uint32_t>(random_below(&stream_, bound));
    }
    uint32_t between(uint32_t low, uint32_t high)
    {
        return low + below(high - low + 1);
    }
    bool percent(uint32_t chance)
    {
        return below(100) < chance;
    }
    uint64_t word()
    {
        return random_next(&stream_);
    }
    /* A chance of its own for each habit: never, seldom, often, always. */
    uint32_t chance()
    {
        static const uint32_t chances[] = {0, 0, 10, 30, 60, 100};
        return chances[below(6)];
    }

  private:
    struct random_stream stream_;
};

/* Things to do at a time. What is put with no delay is done in the next delta. */
class agenda : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(agenda);
    explicit agenda(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(run);
        dont_initialize();
        sensitive << event_;
    }
    void after(const sc_core::sc_time &delay, std::function<void()> what)
    {
        items_.push({sc_core::sc_time_stamp() + delay, count_++, std::move(what)});
        event_.notify(delay);
    }
    void close()
    {
        closed_ = true;
    }

  private:
    struct item {
        sc_core::sc_time at;
        uint64_t order;
        std::function<void()> what;
        bool operator<(const item &o) const
        {
            return at != o.at ? at > o.at : order > o.order;
        }
    };

    void run()
    {
        const uint64_t end = count_;
        while (!closed_ && !items_.empty() && items_.top().at <= sc_core::sc_time_stamp() && items_.top().order < end) {
            std::function<void()> what = std::move(const_cast<item &>(items_.top()).what);
            items_.pop();
            what();
        }
        if (!closed_ && !items_.empty())
            event_.notify(items_.top().at - sc_core::sc_time_stamp());
    }

    std::priority_queue<item> items_;
    uint64_t count_ = 0;
    bool closed_ = false;
    sc_core::sc_event event_;
};

/* A memory manager: all come back, once, and with nothing left on them. */
class payload_store : public tlm::tlm_mm_interface
{
  public:
    tlm::tlm_generic_payload *take()
    {
        if (free_.empty()) {
            all_.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
            free_.push_back(all_.back().get());
        }
        tlm::tlm_generic_payload *trans = free_.back();
        free_.pop_back();
        trans->acquire();
        return trans;
    }
    void free(tlm::tlm_generic_payload *trans) override
    {
        trans->reset();
        free_.push_back(trans);
    }
    size_t out() const
    {
        return all_.size() - free_.size();
    }

  private:
    std::vector<std::unique_ptr<tlm::tlm_generic_payload>> all_;
    std::vector<tlm::tlm_generic_payload *> free_;
};

struct environment {
    uint64_t seed;
    world_classes allow;
    bool verbose;
    dice draw;
    agenda plan;
    sc_core::sc_time period;
    bool was_reset = false;
    sc_core::sc_time reset_at; /* the last edge at which the SMMU went into reset */
    std::vector<std::string> broken;
    uint32_t annotate; /* chance of a delay on a call */

    environment(uint64_t seed_of, const world_classes &classes, bool tells)
        : seed(seed_of), allow(classes), verbose(tells), draw(seed_of, 1), plan("plan"), annotate(draw.chance())
    {
        static const unsigned picoseconds[] = {1000, 1000, 700, 1250, 3333, 10000};
        period = sc_core::sc_time(picoseconds[draw.below(6)], sc_core::SC_PS);
    }

    /* What began then is not of this life any more. */
    bool old(const sc_core::sc_time &began) const
    {
        return was_reset && began <= reset_at;
    }
    sc_core::sc_time now() const
    {
        return sc_core::sc_time_stamp();
    }
    sc_core::sc_time part_of_period()
    {
        return sc_core::sc_time::from_value(1 + draw.below(static_cast<uint32_t>(period.value() - 1)));
    }
    /* None, less than a period, whole periods, anything. */
    sc_core::sc_time some_time(uint32_t periods)
    {
        switch (draw.below(4)) {
        case 0:
            return sc_core::SC_ZERO_TIME;
        case 1:
            return part_of_period();
        case 2:
            return period * draw.below(periods + 1);
        default:
            return period * draw.below(periods) + part_of_period();
        }
    }
    sc_core::sc_time annotation(uint32_t periods)
    {
        if (!allow.annotated || !draw.percent(annotate))
            return sc_core::SC_ZERO_TIME;
        return some_time(periods);
    }
    void broke(const std::string &what)
    {
        broken.push_back(what + " at " + now().to_string());
        tell("BROKEN: " + what);
    }
    void tell(const std::string &what) const;
};

} // namespace prisim_test

#endif
