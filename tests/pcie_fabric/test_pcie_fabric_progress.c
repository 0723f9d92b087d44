/* SPDX-License-Identifier: Apache-2.0
 *
 * Nothing waits for ever (docs/timing/fabric.md): 32 functions, the SMMU and the host with queues of two, all kinds of
 * TLPs both ways, and neighbours that stop at random; everything arrives and everything is answered. The neighbours
 * keep the rules of the edge and no more: they take posted TLPs and completions whatever waits to be sent, and refuse
 * requests that they have no place for.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/order_rig.h"

enum { LINKS = 32, EACH = 40, PLACES = 2, QUEUE = 64, LIMIT = 400000, TAGS = 8 };

struct fifo {
    struct prisim_tlp tlp[QUEUE];
    unsigned head, count;
};

struct function {
    struct fifo out;                  /* in order: a request at its head holds up what is behind it */
    unsigned reads, writes, requests; /* made */
    unsigned open, got;               /* reads that are not answered; answered */
    unsigned registers;               /* requests of the host that wait to be answered: PLACES at most */
    unsigned invalidated;
};

struct system {
    struct rig *rig;
    struct random_stream random;
    struct function function[LINKS];
    struct fifo smmu; /* completions, Invalidate Requests, PRG Responses */
    struct prisim_tlp slot[PLACES];
    unsigned slots, posted;          /* the SMMU's reads; writes and messages that arrived */
    unsigned asked[LINKS], answered; /* by the host */
    unsigned invalidates[LINKS], invalidating[LINKS], responses[LINKS];
};

static void push(struct fifo *fifo, struct prisim_tlp tlp)
{
    ck_assert_uint_lt(fifo->count, QUEUE);
    fifo->tlp[(fifo->head + fifo->count++) % QUEUE] = tlp;
}

static struct prisim_tlp pop(struct fifo *fifo)
{
    const struct prisim_tlp tlp = fifo->tlp[fifo->head];
    fifo->head = (fifo->head + 1) % QUEUE;
    fifo->count--;
    return tlp;
}

static struct prisim_tlp invalidate_completion(unsigned link)
{
    struct prisim_tlp tlp = page_request(link, 0);
    tlp.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
    return tlp;
}

static void taken_by_function(struct system *s, unsigned link, const struct prisim_tlp_header *head)
{
    struct function *f = &s->function[link];
    if (prisim_tlp_is_completion(head)) {
        f->open--;
        f->got++;
    } else if (head->type == PRISIM_TLP_CONFIG_READ) {
        f->registers++;
        ck_assert_uint_le(f->registers, PLACES);
    } else if (head->message == PRISIM_MESSAGE_INVALIDATE_REQUEST) {
        push(&f->out, invalidate_completion(link));
    }
}

static void taken(void *context, unsigned tx, const struct prisim_tlp *tlp)
{
    struct system *s = context;
    if (tx >= PRISIM_FABRIC_TX_ENDPOINT) {
        taken_by_function(s, tx - PRISIM_FABRIC_TX_ENDPOINT, &tlp->head);
    } else if (tx == PRISIM_FABRIC_TX_HOST) {
        s->answered++;
    } else if (tlp->head.type == PRISIM_TLP_MEMORY_READ) {
        ck_assert_uint_lt(s->slots, PLACES);
        s->slot[s->slots++] = *tlp;
    } else if (tlp->head.message == PRISIM_MESSAGE_INVALIDATE_COMPLETION) {
        s->invalidating[(tlp->head.requester_id >> 8) - 1]--;
    } else {
        s->posted++;
    }
}

/* Ready is decided by what stands there: a request is refused without a place, anything else is taken, now or later. */
static void choose_ready(struct system *s)
{
    const bool works = random_below(&s->random, 4) > 0;
    const struct prisim_tlp *tlp = rig_offered(s->rig, PRISIM_FABRIC_TX_SMMU);
    rig_ready(s->rig, PRISIM_FABRIC_TX_SMMU,
              works && tlp && (tlp->head.type != PRISIM_TLP_MEMORY_READ || s->slots < PLACES));
    rig_ready(s->rig, PRISIM_FABRIC_TX_HOST, random_below(&s->random, 4) > 0);
    for (unsigned link = 0; link < LINKS; link++) {
        const unsigned tx = PRISIM_FABRIC_TX_ENDPOINT + link;
        const struct prisim_tlp *down = rig_offered(s->rig, tx);
        rig_ready(s->rig, tx,
                  down && random_below(&s->random, 4) > 0 &&
                      (down->head.type != PRISIM_TLP_CONFIG_READ || s->function[link].registers < PLACES));
    }
}

static void make_up(struct system *s, unsigned link)
{
    struct function *f = &s->function[link];
    const unsigned kind = (unsigned)random_below(&s->random, 4);
    if (f->out.count > QUEUE / 2)
        return;
    struct prisim_tlp tlp = page_request(link, 0);
    if (kind == 0 && f->requests < EACH) {
        f->requests++;
        push(&f->out, tlp);
    } else if (kind == 1 && f->writes < EACH) {
        f->writes++;
        tlp.head = (struct prisim_tlp_header){.type = PRISIM_TLP_MEMORY_WRITE, .size = 32};
        push(&f->out, tlp);
    } else if (kind == 2 && f->reads < EACH && f->open < TAGS) {
        f->reads++;
        f->open++;
        tlp.head = (struct prisim_tlp_header){.type = PRISIM_TLP_MEMORY_READ, .requester_id = link_id(link), .size = 8};
        push(&f->out, tlp);
    } else if (f->registers > 0) {
        f->registers--;
        push(&f->out, host_completion(link, 0));
    }
}

static void make_down(struct system *s, unsigned link)
{
    struct prisim_tlp tlp = prg_response(link, 0);
    if (s->smmu.count > QUEUE / 2)
        return;
    if (s->responses[link] < EACH) {
        s->responses[link]++;
        push(&s->smmu, tlp);
    }
    if (s->invalidates[link] < EACH && s->invalidating[link] < 2) {
        s->invalidates[link]++;
        s->invalidating[link]++;
        tlp.head.type = PRISIM_TLP_MESSAGE_DATA;
        tlp.head.message = PRISIM_MESSAGE_INVALIDATE_REQUEST;
        tlp.head.size = 8;
        push(&s->smmu, tlp);
    }
}

static void answer_read(struct system *s)
{
    if (s->slots == 0 || s->smmu.count >= QUEUE - 2 || random_below(&s->random, 3))
        return;
    struct prisim_tlp tlp = s->slot[--s->slots];
    tlp.head.type = PRISIM_TLP_COMPLETION_DATA;
    tlp.head.destination_id = SMMU_ID;
    push(&s->smmu, tlp);
}

static void edge(struct system *s)
{
    struct rig *rig = s->rig;
    const unsigned link = (unsigned)random_below(&s->random, LINKS), to = (unsigned)random_below(&s->random, LINKS);
    make_up(s, link);
    make_down(s, to);
    answer_read(s);
    for (unsigned i = 0; i < LINKS; i++)
        if (s->function[i].out.count && rig_can_offer(rig, PRISIM_FABRIC_RX_ENDPOINT + i)) {
            const struct prisim_tlp tlp = pop(&s->function[i].out);
            rig_offer(rig, PRISIM_FABRIC_RX_ENDPOINT + i, &tlp);
        }
    if (s->smmu.count && rig_can_offer(rig, PRISIM_FABRIC_RX_SMMU)) {
        const struct prisim_tlp tlp = pop(&s->smmu);
        rig_offer(rig, PRISIM_FABRIC_RX_SMMU, &tlp);
    }
    if (s->asked[to] < EACH && rig_can_offer(rig, PRISIM_FABRIC_RX_HOST)) {
        const struct prisim_tlp tlp = config_read(to, 0);
        s->asked[to]++;
        rig_offer(rig, PRISIM_FABRIC_RX_HOST, &tlp);
    }
    choose_ready(s);
    rig_edge(rig, taken, s);
}

static bool is_done(const struct system *s)
{
    bool done = s->answered == LINKS * EACH && s->posted == LINKS * EACH * 2;
    for (unsigned i = 0; i < LINKS && done; i++)
        done = s->function[i].got == EACH && s->invalidates[i] == EACH && s->invalidating[i] == 0 &&
               s->responses[i] == EACH;
    return done;
}

/* True if all came to its end within LIMIT edges. */
static bool ends(uint64_t seed, uint32_t places_at_smmu, uint32_t places_at_function, uint32_t order)
{
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    struct system *s = calloc(1, sizeof *s);
    config.link_tlps = config.smmu_tlps = 2;
    config.smmu_nonposted = places_at_smmu;
    config.order = order;
    config.order_delay = 30;
    config.root_port_latency = 5;
    for (unsigned i = 0; i < LINKS; i++) {
        config.link[i].nonposted = places_at_function;
        config.link[i].latency = 3;
    }
    s->random = random_open(seed, 0, 0);
    s->rig = rig_open(&config);
    while (!is_done(s) && s->rig->now < LIMIT)
        edge(s);
    const bool done = is_done(s);
    rig_close(s->rig);
    free(s);
    return done;
}

/* PCIE-ORDER-5: the root port counts what each has; the SMMU may be sent one more, which stands at its port. */
/* covers: PCIE-ORDER-5 */
START_TEST(all_ends)
{
    ck_assert(
        ends((uint64_t)_i, PLACES + (uint32_t)_i / 4, PLACES, _i % 2 ? PRISIM_FABRIC_MAY : PRISIM_FABRIC_IN_ORDER));
}
END_TEST

/* The control: if the root port sends a function more requests than it has places for, or the SMMU, one stands at the
 * port, holds up what must pass it, and some day all wait for all. */
START_TEST(more_requests_than_places_end_it)
{
    unsigned stuck = 0;
    for (uint64_t seed = 0; seed < 4; seed++)
        stuck += !ends(seed, 256, 256, PRISIM_FABRIC_IN_ORDER);
    ck_assert_uint_gt(stuck, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_progress");
    TCase *tcase = tcase_create("progress");
    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, all_ends, 0, 8);
    tcase_add_test(tcase, more_requests_than_places_end_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
