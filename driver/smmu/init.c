/* SPDX-License-Identifier: Apache-2.0
 *
 * Bring-up of the SMMU: where tables and queues lie in RAM, its registers in the order a real driver writes them, and
 * stream table entries. RAM is zero before: what is not stored is 0.
 */
#include "driver/access.h"
#include "driver/kexec.h"
#include "driver/smmu/command_queue.h"

static uint64_t align_up(uint64_t at, uint64_t to)
{
    assert(to && (to & (to - 1)) == 0);
    return (at + to - 1) & ~(to - 1);
}

/* Takes a table of 2^log2 entries, aligned to its size, out of RAM from *next on. */
static uint64_t cut(uint64_t *next, unsigned log2, uint64_t entry_bytes)
{
    uint64_t bytes = entry_bytes << log2;
    uint64_t at = align_up(*next, bytes);
    *next = at + bytes;
    return at;
}

/* Lays out what is in RAM from the start, from `base` on; returns the end of it. `d` may be NULL. */
uint64_t driver_layout_at(const struct prisim_driver_config *config, uint64_t base, struct prisim_driver *d)
{
    uint64_t next = base, cd_table[PRISIM_DRIVER_FUNCTIONS_MAX] = {0};
    uint32_t largest = 0, strtab_log2 = 0;
    for (uint32_t i = 0; i < config->functions; i++)
        if (config->function[i].requester_id > largest)
            largest = config->function[i].requester_id;
    while (largest >> strtab_log2)
        strtab_log2++;
    const uint64_t strtab = cut(&next, strtab_log2, PRISIM_STE_BYTES);
    const uint64_t cmdq = cut(&next, config->cmdq_log2, PRISIM_COMMAND_BYTES);
    const uint64_t eventq = cut(&next, config->eventq_log2, PRISIM_EVENT_RECORD_BYTES);
    next = align_up(next, 32); /* SMMU-QUEUE: max(queue bytes, 32) */
    const uint64_t priq = cut(&next, config->priq_log2, PRISIM_PRI_QUEUE_RECORD_BYTES);
    for (uint32_t i = 0; i < config->functions; i++)
        cd_table[i] = cut(&next, config->pasid_bits, PRISIM_CD_BYTES);
    if (d) {
        d->strtab = strtab;
        d->strtab_log2 = strtab_log2;
        d->cmdq = cmdq;
        d->eventq = eventq;
        d->priq = priq;
        memcpy(d->cd_table, cd_table, sizeof cd_table);
    }
    return align_up(next, PAGE_BYTES);
}

/* Of the first life. */
uint64_t driver_layout(const struct prisim_driver_config *config, struct prisim_driver *d)
{
    return driver_layout_at(config, config->ram_base, d);
}

enum row_what {
    ROW_WRITE,
    ROW_STRTAB_BASE,
    ROW_STRTAB_CFG,
    ROW_CMDQ_BASE,
    ROW_EVENTQ_BASE,
    ROW_PRIQ_BASE,
    ROW_DOORBELL,
    ROW_LO,
    ROW_ACK,       /* poll until the register has the value */
    ROW_INVALIDATE /* what the caches of the SMMU may hold from before */
};

struct row {
    uint32_t offset;
    uint32_t value;
    uint8_t bytes;
    uint8_t what;
};

enum {
    CR1_WRITE_BACK_SHAREABLE = 1 << 0 | 1 << 2 | 3 << 4 | 1 << 6 | 1 << 8 | 3 << 10, /* SMMU-CR */
    CR0_COMMANDS = PRISIM_CR0_CMDQEN,
    CR0_EVENTS = CR0_COMMANDS | PRISIM_CR0_EVENTQEN,
    CR0_PAGE_REQUESTS = CR0_EVENTS | PRISIM_CR0_PRIQEN,
    CR0_ALL = CR0_PAGE_REQUESTS | PRISIM_CR0_SMMUEN | PRISIM_CR0_ATSCHK,
    IRQ_ALL = PRISIM_IRQ_CTRL_GERROR | PRISIM_IRQ_CTRL_PRIQ | PRISIM_IRQ_CTRL_EVENTQ
};

/* Everything is off when a guarded register is written (SMMU-QUEUE "Guards"). */
static const struct row rows[] = {
    {PRISIM_SMMU_CR0, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0ACK, 0, 4, ROW_ACK},
    {PRISIM_SMMU_IRQ_CTRL, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_IRQ_CTRLACK, 0, 4, ROW_ACK},
    {PRISIM_SMMU_CR1, CR1_WRITE_BACK_SHAREABLE, 4, ROW_WRITE},
    {PRISIM_SMMU_CR2, PRISIM_CR2_PTM | PRISIM_CR2_REC_CFG_ATS, 4, ROW_WRITE},
    {PRISIM_SMMU_STRTAB_BASE, 0, 8, ROW_STRTAB_BASE},
    {PRISIM_SMMU_STRTAB_BASE_CFG, 0, 4, ROW_STRTAB_CFG},
    {PRISIM_SMMU_CMDQ_BASE, 0, 8, ROW_CMDQ_BASE},
    {PRISIM_SMMU_CMDQ_PROD, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_CMDQ_CONS, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0, CR0_COMMANDS, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0ACK, CR0_COMMANDS, 4, ROW_ACK},
    {0, 0, 0, ROW_INVALIDATE},
    {PRISIM_SMMU_EVENTQ_BASE, 0, 8, ROW_EVENTQ_BASE},
    {PRISIM_SMMU_EVENTQ_PROD, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_EVENTQ_CONS, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0, CR0_EVENTS, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0ACK, CR0_EVENTS, 4, ROW_ACK},
    {PRISIM_SMMU_PRIQ_BASE, 0, 8, ROW_PRIQ_BASE},
    {PRISIM_SMMU_PRIQ_PROD, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_PRIQ_CONS, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0, CR0_PAGE_REQUESTS, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0ACK, CR0_PAGE_REQUESTS, 4, ROW_ACK},
    {PRISIM_SMMU_GERROR_IRQ_CFG0, 0, 8, ROW_DOORBELL},
    {PRISIM_SMMU_GERROR_IRQ_CFG1, PRISIM_DRIVER_MSI_GERROR, 4, ROW_WRITE},
    {PRISIM_SMMU_GERROR_IRQ_CFG2, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_EVENTQ_IRQ_CFG0, 0, 8, ROW_DOORBELL},
    {PRISIM_SMMU_EVENTQ_IRQ_CFG1, PRISIM_DRIVER_MSI_EVENTQ, 4, ROW_WRITE},
    {PRISIM_SMMU_EVENTQ_IRQ_CFG2, 0, 4, ROW_WRITE},
    {PRISIM_SMMU_PRIQ_IRQ_CFG0, 0, 8, ROW_DOORBELL},
    {PRISIM_SMMU_PRIQ_IRQ_CFG1, PRISIM_DRIVER_MSI_PRIQ, 4, ROW_WRITE},
    {PRISIM_SMMU_PRIQ_IRQ_CFG2, 0, 4, ROW_LO},
    {PRISIM_SMMU_IRQ_CTRL, IRQ_ALL, 4, ROW_WRITE},
    {PRISIM_SMMU_IRQ_CTRLACK, IRQ_ALL, 4, ROW_ACK},
    {PRISIM_SMMU_CR0, CR0_ALL, 4, ROW_WRITE},
    {PRISIM_SMMU_CR0ACK, CR0_ALL, 4, ROW_ACK},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* SMMU-CR0, of a life that leaves the event queue and the PRI queue off (UNBIND-S-50). */
static uint32_t without_queues(const struct edge *e, const struct row *row)
{
    const bool cr0 = row->offset == PRISIM_SMMU_CR0 || row->offset == PRISIM_SMMU_CR0ACK;
    return cr0 && kexec_has_queues_off(e->config, e->driver)
               ? row->value & ~(uint32_t)(PRISIM_CR0_EVENTQEN | PRISIM_CR0_PRIQEN)
               : row->value;
}

/* UNBIND-S-50 as published: PROD of the queues stays where the first life had it, and CONS. */
static bool row_is_left_out(const struct edge *e, const struct row *row)
{
    return e->driver->life && e->config->kexec_prod == PRISIM_DRIVER_KEXEC_PROD_STALE &&
           (row->offset == PRISIM_SMMU_EVENTQ_PROD || row->offset == PRISIM_SMMU_EVENTQ_CONS ||
            row->offset == PRISIM_SMMU_PRIQ_PROD || row->offset == PRISIM_SMMU_PRIQ_CONS);
}

static uint64_t row_value(const struct edge *e, const struct row *row)
{
    const struct prisim_driver *d = e->driver;
    switch ((enum row_what)row->what) {
    case ROW_STRTAB_BASE:
        return d->strtab & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    case ROW_STRTAB_CFG:
        return d->strtab_log2; /* linear */
    case ROW_CMDQ_BASE:
        return (d->cmdq & PRISIM_SMMU_QUEUE_BASE_ADDRESS) | d->cmdq_log2;
    case ROW_EVENTQ_BASE:
        return (d->eventq & PRISIM_SMMU_QUEUE_BASE_ADDRESS) | d->eventq_log2;
    case ROW_PRIQ_BASE:
        return (d->priq & PRISIM_SMMU_QUEUE_BASE_ADDRESS) | d->priq_log2;
    case ROW_DOORBELL:
        return d->msi ? e->config->doorbell_base & PRISIM_SMMU_MSI_ADDRESS : 0; /* 0: no MSI (SMMU-IRQCFG) */
    case ROW_LO:
        return e->config->priq_lo ? PRISIM_PRIQ_IRQ_CFG2_LO : 0;
    case ROW_WRITE:
    case ROW_ACK:
    case ROW_INVALIDATE:
        break;
    }
    return without_queues(e, row);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t at_most(uint32_t log2, uint64_t idr1, unsigned shift)
{
    return least(log2, (uint32_t)prisim_bits_get(idr1, shift, 5));
}

/* SMMU-IDR0, SMMU-IDR1, SMMU-IDR: what the SMMU can do bounds what is asked of it. */
bool driver_arm_smmu_device_hw_probe(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    READ_REGISTER(PRISIM_SMMU_IDR0);
    ANSWER();
    d->msi = e->config->interrupts == PRISIM_DRIVER_INTERRUPTS_MSI && (t->answer[0] & PRISIM_IDR0_MSI);
    d->stalls = prisim_bits_get(t->answer[0], PRISIM_IDR0_STALL_MODEL_SHIFT, 2) == 0;
    d->asid_bits = t->answer[0] & PRISIM_IDR0_ASID16 ? e->config->asid_bits : least(e->config->asid_bits, 8);
    READ_REGISTER(PRISIM_SMMU_IDR1);
    ANSWER();
    d->cmdq_log2 = at_most(e->config->cmdq_log2, t->answer[0], PRISIM_IDR1_CMDQS_SHIFT);
    d->eventq_log2 = at_most(e->config->eventq_log2, t->answer[0], PRISIM_IDR1_EVENTQS_SHIFT);
    d->priq_log2 = at_most(e->config->priq_log2, t->answer[0], PRISIM_IDR1_PRIQS_SHIFT);
    d->sized = 1;
    READ_REGISTER(PRISIM_SMMU_IDR5);
    ANSWER();
    d->ips = t->answer[0] & 7;
    END;
}

/* No cached configuration or translation of an earlier life. */
static bool invalidate_all(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_CFGI_ALL, PRISIM_CMD_OPCODE);
    t->command[1] = prisim_bits_put(31, PRISIM_CMD1_RANGE);
    COMMAND();
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, PRISIM_CMD_OPCODE);
    t->command[1] = 0;
    COMMAND();
    CALL(command_sync_behind);
    END;
}

bool driver_arm_smmu_device_reset(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (e->driver->life)
        CALL(driver_smmu_take_over);
    for (t->bring_up.row = 0; t->bring_up.row < ROWS; t->bring_up.row++) {
        if (row_is_left_out(e, &rows[t->bring_up.row]))
            continue;
        if (rows[t->bring_up.row].what == ROW_LO)
            e->driver->deaf = 0; /* the handlers are there: interrupts are switched on next */
        if (rows[t->bring_up.row].what == ROW_INVALIDATE) {
            CALL(invalidate_all);
        } else if (rows[t->bring_up.row].what == ROW_ACK) {
            for (;;) {
                READ_REGISTER(rows[t->bring_up.row].offset);
                ANSWER();
                if ((uint32_t)t->answer[0] == row_value(e, &rows[t->bring_up.row]))
                    break;
                SLEEP(e->config->price.poll_interval);
            }
        } else {
            WRITE_REGISTER(rows[t->bring_up.row].offset, rows[t->bring_up.row].bytes,
                           row_value(e, &rows[t->bring_up.row]));
            ANSWER();
        }
    }
    END;
}

uint64_t driver_ste_address(const struct edge *e, uint32_t function)
{
    return e->driver->strtab + (uint64_t)e->config->function[function].requester_id * PRISIM_STE_BYTES;
}

/* PRISIM_DRIVER_ISOLATE_ATS_OFF, and not attached since. */
static bool has_ats_refused(const struct edge *e, uint32_t function)
{
    return e->driver->function[function].state == FUNCTION_ISOLATED &&
           e->driver->function[function].isolated_by == PRISIM_DRIVER_ISOLATE_ATS_OFF;
}

/* SMMU-STE: stage 1, a linear CD table, ATS; without a PASID no access, or CD 0. Blocked it is ended: the rest stays as
 * it is, and nobody reads it. */
static uint64_t ste_word0(const struct edge *e, uint32_t function)
{
    const bool blocked = e->driver->function[function].blocked;
    return prisim_bits_put(1, PRISIM_STE0_V) |
           prisim_bits_put(blocked ? PRISIM_STE_CONFIG_ABORT : PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
           (e->driver->cd_table[function] & PRISIM_STE0_S1CONTEXTPTR) |
           prisim_bits_put(e->config->pasid_bits, PRISIM_STE0_S1CDMAX);
}

/* PCIE-ENABLE: a function that goes down has ATS refused; UNBIND-STEP-9: so has one that is isolated by that; and one
 * whose accesses stall never has it. SMMU-EVENTQ-7: those of all others must not stall. */
static uint64_t ste_word1(const struct edge *e, uint32_t function)
{
    const bool ats = (e->driver->function[function].state != FUNCTION_DOWN || !e->driver->ready) &&
                     !has_ats_refused(e, function) && !function_stalls(e, function);
    static const uint8_t s1dss[] = {[PRISIM_DRIVER_NO_PASID_ABORT] = PRISIM_S1DSS_TERMINATE,
                                    [PRISIM_DRIVER_NO_PASID_CD0] = PRISIM_S1DSS_CD0,
                                    [PRISIM_DRIVER_NO_PASID_BYPASS] = PRISIM_S1DSS_BYPASS};
    return prisim_bits_put(s1dss[e->config->no_pasid], PRISIM_STE1_S1DSS) |
           prisim_bits_put(e->config->ppar, PRISIM_STE1_PPAR) |
           prisim_bits_put(e->driver->stalls && !function_stalls(e, function), PRISIM_STE1_S1STALLD) |
           prisim_bits_put(ats ? PRISIM_EATS_FULL : PRISIM_EATS_OFF, PRISIM_STE1_EATS);
}

/* Words 0 and 1, as the function's state has them. */
uint64_t driver_ste_word(const struct edge *e, uint32_t function, unsigned word)
{
    assert(word <= 1);
    return word ? ste_word1(e, function) : ste_word0(e, function);
}

bool driver_arm_smmu_sync_ste_for_sid(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_CFGI_STE, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(e->config->function[t->bring_up.function].requester_id, PRISIM_CMD_SID);
    t->command[1] = prisim_bits_put(1, PRISIM_CMD1_LEAF);
    COMMAND();
    CALL(command_sync_behind);
    END;
}

/* SMMU-FETCH-2, as of a descriptor (unbind/bind.c): the SMMU is on. */
bool driver_arm_smmu_write_strtab_ent(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STORE(driver_ste_address(e, t->bring_up.function) + 8, ste_word1(e, t->bring_up.function));
    ANSWER();
    if (e->config->structure_update == PRISIM_DRIVER_STRUCTURE_AS_ARM)
        CALL(driver_arm_smmu_sync_ste_for_sid);
    STORE(driver_ste_address(e, t->bring_up.function), ste_word0(e, t->bring_up.function));
    ANSWER();
    CALL(driver_arm_smmu_sync_ste_for_sid);
    END;
}

/* Only EATS changes, which is in one word: it is valid before and after. */
bool driver_arm_smmu_write_eats(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STORE(driver_ste_address(e, t->bring_up.function) + 8, ste_word1(e, t->bring_up.function));
    ANSWER();
    CALL(driver_arm_smmu_sync_ste_for_sid);
    END;
}

/* Only Config changes, which is in one word, too. */
bool driver_arm_smmu_write_ste_config(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STORE(driver_ste_address(e, t->bring_up.function), ste_word0(e, t->bring_up.function));
    ANSWER();
    CALL(driver_arm_smmu_sync_ste_for_sid);
    END;
}
