/* SPDX-License-Identifier: Apache-2.0
 *
 * The configurations. Each is the default one, changed by its row's function.
 */
#include <string.h>

#include "setups.h"

enum { STREAM_ID = 0x100 };

#define SMMU(s)     (&(s)->platform.smmu[0].smmu)
#define ENDPOINT(s) (&(s)->platform.device[DEVICE].endpoint)

static void wired(struct machine_setup *s)
{
    (void)s;
}

static void combined(struct machine_setup *s)
{
    s->firmware.is_combined = 1;
}

static void msi(struct machine_setup *s)
{
    s->firmware.has_msi = 1;
}

static void msi_no_polling(struct machine_setup *s)
{
    msi(s);
    s->no_msi_polling = true;
}

static void no_msi(struct machine_setup *s)
{
    msi(s);
    SMMU(s)->msi = 0;
}

static void sev(struct machine_setup *s)
{
    no_msi(s);
    SMMU(s)->sev = 1;
}

static void linear(struct machine_setup *s)
{
    SMMU(s)->st_level = 0;
    SMMU(s)->sid_bits = 6;
    s->stream_id = ENDPOINT(s)->requester_id = 0x20;
}

static void linear_cd(struct machine_setup *s)
{
    SMMU(s)->cd2l = 0;
}

static void no_ril(struct machine_setup *s)
{
    SMMU(s)->ril = 0;
}

static void no_hints(struct machine_setup *s)
{
    SMMU(s)->tlbi_hints = 0;
}

static void nested(struct machine_setup *s)
{
    s->is_nested = true;
}

static void granule_16k(struct machine_setup *s)
{
    s->page = 16 << 10;
    s->only_granules = 16 << 10 | 32 << 20;
}

static void granule_64k(struct machine_setup *s)
{
    s->page = 64 << 10;
    s->only_granules = 64 << 10 | 512 << 20;
}

static void no_ats(struct machine_setup *s)
{
    SMMU(s)->pri = 0;
    SMMU(s)->ats = 0;
}

static void no_pri(struct machine_setup *s)
{
    SMMU(s)->pri = 0;
}

static void plain(struct machine_setup *s)
{
    s->platform.devices = 0;
}

static void plain_msi(struct machine_setup *s)
{
    plain(s);
    msi(s);
}

static void stall(struct machine_setup *s)
{
    plain(s);
    s->can_stall = true;
    SMMU(s)->stall_model = 0;
    SMMU(s)->stall_max = 16;
}

static void slow(struct machine_setup *s)
{
    s->platform.memory.latency = 400;
    SMMU(s)->register_latency = 300;
    SMMU(s)->ack_latency = 900;
    SMMU(s)->command_latency = 100;
    ENDPOINT(s)->invalidate_latency = 5000;
    s->platform.device[DEVICE].link.latency = 1000;
}

static void small_queues(struct machine_setup *s)
{
    SMMU(s)->cmdq_log2_max = 7; /* what the driver asks for at least: a batch of 64 and a SYNC */
    SMMU(s)->eventq_log2_max = 2;
    SMMU(s)->priq_log2_max = 2;
}

static void no_caches(struct machine_setup *s)
{
    struct prisim_smmu_config *smmu = SMMU(s);
    smmu->tlb_entries = smmu->micro_tlb_entries = smmu->ipa_entries = smmu->config_entries = 0;
    smmu->config_l1_entries = smmu->walk_entries = smmu->walk_l1_entries = smmu->walk_l0_entries = 0;
    smmu->walk_s2_entries = smmu->walk_s2_l1_entries = smmu->walk_s2_l0_entries = 0;
}

static void atc_silent(struct machine_setup *s)
{
    ENDPOINT(s)->invalidate_latency = 10000000;
    SMMU(s)->atc_inv_timeout = 20000;
}

static const struct {
    const char *name, *about;
    void (*change)(struct machine_setup *setup);
} row[] = {
    {"wired", "a wired interrupt for each queue", wired},
    {"combined", "one wired interrupt for all", combined},
    {"msi", "MSIs; a SYNC is seen by its MSI", msi},
    {"msi_no_polling", "MSIs; a SYNC is seen by polling CONS", msi_no_polling},
    {"no_msi", "an SMMU that sends no MSIs", no_msi},
    {"sev", "a SYNC is waited for by WFE", sev},
    {"linear", "a linear stream table", linear},
    {"linear_cd", "a linear CD table", linear_cd},
    {"no_ril", "no invalidation by range", no_ril},
    {"no_hints", "an SMMU that ignores TTL and TG", no_hints},
    {"nested", "stage 2", nested},
    {"granule_16k", "pages of 16 KB", granule_16k},
    {"granule_64k", "pages of 64 KB", granule_64k},
    {"no_ats", "an SMMU without ATS and PRI", no_ats},
    {"no_pri", "an SMMU without PRI", no_pri},
    {"plain", "a device that is no PCI function", plain},
    {"plain_msi", "the same, with MSIs", plain_msi},
    {"stall", "the same, and it may be stalled", stall},
    {"slow", "slow memory, registers, commands and link", slow},
    {"small_queues", "event and PRI queues of four records", small_queues},
    {"no_caches", "an SMMU that keeps nothing", no_caches},
    {"atc_silent", "an endpoint that answers no ATC invalidation in time", atc_silent},
};

bool setup_make(unsigned number, struct machine_setup *setup)
{
    if (number >= sizeof row / sizeof *row)
        return false;
    *setup = (struct machine_setup){.name = row[number].name,
                                    .about = row[number].about,
                                    .firmware = {.is_coherent = 1},
                                    .stream_id = STREAM_ID,
                                    .page = FRAME_BYTES};
    prisim_platform_config_default(&setup->platform);
    setup->platform.devices = 1;
    ENDPOINT(setup)->requester_id = STREAM_ID;
    ENDPOINT(setup)->stop = PRISIM_ENDPOINT_STOP_MARKER;
    row[number].change(setup);
    return true;
}

bool setup_come_up(const struct machine_setup *setup)
{
    machine_open(setup);
    return linux_probe(&setup->firmware) == 0 && linux_add_device(DEVICE, setup->stream_id, 1, 0) == 0;
}

bool setup_find(const char *name, struct machine_setup *setup)
{
    for (unsigned i = 0; setup_make(i, setup); i++)
        if (strcmp(setup->name, name) == 0)
            return true;
    return false;
}
