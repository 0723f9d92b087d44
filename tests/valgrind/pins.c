/* SPDX-License-Identifier: Apache-2.0
 *
 * A sample for valgrind: the C block of the PRI queue by its pins under the random stimulus, in memory that holds
 * nothing but what model/pri_queue/pri_queue_pins.h says its caller must set. What the block shows is read as a
 * testbench reads it. seeded.sh builds it with a copy of that header in which a field is left out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tb/vectors/pri_queue_stimulus.h"

enum { EPISODES = 4, EDGES = 1500, SEED = 1 };

struct counts {
    unsigned put[PRISIM_PRI_QUEUE_TX_PORTS];
};

static void count(struct counts *counts, uint32_t put)
{
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++)
        counts->put[tx] += put >> tx & 1;
}

static void run_episode(uint64_t episode, struct pri_queue_pinned *queue, struct counts *counts)
{
    struct pri_queue_profile profile;
    struct pri_queue_stimulus stimulus;
    struct pri_queue_inputs in = {0};
    struct pri_queue_outputs out = {0};
    pri_queue_stimulus_draw(SEED, episode, &queue->config, &profile);
    pri_queue_stimulus_begin(&stimulus, SEED, episode, &queue->config, &profile);
    queue->state = malloc(prisim_pri_queue_state_size(&queue->config));
    assert(queue->state);
    pri_queue_pinned_reset(queue);
    for (unsigned i = 0; i < profile.edges && i < EDGES; i++) {
        pri_queue_stimulus_drive(&stimulus, &in);
        bool request_taken = (in.rx_valid >> PRISIM_PRI_QUEUE_RX_REQUEST & 1) && out.request_ready;
        uint32_t taken = out.valid & in.tx_ready & PRI_QUEUE_STREAMS, held = out.valid & ~in.tx_ready;
        pri_queue_pinned_step(queue, &in, &out);
        pri_queue_stimulus_observe(&stimulus, &out, request_taken, taken, out.valid & ~held);
        count(counts, out.valid & ~held);
    }
    free(queue->state);
}

int main(void)
{
    struct pri_queue_pinned *queue = malloc(sizeof *queue);
    struct prisim_probe *probe = calloc(1, sizeof *probe);
    struct counts counts = {{0}};
    assert(queue && probe);
    queue->probe = probe;
    for (uint64_t episode = 0; episode < EPISODES; episode++)
        run_episode(episode, queue, &counts);
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++) {
        printf("tx port %u: %u\n", tx, counts.put[tx]);
        assert(counts.put[tx]);
    }
    free(probe);
    free(queue);
    return 0;
}
