/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that a program may well have before it includes ours: those of a kernel's headers and of a driver of an SMMU,
 * and the everyday words. Our own short list, in the spirit of such headers; nothing of them is used.
 */
#ifndef PRISIM_TESTS_INSTALL_KERNEL_NAMES_H
#define PRISIM_TESTS_INSTALL_KERNEL_NAMES_H

#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u32 __le32;
typedef u64 __le64;
typedef u64 cycle_t;
typedef u64 phys_addr_t;

#define BIT(n)             (1ul << (n))
#define GENMASK(high, low) (((~0ul) >> (63 - (high))) & (~0ul << (low)))
#define FIELD_GET(mask, x) (((x) & (mask)) / ((mask) & -(mask)))
#define current            get_current()
#define Q_IDX(q, p)        ((p) & ((1u << (q)) - 1))
#define Q_WRP(q, p)        ((p) & (1u << (q)))
#define Q_OVF(p)           ((p) & (1u << 31))

/* A driver of an SMMU. */
#define SMMU_IDR0           0x0
#define SMMU_CR0            0x20
#define SMMU_GERROR         0x60
#define SMMU_PRIQ_PROD      0x100c8
#define IDR0_S1P            (1 << 1)
#define IDR1_PRIQS_SHIFT    11
#define CR0_SMMUEN          (1 << 0)
#define CR0_PRIQEN          (1 << 1)
#define CR0_CMDQEN          (1 << 3)
#define GBPA_UPDATE         (1u << 31)
#define GBPA_ABORT          (1 << 20)
#define IRQ_CTRL_PRIQ       (1 << 1)
#define GERROR_SFM          (1 << 8)
#define CMDQ_OP_CFGI_STE    0x3
#define CMDQ_OP_ATC_INV     0x40
#define CMDQ_OP_PRI_RESP    0x41
#define CMDQ_OP_SYNC        0x46
#define STRTAB_BASE_CFG_FMT GENMASK(17, 16)
#define STE_CONFIG_BYPASS   4
#define PRI_RESP_INVALID    1
#define PRI_QUEUE_OVFLG     (1u << 31)
#define PCI_PRI_CTRL_ENABLE 1
#define PRI_CONTROL_ENABLE  1
#define PASID_NONE          0xffffffffu
#define MEMORY_READ         0
#define EVENT_STALL         31

/* Everyday words. */
#define PROBE(x)           ((void)(x))
#define EVENT(x)           ((void)(x))
#define FIELD(type, name)  type name;
#define CAUSE(x)           (x)
#define ARRAY(type, n)     type[n]
#define MEMBER(type, name) type name;
#define NESTED(x)          (x)
#define PADDING(n)         char padding[n];
#define OF(x)              (x)
#define BOOL               int
#define HEX                16
#define DECIMAL            10
#define NONE               0

struct ports {
    int count;
};
struct probe {
    int on;
};
struct event {
    int number;
};
struct tlp {
    u64 dw[4];
};
struct interrupt {
    int line;
};
struct driver {
    const char *name;
};
struct page_request {
    u64 address;
};
struct memory_request {
    u64 address;
};
struct config_error {
    int code;
};
enum event_type { EVENT_SMMU_SYNC = 3, EVENT_TYPES };
enum cause { CAUSE_NONE = -1 };

#ifndef __cplusplus
static inline int probe(struct driver *driver)
{
    return driver != 0;
}
#endif

static inline void smmu_init(struct ports *ports)
{
    ports->count = 0;
}

static inline u64 load_le64(const void *from)
{
    return *(const unsigned char *)from;
}

#endif
