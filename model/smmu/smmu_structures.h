/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: stream table entries and context descriptors as far as they are used, decoded once and
 * checked, and what a fault says of itself. Not their layout in memory (smmu_records.h).
 */
#ifndef PRISIM_SMMU_STRUCTURES_H
#define PRISIM_SMMU_STRUCTURES_H

#include <stdbool.h>
#include <stdint.h>

/* Bits of smmu_stage2.flags */
enum {
    SMMU_S2_AFFD = 1 << 0,
    SMMU_S2_PTW = 1 << 1,
    SMMU_S2_HD = 1 << 2,
    SMMU_S2_HA = 1 << 3,
    SMMU_S2_S = 1 << 4,
    SMMU_S2_R = 1 << 5,
    SMMU_S2_FWB = 1 << 6
};

/* Stage 2 of an STE (SMMU-STE, SMMU-LEVEL). Of an STE without stage 2 only `vmid` is meant. */
struct smmu_stage2 {
    uint64_t ttb;
    uint16_t vmid; /* tags every translation of the EL1 world; 0 where S2VMID is not looked at */
    uint8_t t0sz;
    uint8_t granule_log2; /* 12, 14 or 16 */
    uint8_t start_level;  /* 0..3, of S2SL0 */
    uint8_t output_bits;  /* the smaller of S2PS and OAS */
    uint8_t flags;        /* SMMU_S2_* */
    uint8_t unused;
};

/* Whose translations these are: STE.STRW and CR2.E2H (SMMU-STE, SMMU-CD). */
enum smmu_world { SMMU_WORLD_EL1, SMMU_WORLD_EL2, SMMU_WORLD_EL2_E2H };

/* An STE as far as it is used (SMMU-STE). */
struct smmu_ste {
    uint64_t context; /* S1ContextPtr */
    struct smmu_stage2 stage2;
    uint8_t illegal;
    uint8_t config; /* enum prisim_ste_config; every 0xx is PRISIM_STE_CONFIG_ABORT */
    uint8_t s1fmt;  /* 0 linear, 1 4 KB leaves, 2 64 KB leaves; 3 is decoded as 0 */
    uint8_t s1cdmax;
    uint8_t s1dss;
    uint8_t eats;
    uint8_t ppar;
    uint8_t mev;
    uint8_t world;    /* enum smmu_world */
    uint8_t privcfg;  /* SMMU-CR: 2 unprivileged, 3 privileged, else as it comes in */
    uint8_t instcfg;  /* 2 data, 3 instruction, else as it comes in */
    uint8_t s1stalld; /* a CD with S=1 is ILLEGAL */
    uint8_t unused[4];
};

/* Bits of smmu_cd.flags. SMMU_CD_HD stands only beside SMMU_CD_HA (SMMU-HTTU), SMMU_S2_HD beside SMMU_S2_HA. */
enum {
    SMMU_CD_AFFD = 1 << 2,
    SMMU_CD_WXN = 1 << 3,
    SMMU_CD_PAN = 1 << 4,
    SMMU_CD_R = 1 << 5,
    SMMU_CD_A = 1 << 6,
    SMMU_CD_ASET = 1 << 7,
    SMMU_CD_S = 1 << 8,
    SMMU_CD_HA = 1 << 9,
    SMMU_CD_HD = 1 << 10,
    SMMU_CD_UWXN = 1 << 11
};

/* One half of the input range of stage 1: TTB0 is half[0], TTB1 is half[1]. In the EL2 world half[0] is all there is:
 * half[1].epd is set, and EPD0 is not looked at. */
struct smmu_half {
    uint64_t ttb;
    uint8_t txsz;
    uint8_t granule_log2; /* 12, 14 or 16 */
    bool epd;
    bool tbi;
    bool had; /* HADx: the attributes of table descriptors are not looked at */
    uint8_t unused[3];
};

/* A CD as far as it is used (SMMU-CD). */
struct smmu_cd {
    struct smmu_half half[2];
    uint64_t since; /* the cycle at which its fetch began */
    uint16_t asid;  /* 0 in the EL2 world, which has none */
    uint16_t flags; /* SMMU_CD_* */
    uint8_t illegal;
    uint8_t output_bits; /* the smaller of IPS and OAS (of IAS, if stage 2 follows) */
    uint8_t unused[2];
};

/* Bits of smmu_slot.stages: which stages translate this input (SMMU-FLOW). */
enum { SMMU_STAGE_1 = 1 << 0, SMMU_STAGE_2 = 1 << 1 };

/* SMMU-RECORD, CLASS: what was being translated when it faulted. */
enum smmu_class { SMMU_CLASS_CD = 0, SMMU_CLASS_TT = 1, SMMU_CLASS_IN = 2 };

/* What a fault says beside its cause (SMMU-RECORD). Set where the fault is found, written down by smmu_fault.c. */
struct smmu_fault {
    uint64_t ipa;     /* stage 2 only: the IPA that faulted */
    uint8_t class;    /* enum smmu_class */
    bool stage2;      /* S2 */
    bool table_write; /* F_PERMISSION, CLASS=TT: the walk wanted to write (TTRnW=0) */
    uint8_t unused[5];
};

#endif
