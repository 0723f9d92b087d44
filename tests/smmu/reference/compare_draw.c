/* SPDX-License-Identifier: Apache-2.0
 *
 * Which SMMU is compared: its features, the sizes of its caches, its registers (compare.h).
 */
#include "model/core/bits.h"
#include "tests/smmu/reference/compare.h"

void compare_draw_setup(struct random_stream *random, struct reference_setup *setup)
{
    const struct reference_features *f = &setup->features;
    setup->atschk = random_below(random, 4) != 0;
    setup->rec_cfg_ats = random_below(random, 2);
    setup->recinvsid = random_below(random, 2);
    setup->strtab_log2 = (unsigned)random_below(random, f->sid_bits + 1);
    if (random_below(random, 12) == 0) /* SMMU-QUEUE: what is above SIDSIZE counts for the alignment */
        setup->strtab_log2 = f->sid_bits + 1 + (unsigned)random_below(random, 4);
    if (f->two_level_streams && setup->strtab_log2 > 6 && random_below(random, 2))
        setup->split = setup->strtab_log2 > 8 && random_below(random, 2) ? 8 : 6;
    setup->strtab = (random_next(random) & prisim_bits_mask(f->oas_bits) & ~prisim_bits_mask(22)) |
                    UINT64_C(1) << (f->oas_bits - 1);
}

/* Half of the SMMUs have what the default product has; in the others each feature is there or not, as drawn, as far as
 * it can be without another. */
static void draw_features(struct prisim_smmu_config *config, struct random_stream *random)
{
    static const uint32_t oas[] = {48, 48, 48, 44, 42, 40, 36, 32};
    const struct {
        uint32_t *feature, most;
    } f[] = {{&config->s2p, 1},     {&config->gran16k, 1},
             {&config->gran64k, 1}, {&config->had, 1},
             {&config->xnx, 1},     {&config->stt, 1},
             {&config->hyp, 1},     {&config->vmid16, 1},
             {&config->cd2l, 1},    {&config->st_level, 1},
             {&config->httu, 2},    {&config->ns1ats, 1},
             {&config->asid16, 1},  {&config->attr_perms_ovr, 1},
             {&config->fwb, 1},     {&config->term_model, 1}};
    if (random_below(random, 2))
        return;
    config->oas_bits = oas[random_below(random, sizeof oas / sizeof oas[0])];
    if (random_below(random, 2)) { /* no structure here asks for a stall; S1STALLD is legal then */
        config->stall_model = 0;
        config->stall_max = 8;
    }
    if (random_below(random, 6) == 0)
        config->ssid_bits = 0;
    if (random_below(random, 4) == 0)
        config->sid_bits = (uint32_t)random_below(random, 17);
    for (size_t i = 0; i < sizeof f / sizeof f[0]; i++) {
        struct prisim_config_error error;
        uint32_t before = *f[i].feature;
        *f[i].feature = random_below(random, 3) ? f[i].most : (uint32_t)random_below(random, f[i].most + 1);
        if (!prisim_smmu_config_check(config, &error))
            *f[i].feature = before;
    }
}

void compare_draw_caches(struct prisim_smmu_config *config, struct random_stream *random, uint32_t size)
{
    uint32_t *const entries[] = {&config->walk_entries,      &config->walk_l1_entries,    &config->walk_l0_entries,
                                 &config->walk_s2_entries,   &config->walk_s2_l1_entries, &config->walk_s2_l0_entries,
                                 &config->micro_tlb_entries, &config->ipa_entries,        &config->tlb_entries};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        *entries[i] = random_below(random, 4) ? size : size / 16;
    config->config_entries = config->config_l1_entries = size / 4;
}

/* Half of the SMMUs cache nothing; so no difference can hide behind another request. */
void compare_draw_config(struct prisim_smmu_config *config, struct random_stream *random)
{
    prisim_smmu_config_default(config);
    compare_draw_caches(config, random, random_below(random, 2) ? 64 : 0);
    draw_features(config, random);
    config->register_latency = 1;
    config->ack_latency = 1;
    config->structure_fetch = (uint32_t)random_below(random, 2); /* nobody writes meanwhile: no answer depends on it */
}
