/* SPDX-License-Identifier: Apache-2.0
 *
 * The ground of the lives: a step of a request, and whose an instance or a StreamID is.
 */
#include "tb/view/lives_state.h"

uint32_t lives_step(struct building *b, uint32_t request, uint32_t event, unsigned lane)
{
    struct lives *lives = b->lives;
    assert(request < lives->requests && lane < LANES);
    lives->step = grow(lives->step, lives->steps, 1, &b->steps_room, sizeof *lives->step);
    lives->step[lives->steps] = (struct life_step){event, request, (uint8_t)lane};
    return lives->steps++;
}

void lives_answer_step(struct building *b, const struct answer *answer, uint32_t event, unsigned lane)
{
    for (uint32_t k = 0; k < answer->members; k++)
        lives_step(b, b->member[answer->first + k], event, lane);
}

unsigned lives_endpoint(const struct building *b, unsigned instance)
{
    return system_endpoint_of_instance(&b->recording->names->system, instance);
}

unsigned lives_endpoint_of_stream(const struct building *b, uint64_t stream_id)
{
    return system_endpoint_of_stream(&b->recording->names->system, stream_id);
}
