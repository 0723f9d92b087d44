/* SPDX-License-Identifier: Apache-2.0
 *
 * An SMMU that is found switched on (UNBIND-S-50): what accesses meet meanwhile is said first, as Linux does it, and
 * then it is switched off. From the acknowledgement on nothing of the old tables and queues is used.
 */
#include "driver/access.h"
#include "driver/kexec.h"
#include "driver/step.h"

/* arm_smmu_update_gbpa */
static bool set_gbpa_abort(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_GBPA);
    ANSWER();
    WRITE_REGISTER(PRISIM_SMMU_GBPA, 4, (uint32_t)t->answer[0] | PRISIM_GBPA_ABORT | PRISIM_GBPA_UPDATE);
    ANSWER();
    for (;;) {
        READ_REGISTER(PRISIM_SMMU_GBPA);
        ANSWER();
        if (!(t->answer[0] & PRISIM_GBPA_UPDATE))
            break;
        SLEEP(e->config->price.poll_interval);
    }
    END;
}

/* SMMU-GERROR: what the old life has not acknowledged; a command queue that stopped there stays so until it is. */
static bool acknowledge_errors(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_GERROR);
    ANSWER();
    d->gerror = d->gerrorn = (uint32_t)t->answer[0];
    WRITE_REGISTER(PRISIM_SMMU_GERRORN, 4, d->gerrorn);
    ANSWER();
    END;
}

bool driver_smmu_take_over(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_CR0);
    ANSWER();
    if ((t->answer[0] & PRISIM_CR0_SMMUEN) && e->config->kexec_gbpa == PRISIM_DRIVER_KEXEC_GBPA_ABORT)
        CALL(set_gbpa_abort);
    WRITE_REGISTER(PRISIM_SMMU_CR0, 4, 0);
    ANSWER();
    for (;;) {
        READ_REGISTER(PRISIM_SMMU_CR0ACK);
        ANSWER();
        if (!(uint32_t)t->answer[0])
            break;
        SLEEP(e->config->price.poll_interval);
    }
    CALL(acknowledge_errors);
    EMIT(driver_smmu_off, .life = e->driver->life + UINT64_C(1));
    END;
}
