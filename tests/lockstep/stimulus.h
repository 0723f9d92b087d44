/* SPDX-License-Identifier: Apache-2.0
 *
 * The other side of every channel of a PRI queue: endpoints, memory, the SMMU with its GERROR, and software. It plays
 * by the rules of the edge and by the SMMU's guards (smmuv3 1.11), and is random in all else. Each episode starts with
 * a reset and has a configuration and probabilities of its own (a swarm).
 */
#ifndef PRISIM_LOCKSTEP_STIMULUS_H
#define PRISIM_LOCKSTEP_STIMULUS_H

#include "model/core/random.h"
#include "tests/lockstep/dut.h"

namespace lockstep
{

enum { LATENCY_SETS = 10, SIZES = 4 };
extern const uint32_t latency_set[LATENCY_SETS][3]; /* accept_interval, write_latency, records_in_flight */
extern const uint32_t queue_size[SIZES];            /* log2 */

/* Probabilities are out of 256, per edge or per item. */
struct profile {
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

class stimulus
{
  public:
    /* Draws the episode's configuration and probabilities. */
    void begin(uint64_t seed, uint64_t episode, pri_queue_config &config, struct profile &profile);

    /* What is offered at the next edge: `in` keeps ready and a request that waits. */
    void drive(inputs &in);

    /* What the edge published; `put`: newly; `taken`: stream payloads whose transfer it was. */
    void observe(const outputs &out, bool request_taken, uint32_t taken, uint32_t put);

  private:
    bool chance(random_stream &stream, unsigned of_256)
    {
        return (random_next(&stream) >> 56) < of_256;
    }
    void new_request(page_request &request);
    void drive_ready(inputs &in);
    void drive_memory(inputs &in);
    unsigned choose_answer(uint64_t random);
    uint8_t choose_status(unsigned at, uint64_t random);
    void drive_stray(inputs &in);
    void drive_lookup(inputs &in);
    void drive_control(inputs &in);
    bool software(pri_queue_control &control);
    void write_cons(pri_queue_control &control);
    void write_config(pri_queue_control &control);
    void push(unsigned what, uint64_t value);
    uint64_t some_base();

    struct profile profile_;
    random_stream requests_, ready_, memory_, control_;
    uint64_t now_ = 0;
    bool draining_ = false;

    bool request_offered_ = false;
    struct {
        uint32_t id;
        bool msi;
    } pending_[32];
    unsigned pending_count_ = 0;
    uint32_t offered_id_ = UINT32_MAX;
    bool aborted_behind_ = false, msi_now_ = false; /* see pair_aborts */
    bool lookup_offered_ = false, lookup_asked_ = false;

    pri_queue_control script_[16]; /* register writes to come */
    unsigned script_at_ = 0, script_count_ = 0;
    uint64_t abort_set_at_ = 0, abort_clear_at_ = 0; /* 0: not due */
    bool gerror_active_ = false;
    uint32_t prod_ = 0, cons_ = 0;
    unsigned enable_ = 0, enable_ack_ = 0, log2_ = 0, log2_max_ = 0;
};

} // namespace lockstep

#endif
