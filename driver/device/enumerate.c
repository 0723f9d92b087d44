/* SPDX-License-Identifier: Apache-2.0
 *
 * A function that is found and brought up by what its configuration space says (PCIE-ENUMERATION, PCIE-ENABLE), in the
 * order and with the refusals of Linux: drivers/pci/ats.c, pci_configure_eetlp_prefix. Registers are accessed by their
 * own widths.
 */
#include "driver/device/function.h"

enum { STATUS_CAPABILITIES_LIST = 1 << 4, END_END_PREFIX = 1 << 21, NO_ANSWER = 0xffff };
enum { CAPABILITY_EXPRESS = 0x10, EXTENDED_ATS = 0x0f, EXTENDED_PRI = 0x13, EXTENDED_PASID = 0x1b };
/* What is looked for, and where: in t->bring_up.wanted, beside the id. */
enum { OF_ROOT_PORT = 1 << 8, EXTENDED = 1 << 9, LIST_MAX = 48, EXTENDED_LIST_MAX = 480 };

static uint16_t whose(const struct edge *e, const struct task *t)
{
    return t->bring_up.wanted & OF_ROOT_PORT ? e->config->root_port_id : function_id(e, t);
}

/* Follows the list of capabilities that t->bring_up.wanted names: where it is, in t->bring_up.at, or 0. */
static bool find_capability(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->bring_up.at = 0;
    CONFIG_READ(whose(e, t), 0x06, 2);
    if (!(t->answer[0] & STATUS_CAPABILITIES_LIST))
        FINISH;
    CONFIG_READ(whose(e, t), 0x34, 1);
    t->bring_up.at = t->answer[0] & 0xfc;
    for (t->bring_up.left = LIST_MAX; t->bring_up.at >= 0x40 && t->bring_up.left > 0; t->bring_up.left--) {
        CONFIG_READ(whose(e, t), t->bring_up.at, 2);
        if ((t->answer[0] & 0xff) == (t->bring_up.wanted & 0xffu))
            FINISH;
        t->bring_up.at = t->answer[0] >> 8 & 0xfc;
    }
    t->bring_up.at = 0;
    END;
}

static bool find_extended(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->bring_up.at = 0x100;
    for (t->bring_up.left = EXTENDED_LIST_MAX; t->bring_up.at >= 0x100 && t->bring_up.left > 0; t->bring_up.left--) {
        CONFIG_READ(whose(e, t), t->bring_up.at, 4);
        if ((t->answer[0] & 0xffff) == (t->bring_up.wanted & 0xffu))
            FINISH;
        t->bring_up.at = t->answer[0] >> 20 & 0xffc;
    }
    t->bring_up.at = 0;
    END;
}

#define FIND(how, what)                                                                                                \
    do {                                                                                                               \
        t->bring_up.wanted = (what);                                                                                   \
        CALL(how);                                                                                                     \
    } while (0)

/* PCIE-ENUMERATION-4: the port above and the function say that they carry prefixes. In t->bring_up.at: not 0 if so. */
static bool find_prefix_path(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    FIND(find_capability, CAPABILITY_EXPRESS | OF_ROOT_PORT);
    if (!t->bring_up.at)
        FINISH;
    CONFIG_READ(e->config->root_port_id, t->bring_up.at + 0x24u, 4);
    t->bring_up.at = 0;
    if (!(t->answer[0] & END_END_PREFIX))
        FINISH;
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->express + 0x24u, 4);
    t->bring_up.at = (t->answer[0] & END_END_PREFIX) != 0;
    END;
}

static bool has_capabilities(const struct edge *e, const struct task *t)
{
    const struct function *function = function_of_task(e, t);
    const bool own = function->pasid && (function->pri || !function_config(e, t)->pri_allocation);
    return function->express && function->ats && (own || function_is_virtual(e, t));
}

/* Where the capabilities are, and whether they can be used. */
bool function_enumerate(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_READ(function_id(e, t), 0x00, 4);
    if (t->status != PRISIM_TLP_SC) {
        function_refuse(e, t, FUNCTION_ENODEV, PRISIM_CAUSE_NO_FUNCTION);
        FINISH;
    }
    FIND(find_capability, CAPABILITY_EXPRESS);
    function_of_task(e, t)->express = t->bring_up.at;
    FIND(find_extended, EXTENDED_PASID);
    function_of_task(e, t)->pasid = t->bring_up.at;
    FIND(find_extended, EXTENDED_PRI);
    function_of_task(e, t)->pri = t->bring_up.at;
    FIND(find_extended, EXTENDED_ATS);
    function_of_task(e, t)->ats = t->bring_up.at;
    if (!has_capabilities(e, t)) {
        function_refuse(e, t, FUNCTION_EINVAL, PRISIM_CAUSE_NO_CAPABILITY);
        FINISH;
    }
    if (function_is_virtual(e, t))
        FINISH;
    CALL(find_prefix_path);
    if (!t->bring_up.at)
        function_refuse(e, t, FUNCTION_EINVAL, PRISIM_CAUSE_NO_PREFIX_PATH);
    END;
}

/* pci_enable_pasid. PCIE-PASIDCAP: ahead of ATS. */
static bool enable_pasid(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->ats + 6u, 2);
    if (t->answer[0] & PRISIM_ATS_CONTROL_ENABLE) {
        function_refuse(e, t, FUNCTION_EBUSY, PRISIM_CAUSE_ATS_ON);
        FINISH;
    }
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->pasid + 4u, 2);
    if ((t->answer[0] >> 8 & 0x1f) < e->config->pasid_bits) {
        function_refuse(e, t, FUNCTION_EINVAL, PRISIM_CAUSE_PASID_WIDTH);
        FINISH;
    }
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pasid + 6u, 2,
                 PRISIM_PASID_CONTROL_ENABLE | ((uint32_t)t->answer[0] & function_config(e, t)->pasid_modes));
    END;
}

/* pci_reset_pri, pci_enable_pri: EBUSY unless Stopped; at most what the function can have. */
static bool enable_pri(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, PRISIM_PRI_CONTROL_RESET);
    CONFIG_READ(function_id(e, t), function_of_task(e, t)->pri + PRI_STATUS, 2);
    if (!(t->answer[0] & PRISIM_PRI_STATUS_STOPPED)) {
        function_refuse(e, t, FUNCTION_EBUSY, PRISIM_CAUSE_PRI_NOT_STOPPED);
        FINISH;
    }
    CONFIG_ALLOCATE();
    CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pri + PRI_CONTROL, 2, PRISIM_PRI_CONTROL_ENABLE);
    END;
}

/* Behind its PASID. */
static bool may_enable_pri(const struct edge *e, const struct task *t)
{
    return function_of_task(e, t)->state != FUNCTION_REFUSED && !function_is_virtual(e, t) &&
           function_config(e, t)->pri_allocation && !t->call.by_list;
}

/* PCIE-ENABLE: PASID, PRI, ATS with its STU (0: 4 KB). */
bool function_enable(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CONFIG_WRITE(function_id(e, t), 0x10, 4, (uint32_t)function_config(e, t)->bar_base);
    CONFIG_WRITE(function_id(e, t), 0x14, 4, (uint32_t)(function_config(e, t)->bar_base >> 32));
    CONFIG_WRITE(function_id(e, t), 0x04, 2, COMMAND_MEMORY_AND_MASTER);
    if (function_is_virtual(e, t))
        function_pf_serves(e, t);
    else
        CALL(enable_pasid);
    if (may_enable_pri(e, t))
        CALL(enable_pri);
    if (function_of_task(e, t)->state == FUNCTION_REFUSED)
        FINISH;
    if (function_config(e, t)->faults == PRISIM_DRIVER_FAULTS_PAGE_REQUESTS && !t->call.by_list)
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->ats + 6u, 2, PRISIM_ATS_CONTROL_ENABLE);
    END;
}
