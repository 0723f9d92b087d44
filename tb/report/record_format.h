/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers that the writer and the reader of a record share (record.h says what a record is).
 */
#ifndef PRISIM_TB_RECORD_FORMAT_H
#define PRISIM_TB_RECORD_FORMAT_H

#include "model/core/probe.h"

#define RECORD_MAGIC "prisim record 1\n"

enum {
    /* An event of this version has no more. */
    RECORD_FIELDS_MAX = (sizeof(struct prisim_event) - offsetof(struct prisim_event, endpoint_job)) / sizeof(uint64_t),
    RECORD_END = 0xff,    /* in place of a type */
    RECORD_END_BYTES = 9, /* with the number of events */
    /* Type, instance, and every number with all its bytes. */
    RECORD_EVENT_MAX = 2 + 9 * (RECORD_FIELDS_MAX + 1)
};

#endif
