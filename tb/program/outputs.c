/* SPDX-License-Identifier: Apache-2.0
 *
 * What the names of the outputs name (outputs.h).
 */
#define _POSIX_C_SOURCE 200809L

#include "tb/program/outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tb/report/whole_file.h"

enum { SHOWN_MAX = 150, WHY_MAX = 64 };

/* A file that is there, or the folder and the name it will have. */
struct location {
    bool known;
    bool there;
    struct stat status; /* of the file or its folder */
    const char *name;
    char *path;
};

static struct location location_of(const char *path)
{
    struct location p = {.path = whole_file_place(path)};
    if (!p.path)
        return p;
    p.there = stat(p.path, &p.status) == 0;
    if (p.there)
        return p.known = true, p;
    char *slash = strrchr(p.path, '/');
    p.name = slash ? slash + 1 : p.path;
    if (slash == p.path) {
        p.known = stat("/", &p.status) == 0;
    } else if (slash) {
        *slash = 0;
        p.known = stat(p.path, &p.status) == 0;
    } else {
        p.known = stat(".", &p.status) == 0;
    }
    return p;
}

static bool same_status(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A device keeps nothing: two may write to /dev/null. */
bool outputs_same_place(const char *left, const char *right)
{
    struct location a = location_of(left), b = location_of(right);
    bool same = a.known && b.known && a.there == b.there && same_status(&a.status, &b.status) &&
                (a.there ? !S_ISCHR(a.status.st_mode) : strcmp(a.name, b.name) == 0);
    free(a.path);
    free(b.path);
    return same;
}

/* Whether a path names what is open already as number `fd`: "/dev/stdout", or a file that the shell opened. */
static bool is_open(const char *path, int fd)
{
    struct stat named, open;
    return stat(path, &named) == 0 && fstat(fd, &open) == 0 && same_status(&named, &open) && !S_ISCHR(open.st_mode);
}

static const char *settled(const char *path)
{
    return path && strcmp(path, "-") != 0 && is_open(path, STDOUT_FILENO) ? "-" : path;
}

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Whether two outputs that are settled would mix. */
static bool one_place(const char *a, const char *b)
{
    if (!a || !b || is_standard(a) != is_standard(b))
        return false;
    return is_standard(a) || outputs_same_place(a, b);
}

static bool refuse(char message[OUTPUTS_MESSAGE_MAX], const char *option, const char *path, const char *why)
{
    snprintf(message, OUTPUTS_MESSAGE_MAX, "run: --%s: %s: %.*s", option, why, SHOWN_MAX, path);
    return false;
}

static bool check(const char *option, const char *path, const char *scenario, char message[OUTPUTS_MESSAGE_MAX])
{
    if (!path || is_standard(path))
        return true;
    if (!*path)
        return refuse(message, option, path, "expected the name of a file");
    if (outputs_same_place(path, scenario))
        return refuse(message, option, path, "expected another file than the scenario");
    if (is_open(path, STDERR_FILENO))
        return refuse(message, option, path, "expected another file than standard error's");
    return true;
}

bool outputs_settle(struct options *o, char message[OUTPUTS_MESSAGE_MAX])
{
    for (unsigned i = 0; i < RUN_OUTPUTS; i++) {
        const char *given = o->output[i];
        o->output[i] = settled(given);
        const char *refusal = given && run_outputs[i].refuses ? run_outputs[i].refuses(given) : NULL;
        if (refusal)
            return refuse(message, run_outputs[i].option, given, refusal);
        for (unsigned file = 0; file < o->files; file++)
            if (!check(run_outputs[i].option, o->output[i], o->file[file], message))
                return false;
        for (unsigned other = 0; other < i; other++)
            if (one_place(o->output[i], o->output[other])) {
                char why[WHY_MAX];
                snprintf(why, sizeof why, "expected another file than --%s's", run_outputs[other].option);
                return refuse(message, run_outputs[i].option, given, why);
            }
    }
    return true;
}

bool outputs_take_standard(const struct options *o)
{
    for (unsigned i = 0; i < RUN_OUTPUTS; i++)
        if (o->output[i] && is_standard(o->output[i]))
            return true;
    return false;
}
