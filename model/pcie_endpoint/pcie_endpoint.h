/* SPDX-License-Identifier: Apache-2.0
 *
 * A PCIe function with ATS, PRI and PASID: configuration space as an operating system finds it, a BAR with a control
 * register per PASID, another with the MSI-X table, a DMA engine, an address translation cache (ATC), a page-request
 * engine and a stop engine (PCIE-MARKER, PCIE-CONFIG, PCIE-PROTOCOL). It is not a device driver: software starts and
 * stops PASIDs through the BAR; only jobs come from the testbench. Timing: docs/timing.md "Endpoint".
 */
#ifndef PRISIM_PCIE_ENDPOINT_H
#define PRISIM_PCIE_ENDPOINT_H

#include <stddef.h>

#include "model/core/address_map.h"
#include "model/core/canonical.h"
#include "model/core/config_error.h"
#include "model/core/ports.h"
#include "model/pcie/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* PCIE-STOP */
enum prisim_endpoint_stop {
    PRISIM_ENDPOINT_STOP_WAIT,   /* model A: wait for the response of every page request */
    PRISIM_ENDPOINT_STOP_MARKER, /* model B: send what is left, then a Stop Marker; wait for nothing */
    PRISIM_ENDPOINT_STOP_NONE    /* neither: stops making requests, says so */
};

/* When a function with model B reports the stop (PCIE-STOP-4, PCIE-STOP-5: either order). */
enum prisim_endpoint_stop_report {
    PRISIM_ENDPOINT_REPORT_WITH,   /* when its Stop Marker leaves */
    PRISIM_ENDPOINT_REPORT_BEFORE, /* then the marker, marker_delay later */
    PRISIM_ENDPOINT_REPORT_AFTER   /* marker_delay after the marker */
};

/* What the function does that it may not: each breaks one duty (PCIE-STOP, PCIE-PRICAP, PCIE-RESPONSE). */
enum prisim_endpoint_profile {
    PRISIM_ENDPOINT_HONEST,
    PRISIM_ENDPOINT_MARKER_EARLY, /* made with the STOP, ahead of what waits to leave: page requests of its PASID too */
    PRISIM_ENDPOINT_MARKER_LATE,  /* a marker that is owed is not sent before the next use begins */
    PRISIM_ENDPOINT_MARKER_NEVER, /* says that a marker follows, and sends none */
    PRISIM_ENDPOINT_IGNORES_ALLOCATION, /* page requests up to its capacity */
    PRISIM_ENDPOINT_KEEPS_REQUESTING,   /* reports the stop, and goes on with the jobs that have begun */
    PRISIM_ENDPOINT_LEAVES_NON_POSTED,  /* reports the stop with Translation Requests and reads still out */
    PRISIM_ENDPOINT_LEAVES_POSTED,      /* its report overtakes what waits to leave */
    PRISIM_ENDPOINT_LEAVES_GROUP,       /* an open group of a PASID that stops never gets its Last */
    PRISIM_ENDPOINT_PASID_CONTRARY,     /* of a response it wants a PASID where PRPR is 0, and none where it is 1 */
    PRISIM_ENDPOINT_OTHER_CLASS,        /* page requests have traffic class 1 */
    PRISIM_ENDPOINT_ASKS_AGAIN,         /* asks again for what was answered Invalid */
    PRISIM_ENDPOINT_LAST_TWICE,         /* the first request of a group has Last as well as the one made last */
    PRISIM_ENDPOINT_FORGETS_GROUPS, /* stops without waiting, forgets groups that are out, and uses their indices again
                                     */
    PRISIM_ENDPOINT_IGNORES_ENABLE, /* works with ATS and PRI off, and asks for pages without asking if they are there
                                     */
    PRISIM_ENDPOINT_PROFILES
};

/* When an Invalidate Request takes entries out of the ATC; until then the function uses them (PCIE-ATC). */
enum prisim_endpoint_drop {
    PRISIM_ENDPOINT_DROP_AT_COMPLETION, /* when it has been processed, before its completion is made */
    PRISIM_ENDPOINT_DROP_AT_ARRIVAL
};

/* Which of the Invalidate Requests that it has the function works on next, and completes next. */
enum prisim_endpoint_invalidate_order { PRISIM_ENDPOINT_INVALIDATE_IN_ORDER, PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER };

/* What is wrong with an invalidation (PCIE-ATC, PCIE-ITAG). Late is no broken duty, and UR is none for a PASID that the
 * function does not have. */
enum prisim_endpoint_invalidate_fault {
    PRISIM_ENDPOINT_FAULT_NONE,
    PRISIM_ENDPOINT_FAULT_PARTLY, /* of the entries hit, every second stays, the oldest first */
    PRISIM_ENDPOINT_FAULT_LATE,   /* processed for longer */
    PRISIM_ENDPOINT_FAULT_NEVER,  /* carried out, and not completed */
    PRISIM_ENDPOINT_FAULT_UR,     /* not carried out: Unsupported Request */
    PRISIM_ENDPOINT_FAULT_EARLY /* completed when it comes, before the entries and the reads that used them are gone */
};

/* What becomes of a job while ATS is off (PCIE-ATSCAP-6). */
enum prisim_endpoint_on_ats_off {
    PRISIM_ENDPOINT_ATS_OFF_FAIL,        /* it ends */
    PRISIM_ENDPOINT_ATS_OFF_UNTRANSLATED /* its memory TLPs are untranslated: the SMMU translates them */
};

/* What becomes of a job that needs a page while page requests are off (PCIE-PRIOFF). */
enum prisim_endpoint_on_pri_off {
    PRISIM_ENDPOINT_PRI_OFF_FAIL, /* it ends: no access */
    PRISIM_ENDPOINT_PRI_OFF_HOLD  /* it waits until they are on */
};

/* What becomes of a PRG Response whose PASID is not what PRPR and its group ask for (PCIE-PRICAP: undefined). */
enum prisim_endpoint_on_pasid_mismatch {
    PRISIM_ENDPOINT_PASID_DROP,   /* nothing: its group stays open */
    PRISIM_ENDPOINT_PASID_ACCEPT, /* it is not looked at */
    PRISIM_ENDPOINT_PASID_UPRGI   /* nothing, and UPRGI is set */
};

/* The order in which the members of a group are made (PCIE-GROUP). */
enum prisim_endpoint_group_order { PRISIM_ENDPOINT_GROUP_KEPT, PRISIM_ENDPOINT_GROUP_RANDOM };

/* The PRG index of a new group (PCIE-GROUP). */
enum prisim_endpoint_prgi_policy { PRISIM_ENDPOINT_PRGI_ROUND, PRISIM_ENDPOINT_PRGI_LOWEST };

/* A physical function (PF) and its virtual functions (VFs) are a block each. What a VF shares with its PF goes by wires
 * between the two: registers of the one block that the other sees at the next edge. */
enum { PRISIM_ENDPOINT_VFS_MAX = 31 };

enum { PRISIM_ENDPOINT_JOBS_MAX = 64, PRISIM_ENDPOINT_PASIDS_MAX = 64, PRISIM_ENDPOINT_ATC_MAX = 256 };

/* The members, with default, range, unit and source of each, are the rows of endpoint_config.def. */
struct prisim_endpoint_config {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/pcie_endpoint/endpoint_config.def"
};

enum prisim_endpoint_rx {
    PRISIM_ENDPOINT_RX_DOWN /* struct prisim_tlp */,
    PRISIM_ENDPOINT_RX_STIMULUS /* always taken */,
    PRISIM_ENDPOINT_RX_PF /* of a VF: struct prisim_endpoint_pf_wires; always taken */,
    PRISIM_ENDPOINT_RX_VF /* of a PF, and so many ports: struct prisim_endpoint_vf_wires; always taken */,
    PRISIM_ENDPOINT_RX_PORTS = PRISIM_ENDPOINT_RX_VF + PRISIM_ENDPOINT_VFS_MAX
};
enum prisim_endpoint_tx {
    PRISIM_ENDPOINT_TX_UP /* struct prisim_tlp */,
    PRISIM_ENDPOINT_TX_PF /* of a VF: struct prisim_endpoint_vf_wires */,
    PRISIM_ENDPOINT_TX_VF /* of a PF, and so many ports: struct prisim_endpoint_pf_wires */,
    PRISIM_ENDPOINT_TX_PORTS = PRISIM_ENDPOINT_TX_VF + PRISIM_ENDPOINT_VFS_MAX
};

/* From a PF to each of its VFs, when it changes: its registers, which are theirs as well (PCIE-PRICAP, PCIE-ATSCAP-5).
 */
struct prisim_endpoint_pf_wires {
    uint32_t allocation; /* page requests of all functions together: min(Allocation, Capacity) */
    uint16_t pasid_control;
    uint8_t stu;
    uint8_t enable;  /* PRI */
    uint8_t halted;  /* a Response Failure came since E went to 1 */
    uint8_t dropped; /* all groups are gone, also those of the VFs */
    uint8_t unused[2];
};

/* From a VF to its PF, when there is something to say. */
struct prisim_endpoint_vf_wires {
    int32_t page_requests; /* how many more are outstanding than before */
    uint8_t heard;         /* messages of the PF that it has acted on since it said so last */
    uint8_t failed;        /* a Response Failure came */
    uint8_t unexpected;    /* a response came that UPRGI tells of */
    uint8_t unused;
};

enum prisim_endpoint_stimulus_what {
    PRISIM_ENDPOINT_DMA,          /* a job: transfer size bytes at address under the PASID */
    PRISIM_ENDPOINT_PAGE_REQUEST, /* a raw page request, bypassing contexts, credits and PRG bookkeeping (a rogue) */
    PRISIM_ENDPOINT_INTERRUPT,    /* raises the MSI-X vector */
    PRISIM_ENDPOINT_REMOVE        /* it is not there any more */
};

/* A DMA that is many accesses, each a job of its own: where the next one is. */
enum prisim_endpoint_pattern {
    PRISIM_ENDPOINT_SEQUENTIAL, /* where the one before it ended */
    PRISIM_ENDPOINT_STRIDED,    /* stride bytes behind the beginning of the one before it */
    PRISIM_ENDPOINT_RANDOM,     /* anywhere in the span, a multiple of size from its beginning */
    PRISIM_ENDPOINT_DEPENDENT   /* the same, and only when the one before it has ended */
};
enum { PRISIM_ENDPOINT_STREAMS_MAX = 16 };

struct prisim_endpoint_stimulus {
    uint64_t address;
    uint64_t span;      /* RANDOM, DEPENDENT: bytes from address on, size at least */
    uint64_t stride;    /* STRIDED: bytes */
    uint32_t count;     /* accesses, with the jobs job, job + 1 and so on; 0 and 1: one */
    uint32_t job;       /* names the job in events */
    uint32_t pasid;     /* under has_pasid */
    uint32_t size;      /* bytes, 1..65536 (DMA) */
    uint16_t prg_index; /* raw page request */
    uint8_t what;       /* enum prisim_endpoint_stimulus_what */
    uint8_t has_pasid;
    uint8_t write;  /* DMA */
    uint8_t access; /* raw page request: bits R=1 W=2 L=4 */
    uint8_t rogue;  /* DMA with a PASID: past contexts, whether or not it runs; no stop ends it or waits for it */
    /* DMA with a PASID, as far as the PASID capability has them enabled (PCIE-PASIDCAP, PCIE-PREFIX). */
    uint8_t execute;     /* of what is read */
    uint8_t privileged;  /* mode */
    uint8_t pattern;     /* with count above 1: enum prisim_endpoint_pattern */
    uint8_t outstanding; /* with count above 1: accesses under way at once, 1 at least */
    uint8_t unused[5];
};

/* Configuration space: where the capabilities stand, and their fields (PCIE-CONFIG). An access is of 1, 2 or 4 bytes,
 * aligned to their number, and reaches no other byte (PCIE-ENUMERATION-1). */
enum {
    PRISIM_ENDPOINT_CONFIG_ID = 0x00,
    PRISIM_ENDPOINT_CONFIG_COMMAND = 0x04, /* bit 1 memory space, bit 2 bus master */
    PRISIM_ENDPOINT_CONFIG_BAR0 = 0x10,
    PRISIM_ENDPOINT_CONFIG_BAR2 = 0x18,
    PRISIM_ENDPOINT_CONFIG_EXPRESS = 0x40, /* capability 0x10 */
    PRISIM_ENDPOINT_CONFIG_MSIX = 0x80,    /* capability 0x11 */
    PRISIM_ENDPOINT_CONFIG_ATS = 0x100,    /* extended capability 0x0f; +4 capability, +6 control */
    PRISIM_ENDPOINT_CONFIG_PRI = 0x110,    /* 0x13; +4 control, +6 status, +8 capacity, +c allocation */
    PRISIM_ENDPOINT_CONFIG_PASID = 0x120,  /* 0x1b; +4 capability, +6 control */
    PRISIM_ENDPOINT_CONFIG_ACS = 0x130,    /* 0x0d */
    PRISIM_ENDPOINT_CONFIG_BYTES = 0x1000
};
enum { PRISIM_ATS_CONTROL_ENABLE = 1 << 15 };
enum { PRISIM_PRI_CONTROL_ENABLE = 1 << 0, PRISIM_PRI_CONTROL_RESET = 1 << 1 };
enum {
    PRISIM_PRI_STATUS_RF = 1 << 0,
    PRISIM_PRI_STATUS_UPRGI = 1 << 1,
    PRISIM_PRI_STATUS_STOPPED = 1 << 8,
    PRISIM_PRI_STATUS_PRPR = 1 << 15
};
enum {
    PRISIM_PASID_CONTROL_ENABLE = 1 << 0,
    PRISIM_PASID_CONTROL_EXECUTE = 1 << 1,
    PRISIM_PASID_CONTROL_PRIVILEGED = 1 << 2
};

/* BAR0: one 32-bit register per PASID at 4 * PASID. Write RUN to start a PASID (a new use of it), STOP to stop it;
 * a read gives the state. The device-specific stop mechanism of PCIE-STOP-4 is this register. */
enum { PRISIM_ENDPOINT_BAR_BYTES = 4 << 20 };
/* BAR2: the MSI-X table at 0, with one vector, and the PBA at 0x800. */
enum { PRISIM_ENDPOINT_MSIX_BYTES = 4 << 10 };
enum prisim_endpoint_pasid_command { PRISIM_ENDPOINT_PASID_RUN = 1, PRISIM_ENDPOINT_PASID_STOP = 2 };
enum prisim_endpoint_pasid_state {
    PRISIM_ENDPOINT_PASID_IDLE = 0,
    PRISIM_ENDPOINT_PASID_RUNNING = 1,
    PRISIM_ENDPOINT_PASID_STOPPING = 2
};

struct prisim_endpoint;

void prisim_endpoint_config_default(struct prisim_endpoint_config *config);
bool prisim_endpoint_config_check(const struct prisim_endpoint_config *config, struct prisim_config_error *error);
size_t prisim_endpoint_state_size(const struct prisim_endpoint_config *config);
void prisim_endpoint_init(const struct prisim_endpoint_config *config, struct prisim_endpoint *state);
prisim_cycle_t prisim_endpoint_step(const struct prisim_endpoint_config *config, struct prisim_endpoint *state,
                                    prisim_cycle_t now, struct prisim_ports *ports);

/* The canonical form of the state and of what is offered on its rx ports (model/core/canonical.h). Jobs and page
 * requests are names of the function with the rank ports->instance; PRG indexes are those of config->requester_id. */
void prisim_endpoint_canonical(const struct prisim_endpoint_config *config, const struct prisim_endpoint *state,
                               const struct prisim_ports *ports, struct prisim_canonical *to);
/* Bytes from its start that a step may write without prisim_touch (model/core/touched.h). */
size_t prisim_endpoint_hot_size(const struct prisim_endpoint_config *config);
/* What the stimulus means to the function with that rank and requester id. */
void prisim_endpoint_stimulus_canonical(const struct prisim_endpoint_stimulus *stimulus, unsigned rank,
                                        uint16_t requester_id, struct prisim_canonical *to);
/* The PRG index given out last: for prisim_canonical_prg_last, before any block is told. */
uint16_t prisim_endpoint_prg_last(const struct prisim_endpoint *state);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
