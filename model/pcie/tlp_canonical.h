/* SPDX-License-Identifier: Apache-2.0
 *
 * What a TLP means, for the canonical form of whoever holds it (model/core/canonical.h).
 */
#ifndef PRISIM_PCIE_TLP_CANONICAL_H
#define PRISIM_PCIE_TLP_CANONICAL_H

#include "model/core/canonical.h"
#include "model/pcie/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Header without its id: of a TLP that has none yet. Not told are: id; prg_index, but in a Page Request and in a PRG
 * Response, where it counts from the index that its function gave out last. */
void prisim_tlp_header_canonical(const struct prisim_tlp_header *head, struct prisim_canonical *to);
/* The whole TLP: the header, its id as a name, and the data that is there. A tag counts as it is: it is a number on the
 * wire, which whoever answers repeats. */
void prisim_tlp_canonical(const struct prisim_tlp *tlp, struct prisim_canonical *to);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
