/* SPDX-License-Identifier: Apache-2.0
 *
 * MSI-X with one vector (PCIE-ENUMERATION-6): its capability's control, its table and pending bit in BAR2, and the
 * message: a posted memory write of the table's data to its address, untranslated, without a PASID, in TC0.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

enum { CAPABILITY = 0x0011, CONTROL_FUNCTION_MASK = 1 << 14, CONTROL_ENABLE = 1 << 15, VECTOR_MASK = 1 };
enum { TABLE_ADDRESS = 0x0, TABLE_ADDRESS_HIGH = 0x4, TABLE_DATA = 0x8, TABLE_CONTROL = 0xc, PENDING_BITS = 0x800 };

static bool may_leave(const struct prisim_endpoint *s)
{
    return (s->function.msix_control & (CONTROL_ENABLE | CONTROL_FUNCTION_MASK)) == CONTROL_ENABLE &&
           !s->function.msix_masked && (s->command & COMMAND_BUS_MASTER);
}

/* Made if there is room in the FIFO; else when there is. */
void endpoint_msix_due(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    assert(s->function.msix_pending && may_leave(s));
    if (!endpoint_transmit_has_room(s))
        return;
    struct endpoint_outgoing *out = endpoint_transmit_append(s, ENDPOINT_OUT_MSIX, 0);
    out->value = s->function.msix_data;
    out->head = (struct prisim_tlp_header){.address = s->function.msix_address,
                                           .requester_id = e->config->requester_id,
                                           .size = 4,
                                           .type = PRISIM_TLP_MEMORY_WRITE};
    endpoint_function_write(s)->msix_pending = false;
    s->msix_waits = false;
}

void endpoint_msix_unmasked(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    s->msix_waits = s->function.msix_pending && may_leave(s);
    if (s->msix_waits)
        endpoint_msix_due(e);
}

/* A function whose MSI-X is not enabled has no interrupt to raise. */
void endpoint_msix_raise(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    if (!(s->function.msix_control & CONTROL_ENABLE))
        return;
    endpoint_function_write(s)->msix_pending = true;
    endpoint_msix_unmasked(e);
}

uint32_t config_read_msix_control(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return CAPABILITY | (uint32_t)s->function.msix_control << 16;
}

/* With Enable at 0 nothing stays pending. */
void config_write_msix_control(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    struct endpoint_function *function = endpoint_function_write(e->s);
    function->msix_control = (uint16_t)(word >> 16 & (CONTROL_ENABLE | CONTROL_FUNCTION_MASK));
    if (!(function->msix_control & CONTROL_ENABLE))
        function->msix_pending = false;
    endpoint_msix_unmasked(e);
}

uint32_t endpoint_msix_read(const struct prisim_endpoint *s, uint32_t offset)
{
    switch (offset) {
    case TABLE_ADDRESS:
        return (uint32_t)s->function.msix_address;
    case TABLE_ADDRESS_HIGH:
        return (uint32_t)(s->function.msix_address >> 32);
    case TABLE_DATA:
        return s->function.msix_data;
    case TABLE_CONTROL:
        return s->function.msix_masked ? VECTOR_MASK : 0;
    case PENDING_BITS:
        return s->function.msix_pending;
    }
    return 0;
}

void endpoint_msix_write(struct endpoint_edge *e, uint32_t offset, uint32_t value)
{
    struct endpoint_function *function = endpoint_function_write(e->s);
    switch (offset) {
    case TABLE_ADDRESS: /* of doublewords */
        function->msix_address = (function->msix_address & ~prisim_bits_mask(32)) | (value & ~UINT32_C(3));
        break;
    case TABLE_ADDRESS_HIGH:
        function->msix_address = (function->msix_address & prisim_bits_mask(32)) | (uint64_t)value << 32;
        break;
    case TABLE_DATA:
        function->msix_data = value;
        break;
    case TABLE_CONTROL:
        function->msix_masked = value & VECTOR_MASK;
        endpoint_msix_unmasked(e);
        break;
    }
}
