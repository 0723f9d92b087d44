/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the report: its tables of times (--hops).
 */
#ifndef PRISIM_TB_REPORT_HOPS_H
#define PRISIM_TB_REPORT_HOPS_H

#include <stdio.h>

#include "tb/hops/hops.h"

/* `head` and `plain` are what stands around a title. */
void report_hops(FILE *to, const char *head, const char *plain, const struct scenario *scenario,
                 const struct hops *hops);

#endif
