/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of a run as a whole: its events, and, if its scenario is known, what the checkers found and how it came
 * out.
 */
#ifndef PRISIM_TB_VIEW_JUDGED_H
#define PRISIM_TB_VIEW_JUDGED_H

#include "tb/report/summary.h"
#include "tb/view/lives.h"

struct judged {
    const char *source; /* the file that the events are of, without folders */
    const struct recording *recording;
    const struct checkers *checkers;   /* NULL: not judged */
    const struct run_outcome *outcome; /* NULL with the checkers */
};

/* The event at which the i-th finding was made, or LIVES_NONE: at the end. One array for all findings, to be freed. */
uint32_t *judged_events(const struct judged *judged);

#endif
