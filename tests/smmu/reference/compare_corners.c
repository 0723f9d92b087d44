/* SPDX-License-Identifier: Apache-2.0
 *
 * Corners of the rule book that were once wrong in model and reference model alike. A run in which one of them hardly
 * came up is no result: it fails.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tests/smmu/reference/compare.h"

static unsigned ste_field(const struct run *r, unsigned low, unsigned width)
{
    return (unsigned)(r->tree->ste[low / 64] >> low % 64 & ((1U << width) - 1));
}

static unsigned config_of(const struct run *r)
{
    return ste_field(r, 1, 3);
}

/* SMMU-STE STRW */
static bool strw_ignored(const struct run *r)
{
    bool looked_at = config_of(r) == 5 && r->tree->setup.features.hyp;
    return ste_field(r, 94, 2) && config_of(r) >= 5 && !looked_at;
}

/* SMMU-STE S1CDMax, S1Fmt */
static bool no_substreams(const struct run *r)
{
    return (config_of(r) & 5) == 5 && !r->tree->setup.features.ssid_bits && (ste_field(r, 59, 5) || ste_field(r, 4, 2));
}

/* SMMU-QUEUE STRTAB_BASE */
static bool base_unaligned(const struct run *r)
{
    const struct reference_setup *s = &r->tree->setup;
    unsigned bits = s->split ? s->strtab_log2 - s->split + 3 : s->strtab_log2 + 6;
    return s->strtab_log2 > s->features.sid_bits && s->strtab & ((UINT64_C(1) << bits) - 1);
}

/* SMMU-STRTAB S1ContextPtr */
static bool context_unaligned(const struct run *r)
{
    unsigned format = ste_field(r, 4, 2), leaf = format == 1 ? 6 : 10;
    unsigned cdmax = r->tree->setup.features.ssid_bits ? ste_field(r, 59, 5) : 0, bits = cdmax + 6;
    if (format == 1 || format == 2)
        bits = cdmax > leaf + 3 ? cdmax - leaf + 3 : 6;
    uint64_t pointer = r->tree->ste[0] & ((UINT64_C(1) << 56) - 64);
    return (config_of(r) & 5) == 5 && cdmax && pointer & ((UINT64_C(1) << bits) - 1);
}

/* SMMU-ATSTRANSLATED */
static bool translated_above(const struct run *r)
{
    for (unsigned i = 0; i < r->crowd; i++)
        if (r->request[i].at == REFERENCE_TRANSLATED && ste_field(r, 92, 2) == 2 &&
            r->request[i].address >> r->tree->setup.features.oas_bits)
            return true;
    return false;
}

/* SMMU-CD ENDI */
static bool endi_of_nothing(const struct run *r)
{
    const uint64_t off = UINT64_C(1) << 14 | UINT64_C(1) << 15 | UINT64_C(1) << 30;
    for (unsigned i = 0; i < r->tree->substreams; i++)
        if ((r->tree->substream[i].cd[0] & off) == off)
            return true;
    return false;
}

/* SMMU-ATSTRANSLATED-10 */
static bool translated_overridden(const struct run *r)
{
    bool translated = false;
    for (unsigned i = 0; i < r->crowd; i++)
        translated = translated || r->request[i].at == REFERENCE_TRANSLATED;
    return translated && ste_field(r, 92, 2) == 2 && (ste_field(r, 113, 1) || ste_field(r, 115, 1));
}

/* SMMU-RECORD: F_STREAM_DISABLED */
static bool stream_disabled(const struct run *r)
{
    for (unsigned i = 0; i < r->crowd; i++)
        if (r->expected[i].recorded && (r->expected[i].event[0] & 0xff) == 6 && r->request[i].has_pasid)
            return true;
    return false;
}

static const struct {
    const char *what;
    bool (*applies)(const struct run *run);
} corner[] = {
    {"STRW where it is ignored", strw_ignored},
    {"S1CDMax, S1Fmt without substreams", no_substreams},
    {"STRTAB_BASE below LOG2SIZE", base_unaligned},
    {"ENDI with both halves off", endi_of_nothing},
    {"translated access above IAS", translated_above},
    {"SSV of F_STREAM_DISABLED", stream_disabled},
    {"PRIVCFG, INSTCFG of a translated access", translated_overridden},
    {"S1ContextPtr below the size of its table", context_unaligned},
};
enum { CORNERS = sizeof corner / sizeof corner[0] };
_Static_assert((int)CORNERS <= (int)CORNERS_MOST, "counters");

void compare_count_corners(struct run *r)
{
    for (size_t i = 0; i < CORNERS; i++)
        r->corner_met[i] += corner[i].applies(r);
}

bool compare_corners_met(const struct run *r)
{
    bool enough = true;
    for (size_t i = 0; i < CORNERS; i++) {
        bool seldom = r->corner_met[i] < ENOUGH;
        printf("%s: met %" PRIu64 "%s\n", corner[i].what, r->corner_met[i], seldom ? ", too seldom" : "");
        enough &= !seldom;
    }
    return enough;
}
