/* SPDX-License-Identifier: Apache-2.0
 *
 * A PF and its VFs in one scheduler (endpoint_family.h).
 */
#include "tests/pcie_endpoint/endpoint_family.h"

enum { RX_UP, TX_DOWN = 0, TX_STIMULUS = FAMILY_MAX, HOST_TAG = 77 };

static prisim_cycle_t step_endpoint(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_endpoint_step(config, state, now, ports);
}

static void no_access(struct family *f, unsigned function, const struct prisim_tlp *request)
{
    struct prisim_tlp tlp = {.head = {.requester_id = request->head.requester_id,
                                      .destination_id = HARNESS_SMMU,
                                      .tag = request->head.tag,
                                      .size = request->head.size,
                                      .type = PRISIM_TLP_COMPLETION_DATA}};
    family_down(f, function, &tlp);
}

static void came_up(struct family *f, unsigned function, const struct prisim_tlp *tlp, prisim_cycle_t now)
{
    struct family_function *of = &f->function[function];
    if (tlp->head.type == PRISIM_TLP_MEMORY_READ && tlp->head.at == PRISIM_TLP_AT_TRANSLATION_REQUEST)
        no_access(f, function, tlp);
    if (tlp->head.type != PRISIM_TLP_COMPLETION_DATA || tlp->head.tag != HOST_TAG)
        return;
    uint8_t data[4] = {0};
    memcpy(data, tlp->data, tlp->head.size);
    of->answer[of->answers] = prisim_load_le32(data);
    of->answered[of->answers++] = now;
}

/* config: the family */
static prisim_cycle_t step_host(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    struct family *f = *(struct family *const *)config;
    (void)state;
    for (unsigned i = 0; i < f->functions; i++) {
        struct family_function *of = &f->function[i];
        if (prisim_ports_has_arrived(ports, RX_UP + i))
            came_up(f, i, ports->rx[RX_UP + i], now);
        if (of->put < of->downs && prisim_ports_can_put(ports, TX_DOWN + i))
            *(struct prisim_tlp *)prisim_ports_put(ports, TX_DOWN + i) = of->down[of->put++];
        if (of->given < of->stimuli && prisim_ports_can_put(ports, TX_STIMULUS + i))
            *(struct prisim_endpoint_stimulus *)prisim_ports_put(ports, TX_STIMULUS + i) = of->stimulus[of->given++];
        prisim_ports_set_ready(ports, RX_UP + i, true);
    }
    return now + 1;
}

static void happened(void *context, const struct prisim_event *events, unsigned count)
{
    struct family *f = context;
    ck_assert_uint_le(f->events + count, FAMILY_EVENTS);
    memcpy(&f->event[f->events], events, count * sizeof *events);
    f->events += count;
}

static void join(struct family *f, unsigned function)
{
    struct prisim_scheduler *c = f->scheduler;
    const unsigned rank = function + 1, vf = function - 1;
    prisim_scheduler_connect(c, 0, TX_DOWN + function, rank, PRISIM_ENDPOINT_RX_DOWN, sizeof(struct prisim_tlp));
    prisim_scheduler_connect(c, 0, TX_STIMULUS + function, rank, PRISIM_ENDPOINT_RX_STIMULUS,
                             sizeof(struct prisim_endpoint_stimulus));
    prisim_scheduler_connect(c, rank, PRISIM_ENDPOINT_TX_UP, 0, RX_UP + function, sizeof(struct prisim_tlp));
    if (function == 0)
        return;
    prisim_scheduler_connect(c, 1, PRISIM_ENDPOINT_TX_VF + vf, rank, PRISIM_ENDPOINT_RX_PF,
                             sizeof(struct prisim_endpoint_pf_wires));
    prisim_scheduler_connect(c, rank, PRISIM_ENDPOINT_TX_PF, 1, PRISIM_ENDPOINT_RX_VF + vf,
                             sizeof(struct prisim_endpoint_vf_wires));
}

struct family *family_open(unsigned vfs, void (*set)(struct prisim_endpoint_config *config))
{
    struct family *f = calloc(1, sizeof *f);
    ck_assert_ptr_nonnull(f);
    static struct family *the_family;
    the_family = f;
    f->functions = vfs + 1;
    f->scheduler = prisim_scheduler_open();
    prisim_scheduler_add(f->scheduler, step_host, &the_family, sizeof(uint64_t));
    for (unsigned i = 0; i < f->functions; i++) {
        struct prisim_endpoint_config *config = &f->function[i].config;
        struct prisim_config_error error;
        endpoint_harness_config(config);
        if (set)
            set(config);
        config->vfs = vfs;
        config->vf = i;
        config->requester_id = (uint16_t)(HARNESS_ID + i);
        ck_assert(prisim_endpoint_config_check(config, &error));
        prisim_scheduler_add(f->scheduler, step_endpoint, config, prisim_endpoint_state_size(config));
    }
    for (unsigned i = 0; i < f->functions; i++)
        join(f, i);
    ck_assert(prisim_scheduler_build(f->scheduler));
    for (unsigned i = 0; i < f->functions; i++)
        prisim_endpoint_init(&f->function[i].config, family_state(f, i));
    prisim_scheduler_set_listener(f->scheduler, happened, f);
    family_run(f, 3);
    return f;
}

void family_close(struct family *f)
{
    prisim_scheduler_close(f->scheduler);
    free(f);
}

void family_run(struct family *f, prisim_cycle_t edges)
{
    f->now += edges;
    prisim_scheduler_run(f->scheduler, f->now - 1);
}

struct prisim_endpoint *family_state(struct family *f, unsigned function)
{
    return prisim_scheduler_state(f->scheduler, function + 1);
}

void family_down(struct family *f, unsigned function, const struct prisim_tlp *tlp)
{
    struct family_function *of = &f->function[function];
    ck_assert_uint_lt(of->downs, FAMILY_QUEUE);
    of->down[of->downs++] = *tlp;
}

static struct prisim_tlp configuration(const struct family *f, unsigned function, enum prisim_tlp_type type,
                                       uint32_t offset, uint16_t bytes)
{
    return (struct prisim_tlp){.head = {.address = offset,
                                        .requester_id = HARNESS_HOST,
                                        .destination_id = f->function[function].config.requester_id,
                                        .tag = HOST_TAG,
                                        .size = bytes,
                                        .type = (uint8_t)type}};
}

void family_config_write(struct family *f, unsigned function, uint32_t offset, uint16_t bytes, uint32_t value)
{
    struct prisim_tlp tlp = configuration(f, function, PRISIM_TLP_CONFIG_WRITE, offset, bytes);
    prisim_store_le32(tlp.data, value);
    family_down(f, function, &tlp);
}

void family_config_read(struct family *f, unsigned function, uint32_t offset, uint16_t bytes)
{
    struct prisim_tlp tlp = configuration(f, function, PRISIM_TLP_CONFIG_READ, offset, bytes);
    family_down(f, function, &tlp);
    f->function[function].reads++;
}

void family_respond(struct family *f, unsigned function, unsigned prg_index, unsigned code)
{
    struct prisim_tlp tlp = {.head = {.requester_id = HARNESS_SMMU,
                                      .destination_id = f->function[function].config.requester_id,
                                      .prg_index = (uint16_t)prg_index,
                                      .type = PRISIM_TLP_MESSAGE,
                                      .message = PRISIM_MESSAGE_PRG_RESPONSE,
                                      .response_code = (uint8_t)code}};
    family_down(f, function, &tlp);
}

void family_pasid(struct family *f, unsigned function, uint32_t pasid, uint32_t command)
{
    struct prisim_tlp tlp = {.head = {.address = f->function[function].config.bar_base + 4 * (uint64_t)pasid,
                                      .requester_id = HARNESS_HOST,
                                      .size = 4,
                                      .type = PRISIM_TLP_MEMORY_WRITE}};
    prisim_store_le32(tlp.data, command);
    family_down(f, function, &tlp);
}

void family_dma(struct family *f, unsigned function, uint32_t job)
{
    struct family_function *of = &f->function[function];
    ck_assert_uint_lt(of->stimuli, FAMILY_QUEUE);
    of->stimulus[of->stimuli++] = (struct prisim_endpoint_stimulus){
        .address = UINT64_C(0x100000) * (job + 1), .job = job, .size = 4, .what = PRISIM_ENDPOINT_DMA, .write = 1};
}

void family_enable(struct family *f, uint32_t allocation)
{
    for (unsigned i = 0; i < f->functions; i++) {
        family_config_write(f, i, 0x04, 2, 6);
        family_config_write(f, i, 0x106, 2, 0x8000);
    }
    family_config_write(f, 0, 0x11c, 4, allocation);
    family_config_write(f, 0, 0x114, 2, 1);
    family_run(f, 20);
}

uint32_t family_read(struct family *f, unsigned function, uint32_t offset, uint16_t bytes)
{
    struct family_function *of = &f->function[function];
    family_config_read(f, function, offset, bytes);
    for (unsigned i = 0; i < 100 && of->answers < of->reads; i++)
        family_run(f, 1);
    ck_assert_uint_eq(of->answers, of->reads);
    return of->answer[of->answers - 1];
}

unsigned family_fault(struct family *f, unsigned function, uint32_t job)
{
    const unsigned before = family_events(f, function, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST);
    family_dma(f, function, job);
    for (unsigned i = 0; i < 50; i++) {
        family_run(f, 1);
        const struct prisim_event *event = family_event(f, function, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, before);
        if (event)
            return (unsigned)event->endpoint_page_request.prgi;
    }
    ck_abort_msg("no page request of function %u", function);
    return 0;
}

const struct prisim_event *family_event(const struct family *f, unsigned function, enum prisim_event_type type,
                                        unsigned n)
{
    for (unsigned i = 0; i < f->events; i++)
        if (f->event[i].instance == function + 1 && f->event[i].type == type && n-- == 0)
            return &f->event[i];
    return NULL;
}

unsigned family_events(const struct family *f, unsigned function, enum prisim_event_type type)
{
    unsigned count = 0;
    while (family_event(f, function, type, count))
        count++;
    return count;
}

const struct prisim_event *family_done(const struct family *f, unsigned function, uint32_t job)
{
    for (unsigned n = 0;; n++) {
        const struct prisim_event *event = family_event(f, function, PRISIM_EVENT_ENDPOINT_JOB_DONE, n);
        if (!event || event->endpoint_job_done.job == job)
            return event;
    }
}
