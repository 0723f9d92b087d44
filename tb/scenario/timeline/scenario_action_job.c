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

/* What the last repetition adds to the address; an error if that ends past 2^64. */
static bool check_end(struct step_reader *r, uint32_t size)
{
    const struct step_input *input = &r->input;
    uint64_t offset = (uint64_t)action_last_offset(input), room = UINT64_MAX - (size - 1);
    if (input->address > room)
        return REFUSE(r, "size", "expected a transfer that ends below 2^64");
    return offset == 0 || input->address_step <= (room - input->address) / offset ||
           scenario_refuse_part(r->loader->tree, tree_value(r->item, "repeat"), "address_step",
                                "expected addresses below 2^64, also of the last repetition");
}

/* PCIE-PREFIX: ER and PMR are fields beside a PASID, and ER says nothing of a write. */
static bool check_mode(struct step_reader *r, const struct timeline_step *step)
{
    if (r->input.execute && (r->input.write || !step->stimulus.has_pasid))
        return REFUSE(r, "execute", "expected only with a pasid, and not of a write");
    return !r->input.privileged || step->stimulus.has_pasid || REFUSE(r, "privileged", "expected only with a pasid");
}

/* The last access of a pattern must end below 2^64. */
static bool check_reach(struct step_reader *r)
{
    const struct step_input *input = &r->input;
    const uint64_t room = UINT64_MAX - input->address, last = input->count - 1;
    const uint64_t step = input->pattern == PRISIM_ENDPOINT_STRIDED ? input->stride : input->size;
    if (input->pattern >= PRISIM_ENDPOINT_RANDOM)
        return (input->span >= input->size && input->span - 1 <= room) ||
               REFUSE(r, "span", "expected at least the size of an access, and an end below 2^64");
    return step == 0 || last <= (room - (input->size - 1)) / step ||
           REFUSE(r, "count", "expected accesses that end below 2^64");
}

static bool check_pattern(struct step_reader *r)
{
    const struct step_input *input = &r->input;
    if (input->count == 1)
        return true;
    if (input->rogue)
        return REFUSE(r, "count", "expected 1 with rogue");
    if ((uint64_t)input->count * input->times > UINT32_MAX - r->loader->jobs)
        return REFUSE(r, "count", "expected fewer: a timeline has at most 2^32 jobs, each access is one");
    return check_reach(r);
}

static void take_pattern(const struct step_input *input, struct prisim_endpoint_stimulus *to)
{
    if (input->count == 1)
        return;
    to->count = input->count;
    to->pattern = (uint8_t)input->pattern;
    to->stride = input->pattern == PRISIM_ENDPOINT_STRIDED ? input->stride : 0;
    to->span = input->pattern >= PRISIM_ENDPOINT_RANDOM ? input->span : 0;
    to->outstanding = (uint8_t)input->outstanding;
}

bool action_dma(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step) || !check_end(r, r->input.size) || !check_mode(r, step) || !check_pattern(r))
        return false;
    take_pattern(&r->input, &step->stimulus);
    r->loader->jobs += r->input.count - 1;
    step->stimulus.execute = r->input.execute != 0;
    step->stimulus.privileged = r->input.privileged != 0;
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

/* Whose a request is cannot be seen at a function that has gone on to its next owner. Of steps that are both repeated,
 * each names the repetition with its own number. */
uint32_t action_binding_of(struct step_reader *r, const struct timeline_step *step)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    struct step_range range = step_ids_find(&r->loader->ids, timeline, r->input.of, strlen(r->input.of));
    uint32_t maker = range.first + (timeline->step[range.first].times > 1 ? step->repetition : 0);
    if (range.steps && maker < range.first + range.steps && timeline->step + maker < step &&
        makes_binding(&timeline->step[maker], step))
        return timeline->step[maker].driver.call;
    REFUSE(r, "of",
           "expected the id of a bind, or of an unbind with then_bind, of this endpoint and PASID before this "
           "step, not \"%.40s\"",
           r->input.of);
    return 0;
}

static bool check_pages(struct step_reader *r)
{
    unsigned long long address = r->input.address, step = r->input.address_step;
    if (address & 0xfff)
        return REFUSE(r, "address", "expected a multiple of 4 KB (0x1000), not 0x%llx", address);
    return !(step & 0xfff) || scenario_refuse_part(r->loader->tree, tree_value(r->item, "repeat"), "address_step",
                                                   "expected a multiple of 4 KB (0x1000), not 0x%llx", step);
}

bool action_page_request(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step))
        return false;
    step->of = r->input.of[0] ? action_binding_of(r, step) : 0;
    if ((r->input.of[0] && !step->of) || !check_pages(r) || !check_end(r, 1))
        return false;
    step->stimulus.what = PRISIM_ENDPOINT_PAGE_REQUEST;
    step->stimulus.prg_index = (uint16_t)r->input.prg_index;
    step->stimulus.access =
        (uint8_t)((r->input.read ? PRISIM_ACCESS_READ : 0) | (r->input.write ? PRISIM_ACCESS_WRITE : 0) |
                  (r->input.last ? PRISIM_ACCESS_LAST : 0));
    return true;
}
