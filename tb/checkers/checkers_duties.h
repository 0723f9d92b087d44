/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: duties and blame.
 */
#ifndef PRISIM_TB_CHECKERS_DUTIES_H
#define PRISIM_TB_CHECKERS_DUTIES_H

#include "tb/checkers/checkers.h"

struct duties {
    const struct stream *told; /* who hears of broken ones, or NULL */
};

void duties_open(struct checkers *c);

#endif
