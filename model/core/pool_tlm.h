/* SPDX-License-Identifier: Apache-2.0
 *
 * A memory manager for transactions that carry one sticky extension. A transaction comes back to its pool when the last
 * one that acquired it releases it, and loses there what others hung on it for its life (automatic extensions). What
 * others still hold when the pool goes stays until they release it.
 */
#ifndef PRISIM_CORE_POOL_TLM_H
#define PRISIM_CORE_POOL_TLM_H

#include <memory>
#include <tlm>
#include <vector>

namespace prisim
{

template <class Extension> class payload_pool
{
  public:
    payload_pool() = default;
    payload_pool(const payload_pool &) = delete;
    payload_pool &operator=(const payload_pool &) = delete;
    ~payload_pool()
    {
        keeper_->abandon();
    }

    /* A transaction with one reference, the caller's. */
    tlm::tlm_generic_payload *take()
    {
        return keeper_->take();
    }

    /* Null if the transaction is not of such a pool. */
    static Extension *extension(const tlm::tlm_generic_payload *trans)
    {
        return trans->get_extension<Extension>();
    }

    /* Each transaction that was ever made. */
    const std::vector<std::unique_ptr<tlm::tlm_generic_payload>> &all() const
    {
        return keeper_->all;
    }

  private:
    struct keeper : tlm::tlm_mm_interface {
        std::vector<std::unique_ptr<tlm::tlm_generic_payload>> all; /* its destructor deletes the extension */
        std::vector<tlm::tlm_generic_payload *> unused;
        bool abandoned = false;

        tlm::tlm_generic_payload *take()
        {
            if (unused.empty()) {
                all.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
                all.back()->set_extension(new Extension);
                unused.push_back(all.back().get());
            }
            tlm::tlm_generic_payload *trans = unused.back();
            unused.pop_back();
            trans->acquire();
            return trans;
        }

        void free(tlm::tlm_generic_payload *trans) override
        {
            trans->reset();
            unused.push_back(trans);
            if (abandoned && unused.size() == all.size())
                delete this;
        }

        void abandon()
        {
            abandoned = true;
            if (unused.size() == all.size())
                delete this;
        }
    };

    keeper *keeper_ = new keeper;
};

} // namespace prisim

#endif
