/* SPDX-License-Identifier: Apache-2.0
 *
 * The way to memory: address decode and arbitration between the SMMU, translated root-port traffic and the CPU; the RAM
 * behind it and the MSI doorbell. RAM is a pool of pages; what lies outside RAM and doorbell is aborted. Not a cache
 * and not coherent with anything: every access reaches the one RAM, in the order of arbitration. Timing: docs/timing.md
 * "Interconnect".
 */
#ifndef PRISIM_INTERCONNECT_H
#define PRISIM_INTERCONNECT_H

#include <stddef.h>

#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/ports.h"
#include "model/core/public.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(interconnect_config_default)
PRISIM_PUBLIC(interconnect_config_check)
PRISIM_PUBLIC(interconnect_state_size)
PRISIM_PUBLIC(interconnect_init)
PRISIM_PUBLIC(interconnect_step)
PRISIM_PUBLIC(interconnect_debug)

/* The members, with default, range, unit and source of each, are the rows of interconnect_config.def. */
struct interconnect_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/interconnect/interconnect_config.def"
};

enum interconnect_port { INTERCONNECT_SMMU, INTERCONNECT_CLIENT, INTERCONNECT_CPU, INTERCONNECT_PORTS };
/* rx ports 0..2: struct memory_request, in the order of enum interconnect_port.
 * tx ports 0..2: struct memory_response; tx port 3: struct interrupt, a pulse per ring. */
enum { INTERCONNECT_TX_INTERRUPT = INTERCONNECT_PORTS };

struct interrupt {
    uint32_t data;
};

struct interconnect;

void interconnect_config_default(struct interconnect_config *config);
bool interconnect_config_check(const struct interconnect_config *config, struct config_error *error);
size_t interconnect_state_size(const struct interconnect_config *config);
/* The state's memory comes zeroed: RAM is not touched, so that pages that nobody writes cost nothing. */
void interconnect_init(const struct interconnect_config *config, struct interconnect *state);
cycle_t interconnect_step(const struct interconnect_config *config, struct interconnect *state, cycle_t now,
                          struct ports *ports);

/* Reads or writes RAM from outside, at once and without side effects. Returns how many bytes lie in RAM. */
unsigned interconnect_debug(const struct interconnect_config *config, struct interconnect *state, bool write,
                            uint64_t address, uint8_t *data, unsigned size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
