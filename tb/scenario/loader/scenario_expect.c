/* SPDX-License-Identifier: Apache-2.0
 *
 * `expect`: what must come out. A count is a number, or says how it is meant: {at_least: 1}, {at_most: 2}, ignore.
 */
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

static bool read_number(struct loader *loader, const struct tree_node *node, const char *path,
                        struct expected_count *count)
{
    const struct key *key = key_find("expect.hazards.*");
    char expected[KEY_EXPECTED_MAX];
    uint64_t value = 0;
    assert(key);
    if (node->type != TREE_SCALAR)
        return tree_refuse(loader->tree, node, path, "expected a number, not %s", tree_kind(node));
    if (!key_number(key, node->text, node->quoted, &value, expected))
        return tree_refuse(loader->tree, node, path, "%s", expected);
    count->value = (uint32_t)value;
    return true;
}

static bool read_count(struct loader *loader, const struct tree_node *node, const char *path,
                       struct expected_count *count)
{
    struct tree *tree = loader->tree;
    *count = (struct expected_count){.how = COUNT_EXACTLY, .given = true};
    if (node->type == TREE_SCALAR && strcmp(node->text, "ignore") == 0) {
        count->how = COUNT_IGNORE;
        return true;
    }
    if (node->type != TREE_MAP)
        return read_number(loader, node, path, count);
    const struct tree_node *least = tree_value(node, "at_least"), *most = tree_value(node, "at_most");
    if (node->count != 1 || !(least || most))
        return tree_refuse(tree, node, path, "expected a number, {at_least: N}, {at_most: N} or ignore");
    count->how = least ? COUNT_AT_LEAST : COUNT_AT_MOST;
    return read_number(loader, least ? least : most, path, count);
}

static bool find_hazard(struct tree *tree, const struct tree_node *name, const char *path, unsigned *hazard)
{
    const char *close = NULL;
    for (*hazard = 0; *hazard < HAZARDS; ++*hazard) {
        const char *other = hazard_name((enum hazard) * hazard);
        if (strcmp(other, name->text) == 0)
            break;
        if (words_are_close(name->text, other))
            close = other;
    }
    if (*hazard == HAZARDS && close)
        return tree_refuse(tree, name, path, "no such hazard; did you mean %s?", close);
    if (*hazard == HAZARDS)
        return tree_refuse(tree, name, path, "no such hazard (prisim describe lists them)");
    if (!hazard_raisable((enum hazard) * hazard))
        return tree_refuse(tree, name, path, "not in this version: nothing can raise it");
    return true;
}

static bool read_hazards(struct loader *loader, const struct tree_node *hazards)
{
    struct tree *tree = loader->tree;
    for (const struct tree_pair *pair = hazards->pair; pair < hazards->pair + hazards->count; pair++) {
        const struct tree_node *name = pair->key;
        char path[KEY_PATH_MAX];
        unsigned hazard = 0;
        key_path_join(path, "expect.hazards", name->text);
        if (!find_hazard(tree, name, path, &hazard) ||
            !read_count(loader, pair->value, path, &loader->scenario->expect.hazard[hazard]))
            return false;
    }
    return true;
}

/* The steps that a text of `expect` names. */
static struct step_range named(const struct loader *loader, const char *name)
{
    return step_ids_named(&loader->ids, &loader->scenario->timeline, name, strlen(name));
}

/* Marks the steps of a list: as not given, or else as refused. */
static bool read_steps(struct loader *loader, const struct tree_node *list, const char *path, bool not_given)
{
    struct tree *tree = loader->tree;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct tree_node *item = list->item[i];
        if (item->type != TREE_SCALAR)
            return tree_refuse(tree, item, path, "expected the id or index of a step, not %s", tree_kind(item));
        struct step_range range = named(loader, item->text);
        if (!range.steps)
            return tree_refuse(tree, item, path,
                               "no step \"%.40s\": expected the id or index of a step of the timeline", item->text);
        struct timeline_step *step = &loader->scenario->timeline.step[range.first];
        for (; range.steps; range.steps--, step++)
            *(not_given ? &step->not_given : &step->refused) = true;
    }
    return true;
}

static bool find_place(struct tree *tree, const struct tree_node *name, const char *path, uint32_t *place)
{
    char all[KEY_EXPECTED_MAX] = "";
    for (*place = 0; *place < PLACES; ++*place) {
        if (strcmp(place_name((enum place) * place), name->text) == 0)
            return true;
        text_append(all, sizeof all, *place ? ", " : "");
        text_append(all, sizeof all, place_name((enum place) * place));
    }
    return tree_refuse(tree, name, path, "no place \"%.40s\": expected one of %s", name->text, all);
}

/* Points up to U2 are of the stimulus; what comes after is the policy's, and a cure must not look like a miss. */
static bool find_point(const char *name, uint32_t *point)
{
    for (*point = EXPOSURE_U0; *point <= EXPOSURE_U2; ++*point)
        if (strcmp(exposure_point_name((enum exposure_point) * point), name) == 0)
            return true;
    return false;
}

static bool read_places(struct loader *loader, const struct tree_node *places, const char *path, uint32_t point,
                        const struct step_range *step)
{
    struct tree *tree = loader->tree;
    struct expectation *expect = &loader->scenario->expect;
    if (!scenario_expect_map(tree, places))
        return false;
    for (const struct tree_pair *pair = places->pair; pair < places->pair + places->count; pair++) {
        const struct tree_node *name = pair->key;
        char full[KEY_PATH_MAX];
        key_path_join(full, path, name->text);
        if (expect->exposures == EXPOSURES_EXPECTED_MAX)
            return tree_refuse(tree, name, full, "expected at most %d exposures", EXPOSURES_EXPECTED_MAX);
        struct expected_exposure *exposure = &expect->exposure[expect->exposures];
        *exposure = (struct expected_exposure){.step = -1, .point = point};
        if (step) {
            exposure->step = (int32_t)step->first;
            exposure->more = step->steps - 1;
        }
        if (!find_place(tree, name, full, &exposure->place) || !read_count(loader, pair->value, full, &exposure->count))
            return false;
        expect->exposures++;
    }
    return true;
}

/* Points, or with `steps` also steps that have points. */
static bool read_points(struct loader *loader, const struct tree_node *map, const char *path,
                        const struct step_range *step)
{
    struct tree *tree = loader->tree;
    if (!scenario_expect_map(tree, map))
        return false;
    for (const struct tree_pair *pair = map->pair; pair < map->pair + map->count; pair++) {
        const struct tree_node *name = pair->key, *value = pair->value;
        char full[KEY_PATH_MAX];
        uint32_t point = 0;
        struct step_range of = {0, 0};
        key_path_join(full, path, name->text);
        bool good;
        if (find_point(name->text, &point))
            good = read_places(loader, value, full, point, step);
        else if (!step && (of = named(loader, name->text)).steps)
            good = read_points(loader, value, full, &of);
        else
            good = tree_refuse(tree, name, full, "expected U0, U2%s; what comes after U2 is the policy's",
                               !step ? " or the id of an unbind step" : "");
        if (!good)
            return false;
    }
    return true;
}

static bool read_exposed(struct loader *loader, const struct tree_node *node)
{
    if (node->type == TREE_SCALAR && strcmp(node->text, "none") == 0) {
        loader->scenario->expect.exposed_none = true;
        return true;
    }
    if (node->type == TREE_SCALAR)
        return tree_refuse(loader->tree, node, "expect.exposed", "expected none or a map, not \"%.40s\"", node->text);
    return read_points(loader, node, "expect.exposed", NULL);
}

static bool read_jobs(struct loader *loader, const struct tree_node *jobs)
{
    struct tree *tree = loader->tree;
    struct expectation *expect = &loader->scenario->expect;
    struct {
        const char *name;
        struct expected_count *count;
    } known[] = {{"failed", &expect->jobs_failed},
                 {"ended_by_unbind", &expect->jobs_ended_by_unbind},
                 {"ended_by_reset", &expect->jobs_ended_by_reset},
                 {"unfinished", &expect->jobs_unfinished}};
    for (const struct tree_pair *pair = jobs->pair; pair < jobs->pair + jobs->count; pair++) {
        const struct tree_node *name = pair->key;
        char path[KEY_PATH_MAX];
        unsigned i = 0;
        key_path_join(path, "expect.jobs", name->text);
        while (i < sizeof known / sizeof *known && strcmp(known[i].name, name->text) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            return scenario_refuse_key(tree, name, key_find("expect.jobs"), "expect.jobs", name->text);
        if (!read_count(loader, pair->value, path, known[i].count))
            return false;
    }
    return true;
}

bool scenario_read_expect(struct loader *loader, const struct tree_node *expect)
{
    struct expectation *to = &loader->scenario->expect;
    if (!expect)
        return true;
    const struct tree_node *hazards = tree_value(expect, "hazards"), *jobs = tree_value(expect, "jobs");
    const struct tree_node *held = tree_value(expect, "tasks_held"), *exposed = tree_value(expect, "exposed");
    return (!hazards || read_hazards(loader, hazards)) && (!jobs || read_jobs(loader, jobs)) &&
           (!held || read_count(loader, held, "expect.tasks_held", &to->tasks_held)) &&
           (!exposed || read_exposed(loader, exposed)) &&
           read_steps(loader, tree_value(expect, "not_given"), "expect.not_given", true) &&
           read_steps(loader, tree_value(expect, "refused"), "expect.refused", false);
}
