/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of keys (keys.h), and words that are like others. Looking a key up is in keys_index.c, values are in
 * keys_value.c.
 */
#include "tb/scenario/keys.h"

#include <stdlib.h>
#include <string.h>

/* What a scope of keys.def is in C. */
typedef struct scenario of_SCENARIO;
typedef struct prisim_smmu_config of_SMMU;
typedef struct prisim_pri_queue_config of_PRI_QUEUE;
typedef struct prisim_fabric_config of_FABRIC;
typedef struct prisim_interconnect_config of_MEMORY;
typedef struct prisim_memory_region of_MEMORY_REGION;
typedef struct prisim_driver_config of_DRIVER;
typedef struct prisim_endpoint_config of_ENDPOINT;
typedef struct key_endpoint_id of_ENDPOINT_ID;
typedef struct key_endpoint_id of_PHYSICAL_FUNCTION;
typedef struct prisim_fabric_link_config of_LINK;
typedef struct prisim_fabric_fault of_FAULT;
typedef struct prisim_driver_function of_FUNCTION;
typedef struct prisim_driver_region of_REGION;
typedef struct step_input of_STEP;
typedef struct trigger_input of_TRIGGER;

#define BLOCK      SMMU
#define BLOCK_ROWS "model/smmu/smmu_config.def"
#include "tb/keys_rows.def"
#define BLOCK      PRI_QUEUE
#define BLOCK_ROWS "model/pri_queue/pri_queue_config.def"
#include "tb/keys_rows.def"
#define BLOCK      FABRIC
#define BLOCK_ROWS "model/pcie_fabric/pcie_fabric_config.def"
#include "tb/keys_rows.def"
#define BLOCK      LINK
#define BLOCK_ROWS "model/pcie_fabric/fabric_link_config.def"
#include "tb/keys_rows.def"
#define BLOCK      FAULT
#define BLOCK_ROWS "model/pcie_fabric/fabric_fault_config.def"
#include "tb/keys_rows.def"
#define BLOCK      MEMORY
#define BLOCK_ROWS "model/interconnect/interconnect_config.def"
#include "tb/keys_rows.def"
#define BLOCK      MEMORY_REGION
#define BLOCK_ROWS "model/core/memory_region_config.def"
#include "tb/keys_rows.def"
#define BLOCK      DRIVER
#define BLOCK_ROWS "driver/driver_config.def"
#include "tb/keys_rows.def"
#define BLOCK      PRICE
#define BLOCK_ROWS "driver/driver_price_config.def"
#include "tb/keys_rows.def"
#define BLOCK      OWN
#define BLOCK_ROWS "driver/driver_own_config.def"
#include "tb/keys_rows.def"
#define BLOCK      REGION
#define BLOCK_ROWS "driver/driver_region_config.def"
#include "tb/keys_rows.def"
#define BLOCK      ENDPOINT
#define BLOCK_ROWS "model/pcie_endpoint/endpoint_config.def"
#include "tb/keys_rows.def"

#define MEMBER(scope, member) KEY_OF_##scope, offsetof(of_##scope, member), sizeof(((of_##scope *)0)->member), #member

static const struct key table[] = {
#define ROW(type, unit, min, max, words, about)                                                                        \
    &(const struct key_row)                                                                                            \
    {                                                                                                                  \
        KEY_##type, unit, min, max, words, about                                                                       \
    }
#define GROUP(name, type, unit, min, max, words, missing, about)                                                       \
    {name, KEY_OF_NOTHING, 0, 0, "", missing, ROW(type, unit, min, max, words, about)},
#define KEY(name, type, scope, member, unit, min, max, words, missing, about)                                          \
    {name, MEMBER(scope, member), missing, ROW(type, unit, min, max, words, about)},
#define VALUE(name, scope, member, missing)           {name, MEMBER(scope, member), missing, &rows_of_##scope.member},
#define PART(name, scope, member, rows, row, missing) {name, MEMBER(scope, member), missing, &rows_of_##rows.row},
#define LATER(name, words)
#define UNUSED(name, words, why)
#include "tb/scenario/keys.def"
};

static const struct {
    const char *name, *words, *why;
} later[] = {
#define GROUP(name, type, unit, min, max, words, missing, about)
#define KEY(name, type, scope, member, unit, min, max, words, missing, about)
#define VALUE(name, scope, member, missing)
#define PART(name, scope, member, rows, row, missing)
#define LATER(name, words)       {name, words, ""},
#define UNUSED(name, words, why) {name, words, why},
#include "tb/scenario/keys.def"
};

enum { KEYS = sizeof table / sizeof table[0], PART_MAX = 64 };

unsigned keys_count(void)
{
    return KEYS;
}

const struct key *key_at(unsigned index)
{
    assert(index < KEYS);
    return &table[index];
}

bool key_is_child(const struct key *key, const char *parent, const char **last)
{
    size_t length = strlen(parent);
    if (length) {
        if (strncmp(key->name, parent, length) != 0 || key->name[length] != '.')
            return false;
        length++;
    }
    *last = key->name + length;
    return strchr(*last, '.') == NULL;
}

/* Edits (one character put in, left out, changed, or two swapped) from one word to the other. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[3][PART_MAX + 1];
    size_t n = strlen(a), m = strlen(b);
    if (n > PART_MAX || m > PART_MAX)
        return PART_MAX;
    for (unsigned j = 0; j <= m; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *before = row[(i - 1) % 3], *older = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            unsigned best = before[j - 1] + (a[i - 1] != b[j - 1]);
            best = best < before[j] + 1 ? best : before[j] + 1;
            best = best < now[j - 1] + 1 ? best : now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && older[j - 2] + 1 < best)
                best = older[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

bool words_are_close(const char *wrong, const char *right)
{
    unsigned edits = distance(wrong, right);
    return edits > 0 && edits <= (strlen(right) < 5 ? 1U : 2U);
}

const char *words_close_event(const char *wrong)
{
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++)
        if (words_are_close(wrong, prisim_event_name((enum prisim_event_type)i)))
            return prisim_event_name((enum prisim_event_type)i);
    return NULL;
}

bool words_cause(const char *name, uint64_t *cause)
{
    *cause = 0;
    while (*cause < PRISIM_CAUSES && strcmp(prisim_cause_name((enum prisim_cause) * cause), name) != 0)
        ++*cause;
    return *cause < PRISIM_CAUSES;
}

const char *key_suggest(const char *parent, const char *wrong)
{
    const char *best = NULL;
    for (unsigned i = 0; i < KEYS; i++) {
        const char *last;
        if (!key_is_child(&table[i], parent, &last) || !words_are_close(wrong, last))
            continue;
        if (!best || distance(wrong, last) < distance(wrong, best))
            best = last;
    }
    return best;
}

const char *words_next(const char *words, size_t *length)
{
    words += strspn(words, ", ");
    if (strncmp(words, "or ", 3) == 0)
        words += 3;
    *length = strcspn(words, ", ");
    return words;
}

bool words_hold(const char *words, const char *word, unsigned *place)
{
    size_t length = strlen(word), n;
    unsigned at = 0;
    for (const char *w = words_next(words, &n); n; w = words_next(w + n, &n), at++) {
        if (n == length && strncmp(w, word, n) == 0) {
            *place = at;
            return true;
        }
    }
    return false;
}

const char *key_why_later(const char *name, const char *word)
{
    unsigned place;
    for (unsigned i = 0; i < sizeof later / sizeof later[0]; i++)
        if (strcmp(later[i].name, name) == 0 && words_hold(later[i].words, word, &place))
            return later[i].why;
    return NULL;
}

void text_append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text), length = strlen(more);
    assert(used < size);
    if (length > size - 1 - used)
        length = size - 1 - used;
    memcpy(text + used, more, length);
    text[used + length] = 0;
}

void key_path_join(char path[KEY_PATH_MAX], const char *parent, const char *part)
{
    path[0] = 0;
    text_append(path, KEY_PATH_MAX, parent);
    if (path[0])
        text_append(path, KEY_PATH_MAX, ".");
    text_append(path, KEY_PATH_MAX, part);
}
