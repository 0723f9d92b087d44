/* SPDX-License-Identifier: Apache-2.0
 *
 * A fabric in the harness, and TLPs for it. Links 0, 1, ... have ids 0x100, 0x200, ... and BARs of 64 KB at 0x10000,
 * 0x20000, ...; the SMMU is 0x0008, the host 0x0000, the root port 0x0010.
 */
#ifndef PRISIM_TESTS_PCIE_FABRIC_FABRIC_HARNESS_H
#define PRISIM_TESTS_PCIE_FABRIC_FABRIC_HARNESS_H

#include <check.h>
#include <stdlib.h>

#include "model/pcie_fabric/pcie_fabric.h"
#include "tests/harness/harness.h"

enum { SMMU_ID = 0x0008, HOST_ID = 0x0000, ROOT_PORT_ID = 0x0010, BAR_BYTES = 0x10000 };

struct fabric_harness {
    struct prisim_fabric_config config;
    void *state;
    struct harness *base;
};

static inline uint16_t link_id(unsigned link)
{
    return (uint16_t)((link + 1) << 8);
}

static inline uint64_t link_bar(unsigned link)
{
    return (link + 1) * (uint64_t)BAR_BYTES;
}

static inline struct prisim_fabric_config fabric_harness_config(uint32_t links)
{
    struct prisim_fabric_config config;
    prisim_fabric_config_default(&config);
    config.links = links;
    config.smmu_id = SMMU_ID;
    config.host_id = HOST_ID;
    for (unsigned i = 0; i < links; i++) {
        config.link[i].requester_id = link_id(i);
        config.link[i].bar_base = link_bar(i);
        config.link[i].bar_size = BAR_BYTES;
    }
    return config;
}

static inline prisim_cycle_t fabric_harness_step(const void *config, void *state, prisim_cycle_t now,
                                                 struct prisim_ports *ports)
{
    return prisim_fabric_step(config, state, now, ports);
}

static inline struct fabric_harness *fabric_harness_open(const struct prisim_fabric_config *config)
{
    struct prisim_config_error error = {0};
    ck_assert_msg(prisim_fabric_config_check(config, &error), "%s", error.field);
    struct fabric_harness *h = calloc(1, sizeof *h);
    h->config = *config;
    h->state = malloc(prisim_fabric_state_size(config));
    memset(h->state, 0xa5, prisim_fabric_state_size(config)); /* init clears what it needs */
    prisim_fabric_init(&h->config, h->state);
    h->base = harness_open(fabric_harness_step, &h->config, h->state);
    for (unsigned i = 0; i < 2 + config->links; i++) {
        harness_rx(h->base, i, sizeof(struct prisim_tlp));
        harness_tx(h->base, i, sizeof(struct prisim_tlp));
    }
    harness_rx(h->base, PRISIM_FABRIC_RX_STIMULUS, sizeof(struct prisim_fabric_stimulus));
    return h;
}

static inline void fabric_harness_close(struct fabric_harness *h)
{
    harness_close(h->base);
    free(h->state);
    free(h);
}

/* A Page Request of the link's function: 24 bytes on the wire. Its id is `id`. */
static inline struct prisim_tlp page_request(unsigned link, uint32_t id)
{
    return (struct prisim_tlp){.head = {.type = PRISIM_TLP_MESSAGE,
                                        .message = PRISIM_MESSAGE_PAGE_REQUEST,
                                        .requester_id = link_id(link),
                                        .id = id}};
}

/* A completion of the link's function for the host: 20 bytes on the wire. */
static inline struct prisim_tlp host_completion(unsigned link, uint32_t id)
{
    return (struct prisim_tlp){
        .head = {.type = PRISIM_TLP_COMPLETION, .requester_id = HOST_ID, .destination_id = link_id(link), .id = id}};
}

/* A PRG Response to the link's function: 24 bytes on the wire. */
static inline struct prisim_tlp prg_response(unsigned link, uint32_t id)
{
    return (struct prisim_tlp){.head = {.type = PRISIM_TLP_MESSAGE,
                                        .message = PRISIM_MESSAGE_PRG_RESPONSE,
                                        .requester_id = SMMU_ID,
                                        .destination_id = link_id(link),
                                        .id = id}};
}

/* A configuration read of the link's function: 20 bytes on the wire. */
static inline struct prisim_tlp config_read(unsigned link, uint32_t id)
{
    return (struct prisim_tlp){.head = {.type = PRISIM_TLP_CONFIG_READ,
                                        .requester_id = HOST_ID,
                                        .destination_id = link_id(link),
                                        .size = 4,
                                        .id = id}};
}

/* Id of the i-th TLP that came out of a tx port, or UINT32_MAX. */
static inline uint32_t got_id(const struct fabric_harness *h, unsigned tx, unsigned i)
{
    const struct prisim_tlp *tlp = harness_got(h->base, tx, i);
    return tlp ? tlp->head.id : UINT32_MAX;
}

#endif
