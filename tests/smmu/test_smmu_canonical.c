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
#define SETTLED                    "page requests count from those that have settled"
#define RING                       "its entries are told from it on"
#define ONE_AT_A_TIME              "the queue asks for one at a time, so its port is free when the answer is here"

static const struct flip_field fields[] = {
    SMMU(touched, FLIP_DERIVED, "what steps wrote, for who asks"),
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
    SMMU(commands.sync_requests, FLIP_RENAMED, "how many are not settled"),
    SMMU(commands.sync_open, FLIP_COUNTS, NULL),
    SMMU(commands.sync_drains, FLIP_COUNTS, NULL),
    SMMU(commands.sync_counted, FLIP_RENAMED, "of a drain"),
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
    SMMU(pri_access.address, FLIP_COUNTS, NULL),
    SMMU(pri_access.id, FLIP_NAME, NAME),
    SMMU(pri_access.size, FLIP_COUNTS, NULL),
    SMMU(pri_access.write, FLIP_COUNTS, NULL),
    SMMU(pri_access.attributes, FLIP_COUNTS, NULL),
    SMMU(pri_access.stream_id, FLIP_MEANINGLESS, "the queue's accesses are of no stream"),
    SMMU(pri_access.substream_id, FLIP_MEANINGLESS, "the queue's accesses are of no stream"),
    {"pri_access.data[]", offsetof(struct prisim_smmu, pri_access.data), 1, PRISIM_MEMORY_LINE_BYTES, 1, FLIP_COUNTS,
     NULL},
    SMMU(pri.ppar.reachable, FLIP_MEANINGLESS, ONE_AT_A_TIME),
    SMMU(pri.ppar.ppar, FLIP_MEANINGLESS, ONE_AT_A_TIME),
    FLIP_ALL(prisim_smmu, pri_access_id, FLIP_NAME, NAME),
    SMMU(pri.access_free, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri_answer, prisim_memory_response, id, FLIP_NAME, NAME),
    FLIP_EACH(prisim_smmu, pri_answer, prisim_memory_response, status, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri_answer, prisim_memory_response, size, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, pri_answer, prisim_memory_response, data, FLIP_MEANINGLESS, "the queue only writes"),
    SMMU(pri.answer_head, FLIP_RENAMED, RING),
    SMMU(pri.answer_count, FLIP_COUNTS, NULL),
    SMMU(pri.control, FLIP_COUNTS, NULL),
    SMMU(pri.enable_ack, FLIP_COUNTS, NULL),
    SMMU(pri.request_held, FLIP_COUNTS, NULL),
    SMMU(pri.irqen_sent, FLIP_COUNTS, NULL),
    SMMU(pri.abort_unsent, FLIP_COUNTS, NULL),
    SMMU(pri.response_head, FLIP_RENAMED, RING),
    SMMU(pri.response_count, FLIP_COUNTS, NULL),
#define CACHE(member, kind, why) FLIP_EACH(prisim_smmu, caches, smmu_cache, member, kind, why)
    CACHE(first, FLIP_FIXED, BUILT),
    CACHE(found, FLIP_DERIVED, "where a look-up looks first"),
    CACHE(found_entry, FLIP_DERIVED, "where a look-up looks first"),
    CACHE(sets, FLIP_FIXED, BUILT),
    CACHE(stride, FLIP_FIXED, BUILT),
    CACHE(ways, FLIP_FIXED, BUILT),
    CACHE(head, FLIP_FIXED, BUILT),
    CACHE(words, FLIP_FIXED, BUILT),
    CACHE(used, FLIP_RENAMED, "as many keys are there"),
    CACHE(kinds, FLIP_DERIVED, FROM_KEYS),
    CACHE(count, FLIP_DERIVED, FROM_KEYS),
    SMMU(messages.slots, FLIP_DERIVED, "the slots of SMMU_SLOT_ON_PATH"),
    SMMU(messages.taken, FLIP_RENAMED, SETTLED),
    SMMU(messages.decided, FLIP_RENAMED, SETTLED),
    SMMU(messages.settled, FLIP_RENAMED, SETTLED),
    SMMU(messages.first, FLIP_FIXED, BUILT),
    SMMU(messages.in_flight, FLIP_COUNTS, NULL),
    SMMU(messages.head, FLIP_RENAMED, RING),
    SMMU(messages.count, FLIP_COUNTS, NULL),
    SMMU(messages.closed, FLIP_DERIVED, "by what the port is closed is told"),
    SMMU(messages.at_port, FLIP_COUNTS, NULL),
    SMMU(messages.unused, FLIP_MEANINGLESS, "padding"),
    SMMU(words, FLIP_FIXED, BUILT),
#define STE_MEMBERS(row)                                                                                               \
    row(context), row(stage2.ttb), row(stage2.vmid), row(stage2.t0sz), row(stage2.granule_log2),                       \
        row(stage2.start_level), row(stage2.output_bits), row(stage2.flags), row(illegal), row(config), row(s1fmt),    \
        row(s1cdmax), row(s1dss), row(eats), row(ppar), row(mev), row(world), row(privcfg), row(instcfg),              \
        row(s1stalld)
#define HALF_MEMBERS(row, i)                                                                                           \
    row(half[i].ttb), row(half[i].txsz), row(half[i].granule_log2), row(half[i].epd), row(half[i].tbi), row(half[i].had)
#define CD_MEMBERS(row)                                                                                                \
    HALF_MEMBERS(row, 0), HALF_MEMBERS(row, 1), row(asid), row(flags), row(illegal), row(output_bits)
#define SLOT_STE(member) SLOT(ste.member)
#define SLOT_CD(member)  SLOT(cd.member)
    STE_MEMBERS(SLOT_STE),
    CD_MEMBERS(SLOT_CD),
    SLOT_AS(cd.since, FLIP_RENAMED, MOMENT),
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
    SLOT_AS(state, FLIP_RENAMED, "that of a slot that is free by the mask is SMMU_SLOT_FREE"),
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
    FLIP_EACH(prisim_smmu, event, smmu_event_record, dw, FLIP_COUNTS, NULL),
    FLIP_EACH(prisim_smmu, event, smmu_event_record, due, FLIP_RENAMED, MOMENT),
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
};

static void tell(const void *config, const void *state, const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_smmu_canonical(config, state, ports, to);
}

/* A row of an element in the store. */
#define AT(name, type, member, kind, why)                                                                              \
    {                                                                                                                  \
        name #member, offsetof(struct type, member), sizeof(((struct type *)0)->member), 0, sizeof(struct type), kind, \
            why                                                                                                        \
    }
#define CACHED_STE(member) AT("cached STE.", smmu_ste, member, FLIP_COUNTS, NULL)
#define CACHED_CD(member)  AT("cached CD.", smmu_cd, member, FLIP_COUNTS, NULL)
static const struct flip_field ste_rows[] = {STE_MEMBERS(CACHED_STE)};
static const struct flip_field cd_rows[] = {CD_MEMBERS(CACHED_CD),
                                            AT("cached CD.", smmu_cd, since, FLIP_RENAMED, MOMENT)};
static const struct flip_field entry_rows[] = {
    AT("entry.", smmu_entry, output, FLIP_COUNTS, NULL),     AT("entry.", smmu_entry, ipa, FLIP_COUNTS, NULL),
    AT("entry.", smmu_entry, since, FLIP_RENAMED, MOMENT),   AT("entry.", smmu_entry, tag, FLIP_COUNTS, NULL),
    AT("entry.", smmu_entry, attributes, FLIP_COUNTS, NULL),
};
static const struct flip_field response_rows[] = {
#define RESPONSE(member) AT("response.", prisim_prg_response, member, FLIP_COUNTS, NULL)
    RESPONSE(stream_id), RESPONSE(pasid), RESPONSE(prg_index), RESPONSE(has_pasid), RESPONSE(code), RESPONSE(cause),
};

static const struct flip_field message_rows[] = {
    AT("message.", smmu_message, due, FLIP_COUNTS, NULL),
    AT("message.", smmu_message, behind, FLIP_RENAMED, SETTLED),
    AT("message.", smmu_message, slot, FLIP_COUNTS, NULL),
#define HEAD(member) AT("message.", smmu_message, head.member, FLIP_COUNTS, NULL)
    HEAD(address),
    AT("message.", smmu_message, head.id, FLIP_NAME, NAME),
    HEAD(pasid),
    HEAD(itag_vector),
    HEAD(requester_id),
    HEAD(destination_id),
    HEAD(tag),
    HEAD(prg_index),
    HEAD(size),
    HEAD(type),
    HEAD(at),
    HEAD(message),
    HEAD(status),
    HEAD(response_code),
    HEAD(completion_count),
    HEAD(traffic_class),
    HEAD(flags),
#undef HEAD
};

/* The store is as large as the configuration says, and each run has another one. */
enum { FIELDS = sizeof fields / sizeof fields[0], ROWS_MAX = 4096 };
static struct flip_field rows[ROWS_MAX];
static size_t row_count;

static void add(struct flip_field row)
{
    ck_assert_uint_lt(row_count, ROWS_MAX);
    rows[row_count++] = row;
}

static void add_elements(const struct flip_field *of, size_t members, size_t from, size_t count)
{
    for (size_t i = 0; i < members; i++) {
        struct flip_field row = of[i];
        row.offset += from;
        row.count = count;
        add(row);
    }
}
#define ADD_ELEMENTS(of, from, count) add_elements(of, sizeof(of) / sizeof(of)[0], from, count)

static void add_set(const struct smmu_cache *cache, unsigned name, size_t from)
{
    const size_t keys = from + cache->head * (size_t)8, entries = keys + cache->ways * (size_t)8;
    add((struct flip_field){"signature", from, 1, cache->ways, 1, FLIP_FIXED, FROM_KEYS});
    add((struct flip_field){"no signature", from + cache->ways, 1, cache->head * (size_t)8 - cache->ways - 1, 1,
                            FLIP_FIXED, "of no way: 0"});
    add((struct flip_field){"turn", keys - 1, 1, 1, 0, FLIP_COUNTS, NULL});
    add((struct flip_field){"key", keys, 8, cache->ways, 8, FLIP_RENAMED, "as many are there as the cache counts"});
    if (name == SMMU_STE_CACHE)
        ADD_ELEMENTS(ste_rows, entries, cache->ways);
    else if (name == SMMU_CD_CACHE)
        ADD_ELEMENTS(cd_rows, entries, cache->ways);
    else if (name < SMMU_TRANSLATION_CACHES)
        ADD_ELEMENTS(entry_rows, entries, cache->ways);
    else
        add((struct flip_field){"level-1 descriptor", entries, 8, cache->ways, 8, FLIP_NAME,
                                "no table has two levels"});
}

static struct flip *open_flip(const struct smmu_harness *h)
{
    const struct prisim_smmu *s = h->state;
    const size_t store = offsetof(struct prisim_smmu, store);
    memcpy(rows, fields, sizeof fields);
    row_count = FIELDS;
    ADD_ELEMENTS(response_rows, store, h->config.automatic_responses);
    size_t slots = h->config.structure_fetch == PRISIM_SMMU_STRUCTURE_WORDS ? SMMU_SLOTS : 0;
    add((struct flip_field){"word 0", store + s->words * (size_t)8, 8, slots, PRISIM_STE_BYTES, FLIP_MEANINGLESS,
                            "it comes last, and is used at once"});
    add((struct flip_field){"words", store + s->words * (size_t)8 + 8, PRISIM_STE_BYTES - 8, slots, PRISIM_STE_BYTES,
                            FLIP_COUNTS, NULL});
    ADD_ELEMENTS(message_rows, store + s->messages.first * (size_t)8,
                 smmu_has_messages(&h->config) ? (size_t)SMMU_MESSAGES : 0);
    for (unsigned name = 0; name < SMMU_CACHES; name++)
        for (size_t set = 0; set < s->caches[name].sets; set++)
            add_set(&s->caches[name], name, store + (s->caches[name].first + set * s->caches[name].stride) * 8);
    return flip_open(tell, rows, row_count, prisim_smmu_state_size(&h->config));
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
        ck_assert_msg(prisim_event_equal(harness_event_at(left, i), harness_event_at(right, i)),
                      "event %u, type %u at %u", i, harness_event_at(left, i)->type,
                      (unsigned)harness_event_at(left, i)->cycle);
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

/* What it costs to keep one: model/core/touched.h. */
START_TEST(a_slot_is_whole_lines)
{
    const size_t slot = sizeof(struct smmu_slot), from = offsetof(struct prisim_smmu, slot);
    ck_assert_msg(slot % PRISIM_TOUCHED_LINE == 0, "a slot has %zu bytes", slot);
    ck_assert_msg(from % PRISIM_TOUCHED_LINE == 0, "slots begin at byte %zu: prisim_smmu.unused makes good", from);
}
END_TEST

/* What is written of what seldom is, is told; and mostly line by line. */
START_TEST(touched)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct pair *p = traffic_open(seed, 0);
    struct random_stream random = random_open(seed, 0, 2);
    unsigned by_lines = 0;
    for (unsigned i = 0; i < TRAFFIC_EDGES; i++) {
        struct flip_before *smmu = flip_before(p->h->state, prisim_smmu_state_size(&p->h->config));
        struct flip_before *queue = flip_before(p->state, prisim_pri_queue_state_size(&p->config));
        traffic_edge(p, seed, &random);
        by_lines += flip_after(smmu, prisim_smmu_hot_size(&p->h->config));
        ck_assert(flip_after(queue, prisim_pri_queue_hot_size(&p->config)));
    }
    ck_assert_uint_gt(by_lines, TRAFFIC_EDGES * 99 / 100);
    pair_close(p);
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
    tcase_add_test(tcase, a_slot_is_whole_lines);
    tcase_add_loop_test(tcase, touched, 0, RUNS);
    suite_add_tcase(suite, tcase);
    return suite;
}
