/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest modules with prisim's memory sockets: one that asks and one that answers. Both keep what they were
 * given.
 */
#ifndef PRISIM_TESTS_SYSTEMC_SMALL_MODULES_H
#define PRISIM_TESTS_SYSTEMC_SMALL_MODULES_H

#include <cstring>
#include <deque>
#include <vector>

#include "model/core/memory_tlm.h"

namespace prisim_test
{

/* Puts the requests of `to_ask`, one an edge; they are there before the simulation starts. */
class asker : public prisim::clocked_module
{
  public:
    prisim::memory_initiator memory{"memory", *this, 0, 0};
    std::deque<memory_request> to_ask;
    std::vector<memory_response> got;

    explicit asker(const sc_core::sc_module_name &name) : clocked_module(name, {})
    {
    }

  private:
    cycle_t step(cycle_t now, struct ports *ports) override
    {
        ports_set_ready(ports, 0, true);
        if (ports_has_arrived(ports, 0))
            got.push_back(*static_cast<const memory_response *>(ports->rx[0]));
        if (!to_ask.empty() && ports_can_put(ports, 0)) {
            *static_cast<memory_request *>(ports_put(ports, 0)) = to_ask.front();
            to_ask.pop_front();
        }
        return to_ask.empty() ? CYCLE_NEVER : ports_retry(ports, 0, now);
    }

    void reset() override
    {
    }
};

/* A kilobyte of memory, from address 0; answers at the edge at which it takes a request, or as soon as it can. */
class answerer : public prisim::clocked_module
{
  public:
    prisim::memory_target registers;
    std::vector<memory_request> got;
    std::vector<cycle_t> got_at;
    unsigned char bytes[1024] = {};

    explicit answerer(const sc_core::sc_module_name &name, prisim::memory_target::debug_access *debug = nullptr)
        : clocked_module(name, {}), registers("registers", *this, 0, 0, debug)
    {
    }

  private:
    cycle_t step(cycle_t now, struct ports *ports) override
    {
        if (ports_has_arrived(ports, 0)) {
            got.push_back(*static_cast<const memory_request *>(ports->rx[0]));
            got_at.push_back(now);
            waiting_.push_back(got.back());
        }
        if (!waiting_.empty() && ports_can_put(ports, 0)) {
            answer(waiting_.front(), static_cast<memory_response *>(ports_put(ports, 0)));
            waiting_.pop_front();
        }
        ports_set_ready(ports, 0, waiting_.size() < 2);
        return waiting_.empty() ? CYCLE_NEVER : ports_retry(ports, 0, now);
    }

    void answer(const memory_request &request, memory_response *to)
    {
        *to = memory_response{};
        to->id = request.id;
        if (request.address + request.size > sizeof bytes) {
            to->status = MEMORY_ABORT;
        } else if (request.write == MEMORY_WRITE) {
            std::memcpy(bytes + request.address, request.data, request.size);
        } else {
            to->size = request.size;
            std::memcpy(to->data, bytes + request.address, request.size);
        }
    }

    void reset() override
    {
        waiting_.clear();
    }

    std::deque<memory_request> waiting_;
};

} // namespace prisim_test

#endif
