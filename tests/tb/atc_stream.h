/* SPDX-License-Identifier: Apache-2.0
 *
 * Streams made by hand of translations and invalidations of function nic, PASID 1, page 0x4000.
 */
#ifndef PRISIM_TEST_ATC_STREAM_H
#define PRISIM_TEST_ATC_STREAM_H

#include "by_hand_stream.h"

enum { TR = 0x6000000, FRAME_A = 0x80000, FRAME_B = 0x90000, ASID = 7 };

static inline void frame_given(uint64_t frame, uint64_t space)
{
    say(INSTANCE_DRIVER, DRIVER_FRAME_GIVEN, frame, space, 1, 0);
}

static inline void page_cached(uint64_t frame, uint64_t file)
{
    say(INSTANCE_DRIVER, DRIVER_PAGE_CACHED, frame, file, 0, 1);
}

static inline void job_made(uint64_t job)
{
    say(NIC, ENDPOINT_JOB, job, 1, 0x4000, 4, 1);
}

static inline void asked(uint64_t job)
{
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, TR | job, job, 1, 0x4000, 1);
}

/* By a CD that began to be fetched at `cd_since`. */
static inline void translated_by(uint64_t job, uint64_t output, uint64_t cd_since)
{
    say(INSTANCE_SMMU, SMMU_TRANSLATE, TR | job, NIC_ID, 1, 0x4000, output, R | W, PRISIM_CAUSE_TRANSLATED, 1, ASID,
        cd_since);
}

/* By nobody's CD: nothing of the SMMU's caches is judged by it. */
static inline void translated(uint64_t job, uint64_t output)
{
    say(INSTANCE_SMMU, SMMU_TRANSLATE, TR | job, NIC_ID, 1, 0x4000, output, R | W, PRISIM_CAUSE_TRANSLATED, 1,
        PRISIM_PASID_NONE, PRISIM_PASID_NONE);
}

/* A new job that is translated, and has no answer yet. */
static inline void job_translated(uint64_t job, uint64_t output)
{
    job_made(job);
    asked(job);
    translated(job, output);
}

static inline void completion(uint64_t job, uint64_t output, bool taken)
{
    say(NIC, ENDPOINT_TRANSLATION, 0x2000000, job, 1, 0x4000, output, R | W, PRISIM_TLP_SC, taken);
}

static inline void job_holds(uint64_t job, uint64_t output)
{
    job_translated(job, output);
    completion(job, output, true);
}

static inline void dma(uint64_t job, uint64_t output)
{
    say(NIC, ENDPOINT_DMA, 0x6000800, job, 1, 0x4008, output + 8, 4, 1);
}

static inline void job_done(uint64_t job, enum prisim_cause cause)
{
    say(NIC, ENDPOINT_JOB_DONE, job, 1, 0x4000, cause);
}

/* The Invalidate Request of the CMD_ATC_INV at an index; its TLP and ITag are named by the index too. */
static inline void request_sent(uint64_t index)
{
    say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000900 + index, index, NIC_ID, 1, 0, UINT64_MAX, index);
}

static inline void request_taken(uint64_t index)
{
    say(NIC, ENDPOINT_INVALIDATE_TAKEN, 0x2000900 + index, index, 1, 0, UINT64_MAX);
}

static inline void request_done(uint64_t index)
{
    say(NIC, ENDPOINT_INVALIDATE, 0x2000900 + index, index, 1, 0, UINT64_MAX, 1);
}

/* A copy of the completion of `index`, that the SMMU counts for `as`. */
static inline void completion_counted(uint64_t index, uint64_t as, uint64_t copies, uint64_t missing)
{
    uint64_t tlp = 0x6000900 + 16 * index + missing;
    say(NIC, ENDPOINT_INVALIDATED, tlp, index, 0x2000900 + index, copies);
    say(INSTANCE_SMMU, SMMU_INVALIDATED, tlp, index, NIC_ID, 0x2000900 + as, as, missing, PRISIM_CAUSE_NONE);
}

static inline void request_completed(uint64_t index)
{
    completion_counted(index, index, 1, 0);
}

/* All of it but the CMD_SYNC. */
static inline void invalidate(uint64_t index)
{
    request_sent(index);
    request_taken(index);
    request_done(index);
    request_completed(index);
}

static inline void timed_out(uint64_t index)
{
    say(INSTANCE_SMMU, SMMU_ATC_TIMEOUT, 0x2000900 + index, index, NIC_ID, index);
}

/* CERROR_ATC_INV_SYNC at the CMD_SYNC of that index. */
static inline void sync_error(uint64_t index)
{
    say(INSTANCE_SMMU, SMMU_COMMAND_ERROR, index, 0x46, PRISIM_CAUSE_ATC_INV_TIMEOUT);
}

static inline void sync_done(uint64_t index)
{
    say(INSTANCE_SMMU, SMMU_SYNC, index);
}

#endif
