/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim sweep: one scenario over ranges of values, each point run in this process or a few others (docs/sweeps.md).
 */
#ifndef PRISIM_TB_SWEEP_H
#define PRISIM_TB_SWEEP_H

/* The command line after the command's name. Returns the exit code of prisim. */
int sweep_main(int argc, char **argv);

#endif
