/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of one page request as a sequence diagram in Mermaid, for bug reports: what happened to it from lane to
 * lane, and between that who owned its PASID.
 */
#ifndef PRISIM_TB_VIEW_LADDER_H
#define PRISIM_TB_VIEW_LADDER_H

#include <stdio.h>

#include "tb/view/judged.h"

/* Which request is drawn: the n-th that was made, from 1, Stop Markers among them; 0: the first that a hazard hit, or,
 * if there is none, the first. False, and nothing is written, if there is no such request; *requests is how many there
 * are. Errors of writing are the stream's. */
bool ladder_write(FILE *to, const struct judged *judged, uint32_t nth, uint32_t *requests);

#endif
