/* SPDX-License-Identifier: Apache-2.0
 *
 * The root port's own configuration space: a type 1 header, the PCI Express capability and ACS (PCIE-ENUMERATION-4,
 * PCIE-ENUMERATION-7, PCIE-ENUMERATION-8), a row for each doubleword. Bus numbers and windows begin as firmware leaves
 * them; they are kept as software writes them, and route nothing: where TLPs go the configuration of the links says.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

enum { CONFIG_BYTES = 0x1000, WINDOW_LOG2 = 20, END_END_PREFIX = 1 << 21 | 1 << 22, NEXT_SHIFT = 20 };
enum row_number {
    NOT_KEPT = -1,
    KEPT_COMMAND,
    KEPT_BUSES,
    KEPT_MEMORY,
    KEPT_PREFETCHABLE,
    KEPT_PREFETCHABLE_BASE,
    KEPT_PREFETCHABLE_LIMIT,
    KEPT_DEVICE_CONTROL,
    KEPT_ROOT_CONTROL,
    KEPT_DEVICE_CONTROL2,
    KEPT_ACS,
    KEPT
};
_Static_assert((int)KEPT == FABRIC_ROOT_PORT_KEPT, "a word for each");

/* What has no row reads 0. Bits that are kept begin with `reset`, and software writes those of `writable`. */
static const struct row {
    uint32_t offset, fixed, writable, reset;
    int kept; /* enum row_number */
} rows[] = {
    {0x00, 0x0002fffe, 0, 0, NOT_KEPT},                   /* vendor and device */
    {0x04, 0x00100000, 0x6, 0, KEPT_COMMAND},             /* Status: Capabilities List; Memory Space, Bus Master */
    {0x08, 0x06040001, 0, 0, NOT_KEPT},                   /* a bridge */
    {0x0c, 0x00010000, 0, 0, NOT_KEPT},                   /* header type 1 */
    {0x18, 0, 0x00ffffff, 0, KEPT_BUSES},                 /* primary, secondary, subordinate bus */
    {0x20, 0, 0xfff0fff0, 0x0000fff0, KEPT_MEMORY},       /* Memory Base and Limit: none */
    {0x24, 0x00010001, 0xfff0fff0, 0, KEPT_PREFETCHABLE}, /* Prefetchable Base and Limit, 64 bits */
    {0x28, 0, 0xffffffff, 0, KEPT_PREFETCHABLE_BASE},     /* their upper halves */
    {0x2c, 0, 0xffffffff, 0, KEPT_PREFETCHABLE_LIMIT},    /**/
    {0x34, 0x00000040, 0, 0, NOT_KEPT},                   /* Capabilities Pointer */
    {0x40, 0x00420010, 0, 0, NOT_KEPT},                   /* PCI Express: id 0x10, next 0, version 2, a root port */
    {0x44, 0x00008020, 0, 0, NOT_KEPT},                   /* payload of 128 bytes, Extended Tag, Role-Based Errors */
    {0x48, 0, 0x000079ff, 0x2910, KEPT_DEVICE_CONTROL},   /**/
    {0x4c, 0x00000104, 0, 0, NOT_KEPT},                   /* Link Capabilities: 16 GT/s, 16 lanes */
    {0x50, 0x01040000, 0, 0, NOT_KEPT},                   /* Link Status */
    {0x5c, 0x00010000, 0x10, 0, KEPT_ROOT_CONTROL},       /* CRS Software Visibility */
    {0x64, 0x0010001f, 0, 0, NOT_KEPT},                   /* time-out ranges A to D; End-End TLP Prefix is added */
    {0x68, 0, 0x0000031f, 0, KEPT_DEVICE_CONTROL2},       /**/
    {0x6c, 0x0000001e, 0, 0, NOT_KEPT},                   /* Link Capabilities 2 */
    {0x100, 0x0001000d, 0, 0, NOT_KEPT},                  /* ACS; next 0, or DPC (pcie_fabric_dpc.c) */
    {0x104, 0x0000001c, 0x001c0000, 0, KEPT_ACS},         /* Redirects and Upstream Forwarding: all goes up anyway */
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static const struct row *row_at(uint32_t offset)
{
    for (unsigned i = 0; i < ROWS; i++)
        if (rows[i].offset == offset)
            return &rows[i];
    return NULL;
}

/* The buses and the memory below the port. */
static void firmware(const struct prisim_fabric_config *config, uint32_t kept[KEPT])
{
    uint32_t first_bus = UINT8_MAX, last_bus = 0;
    uint64_t base = UINT64_MAX, end = 0;
    for (uint32_t i = 0; i < config->links; i++) {
        const struct prisim_fabric_link_config *link = &config->link[i];
        const uint32_t bus = link->requester_id >> 8;
        first_bus = bus < first_bus ? bus : first_bus;
        last_bus = bus > last_bus ? bus : last_bus;
        const uint64_t range[][2] = {{link->bar_base, link->bar_size}, {link->msix_base, link->msix_size}};
        for (unsigned r = 0; r < 2; r++) {
            if (range[r][1] == 0)
                continue;
            base = range[r][0] < base ? range[r][0] : base;
            end = range[r][0] + range[r][1] > end ? range[r][0] + range[r][1] : end;
        }
    }
    kept[KEPT_BUSES] = (uint32_t)config->root_port_id >> 8 | first_bus << 8 | last_bus << 16;
    const uint64_t low = (end ? base : UINT64_MAX) >> WINDOW_LOG2, high = (end ? end - 1 : 0) >> WINDOW_LOG2;
    kept[KEPT_PREFETCHABLE] = (uint32_t)(low & 0xfff) << 4 | (uint32_t)(high & 0xfff) << 20;
    kept[KEPT_PREFETCHABLE_BASE] = (uint32_t)(low >> 12);
    kept[KEPT_PREFETCHABLE_LIMIT] = (uint32_t)(high >> 12);
}

void fabric_root_port_init(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    for (unsigned i = 0; i < ROWS; i++)
        if (rows[i].kept != NOT_KEPT)
            s->root_port.kept[rows[i].kept] = rows[i].reset;
    firmware(config, s->root_port.kept);
}

static uint32_t read_word(const struct prisim_fabric_config *config, const struct prisim_fabric *s, uint32_t offset)
{
    const struct row *row = row_at(offset);
    if (fabric_dpc_has(config, offset))
        return fabric_dpc_read(config, s, offset);
    if (!row)
        return 0;
    uint32_t word = row->fixed | (row->kept == NOT_KEPT ? 0 : s->root_port.kept[row->kept]);
    if (offset == 0x100 && config->dpc)
        return word | PRISIM_FABRIC_DPC << NEXT_SHIFT;
    return offset == 0x64 && config->end_end_prefix ? word | END_END_PREFIX : word;
}

/* PCIE-ENUMERATION-1: bytes that are not enabled are not written. */
static void write_bytes(struct prisim_fabric *s, const struct fabric_register_write *write)
{
    const struct row *row = row_at(write->offset);
    if (!row || row->kept == NOT_KEPT)
        return;
    const uint32_t written = row->writable & write->mask;
    prisim_touch(&s->touched, &s->root_port, sizeof s->root_port);
    uint32_t *word = &s->root_port.kept[row->kept];
    *word = (*word & ~written) | (write->value & written);
}

bool fabric_root_port_claims(const struct prisim_fabric_config *config, const struct prisim_tlp_header *head)
{
    const bool is_config = head->type == PRISIM_TLP_CONFIG_READ || head->type == PRISIM_TLP_CONFIG_WRITE;
    return is_config && head->destination_id == config->root_port_id;
}

/* An access that is not of 1, 2 or 4 bytes, aligned to their number, stays answered UR. */
void fabric_root_port_answer(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                             struct prisim_ports *p, const struct prisim_tlp *request, struct prisim_tlp *answer)
{
    const struct prisim_tlp_header *head = &request->head;
    const uint32_t size = head->size;
    assert(fabric_root_port_claims(config, head));
    if ((size != 1 && size != 2 && size != 4) || head->address % size || head->address >= CONFIG_BYTES)
        return;
    const uint32_t offset = (uint32_t)head->address, mask = (uint32_t)prisim_bits_mask(8 * size);
    const bool write = head->type == PRISIM_TLP_CONFIG_WRITE;
    const uint32_t value = mask & (write ? prisim_load_le32(request->data)
                                         : read_word(config, s, offset - offset % 4) >> 8 * (offset % 4));
    PRISIM_PROBE(p, now, fabric_config, .offset = offset, .value = value, .write = write);
    answer->head.status = PRISIM_TLP_SC;
    if (write) {
        const uint32_t shift = 8 * (offset % 4);
        const struct fabric_register_write bytes = {offset - offset % 4, mask << shift, value << shift};
        if (fabric_dpc_has(config, bytes.offset))
            fabric_dpc_write(config, s, now, p, &bytes);
        else
            write_bytes(s, &bytes);
        return;
    }
    answer->head.type = PRISIM_TLP_COMPLETION_DATA;
    answer->head.size = (uint16_t)size;
    prisim_store_le32(answer->data, value);
}
