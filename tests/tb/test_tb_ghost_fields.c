/* SPDX-License-Identifier: Apache-2.0
 *
 * Each field of the checkers shows in its canonical form, but for those that are said to mean nothing: scenarios are
 * run, and at many of their edges every record that is there is changed, field by field, as ghost_fields.h says. What
 * never showed in any of them is missing in the form; what showed and is said not to does mean something.
 */
#include <glob.h>

#include "by_hand_stream.h"
#include "ghost_fields.h"
#include "tb/engine/engine.h"
#include "tests/harness/suite.h"

enum { RECORD_BYTES_MAX = sizeof(struct checkers), EDGES_BETWEEN = 7, TRIES = 4 };

struct kind {
    const char *name;
    size_t bytes;
    const struct field *field;
    unsigned fields;
    unsigned char shown[RECORD_BYTES_MAX]; /* by byte, or in the first of its field */
};

#define KIND(s)                                                                                                        \
    static struct kind s##_kind = {#s, sizeof(struct s), s##_fields, sizeof s##_fields / sizeof *s##_fields, {0}};
KIND(job)
KIND(request)
KIND(group)
KIND(item)
KIND(answer)
KIND(translation)
KIND(cached)
KIND(binding)
KIND(context)
KIND(invalidation)
KIND(queue_entry)
KIND(drop)
KIND(tlb_command)
KIND(cd_command)
KIND(course_step)
KIND(exposure)
KIND(lost_marker)
KIND(function)
KIND(checkers)
static struct kind *const kinds[] = {&job_kind,         &request_kind,      &group_kind,       &item_kind,
                                     &answer_kind,      &translation_kind,  &cached_kind,      &binding_kind,
                                     &context_kind,     &invalidation_kind, &queue_entry_kind, &drop_kind,
                                     &tlb_command_kind, &cd_command_kind,   &course_step_kind, &exposure_kind,
                                     &lost_marker_kind, &function_kind,     &checkers_kind};

static struct prisim_canonical *to;
static uint64_t rows;

/* What somebody else tells before: a name or a moment that a field has. */
struct before {
    enum how how;
    unsigned of;
    uint64_t value;
};

static uint64_t row(const struct before *before)
{
    rows++;
    prisim_canonical_begin(to, 0, now);
    if (before->how == HOW_NAME)
        prisim_canonical_name(to, (enum prisim_canonical_kind)before->of, before->value);
    if (before->how == HOW_MOMENT)
        prisim_canonical_moment(to, (enum prisim_canonical_clock)before->of, before->value);
    checkers_canonical(checkers, to);
    prisim_canonical_end(to);
    return prisim_canonical_hash(to, 1, now);
}

static uint64_t value_of(const unsigned char *at, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, at, size < sizeof value ? size : sizeof value);
    return value;
}

/* As the block names it: jobs and requests count per function, which stands beside. */
static uint64_t name_of(const void *record, const struct field *field, uint64_t value)
{
    if (field->of == PRISIM_CANONICAL_JOB)
        return prisim_canonical_of(((const struct job *)record)->endpoint, value);
    if (field->of == PRISIM_CANONICAL_REQUEST)
        return prisim_canonical_of(((const struct request *)record)->endpoint, value);
    return value;
}

/* Whether the row differs with that value in the field's place. */
static bool shows(unsigned char *at, size_t size, uint64_t value, const struct before *before, uint64_t as_it_is)
{
    uint64_t old = value_of(at, size);
    memcpy(at, &value, size);
    bool differs = row(before) != as_it_is;
    memcpy(at, &old, size);
    return differs;
}

/* Another byte and bit each time: there are many edges. */
static uint64_t draw(uint64_t below)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 33) % below;
}

static bool shows_by_byte(const struct field *field)
{
    return field->how == HOW_BYTES || field->how == HOW_NAME || field->how == HOW_MOMENT;
}

static void try_bytes(struct kind *kind, unsigned char *record, const struct field *field, const struct before *before,
                      uint64_t as_it_is)
{
    for (unsigned i = 0; i < TRIES; i++) {
        size_t byte = draw(field->size);
        unsigned char *shown = &kind->shown[field->offset + (shows_by_byte(field) ? byte : 0)];
        unsigned char *at = record + field->offset + byte;
        if (!*shown)
            *shown = shows(at, 1, *at ^ 1U << draw(8), before, as_it_is);
    }
}

static void try_values(struct kind *kind, unsigned char *record, const struct field *field, const struct before *before,
                       uint64_t as_it_is)
{
    unsigned char *shown = &kind->shown[field->offset], *at = record + field->offset;
    uint64_t old = value_of(at, field->size), below = field->of;
    if (field->how == HOW_BOOL)
        below = 2;
    if (field->how == HOW_BELOW && below == 0)
        below = checkers->scenario->system.endpoints;
    if (field->how == HOW_BINDING)
        below = UINT64_C(1) + checkers->bindings.count;
    if (field->how == HOW_ZERO)
        below = 1;
    for (unsigned i = 0; i < TRIES && !*shown; i++) {
        uint64_t value = draw(below);
        if (value != old)
            *shown = shows(at, field->size, value, before, as_it_is);
    }
}

/* A field that means nothing does so at all times. */
static void try_nothing(unsigned char *record, const struct field *field, uint64_t as_it_is)
{
    const struct before nothing = {.how = HOW_NOT};
    unsigned char *at = record + field->offset + draw(field->size);
    uint64_t bit = field->size == sizeof(bool) ? 0 : draw(8);
    ck_assert_msg(!shows(at, 1, *at ^ 1U << bit, &nothing, as_it_is), "%s shows", field->name);
}

static bool is_shown(const struct kind *kind, const struct field *field)
{
    for (size_t i = 0; i < (shows_by_byte(field) ? field->size : 1); i++)
        if (!kind->shown[field->offset + i])
            return false;
    return true;
}

static void try_field(struct kind *kind, unsigned char *record, const struct field *field, uint64_t as_it_is)
{
    struct before before = {.how = HOW_NOT};
    switch (field->how) {
    case HOW_NAME:
    case HOW_MOMENT:
        before = (struct before){field->how, field->of, value_of(record + field->offset, field->size)};
        if (field->how == HOW_NAME)
            before.value = name_of(record, field, before.value);
        try_bytes(kind, record, field, &before, row(&before));
        break;
    case HOW_BYTES:
    case HOW_SOME:
        try_bytes(kind, record, field, &before, as_it_is);
        break;
    case HOW_BOOL:
    case HOW_BELOW:
    case HOW_BINDING:
    case HOW_ZERO:
        try_values(kind, record, field, &before, as_it_is);
        break;
    case HOW_NOT:
        try_nothing(record, field, as_it_is);
        break;
    case HOW_OTHERS:
        break;
    }
}

static void try_record(struct kind *kind, const void *of)
{
    unsigned char *record = (unsigned char *)of;
    const struct before nothing = {.how = HOW_NOT};
    uint64_t as_it_is = row(&nothing);
    for (unsigned i = 0; i < kind->fields; i++)
        if (kind->field[i].how == HOW_NOT || !is_shown(kind, &kind->field[i]))
            try_field(kind, record, &kind->field[i], as_it_is);
}

static void try_pool(struct kind *kind, const struct pool *pool)
{
    for (uint32_t i = 0; i < pool->records; i++)
        if (pool_at(pool, i) != NULL)
            try_record(kind, pool_at(pool, i));
}

#define TRY_ARRAY(kind, array, count)                                                                                  \
    for (uint32_t i_ = 0; i_ < (count); i_++)                                                                          \
    try_record(kind, &(array)[i_])

static void try_all(void)
{
    try_record(&checkers_kind, checkers);
    TRY_ARRAY(&function_kind, checkers->function, checkers->scenario->system.endpoints);
    try_pool(&job_kind, &checkers->jobs.pool);
    try_pool(&request_kind, &checkers->requests.pool);
    try_pool(&group_kind, &checkers->groups.pool);
    try_pool(&item_kind, &checkers->items.pool);
    try_pool(&answer_kind, &checkers->answers.pool);
    try_pool(&translation_kind, &checkers->translations.pool);
    try_pool(&cached_kind, &checkers->tlbs.cached);
    TRY_ARRAY(&binding_kind, checkers->bindings.binding, checkers->bindings.count);
    TRY_ARRAY(&context_kind, checkers->bindings.context, checkers->bindings.contexts);
    TRY_ARRAY(&invalidation_kind, checkers->invalidations.invalidation, checkers->invalidations.count);
    for (uint32_t i = 0; i < checkers->queue.slots; i++)
        if (checkers->queue.slot[i].state != ENTRY_EMPTY)
            try_record(&queue_entry_kind, &checkers->queue.slot[i]);
    TRY_ARRAY(&drop_kind, checkers->queue.drop, checkers->queue.drops);
    TRY_ARRAY(&tlb_command_kind, checkers->tlbs.tlbi, checkers->tlbs.tlbis);
    TRY_ARRAY(&cd_command_kind, checkers->tlbs.cfgi, checkers->tlbs.cfgis);
    TRY_ARRAY(&course_step_kind, checkers->course.step, checkers->scenario->timeline.steps);
    TRY_ARRAY(&exposure_kind, checkers->exposures.exposure, checkers->exposures.count);
    TRY_ARRAY(&lost_marker_kind, checkers->markers.lost, checkers->markers.count);
}

/* Events of a run, as they come. */
struct listening {
    unsigned edges;
    prisim_cycle_t last;
};

static void heard(void *context, const struct prisim_event *event)
{
    struct listening *listening = context;
    if (event->cycle != now && now != 0 && ++listening->edges % EDGES_BETWEEN == 0)
        try_all();
    now = event->cycle;
    checkers_event(checkers, event);
}

static void run(const char *file)
{
    char message[4 * SCENARIO_TEXT_MAX];
    stream = (struct stream){0};
    struct listening listening = {0};
    struct engine_result result;
    ck_assert_msg(scenario_load(&scenario, file, NULL, 0, message), "%s", message);
    scenario.limits.group = scenario.limits.group ? scenario.limits.group : 3000;
    checkers = checkers_open(&scenario);
    now = 0;
    const struct event_types types = checkers_types();
    stream_add_for(&stream, &types, heard, &listening);
    ck_assert(engine_native(&scenario, &stream, &result));
    checkers_close(checkers);
    scenario_free(&scenario);
}

/* What stands between edges too shortly to be met there. */
static void run_by_hand(void)
{
    enum { TIMES = 200 };
    by_hand_open();
    scenario.expect.jobs_ended_by_unbind.given = true;
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 1, R | W | L), first = trip_start(2, 2, R), last = trip_start(3, 2, R | L);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 0x3000001, t.job, 1, t.address);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x3000001, NIC_ID, 1, t.address, 0x9000, R | W, PRISIM_CAUSE_TRANSLATED, true, 5,
        PRISIM_PASID_NONE);
    say(NIC, ENDPOINT_TRANSLATION, 0x3000001, t.job, 1, t.address, 0x9000, R | W, PRISIM_TLP_SC, true);
    say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x3000002, 1, NIC_ID, 1, 0x4000, 0x1000, 7);
    trip_queued(&first);
    trip_queued(&last);
    trip_taken(&first);
    trip_taken(&last);
    trip_enqueued(&first);
    trip_made(&t);
    say(NIC, ENDPOINT_STOP, 1);
    say(NIC, ENDPOINT_STOPPED, 1, 1);
    for (unsigned i = 0; i < TIMES; i++)
        try_all();
    by_hand_close();
}

START_TEST(each_field_shows)
{
    glob_t files = {0};
    ck_assert_int_eq(glob(SCENARIOS "/*.yaml", 0, NULL, &files), 0);
    ck_assert_int_eq(glob(SCENARIOS "/*/*.yaml", GLOB_APPEND, NULL, &files), 0);
    to = prisim_canonical_open();
    ck_assert_ptr_nonnull(to);
    for (size_t i = 0; i < files.gl_pathc; i++)
        run(files.gl_pathv[i]);
    run_by_hand();
    globfree(&files);
    prisim_canonical_close(to);
    ck_assert_uint_gt(rows, 100000);
    unsigned missing = 0;
    for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (unsigned i = 0; i < kinds[k]->fields; i++) {
            const struct field *field = &kinds[k]->field[i];
            if (field->how == HOW_NOT || field->how == HOW_OTHERS || is_shown(kinds[k], field))
                continue;
            printf("%s never shows\n", field->name);
            missing++;
        }
    ck_assert_uint_eq(missing, 0);
}
END_TEST

/* Between listed fields there is nothing but padding; the checkers' own struct is mostly tables. */
START_TEST(each_field_is_listed)
{
    for (unsigned k = 0; kinds[k] != &checkers_kind; k++) {
        size_t end = 0;
        for (unsigned i = 0; i < kinds[k]->fields; i++) {
            const struct field *field = &kinds[k]->field[i];
            ck_assert_msg(field->offset >= end && field->offset - end < sizeof(uint64_t), "before %s", field->name);
            end = field->offset + field->size;
        }
        ck_assert_msg(kinds[k]->bytes - end < sizeof(uint64_t), "behind %s", kinds[k]->name);
    }
}
END_TEST

TEST_SUITE("tb_ghost_fields", each_field_shows, each_field_is_listed)
