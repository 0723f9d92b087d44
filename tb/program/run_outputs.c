/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of what a run can write (run_outputs.h).
 */
#include "tb/program/run_outputs.h"

#include "tb/report/log.h"
#include "tb/report/record.h"
#include "tb/view/view_output.h"
#include "tb/wave/wave.h"

/* A writer's functions take its own type; the table's take any. */
#define WRITER(name)                                                                                                   \
    static void *open_##name(const struct scenario *scenario, const char *path)                                        \
    {                                                                                                                  \
        return name##_open(scenario, path);                                                                            \
    }                                                                                                                  \
    static int error_of_##name(const void *writer)                                                                     \
    {                                                                                                                  \
        return name##_error(writer);                                                                                   \
    }

WRITER(log)
WRITER(record)
WRITER(wave)
WRITER(view_output)

static bool end_log(void *log, const char *why, const char *key, const char *detail)
{
    return log_end(log, why, key, detail);
}

static bool close_log(void *log, const struct run_told *told)
{
    return log_close(log, told != NULL);
}

/* A record has no last word: that it has no end says enough. */
static bool end_record(void *record, const char *why, const char *key, const char *detail)
{
    (void)why;
    (void)key;
    (void)detail;
    return record_end(record);
}

static bool close_record(void *record, const struct run_told *told)
{
    return record_close(record, told != NULL);
}

static bool end_wave(void *wave, const char *why, const char *key, const char *detail)
{
    return wave_end(wave, why, key, detail);
}

static bool close_wave(void *wave, const struct run_told *told)
{
    return wave_close(wave, told);
}

static bool close_view(void *view, const struct run_told *told)
{
    return view_output_close(view, told);
}

static bool write_summary(const char *path, const struct run_told *told)
{
    return summary_write(path, told->scenario, told->checkers, told->outcome, told->hops);
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
    [RUN_OUTPUT_RECORD] = {.option = "record",
                           .value = "FILE",
                           .about = "keep every event as bytes, of which prisim log makes the lines of --log",
                           .open = open_record,
                           .event = record_event,
                           .error = error_of_record,
                           .end = end_record,
                           .close = close_record},
    [RUN_OUTPUT_WAVE] = {.option = "wave",
                         .value = "FILE",
                         .about = "write waves for GTKWave, as FILE.fst or FILE.vcd, and what opens them as FILE.gtkw",
                         .refuses = wave_refuses,
                         .open = open_wave,
                         .event = wave_event,
                         .error = error_of_wave,
                         .end = end_wave,
                         .close = close_wave},
    [RUN_OUTPUT_VIEW] =
        {.option = "view",
         .value = "FILE",
         .about = "write a page that shows the run; without =FILE it has the scenario's name, and ends in .html",
         .ending = ".html",
         .open = open_view_output,
         .event = view_output_event,
         .error = error_of_view_output,
         .close = close_view},
    [RUN_OUTPUT_SUMMARY] = {.option = "summary",
                            .value = "FILE",
                            .about =
                                "write verdict, hazards, counters and times as one JSON object; - is standard output",
                            .write = write_summary},
};
