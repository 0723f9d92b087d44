/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's register map as software sees it (SMMU-REGISTERS): offsets, fields, bits. Part of the contract with
 * drivers; no state of the block.
 */
#ifndef PRISIM_SMMU_REGISTERS_H
#define PRISIM_SMMU_REGISTERS_H

#include <stdint.h>

enum { SMMU_FRAME_BYTES = 0x20000 }; /* two 64 KB pages (SMMU-MAP) */

/* SMMU-OFFSET: the offset of each register. What it is besides, its row in smmu_registers.def says. */
enum smmu_register {
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule) name = offset,
#include "model/smmu/smmu_registers.def"
};

/* IDR0 (SMMU-IDR0) */
enum {
    IDR0_S2P = 1 << 0,
    IDR0_S1P = 1 << 1,
    IDR0_TTF_AARCH64 = 2 << 2,
    IDR0_COHACC = 1 << 4,
    IDR0_HTTU_SHIFT = 6,
    IDR0_HYP = 1 << 9,
    IDR0_ATS = 1 << 10,
    IDR0_NS1ATS = 1 << 11,
    IDR0_ASID16 = 1 << 12,
    IDR0_MSI = 1 << 13,
    IDR0_SEV = 1 << 14,
    IDR0_PRI = 1 << 16,
    IDR0_VMW = 1 << 17,
    IDR0_VMID16 = 1 << 18,
    IDR0_CD2L = 1 << 19,
    IDR0_TTENDIAN_LE = 2 << 21,
    IDR0_ATSRECERR = 1 << 23,
    IDR0_STALL_MODEL_SHIFT = 24,
    IDR0_STALL_MODEL_NONE = 1 << IDR0_STALL_MODEL_SHIFT,
    IDR0_TERM_MODEL = 1 << 26,
    IDR0_ST_LEVEL_SHIFT = 27
};

/* IDR1 (SMMU-IDR1) */
enum {
    IDR1_SIDSIZE_SHIFT = 0,
    IDR1_SSIDSIZE_SHIFT = 6,
    IDR1_PRIQS_SHIFT = 11,
    IDR1_EVENTQS_SHIFT = 16,
    IDR1_CMDQS_SHIFT = 21,
    IDR1_ATTR_PERMS_OVR = 1 << 26,
    IDR1_ATTR_TYPES_OVR = 1 << 27
};

/* IDR3, IDR5 (SMMU-IDR) */
enum {
    IDR3_HAD = 1 << 2,
    IDR3_XNX = 1 << 4,
    IDR3_PPS = 1 << 5,
    IDR3_FWB = 1 << 8,
    IDR3_STT = 1 << 9,
    IDR3_RIL = 1 << 10,
    IDR3_BBML_SHIFT = 11
};
enum {
    IDR5_OAS_BITS = 3,
    IDR5_GRAN4K = 1 << 4,
    IDR5_GRAN16K = 1 << 5,
    IDR5_GRAN64K = 1 << 6,
    IDR5_STALL_MAX_SHIFT = 16
};

/* CR0, CR0ACK (SMMU-CR0) */
enum { CR0_SMMUEN = 1 << 0, CR0_PRIQEN = 1 << 1, CR0_EVENTQEN = 1 << 2, CR0_CMDQEN = 1 << 3, CR0_ATSCHK = 1 << 4 };
enum { CR0_VMW_SHIFT = 6, CR0_VMW = 7 << CR0_VMW_SHIFT };

/* CR2 (SMMU-CR) */
enum { CR2_E2H = 1 << 0, CR2_RECINVSID = 1 << 1, CR2_PTM = 1 << 2, CR2_REC_CFG_ATS = 1 << 3 };
#define GBPA_UPDATE (UINT32_C(1) << 31)
enum {
    GBPA_TYPES = 0x1f, /* MemAttr, MTCFG */
    GBPA_ALLOCCFG = 0xf << 8,
    GBPA_SHCFG = 3 << 12, /* 01: as it comes in */
    GBPA_SHCFG_INCOMING = 1 << 12,
    GBPA_PERMS = 0xf << 16, /* PRIVCFG, INSTCFG: enum ste_override */
    GBPA_PRIVCFG_SHIFT = 16,
    GBPA_INSTCFG_SHIFT = 18,
    GBPA_ABORT = 1 << 20
};

/* IRQ_CTRL (SMMU-IRQCTRL) */
enum { IRQ_CTRL_GERROR = 1 << 0, IRQ_CTRL_PRIQ = 1 << 1, IRQ_CTRL_EVENTQ = 1 << 2 };

/* GERROR (SMMU-GERROR) */
enum {
    GERROR_CMDQ = 1 << 0,
    GERROR_EVENTQ_ABT = 1 << 2,
    GERROR_PRIQ_ABT = 1 << 3,
    GERROR_MSI_CMDQ_ABT = 1 << 4,
    GERROR_MSI_EVENTQ_ABT = 1 << 5,
    GERROR_MSI_PRIQ_ABT = 1 << 6,
    GERROR_MSI_GERROR_ABT = 1 << 7,
    GERROR_MSI = 0xf << 4, /* the four above */
    GERROR_SFM = 1 << 8
};

/* Bases (SMMU-QUEUE): LOG2SIZE in 4:0 and the address above it. */
#define SMMU_QUEUE_BASE_ADDRESS  UINT64_C(0x00ffffffffffffe0)
#define SMMU_STRTAB_BASE_ADDRESS UINT64_C(0x00ffffffffffffc0)
#define STRTAB_BASE_CFG_LOG2SIZE 0, 6 /* low bit, width */
#define STRTAB_BASE_CFG_SPLIT    6, 5
#define STRTAB_BASE_CFG_FMT      16, 2
enum strtab_fmt { STRTAB_FMT_LINEAR = 0, STRTAB_FMT_TWO_LEVEL = 1 };
#define SMMU_QUEUE_INDEX_MASK UINT32_C(0x000fffff)
#define SMMU_QUEUE_OVERFLOW   (UINT32_C(1) << 31)
#define SMMU_MSI_ADDRESS      UINT64_C(0x000ffffffffffffc) /* before SMMUv3.4 (SMMU-IRQCFG) */
enum { STRTAB_LOG2SIZE = 0x3f, STRTAB_SPLIT = 0x1f << 6, STRTAB_FMT = 3 << 16 };
#define PRIQ_IRQ_CFG2_LO (UINT32_C(1) << 31)
enum { CMDQ_CONS_ERR_SHIFT = 24, CMDQ_CONS_ERR_BITS = 7 };

#endif
