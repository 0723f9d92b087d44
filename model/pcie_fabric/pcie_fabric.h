/* SPDX-License-Identifier: Apache-2.0
 *
 * The PCIe fabric: one link per endpoint (serialisation by generation and width, latency) and the root port that joins
 * them to the SMMU and to the host. Posted, non-posted and completions of one link and direction pass each other as
 * PCIE-ORDER has it: where they must, or, if so configured, wherever they may. It neither reads nor answers TLPs, but
 * for requests that nobody can answer (UR) and configuration requests to the root port itself. Timing: docs/timing.md
 * "PCIe fabric".
 *
 * A completion to the host leaves only after every posted TLP that came before it on its link was taken at its own
 * port: that is the flush that a read completion promises (PCIE-ORDER row D column 2, design `smmu.ppr_flush: port`).
 */
#ifndef PRISIM_PCIE_FABRIC_H
#define PRISIM_PCIE_FABRIC_H

#include <stddef.h>

#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/ports.h"
#include "model/pcie/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { PRISIM_FABRIC_LINKS_MAX = 32 };

/* PCIE-ORDER-5: what is done of what may be. */
enum prisim_fabric_order { PRISIM_FABRIC_IN_ORDER, PRISIM_FABRIC_MAY };

/* The members, with default, range, unit and source of each, are the rows of fabric_link_config.def. */
struct prisim_fabric_link_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/pcie_fabric/fabric_link_config.def"
};

enum { PRISIM_FABRIC_FAULTS_MAX = 8 };

/* The last edge that can be named: more than a scenario can. */
#define PRISIM_FABRIC_FAULT_LAST UINT64_C(100000000000000)

/* What a fault does, and to which TLPs; `what` is that of fabric.fault. */
enum prisim_fabric_fault_what {
    PRISIM_FABRIC_FAULT_NONE,
    PRISIM_FABRIC_FAULT_DELAY,
    PRISIM_FABRIC_FAULT_REORDER,
    PRISIM_FABRIC_FAULT_DROP,
    PRISIM_FABRIC_FAULT_LINK_DOWN,
    PRISIM_FABRIC_FAULT_LINK_UP
};
enum prisim_fabric_fault_of {
    PRISIM_FABRIC_FAULT_OF_ANY,
    PRISIM_FABRIC_FAULT_OF_POSTED,
    PRISIM_FABRIC_FAULT_OF_NONPOSTED,
    PRISIM_FABRIC_FAULT_OF_COMPLETION,
    PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST,
    PRISIM_FABRIC_FAULT_OF_STOP_MARKER
};

/* What is done to a link now. */
struct prisim_fabric_stimulus {
    uint32_t what; /* PRISIM_FABRIC_FAULT_LINK_DOWN, PRISIM_FABRIC_FAULT_LINK_UP */
    uint32_t link; /* below config.links */
};

/* The members, with default, range, unit and source of each, are the rows of fabric_fault_config.def. */
struct prisim_fabric_fault {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/pcie_fabric/fabric_fault_config.def"
};

/* The members, with default, range, unit and source of each, are the rows of pcie_fabric_config.def. */
struct prisim_fabric_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/pcie_fabric/pcie_fabric_config.def"
};

/* rx ports: 0 from the SMMU, 1 from the host, 2 + i from endpoint i, all struct prisim_tlp; and struct
 * prisim_fabric_stimulus, always taken. */
enum {
    PRISIM_FABRIC_RX_SMMU,
    PRISIM_FABRIC_RX_HOST,
    PRISIM_FABRIC_RX_ENDPOINT,
    PRISIM_FABRIC_RX_STIMULUS = PRISIM_FABRIC_RX_ENDPOINT + PRISIM_FABRIC_LINKS_MAX
};
/* tx ports: 0 to the SMMU, 1 to the host, 2 + i to endpoint i. */
enum { PRISIM_FABRIC_TX_SMMU, PRISIM_FABRIC_TX_HOST, PRISIM_FABRIC_TX_ENDPOINT };

struct prisim_fabric;

/* One link, default generation and width; the caller sets ids and BARs. */
void prisim_fabric_config_default(struct prisim_fabric_config *config);
bool prisim_fabric_config_check(const struct prisim_fabric_config *config, struct prisim_config_error *error);
size_t prisim_fabric_state_size(const struct prisim_fabric_config *config);
void prisim_fabric_init(const struct prisim_fabric_config *config, struct prisim_fabric *state);
prisim_cycle_t prisim_fabric_step(const struct prisim_fabric_config *config, struct prisim_fabric *state,
                                  prisim_cycle_t now, struct prisim_ports *ports);

/* The canonical form of the state and of what is offered on its rx ports (model/core/canonical.h). */
void prisim_fabric_canonical(const struct prisim_fabric_config *config, const struct prisim_fabric *state,
                             const struct prisim_ports *ports, struct prisim_canonical *to);
/* Bytes from its start that a step may write without prisim_touch (model/core/touched.h). */
size_t prisim_fabric_hot_size(const struct prisim_fabric_config *config);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
