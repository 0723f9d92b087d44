/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run of the SMMU alone: `prisim_translation_bench hit|walk3|walk4 REQUESTS`. Translation Requests of one
 * substream go in one after the other, each when the one before has been answered; the SMMU is stepped at every edge;
 * memory answers at the next edge. `hit`: one page. `walk3`, `walk4`: 512 pages that share nothing but their first
 * table, one after the other, so that caches of 64 entries miss every time and every level is fetched. It prints what
 * the run did as one JSON object and exits with 2 if a completion is wrong or the fetches are not as many as there are
 * levels; how many instructions it took is counted from outside (bench/run).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/bits.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

enum {
    PAGES = 512,
    CACHE_ENTRIES = 64,
    TABLE_BYTES = 4096,
    RAM_BYTES = 8 << 20,
    SID = 1,
    PASID = 1,
    PATIENCE = 1000 /* edges without an answer */
};

static const uint64_t RAM = 0x40000000, STRTAB = 0x40000000, CDS = 0x40001000, TABLES = 0x40010000;
static const uint64_t OUTPUT = 0x80000000;

struct bench {
    struct prisim_smmu_config config;
    struct prisim_smmu *state;
    struct prisim_ports ports;
    prisim_cycle_t now;
    uint64_t fetches, completions, levels;
    uint64_t next_table;

    /* What the SMMU is shown. */
    struct prisim_tlp up;
    struct prisim_memory_response read;
    struct prisim_memory_request access;

    /* What it shows. */
    struct prisim_tlp down;
    struct prisim_memory_request memory_request, dma_request;
    struct prisim_memory_response register_response, pri_memory_response;
    struct prisim_page_request pri_request;
    struct prisim_pri_queue_ppar ppar;
    struct prisim_pri_queue_control control;
    struct prisim_smmu_interrupt interrupt;
    bool register_done;

    uint8_t ram[RAM_BYTES];
};

static void fail(const char *what)
{
    fprintf(stderr, "prisim_translation_bench: %s\n", what);
    exit(2);
}

static void take_memory_request(struct bench *b)
{
    const struct prisim_memory_request *q = &b->memory_request;
    uint64_t at = q->address - RAM;
    if (q->write || at > (uint64_t)RAM_BYTES - q->size)
        fail("an access outside the tables");
    b->read.id = q->id;
    b->read.status = PRISIM_MEMORY_OK;
    b->read.size = q->size;
    memcpy(b->read.data, b->ram + at, q->size);
    b->ports.rx_valid |= UINT64_C(1) << PRISIM_SMMU_RX_MEMORY_RESPONSE;
    b->fetches++;
}

/* One edge. Everybody here is always ready, and what is put at one edge is taken at the next. */
static inline void edge(struct bench *b)
{
    struct prisim_ports *p = &b->ports;
    uint64_t arrived = prisim_ports_arrived(p);
    p->put = 0;
    p->ready = p->rx_ready;
    prisim_smmu_step(&b->config, b->state, b->now++, p);
    p->rx_valid &= ~arrived;
    p->tx_valid = p->put;
    p->rx_ready = p->ready;
    if (!p->put)
        return;
    if (p->put >> PRISIM_SMMU_TX_MEMORY_REQUEST & 1)
        take_memory_request(b);
    if (p->put >> PRISIM_SMMU_TX_DOWN & 1)
        b->completions++;
    if (p->put >> PRISIM_SMMU_TX_REGISTER_RESPONSE & 1)
        b->register_done = true;
}

static uint64_t page_address(const struct bench *b, uint64_t n)
{
    return (n % PAGES) << (b->levels == 3 ? 30 : 39);
}

static void ask(struct bench *b, uint64_t page)
{
    b->up.head.address = page_address(b, page);
    b->ports.rx_valid |= UINT64_C(1) << PRISIM_SMMU_RX_UP;
    uint64_t before = b->completions;
    for (unsigned i = 0; i < PATIENCE && b->completions == before; i++)
        edge(b);
    uint64_t entry = (uint64_t)prisim_load_le32(b->down.data) << 32 | prisim_load_le32(b->down.data + 4);
    if (b->completions == before || b->down.head.status != PRISIM_TLP_SC ||
        entry != ((OUTPUT + (page % PAGES) * 4096) | 3))
        fail("a wrong completion");
}

/* What is measured; a function of its own, so that a profiler can count inside it alone. */
__attribute__((noinline)) static void measured(struct bench *b, bool hit, uint64_t requests)
{
    for (uint64_t i = 0; i < requests; i++)
        ask(b, hit ? 0 : i);
}

static void write_register(struct bench *b, uint32_t offset, uint64_t value, uint8_t size)
{
    b->access = (struct prisim_memory_request){.address = offset, .size = size, .write = 1};
    prisim_store_le64(b->access.data, value);
    b->register_done = false;
    b->ports.rx_valid |= UINT64_C(1) << PRISIM_SMMU_RX_REGISTER;
    for (unsigned i = 0; i < PATIENCE && !b->register_done; i++)
        edge(b);
    if (!b->register_done)
        fail("a register write is not answered");
    for (unsigned i = 0; i < PATIENCE; i++) /* acknowledgements */
        edge(b);
}

static void store(struct bench *b, uint64_t address, uint64_t word)
{
    if (address - RAM > RAM_BYTES - 8)
        fail("the tables do not fit");
    prisim_store_le64(b->ram + (address - RAM), word);
}

static void map(struct bench *b, uint64_t page)
{
    uint64_t table = TABLES, address = page_address(b, page);
    for (unsigned level = 4 - (unsigned)b->levels; level < 3; level++) {
        uint64_t at = table + (address >> (39 - 9 * level) & 511) * 8;
        uint64_t word = prisim_load_le64(b->ram + (at - RAM));
        if (!word) {
            b->next_table += TABLE_BYTES;
            word = b->next_table | 3;
            store(b, at, word);
        }
        table = word & PRISIM_DESC_ADDRESS;
    }
    store(b, table + (address >> 12 & 511) * 8,
          (OUTPUT + page * 4096) | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) |
              prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG));
}

static void make_tables(struct bench *b)
{
    uint64_t cd = prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                  prisim_bits_put(b->levels == 3 ? 25 : 16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
                  prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                  prisim_bits_put(1, PRISIM_CD0_A) | prisim_bits_put(1, PRISIM_CD0_ASID);
    store(b, STRTAB + SID * PRISIM_STE_BYTES,
          prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) | CDS |
              prisim_bits_put(1, PRISIM_STE0_S1CDMAX));
    store(b, STRTAB + SID * PRISIM_STE_BYTES + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    store(b, CDS + PASID * PRISIM_CD_BYTES, cd);
    store(b, CDS + PASID * PRISIM_CD_BYTES + 8, TABLES);
    b->next_table = TABLES;
    for (unsigned i = 0; i < PAGES; i++)
        map(b, i);
}

static void join(struct bench *b)
{
    void *const tx[PRISIM_SMMU_TX_PORTS] = {
        [PRISIM_SMMU_TX_DOWN] = &b->down,
        [PRISIM_SMMU_TX_MEMORY_REQUEST] = &b->memory_request,
        [PRISIM_SMMU_TX_DMA_REQUEST] = &b->dma_request,
        [PRISIM_SMMU_TX_REGISTER_RESPONSE] = &b->register_response,
        [PRISIM_SMMU_TX_PRI_REQUEST] = &b->pri_request,
        [PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE] = &b->pri_memory_response,
        [PRISIM_SMMU_TX_PRI_LOOKUP] = &b->ppar,
        [PRISIM_SMMU_TX_PRI_CONTROL] = &b->control,
        [PRISIM_SMMU_TX_INTERRUPT] = &b->interrupt,
    };
    memcpy(b->ports.tx, tx, sizeof tx);
    b->ports.rx[PRISIM_SMMU_RX_UP] = &b->up;
    b->ports.rx[PRISIM_SMMU_RX_MEMORY_RESPONSE] = &b->read;
    b->ports.rx[PRISIM_SMMU_RX_REGISTER] = &b->access;
    b->ports.tx_ready = (UINT64_C(1) << PRISIM_SMMU_TX_PORTS) - 1;
}

static void start(struct bench *b)
{
    struct prisim_config_error error;
    prisim_smmu_config_default(&b->config);
    b->config.tlb_entries = CACHE_ENTRIES;
    b->config.walk_entries = CACHE_ENTRIES;
    if (!prisim_smmu_config_check(&b->config, &error))
        fail(error.field);
    b->state = malloc(prisim_smmu_state_size(&b->config));
    if (!b->state)
        fail("no memory");
    prisim_smmu_init(&b->config, b->state);
    join(b);
    b->up.head = (struct prisim_tlp_header){.type = PRISIM_TLP_MEMORY_READ,
                                            .at = PRISIM_TLP_AT_TRANSLATION_REQUEST,
                                            .requester_id = SID,
                                            .size = 8,
                                            .flags = PRISIM_TLP_HAS_PASID,
                                            .pasid = PASID};
    write_register(b, PRISIM_SMMU_STRTAB_BASE, STRTAB, 8);
    write_register(b, PRISIM_SMMU_STRTAB_BASE_CFG, 4, 4);
    write_register(b, PRISIM_SMMU_CR0, PRISIM_CR0_SMMUEN | PRISIM_CR0_ATSCHK, 4);
    for (unsigned i = 0; i < PAGES; i++) /* the STE and the CD are cached now */
        ask(b, i);
}

int main(int argc, char **argv)
{
    static struct bench b;
    static struct prisim_probe probe; /* its mask is 0: no events */
    bool hit = argc == 3 && strcmp(argv[1], "hit") == 0;
    if (argc != 3 || (!hit && strcmp(argv[1], "walk3") != 0 && strcmp(argv[1], "walk4") != 0))
        fail("usage: prisim_translation_bench hit|walk3|walk4 REQUESTS");
    uint64_t requests = (uint64_t)strtoull(argv[2], NULL, 10);
    if (!requests)
        fail("REQUESTS is a number of Translation Requests");
    prisim_ports_init(&b.ports, &probe, 0);
    b.levels = strcmp(argv[1], "walk4") == 0 ? 4 : 3;
    make_tables(&b);
    start(&b);
    if (hit)
        ask(&b, 0);
    uint64_t fetches = b.fetches;
    prisim_cycle_t from = b.now;
    measured(&b, hit, requests);
    fetches = b.fetches - fetches;
    if (fetches != (hit ? 0 : requests * b.levels))
        fail("not every level was fetched, or one twice");
    printf("{\"requests\": %llu, \"fetches\": %llu, \"cycles\": %llu}\n", (unsigned long long)requests,
           (unsigned long long)fetches, (unsigned long long)(b.now - from));
    free(b.state);
    return 0;
}
