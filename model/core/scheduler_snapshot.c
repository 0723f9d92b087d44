/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole state in a piece of memory of the caller's: a head that says what it fits, what the scheduler itself keeps,
 * with places instead of pointers, and of each block's state what is in use.
 */
#include <string.h>

#include "model/core/mix.h"
#include "model/core/scheduler_state.h"
#include "model/core/version.h"

#define SNAPSHOT_MAGIC UINT64_C(0x31304e5353495250) /* "PRISSN01" */

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

size_t prisim_scheduler_snapshot_size(const struct prisim_scheduler *c)
{
    size_t size = head_size(c) + c->states_at;
    for (unsigned i = 0; i < c->blocks; i++)
        size += scheduler_used(c, i);
    return size;
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

static size_t ports_at(const struct prisim_scheduler *c, unsigned block)
{
    return (size_t)((const char *)c->block[block].ports - c->memory);
}

void prisim_scheduler_save(const struct prisim_scheduler *c, void *snapshot)
{
    struct head *head = snapshot;
    char *to = (char *)snapshot + head_size(c);
    *head = (struct head){SNAPSHOT_MAGIC, layout_of(c), c->fingerprint, prisim_scheduler_snapshot_size(c)};
    memcpy(to, c->memory, c->states_at);
    for (unsigned i = 0; i < c->blocks; i++) {
        struct prisim_ports ports = *c->block[i].ports;
        hide_pointers(c, &c->wiring[i], &ports);
        memcpy(to + ports_at(c, i), &ports, sizeof ports);
    }
    to += c->states_at;
    for (unsigned i = 0; i < c->blocks; i++) {
        head->used[i] = scheduler_used(c, i);
        memcpy(to, c->block[i].state, head->used[i]);
        to += head->used[i];
    }
}

/* Why a snapshot cannot be restored here, or NULL. */
static const char *refuse(const struct prisim_scheduler *c, const struct head *head, size_t size)
{
    if (size < head_size(c) + c->states_at || head->magic != SNAPSHOT_MAGIC)
        return "it is no snapshot, or one of another version of prisim";
    if (head->layout != layout_of(c))
        return "it is of another system, or of another version of prisim";
    if (head->fingerprint != c->fingerprint)
        return "it was taken under another configuration";
    uint64_t expected = head_size(c) + c->states_at;
    for (unsigned i = 0; i < c->blocks; i++) {
        if (head->used[i] > c->wiring[i].state_size)
            return "it is damaged";
        expected += head->used[i];
    }
    return head->size != expected || size < expected ? "a part of it is missing" : NULL;
}

const char *prisim_scheduler_restore(struct prisim_scheduler *c, const void *snapshot, size_t size)
{
    const struct head *head = snapshot;
    const char *why = refuse(c, head, size);
    if (why)
        return why;
    const char *from = (const char *)snapshot + head_size(c);
    size_t used[PRISIM_SCHEDULER_BLOCKS_MAX] = {0};
    struct prisim_ports before[PRISIM_SCHEDULER_BLOCKS_MAX];
    for (unsigned i = 0; i < c->blocks; i++) {
        used[i] = scheduler_used(c, i);
        before[i] = *c->block[i].ports;
    }
    memcpy(c->memory, from, c->states_at);
    from += c->states_at;
    for (unsigned i = 0; i < c->blocks; i++) {
        show_pointers(c, &c->wiring[i], c->block[i].ports, &before[i]);
        memcpy(c->block[i].state, from, head->used[i]);
        if (used[i] > head->used[i])
            memset((char *)c->block[i].state + head->used[i], 0, used[i] - head->used[i]);
        from += head->used[i];
    }
    c->untold = UINT64_MAX;
    scheduler_journal_forget(c);
    return NULL;
}

void prisim_scheduler_set_fingerprint(struct prisim_scheduler *c, uint64_t fingerprint)
{
    c->fingerprint = fingerprint;
}
