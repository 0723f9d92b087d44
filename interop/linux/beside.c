/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of one PASID under Linux, phase by phase. It judges nothing but that each phase was gone through: what the
 * driver does in them is read from the log. scenarios/basics/beside_linux.yaml is the same under our driver.
 */
#include "beside.h"

#include <inttypes.h>

#define IOVA UINT64_C(0x4000)
enum { PASID = 5, ASID = 77, CREDITS = 8, LONG = 3000000, A_WHILE = LONG / 100, READ_LAST = 5 };

static unsigned responses;

static void on_event(const struct prisim_event *event)
{
    responses += event->type == PRISIM_EVENT_ENDPOINT_RESPONSE;
}

static bool is_answered(void)
{
    return responses > 0;
}

static void phase(const char *name)
{
    if (machine.log)
        fprintf(machine.log, "%" PRIu64 " phase %s\n", (uint64_t)machine_now(), name);
}

/* What the driver of a device does that makes page requests: they are switched on as soon as there is a domain. */
static struct linux_domain *attach(const struct machine_setup *setup)
{
    if (linux_add_device(DEVICE, setup->stream_id, true, false) != 0)
        return NULL;
    struct linux_domain *domain = linux_domain_alloc(setup->is_nested);
    bool is_done =
        linux_attach(domain, DEVICE) == 0 && linux_reset_pri(DEVICE) == 0 && linux_enable_pri(DEVICE, CREDITS) == 0;
    return is_done ? domain : NULL;
}

static bool request(void)
{
    responses = 0;
    machine_page_request(IOVA, 0, READ_LAST, PASID);
    bool is_done = machine_wait(is_answered, LONG);
    machine_run(A_WHILE);
    return is_done;
}

static struct linux_space *bind(struct linux_domain *domain)
{
    struct linux_space *space = linux_space_bind(domain, PASID, ASID);
    machine_pasid(PASID, PRISIM_ENDPOINT_PASID_RUN);
    machine_run(A_WHILE);
    return space;
}

static void stop(void)
{
    machine_pasid(PASID, PRISIM_ENDPOINT_PASID_STOP);
    machine_run(A_WHILE);
}

/* Of two processes: one unbinds, the other one ends while it is bound. */
static bool lives(struct linux_domain *domain)
{
    phase("bind");
    struct linux_space *space = bind(domain);
    if (!space)
        return false;
    phase("request");
    if (!request())
        return false;
    stop();
    phase("unbind");
    linux_space_unbind(space);
    phase("bind again");
    space = bind(domain);
    if (!space)
        return false;
    stop();
    phase("exit");
    linux_space_exit(space);
    phase("unbind after exit");
    linux_space_unbind(space);
    return true;
}

unsigned beside_run(const struct machine_setup *setup)
{
    machine_on_event = on_event;
    machine_on_frame = NULL;
    machine_open(setup);
    phase("probe");
    bool is_done = linux_probe(&setup->firmware) == 0;
    phase("attach");
    struct linux_domain *domain = is_done ? attach(setup) : NULL;
    is_done = domain && lives(domain);
    machine_run(A_WHILE);
    machine_close();
    machine_on_event = NULL;
    return !is_done;
}
