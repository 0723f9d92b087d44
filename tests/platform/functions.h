/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of a platform's devices share: functions at an SMMU that is on (software.h), and what their driver
 * does. Offsets of configuration space and its values are literals.
 */
#ifndef PRISIM_TESTS_PLATFORM_FUNCTIONS_H
#define PRISIM_TESTS_PLATFORM_FUNCTIONS_H

#include "model/platform/prisim_platform_device.h"
#include "tests/platform/software.h"

enum { COMMAND = 0x04, ATS_CONTROL = 0x106, PRI_CONTROL = 0x114, PRI_STATUS = 0x116, PRI_ALLOCATION = 0x11c };
enum { PASID_CONTROL = 0x126, NEXT_PAGE = 0x2000 /* behind the two pages that have descriptors */ };

/* `devices` functions at SMMU 0; the first has the stream of the tables. */
static inline struct prisim_platform_config device_config(uint32_t devices)
{
    struct prisim_platform_config config = small_config();
    config.devices = devices;
    config.device[0].endpoint.requester_id = SID;
    for (uint32_t i = 0; i < devices; i++)
        config.device[i].endpoint.retry_backoff = 10;
    return config;
}

static inline uint32_t config_read(struct prisim_platform *p, unsigned device, uint32_t offset, unsigned bytes)
{
    uint32_t value = 0xdeadbeef;
    OK(prisim_platform_config_read(p, device, offset, bytes, &value));
    return value;
}

/* As an operating system does it: 16 bits each, but for the allocation. */
static inline void enable_device(struct prisim_platform *p, unsigned device)
{
    OK(prisim_platform_config_write(p, device, COMMAND, 2, 6));
    OK(prisim_platform_config_write(p, device, PASID_CONTROL, 2, 1));
    OK(prisim_platform_config_write(p, device, PRI_ALLOCATION, 4, 16));
    OK(prisim_platform_config_write(p, device, PRI_CONTROL, 2, 1));
    OK(prisim_platform_config_write(p, device, ATS_CONTROL, 2, 0x8000));
}

static inline uint32_t pasid_state(struct prisim_platform *p, unsigned device, uint32_t pasid)
{
    uint32_t state = 0xdeadbeef;
    OK(prisim_platform_bar_read32(p, device, 4 * (uint64_t)pasid, &state));
    return state;
}

static inline void run_pasid(struct prisim_platform *p, unsigned device, uint32_t pasid)
{
    OK(prisim_platform_bar_write32(p, device, 4 * (uint64_t)pasid, 1));
    ck_assert_uint_eq(pasid_state(p, device, pasid), 1);
}

static inline struct prisim_endpoint_stimulus job(uint32_t number, uint64_t address, uint32_t size, bool write)
{
    return (struct prisim_endpoint_stimulus){.what = PRISIM_ENDPOINT_DMA,
                                             .job = number,
                                             .address = address,
                                             .size = size,
                                             .write = write,
                                             .has_pasid = 1,
                                             .pasid = PASID};
}

static inline void submit_job(struct prisim_platform *p, unsigned device, uint32_t number, uint64_t address, bool write)
{
    const struct prisim_endpoint_stimulus what = job(number, address, 8, write);
    OK(prisim_platform_submit(p, device, &what));
}

static inline struct prisim_platform_job_end job_end(struct prisim_platform *p)
{
    struct prisim_platform_job_end end = {0};
    OK(prisim_platform_next_job_end(p, LIMIT, &end, NULL));
    return end;
}

static inline void job_ends(struct prisim_platform *p, unsigned device, uint32_t number, enum prisim_cause cause)
{
    const struct prisim_platform_job_end end = job_end(p);
    ck_assert_uint_eq(end.device, device);
    ck_assert_uint_eq(end.job, number);
    ck_assert_int_eq(end.cause, cause);
}

/* SMMU on, function enabled, PASID 1 running at device 0. */
static inline struct prisim_platform *start_devices(const struct prisim_platform_config *config)
{
    struct prisim_platform *p = start_platform(config);
    enable_device(p, 0);
    run_pasid(p, 0, PASID);
    return p;
}

static inline uint32_t smmu_register(struct prisim_platform *p, unsigned smmu, uint64_t offset)
{
    uint32_t value;
    OK(prisim_platform_mmio_read32(p, smmu, offset, &value));
    return value;
}

static inline uint64_t word_at(struct prisim_platform *p, uint64_t address)
{
    uint64_t word;
    OK(prisim_platform_memory_peek64(p, address, &word));
    return word;
}

#endif
