/* SPDX-License-Identifier: Apache-2.0
 *
 * Scenes of an endpoint with a peer that answers it: what happens in each depends only on what the function does. Who
 * plays one twice, with two functions, sees what the one does that the other does not.
 */
#ifndef PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_SCENES_H
#define PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_SCENES_H

#include "tests/pcie_endpoint/endpoint_harness.h"

enum { RUN = 1, STOP = 2 };
enum { MAPPED = 0x10000, ASKED = 64 };
enum { STOPS = 3 }; /* enum prisim_endpoint_stop */

/* SMMU and software: pages from MAPPED on are there, and those that are mapped meanwhile. */
struct peer {
    unsigned asked;
    struct {
        uint16_t prg_index;
        bool last;
        uint32_t pasid;
        uint64_t page;
    } request[ASKED];
    bool hold_reads;
    unsigned held;
    struct prisim_tlp read[ASKED];
    uint64_t from; /* mapped meanwhile: pages from here on */
};

void peer_serve(struct endpoint_harness *h, struct peer *peer, unsigned edges);

struct scene {
    const char *name;
    void (*run)(struct endpoint_harness *h, struct peer *peer);
    uint32_t pages, delay, jobs; /* group_pages, last_delay */
    /* Bits of profiles: who is not as an honest function in it, with any stop; with wait, marker and none. */
    unsigned all, by_stop[STOPS];
};
extern const struct scene scenes[];
extern const unsigned scenes_count;

const struct scene *scene_of(const char *name);
/* PASIDs 1 and 2 run, the allocation is 8, indices are the lowest that are free. */
struct endpoint_harness *scene_play(const struct scene *scene, uint32_t stop, uint32_t profile, uint32_t report,
                                    uint32_t delay);

#endif
