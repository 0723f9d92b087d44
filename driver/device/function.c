/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions' bring-up by configuration TLPs (PCIE-CONFIG, PCIE-ENABLE): with what is known of our endpoint, or by
 * what is found (enumerate.c).
 */
#include "driver/device/function.h"
#include "driver/kexec.h"

/* The order of PCIE-ENABLE: PASID before ATS; PRI: Reset, Stopped, Allocation, Enable. Registers are accessed as
 * aligned dwords: a control register in the upper half stands beside read-only capability bits; the status bits above
 * PRI control are cleared by ones only. */
enum row_what {
    ROW_WRITE,
    ROW_BAR_LOW,
    ROW_BAR_HIGH,
    ROW_ATS,
    ROW_PASID,
    ROW_PRI,
    ROW_PRI_STOPPED,
    ROW_PRI_CAPACITY,
    ROW_PRI_ALLOCATION
};
enum { HALF = 16 };
static const struct {
    uint32_t offset;
    uint32_t value;
    uint32_t what;
} rows[] = {
    {PRISIM_ENDPOINT_CONFIG_BAR0, 0, ROW_BAR_LOW},
    {PRISIM_ENDPOINT_CONFIG_BAR0 + 4, 0, ROW_BAR_HIGH},
    {PRISIM_ENDPOINT_CONFIG_COMMAND, COMMAND_MEMORY_AND_MASTER, ROW_WRITE},
    {PRISIM_ENDPOINT_CONFIG_PASID + 4, PRISIM_PASID_CONTROL_ENABLE, ROW_PASID},
    {PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_RESET, ROW_PRI},
    {PRISIM_ENDPOINT_CONFIG_PRI + 4, 0, ROW_PRI_STOPPED},
    {PRISIM_ENDPOINT_CONFIG_PRI + 8, 0, ROW_PRI_CAPACITY},
    {PRISIM_ENDPOINT_CONFIG_PRI + 12, 0, ROW_PRI_ALLOCATION},
    {PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_ENABLE, ROW_PRI},
    {PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << HALF, ROW_ATS},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static bool row_is_read(uint32_t row)
{
    return rows[row].what == ROW_PRI_STOPPED || rows[row].what == ROW_PRI_CAPACITY;
}

/* A fixed allocation is within the capacity, which nobody has asked for. */
static uint32_t known_capacity(const struct edge *e, const struct task *t)
{
    return e->config->credits == PRISIM_DRIVER_CREDITS_FIXED ? UINT32_MAX : t->bring_up.left;
}

static uint32_t row_value(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_function *function = function_config(e, t);
    const uint32_t row = t->bring_up.row;
    assert(row < ROWS);
    switch ((enum row_what)rows[row].what) {
    case ROW_BAR_LOW:
        return (uint32_t)function->bar_base;
    case ROW_BAR_HIGH:
        return (uint32_t)(function->bar_base >> 32);
    case ROW_PASID:
        return (rows[row].value | function->pasid_modes) << HALF;
    case ROW_PRI_ALLOCATION:
        return function_credits(e, t, known_capacity(e, t));
    case ROW_WRITE:
    case ROW_ATS:
    case ROW_PRI:
    case ROW_PRI_STOPPED:
    case ROW_PRI_CAPACITY:
        break;
    }
    return rows[row].value;
}

static bool row_is_done(const struct edge *e, const struct task *t)
{
    return rows[t->bring_up.row].what != ROW_PRI_STOPPED || (t->answer[0] >> HALF & PRISIM_PRI_STATUS_STOPPED) ||
           t->status != PRISIM_TLP_SC || !e->config->function[t->bring_up.function].pri_allocation;
}

/* PRI without an allocation; PRI and PASID of a virtual function; a capacity that nobody asks for; ATS of one whose
 * accesses stall. */
static bool row_is_left_out(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_function *function = function_config(e, t);
    const enum row_what what = (enum row_what)rows[t->bring_up.row].what;
    return (what == ROW_PRI_CAPACITY && e->config->credits == PRISIM_DRIVER_CREDITS_FIXED) ||
           (what == ROW_ATS && function->faults == PRISIM_DRIVER_FAULTS_STALL) ||
           ((what == ROW_ATS || what >= ROW_PRI) && t->call.by_list) ||
           (what >= ROW_PRI && !function->pri_allocation) || (what >= ROW_PASID && function->physical_function);
}

static void access_row(struct edge *e, struct task *t)
{
    const uint32_t row = t->bring_up.row, offset = rows[row].offset;
    if (row_is_read(row))
        access_config(e, t, function_id(e, t), offset, 4);
    else
        access_config_write(e, t, function_id(e, t), offset, 4, row_value(e, t));
}

static void know(struct function *function)
{
    function->express = PRISIM_ENDPOINT_CONFIG_EXPRESS;
    function->ats = PRISIM_ENDPOINT_CONFIG_ATS;
    function->pri = PRISIM_ENDPOINT_CONFIG_PRI;
    function->pasid = PRISIM_ENDPOINT_CONFIG_PASID;
}

/* Enables the function with what is known: PASID, PRI if it has an allocation, ATS. */
static bool function_enable_known(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    know(function_of_task(e, t));
    if (function_is_virtual(e, t) && !function_pf_serves(e, t))
        FINISH;
    for (t->bring_up.row = 0; t->bring_up.row < ROWS; t->bring_up.row++) {
        if (row_is_left_out(e, t))
            continue;
        do {
            STEP_TO_PORT(row_is_read(t->bring_up.row) ? e->config->price.mmio_read : e->config->price.mmio_write,
                         PRISIM_DRIVER_TX_HOST);
            access_row(e, t);
            ANSWER();
            t->bring_up.again = !row_is_done(e, t);
            if (rows[t->bring_up.row].what == ROW_PRI_CAPACITY)
                t->bring_up.left = (uint16_t)(t->answer[0] < UINT16_MAX ? t->answer[0] : UINT16_MAX);
            if (t->bring_up.again)
                SLEEP(e->config->price.poll_interval);
        } while (t->bring_up.again);
    }
    END;
}

/* What is known of the function, or found, is enabled. */
bool function_restore(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (e->config->enumerate == PRISIM_DRIVER_ENUMERATE_KNOWN)
        CALL(function_enable_known);
    else
        CALL(function_enable);
    if (function_of_task(e, t)->state != FUNCTION_REFUSED)
        function_of_task(e, t)->state = FUNCTION_UP;
    if (e->config->stop_told == PRISIM_DRIVER_STOP_BY_MSI && function_of_task(e, t)->state == FUNCTION_UP)
        CALL(function_enable_interrupt);
    END;
}

bool function_bring_up(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    function_of_task(e, t)->state = FUNCTION_COMES_UP;
    if (e->config->enumerate == PRISIM_DRIVER_ENUMERATE_WALK)
        CALL(function_enumerate);
    if (e->driver->life && !e->driver->ready && function_of_task(e, t)->state != FUNCTION_REFUSED) {
        if (e->config->enumerate == PRISIM_DRIVER_ENUMERATE_KNOWN)
            know(function_of_task(e, t));
        CALL(function_take_over);
    }
    if (function_of_task(e, t)->state != FUNCTION_REFUSED)
        CALL(function_restore);
    END;
}
