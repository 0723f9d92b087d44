/* SPDX-License-Identifier: Apache-2.0
 *
 * Zeroed memory (zeroed_memory.h): mmap; calloc under a sanitizer, which then sees what is used past the end or not
 * given back.
 */
#define _DEFAULT_SOURCE

#include "model/core/zeroed_memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define ZEROED_BY_CALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define ZEROED_BY_CALLOC 1
#endif
#endif

void *zeroed_memory_open(size_t bytes)
{
#ifdef ZEROED_BY_CALLOC
    return calloc(1, bytes);
#else
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
#endif
}

void zeroed_memory_close(void *memory, size_t bytes)
{
#ifdef ZEROED_BY_CALLOC
    (void)bytes;
    free(memory);
#else
    if (memory)
        munmap(memory, bytes);
#endif
}
