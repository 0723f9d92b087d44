/* SPDX-License-Identifier: Apache-2.0
 *
 * Random peers of an endpoint (endpoint_peers.h).
 */
#include "tests/pcie_endpoint/endpoint_peers.h"

enum { ROGUE_PASID = 9, EXECUTE = 8 };

static void complete(struct endpoint_harness *h, struct endpoint_peers *peers, const struct prisim_tlp *up)
{
    uint64_t roll = random_below(&peers->random, 100);
    if (up->head.at != PRISIM_TLP_AT_TRANSLATION_REQUEST)
        endpoint_harness_complete(h, up, roll < 95 ? PRISIM_TLP_SC : PRISIM_TLP_UR);
    else if (roll < 40)
        endpoint_harness_translated(h, up, 0, 12, 0);
    else if (roll < 43)
        endpoint_harness_complete(h, up, PRISIM_TLP_CA);
    else
        endpoint_harness_translated(h, up, 0x800000, roll < 60 ? 21 : 12,
                                    R | (roll < 90 ? W : 0) | (up->head.flags & PRISIM_TLP_EXECUTE ? EXECUTE : 0));
}

/* A page request: of a group that is open, or the first of one. */
static void asked(struct endpoint_peers *peers, const struct prisim_tlp_header *head)
{
    const int pasid = head->flags & PRISIM_TLP_HAS_PASID ? (int)head->pasid : NO_PASID;
    unsigned at = 0;
    while (at < peers->groups && peers->group[at].prg_index != head->prg_index)
        at++;
    ck_assert_uint_lt(peers->outstanding, ENDPOINT_PEERS_ALLOCATION);
    if (at == peers->groups) {
        peers->group[at].prg_index = head->prg_index;
        peers->group[at].pasid = pasid;
        peers->group[at].members = 0;
        peers->group[at].whole = false;
        peers->groups++;
    }
    /* PCIE-GROUP-1, PCIE-GROUP-3: of one PASID, and nothing behind its Last. */
    ck_assert_int_eq(peers->group[at].pasid, pasid);
    ck_assert(!peers->group[at].whole);
    peers->outstanding++;
    peers->group[at].members++;
    peers->group[at].whole = head->flags & PRISIM_TLP_LAST;
}

static void answer(struct endpoint_harness *h, struct endpoint_peers *peers, const struct prisim_tlp *up)
{
    if (up->head.type == PRISIM_TLP_MEMORY_READ) {
        if (peers->held < ENDPOINT_PEERS_HELD && random_below(&peers->random, 8) == 0)
            peers->late[peers->held++] = *up;
        else
            complete(h, peers, up);
    } else if (up->head.message == PRISIM_MESSAGE_PAGE_REQUEST && up->head.pasid != ROGUE_PASID &&
               !prisim_tlp_is_stop_marker(&up->head)) {
        asked(peers, &up->head);
    }
}

static void complete_late(struct endpoint_harness *h, struct endpoint_peers *peers)
{
    if (peers->held == 0 || random_below(&peers->random, 30) != 0)
        return;
    complete(h, peers, &peers->late[0]);
    memmove(&peers->late[0], &peers->late[1], --peers->held * sizeof peers->late[0]);
}

static void respond_some(struct endpoint_harness *h, struct endpoint_peers *peers)
{
    for (unsigned i = 0; i < peers->groups; i++)
        if (peers->group[i].whole && random_below(&peers->random, 30) == 0) {
            endpoint_harness_respond(h, peers->group[i].prg_index,
                                     random_below(&peers->random, 4) ? PRISIM_PRG_SUCCESS : PRISIM_PRG_INVALID,
                                     peers->group[i].pasid);
            peers->outstanding -= peers->group[i].members;
            memmove(&peers->group[i], &peers->group[i + 1], (--peers->groups - i) * sizeof peers->group[i]);
        }
}

static void post(struct endpoint_harness *h, uint32_t pasid, uint32_t command)
{
    struct prisim_tlp tlp = {
        .head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = h->config.bar_base + 4 * pasid, .size = 4}};
    prisim_store_le32(tlp.data, command);
    endpoint_harness_down(h, &tlp);
}

static void raw(struct endpoint_harness *h, struct endpoint_peers *peers)
{
    struct prisim_endpoint_stimulus stimulus = {.address = random_below(&peers->random, 64) << 12,
                                                .job = ++peers->jobs,
                                                .pasid = ROGUE_PASID,
                                                .what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                                .has_pasid = 1,
                                                .access = 5};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &stimulus);
}

static void many(struct endpoint_harness *h, struct endpoint_peers *peers, uint32_t pasid)
{
    struct random_stream *random = &peers->random;
    struct prisim_endpoint_stimulus stimulus = {.address = 0x4000 + 64 * random_below(random, 1024),
                                                .span = 0x4000,
                                                .stride = 0x1040,
                                                .count = 1 + (uint32_t)random_below(random, 6),
                                                .job = peers->jobs + 1,
                                                .pasid = pasid,
                                                .size = 1 + (uint32_t)random_below(random, 5000),
                                                .what = PRISIM_ENDPOINT_DMA,
                                                .has_pasid = 1,
                                                .write = (uint8_t)random_below(random, 2),
                                                .execute = (uint8_t)random_below(random, 2),
                                                .privileged = (uint8_t)random_below(random, 2),
                                                .pattern = (uint8_t)random_below(random, 4),
                                                .outstanding = (uint8_t)random_below(random, 4)};
    peers->jobs += stimulus.count;
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &stimulus);
}

static void one(struct endpoint_harness *h, struct endpoint_peers *peers, uint32_t pasid)
{
    uint64_t address = 0x4000 + 64 * random_below(&peers->random, 1024);
    uint32_t size = 1 + (uint32_t)random_below(&peers->random, 9000);
    bool write = random_below(&peers->random, 2);
    endpoint_harness_dma(h, ++peers->jobs, (int)pasid, address, size, write);
}

static void disturb(struct endpoint_harness *h, struct endpoint_peers *peers)
{
    uint32_t pasid = (uint32_t)random_below(&peers->random, ENDPOINT_PEERS_PASIDS);
    switch (random_below(&peers->random, 40)) {
    case 0:
        if (peers->jobs_left) {
            peers->jobs_left--;
            if (peers->streams && random_below(&peers->random, 3) == 0)
                many(h, peers, pasid);
            else
                one(h, peers, pasid);
        }
        break;
    case 1:
        post(h, pasid, PRISIM_ENDPOINT_PASID_RUN);
        break;
    case 2:
        if (random_below(&peers->random, 4) == 0)
            post(h, pasid, PRISIM_ENDPOINT_PASID_STOP);
        break;
    case 3:
        endpoint_harness_invalidate(h, 0, (int)pasid, 0x4000, 16, false);
        break;
    case 4:
        post(h, pasid, 0);
        break;
    case 5:
    case 6:
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, random_below(&peers->random, 2));
        break;
    case 7:
        if (peers->rogues)
            raw(h, peers);
        break;
    }
}

void endpoint_peers_edge(struct endpoint_harness *h, struct endpoint_peers *peers, bool disturbs)
{
    if (disturbs)
        disturb(h, peers);
    else
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    respond_some(h, peers);
    complete_late(h, peers);
    harness_edge(h->base);
    const struct prisim_tlp *up;
    while ((up = harness_got(h->base, PRISIM_ENDPOINT_TX_UP, h->seen))) {
        h->seen++;
        answer(h, peers, up);
    }
}
