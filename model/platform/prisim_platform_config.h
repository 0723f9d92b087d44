/* SPDX-License-Identifier: Apache-2.0
 *
 * What a platform is made of: its SMMUs, its devices, its memory (RAM, and functions of the user's), its limits; and
 * the words in which its functions answer.
 */
#ifndef PRISIM_PLATFORM_CONFIG_H
#define PRISIM_PLATFORM_CONFIG_H

#include "model/core/memory_port.h"
#include "model/core/memory_region.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "model/pcie_fabric/pcie_fabric.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/prisim_smmu_outside.h"
#include "model/smmu/smmu.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum prisim_status {
    PRISIM_OK,
    PRISIM_TIMEOUT,   /* not within the limit */
    PRISIM_ABORT,     /* it was answered, with an error */
    PRISIM_REFUSED,   /* an argument is not possible; nothing was done */
    PRISIM_FULL,      /* there is no place for more at this time; nothing was done */
    PRISIM_CONFIG,    /* a configuration that cannot be built */
    PRISIM_NO_MEMORY, /* of the machine that this program runs on */
    PRISIM_STATUSES
};

/* "PRISIM_OK", or "?" for what is none. */
const char *prisim_status_name(enum prisim_status status);

enum {
    PRISIM_PLATFORM_SMMUS_MAX = 8,
    PRISIM_PLATFORM_DEVICES_MAX = 8,
    PRISIM_PLATFORM_OUTSTANDING_MAX = 64, /* accesses in the memory */
    PRISIM_PLATFORM_INTERRUPTS_MAX = 64,  /* that wait for prisim_platform_next_interrupt */
    PRISIM_PLATFORM_NAME_MAX = 24,
    PRISIM_PLATFORM_CPU = PRISIM_PLATFORM_SMMUS_MAX /* in the place of an SMMU's number: the caller as processor */
};

/* One access as the memory sees it. It lies in one line of 64 bytes. */
struct prisim_platform_access {
    uint64_t cycle;                 /* the edge at which it is performed */
    uint64_t address;               /* in bytes */
    uint32_t size;                  /* bytes, 1..64 */
    unsigned smmu;                  /* by whose ports it came; PRISIM_PLATFORM_CPU: the caller's own */
    enum prisim_smmu_source source; /* for what; PRISIM_SMMU_CLIENT for a device's, and for the caller's own */
    uint32_t tlp;                   /* the id of a device's TLP (struct prisim_tlp_header), else 0 */
    uint16_t attributes;            /* enum prisim_memory_attribute */
    uint32_t stream_id;             /* under PRISIM_MEMORY_HAS_STREAM */
    uint32_t substream_id;          /* under PRISIM_MEMORY_HAS_SUBSTREAM */
};

/* The user's memory: fill access->size bytes of `data`, or take them. Called when the access is performed, which is
 * config.memory.latency cycles after the memory took it; one a cycle, in the order in which they came. A swap (HTTU) is
 * a read and, if it changes anything, a write at the same edge. They must not call the platform. What is not
 * PRISIM_MEMORY_OK is answered so, and its data does not count. */
typedef enum prisim_memory_status (*prisim_platform_read)(void *context, const struct prisim_platform_access *access,
                                                          uint8_t *data);
typedef enum prisim_memory_status (*prisim_platform_write)(void *context, const struct prisim_platform_access *access,
                                                           const uint8_t *data);

#define PRISIM_PLATFORM_NO_DOORBELL UINT64_MAX

/* An access is for RAM, else for the doorbell, else for the user's functions; else it is aborted. Its timing is the
 * interconnect's (docs/timing/interconnect.md). */
struct prisim_platform_memory {
    uint64_t ram_base; /* bytes, a multiple of 4096; RAM ends below 2^64 */
    uint64_t ram_size; /* bytes, a multiple of 4096, 0..2^52; 0: no RAM. Zeroed; untouched pages cost nothing */
    struct prisim_memory_region region[PRISIM_MEMORY_REGIONS_MAX]; /* more RAM, apart from it and each other; of size 0:
                                                                      none */
    uint32_t pages; /* of RAM that may be written to, 1..1048576 (16384). A write to one more is aborted: the event
                       interconnect.full; poke: PRISIM_FULL. Reading takes none */
    uint64_t doorbell_base;    /* a frame of 4096 bytes outside RAM: a write of 4 bytes is an MSI. Or _NO_DOORBELL */
    uint32_t latency;          /* cycles from taking an access to performing it, 1..10000 (design: memory 80) */
    uint32_t outstanding;      /* accesses in it, at least 4 and 2 an SMMU and one, ..64 (assumption: 64) */
    prisim_platform_read read; /* both or none; not NULL if there is no RAM */
    prisim_platform_write write;
    void *context; /* handed to them */
};

/* An SMMU and its PRI queue. What the SMMU's configuration says of the queue is derived and not read from here: its
 * size_log2_max, pps, pasid_supported and msi_supported. */
struct prisim_platform_smmu {
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config pri_queue;
};

/* A PCIe function of the model (model/pcie_endpoint) behind a link of its own. All functions of one SMMU are below one
 * root port, its fabric. Of `link` requester_id and the ranges of the BARs are derived from the function and not read.
 */
struct prisim_platform_device {
    uint32_t smmu;                          /* the number of the SMMU that translates for it */
    struct prisim_endpoint_config endpoint; /* a requester id that no other device of this SMMU has, a BAR of its own */
    struct prisim_fabric_link_config link;
};

struct prisim_platform_config {
    uint32_t smmus;    /* 1..PRISIM_PLATFORM_SMMUS_MAX */
    uint32_t patience; /* cycles that a blocking call waits for one answer, 1..1000000000 */
    struct prisim_platform_memory memory;
    struct prisim_platform_smmu smmu[PRISIM_PLATFORM_SMMUS_MAX];
    uint32_t devices; /* 0..PRISIM_PLATFORM_DEVICES_MAX */
    struct prisim_platform_device device[PRISIM_PLATFORM_DEVICES_MAX];
    struct prisim_fabric_config fabric; /* of every SMMU with devices; its `links` and `link` are derived, not read */
};

/* What cannot be built. All strings are static. */
struct prisim_platform_error {
    const char *part;     /* "platform", "memory", "smmu", "pri_queue", "fabric" or "device" */
    unsigned smmu;        /* which one, of "smmu" and "pri_queue" */
    const char *field;    /* name of the member */
    const char *expected; /* what it must be */
    unsigned device;      /* which one, of "device" */
};

/* One SMMU with its defaults, 16 MB of RAM at 0x80000000, the doorbell at 0x08020000, a patience of 1000000 cycles, no
 * device. All eight SMMUs have their defaults, and all eight devices: at SMMU 0, requester ids 0x100, 0x200 and so on,
 * BARs of PRISIM_ENDPOINT_BAR_BYTES one behind the other from PRISIM_MAP_BAR on. */
void prisim_platform_config_default(struct prisim_platform_config *config);

/* True if it can be built; else *error, which may be NULL, says what is wrong. */
bool prisim_platform_config_check(const struct prisim_platform_config *config, struct prisim_platform_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
