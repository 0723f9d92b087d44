/* SPDX-License-Identifier: Apache-2.0
 *
 * Payloads and edges as one line of text, and where the outputs of two queues differ.
 */
#ifndef PRISIM_LOCKSTEP_TEXT_H
#define PRISIM_LOCKSTEP_TEXT_H

#include "tests/lockstep/dut.h"

namespace lockstep
{

const char *tx_name(unsigned tx);

/* What is offered on one tx port. */
std::string text_of(const outputs &out, unsigned tx);

/* All that arrived and all that was newly put at one edge; empty if nothing was. */
std::string text_of_edge(const inputs &in, bool request_taken, const outputs &out, uint32_t put);

std::string text_of(const prisim_pri_queue_config &config);

/* True if both published the same. Payloads count under valid, slot and lap of a decision under PRISIM_CAUSE_ACCEPTED,
 * the PASID of an answer under has_pasid. `b` may be idle only if `a` has no step due; that it stays so, the harness
 * sees.
 */
bool equal(const outputs &a, const outputs &b);

/* The ports in which they differ, with both values; `a` and `b` are their names. */
std::string difference(const outputs &left, const char *a, const outputs &right, const char *b);

} // namespace lockstep

#endif
