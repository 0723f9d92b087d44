/* SPDX-License-Identifier: Apache-2.0
 *
 * Which scenarios a regression runs (regress.h).
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tb/program/regress.h"

static bool is_scenario(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Takes the path over. */
static bool add(struct regress_files *files, char *path)
{
    if (files->count == files->room) {
        size_t room = files->room ? 2 * files->room : 64;
        char **larger = realloc(files->path, room * sizeof *larger);
        if (!larger) {
            free(path);
            return false;
        }
        files->path = larger;
        files->room = room;
    }
    files->path[files->count++] = path;
    return true;
}

static char *joined(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    char *path = malloc(length + strlen(name) + 2);
    if (path)
        sprintf(path, "%.*s/%s", (int)length, folder, name);
    return path;
}

static bool search(struct regress_files *files, const char *folder)
{
    struct dirent **entry = NULL;
    int count = scandir(folder, &entry, visible, alphasort);
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        struct stat status;
        char *path = good ? joined(folder, entry[i]->d_name) : NULL;
        free(entry[i]);
        if (!path || stat(path, &status) != 0) {
            good = false;
            free(path);
        } else if (S_ISDIR(status.st_mode)) {
            good = search(files, path);
            free(path);
        } else if (is_scenario(path)) {
            good = add(files, path);
        } else {
            free(path);
        }
    }
    free(entry);
    return good;
}

bool regress_files_add(struct regress_files *files, const char *path)
{
    struct stat status;
    size_t before = files->count;
    bool good = stat(path, &status) == 0;
    if (good && S_ISDIR(status.st_mode)) {
        good = search(files, path);
    } else if (good) {
        char *copy = strdup(path);
        good = copy && add(files, copy);
    }
    if (!good)
        fprintf(stderr, "prisim: regress: %s: %s\n", path, strerror(errno));
    else if (files->count == before)
        fprintf(stderr, "prisim: regress: %s: expected a scenario (*.yaml) in it\n", path);
    return good && files->count > before;
}

void regress_files_free(struct regress_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->path[i]);
    free(files->path);
    *files = (struct regress_files){0};
}
