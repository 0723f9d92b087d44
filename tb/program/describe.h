/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim describe from its command line to its exit code.
 */
#ifndef PRISIM_TB_DESCRIBE_H
#define PRISIM_TB_DESCRIBE_H

/* The command line from the command's name on. Returns the exit code of prisim. */
int describe_main(int argc, char **argv);

#endif
