/* SPDX-License-Identifier: Apache-2.0
 *
 * A PCIe TLP as data: the fields of PCIE-TLP, not their bits on the wire (flit and non-flit framing differ; only the
 * wire size matters to a link, tlp_wire_bytes). The payload of at most 64 bytes lies behind the header.
 */
#ifndef PRISIM_PCIE_TLP_H
#define PRISIM_PCIE_TLP_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "model/core/public.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(tlp_wire_bytes)
PRISIM_PUBLIC(tlp_range_encode)
PRISIM_PUBLIC(tlp_range_decode)
PRISIM_PUBLIC(tlp_invalidate_fill)
PRISIM_PUBLIC(tlp_invalidate_field)

/* PCIE-HEADER */
enum tlp_type {
    TLP_MEMORY_READ,
    TLP_MEMORY_WRITE,
    TLP_CONFIG_READ,
    TLP_CONFIG_WRITE,
    TLP_COMPLETION,      /* Cpl: without data */
    TLP_COMPLETION_DATA, /* CplD */
    TLP_MESSAGE,         /* Msg */
    TLP_MESSAGE_DATA,    /* MsgD */
    TLP_TYPES
};

/* PCIE-AT */
enum tlp_at { TLP_AT_UNTRANSLATED, TLP_AT_TRANSLATION_REQUEST, TLP_AT_TRANSLATED };

/* PCIE-MESSAGE */
enum tlp_message {
    MESSAGE_INVALIDATE_REQUEST = 0x01,
    MESSAGE_INVALIDATE_COMPLETION = 0x02,
    MESSAGE_PAGE_REQUEST = 0x04,
    MESSAGE_PRG_RESPONSE = 0x05
};

/* PCIE-HEADER: status of a completion */
enum tlp_status { TLP_SC = 0, TLP_UR = 1, TLP_CRS = 2, TLP_CA = 4 };

/* PCIE-MESSAGE: code of a PRG Response on the wire (not the values of CMD_PRI_RESP) */
enum prg_response_code { PRG_SUCCESS = 0x0, PRG_INVALID = 0x1, PRG_FAILURE = 0xf };

/* Bits of tlp.flags. */
enum {
    TLP_HAS_PASID = 1 << 0,
    TLP_PRIVILEGED = 1 << 1, /* PMR of the PASID prefix */
    TLP_EXECUTE = 1 << 2,    /* ER of the PASID prefix */
    TLP_NO_WRITE = 1 << 3,   /* NW of a Translation Request (PCIE-ATSREQ) */
    TLP_READ = 1 << 4,       /* R of a Page Request */
    TLP_WRITE = 1 << 5,      /* W of a Page Request */
    TLP_LAST = 1 << 6,       /* L of a Page Request */
    TLP_RELAXED = 1 << 7     /* relaxed ordering */
};

enum { TLP_DATA_MAX = 64, TLP_TAGS = 256, PRG_INDEXES = 512 };

struct tlp_header {
    uint64_t address;         /* memory: byte address. Page Request: page address. Config: register offset.
                                 Invalidate Request: repeats the range of its payload (tlp_invalidate_fill) */
    uint32_t id;              /* names this TLP in events: producer's rank << 24 | count. No function reads it */
    uint32_t pasid;           /* 20 bits, under TLP_HAS_PASID */
    uint32_t itag_vector;     /* Invalidate Completion: one bit per ITag completed */
    uint16_t requester_id;    /* of the request; a completion repeats it */
    uint16_t destination_id;  /* of what is routed by ID; the completer of a completion */
    uint16_t tag;             /* of a non-posted request and its completion; ITag of an Invalidate Request */
    uint16_t prg_index;       /* Page Request, PRG Response: 9 bits */
    uint16_t size;            /* bytes read, or bytes of data behind the header */
    uint8_t type;             /* enum tlp_type */
    uint8_t at;               /* enum tlp_at */
    uint8_t message;          /* enum tlp_message */
    uint8_t status;           /* completion: enum tlp_status */
    uint8_t response_code;    /* PRG Response: enum prg_response_code */
    uint8_t completion_count; /* Invalidate Completion: CC, 0 means 8 */
    uint8_t traffic_class;
    uint8_t flags;
};

static_assert(sizeof(struct tlp_header) <= 64, "a TLP header fits in one line");

struct tlp {
    struct tlp_header head;
    uint8_t data[TLP_DATA_MAX]; /* head.size bytes if the type carries data */
};

static inline bool tlp_has_data(const struct tlp_header *head)
{
    return head->type == TLP_MEMORY_WRITE || head->type == TLP_CONFIG_WRITE || head->type == TLP_COMPLETION_DATA ||
           head->type == TLP_MESSAGE_DATA;
}

/* Posted requests (PCIE-ORDER row A): memory writes and messages. */
static inline bool tlp_is_posted(const struct tlp_header *head)
{
    return head->type == TLP_MEMORY_WRITE || head->type == TLP_MESSAGE || head->type == TLP_MESSAGE_DATA;
}

static inline bool tlp_is_completion(const struct tlp_header *head)
{
    return head->type == TLP_COMPLETION || head->type == TLP_COMPLETION_DATA;
}

/* Stop Marker: L=1, R=W=0 and a PASID (PCIE-MARKERCODE). Without a PASID the same bits are an ordinary page request. */
static inline bool tlp_is_stop_marker(const struct tlp_header *head)
{
    return head->type == TLP_MESSAGE && head->message == MESSAGE_PAGE_REQUEST && (head->flags & TLP_HAS_PASID) &&
           (head->flags & (TLP_READ | TLP_WRITE | TLP_LAST)) == TLP_LAST;
}

/* Copies the header, and of the data only what is there. */
static inline void tlp_copy(struct tlp *to, const struct tlp *from)
{
    to->head = from->head;
    if (tlp_has_data(&from->head))
        memcpy(to->data, from->data, from->head.size);
}

/* Bytes on a Gen3..Gen5 link: header, PASID prefix, data in DWs, token and LCRC (PCIE-TLP, PCIE-OVERHEAD). */
uint32_t tlp_wire_bytes(const struct tlp_header *head);

/* The address field of a range of 2^size_log2 bytes (12..64), size coded in it (PCIE-ATSCPL "Size encoding"); bit 11 is
 * S. The range must be aligned to its size. */
uint64_t tlp_range_encode(uint64_t address, unsigned size_log2);

/* The range coded in an address field: its first byte in *address; returns log2 of its size, 12..64. */
unsigned tlp_range_decode(uint64_t field, uint64_t *address);

/* Eight bytes of a payload: in tlp.data the first DW is bits 63:32 and the second bits 31:0, each little-endian
 * (PCIE-ATSCPL, PCIE-MESSAGE). */
static inline uint64_t tlp_qword_load(const uint8_t data[8])
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)data[i] << 8 * (i ^ 4);
    return value;
}

static inline void tlp_qword_store(uint8_t data[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        data[i] = (uint8_t)(value >> 8 * (i ^ 4));
}

/* Invalidate Request (PCIE-MESSAGE): its payload is the range, coded as above, and the Global bit; so it is on the
 * wire, and so a function reads it. The header's address, which has no place on the wire, repeats the range for who
 * looks at headers only. Fills both, and head.size. */
void tlp_invalidate_fill(struct tlp *to, uint64_t range, bool global);
/* The payload: bit 0 is the Global bit. Asserts that the header's address agrees; head.size must be 8 at least. */
uint64_t tlp_invalidate_field(const struct tlp *tlp);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
