/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a life of the driver (UNBIND-S-50). No binding of it was unbound, and nobody was promised anything: its
 * jobs, page requests and translations stay what they are, of that life, and what they reach is judged as before. But
 * whatever a task did or waited for is over, and none of that hangs. What is still in the queue is nobody's when the
 * next life has switched the SMMU off.
 */
#include <string.h>

#include "tb/checkers/checkers_state.h"

/* It owes no Stop Marker to anybody who waits, and that the PASID is bound again without U6 is no breach of a duty. */
static void binding_ends(struct binding *binding)
{
    if (binding == NULL || binding->freed != PRISIM_CYCLE_NEVER)
        return;
    binding->excused = true;
    binding->awaits = false;
    binding->policy = 0;
}

static void context_ends(struct checkers *c, struct context *context)
{
    binding_ends(binding_get(c, context->bound));
    context->owner = 0;
    context->call = 0;
    context->unbind = context->begun = PRISIM_CYCLE_NEVER;
    context->stops = context->markers = 0;
    context->ended_by = 0;
}

/* driver.kexec */
void on_kexec(struct checkers *c, const struct prisim_event *event)
{
    c->life++;
    c->course.happened = true;
    for (uint32_t i = 0; i < c->bindings.contexts; i++)
        context_ends(c, &c->bindings.context[i]);
    for (unsigned i = 0; i < c->scenario->system.endpoints; i++)
        binding_ends(binding_get(c, c->function[i].no_pasid));
    for (uint32_t i = 0; i < c->invalidations.count; i++)
        c->invalidations.invalidation[i].given_up = true;
    items_kexec(c);
    c->deadlocks = (struct deadlocks){0};
    waits_kexec(c, event->cycle);
}

/* driver.smmu_off */
void on_smmu_off(struct checkers *c, const struct prisim_event *event)
{
    queue_smmu_off(c, event->cycle);
    responses_smmu_off(c);
}
