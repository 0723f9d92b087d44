/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's register map as software sees it (SMMU-REGISTERS): offsets, fields, bits. Part of the contract with
 * drivers; no state of the block.
 */
#ifndef PRISIM_SMMU_REGISTERS_H
#define PRISIM_SMMU_REGISTERS_H

#include <stdint.h>

enum { PRISIM_SMMU_FRAME_BYTES = 0x20000 }; /* two 64 KB pages (SMMU-MAP) */

/* SMMU-OFFSET: the offset of each register. What it is besides, its row in smmu_registers.def says. */
enum prisim_smmu_register {
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule) name = offset,
#include "model/smmu/smmu_registers.def"
};

/* IDR0 (SMMU-IDR0) */
enum {
    PRISIM_IDR0_S2P = 1 << 0,
    PRISIM_IDR0_S1P = 1 << 1,
    PRISIM_IDR0_TTF_AARCH64 = 2 << 2,
    PRISIM_IDR0_COHACC = 1 << 4,
    PRISIM_IDR0_HTTU_SHIFT = 6,
    PRISIM_IDR0_HYP = 1 << 9,
    PRISIM_IDR0_ATS = 1 << 10,
    PRISIM_IDR0_NS1ATS = 1 << 11,
    PRISIM_IDR0_ASID16 = 1 << 12,
    PRISIM_IDR0_MSI = 1 << 13,
    PRISIM_IDR0_SEV = 1 << 14,
    PRISIM_IDR0_PRI = 1 << 16,
    PRISIM_IDR0_VMW = 1 << 17,
    PRISIM_IDR0_VMID16 = 1 << 18,
    PRISIM_IDR0_CD2L = 1 << 19,
    PRISIM_IDR0_TTENDIAN_LE = 2 << 21,
    PRISIM_IDR0_ATSRECERR = 1 << 23,
    PRISIM_IDR0_STALL_MODEL_SHIFT = 24,
    PRISIM_IDR0_STALL_MODEL_NONE = 1 << PRISIM_IDR0_STALL_MODEL_SHIFT,
    PRISIM_IDR0_TERM_MODEL = 1 << 26,
    PRISIM_IDR0_ST_LEVEL_SHIFT = 27
};

/* IDR1 (SMMU-IDR1) */
enum {
    PRISIM_IDR1_SIDSIZE_SHIFT = 0,
    PRISIM_IDR1_SSIDSIZE_SHIFT = 6,
    PRISIM_IDR1_PRIQS_SHIFT = 11,
    PRISIM_IDR1_EVENTQS_SHIFT = 16,
    PRISIM_IDR1_CMDQS_SHIFT = 21,
    PRISIM_IDR1_ATTR_PERMS_OVR = 1 << 26,
    PRISIM_IDR1_ATTR_TYPES_OVR = 1 << 27
};

/* IDR3, IDR5 (SMMU-IDR) */
enum {
    PRISIM_IDR3_HAD = 1 << 2,
    PRISIM_IDR3_XNX = 1 << 4,
    PRISIM_IDR3_PPS = 1 << 5,
    PRISIM_IDR3_FWB = 1 << 8,
    PRISIM_IDR3_STT = 1 << 9,
    PRISIM_IDR3_RIL = 1 << 10,
    PRISIM_IDR3_BBML_SHIFT = 11
};
enum {
    PRISIM_IDR5_OAS_BITS = 3,
    PRISIM_IDR5_GRAN4K = 1 << 4,
    PRISIM_IDR5_GRAN16K = 1 << 5,
    PRISIM_IDR5_GRAN64K = 1 << 6,
    PRISIM_IDR5_STALL_MAX_SHIFT = 16
};

/* CR0, CR0ACK (SMMU-CR0) */
enum {
    PRISIM_CR0_SMMUEN = 1 << 0,
    PRISIM_CR0_PRIQEN = 1 << 1,
    PRISIM_CR0_EVENTQEN = 1 << 2,
    PRISIM_CR0_CMDQEN = 1 << 3,
    PRISIM_CR0_ATSCHK = 1 << 4
};
enum { PRISIM_CR0_VMW_SHIFT = 6, PRISIM_CR0_VMW = 7 << PRISIM_CR0_VMW_SHIFT };

/* CR2 (SMMU-CR) */
enum {
    PRISIM_CR2_E2H = 1 << 0,
    PRISIM_CR2_RECINVSID = 1 << 1,
    PRISIM_CR2_PTM = 1 << 2,
    PRISIM_CR2_REC_CFG_ATS = 1 << 3
};
#define PRISIM_GBPA_UPDATE (UINT32_C(1) << 31)
enum {
    PRISIM_GBPA_TYPES = 0x1f, /* MemAttr, MTCFG */
    PRISIM_GBPA_ALLOCCFG = 0xf << 8,
    PRISIM_GBPA_SHCFG = 3 << 12, /* 01: as it comes in */
    PRISIM_GBPA_SHCFG_INCOMING = 1 << 12,
    PRISIM_GBPA_PERMS = 0xf << 16, /* PRIVCFG, INSTCFG: enum prisim_ste_override */
    PRISIM_GBPA_PRIVCFG_SHIFT = 16,
    PRISIM_GBPA_INSTCFG_SHIFT = 18,
    PRISIM_GBPA_ABORT = 1 << 20
};

/* IRQ_CTRL (SMMU-IRQCTRL) */
enum { PRISIM_IRQ_CTRL_GERROR = 1 << 0, PRISIM_IRQ_CTRL_PRIQ = 1 << 1, PRISIM_IRQ_CTRL_EVENTQ = 1 << 2 };

/* GERROR (SMMU-GERROR) */
enum {
    PRISIM_GERROR_CMDQ = 1 << 0,
    PRISIM_GERROR_EVENTQ_ABT = 1 << 2,
    PRISIM_GERROR_PRIQ_ABT = 1 << 3,
    PRISIM_GERROR_MSI_CMDQ_ABT = 1 << 4,
    PRISIM_GERROR_MSI_EVENTQ_ABT = 1 << 5,
    PRISIM_GERROR_MSI_PRIQ_ABT = 1 << 6,
    PRISIM_GERROR_MSI_GERROR_ABT = 1 << 7,
    PRISIM_GERROR_MSI = 0xf << 4, /* the four above */
    PRISIM_GERROR_SFM = 1 << 8
};

/* Bases (SMMU-QUEUE): LOG2SIZE in 4:0 and the address above it. */
#define PRISIM_SMMU_QUEUE_BASE_ADDRESS  UINT64_C(0x00ffffffffffffe0)
#define PRISIM_SMMU_STRTAB_BASE_ADDRESS UINT64_C(0x00ffffffffffffc0)
#define PRISIM_STRTAB_BASE_CFG_LOG2SIZE 0, 6 /* low bit, width */
#define PRISIM_STRTAB_BASE_CFG_SPLIT    6, 5
#define PRISIM_STRTAB_BASE_CFG_FMT      16, 2
enum prisim_strtab_fmt { PRISIM_STRTAB_FMT_LINEAR = 0, PRISIM_STRTAB_FMT_TWO_LEVEL = 1 };
#define PRISIM_SMMU_QUEUE_INDEX_MASK UINT32_C(0x000fffff)
#define PRISIM_SMMU_QUEUE_OVERFLOW   (UINT32_C(1) << 31)
#define PRISIM_SMMU_MSI_ADDRESS      UINT64_C(0x000ffffffffffffc) /* before SMMUv3.4 (SMMU-IRQCFG) */
enum { PRISIM_STRTAB_LOG2SIZE = 0x3f, PRISIM_STRTAB_SPLIT = 0x1f << 6, PRISIM_STRTAB_FMT = 3 << 16 };
#define PRISIM_PRIQ_IRQ_CFG2_LO (UINT32_C(1) << 31)
enum { PRISIM_CMDQ_CONS_ERR_SHIFT = 24, PRISIM_CMDQ_CONS_ERR_BITS = 7 };

#endif
