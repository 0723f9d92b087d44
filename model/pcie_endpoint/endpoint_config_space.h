/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_endpoint: the registers of configuration space that are not fixed, by the files that hold them.
 * A read gives the whole doubleword. A write gets the doubleword as it is to be, where bytes that are not enabled are
 * as they were read, and which bits were written (PCIE-ENUMERATION-1).
 */
#ifndef PRISIM_ENDPOINT_CONFIG_SPACE_H
#define PRISIM_ENDPOINT_CONFIG_SPACE_H

#include "model/pcie_endpoint/endpoint_state.h"

#define FIXED(offset, value, about)
#define READ_ONLY(offset, name, about)                                                                                 \
    uint32_t config_read_##name(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s);
#define REGISTER(offset, name, about)                                                                                  \
    READ_ONLY(offset, name, about)                                                                                     \
    void config_write_##name(struct endpoint_edge *e, uint32_t word, uint32_t written);
#include "model/pcie_endpoint/endpoint_config_space.def"

/* Registers that few steps read. */
static inline struct endpoint_function *endpoint_function_write(struct prisim_endpoint *s)
{
    prisim_touch(&s->touched, &s->function, sizeof s->function);
    return &s->function;
}

#endif
