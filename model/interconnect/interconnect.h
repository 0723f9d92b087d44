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

#include "model/core/address_map.h"
#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/memory_port.h"
#include "model/core/ports.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The members, with default, range, unit and source of each, are the rows of interconnect_config.def. */
struct prisim_interconnect_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/interconnect/interconnect_config.def"
};

enum prisim_interconnect_port {
    PRISIM_INTERCONNECT_SMMU,
    PRISIM_INTERCONNECT_CLIENT,
    PRISIM_INTERCONNECT_CPU,
    PRISIM_INTERCONNECT_PORTS
};
/* rx ports 0..2: struct prisim_memory_request, in the order of enum prisim_interconnect_port.
 * tx ports 0..2: struct prisim_memory_response; tx port 3: struct prisim_interrupt, a pulse per ring. */
enum { PRISIM_INTERCONNECT_TX_INTERRUPT = PRISIM_INTERCONNECT_PORTS };

struct prisim_interrupt {
    uint32_t data;
};

struct prisim_interconnect;

void prisim_interconnect_config_default(struct prisim_interconnect_config *config);
bool prisim_interconnect_config_check(const struct prisim_interconnect_config *config,
                                      struct prisim_config_error *error);
size_t prisim_interconnect_state_size(const struct prisim_interconnect_config *config);
/* The state's memory comes zeroed: RAM is not touched, so that pages that nobody writes cost nothing. */
void prisim_interconnect_init(const struct prisim_interconnect_config *config, struct prisim_interconnect *state);
prisim_cycle_t prisim_interconnect_step(const struct prisim_interconnect_config *config,
                                        struct prisim_interconnect *state, prisim_cycle_t now,
                                        struct prisim_ports *ports);

/* The canonical form of the accesses under way and of what is offered on the rx ports, but not of RAM
 * (model/core/canonical.h). Ids of accesses are names of the port: prisim_canonical_of(port, id), of
 * enum prisim_interconnect_port. */
void prisim_interconnect_canonical(const struct prisim_interconnect_config *config,
                                   const struct prisim_interconnect *state, const struct prisim_ports *ports,
                                   struct prisim_canonical *to);

/* Reads or writes RAM from outside, at once and without side effects. Returns how many bytes lie in RAM. */
unsigned prisim_interconnect_debug(const struct prisim_interconnect_config *config, struct prisim_interconnect *state,
                                   bool write, uint64_t address, uint8_t *data, unsigned size);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
