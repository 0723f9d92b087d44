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

enum { SHOWN_MAX = 150 };

/* A file that is there, or the folder and the name it will have. */
struct place {
    bool known;
    bool there;
    struct stat status; /* of the file or its folder */
    const char *name;
    char *path;
};

static struct place place_of(const char *path)
{
    struct place p = {.path = whole_file_place(path)};
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
    struct place a = place_of(left), b = place_of(right);
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

static bool refuse(char message[OUTPUTS_MESSAGE_MAX], const char *option, const char *path, const char *why)
{
    snprintf(message, OUTPUTS_MESSAGE_MAX, "run: %s: %s: %.*s", option, why, SHOWN_MAX, path);
    return false;
}

static bool check(const char *option, const char *path, const char *scenario, char message[OUTPUTS_MESSAGE_MAX])
{
    if (!path || strcmp(path, "-") == 0)
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
    const char *log = o->log, *summary = o->summary;
    o->log = settled(log);
    o->summary = settled(summary);
    for (unsigned i = 0; i < o->files; i++)
        if (!check("--log", o->log, o->file[i], message) || !check("--summary", o->summary, o->file[i], message))
            return false;
    if (!o->log || !o->summary)
        return true;
    bool log_standard = strcmp(o->log, "-") == 0, summary_standard = strcmp(o->summary, "-") == 0;
    if (log_standard != summary_standard || (!log_standard && !outputs_same_place(o->log, o->summary)))
        return true;
    return refuse(message, "--summary", summary, "expected another file than the log");
}

bool outputs_take_standard(const struct options *o)
{
    return (o->log && strcmp(o->log, "-") == 0) || (o->summary && strcmp(o->summary, "-") == 0);
}
