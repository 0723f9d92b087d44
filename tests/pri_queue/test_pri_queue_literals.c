/* SPDX-License-Identifier: Apache-2.0
 *
 * pri_queue.h against the rule book and against the pins of rtl/pri_queue.sv: record, flags, access bits, what the
 * control channel's values mean. The record's bits are read here from its bytes: its packer is under test too.
 */
#include "model/core/events.h"
#include "model/pri_queue/pri_queue.h"
#include "model/pri_queue/pri_queue_pins.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(constants)
{
    static const struct literal rows[] = {
        CODE_IS(PRISIM_PRI_QUEUE_RECORD_BYTES, BYTES, PRI),
        MASK_IS(PRISIM_PRI_QUEUE_OVFLG, PRIQ_PROD, OVFLG),
        MASK_IS(PRISIM_PRI_QUEUE_OVFLG, PRIQ_CONS, OVACKFLG),
    };
    literals_hold(rows);
}
END_TEST

/* Pins carry these, and no sheet has them: rtl/pri_queue_pkg.sv has them once more. */
START_TEST(pins)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_ACCESS_READ, 1),
        OURS_IS(PRISIM_ACCESS_WRITE, 2),
        OURS_IS(PRISIM_ACCESS_LAST, 4),
        OURS_IS(PRISIM_ACCESS_EXECUTE, 8),
        OURS_IS(PRISIM_ACCESS_PRIVILEGED, 16),
        OURS_IS(PRISIM_PRI_QUEUE_BASE, 0),
        OURS_IS(PRISIM_PRI_QUEUE_PROD, 1),
        OURS_IS(PRISIM_PRI_QUEUE_CONS, 2),
        OURS_IS(PRISIM_PRI_QUEUE_IRQ_CFG0, 3),
        OURS_IS(PRISIM_PRI_QUEUE_IRQ_CFG1, 4),
        OURS_IS(PRISIM_PRI_QUEUE_IRQ_CFG2, 5),
        OURS_IS(PRISIM_PRI_QUEUE_ENABLE, 6),
        OURS_IS(PRISIM_PRI_QUEUE_ABORT_ACTIVE, 7),
        OURS_IS(PRISIM_PRI_QUEUE_ENABLE_PRIQEN, 1),
        OURS_IS(PRISIM_PRI_QUEUE_ENABLE_SMMUEN, 2),
        OURS_IS(PRISIM_PRI_QUEUE_ENABLE_IRQEN, 4),
        OURS_IS(PRISIM_PRI_QUEUE_CHANGED_PROD, 1),
        OURS_IS(PRISIM_PRI_QUEUE_CHANGED_OVERFLOW, 2),
        OURS_IS(PRISIM_PRI_QUEUE_CHANGED_WRITTEN, 4),
        OURS_IS(PRISIM_PRI_QUEUE_CHANGED_ACK, 8),
        OURS_IS(PRI_QUEUE_PINS_MSI_ID, 16), /* memory_request_id of an MSI: docs/timing/pri_queue.md "Ports" */
        OURS_IS(PRI_QUEUE_ALWAYS_TAKEN, 1 << 1 | 1 << 2 | 1 << 3),
        /* ports: bits of rx_valid, tx_ready and valid of pri_queue_pins.h */
        OURS_IS(PRISIM_PRI_QUEUE_RX_REQUEST, 0),
        OURS_IS(PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, 1),
        OURS_IS(PRISIM_PRI_QUEUE_RX_LOOKUP, 2),
        OURS_IS(PRISIM_PRI_QUEUE_RX_CONTROL, 3),
        OURS_IS(PRISIM_PRI_QUEUE_RX_PORTS, 4),
        OURS_IS(PRISIM_PRI_QUEUE_TX_RESPONSE, 0),
        OURS_IS(PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, 1),
        OURS_IS(PRISIM_PRI_QUEUE_TX_LOOKUP, 2),
        OURS_IS(PRISIM_PRI_QUEUE_TX_STATUS, 3),
        OURS_IS(PRISIM_PRI_QUEUE_TX_INTERRUPT, 4),
        OURS_IS(PRISIM_PRI_QUEUE_TX_ABORT, 5),
        OURS_IS(PRISIM_PRI_QUEUE_TX_DECISION, 6),
        OURS_IS(PRISIM_PRI_QUEUE_TX_COMMIT, 7),
        OURS_IS(PRISIM_PRI_QUEUE_TX_PORTS, 8),
    };
    literals_hold(rows);
}
END_TEST

/* Causes that pins carry; of the others only the names are seen. */
START_TEST(causes)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_CAUSE_NONE, 0),
        OURS_IS(PRISIM_CAUSE_ACCEPTED, 1),
        OURS_IS(PRISIM_CAUSE_QUEUE_OFF, 2),
        OURS_IS(PRISIM_CAUSE_QUEUE_ABORTED, 3),
        OURS_IS(PRISIM_CAUSE_SECURE_STREAM, 4),
        OURS_IS(PRISIM_CAUSE_OVERFLOW_ACTIVE, 5),
        OURS_IS(PRISIM_CAUSE_QUEUE_FULL, 6),
        OURS_IS(PRISIM_CAUSE_WRITE_ABORT, 7),
        OURS_IS(PRISIM_CAUSE_WRITE_ABORT_LATE, 8),
        OURS_IS(PRISIM_CAUSE_AUTO_NO_PASID, 9),
        OURS_IS(PRISIM_CAUSE_AUTO_PPS, 10),
        OURS_IS(PRISIM_CAUSE_AUTO_PPAR, 11),
        OURS_IS(PRISIM_CAUSE_AUTO_NO_PPAR, 12),
        OURS_IS(PRISIM_CAUSE_AUTO_NO_STE, 13),
    };
    literals_hold(rows);
}
END_TEST

static uint64_t word(const uint8_t *record, unsigned dw)
{
    uint64_t sum = 0;
    for (unsigned byte = 8; byte-- > 0;)
        sum = sum << 8 | record[8 * dw + byte];
    return sum;
}

/* One field set at a time, all of its bits: these and no others are in the record. */
START_TEST(every_field_of_a_record)
{
#define FIELD_OF(field, member, value)                                                                                 \
    {                                                                                                                  \
#field, {.member = (value) }, SHEET_LSB_PRI_##field, SHEET_MSB_PRI_##field                                     \
    }
    static const struct {
        const char *name;
        struct prisim_page_request request;
        unsigned lsb, msb;
    } rows[] = {
        FIELD_OF(StreamID, stream_id, 0xffffffff),
        FIELD_OF(PRGIndex, prg_index, 0x1ff),
        FIELD_OF(Addr, address, 0xfffffffffffff000),
        FIELD_OF(R, access, 1),
        FIELD_OF(W, access, 2),
        FIELD_OF(Last, access, 4),
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES];
        prisim_pri_queue_record_pack(record, &rows[i].request);
        unsigned dw = rows[i].lsb / 64;
        uint64_t due = SHEET_ONES(rows[i].msb - rows[i].lsb + 1) << rows[i].lsb % 64;
        ck_assert_msg(word(record, dw) == due && word(record, 1 - dw) == 0, "literal %s.", rows[i].name);
    }
}
END_TEST

/* SMMU-PRIENTRY: X and Priv only stand beside SSV. */
START_TEST(every_field_with_a_pasid)
{
    static const struct {
        struct prisim_page_request request;
        uint64_t due;
    } rows[] = {
        {{.has_pasid = 1}, SHEET_MASK(PRI, SSV)},
        {{.has_pasid = 1, .pasid = 0xfffff}, SHEET_MASK(PRI, SSV) | SHEET_MASK(PRI, SubstreamID)},
        {{.has_pasid = 1, .access = 8}, SHEET_MASK(PRI, SSV) | SHEET_MASK(PRI, X)},
        {{.has_pasid = 1, .access = 16}, SHEET_MASK(PRI, SSV) | SHEET_MASK(PRI, Priv)},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES];
        prisim_pri_queue_record_pack(record, &rows[i].request);
        ck_assert_msg(word(record, 0) == rows[i].due && word(record, 1) == 0, "row %u", i);
    }
}
END_TEST

/* What every field set to itself comes back as: the two functions are the other's inverse, and not by a common fault,
 * for the positions are held above. */
START_TEST(a_record_comes_back)
{
    struct prisim_page_request back, request = {.address = 0x123456789a000,
                                                .stream_id = 0x89abcdef,
                                                .pasid = 0x54321,
                                                .prg_index = 0x155,
                                                .has_pasid = 1,
                                                .access = 2 | 4 | 16};
    uint8_t record[PRISIM_PRI_QUEUE_RECORD_BYTES];
    prisim_pri_queue_record_pack(record, &request);
    prisim_pri_queue_record_unpack(&back, record);
    ck_assert_uint_eq(back.address, request.address);
    ck_assert_uint_eq(back.stream_id, request.stream_id);
    ck_assert_uint_eq(back.pasid, request.pasid);
    ck_assert_uint_eq(back.prg_index, request.prg_index);
    ck_assert_uint_eq(back.has_pasid, 1);
    ck_assert_uint_eq(back.access, 2 | 4 | 16);
}
END_TEST

/* SMMU-PRIMSG: L, no R, no W, and a PASID. */
START_TEST(a_stop_marker)
{
    for (unsigned access = 0; access < 32; access++)
        for (unsigned pasid = 0; pasid < 2; pasid++) {
            struct prisim_page_request request = {.has_pasid = (uint8_t)pasid, .access = (uint8_t)access};
            ck_assert_int_eq(prisim_page_request_is_stop_marker(&request), pasid && (access & 7) == 4);
        }
}
END_TEST

TEST_SUITE("pri_queue_literals", constants, pins, causes, every_field_of_a_record, every_field_with_a_pasid,
           a_record_comes_back, a_stop_marker)
