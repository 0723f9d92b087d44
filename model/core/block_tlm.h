/* SPDX-License-Identifier: Apache-2.0
 *
 * A clocked_module around one C block: holds its configuration and its state, and steps it.
 */
#ifndef PRISIM_CORE_BLOCK_TLM_H
#define PRISIM_CORE_BLOCK_TLM_H

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "model/core/config_error.h"
#include "model/core/module_tlm.h"

namespace prisim
{

template <class Config, class State, bool (*Check)(const Config *, struct prisim_config_error *),
          size_t (*Size)(const Config *), void (*Init)(const Config *, State *),
          prisim_cycle_t (*Step)(const Config *, State *, prisim_cycle_t, struct prisim_ports *)>
class block_module : public clocked_module
{
  public:
    ~block_module() override
    {
        std::free(state_);
    }

    const Config &config() const
    {
        return config_;
    }

  protected:
    block_module(const sc_core::sc_module_name &name, const Config &config, const module_context &context)
        : clocked_module(name, context), config_(config)
    {
        struct prisim_config_error error;
        if (!Check(&config_, &error)) {
            std::string text = std::string(this->name()) + "." + error.field + ": expected " + error.expected;
            SC_REPORT_ERROR("/prisim/config", text.c_str());
            throw std::invalid_argument(text); /* an error that does not throw by itself: there is no such module */
        }
        size_ = Size(&config_);
        allocate();
    }

    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) override
    {
        return Step(&config_, state_, now, ports);
    }

    /* Fresh memory, as a block may count on zeros where it keeps memory pages. */
    void reset() override
    {
        if (used_)
            allocate();
        used_ = true;
        Init(&config_, state_);
    }

    const Config config_;
    State *state_ = nullptr;

  private:
    void allocate()
    {
        std::free(state_);
        state_ = static_cast<State *>(std::calloc(1, size_));
        if (!state_)
            SC_REPORT_FATAL("/prisim/memory", (std::string(name()) + ": no memory for the block's state").c_str());
    }

    size_t size_ = 0;
    bool used_ = false;
};

} // namespace prisim

#endif
