/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to scenario_file.c: the fast way to read a file. Most scenarios use little of YAML, and what they use is read here
 * at a tenth of what the YAML parser takes. It refuses nothing: what it does not know, or is not sure of, is left to that
 * parser, which also says every error.
 */
#ifndef PRISIM_TB_SCENARIO_PLAIN_H
#define PRISIM_TB_SCENARIO_PLAIN_H

#include "tb/scenario/tree_build.h"

/* True: the builder's tree is what the YAML parser would have made of the text. False: it is left to it; the tree holds
 * parts that are to be thrown away, and perhaps a message. */
bool plain_read(struct tree_builder *builder, const char *text, size_t length);

#endif
