/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine: what its device does.
 */
#include "machine.h"
#include "machine_parts.h"
#include "model/platform/prisim_platform_tlp.h"

enum { JOB_SLICES = 100000 };

static uint32_t jobs; /* given to the endpoint; the number of the last one */

/* A device without ATS: one untranslated TLP, which may stall until the kernel has answered. */
static bool transact(uint64_t iova, uint32_t bytes, bool is_write)
{
    struct prisim_tlp tlp = {.head = {.type = is_write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                      .requester_id = (uint16_t)machine.setup->stream_id,
                                      .address = iova,
                                      .size = (uint16_t)bytes}};
    struct prisim_platform_outcome outcome;
    uint32_t ticket;
    machine_must("send", prisim_platform_send(machine.platform, 0, &tlp, &ticket));
    for (unsigned slice = 0; prisim_platform_wait(machine.platform, ticket, 0, &outcome) == PRISIM_TIMEOUT; slice++) {
        if (slice == JOB_SLICES)
            machine_stop("transaction", "it has no end");
        machine_run(100);
    }
    return outcome.status == PRISIM_OK;
}

bool machine_dma(uint64_t iova, uint32_t bytes, bool is_write, uint32_t pasid)
{
    if (machine.setup->platform.devices == 0)
        return transact(iova, bytes, is_write);
    const struct prisim_endpoint_stimulus what = {.what = PRISIM_ENDPOINT_DMA,
                                                  .address = iova,
                                                  .job = ++jobs,
                                                  .pasid = pasid,
                                                  .has_pasid = pasid != 0,
                                                  .size = bytes,
                                                  .write = is_write};
    return prisim_platform_submit(machine.platform, DEVICE, &what) == PRISIM_OK;
}

enum prisim_cause machine_job_end(void)
{
    struct prisim_platform_job_end end;
    for (unsigned slice = 0; slice < JOB_SLICES; slice++) {
        while (prisim_platform_next_job_end(machine.platform, 0, &end, NULL) == PRISIM_OK)
            if (end.job == jobs)
                return end.cause;
        machine_run(100);
    }
    return PRISIM_CAUSES;
}

void machine_page_request(uint64_t iova, uint32_t prg_index, uint8_t access, uint32_t pasid)
{
    const struct prisim_endpoint_stimulus what = {.what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                                  .address = iova,
                                                  .prg_index = (uint16_t)prg_index,
                                                  .pasid = pasid,
                                                  .has_pasid = pasid != 0,
                                                  .access = access};
    machine_must("page request", prisim_platform_submit(machine.platform, DEVICE, &what));
}

void machine_pasid(uint32_t pasid, enum prisim_endpoint_pasid_command command)
{
    machine_must("BAR", prisim_platform_bar_write32(machine.platform, DEVICE, 4 * (uint64_t)pasid, command));
}
