/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of scenario keys (keys.def) as data: look-up, reading a value from text, and writing a key's type, range
 * and default. It knows values and where they are kept; it knows no YAML and no rule that joins two keys.
 */
#ifndef PRISIM_TB_KEYS_H
#define PRISIM_TB_KEYS_H

#include "tb/scenario/scenario.h"

enum { KEY_PATH_MAX = 256, KEY_EXPECTED_MAX = 1024, KEY_EVENT_NAME_MAX = 48 };

enum key_type {
    KEY_NUMBER, /* decimal or 0x..; shown in decimal */
    KEY_HEX,    /* the same, shown in hexadecimal */
    KEY_BOOL,   /* true or false */
    KEY_ENUM,   /* one of `words`; kept as min + its place */
    KEY_ONE_OF, /* one of the numbers in `words` */
    KEY_TEXT,
    KEY_WORD,  /* characters of the class in `words` */
    KEY_ID,    /* the same, and not digits only: those are an index in dotted keys */
    KEY_NAME,  /* the id of something in this scenario */
    KEY_POINT, /* name or point of an event */
    KEY_TIME,  /* a number; or a name, +, and a number */
    KEY_EVENT, /* a point, or a map of a point and conditions */
    KEY_FIELD, /* value of a field of an event */
    KEY_STEP,  /* of a policy: a word, or a map of a word and its argument or its condition */
    KEY_COUNT, /* how often a hazard is expected */
    KEY_MAP,
    KEY_LIST
};

/* What holds the member of a key. */
enum key_scope {
    KEY_OF_NOTHING,
    KEY_OF_SCENARIO,
    KEY_OF_SMMU,
    KEY_OF_PRI_QUEUE,
    KEY_OF_FABRIC,
    KEY_OF_MEMORY,
    KEY_OF_MEMORY_REGION,
    KEY_OF_DRIVER,
    KEY_OF_ENDPOINT,
    KEY_OF_ENDPOINT_ID,
    KEY_OF_PHYSICAL_FUNCTION,
    KEY_OF_LINK,
    KEY_OF_FAULT,
    KEY_OF_FUNCTION,
    KEY_OF_REGION,
    KEY_OF_STEP,
    KEY_OF_TRIGGER,
    KEY_SCOPES
};

/* What can stand at a key: a row of a block's configuration, or one of keys.def's own. */
struct key_row {
    enum key_type type;
    const char *unit;
    uint64_t min, max; /* of the value; characters of a text; items of a list */
    const char *words; /* KEY_ENUM, KEY_ONE_OF: "a, b or c". KEY_WORD, KEY_ID, names in a map: a class */
    const char *about;
};

struct key {
    const char *name; /* dotted; `*` stands for an id, a name or an index */
    enum key_scope scope;
    size_t offset;
    size_t size;         /* bytes of the member */
    const char *field;   /* name of the member */
    const char *missing; /* NULL: the default is what is kept at the member; KEY_REQUIRED; or what happens without it */
    const struct key_row *row;
};

#define KEY_REQUIRED "required"

struct key_endpoint_id {
    char id[SYSTEM_ID_MAX];
};

enum { STEP_WITHOUT = UINT32_MAX }; /* pasid, policy: not given */

/* The scalars of a timeline step, of whichever action it is. */
struct step_input {
    uint64_t after, address, every, address_step, stride, span, bytes;
    char at[SYSTEM_ID_MAX + 24];
    uint32_t pasid, policy, size, write, rogue, execute, privileged, count, pattern, outstanding, read, last, prg_index,
        task, cycles, how, order, flags;
    uint32_t times, pasid_step, wrap, skip; /* wrap 0: never */
    char id[SYSTEM_ID_MAX], endpoint[SYSTEM_ID_MAX], space[SYSTEM_ID_MAX], then_bind[SYSTEM_ID_MAX];
    char of[SYSTEM_ID_MAX];
    char point[KEY_EVENT_NAME_MAX];
};

/* The scalars of `when` and `until`. */
struct trigger_input {
    char event[KEY_EVENT_NAME_MAX];
    char endpoint[SYSTEM_ID_MAX];
    uint32_t nth;
};

/* Where the members of each scope are right now. */
struct key_bases {
    void *of[KEY_SCOPES];
};

unsigned keys_count(void);
const struct key *key_at(unsigned index);

/* The key with exactly this name, or NULL. */
const struct key *key_find(const char *name);

/* True if `key` stands directly below `parent` ("" is the top). *last is its last part. */
bool key_is_child(const struct key *key, const char *parent, const char **last);

/* The key `part` of `parent` (NULL: of the top), or NULL; `hash` is that of tree_hash. `*` is no part. */
const struct key *key_child(const struct key *parent, const char *part, uint32_t hash);

/* What `parent` holds under any name, or NULL. */
const struct key *key_any(const struct key *parent);

/* The keys that `parent` must hold, one after the other: the one after `before` (NULL: the first), or NULL. */
const struct key *key_required(const struct key *parent, const struct key *before);

/* The last part of a key's name. */
const char *key_last(const struct key *key);

/* True if `key` holds things under names or indexes of the scenario's own ("spaces", "timeline"). */
bool key_is_open(const struct key *key);

/* The key below `parent` whose last part is most like `wrong`, or NULL if none is close. */
const char *key_suggest(const char *parent, const char *wrong);

/* Not NULL if a later version will know this value or key under that name: why this one does not, or "" if it is only
 * not there yet. */
const char *key_why_later(const char *name, const char *word);

/* Appends ".part" (or "part" to nothing) to a dotted name; cuts what does not fit. */
void key_path_join(char path[KEY_PATH_MAX], const char *parent, const char *part);

/* Reads a number as the key's range allows. Else false, and `expected` says what was expected. */
bool key_number(const struct key *key, const char *text, bool quoted, uint64_t *value, char expected[KEY_EXPECTED_MAX]);

/* Reads a scalar into the key's member. Else false, and `expected` says what was expected instead of `text`. */
bool key_store(const struct key *key, const struct key_bases *bases, const char *text, bool quoted,
               char expected[KEY_EXPECTED_MAX]);

/* Checks that a name in a map or an id is made of the class in key->words. */
bool key_word(const struct key *key, const char *text, char expected[KEY_EXPECTED_MAX]);

/* What may stand there: "0..19", "none, drain, stop_marker or own". */
void key_range(const struct key *key, char range[KEY_EXPECTED_MAX]);

/* The value kept at the member, as it would be written. */
void key_value(const struct key *key, const struct key_bases *bases, char value[KEY_EXPECTED_MAX]);

const char *key_type_name(enum key_type type);

/* The default values of a whole scenario, of a step, of a trigger. */
void scenario_default(struct scenario *scenario);
void step_input_default(struct step_input *step);
void trigger_input_default(struct trigger_input *trigger);

/* The first word of a list, "a b c" or "a, b or c", and its length; the rest follows it. An empty word ends the list.
 */
const char *words_next(const char *words, size_t *length);

/* True if `words` hold the word; *place is where. */
bool words_hold(const char *words, const char *word, unsigned *place);

/* True if somebody who wrote `wrong` may have meant `right`. */
bool words_are_close(const char *wrong, const char *right);

/* The name of an event that is close to it, or NULL. */
const char *words_close_event(const char *wrong);

/* The cause of that name. False if there is none; *cause is PRISIM_CAUSES then. */
bool words_cause(const char *name, uint64_t *cause);

/* Appends to a text of `size` bytes; cuts what does not fit. */
void text_append(char *text, size_t size, const char *more);

#endif
