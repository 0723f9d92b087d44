/* SPDX-License-Identifier: Apache-2.0
 *
 * The checkers: they read the stream of events, join what the blocks do not carry (which binding a request was made
 * under), and count hazards. They see no block's state.
 */
#ifndef PRISIM_TB_CHECKERS_H
#define PRISIM_TB_CHECKERS_H

#include "model/core/canonical.h"
#include "tb/engine/stream.h"
#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct checkers;

/* Duties whose breaking is told as premise.broken, in the order of tb/duties.def. */
enum duty {
#define DUTY(id) DUTY_##id,
#include "tb/checkers/duties.def"
#undef DUTY
    DUTIES
};
const char *duty_name(enum duty duty);

/* "kept", or "broken [no_new_requests, one_marker]". */
enum { PREMISES_TEXT = 512 };
const char *premises_words(uint32_t duties, char words[PREMISES_TEXT]);

/* One hazard that was found. Text is ready to print: who, made under which binding, served in which space. */
struct finding {
    enum hazard hazard;
    prisim_cycle_t cycle;
    uint32_t premises; /* bits of enum duty: broken before its cycle */
    uint64_t taken;    /* events that the checkers had taken or told, the one that shows it among them; 0: at the end */
    char text[SCENARIO_TEXT_MAX];
};

struct checkers *checkers_open(const struct scenario *scenario);
void checkers_close(struct checkers *checkers);
/* Who hears of broken duties: those that have had the event that shows it already. The stream must live as long as
 * events come. */
void checkers_take(struct checkers *checkers, const struct stream *told);
/* A listener (tb/engine/stream.h), and the types that it takes: those of handlers.def. */
struct event_types checkers_types(void);
void checkers_event(void *checkers, const struct prisim_event *event);
/* How many events there were in all, those not taken among them: the counter of them. Without it those count that were
 * taken. */
void checkers_all_events(struct checkers *checkers, uint64_t events);
/* Judges what can only be judged at the end. `end` is the last edge; `idle`: nothing would have happened after it. */
void checkers_finish(struct checkers *checkers, prisim_cycle_t end, bool idle);
uint32_t checkers_count(const struct checkers *checkers, enum hazard hazard);
/* The i-th finding in the order found, or NULL; at most 1000 are kept, counts go on. */
const struct finding *checkers_finding(const struct checkers *checkers, unsigned i);

/* How many of a hazard were found with all premises kept, and how many after which duties were broken. */
struct premises {
    uint32_t kept, broken;
    uint32_t duties; /* bits of enum duty */
};
const struct premises *checkers_premises(const struct checkers *checkers, enum hazard hazard);

/* What a run is counted by, in the order of tb/counters.def. */
enum counter {
#define COUNTER(id, name, about) COUNTER_##id,
#include "tb/checkers/counters.def"
#undef COUNTER
    COUNTERS
};
const char *counter_name(enum counter counter);
const char *counter_about(enum counter counter);
uint64_t checkers_counter(const struct checkers *checkers, enum counter counter);

/* What stood where of one binding while it was unbound (UNBIND-HAZARD, "Exposure"). */
struct exposure {
    uint64_t call; /* of the unbind */
    int32_t step;  /* of the timeline; -1: of none */
    uint32_t stream_id, pasid;
    uint64_t binding;                      /* as the driver counts */
    uint32_t of;                           /* private to the checkers */
    prisim_cycle_t cycle[EXPOSURE_POINTS]; /* PRISIM_CYCLE_NEVER: the point was not reached */
    uint32_t at[EXPOSURE_POINTS][PLACES];
};
/* The i-th unbind in the order of U0, or NULL. */
const struct exposure *checkers_exposure(const struct checkers *checkers, unsigned i);

/* Whether it is one of the unbinds that are meant. */
bool exposure_is_of_step(const struct exposure *exposure, const struct expected_exposure *expected);
/* Whether it is what the scenario expects: of the unbind that is meant, at the point that is meant. */
bool exposure_is(const struct exposure *exposure, const struct expected_exposure *expected);

/* Words about the i-th job that failed, "job 2 of endpoint[nic] (PASID 1, 0x4000): retries"; false if there are fewer.
 * The first 20 are kept. */
enum { CHECKERS_JOB_TEXT = 128 };
bool checkers_failed_job(const struct checkers *checkers, unsigned i, char text[CHECKERS_JOB_TEXT]);

/* The canonical form of what they know beside the hardware: for rows that a step of the model has ended. */
void checkers_canonical(const struct checkers *checkers, struct prisim_canonical *to);

/* What checkers know, put aside and taken back, any number of times: all that was found, and all that they wait for. A
 * snapshot is of these checkers as they stand in memory, and good until they are closed. */
size_t checkers_snapshot_size(const struct checkers *checkers); /* bytes, as of now */
void checkers_save(const struct checkers *checkers, void *to);
void checkers_restore(struct checkers *checkers, const void *from);

/* Whether a step of the timeline was given out; whether a call of it was refused. */
bool checkers_step_given(const struct checkers *checkers, uint32_t step);
/* False: a hold that was armed, and no task came there. True for what is no hold. */
bool checkers_step_caught(const struct checkers *checkers, uint32_t step);
/* A raw page request that its function had no room for. */
bool checkers_step_lost(const struct checkers *checkers, uint32_t step);
bool checkers_step_refused(const struct checkers *checkers, uint32_t step);
/* Whether anything was done at all: a binding, an unbind, a TLP of a function. */
bool checkers_anything_happened(const struct checkers *checkers);

#ifdef __cplusplus
}
#endif

#endif
