/* SPDX-License-Identifier: Apache-2.0
 *
 * Mutations of scenario texts that keep them texts: lines are doubled, dropped, moved and indented, numbers and words
 * are replaced, keys come from the table of keys. Half of the time libFuzzer changes bytes as it likes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "tb/scenario/keys.h"

#ifdef PRISIM_FUZZ
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

/* Last parts of the names of keys, and words that are values. */
static const char *const words[] = {
#define GROUP(name, type, unit, min, max, words, missing, about)              name,
#define KEY(name, type, scope, member, unit, min, max, words, missing, about) name,
#define VALUE(name, scope, member, missing)                                   name,
#define PART(name, scope, member, rows, row, missing)                         name,
#define LATER(name, words)
#define UNUSED(name, words, why)
#include "tb/scenario/keys.def"
    "true", "false", "none",  "drain",   "stop_marker",     "wait",       "marker", "rw", "r",
    "w",    "abort", "serve", "invalid", "pri_queue.write", "smmu.event", "nic",    "A",  "B",
    "[]",   "{}",    "[{}]",  "~",       "0x4000"};

static const char *const numbers[] = {
    "0",     "1",   "2",       "3",      "4",          "7",          "8",
    "15",    "16",  "19",      "20",     "31",         "32",         "63",
    "64",    "255", "256",     "1000",   "4095",       "4096",       "-1",
    "65535", "1.5", "1000000", "0x1000", "1000000000", "4294967295", "18446744073709551615"};

struct text {
    uint8_t *bytes;
    size_t size, max;
};

static void replace(struct text *t, size_t at, size_t length, const char *by, size_t by_length)
{
    if (t->size - length + by_length > t->max)
        return;
    memmove(t->bytes + at + by_length, t->bytes + at + length, t->size - at - length);
    memcpy(t->bytes + at, by, by_length);
    t->size += by_length - length;
}

static size_t line_start(const struct text *t, size_t at)
{
    while (at > 0 && t->bytes[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const struct text *t, size_t at)
{
    while (at < t->size && t->bytes[at] != '\n')
        at++;
    return at < t->size ? at + 1 : at;
}

static bool of_word(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

/* A number near the one that stands there: most often still one that is allowed. */
static void change_number(struct text *t, struct random_stream *random, size_t at, size_t end)
{
    char number[32];
    uint64_t value = 0;
    for (size_t i = at; i < end && t->bytes[i] >= '0' && t->bytes[i] <= '9'; i++)
        value = value * 10 + t->bytes[i] - '0';
    value = random_below(random, 2) ? value + random_below(random, 9) - (value < 4 ? value : 4)
                                    : random_below(random, (uint32_t)(value % 100000 * 2 + 2));
    int length = snprintf(number, sizeof number, "%llu", (unsigned long long)value);
    replace(t, at, end - at, number, (size_t)length);
}

static void replace_word(struct text *t, struct random_stream *random)
{
    size_t at = random_below(random, (uint32_t)t->size);
    while (at < t->size && !of_word(t->bytes[at]))
        at++;
    size_t end = at;
    while (at > 0 && of_word(t->bytes[at - 1]))
        at--;
    while (end < t->size && of_word(t->bytes[end]))
        end++;
    bool number = at < end && t->bytes[at] >= '0' && t->bytes[at] <= '9';
    if (number && random_below(random, 3)) {
        change_number(t, random, at, end);
        return;
    }
    const char *by = number && random_below(random, 8)
                         ? numbers[random_below(random, sizeof numbers / sizeof numbers[0])]
                         : last_part(words[random_below(random, sizeof words / sizeof words[0])]);
    replace(t, at, end - at, by, strlen(by));
}

static void insert_key(struct text *t, struct random_stream *random)
{
    char line[256];
    size_t at = line_start(t, random_below(random, (uint32_t)t->size)), indent = 0;
    while (at + indent < t->size && (t->bytes[at + indent] == ' ' || t->bytes[at + indent] == '-'))
        indent++;
    int length =
        snprintf(line, sizeof line, "%*s%s: %s\n", (int)(indent % 40), "",
                 last_part(words[random_below(random, sizeof words / sizeof words[0])]),
                 random_below(random, 3) ? numbers[random_below(random, sizeof numbers / sizeof numbers[0])]
                                         : last_part(words[random_below(random, sizeof words / sizeof words[0])]));
    replace(t, at, 0, line, (size_t)length);
}

static void change_lines(struct text *t, struct random_stream *random)
{
    char line[512];
    size_t at = line_start(t, random_below(random, (uint32_t)t->size)), end = line_end(t, at);
    size_t length = end - at < sizeof line ? end - at : sizeof line;
    memcpy(line, t->bytes + at, length);
    switch (random_below(random, 4)) {
    case 0:
        replace(t, at, 0, line, length);
        return;
    case 1:
        replace(t, at, end - at, "", 0);
        return;
    case 2:
        replace(t, at, length, "", 0);
        if (t->size)
            replace(t, line_start(t, random_below(random, (uint32_t)t->size)), 0, line, length);
        return;
    default:
        if (line[0] == ' ' && random_below(random, 2))
            replace(t, at, 1, "", 0);
        else
            replace(t, at, 0, "  ", 2);
        return;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct random_stream random = random_open(seed, 0, 0);
    struct text t = {data, size, max};
    if (size == 0 || random_below(&random, 4) == 0)
        return LLVMFuzzerMutate(data, size, max);
    for (uint64_t i = 1 + (random_below(&random, 3) ? 0 : random_below(&random, 4)); i > 0 && t.size; i--) {
        switch (random_below(&random, 4)) {
        case 0:
        case 1:
            replace_word(&t, &random);
            break;
        case 2:
            insert_key(&t, &random);
            break;
        default:
            change_lines(&t, &random);
            break;
        }
    }
    return t.size;
}
#else
enum { NOTHING_WITHOUT_LIBFUZZER };
#endif
