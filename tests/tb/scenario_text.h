/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of the loader: scenarios written into a file of their own and loaded from there.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef PRISIM_TESTS_SCENARIO_TEXT_H
#define PRISIM_TESTS_SCENARIO_TEXT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/scenario/scenario.h"

enum { MESSAGE_MAX = 4 * SCENARIO_TEXT_MAX };

struct loaded {
    struct scenario *scenario;
    bool good;
    char file[64];
    char message[MESSAGE_MAX];
};

static inline void load_bytes(struct loaded *l, const void *bytes, size_t length, const char *const *settings,
                              unsigned count)
{
    snprintf(l->file, sizeof l->file, "/tmp/prisim_scenario_XXXXXX");
    int handle = mkstemp(l->file);
    ck_assert_int_ge(handle, 0);
    ck_assert_int_eq(write(handle, bytes, length), (ssize_t)length);
    close(handle);
    l->scenario = malloc(sizeof *l->scenario);
    memset(l->scenario, 0xa5, sizeof *l->scenario); /* what was there before must not matter */
    memset(l->message, 'x', sizeof l->message);
    l->good = scenario_load(l->scenario, l->file, settings, count, l->message);
    unlink(l->file);
}

static inline void load_text(struct loaded *l, const char *text, const char *const *settings, unsigned count)
{
    load_bytes(l, text, strlen(text), settings, count);
}

static inline void unload(struct loaded *l)
{
    if (l->good)
        scenario_free(l->scenario);
    free(l->scenario);
}

/* The whole of a file, with a 0 behind it. */
static inline char *read_whole(const char *name, size_t *length)
{
    FILE *file = fopen(name, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", name);
    char *text = malloc(1 << 20);
    *length = fread(text, 1, (1 << 20) - 1, file);
    text[*length] = 0;
    fclose(file);
    return text;
}

#endif
