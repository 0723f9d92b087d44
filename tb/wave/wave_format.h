/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file of waves is written with, whatever its format: scopes and variables first, then times and values. Who
 * writes declares everything before the first time, and gives each variable at most one value a time.
 */
#ifndef PRISIM_TB_WAVE_FORMAT_H
#define PRISIM_TB_WAVE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The names of the values of a variable, from 0 on. Those of one table are at one address. */
struct wave_words {
    const char *name; /* of the table */
    unsigned count;
    const char *const *word; /* without blanks */
};

enum wave_kind {
    WAVE_BITS,   /* a number of so many bits */
    WAVE_WORD,   /* one of its words */
    WAVE_TEXT,   /* any text */
    WAVE_MOMENT, /* has no value: it happens */
};

struct wave_variable {
    enum wave_kind kind;
    unsigned bits; /* 1..64; of a word: as many as its table needs */
    const struct wave_words *words;
    const char *name;
    uint32_t handle; /* what the format calls it */
};

/* A format, and its functions. A write that fails is remembered; what follows it is not written. */
struct wave_format {
    const char *ending;   /* of the names of its files: ".vcd" */
    bool words_have_bits; /* viewers show the range of a word's number behind its name */
    /* NULL with errno set. */
    void *(*open)(const char *path);
    void (*scope)(void *file, const char *name);
    void (*scope_end)(void *file);
    /* Sets the handle. */
    void (*declare)(void *file, struct wave_variable *variable);
    /* Behind the last declaration. */
    void (*declared)(void *file);
    /* Times rise. */
    void (*time)(void *file, uint64_t cycle);
    void (*value)(void *file, const struct wave_variable *variable, uint64_t value);
    void (*text)(void *file, const struct wave_variable *variable, const char *text, size_t length);
    /* All values of the time are there: what is written up to here makes sense by itself. */
    void (*settle)(void *file);
    /* errno of the first write that failed, or 0. */
    int (*error)(const void *file);
    /* Keeps what was settled; nothing may be written after it. Async-signal-safe. NULL: it cannot. */
    bool (*end)(void *file, const char *why, const char *detail);
    /* Lets go of it; it appears at its path only if `keep`. False with errno set: it could not be written, and is not
     * there. */
    bool (*close)(void *file, bool keep);
};

extern const struct wave_format wave_vcd;
#ifdef PRISIM_HAS_FST
extern const struct wave_format wave_fst;
#endif

#endif
