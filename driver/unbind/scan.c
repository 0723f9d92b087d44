/* SPDX-License-Identifier: Apache-2.0
 *
 * An unbind looks at the PRI queue where it lies (UNBIND-STEP-12, UNBIND-STEP-19): the entries between CONS and PROD as
 * the registers have them, one by one. What it does with those of its PASID is its steps'.
 */
#include "driver/access.h"
#include "driver/unbind/unbind.h"

#define SCAN_NO_MATCH UINT64_MAX

/* From where to where. CONS is read behind PROD and may have passed it: there is nothing between them then. */
bool scan_begin(struct edge *e, struct task *t, uint16_t *pc)
{
    const uint32_t log2 = e->driver->priq_log2;
    BEGIN;
    t->call.found = 0;
    READ_REGISTER(PRISIM_SMMU_PRIQ_PROD);
    ANSWER();
    t->call.scan_to = queue_index_of(t->answer[0], log2);
    READ_REGISTER(PRISIM_SMMU_PRIQ_CONS);
    ANSWER();
    t->call.scan_at = queue_index_of(t->answer[0], log2);
    EMIT_CALL_WITH(driver_scan, .prod = t->call.scan_to, .cons = t->call.scan_at);
    if (queue_index_is_impossible(t->call.scan_to, t->call.scan_at, log2))
        t->call.scan_to = t->call.scan_at;
    END;
}

uint64_t scan_place(const struct edge *e, const struct task *t)
{
    return e->driver->priq +
           (uint64_t)queue_index_slot(t->call.scan_at, e->driver->priq_log2) * PRISIM_PRI_QUEUE_RECORD_BYTES;
}

/* It is a page request or a Stop Marker of the call's PASID. */
static bool is_of_call(const struct edge *e, const struct task *t, const struct prisim_page_request *request)
{
    return request->has_pasid && request->stream_id == call_stream_id(e, t) && request->pasid == t->call.stimulus.pasid;
}

/* Ends at the edge at which the entry has come. If it is of the call's PASID, t->command[0] is its second word, which
 * counts, too; else SCAN_NO_MATCH, which no record has: it is of an address beyond all. */
bool scan_entry(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_page_request request;
    BEGIN;
    STEP(e->config->price.scan_entry);
    LOAD(scan_place(e, t), PRISIM_PRI_QUEUE_RECORD_BYTES);
    ANSWER();
    prisim_pri_queue_record_unpack(&request, (const uint8_t *)t->answer);
    t->command[0] = SCAN_NO_MATCH;
    if (t->status != PRISIM_MEMORY_OK || !is_of_call(e, t, &request))
        FINISH;
    t->command[0] = t->answer[1];
    t->call.found = (uint8_t)(t->call.found + (t->call.found < UINT8_MAX));
    END;
}

/* What it last looked at is a page request: a Stop Marker has neither address nor index. */
bool scan_matches(const struct task *t)
{
    return t->command[0] != SCAN_NO_MATCH;
}

bool scan_is_over(const struct edge *e, const struct task *t)
{
    return queue_index_is_empty(t->call.scan_to, t->call.scan_at, e->driver->priq_log2);
}

void scan_go_on(const struct edge *e, struct task *t)
{
    t->call.scan_at = queue_index_of(t->call.scan_at + UINT64_C(1), e->driver->priq_log2);
}
