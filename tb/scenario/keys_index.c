/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking keys up (keys.h): by what stands above a key and its last part, through a hash. The index is made of the table
 * when it is first asked for, and then stays as it is. The program has one thread.
 */
#include <string.h>

#include "tb/scenario/keys.h"
#include "tb/scenario/scenario_tree.h"

enum { KEYS_MAX = 500, SLOTS = 1024, TOP = 0 };

/* Keys are numbered from 1 here: 0 is none, or as what stands above, the top. */
static struct {
    const struct key *table; /* NULL: not made yet */
    uint16_t slot[SLOTS];
    uint16_t above[KEYS_MAX + 1];
    uint16_t any[KEYS_MAX + 1];      /* what it holds under any name */
    uint16_t required[KEYS_MAX + 1]; /* the first that it must hold */
    uint16_t next[KEYS_MAX + 1];     /* the next that the one above must hold */
    const char *last[KEYS_MAX + 1];
} keys;

static uint32_t place_of(uint16_t above, uint32_t hash)
{
    hash = (hash ^ above * 0x9e3779b1U) * 0x85ebca6bU;
    return (hash ^ hash >> 16) % SLOTS;
}

static uint16_t find(uint16_t above, const char *part, uint32_t hash)
{
    for (uint32_t at = place_of(above, hash); keys.slot[at]; at = (at + 1) % SLOTS) {
        uint16_t key = keys.slot[at];
        if (keys.above[key] == above && strcmp(keys.last[key], part) == 0)
            return key;
    }
    return 0;
}

/* A key's row stands behind that of the one above it. */
static void enter(uint16_t number, uint16_t last_required[KEYS_MAX + 1])
{
    const struct key *key = key_at(number - 1U);
    uint16_t above = TOP;
    const char *at = key->name;
    for (const char *dot; (dot = strchr(at, '.')) != NULL; at = dot + 1) {
        char part[KEY_PATH_MAX];
        memcpy(part, at, (size_t)(dot - at));
        part[dot - at] = 0;
        above = find(above, part, tree_hash(part, (size_t)(dot - at)));
        assert(above && "what stands above a key is a key");
    }
    keys.above[number] = above;
    keys.last[number] = at;
    if (strcmp(at, "*") == 0)
        keys.any[above] = number;
    if (key->missing && strcmp(key->missing, KEY_REQUIRED) == 0) {
        *(last_required[above] ? &keys.next[last_required[above]] : &keys.required[above]) = number;
        last_required[above] = number;
    }
    uint32_t place = place_of(above, tree_hash(at, strlen(at)));
    while (keys.slot[place])
        place = (place + 1) % SLOTS;
    keys.slot[place] = number;
}

static void make(void)
{
    uint16_t last_required[KEYS_MAX + 1] = {0};
    assert(keys_count() <= KEYS_MAX);
    for (unsigned i = 0; i < keys_count(); i++)
        enter((uint16_t)(i + 1), last_required);
    keys.table = key_at(0);
}

static uint16_t number_of(const struct key *key)
{
    if (!keys.table)
        make();
    return key ? (uint16_t)(key - keys.table + 1) : TOP;
}

static const struct key *key_of(uint16_t number)
{
    return number ? &keys.table[number - 1U] : NULL;
}

const struct key *key_child(const struct key *parent, const char *part, uint32_t hash)
{
    uint16_t key = find(number_of(parent), part, hash);
    return key == keys.any[number_of(parent)] ? NULL : key_of(key);
}

const struct key *key_any(const struct key *parent)
{
    return key_of(keys.any[number_of(parent)]);
}

const struct key *key_required(const struct key *parent, const struct key *before)
{
    return key_of(before ? keys.next[number_of(before)] : keys.required[number_of(parent)]);
}

const char *key_last(const struct key *key)
{
    return keys.last[number_of(key)];
}

const struct key *key_find(const char *name)
{
    uint16_t key = number_of(NULL);
    do {
        char part[KEY_PATH_MAX];
        size_t length = strcspn(name, ".");
        if (length >= sizeof part)
            return NULL;
        memcpy(part, name, length);
        part[length] = 0;
        key = find(key, part, tree_hash(part, length));
        name += length + (name[length] == '.');
    } while (key && *name);
    return key_of(key);
}

bool key_is_open(const struct key *key)
{
    return (key->row->type == KEY_MAP || key->row->type == KEY_LIST) && key_any(key);
}
