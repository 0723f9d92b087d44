/* SPDX-License-Identifier: Apache-2.0
 *
 * The 16 bytes of a record in memory (SMMU-PRIENTRY).
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue.h"

/* SMMU-PRIENTRY: (low bit, width) in dw0 and dw1. */
enum { STREAM_ID = 0, STREAM_ID_BITS = 32, PASID = 32, PASID_BITS = 20, PRIV = 58, X = 59, R = 60, W = 61, LAST = 62 };
enum { SSV = 63, PRG_INDEX = 0, PRG_INDEX_BITS = 9, PAGE = 12, PAGE_BITS = 52 };

/* Read, Write and Last lie side by side, here and there. */
enum { RWL = R, RWL_BITS = 3 };

_Static_assert(W == R + 1 && LAST == R + 2 && PRISIM_ACCESS_READ == 1 && PRISIM_ACCESS_WRITE == 2 &&
                   PRISIM_ACCESS_LAST == 4,
               "one field");
_Static_assert(PRISIM_PRI_QUEUE_RECORD_BYTES == 2 * sizeof(uint64_t), "a record is two words");

void prisim_pri_queue_record_pack(uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES],
                                  const struct prisim_page_request *request)
{
    uint8_t access = request->access;
    uint64_t dw0 =
        prisim_bits_put(request->stream_id, STREAM_ID, STREAM_ID_BITS) | prisim_bits_put(access, RWL, RWL_BITS);
    /* SMMU-PRIENTRY: SSV=0 implies X=0 and Priv=0; the UNKNOWN SubstreamID is 0 then. */
    if (request->has_pasid)
        dw0 |= prisim_bits_put(request->pasid, PASID, PASID_BITS) | prisim_bit_put(access & PRISIM_ACCESS_EXECUTE, X) |
               prisim_bit_put(access & PRISIM_ACCESS_PRIVILEGED, PRIV) | prisim_bit_put(true, SSV);
    uint64_t dw1 = prisim_bits_put(request->prg_index, PRG_INDEX, PRG_INDEX_BITS) |
                   prisim_bits_put(prisim_bits_get(request->address, PAGE, PAGE_BITS), PAGE, PAGE_BITS);
    prisim_store_le64(record, dw0);
    prisim_store_le64(record + sizeof dw0, dw1);
}

void prisim_pri_queue_record_unpack(struct prisim_page_request *request,
                                    const uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES])
{
    uint64_t dw0 = prisim_load_le64(record);
    uint64_t dw1 = prisim_load_le64(record + sizeof dw0);
    *request = (struct prisim_page_request){
        .address = prisim_bits_put(prisim_bits_get(dw1, PAGE, PAGE_BITS), PAGE, PAGE_BITS),
        .stream_id = (uint32_t)prisim_bits_get(dw0, STREAM_ID, STREAM_ID_BITS),
        .pasid = (uint32_t)prisim_bits_get(dw0, PASID, PASID_BITS),
        .prg_index = (uint16_t)prisim_bits_get(dw1, PRG_INDEX, PRG_INDEX_BITS),
        .has_pasid = prisim_bit_get(dw0, SSV),
        .access = (uint8_t)(prisim_bits_get(dw0, RWL, RWL_BITS) | (prisim_bit_get(dw0, X) ? PRISIM_ACCESS_EXECUTE : 0) |
                            (prisim_bit_get(dw0, PRIV) ? PRISIM_ACCESS_PRIVILEGED : 0)),
    };
}
