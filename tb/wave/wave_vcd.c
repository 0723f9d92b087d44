/* SPDX-License-Identifier: Apache-2.0
 *
 * Waves as a Value Change Dump (IEEE 1364, 18.2). Words and texts are of the type `string`, which is GTKWave's: it
 * shows them as they are, with no filter to be loaded.
 */
#define _POSIX_C_SOURCE 200809L
#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/report/ending.h"
#include "tb/report/whole_file.h"
#include "tb/wave/wave_format.h"
#include "tb/wave/wave_text.h"

enum {
    VCD_BUFFER = 1 << 16,
    VCD_ID_FIRST = '!',
    VCD_ID_SIGNS = '~' - '!' + 1,
    VCD_ID_MAX = 5,
    /* A byte of a text may become \ooo. */
    VCD_LINE_MAX = 4 * WAVE_TEXT_MAX + VCD_ID_MAX + 64
};

struct vcd {
    struct whole_file file;
    int fd;
    int error; /* errno of the first write that failed */
    bool ended;
    bool begun;     /* the first time is written whole */
    off_t written;  /* to the file */
    size_t settled; /* bytes of the buffer that make sense by themselves */
    size_t used;
    uint32_t variables;
    char buffer[VCD_BUFFER];
};

/* Writes what is settled, or all. A signal that comes meanwhile finds nothing written twice. */
static void flush(struct vcd *v, size_t upto)
{
    size_t done = 0;
    ending_hold();
    while (!v->error && done < upto && !ending_waits()) {
        ssize_t length = write(v->fd, v->buffer + done, upto - done);
        if (length > 0)
            done += (size_t)length;
        else if (length == 0 || errno != EINTR)
            v->error = length == 0 ? EIO : errno;
    }
    v->written += (off_t)done;
    size_t left = v->error ? 0 : v->used - done;
    v->settled = v->error ? 0 : v->settled - (done < v->settled ? done : v->settled);
    memmove(v->buffer, v->buffer + done, left);
    v->used = left;
    ending_release();
}

static void room(struct vcd *v, size_t bytes)
{
    assert(bytes < VCD_BUFFER);
    if (v->used + bytes > VCD_BUFFER && v->settled)
        flush(v, v->settled);
    if (v->used + bytes > VCD_BUFFER)
        flush(v, v->used); /* one time fills the buffer: half of it is better than none */
}

static void put(struct vcd *v, const char *text, size_t length)
{
    assert(v->used + length <= VCD_BUFFER);
    memcpy(v->buffer + v->used, text, length);
    v->used += length;
}

static void put_string(struct vcd *v, const char *text)
{
    put(v, text, strlen(text));
}

static void put_id(struct vcd *v, uint32_t handle)
{
    do
        v->buffer[v->used++] = (char)(VCD_ID_FIRST + handle % VCD_ID_SIGNS);
    while (handle /= VCD_ID_SIGNS);
    v->buffer[v->used++] = '\n';
}

static void *vcd_open(const char *path)
{
    struct vcd *v = calloc(1, sizeof *v);
    if (!v || !whole_file_open(&v->file, path)) {
        int error = v ? errno : ENOMEM;
        free(v);
        errno = error;
        return NULL;
    }
    v->fd = fileno(v->file.stream);
    put_string(v, "$version prisim $end\n$comment one time unit is one cycle $end\n$timescale 1ns $end\n");
    return v;
}

static void vcd_scope(void *file, const char *name)
{
    struct vcd *v = file;
    room(v, VCD_LINE_MAX);
    put_string(v, "$scope module ");
    put_string(v, name);
    put_string(v, " $end\n");
}

static void vcd_scope_end(void *file)
{
    room(file, VCD_LINE_MAX);
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
    room(v, VCD_LINE_MAX);
    put(v, line.text, line.length);
    put_id(v, variable->handle);
    v->buffer[v->used - 1] = ' ';
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
    room(file, VCD_LINE_MAX);
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
    room(v, VCD_LINE_MAX);
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
    room(v, VCD_LINE_MAX);
    put(v, line, (size_t)(at - line));
    put_id(v, handle);
}

static void put_bits(struct vcd *v, uint32_t handle, uint64_t value)
{
    unsigned digits = value ? 64 - (unsigned)__builtin_clzll(value) : 1;
    char *at = v->buffer + v->used;
    *at++ = 'b';
    while (digits-- > 0)
        *at++ = (char)('0' + (value >> digits & 1));
    *at++ = ' ';
    v->used = (size_t)(at - v->buffer);
    put_id(v, handle);
}

static void vcd_value(void *file, const struct wave_variable *variable, uint64_t value)
{
    struct vcd *v = file;
    room(v, VCD_LINE_MAX);
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
        room(v, VCD_LINE_MAX);
        put_string(v, "$end\n");
        v->begun = true;
    }
    atomic_signal_fence(memory_order_seq_cst); /* a signal finds whole lines up to `settled` */
    v->settled = v->used;
}

static int vcd_error(const void *file)
{
    return ((const struct vcd *)file)->error;
}

static bool write_all(struct vcd *v, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t done = write(v->fd, text, length);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            text += done;
            length -= (size_t)done;
        }
    }
    return true;
}

static bool write_string(struct vcd *v, const char *text)
{
    return write_all(v, text, strlen(text));
}

static bool vcd_end(void *file, const char *why, const char *detail)
{
    struct vcd *v = file;
    if (v->ended)
        return true;
    v->ended = true;
    return v->begun && !v->error && write_all(v, v->buffer, v->settled) && write_string(v, "$comment ended early: ") &&
           write_string(v, why) && write_string(v, " ") && write_string(v, detail) && write_string(v, " $end\n") &&
           whole_file_land(&v->file);
}

static bool vcd_close(void *file, bool keep)
{
    struct vcd *v = file;
    if (!v->ended && keep)
        flush(v, v->used);
    int error = v->error;
    if (!whole_file_close(&v->file, keep && !error) && !error)
        error = errno;
    free(v);
    errno = error;
    return error == 0;
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
