/* SPDX-License-Identifier: Apache-2.0
 *
 * The lists of an architect (system.driver.own): words of steps, short words for several of them, arguments and
 * conditions. Refused is only what cannot be executed (UNBIND-STEP "Semantics"); what is questionable is told by
 * scenario_policy_warn.c.
 */
#include <string.h>

#include "driver/unbind/policy.h"
#include "tb/scenario/scenario_read.h"

static const struct argument {
    unsigned step;
    const char *words; /* NULL: a number */
    struct key_row row;
} arguments[] = {
#define POLICY_ARGUMENT(STEP, words, max, unit) {DRIVER_STEP_##STEP, words, {KEY_NUMBER, unit, 0, max, NULL, ""}},
#include "driver/unbind/policy_arguments.def"
#undef POLICY_ARGUMENT
};

static const struct driver_shorthand *find_shorthand(const char *word)
{
    uint32_t number = 0;
    while (driver_shorthand(number) && strcmp(driver_shorthand(number)->word, word) != 0)
        number++;
    return driver_shorthand(number);
}

/* DRIVER_STEPS: there is none. */
static unsigned find_step(const char *text)
{
    char word[DRIVER_WORD_MAX];
    unsigned step = 0;
    for (; step < DRIVER_STEPS; step++) {
        driver_step_word(step, word);
        if (strcmp(word, text) == 0)
            break;
    }
    return step;
}

static bool refuse_word(struct loader *loader, const struct tree_node *node)
{
    char word[DRIVER_WORD_MAX], all[KEY_EXPECTED_MAX] = "";
    uint32_t shorthands = 0;
    while (driver_shorthand(shorthands))
        shorthands++;
    for (unsigned i = 0; i < shorthands + DRIVER_STEPS; i++) {
        if (i < shorthands)
            strcpy(word, driver_shorthand(i)->word);
        else
            driver_step_word(i - shorthands, word);
        if (words_are_close(node->text, word))
            return scenario_refuse(loader->tree, node, "unknown step; did you mean %s?", word);
        text_append(all, sizeof all, i ? ", " : "");
        text_append(all, sizeof all, word);
    }
    const char *what =
        key_why_later("system.driver.own.on_unbind.*", node->text) ? "not in this version" : "unknown step";
    return scenario_refuse(loader->tree, node, "%s: expected one of %s", what, all);
}

struct own_list scenario_own_list(struct loader *loader)
{
    struct prisim_driver_own_list *list = &loader->scenario->system.driver.own.list[loader->own_list];
    return (struct own_list){driver_trigger(loader->own_list)->name, &list->steps, list->step,
                             loader->own_step[loader->own_list]};
}

static bool add(struct loader *loader, const struct tree_node *node, struct driver_policy_step step, uint64_t argument)
{
    const struct own_list list = scenario_own_list(loader);
    if (*list.steps == PRISIM_DRIVER_OWN_STEPS_MAX)
        return scenario_refuse(loader->tree, node, "expected at most %d steps, short words counted as what they mean",
                               PRISIM_DRIVER_OWN_STEPS_MAX);
    list.at[*list.steps] = node;
    list.step[(*list.steps)++] = (struct prisim_driver_own_step){step.step, step.when, (uint32_t)argument};
    return true;
}

static bool read_word(struct loader *loader, const struct tree_node *node, unsigned when)
{
    const struct driver_shorthand *shorthand = find_shorthand(node->text);
    const unsigned step = find_step(node->text);
    if (!shorthand && step == DRIVER_STEPS)
        return refuse_word(loader, node);
    if (!shorthand)
        return add(loader, node, (struct driver_policy_step){(uint8_t)step, (uint8_t)when, 0}, 0);
    for (unsigned i = 0; i < shorthand->steps; i++) {
        struct driver_policy_step one = shorthand->step[i];
        if (when != DRIVER_WHEN_ALWAYS && one.when != DRIVER_WHEN_ALWAYS)
            return scenario_refuse(loader->tree, node, "expected steps: %s has conditions of its own", shorthand->word);
        if (when != DRIVER_WHEN_ALWAYS)
            one.when = (uint8_t)when;
        if (!add(loader, node, one, one.argument))
            return false;
    }
    return true;
}

static bool read_condition(struct loader *loader, const struct tree_node *node, unsigned *when)
{
    char word[DRIVER_WORD_MAX], all[KEY_EXPECTED_MAX] = "";
    for (*when = 0; *when < DRIVER_WHENS; ++*when) {
        driver_when_word(*when, word);
        if (node->type == TREE_SCALAR && strcmp(node->text, word) == 0)
            return true;
        text_append(all, sizeof all, *when ? ", " : "");
        text_append(all, sizeof all, word);
    }
    return scenario_refuse(loader->tree, node, "unknown condition: expected one of %s", all);
}

/* *argument: it, and 1. */
static bool read_argument(struct loader *loader, const struct tree_node *node, unsigned step, uint64_t *argument)
{
    char expected[KEY_EXPECTED_MAX];
    unsigned place = 0;
    const struct argument *of = NULL;
    for (unsigned i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
        if (arguments[i].step == step)
            of = &arguments[i];
    if (!of)
        return scenario_refuse(loader->tree, node, "expected the step alone: it has no argument");
    if (node->type != TREE_SCALAR)
        return scenario_refuse(loader->tree, node, "expected a value, not %s", tree_kind(node));
    if (of->words) {
        *argument = words_hold(of->words, node->text, &place) ? place + 1U : 0;
        return *argument || scenario_refuse(loader->tree, node, "expected %s, not \"%.40s\"", of->words, node->text);
    }
    const struct key key = {.name = "", .row = &of->row};
    if (!key_number(&key, node->text, node->quoted, argument, expected))
        return scenario_refuse(loader->tree, node, "%s", expected);
    ++*argument;
    return true;
}

/* {STEP: ARGUMENT} */
static bool read_step_with_argument(struct loader *loader, const struct tree_pair *pair, unsigned when)
{
    const unsigned step = find_step(pair->key->text);
    uint64_t argument = 0;
    if (step == DRIVER_STEPS)
        return refuse_word(loader, pair->key);
    return read_argument(loader, pair->value, step, &argument) &&
           add(loader, pair->key, (struct driver_policy_step){(uint8_t)step, (uint8_t)when, 0}, argument);
}

/* What stands under a condition: a step, or a list of them. */
static bool read_under(struct loader *loader, const struct tree_node *node, unsigned when)
{
    if (node->type == TREE_SCALAR)
        return read_word(loader, node, when);
    if (node->type == TREE_MAP) {
        if (node->count != 1 || tree_pair(node, "if"))
            return scenario_refuse(loader->tree, node, "expected {STEP: ARGUMENT}: conditions are not nested");
        return read_step_with_argument(loader, node->pair, when);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (node->item[i]->type == TREE_LIST)
            return scenario_refuse(loader->tree, node->item[i], "expected a step, not a list");
        if (!read_under(loader, node->item[i], when))
            return false;
    }
    return true;
}

/* {STEP: ARGUMENT}, {if: CONDITION, do: STEPS} or {if: CONDITION, STEP: ARGUMENT} */
static bool read_map(struct loader *loader, const struct tree_node *map)
{
    const struct tree_pair *condition = tree_pair(map, "if"), *what = NULL;
    unsigned when = DRIVER_WHEN_ALWAYS;
    for (uint32_t i = 0; i < map->count; i++)
        if (&map->pair[i] != condition)
            what = &map->pair[i];
    if (map->count != (condition ? 2U : 1U))
        return scenario_refuse(loader->tree, map, "expected {STEP: ARGUMENT} or {if: CONDITION, do: STEP}");
    if (condition && !read_condition(loader, condition->value, &when))
        return false;
    if (strcmp(what->key->text, "do") != 0)
        return read_step_with_argument(loader, what, when);
    if (!condition)
        return scenario_refuse(loader->tree, map, "expected {if: CONDITION, do: STEP}: what is always done has no do");
    return read_under(loader, what->value, when);
}

static bool read_list(struct loader *loader, const struct tree_node *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct tree_node *item = list->item[i];
        bool good = item->type == TREE_SCALAR ? read_word(loader, item, DRIVER_WHEN_ALWAYS)
                    : item->type == TREE_MAP  ? read_map(loader, item)
                                              : scenario_refuse(loader->tree, item, "expected a step, not a list");
        if (!good)
            return false;
    }
    return true;
}

/* UNBIND-P2: a list on_marker that enters nothing is for a PASID that on_unbind has left stale. What it is behind that
 * is said by who frees it. */
static bool check_of_stale(struct loader *loader, const struct tree_node *list)
{
    const struct own_list own = scenario_own_list(loader);
    const struct prisim_driver_own_list *unbind = &loader->scenario->system.driver.own.list[PRISIM_DRIVER_ON_UNBIND];
    bool defers = false;
    for (uint32_t i = 0; i < unbind->steps; i++)
        defers |= unbind->step[i].step == DRIVER_STEP_DEFER;
    if (!defers || loader->own_list != PRISIM_DRIVER_ON_MARKER)
        return scenario_refuse(loader->tree, list, "expected enter once (U2): there is none");
    for (uint32_t i = 0; i < *own.steps; i++)
        if (own.step[i].step == DRIVER_STEP_INVALIDATED || own.step[i].step == DRIVER_STEP_KEEP ||
            own.step[i].step == DRIVER_STEP_ROLLBACK)
            return scenario_refuse(loader->tree, own.at[i],
                                   "expected enter before it: the PASID is stale, and was invalidated");
    return true;
}

/* `enter` is U2: from there on nobody else unbinds the PASID (UNBIND-STEP-1), and behind `free` it is another's. */
static bool check_enter(struct loader *loader, const struct tree_node *list)
{
    const struct own_list own = scenario_own_list(loader);
    bool entered = false, freed = false;
    for (uint32_t i = 0; i < *own.steps; i++) {
        const struct tree_node *at = own.at[i];
        const unsigned step = own.step[i].step;
        if (step == DRIVER_STEP_ENTER && entered)
            return scenario_refuse(loader->tree, at, "expected enter once: the PASID is entered already");
        if (step == DRIVER_STEP_ENTER && own.step[i].when != DRIVER_WHEN_ALWAYS)
            return scenario_refuse(loader->tree, at, "expected enter without a condition");
        if (freed && (step == DRIVER_STEP_ENTER || step == DRIVER_STEP_INVALIDATED))
            return scenario_refuse(loader->tree, at, "expected it before free: the PASID is another's behind that");
        entered |= step == DRIVER_STEP_ENTER;
        freed |= step == DRIVER_STEP_FREE;
    }
    return entered || driver_trigger(loader->own_list)->of != DRIVER_LIST_OF_PASID || check_of_stale(loader, list);
}

/* DRIVER_LIST_NOT_TAKEN, DRIVER_LIST_KEEPS: what the step asks for. */
static const char *asked_for(unsigned step)
{
    switch (step) {
    case DRIVER_STEP_MARK:
        return "expected it between enter and free";
    case DRIVER_STEP_DEFER:
        return "expected mark before it, on every way that leads here";
    case DRIVER_STEP_AWAIT_BATCH:
        return "expected read_batch before it, on every way that leads here";
    case DRIVER_STEP_KEEP:
        return "expected {if: kept, do: keep}, before free: no other PASID is kept back";
    case DRIVER_STEP_STAY_BOUND:
        return "expected it in on_mm_exit, between enter and free: whoever unbinds a PASID frees it";
    case DRIVER_STEP_ROLLBACK:
        return "expected {if: rolling_back, do: rollback}, before free: nothing else is taken back";
    case DRIVER_STEP_BY_FLAG:
        return "expected it before enter: who is refused finds everything as it was";
    case DRIVER_STEP_REPEAT_SCAN:
        return "expected await_no_match and hardware_drain before it, on every way that leads here";
    case DRIVER_STEP_REPEAT_DRAIN:
        return "expected hardware_drain before it, on every way that leads here";
    case DRIVER_STEP_START_THREAD:
        return "expected stop_thread before it, on every way that leads here";
    }
    return "expected a snapshot before it, on every way that leads here";
}

static const char *asked_for_lock(const struct prisim_driver_own_step *step)
{
    if (!step->argument)
        return "expected a lock: {lock: group}, {unlock: mm}";
    return step->step == DRIVER_STEP_LOCK ? "expected it unlocked: the lock is had already on a way that leads here"
                                          : "expected it locked on every way that leads here";
}

static bool check_ways(struct loader *loader, const struct tree_node *list)
{
    struct prisim_driver_config written = loader->scenario->system.driver;
    const struct own_list own = scenario_own_list(loader);
    uint32_t place = 0;
    written.unbind_without = written.unbind_move = written.unbind_before = 0;
    switch (driver_list_fault(&written, driver_list_of(&written, PRISIM_DRIVER_UNBIND_OWN, loader->own_list), &place)) {
    case DRIVER_LIST_HAS_IT_NOT:
        return scenario_refuse(loader->tree, own.at[place], "expected a step that is of no PASID: %s has none",
                               own.key);
    case DRIVER_LIST_NOT_TAKEN:
    case DRIVER_LIST_KEEPS:
        return scenario_refuse(loader->tree, own.at[place], "%s", asked_for(own.step[place].step));
    case DRIVER_LIST_LOCKED:
        return scenario_refuse(loader->tree, own.at[place], "%s", asked_for_lock(&own.step[place]));
    case DRIVER_LIST_STAYS_LOCKED:
        return scenario_refuse(loader->tree, list, "expected unlock of each lock on every way through the list");
    case DRIVER_LIST_FREED_TWICE:
        return scenario_refuse(loader->tree, own.at[place],
                               "expected the PASID to be freed once: it is free already on a way that leads here");
    case DRIVER_LIST_NEVER_FREED:
        return scenario_refuse(loader->tree, list, "expected free on every way through the list that keeps no PASID");
    case DRIVER_LIST_NOT_STARTED:
        return scenario_refuse(
            loader->tree, place < *own.steps ? own.at[place] : list,
            "expected start_thread before the list ends or goes back: nobody else starts the thread");
    case DRIVER_LIST_CAN_RUN:
        break;
    }
    return true;
}

static bool check_promise(struct loader *loader, const struct tree_node *own)
{
    const struct prisim_driver_own *o = &loader->scenario->system.driver.own;
    const struct tree_node *promise = tree_value(own, "promise");
    if (promise && o->promise_from > o->promise_to)
        return scenario_refuse_part(loader->tree, promise, "to", "expected a point behind from, not before it");
    const struct tree_node *timed_out = promise ? tree_value(promise, "timed_out") : NULL;
    if (timed_out && o->timed_out_from > o->timed_out_to)
        return scenario_refuse_part(loader->tree, timed_out, "to", "expected a point behind from, not before it");
    return true;
}

static bool read_own(struct loader *loader, const struct tree_node *own)
{
    const struct tree_node *list = tree_value(own, scenario_own_list(loader).key);
    if (!list)
        return true;
    if (!driver_trigger(loader->own_list)->runs)
        return scenario_refuse(loader->tree, list, "not in this version: nothing runs this list");
    return read_list(loader, list) && check_enter(loader, list) && check_ways(loader, list);
}

bool scenario_read_policy(struct loader *loader, const struct tree_node *system)
{
    const struct tree_node *driver = system ? tree_value(system, "driver") : NULL;
    const struct tree_node *own = driver ? tree_value(driver, "own") : NULL;
    loader->runs_own =
        loader->scenario->system.driver.unbind == PRISIM_DRIVER_UNBIND_OWN ? 1U << PRISIM_DRIVER_ON_UNBIND : 0;
    if (!own && loader->runs_own)
        return scenario_refuse_part(loader->tree, driver, "unbind",
                                    "own: expected a list, system.driver.own or --policy FILE");
    if (!own)
        return true;
    if (loader->runs_own && tree_value(own, "on_marker"))
        loader->runs_own |= 1U << PRISIM_DRIVER_ON_MARKER;
    if (loader->runs_own && tree_value(own, "deferred"))
        loader->runs_own |= 1U << PRISIM_DRIVER_DEFERRED;
    for (unsigned i = 0; i < PRISIM_DRIVER_TRIGGERS; i++) {
        loader->own_list = (enum prisim_driver_trigger)i;
        if (!read_own(loader, own))
            return false;
    }
    return check_promise(loader, own);
}
