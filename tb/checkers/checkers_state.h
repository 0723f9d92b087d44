/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: all that they know, and their handlers. Each part of it has a struct of its own in the
 * header of the file that keeps it. A request is followed by ids from the job that needs it to the response that
 * answers it: job -> request -> TLP -> place in the order at the port -> slot and lap -> item -> command index -> TLP.
 */
#ifndef PRISIM_TB_CHECKERS_STATE_H
#define PRISIM_TB_CHECKERS_STATE_H

#include "tb/checkers/checkers_arena.h"
#include "tb/checkers/checkers_binding.h"
#include "tb/checkers/checkers_course.h"
#include "tb/checkers/checkers_deadlock.h"
#include "tb/checkers/checkers_duties.h"
#include "tb/checkers/checkers_exposure.h"
#include "tb/checkers/checkers_findings.h"
#include "tb/checkers/checkers_frames.h"
#include "tb/checkers/checkers_freed.h"
#include "tb/checkers/checkers_function.h"
#include "tb/checkers/checkers_group.h"
#include "tb/checkers/checkers_invalidation.h"
#include "tb/checkers/checkers_lookup.h"
#include "tb/checkers/checkers_marker.h"
#include "tb/checkers/checkers_objects.h"
#include "tb/checkers/checkers_queue.h"
#include "tb/checkers/checkers_request.h"
#include "tb/checkers/checkers_response.h"
#include "tb/checkers/checkers_software.h"
#include "tb/checkers/checkers_stall.h"
#include "tb/checkers/checkers_telling.h"
#include "tb/checkers/checkers_tlb.h"
#include "tb/checkers/checkers_translation.h"
#include "tb/checkers/checkers_waits.h"
#include "tb/checkers/checkers_words.h"

struct checkers {
    const struct scenario *scenario;
    struct arena arena;
    struct duties duties;
    struct telling *telling;
    /* From here to the end: what they know, with what is taken of the arena (checkers_snapshot.c). */
    uint64_t clock;   /* counts events: orders what happens in one cycle */
    uint64_t command; /* index of the one that was consumed last */
    uint64_t life;    /* of the driver, counted from 0: driver.kexec ends one */
    uint64_t events;  /* as checkers_all_events was told, or 0 */
    uint64_t counters[COUNTERS];
    struct function function[SYSTEM_ENDPOINTS_MAX];
    struct findings findings;
    struct course course;
    struct exposures exposures;
    struct bindings bindings;
    struct jobs jobs;
    struct requests requests;
    struct groups groups;
    struct queue queue;
    struct items items;
    struct stalls stalls;
    struct answers answers;
    struct allocations allocations;
    struct translations translations;
    struct frames frames;
    struct invalidations invalidations;
    struct tlbs tlbs;
    struct freed freed;
    struct objects objects;
    struct deadlocks deadlocks;
    struct markers markers;
    struct waits waits;
};

/* One handler per event that matters, in the file that its subject names. */
typedef void checkers_handler(struct checkers *c, const struct prisim_event *event);
#define HANDLER(event, function) checkers_handler function;
#define JUDGE(event, function)   checkers_handler function;
#include "tb/checkers/handlers.def"
#undef HANDLER
#undef JUDGE

#endif
