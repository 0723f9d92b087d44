/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration from ID registers: each field of the architecture is a row, with the member that makes it or, if it
 * is not one that can be chosen, the value that it has. What comes out is turned back and compared, so that nothing is
 * built but what was asked for.
 */
#include <string.h>

#include "model/core/bits.h"
#include "model/smmu/prisim_smmu_outside.h"

enum { AIDR = PRISIM_SMMU_IDRS, REGISTERS, NO_MEMBER = 0xffff };

struct field {
    uint8_t word, low, width;
    uint16_t member; /* its offset in struct prisim_smmu_config, of a uint32_t, or NO_MEMBER */
    const char *name;
    const char *member_name;
    const char *expected; /* if it is not what the configuration makes */
};

#define BUILT(word, low, width, name, member, expected)                                                                \
    {                                                                                                                  \
        word, low, width, offsetof(struct prisim_smmu_config, member), name, #member, expected                         \
    }
#define FIXED(word, low, width, name, expected)                                                                        \
    {                                                                                                                  \
        word, low, width, NO_MEMBER, name, "", expected                                                                \
    }
/* SMMU-IDR0, SMMU-IDR1, SMMU-IDR; every bit of a word stands in one row. */
static const struct field fields[] = {
    BUILT(0, 0, 1, "IDR0.S2P", s2p, "0..1"),
    FIXED(0, 1, 1, "IDR0.S1P", "1"),
    FIXED(0, 2, 2, "IDR0.TTF", "2 (AArch64)"),
    FIXED(0, 4, 1, "IDR0.COHACC", "1"),
    FIXED(0, 5, 1, "IDR0.BTM", "0"),
    BUILT(0, 6, 2, "IDR0.HTTU", httu, "0..2"),
    FIXED(0, 8, 1, "IDR0.DORMHINT", "0"),
    BUILT(0, 9, 1, "IDR0.Hyp", hyp, "0..1"),
    BUILT(0, 10, 1, "IDR0.ATS", ats, "0..1"),
    BUILT(0, 11, 1, "IDR0.NS1ATS", ns1ats, "0..1"),
    BUILT(0, 12, 1, "IDR0.ASID16", asid16, "0..1"),
    BUILT(0, 13, 1, "IDR0.MSI", msi, "0..1"),
    BUILT(0, 14, 1, "IDR0.SEV", sev, "0..1"),
    FIXED(0, 15, 1, "IDR0.ATOS", "0"),
    BUILT(0, 16, 1, "IDR0.PRI", pri, "0..1"),
    BUILT(0, 17, 1, "IDR0.VMW", vmw, "0..1"),
    BUILT(0, 18, 1, "IDR0.VMID16", vmid16, "0..1"),
    BUILT(0, 19, 1, "IDR0.CD2L", cd2l, "0..1"),
    FIXED(0, 20, 1, "IDR0.VATOS", "0"),
    FIXED(0, 21, 2, "IDR0.TTENDIAN", "2 (little-endian)"),
    FIXED(0, 23, 1, "IDR0.ATSRECERR", "the value of IDR0.ATS"),
    BUILT(0, 24, 2, "IDR0.STALL_MODEL", stall_model, "0..1"),
    BUILT(0, 26, 1, "IDR0.TERM_MODEL", term_model, "0..1"),
    BUILT(0, 27, 2, "IDR0.ST_LEVEL", st_level, "0..1"),
    FIXED(0, 29, 3, "IDR0[31:29]", "0"),
    BUILT(1, 0, 6, "IDR1.SIDSIZE", sid_bits, "0..16"),
    BUILT(1, 6, 5, "IDR1.SSIDSIZE", ssid_bits, "0..20"),
    BUILT(1, 11, 5, "IDR1.PRIQS", priq_log2_max, "0..19, 0 without IDR0.PRI"),
    BUILT(1, 16, 5, "IDR1.EVENTQS", eventq_log2_max, "0..19"),
    BUILT(1, 21, 5, "IDR1.CMDQS", cmdq_log2_max, "0..19"),
    BUILT(1, 26, 1, "IDR1.ATTR_PERMS_OVR", attr_perms_ovr, "0..1"),
    BUILT(1, 27, 1, "IDR1.ATTR_TYPES_OVR", attr_types_ovr, "0..1"),
    FIXED(1, 28, 1, "IDR1.REL", "0"),
    FIXED(1, 29, 1, "IDR1.QUEUES_PRESET", "0"),
    FIXED(1, 30, 1, "IDR1.TABLES_PRESET", "0"),
    FIXED(1, 31, 1, "IDR1.ECMDQ", "0"),
    FIXED(2, 0, 32, "IDR2", "0"),
    FIXED(3, 0, 2, "IDR3[1:0]", "0"),
    BUILT(3, 2, 1, "IDR3.HAD", had, "0..1"),
    FIXED(3, 3, 1, "IDR3.PBHA", "0"),
    BUILT(3, 4, 1, "IDR3.XNX", xnx, "0..1"),
    BUILT(3, 5, 1, "IDR3.PPS", pps, "0..1"),
    FIXED(3, 6, 1, "IDR3[6]", "0"),
    FIXED(3, 7, 1, "IDR3.MPAM", "0"),
    BUILT(3, 8, 1, "IDR3.FWB", fwb, "0..1"),
    BUILT(3, 9, 1, "IDR3.STT", stt, "0..1"),
    BUILT(3, 10, 1, "IDR3.RIL", ril, "0..1"),
    BUILT(3, 11, 2, "IDR3.BBML", bbml, "0..2"),
    FIXED(3, 13, 1, "IDR3.E0PD", "0"),
    FIXED(3, 14, 1, "IDR3.PTWNNC", "0"),
    FIXED(3, 15, 1, "IDR3.DPT", "0"),
    FIXED(3, 16, 16, "IDR3[31:16]", "0"),
    FIXED(4, 0, 32, "IDR4", "0"),
    BUILT(5, 0, 3, "IDR5.OAS", oas_bits, "0..5 (32 to 48 bits)"),
    FIXED(5, 3, 1, "IDR5[3]", "0"),
    FIXED(5, 4, 1, "IDR5.GRAN4K", "1"),
    BUILT(5, 5, 1, "IDR5.GRAN16K", gran16k, "0..1"),
    BUILT(5, 6, 1, "IDR5.GRAN64K", gran64k, "0..1"),
    FIXED(5, 7, 3, "IDR5[9:7]", "0"),
    FIXED(5, 10, 2, "IDR5.VAX", "0"),
    FIXED(5, 12, 4, "IDR5[15:12]", "0"),
    BUILT(5, 16, 16, "IDR5.STALL_MAX", stall_max, "0..16"),
    FIXED(AIDR, 0, 32, "AIDR", "the newest version that has all that the other registers say"),
};
#undef BUILT
#undef FIXED
enum { FIELDS = sizeof fields / sizeof fields[0] };

static uint32_t value_of(const struct field *field, const struct prisim_smmu_id *id)
{
    uint32_t word = field->word == AIDR ? id->aidr : id->idr[field->word];
    return word >> field->low & (uint32_t)prisim_bits_mask(field->width);
}

static bool refuse(struct prisim_config_error *error, const struct field *field, const char *expected)
{
    *error = (struct prisim_config_error){field->name, expected};
    return false;
}

/* SMMU-IDR: OAS is a code. */
static bool address_size(uint32_t code, uint32_t *bits)
{
    static const uint8_t size[] = {32, 36, 40, 42, 44, 48};
    if (code >= sizeof size)
        return false;
    *bits = size[code];
    return true;
}

/* Without PRI its queue's size says nothing, and stays what it was. */
static bool is_left_alone(const struct field *field, const struct prisim_smmu_config *config)
{
    return field->member == offsetof(struct prisim_smmu_config, priq_log2_max) && !config->pri;
}

static bool set_members(const struct prisim_smmu_id *id, struct prisim_smmu_config *config,
                        struct prisim_config_error *error)
{
    for (unsigned i = 0; i < FIELDS; i++) {
        const struct field *field = &fields[i];
        uint32_t value = value_of(field, id);
        if (field->member == NO_MEMBER || is_left_alone(field, config))
            continue;
        if (field->member == offsetof(struct prisim_smmu_config, oas_bits) && !address_size(value, &value))
            return refuse(error, field, field->expected);
        memcpy((char *)config + field->member, &value, sizeof value);
    }
    return true;
}

/* What the check says of a member, said of the field that it came from. */
static bool is_possible(const struct prisim_smmu_config *config, struct prisim_config_error *error)
{
    if (prisim_smmu_config_check(config, error))
        return true;
    for (unsigned i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].member_name, error->field) == 0 && fields[i].member != NO_MEMBER)
            error->field = fields[i].name;
    return false;
}

static bool comes_back(const struct prisim_smmu_id *id, const struct prisim_smmu_config *config,
                       struct prisim_config_error *error)
{
    struct prisim_smmu_id built;
    prisim_smmu_id_registers(config, &built);
    for (unsigned i = 0; i < FIELDS; i++)
        if (value_of(&fields[i], id) != value_of(&fields[i], &built))
            return refuse(error, &fields[i], fields[i].expected);
    return true;
}

bool prisim_smmu_config_from_id_registers(const struct prisim_smmu_id *id, struct prisim_smmu_config *config,
                                          struct prisim_config_error *error)
{
    struct prisim_smmu_config made = *config;
    if (!set_members(id, &made, error) || !is_possible(&made, error) || !comes_back(id, &made, error))
        return false;
    *config = made;
    return true;
}
