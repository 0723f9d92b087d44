/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the ghost, what checkers know beside the hardware: two of them are alike if whatever happens
 * from now on leads to the same hits, exposures and verdict. What only a report prints is no part of it: texts, numbers
 * that nobody expects, the cycle of what is over. Who is told is told once, where the row names him first; whoever
 * nobody can come back to is not told.
 */
#include "tb/checkers/checkers_canonical.h"

void checkers_canonical(const struct checkers *c, struct prisim_canonical *to)
{
    telling_begin(c->telling, to);
    bindings_canonical(c);
    functions_canonical(c);
    invalidations_canonical(c);
    jobs_canonical(c);
    groups_canonical(c);
    requests_canonical(c);
    queue_canonical(c);
    items_canonical(c);
    stalls_canonical(c);
    answers_canonical(c);
    translations_canonical(c);
    tlbs_canonical(c);
    objects_canonical(c);
    deadlocks_canonical(c);
    waits_canonical(c);
    course_canonical(c);
    exposures_canonical(c);
    findings_canonical(c);
}
