/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page shows of one run, as one JSON object: its events in columns, the lives of its page requests and
 * bindings, and what was found. Its keys are docs/view.md's.
 */
#ifndef PRISIM_TB_VIEW_PAGE_DATA_H
#define PRISIM_TB_VIEW_PAGE_DATA_H

#include <stdio.h>

#include "tb/view/judged.h"

/* Errors are the stream's. */
void page_data_write(FILE *to, const struct judged *judged);

#endif
