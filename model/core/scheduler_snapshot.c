/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole state in a piece of memory of the caller's: a head that says what it fits, and the lines of what the
 * scheduler itself keeps, with places instead of pointers, and of what is in use of each block's state. Most lines are
 * 0, for what is vacated is cleared: a bit says of each line whether it is not, and only those lie there.
 */
#include <string.h>

#include "model/core/mix.h"
#include "model/core/scheduler_state.h"
#include "model/core/version.h"

#define SNAPSHOT_MAGIC UINT64_C(0x32304e5353495250) /* "PRISSN02" */

enum { LINE = SCHEDULER_LINE, WORD_BITS = 64 };

struct head {
    uint64_t magic;
    uint64_t layout;      /* of the blocks and channels */
    uint64_t fingerprint; /* of the configurations */
    uint64_t size;        /* of all of it */
    uint64_t used[];      /* of each block's state */
};

/* What must be the same for a state to mean the same: the version, the blocks, and who is joined to whom. */
static uint64_t layout_of(const struct prisim_scheduler *c)
{
    uint64_t hash = mix(c->memory_size, c->blocks);
    for (const char *version = prisim_version(); *version; version++)
        hash = mix(hash, (unsigned char)*version);
    for (unsigned i = 0; i < c->blocks; i++) {
        const struct wiring *w = &c->wiring[i];
        hash = mix(hash, w->state_size);
        for (unsigned tx = 0; tx < PRISIM_PORTS_MAX; tx++)
            if (w->tx[tx].block != UNCONNECTED)
                hash = mix(mix(hash, w->payload[tx]),
                           (uint64_t)w->tx[tx].block << 32 | (uint64_t)w->tx[tx].port << 16 | tx);
    }
    return hash;
}

static size_t head_size(const struct prisim_scheduler *c)
{
    return sizeof(struct head) + c->blocks * sizeof(uint64_t);
}

static size_t lines_of(size_t bytes)
{
    return (bytes + LINE - 1) / LINE;
}

/* Bytes of the bits of so many lines. */
static size_t bits_size(size_t lines)
{
    return (lines + WORD_BITS - 1) / WORD_BITS * sizeof(uint64_t);
}

/* Where a slot lies, + 1; 0 for what lies outside the memory: the place of an unconnected port, which is always its
 * own. */
static uintptr_t place_of(const struct prisim_scheduler *c, const void *slot)
{
    uintptr_t at = (uintptr_t)slot - (uintptr_t)c->memory;
    return at < c->memory_size ? at + 1 : 0;
}

static void *slot_at(const struct prisim_scheduler *c, uintptr_t place, void *unconnected)
{
    return place ? c->memory + (place - 1) : unconnected;
}

/* The ports as they are written: what they point at by its place. */
static void hide_pointers(const struct prisim_scheduler *c, const struct wiring *w, struct prisim_ports *ports)
{
    ports->probe = NULL;
    for (unsigned i = 0; i < w->ports; i++) {
        uintptr_t rx = place_of(c, ports->rx[i]), tx = place_of(c, ports->tx[i]);
        memcpy(&ports->rx[i], &rx, sizeof rx);
        memcpy(&ports->tx[i], &tx, sizeof tx);
    }
    for (unsigned i = w->ports; i < PRISIM_PORTS_MAX; i++)
        ports->tx[i] = NULL;
}

static void show_pointers(const struct prisim_scheduler *c, const struct wiring *w, struct prisim_ports *ports,
                          const struct prisim_ports *before)
{
    ports->probe = before->probe;
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        uintptr_t rx, tx;
        memcpy(&rx, &ports->rx[i], sizeof rx);
        memcpy(&tx, &ports->tx[i], sizeof tx);
        ports->rx[i] = slot_at(c, i < w->ports ? rx : 0, NULL);
        ports->tx[i] = slot_at(c, i < w->ports ? tx : 0, before->tx[i]);
    }
}

/* Lines that are written one behind the other. */
struct packing {
    char *bits; /* of 8 bytes each; NULL: they are only counted */
    char *to;
    uint64_t word;       /* the bits that are not written yet */
    size_t lines, taken; /* so far; those of them that are not 0 */
};

static void write_word(struct packing *p)
{
    memcpy(p->bits, &p->word, sizeof p->word);
    p->bits += sizeof p->word;
    p->word = 0;
}

static void pack(struct packing *p, const char *from, size_t lines)
{
    for (; lines > 0; lines--, from += LINE) {
        if (scheduler_line_any(from)) {
            p->taken++;
            p->word |= UINT64_C(1) << p->lines % WORD_BITS;
            if (p->to) {
                memcpy(p->to, from, LINE);
                p->to += LINE;
            }
        }
        if (++p->lines % WORD_BITS == 0 && p->to)
            write_word(p);
    }
}

enum { PORTS_LINES = (sizeof(struct prisim_ports) + LINE - 1) / LINE };

static void pack_ports(const struct prisim_scheduler *c, unsigned block, struct packing *p)
{
    union {
        struct prisim_ports ports;
        wide part[PORTS_LINES * LINE / sizeof(wide)];
    } copy;
    memset(&copy, 0, sizeof copy);
    copy.ports = *c->block[block].ports;
    hide_pointers(c, &c->wiring[block], &copy.ports);
    pack(p, (const char *)&copy, PORTS_LINES);
}

/* Behind the schedule lie the ports of all blocks, one behind the other (scheduler_build.c). */
static void pack_all(const struct prisim_scheduler *c, struct packing *p)
{
    const char *ports = (const char *)c->block[0].ports, *behind = ports + (size_t)c->blocks * PORTS_LINES * LINE;
    pack(p, c->memory, (size_t)(ports - c->memory) / LINE);
    for (unsigned i = 0; i < c->blocks; i++)
        pack_ports(c, i, p);
    pack(p, behind, (size_t)(c->memory + c->states_at - behind) / LINE);
    for (unsigned i = 0; i < c->blocks; i++)
        pack(p, c->block[i].state, lines_of(scheduler_used(c, i)));
    if (p->to && p->lines % WORD_BITS)
        write_word(p);
}

size_t prisim_scheduler_snapshot_size(const struct prisim_scheduler *c)
{
    struct packing counted = {0};
    pack_all(c, &counted);
    return head_size(c) + bits_size(counted.lines) + counted.taken * LINE;
}

void prisim_scheduler_save(const struct prisim_scheduler *c, void *snapshot)
{
    struct head *head = snapshot;
    *head = (struct head){SNAPSHOT_MAGIC, layout_of(c), c->fingerprint, 0};
    size_t lines = lines_of(c->states_at);
    for (unsigned i = 0; i < c->blocks; i++) {
        head->used[i] = scheduler_used(c, i);
        lines += lines_of(head->used[i]);
    }
    char *bits = (char *)snapshot + head_size(c);
    struct packing p = {.bits = bits, .to = bits + bits_size(lines)};
    pack_all(c, &p);
    head->size = (uint64_t)(p.to - (char *)snapshot);
}

static uint64_t word_of(const char *bits, size_t line)
{
    uint64_t word;
    memcpy(&word, bits + line / WORD_BITS * sizeof word, sizeof word);
    return word;
}

/* Bytes of the lines that are there, of so many in all. */
static size_t packed_size(const char *bits, size_t lines)
{
    size_t taken = 0;
    for (size_t line = 0; line < lines; line += WORD_BITS)
        taken += (size_t)__builtin_popcountll(word_of(bits, line));
    return taken * LINE;
}

/* Why a snapshot cannot be restored here, or NULL. */
static const char *refuse(const struct prisim_scheduler *c, const struct head *head, size_t size)
{
    if (size < head_size(c) || head->magic != SNAPSHOT_MAGIC)
        return "it is no snapshot, or one of another version of prisim";
    if (head->layout != layout_of(c))
        return "it is of another system, or of another version of prisim";
    if (head->fingerprint != c->fingerprint)
        return "it was taken under another configuration";
    size_t lines = lines_of(c->states_at);
    for (unsigned i = 0; i < c->blocks; i++) {
        if (head->used[i] > c->wiring[i].state_size)
            return "it is damaged";
        lines += lines_of(head->used[i]);
    }
    size_t expected = head_size(c) + bits_size(lines);
    if (size >= expected)
        expected += packed_size((const char *)head + head_size(c), lines);
    return head->size != expected || size < expected ? "a part of it is missing" : NULL;
}

/* Lines that are read one behind the other. */
struct unpacking {
    const char *bits, *from;
    size_t lines; /* so far */
};

static void unpack(struct unpacking *p, char *to, size_t lines)
{
    for (; lines > 0; lines--, to += LINE, p->lines++)
        if (word_of(p->bits, p->lines) >> p->lines % WORD_BITS & 1) {
            memcpy(to, p->from, LINE);
            p->from += LINE;
        } else {
            memset(to, 0, LINE);
        }
}

const char *prisim_scheduler_restore(struct prisim_scheduler *c, const void *snapshot, size_t size)
{
    const struct head *head = snapshot;
    const char *why = refuse(c, head, size);
    if (why)
        return why;
    size_t used[PRISIM_SCHEDULER_BLOCKS_MAX] = {0}, lines = lines_of(c->states_at);
    struct prisim_ports before[PRISIM_SCHEDULER_BLOCKS_MAX];
    for (unsigned i = 0; i < c->blocks; i++) {
        used[i] = scheduler_used(c, i);
        before[i] = *c->block[i].ports;
        lines += lines_of(head->used[i]);
    }
    const char *bits = (const char *)snapshot + head_size(c);
    struct unpacking p = {.bits = bits, .from = bits + bits_size(lines)};
    unpack(&p, c->memory, lines_of(c->states_at));
    for (unsigned i = 0; i < c->blocks; i++) {
        show_pointers(c, &c->wiring[i], c->block[i].ports, &before[i]);
        unpack(&p, c->block[i].state, lines_of(head->used[i]));
        if (used[i] > head->used[i])
            memset((char *)c->block[i].state + head->used[i], 0, used[i] - head->used[i]);
    }
    c->untold = c->untold_cold = UINT64_MAX;
    scheduler_journal_forget(c);
    return NULL;
}

void prisim_scheduler_set_fingerprint(struct prisim_scheduler *c, uint64_t fingerprint)
{
    c->fingerprint = fingerprint;
}
