/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine: interrupts. Hard handlers run wherever the kernel lets time pass by a delay, as on another CPU; their
 * threads where the machine runs, between two calls of the kernel.
 */
#include <string.h>

#include "machine.h"
#include "machine_parts.h"

#define MOST_CYCLES UINT64_C(4000000000) /* of one machine; a CMD_SYNC is given up after 10^9 */

static bool is_raised[SEAM_IRQS], is_thread_due[SEAM_IRQS], in_handler;

void machine_forget_interrupts(void)
{
    memset(is_raised, 0, sizeof is_raised);
    memset(is_thread_due, 0, sizeof is_thread_due);
}

static void raise_lines(uint32_t lines)
{
    static const struct {
        uint32_t line;
        enum seam_irq irq;
    } row[] = {{PRISIM_SMMU_WIRED_EVENTQ, SEAM_IRQ_EVENTQ},
               {PRISIM_SMMU_WIRED_PRIQ, SEAM_IRQ_PRIQ},
               {PRISIM_SMMU_WIRED_GERROR, SEAM_IRQ_GERROR}};
    for (unsigned i = 0; i < 3; i++)
        if (lines & row[i].line)
            is_raised[machine.setup->firmware.is_combined ? SEAM_IRQ_COMBINED : row[i].irq] = true;
}

void machine_take_interrupts(uint64_t limit)
{
    if (machine_now() > MOST_CYCLES)
        machine_stop("time", "the kernel waits for what does not come");
    struct prisim_platform_interrupt in;
    while (prisim_platform_next_interrupt(machine.platform, limit, &in, NULL) == PRISIM_OK) {
        limit = 0;
        machine.interrupts++;
        machine.sevs += (in.lines & PRISIM_SMMU_WIRED_SEV) != 0;
        raise_lines(in.lines);
        if (in.is_msi && in.data < SEAM_IRQS)
            is_raised[in.data] = true;
    }
    for (unsigned irq = 0; irq < SEAM_IRQS && !in_handler; irq++) {
        if (!is_raised[irq])
            continue;
        in_handler = true;
        is_raised[irq] = false;
        is_thread_due[irq] |= linux_interrupt(irq);
        in_handler = false;
    }
}

void machine_run(uint64_t cycles)
{
    const uint64_t end = machine_now() + cycles;
    do {
        machine_take_interrupts(end - machine_now());
        for (unsigned irq = 0; irq < SEAM_IRQS; irq++) {
            if (!is_thread_due[irq] || !machine.runs_threads)
                continue;
            is_thread_due[irq] = false;
            linux_interrupt_thread(irq);
        }
    } while (machine_now() < end);
}

bool machine_wait(bool (*is_so)(void), uint64_t limit)
{
    const uint64_t end = machine_now() + limit;
    bool is = is_so();
    for (; !is && machine_now() < end; is = is_so())
        machine_run(100);
    return is;
}
