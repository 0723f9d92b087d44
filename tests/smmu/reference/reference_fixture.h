/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reference model's own tests share: a handful of words of memory written by hand, and one stream whose STE
 * and CD are set field by field at the rule book's absolute bits.
 */
#ifndef PRISIM_TESTS_SMMU_REFERENCE_FIXTURE_H
#define PRISIM_TESTS_SMMU_REFERENCE_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/smmu/reference/reference.h"

enum { FIXTURE_WORDS = 256, FIXTURE_SID = 3 };
#define FIXTURE_STRTAB UINT64_C(0x10000000)
#define FIXTURE_CDS    UINT64_C(0x20000000)
#define FIXTURE_TTB    UINT64_C(0x30000000)
#define FIXTURE_S2TTB  UINT64_C(0x40000000)

struct fixture {
    struct reference_setup setup;
    struct reference_request request;
    struct reference_outcome out;
    struct {
        uint64_t address, word;
    } put[FIXTURE_WORDS];
    unsigned puts;
    uint64_t aborts; /* this word */
    uint64_t ste[8], cd[8];
};

static inline bool fixture_load(void *context, uint64_t address, unsigned words, uint64_t *to,
                                const struct reference_hint *hint)
{
    struct fixture *d = context;
    (void)hint;
    for (unsigned i = 0; i < words; i++) {
        uint64_t at = address + i * 8;
        if (at == d->aborts)
            return false;
        to[i] = 0;
        for (unsigned k = 0; k < d->puts; k++)
            if (d->put[k].address == at)
                to[i] = d->put[k].word;
        if (at >= FIXTURE_STRTAB + FIXTURE_SID * 64 && at < FIXTURE_STRTAB + FIXTURE_SID * 64 + 64)
            to[i] = d->ste[at / 8 % 8];
        if (at >= FIXTURE_CDS && at < FIXTURE_CDS + 64)
            to[i] = d->cd[at / 8 % 8];
    }
    return true;
}

static inline void fixture_put(struct fixture *d, uint64_t address, uint64_t word)
{
    ck_assert_uint_lt(d->puts, FIXTURE_WORDS);
    d->put[d->puts].address = address;
    d->put[d->puts++].word = word;
}

static inline void fixture_set(uint64_t *words, unsigned high, unsigned low, uint64_t value)
{
    uint64_t mask = ((high - low == 63 ? 0 : UINT64_C(1) << (high - low + 1)) - 1) << low % 64;
    words[low / 64] = (words[low / 64] & ~mask) | (value << low % 64 & mask);
}

static inline const struct reference_outcome *fixture_ask(struct fixture *d)
{
    const struct reference_memory memory = {fixture_load, d};
    reference(&d->setup, &memory, &d->request, &d->out);
    return &d->out;
}

/* Stage 1 alone: one CD, 4 KB granule, T0SZ 25 (39 bits, from level 1), CD.R and CD.A; full ATS; everything is built.
 */
static inline void fixture_stage1(struct fixture *d)
{
    memset(d, 0, sizeof *d);
    d->setup = (struct reference_setup){.features = {.oas_bits = 48,
                                                     .sid_bits = 16,
                                                     .ssid_bits = 20,
                                                     .httu = 2,
                                                     .stall_model = 1,
                                                     .s1p = true,
                                                     .s2p = true,
                                                     .hyp = true,
                                                     .ats = true,
                                                     .asid16 = true,
                                                     .vmid16 = true,
                                                     .cd2l = true,
                                                     .two_level_streams = true,
                                                     .had = true,
                                                     .xnx = true,
                                                     .stt = true,
                                                     .granule_4k = true,
                                                     .granule_16k = true,
                                                     .granule_64k = true},
                                        .atschk = true,
                                        .rec_cfg_ats = true,
                                        .recinvsid = true,
                                        .strtab = FIXTURE_STRTAB,
                                        .strtab_log2 = 4};
    d->request = (struct reference_request){.sid = FIXTURE_SID};
    fixture_set(d->ste, 0, 0, 1);
    fixture_set(d->ste, 3, 1, 5);
    fixture_set(d->ste, 55, 6, FIXTURE_CDS >> 6);
    fixture_set(d->ste, 93, 92, 1);
    fixture_set(d->cd, 31, 31, 1);
    fixture_set(d->cd, 41, 41, 1);
    fixture_set(d->cd, 5, 0, 25);
    fixture_set(d->cd, 30, 30, 1);
    fixture_set(d->cd, 34, 32, 5);
    fixture_set(d->cd, 45, 45, 1);
    fixture_set(d->cd, 46, 46, 1);
    fixture_set(d->cd, 115, 68, FIXTURE_TTB >> 4);
}

/* And stage 2: 4 KB granule, S2T0SZ 25 from level 1, S2R. */
static inline void fixture_stage2(struct fixture *d, unsigned config)
{
    fixture_stage1(d);
    fixture_set(d->ste, 3, 1, config);
    fixture_set(d->ste, 165, 160, 25);
    fixture_set(d->ste, 167, 166, 1);
    fixture_set(d->ste, 178, 176, 5);
    fixture_set(d->ste, 179, 179, 1);
    fixture_set(d->ste, 186, 186, 1);
    fixture_set(d->ste, 243, 196, FIXTURE_S2TTB >> 4);
}

#endif
