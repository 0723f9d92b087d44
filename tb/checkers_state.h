/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what they know of bindings, requests, groups and answers, and how their parts meet. A
 * request is followed by ids from the job that needs it to the response that answers it:
 *   job -> request -> TLP -> place in the order at the port -> slot and lap -> item -> command index -> TLP.
 */
#ifndef PRISIM_TB_CHECKERS_STATE_H
#define PRISIM_TB_CHECKERS_STATE_H

#include "tb/checkers.h"
#include "tb/checkers_tables.h"

enum { FINDINGS_KEPT = 1000, DROPS_KEPT = 256, FAILED_JOBS_KEPT = 20 };

/* One binding of a PASID, the generation g of design.md 6. */
struct binding {
    uint64_t number; /* as the driver counts */
    uint64_t space;  /* number + 1 */
    cycle_t freed;   /* U6, or CYCLE_NEVER */
    cycle_t ended;   /* end(g) of UNBIND-HAZARD: unbind returned, or U6; or CYCLE_NEVER */
    uint64_t marker; /* when its Stop Marker left (checkers.clock), or UINT64_MAX */
    uint32_t asid;   /* of its space, which went free with it; 0: it did not */
    unsigned left;   /* enum left: what of it was still there at U6 */
    bool reused;     /* U7 came while it was still so */
    bool used;       /* it was used since */
    bool stopping;   /* U0 has passed */
    bool unbinding;  /* U2 has passed */
    bool marker_seen;
    bool stopped;           /* U1 has passed */
    bool awaits;            /* its unbind waits for a Stop Marker, if it comes so far */
    bool marker_ended_wait; /* and that wait is over */
    bool drained;           /* U5, by a policy that waits for something */
    uint32_t policy;        /* of its unbind: enum driver_policy */
    enum cause waited_for;  /* at U5 */
    uint32_t at[PLACES];    /* what of it stands where now */
};

/* What a function does to stop a PASID (PCIE-STOP). */
struct stop {
    bool open;        /* from endpoint.stop to endpoint.start */
    bool done;        /* U1 has passed */
    uint32_t binding; /* that is stopped */
    uint32_t markers; /* of it, sent since */
    uint64_t clock;   /* of U1 */
};

/* What can be left of a binding at U6 (UNBIND-HAZARD, freed_before_invalidated). */
enum left {
    LEFT_ATC = 1 << 0,          /* an entry in the function's ATC */
    LEFT_REQUEST = 1 << 1,      /* a Translation Request that has no answer yet */
    LEFT_JOB = 1 << 2,          /* a job that goes on with a translation, kept in the ATC or not */
    LEFT_INVALIDATION = 1 << 3, /* an Invalidate Request that is open */
    LEFT_CD = 1 << 4,           /* a CD in the SMMU */
    LEFT_TLB = 1 << 5,          /* an entry of its ASID in a TLB of the SMMU */
    LEFT_FUNCTION = LEFT_ATC | LEFT_REQUEST | LEFT_JOB | LEFT_INVALIDATION,
    LEFT_SMMU = LEFT_CD | LEFT_TLB
};

/* A PASID of a function. Bindings are named by their place + 1; 0 is none. */
struct context {
    uint32_t stream_id, pasid;
    uint32_t bound;       /* what software bound last: U7 */
    uint32_t device;      /* what the function was told last: bind returned */
    uint32_t stopping;    /* what the function stops, until its marker is sent */
    uint64_t call;        /* of the unbind that is open */
    cycle_t unbind;       /* its U2, or CYCLE_NEVER */
    cycle_t begun;        /* its U0, or CYCLE_NEVER */
    enum event_type last; /* the last event of that call */
    uint32_t policy;
    struct stop stop;
    uint32_t owner;          /* what driver.bind named last */
    uint32_t stops, markers; /* as the driver counts: each stop may bring one marker */
    uint32_t ended_by;       /* whose marker was counted last; 0: not known */
    uint64_t cd_since;       /* when the SMMU began to fetch the CD that it may still have, or PASID_NONE */
    uint32_t cd_left;        /* the binding that was freed with its CD in the SMMU, or 0 */
};

struct job {
    struct pooled pool;
    uint64_t number;
    unsigned endpoint;
    uint32_t binding;
    uint64_t fault_address; /* of the last page request that was answered Success */
    uint64_t faults;        /* how often in a row */
    uint64_t tlp;           /* its Translation Request under way, or UINT64_MAX */
    uint64_t translated;    /* when the SMMU answered it (checkers.clock), or 0 */
    cycle_t stale;          /* the SYNC that made this translation stale, or CYCLE_NEVER */
    uint64_t pasid, page;
    uint64_t of_pasid;
    uint32_t owed; /* the binding that it owes its Invalid answer to, or 0 (checkers_jobs.c) */
    bool reads;    /* a memory read of it left the function */
    cycle_t asked; /* when its last Translation Request left */
    bool poisoned; /* an invalidation came since */
    bool granted;  /* it goes on with what it was granted */
    bool late;     /* submitted when its binding's stop had begun */
};

/* A group as the function made it. */
struct group {
    struct pooled pool;
    struct group *before, *after; /* among those whose Last was sent and that are not answered */
    unsigned endpoint;
    uint16_t prg_index;
    bool own;      /* of the page-request engine; else raw */
    bool claimed;  /* raw, and the scenario says whose: page_request.of */
    bool closed;   /* its Last was made */
    bool waiting;  /* in the list of the unanswered */
    bool answered; /* a response reached the function */
    bool killed;   /* dropped with Response Failure or reset */
    bool returned; /* its credits are back */
    bool overdue;  /* counted as unanswered */
    uint32_t binding;
    uint64_t job, address; /* of its first request; job 0: raw */
    uint64_t pasid;        /* likewise */
    uint32_t requests;     /* made */
    uint32_t members;      /* of them, alive */
    uint32_t queued;       /* of them, taken by the PRI queue and not yet answered or discarded */
    cycle_t last_sent;
};

/* A page request or a Stop Marker. */
struct request {
    struct pooled pool;
    struct request *before, *after; /* among those of its function that have not reached the SMMU */
    uint64_t number, pasid, address;
    uint64_t group; /* 0: a marker */
    uint64_t job;   /* 0: raw, or a marker */
    unsigned endpoint;
    uint32_t binding;
    uint16_t prg_index;
    uint8_t access;
    bool rogue;   /* made after U1 */
    bool claimed; /* raw, and the scenario says whose */
    bool marker;
    bool travelling; /* in that list */
    bool sent;
    bool queued;
    uint64_t made; /* E0: checkers.clock */
    uint64_t left; /* E1 */
    bool placed;   /* it stands at `place` */
    enum place place;
};

/* What software has in hand: a copy of a record. */
struct item {
    struct pooled pool;
    uint64_t number;
    uint64_t request; /* 0: nobody's */
    uint64_t stream_id, pasid;
    uint64_t before; /* the item enqueued before it in the same group */
    uint16_t prg_index;
    bool last;
    bool parked;
    bool stale_part; /* parked when the overflow was acknowledged */
    bool wrong;      /* resolved to another space than its binding's */
    bool own;        /* resolved to its own binding */
    bool after_free; /* counted as served_after_free */
    bool refused;    /* no owner was found for it, or no page */
};

/* A response on its way: the group it was made for. */
struct answer {
    struct pooled pool;
    uint64_t group;   /* 0: not known */
    uint32_t binding; /* that the group was made under */
    bool wrong;       /* computed from another space */
    uint32_t other;   /* another one of whose requests the answer was made, and which was refused */
    bool refused;     /* it was refused for its own requests' sake */
    bool automatic;   /* the PRI queue made it, not software */
};

struct slot {
    uint64_t request;
    uint64_t pasid, address;
    uint16_t prg_index;
    uint8_t access;
    enum { SLOT_EMPTY, SLOT_ACCEPTED, SLOT_WRITTEN } state;
};

/* A request that the PRI queue did not keep; it may answer. */
struct drop {
    uint64_t group, stream_id;
    uint16_t prg_index;
    bool answerable; /* SMMU-PRIOUTCOME has a response for it */
    bool marker;
    bool open; /* not answered yet */
};

/* An ATC entry as the function must have it: keyed by (endpoint, PASID, page). */
struct translation {
    struct pooled pool;
    unsigned endpoint;
    uint64_t pasid, page, output;
    uint64_t translated; /* checkers.clock */
    cycle_t stale;       /* the SYNC that made it stale, or CYCLE_NEVER */
    cycle_t asked;       /* when it was asked for */
    uint32_t binding;    /* under which it was granted */
    bool held;           /* it is in the function's ATC */
};

/* Addresses of a PASID in a function. PCIE-ATC: without PASID, all; a range may end where the address space ends. */
struct atc_range {
    unsigned endpoint;
    uint64_t pasid;
    uint64_t address, size;
};

/* An Invalidate Request, until a CMD_SYNC behind its completion. */
struct invalidation {
    struct atc_range range;
    uint64_t tlp;
    uint64_t index;           /* of its CMD_ATC_INV */
    uint64_t at;              /* checkers.clock */
    uint64_t sync;            /* index of the CMD_SYNC that ended with its error */
    uint64_t copies, arrived; /* of its own completion */
    bool complete;            /* all copies of that reached the SMMU */
    bool superseded;          /* a later one that covers it is complete */
    bool lost;                /* it timed out */
    bool error;               /* a CMD_SYNC said so: `sync` */
    bool repeated;            /* that one ran again */
    bool own;                 /* it is the CMD_SYNC of its caller */
    bool told;                /* the driver told its caller */
    bool judged;
};

/* A CMD_TLBI or CMD_CFGI. */
struct tlb_command {
    struct event_smmu_tlbi what;
    cycle_t at, synced;
};
struct cd_command {
    uint64_t opcode, stream_id, pasid;
    cycle_t at;
};

/* A page that the SMMU translated and that no completed TLBI has covered since. */
struct cached {
    struct pooled pool;
    uint64_t asid, page;
    cycle_t at;
};

struct function {
    uint32_t stream_id;
    uint32_t allocation;
    uint32_t outstanding;          /* page requests that are not answered */
    uint64_t own[PRG_INDEXES];     /* group of the engine that has the index */
    uint64_t latest[PRG_INDEXES];  /* group that used the index last */
    struct request *first, *final; /* travelling, in the order they were made */
    struct answer off;             /* the Response Failure that switched its page requests off */
};

/* A Stop Marker that the driver never sees. */
struct lost_marker {
    uint32_t binding;
    unsigned finding; /* which of the findings tells it */
    cycle_t cycle;
    bool too_late; /* the wait had its marker by then */
};

struct checkers {
    const struct scenario *scenario;
    uint64_t clock; /* counts events: orders what happens in one cycle */
    uint32_t hits[HAZARDS];
    uint64_t counters[COUNTERS];
    struct finding *finding;
    unsigned findings, findings_room;

    const struct stream *told;    /* who hears of broken duties, or NULL */
    cycle_t broken_since[DUTIES]; /* CYCLE_NEVER: kept so far */
    struct premises premises[HAZARDS];
    struct lost_marker *lost;
    uint32_t losts, losts_room;

    struct map step_of_call; /* call -> step of the timeline + 1 */
    struct map step_of_raw;  /* job number of a raw page request -> step + 1 */
    bool step_lost[TIMELINE_STEPS_MAX];
    struct map binding_of_call;             /* call -> place + 1 of the binding that it made */
    struct map call_of_raw;                 /* job number of a raw page request -> the call that made its binding */
    bool step_caught[TIMELINE_STEPS_MAX];   /* hold: it caught a task */
    cycle_t step_given[TIMELINE_STEPS_MAX]; /* CYCLE_NEVER: not yet */
    bool step_refused[TIMELINE_STEPS_MAX];
    bool happened; /* a binding, an unbind, or a TLP of a function */
    char failed_job[FAILED_JOBS_KEPT][CHECKERS_JOB_TEXT];
    unsigned failed_jobs;
    struct exposure *exposure;
    uint32_t exposures, exposures_room;

    struct function function[SYSTEM_ENDPOINTS_MAX];

    struct binding *binding;
    uint32_t bindings, bindings_room;
    struct context *context;
    uint32_t contexts, contexts_room;
    struct map context_of; /* (stream, PASID) -> place + 1 */
    struct map binding_of; /* driver's number -> place + 1 */

    struct pool jobs, groups, requests, items, answers, translations, cached;
    struct map job_of;         /* (endpoint, job) -> job */
    struct map request_of;     /* (endpoint, number) -> request */
    struct map request_by_tlp; /* until the SMMU's port */
    struct map item_of;        /* number -> item */
    struct map command_of;     /* command index -> answer */
    struct map answer_of;      /* TLP -> answer */
    struct map job_by_tlp;     /* Translation Request -> job */
    struct map owner_of;       /* page frame -> space number + 1, as the driver tells */
    struct map translation_of; /* hash of (endpoint, PASID, page) -> translation */
    struct map completion_of;  /* (Invalidate Completion, ITag) -> its Invalidate Request + 1 */
    struct map cached_of;      /* (ASID, page) -> cached */
    struct map left_of;        /* ASID -> binding that was freed with entries of it in the TLBs */
    struct map dma_of;         /* memory TLP on its way -> (binding + 1) << 1, judged */

    struct group *waiting_first, *waiting_final;
    struct fifo at_port;   /* requests between the SMMU's port and the queue's decision */
    struct fifo automatic; /* answers of the PRI queue that have not left the SMMU */
    struct slot *slot;     /* 2 * slot + lap */
    uint32_t slots;        /* entries of that table */
    struct drop drop[DROPS_KEPT];
    uint32_t drops;
    uint64_t enqueued; /* the item enqueued last, if its group goes on */
    struct invalidation *invalidation;
    uint32_t invalidations, invalidations_room;
    struct tlb_command *tlbi; /* the first so many are synced, each scope once: the last one */
    uint32_t tlbis, tlbis_synced, tlbis_room;
    struct cd_command *cfgi; /* not yet synced */
    uint32_t cfgis, cfgis_room;
    uint32_t freed_last; /* the binding of the last U6 */

    uint32_t queue_mask; /* of PROD and CONS: index and wrap bit */
    uint32_t prod, cons;
    bool ovflg, ovackflg;
    bool software_ovackflg;
    cycle_t overflow_since; /* or CYCLE_NEVER */
    bool ready, overcommitted;
};

/* checkers.c */
void checkers_hit(struct checkers *c, enum hazard hazard, cycle_t cycle, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Makes room for one more element in an array of the checkers. */
void *checkers_grow(void *array, uint32_t count, uint32_t *room, size_t size);
/* Which endpoint an instance or a stream is; SYSTEM_ENDPOINTS_MAX if none. */
unsigned checkers_endpoint(const struct checkers *c, unsigned instance);
unsigned checkers_endpoint_of_stream(const struct checkers *c, uint64_t stream_id);

/* checkers_words.c: texts of findings. */
enum { WORDS_MAX = 128 };
/* "page request 1 of endpoint[nic] (PASID 1, address 0x4000, PRGI 0)" */
const char *words_request(const struct checkers *c, const struct request *request, char words[WORDS_MAX]);
/* "binding 1 (space A)" */
const char *words_binding(const struct checkers *c, uint32_t binding, char words[WORDS_MAX]);
/* "the group with PRGI 0 of endpoint[nic]" */
const char *words_group(const struct checkers *c, const struct group *group, char words[WORDS_MAX]);
/* "PASID 1 of endpoint[nic]" */
const char *words_pasid(const struct checkers *c, uint64_t stream_id, uint64_t pasid, char words[WORDS_MAX]);
const char *words_space(const struct checkers *c, uint64_t space);
const char *words_endpoint(const struct checkers *c, unsigned endpoint);

/* One handler per event that matters, in the file that its subject names. */
typedef void checkers_handler(struct checkers *c, const struct event *event);

/* checkers_course.c: steps, calls, jobs, holds. */
checkers_handler on_step, on_request_lost, on_hold, on_release;
void course_open(struct checkers *c);
int32_t course_step_of_call(const struct checkers *c, uint64_t call); /* -1: none of the timeline */
void course_refused(struct checkers *c, uint64_t call);
void course_job_done(struct checkers *c, const struct job *job, const struct event *event);
uint64_t course_call_of_raw(const struct checkers *c, uint64_t job); /* that made the binding it names, or 0 */
void course_finish(struct checkers *c);

/* checkers_duties.c: duties and blame. */
checkers_handler duty_page_request, duty_page_request_sent, duty_stop_marker, duty_translation_request, duty_dma,
    duty_stop, duty_stopped, duty_stop_seen, duty_start, duty_bind;
void duties_open(struct checkers *c);
uint32_t duties_broken_before(const struct checkers *c, cycle_t cycle); /* bits of enum duty */

/* checkers_marker.c: markers that end a wait, or are lost. */
checkers_handler marker_stop, marker_unbind, marker_unbind_returned, marker_drained;
void marker_taken(struct checkers *c, const struct event_driver_marker *e, const struct request *request);
void marker_lost(struct checkers *c, const struct request *request, cycle_t cycle, const char *how);
void marker_finish(struct checkers *c);

/* checkers_jobs.c: jobs that another binding's unbind ends. */
checkers_handler jobs_resolve, jobs_page;
void jobs_member(struct answer *answer, const struct item *member, const struct request *request);
void jobs_answered(struct checkers *c, const struct event *event, const struct answer *answer, const struct group *hit);
bool jobs_bystander(struct checkers *c, const struct job *job, const struct event_endpoint_job_done *e, cycle_t cycle);

/* checkers_event_queue.c */
checkers_handler on_event_record, on_event_overflow;

/* checkers_exposure.c: what of a binding stands where. */
void place_enter(struct checkers *c, uint32_t binding, enum place place);
void place_leave(struct checkers *c, uint32_t binding, enum place place);
void place_request(struct checkers *c, struct request *request, enum place place); /* PLACES: nowhere any more */
void exposure_begin(struct checkers *c, const struct context *context, uint64_t call, cycle_t cycle);
void exposure_point(struct checkers *c, uint64_t call, enum exposure_point point, cycle_t cycle);
bool exposure_has_begun(const struct checkers *c, uint64_t call);
void exposure_rebound(struct checkers *c, const struct context *context, cycle_t cycle);

/* checkers_promise.c: what a policy promised of a binding, at its U6. */
void promise_judge(struct checkers *c, uint32_t binding, cycle_t cycle);
void promise_tlb_left(struct checkers *c, uint32_t binding, cycle_t cycle);

/* checkers_binding.c: bindings, contexts, calls of unbind. */
checkers_handler on_bind, on_bound, on_stop;
/* checkers_unbind.c: the calls that end them. */
checkers_handler on_driver_stop, on_stop_seen, on_unbind, on_clear, on_invalidated, on_left_lookup, on_snapshot,
    on_drained, on_free, on_refused, on_unbind_returned;
void unbind_finish(struct checkers *c, cycle_t end, bool idle);
struct context *binding_context(struct checkers *c, uint64_t stream_id, uint64_t pasid); /* NULL without PASID */
struct binding *binding_get(struct checkers *c, uint32_t binding);                       /* NULL for 0 */
uint32_t binding_of_job(struct checkers *c, unsigned endpoint, uint64_t pasid);          /* of one submitted now */
uint32_t binding_of_device(struct checkers *c, unsigned endpoint,
                           uint64_t pasid); /* of what a function does by itself */
uint32_t binding_of_marker(struct checkers *c, unsigned endpoint, uint64_t pasid);

/* checkers_request.c: jobs and requests from E0 to H0. */
checkers_handler on_job, on_job_done, on_page_request, on_page_request_sent, on_stop_marker, on_pri_off, on_config,
    on_ready, on_unroutable, on_port;
void request_finish(struct checkers *c, cycle_t end, bool idle);
void request_done(struct checkers *c, struct request *request); /* it is nowhere any more */
void request_lost(struct checkers *c, struct request *request, cycle_t cycle, const char *where);

/* checkers_group.c: groups from their first request to their response, and credits. */
struct group *group_join(struct checkers *c, const struct request *request, cycle_t cycle);
void group_sent(struct checkers *c, struct group *group, cycle_t cycle);
void group_answered(struct checkers *c, struct group *group);
void group_killed(struct checkers *c, struct group *group);
void group_credits_back(struct checkers *c, struct group *group);
void group_check(struct checkers *c, struct group *group); /* gives it back if nothing can concern it any more */
void group_limits(struct checkers *c, cycle_t now);
void group_finish(struct checkers *c, cycle_t end, bool idle);

/* checkers_queue.c: the hardware PRI queue, H0..H2. */
checkers_handler on_accept, on_drop, on_write, on_lost, on_prod, on_cons, on_overflow, on_auto_response;
void queue_finish(struct checkers *c, cycle_t end);
/* The request whose record software copies from a slot. False if the record that it copied is not there. */
bool queue_take(struct checkers *c, const struct event *take, struct request **request);

/* checkers_software.c: S0..R0. */
checkers_handler on_take, on_marker, on_park, on_enqueue, on_resolve, on_page, on_respond, on_discard, on_software_cons;

/* checkers_response.c: R1..R2. */
checkers_handler on_prg_response, on_response;
struct answer *response_new(struct checkers *c, uint64_t group, uint32_t binding);
void response_command(struct checkers *c, uint64_t index, struct answer *answer);
void response_unroutable(struct checkers *c, uint64_t tlp);

/* checkers_response_pasid.c: a response arrived at a group: that which the function has under its
 * index, else the one it was made for. `answer` may be NULL. */
void response_pasid_judge(struct checkers *c, const struct event *event, const struct group *group,
                          const struct answer *answer);

/* checkers_translation.c: translations, the ATC, DMA. */
checkers_handler on_translation_request, on_translate, on_translation, on_evict, on_invalidate_taken,
    on_invalidate_done, on_dma;
unsigned translation_left(struct checkers *c, uint32_t binding); /* enum left, of the function */
/* The CMD_SYNC of that cycle covers what was translated before the request left, at `at` of checkers.clock. */
void translation_cover(struct checkers *c, const struct atc_range *range, uint64_t at, cycle_t cycle);
bool atc_range_has(const struct atc_range *range, unsigned endpoint, uint64_t pasid, uint64_t page);

/* checkers_frames.c: whose a frame is. */
checkers_handler on_frame_given;
/* The frame belongs to another space than the binding's. Then `what`, which need not be put into words before, is the
 * hazard that something done on its behalf got there. */
bool frame_is_anothers(struct checkers *c, uint64_t frame, uint32_t binding);
void frame_hit(struct checkers *c, uint64_t frame, uint32_t binding, cycle_t cycle, const char *what);

/* checkers_invalidation.c: Invalidate Requests from the command to the SYNC. */
checkers_handler on_invalidate, on_completion_sent, on_completion, on_atc_timeout, on_command_error, on_atc_inv_lost,
    on_sync;
bool invalidation_is_open(const struct checkers *c, unsigned endpoint, uint64_t pasid);

/* checkers_tlb.c: the SMMU's TLBs, walk caches and CDs, and what takes entries out of them. */
checkers_handler on_command, on_tlbi, on_cache_hit;
void tlb_translated(struct checkers *c, const struct event *event);
void tlb_synced(struct checkers *c, cycle_t cycle);
/* What was read until then and may still be there: enum left. `context` may be NULL, `asid` 0. */
unsigned tlb_left(const struct checkers *c, const struct context *context, uint64_t asid, cycle_t until);

/* checkers_freed.c: what was left of a binding when its PASID went back. */
checkers_handler on_asid_freed;
void freed_judge(struct checkers *c, struct context *context, cycle_t cycle);         /* U6 */
void freed_rebound(struct checkers *c, const struct context *context, cycle_t cycle); /* U7 */
bool freed_is_left(struct checkers *c, uint32_t binding); /* something of it was left at its U6 */
/* What was begun at `since` under a binding was used: by `what`. `left`: which of the places it would have been left
 * in. */
void freed_used(struct checkers *c, uint32_t binding, unsigned left, cycle_t since, cycle_t cycle, const char *what);

#endif
