/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of a log and the numbers that events have in their place: ranks of instances, numbers of spaces, stream
 * ids. They are those of a scenario, or learnt from the log as they come.
 */
#ifndef PRISIM_TB_VIEW_LOG_NAMES_H
#define PRISIM_TB_VIEW_LOG_NAMES_H

#include "tb/view/recording.h"

struct log_names {
    struct scenario *learnt; /* NULL: they are the scenario's */
    const struct scenario *scenario;
};

enum { LOG_NAMES_UNKNOWN = UINT32_MAX };

/* Of a scenario that outlives them; NULL: to be learnt. */
void log_names_open(struct log_names *names, const struct scenario *scenario);
void log_names_free(struct log_names *names);

/* The rank of the instance of that name, which is new if names are learnt. LOG_NAMES_UNKNOWN if it is no name of an
 * instance, or there are too many. */
uint32_t log_names_instance(struct log_names *names, const char *name, size_t length);
/* The number of a space + 1, in the same way. */
uint32_t log_names_space(struct log_names *names, const char *name, size_t length);

/* When all events are there: puts endpoints in the order that they had in the run, and finds out what StreamID each of
 * them has. Nothing to do for names of a scenario. */
void log_names_settle(struct log_names *names, struct recording *recording);

#endif
