/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim view: shows a run by its log (docs/view.md).
 */
#ifndef PRISIM_TB_PROGRAM_VIEW_H
#define PRISIM_TB_PROGRAM_VIEW_H

/* The command line after the command's name. Returns the exit code of prisim. */
int view_main(int argc, char **argv);

#endif
