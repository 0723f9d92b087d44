/* SPDX-License-Identifier: Apache-2.0
 *
 * Random peers of an endpoint in the harness: SMMU, host and testbench, seeded. What they say depends only on what the
 * endpoint says, and on no name in it: of two endpoints that mean the same they hear and say the same.
 */
#ifndef PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_PEERS_H
#define PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_PEERS_H

#include "model/core/random.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { ENDPOINT_PEERS_ALLOCATION = 5, ENDPOINT_PEERS_PASIDS = 3, ENDPOINT_PEERS_HELD = 4 };

struct endpoint_peers {
    struct random_stream random;
    unsigned jobs, jobs_left; /* made, to be made */
    bool rogues;              /* raw page requests too */
    bool streams;             /* DMAs of many accesses too, execute and privileged ones */
    unsigned outstanding;     /* page requests */
    unsigned groups;
    struct {
        uint16_t prg_index;
        int pasid;
        unsigned members;
        bool whole;                              /* its Last has come: it may be answered */
    } group[ENDPOINT_PEERS_ALLOCATION];          /* in the order in which they came */
    unsigned held;                               /* requests whose completion comes later, */
    struct prisim_tlp late[ENDPOINT_PEERS_HELD]; /* if too late: in this order */
};

/* One edge: what the peers do on their own (if they are not quiet), then the endpoint's step, then their answers. */
void endpoint_peers_edge(struct endpoint_harness *h, struct endpoint_peers *peers, bool disturb);

#endif
