/* SPDX-License-Identifier: Apache-2.0
 *
 * Downstream Port Containment (PCIE-DPC, PCIE-ITAG-9): the root port's registers for each link, what triggers it, and
 * when it is due. It says which links are contained, and loses no TLP itself (pcie_fabric_fault.c).
 */
#include "model/pcie_fabric/pcie_fabric_route.h"

enum {
    CAPABILITY_ID = 0x1d,
    VERSION = 1 << 16,
    NEXT_SHIFT = 20,
    SOFTWARE_TRIGGER_SUPPORTED = 1 << 7,
    CONTROL_SHIFT = 16, /* of the word that begins with the DPC Capability */
    ENABLE = 3,         /* Trigger Enable: on ERR_FATAL, or on that and ERR_NONFATAL */
    ANSWERS_UR = 1 << 2 /* Completion Control, which is fixed here */
};
/* DPC Status: an uncorrectable error of the port's own has reason 0; the Software Trigger that of its extension. */
enum { REASON_SOFTWARE = 3 << 1 | 1 << 5 };

void fabric_dpc_init(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    /* As firmware would leave it. */
    for (uint32_t link = 0; config->dpc && link < config->links; link++)
        s->dpc.enable[link] = PRISIM_DPC_CONTROL_ENABLE;
}

/* A link whose port is enabled; one that is contained, or soon will be, is left alone. */
static void trigger(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                    unsigned link, unsigned reason)
{
    if (!s->dpc.enable[link] || ((s->contained | s->triggered) >> link & 1))
        return;
    prisim_touch(&s->touched, &s->dpc, sizeof s->dpc);
    s->triggered |= UINT32_C(1) << link;
    s->dpc.reason[link] = (uint8_t)reason;
    s->dpc.due[link] = now + config->dpc_latency;
    s->fault_at = prisim_cycle_min(s->fault_at, s->dpc.due[link]);
}

void fabric_dpc_told(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                     const struct prisim_atc_timeout *timeout)
{
    const unsigned link = link_of_id(config, s, (uint16_t)timeout->stream_id);
    if (link != FABRIC_NO_LINK && timeout->stream_id <= UINT16_MAX)
        trigger(config, s, now, link, 0);
}

prisim_cycle_t fabric_dpc_next(const struct prisim_fabric *s)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint32_t left = s->triggered; left; left &= left - 1)
        next = prisim_cycle_min(next, s->dpc.due[__builtin_ctz(left)]);
    return next;
}

uint32_t fabric_dpc_contain(struct prisim_fabric *s, prisim_cycle_t now)
{
    uint32_t due = 0;
    for (uint32_t left = s->triggered; left; left &= left - 1)
        due |= (uint32_t)(s->dpc.due[__builtin_ctz(left)] <= now) << __builtin_ctz(left);
    s->triggered &= ~due;
    s->contained |= due;
    return due;
}

enum prisim_cause fabric_dpc_cause(const struct prisim_fabric *s, unsigned link)
{
    return s->dpc.reason[link] == REASON_SOFTWARE ? PRISIM_CAUSE_SOFTWARE_TRIGGER : PRISIM_CAUSE_ATC_INV_TIMEOUT;
}

bool fabric_dpc_has(const struct prisim_fabric_config *config, uint32_t offset)
{
    return config->dpc && offset >= PRISIM_FABRIC_DPC &&
           offset < PRISIM_FABRIC_DPC + config->links * PRISIM_FABRIC_DPC_STEP;
}

uint32_t fabric_dpc_read(const struct prisim_fabric_config *config, const struct prisim_fabric *s, uint32_t offset)
{
    const uint32_t link = (offset - PRISIM_FABRIC_DPC) / PRISIM_FABRIC_DPC_STEP;
    const uint32_t next =
        link + 1 < config->links ? PRISIM_FABRIC_DPC + (link + 1) * PRISIM_FABRIC_DPC_STEP : UINT32_C(0);
    assert(fabric_dpc_has(config, offset));
    switch (offset % PRISIM_FABRIC_DPC_STEP) {
    case 0:
        return CAPABILITY_ID | VERSION | next << NEXT_SHIFT;
    case 4:
        return SOFTWARE_TRIGGER_SUPPORTED | (s->dpc.enable[link] | (uint32_t)ANSWERS_UR) << CONTROL_SHIFT;
    case PRISIM_DPC_STATUS:
        return s->contained >> link & 1 ? (uint32_t)PRISIM_DPC_STATUS_TRIGGER | s->dpc.reason[link] : 0;
    default:
        return 0;
    }
}

/* PCIE-DPC-4: Trigger Status is cleared by a 1 that is written. */
static void release(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                    struct prisim_ports *p, unsigned link)
{
    if (!(s->contained >> link & 1))
        return;
    s->contained &= ~(UINT32_C(1) << link);
    prisim_touch(&s->touched, &s->dpc, sizeof s->dpc);
    s->dpc.reason[link] = 0;
    s->dpc.due[link] = 0;
    PRISIM_PROBE(p, now, fabric_released, .link = link, .stream_id = config->link[link].requester_id);
}

void fabric_dpc_write(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                      struct prisim_ports *p, const struct fabric_register_write *write)
{
    const unsigned link = (write->offset - PRISIM_FABRIC_DPC) / PRISIM_FABRIC_DPC_STEP;
    const uint32_t ones = write->value & write->mask, control = ones >> CONTROL_SHIFT;
    assert(fabric_dpc_has(config, write->offset) && link < config->links);
    switch (write->offset % PRISIM_FABRIC_DPC_STEP) {
    case 4:
        prisim_touch(&s->touched, &s->dpc, sizeof s->dpc);
        if (write->mask >> CONTROL_SHIFT & ENABLE)
            s->dpc.enable[link] = control & ENABLE;
        if (control & PRISIM_DPC_CONTROL_SOFTWARE_TRIGGER)
            trigger(config, s, now, link, REASON_SOFTWARE);
        break;
    case PRISIM_DPC_STATUS:
        if (ones & PRISIM_DPC_STATUS_TRIGGER)
            release(config, s, now, p, link);
        break;
    default:
        break;
    }
}
