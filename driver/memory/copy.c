/* SPDX-License-Identifier: Apache-2.0
 *
 * A write to a page that is write-protected. If it is shared (backing cow) the descriptor is cleared, and everybody who
 * may have read it is told, before another one is put there (break-before-make, SMMU-TLBI; a kernel: ptep_clear_flush).
 * The page is mapped anew behind that, by page_table_map. If it is a file's (backing file), that has made it writable
 * in place.
 */
#include "driver/access.h"
#include "driver/memory/memory.h"
#include "driver/step.h"

bool driver_copy_page(struct edge *e, struct task *t, uint16_t *pc)
{
    uint32_t taken = 0;
    BEGIN;
    STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
    if (!page_table_is_shared(e, t)) /* somebody else was faster */
        FINISH;
    page_table_clear(e, t, &taken);
    assert(!taken);
    ANSWER();
    CALL(range_tlbi);
    CALL(range_sync);
    CALL(range_atc_inv);
    CALL(range_sync);
    END;
}

/* It leads where it did, and permits more: whoever was refused by the old one asks again, and must not find that in a
 * TLB. An ATC that has it asks for what it lacks (PCIE-ATC), and is not told. */
bool driver_dirty_page(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    ANSWER();
    CALL(range_tlbi);
    CALL(range_sync);
    END;
}
