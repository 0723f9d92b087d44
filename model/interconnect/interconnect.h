/* SPDX-License-Identifier: Apache-2.0
 *
 * The way to memory: address decode and arbitration between the SMMU, translated root-port traffic and the CPU; the RAM
 * behind it and the MSI doorbell. RAM is regions of pages that come into being when they are first written and read as
 * zero before; what lies outside RAM and doorbell is aborted. Not a cache
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
#include "model/core/memory_region.h"
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
/* The state's memory comes zeroed, as of calloc: init does not touch the pages of RAM, which stand at its end. The
 * state has no pointers: its bytes may be copied elsewhere. */
void prisim_interconnect_init(const struct prisim_interconnect_config *config, struct prisim_interconnect *state);
/* How many bytes of the state, from its start, are in use: all behind are zero, so that a copy may leave them out. It
 * grows with each page that is written first, and never shrinks. */
size_t prisim_interconnect_used(const struct prisim_interconnect_config *config,
                                const struct prisim_interconnect *state);
/* Bytes from its start that a step may write without saying so (model/core/touched.h). */
size_t prisim_interconnect_hot_size(const struct prisim_interconnect_config *config);
prisim_cycle_t prisim_interconnect_step(const struct prisim_interconnect_config *config,
                                        struct prisim_interconnect *state, prisim_cycle_t now,
                                        struct prisim_ports *ports);

/* The canonical form of the accesses under way and of what is offered on the rx ports, but not of RAM
 * (model/core/canonical.h). Ids of accesses are names of the port: prisim_canonical_of(port, id), of
 * enum prisim_interconnect_port. */
void prisim_interconnect_canonical(const struct prisim_interconnect_config *config,
                                   const struct prisim_interconnect *state, const struct prisim_ports *ports,
                                   struct prisim_canonical *to);

/* Reads or writes RAM from outside, at once and without side effects. Returns how many bytes from the address on lie in
 * RAM; 0, and nothing is written, if config->pages are in use and the write needs another. */
unsigned prisim_interconnect_debug(const struct prisim_interconnect_config *config, struct prisim_interconnect *state,
                                   bool write, uint64_t address, uint8_t *data, unsigned size);

/* The 4096 bytes of the i-th page in use, and the address of the first of them; NULL if there are fewer. Pages come in
 * the order in which they were first written: who compares two memories sorts them by address, and takes a page that is
 * all zero as one that is not in use. */
const uint8_t *prisim_interconnect_page(const struct prisim_interconnect *state, uint32_t i, uint64_t *address);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
