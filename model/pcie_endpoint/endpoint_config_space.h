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

/* endpoint_msix.c: raises the function's interrupt; makes a message that is pending, if it may be made by now; and one
 * that waits for room in the FIFO. Accesses to BAR2. */
void endpoint_msix_raise(struct endpoint_edge *e);
void endpoint_msix_unmasked(struct endpoint_edge *e);
void endpoint_msix_due(struct endpoint_edge *e);
uint32_t endpoint_msix_read(const struct prisim_endpoint *s, uint32_t offset);
void endpoint_msix_write(struct endpoint_edge *e, uint32_t offset, uint32_t value);

/* endpoint_reset.c */
void endpoint_reset_registers(const struct prisim_endpoint_config *config, struct prisim_endpoint *s);
void endpoint_reset_function(struct endpoint_edge *e);
void endpoint_remove_function(struct endpoint_edge *e);

/* endpoint_config_space.c, endpoint_registers.c: 1, 2 or 4 bytes, aligned to their number */
bool endpoint_config_space_has(uint64_t offset, uint32_t size);
uint32_t endpoint_config_space_read(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s,
                                    uint32_t offset, uint32_t size);
void endpoint_config_space_write(struct endpoint_edge *e, uint32_t offset, uint32_t size, uint32_t value);
void endpoint_registers_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp);
void endpoint_registers_due(struct endpoint_edge *e);

#endif
