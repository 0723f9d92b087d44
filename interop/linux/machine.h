/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine under the kernel: prisim's platform with an SMMU and a device, memory that both see, interrupts that call
 * handlers, and what happened, counted. One machine at a time. A time is in cycles of the model, which are nanoseconds.
 */
#ifndef PRISIM_INTEROP_LINUX_MACHINE_H
#define PRISIM_INTEROP_LINUX_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/platform/prisim_platform_device.h"
#include "seam.h"

enum { DEVICE = 0, FRAME_BYTES = 4096, BLOCK_BYTES = 2 << 20, BLOCK_FRAMES = BLOCK_BYTES / FRAME_BYTES };

/* What a device's pages are: memory beside the kernel's, a block of 2 MB after the other. */
#define MACHINE_FRAMES UINT64_C(0x400000000)

struct machine_setup {
    const char *name;
    const char *about;
    struct prisim_platform_config platform; /* devices == 0: the device is no PCI function, it has no ATS */
    struct linux_firmware firmware;
    uint32_t stream_id;
    bool is_nested;         /* stage 2 */
    bool can_stall;         /* the device may be stalled */
    bool no_msi_polling;    /* the driver's parameter disable_msipolling */
    uint64_t only_granules; /* page sizes, or 0: all */
    uint64_t page;          /* the smallest page */
};

/* An access of the SMMU's own that goes wrong, for a while. */
enum machine_wrong { MACHINE_RIGHT, MACHINE_ABORTED, MACHINE_OTHER_COMMAND };

struct machine {
    const struct machine_setup *setup;
    struct prisim_platform *platform;
    FILE *log;         /* every event, or NULL */
    const char *step;  /* of a sequence, or NULL */
    bool is_verbose;   /* the kernel's lines are printed */
    bool runs_threads; /* of interrupts; else they stay due */
    /* Counted since machine_open, or since somebody set them to 0. */
    uint32_t reads, writes, polls, ignored, misuses; /* accesses to registers; of reads, those that poll are apart */
    uint32_t commands;
    uint32_t lines;           /* of the kernel */
    uint32_t interrupts;      /* of the SMMU */
    uint32_t sync_msis, sevs; /* how CMD_SYNCs said that they were done */
    uint32_t missed;          /* WFEs that no event ended, but time */
    uint32_t dropped;         /* page requests, by the PRI queue */
    uint32_t transfers;       /* of the endpoint: memory TLPs */
    uint32_t stale_walks;     /* the SMMU read a table that the kernel had given back */
    /* The next wrong_count accesses of the SMMU for wrong_source. */
    uint32_t wrong_count;
    enum prisim_smmu_source wrong_source;
    enum machine_wrong wrong;
};
extern struct machine machine;

/* Opens a platform as `setup` says, with the kernel's memory empty; ends the program if it cannot be built. */
void machine_open(const struct machine_setup *setup);
void machine_close(void);

/* Lets that much time pass, and threads of interrupts run. */
void machine_run(uint64_t cycles);
/* The same until `is_so` is true: false if it is not within `limit` cycles. */
bool machine_wait(bool (*is_so)(void), uint64_t limit);
/* The line of the kernel with that number, counted from 0, with its level in front; "" if it was looked for. */
const char *machine_line(uint32_t number);
/* How many of the last 8192 lines have this text; they are forgotten then. */
unsigned machine_printed(const char *text);

/* A job of the device: `bytes` at `iova`, in one line; under the PASID if it is not 0. As an endpoint it ends later; as
 * a device without ATS it has ended when the call returns: true if it succeeded. */
bool machine_dma(uint64_t iova, uint32_t bytes, bool is_write, uint32_t pasid);
/* A page request of the endpoint's that no job makes. access: bits R=1 W=2 L=4. */
void machine_page_request(uint64_t iova, uint32_t prg_index, uint8_t access, uint32_t pasid);
/* The function's register of a PASID: RUN or STOP. */
void machine_pasid(uint32_t pasid, enum prisim_endpoint_pasid_command command);
/* Waits for the end of the last job: its cause, or PRISIM_CAUSES if none ended within 10 ms. */
enum prisim_cause machine_job_end(void);

/* What another source adds: called for each access to frames, and for each event. */
extern void (*machine_on_frame)(const struct prisim_platform_access *access, bool is_write);
extern void (*machine_on_event)(const struct prisim_event *event);

#endif
