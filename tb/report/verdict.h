/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict of a run: two words. Whether it came out as expected (pass, fail, incomplete), and what happened (clean,
 * hazard, hang, nothing_happened). A run in which what should have happened did not is incomplete, whatever was found:
 * it says nothing.
 */
#ifndef PRISIM_TB_VERDICT_H
#define PRISIM_TB_VERDICT_H

#include "tb/checkers/checkers.h"

#ifdef __cplusplus
extern "C" {
#endif

struct verdict_of_run {
    enum verdict verdict;
    enum outcome outcome;
    enum ended_by ended_by;
};

/* `idle`: nothing would have happened after the last edge; else the limit ended the run. After checkers_finish. */
struct verdict_of_run verdict_of(const struct scenario *scenario, const struct checkers *checkers, bool idle);

/* Whether the count of a hazard is judged: hazards without a checker are not, nor is a sub-count
 * ("wrong_address_space.mapped") that the scenario does not list while its parent may be found. */
bool verdict_judges(const struct scenario *scenario, enum hazard hazard);

/* "timeline.race", "timeline.3", "timeline.3.hold.until", "timeline.race.7": where a step stands in the file, and which
 * repetition it is. */
const char *verdict_step_words(const struct scenario *scenario, uint32_t step, char words[SYSTEM_ID_MAX + 32]);

/* One line about the i-th reason why the verdict is not pass, "wrong_address_space: expected 1, found 0"; first those
 * that make it fail, then those that make it incomplete. False if there are fewer. */
bool verdict_reason(const struct scenario *scenario, const struct checkers *checkers, bool idle, unsigned i,
                    char text[SCENARIO_TEXT_MAX]);

#ifdef __cplusplus
}
#endif

#endif
