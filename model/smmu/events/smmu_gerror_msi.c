/* SPDX-License-Identifier: Apache-2.0
 *
 * GERROR as it is raised, the SMMU's own MSIs and the wired interrupts (SMMU-GERROR, SMMU-IRQCFG). The PRI queue sends
 * its own MSI. What software acknowledges is in smmu_gerror_acknowledge.c.
 */
#include "model/smmu/events/smmu_events.h"

/* IRQ_CTRL bit, wired line, places of the configuration registers and the GERROR bit of an aborted MSI, by source. */
static const struct {
    uint32_t enable, line, abort;
    uint16_t cfg0, cfg1;
} source_info[SMMU_MSI_SOURCES] = {
    [SMMU_MSI_GERROR] = {PRISIM_IRQ_CTRL_GERROR, PRISIM_SMMU_WIRED_GERROR, PRISIM_GERROR_MSI_GERROR_ABT,
                         SMMU_WORD(PRISIM_SMMU_GERROR_IRQ_CFG0), SMMU_WORD(PRISIM_SMMU_GERROR_IRQ_CFG1)},
    [SMMU_MSI_EVENTQ] = {PRISIM_IRQ_CTRL_EVENTQ, PRISIM_SMMU_WIRED_EVENTQ, PRISIM_GERROR_MSI_EVENTQ_ABT,
                         SMMU_WORD(PRISIM_SMMU_EVENTQ_IRQ_CFG0), SMMU_WORD(PRISIM_SMMU_EVENTQ_IRQ_CFG1)},
    [SMMU_MSI_SYNC] = {0, PRISIM_SMMU_WIRED_SYNC, PRISIM_GERROR_MSI_CMDQ_ABT, 0, 0}, /* the command has the address */
};

void smmu_gerror_changed(struct smmu_edge *e, uint32_t before)
{
    uint32_t after = smmu_gerror_active(e->s);
    if (after == before)
        return;
    PRISIM_PROBE(e->ports, e->now, smmu_gerror, .active = after);
    if ((after ^ before) & PRISIM_GERROR_PRIQ_ABT)
        smmu_pri_say(e->s, PRISIM_PRI_QUEUE_ABORT_ACTIVE);
}

/* SMMU-GERROR: a bit toggles only while it is not active. MSI_GERROR_ABT raises no interrupt. */
void smmu_gerror_raise(struct smmu_edge *e, uint32_t bits)
{
    struct prisim_smmu *s = e->s;
    uint32_t before = smmu_gerror_active(s);
    uint32_t raised = bits & ~before;
    assert(bits != 0);
    s->word[SMMU_WORD(PRISIM_SMMU_GERROR)] ^= raised;
    smmu_gerror_changed(e, before);
    if (raised & ~(uint32_t)PRISIM_GERROR_MSI_GERROR_ABT)
        smmu_interrupt(e, SMMU_MSI_GERROR);
}

void smmu_interrupt_line(struct smmu_edge *e, uint32_t line)
{
    assert(line != 0);
    e->s->lines |= line;
    smmu_want(e->s, PRISIM_SMMU_TX_INTERRUPT);
}

/* SMMU-IRQCTRL-1: none for a cause from before the acknowledgement of the enable. SMMU-IRQCFG: MSI and wired
 * interrupt are independent; address 0 means no MSI. */
void smmu_interrupt(struct smmu_edge *e, enum smmu_msi_source source)
{
    struct prisim_smmu *s = e->s;
    assert(source != SMMU_MSI_SYNC);
    if (!(s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRL)] & s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRLACK)] &
          source_info[source].enable))
        return;
    uint64_t address = smmu_word64(s, source_info[source].cfg0) & PRISIM_SMMU_MSI_ADDRESS;
    if (address)
        smmu_msi_send(e, source, address, s->word[source_info[source].cfg1]);
    smmu_interrupt_line(e, source_info[source].line);
}

void smmu_msi_send(struct smmu_edge *e, enum smmu_msi_source source, uint64_t address, uint32_t data)
{
    struct smmu_msi *msi = &e->s->msi;
    msi->address[source] = address;
    msi->data[source] = data;
    msi->pending |= (uint8_t)(1 << source);
    if (msi->pending & ~msi->in_flight)
        smmu_memory_want(e->s, SMMU_MEMORY_MSI);
}

/* One MSI of a source is in flight at a time; a second cause meanwhile makes one more after it. */
void smmu_msi_request(struct smmu_edge *e, struct prisim_memory_request *to)
{
    struct smmu_msi *msi = &e->s->msi;
    assert(msi->pending & ~msi->in_flight);
    unsigned source = (unsigned)__builtin_ctz((unsigned)(msi->pending & ~msi->in_flight));
    to->address = msi->address[source];
    to->id = (uint32_t)SMMU_MEMORY_MSI << 24 | source;
    to->size = sizeof(uint32_t);
    to->write = 1;
    prisim_store_le32(to->data, msi->data[source]);
    msi->pending &= (uint8_t) ~(1 << source);
    msi->in_flight |= (uint8_t)(1 << source);
    if (msi->pending & ~msi->in_flight)
        smmu_memory_want(e->s, SMMU_MEMORY_MSI);
}

void smmu_msi_written(struct smmu_edge *e, unsigned source, uint8_t status)
{
    struct smmu_msi *msi = &e->s->msi;
    assert(source < SMMU_MSI_SOURCES && (msi->in_flight >> source & 1));
    msi->in_flight &= (uint8_t) ~(1 << source);
    if (msi->pending & ~msi->in_flight)
        smmu_memory_want(e->s, SMMU_MEMORY_MSI);
    if (status != PRISIM_MEMORY_OK)
        smmu_gerror_raise(e, source_info[source].abort);
}
