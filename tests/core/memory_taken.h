/* SPDX-License-Identifier: Apache-2.0
 *
 * How much memory the program holds. Under a sanitizer, which looks for leaks itself, always 0.
 */
#ifndef PRISIM_TESTS_MEMORY_TAKEN_H
#define PRISIM_TESTS_MEMORY_TAKEN_H

#include <malloc.h>

/* In bytes, small pieces and large ones. */
static inline size_t memory_taken(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

#endif
