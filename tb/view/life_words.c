/* SPDX-License-Identifier: Apache-2.0
 *
 * What people call things (life_words.h).
 */
#include "tb/view/life_words.h"

#include <inttypes.h>
#include <stdio.h>

const char *life_request_words(const struct scenario *names, const struct life_request *request,
                               char words[LIFE_WORDS_MAX])
{
    const char *endpoint = names->system.endpoint_id[request->endpoint];
    if (request->marker)
        snprintf(words, LIFE_WORDS_MAX, "Stop Marker of %s", endpoint);
    else
        snprintf(words, LIFE_WORDS_MAX, "page request %" PRIu64 " of %s", request->number, endpoint);
    return words;
}

const char *life_stream_words(const struct scenario *names, uint64_t stream_id, char words[SYSTEM_ID_MAX])
{
    unsigned endpoint = system_endpoint_of_stream(&names->system, stream_id);
    snprintf(words, SYSTEM_ID_MAX, "%s", endpoint < SYSTEM_ENDPOINTS_MAX ? names->system.endpoint_id[endpoint] : "?");
    return words;
}
