/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim view (view.h).
 */
#include "tb/program/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/exit_code.h"
#include "tb/program/view_judge.h"
#include "tb/program/view_options.h"
#include "tb/report/whole_file.h"
#include "tb/view/kanata.h"
#include "tb/view/ladder.h"
#include "tb/view/log_reader.h"
#include "tb/view/page.h"
#include "tb/view/trace_events.h"

/* A log that is shown. */
struct shown {
    bool has_scenario, read;
    struct scenario scenario;
    struct log_reading log;
    struct view_judgement judgement;
    struct judged judged;
};

static const char *without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool load(struct shown *shown, const struct view_options *o, unsigned which, char *message)
{
    struct scenario_tree *tree = scenario_tree_open(o->log[which].scenario, message);
    bool good = tree && (!o->log[which].policy || scenario_tree_policy(tree, o->log[which].policy, message)) &&
                scenario_from_tree(tree, &shown->scenario, o->log[which].setting, o->log[which].settings, message);
    scenario_tree_close(tree);
    return good;
}

/* False, and told, if the log or its scenario is unusable. */
static bool read_log(struct shown *shown, const struct view_options *o, unsigned which)
{
    const char *path = o->log[which].path, *file = o->log[which].scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    _Static_assert(sizeof message >= LOG_READER_MESSAGE_MAX && sizeof message >= VIEW_JUDGE_MESSAGE_MAX, "room");
    if (file)
        shown->has_scenario = load(shown, o, which, message);
    bool good = !file || shown->has_scenario;
    good = good && log_read(&shown->log, path, file ? &shown->scenario : NULL, message);
    shown->read = good;
    shown->judged = (struct judged){.source = without_folders(path), .recording = &shown->log.recording};
    if (good && file) {
        good = view_judge(&shown->scenario, &shown->log.recording, &shown->judgement, message);
        if (!good) {
            fprintf(stderr, "%s:%s\n", path, message);
            return false;
        }
        shown->judged.checkers = shown->judgement.checkers;
        shown->judged.outcome = shown->judgement.whole ? &shown->judgement.outcome : NULL;
    }
    if (!good)
        fprintf(stderr, "%s\n", message);
    return good;
}

static void forget(struct shown *shown)
{
    if (shown->judged.checkers)
        checkers_close(shown->judgement.checkers);
    if (shown->read)
        log_reading_free(&shown->log);
    if (shown->has_scenario)
        scenario_free(&shown->scenario);
}

/* False, and told, if there is no such request. */
static bool draw(FILE *to, const struct view_options *o, const struct judged *judged)
{
    uint32_t requests;
    if (ladder_write(to, judged, o->request, &requests))
        return true;
    if (requests)
        fprintf(stderr, "%s: --request: expected 1..%u: %u\n", o->log[0].path, requests, o->request);
    else
        fprintf(stderr, "%s: expected a log with a page request\n", o->log[0].path);
    return false;
}

static bool write_as(FILE *to, const struct view_options *o, const struct judged *const judged[])
{
    switch (o->as) {
    case VIEW_PAGE:
        page_write(to, judged, o->logs);
        return true;
    case VIEW_PERFETTO:
        trace_events_write(to, judged[0]);
        return true;
    case VIEW_MERMAID:
        return draw(to, o, judged[0]);
    case VIEW_KANATA:
        kanata_write(to, judged[0]);
        return true;
    case VIEW_AS:
        break;
    }
    return false;
}

static bool write_output(const struct view_options *o, const struct judged *const judged[])
{
    struct whole_file file;
    bool opened = whole_file_open(&file, o->out);
    if (opened && !write_as(file.stream, o, judged)) {
        whole_file_close(&file, false);
        return false;
    }
    if (opened && whole_file_close(&file, true))
        return true;
    fprintf(stderr, "prisim: %s: %s\n", o->out, strerror(errno));
    return false;
}

int view_main(int argc, char **argv)
{
    static struct view_options options;
    static struct shown shown[VIEW_LOGS_MAX];
    const struct judged *judged[VIEW_LOGS_MAX];
    bool good = true;
    view_options_parse(&options, argc, argv);
    for (unsigned i = 0; good && i < options.logs; i++) {
        judged[i] = &shown[i].judged;
        good = read_log(&shown[i], &options, i);
    }
    good = good && write_output(&options, judged);
    for (unsigned i = 0; i < options.logs; i++)
        forget(&shown[i]);
    free(options.out_owned);
    return good ? EXIT_AS_EXPECTED : EXIT_UNUSABLE;
}
