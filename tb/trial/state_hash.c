/* SPDX-License-Identifier: Apache-2.0
 *
 * RAM is told here, for only the system knows what lies in it: every page but the three queues, of which what lies
 * between CONS and PROD is told in its order, and what is behind CONS is not. That can be read again only by software
 * that looks at a slot before its record is there; the ghost has it that such a read is a hazard.
 */
#include "tb/trial/state_hash.h"

#include <string.h>

#include "model/core/bits.h"
#include "model/core/mix.h"
#include "model/core/queue_index.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

enum { PAGE_BYTES = 4096, WORD_BYTES = 8 };

struct ram {
    const struct prisim_interconnect_config *config;
    struct prisim_interconnect *state;
    struct prisim_driver_queue queue[PRISIM_DRIVER_QUEUES];
};

/* What of [first, first + size) lies in the page is cleared. */
static void clear_queue(uint8_t page[PAGE_BYTES], uint64_t address, const struct prisim_driver_queue *queue)
{
    uint64_t first = queue->base, end = first + (uint64_t)queue->entries * queue->entry_bytes;
    uint64_t from = first > address ? first : address;
    uint64_t to = end < address + PAGE_BYTES ? end : address + PAGE_BYTES;
    if (from < to)
        memset(page + (from - address), 0, to - from);
}

/* 0 of a page that holds nothing but zeros. */
static uint64_t page_hash(const struct ram *ram, const uint8_t *bytes, uint64_t address)
{
    uint8_t page[PAGE_BYTES];
    memcpy(page, bytes, sizeof page);
    for (unsigned i = 0; i < PRISIM_DRIVER_QUEUES; i++)
        clear_queue(page, address, &ram->queue[i]);
    uint64_t hash = address, any = 0;
    for (size_t at = 0; at < sizeof page; at += WORD_BYTES) {
        uint64_t word = prisim_load_le64(page + at);
        any |= word;
        if (word)
            hash = mix(hash, word ^ at << 52);
    }
    return any ? hash : 0;
}

/* A sum: whichever page was written first. */
static void tell_pages(const struct ram *ram, struct prisim_canonical *to)
{
    uint64_t sum = 0, address;
    const uint8_t *page;
    for (uint32_t i = 0; (page = prisim_interconnect_page(ram->state, i, &address)); i++)
        sum += page_hash(ram, page, address);
    prisim_canonical_word(to, sum);
}

static void tell_command(const uint64_t dw[2], struct prisim_canonical *to)
{
    uint64_t second = dw[1];
    if (prisim_bits_get(dw[0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_PRI_RESP) {
        uint32_t stream_id = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID);
        prisim_canonical_prg(to, stream_id, (uint16_t)prisim_bits_get(dw[1], PRISIM_CMD1_PRG_INDEX));
        second &= ~prisim_bits_put(UINT64_MAX, PRISIM_CMD1_PRG_INDEX);
    }
    prisim_canonical_word(to, dw[0]);
    prisim_canonical_word(to, second);
}

static void tell_record(const uint8_t *entry, enum prisim_driver_queue_of of, uint32_t bytes,
                        struct prisim_canonical *to)
{
    const uint64_t dw[2] = {prisim_load_le64(entry), prisim_load_le64(entry + WORD_BYTES)};
    struct prisim_page_request request;
    switch (of) {
    case PRISIM_DRIVER_QUEUE_COMMAND:
        tell_command(dw, to);
        return;
    case PRISIM_DRIVER_QUEUE_PRI:
        prisim_pri_queue_record_unpack(&request, entry);
        prisim_page_request_canonical(to, &request);
        return;
    case PRISIM_DRIVER_QUEUE_EVENT:
    case PRISIM_DRIVER_QUEUES:
        break;
    }
    prisim_canonical_bytes(to, entry, bytes);
}

static void tell_queue(const struct ram *ram, enum prisim_driver_queue_of of, uint32_t prod,
                       struct prisim_canonical *to)
{
    enum { ENTRY_BYTES_MAX = 32 };
    const struct prisim_driver_queue *queue = &ram->queue[of];
    uint8_t entry[ENTRY_BYTES_MAX];
    uint32_t mask = queue_index_mask(queue->log2), left = queue->entries ? (prod - queue->cons) & mask : 0;
    assert(queue->entry_bytes <= ENTRY_BYTES_MAX);
    prisim_canonical_word(to, left);
    for (uint32_t at = queue->cons; left > 0; left--, at++) {
        uint64_t address = queue->base + (uint64_t)queue_index_slot(at, queue->log2) * queue->entry_bytes;
        memset(entry, 0, sizeof entry);
        prisim_interconnect_debug(ram->config, ram->state, false, address, entry, queue->entry_bytes);
        tell_record(entry, of, queue->entry_bytes, to);
    }
}

static uint32_t register_of(struct prisim_scheduler *c, const struct scenario *scenario, uint64_t offset)
{
    const struct prisim_smmu *smmu = prisim_scheduler_state(c, INSTANCE_SMMU);
    uint8_t bytes[4] = {0};
    prisim_smmu_register_debug(&scenario->system.smmu[0], smmu, offset, bytes, sizeof bytes);
    return prisim_load_le32(bytes);
}

static void tell_ram(struct prisim_scheduler *c, const struct scenario *scenario, struct prisim_canonical *to)
{
    struct ram ram = {&scenario->system.interconnect, prisim_scheduler_state(c, INSTANCE_INTERCONNECT), {{0}}};
    prisim_driver_queues(&scenario->system.driver, prisim_scheduler_state(c, INSTANCE_DRIVER), ram.queue);
    tell_pages(&ram, to);
    tell_queue(&ram, PRISIM_DRIVER_QUEUE_COMMAND, ram.queue[PRISIM_DRIVER_QUEUE_COMMAND].prod, to);
    tell_queue(&ram, PRISIM_DRIVER_QUEUE_EVENT, register_of(c, scenario, PRISIM_SMMU_EVENTQ_PROD), to);
    tell_queue(&ram, PRISIM_DRIVER_QUEUE_PRI, register_of(c, scenario, PRISIM_SMMU_PRIQ_PROD), to);
}

/* What numbers count from. */
static void say_bases(struct prisim_scheduler *c, const struct scenario *scenario, struct prisim_canonical *to)
{
    const struct system_config *system = &scenario->system;
    for (uint32_t i = 0; i < system->endpoints; i++)
        prisim_canonical_prg_last(to, system->endpoint[i].requester_id,
                                  prisim_endpoint_prg_last(prisim_scheduler_state(c, INSTANCE_ENDPOINT + i)));
    prisim_canonical_itag_next(to, prisim_smmu_itag_next(&system->smmu[0], prisim_scheduler_state(c, INSTANCE_SMMU)));
}

unsigned state_tell(struct native *native, const struct scenario *scenario, const struct checkers *checkers,
                    struct prisim_canonical *to)
{
    struct prisim_scheduler *c = native_scheduler(native);
    say_bases(c, scenario, to);
    unsigned parts = prisim_scheduler_tell(c, to);
    prisim_canonical_begin(to, parts, prisim_scheduler_edge(c));
    tell_ram(c, scenario, to);
    prisim_canonical_end(to);
    parts++;
    if (!checkers)
        return parts;
    prisim_canonical_begin(to, parts, prisim_scheduler_edge(c));
    checkers_canonical(checkers, to);
    prisim_canonical_end(to);
    return parts + 1;
}

uint64_t state_hash(struct native *native, const struct scenario *scenario, const struct checkers *checkers,
                    struct prisim_canonical *to)
{
    unsigned parts = state_tell(native, scenario, checkers, to);
    return prisim_canonical_hash(to, parts, prisim_scheduler_edge(native_scheduler(native)));
}
