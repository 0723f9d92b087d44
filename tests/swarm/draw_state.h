/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to draw*.c: what is drawn so far, and the words for it.
 */
#ifndef PRISIM_TESTS_SWARM_DRAW_STATE_H
#define PRISIM_TESTS_SWARM_DRAW_STATE_H

#include "model/core/random.h"
#include "tests/swarm/draw.h"

enum { LIVES_MAX = 3, SPACES = 6 };

enum stop_way { STOP_WAIT, STOP_MARKER, STOP_NONE };

struct life {
    uint32_t function, pasid;
    uint32_t called; /* when: its latest call */
    bool bound;      /* by the plan */
    bool unknown;    /* a signal may roll a call of it back, this one or the one before */
};

struct drawing {
    struct drawn *run;
    struct random_stream random;
    enum draw_fault fault;
    uint32_t used; /* of the text */
    uint32_t steps;
    uint32_t priq_log2, functions, lives;
    enum stop_way stop[DRAW_FUNCTIONS];
    uint32_t group_pages[DRAW_FUNCTIONS], allocation[DRAW_FUNCTIONS];
    uint32_t next_pasid[DRAW_FUNCTIONS];
    struct life life[DRAW_FUNCTIONS * LIVES_MAX];
    uint32_t callers; /* that are left, if none has returned */
    uint32_t longest; /* cycles after which nobody waits for a marker or a quarantine any more */
    bool lost_invalidation, rollback, unmaps;
};

/* A number from a list; one below a bound; true once in `of`. */
#define DRAW_OF(d, ...)                                                                                                \
    ((const uint32_t[]){__VA_ARGS__}[random_below(&(d)->random, sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))])
#define DRAW_WORD(d, ...)                                                                                              \
    ((const char *const[]){                                                                                            \
        __VA_ARGS__}[random_below(&(d)->random, sizeof(const char *[]){__VA_ARGS__} / sizeof(const char *))])
static inline uint32_t draw_below(struct drawing *d, uint32_t bound)
{
    return (uint32_t)random_below(&d->random, bound);
}
static inline bool draw_once_in(struct drawing *d, uint32_t of)
{
    return draw_below(d, of) == 0;
}

void draw_say(struct drawing *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

void draw_system(struct drawing *d);
void draw_timeline(struct drawing *d);

#endif
