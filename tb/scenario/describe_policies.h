/* SPDX-License-Identifier: Apache-2.0
 *
 * What the policies of unbind do, as a list of one's own would say it (system.driver.own).
 */
#ifndef PRISIM_TB_DESCRIBE_POLICIES_H
#define PRISIM_TB_DESCRIBE_POLICIES_H

#include <stdbool.h>
#include <stdio.h>

/* Each preset with its origin, its list and its promise; then the short words and the conditions. `markdown`: as
 * docs/scenarios.md has it. */
void scenario_describe_policies(FILE *to, bool markdown);

#endif
