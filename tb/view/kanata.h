/* SPDX-License-Identifier: Apache-2.0
 *
 * The page requests of a run as a Kanata log, which the pipeline viewer Konata opens: a row for each request, and a
 * stage for each point of its life.
 */
#ifndef PRISIM_TB_VIEW_KANATA_H
#define PRISIM_TB_VIEW_KANATA_H

#include <stdio.h>

#include "tb/view/judged.h"

/* Errors are the stream's. */
void kanata_write(FILE *to, const struct judged *judged);

#endif
