/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform's PCIe functions (model/pcie_endpoint), each behind a link of its SMMU's fabric: the caller is the
 * processor, which reaches configuration space and BARs through that fabric, and the one who gives the function its
 * work. A function is known by its number, its place in prisim_platform_config.device.
 *
 * Where the capabilities and registers stand: model/pcie_endpoint/pcie_endpoint.h. Timing: docs/timing/endpoint.md and
 * docs/timing/fabric.md.
 */
#ifndef PRISIM_PLATFORM_DEVICE_H
#define PRISIM_PLATFORM_DEVICE_H

#include "model/platform/prisim_platform.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum {
    PRISIM_PLATFORM_SUBMITS_MAX = 64,  /* what waits to reach one device */
    PRISIM_PLATFORM_JOB_ENDS_MAX = 256 /* that wait for prisim_platform_next_job_end */
};

/* ---- the processor's accesses --------------------------------------------------------------------------------------
 */

/* One access of configuration space. Blocks: the request is offered to the fabric at the next edge, and when it
 * returns, now is the edge at which the completion came. `bytes` is 1, 2 or 4; of `value` the low bytes count, and
 * *value, which is set under PRISIM_OK only, has the others 0. PRISIM_REFUSED: no such device, another number of
 * bytes, an offset that is not a multiple of it or not below PRISIM_ENDPOINT_CONFIG_BYTES. PRISIM_ABORT: a completion
 * that is not Successful Completion. PRISIM_TIMEOUT: no completion within config.patience cycles; a late one is
 * dropped. */
enum prisim_status prisim_platform_config_read(struct prisim_platform *platform, unsigned device, uint32_t offset,
                                               unsigned bytes, uint32_t *value);
enum prisim_status prisim_platform_config_write(struct prisim_platform *platform, unsigned device, uint32_t offset,
                                                unsigned bytes, uint32_t value);

/* The same of the root port above the functions of an SMMU, if it has any. */
enum prisim_status prisim_platform_root_port_read(struct prisim_platform *platform, unsigned smmu, uint32_t offset,
                                                  unsigned bytes, uint32_t *value);
enum prisim_status prisim_platform_root_port_write(struct prisim_platform *platform, unsigned smmu, uint32_t offset,
                                                   unsigned bytes, uint32_t value);

/* One access of 4 bytes in the function's BAR0, where config.device[].endpoint.bar_base has it; `offset` is in bytes
 * from its start. Blocks. A read: as one of configuration space; PRISIM_ABORT while COMMAND has memory space off. A
 * write is posted: PRISIM_OK, and now is the edge at which the fabric took it; PRISIM_TIMEOUT: it did not within
 * config.patience cycles, and the write stays offered. PRISIM_REFUSED: no such device, an offset that is not a multiple
 * of 4 below PRISIM_ENDPOINT_BAR_BYTES. */
enum prisim_status prisim_platform_bar_read32(struct prisim_platform *platform, unsigned device, uint64_t offset,
                                              uint32_t *value);
enum prisim_status prisim_platform_bar_write32(struct prisim_platform *platform, unsigned device, uint64_t offset,
                                               uint32_t value);

/* ---- the function's work -------------------------------------------------------------------------------------------
 */

/* A job, or a raw page request, without letting time pass: it is offered to the function at the next edge that is run,
 * one an edge in the order of the calls, and taken at the edge after. PRISIM_FULL: PRISIM_PLATFORM_SUBMITS_MAX wait.
 * PRISIM_REFUSED: no such device, a field that is not as struct prisim_endpoint_stimulus says, or a transfer that does
 * not end below 2^64. */
enum prisim_status prisim_platform_submit(struct prisim_platform *platform, unsigned device,
                                          const struct prisim_endpoint_stimulus *what);

struct prisim_platform_job_end {
    uint64_t cycle;
    unsigned device;
    uint32_t job;            /* as it was submitted */
    uint64_t pasid;          /* as in events: PRISIM_PASID_NONE for none */
    enum prisim_cause cause; /* PRISIM_CAUSE_COMPLETED, or why it was not done */
};

/* The oldest end of a job that was not returned yet, of all devices. Waits for one for at most `limit` cycles (0: runs
 * nothing): PRISIM_TIMEOUT if none came. At most PRISIM_PLATFORM_JOB_ENDS_MAX are kept; the newest is lost when there
 * is no place, and counted in *lost, which may be NULL: how many were lost since the call before. */
enum prisim_status prisim_platform_next_job_end(struct prisim_platform *platform, uint64_t limit,
                                                struct prisim_platform_job_end *end, uint32_t *lost);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
