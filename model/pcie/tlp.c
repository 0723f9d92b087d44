/* SPDX-License-Identifier: Apache-2.0
 *
 * Wire size of a TLP, the size encoding of address ranges, and the payload of an Invalidate Request.
 */
#include "model/pcie/tlp.h"

#include <assert.h>

#include "model/core/bits.h"

uint32_t prisim_tlp_wire_bytes(const struct prisim_tlp_header *head)
{
    enum { DW = 4, TOKEN_AND_LCRC = 8, PASID_PREFIX = 4 };
    uint32_t header = 4 * DW; /* messages, and memory requests of 4 GiB and above (PCIE-HEADER) */
    bool memory = head->type == PRISIM_TLP_MEMORY_READ || head->type == PRISIM_TLP_MEMORY_WRITE;
    if (prisim_tlp_is_completion(head) || head->type == PRISIM_TLP_CONFIG_READ ||
        head->type == PRISIM_TLP_CONFIG_WRITE || (memory && head->address < UINT64_C(1) << 32))
        header = 3 * DW;
    uint32_t bytes = header + TOKEN_AND_LCRC;
    if (head->flags & PRISIM_TLP_HAS_PASID)
        bytes += PASID_PREFIX;
    if (prisim_tlp_has_data(head))
        bytes += (head->size + UINT32_C(3)) / DW * DW;
    return bytes;
}

uint64_t prisim_tlp_range_encode(uint64_t address, unsigned size_log2)
{
    assert(size_log2 >= 12 && size_log2 <= 64);
    if (size_log2 == 12)
        return address;
    /* Ones from bit 12 up to a zero at bit size_log2 - 1, and S in bit 11 (PCIE-ATSCPL). */
    uint64_t ones = prisim_bits_mask(size_log2 - 1) & ~prisim_bits_mask(12);
    return (address & ~prisim_bits_mask(size_log2)) | ones | UINT64_C(1) << 11;
}

unsigned prisim_tlp_range_decode(uint64_t field, uint64_t *address)
{
    if (!prisim_bit_get(field, 11)) {
        *address = field & ~prisim_bits_mask(12);
        return 12;
    }
    unsigned zero = 12;
    while (zero < 63 && prisim_bit_get(field, zero))
        zero++;
    *address = zero == 63 ? 0 : field & ~prisim_bits_mask(zero + 1);
    return zero + 1;
}

enum { GLOBAL = 1 };

void prisim_tlp_invalidate_fill(struct prisim_tlp *to, uint64_t range, bool global)
{
    assert((range & GLOBAL) == 0);
    uint64_t field = range | (global ? GLOBAL : 0);
    to->head.address = range;
    to->head.size = sizeof field;
    prisim_tlp_qword_store(to->data, field);
}

uint64_t prisim_tlp_invalidate_field(const struct prisim_tlp *tlp)
{
    assert(tlp->head.size >= sizeof(uint64_t));
    uint64_t field = prisim_tlp_qword_load(tlp->data);
    assert(tlp->head.address == (field & ~(uint64_t)GLOBAL));
    return field;
}
