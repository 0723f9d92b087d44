/* SPDX-License-Identifier: Apache-2.0
 *
 * A memory manager for transactions that carry one sticky extension. A transaction comes back to its pool when the last
 * one that acquired it releases it.
 */
#ifndef PRISIM_CORE_POOL_TLM_H
#define PRISIM_CORE_POOL_TLM_H

#include <memory>
#include <tlm>
#include <vector>

namespace prisim
{

template <class Extension> class payload_pool : public tlm::tlm_mm_interface
{
  public:
    /* A transaction with one reference, the caller's. */
    tlm::tlm_generic_payload *take()
    {
        if (free_.empty()) {
            all_.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
            all_.back()->set_extension(new Extension);
            free_.push_back(all_.back().get());
        }
        tlm::tlm_generic_payload *trans = free_.back();
        free_.pop_back();
        trans->acquire();
        return trans;
    }

    Extension *extension(tlm::tlm_generic_payload *trans) const
    {
        return trans->get_extension<Extension>();
    }

    void free(tlm::tlm_generic_payload *trans) override
    {
        free_.push_back(trans);
    }

  private:
    std::vector<std::unique_ptr<tlm::tlm_generic_payload>> all_; /* its destructor deletes the extension */
    std::vector<tlm::tlm_generic_payload *> free_;
};

} // namespace prisim

#endif
