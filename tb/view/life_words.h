/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the view: what people call a request or a StreamID.
 */
#ifndef PRISIM_TB_VIEW_LIFE_WORDS_H
#define PRISIM_TB_VIEW_LIFE_WORDS_H

#include "tb/view/lives.h"

enum { LIFE_WORDS_MAX = 96 };

/* "page request 1 of nic", "Stop Marker of nic" */
const char *life_request_words(const struct scenario *names, const struct life_request *request,
                               char words[LIFE_WORDS_MAX]);
/* The endpoint's id, or "?". */
const char *life_stream_words(const struct scenario *names, uint64_t stream_id, char words[SYSTEM_ID_MAX]);

#endif
