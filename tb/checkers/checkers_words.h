/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: texts of findings.
 */
#ifndef PRISIM_TB_CHECKERS_WORDS_H
#define PRISIM_TB_CHECKERS_WORDS_H

#include "tb/checkers/checkers_group.h"
#include "tb/checkers/checkers_request.h"

enum { WORDS_MAX = 128 };
/* "page request 1 of endpoint[nic] (PASID 1, address 0x4000, PRGI 0)" */
const char *words_request(const struct checkers *c, const struct request *request, char words[WORDS_MAX]);
/* "binding 1 (space A)" */
const char *words_binding(const struct checkers *c, uint32_t binding, char words[WORDS_MAX]);
/* "the group with PRGI 0 of endpoint[nic]" */
const char *words_group(const struct checkers *c, const struct group *group, char words[WORDS_MAX]);
/* "PASID 1 of endpoint[nic]" */
const char *words_pasid(const struct checkers *c, uint64_t stream_id, uint64_t pasid, char words[WORDS_MAX]);
const char *words_space(const struct checkers *c, uint64_t space);
/* Of a frame, as frames.owner_of has it. */
const char *words_owner(const struct checkers *c, uint64_t owner, char words[WORDS_MAX]);
const char *words_endpoint(const struct checkers *c, unsigned endpoint);

#endif
