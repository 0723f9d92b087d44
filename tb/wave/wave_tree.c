/* SPDX-License-Identifier: Apache-2.0
 *
 * The signals of a wave (wave_tree.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/wave/wave_tree.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_TEXT_MAX = 256, DEPTH_MAX = 8 };

/* The text of a signal, and the one that was written last. */
struct texts {
    struct wave_text now, shown;
};

struct signal {
    struct wave_variable variable;
    char *path;
    struct texts *texts;
    uint64_t value, shown;
    bool touched; /* in this cycle */
};

struct wave_tree {
    const struct wave_format *format;
    void *file;
    struct signal *signal; /* number 0 is none */
    uint32_t *touched;     /* in the order in which they were; as long as `signal` */
    uint32_t signals, room, touches;
    bool memory; /* was not there */
    bool begun;  /* the declarations are over */
    bool shown;  /* the first values are written */
    prisim_cycle_t now;
    unsigned depth;
    size_t length[DEPTH_MAX]; /* of `path` before each scope */
    char path[PATH_TEXT_MAX];
};

struct wave_tree *wave_tree_open(const struct wave_format *format, const char *path)
{
    struct wave_tree *tree = calloc(1, sizeof *tree);
    if (!tree)
        return NULL;
    tree->format = format;
    tree->signals = 1;
    tree->file = format->open(path);
    if (!tree->file) {
        int error = errno;
        free(tree);
        errno = error;
        return NULL;
    }
    return tree;
}

/* A point or a blank in a name would end it. */
static void clean(char *name)
{
    for (; *name; name++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-[]", *name))
            *name = '_';
}

void wave_scope(struct wave_tree *tree, const char *name)
{
    size_t length = strlen(tree->path);
    assert(tree->depth < DEPTH_MAX && !tree->begun);
    assert(length + strlen(name) + 2 < PATH_TEXT_MAX);
    tree->length[tree->depth++] = length;
    char *at = tree->path + length;
    if (length)
        *at++ = '.';
    strcpy(at, name);
    clean(at);
    tree->format->scope(tree->file, at);
}

void wave_scope_key(struct wave_tree *tree, const char *name, const char *key)
{
    char text[PATH_TEXT_MAX];
    snprintf(text, sizeof text, "%s[%s]", name, key);
    wave_scope(tree, text);
}

void wave_scope_index(struct wave_tree *tree, const char *name, unsigned index)
{
    char text[PATH_TEXT_MAX];
    snprintf(text, sizeof text, "%s[%u]", name, index);
    wave_scope(tree, text);
}

void wave_scope_end(struct wave_tree *tree)
{
    assert(tree->depth > 0);
    tree->path[tree->length[--tree->depth]] = 0;
    tree->format->scope_end(tree->file);
}

/* Room for one more; false: there is no memory. */
static bool grow(struct wave_tree *tree)
{
    if (tree->memory || tree->signals < tree->room)
        return !tree->memory;
    uint32_t more = tree->room ? 2 * tree->room : 256;
    struct signal *signal = realloc(tree->signal, more * sizeof *signal);
    if (signal)
        tree->signal = signal;
    uint32_t *touched = signal ? realloc(tree->touched, more * sizeof *touched) : NULL;
    if (touched)
        tree->touched = touched;
    tree->memory = !touched;
    if (touched)
        tree->room = more;
    return touched;
}

static char *path_of(const struct wave_tree *tree, const struct wave_variable *variable)
{
    char text[2 * PATH_TEXT_MAX];
    bool range = variable->bits > 1 && (variable->kind == WAVE_BITS || tree->format->words_have_bits);
    int length =
        snprintf(text, sizeof text, range ? "%s.%s[%u:0]" : "%s.%s", tree->path, variable->name, variable->bits - 1);
    assert(length > 0 && (size_t)length < sizeof text);
    char *path = malloc((size_t)length + 1);
    return path ? memcpy(path, text, (size_t)length + 1) : NULL;
}

static wave_signal add(struct wave_tree *tree, struct wave_variable variable)
{
    assert(!tree->begun && tree->depth > 0);
    if (!grow(tree))
        return 0;
    struct signal *signal = &tree->signal[tree->signals];
    *signal = (struct signal){.variable = variable, .path = path_of(tree, &variable)};
    if (variable.kind == WAVE_TEXT)
        signal->texts = calloc(1, sizeof *signal->texts);
    if (!signal->path || (variable.kind == WAVE_TEXT && !signal->texts)) {
        free(signal->path);
        free(signal->texts);
        tree->memory = true;
        return 0;
    }
    tree->format->declare(tree->file, &signal->variable);
    return tree->signals++;
}

wave_signal wave_bits(struct wave_tree *tree, const char *name, unsigned bits)
{
    assert(bits >= 1 && bits <= 64);
    return add(tree, (struct wave_variable){.kind = WAVE_BITS, .bits = bits, .name = name});
}

wave_signal wave_word(struct wave_tree *tree, const char *name, const struct wave_words *words)
{
    unsigned bits = 2; /* one alone is no word of a viewer's */
    while (words->count > 1U << bits)
        bits++;
    return add(tree, (struct wave_variable){.kind = WAVE_WORD, .bits = bits, .words = words, .name = name});
}

wave_signal wave_text_signal(struct wave_tree *tree, const char *name)
{
    return add(tree, (struct wave_variable){.kind = WAVE_TEXT, .name = name});
}

wave_signal wave_moment(struct wave_tree *tree, const char *name)
{
    return add(tree, (struct wave_variable){.kind = WAVE_MOMENT, .bits = 1, .name = name});
}

static bool has_changed(const struct signal *signal)
{
    switch (signal->variable.kind) {
    case WAVE_BITS:
    case WAVE_WORD:
        return signal->value != signal->shown;
    case WAVE_TEXT:
        return signal->texts->now.length != signal->texts->shown.length ||
               memcmp(signal->texts->now.text, signal->texts->shown.text, signal->texts->now.length) != 0;
    case WAVE_MOMENT:
        break;
    }
    return true;
}

static void show(struct wave_tree *tree, struct signal *signal)
{
    signal->shown = signal->value;
    if (signal->variable.kind == WAVE_TEXT) {
        signal->texts->shown = signal->texts->now;
        tree->format->text(tree->file, &signal->variable, signal->texts->now.text, signal->texts->now.length);
    } else {
        tree->format->value(tree->file, &signal->variable, signal->value);
    }
}

/* The first values, of cycle 0. What has none yet did not happen. */
static void show_all(struct wave_tree *tree)
{
    tree->format->time(tree->file, 0);
    for (uint32_t i = 1; i < tree->signals; i++)
        if (tree->signal[i].variable.kind != WAVE_MOMENT || tree->signal[i].touched)
            show(tree, &tree->signal[i]);
    tree->shown = true;
}

static void show_touched(struct wave_tree *tree)
{
    bool timed = false;
    for (uint32_t i = 0; i < tree->touches; i++) {
        struct signal *signal = &tree->signal[tree->touched[i]];
        if (!has_changed(signal))
            continue;
        if (!timed)
            tree->format->time(tree->file, tree->now);
        timed = true;
        show(tree, signal);
    }
}

/* Ends the cycle. */
static void show_cycle(struct wave_tree *tree)
{
    if (!tree->begun)
        tree->format->declared(tree->file);
    tree->begun = true;
    if (!tree->shown)
        show_all(tree);
    else
        show_touched(tree);
    for (uint32_t i = 0; i < tree->touches; i++)
        tree->signal[tree->touched[i]].touched = false;
    tree->touches = 0;
    tree->format->settle(tree->file);
}

void wave_now(struct wave_tree *tree, prisim_cycle_t cycle)
{
    assert(cycle >= tree->now);
    if (cycle == tree->now)
        return;
    show_cycle(tree);
    tree->now = cycle;
}

static void touch(struct wave_tree *tree, wave_signal number)
{
    struct signal *signal = &tree->signal[number];
    if (signal->touched)
        return;
    signal->touched = true;
    tree->touched[tree->touches++] = number;
}

void wave_set(struct wave_tree *tree, wave_signal number, uint64_t value)
{
    if (!number || tree->signal[number].value == value)
        return;
    tree->signal[number].value = value;
    touch(tree, number);
}

void wave_set_text(struct wave_tree *tree, wave_signal number, const struct wave_text *text)
{
    if (!number)
        return;
    struct wave_text *now = &tree->signal[number].texts->now;
    now->length = text->length;
    memcpy(now->text, text->text, text->length);
    touch(tree, number);
}

void wave_happens(struct wave_tree *tree, wave_signal number)
{
    if (!number)
        return;
    tree->signal[number].value = 1;
    touch(tree, number);
}

const char *wave_path(const struct wave_tree *tree, wave_signal number)
{
    assert(number > 0 && number < tree->signals);
    return tree->signal[number].path;
}

const struct wave_variable *wave_variable_of(const struct wave_tree *tree, wave_signal number)
{
    assert(number > 0 && number < tree->signals);
    return &tree->signal[number].variable;
}

int wave_tree_error(const struct wave_tree *tree)
{
    return tree->memory ? ENOMEM : tree->format->error(tree->file);
}

bool wave_tree_end(struct wave_tree *tree, const char *why, const char *detail)
{
    return tree->format->end && tree->format->end(tree->file, why, detail);
}

bool wave_tree_close(struct wave_tree *tree, bool keep, prisim_cycle_t end)
{
    bool good = !tree->memory;
    if (keep && good) {
        show_cycle(tree);
        if (end > tree->now)
            tree->format->time(tree->file, end);
        tree->format->settle(tree->file);
    }
    bool closed = tree->format->close(tree->file, keep && good);
    if (!good)
        errno = ENOMEM;
    return good && closed;
}

void wave_tree_free(struct wave_tree *tree)
{
    for (uint32_t i = 1; i < tree->signals; i++) {
        free(tree->signal[i].path);
        free(tree->signal[i].texts);
    }
    free(tree->signal);
    free(tree->touched);
    free(tree);
}
