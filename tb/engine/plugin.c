/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the plug-in, loads it, and holds it against this program.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/engine/plugin.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/version.h"

enum { ENGINE_PLACES_MAX = 2 };

struct places {
    unsigned count;
    char path[ENGINE_PLACES_MAX][PATH_MAX + sizeof "/../" PRISIM_ENGINES_FOLDER "/" ENGINE_PLUGIN_FILE];
};

static void add_place(struct places *places, const char *folder, const char *below)
{
    char *path = places->path[places->count++];
    snprintf(path, sizeof places->path[0], "%s/%s%s", folder, below, ENGINE_PLUGIN_FILE);
}

static void find_places(struct places *places)
{
    const char *named = getenv(ENGINE_PLUGIN_VARIABLE);
    char program[PATH_MAX];
    places->count = 0;
    if (named && *named) {
        add_place(places, named, "");
        return;
    }
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return;
    program[length] = 0;
    *strrchr(program, '/') = 0;
    add_place(places, program, "");
    add_place(places, program, "../" PRISIM_ENGINES_FOLDER "/");
}

static const struct engine_plugin *check(const struct engine_plugin *plugin, const char *path, char *message)
{
    if (strcmp(plugin->version, PRISIM_VERSION) == 0 && plugin->scenario_bytes == sizeof(struct scenario) &&
        plugin->stream_bytes == sizeof(struct stream) && plugin->event_types == PRISIM_EVENT_TYPES)
        return plugin;
    snprintf(message, ENGINE_PLUGIN_MESSAGE_MAX,
             "%s: expected the plug-in of this prisim %s: it is of another build (%s)", path, PRISIM_VERSION,
             plugin->version);
    return NULL;
}

static const struct engine_plugin *load(const char *path, char *message)
{
    /* Its symbols stay its own; it is never unloaded, since SystemC's kernel cannot be. */
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct engine_plugin *plugin = handle ? dlsym(handle, ENGINE_PLUGIN_SYMBOL) : NULL;
    if (plugin)
        return check(plugin, path, message);
    snprintf(message, ENGINE_PLUGIN_MESSAGE_MAX, "%s: expected the SystemC engine: %s", path, dlerror());
    return NULL;
}

const struct engine_plugin *engine_plugin_load(char *message)
{
    static const struct engine_plugin *loaded;
    struct places places;
    if (loaded)
        return loaded;
    find_places(&places);
    for (unsigned i = 0; i < places.count; i++)
        if (access(places.path[i], F_OK) == 0)
            return loaded = load(places.path[i], message);
    int length = snprintf(message, ENGINE_PLUGIN_MESSAGE_MAX,
                          "the SystemC engine is not there, --engine native needs none; expected");
    for (unsigned i = 0; i < places.count && length < ENGINE_PLUGIN_MESSAGE_MAX; i++)
        length += snprintf(message + length, (size_t)(ENGINE_PLUGIN_MESSAGE_MAX - length), "%s %s", i ? " or" : "",
                           places.path[i]);
    return NULL;
}
