/* SPDX-License-Identifier: Apache-2.0
 *
 * The load. Each mapping has frames of its own, that no other one ever gets: so an access tells by its address whose it
 * is, and whether that was still given when it was performed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "setups.h"

#define IOVA UINT64_C(0x7f0040000000)
enum { SLOTS = 16, CREDITS = 32, JOBS = 24, GROUP_MAX = 4, WAIT = 1000000, NO_MAPPING = -1, TOLD_MAX = 5 };

struct mapping {                       /* of a slot of 2 MB */
    uint64_t given[BLOCK_FRAMES / 64]; /* bit: the frame may be used */
    uint32_t slot, domain;
    bool is_writable, is_block, was_split; /* was_split: a page was unmapped out of the block */
};

static struct {
    struct load_result result;
    unsigned short random[3]; /* nrand48 */
    const char *what;
    /* page requests */
    uint32_t members[PRISIM_PRG_INDEXES]; /* of the group with that index that is not answered */
    uint32_t credits;
    /* mappings */
    struct linux_domain *domain[2];
    int slot[2][SLOTS];
    struct mapping *mapping;
    uint32_t mappings, room;
    uint32_t current; /* the domain that the device is attached to */
    bool may_use[2];  /* the device may use frames of that domain */
    bool is_changing; /* in a call of map, unmap or attach */
    uint32_t jobs;    /* not ended */
} load;

static uint32_t draw(uint32_t below)
{
    return (uint32_t)nrand48(load.random) % below;
}

static void wrong(const char *why, uint64_t iova, uint64_t address)
{
    if (load.result.wrong++ < TOLD_MAX)
        fprintf(stderr, "%s: cycle %llu: %s, iova %#" PRIx64 ", address %#" PRIx64 "\n", load.what, machine_now(), why,
                iova, address);
}

/* ---- page requests -------------------------------------------------------------------------------------------------
 */

static void on_response(const struct prisim_event *event)
{
    if (event->type != PRISIM_EVENT_ENDPOINT_RESPONSE)
        return;
    uint32_t *members = &load.members[event->endpoint_response.prgi % PRISIM_PRG_INDEXES];
    if (*members == 0)
        wrong("a response to no group", 0, event->endpoint_response.prgi);
    if (event->endpoint_response.code != PRISIM_PRG_FAILURE)
        wrong("a response with another code", 0, event->endpoint_response.code);
    load.result.done += *members;
    load.credits += *members;
    *members = 0;
}

static void send_group(uint32_t members)
{
    static uint32_t index;
    do
        index = (index + 1) % PRISIM_PRG_INDEXES;
    while (load.members[index]);
    load.members[index] = members;
    load.credits -= members;
    for (uint32_t i = 0; i < members; i++) {
        const uint8_t access = (uint8_t)(1 + draw(3) + (i + 1 == members ? 4 : 0));
        machine_page_request(IOVA + FRAME_BYTES * (uint64_t)draw(1 << 16), index, access, 0);
    }
    load.result.attempts++;
}

static void begin(const struct machine_setup *setup, const char *what, uint64_t seed)
{
    free(load.mapping);
    memset(&load, 0, sizeof load);
    load.what = what;
    for (unsigned i = 0; i < 3; i++)
        load.random[i] = (unsigned short)(seed >> 16 * i);
    memset(load.slot, NO_MAPPING, sizeof load.slot);
    machine_on_frame = NULL;
    machine_on_event = NULL;
    if (!setup_come_up(setup))
        wrong("the driver did not come up", 0, 0);
    for (unsigned i = 0; i < 2; i++)
        load.domain[i] = linux_domain_alloc(setup->is_nested);
    /* A domain has tables once a device was attached to it. */
    if (linux_attach(load.domain[1], DEVICE) || linux_attach(load.domain[0], DEVICE))
        wrong("attach", 0, 0);
}

static struct load_result end(void)
{
    load.result.wrong +=
        machine.ignored + machine.misuses + machine.stale_walks + machine.dropped + machine_printed("timeout");
    if (!machine.setup->platform.smmu[0].smmu.tlbi_hints) /* no finding there, and nothing that it excuses */
        load.result.wrong += load.result.block_pieces;
    linux_shutdown();
    machine_close();
    return load.result;
}

struct load_result load_requests(const struct machine_setup *setup, uint64_t requests, uint64_t seed)
{
    begin(setup, "requests", seed);
    load.credits = CREDITS;
    machine_on_event = on_response;
    if (linux_reset_pri(DEVICE) || linux_enable_pri(DEVICE, CREDITS))
        wrong("page requests cannot be enabled", 0, 0);
    for (uint64_t idle = 0; load.result.done < requests && idle < WAIT / 100; idle++) {
        const uint64_t done = load.result.done;
        for (uint32_t members = 1 + draw(GROUP_MAX); members <= load.credits; members = 1 + draw(GROUP_MAX))
            send_group(members);
        machine_run(100);
        if (load.result.done != done)
            idle = 0;
    }
    machine_run(WAIT);
    if (load.credits != CREDITS)
        wrong("groups without a response", 0, CREDITS - load.credits);
    return end();
}

/* ---- mappings ------------------------------------------------------------------------------------------------------
 */

static bool is_given(const struct mapping *m, uint32_t frame)
{
    return m->given[frame / 64] >> frame % 64 & 1;
}

static void give(struct mapping *m, uint32_t frame, bool is)
{
    m->given[frame / 64] &= ~(UINT64_C(1) << frame % 64);
    m->given[frame / 64] |= (uint64_t)is << frame % 64;
}

/* An access of the device's is performed. */
static void on_frame(const struct prisim_platform_access *access, bool is_write)
{
    const uint64_t number = (access->address - MACHINE_FRAMES) / BLOCK_BYTES;
    const uint32_t frame = (uint32_t)(access->address % BLOCK_BYTES / FRAME_BYTES);
    if (number >= load.mappings) {
        wrong("an access to what was never mapped", 0, access->address);
        return;
    }
    const struct mapping *m = &load.mapping[number];
    const uint64_t iova = IOVA + (uint64_t)m->slot * BLOCK_BYTES + access->address % BLOCK_BYTES;
    if (!load.may_use[m->domain])
        wrong("an access in a domain that the device was taken from", iova, access->address);
    else if (is_write && !m->is_writable)
        wrong("a write where only reads are allowed", iova, access->address);
    else if (!is_given(m, frame) && m->was_split)
        load.result.block_pieces++;
    else if (!is_given(m, frame))
        wrong("an access after unmap", iova, access->address);
}

/* The device sends a TLP to where it thinks that its address leads. */
static void on_transfer(const struct prisim_event *event)
{
    if (event->type != PRISIM_EVENT_ENDPOINT_DMA)
        return;
    const uint64_t iova = event->endpoint_dma.address, output = event->endpoint_dma.output;
    load.result.done++;
    if (load.is_changing || linux_iova_to_phys(load.domain[load.current], iova) == output)
        return;
    const uint64_t number = (output - MACHINE_FRAMES) / BLOCK_BYTES;
    if (number >= load.mappings || !load.mapping[number].was_split)
        wrong("the device goes where iova_to_phys does not", iova, output);
}

static struct mapping *add_mapping(uint32_t domain, uint32_t slot)
{
    if (load.mappings == load.room) {
        load.room = load.room ? 2 * load.room : 1024;
        load.mapping = realloc(load.mapping, load.room * sizeof *load.mapping);
        if (!load.mapping)
            exit(1);
    }
    load.slot[domain][slot] = (int)load.mappings;
    load.mapping[load.mappings] =
        (struct mapping){.slot = slot, .domain = domain, .is_writable = draw(4) != 0, .is_block = draw(3) == 0};
    return &load.mapping[load.mappings++];
}

static void map(uint32_t domain, uint32_t slot)
{
    struct mapping *m = add_mapping(domain, slot);
    const uint64_t iova = IOVA + (uint64_t)slot * BLOCK_BYTES;
    const uint64_t address = MACHINE_FRAMES + (uint64_t)(m - load.mapping) * BLOCK_BYTES;
    uint32_t first = m->is_block ? 0 : draw(BLOCK_FRAMES), frames = m->is_block ? BLOCK_FRAMES : 1 + draw(16);
    if (first + frames > BLOCK_FRAMES)
        frames = BLOCK_FRAMES - first;
    for (uint32_t i = 0; i < frames; i++)
        give(m, first + i, true);
    const uint64_t offset = (uint64_t)first * FRAME_BYTES;
    if (linux_map(load.domain[domain], iova + offset, address + offset, (uint64_t)frames * FRAME_BYTES, m->is_writable))
        wrong("map", iova + offset, address + offset);
}

/* One page out of it, or a run of pages from the first one on, which may be all. */
static void unmap(uint32_t domain, uint32_t slot)
{
    struct mapping *m = &load.mapping[load.slot[domain][slot]];
    const bool is_one = draw(3) == 0;
    uint32_t first = is_one ? draw(BLOCK_FRAMES) : 0, frames = 0;
    while (!is_given(m, first % BLOCK_FRAMES))
        first++;
    first %= BLOCK_FRAMES;
    while (first + frames < BLOCK_FRAMES && is_given(m, first + frames) && !(is_one && frames))
        frames++;
    const uint64_t iova = IOVA + (uint64_t)slot * BLOCK_BYTES + (uint64_t)first * FRAME_BYTES;
    m->was_split |= m->is_block && frames < BLOCK_FRAMES;
    if (linux_unmap(load.domain[domain], iova, (uint64_t)frames * FRAME_BYTES) != (uint64_t)frames * FRAME_BYTES)
        wrong("unmap", iova, frames);
    bool is_left = false;
    for (uint32_t i = 0; i < BLOCK_FRAMES; i++) {
        if (i >= first && i < first + frames)
            give(m, i, false);
        is_left |= is_given(m, i);
    }
    if (!is_left)
        load.slot[domain][slot] = NO_MAPPING;
}

static void change(uint32_t domain)
{
    const uint32_t slot = draw(SLOTS);
    load.is_changing = true;
    if (load.slot[domain][slot] == NO_MAPPING)
        map(domain, slot);
    else
        unmap(domain, slot);
    load.is_changing = false;
    load.result.changes++;
}

/* Keeps the device busy, mostly where something is mapped. */
static void submit(void)
{
    struct prisim_platform_job_end ended;
    while (prisim_platform_next_job_end(machine.platform, 0, &ended, NULL) == PRISIM_OK)
        load.jobs--;
    while (load.jobs < JOBS) {
        const int number = load.slot[load.current][draw(SLOTS)];
        uint32_t slot = draw(SLOTS), frame = draw(BLOCK_FRAMES);
        if (number != NO_MAPPING && draw(8)) {
            const struct mapping *m = &load.mapping[number];
            slot = m->slot;
            for (unsigned i = 0; i < BLOCK_FRAMES && !is_given(m, frame); i++)
                frame = (frame + 1) % BLOCK_FRAMES;
        }
        machine_dma(IOVA + (uint64_t)slot * BLOCK_BYTES + (uint64_t)frame * FRAME_BYTES, 64, draw(2), 0);
        load.jobs++;
        load.result.attempts++;
    }
}

static void begin_mappings(const struct machine_setup *setup, const char *what, uint64_t seed)
{
    begin(setup, what, seed);
    load.may_use[0] = true;
    for (uint32_t i = 0; i < SLOTS; i++) {
        map(0, i);
        map(1, i);
    }
    machine_on_frame = on_frame;
    machine_on_event = on_transfer;
}

struct load_result load_translations(const struct machine_setup *setup, uint64_t transfers, uint64_t seed)
{
    begin_mappings(setup, "translations", seed);
    while (load.result.done < transfers && load.result.changes <= transfers) {
        submit();
        machine_run(draw(4000));
        change(0);
    }
    machine_run(WAIT);
    return end();
}

struct load_result load_moves(const struct machine_setup *setup, uint64_t moves, uint64_t seed)
{
    begin_mappings(setup, "moves", seed);
    for (uint64_t i = 0; i < moves; i++) {
        submit();
        machine_run(draw(6000));
        if (draw(4) == 0)
            change(draw(2));
        const uint32_t to = !load.current;
        load.may_use[to] = load.is_changing = true;
        if (linux_attach(load.domain[to], DEVICE))
            wrong("attach", 0, to);
        load.is_changing = load.may_use[load.current] = false;
        load.current = to;
    }
    machine_run(WAIT);
    struct load_result result = end();
    result.done = moves;
    return result;
}
