/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of keys (keys.h): text to member and back, and what to say when the text will not do.
 */
#include "tb/scenario/keys.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 40 };

enum number { NUMBER_GOOD, NUMBER_TOO_BIG, NUMBER_NONE };

/* Decimal without leading zeros (010 would be eight to some readers and ten to others), or 0x and hexadecimal. */
static enum number number_read(const char *text, uint64_t *value)
{
    bool hex = text[0] == '0' && text[1] == 'x';
    const char *digits = hex ? text + 2 : text;
    const char *set = hex ? "0123456789abcdefABCDEF" : "0123456789";
    size_t count = strspn(digits, set);
    bool negative = text[0] == '-' && text[1] && text[1 + strspn(text + 1, "0123456789")] == 0;
    if (negative)
        return NUMBER_TOO_BIG;
    if (count == 0 || digits[count] || (!hex && digits[0] == '0' && count > 1))
        return NUMBER_NONE;
    uint64_t base = hex ? 16 : 10, sum = 0;
    for (size_t i = 0; i < count; i++) {
        char c = digits[i];
        uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        if (sum > (UINT64_MAX - digit) / base)
            return NUMBER_TOO_BIG;
        sum = sum * base + digit;
    }
    *value = sum;
    return NUMBER_GOOD;
}

void key_range(const struct key *key, char range[KEY_EXPECTED_MAX])
{
    range[0] = 0;
    switch (key->row->type) {
    case KEY_NUMBER:
    case KEY_COUNT:
        snprintf(range, KEY_EXPECTED_MAX, "%" PRIu64 "..%" PRIu64, key->row->min, key->row->max);
        break;
    case KEY_HEX:
        snprintf(range, KEY_EXPECTED_MAX, "0x%" PRIx64 "..0x%" PRIx64, key->row->min, key->row->max);
        break;
    case KEY_BOOL:
        text_append(range, KEY_EXPECTED_MAX, "true or false");
        break;
    case KEY_ENUM:
    case KEY_ONE_OF:
        text_append(range, KEY_EXPECTED_MAX, key->row->words);
        break;
    case KEY_TEXT:
        snprintf(range, KEY_EXPECTED_MAX, "%" PRIu64 "..%" PRIu64 " bytes", key->row->min, key->row->max);
        break;
    case KEY_WORD:
        snprintf(range, KEY_EXPECTED_MAX, "%" PRIu64 "..%" PRIu64 " of [%s]", key->row->min, key->row->max,
                 key->row->words);
        break;
    case KEY_ID:
        snprintf(range, KEY_EXPECTED_MAX, "%" PRIu64 "..%" PRIu64 " of [%s], not digits only", key->row->min,
                 key->row->max, key->row->words);
        break;
    case KEY_NAME:
        text_append(range, KEY_EXPECTED_MAX, "the name of one in this scenario");
        break;
    case KEY_POINT:
        text_append(range, KEY_EXPECTED_MAX, "an event's name or point");
        break;
    case KEY_TIME:
        snprintf(range, KEY_EXPECTED_MAX, "%" PRIu64 "..%" PRIu64 ", ready+N or ID+N", key->row->min, key->row->max);
        break;
    case KEY_EVENT:
        text_append(range, KEY_EXPECTED_MAX, "an event's name or point, or a map");
        break;
    case KEY_STEP:
        text_append(range, KEY_EXPECTED_MAX, "a step, stop, inv, release, or a map");
        break;
    case KEY_FIELD:
        text_append(range, KEY_EXPECTED_MAX, "as the log writes it");
        break;
    case KEY_MAP:
    case KEY_LIST:
        if (key->row->words)
            snprintf(range, KEY_EXPECTED_MAX, "a name: %" PRIu64 "..%" PRIu64 " of [%s]", key->row->min, key->row->max,
                     key->row->words);
        else if (key->row->max)
            snprintf(range, KEY_EXPECTED_MAX, "%" PRIu64 "..%" PRIu64 " items", key->row->min, key->row->max);
        break;
    }
}

/* "expected RANGE (unit), not TEXT". */
static bool refuse(const struct key *key, const char *kind, const char *text, bool quote,
                   char expected[KEY_EXPECTED_MAX])
{
    char range[KEY_EXPECTED_MAX], shown[SHOWN_MAX + 8];
    key_range(key, range);
    bool cut = strlen(text) > SHOWN_MAX;
    snprintf(shown, sizeof shown, "%s%.*s%s%s", quote ? "\"" : "", SHOWN_MAX, text, cut ? "..." : "",
             quote ? "\"" : "");
    expected[0] = 0;
    text_append(expected, KEY_EXPECTED_MAX, "expected ");
    text_append(expected, KEY_EXPECTED_MAX, kind);
    text_append(expected, KEY_EXPECTED_MAX, range);
    if (key->row->unit[0]) {
        text_append(expected, KEY_EXPECTED_MAX, " (");
        text_append(expected, KEY_EXPECTED_MAX, key->row->unit);
        text_append(expected, KEY_EXPECTED_MAX, ")");
    }
    text_append(expected, KEY_EXPECTED_MAX, ", not ");
    text_append(expected, KEY_EXPECTED_MAX, text[0] ? shown : "an empty value");
    return false;
}

static bool is_one_of(const struct key *key, uint64_t value)
{
    unsigned place;
    char decimal[24];
    snprintf(decimal, sizeof decimal, "%" PRIu64, value);
    return words_hold(key->row->words, decimal, &place);
}

bool key_number(const struct key *key, const char *text, bool quoted, uint64_t *value, char expected[KEY_EXPECTED_MAX])
{
    enum number kind = quoted ? NUMBER_NONE : number_read(text, value);
    if (kind == NUMBER_NONE)
        return refuse(key, "a number ", text, true, expected);
    if (kind == NUMBER_TOO_BIG || *value < key->row->min || *value > key->row->max)
        return refuse(key, "", text, false, expected);
    return key->row->type != KEY_ONE_OF || is_one_of(key, *value) || refuse(key, "", text, false, expected);
}

static bool in_class(const char *class, char c)
{
    for (const char *at = class; *at; at++) {
        if (at[1] == '-' && at[2]) {
            if (c >= at[0] && c <= at[2])
                return true;
            at += 2;
        } else if (c == *at) {
            return true;
        }
    }
    return false;
}

bool key_word(const struct key *key, const char *text, char expected[KEY_EXPECTED_MAX])
{
    size_t length = strlen(text);
    bool good = length >= key->row->min && length <= key->row->max;
    for (const char *c = text; *c; c++)
        good = good && in_class(key->row->words, *c);
    if (key->row->type == KEY_ID && text[strspn(text, "0123456789")] == 0)
        good = false;
    return good || refuse(key, "", text, true, expected);
}

static void *place_of(const struct key *key, const struct key_bases *bases)
{
    assert(key->scope != KEY_OF_NOTHING && bases->of[key->scope]);
    return (char *)bases->of[key->scope] + key->offset;
}

static void put_number(const struct key *key, const struct key_bases *bases, uint64_t value)
{
    uint32_t narrow = (uint32_t)value;
    assert(key->size == sizeof value || (key->size == sizeof narrow && narrow == value));
    memcpy(place_of(key, bases), key->size == sizeof value ? (void *)&value : (void *)&narrow, key->size);
}

static bool store_word(const struct key *key, const struct key_bases *bases, const char *text,
                       char expected[KEY_EXPECTED_MAX])
{
    unsigned place = 0;
    if (key->row->type == KEY_BOOL) {
        if (!words_hold("false true", text, &place))
            return refuse(key, "", text, true, expected);
    } else if (!words_hold(key->row->words, text, &place)) {
        refuse(key, "", text, true, expected);
        if (key_why_later(key->name, text)) {
            char range[KEY_EXPECTED_MAX];
            key_range(key, range);
            snprintf(expected, KEY_EXPECTED_MAX, "\"%.*s\" is not in this version: expected ", SHOWN_MAX, text);
            text_append(expected, KEY_EXPECTED_MAX, range);
        }
        return false;
    }
    put_number(key, bases, key->row->min + place);
    return true;
}

static bool store_text(const struct key *key, const struct key_bases *bases, const char *text,
                       char expected[KEY_EXPECTED_MAX])
{
    /* The range of a time is that of its number: its text need only have room. */
    size_t length = strlen(text), least = key->row->type == KEY_TIME ? 0 : key->row->min;
    size_t most = key->row->type == KEY_TIME ? key->size - 1 : key->row->max;
    if (length < least || length > most)
        return refuse(key, key->row->type == KEY_TEXT ? "text of " : "", text, true, expected);
    assert(length < key->size);
    memcpy(place_of(key, bases), text, length + 1);
    return true;
}

bool key_store(const struct key *key, const struct key_bases *bases, const char *text, bool quoted,
               char expected[KEY_EXPECTED_MAX])
{
    uint64_t value = 0;
    switch (key->row->type) {
    case KEY_NUMBER:
    case KEY_HEX:
    case KEY_ONE_OF:
        if (!key_number(key, text, quoted, &value, expected))
            return false;
        put_number(key, bases, value);
        return true;
    case KEY_BOOL:
        if (quoted)
            return refuse(key, "", text, true, expected);
        return store_word(key, bases, text, expected);
    case KEY_ENUM:
        return store_word(key, bases, text, expected);
    case KEY_WORD:
    case KEY_ID:
        return key_word(key, text, expected) && store_text(key, bases, text, expected);
    case KEY_TEXT:
    case KEY_NAME:
    case KEY_POINT:
    case KEY_TIME:
        return store_text(key, bases, text, expected);
    case KEY_EVENT:
    case KEY_STEP:
    case KEY_FIELD:
    case KEY_COUNT:
    case KEY_MAP:
    case KEY_LIST:
        break;
    }
    assert(false && "a key without a member is not stored");
    return false;
}

static void word_at(const char *words, uint64_t place, char value[KEY_EXPECTED_MAX])
{
    size_t length;
    const char *w = words_next(words, &length);
    for (uint64_t i = 0; i < place; i++)
        w = words_next(w + length, &length);
    snprintf(value, KEY_EXPECTED_MAX, "%.*s", (int)length, w);
}

void key_value(const struct key *key, const struct key_bases *bases, char value[KEY_EXPECTED_MAX])
{
    const void *place = place_of(key, bases);
    uint64_t number = 0;
    if (key->size == sizeof(uint32_t)) {
        uint32_t narrow;
        memcpy(&narrow, place, sizeof narrow);
        number = narrow;
    } else if (key->size == sizeof number) {
        memcpy(&number, place, sizeof number);
    }
    if (key->row->type == KEY_BOOL)
        word_at("false true", number, value);
    else if (key->row->type == KEY_ENUM)
        word_at(key->row->words, number - key->row->min, value);
    else if (key->row->type == KEY_HEX)
        snprintf(value, KEY_EXPECTED_MAX, "0x%" PRIx64, number);
    else if (key->row->type == KEY_NUMBER || key->row->type == KEY_ONE_OF)
        snprintf(value, KEY_EXPECTED_MAX, "%" PRIu64, number);
    else
        snprintf(value, KEY_EXPECTED_MAX, "%s", (const char *)place);
}

const char *key_type_name(enum key_type type)
{
    switch (type) {
    case KEY_NUMBER:
    case KEY_HEX:
    case KEY_COUNT:
        return "number";
    case KEY_BOOL:
        return "bool";
    case KEY_ENUM:
    case KEY_ONE_OF:
        return "one of";
    case KEY_TEXT:
        return "text";
    case KEY_WORD:
    case KEY_ID:
        return "id";
    case KEY_NAME:
        return "name";
    case KEY_TIME:
        return "cycle";
    case KEY_POINT:
    case KEY_EVENT:
        return "event";
    case KEY_STEP:
        return "step";
    case KEY_FIELD:
        return "value";
    case KEY_MAP:
        return "map";
    case KEY_LIST:
        return "list";
    }
    assert(false && "every type has a name");
    return "";
}
