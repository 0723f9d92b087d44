/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands (commands.h).
 */
#include "tb/program/commands.h"

#include <string.h>

#include "tb/program/describe.h"
#include "tb/program/log_command.h"
#include "tb/program/matrix.h"
#include "tb/program/options.h"
#include "tb/program/regress.h"
#include "tb/program/run_files.h"
#include "tb/program/sweep.h"
#include "tb/program/sweep_options.h"
#include "tb/program/view.h"
#include "tb/program/view_options.h"
#include "tb/vectors/vectors.h"

static const struct command table[] = {
    {"run", "run scenarios; the report and the verdict of each",
     "prisim run unbind_while_queued.yaml --set system.driver.unbind=drain --points", &options_run_argp, run_main},
    {"regress", "all scenarios of a folder on all engines: verdicts and golden logs", "prisim regress basics",
     &regress_argp, regress_main},
    {"sweep", "one scenario over ranges of values, or a step at every order of events",
     "prisim sweep unbind_while_queued.yaml --vary system.driver.fault_service=1000..9000:1000", &sweep_argp,
     sweep_main},
    {"matrix", "policies of unbind compared over many schedules", "prisim matrix --thin table/thin.yaml", &matrix_argp,
     matrix_main},
    {"view", "a log as a page to look at",
     "prisim run unbind_while_queued.yaml --log race.jsonl && prisim view race.jsonl --scenario "
     "unbind_while_queued.yaml",
     &view_argp, view_main},
    {"describe", "every scenario key, event and hazard", "prisim describe system.driver", &options_describe_argp,
     describe_main},
    {"log", "the log of a run that was kept as a record",
     "prisim run unbind_while_queued.yaml --record race.record && prisim log race.record -o race.jsonl", &log_argp,
     log_main},
    {"vectors", "stimulus and response of the PRI queue, for any RTL simulator",
     "prisim vectors --out vectors --cycles 1000", &vectors_argp, vectors_main},
    {0},
};

const struct command_exit command_exits[] = {
    {"0", "all as expected"},
    {"1", "not as expected"},
    {"2", "unusable input, arguments or output"},
    {"3", "a fault of prisim's own"},
    {"4", "incomplete: what should have happened did not, so nothing is said"},
    {"128 + N", "ended by signal N"},
    {0},
};

const char command_exit_of_several[] = "of several files the worst, in the order 3, 2, 1, 4, 0";

const char command_question[] = "what happens if the PASID is unbound right now?";

const struct command *commands(void)
{
    options_gather();
    return table;
}

const struct command *command_find(const char *name)
{
    for (const struct command *c = commands(); c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

bool command_option_is_short(const struct argp_option *option)
{
    return option->key > ' ' && option->key < 0x7f;
}
