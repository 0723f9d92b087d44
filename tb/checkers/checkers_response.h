/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: PRG Responses on their way, R1..R2.
 */
#ifndef PRISIM_TB_CHECKERS_RESPONSE_H
#define PRISIM_TB_CHECKERS_RESPONSE_H

#include "tb/checkers/checkers_group.h"

/* A response on its way: the group it was made for. */
struct answer {
    struct pooled pool;
    uint64_t group;   /* 0: not known */
    uint32_t binding; /* that the group was made under */
    bool wrong;       /* computed from another space */
    uint32_t other;   /* another one of whose requests the answer was made, and which was refused */
    bool refused;     /* it was refused for its own requests' sake */
    bool automatic;   /* the PRI queue made it, not software */
    enum { ANSWER_AUTOMATIC, ANSWER_OF_COMMAND, ANSWER_OF_TLP } at; /* where it is found */
    uint64_t key;                                                   /* there: index of its command, or its TLP */
};

struct answers {
    struct pool pool;
    struct map of_command; /* command index -> answer */
    struct map of_tlp;
    struct fifo automatic; /* of the PRI queue, that have not left the SMMU */
};

struct answer *response_new(struct checkers *c, uint64_t group, uint32_t binding);
void response_command(struct checkers *c, uint64_t index, struct answer *answer);
void responses_smmu_off(struct checkers *c);
void response_unroutable(struct checkers *c, uint64_t tlp);

/* checkers_response_pasid.c: a response arrived at a group: that which the function has under its
 * index, else the one it was made for. `answer` may be NULL. */
void response_pasid_judge(struct checkers *c, const struct prisim_event *event, const struct group *group,
                          const struct answer *answer);

#endif
