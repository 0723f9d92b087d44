/* SPDX-License-Identifier: Apache-2.0
 *
 * A queue with a fault: wraps any dut and bends its configuration, what it is offered, or what it says.
 */
#ifndef PRISIM_LOCKSTEP_MUTATION_H
#define PRISIM_LOCKSTEP_MUTATION_H

#include "tests/lockstep/dut.h"

namespace lockstep
{

enum mutation {
#define MUTATION(id, name, about) MUTATION_##id,
#include "tests/lockstep/mutation.def"
#undef MUTATION
    MUTATIONS
};

const char *mutation_name(enum mutation mutation);
const char *mutation_about(enum mutation mutation);
/* MUTATIONS if there is no such fault. */
enum mutation mutation_find(const std::string &name);

/* Returns `inner` itself for MUTATION_NONE. */
std::unique_ptr<dut> mutate(std::unique_ptr<dut> inner, enum mutation mutation);

} // namespace lockstep

#endif
