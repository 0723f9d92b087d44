/* SPDX-License-Identifier: Apache-2.0
 *
 * Large pieces of zeroed memory of which most is never touched. calloc gives such a piece for nothing only once: when
 * it was given back, the C library keeps it, and clears all of it for the next one, 17 MB of a system of which 0.5 MB
 * are used. So these come from the operating system, page by page as they are touched, every time.
 */
#ifndef PRISIM_CORE_ZEROED_MEMORY_H
#define PRISIM_CORE_ZEROED_MEMORY_H

#include <stddef.h>

/* More than 0 bytes, aligned to 64. NULL: there is no memory. */
void *zeroed_memory_open(size_t bytes);

/* As many bytes as were asked for; NULL: nothing. */
void zeroed_memory_close(void *memory, size_t bytes);

#endif
