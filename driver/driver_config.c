/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's configuration: defaults, and what is refused.
 */
#include "driver/driver_state.h"

/* All numbers without a source are assumptions. */
void driver_config_default(struct driver_config *config)
{
    *config = (struct driver_config){
        .ram_base = UINT64_C(0x40000000),
        .ram_size = UINT64_C(0x1000000),
        .doorbell_base = UINT64_C(0x08020000),
        .cpus = 4,
        .workers = 2,
        .unbind = DRIVER_UNBIND_DRAIN,
        .marker_timeout = 100000,
        .draining_answer = DRIVER_DRAINING_INVALID,
        .cons_update = DRIVER_CONS_ENTRY,
        .asid_bits = 8,
        .asid_recycle = DRIVER_ASID_AT_ONCE,
        .asid_delay = 100000,
        .bind_cfgi = 1, /* SMMU-FETCH: invalid descriptors may be cached, too */
        .structure_update = DRIVER_STRUCTURE_AS_ARM,
        .on_atc_timeout = DRIVER_ATC_TIMEOUT_AS_LINUX_6_1,
        .atc_inv_repeats = 3,
        .interrupts = DRIVER_INTERRUPTS_MSI,
        .irq_latency = 1000,   /* PCIE-LATENCY */
        .fault_service = 3000, /* PCIE-LATENCY */
        .cmdq_log2 = 8,
        .eventq_log2 = 8,
        .priq_log2 = 9,
        .pasid_bits = 6,
        .ppar = 1,
        .price = {.mmio_read = 20,
                  .mmio_write = 20,
                  .load = 4,
                  .store = 4,
                  .compute = 20,
                  .interrupt_entry = 200,
                  .wake_up = 500,
                  .poll_interval = 200},
    };
}

static bool wrong(struct config_error *error, const char *field, const char *expected)
{
    *error = (struct config_error){field, expected};
    return false;
}

/* A member that is a number in a range. */
struct range {
    size_t at;
    uint32_t low, high;
    const char *field, *expected;
};
#define RANGE(member, low, high)                                                                                       \
    {                                                                                                                  \
        offsetof(struct driver_config, member), low, high, #member, #low ".." #high                                    \
    }

static const struct range ranges[] = {
    RANGE(cpus, 1, 8),
    RANGE(workers, 1, 4),
    RANGE(unbind, 0, 2),
    RANGE(marker_timeout, 0, 1000000000),
    RANGE(draining_answer, 0, 1),
    RANGE(cons_update, 0, 1),
    RANGE(recycle_delay, 0, 1000000000),
    RANGE(asid_bits, 1, 16),
    RANGE(asid_recycle, 0, 2),
    RANGE(asid_delay, 1, 1000000000),
    RANGE(bind_cfgi, 0, 1),
    RANGE(structure_update, 0, 1),
    RANGE(on_atc_timeout, 0, 2),
    RANGE(atc_inv_repeats, 1, 1000000),
    RANGE(interrupts, 0, 1),
    RANGE(irq_latency, 1, 1000000000),
    RANGE(fault_service, 1, 1000000000),
    RANGE(cmdq_log2, 4, 19),
    RANGE(eventq_log2, 4, 19),
    RANGE(priq_log2, 0, 19),
    RANGE(priq_lo, 0, 1),
    RANGE(pasid_bits, 1, 10),
    RANGE(ppar, 0, 1),
    RANGE(functions, 1, 32),
    RANGE(spaces, 0, 16),
    RANGE(price.mmio_read, 1, 1000000),
    RANGE(price.mmio_write, 1, 1000000),
    RANGE(price.load, 1, 1000000),
    RANGE(price.store, 1, 1000000),
    RANGE(price.compute, 1, 1000000),
    RANGE(price.interrupt_entry, 1, 1000000),
    RANGE(price.wake_up, 1, 1000000),
    RANGE(price.poll_interval, 1, 1000000),
};

static bool region_check(const struct driver_region *region, struct config_error *error)
{
    if (region->at % PAGE_BYTES || region->at >> 48)
        return wrong(error, "space.region.at", "a multiple of 4096 below 2^48");
    if (!region->size || region->size % PAGE_BYTES || region->size > (UINT64_C(1) << 48) - region->at)
        return wrong(error, "space.region.size", "a multiple of 4096, at least 4096, ending at 2^48 or before");
    if (region->perm < 1 || region->perm > 3)
        return wrong(error, "space.region.perm", "read, write or both");
    if (region->populated > 1)
        return wrong(error, "space.region.populated", "0 or 1");
    return true;
}

static bool spaces_check(const struct driver_config *config, struct config_error *error)
{
    for (uint32_t s = 0; s < config->spaces; s++) {
        if (config->space[s].regions > DRIVER_REGIONS_MAX)
            return wrong(error, "space.regions", "0..16");
        for (uint32_t r = 0; r < config->space[s].regions; r++)
            if (!region_check(&config->space[s].region[r], error))
                return false;
    }
    return true;
}

static bool functions_check(const struct driver_config *config, struct config_error *error)
{
    for (uint32_t i = 0; i < config->functions; i++) {
        if (config->function[i].bar_base % 4)
            return wrong(error, "function.bar_base", "a multiple of 4");
        for (uint32_t j = 0; j < i; j++)
            if (config->function[i].requester_id == config->function[j].requester_id)
                return wrong(error, "function.requester_id", "unlike that of every other function");
    }
    return true;
}

bool driver_config_check(const struct driver_config *config, struct config_error *error)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        uint32_t value;
        memcpy(&value, (const char *)config + ranges[i].at, sizeof value);
        if (value < ranges[i].low || value > ranges[i].high)
            return wrong(error, ranges[i].field, ranges[i].expected);
    }
    if (!functions_check(config, error) || !spaces_check(config, error))
        return false;
    if (config->ram_base % PAGE_BYTES || config->ram_base >> 47)
        return wrong(error, "ram_base", "a multiple of 4096 below 2^47");
    if (config->ram_size % PAGE_BYTES || config->ram_size >> 40 ||
        driver_layout(config, NULL) > config->ram_base + config->ram_size)
        return wrong(error, "ram_size",
                     "a multiple of 4096, below 2^40, with room for stream table, queues and CD tables");
    if (config->doorbell_base % 4)
        return wrong(error, "doorbell_base", "a multiple of 4");
    return true;
}
