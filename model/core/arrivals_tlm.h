/* SPDX-License-Identifier: Apache-2.0
 *
 * What has come to an rx port and was not taken yet, each with the time from which it is there: the time of the call
 * and the delay that was annotated to it. A payload whose time has not come hides what stands behind it.
 *
 * The END of one of them may be owed to the other side, of no more than one (the rules of exclusion), and until it is
 * said: also when the payload has been taken before it could be, or was dropped by a reset.
 */
#ifndef PRISIM_CORE_ARRIVALS_TLM_H
#define PRISIM_CORE_ARRIVALS_TLM_H

#include <algorithm>
#include <cassert>
#include <memory>
#include <tlm>
#include <utility>
#include <vector>

namespace prisim
{

template <class Payload> class arrivals
{
  public:
    struct item {
        Payload payload{};
        sc_dt::uint64 time = 0;
        bool owes = false;                            /* its END was not said yet */
        tlm::tlm_generic_payload *blocking = nullptr; /* a thread waits until it is taken */
    };

    bool empty() const
    {
        return count_ == 0;
    }

    size_t size() const
    {
        return count_;
    }

    item &front()
    {
        assert(count_ > 0);
        return *ring_[first_];
    }

    item &last()
    {
        assert(count_ > 0);
        return *ring_[(first_ + count_ - 1) & (ring_.size() - 1)];
    }

    const item &at(size_t place) const
    {
        assert(place < count_);
        return *ring_[(first_ + place) & (ring_.size() - 1)];
    }

    /* A place behind all others, fresh. */
    item &push(sc_dt::uint64 time)
    {
        if (count_ == ring_.size())
            grow();
        item &last = *ring_[(first_ + count_++) & (ring_.size() - 1)];
        last.time = time;
        last.owes = false;
        last.blocking = nullptr;
        return last;
    }

    /* Moves the last one before those that come later than it. Its new place. */
    size_t order()
    {
        assert(count_ > 0);
        size_t place = count_ - 1;
        for (; place > 0 && at(place - 1).time > at(place).time; place--)
            std::swap(ring_[(first_ + place) & (ring_.size() - 1)], ring_[(first_ + place - 1) & (ring_.size() - 1)]);
        return place;
    }

    void pop()
    {
        gone_ = gone_ || front().owes;
        first_ = (first_ + 1) & (ring_.size() - 1);
        count_--;
    }

    void clear()
    {
        gone_ = true;
        first_ = count_ = 0;
    }

    /* The END of an item is owed from now on. */
    void owe(item &of, tlm::tlm_generic_payload &trans)
    {
        assert(!owed_);
        of.owes = true;
        owed_ = &trans;
        owed_time_ = of.time;
        gone_ = false;
    }

    bool owes() const
    {
        return owed_ != nullptr;
    }

    /* The time of the payload whose END is, or was the last to be, owed. */
    sc_dt::uint64 owed_time() const
    {
        return owed_time_;
    }

    /* Whose END can be said now and is owed no more: of the first one; or of one that is not here any more. Or null. */
    tlm::tlm_generic_payload *end_of_front()
    {
        return std::exchange(front().owes, false) ? std::exchange(owed_, nullptr) : nullptr;
    }

    tlm::tlm_generic_payload *end_of_gone()
    {
        return gone_ ? std::exchange(owed_, nullptr) : nullptr;
    }

  private:
    /* A payload that a block looks at stays where it is. */
    void grow()
    {
        std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(first_), ring_.end());
        first_ = 0;
        size_t size = std::max<size_t>(2, 2 * ring_.size()); /* a power of two */
        while (ring_.size() < size)
            ring_.push_back(std::make_unique<item>());
    }

    std::vector<std::unique_ptr<item>> ring_;
    size_t first_ = 0, count_ = 0;
    tlm::tlm_generic_payload *owed_ = nullptr;
    sc_dt::uint64 owed_time_ = 0;
    bool gone_ = false; /* the payload of `owed_` has been taken or dropped */
};

} // namespace prisim

#endif
