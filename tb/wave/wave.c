/* SPDX-License-Identifier: Apache-2.0
 *
 * Waves as an output of a run (wave.h).
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/wave/wave.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tb/wave/wave_save.h"
#include "tb/wave/wave_signals.h"

struct wave {
    struct wave_tree *tree;
    char *path;
    prisim_cycle_t first; /* page request; PRISIM_CYCLE_NEVER: there was none */
    struct wave_signals signals;
};

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), last = strlen(ending);
    return length > last && strcmp(path + length - last, ending) == 0;
}

static const struct wave_format *format_of(const char *path)
{
#ifdef PRISIM_HAS_FST
    if (ends_with(path, wave_fst.ending))
        return &wave_fst;
#endif
    return ends_with(path, wave_vcd.ending) ? &wave_vcd : NULL;
}

const char *wave_refuses(const char *path)
{
    if (format_of(path))
        return NULL;
    return ends_with(path, ".fst") ? "this build has no FST (PRISIM_FST; it needs the sources of verilator and zlib); "
                                     "a name that ends in .vcd works"
                                   : "expected a name that ends in .fst or .vcd";
}

static struct wave *no_wave(struct wave *wave, int error)
{
    if (wave)
        free(wave->path);
    free(wave);
    errno = error;
    return NULL;
}

struct wave *wave_open(const struct scenario *scenario, const char *path)
{
    const struct wave_format *format = format_of(path);
    if (!format)
        return no_wave(NULL, EINVAL);
    struct wave *wave = calloc(1, sizeof *wave);
    if (!wave || !(wave->path = strdup(path)))
        return no_wave(wave, ENOMEM);
    wave->first = PRISIM_CYCLE_NEVER;
    wave->tree = wave_tree_open(format, path);
    if (!wave->tree)
        return no_wave(wave, errno);
    bool memory = wave_signals_open(&wave->signals, wave->tree, scenario);
    int error = memory ? wave_tree_error(wave->tree) : ENOMEM;
    if (!error)
        return wave;
    wave_signals_close(&wave->signals);
    wave_tree_close(wave->tree, false, 0);
    wave_tree_free(wave->tree);
    return no_wave(wave, error);
}

void wave_event(void *context, const struct prisim_event *event)
{
    struct wave *wave = context;
    if (event->type == PRISIM_EVENT_ENDPOINT_PAGE_REQUEST && wave->first == PRISIM_CYCLE_NEVER)
        wave->first = event->cycle;
    wave_now(wave->tree, event->cycle);
    wave_signals_event(&wave->signals, event);
}

int wave_error(const struct wave *wave)
{
    return wave_tree_error(wave->tree);
}

bool wave_end(struct wave *wave, const char *why, const char *key, const char *detail)
{
    (void)key;
    return wave_tree_end(wave->tree, why, detail);
}

bool wave_close(struct wave *wave, const struct run_told *told)
{
    /* A cycle behind the last, so that what that brought is seen. */
    bool good = wave_tree_close(wave->tree, told != NULL, told ? told->outcome->cycles + 1 : 0);
    if (good && told)
        good = wave_save(wave->path, &wave->signals, told, wave->first);
    int error = errno;
    wave_signals_close(&wave->signals);
    wave_tree_free(wave->tree);
    free(wave->path);
    free(wave);
    errno = error;
    return good;
}
