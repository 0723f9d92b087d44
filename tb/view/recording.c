/* SPDX-License-Identifier: Apache-2.0
 *
 * The events of one run (recording.h).
 */
#include "tb/view/recording.h"

#include "tb/view/grow.h"

_Static_assert(sizeof(struct recording_head) == 16, "what recording.h says an event takes");

enum { FIELDS = offsetof(struct prisim_event, endpoint_job) }; /* where the fields of every event begin */

static size_t bytes_of(unsigned type)
{
    return prisim_event_field_count((enum prisim_event_type)type) * sizeof(uint64_t);
}

bool recording_add(struct recording *recording, const struct prisim_event *event)
{
    size_t bytes = bytes_of(event->type), fields = bytes / sizeof(uint64_t);
    if (recording->count == UINT32_MAX - 1 || recording->values + fields > UINT32_MAX)
        return false;
    recording->head = grow(recording->head, recording->count, 1, &recording->room, sizeof *recording->head);
    recording->value =
        grow(recording->value, recording->values, fields, &recording->values_room, sizeof *recording->value);
    struct recording_head *head = &recording->head[recording->count++];
    *head = (struct recording_head){
        .cycle = event->cycle, .at = (uint32_t)recording->values, .type = event->type, .instance = event->instance};
    memcpy(recording->value + head->at, (const char *)event + FIELDS, bytes);
    recording->values += fields;
    return true;
}

void recording_get(const struct recording *recording, uint32_t i, struct prisim_event *event)
{
    assert(i < recording->count);
    const struct recording_head *head = &recording->head[i];
    event->cycle = head->cycle;
    event->instance = head->instance;
    event->type = head->type;
    event->unused = 0;
    memcpy((char *)event + FIELDS, recording->value + head->at, bytes_of(head->type));
}

void recording_free(struct recording *recording)
{
    free(recording->head);
    free(recording->value);
    *recording = (struct recording){0};
}
