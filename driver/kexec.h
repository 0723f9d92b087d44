/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: the second life of the driver (UNBIND-S-50), over an SMMU and functions that the first one left
 * as they were.
 */
#ifndef PRISIM_DRIVER_KEXEC_H
#define PRISIM_DRIVER_KEXEC_H

#include "driver/state.h"

/* Where the RAM of a life begins and ends: the second one has the end of it, crashkernel, and nothing else. */
static inline uint64_t kexec_ram_end(const struct prisim_driver_config *config, uint32_t life)
{
    return config->ram_base + config->ram_size - (life ? 0 : config->crashkernel);
}

static inline uint64_t kexec_ram_first(const struct prisim_driver_config *config, uint32_t life)
{
    return life ? kexec_ram_end(config, 0) : config->ram_base;
}

/* The event queue and the PRI queue are left off. */
static inline bool kexec_has_queues_off(const struct prisim_driver_config *config, const struct prisim_driver *d)
{
    return d->life && config->kexec_queues == PRISIM_DRIVER_KEXEC_QUEUES_OFF;
}

/* And whoever is woken for them leaves them alone. */
static inline bool kexec_leaves_queues_alone(const struct prisim_driver_config *config, const struct prisim_driver *d)
{
    return kexec_has_queues_off(config, d) && config->kexec_threads == PRISIM_DRIVER_KEXEC_THREADS_CHECK;
}

/* kexec.c */
void driver_kexec(struct edge *e);

/* start.c */
void driver_start(const struct prisim_driver_config *config, struct prisim_driver *d, uint32_t life);

/* smmu/take_over.c, device/left_on.c */
bool driver_smmu_take_over(struct edge *e, struct task *t, uint16_t *pc);
bool function_take_over(struct edge *e, struct task *t, uint16_t *pc);

#endif
