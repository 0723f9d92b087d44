/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of PRG Responses on their way (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

static void tell_answer(const struct checkers *c, const struct answer *answer)
{
    struct telling *t = c->telling;
    tell_party(t, PARTY_ANSWER, answer->pool.self, (uint32_t)answer->pool.self - 1);
    tell_word(t, answer->at);
    if (answer->at == ANSWER_OF_COMMAND)
        tell_command(c, answer->key);
    if (answer->at == ANSWER_OF_TLP)
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, answer->key);
    tell_group(c, pool_get(&c->groups.pool, answer->group));
    tell_binding(c, answer->binding);
    tell_binding(c, answer->other);
    tell_word(t, answer->wrong);
    tell_word(t, answer->refused);
}

/* The queue's own ones leave the SMMU in the order in which they were made. */
void answers_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    list_begin(t);
    for (uint32_t i = 0; i < c->answers.pool.records; i++) {
        const struct answer *answer = pool_at(&c->answers.pool, i);
        if (answer != NULL)
            list_add(t, listed_by_age(0, &c->answers.pool, &answer->pool));
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++)
        tell_answer(c, t->list[i].record);
}
