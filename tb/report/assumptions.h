/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verdict hangs on that the specifications leave open, as far as the scenario decides otherwise than by default
 * (docs/output.md "The summary"). It is no premise: nobody has a duty in it.
 */
#ifndef PRISIM_TB_ASSUMPTIONS_H
#define PRISIM_TB_ASSUMPTIONS_H

#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ASSUMPTION_TEXT = 64 };

/* Writes the index-th one, "ppr_flush none"; false if there are not as many. */
bool assumption(const struct scenario *scenario, unsigned index, char text[ASSUMPTION_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
