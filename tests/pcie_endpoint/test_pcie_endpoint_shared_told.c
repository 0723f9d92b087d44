/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form and the snapshot of functions that share: what of `shared` is told, and what is on the wires.
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_family.h"

#define FOLLOWS "it follows from what is told"
#define SHARED  struct endpoint_shared

static const struct {
    const char *name;
    size_t offset, size;
    uint8_t bit;
    const char *why_not;
} fields[] = {
    {"told", offsetof(SHARED, told), sizeof(struct prisim_endpoint_pf_wires), 1, FOLLOWS},
    {"page_requests", offsetof(SHARED, page_requests), 4, 1, NULL},
    {"unheard", offsetof(SHARED, unheard), 4, 1, NULL},
    {"tell", offsetof(SHARED, tell), 4, 1, NULL},
    {"drop", offsetof(SHARED, drop), 4, 1, NULL},
    {"heard", offsetof(SHARED, heard), 1, 1, NULL},
    {"failing", offsetof(SHARED, failing), 1, 1, NULL},
    {"waits", offsetof(SHARED, waits), 1, 1, FOLLOWS},
    {"unused", offsetof(SHARED, unused), 1, 1, "padding"},
};

static uint64_t hash_with(struct prisim_canonical *to, const struct family *f, unsigned function,
                          const struct prisim_endpoint *state, const struct prisim_ports *ports)
{
    const struct prisim_endpoint_config *config = &f->function[function].config;
    prisim_canonical_begin(to, 0, f->now - 1);
    prisim_canonical_prg_last(to, config->requester_id, prisim_endpoint_prg_last(state));
    prisim_endpoint_canonical(config, state, ports, to);
    prisim_canonical_end(to);
    return prisim_canonical_hash(to, 1, f->now - 1);
}

static struct prisim_ports quiet;

START_TEST(every_byte_is_told_or_has_a_reason)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct family *f = family_open(2, NULL);
    family_enable(f, 30);
    family_fault(f, 1, 1);
    for (unsigned function = 0; function < 3; function++) {
        struct prisim_endpoint *s = family_state(f, function);
        const uint64_t before = hash_with(to, f, function, s, &quiet);
        for (unsigned i = 0; i < sizeof fields / sizeof fields[0]; i++)
            for (size_t byte = 0; byte < fields[i].size; byte++) {
                uint8_t *at = (uint8_t *)&s->shared + fields[i].offset + byte;
                *at ^= fields[i].bit;
                const bool told = hash_with(to, f, function, s, &quiet) != before;
                *at ^= fields[i].bit;
                ck_assert_msg(told == !fields[i].why_not, "%s of function %u", fields[i].name, function);
            }
    }
    family_close(f);
    prisim_canonical_close(to);
}
END_TEST

/* A payload that is offered on a wire is told, each of its members. */
START_TEST(wires_are_told)
{
    static const struct prisim_endpoint_pf_wires pf[] = {
        {0}, {.allocation = 3}, {.pasid_control = 1}, {.stu = 1}, {.enable = 1}, {.halted = 1}, {.dropped = 1}};
    static const struct prisim_endpoint_vf_wires vf[] = {{0},          {.page_requests = 1}, {.page_requests = -1},
                                                         {.heard = 1}, {.failed = 1},        {.unexpected = 1}};
    enum { PFS = sizeof pf / sizeof pf[0], VFS = sizeof vf / sizeof vf[0] };
    struct prisim_canonical *to = prisim_canonical_open();
    struct family *f = family_open(2, NULL);
    uint64_t seen[1 + PFS + 2 * VFS];
    unsigned count = 0;
    struct prisim_ports ports = {0};
    ports.rx_valid = UINT64_C(1) << PRISIM_ENDPOINT_RX_PF;
    for (unsigned i = 0; i < PFS; i++) {
        ports.rx[PRISIM_ENDPOINT_RX_PF] = &pf[i];
        seen[count++] = hash_with(to, f, 1, family_state(f, 1), &ports);
    }
    seen[count++] = hash_with(to, f, 1, family_state(f, 1), &quiet);
    for (unsigned i = 0; i < 2 * VFS; i++) {
        const unsigned port = PRISIM_ENDPOINT_RX_VF + i % 2;
        ports.rx_valid = UINT64_C(1) << port;
        ports.rx[port] = &vf[i / 2];
        seen[count++] = hash_with(to, f, 0, family_state(f, 0), &ports);
    }
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < i; k++)
            ck_assert_msg(seen[i] != seen[k], "%u and %u", i, k);
    family_close(f);
    prisim_canonical_close(to);
}
END_TEST

static struct family *before_failure(void)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, 30);
    for (unsigned i = 0; i < 3; i++)
        family_fault(f, i, 1);
    family_respond(f, 1, 170, 15);
    family_dma(f, 2, 2);
    family_config_write(f, 0, 0x114, 2, 0);
    return f;
}

/* All of it; the memory is the caller's. */
static void *saved(const struct family *f, size_t *size)
{
    *size = prisim_scheduler_snapshot_size(f->scheduler);
    void *snapshot = malloc(*size);
    prisim_scheduler_save(f->scheduler, snapshot);
    return snapshot;
}

/* At any edge on the way a snapshot goes on as if it had not been taken, and the edge can be taken back. */
START_TEST(snapshots_on_the_way)
{
    struct family *f = before_failure();
    ck_assert(prisim_scheduler_journal_open(f->scheduler));
    for (unsigned edge = 0; edge < 30; edge++) {
        unsigned puts[3], given[3];
        size_t size, size_again, size_once, size_twice;
        void *before = saved(f, &size);
        for (unsigned i = 0; i < 3; i++) {
            puts[i] = f->function[i].put;
            given[i] = f->function[i].given;
        }
        ck_assert(prisim_scheduler_step_edge(f->scheduler, f->now + edge));
        void *once = saved(f, &size_once);
        ck_assert(prisim_scheduler_undo(f->scheduler));
        void *again = saved(f, &size_again);
        ck_assert(size == size_again && memcmp(before, again, size) == 0);
        for (unsigned i = 0; i < 3; i++) {
            f->function[i].put = puts[i];
            f->function[i].given = given[i];
        }
        ck_assert_ptr_null(prisim_scheduler_restore(f->scheduler, before, size));
        ck_assert(prisim_scheduler_step_edge(f->scheduler, f->now + edge));
        void *twice = saved(f, &size_twice);
        ck_assert_msg(size_once == size_twice && memcmp(once, twice, size_once) == 0, "edge %u", edge);
        free(before);
        free(once);
        free(again);
        free(twice);
    }
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_ge(family_events(f, i, PRISIM_EVENT_ENDPOINT_PRI_OFF), 1);
    family_close(f);
}
END_TEST

/* Two families with different pasts and the same state go the same way. */
START_TEST(equal_rows)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct family *f = family_open(2, NULL);
    family_enable(f, 30);
    family_run(f, 100);
    uint64_t before[3];
    for (unsigned i = 0; i < 3; i++)
        before[i] = hash_with(to, f, i, family_state(f, i), &quiet);
    /* off and on: as before */
    family_config_write(f, 0, 0x114, 2, 0);
    family_run(f, 20);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_ne(before[i], hash_with(to, f, i, family_state(f, i), &quiet));
    family_config_write(f, 0, 0x114, 2, 1);
    family_run(f, 20);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(before[i], hash_with(to, f, i, family_state(f, i), &quiet));
    family_close(f);
    prisim_canonical_close(to);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("endpoint shared told");
    TCase *tcase = tcase_create("endpoint shared told");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_byte_is_told_or_has_a_reason);
    tcase_add_test(tcase, wires_are_told);
    tcase_add_test(tcase, snapshots_on_the_way);
    tcase_add_test(tcase, equal_rows);
    suite_add_tcase(suite, tcase);
    return suite;
}
