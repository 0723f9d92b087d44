/* SPDX-License-Identifier: Apache-2.0
 *
 * What the judge's own tests share: a handful of words of memory written by hand, and one stream whose STE and CD are
 * set field by field at the sheet's absolute bits.
 */
#ifndef PRISIM_TESTS_SMMU_JUDGE_DESK_H
#define PRISIM_TESTS_SMMU_JUDGE_DESK_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/smmu/judge/judge.h"

enum { DESK_WORDS = 256, DESK_SID = 3 };
#define DESK_STRTAB UINT64_C(0x10000000)
#define DESK_CDS    UINT64_C(0x20000000)
#define DESK_TTB    UINT64_C(0x30000000)
#define DESK_S2TTB  UINT64_C(0x40000000)

struct desk {
    struct judge_setup setup;
    struct judge_request request;
    struct judge_outcome out;
    struct {
        uint64_t address, word;
    } put[DESK_WORDS];
    unsigned puts;
    uint64_t aborts; /* this word */
    uint64_t ste[8], cd[8];
};

static inline bool desk_load(void *context, uint64_t address, unsigned words, uint64_t *to,
                             const struct judge_hint *hint)
{
    struct desk *d = context;
    (void)hint;
    for (unsigned i = 0; i < words; i++) {
        uint64_t at = address + i * 8;
        if (at == d->aborts)
            return false;
        to[i] = 0;
        for (unsigned k = 0; k < d->puts; k++)
            if (d->put[k].address == at)
                to[i] = d->put[k].word;
        if (at >= DESK_STRTAB + DESK_SID * 64 && at < DESK_STRTAB + DESK_SID * 64 + 64)
            to[i] = d->ste[at / 8 % 8];
        if (at >= DESK_CDS && at < DESK_CDS + 64)
            to[i] = d->cd[at / 8 % 8];
    }
    return true;
}

static inline void desk_put(struct desk *d, uint64_t address, uint64_t word)
{
    ck_assert_uint_lt(d->puts, DESK_WORDS);
    d->put[d->puts].address = address;
    d->put[d->puts++].word = word;
}

static inline void desk_set(uint64_t *words, unsigned high, unsigned low, uint64_t value)
{
    uint64_t mask = ((high - low == 63 ? 0 : UINT64_C(1) << (high - low + 1)) - 1) << low % 64;
    words[low / 64] = (words[low / 64] & ~mask) | (value << low % 64 & mask);
}

static inline const struct judge_outcome *desk_ask(struct desk *d)
{
    const struct judge_memory memory = {desk_load, d};
    judge(&d->setup, &memory, &d->request, &d->out);
    return &d->out;
}

/* Stage 1 alone: one CD, 4 KB granule, T0SZ 25 (39 bits, from level 1), CD.R and CD.A; full ATS; everything is built.
 */
static inline void desk_stage1(struct desk *d)
{
    memset(d, 0, sizeof *d);
    d->setup = (struct judge_setup){.features = {.oas_bits = 48,
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
                                    .strtab = DESK_STRTAB,
                                    .strtab_log2 = 4};
    d->request = (struct judge_request){.sid = DESK_SID};
    desk_set(d->ste, 0, 0, 1);
    desk_set(d->ste, 3, 1, 5);
    desk_set(d->ste, 55, 6, DESK_CDS >> 6);
    desk_set(d->ste, 93, 92, 1);
    desk_set(d->cd, 31, 31, 1);
    desk_set(d->cd, 41, 41, 1);
    desk_set(d->cd, 5, 0, 25);
    desk_set(d->cd, 30, 30, 1);
    desk_set(d->cd, 34, 32, 5);
    desk_set(d->cd, 45, 45, 1);
    desk_set(d->cd, 46, 46, 1);
    desk_set(d->cd, 115, 68, DESK_TTB >> 4);
}

/* And stage 2: 4 KB granule, S2T0SZ 25 from level 1, S2R. */
static inline void desk_stage2(struct desk *d, unsigned config)
{
    desk_stage1(d);
    desk_set(d->ste, 3, 1, config);
    desk_set(d->ste, 165, 160, 25);
    desk_set(d->ste, 167, 166, 1);
    desk_set(d->ste, 178, 176, 5);
    desk_set(d->ste, 179, 179, 1);
    desk_set(d->ste, 186, 186, 1);
    desk_set(d->ste, 243, 196, DESK_S2TTB >> 4);
}

#endif
