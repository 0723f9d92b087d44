/* SPDX-License-Identifier: Apache-2.0
 *
 * A ring of edges, and their text by the names of the pins.
 */
#include "rtl/dpi/prisim_pri_queue_history.h"

#include <stdarg.h>
#include <stdio.h>

#include "model/core/bits.h"

enum { ALWAYS = -1 };

static const char *const rx_name[PRISIM_PRI_QUEUE_RX_PORTS] = {
    [PRISIM_PRI_QUEUE_RX_REQUEST] = "request",
    [PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE] = "memory_response",
    [PRISIM_PRI_QUEUE_RX_LOOKUP] = "lookup_answer",
    [PRISIM_PRI_QUEUE_RX_CONTROL] = "control",
};

static const char *const tx_name[PRISIM_PRI_QUEUE_TX_PORTS] = {
    [PRISIM_PRI_QUEUE_TX_RESPONSE] = "response",   [PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST] = "memory_request",
    [PRISIM_PRI_QUEUE_TX_LOOKUP] = "lookup",       [PRISIM_PRI_QUEUE_TX_STATUS] = "status",
    [PRISIM_PRI_QUEUE_TX_INTERRUPT] = "interrupt", [PRISIM_PRI_QUEUE_TX_ABORT] = "abort",
    [PRISIM_PRI_QUEUE_TX_DECISION] = "decision",   [PRISIM_PRI_QUEUE_TX_COMMIT] = "commit",
};

void history_note(struct history *history, bool rst_n, const struct pri_queue_inputs *in,
                  const struct pri_queue_outputs *before, const struct pri_queue_outputs *out)
{
    bool reset_begins = !rst_n && (history->rst_n || history->edges == 0);
    uint32_t ready = PRI_QUEUE_ALWAYS_TAKEN | (uint32_t)before->request_ready << PRISIM_PRI_QUEUE_RX_REQUEST;
    uint32_t arrived = rst_n ? in->rx_valid & ready : 0;
    uint32_t put = rst_n ? out->valid & ~(before->valid & ~in->tx_ready) : 0;
    uint64_t number = history->edges++;
    history->rst_n = rst_n;
    if (!reset_begins && !arrived && !put)
        return;
    struct history_edge *edge = &history->edge[history->kept++ % HISTORY_EDGES];
    edge->number = number;
    edge->rst_n = rst_n;
    edge->arrived = arrived;
    edge->put = put;
    edge->in = *in;
    edge->out = *out;
}

/* ---- Text ---- */

struct text {
    char *start;
    size_t length, size;
};

__attribute__((format(printf, 2, 3))) static void append(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text->start + text->length, text->size - text->length, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < text->size - text->length);
    text->length += (size_t)length;
}

/* The pin's name behind that of its channel, if it is a payload of that channel. */
static const char *field_of(const char *pin, const char *channel)
{
    size_t length = strlen(channel);
    if (strncmp(pin, channel, length) != 0 || pin[length] != '_' || strcmp(pin + length, "_valid") == 0)
        return NULL;
    return pin + length + 1;
}

static void append_pin(struct text *text, const char *pin, const char *channel, uint64_t value)
{
    const char *field = field_of(pin, channel);
    if (!field)
        return;
    append(text, " %s %llx", field, (unsigned long long)value);
    if (strcmp(field, "cause") == 0 && value < PRISIM_CAUSES)
        append(text, " (%s)", prisim_cause_name((enum prisim_cause)value));
}

static void append_arrived(struct text *text, const struct pri_queue_inputs *in, int rx)
{
    const char *channel = rx_name[rx];
    append(text, "    > %s", channel);
#define INPUT(name, bits, under, value)                                                                                \
    if ((under) == rx)                                                                                                 \
        append_pin(text, #name, channel, value);
#define OUTPUT(name, bits, counts, value)
    const bool rst_n = true;
    const struct prisim_pri_queue_config *config = &(const struct prisim_pri_queue_config){0};
#include "model/pri_queue/pri_queue_pins.def"
#undef INPUT
#undef OUTPUT
    append(text, "\n");
}

static void append_put(struct text *text, const struct pri_queue_outputs *out, unsigned tx)
{
    const char *channel = tx_name[tx];
    append(text, "    < %s", channel);
#define HAS(port) (tx == PRISIM_PRI_QUEUE_TX_##port)
#define INPUT(name, bits, under, value)
#define OUTPUT(name, bits, counts, value)                                                                              \
    if (counts)                                                                                                        \
        append_pin(text, #name, channel, value);
#include "model/pri_queue/pri_queue_pins.def"
#undef INPUT
#undef OUTPUT
#undef HAS
    append(text, "\n");
}

static void append_edge(struct text *text, const struct history_edge *edge, uint64_t number)
{
    append(text, "  edge %llu\n", (unsigned long long)number);
    if (!edge->rst_n)
        append(text, "    > rst_n 0\n");
    for (unsigned rx = 0; rx < PRISIM_PRI_QUEUE_RX_PORTS; rx++)
        if (edge->arrived >> rx & 1)
            append_arrived(text, &edge->in, (int)rx);
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++)
        if (edge->put >> tx & 1)
            append_put(text, &edge->out, tx);
}

const char *history_text(struct history *history, uint64_t last)
{
    struct text text = {history->text, 0, sizeof history->text};
    history->text[0] = 0;
    uint64_t first = history->kept > HISTORY_EDGES ? history->kept - HISTORY_EDGES : 0;
    for (uint64_t i = first; i < history->kept; i++) {
        const struct history_edge *edge = &history->edge[i % HISTORY_EDGES];
        append_edge(&text, edge, last - (history->edges - 1 - edge->number));
    }
    return history->text;
}
