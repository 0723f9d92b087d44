/* SPDX-License-Identifier: Apache-2.0
 *
 * The two findings (docs/linux.md).
 */
#include <inttypes.h>
#include <stdio.h>

#include "findings.h"
#include "setups.h"

#define IOVA UINT64_C(0x40000000)
enum { PAGE = 5, WAIT = 100000 };

static struct {
    uint64_t address, cycle;
    unsigned accesses;
} reached;

static void on_frame(const struct prisim_platform_access *access, bool is_write)
{
    (void)is_write;
    reached.address = access->address;
    reached.cycle = access->cycle;
    reached.accesses++;
}

static struct linux_domain *come_up(const struct machine_setup *setup)
{
    machine_on_frame = on_frame;
    machine_on_event = NULL;
    if (!setup_come_up(setup))
        return NULL;
    struct linux_domain *domain = linux_domain_alloc(0);
    return linux_attach(domain, DEVICE) ? NULL : domain;
}

static bool read_line(uint64_t iova)
{
    machine_dma(iova, 64, false, 0);
    return machine_job_end() == PRISIM_CAUSE_COMPLETED;
}

/* ---- a page of a block
 * ----------------------------------------------------------------------------------------------- */

/* Maps a block of 2 MB, uses its page 5, unmaps that page, and uses it again: how often the device got through. */
static unsigned reach_through_block(const struct machine_setup *setup)
{
    struct linux_domain *domain = come_up(setup);
    const uint64_t iova = IOVA + PAGE * FRAME_BYTES;
    if (!domain || linux_map(domain, IOVA, MACHINE_FRAMES, BLOCK_BYTES, 1) || !read_line(iova))
        return 99;
    reached.accesses = 0;
    const uint64_t call = machine_now(), unmapped = linux_unmap(domain, iova, FRAME_BYTES), returned = machine_now();
    read_line(iova);
    printf("  %-9s unmap of iova %#" PRIx64 " (%" PRIu64 " bytes) called in cycle %" PRIu64 ", returned in %" PRIu64
           "; ",
           setup->name, iova, unmapped, call, returned);
    if (reached.accesses)
        printf("the device read physical %#" PRIx64 " in cycle %" PRIu64 "\n", reached.address, reached.cycle);
    else
        printf("the device reached nothing after that\n");
    machine_close();
    return reached.accesses;
}

unsigned finding_block(bool is_fixed)
{
    static const struct {
        const char *setup;
        unsigned due;
    } run[] = {{"wired", 1}, {"no_hints", 0}, {"no_ril", 0}, {"no_caches", 0}};
    unsigned wrong = 0;
    printf(
        "finding: a page unmapped out of a block of 2 MB stays usable (TLBI with TTL=3 leaves the entry of level 2)\n");
    for (unsigned i = 0; i < sizeof run / sizeof *run; i++) {
        struct machine_setup setup;
        setup_find(run[i].setup, &setup);
        const unsigned due = is_fixed ? 0 : run[i].due;
        if (reach_through_block(&setup) == due)
            continue;
        printf("  NOT AS DUE: %s is due\n", due ? "an access" : "none");
        wrong++;
    }
    return wrong;
}

/* ---- the interrupt of a request without Last
 * ------------------------------------------------------------------------- */

static bool is_seen(void)
{
    return machine_printed("unexpected PRI request received:") > 0;
}

/* A request without Last: does the driver learn of it within 100 us? */
static bool hears_of_request(const struct machine_setup *setup)
{
    if (!come_up(setup) || linux_enable_pri(DEVICE, 32))
        return false;
    const uint64_t sent = machine_now();
    machine_page_request(IOVA, 7, 1, 0);
    const bool is_heard = machine_wait(is_seen, WAIT);
    printf("  %-9s PRIQ_IRQ_CFG2.LO resets to %u; request without Last in cycle %" PRIu64 "; ", setup->name,
           setup->platform.smmu[0].smmu.reset_pattern & 1, sent);
    if (is_heard)
        printf("the driver saw it in cycle %llu\n", machine_now());
    else
        printf("PRIQ_PROD is %u, and %d cycles later there is no interrupt\n", machine_read32(0x100c8), WAIT);
    machine_close();
    return is_heard;
}

unsigned finding_interrupt(bool is_fixed)
{
    static const struct {
        const char *setup;
        uint32_t pattern;
        bool due;
    } run[] = {{"wired", UINT32_MAX, false}, {"wired", 0, true}, {"msi", UINT32_MAX, true}};
    unsigned wrong = 0;
    printf("finding: with wired interrupts the driver leaves PRIQ_IRQ_CFG2 as it came out of reset\n");
    for (unsigned i = 0; i < sizeof run / sizeof *run; i++) {
        struct machine_setup setup;
        setup_find(run[i].setup, &setup);
        setup.platform.smmu[0].smmu.reset_pattern = run[i].pattern;
        const bool due = is_fixed || run[i].due;
        if (hears_of_request(&setup) == due)
            continue;
        printf("  NOT AS DUE: %s is due\n", due ? "an interrupt" : "none");
        wrong++;
    }
    return wrong;
}
