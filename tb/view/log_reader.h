/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a log (docs/output.md, "The log") back into events. It reads what a run writes, byte for byte, and nothing
 * else: JSON that says the same in another way is refused, so that what is seen is what was logged.
 */
#ifndef PRISIM_TB_VIEW_LOG_READER_H
#define PRISIM_TB_VIEW_LOG_READER_H

#include "tb/view/log_names.h"

struct log_reading {
    struct recording recording;
    struct log_names names;
};

enum { LOG_READER_MESSAGE_MAX = 1024 };

/* Reads the file. With a scenario, which must outlive the reading, names are those of its system, and others are
 * refused. True if it is a log; it is to be freed. Else there is nothing to free, and message is one line,
 * "file:line:column: what was expected". */
bool log_read(struct log_reading *reading, const char *path, const struct scenario *scenario,
              char message[LOG_READER_MESSAGE_MAX]);
void log_reading_free(struct log_reading *reading);

#endif
