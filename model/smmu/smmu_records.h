/* SPDX-License-Identifier: Apache-2.0
 *
 * Records that software and the SMMU share in memory: commands, event records, stream table entries, context
 * descriptors, page-table descriptors (SMMU-COMMANDS, SMMU-EVENTS, SMMU-TABLES, SMMU-PAGETABLES). Positions are (low
 * bit, width) inside the 64-bit word named in the group's comment, for prisim_bits_get and prisim_bits_put. Part of the
 * contract with drivers; no state of the block.
 */
#ifndef PRISIM_SMMU_RECORDS_H
#define PRISIM_SMMU_RECORDS_H

#include <stdint.h>

enum {
    PRISIM_COMMAND_BYTES = 16,
    PRISIM_EVENT_RECORD_BYTES = 32,
    PRISIM_STE_BYTES = 64,
    PRISIM_CD_BYTES = 64,
    PRISIM_DESCRIPTOR_BYTES = 8
};

/* SMMU-OPCODE */
enum prisim_command_opcode {
    PRISIM_CMDQ_OP_PREFETCH_CONFIG = 0x01,
    PRISIM_CMDQ_OP_PREFETCH_ADDR = 0x02,
    PRISIM_CMDQ_OP_CFGI_STE = 0x03,
    PRISIM_CMDQ_OP_CFGI_ALL = 0x04, /* CFGI_STE_RANGE; Range=31 is all */
    PRISIM_CMDQ_OP_CFGI_CD = 0x05,
    PRISIM_CMDQ_OP_CFGI_CD_ALL = 0x06,
    PRISIM_CMDQ_OP_TLBI_NH_ALL = 0x10,
    PRISIM_CMDQ_OP_TLBI_NH_ASID = 0x11,
    PRISIM_CMDQ_OP_TLBI_NH_VA = 0x12,
    PRISIM_CMDQ_OP_TLBI_NH_VAA = 0x13,
    PRISIM_CMDQ_OP_TLBI_EL2_ALL = 0x20,
    PRISIM_CMDQ_OP_TLBI_EL2_ASID = 0x21,
    PRISIM_CMDQ_OP_TLBI_EL2_VA = 0x22,
    PRISIM_CMDQ_OP_TLBI_EL2_VAA = 0x23,
    PRISIM_CMDQ_OP_TLBI_S12_VMALL = 0x28,
    PRISIM_CMDQ_OP_TLBI_S2_IPA = 0x2a,
    PRISIM_CMDQ_OP_TLBI_NSNH_ALL = 0x30,
    PRISIM_CMDQ_OP_ATC_INV = 0x40,
    PRISIM_CMDQ_OP_PRI_RESP = 0x41,
    PRISIM_CMDQ_OP_RESUME = 0x44,
    PRISIM_CMDQ_OP_STALL_TERM = 0x45,
    PRISIM_CMDQ_OP_SYNC = 0x46
};

/* Fields of commands (SMMU-CMD, SMMU-CMDFIELD); CMD_* of dw0, CMD1_* of dw1: low bit, width. */
#define PRISIM_CMD_OPCODE            0, 8
#define PRISIM_CMD_SSEC              10, 1
#define PRISIM_CMD_SSV               11, 1
#define PRISIM_CMD_SSID              12, 20
#define PRISIM_CMD_SID               32, 32
#define PRISIM_CMD_ATC_GLOBAL        9, 1
#define PRISIM_CMD_TLBI_ASID         48, 16
#define PRISIM_CMD_TLBI_VMID         32, 16
#define PRISIM_CMD_TLBI_NUM          12, 5
#define PRISIM_CMD_TLBI_SCALE        20, 5
#define PRISIM_CMD_RESUME_AC         12, 1
#define PRISIM_CMD_RESUME_AB         13, 1
#define PRISIM_CMD_SYNC_CS           12, 2
#define PRISIM_CMD_SYNC_MSI_DATA     32, 32
#define PRISIM_CMD_SYNC_PAGE_DRAIN   28, 1 /* of no SMMUv3: config.page_request_drain */
#define PRISIM_CMD1_SYNC_MSI_ADDRESS UINT64_C(0x00fffffffffffffc)
#define PRISIM_CMD1_LEAF             0, 1
#define PRISIM_CMD1_TLBI_TTL         8, 2
#define PRISIM_CMD1_TLBI_TG          10, 2
#define PRISIM_CMD1_RANGE            0, 5
#define PRISIM_CMD1_PREFETCH_SIZE    0, 5
#define PRISIM_CMD1_PREFETCH_STRIDE  5, 5
#define PRISIM_CMD1_ATC_SIZE         0, 6
#define PRISIM_CMD1_ADDRESS          UINT64_C(0xfffffffffffff000)
#define PRISIM_CMD1_PRG_INDEX        0, 9
#define PRISIM_CMD1_PRI_RESP         12, 2
#define PRISIM_CMD1_RESUME_STAG      0, 16

/* SMMU-PRIRESP: not the codes on the wire */
enum prisim_command_pri_resp {
    PRISIM_PRI_RESP_FAILURE = 0,
    PRISIM_PRI_RESP_INVALID = 1,
    PRISIM_PRI_RESP_SUCCESS = 2,
    PRISIM_PRI_RESP_RESERVED = 3
};
/* SMMU-SYNC */
enum prisim_command_sync_signal {
    PRISIM_SYNC_CS_NONE = 0,
    PRISIM_SYNC_CS_IRQ = 1,
    PRISIM_SYNC_CS_SEV = 2,
    PRISIM_SYNC_CS_RESERVED = 3
};
/* SMMU-CERROR */
enum prisim_command_error {
    PRISIM_CERROR_NONE = 0,
    PRISIM_CERROR_ILL = 1,
    PRISIM_CERROR_ABT = 2,
    PRISIM_CERROR_ATC_INV_SYNC = 3
};

/* SMMU-EVENTCODE */
enum prisim_event_code {
    PRISIM_F_UUT = 0x01,
    PRISIM_C_BAD_STREAMID = 0x02,
    PRISIM_F_STE_FETCH = 0x03,
    PRISIM_C_BAD_STE = 0x04,
    PRISIM_F_BAD_ATS_TREQ = 0x05,
    PRISIM_F_STREAM_DISABLED = 0x06,
    PRISIM_F_TRANSL_FORBIDDEN = 0x07,
    PRISIM_C_BAD_SUBSTREAMID = 0x08,
    PRISIM_F_CD_FETCH = 0x09,
    PRISIM_C_BAD_CD = 0x0a,
    PRISIM_F_WALK_EABT = 0x0b,
    PRISIM_F_TRANSLATION = 0x10,
    PRISIM_F_ADDR_SIZE = 0x11,
    PRISIM_F_ACCESS = 0x12,
    PRISIM_F_PERMISSION = 0x13
};

/* Event record, dw1 of 0x10 to 0x13 (SMMU-RECORD); the STAG is in 15:0, CLASS in 41:40. */
enum {
    PRISIM_EVENT_STALL = 31,
    PRISIM_EVENT_PNU = 33,
    PRISIM_EVENT_IND = 34,
    PRISIM_EVENT_RNW = 35,
    PRISIM_EVENT_S2 = 39,
    PRISIM_EVENT_CLASS = 40,
    PRISIM_EVENT_TTRNW = 44
};
#define PRISIM_EVENT_IPA   UINT64_C(0x00fffffffffff000) /* of dw3 */
#define PRISIM_EVENT_FETCH UINT64_C(0x00fffffffffffff8)

/* Level-1 descriptors of stream and CD tables (SMMU-STRTAB). */
enum { PRISIM_L1STD_BYTES = 8, PRISIM_L1CD_BYTES = 8 };
#define PRISIM_L1STD_SPAN  0, 5
#define PRISIM_L1STD_L2PTR UINT64_C(0x00ffffffffffffc0)
#define PRISIM_L1CD_V      0, 1
#define PRISIM_L1CD_L2PTR  UINT64_C(0x00fffffffffff000)

/* Stream table entry (SMMU-STE): STE0_* of dw0, and so on. */
#define PRISIM_STE0_V            0, 1
#define PRISIM_STE0_CONFIG       1, 3
#define PRISIM_STE0_S1FMT        4, 2
#define PRISIM_STE0_S1CONTEXTPTR UINT64_C(0x00ffffffffffffc0)
#define PRISIM_STE0_S1CDMAX      59, 5
#define PRISIM_STE1_S1DSS        0, 2
#define PRISIM_STE1_PPAR         18, 1
#define PRISIM_STE1_MEV          19, 1
#define PRISIM_STE1_S1STALLD     27, 1
#define PRISIM_STE1_EATS         28, 2
#define PRISIM_STE1_STRW         30, 2
#define PRISIM_STE1_S2FWB        25, 1
#define PRISIM_STE1_PRIVCFG      48, 2
#define PRISIM_STE1_INSTCFG      50, 2
#define PRISIM_STE2_S2VMID       0, 16
#define PRISIM_STE2_S2T0SZ       32, 6
#define PRISIM_STE2_S2SL0        38, 2
#define PRISIM_STE2_S2TG         46, 2
#define PRISIM_STE2_S2PS         48, 3
#define PRISIM_STE2_S2AA64       51, 1
#define PRISIM_STE2_S2ENDI       52, 1
#define PRISIM_STE2_S2AFFD       53, 1
#define PRISIM_STE2_S2PTW        54, 1
#define PRISIM_STE2_S2HD         55, 1
#define PRISIM_STE2_S2HA         56, 1
#define PRISIM_STE2_S2S          57, 1
#define PRISIM_STE2_S2R          58, 1
#define PRISIM_STE3_S2TTB        UINT64_C(0x000ffffffffffff0)
enum prisim_ste_config {
    PRISIM_STE_CONFIG_ABORT = 0,
    PRISIM_STE_CONFIG_BYPASS = 4,
    PRISIM_STE_CONFIG_S1 = 5,
    PRISIM_STE_CONFIG_S2 = 6,
    PRISIM_STE_CONFIG_S1_S2 = 7
};
enum prisim_ste_s1dss { PRISIM_S1DSS_TERMINATE = 0, PRISIM_S1DSS_BYPASS = 1, PRISIM_S1DSS_CD0 = 2 };
enum prisim_ste_eats { PRISIM_EATS_OFF = 0, PRISIM_EATS_FULL = 1, PRISIM_EATS_SPLIT = 2, PRISIM_EATS_DPT = 3 };
enum prisim_ste_strw { PRISIM_STRW_EL1 = 0, PRISIM_STRW_EL2 = 2 };
/* PRIVCFG and INSTCFG (SMMU-CR): anything else leaves the transaction as it comes in. */
enum prisim_ste_override { PRISIM_OVERRIDE_CLEAR = 2, PRISIM_OVERRIDE_SET = 3 };

/* Context descriptor (SMMU-CD): CD0_* of dw0, and so on. */
#define PRISIM_CD0_T0SZ 0, 6
#define PRISIM_CD0_TG0  6, 2
#define PRISIM_CD0_IR0  8, 2
#define PRISIM_CD0_OR0  10, 2
#define PRISIM_CD0_SH0  12, 2
#define PRISIM_CD0_EPD0 14, 1
#define PRISIM_CD0_ENDI 15, 1
#define PRISIM_CD0_EPD1 30, 1
#define PRISIM_CD0_V    31, 1
#define PRISIM_CD0_IPS  32, 3
#define PRISIM_CD0_AFFD 35, 1
#define PRISIM_CD0_AA64 41, 1
#define PRISIM_CD0_HD   42, 1
#define PRISIM_CD0_HA   43, 1
#define PRISIM_CD0_S    44, 1
#define PRISIM_CD0_R    45, 1
#define PRISIM_CD0_A    46, 1
#define PRISIM_CD0_ASET 47, 1
#define PRISIM_CD0_ASID 48, 16
#define PRISIM_CD0_T1SZ 16, 6
#define PRISIM_CD0_TG1  22, 2
#define PRISIM_CD0_WXN  36, 1
#define PRISIM_CD0_TBI0 38, 1
#define PRISIM_CD0_TBI1 39, 1
#define PRISIM_CD0_PAN  40, 1
#define PRISIM_CD1_HAD0 1, 1
#define PRISIM_CD2_HAD1 1, 1
#define PRISIM_CD1_TTB0 UINT64_C(0x000ffffffffffff0)
#define PRISIM_CD2_TTB1 UINT64_C(0x000ffffffffffff0)
/* Granules: TG0 and S2TG share one code, TG1 has its own (SMMU-CD, SMMU-PITFALL-10). */
enum {
    PRISIM_TG0_4K = 0,
    PRISIM_TG0_64K = 1,
    PRISIM_TG0_16K = 2,
    PRISIM_TG1_16K = 1,
    PRISIM_TG1_4K = 2,
    PRISIM_TG1_64K = 3
};

/* Page table descriptors, of every granule (SMMU-LEVEL, SMMU-DESCRIPTOR). */
#define PRISIM_DESC_VALID      0, 1
#define PRISIM_DESC_TABLE      1, 1
#define PRISIM_DESC_ATTR_INDEX 2, 3
#define PRISIM_DESC_AP         6, 2
#define PRISIM_DESC_SH         8, 2
#define PRISIM_DESC_AF         10, 1
#define PRISIM_DESC_NG         11, 1
#define PRISIM_DESC_ADDRESS    UINT64_C(0x0000fffffffff000)
#define PRISIM_DESC_PXN        53, 1
#define PRISIM_DESC_UXN        54, 1
#define PRISIM_DESC_XN         53, 2 /* both */
/* Of a table descriptor. */
#define PRISIM_DESC_PXNTABLE   59, 1
#define PRISIM_DESC_XNTABLE    60, 1
#define PRISIM_DESC_APTABLE    61, 2
#define PRISIM_DESC_LIMITS     59, 4 /* all three */
#define PRISIM_DESC_DBM        51, 1
#define PRISIM_DESC_CONTIGUOUS 52, 1
/* Stage 2: AP is S2AP. */
#define PRISIM_DESC_S2_MEMATTR 2, 4
#define PRISIM_DESC_S2_XN      53, 2
enum prisim_desc_ap { PRISIM_AP_PRIVILEGED_RW = 0, PRISIM_AP_RW = 1, PRISIM_AP_PRIVILEGED_RO = 2, PRISIM_AP_RO = 3 };

#endif
