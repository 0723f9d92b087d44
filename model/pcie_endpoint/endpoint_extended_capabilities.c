/* SPDX-License-Identifier: Apache-2.0
 *
 * The extended capabilities ATS, PRI and PASID (PCIE-ATSCAP, PCIE-PRICAP, PCIE-PASIDCAP). What software does that the
 * specification leaves undefined is done somehow, and said: endpoint.misuse.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"

enum { ATS_CONTROL_STU = 0x1f, ATS_PAGE_ALIGNED = 1 << 5, ATS_GLOBAL_INVALIDATE = 1 << 6 };
enum { PASID_EXECUTE = 1 << 1, PASID_PRIVILEGED = 1 << 2 };

static void misuse(struct endpoint_edge *e, uint32_t offset, enum prisim_cause cause)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_misuse, .offset = offset, .cause = cause);
}

/* PCIE-ATSCAP: Invalidate Queue Depth (0 = 32), Page Aligned Request, Global Invalidate Supported. */
uint32_t config_read_ats(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    /* PCIE-ATSCAP-1, PCIE-ATSCAP-5: of a VF depth and STU read 0; they are the PF's. */
    const uint32_t depth = config->vf ? 0 : config->invalidate_depth & 31;
    const uint32_t control = s->ats_control & (config->vf ? ~(uint32_t)ATS_CONTROL_STU : UINT32_MAX);
    return depth | ATS_PAGE_ALIGNED | ATS_GLOBAL_INVALIDATE | control << 16;
}

void config_write_ats(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    struct prisim_endpoint *s = e->s;
    const uint32_t control = word >> 16;
    bool was = s->ats_control & PRISIM_ATS_CONTROL_ENABLE;
    bool on = control & PRISIM_ATS_CONTROL_ENABLE;
    /* PCIE-ATSCAP: STU is changed only while disabled. */
    uint32_t stu = (was || e->config->vf ? s->ats_control : control) & ATS_CONTROL_STU;
    s->ats_control = (uint16_t)(stu | (control & PRISIM_ATS_CONTROL_ENABLE));
    if (on && !was) {
        s->ats_refused = false;
        s->ats_enables++;
        /* PCIE-ATSCAP: Enable 0 to 1 starts with an empty ATC. */
        endpoint_invalidate_everything(e);
    }
}

/* PCIE-PRICAP. Stopped has no meaning with E=1 and reads 0 then. */
uint32_t config_read_pri(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    uint32_t status = (s->pri_rf ? PRISIM_PRI_STATUS_RF : 0) | (s->pri_uprgi ? PRISIM_PRI_STATUS_UPRGI : 0) |
                      (s->pri_stopped ? PRISIM_PRI_STATUS_STOPPED : 0) | (config->prpr ? PRISIM_PRI_STATUS_PRPR : 0);
    return status << 16 | (s->pri_enable ? PRISIM_PRI_CONTROL_ENABLE : 0);
}

/* PCIE-PRICAP-26, "write E=1": indeterminate while not stopped; here the groups of before are still outstanding. */
static void pri_start(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    if (!s->pri_stopped)
        misuse(e, PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_CAUSE_PRI_NOT_STOPPED);
    s->pri_enable = true;
    s->pri_halted = false;
    s->pri_rf = false;
    s->pri_uprgi = false;
    s->pri_stopped = false;
    endpoint_pri_limit(e->config, s);
}

/* PCIE-PRICAP-24 and PCIE-PRICAP-25, "write E=0" and "write R=1", in one write or in two. */
static void pri_end(struct endpoint_edge *e, bool reset)
{
    struct prisim_endpoint *s = e->s;
    bool was = s->pri_enable;
    bool drop = reset && (was || s->page_requests || s->shared.page_requests);
    s->pri_enable = false;
    endpoint_pri_limit(e->config, s);
    if (was || drop)
        PRISIM_PROBE(e->ports, e->now, endpoint_pri_off, .groups = drop ? endpoint_groups_open(s) : 0,
                     .cause = PRISIM_CAUSE_PRI_OFF);
    if (drop) {
        endpoint_pri_drop_groups(e);
        endpoint_marker_take_back(e);
    }
    endpoint_pri_went_off(e);
    if (s->page_requests == 0)
        s->pri_stopped = true;
}

/* A status bit is cleared by a 1 that was written; control that was not written is written as it is. */
void config_write_pri(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    struct prisim_endpoint *s = e->s;
    uint32_t status = (word & written) >> 16;
    if (status & PRISIM_PRI_STATUS_RF)
        s->pri_rf = false;
    if (status & PRISIM_PRI_STATUS_UPRGI)
        s->pri_uprgi = false;
    bool enable = word & PRISIM_PRI_CONTROL_ENABLE;
    if (enable && !s->pri_enable)
        pri_start(e);
    else if (!enable)
        pri_end(e, word & PRISIM_PRI_CONTROL_RESET);
}

uint32_t config_read_pri_capacity(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)s;
    return config->pri_capacity;
}

uint32_t config_read_pri_allocation(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return s->pri_allocation;
}

/* PCIE-PRICAP-19: changing it with E=1 is undefined; here it counts at once. */
void config_write_pri_allocation(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    struct prisim_endpoint *s = e->s;
    if (s->pri_enable && word != s->pri_allocation)
        misuse(e, PRISIM_ENDPOINT_CONFIG_PRI + 12, PRISIM_CAUSE_ALLOCATION_CHANGED);
    s->pri_allocation = word;
    endpoint_pri_limit(e->config, s);
}

/* PCIE-PASIDCAP: what is supported is what may be enabled. */
static uint32_t pasid_supports(const struct prisim_endpoint_config *config)
{
    return (config->pasid_execute ? PASID_EXECUTE : 0u) | (config->pasid_privileged ? PASID_PRIVILEGED : 0u);
}

uint32_t config_read_pasid(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    return pasid_supports(config) | config->pasid_bits << 8 | (uint32_t)s->pasid_control << 16;
}

/* PCIE-PASIDCAP: PASID after ATS is undefined; here it counts at once. */
void config_write_pasid(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    struct prisim_endpoint *s = e->s;
    const uint32_t control = word >> 16 & (PRISIM_PASID_CONTROL_ENABLE | pasid_supports(e->config));
    if ((s->ats_control & PRISIM_ATS_CONTROL_ENABLE) && control != s->pasid_control)
        misuse(e, PRISIM_ENDPOINT_CONFIG_PASID + 4, PRISIM_CAUSE_PASID_UNDER_ATS);
    s->pasid_control = (uint16_t)control;
}
