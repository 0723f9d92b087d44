/* SPDX-License-Identifier: Apache-2.0
 *
 * The interconnect's configuration: defaults, and what is refused.
 */
#include "model/interconnect/interconnect_state.h"

enum { PAGE_BYTES = 4096, RAM_BYTES_MAX = 256 << 20 };

void interconnect_config_default(struct interconnect_config *config)
{
    *config = (struct interconnect_config){.ram_base = UINT64_C(0x80000000),
                                           .ram_size = UINT64_C(16) << 20,
                                           .doorbell_base = UINT64_C(0x08020000),
                                           .latency = 80,
                                           .outstanding = 64};
}

static bool refuse(struct config_error *error, const char *field, const char *expected)
{
    *error = (struct config_error){field, expected};
    return false;
}

bool interconnect_config_check(const struct interconnect_config *config, struct config_error *error)
{
    if (config->ram_size < PAGE_BYTES || config->ram_size > RAM_BYTES_MAX || config->ram_size % PAGE_BYTES)
        return refuse(error, "ram_size", "whole pages of 4 KB, 4 KB .. 256 MB");
    if (config->ram_base % PAGE_BYTES || config->ram_base > UINT64_MAX - config->ram_size)
        return refuse(error, "ram_base", "4 KB aligned, RAM ends below 2^64");
    if (config->doorbell_base % PAGE_BYTES)
        return refuse(error, "doorbell_base", "4 KB aligned");
    if (config->doorbell_base - config->ram_base < config->ram_size)
        return refuse(error, "doorbell_base", "a frame outside RAM");
    if (config->latency < 1 || config->latency > 10000)
        return refuse(error, "latency", "1..10000");
    if (config->outstanding < 4 || config->outstanding > INTERCONNECT_OUTSTANDING_MAX)
        return refuse(error, "outstanding", "4..256");
    return true;
}

size_t interconnect_state_size(const struct interconnect_config *config)
{
    return sizeof(struct interconnect) + config->ram_size + MEMORY_LINE_BYTES;
}

void interconnect_init(const struct interconnect_config *config, struct interconnect *state)
{
    assert(config->outstanding <= INTERCONNECT_OUTSTANDING_MAX);
    state->last_due = state->next_due = 0;
    state->head = state->count = state->places = 0;
    state->waiting = state->turn = 0;
    for (unsigned port = 0; port < INTERCONNECT_PORTS; port++)
        state->responses[port].head = state->responses[port].count = state->reserved[port] = 0;
}
