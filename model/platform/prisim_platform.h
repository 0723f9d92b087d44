/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform: one or more SMMUs, each with its PRI queue, on one clock and one memory, and the program that calls these
 * functions in the place of the processor and of the devices, as far as these are not PCIe functions of the model
 * (prisim_platform_device.h). It is made of the blocks and of channels between them, so nothing here happens in no time
 * but what says so, and a program of its own that reaches the same ports gets the same events in the same cycles
 * (tests/platform/test_platform_equal.c, test_platform_device_equal.c).
 *
 * Time is the number of a clock edge. It passes inside the functions that take a limit or say "blocks", nowhere else.
 * Any number of platforms may exist, each used by one thread at a time; there are no globals, nothing is printed, and
 * nothing is allocated after prisim_platform_open. What goes wrong is returned.
 *
 * What it has not: a reset, snapshots. TLPs of the caller's are in prisim_platform_tlp.h, what may be configured in
 * prisim_platform_config.h.
 */
#ifndef PRISIM_PLATFORM_H
#define PRISIM_PLATFORM_H

#include "model/core/scheduler.h"
#include "model/platform/prisim_platform_config.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct prisim_platform;

/* Builds a platform: PRISIM_OK, and *platform is it; edge 0 has been run. PRISIM_CONFIG: *error, which may be NULL,
 * says what is wrong. PRISIM_NO_MEMORY. In both cases *platform is NULL. The configuration is copied. */
enum prisim_status prisim_platform_open(struct prisim_platform **platform, const struct prisim_platform_config *config,
                                        struct prisim_platform_error *error);

/* Gives back everything. NULL is allowed. */
void prisim_platform_close(struct prisim_platform *platform);

/* ---- time ----------------------------------------------------------------------------------------------------------
 */

/* The last edge that was run. */
uint64_t prisim_platform_now(const struct prisim_platform *platform);

/* Runs all edges up to and including `cycle`, which then is now. PRISIM_REFUSED if it is past. */
enum prisim_status prisim_platform_run_until(struct prisim_platform *platform, uint64_t cycle);

/* Runs until nothing will happen any more without a call: PRISIM_OK, and now is the last edge at which something did,
 * or what it was. PRISIM_TIMEOUT if `limit` cycles passed before. */
enum prisim_status prisim_platform_run_until_idle(struct prisim_platform *platform, uint64_t limit);

/* ---- registers -----------------------------------------------------------------------------------------------------
 */

/* One access at the register port of SMMU number `smmu`; `offset` is in bytes from the start of its frame
 * (model/smmu/smmu_registers.h). Blocks: the access is offered at the next edge, and when it returns, now is the edge
 * at which the answer came. What software must not do is answered as docs/timing/smmu.md says, not refused.
 * PRISIM_REFUSED: no such SMMU, or an access that is not in one line of 64 bytes. PRISIM_ABORT: the answer is an abort.
 * PRISIM_TIMEOUT: no answer within config.patience cycles; a late one is dropped. *value is set under PRISIM_OK only.
 */
enum prisim_status prisim_platform_mmio_read32(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                               uint32_t *value);
enum prisim_status prisim_platform_mmio_read64(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                               uint64_t *value);
enum prisim_status prisim_platform_mmio_write32(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                                uint32_t value);
enum prisim_status prisim_platform_mmio_write64(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                                uint64_t value);

/* Reads the register again and again until `mask` of it is `value`: PRISIM_OK. Errors as of a read; PRISIM_TIMEOUT also
 * if `limit` cycles after the call no read has begun that found it. At least one read is made. */
enum prisim_status prisim_platform_mmio_wait32(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                               uint32_t mask, uint32_t value, uint64_t limit);

/* The register as a read would find it after the last edge, at once and without effect: for debuggers. `offset` is a
 * multiple of 4 inside the frame, else PRISIM_REFUSED. */
enum prisim_status prisim_platform_register_peek(const struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                                 uint32_t *value);

/* ---- memory --------------------------------------------------------------------------------------------------------
 */

/* The processor's accesses: any address and size, cut at lines of 64 bytes, one after the other. Block. PRISIM_ABORT:
 * an access was aborted, and those after it were not made. PRISIM_TIMEOUT as of a register. PRISIM_REFUSED: the range
 * does not end below 2^64, or `data` is NULL. No bytes: PRISIM_OK, and no time. */
enum prisim_status prisim_platform_memory_read(struct prisim_platform *platform, uint64_t address, void *data,
                                               size_t bytes);
enum prisim_status prisim_platform_memory_write(struct prisim_platform *platform, uint64_t address, const void *data,
                                                size_t bytes);

/* The platform's own RAM at once, without time, event or call of the user's functions: for setting up tables, and for
 * debuggers. PRISIM_REFUSED, and nothing is done, unless all of it is RAM. PRISIM_FULL, and nothing is written:
 * config.memory.pages are in use, and the bytes need another. */
enum prisim_status prisim_platform_memory_peek(const struct prisim_platform *platform, uint64_t address, void *data,
                                               size_t bytes);
enum prisim_status prisim_platform_memory_poke(struct prisim_platform *platform, uint64_t address, const void *data,
                                               size_t bytes);

/* The same of 8 bytes, little-endian. */
enum prisim_status prisim_platform_memory_peek64(const struct prisim_platform *platform, uint64_t address,
                                                 uint64_t *value);
enum prisim_status prisim_platform_memory_poke64(struct prisim_platform *platform, uint64_t address, uint64_t value);

/* ---- interrupts ----------------------------------------------------------------------------------------------------
 */

struct prisim_platform_interrupt {
    uint64_t cycle; /* at which it reached the processor */
    unsigned smmu;  /* whose it is; PRISIM_PLATFORM_CPU: the caller's own write to the doorbell */
    bool is_msi;    /* a write to the doorbell; else wired */
    uint32_t data;  /* of an MSI */
    uint32_t lines; /* wired: PRISIM_SMMU_WIRED_* */
};

/* The oldest interrupt that was not returned yet. Waits for one for at most `limit` cycles (0: runs nothing):
 * PRISIM_TIMEOUT if none came. At most PRISIM_PLATFORM_INTERRUPTS_MAX are kept; the newest is lost when there is no
 * place, and counted in *lost, which may be NULL: how many were lost since the call before. */
enum prisim_status prisim_platform_next_interrupt(struct prisim_platform *platform, uint64_t limit,
                                                  struct prisim_platform_interrupt *interrupt, uint32_t *lost);

/* ---- events --------------------------------------------------------------------------------------------------------
 */

/* Has each edge's events handed to `listener`, sorted, as of a scheduler; NULL: none. It must not call the platform. */
void prisim_platform_set_listener(struct prisim_platform *platform, prisim_scheduler_listener listener, void *context);

/* The name of the instance that stands in an event: "host", "smmu", "pri_queue", "memory", "fabric"; "smmu[1]",
 * "fabric[1]" and so on, by the SMMU's number, in a platform of more than one SMMU; "endpoint[0]" and so on, by the
 * device's number. `name` has PRISIM_PLATFORM_NAME_MAX bytes. PRISIM_REFUSED: no such instance. */
enum prisim_status prisim_platform_instance_name(const struct prisim_platform *platform, unsigned instance, char *name);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
