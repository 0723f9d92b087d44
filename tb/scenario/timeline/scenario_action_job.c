/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions: what an endpoint is given to do, DMA jobs and raw page requests.
 */
#include <string.h>

#include "tb/scenario/timeline/scenario_action.h"

static bool read_job(struct step_reader *r, struct timeline_step *step)
{
    const struct step_input *input = &r->input;
    uint16_t endpoint = 0;
    if (!action_find_endpoint(r, &endpoint) || !action_check_pasid(r, endpoint))
        return false;
    step->endpoint = endpoint;
    step->stimulus.address = input->address;
    step->stimulus.has_pasid = input->pasid != STEP_WITHOUT;
    step->stimulus.pasid = step->stimulus.has_pasid ? input->pasid : 0;
    return true;
}

bool action_dma(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step))
        return false;
    if (r->input.address > UINT64_MAX - (r->input.size - 1)) {
        REFUSE(r, "size", "expected a transfer that ends below 2^64");
        return false;
    }
    step->stimulus.what = PRISIM_ENDPOINT_DMA;
    step->stimulus.size = r->input.size;
    step->stimulus.write = r->input.write != 0;
    step->stimulus.rogue = r->input.rogue != 0;
    return true;
}

/* The call that makes a binding of this PASID: a bind, or an unbind that binds again. */
static bool makes_binding(const struct timeline_step *maker, const struct timeline_step *step)
{
    const struct prisim_driver_stimulus *call = &maker->driver;
    bool makes = maker->to_driver &&
                 (call->what == PRISIM_DRIVER_BIND || (call->what == PRISIM_DRIVER_UNBIND && call->then_space));
    return makes && call->function == step->endpoint && step->stimulus.has_pasid && call->pasid == step->stimulus.pasid;
}

/* Whose a request is cannot be seen at a function that has gone on to its next owner. */
static bool find_binding(struct step_reader *r, struct timeline_step *step)
{
    if (!r->input.of[0])
        return true;
    for (const struct timeline_step *other = r->loader->scenario->timeline.step; other < step; other++)
        if (strcmp(other->id, r->input.of) == 0 && makes_binding(other, step)) {
            step->of = other->driver.call;
            return true;
        }
    REFUSE(r, "of",
           "expected the id of a bind, or of an unbind with then_bind, of this endpoint and PASID before this "
           "step, not \"%.40s\"",
           r->input.of);
    return false;
}

bool action_page_request(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step) || !find_binding(r, step))
        return false;
    if (r->input.address & 0xfff) {
        REFUSE(r, "address", "expected a multiple of 4 KB (0x1000), not 0x%llx", (unsigned long long)r->input.address);
        return false;
    }
    step->stimulus.what = PRISIM_ENDPOINT_PAGE_REQUEST;
    step->stimulus.prg_index = (uint16_t)r->input.prg_index;
    step->stimulus.access =
        (uint8_t)((r->input.read ? PRISIM_ACCESS_READ : 0) | (r->input.write ? PRISIM_ACCESS_WRITE : 0) |
                  (r->input.last ? PRISIM_ACCESS_LAST : 0));
    return true;
}
