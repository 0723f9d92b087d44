/* SPDX-License-Identifier: Apache-2.0
 *
 * The reference model of the SMMU's translation: one deliberately plain function from memory, registers, what is
 * advertised and a request to what must come out (SMMU-EVENT, SMMU-TABLES, SMMU-ATS, SMMU-PAGETABLES). No caches and no
 * time. Written from the rule book, apart from model/smmu: it shares neither code nor field positions with it. Field
 * positions are the rule book's absolute bits.
 */
#ifndef PRISIM_TESTS_SMMU_REFERENCE_H
#define PRISIM_TESTS_SMMU_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

/* What the ID registers advertise (SMMU-IDR0, SMMU-IDR1, SMMU-IDR). */
struct reference_features {
    unsigned oas_bits, sid_bits, ssid_bits, httu, stall_model;
    bool s1p, s2p, hyp, ats, ns1ats, asid16, vmid16, cd2l, term_model, two_level_streams;
    bool permissions_override; /* IDR1.ATTR_PERMS_OVR */
    bool had, xnx, fwb, stt, granule_4k, granule_16k, granule_64k;
};

struct reference_features reference_features(uint32_t idr0, uint32_t idr1, uint32_t idr3, uint32_t idr5);

struct reference_setup {
    struct reference_features features;
    bool atschk, rec_cfg_ats, recinvsid; /* SMMUEN is 1 */
    uint64_t strtab;
    unsigned strtab_log2, split; /* split 0: linear */
    unsigned vmw;                /* CR0.VMW */
};

/* What a word of memory is read as: lets a generator make it up at the moment it is asked for. */
enum reference_what {
    REFERENCE_L1STD,
    REFERENCE_STE,
    REFERENCE_L1CD,
    REFERENCE_CD,
    REFERENCE_STAGE1,
    REFERENCE_STAGE2
};
struct reference_hint {
    enum reference_what what;
    unsigned level, granule; /* of a descriptor; granule as log2 */
    unsigned table_bits;     /* log2 of the entries of its table */
    unsigned output_bits;
    bool high;           /* the table of TTB1 */
    unsigned class_code; /* stage 2: CLASS of what is translated */
    uint64_t input;      /* what the walk translates */
};

struct reference_memory {
    /* Reads 8-byte words, all of one 64-byte line; false: the access aborts. */
    bool (*load)(void *context, uint64_t address, unsigned words, uint64_t *to, const struct reference_hint *hint);
    void *context;
};

enum reference_at { REFERENCE_UNTRANSLATED, REFERENCE_REQUEST, REFERENCE_TRANSLATED };
struct reference_request {
    enum reference_at at;
    uint32_t sid, pasid;
    bool has_pasid, privileged, execute; /* the two of the PASID prefix */
    bool write;                          /* an access */
    bool no_write;                       /* NW of a Translation Request */
    uint64_t address;
};

enum reference_result {
    REFERENCE_FORWARD, /* goes on with `output` */
    REFERENCE_ABORT,
    REFERENCE_RAZ_WI,
    REFERENCE_GRANT, /* Translation Completion, Success */
    REFERENCE_UR,
    REFERENCE_CA
};

/* A descriptor that hardware changes (SMMU-HTTU). Bits under `may` are free to stay as they were. */
struct reference_update {
    uint64_t address, before, after, may;
};

enum { REFERENCE_UPDATES = 32 };

struct reference_outcome {
    enum reference_result result;
    uint64_t output;
    /* Of a grant. The size may count a contiguous group or not, at each stage. */
    bool read, write, write_may, execute, privileged;
    unsigned size[2], contiguous[2]; /* log2, by stage; 64 for a stage that is not used */
    bool recorded;
    uint64_t event[4], mask[4]; /* the bits under the mask count */
    unsigned updates;
    struct reference_update update[REFERENCE_UPDATES];
    bool open; /* the rule book leaves the outcome open: two faults of equal rank */
};

void reference(const struct reference_setup *setup, const struct reference_memory *memory,
               const struct reference_request *request, struct reference_outcome *outcome);

#endif
