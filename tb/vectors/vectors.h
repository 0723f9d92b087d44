/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim vectors: what a PRI queue is offered at each clock edge and what it must show after it, as text that
 * $readmemh reads. One line of each file is one edge; README.txt beside them names every bit, command.txt says how to
 * write them again.
 */
#ifndef PRISIM_TB_VECTORS_H
#define PRISIM_TB_VECTORS_H

#include <argp.h>

#include "model/pri_queue/pri_queue.h"

enum { VECTORS_CYCLES_MAX = 1000000 };

struct vectors_options {
    struct prisim_pri_queue_config config;
    uint64_t cycles, seed;
    uint32_t reset_within; /* edges; 0: episodes have their own length */
    const char *out;       /* folder; made if it is not there */
    const char *command;   /* that writes these vectors, as a shell reads it; goes into a file of its own */
};

extern const struct argp vectors_argp;

/* The command: argv[0] is "vectors". Returns the exit code (tb/program/options.h). */
int vectors_main(int argc, char **argv);

/* Writes the files, all or none. False with a message on standard error. */
bool vectors_write(const struct vectors_options *options);

#endif
