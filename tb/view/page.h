/* SPDX-License-Identifier: Apache-2.0
 *
 * The page: one HTML file that shows one run, or two beside one another, and asks nobody for anything.
 */
#ifndef PRISIM_TB_VIEW_PAGE_H
#define PRISIM_TB_VIEW_PAGE_H

#include <stdio.h>

#include "tb/view/judged.h"

enum { PAGE_RUNS_MAX = 2 };

/* Errors are the stream's. */
void page_write(FILE *to, const struct judged *const run[], unsigned runs);

#endif
