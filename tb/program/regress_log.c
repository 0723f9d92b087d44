/* SPDX-License-Identifier: Apache-2.0
 *
 * Golden logs: read, compared line by line, replaced when the change is meant (regress.h).
 */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tb/program/regress.h"
#include "tb/report/whole_file.h"

enum { NEIGHBOURS = 3 };

struct text {
    char *at;
    size_t length;
};

char *regress_golden_path(const char *file)
{
    static const char suffix[] = ".jsonl";
    const char *slash = strrchr(file, '/'), *dot = strrchr(file, '.');
    size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - file) : strlen(file);
    size_t bytes = stem + sizeof suffix;
    char *path = malloc(bytes);
    if (path)
        snprintf(path, bytes, "%.*s%s", (int)stem, file, suffix);
    return path;
}

/* The whole of a file; false with errno set. */
static bool read_text(const char *path, struct text *text)
{
    *text = (struct text){0};
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    char part[1 << 16];
    size_t count;
    while ((count = fread(part, 1, sizeof part, file)) > 0) {
        char *larger = realloc(text->at, text->length + count);
        if (!larger)
            break;
        text->at = larger;
        memcpy(text->at + text->length, part, count);
        text->length += count;
    }
    bool good = count == 0 && !ferror(file);
    fclose(file);
    return good;
}

static size_t line_length(const struct text *text, size_t at)
{
    const char *end = memchr(text->at + at, '\n', text->length - at);
    return end ? (size_t)(end - (text->at + at)) : text->length - at;
}

/* Where the first line begins that is not the same in both. */
static size_t first_difference(const struct text *a, const struct text *b)
{
    size_t line = 0;
    for (size_t i = 0; i < a->length && i < b->length && a->at[i] == b->at[i]; i++)
        if (a->at[i] == '\n')
            line = i + 1;
    return line;
}

static size_t lines_before(const struct text *text, size_t at)
{
    size_t lines = 0;
    for (size_t i = 0; i < at; i++)
        lines += text->at[i] == '\n';
    return lines;
}

static void print_lines(const struct text *text, size_t at, const char *mark, unsigned lines, FILE *said)
{
    if (at >= text->length)
        fprintf(said, "  %s (the log ends here)\n", mark);
    for (; lines > 0 && at < text->length; lines--) {
        size_t length = line_length(text, at);
        fprintf(said, "  %s %.*s\n", mark, (int)length, text->at + at);
        at += length + 1;
    }
}

static size_t back(const struct text *text, size_t at, unsigned lines)
{
    while (at > 0 && lines-- > 0) {
        at--;
        while (at > 0 && text->at[at - 1] != '\n')
            at--;
    }
    return at;
}

static void print_difference(const struct text *golden, const struct text *log, FILE *said)
{
    size_t at = first_difference(golden, log);
    size_t before = back(log, at, NEIGHBOURS);
    if (before < at)
        print_lines(log, before, " ", (unsigned)(lines_before(log, at) - lines_before(log, before)), said);
    print_lines(golden, at, "-", NEIGHBOURS, said);
    print_lines(log, at, "+", NEIGHBOURS, said);
}

static bool same(const struct text *a, const struct text *b)
{
    return a->length == b->length && (a->length == 0 || (a->at && b->at && memcmp(a->at, b->at, a->length) == 0));
}

bool regress_log_compare(const char *golden, const char *log, FILE *said)
{
    struct text old, new;
    bool equal = false;
    bool have = read_text(golden, &old);
    if (!have)
        fprintf(said, "golden log %s: %s; prisim regress --bless makes it\n", golden, strerror(errno));
    if (!read_text(log, &new)) {
        fprintf(said, "log: %s\n", strerror(errno));
    } else if (have) {
        equal = same(&old, &new);
        if (!equal) {
            fprintf(said, "the log differs from %s at line %zu:\n", golden,
                    lines_before(&old, first_difference(&old, &new)) + 1);
            print_difference(&old, &new, said);
        }
    }
    free(old.at);
    free(new.at);
    return equal;
}

bool regress_log_bless(const char *golden, const char *log, FILE *said)
{
    struct text old, new;
    bool have = read_text(golden, &old);
    bool good = read_text(log, &new);
    bool equal = good && have && same(&old, &new);
    struct whole_file file;
    if (good && !equal) {
        good = whole_file_open(&file, golden);
        if (good) {
            fwrite(new.at, 1, new.length, file.stream);
            good = whole_file_close(&file, true);
        }
        if (good && have) {
            fprintf(said, "%s: blessed; it differed from line %zu on:\n", golden,
                    lines_before(&old, first_difference(&old, &new)) + 1);
            print_difference(&old, &new, said);
        } else if (good) {
            fprintf(said, "%s: made, %zu lines\n", golden, lines_before(&new, new.length));
        }
    }
    int error = errno;
    free(old.at);
    free(new.at);
    errno = error;
    return good;
}
