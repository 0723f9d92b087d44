/* SPDX-License-Identifier: Apache-2.0
 *
 * What a scenario can say: every key, event, cause and hazard, from their tables, for `prisim describe` and for
 * docs/scenarios.md. Only the introduction of the page stands here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/describe_policies.h"
#include "tb/scenario/keys.h"

/* Where the defaults are read from. */
struct defaults {
    struct scenario scenario;
    struct step_input step;
    struct trigger_input trigger;
    struct prisim_driver_region region;
    struct key_bases bases;
};

static struct defaults *defaults_open(void)
{
    struct defaults *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    scenario_default(&d->scenario);
    step_input_default(&d->step);
    trigger_input_default(&d->trigger);
    d->bases.of[KEY_OF_SCENARIO] = &d->scenario;
    d->bases.of[KEY_OF_SMMU] = &d->scenario.system.smmu[0];
    d->bases.of[KEY_OF_PRI_QUEUE] = &d->scenario.system.pri_queue[0];
    d->bases.of[KEY_OF_FABRIC] = &d->scenario.system.fabric;
    d->bases.of[KEY_OF_MEMORY] = &d->scenario.system.interconnect;
    d->bases.of[KEY_OF_MEMORY_REGION] = &d->scenario.system.interconnect.region[0];
    d->bases.of[KEY_OF_DRIVER] = &d->scenario.system.driver;
    d->bases.of[KEY_OF_ENDPOINT] = &d->scenario.system.endpoint[0];
    d->bases.of[KEY_OF_ENDPOINT_ID] = d->scenario.system.endpoint_id[0];
    d->bases.of[KEY_OF_PHYSICAL_FUNCTION] = d->scenario.system.physical_function[0];
    d->bases.of[KEY_OF_LINK] = &d->scenario.system.fabric.link[0];
    d->bases.of[KEY_OF_FAULT] = &d->scenario.system.fabric.fault[0];
    d->bases.of[KEY_OF_FUNCTION] = &d->scenario.system.driver.function[0];
    d->bases.of[KEY_OF_REGION] = &d->region;
    d->bases.of[KEY_OF_STEP] = &d->step;
    d->bases.of[KEY_OF_TRIGGER] = &d->trigger;
    return d;
}

static void default_text(const struct key *key, const struct defaults *d, char text[KEY_EXPECTED_MAX])
{
    text[0] = 0;
    if (key->missing)
        text_append(text, KEY_EXPECTED_MAX, key->missing);
    else
        key_value(key, &d->bases, text);
}

/* True if a dotted name begins with the prefix, part by part as far as `*` goes: an id matches it. */
static bool begins_with(const char *name, const char *prefix)
{
    while (*prefix) {
        if (*name == '*' && *prefix != '.') {
            prefix += strcspn(prefix, ".");
            name++;
        } else if (*name++ != *prefix++) {
            return false;
        }
    }
    return true;
}

static void print_key(FILE *to, const struct key *key, const struct defaults *d)
{
    char range[KEY_EXPECTED_MAX], value[KEY_EXPECTED_MAX];
    key_range(key, range);
    default_text(key, d, value);
    fprintf(to, "%s\n    %s", key->name, key_type_name(key->row->type));
    if (range[0])
        fprintf(to, "%s %s", key->row->type == KEY_ENUM || key->row->type == KEY_ONE_OF ? "" : ",", range);
    if (key->row->unit[0])
        fprintf(to, ", %s", key->row->unit);
    if (key->missing && strcmp(key->missing, KEY_REQUIRED) == 0)
        fprintf(to, "; required");
    else if (value[0])
        fprintf(to, "; %s: %s", key->missing ? "without it" : "default", value);
    fprintf(to, "\n    %s\n", key->row->about);
}

static void markdown_key(FILE *to, const struct key *key, const struct defaults *d)
{
    char range[KEY_EXPECTED_MAX], value[KEY_EXPECTED_MAX];
    key_range(key, range);
    default_text(key, d, value);
    fprintf(to, "| `%s` | %s | %s | %s | %s | %s |\n", key->name, key_type_name(key->row->type), value, key->row->unit,
            range, key->row->about);
}

/* Keys of one part of the page share their first name, or their first two below `system`. */
static size_t section_length(const char *name)
{
    size_t length = strcspn(name, ".");
    if (strncmp(name, "system.", strlen("system.")) == 0)
        length += 1 + strcspn(name + length + 1, ".");
    return length;
}

static bool same_section(const char *a, const char *b)
{
    bool top = !strchr(a, '.') && !strchr(b, '.') && key_find(a)->row->type != KEY_MAP &&
               key_find(a)->row->type != KEY_LIST && key_find(b)->row->type != KEY_MAP &&
               key_find(b)->row->type != KEY_LIST;
    return top || (section_length(a) == section_length(b) && strncmp(a, b, section_length(a)) == 0);
}

static void markdown_heading(FILE *to, const struct key *key)
{
    if (key->row->type == KEY_MAP || key->row->type == KEY_LIST)
        fprintf(to, "\n### %s\n", key->name);
    else
        fprintf(to, "\n### The scenario\n");
    fprintf(to, "\n| key | type | default | unit | range | what it is |\n|---|---|---|---|---|---|\n");
}

static unsigned describe_keys(FILE *to, const char *prefix, bool markdown, const struct defaults *d)
{
    unsigned found = 0;
    const struct key *before = NULL;
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key *key = key_at(i);
        if (!begins_with(key->name, prefix))
            continue;
        found++;
        if (!markdown) {
            print_key(to, key, d);
            continue;
        }
        if (!before || !same_section(before->name, key->name))
            markdown_heading(to, key);
        before = key;
        markdown_key(to, key, d);
    }
    return found;
}

/* As docs/output.md calls them. */
static const char *format_name(enum prisim_field_format format)
{
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
        return "number";
    case PRISIM_FIELD_HEX:
        return "hex";
    case PRISIM_FIELD_PASID:
        return "pasid";
    case PRISIM_FIELD_BOOL:
        return "bool";
    case PRISIM_FIELD_CAUSE:
        return "cause";
    case PRISIM_FIELD_SPACE:
        return "space";
    case PRISIM_FIELD_INSTANCE:
        return "place";
    case PRISIM_FIELD_ACCESS:
        return "access";
    case PRISIM_FIELD_EVENT:
        return "event";
    }
    assert(false && "every format has a name");
    return "";
}

static void field_list(enum prisim_event_type type, char text[KEY_EXPECTED_MAX])
{
    const struct prisim_event_field *fields = prisim_event_fields(type);
    text[0] = 0;
    for (unsigned i = 0; i < prisim_event_field_count(type); i++) {
        const char *format = format_name(fields[i].format);
        text_append(text, KEY_EXPECTED_MAX, i ? ", " : "");
        text_append(text, KEY_EXPECTED_MAX, fields[i].name);
        if (strcmp(fields[i].name, format) == 0)
            continue;
        text_append(text, KEY_EXPECTED_MAX, " (");
        text_append(text, KEY_EXPECTED_MAX, format);
        text_append(text, KEY_EXPECTED_MAX, ")");
    }
}

static unsigned describe_events(FILE *to, const char *prefix, bool markdown)
{
    unsigned found = 0;
    if (markdown)
        fprintf(to, "\n## Events\n\nThe point is the place in the life of a page request (E0 to R2) or of an unbind "
                    "(U0 to U7). "
                    "What is in brackets is the type of a field where it is not its name: [output.md](output.md).\n\n"
                    "| event | point | fields | what happened |\n|---|---|---|---|\n");
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        enum prisim_event_type type = (enum prisim_event_type)i;
        const char *point = prisim_event_point(type);
        char fields[KEY_EXPECTED_MAX];
        if (!begins_with(prisim_event_name(type), prefix) && (!point[0] || strcmp(point, prefix) != 0))
            continue;
        found++;
        field_list(type, fields);
        if (markdown)
            fprintf(to, "| `%s` | %s | %s | %s |\n", prisim_event_name(type), point, fields, prisim_event_about(type));
        else
            fprintf(to, "%s\n    event%s%s%s%s\n    %s\n", prisim_event_name(type), point[0] ? " " : "", point,
                    fields[0] ? ": " : "", fields, prisim_event_about(type));
    }
    return found;
}

static unsigned describe_causes(FILE *to, const char *prefix, bool markdown)
{
    unsigned found = 0;
    if (markdown)
        fprintf(to, "\n## Causes\n\nWhy a block chose what it did: the value of an event's field `cause`.\n\n"
                    "| cause | why |\n|---|---|\n");
    for (unsigned i = 0; i < PRISIM_CAUSES; i++) {
        if (!begins_with(prisim_cause_name((enum prisim_cause)i), prefix))
            continue;
        found++;
        fprintf(to, markdown ? "| `%s` | %s |\n" : "%s\n    cause\n    %s\n", prisim_cause_name((enum prisim_cause)i),
                prisim_cause_about((enum prisim_cause)i));
    }
    return found;
}

static unsigned describe_hazards(FILE *to, const char *prefix, bool markdown)
{
    unsigned found = 0;
    if (markdown)
        fprintf(to, "\n## Hazards\n\nA scenario that does not list a hazard expects none of it. A sub-count (the name "
                    "of a hazard, a dot and more) that is not listed is not judged if its hazard is expected.\n\n| "
                    "hazard | when |\n|---|---|\n");
    for (unsigned i = 0; i < HAZARDS; i++) {
        enum hazard hazard = (enum hazard)i;
        const char *note = hazard_raisable(hazard) ? "" : " (not judged in this version: nothing can raise it)";
        if (!begins_with(hazard_name(hazard), prefix))
            continue;
        found++;
        fprintf(to, markdown ? "| `%s` | %s%s |\n" : "%s\n    hazard\n    %s%s\n", hazard_name(hazard),
                hazard_about(hazard), note);
    }
    return found;
}

static const char introduction[] =
    "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
    "<!-- Written by `prisim describe --markdown`: change tb/scenario/keys.def and the blocks' *_config.def, not this "
    "page. -->\n"
    "# Scenarios\n\n"
    "A scenario is one YAML file: the system, the address spaces, a timeline, and what must come out. Whatever is not\n"
    "said has a default. Unknown, doubled or impossible keys are refused in one line,\n"
    "`file:line:column: key: what was expected`.\n\n"
    "- Numbers are decimal or `0x` hexadecimal. There are no anchors, aliases, tags or second documents.\n"
    "- A step stands at a cycle (`at`), or `after` >= 1 edges after the `nth` event that matches (`when`). Conditions\n"
    "  on an event's fields are written as the log writes them; `endpoint` means the endpoint it is about.\n"
    "- `hold` with `until` is two steps of the timeline: the hold and its release.\n"
    "- Calls (";
static const char introduction_jobs[] = ") and jobs (";
static const char introduction_settings[] =
    ") are numbered from 1 in the order of the file: the `call` and\n"
    "  `job` of events.\n\n"
    "## Steps that are repeated\n\n"
    "`repeat` gives one step of the file many times: a stream of DMA, a flood of page requests, bind and unbind in "
    "turn.\n\n"
    "```yaml\n"
    "timeline:\n"
    "  - {id: open, at: 0, bind: {endpoint: nic, pasid: 1, space: A}, repeat: {times: 8, every: 10000, pasid_step: "
    "1}}\n"
    "  - id: stream\n"
    "    at: ready+20000\n"
    "    repeat: {times: 1000, every: 200, address_step: 0x1000, wrap: 16}\n"
    "    dma: {endpoint: nic, pasid: 1, address: 0x10000, write: true}\n"
    "  - {at: stream.999+5000, unbind: {endpoint: nic, pasid: 1}}\n"
    "```\n\n"
    "- The step's time, by `at` or by `when`, `nth` and `after`, is that of repetition 0; repetition k is given "
    "`every` * k\n"
    "  cycles later, and does not wait for another event. Several steps make a pattern if they have the same `every`.\n"
    "- With `address_step` and `pasid_step`, repetition k has its address and its PASID so many times further up; with "
    "`wrap`,\n"
    "  k modulo `wrap` times. Everything else is as the step says. All addresses and PASIDs must be such as a step may "
    "have.\n"
    "- Each repetition is a step of the timeline: it has an index in `timeline.step`, a number as a call or a job, all "
    "in the\n"
    "  order of the file, first those of one step. There are at most 1000000 steps in a timeline.\n"
    "- `ID` and the index from 0 mean the step of the file, `ID.K` and `INDEX.K` its repetition K, from 0. In `at`, "
    "ID+N is N\n"
    "  edges after repetition 0 and ID.K+N after that one. In `expect`, ID is every repetition (of `exposed`: one of "
    "them is\n"
    "  enough). `of` of a repeated page request names the repetition with the same number, if that step is repeated "
    "too.\n"
    "- A setting is about the step of the file, and so about all repetitions: `timeline.stream.repeat.every=100`,\n"
    "  `timeline.stream.after=5`, `timeline.stream.dma.size=64`.\n"
    "- `hold` can be repeated with `for`, not with `until`: there is one such event, and many holds.\n\n"
    "## Settings\n\n"
    "`--set KEY=VALUE` changes any value: the dotted key, `*` replaced by the item's id or its index from 0\n"
    "(`system.endpoints.nic.pri.allocation=4`, `timeline.race.after=5`, `spaces.A.regions.0.perm=r`,\n"
    "`expect.hazards.wrong_address_space.mapped=1`). Maps on the way are created, items of lists are not. An error\n"
    "about the Nth setting is `--set:N:column: key: what was expected`, the column being that in KEY=VALUE.\n\n"
    "## Keys\n\n"
    "`*` stands for an id, a name of the scenario's own or an index.\n";

/* The actions that have numbers of that kind. */
static void print_actions(FILE *to, const char *numbered)
{
    static const struct {
        const char *name, *numbered;
    } actions[] = {
#define ACTION(name, to, numbered, about) {#name, #numbered},
#include "tb/scenario/actions.def"
#undef ACTION
    };
    const char *before = "";
    for (unsigned i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].numbered, numbered) != 0)
            continue;
        fprintf(to, "%s%s", before, actions[i].name);
        before = ", ";
    }
}

static void print_introduction(FILE *to)
{
    fputs(introduction, to);
    print_actions(to, "CALL");
    fputs(introduction_jobs, to);
    print_actions(to, "JOB");
    fputs(introduction_settings, to);
}

bool scenario_describe(FILE *to, const char *prefix, bool markdown)
{
    struct defaults *d = defaults_open();
    if (!d)
        return false;
    if (!prefix)
        prefix = "";
    if (markdown && !prefix[0])
        print_introduction(to);
    unsigned found = describe_keys(to, prefix, markdown, d);
    if (strcmp(prefix, markdown ? "" : "system.driver.unbind") == 0)
        scenario_describe_policies(to, markdown);
    found += describe_events(to, prefix, markdown);
    found += describe_causes(to, prefix, markdown);
    found += describe_hazards(to, prefix, markdown);
    free(d);
    return found > 0;
}

bool scenario_describe_kind(FILE *to, enum describe_kind kind)
{
    struct defaults *d = defaults_open();
    if (!d)
        return false;
    switch (kind) {
    case DESCRIBE_KEYS:
        describe_keys(to, "", false, d);
        break;
    case DESCRIBE_EVENTS:
        describe_events(to, "", false);
        break;
    case DESCRIBE_CAUSES:
        describe_causes(to, "", false);
        break;
    case DESCRIBE_HAZARDS:
        describe_hazards(to, "", false);
        break;
    case DESCRIBE_KINDS:
        break;
    }
    free(d);
    return true;
}
