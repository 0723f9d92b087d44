/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the files of a run go: no output onto the scenario, nor two into one file, by whatever names. Looked at before
 * anything is opened.
 */
#ifndef PRISIM_TB_OUTPUTS_H
#define PRISIM_TB_OUTPUTS_H

#include "tb/program/options.h"

enum { OUTPUTS_MESSAGE_MAX = 256 };

/* An output that is what standard output is becomes "-". False with a message if they cannot all be written. */
bool outputs_settle(struct options *options, char message[OUTPUTS_MESSAGE_MAX]);

/* Whether standard output is for one of them, so that what is for people goes to standard error. */
bool outputs_take_standard(const struct options *options);

/* Whether two paths name one place, there or not yet. A device keeps nothing: two may write to /dev/null. */
bool outputs_same_place(const char *left, const char *right);

#endif
