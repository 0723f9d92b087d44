/* SPDX-License-Identifier: Apache-2.0
 *
 * The PCI Express capability (PCIE-ENUMERATION-4): Device Control with the function-level reset, Device Status, and
 * their second edition.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"

enum {
    /* Device Control: error reporting 3:0, Relaxed Ordering 4, payload size 7:5, Extended Tag 8, No Snoop 11, read
     * request size 14:12. */
    CONTROL_WRITABLE = 0x79ff,
    CONTROL_FLR = 1 << 15,
    STATUS_ERRORS = 0xf,
    STATUS_TRANSACTIONS_PENDING = 1 << 5,
    /* Device Capabilities 2: completion time-out ranges A to D and its disabling, Extended Fmt. */
    CAPABILITIES2 = 0x0010001f,
    CAPABILITIES2_END_END_PREFIX = 1 << 21,
    CAPABILITIES2_ONE_PREFIX = 1 << 22,
    /* Device Control 2: completion time-out value 3:0 and disable 4, IDO of requests 8 and of completions 9. */
    CONTROL2_WRITABLE = 0x031f
};

/* Non-posted requests that have not completed. Of those before a reset nobody waits for the answer. */
static bool has_transactions_pending(const struct prisim_endpoint *s)
{
    for (uint64_t reads = ~s->free_reads; reads; reads &= reads - 1)
        if (!s->read[__builtin_ctzll(reads)].overdue)
            return true;
    return s->in[ENDPOINT_JOB_TRANSLATING];
}

uint32_t config_read_device_control(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    uint32_t status = s->function.device_status | (has_transactions_pending(s) ? STATUS_TRANSACTIONS_PENDING : 0u);
    return s->function.device_control | status << 16;
}

/* A status bit is cleared by a 1 that was written; Initiate FLR reads 0. */
void config_write_device_control(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    struct endpoint_function *function = endpoint_function_write(e->s);
    function->device_status &= (uint8_t) ~((word & written) >> 16 & STATUS_ERRORS);
    function->device_control = (uint16_t)(word & CONTROL_WRITABLE);
    if (word & written & CONTROL_FLR)
        endpoint_reset_function(e);
}

uint32_t config_read_device_capabilities2(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)s;
    return CAPABILITIES2 | (config->end_end_prefix ? CAPABILITIES2_END_END_PREFIX | CAPABILITIES2_ONE_PREFIX : 0u);
}

uint32_t config_read_device_control2(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return s->function.device_control2;
}

void config_write_device_control2(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    endpoint_function_write(e->s)->device_control2 = (uint16_t)(word & CONTROL2_WRITABLE);
}
