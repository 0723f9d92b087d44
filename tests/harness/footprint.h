/* SPDX-License-Identifier: Apache-2.0
 *
 * An automatic extension that a passer-by leaves on a transaction: the memory manager must take it away when the last
 * reference goes, so that the next use of the transaction starts without it (IEEE 1666-2011 14.21.3).
 */
#ifndef PRISIM_FOOTPRINT_H
#define PRISIM_FOOTPRINT_H

#include <memory>
#include <tlm>

namespace prisim_test
{

struct footprint : tlm::tlm_extension<footprint> {
    std::shared_ptr<unsigned> alive;

    explicit footprint(std::shared_ptr<unsigned> count) : alive(std::move(count))
    {
        ++*alive;
    }
    ~footprint() override
    {
        --*alive;
    }
    footprint(const footprint &) = delete;
    footprint &operator=(const footprint &) = delete;

    tlm::tlm_extension_base *clone() const override
    {
        return nullptr;
    }
    void copy_from(const tlm::tlm_extension_base &) override
    {
    }
};

} // namespace prisim_test

#endif
