/* SPDX-License-Identifier: Apache-2.0
 *
 * Waves as GTKWave's Fast Signal Trace, by way of its own writer, fstapi.c. Words are numbers with an enumeration
 * table, texts are generic strings.
 */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <errno.h>
#include <fstapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/report/whole_file.h"
#include "tb/wave/fst_checked.h"
#include "tb/wave/wave_format.h"

enum { FST_TABLES_MAX = 16, FST_WORDS_MAX = 32, FST_WORD_BITS_MAX = 8 };

struct fst {
    struct whole_file file;
    void *writer;
    unsigned tables;
    const struct wave_words *words[FST_TABLES_MAX];
    fstEnumHandle table[FST_TABLES_MAX];
};

/* The writer keeps a file beside its own until it is closed; it has it open, and nobody needs its name. */
static void take_away_hierarchy(const char *part)
{
    size_t size = strlen(part) + sizeof ".hier";
    char *name = malloc(size);
    if (!name)
        return;
    snprintf(name, size, "%s.hier", part);
    unlink(name);
    free(name);
}

static bool begin(struct fst *f)
{
    fst_checked_error = 0;
    if (!f->file.part) {
        errno = ESPIPE; /* it goes back and forth in its file: no pipe */
        return false;
    }
    errno = 0;
    f->writer = fstWriterCreate(f->file.part, 1);
    if (!f->writer) {
        errno = errno ? errno : ENOMEM;
        return false;
    }
    take_away_hierarchy(f->file.part);
    /* The same run is the same bytes: no date. */
    fstWriterSetDate(f->writer, "");
    fstWriterSetVersion(f->writer, "prisim");
    fstWriterSetTimescale(f->writer, -9);
    fstWriterSetPackType(f->writer, FST_WR_PT_LZ4);
    fstWriterSetComment(f->writer, "one time unit is one cycle");
    return true;
}

static void *fst_open(const char *path)
{
    struct fst *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    if (!whole_file_open(&f->file, path)) {
        int error = errno;
        free(f);
        errno = error;
        return NULL;
    }
    if (!begin(f)) {
        int error = errno;
        whole_file_close(&f->file, false);
        free(f);
        errno = error;
        return NULL;
    }
    return f;
}

static void fst_scope(void *file, const char *name)
{
    fstWriterSetScope(((struct fst *)file)->writer, FST_ST_VCD_MODULE, name, NULL);
}

static void fst_scope_end(void *file)
{
    fstWriterSetUpscope(((struct fst *)file)->writer);
}

/* A table is written where it is first needed. Its values are as long as the variable. */
static fstEnumHandle table_of(struct fst *f, const struct wave_variable *variable)
{
    const struct wave_words *words = variable->words;
    for (unsigned i = 0; i < f->tables; i++)
        if (f->words[i] == words)
            return f->table[i];
    char digits[FST_WORDS_MAX][FST_WORD_BITS_MAX + 1];
    const char *names[FST_WORDS_MAX], *values[FST_WORDS_MAX];
    assert(words->count <= FST_WORDS_MAX && variable->bits <= FST_WORD_BITS_MAX && f->tables < FST_TABLES_MAX);
    for (unsigned i = 0; i < words->count; i++) {
        for (unsigned bit = 0; bit < variable->bits; bit++)
            digits[i][bit] = (char)('0' + (i >> (variable->bits - 1 - bit) & 1));
        digits[i][variable->bits] = 0;
        names[i] = words->word[i];
        values[i] = digits[i];
    }
    f->words[f->tables] = words;
    f->table[f->tables] = fstWriterCreateEnumTable(f->writer, words->name, words->count, variable->bits, names, values);
    return f->table[f->tables++];
}

static void fst_declare(void *file, struct wave_variable *variable)
{
    static const enum fstVarType types[] = {[WAVE_BITS] = FST_VT_VCD_WIRE,
                                            [WAVE_WORD] = FST_VT_VCD_WIRE,
                                            [WAVE_TEXT] = FST_VT_GEN_STRING,
                                            [WAVE_MOMENT] = FST_VT_VCD_EVENT};
    struct fst *f = file;
    unsigned bits = variable->kind == WAVE_BITS || variable->kind == WAVE_WORD ? variable->bits : 1;
    if (variable->kind == WAVE_WORD)
        fstWriterEmitEnumTableRef(f->writer, table_of(f, variable));
    variable->handle = fstWriterCreateVar(f->writer, types[variable->kind], FST_VD_IMPLICIT,
                                          variable->kind == WAVE_TEXT ? 0 : bits, variable->name, 0);
}

static void fst_declared(void *file)
{
    (void)file; /* it ends with the first value */
}

static void fst_time(void *file, uint64_t cycle)
{
    fstWriterEmitTimeChange(((struct fst *)file)->writer, cycle);
}

static void fst_value(void *file, const struct wave_variable *variable, uint64_t value)
{
    struct fst *f = file;
    if (variable->kind == WAVE_MOMENT)
        fstWriterEmitValueChange(f->writer, variable->handle, "1");
    else
        fstWriterEmitValueChange64(f->writer, variable->handle, variable->bits, value);
}

static void fst_text(void *file, const struct wave_variable *variable, const char *text, size_t length)
{
    fstWriterEmitVariableLengthValueChange(((struct fst *)file)->writer, variable->handle, text, (uint32_t)length);
}

static void fst_settle(void *file)
{
    (void)file;
}

static int fst_error(const void *file)
{
    (void)file;
    return fst_checked_error; /* there is one file at a time */
}

static bool fst_close(void *file, bool keep)
{
    struct fst *f = file;
    fstWriterClose(f->writer);
    bool good = whole_file_finish(&f->file, keep, fst_checked_error);
    int error = errno;
    free(f);
    errno = error;
    return good;
}

const struct wave_format wave_fst = {.ending = ".fst",
                                     .words_have_bits = true,
                                     .open = fst_open,
                                     .scope = fst_scope,
                                     .scope_end = fst_scope_end,
                                     .declare = fst_declare,
                                     .declared = fst_declared,
                                     .time = fst_time,
                                     .value = fst_value,
                                     .text = fst_text,
                                     .settle = fst_settle,
                                     .error = fst_error,
                                     .close = fst_close};
