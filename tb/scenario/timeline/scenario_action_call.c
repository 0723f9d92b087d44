/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions: calls of the driver: of a PASID, of a function as a whole, and of a space.
 */
#include "tb/scenario/timeline/scenario_action.h"

/* The function and the PASID that a call is about. */
static bool read_whose(struct step_reader *r, struct timeline_step *step)
{
    uint16_t endpoint = 0;
    if (!action_find_endpoint(r, &endpoint) || !action_check_pasid(r, endpoint))
        return false;
    step->driver.function = endpoint;
    step->driver.pasid = r->input.pasid;
    return true;
}

bool action_bind(struct step_reader *r, struct timeline_step *step)
{
    uint32_t space = 0;
    if (!read_whose(r, step) || !action_find_space(r, "space", r->input.space, &space))
        return false;
    step->driver.what = PRISIM_DRIVER_BIND;
    step->driver.space = space;
    return true;
}

bool action_unbind(struct step_reader *r, struct timeline_step *step)
{
    uint32_t space = 0;
    if (!read_whose(r, step))
        return false;
    step->driver.what = PRISIM_DRIVER_UNBIND;
    step->driver.policy = r->input.policy;
    if (r->input.policy == STEP_WITHOUT)
        step->driver.policy = r->loader->scenario->system.driver.unbind;
    if (step->driver.policy == PRISIM_DRIVER_UNBIND_OWN) {
        if (!r->loader->scenario->system.driver.own.list[PRISIM_DRIVER_ON_UNBIND].steps)
            return REFUSE(r, "policy", "own: expected a list, system.driver.own or --policy FILE");
        r->loader->runs_own |= 1U << PRISIM_DRIVER_ON_UNBIND;
    }
    if (r->input.policy != STEP_WITHOUT && scenario_lacks(&r->loader->scenario->system, step->driver.policy))
        return REFUSE(r, "policy", "expected %s", scenario_lacks(&r->loader->scenario->system, step->driver.policy));
    step->driver.flags = r->input.flags;
    if (!r->input.then_bind[0])
        return true;
    if (!action_find_space(r, "then_bind", r->input.then_bind, &space))
        return false;
    step->driver.then_space = space + 1;
    return true;
}

bool action_signal(struct step_reader *r, struct timeline_step *step)
{
    step->driver.what = PRISIM_DRIVER_SIGNAL;
    return read_whose(r, step);
}

/* The own list for that, if there is one and the configuration's policy is that. */
static void runs_own(struct step_reader *r, enum prisim_driver_trigger trigger)
{
    if (r->loader->scenario->system.driver.unbind == PRISIM_DRIVER_UNBIND_OWN)
        r->loader->runs_own |= 1U << trigger;
}

static bool read_function(struct step_reader *r, struct timeline_step *step, enum prisim_driver_stimulus_what what)
{
    uint16_t endpoint = 0;
    if (!action_find_endpoint(r, &endpoint))
        return false;
    step->driver.what = what;
    step->driver.function = endpoint;
    return true;
}

bool action_detach(struct step_reader *r, struct timeline_step *step)
{
    runs_own(r, PRISIM_DRIVER_ON_DETACH);
    return read_function(r, step, PRISIM_DRIVER_DETACH);
}

bool action_attach(struct step_reader *r, struct timeline_step *step)
{
    runs_own(r, PRISIM_DRIVER_ON_ATTACH);
    return read_function(r, step, PRISIM_DRIVER_ATTACH);
}

bool action_flr(struct step_reader *r, struct timeline_step *step)
{
    runs_own(r, PRISIM_DRIVER_ON_RESET);
    return read_function(r, step, PRISIM_DRIVER_FLR);
}

bool action_isolate(struct step_reader *r, struct timeline_step *step)
{
    step->driver.how = r->input.how;
    return read_function(r, step, PRISIM_DRIVER_ISOLATE);
}

bool action_unmap(struct step_reader *r, struct timeline_step *step)
{
    const uint64_t page = 4096, top = UINT64_C(1) << 48, address = r->input.address, bytes = r->input.bytes;
    if (!action_find_space(r, "space", r->input.space, &step->driver.space))
        return false;
    if (address % page != 0 || address >= top)
        return REFUSE(r, "address", "expected a multiple of 4096 below 2^48");
    if (bytes % page != 0 || bytes > top - address)
        return REFUSE(r, "size", "expected a multiple of 4096, ending at 2^48 or before");
    step->driver.what = PRISIM_DRIVER_UNMAP;
    step->driver.order = r->input.order;
    step->driver.address = address;
    step->driver.pages = (uint32_t)(bytes / page);
    return true;
}

bool action_mm_exit(struct step_reader *r, struct timeline_step *step)
{
    step->driver.what = PRISIM_DRIVER_MM_EXIT;
    runs_own(r, PRISIM_DRIVER_ON_MM_EXIT);
    return action_find_space(r, "space", r->input.space, &step->driver.space);
}

/* A crash kernel has none of its own. */
bool action_kexec(struct step_reader *r, struct timeline_step *step)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    if (!r->loader->scenario->system.driver.crashkernel)
        return scenario_refuse_part(r->loader->tree, r->item, "kexec",
                                    "expected system.driver.crashkernel, the memory of the second life");
    bool second = r->input.times > 1;
    for (uint32_t i = 0; i + 1 < timeline->steps; i++)
        second |= timeline->step[i].to_driver && timeline->step[i].driver.what == PRISIM_DRIVER_KEXEC;
    if (second)
        return scenario_refuse_part(r->loader->tree, r->item, "kexec", "expected once: there is no third life");
    step->driver.what = PRISIM_DRIVER_KEXEC;
    return true;
}

/* Once gone it stays so. */
bool action_remove(struct step_reader *r, struct timeline_step *step)
{
    if (!read_function(r, step, PRISIM_DRIVER_REMOVE))
        return false;
    if (r->input.times > 1)
        return scenario_refuse_part(r->loader->tree, tree_value(r->item, "repeat"), "times",
                                    "expected 1: a function is removed once");
    step->removes = true;
    step->endpoint = (uint16_t)step->driver.function;
    step->stimulus.what = PRISIM_ENDPOINT_REMOVE;
    return true;
}
