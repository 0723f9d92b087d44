/* SPDX-License-Identifier: Apache-2.0
 *
 * A short text that is put together piece by piece. What is too long for it is cut off.
 */
#ifndef PRISIM_TB_WAVE_TEXT_H
#define PRISIM_TB_WAVE_TEXT_H

#include <stdint.h>
#include <string.h>

enum { WAVE_TEXT_MAX = 128 };

struct wave_text {
    unsigned length;
    char text[WAVE_TEXT_MAX]; /* no zero behind it */
};

static inline void wave_text_begin(struct wave_text *to)
{
    to->length = 0;
}

static inline void wave_text_add_bytes(struct wave_text *to, const char *text, size_t length)
{
    size_t room = WAVE_TEXT_MAX - to->length;
    if (length > room)
        length = room;
    memcpy(to->text + to->length, text, length);
    to->length += (unsigned)length;
}

static inline void wave_text_add(struct wave_text *to, const char *text)
{
    wave_text_add_bytes(to, text, strlen(text));
}

/* Decimal. */
static inline void wave_text_number(struct wave_text *to, uint64_t value)
{
    char digits[20];
    unsigned count = 0;
    do
        digits[sizeof digits - ++count] = (char)('0' + value % 10);
    while (value /= 10);
    wave_text_add_bytes(to, digits + sizeof digits - count, count);
}

/* "0x1f" */
static inline void wave_text_hex(struct wave_text *to, uint64_t value)
{
    char digits[18] = "0x";
    unsigned count = value ? (67 - (unsigned)__builtin_clzll(value)) / 4 : 1;
    for (unsigned i = 0; i < count; i++)
        digits[2 + i] = "0123456789abcdef"[value >> 4 * (count - 1 - i) & 15];
    wave_text_add_bytes(to, digits, 2 + count);
}

#endif
