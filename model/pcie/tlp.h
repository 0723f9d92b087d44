/* SPDX-License-Identifier: Apache-2.0
 *
 * A PCIe TLP as data: the fields of PCIE-TLP, not their bits on the wire (flit and non-flit framing differ; only the
 * wire size matters to a link, prisim_tlp_wire_bytes). The payload of at most 64 bytes lies behind the header.
 */
#ifndef PRISIM_PCIE_TLP_H
#define PRISIM_PCIE_TLP_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "model/core/bits.h"
#include "model/pcie/stop_marker.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* PCIE-HEADER */
enum prisim_tlp_type {
    PRISIM_TLP_MEMORY_READ,
    PRISIM_TLP_MEMORY_WRITE,
    PRISIM_TLP_CONFIG_READ,
    PRISIM_TLP_CONFIG_WRITE,
    PRISIM_TLP_COMPLETION,      /* Cpl: without data */
    PRISIM_TLP_COMPLETION_DATA, /* CplD */
    PRISIM_TLP_MESSAGE,         /* Msg */
    PRISIM_TLP_MESSAGE_DATA,    /* MsgD */
    PRISIM_TLP_TYPES
};

/* PCIE-AT */
enum prisim_tlp_at { PRISIM_TLP_AT_UNTRANSLATED, PRISIM_TLP_AT_TRANSLATION_REQUEST, PRISIM_TLP_AT_TRANSLATED };

/* PCIE-MESSAGE */
enum prisim_tlp_message {
    PRISIM_MESSAGE_INVALIDATE_REQUEST = 0x01,
    PRISIM_MESSAGE_INVALIDATE_COMPLETION = 0x02,
    PRISIM_MESSAGE_PAGE_REQUEST = 0x04,
    PRISIM_MESSAGE_PRG_RESPONSE = 0x05
};

/* PCIE-HEADER: status of a completion */
enum prisim_tlp_status { PRISIM_TLP_SC = 0, PRISIM_TLP_UR = 1, PRISIM_TLP_CRS = 2, PRISIM_TLP_CA = 4 };

/* PCIE-MESSAGE: code of a PRG Response on the wire (not the values of CMD_PRI_RESP) */
enum prisim_prg_response_code { PRISIM_PRG_SUCCESS = 0x0, PRISIM_PRG_INVALID = 0x1, PRISIM_PRG_FAILURE = 0xf };

/* Bits of tlp.flags. */
enum {
    PRISIM_TLP_HAS_PASID = 1 << 0,
    PRISIM_TLP_PRIVILEGED = 1 << 1, /* PMR of the PASID prefix */
    PRISIM_TLP_EXECUTE = 1 << 2,    /* ER of the PASID prefix */
    PRISIM_TLP_NO_WRITE = 1 << 3,   /* NW of a Translation Request (PCIE-ATSREQ) */
    PRISIM_TLP_READ = 1 << 4,       /* R of a Page Request */
    PRISIM_TLP_WRITE = 1 << 5,      /* W of a Page Request */
    PRISIM_TLP_LAST = 1 << 6,       /* L of a Page Request */
    PRISIM_TLP_RELAXED = 1 << 7,    /* RO: relaxed ordering */
    PRISIM_TLP_IDO = 1 << 8,        /* ID-based ordering */
    PRISIM_TLP_POISONED = 1 << 9    /* EP: the data are not what was sent. Means nothing where there are none */
};

enum { PRISIM_TLP_DATA_MAX = 64, PRISIM_TLP_TAGS = 256, PRISIM_PRG_INDEXES = 512 };

struct prisim_tlp_header {
    uint64_t address;         /* memory: byte address. Page Request: page address. Config: offset of the first byte.
                                 Invalidate Request: repeats the range of its payload (prisim_tlp_invalidate_fill) */
    uint32_t id;              /* names this TLP in events: prisim_tlp_id. No function reads it */
    uint32_t pasid;           /* 20 bits, under PRISIM_TLP_HAS_PASID */
    uint32_t itag_vector;     /* Invalidate Completion: one bit per ITag completed */
    uint16_t requester_id;    /* of the request; a completion repeats it */
    uint16_t destination_id;  /* of what is routed by ID; the completer of a completion */
    uint16_t tag;             /* of a non-posted request and its completion; ITag of an Invalidate Request */
    uint16_t prg_index;       /* Page Request, PRG Response: 9 bits */
    uint16_t size;            /* bytes read, or bytes of data behind the header */
    uint16_t flags;           /* PRISIM_TLP_HAS_PASID and the others */
    uint8_t type;             /* enum prisim_tlp_type */
    uint8_t at;               /* enum prisim_tlp_at */
    uint8_t message;          /* enum prisim_tlp_message */
    uint8_t status;           /* completion: enum prisim_tlp_status. Invalidate Completion: UR is the side-band by which
                                 a requester hears that its Invalidate Request was unsupported (PCIE-ITAG-7) */
    uint8_t response_code;    /* PRG Response: enum prisim_prg_response_code */
    uint8_t completion_count; /* Invalidate Completion: CC, 0 means 8. Translation Completion: how many more of the
                                 same request follow, as the Byte Count says on the wire */
    uint8_t traffic_class;
    uint8_t unused;
};

static_assert(sizeof(struct prisim_tlp_header) <= 64, "a TLP header fits in one line");

struct prisim_tlp {
    struct prisim_tlp_header head;
    uint8_t data[PRISIM_TLP_DATA_MAX]; /* head.size bytes if the type carries data */
};

/* The id of the count-th TLP that an instance, by its rank below 256, made; counts wrap at 2^24. */
static inline uint32_t prisim_tlp_id(uint32_t producer, uint32_t count)
{
    return producer << 24 | (count & 0xffffff);
}

/* The rank of who made it. */
static inline uint32_t prisim_tlp_producer(uint64_t id)
{
    return (uint32_t)(id >> 24);
}

static inline bool prisim_tlp_has_data(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_MEMORY_WRITE || head->type == PRISIM_TLP_CONFIG_WRITE ||
           head->type == PRISIM_TLP_COMPLETION_DATA || head->type == PRISIM_TLP_MESSAGE_DATA;
}

/* PCIE-HEADER-3: whoever takes it must not use the data (PCIE-POISON). */
static inline bool prisim_tlp_is_poisoned(const struct prisim_tlp_header *head)
{
    return (head->flags & PRISIM_TLP_POISONED) && prisim_tlp_has_data(head);
}

/* Posted requests (PCIE-ORDER row A): memory writes and messages. */
static inline bool prisim_tlp_is_posted(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_MEMORY_WRITE || head->type == PRISIM_TLP_MESSAGE ||
           head->type == PRISIM_TLP_MESSAGE_DATA;
}

static inline bool prisim_tlp_is_completion(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_COMPLETION || head->type == PRISIM_TLP_COMPLETION_DATA;
}

/* What a Page Request asks for: PRISIM_ACCESS_*. X and Priv come with the PASID (SMMU-PRIENTRY). */
static inline uint8_t prisim_tlp_page_access(const struct prisim_tlp_header *head)
{
    unsigned access = (head->flags & PRISIM_TLP_READ ? (unsigned)PRISIM_ACCESS_READ : 0u) |
                      (head->flags & PRISIM_TLP_WRITE ? (unsigned)PRISIM_ACCESS_WRITE : 0u) |
                      (head->flags & PRISIM_TLP_LAST ? (unsigned)PRISIM_ACCESS_LAST : 0u);
    if (head->flags & PRISIM_TLP_HAS_PASID)
        access |= (head->flags & PRISIM_TLP_EXECUTE ? (unsigned)PRISIM_ACCESS_EXECUTE : 0u) |
                  (head->flags & PRISIM_TLP_PRIVILEGED ? (unsigned)PRISIM_ACCESS_PRIVILEGED : 0u);
    return (uint8_t)access;
}

static inline bool prisim_tlp_is_stop_marker(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_PAGE_REQUEST &&
           prisim_is_stop_marker(head->flags & PRISIM_TLP_HAS_PASID, prisim_tlp_page_access(head));
}

/* Copies the header, and of the data only what is there. */
static inline void prisim_tlp_copy(struct prisim_tlp *to, const struct prisim_tlp *from)
{
    to->head = from->head;
    if (prisim_tlp_has_data(&from->head))
        memcpy(to->data, from->data, from->head.size);
}

/* Bytes on a Gen3..Gen5 link: header, PASID prefix, data in DWs, token and LCRC (PCIE-TLP, PCIE-OVERHEAD). */
uint32_t prisim_tlp_wire_bytes(const struct prisim_tlp_header *head);

/* The address field of a range of 2^size_log2 bytes (12..64), size coded in it (PCIE-ATSCPL "Size encoding"); bit 11 is
 * S. The range must be aligned to its size. */
uint64_t prisim_tlp_range_encode(uint64_t address, unsigned size_log2);

/* The range coded in an address field: its first byte in *address; returns log2 of its size, 12..64. */
unsigned prisim_tlp_range_decode(uint64_t field, uint64_t *address);

/* Eight bytes of a payload: in tlp.data the first DW is bits 63:32 and the second bits 31:0, each little-endian
 * (PCIE-ATSCPL, PCIE-MESSAGE). */
static inline uint64_t prisim_tlp_qword_load(const uint8_t data[8])
{
    uint64_t dws = prisim_load_le64(data);
    return dws << 32 | dws >> 32;
}

static inline void prisim_tlp_qword_store(uint8_t data[8], uint64_t value)
{
    prisim_store_le64(data, value << 32 | value >> 32);
}

/* Invalidate Request (PCIE-MESSAGE): its payload is the range, coded as above, and the Global bit; so it is on the
 * wire, and so a function reads it. The header's address, which has no place on the wire, repeats the range for who
 * looks at headers only. Fills both, and head.size. */
void prisim_tlp_invalidate_fill(struct prisim_tlp *to, uint64_t range, bool global);
/* The payload: bit 0 is the Global bit. Asserts that the header's address agrees; head.size must be 8 at least. */
uint64_t prisim_tlp_invalidate_field(const struct prisim_tlp *tlp);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
