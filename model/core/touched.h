/* SPDX-License-Identifier: Apache-2.0
 *
 * A block's word on what it wrote. Its state begins with a struct prisim_touched, then comes what almost every step
 * writes (hot), then what few steps write (cold): large rings, tables and caches. A step that writes into the cold part
 * says so with prisim_touch, before or after it writes. Who keeps a journal compares the hot part and what was touched,
 * and nothing else: what is forgotten here is not undone (tests/engines/test_undo.c finds it). It is no part of what
 * the state means. Without a journal it costs one comparison.
 */
#ifndef PRISIM_CORE_TOUCHED_H
#define PRISIM_CORE_TOUCHED_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PRISIM_TOUCHED_MAX = 7, PRISIM_TOUCHED_LINE = 64 };

/* Lines of PRISIM_TOUCHED_LINE bytes, counted from the start of the state. */
struct prisim_touched_range {
    uint32_t first, last;
};

struct prisim_touched {
    uint32_t count; /* of ranges; more than PRISIM_TOUCHED_MAX: everything may have been written */
    uint32_t unused;
    struct prisim_touched_range range[PRISIM_TOUCHED_MAX];
};

static_assert(sizeof(struct prisim_touched) == PRISIM_TOUCHED_LINE, "it is the first line of a state");

/* For what is written rarely and in many places. */
static inline void prisim_touch_everything(struct prisim_touched *touched)
{
    touched->count = PRISIM_TOUCHED_MAX + 1;
}

/* That many bytes, at least one, of the state that begins with `touched`. */
static inline void prisim_touch(struct prisim_touched *touched, const void *what, size_t bytes)
{
    const uint32_t count = touched->count;
    if (count > PRISIM_TOUCHED_MAX)
        return;
    uint64_t from = (uint64_t)((const char *)what - (const char *)touched);
    const struct prisim_touched_range range = {(uint32_t)(from / PRISIM_TOUCHED_LINE),
                                               (uint32_t)((from + bytes - 1) / PRISIM_TOUCHED_LINE)};
    if (count) {
        const struct prisim_touched_range *before = &touched->range[count - 1];
        if (before->first <= range.first && range.last <= before->last)
            return;
    }
    if (count < PRISIM_TOUCHED_MAX)
        touched->range[count] = range;
    touched->count = count + 1;
}

#ifdef __cplusplus
}
#endif

#endif
