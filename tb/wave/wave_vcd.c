/* SPDX-License-Identifier: Apache-2.0
 *
 * Waves as a Value Change Dump (IEEE 1364, 18.2). Words and texts are of the type `string`, which is GTKWave's: it
 * shows them as they are, with no filter to be loaded.
 */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/event_file.h"
#include "tb/wave/wave_format.h"
#include "tb/wave/wave_text.h"

enum {
    VCD_ID_FIRST = '!',
    VCD_ID_SIGNS = '~' - '!' + 1,
    VCD_ID_MAX = 5,
    /* A byte of a text may become \ooo. */
    VCD_LINE_MAX = 4 * WAVE_TEXT_MAX + VCD_ID_MAX + 64
};

struct vcd {
    struct event_file out;
    bool begun; /* the first time is written whole */
    uint32_t variables;
};

static void room(struct vcd *v)
{
    event_file_room(&v->out, VCD_LINE_MAX);
}

static void put(struct vcd *v, const char *text, size_t length)
{
    char *at = v->out.buffer + v->out.used;
    memcpy(at, text, length);
    event_file_add(&v->out, at + length);
}

static void put_string(struct vcd *v, const char *text)
{
    put(v, text, strlen(text));
}

static void put_id(struct vcd *v, uint32_t handle)
{
    char *at = v->out.buffer + v->out.used;
    do
        *at++ = (char)(VCD_ID_FIRST + handle % VCD_ID_SIGNS);
    while (handle /= VCD_ID_SIGNS);
    *at++ = '\n';
    event_file_add(&v->out, at);
}

static void *vcd_open(const char *path)
{
    struct vcd *v = calloc(1, sizeof *v);
    if (!v || !event_file_open(&v->out, path)) {
        int error = v ? errno : ENOMEM;
        free(v);
        errno = error;
        return NULL;
    }
    put_string(v, "$version prisim $end\n$comment one time unit is one cycle $end\n$timescale 1ns $end\n");
    return v;
}

static void vcd_scope(void *file, const char *name)
{
    struct vcd *v = file;
    room(v);
    put_string(v, "$scope module ");
    put_string(v, name);
    put_string(v, " $end\n");
}

static void vcd_scope_end(void *file)
{
    room(file);
    put_string(file, "$upscope $end\n");
}

static void vcd_declare(void *file, struct wave_variable *variable)
{
    static const char *const types[] = {
        [WAVE_BITS] = "wire", [WAVE_WORD] = "string", [WAVE_TEXT] = "string", [WAVE_MOMENT] = "event"};
    struct vcd *v = file;
    struct wave_text line;
    bool bits = variable->kind == WAVE_BITS;
    variable->handle = v->variables++;
    wave_text_begin(&line);
    wave_text_add(&line, "$var ");
    wave_text_add(&line, types[variable->kind]);
    wave_text_add(&line, " ");
    wave_text_number(&line, bits ? variable->bits : 1);
    wave_text_add(&line, " ");
    room(v);
    put(v, line.text, line.length);
    put_id(v, variable->handle);
    v->out.buffer[v->out.used - 1] = ' ';
    put_string(v, variable->name);
    if (bits && variable->bits > 1) {
        wave_text_begin(&line);
        wave_text_add(&line, " [");
        wave_text_number(&line, variable->bits - 1);
        wave_text_add(&line, ":0]");
        put(v, line.text, line.length);
    }
    put_string(v, " $end\n");
}

static void vcd_declared(void *file)
{
    room(file);
    put_string(file, "$enddefinitions $end\n");
}

static void vcd_time(void *file, uint64_t cycle)
{
    struct vcd *v = file;
    struct wave_text line;
    wave_text_begin(&line);
    wave_text_add(&line, "#");
    wave_text_number(&line, cycle);
    wave_text_add(&line, v->begun ? "\n" : "\n$dumpvars\n");
    room(v);
    put(v, line.text, line.length);
}

static void put_text(struct vcd *v, uint32_t handle, const char *text, size_t length)
{
    char line[VCD_LINE_MAX], *at = line;
    assert(length <= WAVE_TEXT_MAX);
    *at++ = 's';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c > ' ' && c <= '~' && c != '\\') {
            *at++ = (char)c;
            continue;
        }
        *at++ = '\\';
        *at++ = (char)('0' + (c >> 6));
        *at++ = (char)('0' + (c >> 3 & 7));
        *at++ = (char)('0' + (c & 7));
    }
    *at++ = ' ';
    room(v);
    put(v, line, (size_t)(at - line));
    put_id(v, handle);
}

static void put_bits(struct vcd *v, uint32_t handle, uint64_t value)
{
    unsigned digits = value ? 64 - (unsigned)__builtin_clzll(value) : 1;
    char *at = v->out.buffer + v->out.used;
    *at++ = 'b';
    while (digits-- > 0)
        *at++ = (char)('0' + (value >> digits & 1));
    *at++ = ' ';
    event_file_add(&v->out, at);
    put_id(v, handle);
}

static void vcd_value(void *file, const struct wave_variable *variable, uint64_t value)
{
    struct vcd *v = file;
    room(v);
    switch (variable->kind) {
    case WAVE_WORD:
        assert(value < variable->words->count);
        put_text(v, variable->handle, variable->words->word[value], strlen(variable->words->word[value]));
        return;
    case WAVE_BITS:
        if (variable->bits > 1) {
            put_bits(v, variable->handle, value);
            return;
        }
        break;
    case WAVE_MOMENT:
    case WAVE_TEXT:
        break;
    }
    put(v, value ? "1" : "0", 1);
    put_id(v, variable->handle);
}

static void vcd_text(void *file, const struct wave_variable *variable, const char *text, size_t length)
{
    put_text(file, variable->handle, text, length);
}

static void vcd_settle(void *file)
{
    struct vcd *v = file;
    if (!v->begun) {
        room(v);
        put_string(v, "$end\n");
        v->begun = true;
    }
    event_file_settle(&v->out);
}

static int vcd_error(const void *file)
{
    return ((const struct vcd *)file)->out.error;
}

static bool write_string(struct vcd *v, const char *text)
{
    return event_file_write(&v->out, text, strlen(text));
}

static bool vcd_end(void *file, const char *why, const char *detail)
{
    struct vcd *v = file;
    if (v->out.ended)
        return true;
    v->out.ended = true;
    return v->begun && event_file_write_whole(&v->out) && write_string(v, "$comment ended early: ") &&
           write_string(v, why) && write_string(v, " ") && write_string(v, detail) && write_string(v, " $end\n") &&
           whole_file_land(&v->out.file);
}

static bool vcd_close(void *file, bool keep)
{
    struct vcd *v = file;
    if (!v->out.ended && keep)
        event_file_flush(&v->out);
    bool good = event_file_close(&v->out, keep);
    int error = errno;
    free(v);
    errno = error;
    return good;
}

const struct wave_format wave_vcd = {.ending = ".vcd",
                                     .open = vcd_open,
                                     .scope = vcd_scope,
                                     .scope_end = vcd_scope_end,
                                     .declare = vcd_declare,
                                     .declared = vcd_declared,
                                     .time = vcd_time,
                                     .value = vcd_value,
                                     .text = vcd_text,
                                     .settle = vcd_settle,
                                     .error = vcd_error,
                                     .end = vcd_end,
                                     .close = vcd_close};
