/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reference model's parts share (reference.h): the case in hand, a fault, one stage of translation. Private to
 * the reference model.
 */
#ifndef PRISIM_TESTS_SMMU_REFERENCE_PARTS_H
#define PRISIM_TESTS_SMMU_REFERENCE_PARTS_H

#include "tests/smmu/reference/reference.h"

/* SMMU-EVENTCODE */
enum reference_code {
    CODE_BAD_STREAMID = 0x02,
    CODE_STE_FETCH = 0x03,
    CODE_BAD_STE = 0x04,
    CODE_BAD_ATS_TREQ = 0x05,
    CODE_STREAM_DISABLED = 0x06,
    CODE_TRANSL_FORBIDDEN = 0x07,
    CODE_BAD_SUBSTREAMID = 0x08,
    CODE_CD_FETCH = 0x09,
    CODE_BAD_CD = 0x0a,
    CODE_WALK_EABT = 0x0b,
    CODE_TRANSLATION = 0x10,
    CODE_ADDR_SIZE = 0x11,
    CODE_ACCESS = 0x12,
    CODE_PERMISSION = 0x13
};

/* SMMU-RECORD */
enum reference_class { CLASS_CD = 0, CLASS_TT = 1, CLASS_IN = 2 };

struct reference_fault {
    enum reference_code code;
    bool stage2;
    bool always; /* terminated and recorded whatever the fault controls say */
    bool ttrnw;
    enum reference_class class_code;
    uint64_t ipa, fetch;
};

/* One stage's regime, decoded from a CD or an STE. */
struct reference_stage {
    bool on, stage2;
    unsigned granule, input_bits, output_bits, start_level;
    uint64_t table;
    bool high;
    bool ha, hd, affd;
    bool no_hierarchy, wxn, pan, el2; /* stage 1 */
    bool xnx, ptw, fwb;               /* stage 2 */
};

struct reference_leaf {
    uint64_t descriptor, output;
    uint64_t at, at_ipa; /* where the descriptor lies; at_ipa differs in a nested walk */
    unsigned size, contiguous;
    bool no_user, no_write, no_execute, no_privileged_execute; /* of the tables above */
};

struct reference_access {
    bool write, instruction, privileged;
};

struct reference_rights {
    bool read, write, execute;
    bool clean; /* the write needs the descriptor to become dirty first */
};

struct judging {
    const struct reference_setup *setup;
    const struct reference_features *features;
    const struct reference_memory *memory;
    const struct reference_request *request;
    struct reference_outcome *out;
    struct reference_fault fault;
    uint64_t ste[8], cd[8];
    struct reference_stage stage1, stage2;
    bool has_ssid;
    uint32_t ssid;
    bool optional; /* what hardware changes now, it need not change */
};

/* A field of a structure by its absolute bits. */
static inline uint64_t reference_field(const uint64_t *words, unsigned high, unsigned low)
{
    uint64_t word = words[low / 64] >> low % 64;
    return high - low == 63 ? word : word & ((UINT64_C(1) << (high - low + 1)) - 1);
}

static inline uint64_t reference_ones(unsigned bits)
{
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* Sets the fault; returns false, as every step does that ends in one. */
bool reference_fail(struct judging *j, enum reference_code code);
bool reference_load(struct judging *j, uint64_t address, unsigned words, uint64_t *to,
                    const struct reference_hint *hint);

/* SMMU-STRTAB, SMMU-STE: finds, reads and checks the STE. */
bool reference_ste_find(struct judging *j);
/* A valid STE that is not abort: decides stage 2, or fails with C_BAD_STE. */
bool reference_ste_check(struct judging *j);
/* SMMU-STE STRW: a stream of the EL2 world. */
bool reference_el2(const struct judging *j);
/* SMMU-STE: S1CDMax, which is ignored without substreams. */
unsigned reference_cd_max(const struct judging *j);
/* SMMU-STE: 0 off, 1 full, 2 split. */
unsigned reference_eats(const struct judging *j);
/* SMMU-CD, SMMU-FLOW: finds, reads and checks the CD of the substream. */
bool reference_cd_find(struct judging *j);
/* Makes the half of the CD that the address selects stage 1. */
bool reference_cd_select(struct judging *j, uint64_t address);

/* SMMU-CD: TG as log2 of the granule, 0 if reserved or not built. */
unsigned reference_granule(const struct reference_features *features, unsigned code, bool tg1);
/* SMMU-IDR: PS and IPS codes, capped at OAS. */
unsigned reference_address_bits(const struct reference_features *features, unsigned code);

/* SMMU-LEVEL, SMMU-DESCRIPTOR: down to the leaf, with the access flag checked but not set. */
bool reference_walk(struct judging *j, const struct reference_stage *stage, uint64_t input,
                    enum reference_class class_code, struct reference_leaf *leaf);
struct reference_rights reference_rights(const struct reference_stage *stage, const struct reference_leaf *leaf,
                                         bool privileged);
/* SMMU-HTTU: sets the access flag if the stage does that, and the dirty state if asked. */
bool reference_mark(struct judging *j, const struct reference_stage *stage, const struct reference_leaf *leaf,
                    bool dirty);
/* An access through one stage; `input` is an IPA at stage 2. */
bool reference_translate(struct judging *j, const struct reference_stage *stage, uint64_t input,
                         enum reference_class class_code, const struct reference_access *access,
                         struct reference_leaf *leaf);
bool reference_stage2_fault(struct judging *j, enum reference_code code, enum reference_class class_code, uint64_t ipa);

/* What the request counts as (SMMU-STE, SMMU-EVENT). */
struct reference_access reference_attributes(const struct judging *j);
/* SMMU-ATSREQ, SMMU-ATSCPL */
void reference_ats(struct judging *j);
/* Records the fault as an event (SMMU-RECORD, SMMU-EVENTCODE). */
void reference_record(struct judging *j);

#endif
