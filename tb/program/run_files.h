/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim run from its command line to its exit code.
 */
#ifndef PRISIM_TB_RUN_FILES_H
#define PRISIM_TB_RUN_FILES_H

/* The command line from the command's name on. Returns the exit code of prisim. */
int run_main(int argc, char **argv);

#endif
