/* SPDX-License-Identifier: Apache-2.0
 *
 * Bit fields of registers and records, and little-endian words of memory. Positions are those of the rule books:
 * a field is (low bit, width) inside a 64-bit word.
 */
#ifndef PRISIM_CORE_BITS_H
#define PRISIM_CORE_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "records are kept in the host's order; only little-endian hosts are supported"
#endif

static inline uint64_t prisim_bits_mask(unsigned width)
{
    return width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
}

static inline uint64_t prisim_bits_get(uint64_t word, unsigned low, unsigned width)
{
    return (word >> low) & prisim_bits_mask(width);
}

/* The field's value at its place; bits that do not fit are cut off. */
static inline uint64_t prisim_bits_put(uint64_t value, unsigned low, unsigned width)
{
    return (value & prisim_bits_mask(width)) << low;
}

static inline bool prisim_bit_get(uint64_t word, unsigned at)
{
    return (word >> at) & 1;
}

static inline uint64_t prisim_bit_put(bool value, unsigned at)
{
    return value ? UINT64_C(1) << at : 0;
}

static inline uint64_t prisim_load_le64(const uint8_t *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline void prisim_store_le64(uint8_t *to, uint64_t word)
{
    memcpy(to, &word, sizeof word);
}

static inline uint32_t prisim_load_le32(const uint8_t *from)
{
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline void prisim_store_le32(uint8_t *to, uint32_t word)
{
    memcpy(to, &word, sizeof word);
}

#endif
