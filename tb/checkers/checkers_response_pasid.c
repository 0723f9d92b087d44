/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a PRG Response has the PASID that the function asks for (PCIE-PRICAP, PRPR; UNBIND-HAZARD). Judged where it
 * arrives, whatever the function does with it.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

/* How it differs from `expected`, or HAZARDS. */
static enum hazard difference(uint64_t expected, uint64_t pasid, bool required)
{
    if (pasid == expected)
        return HAZARDS;
    if (pasid == PRISIM_PASID_NONE)
        return HAZARD_RESPONSE_PASID_MISSING;
    return required ? HAZARD_RESPONSE_PASID_OTHER : HAZARD_RESPONSE_PASID_UNWANTED;
}

void response_pasid_judge(struct checkers *c, const struct prisim_event *event, const struct group *group,
                          const struct answer *answer)
{
    const struct prisim_event_endpoint_response *e = &event->endpoint_response;
    /* UNBIND-HAZARD: a Failure needs no PASID; PCIE-MESSAGE: unused codes are Failures. */
    bool failure = e->code != PRISIM_PRG_SUCCESS && e->code != PRISIM_PRG_INVALID;
    if (failure || group == NULL || !group->pool.live)
        return;
    bool required = c->scenario->system.endpoint[group->endpoint].prpr;
    enum hazard how = difference(required ? group->pasid : PRISIM_PASID_NONE, e->pasid, required);
    if (how == HAZARDS)
        return;
    char words[WORDS_MAX];
    const char *from = answer == NULL      ? "a response"
                       : answer->automatic ? "an automatic response"
                                           : "software's response";
    const char *text = how == HAZARD_RESPONSE_PASID_MISSING    ? "no PASID, and the function requires its request's"
                       : how == HAZARD_RESPONSE_PASID_UNWANTED ? "a PASID, and the function requires none"
                                                               : "another PASID than its request";
    checkers_hit(c, HAZARD_RESPONSE_PASID, event->cycle, "%s to %s arrived at cycle %" PRIu64 " with %s", from,
                 words_group(c, group, words), event->cycle, text);
    checkers_hit(c, how, event->cycle, "%s to %s", from, words);
}
