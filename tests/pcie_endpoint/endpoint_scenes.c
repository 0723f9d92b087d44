/* SPDX-License-Identifier: Apache-2.0
 *
 * Scenes of an endpoint (endpoint_scenes.h).
 */
#include "tests/pcie_endpoint/endpoint_scenes.h"

#define BIT(profile) (1U << PRISIM_ENDPOINT_##profile)

static void answer(struct endpoint_harness *h, struct peer *peer, const struct prisim_tlp *up)
{
    if (up->head.type == PRISIM_TLP_MEMORY_READ && up->head.at == PRISIM_TLP_AT_TRANSLATION_REQUEST) {
        const bool there = up->head.address >= peer->from;
        endpoint_harness_translated(h, up, there ? up->head.address & ~UINT64_C(0xfff) : 0, 12, there ? R | W : 0);
    } else if (up->head.type == PRISIM_TLP_MEMORY_READ) {
        if (!peer->hold_reads) {
            endpoint_harness_complete(h, up, PRISIM_TLP_SC);
        } else if (peer->held < ASKED) {
            peer->read[peer->held++] = *up;
        }
    } else if (up->head.type == PRISIM_TLP_MESSAGE && up->head.message == PRISIM_MESSAGE_PAGE_REQUEST &&
               !prisim_tlp_is_stop_marker(&up->head) && peer->asked < ASKED) {
        peer->request[peer->asked].prg_index = up->head.prg_index;
        peer->request[peer->asked].last = up->head.flags & PRISIM_TLP_LAST;
        peer->request[peer->asked].pasid = up->head.pasid;
        peer->request[peer->asked++].page = up->head.address;
    }
}

void peer_serve(struct endpoint_harness *h, struct peer *peer, unsigned edges)
{
    for (; edges > 0; edges--) {
        harness_edge(h->base);
        const struct prisim_tlp *up;
        while ((up = harness_got(h->base, PRISIM_ENDPOINT_TX_UP, h->seen))) {
            h->seen++;
            answer(h, peer, up);
        }
    }
}

static void complete_reads(struct endpoint_harness *h, struct peer *peer)
{
    for (unsigned i = 0; i < peer->held; i++)
        endpoint_harness_complete(h, &peer->read[i], PRISIM_TLP_SC);
    peer->hold_reads = false;
    peer->held = 0;
}

static void post(struct endpoint_harness *h, uint32_t pasid, uint32_t command)
{
    struct prisim_tlp tlp = {
        .head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = h->config.bar_base + 4 * pasid, .size = 4}};
    prisim_store_le32(tlp.data, command);
    endpoint_harness_down(h, &tlp);
}

static void configure(struct endpoint_harness *h, uint32_t at, uint32_t value)
{
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = at, .size = 4, .tag = 77}};
    prisim_store_le32(tlp.data, value);
    endpoint_harness_down(h, &tlp);
}

/* To the request of the peer's list, as PRPR=1 asks for. */
static void respond(struct endpoint_harness *h, const struct peer *peer, unsigned request, unsigned code)
{
    if (request < peer->asked)
        endpoint_harness_respond(h, peer->request[request].prg_index, code, (int)peer->request[request].pasid);
}

static void block(struct endpoint_harness *h, bool blocked)
{
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, !blocked);
}

/* The scenes. PASIDs 1 and 2 run, the allocation is 8. */

static void mapped_jobs(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, MAPPED, 256, true);
    endpoint_harness_dma(h, 2, 2, MAPPED + 0x1000, 256, false);
    endpoint_harness_dma(h, 3, NO_PASID, MAPPED + 0x2000, 256, false);
    peer_serve(h, peer, 200);
}

static void fault(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 40);
    peer->from = 0x4000;
    respond(h, peer, 0, PRISIM_PRG_SUCCESS);
    peer_serve(h, peer, 200);
}

static void fault_without_pasid(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    peer_serve(h, peer, 40);
    if (peer->asked > 0)
        endpoint_harness_respond(h, peer->request[0].prg_index, PRISIM_PRG_SUCCESS, NO_PASID);
    peer->from = 0x4000;
    peer_serve(h, peer, 200);
}

static void invalid(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 40);
    respond(h, peer, 0, PRISIM_PRG_INVALID);
    peer_serve(h, peer, 200);
}

static void failure(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 40);
    endpoint_harness_respond(h, 3, PRISIM_PRG_FAILURE, NO_PASID);
    peer_serve(h, peer, 200);
}

static void group(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 0x3000, true);
    peer_serve(h, peer, 250);
}

static void more_than_the_allocation(struct endpoint_harness *h, struct peer *peer)
{
    for (uint32_t job = 1; job <= 9; job++)
        endpoint_harness_dma(h, job, 1, 0x1000 * job, 4, true);
    peer_serve(h, peer, 100);
}

static void allocation_zero(struct endpoint_harness *h, struct peer *peer)
{
    configure(h, PRISIM_ENDPOINT_CONFIG_PRI + 12, 0);
    peer_serve(h, peer, 20);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 100);
}

static void idle_stop(struct endpoint_harness *h, struct peer *peer)
{
    post(h, 1, STOP);
    peer_serve(h, peer, 200);
}

static void stop_with_a_read(struct endpoint_harness *h, struct peer *peer)
{
    peer->hold_reads = true;
    endpoint_harness_dma(h, 1, 1, MAPPED, 4, false);
    peer_serve(h, peer, 40);
    post(h, 1, STOP);
    peer_serve(h, peer, 60);
    complete_reads(h, peer);
    peer_serve(h, peer, 200);
}

static void stop_with_an_open_group(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 0x3000, true);
    peer_serve(h, peer, 40);
    post(h, 1, STOP);
    peer_serve(h, peer, 300);
}

/* Then a next use, and late answers to the first. */
static void stop_with_a_group_out(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 40);
    post(h, 1, STOP);
    peer_serve(h, peer, 150);
    post(h, 1, RUN);
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
    peer_serve(h, peer, 60);
}

static void stop_with_all_answered(struct endpoint_harness *h, struct peer *peer)
{
    fault(h, peer);
    post(h, 1, STOP);
    peer_serve(h, peer, 200);
}

/* Three page requests and a read of the register, from a link that is blocked. */
static void stop_with_posted_ones(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 0x3000, true);
    while (harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST) == 0 && h->base->now < 500)
        peer_serve(h, peer, 1);
    block(h, true);
    peer_serve(h, peer, 20);
    post(h, 1, STOP);
    peer_serve(h, peer, 5);
    const struct prisim_tlp read = {
        .head = {.type = PRISIM_TLP_MEMORY_READ, .address = h->config.bar_base + 4, .size = 4, .tag = 77}};
    endpoint_harness_down(h, &read);
    peer_serve(h, peer, 40);
    block(h, false);
    peer_serve(h, peer, 200);
}

static void next_use_at_once(struct endpoint_harness *h, struct peer *peer)
{
    post(h, 1, STOP);
    peer_serve(h, peer, 20);
    post(h, 1, RUN);
    endpoint_harness_dma(h, 1, 1, MAPPED, 4, true);
    peer_serve(h, peer, 200);
}

static void stop_with_jobs_in_line(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 2, 0x4000, 4, true);
    endpoint_harness_dma(h, 2, 1, MAPPED, 4, true);
    endpoint_harness_dma(h, 3, 1, MAPPED + 0x1000, 4, true);
    peer_serve(h, peer, 30);
    post(h, 1, STOP);
    peer_serve(h, peer, 30);
    respond(h, peer, 0, PRISIM_PRG_INVALID); /* job 1 gives its slot up */
    peer_serve(h, peer, 200);
}

static void stop_in_a_stream(struct endpoint_harness *h, struct peer *peer)
{
    const struct prisim_endpoint_stimulus stream = {.address = MAPPED,
                                                    .stride = 0x1000,
                                                    .count = 12,
                                                    .job = 1,
                                                    .pasid = 1,
                                                    .size = 4,
                                                    .what = PRISIM_ENDPOINT_DMA,
                                                    .has_pasid = 1,
                                                    .write = 1,
                                                    .pattern = PRISIM_ENDPOINT_STRIDED,
                                                    .outstanding = 1};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &stream);
    peer_serve(h, peer, 30);
    post(h, 1, STOP);
    peer_serve(h, peer, 300);
}

static void pri_off(struct endpoint_harness *h, struct peer *peer)
{
    configure(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
    peer_serve(h, peer, 20);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 100);
}

static void ats_and_pri_off(struct endpoint_harness *h, struct peer *peer)
{
    configure(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
    configure(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    peer_serve(h, peer, 20);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 100);
}

static void other_pasid_stops(struct endpoint_harness *h, struct peer *peer)
{
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    peer_serve(h, peer, 40);
    post(h, 2, STOP);
    peer_serve(h, peer, 40);
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
    peer_serve(h, peer, 200);
}

/* Who must not be as an honest function in it: with any stop; and with a stop that waits, has a marker, or neither. */
#define ASKING (BIT(OTHER_CLASS))
const struct scene scenes[] = {
    {"mapped jobs", mapped_jobs, 1, 0, 4, 0, {0}},
    {"fault", fault, 1, 0, 4, ASKING | BIT(PASID_CONTRARY), {0}},
    {"fault without a PASID", fault_without_pasid, 1, 0, 4, ASKING, {0}},
    {"invalid", invalid, 1, 0, 4, ASKING | BIT(PASID_CONTRARY) | BIT(ASKS_AGAIN), {0}},
    {"failure", failure, 1, 0, 4, ASKING, {0}},
    {"group", group, 3, 0, 4, ASKING | BIT(LAST_TWICE), {0}},
    {"open group", group, 3, 100, 4, ASKING | BIT(LAST_TWICE), {0}},
    {"more than the allocation", more_than_the_allocation, 1, 0, 16, ASKING | BIT(IGNORES_ALLOCATION), {0}},
    {"allocation 0", allocation_zero, 1, 0, 4, BIT(IGNORES_ALLOCATION), {0}},
    {"idle stop", idle_stop, 1, 0, 4, 0, {0, BIT(MARKER_NEVER), 0}},
    {"stop with a read",
     stop_with_a_read,
     1,
     0,
     4,
     BIT(LEAVES_NON_POSTED) | BIT(KEEPS_REQUESTING),
     {0, BIT(MARKER_NEVER) | BIT(MARKER_EARLY), 0}},
    {"stop with an open group",
     stop_with_an_open_group,
     3,
     100,
     4,
     ASKING | BIT(LEAVES_GROUP) | BIT(LAST_TWICE) | BIT(KEEPS_REQUESTING),
     {0, BIT(MARKER_NEVER) | BIT(MARKER_EARLY) | BIT(FORGETS_GROUPS), BIT(FORGETS_GROUPS)}},
    {"stop with a group out",
     stop_with_a_group_out,
     1,
     0,
     4,
     ASKING | BIT(KEEPS_REQUESTING),
     {0, BIT(MARKER_NEVER) | BIT(FORGETS_GROUPS), BIT(FORGETS_GROUPS)}},
    {"stop with all answered",
     stop_with_all_answered,
     1,
     0,
     4,
     ASKING | BIT(PASID_CONTRARY),
     {0, BIT(MARKER_NEVER), 0}},
    {"stop with posted ones",
     stop_with_posted_ones,
     3,
     0,
     4,
     ASKING | BIT(LAST_TWICE) | BIT(LEAVES_POSTED) | BIT(KEEPS_REQUESTING),
     {0, BIT(MARKER_NEVER) | BIT(MARKER_EARLY) | BIT(FORGETS_GROUPS), BIT(FORGETS_GROUPS)}},
    {"next use at once", next_use_at_once, 1, 0, 4, 0, {0, BIT(MARKER_NEVER), 0}},
    {"stop with jobs in line",
     stop_with_jobs_in_line,
     1,
     0,
     1,
     ASKING | BIT(PASID_CONTRARY) | BIT(ASKS_AGAIN),
     {0, BIT(MARKER_NEVER), 0}},
    {"stop in a stream", stop_in_a_stream, 1, 0, 2, BIT(KEEPS_REQUESTING), {0, BIT(MARKER_NEVER), 0}},
    {"PRI off", pri_off, 1, 0, 4, BIT(IGNORES_ENABLE), {0}},
    {"ATS and PRI off", ats_and_pri_off, 1, 0, 4, BIT(IGNORES_ENABLE), {0}},
    {"another PASID stops", other_pasid_stops, 1, 0, 4, ASKING, {0, BIT(MARKER_NEVER), 0}},
};
const unsigned scenes_count = sizeof scenes / sizeof scenes[0];

struct endpoint_harness *scene_play(const struct scene *scene, uint32_t stop, uint32_t profile, uint32_t report,
                                    uint32_t delay)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.stop = stop;
    config.profile = profile;
    config.stop_report = report;
    config.marker_delay = delay;
    config.group_pages = scene->pages;
    config.last_delay = scene->delay;
    config.jobs = scene->jobs;
    config.prgi_policy = PRISIM_ENDPOINT_PRGI_LOWEST;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, RUN);
    endpoint_harness_pasid(h, 2, RUN);
    struct peer peer = {.from = MAPPED};
    scene->run(h, &peer);
    return h;
}

const struct scene *scene_of(const char *name)
{
    for (unsigned i = 0; i < scenes_count; i++)
        if (strcmp(scenes[i].name, name) == 0)
            return &scenes[i];
    ck_abort_msg("no scene %s", name);
}
