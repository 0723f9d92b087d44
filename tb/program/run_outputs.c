/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of what a run can write (run_outputs.h).
 */
#include "tb/program/run_outputs.h"

#include "tb/report/log.h"

static void *open_log(const struct scenario *scenario, const char *path)
{
    return log_open(scenario, path);
}

static int error_of_log(const void *log)
{
    return log_error(log);
}

static bool end_log(void *log, const char *why, const char *key, const char *detail)
{
    return log_end(log, why, key, detail);
}

static bool close_log(void *log, const struct run_told *told)
{
    return log_close(log, told != NULL);
}

static bool write_summary(const char *path, const struct run_told *told)
{
    return summary_write(path, told->scenario, told->checkers, told->outcome);
}

const struct run_output run_outputs[RUN_OUTPUTS] = {
    [RUN_OUTPUT_LOG] = {.option = "log",
                        .value = "FILE",
                        .about = "write every event as one line of JSON; - is standard output",
                        .open = open_log,
                        .event = log_event,
                        .error = error_of_log,
                        .end = end_log,
                        .close = close_log},
    [RUN_OUTPUT_SUMMARY] = {.option = "summary",
                            .value = "FILE",
                            .about = "write verdict, hazards and counters as one JSON object; - is standard output",
                            .write = write_summary},
};
