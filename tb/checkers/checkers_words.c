/* SPDX-License-Identifier: Apache-2.0
 *
 * How findings name things: endpoints and spaces by the names of the scenario.
 */
#include "tb/checkers/checkers_state.h"

#include <inttypes.h>
#include <stdio.h>

const char *words_endpoint(const struct checkers *c, unsigned endpoint)
{
    return endpoint < c->scenario->system.endpoints ? c->scenario->system.endpoint_id[endpoint] : "?";
}

const char *words_space(const struct checkers *c, uint64_t space)
{
    return space >= 1 && space <= PRISIM_DRIVER_SPACES_MAX ? c->scenario->system.space_id[space - 1] : "?";
}

const char *words_request(const struct checkers *c, const struct request *request, char words[WORDS_MAX])
{
    char pasid[32] = "no PASID";
    if (request->pasid != PRISIM_PASID_NONE)
        snprintf(pasid, sizeof pasid, "PASID %" PRIu64, request->pasid);
    if (request->stalled)
        snprintf(words, WORDS_MAX, "the stalled access of endpoint[%s] (%s, address 0x%" PRIx64 ", STAG %u)",
                 words_endpoint(c, request->endpoint), pasid, request->address, request->prg_index);
    else if (request->marker)
        snprintf(words, WORDS_MAX, "the Stop Marker of endpoint[%s] (%s)", words_endpoint(c, request->endpoint), pasid);
    else
        snprintf(words, WORDS_MAX, "page request %" PRIu64 " of endpoint[%s] (%s, address 0x%" PRIx64 ", PRGI %u)",
                 request->number, words_endpoint(c, request->endpoint), pasid, request->address, request->prg_index);
    return words;
}

const char *words_binding(const struct checkers *c, uint32_t binding, char words[WORDS_MAX])
{
    if (binding == 0)
        snprintf(words, WORDS_MAX, "no binding");
    else
        snprintf(words, WORDS_MAX, "binding %" PRIu64 " (space %s)", c->bindings.binding[binding - 1].number,
                 words_space(c, c->bindings.binding[binding - 1].space));
    return words;
}

const char *words_group(const struct checkers *c, const struct group *group, char words[WORDS_MAX])
{
    snprintf(words, WORDS_MAX, "the group with PRGI %u of endpoint[%s]", group->prg_index,
             words_endpoint(c, group->endpoint));
    return words;
}

const char *words_pasid(const struct checkers *c, uint64_t stream_id, uint64_t pasid, char words[WORDS_MAX])
{
    const char *endpoint = words_endpoint(c, checkers_endpoint_of_stream(c, stream_id));
    if (pasid == PRISIM_PASID_NONE)
        snprintf(words, WORDS_MAX, "endpoint[%s] without PASID", endpoint);
    else
        snprintf(words, WORDS_MAX, "PASID %" PRIu64 " of endpoint[%s]", pasid, endpoint);
    return words;
}

const char *words_owner(const struct checkers *c, uint64_t owner, char words[WORDS_MAX])
{
    if (owner & FRAME_OF_FILE)
        snprintf(words, WORDS_MAX, "file %" PRIu64, owner & (FRAME_OF_FILE - 1));
    else
        snprintf(words, WORDS_MAX, "space %.64s", words_space(c, owner & UINT32_MAX));
    return words;
}
