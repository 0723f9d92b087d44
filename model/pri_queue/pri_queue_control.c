/* SPDX-License-Identifier: Apache-2.0
 *
 * What software writes (SMMU-CR0, SMMU-IRQCTRL, SMMU-IRQCFG, SMMU-QUEUE), and the acknowledges. The guards of
 * SMMU-QUEUE are the SMMU's.
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue_state.h"

enum { INDEX_BITS = 20, LO_BIT = 31, OVFLG_BIT = 31 };

/* SMMU-QUEUE: LOG2SIZE 4:0, capped; ADDR 55:5 aligned to max(queue bytes, 32). */
static void write_base(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, uint64_t value)
{
    uint32_t size_log2 = (uint32_t)prisim_bits_get(value, 0, 5);
    state->size_log2 = size_log2 < config->size_log2_max ? size_log2 : config->size_log2_max;
    uint64_t bytes = (uint64_t)PRISIM_PRI_QUEUE_RECORD_BYTES << state->size_log2;
    state->base =
        prisim_bits_put(prisim_bits_get(value, 5, 51), 5, 51) & ~(bytes - 1); /* the field itself ends at 32 bytes */
}

static void write_prod(struct prisim_pri_queue *state, uint64_t value)
{
    state->prod = (uint32_t)prisim_bits_get(value, 0, INDEX_BITS);
    state->reserve = state->prod;
    state->ovflg = prisim_bit_get(value, OVFLG_BIT);
    state->changed |= PRISIM_PRI_QUEUE_CHANGED_WRITTEN;
}

/* SMMU-PRIOVF: from this write on new requests are accepted, if it acknowledges the overflow. */
static void write_cons(struct prisim_pri_queue *state, uint64_t value)
{
    state->cons = (uint32_t)(value & (prisim_bits_mask(INDEX_BITS) | PRISIM_PRI_QUEUE_OVFLG));
    state->changed |= PRISIM_PRI_QUEUE_CHANGED_WRITTEN;
}

static void write_abort_active(struct prisim_pri_queue *state, bool active)
{
    state->abort_active = active;
    if (active)
        state->abort_raised = false;
}

void pri_queue_control(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                       struct prisim_ports *ports)
{
    const struct prisim_pri_queue_control *control = ports->rx[PRISIM_PRI_QUEUE_RX_CONTROL];
    switch ((enum prisim_pri_queue_control_what)control->what) {
    case PRISIM_PRI_QUEUE_BASE:
        write_base(config, state, control->value);
        return;
    case PRISIM_PRI_QUEUE_PROD:
        write_prod(state, control->value);
        return;
    case PRISIM_PRI_QUEUE_CONS:
        write_cons(state, control->value);
        return;
    case PRISIM_PRI_QUEUE_IRQ_CFG0:
        state->msi_address = prisim_bits_put(prisim_bits_get(control->value, 2, 54), 2, 54);
        return;
    case PRISIM_PRI_QUEUE_IRQ_CFG1:
        state->msi_data = (uint32_t)control->value;
        return;
    case PRISIM_PRI_QUEUE_IRQ_CFG2:
        state->last_only = prisim_bit_get(control->value, LO_BIT);
        return;
    case PRISIM_PRI_QUEUE_ENABLE:
        state->enable = (uint8_t)prisim_bits_get(control->value, 0, 3);
        return;
    case PRISIM_PRI_QUEUE_ABORT_ACTIVE:
        write_abort_active(state, prisim_bit_get(control->value, 0));
        return;
    }
}

uint8_t pri_queue_ack_next(const struct prisim_pri_queue *state)
{
    /* SMMU-CR0, SMMU-PRIQEN: 1->0 after accepted records are visible; SMMU-IRQCTRL: after earlier MSIs completed. */
    uint8_t held = 0;
    if (state->count || state->retired)
        held |= PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN;
    if (state->interrupt || state->msi_due || state->msi_in_flight)
        held |= PRISIM_PRI_QUEUE_ENABLE_IRQEN;
    return (uint8_t)(state->enable | (state->enable_ack & held));
}
