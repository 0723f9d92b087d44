/* SPDX-License-Identifier: Apache-2.0
 *
 * `expect`: what must come out. A count is a number, or says how it is meant: {at_least: 1}, {at_most: 2}, ignore.
 */
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

static bool read_number(struct loader *loader, const yaml_node_t *node, const char *path, struct expected_count *count)
{
    const struct key *key = key_find("expect.hazards.*");
    char expected[KEY_EXPECTED_MAX];
    uint64_t value = 0;
    assert(key);
    if (node->type != YAML_SCALAR_NODE)
        return tree_refuse(&loader->tree, node, path, "expected a number, not %s", tree_kind(node));
    if (!key_number(key, tree_text(node), tree_quoted(node), &value, expected))
        return tree_refuse(&loader->tree, node, path, "%s", expected);
    count->value = (uint32_t)value;
    return true;
}

static bool read_count(struct loader *loader, const yaml_node_t *node, const char *path, struct expected_count *count)
{
    struct tree *tree = &loader->tree;
    *count = (struct expected_count){.how = COUNT_EXACTLY, .given = true};
    if (node->type == YAML_SCALAR_NODE && strcmp(tree_text(node), "ignore") == 0) {
        count->how = COUNT_IGNORE;
        return true;
    }
    if (node->type != YAML_MAPPING_NODE)
        return read_number(loader, node, path, count);
    const yaml_node_t *least = tree_value(tree, node, "at_least"), *most = tree_value(tree, node, "at_most");
    if (node->data.mapping.pairs.top - node->data.mapping.pairs.start != 1 || !(least || most))
        return tree_refuse(tree, node, path, "expected a number, {at_least: N}, {at_most: N} or ignore");
    count->how = least ? COUNT_AT_LEAST : COUNT_AT_MOST;
    return read_number(loader, least ? least : most, path, count);
}

static bool find_hazard(struct tree *tree, const yaml_node_t *name, const char *path, unsigned *hazard)
{
    const char *close = NULL;
    for (*hazard = 0; *hazard < HAZARDS; ++*hazard) {
        const char *other = hazard_name((enum hazard) * hazard);
        if (strcmp(other, tree_text(name)) == 0)
            break;
        if (words_are_close(tree_text(name), other))
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

static bool read_hazards(struct loader *loader, const yaml_node_t *hazards)
{
    struct tree *tree = &loader->tree;
    const yaml_node_pair_t *pair = hazards->data.mapping.pairs.start;
    for (; pair < hazards->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = tree_node(tree, pair->key);
        char path[KEY_PATH_MAX];
        unsigned hazard = 0;
        key_path_join(path, "expect.hazards", tree_text(name));
        if (!find_hazard(tree, name, path, &hazard) ||
            !read_count(loader, tree_node(tree, pair->value), path, &loader->scenario->expect.hazard[hazard]))
            return false;
    }
    return true;
}

/* The steps that stand at one place of the file's timeline, by id or index; false if there is none. */
static bool mark_steps(const struct timeline_config *timeline, const char *name, bool marks[EXPECTED_STEPS_MAX],
                       int32_t *step)
{
    bool found = false;
    for (uint32_t i = 0; i < timeline->steps; i++) {
        char place[16];
        snprintf(place, sizeof place, "%u", timeline->step[i].place);
        if (strcmp(timeline->step[i].id, name) != 0 && strcmp(place, name) != 0)
            continue;
        if (marks)
            marks[i] = true;
        if (step && !found)
            *step = (int32_t)i;
        found = true;
    }
    return found;
}

static bool read_steps(struct loader *loader, const yaml_node_t *list, const char *path, bool marks[EXPECTED_STEPS_MAX])
{
    struct tree *tree = &loader->tree;
    for (unsigned i = 0; list && i < tree_items(list); i++) {
        const yaml_node_t *item = tree_item(tree, list, i);
        if (item->type != YAML_SCALAR_NODE)
            return tree_refuse(tree, item, path, "expected the id or index of a step, not %s", tree_kind(item));
        if (!mark_steps(&loader->scenario->timeline, tree_text(item), marks, NULL))
            return tree_refuse(tree, item, path,
                               "no step \"%.40s\": expected the id or index of a step of the timeline",
                               tree_text(item));
    }
    return true;
}

static bool find_place(struct tree *tree, const yaml_node_t *name, const char *path, uint32_t *place)
{
    char all[KEY_EXPECTED_MAX] = "";
    for (*place = 0; *place < PLACES; ++*place) {
        if (strcmp(place_name((enum place) * place), tree_text(name)) == 0)
            return true;
        text_append(all, sizeof all, *place ? ", " : "");
        text_append(all, sizeof all, place_name((enum place) * place));
    }
    return tree_refuse(tree, name, path, "no place \"%.40s\": expected one of %s", tree_text(name), all);
}

/* Points up to U2 are of the stimulus; what comes after is the policy's, and a cure must not look like a miss. */
static bool find_point(const char *name, uint32_t *point)
{
    for (*point = EXPOSURE_U0; *point <= EXPOSURE_U2; ++*point)
        if (strcmp(exposure_point_name((enum exposure_point) * point), name) == 0)
            return true;
    return false;
}

static bool read_places(struct loader *loader, const yaml_node_t *places, const char *path, uint32_t point,
                        int32_t step)
{
    struct tree *tree = &loader->tree;
    struct expectation *expect = &loader->scenario->expect;
    if (!scenario_expect_map(tree, places, path))
        return false;
    const yaml_node_pair_t *pair = places->data.mapping.pairs.start;
    for (; pair < places->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = tree_node(tree, pair->key);
        char full[KEY_PATH_MAX];
        key_path_join(full, path, tree_text(name));
        if (expect->exposures == EXPOSURES_EXPECTED_MAX)
            return tree_refuse(tree, name, full, "expected at most %d exposures", EXPOSURES_EXPECTED_MAX);
        struct expected_exposure *exposure = &expect->exposure[expect->exposures];
        *exposure = (struct expected_exposure){.step = step, .point = point};
        if (!find_place(tree, name, full, &exposure->place) ||
            !read_count(loader, tree_node(tree, pair->value), full, &exposure->count))
            return false;
        expect->exposures++;
    }
    return true;
}

/* Points, or with `steps` also steps that have points. */
static bool read_points(struct loader *loader, const yaml_node_t *map, const char *path, int32_t step)
{
    struct tree *tree = &loader->tree;
    if (!scenario_expect_map(tree, map, path))
        return false;
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    for (; pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = tree_node(tree, pair->key), *value = tree_node(tree, pair->value);
        char full[KEY_PATH_MAX];
        uint32_t point = 0;
        int32_t of = -1;
        key_path_join(full, path, tree_text(name));
        bool good;
        if (find_point(tree_text(name), &point))
            good = read_places(loader, value, full, point, step);
        else if (step < 0 && mark_steps(&loader->scenario->timeline, tree_text(name), NULL, &of))
            good = read_points(loader, value, full, of);
        else
            good = tree_refuse(tree, name, full, "expected U0, U2%s; what comes after U2 is the policy's",
                               step < 0 ? " or the id of an unbind step" : "");
        if (!good)
            return false;
    }
    return true;
}

static bool read_exposed(struct loader *loader, const yaml_node_t *node)
{
    if (node->type == YAML_SCALAR_NODE && strcmp(tree_text(node), "none") == 0) {
        loader->scenario->expect.exposed_none = true;
        return true;
    }
    if (node->type == YAML_SCALAR_NODE)
        return tree_refuse(&loader->tree, node, "expect.exposed", "expected none or a map, not \"%.40s\"",
                           tree_text(node));
    return read_points(loader, node, "expect.exposed", -1);
}

static bool read_jobs(struct loader *loader, const yaml_node_t *jobs)
{
    struct tree *tree = &loader->tree;
    struct expectation *expect = &loader->scenario->expect;
    struct {
        const char *name;
        struct expected_count *count;
    } known[] = {{"failed", &expect->jobs_failed},
                 {"ended_by_unbind", &expect->jobs_ended_by_unbind},
                 {"unfinished", &expect->jobs_unfinished}};
    const yaml_node_pair_t *pair = jobs->data.mapping.pairs.start;
    for (; pair < jobs->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = tree_node(tree, pair->key);
        char path[KEY_PATH_MAX];
        unsigned i = 0;
        key_path_join(path, "expect.jobs", tree_text(name));
        while (i < sizeof known / sizeof *known && strcmp(known[i].name, tree_text(name)) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            return scenario_refuse_key(tree, name, "expect.jobs", "expect.jobs", tree_text(name));
        if (!read_count(loader, tree_node(tree, pair->value), path, known[i].count))
            return false;
    }
    return true;
}

bool scenario_read_expect(struct loader *loader, const yaml_node_t *expect)
{
    struct tree *tree = &loader->tree;
    struct expectation *to = &loader->scenario->expect;
    if (!expect)
        return true;
    const yaml_node_t *hazards = tree_value(tree, expect, "hazards"), *jobs = tree_value(tree, expect, "jobs");
    const yaml_node_t *held = tree_value(tree, expect, "tasks_held"), *exposed = tree_value(tree, expect, "exposed");
    return (!hazards || read_hazards(loader, hazards)) && (!jobs || read_jobs(loader, jobs)) &&
           (!held || read_count(loader, held, "expect.tasks_held", &to->tasks_held)) &&
           (!exposed || read_exposed(loader, exposed)) &&
           read_steps(loader, tree_value(tree, expect, "not_given"), "expect.not_given", to->not_given) &&
           read_steps(loader, tree_value(tree, expect, "refused"), "expect.refused", to->refused);
}
