/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: parameters of a module, an array by number (ASIDs), bits. Red-black trees are the kernel's own object.
 */
#include <linux/bitmap.h>
#include <linux/moduleparam.h>
#include <linux/xarray.h>

#include "kernel.h"

/* ---- parameters: the linker gathers what module_param() declares
 * ------------------------------------------------------ */

const struct kernel_param_ops param_ops_bool;

int linux_parameter(const char *name, int value)
{
    for (const struct kernel_param *p = __start___param; p < __stop___param; p++) {
        const char *dot = strchr(p->name, '.');
        if (strcmp(dot ? dot + 1 : p->name, name) != 0 || p->ops != &param_ops_bool)
            continue;
        *(bool *)p->arg = value;
        return 1;
    }
    return 0;
}

/* ---- the one array that the driver has
 * -------------------------------------------------------------------------------- */

enum { INDEXES = 1 << 16 };
static void *at_index[INDEXES];

void linux_forget_indexes(void)
{
    memset(at_index, 0, sizeof(at_index));
}

int __xa_alloc(struct xarray *array, u32 *id, void *entry, struct xa_limit limit, gfp_t flags)
{
    for (u32 index = limit.min; index <= limit.max && index < INDEXES; index++) {
        if (at_index[index])
            continue;
        at_index[index] = entry;
        *id = index;
        return 0;
    }
    return -EBUSY;
}

void *xa_erase(struct xarray *array, unsigned long index)
{
    void *entry = index < INDEXES ? at_index[index] : NULL;
    if (entry)
        at_index[index] = NULL;
    return entry;
}

/* ---- bits
 * ------------------------------------------------------------------------------------------------------------- */

unsigned long _find_first_zero_bit(const unsigned long *bits, unsigned long size)
{
    for (unsigned long bit = 0; bit < size; bit++)
        if (!(bits[bit / BITS_PER_LONG] >> bit % BITS_PER_LONG & 1))
            return bit;
    return size;
}
