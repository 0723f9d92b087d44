/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the C block under the random stimulus and writes each edge as one line of three files. What does not count (a
 * payload without its valid) is 0 in the inputs and masked out in the outputs.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/core/bits.h"
#include "tb/report/whole_file.h"
#include "tb/vectors/pri_queue_stimulus.h"
#include "tb/vectors/vectors.h"

enum { INPUTS, EXPECTED, MASK, README, COMMAND, FILES, ALWAYS = -1, PATH_BYTES = 4096, ROW_BITS_MAX = 2048 };

static const char *const file_names[FILES] = {"inputs.hex", "expected.hex", "mask.hex", "README.txt", "command.txt"};

enum {
#define INPUT(name, bits, under, value) +(bits)
#define OUTPUT(name, bits, counts, value)
    INPUT_BITS = 0
#include "model/pri_queue/pri_queue_pins.def"
#undef OUTPUT
#undef INPUT
};
enum {
#define INPUT(name, bits, under, value)
#define OUTPUT(name, bits, counts, value) +(bits)
    OUTPUT_BITS = 0
#include "model/pri_queue/pri_queue_pins.def"
#undef OUTPUT
#undef INPUT
};
_Static_assert((int)INPUT_BITS <= (int)ROW_BITS_MAX && (int)OUTPUT_BITS <= (int)ROW_BITS_MAX, "a row has room");

/* One line: its bits, the highest one first. */
struct row {
    unsigned bits;
    uint8_t bit[ROW_BITS_MAX];
};

static void append(struct row *row, unsigned bits, uint64_t value)
{
    for (unsigned i = bits; i-- > 0;)
        row->bit[row->bits++] = value >> i & 1;
}

static void print(struct row *row, FILE *stream)
{
    char text[ROW_BITS_MAX / 4 + 1];
    unsigned digits = (row->bits + 3) / 4, digit = 0, length = 0;
    for (unsigned i = 0; i < row->bits; i++) {
        digit = digit << 1 | row->bit[i];
        if ((row->bits - i - 1) % 4 == 0) {
            text[length++] = "0123456789abcdef"[digit];
            digit = 0;
        }
    }
    assert(length == digits && row->bits);
    text[length] = '\n';
    fwrite(text, 1, length + 1, stream);
    row->bits = 0;
}

/* What is offered at one edge. */
static void append_inputs(struct row *row, bool rst_n, const struct prisim_pri_queue_config *config,
                          const struct pri_queue_inputs *in)
{
#define INPUT(name, bits, under, value)                                                                                \
    append(row, bits, (under) < 0 || (in->rx_valid >> ((under)&31) & 1) ? (value) : 0);
#define OUTPUT(name, bits, counts, value)
#include "model/pri_queue/pri_queue_pins.def"
#undef INPUT
#undef OUTPUT
}

/* What must be shown after it, and which bits of that count. */
static void append_outputs(struct row *expected, struct row *mask, const struct pri_queue_outputs *out)
{
#define HAS(port) (out->valid >> PRISIM_PRI_QUEUE_TX_##port & 1)
#define INPUT(name, bits, under, value)
#define OUTPUT(name, bits, counts, value)                                                                              \
    append(expected, bits, (counts) ? (value) : 0);                                                                    \
    append(mask, bits, (counts) ? UINT64_MAX : 0);
#include "model/pri_queue/pri_queue_pins.def"
#undef INPUT
#undef OUTPUT
#undef HAS
}

struct writer {
    const struct vectors_options *options;
    FILE *stream[FILES];
    uint64_t cycles;
    struct row row[FILES];
    struct pri_queue_inputs in;
    struct pri_queue_outputs out;
    struct pri_queue_pinned queue;
    struct pri_queue_stimulus stimulus;
};

static void write_cycle(struct writer *w, bool rst_n)
{
    append_inputs(&w->row[INPUTS], rst_n, &w->options->config, &w->in);
    append_outputs(&w->row[EXPECTED], &w->row[MASK], &w->out);
    for (unsigned i = INPUTS; i <= MASK; i++)
        print(&w->row[i], w->stream[i]);
    w->cycles++;
}

/* One episode from its reset on, as the lockstep harness runs it. */
static void write_episode(struct writer *w, uint64_t episode)
{
    const struct vectors_options *o = w->options;
    struct prisim_pri_queue_config unused;
    struct pri_queue_profile profile;
    pri_queue_stimulus_draw(o->seed, episode, &unused, &profile);
    if (o->reset_within)
        pri_queue_stimulus_cut(o->seed, episode, o->reset_within, &profile);
    pri_queue_stimulus_begin(&w->stimulus, o->seed, episode, &o->config, &profile);
    memset(&w->in, 0, sizeof w->in);
    memset(&w->out, 0, sizeof w->out);
    for (unsigned i = 0; i < profile.reset_edges && w->cycles < o->cycles; i++)
        write_cycle(w, false);
    pri_queue_pinned_reset(&w->queue);
    for (unsigned i = 0; i < profile.edges && w->cycles < o->cycles; i++) {
        pri_queue_stimulus_drive(&w->stimulus, &w->in);
        bool request_taken = (w->in.rx_valid >> PRISIM_PRI_QUEUE_RX_REQUEST & 1) && w->out.request_ready;
        uint32_t taken = w->out.valid & w->in.tx_ready & PRI_QUEUE_STREAMS, held = w->out.valid & ~w->in.tx_ready;
        pri_queue_pinned_step(&w->queue, &w->in, &w->out);
        pri_queue_stimulus_observe(&w->stimulus, &w->out, request_taken, taken, w->out.valid & ~held);
        write_cycle(w, true);
    }
}

static void write_field(FILE *stream, const char *name, unsigned bits, unsigned *top)
{
    *top -= bits;
    fprintf(stream, "  [%u:%u] %s\n", *top + bits - 1, *top, name);
}

static void write_readme(const struct vectors_options *o, FILE *stream)
{
    unsigned top = INPUT_BITS;
    fprintf(stream,
            "Vectors of a PRI queue with the pins of rtl/pri_queue.sv. Line n, counted from 0, is clock edge n.\n"
            "inputs.hex: what the pins have before the edge. expected.hex: what they have after it. mask.hex: which\n"
            "bits of expected count. A payload without its valid is 0 here and may be X on the pins. command.txt: what "
            "wrote\n"
            "these files.\n\n"
            "cycles %llu\nseed %llu\ninput bits %u\noutput bits %u\n",
            (unsigned long long)o->cycles, (unsigned long long)o->seed, (unsigned)INPUT_BITS, (unsigned)OUTPUT_BITS);
#define INPUT(name, bits, under, value) write_field(stream, #name, bits, &top);
#define OUTPUT(name, bits, counts, value)
    fprintf(stream, "\ninputs.hex\n");
#include "model/pri_queue/pri_queue_pins.def"
#undef INPUT
#undef OUTPUT
    top = OUTPUT_BITS;
    fprintf(stream, "\nexpected.hex and mask.hex\n");
#define INPUT(name, bits, under, value)
#define OUTPUT(name, bits, counts, value) write_field(stream, #name, bits, &top);
#include "model/pri_queue/pri_queue_pins.def"
#undef INPUT
#undef OUTPUT
}

static bool complain(const char *path)
{
    fprintf(stderr, "prisim: vectors: %s: %s\n", path, strerror(errno));
    return false;
}

static void write_all(struct writer *w)
{
    struct prisim_probe *probe = calloc(1, sizeof *probe);
    w->queue.config = w->options->config;
    w->queue.probe = probe;
    w->queue.state = calloc(1, prisim_pri_queue_state_size(&w->options->config));
    assert(probe && w->queue.state);
    bool shown = false;
    for (uint64_t episode = 0; w->cycles < w->options->cycles; episode++) {
        write_episode(w, episode);
        if (isatty(STDERR_FILENO) && episode % 64 == 63) {
            shown = true;
            fprintf(stderr, "\rcycle %llu of %llu", (unsigned long long)w->cycles,
                    (unsigned long long)w->options->cycles);
        }
    }
    if (shown)
        fputs("\r\033[K", stderr);
    write_readme(w->options, w->stream[README]);
    fprintf(w->stream[COMMAND], "%s\n", w->options->command);
    free(w->queue.state);
    free(probe);
}

bool vectors_write(const struct vectors_options *options)
{
    bool made = mkdir(options->out, 0777) == 0;
    if (!made && errno != EEXIST)
        return complain(options->out);
    char path[FILES][PATH_BYTES];
    struct whole_file file[FILES];
    struct writer writer = {.options = options};
    unsigned open = 0;
    bool good = true;
    while (good && open < FILES) {
        int length = snprintf(path[open], PATH_BYTES, "%s/%s", options->out, file_names[open]);
        errno = ENAMETOOLONG;
        good = length < PATH_BYTES && whole_file_open(&file[open], path[open]);
        if (!good)
            complain(path[open]);
        else
            writer.stream[open] = file[open].stream, open++;
    }
    if (good)
        write_all(&writer);
    for (unsigned i = 0; good && i < FILES; i++)
        good = !fflush(writer.stream[i]) || complain(path[i]);
    for (unsigned i = 0; i < open; i++)
        if (!whole_file_close(&file[i], good))
            good = complain(path[i]);
    if (!good && made)
        rmdir(options->out);
    return good;
}
