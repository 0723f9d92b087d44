/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: a function's bring-up and its way down. t->bring_up.function is the function.
 */
#ifndef PRISIM_DRIVER_FUNCTION_H
#define PRISIM_DRIVER_FUNCTION_H

#include "driver/step.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

enum { COMMAND_MEMORY_AND_MASTER = 6 };
/* Of the PCI Express capability (PCIE-ENUMERATION-4). */
enum { DEVICE_CAPABILITIES = 0x04, DEVICE_CONTROL = 0x08, DEVICE_STATUS = 0x0a };
enum { CAPABILITIES_FLR = 1 << 28, CONTROL_FLR = 1 << 15, STATUS_TRANSACTIONS_PENDING = 1 << 5 };

/* Of the capabilities of PRI and ATS (PCIE-PRICAP, PCIE-ATSCAP). */
enum { PRI_CONTROL = 0x04, PRI_STATUS = 0x06, PRI_CAPACITY = 0x08, PRI_ALLOCATION = 0x0c, ATS_CONTROL = 0x06 };

/* What a kernel answers, as a positive number. */
enum function_error { FUNCTION_EBUSY = 16, FUNCTION_ENODEV = 19, FUNCTION_EINVAL = 22 };

static inline const struct prisim_driver_function *function_config(const struct edge *e, const struct task *t)
{
    return &e->config->function[t->bring_up.function];
}

static inline uint16_t function_id(const struct edge *e, const struct task *t)
{
    return function_config(e, t)->requester_id;
}

static inline bool function_is_virtual(const struct edge *e, const struct task *t)
{
    return function_config(e, t)->physical_function != 0;
}

static inline struct function *function_of_task(const struct edge *e, const struct task *t)
{
    return function_of(e->driver, t->bring_up.function);
}

/* A configuration request of 1, 2 or 4 bytes and its answer, of which bytes that were not asked for are 0. */
#define CONFIG_READ(id, offset, bytes)                                                                                 \
    do {                                                                                                               \
        STEP_TO_PORT(e->config->price.mmio_read, PRISIM_DRIVER_TX_HOST);                                               \
        access_config(e, t, id, offset, bytes);                                                                        \
        ANSWER();                                                                                                      \
        t->answer[0] &= prisim_bits_mask(8 * (bytes));                                                                 \
    } while (0)
#define CONFIG_WRITE(id, offset, bytes, value) CONFIG_WRITE_WITH(id, offset, bytes, value, (void)0)
/* And what is done at the edge of its put. */
#define CONFIG_WRITE_WITH(id, offset, bytes, value, also)                                                              \
    do {                                                                                                               \
        STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_HOST);                                              \
        access_config_write(e, t, id, offset, bytes, value);                                                           \
        also;                                                                                                          \
        ANSWER();                                                                                                      \
    } while (0)

/* The Allocation of its page requests: at most what the function can have. */
#define CONFIG_ALLOCATE()                                                                                              \
    do {                                                                                                               \
        CONFIG_READ(function_id(e, t), function_of_task(e, t)->pri + PRI_CAPACITY, 4);                                 \
        CONFIG_WRITE(function_id(e, t), function_of_task(e, t)->pri + PRI_ALLOCATION, 4,                               \
                     function_credits(e, t, (uint32_t)t->answer[0]));                                                  \
    } while (0)

/* The function is not brought up: why, and what a kernel would answer. */
static inline void function_refuse(struct edge *e, struct task *t, enum function_error error, enum prisim_cause cause)
{
    function_of_task(e, t)->state = FUNCTION_REFUSED;
    EMIT(driver_function_refused, .stream_id = function_id(e, t), .error = error, .cause = cause);
}

/* credits.c: of a function that has page requests; not more than its capacity. */
uint32_t function_credits(const struct edge *e, const struct task *t, uint32_t capacity);

/* pri.c */
bool function_await_stopped(struct edge *e, struct task *t, uint16_t *pc);

/* interrupt.c */
bool function_enable_interrupt(struct edge *e, struct task *t, uint16_t *pc);

/* virtual.c: of a virtual function; refuses it and returns false unless PASID and PRI of its PF are on. */
bool function_pf_serves(struct edge *e, struct task *t);

/* reset.c: the reset itself, and what it took is given back. */
bool function_initiate_flr(struct edge *e, struct task *t, uint16_t *pc);
bool function_bring_back(struct edge *e, struct task *t, uint16_t *pc);

/* enumerate.c */
bool function_enumerate(struct edge *e, struct task *t, uint16_t *pc);
bool function_enable(struct edge *e, struct task *t, uint16_t *pc);

#endif
