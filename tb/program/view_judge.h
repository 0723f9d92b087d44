/* SPDX-License-Identifier: Apache-2.0
 *
 * What prisim view says of a log whose scenario it is given: the scenario is run again, and each event must be the
 * log's. So the checkers see what they would have seen, and a log of another run is not judged by mistake.
 */
#ifndef PRISIM_TB_VIEW_JUDGE_H
#define PRISIM_TB_VIEW_JUDGE_H

#include "tb/report/digest.h"
#include "tb/report/summary.h"
#include "tb/view/recording.h"

struct view_judgement {
    struct checkers *checkers;
    char digest[DIGEST_TEXT_MAX];
    bool whole; /* the log did not end before its run: there is an outcome */
    struct run_outcome outcome;
};

enum { VIEW_JUDGE_MESSAGE_MAX = 512 };

/* Of a log that was read with the names of this scenario. False with a message, without the log's name, if the log is
 * not what the scenario gives: "LINE: ...". Else the checkers are the caller's to close. */
bool view_judge(const struct scenario *scenario, const struct recording *recording, struct view_judgement *judgement,
                char message[VIEW_JUDGE_MESSAGE_MAX]);

#endif
