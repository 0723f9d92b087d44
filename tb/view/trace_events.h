/* SPDX-License-Identifier: Apache-2.0
 *
 * A run in the Trace Event Format, a JSON that ui.perfetto.dev and chrome://tracing open. A cycle stands as one
 * microsecond. Each kind of lane is a process, and a lane a thread of it with its events as instants; where a request
 * is, it is an asynchronous slice in the process of that lane.
 */
#ifndef PRISIM_TB_VIEW_TRACE_EVENTS_H
#define PRISIM_TB_VIEW_TRACE_EVENTS_H

#include <stdio.h>

#include "tb/view/judged.h"

/* Errors are the stream's. */
void trace_events_write(FILE *to, const struct judged *judged);

#endif
