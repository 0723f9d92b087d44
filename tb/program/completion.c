/* SPDX-License-Identifier: Apache-2.0
 *
 * The variables of the completion (completion.h). They are global even if the script is read inside a function, as
 * bash-completion does.
 */
#include "tb/program/completion.h"

#include <stdbool.h>
#include <string.h>

#include "tb/program/commands.h"
#include "tb/report/report_filter.h"
#include "tb/scenario/keys.h"

/* "c|rtl" as "c rtl". */
static void alternatives(FILE *to, const char *text)
{
    for (; *text; text++)
        putc(*text == '|' ? ' ' : *text, to);
}

/* By how the help writes what an option takes. */
static void taken(FILE *to, const struct argp_option *o)
{
    if (strcmp(o->name, "only") == 0)
        fputs("@term", to);
    else if (strncmp(o->arg, "KEY=", strlen("KEY=")) == 0)
        fputs("@setting", to);
    else if (strcmp(o->arg, "FILE") == 0 || strcmp(o->arg, "DIR") == 0)
        fputs("@file", to);
    else if (strchr(o->arg, '|'))
        alternatives(to, o->arg);
    else
        fputs("@nothing", to);
}

static void options(FILE *to)
{
    fputs("declare -gA _prisim_options=(\n", to);
    for (const struct command *c = commands(); c->name; c++) {
        fprintf(to, "    [%s]='", c->name);
        for (const struct argp_option *o = c->argp->options; o->name; o++) {
            if (o->flags & OPTION_HIDDEN)
                continue;
            fprintf(to, "--%s ", o->name);
            if (command_option_is_short(o))
                fprintf(to, "-%c ", o->key);
        }
        fputs("--help --usage'\n", to);
    }
    fputs(")\ndeclare -gA _prisim_takes=(\n", to);
    for (const struct command *c = commands(); c->name; c++)
        for (const struct argp_option *o = c->argp->options; o->name; o++) {
            if ((o->flags & OPTION_HIDDEN) || !o->arg)
                continue;
            fprintf(to, "    ['%s --%s%s']='", c->name, o->name, o->flags & OPTION_ARG_OPTIONAL ? "=" : "");
            taken(to, o);
            fputs("'\n", to);
        }
    fputs(")\n", to);
}

/* What a command takes that is no option. */
static void arguments(FILE *to)
{
    fputs("declare -gA _prisim_arguments=(\n", to);
    for (const struct command *c = commands(); c->name; c++) {
        const char *text = c->argp->args_doc ? c->argp->args_doc : "";
        fprintf(to, "    [%s]='%s'\n", c->name,
                strstr(text, "KEY")    ? "@name"
                : strstr(text, "FILE") ? "@scenario"
                : *text                ? "@file"
                                       : "@nothing");
    }
    fputs(")\n", to);
}

static void keys(FILE *to)
{
    fputs("_prisim_keys=(\n", to);
    for (unsigned i = 0; i < keys_count(); i++)
        if (key_at(i)->row->type != KEY_MAP && key_at(i)->row->type != KEY_LIST)
            fprintf(to, "    '%s'\n", key_at(i)->name);
    fputs(")\ndeclare -gA _prisim_values=(\n", to);
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key *key = key_at(i);
        bool is_list = key->row->type == KEY_ENUM || key->row->type == KEY_ONE_OF;
        size_t length;
        if (!is_list && key->row->type != KEY_BOOL)
            continue;
        fprintf(to, "    ['%s']='", key->name);
        const char *before = "";
        for (const char *w = words_next(is_list ? key->row->words : "false or true", &length); length;
             w = words_next(w + length, &length)) {
            fprintf(to, "%s%.*s", before, (int)length, w);
            before = " ";
        }
        fputs("'\n", to);
    }
    fputs(")\n", to);
}

static void events(FILE *to)
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        fprintf(to, "%s%s", type ? " " : "", prisim_event_name((enum prisim_event_type)type));
}

/* The names of blocks, up to their index or id. */
static void places(FILE *to)
{
    static struct scenario scenario;
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    scenario_default(&scenario);
    unsigned count = system_instances(&scenario.system, rows);
    for (unsigned i = 0; i < count; i++) {
        char name[SYSTEM_NAME_MAX];
        system_instance_name(&scenario.system, i, name);
        fprintf(to, "%.*s ", (int)strcspn(name, "["), name);
    }
    fputs("checkers", to);
}

/* True if no event before this one has the field, so that each is written once. */
static bool is_first(unsigned type, const char *name)
{
    for (unsigned before = 0; before < type; before++) {
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)before);
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)before); i++)
            if (strcmp(fields[i].name, name) == 0)
                return false;
    }
    return true;
}

static void field(FILE *to, const struct prisim_event_field *f)
{
    fprintf(to, "    [%s]='", f->name);
    if (f->format == PRISIM_FIELD_BOOL)
        fputs("false true", to);
    if (f->format == PRISIM_FIELD_EVENT)
        events(to);
    for (unsigned i = 0; i < PRISIM_CAUSES && f->format == PRISIM_FIELD_CAUSE; i++)
        fprintf(to, "%s%s", i ? " " : "", prisim_cause_name((enum prisim_cause)i));
    fputs("'\n", to);
}

/* The keys of --only, and those of their values that no scenario has to say. */
static void terms(FILE *to)
{
    fputs("declare -gA _prisim_terms=(\n", to);
    for (unsigned i = 0; report_filter_own_key(i); i++) {
        const char *key = report_filter_own_key(i);
        fprintf(to, "    [%s]='", key);
        if (strcmp(key, "event") == 0)
            events(to);
        if (strcmp(key, "at") == 0)
            places(to);
        for (unsigned type = 0; type < PRISIM_EVENT_TYPES && strcmp(key, "point") == 0; type++)
            if (prisim_event_point((enum prisim_event_type)type)[0])
                fprintf(to, "%s ", prisim_event_point((enum prisim_event_type)type));
        fputs("'\n", to);
    }
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            if (is_first(type, prisim_event_fields((enum prisim_event_type)type)[i].name))
                field(to, &prisim_event_fields((enum prisim_event_type)type)[i]);
    fputs(")\n", to);
}

void completion_write(FILE *to)
{
    fputs("# SPDX-License-Identifier: Apache-2.0\n_prisim_commands='", to);
    for (const struct command *c = commands(); c->name; c++)
        fprintf(to, "%s ", c->name);
    fputs("--help --version'\n_prisim_names='", to);
    events(to);
    for (unsigned i = 0; i < HAZARDS; i++)
        fprintf(to, " %s", hazard_name((enum hazard)i));
    fputs("'\n", to);
    options(to);
    arguments(to);
    keys(to);
    terms(to);
}
