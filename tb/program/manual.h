/* SPDX-License-Identifier: Apache-2.0
 *
 * The manual pages and the completion of bash, written when prisim is built: from the commands, their options and the
 * keys of a scenario, so that none can be forgotten. The same bytes each time.
 */
#ifndef PRISIM_TB_MANUAL_H
#define PRISIM_TB_MANUAL_H

/* prisim write-manual DIR: DIR/man1/prisim.1 and a page for each command, DIR/man5/prisim-scenario.5 and
 * DIR/completions/prisim.data (completion.h); DIR is made if it is not there. Returns the exit code. */
int manual_main(int argc, char **argv);

#endif
