/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that wants our names without their prefix.
 */
#include <stdio.h>

#include "driver/driver.h"
#include "model/core/bits.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

#include "model/core/short_names.h"

int main(void)
{
    struct smmu_config config;
    struct config_error error;
    smmu_config_default(&config);
    const cycle_t never = CYCLE_NEVER;
    bool good = smmu_config_check(&config, &error) && smmu_state_size(&config) > 0 && event_name(EVENT_SMMU_SYNC) &&
                bits_put(1, CD0_V) == UINT64_C(1) << 31 && cycle_min(1, never) == 1 &&
                CR0_SMMUEN == PRISIM_CR0_SMMUEN && CMDQ_OP_ATC_INV == 0x40 && TLP_DATA_MAX == 64;
    if (!good)
        puts("a short name is another thing than its long one");
    return good ? 0 : 1;
}
