/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU: each byte of its state counts or is listed with a reason; what does not count may be
 * anything; a translation that is cached leaves nothing else behind.
 */
#include "model/smmu/smmu_state.h"
#include "tests/harness/flip.h"
#include "tests/harness/suite.h"
#include "tests/smmu/canonical_traffic.h"

enum { RUNS = 6, FLIPS_APART = 5, SCRAMBLES_APART = 301 };

#define SMMU(member, kind, why)    FLIP(prisim_smmu, member, kind, why)
#define SLOT(member)               FLIP_EACH(prisim_smmu, slot, smmu_slot, member, FLIP_COUNTS, NULL)
#define SLOT_AS(member, kind, why) FLIP_EACH(prisim_smmu, slot, smmu_slot, member, kind, why)
#define MOMENT                     "a moment"
#define NAME                       "a name"
#define HINT                       "it only says that a look-up need not be made again, for it would say the same"
#define AT_ONE_EDGE                "written and read at one edge"
#define BOUND                      "no later than what it is of, which is told"
#define BUILT                      "the configuration says it"
#define FROM_KEYS                  "it follows from the keys"
#define RING                       "its entries are told from it on"
#define ONE_AT_A_TIME              "the queue asks for one at a time, so its port is free when the answer is here"

static const struct flip_field fields[] = {
    SMMU(due, FLIP_DERIVED, BOUND),
    SMMU(wants, FLIP_COUNTS, NULL),
    SMMU(ready, FLIP_COUNTS, NULL),
    {"timer[SLOTS]", offsetof(struct prisim_smmu, timer), 8, 1, 0, FLIP_DERIVED, BOUND},
    {"timer[]", offsetof(struct prisim_smmu, timer) + 8, 8, SMMU_TIMERS - 1, 8, FLIP_COUNTS, NULL},
    SMMU(slots, FLIP_FIXED, BUILT),
    SMMU(free, FLIP_COUNTS, NULL),
    SMMU(timed, FLIP_COUNTS, NULL),
    SMMU(ahead, FLIP_COUNTS, NULL),
    SMMU(fetching, FLIP_COUNTS, NULL),
    SMMU(answering, FLIP_COUNTS, NULL),
    SMMU(reporting, FLIP_COUNTS, NULL),
    SMMU(micro_fills, FLIP_COUNTS, NULL),
    SMMU(walking, FLIP_COUNTS, NULL),
    SMMU(cached, FLIP_DERIVED, HINT),
    SMMU(configured, FLIP_DERIVED, HINT),
    SMMU(no_fill, FLIP_COUNTS, NULL),
    SMMU(sync_slots, FLIP_COUNTS, NULL),
    SMMU(anew, FLIP_COUNTS, NULL),
    SMMU(enabled, FLIP_COUNTS, NULL),
    SMMU(lines, FLIP_COUNTS, NULL),
    SMMU(tlps, FLIP_DERIVED, "it gives out fresh ids, which are names"),
    SMMU(memory_wants, FLIP_COUNTS, NULL),
    SMMU(memory_last, FLIP_COUNTS, NULL),
    SMMU(down_wants, FLIP_COUNTS, NULL),
    SMMU(down_last, FLIP_COUNTS, NULL),
    SMMU(order_head, FLIP_RENAMED, RING),
    SMMU(order_count, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, order, FLIP_COUNTS, NULL),
    SMMU(walk_head, FLIP_RENAMED, RING),
    SMMU(walk_count, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, walk_line, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, word, FLIP_RENAMED, "indexes of queues count from CONS"),
    SMMU(updating, FLIP_COUNTS, NULL),
    SMMU(gbpa, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, update_due, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, access, smmu_access, address, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, access, smmu_access, value, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, access, smmu_access, due, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, access, smmu_access, id, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, access, smmu_access, size, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, access, smmu_access, write, FLIP_COUNTS, NULL),
    SMMU(access_head, FLIP_RENAMED, RING),
    SMMU(access_count, FLIP_COUNTS, NULL),
    SMMU(itags, FLIP_COUNTS, NULL),
    SMMU(itags_late, FLIP_COUNTS, NULL),
    SMMU(itag_turn, FLIP_RENAMED, "ITags count from it"),
    SMMU(itag_lost, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, itag, smmu_itag, deadline, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, itag, smmu_itag, stream_id, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, itag, smmu_itag, tlp, FLIP_NAME, NAME),
    FLIP_EACH(prisim_smmu, itag, smmu_itag, index, FLIP_NAME, NAME),
    FLIP_EACH(prisim_smmu, itag, smmu_itag, arrived, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, commands.line, smmu_command_line, dw, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, commands.line, smmu_command_line, state, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, commands.line, smmu_command_line, next, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, commands.line, smmu_command_line, count, FLIP_COUNTS, NULL),
    SMMU(commands.sync_events, FLIP_RENAMED, "it counts from the oldest record"),
    SMMU(commands.sync_reports, FLIP_COUNTS, NULL),
    SMMU(commands.state, FLIP_COUNTS, NULL),
    SMMU(commands.head, FLIP_RENAMED, "the place of a line in use"),
    SMMU(commands.used, FLIP_COUNTS, NULL),
    SMMU(commands.unpublished, FLIP_COUNTS, NULL),
    SMMU(commands.sync_open, FLIP_COUNTS, NULL),
    SMMU(commands.impossible, FLIP_COUNTS, NULL),
    SMMU(prefetch.address, FLIP_COUNTS, NULL),
    SMMU(prefetch.stride, FLIP_COUNTS, NULL),
    SMMU(prefetch.stream_id, FLIP_COUNTS, NULL),
    SMMU(prefetch.ssid, FLIP_COUNTS, NULL),
    SMMU(prefetch.left, FLIP_COUNTS, NULL),
    SMMU(prefetch.has_ssid, FLIP_COUNTS, NULL),
    SMMU(prefetch.kind, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, msi.address, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, msi.data, FLIP_COUNTS, NULL),
    SMMU(msi.pending, FLIP_COUNTS, NULL),
    SMMU(msi.in_flight, FLIP_COUNTS, NULL),
    SMMU(pri.request.address, FLIP_COUNTS, NULL),
    SMMU(pri.request.stream_id, FLIP_COUNTS, NULL),
    SMMU(pri.request.pasid, FLIP_COUNTS, NULL),
    SMMU(pri.request.prg_index, FLIP_COUNTS, NULL),
    SMMU(pri.request.has_pasid, FLIP_COUNTS, NULL),
    SMMU(pri.request.access, FLIP_COUNTS, NULL),
    SMMU(pri.request.secure, FLIP_COUNTS, NULL),
    SMMU(pri.access.address, FLIP_COUNTS, NULL),
    SMMU(pri.access.id, FLIP_NAME, NAME),
    SMMU(pri.access.size, FLIP_COUNTS, NULL),
    SMMU(pri.access.write, FLIP_COUNTS, NULL),
    SMMU(pri.access.attributes, FLIP_COUNTS, NULL),
    SMMU(pri.access.stream_id, FLIP_MEANINGLESS, "the queue's accesses are of no stream"),
    SMMU(pri.access.substream_id, FLIP_MEANINGLESS, "the queue's accesses are of no stream"),
    {"pri.access.data[]", offsetof(struct prisim_smmu, pri.access.data), 1, PRISIM_MEMORY_LINE_BYTES, 1, FLIP_COUNTS,
     NULL},
    SMMU(pri.ppar.reachable, FLIP_MEANINGLESS, ONE_AT_A_TIME),
    SMMU(pri.ppar.ppar, FLIP_MEANINGLESS, ONE_AT_A_TIME),
    FLIP_ALL(prisim_smmu, pri.access_id, FLIP_NAME, NAME),
    SMMU(pri.access_free, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.answer, prisim_memory_response, id, FLIP_NAME, NAME),
    FLIP_EACH(prisim_smmu, pri.answer, prisim_memory_response, status, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.answer, prisim_memory_response, size, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.answer, prisim_memory_response, data, FLIP_MEANINGLESS, "the queue only writes"),
    SMMU(pri.answer_head, FLIP_RENAMED, RING),
    SMMU(pri.answer_count, FLIP_COUNTS, NULL),
    SMMU(pri.control, FLIP_COUNTS, NULL),
    SMMU(pri.enable_ack, FLIP_COUNTS, NULL),
    SMMU(pri.request_held, FLIP_COUNTS, NULL),
    SMMU(pri.irqen_sent, FLIP_COUNTS, NULL),
    SMMU(pri.abort_unsent, FLIP_COUNTS, NULL),
    SMMU(pri.response_head, FLIP_RENAMED, RING),
    SMMU(pri.response_count, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.response, prisim_prg_response, stream_id, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.response, prisim_prg_response, pasid, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.response, prisim_prg_response, prg_index, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.response, prisim_prg_response, has_pasid, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.response, prisim_prg_response, code, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri.response, prisim_prg_response, cause, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, first, FLIP_FIXED, BUILT),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, sets, FLIP_FIXED, BUILT),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, ways, FLIP_FIXED, BUILT),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, used, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, kinds, FLIP_DERIVED, FROM_KEYS),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, found, FLIP_DERIVED, "where a look-up looks first"),
    FLIP_EACH(prisim_smmu, caches, smmu_cache, count, FLIP_DERIVED, FROM_KEYS),
    SMMU(entries, FLIP_FIXED, BUILT),
#define STE(member)  FLIP_EACH(prisim_smmu, configuration.ste, smmu_ste, member, FLIP_COUNTS, NULL)
#define CD(member)   FLIP_EACH(prisim_smmu, configuration.cd, smmu_cd, member, FLIP_COUNTS, NULL)
#define BOTH(member) STE(member), SLOT(ste.member)
    BOTH(context),
    BOTH(stage2.ttb),
    BOTH(stage2.vmid),
    BOTH(stage2.t0sz),
    BOTH(stage2.granule_log2),
    BOTH(stage2.start_level),
    BOTH(stage2.output_bits),
    BOTH(stage2.flags),
    BOTH(illegal),
    BOTH(config),
    BOTH(s1fmt),
    BOTH(s1cdmax),
    BOTH(s1dss),
    BOTH(eats),
    BOTH(ppar),
    BOTH(mev),
    BOTH(world),
    BOTH(privcfg),
    BOTH(instcfg),
    BOTH(s1stalld),
#undef BOTH
#define BOTH(member) CD(member), SLOT(cd.member)
#define HALVES(i)                                                                                                      \
    BOTH(half[i].ttb), BOTH(half[i].txsz), BOTH(half[i].granule_log2), BOTH(half[i].epd), BOTH(half[i].tbi),           \
        BOTH(half[i].had)
    HALVES(0),
    HALVES(1),
    FLIP_EACH(prisim_smmu, configuration.cd, smmu_cd, since, FLIP_RENAMED, MOMENT),
    SLOT_AS(cd.since, FLIP_RENAMED, MOMENT),
    BOTH(asid),
    BOTH(flags),
    BOTH(illegal),
    BOTH(output_bits),
    SLOT(address),
    SLOT(output),
    SLOT_AS(ipa, FLIP_MEANINGLESS, AT_ONE_EDGE),
    SLOT(fetch),
    SLOT_AS(fetched, FLIP_RENAMED, MOMENT),
    SLOT(due),
    SLOT_AS(begin, FLIP_RENAMED, "a look-up that is made again takes from it how long it has taken"),
    SLOT(walk.leaf.output),
    SLOT(walk.leaf.ipa),
    SLOT_AS(walk.leaf.since, FLIP_RENAMED, MOMENT),
    SLOT(walk.leaf.attributes),
    SLOT(walk.leaf.size_log2),
    SLOT(walk.table),
    SLOT(walk.at),
    SLOT(walk.descriptor),
    SLOT(walk.ipa),
    SLOT(walk.expected),
    SLOT(walk.desired),
    SLOT_AS(walk.since, FLIP_RENAMED, MOMENT),
    SLOT_AS(walk.since2, FLIP_RENAMED, MOMENT),
    SLOT_AS(walk.table_since, FLIP_RENAMED, MOMENT),
    SLOT_AS(walk.missed_at, FLIP_DERIVED, HINT),
    SLOT(walk.key),
    SLOT(walk.tag),
    SLOT(walk.global_tag),
    SLOT(walk.check.needed),
    SLOT(walk.check.privileged),
    SLOT(walk.check.instruction),
    SLOT(walk.check.writes),
    SLOT(walk.stage),
    SLOT(walk.level),
    SLOT(walk.level2),
    SLOT(walk.limits),
    SLOT(walk.class),
    SLOT(walk.half),
    SLOT(walk.updating),
    SLOT(walk.global),
    SLOT(walk.uncached),
    SLOT_AS(walk.refused, FLIP_MEANINGLESS, AT_ONE_EDGE),
    SLOT(walk.found),
    SLOT(walk.inside),
    SLOT(walk.searched),
    SLOT(fault.ipa),
    SLOT(fault.class),
    SLOT(fault.stage2),
    SLOT(fault.table_write),
    SLOT(stream_id),
    SLOT(pasid),
    SLOT(ssid),
    SLOT_AS(looked_up_for, FLIP_DERIVED, HINT),
    SLOT_AS(looked_up_at, FLIP_DERIVED, HINT),
    SLOT_AS(found_for, FLIP_DERIVED, HINT),
    SLOT_AS(found_at, FLIP_DERIVED, HINT),
    SLOT_AS(found_after, FLIP_DERIVED, HINT),
    SLOT_AS(found_state, FLIP_DERIVED, HINT),
    SLOT(has_pasid),
    SLOT(privileged),
    SLOT(execute),
    SLOT(kind),
    SLOT(state),
    SLOT(cause),
    SLOT(stages),
    SLOT(structure),
    SLOT(word),
    SLOT(split),
    SLOT(size_log2),
    SLOT(access),
    SLOT(status),
    SLOT(passes),
    SLOT_AS(abort, FLIP_MEANINGLESS, AT_ONE_EDGE),
    SLOT(crowded),
    SLOT(parts),
    SLOT(parts_sent),
    SLOT(parts_done),
    SLOT(tlp.head.address),
    SLOT_AS(tlp.head.id, FLIP_NAME, NAME),
    SLOT(tlp.head.pasid),
    SLOT(tlp.head.itag_vector),
    SLOT(tlp.head.requester_id),
    SLOT(tlp.head.destination_id),
    SLOT(tlp.head.tag),
    SLOT_AS(tlp.head.prg_index, FLIP_MEANINGLESS, "a slot holds no message"),
    SLOT(tlp.head.size),
    SLOT(tlp.head.type),
    SLOT(tlp.head.at),
    SLOT(tlp.head.message),
    SLOT(tlp.head.status),
    SLOT(tlp.head.response_code),
    SLOT(tlp.head.completion_count),
    SLOT(tlp.head.traffic_class),
    SLOT(tlp.head.flags),
    SLOT(tlp.data),
    FLIP_EACH(prisim_smmu, events.record, smmu_event_record, dw, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, events.record, smmu_event_record, due, FLIP_RENAMED, MOMENT),
    SMMU(events.pushed, FLIP_RENAMED, RING),
    SMMU(events.popped, FLIP_RENAMED, RING),
    FLIP_ALL(prisim_smmu, events.written, FLIP_COUNTS, NULL),
    SMMU(events.writing, FLIP_COUNTS, NULL),
    SMMU(events.of_stall, FLIP_COUNTS, NULL),
    SMMU(stalls.stalled, FLIP_COUNTS, NULL),
    SMMU(stalls.waiting, FLIP_COUNTS, NULL),
    SMMU(stalls.unwritten, FLIP_COUNTS, NULL),
    SMMU(stalls.writing, FLIP_COUNTS, NULL),
    SMMU(stalls.stags, FLIP_COUNTS, NULL),
    FLIP_ALL(prisim_smmu, stalls.stag, FLIP_COUNTS, NULL),
    {"words[][0]", offsetof(struct prisim_smmu, words), 8, SMMU_SLOTS, PRISIM_STE_BYTES, FLIP_MEANINGLESS,
     "it comes last, and is used at once"},
    {"words[]", offsetof(struct prisim_smmu, words) + 8, PRISIM_STE_BYTES - 8, SMMU_SLOTS, PRISIM_STE_BYTES,
     FLIP_COUNTS, NULL},
};

static void tell(const void *config, const void *state, const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_smmu_canonical(config, state, ports, to);
}

/* The store of the caches is as large as the configuration says, and each run has another one. */
enum { STORE_ROWS = 8 };
static struct flip_field rows[sizeof fields / sizeof fields[0] + STORE_ROWS];

static struct flip *open_flip(const struct smmu_harness *h)
{
    enum { FIELDS = sizeof fields / sizeof fields[0] };
    size_t entries = h->state->entries, keys = sizeof(struct prisim_smmu), first = keys + entries * sizeof(uint64_t);
    const struct flip_field store[STORE_ROWS] = {
        {"key", keys, 8, entries, 8, FLIP_RENAMED, "as many are there as the cache counts"},
        {"signature", first + entries * sizeof(struct smmu_entry), 1, entries, 1, FLIP_DERIVED, FROM_KEYS},
#define ENTRY(member, kind, why)                                                                                       \
    {"entry." #member,                                                                                                 \
     first + offsetof(struct smmu_entry, member),                                                                      \
     sizeof(((struct smmu_entry *)0)->member),                                                                         \
     entries,                                                                                                          \
     sizeof(struct smmu_entry),                                                                                        \
     kind,                                                                                                             \
     why}
        ENTRY(output, FLIP_COUNTS, NULL),
        ENTRY(ipa, FLIP_COUNTS, NULL),
        ENTRY(since, FLIP_RENAMED, MOMENT),
        ENTRY(tag, FLIP_RENAMED, "0 of a structure"),
        ENTRY(attributes, FLIP_COUNTS, NULL),
        ENTRY(turn, FLIP_COUNTS, NULL),
    };
    memcpy(rows, fields, sizeof fields);
    memcpy(rows + FIELDS, store, sizeof store);
    return flip_open(tell, rows, FIELDS + STORE_ROWS, prisim_smmu_state_size(&h->config));
}

START_TEST(every_byte)
{
    struct flip *all = NULL;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct random_stream random = random_open(seed, 0, 2), aside = random_open(seed, 0, 3);
        struct pair *p = traffic_open(seed, 0);
        struct flip *flip = open_flip(p->h);
        if (all)
            flip_add(flip, all);
        flip_close(all);
        all = flip;
        for (unsigned i = 0; i < TRAFFIC_EDGES; i++) {
            traffic_edge(p, seed, &random);
            if (i % FLIPS_APART == 0)
                flip_moment(flip, p->h->base, &aside);
        }
        pair_close(p);
    }
    flip_check(all);
    flip_close(all);
}
END_TEST

static void compare(const struct harness *left, const struct harness *right)
{
    for (unsigned i = 0; i < left->events && i < right->events; i++)
        ck_assert_msg(prisim_event_equal(&left->event[i], &right->event[i]), "event %u, type %u at %u", i,
                      left->event[i].type, (unsigned)left->event[i].cycle);
    ck_assert_uint_eq(left->events, right->events);
    for (unsigned tx = 0; tx < PRISIM_SMMU_TX_PORTS; tx++) {
        ck_assert_uint_eq(left->tx[tx].count, right->tx[tx].count);
        for (unsigned i = 0; i < left->tx[tx].count; i++)
            ck_assert_uint_eq(harness_got_at(left, tx, i), harness_got_at(right, tx, i));
    }
}

START_TEST(the_rest_is_nothing)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct pair *plain = traffic_open(seed, 0), *p = traffic_open(seed, 0);
    struct random_stream first = random_open(seed, 0, 2), second = first, aside = random_open(seed, 0, 3);
    struct flip *flip = open_flip(p->h);
    for (unsigned i = 0; i < TRAFFIC_EDGES; i++) {
        traffic_edge(plain, seed, &first);
        traffic_edge(p, seed, &second);
        if (i % SCRAMBLES_APART == 0)
            flip_scramble(flip, p->h->base, &aside);
    }
    ck_assert_uint_gt(plain->h->base->events, 300);
    compare(plain->h->base, p->h->base);
    flip_close(flip);
    pair_close(plain);
    pair_close(p);
}
END_TEST

/* The same at another time gives the same rows. */
START_TEST(later)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct pair *now = traffic_open(seed, 0), *then = traffic_open(seed, 1000);
    struct random_stream first = random_open(seed, 0, 2), second = first;
    struct flip *flip = open_flip(now->h);
    for (unsigned i = 0; i < TRAFFIC_EDGES; i++) {
        traffic_edge(now, seed, &first);
        traffic_edge(then, seed, &second);
        ck_assert_uint_eq(flip_hash(flip, now->h->base), flip_hash(flip, then->h->base));
    }
    flip_close(flip);
    pair_close(now);
    pair_close(then);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_canonical");
    TCase *tcase = tcase_create("canonical");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, every_byte);
    tcase_add_loop_test(tcase, the_rest_is_nothing, 0, RUNS);
    tcase_add_loop_test(tcase, later, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
