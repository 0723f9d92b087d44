/* SPDX-License-Identifier: Apache-2.0
 *
 * The links of the fabric: how many TLPs are on each in each direction, and the last that entered, by type, by id, and
 * in words as far as the event of who sent it says more.
 */
#ifndef PRISIM_TB_WAVE_LINKS_H
#define PRISIM_TB_WAVE_LINKS_H

#include "tb/scenario/scenario.h"
#include "tb/wave/wave_tree.h"

enum { WAVE_DOWN, WAVE_UP, WAVE_WAYS };
/* Of one producer, between its event and the link: one stands in its port, and one behind it. */
enum { WAVE_NOTES = 4 };

struct wave_way {
    wave_signal tlp, id, type, count;
    uint32_t on_it;
};

struct wave_note {
    uint64_t tlp; /* 0: none */
    const char *what;
    uint64_t pasid, number; /* UINT64_MAX: not said */
    const char *number_of;
};

struct wave_links {
    struct wave_tree *tree;
    unsigned links;
    struct wave_way way[SYSTEM_ENDPOINTS_MAX][WAVE_WAYS];
    struct wave_note note[SYSTEM_INSTANCES_MAX][WAVE_NOTES]; /* by producer */
};

/* Declares a scope for each link. */
void wave_links_declare(struct wave_links *links, struct wave_tree *tree, const struct scenario *scenario);
void wave_links_event(struct wave_links *links, const struct prisim_event *event);

#endif
