/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of the report: one sentence per type of event that is told. {name} stands for the event's field of that
 * name. What is not told has its name and its fields.
 */
#include "tb/report/report_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "driver/unbind/policy.h"

static const char *const sentences[PRISIM_EVENT_TYPES] = {
    [PRISIM_EVENT_ENDPOINT_PAGE_REQUEST] = "page request {request}: {pasid}, {address}, PRGI {prgi}, {access}",
    [PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT] = "sends page request {request}",
    [PRISIM_EVENT_ENDPOINT_STOP_MARKER] = "sends the Stop Marker of {pasid}",
    [PRISIM_EVENT_ENDPOINT_RESPONSE] = "gets a response for PRGI {prgi}: {code}",
    [PRISIM_EVENT_ENDPOINT_START] = "may use {pasid}",
    [PRISIM_EVENT_ENDPOINT_STOP] = "begins to stop {pasid}",
    [PRISIM_EVENT_ENDPOINT_STOPPED] = "has stopped {pasid}; groups unanswered: {groups}",
    [PRISIM_EVENT_ENDPOINT_PRI_OFF] = "page requests are switched off; groups lost: {groups}",
    [PRISIM_EVENT_FABRIC_LOST] = "loses a TLP on link {link}",
    [PRISIM_EVENT_FABRIC_PASSED] = "lets a TLP pass another on link {link}, against the rules",
    [PRISIM_EVENT_FABRIC_UNROUTABLE] = "drops a TLP to {destination}: nobody is there",
    [PRISIM_EVENT_SMMU_PAGE_REQUEST] = "{marker} of {stream_id} arrives: {pasid}, PRGI {prgi}",
    [PRISIM_EVENT_SMMU_TRANSLATE] = "does not translate {address} of {pasid} of {stream_id}",
    [PRISIM_EVENT_SMMU_PRG_RESPONSE] = "answers {stream_id}, PRGI {prgi}: {code}",
    [PRISIM_EVENT_SMMU_ATC_TIMEOUT] = "{stream_id} has not completed the invalidation with ITag {itag} in time",
    [PRISIM_EVENT_SMMU_EVENT] = "event {code}: {stream_id}, {pasid}, {address}",
    [PRISIM_EVENT_SMMU_EVENT_OVERFLOW] = "event queue overflows: OVFLG toggles, PROD {prod}",
    [PRISIM_EVENT_SMMU_GERROR] = "global errors active: {active}",
    [PRISIM_EVENT_PRI_QUEUE_DROP] = "drops a {marker} of {stream_id}: {pasid}, PRGI {prgi}",
    [PRISIM_EVENT_PRI_QUEUE_WRITE] = "{marker} of {stream_id} is in slot {slot}: {pasid}, PRGI {prgi}",
    [PRISIM_EVENT_PRI_QUEUE_LOST] = "cannot write slot {slot}: {stream_id}, {pasid}, PRGI {prgi}",
    [PRISIM_EVENT_PRI_QUEUE_PROD] = "PROD moves to {prod}",
    [PRISIM_EVENT_PRI_QUEUE_OVERFLOW] = "overflows: OVFLG toggles, PROD {prod}",
    [PRISIM_EVENT_PRI_QUEUE_RESPONSE] = "answers {stream_id}, PRGI {prgi} by itself: {code}",
    [PRISIM_EVENT_PRI_QUEUE_ABORT] = "a write of the queue aborted",
    [PRISIM_EVENT_INTERCONNECT_INTERRUPT] = "interrupt {data} reaches the doorbell",
    [PRISIM_EVENT_INTERCONNECT_ABORT] = "aborts an access to {address}",
    [PRISIM_EVENT_INTERCONNECT_FULL] = "has no page left for a write to {address}",
    [PRISIM_EVENT_DRIVER_INTERRUPT_LOST] = "interrupt {data} is lost",
    [PRISIM_EVENT_DRIVER_INTERRUPT] = "the interrupt handler starts",
    [PRISIM_EVENT_DRIVER_TAKE] = "takes slot {slot} as item {item}: {stream_id}, {pasid}, PRGI {prgi}",
    [PRISIM_EVENT_DRIVER_MARKER] = "item {item} is the Stop Marker of {pasid} of {stream_id}",
    [PRISIM_EVENT_DRIVER_PARK] = "parks item {item}: its group's Last is still to come",
    [PRISIM_EVENT_DRIVER_ENQUEUE] = "puts item {item} on the work queue",
    [PRISIM_EVENT_DRIVER_RESOLVE] = "item {item}, {pasid} of {stream_id}: {space}",
    [PRISIM_EVENT_DRIVER_MAJOR_FAULT] = "item {item}: page {address} of {space} comes from storage",
    [PRISIM_EVENT_DRIVER_PAGE] = "item {item}: page {address} of {space}, {access}",
    [PRISIM_EVENT_DRIVER_RESPOND] = "answers item {item}, PRGI {prgi} of {stream_id}: {code}",
    [PRISIM_EVENT_DRIVER_DISCARD] = "drops item {item} without an answer",
    [PRISIM_EVENT_DRIVER_STOP] = "tells {stream_id} to stop {pasid}",
    [PRISIM_EVENT_DRIVER_STOP_SEEN] = "learns that {stream_id} has stopped {pasid}",
    [PRISIM_EVENT_DRIVER_UNBIND] = "unbinds {pasid} of {stream_id}, policy {policy}",
    [PRISIM_EVENT_DRIVER_CLEAR] = "the context descriptor of {pasid} is cleared",
    [PRISIM_EVENT_DRIVER_INVALIDATED] = "TLBs and ATC are invalidated for {pasid}",
    [PRISIM_EVENT_DRIVER_UNBIND_RETURNED] = "the call returns: {pasid} of {stream_id}, {cause}",
    [PRISIM_EVENT_DRIVER_ASID_GIVEN] = "{space} has ASID {asid}",
    [PRISIM_EVENT_DRIVER_ASID_FREED] = "ASID {asid} of {space} is free",
    [PRISIM_EVENT_DRIVER_FILE_MAPPED] = "{space} maps file {file}",
    [PRISIM_EVENT_DRIVER_PAGE_CACHED] = "frame {address} is the page of file {file} at {offset}",
    [PRISIM_EVENT_DRIVER_FRAME_GIVEN] = "frame {address} is given to {space}",
    [PRISIM_EVENT_DRIVER_OBJECT_MADE] = "{object} {id}: life {life} begins",
    [PRISIM_EVENT_DRIVER_OBJECT_FREED] = "{object} {id}: life {life} ends",
    [PRISIM_EVENT_DRIVER_LOCKED] = "the task {task} has lock {lock}",
    [PRISIM_EVENT_DRIVER_UNLOCKED] = "the task {task} lets go of lock {lock}",
    [PRISIM_EVENT_DRIVER_BLOCKED] = "the task {task} waits without a time-out",
    [PRISIM_EVENT_DRIVER_WOKEN] = "the task {task} goes on",
    [PRISIM_EVENT_DRIVER_ACCESS] = "the task {task} uses {object} {id} of life {life}",
    [PRISIM_EVENT_DRIVER_FRAME_TAKEN] = "frame {address} of {space} is taken back",
    [PRISIM_EVENT_DRIVER_UNMAP] = "takes {size} bytes of {space} at {address} back",
    [PRISIM_EVENT_DRIVER_UNMAP_CLEARED] = "the descriptors of {space} are cleared",
    [PRISIM_EVENT_DRIVER_UNMAPPED] = "pages of {space} are taken back",
    [PRISIM_EVENT_DRIVER_SPACE_ENDED] = "all that {space} had is taken back",
    [PRISIM_EVENT_DRIVER_MM_EXIT] = "the process of {space} dies",
    [PRISIM_EVENT_DRIVER_MM_EXITED] = "the process of {space} is dead",
    [PRISIM_EVENT_DRIVER_NOT_INVALIDATED] = "ATC or TLBs may still hold {pasid}: its invalidation was not answered",
    [PRISIM_EVENT_DRIVER_SYNC_TIMEOUT] = "gives up its wait for the SYNC at index {index}, {pasid}, and goes on",
    [PRISIM_EVENT_DRIVER_ATC_INV_LOST] = "the ATC invalidation of {pasid} of {stream_id} counts as not done",
    [PRISIM_EVENT_DRIVER_FLAGS] = "the driver of {stream_id} says of {pasid}: flags {flags}",
    [PRISIM_EVENT_DRIVER_LEFT_LOOKUP] = "faults of {pasid} no longer find its space",
    [PRISIM_EVENT_DRIVER_PRI_OFF] = "switches the page requests of {stream_id} off, for {pasid}",
    [PRISIM_EVENT_DRIVER_PRI_RESET] = "resets the page requests of {stream_id}, for {pasid}",
    [PRISIM_EVENT_DRIVER_PRI_ON] = "switches the page requests of {stream_id} on again, for {pasid}",
    [PRISIM_EVENT_DRIVER_ATS_OFF] = "switches ATS of {stream_id} off, for {pasid}",
    [PRISIM_EVENT_DRIVER_ATS_ON] = "switches ATS of {stream_id} on again, for {pasid}",
    [PRISIM_EVENT_DRIVER_DRAINED] = "what the policy waits for has happened",
    [PRISIM_EVENT_DRIVER_FREE] = "{pasid} of {stream_id} is free: unbind returns",
    [PRISIM_EVENT_DRIVER_BIND] = "{pasid} of {stream_id} is bound to {space}, binding {binding}",
    [PRISIM_EVENT_DRIVER_REFUSED] = "refuses a call for {pasid} of {stream_id}",
    [PRISIM_EVENT_DRIVER_FUNCTION_REFUSED] = "does not bring {stream_id} up, error {error}",
    [PRISIM_EVENT_DRIVER_DETACHED] = "has brought {stream_id} down",
    [PRISIM_EVENT_DRIVER_ATTACHED] = "has brought {stream_id} up again",
    [PRISIM_EVENT_DRIVER_FLR] = "resets {stream_id}",
    [PRISIM_EVENT_DRIVER_FLR_DONE] = "has {stream_id} up again behind its reset",
    [PRISIM_EVENT_DRIVER_REMOVED] = "has taken {stream_id} down, which is not there any more",
    [PRISIM_EVENT_DRIVER_ISOLATED] = "has isolated {stream_id}",
    [PRISIM_EVENT_FABRIC_CONTAINED] = "contains the link of {stream_id}",
    [PRISIM_EVENT_FABRIC_RELEASED] = "releases the link of {stream_id}",
    [PRISIM_EVENT_DRIVER_KEXEC] = "ends where it is: life {life} begins, and nothing was unbound",
    [PRISIM_EVENT_DRIVER_SMMU_OFF] = "has switched the SMMU off, in life {life}",
    [PRISIM_EVENT_DRIVER_HOLD] = "the task {task} {index} is held before {before}",
    [PRISIM_EVENT_DRIVER_RELEASE] = "the task {task} {index} goes on with {before}",
    [PRISIM_EVENT_ENDPOINT_REMOVED] = "is not there any more",
    [PRISIM_EVENT_ENDPOINT_RESET] = "is reset, and ready again at {ready}",
    [PRISIM_EVENT_ENDPOINT_MISUSE] = "does what the specification leaves undefined, register {offset}",
    [PRISIM_EVENT_DRIVER_FAULT_EVENT] = "reads event {code}: {stream_id}, {pasid}, {address}",
    [PRISIM_EVENT_DRIVER_GERROR] = "acknowledges global errors {active}",
    [PRISIM_EVENT_PREMISE_BROKEN] = "{party} broke a duty for {pasid}: {duty}",
};

/* The value of a field by its name; false if the event has no such field. */
static bool field_of(const struct prisim_event *event, const char *name, size_t length, uint64_t *value,
                     enum prisim_field_format *format)
{
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event->type);
    unsigned count = prisim_event_field_count((enum prisim_event_type)event->type);
    for (unsigned i = 0; i < count; i++) {
        if (strlen(fields[i].name) != length || memcmp(fields[i].name, name, length) != 0)
            continue;
        *value = prisim_event_value(event, i);
        *format = fields[i].format;
        return true;
    }
    return false;
}

bool report_covers_type(unsigned type)
{
    assert(type < PRISIM_EVENT_TYPES);
    return sentences[type] != NULL;
}

bool report_covers(const struct prisim_event *event)
{
    assert(event->type < PRISIM_EVENT_TYPES);
    if (event->type == PRISIM_EVENT_SMMU_TRANSLATE)
        return event->smmu_translate.cause != PRISIM_CAUSE_TRANSLATED &&
               event->smmu_translate.cause != PRISIM_CAUSE_BYPASS;
    /* Bring-up switches page requests off before it switches them on. */
    if (event->type == PRISIM_EVENT_ENDPOINT_PRI_OFF)
        return event->endpoint_pri_off.groups != 0 || event->endpoint_pri_off.cause == PRISIM_CAUSE_RESPONSE_FAILURE;
    return sentences[event->type] != NULL;
}

const char *report_cause(const struct prisim_event *event)
{
    uint64_t value;
    enum prisim_field_format format;
    bool has = field_of(event, "cause", 5, &value, &format) && value != PRISIM_CAUSE_NONE;
    return has ? prisim_cause_name((enum prisim_cause)value) : "";
}

static const char *code_words(uint64_t code)
{
    switch (code) {
    case PRISIM_PRG_SUCCESS:
        return "Success";
    case PRISIM_PRG_INVALID:
        return "Invalid";
    case PRISIM_PRG_FAILURE:
        return "Failure";
    }
    return "an unused code";
}

static const char *policy_words(uint64_t policy)
{
    const char *name = driver_policy_name((uint32_t)policy);
    return name != NULL ? name : "?";
}

static const char *task_words(uint64_t task)
{
    switch ((enum prisim_driver_task)task) {
    case PRISIM_DRIVER_TASK_INIT:
        return "init";
    case PRISIM_DRIVER_TASK_IRQ:
        return "irq";
    case PRISIM_DRIVER_TASK_PRI_THREAD:
        return "pri_thread";
    case PRISIM_DRIVER_TASK_WORKER:
        return "worker";
    case PRISIM_DRIVER_TASK_CALLER:
        return "caller";
    case PRISIM_DRIVER_TASK_EVENT_THREAD:
        return "event_thread";
    case PRISIM_DRIVER_TASKS:
        break;
    }
    return "?";
}

static const char *object_words(uint64_t object)
{
    switch ((enum prisim_driver_object)object) {
    case PRISIM_DRIVER_OBJECT_HANDLE:
        return "handle";
    case PRISIM_DRIVER_OBJECT_SPACE:
        return "space";
    case PRISIM_DRIVER_OBJECT_GROUP:
        return "group";
    }
    return "?";
}

static void stream_words(const struct scenario *scenario, uint64_t stream_id, char *words, size_t room)
{
    unsigned endpoint = system_endpoint_of_stream(&scenario->system, stream_id);
    if (endpoint < SYSTEM_ENDPOINTS_MAX)
        snprintf(words, room, "%s", scenario->system.endpoint_id[endpoint]);
    else
        snprintf(words, room, "stream 0x%" PRIx64, stream_id);
}

/* Is it a Stop Marker (PCIE-MARKERCODE)? */
static const char *kind_words(const struct prisim_event *event)
{
    uint64_t pasid = PRISIM_PASID_NONE, access = 0;
    enum prisim_field_format format;
    field_of(event, "pasid", 5, &pasid, &format);
    field_of(event, "access", 6, &access, &format);
    return prisim_is_stop_marker(pasid != PRISIM_PASID_NONE, access) ? "Stop Marker" : "page request";
}

static void value_words(const struct scenario *scenario, enum prisim_field_format format, uint64_t value, char *words,
                        size_t room)
{
    char letters[PRISIM_ACCESS_TEXT];
    switch (format) {
    case PRISIM_FIELD_PASID:
        if (value == PRISIM_PASID_NONE)
            snprintf(words, room, "no PASID");
        else
            snprintf(words, room, "PASID %" PRIu64, value);
        return;
    case PRISIM_FIELD_SPACE:
        if (value >= 1 && value <= PRISIM_DRIVER_SPACES_MAX)
            snprintf(words, room, "space %s", scenario->system.space_id[value - 1]);
        else
            snprintf(words, room, "no space");
        return;
    case PRISIM_FIELD_HEX:
        snprintf(words, room, "0x%" PRIx64, value);
        return;
    case PRISIM_FIELD_ACCESS:
        snprintf(words, room, "%s", prisim_access_letters(value, letters));
        return;
    case PRISIM_FIELD_BOOL:
        snprintf(words, room, "%s", value ? "yes" : "no");
        return;
    case PRISIM_FIELD_CAUSE:
        snprintf(words, room, "%s", prisim_cause_name((enum prisim_cause)value));
        return;
    case PRISIM_FIELD_EVENT:
        snprintf(words, room, "%s", prisim_event_name((enum prisim_event_type)value));
        return;
    case PRISIM_FIELD_INSTANCE:
        if (room > SYSTEM_NAME_MAX)
            system_instance_name(&scenario->system, (unsigned)value, words);
        return;
    case PRISIM_FIELD_DECIMAL:
        snprintf(words, room, "%" PRIu64, value);
        return;
    }
}

/* Some fields have a meaning of their own. */
static void placeholder(const struct scenario *scenario, const struct prisim_event *event, const char *name,
                        size_t length, char *words, size_t room)
{
    uint64_t value = 0;
    enum prisim_field_format format = PRISIM_FIELD_DECIMAL;
    if (length == 6 && memcmp(name, "marker", 6) == 0) {
        snprintf(words, room, "%s", kind_words(event));
        return;
    }
    bool found = field_of(event, name, length, &value, &format);
    assert(found);
    if (length == 9 && memcmp(name, "stream_id", 9) == 0)
        stream_words(scenario, value, words, room);
    else if (length == 4 && memcmp(name, "code", 4) == 0 && format == PRISIM_FIELD_DECIMAL)
        snprintf(words, room, "%s", code_words(value));
    else if (length == 6 && memcmp(name, "policy", 6) == 0)
        snprintf(words, room, "%s", policy_words(value));
    else if (length == 4 && memcmp(name, "task", 4) == 0)
        snprintf(words, room, "%s", task_words(value));
    else if (length == 6 && memcmp(name, "object", 6) == 0)
        snprintf(words, room, "%s", object_words(value));
    else
        value_words(scenario, format, value, words, room);
}

static void sentence(const struct scenario *scenario, const struct prisim_event *event, char words[REPORT_TEXT_MAX])
{
    size_t used = 0;
    for (const char *at = sentences[event->type]; *at && used + 1 < REPORT_TEXT_MAX; at++) {
        if (*at != '{') {
            words[used++] = *at;
            continue;
        }
        const char *end = strchr(at, '}');
        assert(end != NULL);
        words[used] = '\0';
        placeholder(scenario, event, at + 1, (size_t)(end - at - 1), words + used, REPORT_TEXT_MAX - used);
        used += strlen(words + used);
        at = end;
    }
    words[used] = '\0';
}

void report_value_words(const struct scenario *scenario, enum prisim_field_format format, uint64_t value,
                        char words[REPORT_TEXT_MAX])
{
    if (format == PRISIM_FIELD_PASID && value != PRISIM_PASID_NONE)
        format = PRISIM_FIELD_DECIMAL;
    if ((format == PRISIM_FIELD_PASID || format == PRISIM_FIELD_SPACE) && value - 1 >= PRISIM_DRIVER_SPACES_MAX)
        snprintf(words, REPORT_TEXT_MAX, "none");
    else if (format == PRISIM_FIELD_SPACE)
        snprintf(words, REPORT_TEXT_MAX, "%s", scenario->system.space_id[value - 1]);
    else if (format == PRISIM_FIELD_BOOL)
        snprintf(words, REPORT_TEXT_MAX, "%s", value ? "true" : "false");
    else
        value_words(scenario, format, value, words, REPORT_TEXT_MAX);
}

/* Its name and its fields, but for the cause: that has a column. */
static void fields(const struct scenario *scenario, const struct prisim_event *event, char words[REPORT_TEXT_MAX])
{
    const struct prisim_event_field *field = prisim_event_fields((enum prisim_event_type)event->type);
    unsigned count = prisim_event_field_count((enum prisim_event_type)event->type);
    const char *before = ": ";
    int used = snprintf(words, REPORT_TEXT_MAX, "%s", prisim_event_name((enum prisim_event_type)event->type));
    for (unsigned i = 0; i < count; i++) {
        char value[REPORT_TEXT_MAX];
        if (strcmp(field[i].name, "cause") == 0)
            continue;
        if (strcmp(field[i].name, "stream_id") == 0)
            stream_words(scenario, prisim_event_value(event, i), value, sizeof value);
        else
            report_value_words(scenario, field[i].format, prisim_event_value(event, i), value);
        used += snprintf(words + used, (size_t)(REPORT_TEXT_MAX - used), "%s%s %s", before, field[i].name, value);
        assert(used < REPORT_TEXT_MAX);
        before = ", ";
    }
}

void report_words(const struct scenario *scenario, const struct prisim_event *event, char words[REPORT_TEXT_MAX])
{
    if (report_covers(event))
        sentence(scenario, event, words);
    else
        fields(scenario, event, words);
}
