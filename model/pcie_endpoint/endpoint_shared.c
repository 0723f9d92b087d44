/* SPDX-License-Identifier: Apache-2.0
 *
 * What a physical function and its virtual functions share: page requests, PASID control and the STU are the PF's
 * (PCIE-PRICAP, PCIE-ATSCAP-5, PCIE-RESPONSE-3). The PF tells its VFs its registers when they change, and a VF tells
 * what it has outstanding and what came to it; either hears at the edge behind that. A VF keeps the PF's registers
 * where a PF keeps its own. How the pool is divided is in endpoint_group.c.
 */
#include "model/pcie_endpoint/endpoint_pri.h"

uint64_t endpoint_shared_wires(const struct prisim_endpoint_config *config)
{
    return config->vf ? endpoint_bit(PRISIM_ENDPOINT_RX_PF) : prisim_bits_mask(config->vfs) << PRISIM_ENDPOINT_RX_VF;
}

static void say_share(struct endpoint_edge *e, const struct prisim_endpoint_pf_wires *pool)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_pri_shared, .enable = pool->enable,
                 .credits = endpoint_group_share(e->config, pool->allocation));
}

/* PCIE-PRICAP-12, PCIE-PRICAP-24: the PF's Enable, Allocation and Response Failure are the VF's. */
static void follow(struct endpoint_edge *e, const struct prisim_endpoint_pf_wires *pf)
{
    struct prisim_endpoint *s = e->s;
    const bool was = s->pri_enable && !s->pri_halted;
    const bool changed = pf->enable != s->pri_enable || pf->allocation != s->pri_allocation;
    s->shared.failing = s->shared.failing && !pf->halted;
    s->pri_enable = pf->enable;
    s->pri_halted = pf->halted || s->shared.failing;
    s->pri_allocation = pf->allocation;
    endpoint_pri_limit(e->config, s);
    if (changed)
        say_share(e, pf);
    const uint32_t lost = pf->dropped ? endpoint_groups_open(s) : 0;
    if ((was && !(s->pri_enable && !s->pri_halted)) || lost)
        PRISIM_PROBE(e->ports, e->now, endpoint_pri_off, .groups = lost,
                     .cause = s->pri_halted ? PRISIM_CAUSE_RESPONSE_FAILURE : PRISIM_CAUSE_PRI_OFF);
    if (pf->dropped) {
        endpoint_pri_drop_groups(e);
        endpoint_marker_take_back(e);
    }
    endpoint_pri_went_off(e);
}

static void hear_pf(struct endpoint_edge *e, const struct prisim_endpoint_pf_wires *pf)
{
    struct prisim_endpoint *s = e->s;
    s->shared.heard++;
    s->pasid_control = pf->pasid_control;
    s->ats_control = (uint16_t)((s->ats_control & ~(unsigned)ENDPOINT_STU) | pf->stu);
    follow(e, pf);
}

/* PCIE-RESPONSE-3, PCIE-PRICAP-16: what came to a VF sets the PF's status; a Response Failure ends all groups. */
static void hear_vf(struct endpoint_edge *e, const struct prisim_endpoint_vf_wires *vf)
{
    struct prisim_endpoint *s = e->s;
    assert(s->shared.unheard >= vf->heard);
    s->shared.unheard -= vf->heard;
    s->shared.page_requests += (uint32_t)vf->page_requests;
    if (vf->unexpected)
        s->pri_uprgi = true;
    if (vf->failed && !s->pri_halted)
        endpoint_pri_failed(e);
}

void endpoint_shared_hear(struct endpoint_edge *e, uint64_t arrived)
{
    assert(!(arrived >> PRISIM_ENDPOINT_RX_PF << PRISIM_ENDPOINT_RX_PF & ~endpoint_shared_wires(e->config)));
    if (arrived & endpoint_bit(PRISIM_ENDPOINT_RX_PF))
        hear_pf(e, e->ports->rx[PRISIM_ENDPOINT_RX_PF]);
    for (uint64_t vfs = arrived >> PRISIM_ENDPOINT_RX_VF; vfs; vfs &= vfs - 1)
        hear_vf(e, e->ports->rx[PRISIM_ENDPOINT_RX_VF + __builtin_ctzll(vfs)]);
}

static void put_to_vf(struct endpoint_edge *e, unsigned vf)
{
    struct endpoint_shared *shared = &e->s->shared;
    const uint32_t bit = UINT32_C(1) << vf;
    if (!prisim_ports_can_put(e->ports, PRISIM_ENDPOINT_TX_VF + vf))
        return;
    struct prisim_endpoint_pf_wires *to = prisim_ports_put(e->ports, PRISIM_ENDPOINT_TX_VF + vf);
    *to = shared->told;
    to->dropped = (shared->drop & bit) != 0;
    shared->drop &= ~bit;
    shared->tell &= ~bit;
    shared->unheard++;
}

static void tell_vfs(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_shared *shared = &s->shared;
    const struct prisim_endpoint_pf_wires now = {
        .allocation = s->pri_allocation < e->config->pri_capacity ? s->pri_allocation : e->config->pri_capacity,
        .pasid_control = s->pasid_control,
        .stu = (uint8_t)(s->ats_control & ENDPOINT_STU),
        .enable = s->pri_enable,
        .halted = s->pri_halted};
    if (now.enable != shared->told.enable || now.allocation != shared->told.allocation)
        say_share(e, &now);
    if (memcmp(&now, &shared->told, sizeof now) != 0)
        shared->tell = (uint32_t)prisim_bits_mask(e->config->vfs);
    shared->told = now;
    shared->tell |= shared->drop;
    for (uint32_t vfs = shared->tell; vfs; vfs &= vfs - 1)
        put_to_vf(e, (unsigned)__builtin_ctz(vfs));
    shared->waits = shared->tell != 0;
    /* PCIE-PRICAP-13: Stopped is of the PF and its VFs, and every VF knows that page requests are off. */
    if (!s->pri_enable)
        s->pri_stopped = !(s->page_requests | shared->page_requests | shared->unheard | shared->tell);
}

/* The status bits of a VF are what its PF has not been told of. */
static void tell_pf(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_shared *shared = &s->shared;
    const bool news = s->page_requests != shared->page_requests || shared->heard || s->pri_rf || s->pri_uprgi;
    shared->waits = news && !prisim_ports_can_put(e->ports, PRISIM_ENDPOINT_TX_PF);
    if (!news || shared->waits)
        return;
    struct prisim_endpoint_vf_wires *to = prisim_ports_put(e->ports, PRISIM_ENDPOINT_TX_PF);
    *to = (struct prisim_endpoint_vf_wires){.page_requests = (int32_t)(s->page_requests - shared->page_requests),
                                            .heard = shared->heard,
                                            .failed = s->pri_rf,
                                            .unexpected = s->pri_uprgi};
    shared->page_requests = s->page_requests;
    shared->heard = 0;
    s->pri_rf = s->pri_uprgi = false;
}

void endpoint_shared_tell(struct endpoint_edge *e)
{
    if (e->config->vf)
        tell_pf(e);
    else
        tell_vfs(e);
}
