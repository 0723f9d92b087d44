/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the report: what the summary says of times.
 */
#ifndef PRISIM_TB_SUMMARY_HOPS_H
#define PRISIM_TB_SUMMARY_HOPS_H

#include <stdio.h>

#include "tb/hops/hops.h"

/* The keys hops, unbind_times and unbinds, each with a comma behind; null if there are no hops. */
void summary_hops(FILE *to, const struct scenario *scenario, const struct hops *hops);

#endif
