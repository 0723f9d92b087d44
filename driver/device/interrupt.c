/* SPDX-License-Identifier: Apache-2.0
 *
 * The interrupt of a function: the one vector of its MSI-X table, and MSI-X itself (PCIE-ENUMERATION-6). It is written
 * by the function to the doorbell of the SMMU's own interrupts, with other data.
 */
#include "driver/access.h"
#include "driver/device/function.h"

enum { MSIX_CONTROL = PRISIM_ENDPOINT_CONFIG_MSIX + 2, MSIX_ENABLE = 1 << 15, TABLE_DWORDS = 4 };

/* Address, data, and a vector that is not masked. */
static uint32_t table_dword(const struct edge *e, uint32_t dword)
{
    const uint64_t doorbell = e->config->doorbell_base;
    const uint32_t words[TABLE_DWORDS] = {(uint32_t)doorbell, (uint32_t)(doorbell >> 32), PRISIM_DRIVER_MSI_FUNCTION,
                                          0};
    return words[dword];
}

bool function_enable_interrupt(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.row = 0; t->bring_up.row < TABLE_DWORDS; t->bring_up.row++) {
        STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);
        access_memory_write(e, function_config(e, t)->msix_base + UINT64_C(4) * t->bring_up.row,
                            table_dword(e, t->bring_up.row));
    }
    CONFIG_WRITE(function_id(e, t), MSIX_CONTROL, 2, MSIX_ENABLE);
    END;
}
