/* SPDX-License-Identifier: Apache-2.0
 *
 * The system under test as a whole: every block's configuration, the ranks and names of the instances, and who is wired
 * to whom. Both engines build from this and from nothing else.
 */
#ifndef PRISIM_TB_SYSTEM_H
#define PRISIM_TB_SYSTEM_H

#include "driver/driver.h"
#include "model/interconnect/interconnect.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "model/pcie_fabric/pcie_fabric.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SYSTEM_ENDPOINTS_MAX = PRISIM_FABRIC_LINKS_MAX, SYSTEM_SMMUS_MAX = 2, SYSTEM_ID_MAX = 32 };

/* What can stand in the table of instances. */
enum system_kind {
    KIND_TIMELINE,
    KIND_DRIVER,
    KIND_SMMU,
    KIND_PRI_QUEUE,
    KIND_INTERCONNECT,
    KIND_FABRIC,
    KIND_ENDPOINT,
    SYSTEM_KINDS
};

/* A row of it: which one of its kind, counted from 0. SMMU i has PRI queue i. */
struct system_instance {
    uint16_t kind; /* enum system_kind */
    uint16_t index;
};

/* A rank is a row's number. It is the order of instances inside a cycle of the log, and TLP ids and random streams are
 * keyed by it: a row that comes to be stands behind all others, so that nobody else's rank changes. The first of each
 * kind; endpoint i has INSTANCE_ENDPOINT + i, and the SMMUs from the second on stand behind the last endpoint. */
enum {
    INSTANCE_TIMELINE,
    INSTANCE_DRIVER,
    INSTANCE_SMMU,
    INSTANCE_PRI_QUEUE,
    INSTANCE_INTERCONNECT,
    INSTANCE_FABRIC,
    INSTANCE_ENDPOINT
};

enum { SYSTEM_INSTANCES_MAX = INSTANCE_ENDPOINT + SYSTEM_ENDPOINTS_MAX + 2 * (SYSTEM_SMMUS_MAX - 1) };
/* No block and no row: who says premise.broken. */
enum { INSTANCE_CHECKERS = SYSTEM_INSTANCES_MAX };

/* tx ports of the timeline: 0 struct prisim_driver_stimulus to the driver, 1 + i struct prisim_endpoint_stimulus to
 * endpoint i; and struct prisim_fabric_stimulus to the fabric. */
enum { TIMELINE_TX_DRIVER, TIMELINE_TX_ENDPOINT, TIMELINE_TX_FABRIC = TIMELINE_TX_ENDPOINT + SYSTEM_ENDPOINTS_MAX };

enum { SYSTEM_HOST_ID = 0x0000, SYSTEM_SMMU_ID = 0x0008, SYSTEM_ENDPOINT_ID = 0x0100, SYSTEM_ENDPOINT_ID_STEP = 8 };

struct system_config {
    struct prisim_interconnect_config interconnect;
    uint32_t smmus; /* 1: the driver, the fabric and the interconnect have ports for one */
    struct prisim_smmu_config smmu[SYSTEM_SMMUS_MAX];
    struct prisim_pri_queue_config pri_queue[SYSTEM_SMMUS_MAX]; /* i is that of SMMU i */
    struct prisim_fabric_config fabric;
    struct prisim_driver_config driver;
    uint32_t endpoints; /* 1..32 */
    struct prisim_endpoint_config endpoint[SYSTEM_ENDPOINTS_MAX];
    char endpoint_id[SYSTEM_ENDPOINTS_MAX][SYSTEM_ID_MAX];
    char physical_function[SYSTEM_ENDPOINTS_MAX][SYSTEM_ID_MAX]; /* of a virtual function; "": it is none */
    char space_id[PRISIM_DRIVER_SPACES_MAX][SYSTEM_ID_MAX];
};

/* Defaults of every block; one endpoint "endpoint", no spaces. */
void system_config_default(struct system_config *system);

/* Fills in what follows from the rest: addresses, requester ids, BARs, what the driver knows of the functions, what the
 * PRI queue knows of the SMMU's identification registers. Call it after the last change. */
void system_config_resolve(struct system_config *system);

/* The table of instances; returns how many there are. */
unsigned system_instances(const struct system_config *system, struct system_instance rows[SYSTEM_INSTANCES_MAX]);
/* How many of a kind. */
unsigned system_count(const struct system_config *system, enum system_kind kind);
/* The rank of one that is there. */
unsigned system_rank(const struct system_config *system, enum system_kind kind, unsigned index);

enum { SYSTEM_NAME_MAX = SYSTEM_ID_MAX + 12 };
/* Name of an instance, in a buffer of at least SYSTEM_NAME_MAX bytes: "smmu" if it is the only one of its kind, else
 * "smmu[1]"; an endpoint by its id, "endpoint[nic]", also if it is the only one. */
void system_instance_name(const struct system_config *system, unsigned instance, char *name);

/* The physical function of endpoint i: itself, unless it is a virtual function. */
unsigned system_physical_function(const struct system_config *system, unsigned i);

/* Which endpoint it is, by its instance, by the StreamID of an event, or by the id of a TLP that it made
 * (model/pcie/tlp.h). SYSTEM_ENDPOINTS_MAX: none. */
unsigned system_endpoint_of_instance(const struct system_config *system, uint64_t instance);
unsigned system_endpoint_of_stream(const struct system_config *system, uint64_t stream_id);
unsigned system_endpoint_of_tlp(const struct system_config *system, uint64_t tlp);

/* One wire: tx port of one instance to rx port of another. */
struct system_wire {
    uint16_t from, tx, to, rx;
    uint16_t payload; /* bytes */
};

enum { SYSTEM_WIRES_MAX = 60 + 5 * SYSTEM_ENDPOINTS_MAX };

/* All wires of the system, the timeline's included; returns how many. */
unsigned system_wires(const struct system_config *system, struct system_wire wires[SYSTEM_WIRES_MAX]);

#ifdef __cplusplus
}
#endif

#endif
