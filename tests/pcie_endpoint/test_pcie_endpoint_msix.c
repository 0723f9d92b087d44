/* SPDX-License-Identifier: Apache-2.0
 *
 * MSI-X with one vector (PCIE-ENUMERATION-6): table and pending bit in BAR2, masks, and the message. All offsets and
 * values are literals.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

#define TABLE    UINT64_C(0x1010000000)
#define DOORBELL UINT64_C(0x1122334455667788)
enum { CONTROL = 0x82, COMMAND = 0x04 };

static void write_table(struct endpoint_harness *h, uint32_t at, uint32_t value)
{
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = TABLE + at, .size = 4}};
    prisim_store_le32(tlp.data, value);
    endpoint_harness_down(h, &tlp);
    harness_run(h->base, 2);
}

static uint32_t read_table(struct endpoint_harness *h, uint32_t at)
{
    const struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MEMORY_READ, .address = TABLE + at, .size = 4}};
    endpoint_harness_down(h, &tlp);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert(up && up->head.type == PRISIM_TLP_COMPLETION_DATA && up->head.status == PRISIM_TLP_SC);
    return prisim_load_le32(up->data);
}

static void raise_interrupt(struct endpoint_harness *h)
{
    const struct prisim_endpoint_stimulus stimulus = {.what = PRISIM_ENDPOINT_INTERRUPT};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &stimulus);
}

/* Table filled, vector unmasked, MSI-X enabled, bus master. */
static struct endpoint_harness *open_ready(void)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_open(&config);
    endpoint_harness_config_write_bytes(h, COMMAND, 2, 6);
    write_table(h, 0x0, (uint32_t)DOORBELL | 3);
    write_table(h, 0x4, DOORBELL >> 32);
    write_table(h, 0x8, 0xcafe0042);
    write_table(h, 0xc, 0xfffffffe);
    endpoint_harness_config_write_bytes(h, CONTROL, 2, 0x8000);
    return h;
}

static void up_message(struct endpoint_harness *h)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_MEMORY_WRITE);
    ck_assert_uint_eq(up->head.at, PRISIM_TLP_AT_UNTRANSLATED);
    ck_assert_uint_eq(up->head.address, DOORBELL);
    ck_assert_uint_eq(up->head.size, 4);
    ck_assert_uint_eq(prisim_load_le32(up->data), 0xcafe0042);
    ck_assert_uint_eq(up->head.flags, 0); /* no PASID, not relaxed */
    ck_assert_uint_eq(up->head.traffic_class, 0);
    ck_assert_uint_eq(up->head.requester_id, HARNESS_ID);
}

/* covers: PCIE-ENUMERATION-6 */
START_TEST(table)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_open(&config);
    endpoint_harness_config_write_bytes(h, COMMAND, 2, 2);
    ck_assert_uint_eq(endpoint_harness_config_read_bytes(h, 0x80, 4), 0x00000011);
    ck_assert_uint_eq(read_table(h, 0xc), 1);         /* masked */
    for (uint32_t masked = 0; masked < 2; masked++) { /* each doubleword is written for itself */
        write_table(h, 0xc, masked);
        for (uint32_t at = 0x0; at <= 0x8; at += 4)
            write_table(h, at, !masked);
        ck_assert_uint_eq(read_table(h, 0xc), masked);
    }
    for (uint32_t at = 0; at < 0x1000; at += 4)
        write_table(h, at, 0xffffffff);
    ck_assert_uint_eq(read_table(h, 0x0), 0xfffffffc);
    ck_assert_uint_eq(read_table(h, 0x4), 0xffffffff);
    ck_assert_uint_eq(read_table(h, 0x8), 0xffffffff);
    ck_assert_uint_eq(read_table(h, 0xc), 1);
    ck_assert_uint_eq(read_table(h, 0x10), 0);
    ck_assert_uint_eq(read_table(h, 0x800), 0);
    ck_assert_uint_eq(read_table(h, 0xffc), 0);
    endpoint_harness_config_write_bytes(h, CONTROL, 2, 0xffff);
    ck_assert_uint_eq(endpoint_harness_config_read_bytes(h, 0x80, 4), 0xc0000011);
    endpoint_harness_config_write_bytes(h, CONTROL, 1, 0);
    ck_assert_uint_eq(endpoint_harness_config_read_bytes(h, 0x80, 4), 0xc0000011);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ENUMERATION-6 */
START_TEST(message)
{
    struct endpoint_harness *h = open_ready();
    raise_interrupt(h);
    up_message(h);
    ck_assert_uint_eq(read_table(h, 0x800), 0);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_MSIX, 0);
    ck_assert_uint_eq(event->endpoint_msix.address, DOORBELL);
    ck_assert_uint_eq(event->endpoint_msix.data, 0xcafe0042);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_close(h);
}
END_TEST

/* Masked by the vector, by the function, or by want of Bus Master it is pending, once however often it is raised, and
 * leaves when the last mask goes. Without Enable it is lost. */
/* covers: PCIE-ENUMERATION-6 */
START_TEST(masks)
{
    struct endpoint_harness *h = open_ready();
    write_table(h, 0xc, 1);
    endpoint_harness_config_write_bytes(h, CONTROL, 2, 0xc000);
    endpoint_harness_config_write_bytes(h, COMMAND, 2, 2);
    raise_interrupt(h);
    raise_interrupt(h);
    endpoint_harness_quiet(h, 20);
    ck_assert_uint_eq(read_table(h, 0x800), 1);
    write_table(h, 0xc, 0);
    endpoint_harness_config_write_bytes(h, COMMAND, 2, 6);
    endpoint_harness_quiet(h, 20);
    struct prisim_tlp unmask = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = CONTROL, .size = 2},
                                .data = {0x00, 0x80}};
    endpoint_harness_down(h, &unmask);
    up_message(h);
    endpoint_harness_up(h, 20); /* the completion */
    ck_assert_uint_eq(read_table(h, 0x800), 0);
    endpoint_harness_quiet(h, 50);
    write_table(h, 0xc, 1);
    raise_interrupt(h);
    endpoint_harness_quiet(h, 20);
    struct prisim_tlp vector = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = TABLE + 0xc, .size = 4}};
    endpoint_harness_down(h, &vector);
    up_message(h);
    endpoint_harness_config_write_bytes(h, COMMAND, 2, 2);
    raise_interrupt(h);
    endpoint_harness_quiet(h, 20);
    struct prisim_tlp master = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = COMMAND, .size = 1}, .data = {6}};
    endpoint_harness_down(h, &master);
    up_message(h);
    endpoint_harness_up(h, 20);
    /* Disabled: neither sent nor remembered, nor what was pending. */
    write_table(h, 0xc, 1);
    raise_interrupt(h);
    harness_run(h->base, 5);
    ck_assert_uint_eq(read_table(h, 0x800), 1);
    endpoint_harness_config_write_bytes(h, CONTROL, 2, 0);
    ck_assert_uint_eq(read_table(h, 0x800), 0);
    raise_interrupt(h);
    write_table(h, 0xc, 0);
    endpoint_harness_config_write_bytes(h, CONTROL, 2, 0x8000);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_close(h);
}
END_TEST

/* With the FIFO upwards full the message waits for a place, and is sent behind what was there. */
START_TEST(message_waits_for_a_place)
{
    struct endpoint_harness *h = open_ready();
    endpoint_harness_fill_up(h);
    raise_interrupt(h);
    harness_run(h->base, 20);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    const struct prisim_tlp *up = endpoint_harness_up(h, 10);
    while (up && up->head.type == PRISIM_TLP_MESSAGE)
        up = endpoint_harness_up(h, 10);
    ck_assert(up && up->head.type == PRISIM_TLP_MEMORY_WRITE);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint msix", table, message, masks, message_waits_for_a_place)
