/* SPDX-License-Identifier: Apache-2.0
 *
 * The sheets' values as constants (SHEET_AT_<register>, SHEET_LSB_ and SHEET_MSB_<register>_<field>,
 * SHEET_CODE_<set>_<name>), and rows that hold a constant of one of the project's headers against them. A test of this
 * kind is of the header alone: it calls nothing. tests/sheet/power.py bends the header one constant at a time and wants
 * to see that constant's row fail.
 */
#ifndef PRISIM_TESTS_SHEET_H
#define PRISIM_TESTS_SHEET_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGISTER(name, at, bits, clause)    SHEET_AT_##name = at,
#define FIELD(word, name, lsb, msb, clause) SHEET_LSB_##word##_##name = lsb, SHEET_MSB_##word##_##name = msb,
#define CODE(set, name, value, clause)      SHEET_CODE_##set##_##name = value,
enum sheet {
#include "tests/sheet/pcie.def"
#include "tests/sheet/smmu_commands.def"
#include "tests/sheet/smmu_records.def"
#include "tests/sheet/smmu_registers.def"
#include "tests/sheet/smmu_structures.def"
};
#undef REGISTER
#undef FIELD
#undef CODE

struct literal {
    const char *constant; /* of the header, and what of it */
    const char *sheet;    /* the sheet's name, or where else the value stands */
    uint64_t value, due;
};

/* With LITERALS_STATIC every row is asserted by the compiler, so that a bent header costs no link and no run. */
#ifdef LITERALS_STATIC
#define LITERAL_SEEN(constant, value, due)                                                                             \
    0 * sizeof(struct {                                                                                                \
        _Static_assert((uint64_t)(value) == (uint64_t)(due), "literal " constant ".");                                 \
        int unused;                                                                                                    \
    })
#else
#define LITERAL_SEEN(constant, value, due) 0
#endif
#define LITERAL(constant, sheet, value, due)                                                                           \
    {                                                                                                                  \
        constant, sheet, (uint64_t)(value) + LITERAL_SEEN(constant, value, due), (uint64_t)(due)                       \
    }

/* Bits lsb to msb of the 64-bit word that they are in. */
#define SHEET_ONES(width)       (UINT64_MAX >> (64 - (width)))
#define SHEET_WIDTH(word, name) (SHEET_MSB_##word##_##name - SHEET_LSB_##word##_##name + 1)
#define SHEET_LOW(word, name)   (SHEET_LSB_##word##_##name % 64)
#define SHEET_MASK(word, name)  (SHEET_ONES(SHEET_WIDTH(word, name)) << SHEET_LOW(word, name))

/* Of a header's pair "low, width", which is one argument until it is expanded. */
#define LOW_OF(...)               LOW_OF_PAIR(__VA_ARGS__)
#define WIDTH_OF(...)             WIDTH_OF_PAIR(__VA_ARGS__)
#define LOW_OF_PAIR(low, width)   (low)
#define WIDTH_OF_PAIR(low, width) (width)

/* A register's or capability's offset. */
#define AT_IS(constant, name) LITERAL(#constant, #name, constant, SHEET_AT_##name)
/* A code. */
#define CODE_IS(constant, set, name) LITERAL(#constant, #set "." #name, constant, SHEET_CODE_##set##_##name)
/* A mask of all the field's bits in their word; a flag too. */
#define MASK_IS(constant, word, name) LITERAL(#constant, #word "." #name, constant, SHEET_MASK(word, name))
/* The number of the field's lowest bit in its word. */
#define SHIFT_IS(constant, word, name) LITERAL(#constant, #word "." #name, constant, SHEET_LOW(word, name))
/* The number of the field's bits. */
#define BITS_IS(constant, word, name) LITERAL(#constant, #word "." #name, constant, SHEET_WIDTH(word, name))
/* The field's bits, all at 0: as a mask of that many. */
#define ONES_IS(constant, word, name) LITERAL(#constant, #word "." #name, constant, SHEET_ONES(SHEET_WIDTH(word, name)))
/* A code at its field's place. */
#define CODE_AT_IS(constant, word, field, set, name)                                                                   \
    LITERAL(#constant, #word "." #field, constant, (uint64_t)SHEET_CODE_##set##_##name << SHEET_LOW(word, field))
/* A pair (low bit, width) in the 64-bit word number `dw` of the record. */
#define FIELD_IS(constant, dw, word, name)                                                                             \
    LITERAL(#constant, #word "." #name, LOW_OF(constant), SHEET_LOW(word, name)),                                      \
        LITERAL(#constant " (width)", #word "." #name, WIDTH_OF(constant), SHEET_WIDTH(word, name)),                   \
        LITERAL(#constant " (word)", #word "." #name, dw, SHEET_LSB_##word##_##name / 64)
/* A mask in the 64-bit word number `dw` of the record. */
#define MASK_OF_IS(constant, dw, word, name)                                                                           \
    LITERAL(#constant, #word "." #name, constant, SHEET_MASK(word, name)),                                             \
        LITERAL(#constant " (word)", #word "." #name, dw, SHEET_LSB_##word##_##name / 64)
/* A value that is no sheet's, but shared over a wire, a pin or memory: typed here once more. */
#define OURS_IS(constant, due)         LITERAL(#constant, "ours", constant, due)
#define VALUE_IS(constant, sheet, due) LITERAL(#constant, sheet, constant, due)

/* Where the sheet has it: the clause of a name as a row gives it. */
static inline const char *sheet_clause(const char *sheet)
{
#ifndef LITERALS_STATIC /* parsing it is half of the compiler's work */
    static const struct {
        const char *name, *clause;
    } clauses[] = {
#define REGISTER(name, at, bits, clause)    {#name, clause},
#define FIELD(word, name, lsb, msb, clause) {#word "." #name, clause},
#define CODE(set, name, value, clause)      {#set "." #name, clause},
#include "tests/sheet/pcie.def"
#include "tests/sheet/smmu_commands.def"
#include "tests/sheet/smmu_records.def"
#include "tests/sheet/smmu_registers.def"
#include "tests/sheet/smmu_structures.def"
#undef REGISTER
#undef FIELD
#undef CODE
    };
    for (size_t i = 0; i < sizeof clauses / sizeof clauses[0]; i++)
        if (!strcmp(clauses[i].name, sheet))
            return clauses[i].clause;
#else
    (void)sheet;
#endif
    return "";
}

/* Every row that differs is said; returns how many do. */
static inline unsigned literals_differ(const struct literal *rows, size_t count)
{
    unsigned differ = 0;
    ck_assert(count > 0);
    for (const struct literal *row = rows; row < rows + count; row++)
        if (row->value != row->due) {
            printf("literal %s.: %#llx, but %s is %#llx (%s)\n", row->constant, (unsigned long long)row->value,
                   row->sheet, (unsigned long long)row->due, sheet_clause(row->sheet));
            differ++;
        }
    fflush(stdout);
    return differ;
}
#define literals_hold(rows) ck_assert_uint_eq(literals_differ(rows, sizeof(rows) / sizeof((rows)[0])), 0)

#endif
