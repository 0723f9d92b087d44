/* SPDX-License-Identifier: Apache-2.0
 *
 * The other side of every channel of a PRI queue: endpoints, memory, the SMMU with its GERROR, and software. It plays
 * by the rules of the edge and by the SMMU's guards (SMMU-QUEUE), and is random in all else. Each episode starts with
 * a reset and has probabilities of its own (a swarm). It knows no rule of the queue; the lockstep harness and
 * `prisim vectors` stand on it.
 */
#ifndef PRISIM_TB_PRI_QUEUE_STIMULUS_H
#define PRISIM_TB_PRI_QUEUE_STIMULUS_H

#include "model/core/random.h"
#include "model/pri_queue/pri_queue_pins.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PRI_QUEUE_LATENCY_SETS = 10, PRI_QUEUE_SIZES = 4 };
/* accept_interval, write_latency, records_in_flight; 0: drawn */
extern const uint32_t pri_queue_latency_set[PRI_QUEUE_LATENCY_SETS][3];
extern const uint32_t pri_queue_sizes[PRI_QUEUE_SIZES]; /* log2 */

/* Probabilities are out of 256, per edge or per item. */
struct pri_queue_profile {
    unsigned latency, size; /* indices of the tables above */
    unsigned edges;         /* of the episode */
    unsigned drain;         /* the last edges: nothing new comes, all is answered */
    unsigned reset_edges;
    unsigned request, pasid, marker, last, secure;
    unsigned ready_up[3], ready_down[3]; /* RESPONSE, MEMORY_REQUEST, LOOKUP */
    unsigned answer, abort, late, msi_abort;
    unsigned order; /* memory answers: 0 in order, 1 any, 2 newest first */
    unsigned lookup_answer, reachable, ppar;
    unsigned cons, keep_ack, ack_only, impossible;
    unsigned enable, irq_toggle, config, interrupt_config, raise_abort;
    unsigned abort_delay, acknowledge_delay; /* at most so many edges */
    unsigned stray;
    bool pair_aborts; /* an MSI aborts at the edge at which a record that aborted before commits */
    bool overflowed;  /* OVFLG and OVACKFLG differ when the queue is first enabled */
    bool last_only;
};

struct pri_queue_stimulus {
    struct pri_queue_profile profile;
    struct random_stream requests, ready, memory, control;
    uint64_t now;
    bool draining;

    bool request_offered;
    struct {
        uint32_t id;
        bool msi;
    } pending[32];
    unsigned pending_count;
    uint32_t offered_id;
    bool aborted_behind, msi_now; /* see pair_aborts */
    bool lookup_offered, lookup_asked;

    struct prisim_pri_queue_control script[16]; /* register writes to come */
    unsigned script_at, script_count;
    uint64_t abort_set_at, abort_clear_at; /* 0: not due */
    bool gerror_active;
    uint32_t prod, cons;
    unsigned enable, enable_ack, log2, log2_max;
};

/* Draws the probabilities of an episode, and a configuration, which may be taken or not. */
void pri_queue_stimulus_draw(uint64_t seed, uint64_t episode, struct prisim_pri_queue_config *config,
                             struct pri_queue_profile *profile);

/* The next reset comes in mid-flight: the episode has 1..within edges (within >= 1) and is not drained. */
void pri_queue_stimulus_cut(uint64_t seed, uint64_t episode, uint32_t within, struct pri_queue_profile *profile);

void pri_queue_stimulus_begin(struct pri_queue_stimulus *stimulus, uint64_t seed, uint64_t episode,
                              const struct prisim_pri_queue_config *config, const struct pri_queue_profile *profile);

/* What is offered at the next edge: `in` keeps ready and a request that waits. */
void pri_queue_stimulus_drive(struct pri_queue_stimulus *stimulus, struct pri_queue_inputs *in);

/* What the edge published; `put`: newly; `taken`: stream payloads whose transfer it was. */
void pri_queue_stimulus_observe(struct pri_queue_stimulus *stimulus, const struct pri_queue_outputs *out,
                                bool request_taken, uint32_t taken, uint32_t put);

#ifdef __cplusplus
}
#endif

#endif
