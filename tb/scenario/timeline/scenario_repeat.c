/* SPDX-License-Identifier: Apache-2.0
 *
 * `repeat`: a step of the file that is many of the timeline. The first is read as any other; each one behind it is a
 * copy, so many cycles later, with a number, an address and a PASID of its own.
 */
#include "tb/scenario/timeline/scenario_action.h"

static bool refuse(struct step_reader *r, const char *key, const char *what)
{
    return scenario_refuse_part(r->loader->tree, tree_value(r->item, "repeat"), key, "%s", what);
}

/* A stride that nothing of the step can take is a slip. */
static bool check_strides(struct step_reader *r, const struct timeline_step *step)
{
    const struct step_input *input = &r->input;
    bool has_pasid = step->to_driver ? prisim_driver_stimulus_has_pasid(&step->driver) : step->stimulus.has_pasid;
    if (input->address_step && step->to_driver)
        return refuse(r, "address_step", "expected only with dma or page_request");
    if (input->address_step && input->count > 1)
        return refuse(r, "address_step", "expected only of single accesses, not with count");
    if (input->pasid_step && !has_pasid)
        return refuse(r, "pasid_step", "expected only with an action that has a pasid");
    if (input->wrap && !input->address_step && !input->pasid_step)
        return refuse(r, "wrap", "expected only with address_step or pasid_step");
    return true;
}

static bool check_time(struct step_reader *r, const struct trigger *trigger)
{
    const struct key *key = key_find("timeline.*.at");
    uint64_t first = trigger->on_event ? trigger->after : trigger->at, last = r->input.times - 1;
    return r->input.every <= (key->row->max - first) / last ||
           refuse(r, "every",
                  "expected the last repetition at most 10000000000000 cycles after the step's event or cycle 0");
}

static bool add(struct step_reader *r, uint32_t first, uint32_t repetition)
{
    struct timeline_step *step = action_new_step(r->loader, r->item);
    if (!step)
        return false;
    const struct step_input *input = &r->input;
    uint32_t strides = input->wrap ? repetition % input->wrap : repetition;
    *step = r->loader->scenario->timeline.step[first];
    step->repetition = repetition;
    *(step->trigger.on_event ? &step->trigger.after : &step->trigger.at) += repetition * input->every;
    if (step->to_driver) {
        bool call = prisim_driver_stimulus_is_call(&step->driver);
        step->driver.call = call ? ++r->loader->calls : first + repetition;
        step->driver.pasid += strides * input->pasid_step;
        return true;
    }
    step->stimulus.job = r->loader->jobs + 1;
    r->loader->jobs += input->count;
    step->stimulus.address += strides * input->address_step;
    step->stimulus.pasid += strides * input->pasid_step;
    step->of = input->of[0] ? action_binding_of(r, step) : 0;
    return step->of || !input->of[0];
}

bool action_repeat(struct step_reader *r, uint32_t first)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    if (!tree_value(r->item, "repeat"))
        return true;
    if (!check_strides(r, &timeline->step[first]) ||
        (r->input.times > 1 && !check_time(r, &timeline->step[first].trigger)))
        return false;
    if (r->input.times - 1 > TIMELINE_STEPS_MAX - timeline->steps)
        return scenario_refuse_part(r->loader->tree, tree_value(r->item, "repeat"), "times",
                                    "expected at most %u: a timeline has at most %d steps, each repetition is one",
                                    TIMELINE_STEPS_MAX - timeline->steps + 1, TIMELINE_STEPS_MAX);
    for (uint32_t repetition = 1; repetition < r->input.times; repetition++)
        if (!add(r, first, repetition))
            return false;
    return true;
}
